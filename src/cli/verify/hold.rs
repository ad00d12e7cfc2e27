//! Holds a statement against the record that it stands in, and against the run.
//!
//! Whoever wrote the whole journal anew could put a signature into another place; that the text which
//! was signed names its run, its step, its signer and what he saw is what tells. Whether a key made the
//! signature is asked elsewhere.

use super::basis::Basis;
use super::claim::{Claim, NotAClaim, line_of};
use super::doubt::{About, Doubt, Weight};
use super::signing::{Said, Signing};
use crate::journal::{Digest, timestamp};
use crate::run::Signed;
use crate::run::roster::{Auth, Level};
use crate::text::Shown;

/// How much later than its record a statement may be, in milliseconds: it may be of another machine.
const MOST_AHEAD: i64 = 5 * 60 * 1000;
/// How much earlier it may be before that is worth knowing.
const MOST_BEHIND: i64 = 24 * 60 * 60 * 1000;
/// How much of a text from outside stands in a doubt.
const CELLS: usize = 80;

/// Is what a signed record is held against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'a> {
    pub(super) basis: &'a Basis,
    /// The hashes of the records before it.
    pub(super) heads: &'a [Digest],
}

/// Holds a signed record against its run, and gives what does not fit.
pub(super) fn hold(signing: &Signing, ground: Ground<'_>) -> Vec<Doubt> {
    let mut against = Against { signing, doubts: Vec::new() };
    match Claim::parse(&signing.statement) {
        Ok(claim) => against.claim(&claim, ground),
        Err(NotAClaim::Version) => {
            let words = "its statement is of another version; the signature is verified, what it says is not";
            against.doubts.push(Doubt::wrong(About::Signature, signing.n, words).of_weight(Weight::Warning));
        }
        Err(NotAClaim::Line(number)) => {
            against.wrong(format!("its statement is none: line {number} is not the one that has to stand there"));
        }
    }
    against.person(ground.basis);
    if let Some(said) = &signing.said {
        against.level(&said.signed, ground.basis);
    }
    against.doubts
}

/// Collects what is wrong with one record.
struct Against<'a> {
    signing: &'a Signing,
    doubts: Vec<Doubt>,
}

impl Against<'_> {
    fn wrong(&mut self, words: String) {
        self.doubts.push(Doubt::wrong(About::Signature, self.signing.n, words));
    }

    fn claim(&mut self, claim: &Claim<'_>, ground: Ground<'_>) {
        let who = &self.signing.who;
        self.says(claim, "run", &ground.basis.run);
        self.says(claim, "signer", &who.id);
        self.says(claim, "name", &who.name);
        self.time(claim);
        self.base(claim, ground.heads);
        if let Some(said) = &self.signing.said {
            self.said(claim, said);
        }
    }

    /// Holds a line against what the record says, which was made safe to show before it was signed.
    fn says(&mut self, claim: &Claim<'_>, key: &str, expected: &str) {
        if claim.line(key) != Shown::line(&line_of(key, expected)).as_str() {
            let (said, expected) = (short(claim.value(key)), short(expected));
            self.wrong(format!("the statement that was signed says {key} `{said}`, and the record `{expected}`"));
        }
    }

    fn said(&mut self, claim: &Claim<'_>, said: &Said) {
        if let Some(step) = &said.step {
            self.step(claim, step);
        }
        let signed = &said.signed;
        self.says(claim, "outcome", &said.outcome);
        self.says(claim, "reason", &said.reason);
        self.says(claim, "meaning", signed.meaning.word());
        self.says(claim, "role", signed.role.as_deref().unwrap_or("-"));
        if claim.base().is_some_and(|(n, _)| n != signed.seen) {
            self.wrong(format!("the statement names another record as seen than the {} of the record", signed.seen));
        }
        for key in ["shown", "values", "probes"] {
            self.evidence(claim, (key, signed));
        }
        self.auth(claim.value("auth"), signed);
    }

    fn step(&mut self, claim: &Claim<'_>, step: &str) {
        let begin = Shown::line(&line_of("step", &format!("{step} \"")));
        if !claim.line("step").starts_with(begin.as_str()) {
            let (said, recorded) = (short(claim.value("step")), short(step));
            self.wrong(format!(
                "the statement that was signed is about the step {said}, and the record about {recorded}"
            ));
        }
    }

    fn time(&mut self, claim: &Claim<'_>) {
        let (Some(said), Some(recorded)) = (claim.at_ms(), self.signing.at_ms) else {
            return self.wrong("its time, or that of its statement, is none".to_owned());
        };
        let words = format!("it was signed at {} and recorded at {}", timestamp(said), timestamp(recorded));
        if said.saturating_sub(recorded) > MOST_AHEAD {
            self.wrong(format!("{words}, more than five minutes before"));
        } else if recorded.saturating_sub(said) > MOST_BEHIND {
            let doubt = Doubt::wrong(About::Signature, self.signing.n, format!("{words}, more than a day later"));
            self.doubts.push(doubt.of_weight(Weight::Note));
        }
    }

    fn base(&mut self, claim: &Claim<'_>, heads: &[Digest]) {
        let Some((n, hash)) = claim.base() else {
            return self.wrong("its statement names no record that the signer saw".to_owned());
        };
        let at = usize::try_from(n).unwrap_or(usize::MAX);
        match heads.get(at) {
            Some(head) if *head == hash => {}
            Some(_) => self.wrong(format!("the signer saw another record {n} than the one in this log")),
            None => self.wrong(format!("the signer saw a record {n}, and none stands before this one")),
        }
    }

    fn evidence(&mut self, claim: &Claim<'_>, (key, signed): (&str, &Signed)) {
        match claim.evidence(key) {
            Some(Some(hash)) if signed.blobs.contains(&hash) => {}
            Some(None) if key == "probes" => {}
            _ => self.wrong(format!("the record does not keep what the statement names as {key}")),
        }
    }

    /// Holds what is to prove the signature against what the record has; which key it is shows later.
    fn auth(&mut self, said: &str, signed: &Signed) {
        let has_signature = self.signing.signature.is_some();
        let by_word = [(Level::Name, Auth::NameOnly), (Level::Pin, Auth::Pin)];
        let by_word = by_word.iter().find(|(level, _)| *level == signed.level);
        match by_word {
            Some((_, auth)) if said == auth.to_string() && !has_signature => {}
            None if has_signature => {}
            None => self.wrong(format!("it is to be proved by {}, and holds no signature", signed.level)),
            Some(_) => {
                let said = short(said);
                self.wrong(format!("the record says that {} proves it, and the statement `{said}`", signed.level));
            }
        }
    }

    fn person(&mut self, basis: &Basis) {
        let who = &self.signing.who;
        if let Some(member) = basis.member(&who.id).filter(|member| member.person != *who) {
            let (name, known) = (short(&who.name), short(&member.person.name));
            self.wrong(format!("the roster knows {} as {known}, and the record as {name}", short(&who.id)));
        }
    }

    /// Holds the level against what the runbook asks of the role, and the roster of the person, and has of him.
    fn level(&mut self, signed: &Signed, basis: &Basis) {
        if let Some(role) = signed.role.as_deref().filter(|role| signed.level < basis.roles.needs(role)) {
            let (needs, role) = (basis.roles.needs(role), short(role));
            self.wrong(format!("{} proves it, and the runbook asks the role {role} for {needs}", signed.level));
        }
        let Some(roster) = &basis.roster else { return };
        let (member, id) = (basis.member(&self.signing.who.id), short(&self.signing.who.id));
        let needs = member.map_or(roster.level(), |member| roster.needs(member));
        if signed.level < needs {
            self.wrong(format!("{} proves it, and the roster asks {id} for {needs}", signed.level));
        }
        if signed.level == Level::Pin && member.is_none_or(|member| member.pin.is_none()) {
            self.wrong(format!("it is to be proved by PIN, and the roster has none of {id}"));
        }
    }
}

/// Cuts a text from outside.
pub(super) fn short(text: &str) -> String {
    Shown::line_limited(text, CELLS).as_str().to_owned()
}
