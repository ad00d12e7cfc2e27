//! Closing, sealing and signing a run: the last things that are done in it.
//!
//! The order makes every crash heal when it is done again: the close is recorded, then the seal is
//! there, then the ledger knows of it; each is left alone when it is there already. A seal is signed
//! only when it covers the run that it stands beside.

use super::hand::{Hand, NotDone};
use super::store::by_words;
use crate::exec::sign::{Check, Signers, Sshsig, Verified};
use crate::journal::{
    JournalError, Ledger, SealFacts, Sealed, Standing, Subject, add_seal_signature, audit, confirm_seal,
    read_seal_signature,
};
use crate::run::roster::SEAL;
use crate::run::{Intent, Person};

/// What to say when the disk has a seal that was not there a moment ago.
const GONE: &str = "the seal is gone again; look into it";

impl Hand {
    /// Closes the run if nobody did, seals it, and notes that in the ledger.
    ///
    /// # Errors
    ///
    /// Says why it is not sealed; doing it again goes on where it ended.
    pub fn seal(&mut self, who: &Person, result: &str) -> Result<(), NotDone> {
        if self.run.closed().is_none() {
            let (seen, result) = (self.run.head().n, result.to_owned());
            self.act(&Intent::Close { seen, result }, who)?;
        }
        let result = self.run.closed().unwrap_or(result).to_owned();
        let mut ledger = self.ledger()?;
        let (name, place) = (self.name.clone(), ledger.head());
        let facts = SealFacts { run: &name, ledger: place, result: &result };
        match self.clerk()?.seal(&facts) {
            Ok(_) | Err(JournalError::Sealed { .. }) => {}
            Err(error) => return Err(NotDone::failed(error)),
        }
        self.sealed = confirm_seal(&*self.surroundings.world.storage, &self.path()).map_err(NotDone::failed)?;
        let sealed = self.sealed.as_ref().ok_or_else(|| NotDone::failed(GONE))?;
        ledger.note_sealed(sealed).map_err(NotDone::failed)?;
        Ok(())
    }

    /// Makes sure that the seal covers the run as it lies there, and that the ledger knows of both.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it; then nobody may sign it.
    pub fn check_seal(&self) -> Result<&Sealed, NotDone> {
        let path = self.path();
        let sealed = self.sealed.as_ref().ok_or_else(|| NotDone::failed("the run is not sealed"))?;
        // Without the ledger: what it does not know yet is what is noted below.
        let subject = Subject { run: &path, state: None, receipts: &[] };
        let storage = &*self.surroundings.world.storage;
        match audit(storage, &subject, &mut |_| {}).map_err(NotDone::failed)?.standing {
            Standing::Intact(seal) if *seal == sealed.seal => {}
            Standing::Altered(finding) => {
                return Err(NotDone::Failed(format!("the run is not what was sealed: {finding}")));
            }
            _ => return Err(NotDone::failed("the run is not what was sealed; mop verify says more")),
        }
        self.ledger()?.note_sealed(sealed).map_err(NotDone::failed)?;
        Ok(sealed)
    }

    /// Opens the ledger, which knows of the run from now on.
    fn ledger(&self) -> Result<Ledger, NotDone> {
        let ledger = self.store.ledger(&self.surroundings, &by_words(&self.session));
        let mut ledger = ledger.map_err(NotDone::failed)?;
        if let Some(first) = self.run.hash_of(0) {
            ledger.note_opened(&self.name, &first).map_err(NotDone::failed)?;
        }
        Ok(ledger)
    }

    /// Tells whether a person's signature of the seal is there and is his.
    ///
    /// # Errors
    ///
    /// Says why it cannot be told, or that what is there is not his.
    pub fn has_signed_seal(&self, who: &Person) -> Result<bool, NotDone> {
        let storage = &*self.surroundings.world.storage;
        let there = read_seal_signature(storage, &self.path(), &who.id).map_err(NotDone::failed)?;
        let Some(signature) = there else { return Ok(false) };
        self.verify_seal(who, &signature).map(|_| true)
    }

    /// Puts a person's signature beside the seal, once it was verified.
    ///
    /// # Errors
    ///
    /// Says why the seal stands without it.
    pub fn keep_seal_signature(&self, who: &Person, signature: &Sshsig) -> Result<Verified, NotDone> {
        let signature = signature.to_string().into_bytes();
        let verified = self.verify_seal(who, &signature)?;
        let storage = &*self.surroundings.world.storage;
        add_seal_signature(storage, &self.path(), &who.id, &signature).map_err(NotDone::failed)?;
        Ok(verified)
    }

    fn verify_seal(&self, who: &Person, signature: &[u8]) -> Result<Verified, NotDone> {
        let sealed = self.sealed.as_ref().ok_or_else(|| NotDone::failed("the run is not sealed"))?;
        let signers = self.run.roster().allowed_signers();
        let check = Check {
            signers: Signers::Text(&signers),
            person: &who.id,
            namespace: SEAL,
            at_ms: None,
            revoked: None,
            touch: false,
        };
        let verified = self.ssh().verify(&check, &sealed.text, signature);
        verified.map_err(|error| NotDone::Failed(format!("the signature of {} over the seal: {error}", who.id)))
    }
}
