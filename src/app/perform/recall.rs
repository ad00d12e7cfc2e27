//! What a command printed before this program looked, read from where it was kept.
//!
//! Read once for each start, on a thread of its own, and bounded as what is printed now: the last lines
//! are held, the others are counted.

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
}
