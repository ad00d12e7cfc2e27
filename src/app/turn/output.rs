//! What commands printed before this program looked: it is read where somebody looks at it.

use std::sync::Arc;

use super::App;

impl App {
    /// Gives what the selected item printed its room; where that is not known, it is looked for.
    pub(super) fn attend_to_output(&mut self) {
        let Some(open) = &mut self.open else { return };
        let item = self.screen.selected(&open.run);
        let may_have = |id: &str| open.run.attempts(id) > 0 && self.live.printed(id).is_none();
        if let Some(item) = item.filter(|item| may_have(&item.id)) {
            let storage = Arc::clone(&self.surroundings.world.storage);
            open.performer.recall((&open.run, item), storage, self.waker.wakeup());
        }
        self.screen.note_output(&open.run, &self.live);
    }
}
