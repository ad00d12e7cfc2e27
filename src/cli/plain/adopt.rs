//! Going over to the runbook as its file has it now: offered when a run is resumed, and by a word later.
//!
//! What is proposed is to go on as before. Whether the changed runbook may be adopted is decided in `run`.

use std::io::Write;

use super::ask::{Asking, ask};
use super::{Dialogue, Snag};
use crate::app::Changed;
use crate::cli::stop::Stop;
use crate::cli::{changed, screen};
use crate::run::{Edition, Intent, Person};

/// What is asked when a run is resumed whose runbook was changed.
const OFFER: Asking<'_> = Asking {
    name: "runbook",
    ask: "Go on with the runbook as it is here (keep), or adopt the changed one for the steps that were not begun (adopt)?",
    hint: "keep | adopt",
    proposed: Some("keep"),
};

/// What is asked of who adopts it.
const WHY: Asking<'_> = Asking { name: "why", ask: "Why?", hint: "", proposed: None };

impl<O: Write, E: Write> Dialogue<'_, O, E> {
    /// Offers to adopt the changed runbook, where that can be done.
    pub(super) fn offer(&mut self, changed: Changed) -> Result<(), Stop> {
        let (Some((edition, _)), Some(who)) = (changed.edition, self.who.clone()) else { return Ok(()) };
        if let Err(why) = self.run().check_adopt(&edition) {
            self.say(&format!("It cannot be adopted now: {why}."));
            return Ok(());
        }
        let read = |typed: &str| match typed {
            "keep" => Ok(false),
            "adopt" => Ok(true),
            _ => Err("it is keep or adopt".to_owned()),
        };
        let adopted = match ask((&mut self.source, self.output), &OFFER, &read) {
            Ok(Some(true)) => self.adopt_for(&who, edition),
            Ok(_) => Ok(()),
            Err(snag) => Err(snag),
        };
        match adopted {
            Err(Snag::Refused(why)) => self.refuse("runbook = adopt", &why),
            Err(Snag::Stop(stop)) => Err(stop),
            Ok(()) => Ok(()),
        }
    }

    /// Adopts the runbook as its file has it now.
    pub(super) fn adopt(&mut self, who: &Person) -> Result<(), Snag> {
        let found = self.sitting.hand().changed(screen::opener);
        let found = found.ok_or_else(|| Snag::Refused("the file of the runbook was not changed".to_owned()))?;
        changed::words(self.run(), &found).iter().for_each(|words| self.say(words));
        let (edition, _) =
            found.edition.ok_or_else(|| Snag::Refused("the file of the runbook has errors".to_owned()))?;
        self.run().check_adopt(&edition).map_err(|refusal| Snag::Refused(refusal.to_string()))?;
        self.adopt_for(who, edition)
    }

    fn adopt_for(&mut self, who: &Person, edition: Edition) -> Result<(), Snag> {
        let read = |typed: &str| match typed.trim() {
            "" => Err("a few words are needed here".to_owned()),
            why => Ok(why.to_owned()),
        };
        let Some(why) = ask((&mut self.source, self.output), &WHY, &read)? else { return Ok(()) };
        self.act(&Intent::AdoptRunbook { edition: Box::new(edition), why }, who)
    }
}
