//! Signing in a dialogue: the exact statement is printed, and then the number of the step is typed.
//!
//! What proves who it is, is found out as `mop sign` does. Sealing is `mop seal` itself.

use std::io::Write;
use std::sync::Arc;

use super::words::Said;
use super::{Dialogue, Snag};
use crate::app::Keys;
use crate::app::{Proof, Unproved, prove};
use crate::cli::hand::keys;
use crate::cli::sign::{keep_failure, shown, way};
use crate::cli::{Exit, seal};
use crate::journal::receipt_of;
use crate::run::roster::Auth;
use crate::run::{Claim, Intent, Person, Proved, Verb, statement_of};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::text::Shown;

impl<O: Write, E: Write> Dialogue<'_, O, E> {
    /// Signs that a step was done.
    pub(super) fn sign(&mut self, who: &Person, said: &Said<'_>) -> Result<(), Snag> {
        let item = self.named(said)?;
        if !said.rest.is_empty() {
            return Err(Snag::Refused(format!("nothing stands behind the step: sign {}", item.number)));
        }
        let stamp = self.sitting.hand().stamp(who);
        self.run().check_sign(&item, &stamp).map_err(|refusal| Snag::Refused(refusal.to_string()))?;
        let proved = self.prove(who, &item, &Claim::Done)?;
        let (step, seen, is_signed) = (item.id.to_string(), self.seen, proved.is_some());
        self.act(&Intent::SignStep { step, seen, proved, note: None }, who)?;
        if is_signed {
            let head = self.run().head();
            self.say(&format!("receipt of record {}: {}", head.n, receipt_of(&head.hash)));
        }
        Ok(())
    }

    /// Proves what a verb is signed with; gives nothing where a person went back.
    #[expect(clippy::option_option, reason = "going back is not the same as needing no proof")]
    pub(super) fn prove_verb(
        &mut self,
        who: &Person,
        (verb, item): (Verb, Option<&Item>),
        words: &[String],
    ) -> Result<Option<Option<Box<Proved>>>, Snag> {
        let (ruling, correction) = (verb.ruling(words), verb.correction(words));
        let about = correction.as_ref().and_then(|correction| self.run().item_of_record(correction.of)).cloned();
        let signed = |item: &&Item| *self.run().signers(item) != Sign::None;
        let (item, claim) = match (&ruling, &correction, item, about.as_ref().filter(signed)) {
            (Some(ruling), _, Some(item), _) => (item, Claim::Ruled(ruling)),
            (_, Some(correction), _, Some(item)) => (item, Claim::Amended(correction)),
            _ => return Ok(Some(None)),
        };
        let refusal = ruling.as_ref().map(|ruling| self.run().check_settle(item, &self.stamp(), ruling));
        if let Some(Err(refusal)) = refusal {
            return Err(Snag::Refused(refusal.to_string()));
        }
        if correction.is_some() {
            // A correction is about the run as it is now, with what was asked about it.
            self.seen = self.run().head().n;
        }
        self.prove(who, item, &claim).map(Some)
    }

    /// Shows what is signed, makes sure that it is meant, and proves whose signature it is; where nobody
    /// signs there is nothing to prove.
    fn prove(&mut self, who: &Person, item: &Item, claim: &Claim<'_>) -> Result<Option<Box<Proved>>, Snag> {
        if *self.run().signers(item) == Sign::None {
            self.confirm(&item.number, "have it recorded")?;
            return Ok(None);
        }
        let Keys { all, file } = self.keys()?;
        let ssh = self.sitting.hand().ssh().clone();
        let auth = way(self.run(), (item, who), (&all, self.key.as_deref()));
        let auth = auth.map_err(|stop| Snag::Refused(stop.why().to_owned()))?;
        let scene = self.sitting.scene(who, auth);
        let statement = statement_of(self.run(), (item, self.seen, claim), &scene).text;
        self.output.print(&format!("\n{}\n\n", shown(&statement)));
        self.confirm(&item.number, &format!("sign this as {}", Shown::line_limited(&who.name, 60)))?;
        let pin = if scene.auth == Auth::Pin { Some(self.ask_pin(who)?) } else { None };
        if matches!(scene.auth, Auth::Key { .. }) {
            self.say("Signing; touch the key, or confirm, if it asks. ctrl-c stops.");
            let _ = self.output.flush();
        }
        let proof = Proof { scene, statement, pin, roster: Arc::clone(self.run().roster()), file };
        let proved = self.source.typist.meanwhile(|cancel| prove(&ssh, proof, cancel))?;
        proved.map(|proved| Some(Box::new(proved))).map_err(|unproved| self.keep_failure(unproved))
    }

    /// Finds the keys that can sign here; where nobody is in the roster, none could.
    fn keys(&mut self) -> Result<Keys, Snag> {
        if self.run().roster().people().is_empty() {
            return Ok(Keys::default());
        }
        let (ssh, key) = (self.sitting.hand().ssh().clone(), self.key.clone());
        let found = self.source.typist.meanwhile(|cancel| keys(&ssh, key.as_deref(), cancel))?;
        found.map_err(|error| Snag::Refused(error.to_string()))
    }

    fn keep_failure(&mut self, unproved: Unproved) -> Snag {
        let why = keep_failure(self.sitting.hand_mut(), unproved);
        self.tell();
        Snag::Refused(why.why().to_owned())
    }

    fn ask_pin(&mut self, who: &Person) -> Result<String, Snag> {
        let ask = format!("PIN of {}", who.name);
        let asking = super::ask::Asking { name: "pin", ask: &ask, hint: "", proposed: None };
        let typed = super::ask::ask_hidden((&mut self.source, self.output), &asking)?;
        let typed = typed.ok_or_else(|| Snag::Refused("not signed, and nothing was recorded".to_owned()))?;
        Ok(typed.to_string())
    }

    /// Closes and seals the run, as `mop seal` does.
    pub(super) fn seal(&mut self, who: &Person, result: &str) -> Result<Option<Exit>, Snag> {
        let result = Some(result).filter(|result| !result.is_empty());
        let keys = self.keys()?;
        let sealing = seal::Sealing { result, is_told_yes: !self.source.is_person() };
        let done =
            seal::seal_here(self.sitting.hand_mut(), (&sealing, who, keys), (&mut self.source.typist, self.output));
        self.tell();
        let exit = match done {
            Ok(exit) => exit,
            Err(stop) if matches!(stop.exit(), Exit::Signal(_)) => return Err(stop.into()),
            Err(stop) if self.sitting.hand().sealed().is_none() => return Err(Snag::Refused(stop.why().to_owned())),
            Err(stop) => return Err(stop.into()),
        };
        let end = self.end()?;
        Ok(Some(exit.max(end)))
    }
}
