//! Files that come into a run that is open: one that somebody attaches, and the runbook as it was changed.
//!
//! Bytes go to the recorder with the record that names them, which writes them first.

use std::path::Path;

use crate::app::attachment::read_attachment;
use crate::app::edition::changed;
use crate::app::{App, Open};
use crate::journal::Digest;
use crate::run::{Intent, Refusal};
use crate::ui::adopt_form;

impl Open {
    /// Gives the bytes that have to be kept before an intent is recorded.
    pub(super) fn kept_for(&self, intent: &Intent) -> Option<&[u8]> {
        let Intent::AttachFile { blob, .. } = intent else { return None };
        self.contents.get(blob).map(Vec::as_slice)
    }
}

impl App {
    /// Puts a file into the run.
    pub(super) fn attach(&mut self, path: &Path, step: Option<String>) {
        let (name, content) = match read_attachment(path) {
            Ok(read) => read,
            Err(why) => return self.screen.say(format!("not attached: {why}")),
        };
        let Some(open) = &mut self.open else { return };
        let (bytes, blob) = (content.len() as u64, Digest::of(&content));
        open.contents.insert(blob, content);
        self.want(Intent::AttachFile { step, name, bytes, blob });
    }

    /// Goes on by the runbook as its file has it now.
    pub(super) fn adopt(&mut self, why: String) {
        let edition = self.open.as_ref().and_then(|open| open.edition.clone());
        match edition {
            Some(edition) => self.want(Intent::AdoptRunbook { edition: Box::new(edition), why }),
            None => self.screen.say("the file of the runbook was not changed"),
        }
    }

    /// Lets go of what was kept in mind for an intent that was recorded or refused.
    pub(super) fn forget_kept(&mut self, intent: &Intent) {
        let Some(open) = &mut self.open else { return };
        match intent {
            Intent::AttachFile { blob, .. } => {
                open.contents.remove(blob);
            }
            Intent::AdoptRunbook { .. } => self.look_for_changes(),
            _ => {}
        }
    }

    /// Looks whether the file of the runbook says something else than what the run goes by.
    pub(super) fn look_for_changes(&mut self) {
        let Some(open) = &mut self.open else { return };
        let in_force = self.store.in_force(&self.surroundings, (&open.name, &open.run)).ok();
        let found = in_force.and_then(|in_force| changed(&open.run, &in_force, self.opener));
        (open.edition, self.setting.changed) = found.and_then(|found| found.edition).unzip();
    }

    /// Offers to adopt the changed runbook; to go on as before is what a person does who says nothing.
    pub(super) fn offer_changes(&mut self) {
        self.look_for_changes();
        let (Some(open), Some(changes)) = (&self.open, &self.setting.changed) else { return };
        let Some(edition) = &open.edition else { return };
        match open.run.check_adopt(edition) {
            Ok(()) | Err(Refusal::LookingAgain(_)) => {
                let form = adopt_form(changes);
                self.screen.ask(form);
            }
            Err(why) => {
                self.screen.say(format!("the file of the runbook was changed, and cannot be adopted now: {why}"))
            }
        }
    }
}
