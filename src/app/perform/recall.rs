//! What a command printed before this program looked, read from where it was kept.
//!
//! Read once for each start, on a thread of its own, and bounded as what is printed now: the last lines
//! are held, the others are counted. Where a run is looked at afterwards, all that was kept of one start is read,
//! which the keeper of output bounds, so that it can be shown as far as it had come.

use std::sync::Arc;

use super::{News, Performer, Sent};
use crate::app::recorder::Wakeup;
use crate::exec::command::each_kept;
use crate::journal::Storage;
use crate::run::{Run, Standing};
use crate::runbook::plan::Item;
use crate::ui::Printed;

impl Performer {
    /// Looks for what the last start of an item printed, if nobody did yet; of what is under way it comes by itself.
    pub fn recall(&mut self, (run, item): (&Run, &Item), storage: Arc<dyn Storage>, wake: Wakeup) {
        let (step, attempt) = (item.id.to_string(), run.attempts(&item.id));
        let is_to_come = attempt == 0 || matches!(run.standing(&step), Standing::Running(_));
        if is_to_come || !self.recalled.insert((step.clone(), attempt)) {
            return;
        }
        let (folder, sender) = (self.folder(&step, attempt), self.sender.clone());
        let read = move || {
            let mut printed = Printed::default();
            // What cannot be read is not shown; what was printed is evidence, and is looked at elsewhere.
            let _ = each_kept(&*storage, &folder, &mut |chunk| printed.take(&chunk.bytes, chunk.missed));
            if !printed.is_empty() && sender.send(Sent::News(News::Recalled { step, printed })).is_ok() {
                wake();
            }
        };
        // Without a thread it is not shown.
        let _ = std::thread::Builder::new().name("recall".to_owned()).spawn(read);
    }

    /// Reads all that was kept of what a start printed, one start after the other.
    pub fn read_kept(&mut self, (step, attempt): (&str, u32), storage: Arc<dyn Storage>, wake: Wakeup) {
        if self.is_reading {
            return;
        }
        let (folder, sender, start) = (self.folder(step, attempt), self.sender.clone(), (step.to_owned(), attempt));
        let read = move || {
            let mut chunks = Vec::new();
            // What is not as it was recorded is said by whoever verifies.
            let _ = each_kept(&*storage, &folder, &mut |chunk| chunks.push(chunk));
            if sender.send(Sent::News(News::Kept { start, chunks })).is_ok() {
                wake();
            }
        };
        self.is_reading = std::thread::Builder::new().name("recall".to_owned()).spawn(read).is_ok();
    }

    /// Is ready to read what another start printed.
    pub fn was_read(&mut self) {
        self.is_reading = false;
    }
}
