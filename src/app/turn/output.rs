//! What commands printed before this program looked: it is read where somebody looks at it.

use super::App;

impl App {
    /// Gives what the selected item printed its room; where that is not known, it is looked for.
    pub(super) fn attend_to_output(&mut self) {
        let Some(open) = &mut self.open else { return };
        let item = self.screen.selected(&open.run);
        if let Some(item) = item.filter(|item| self.live.printed(&item.id).is_none()) {
            open.performer.recall(&open.run, item, self.waker.wakeup());
        }
        self.screen.note_output(&open.run, &self.live);
    }
}
