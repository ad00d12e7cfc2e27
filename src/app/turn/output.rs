//! What commands printed before this program looked: it is read where somebody looks at it.
//!
//! Of a run that is looked at afterwards it is that of the start that the selected record knows, and while that
//! start was under way, what had come by then.

use std::sync::Arc;

use super::App;
use crate::app::replay::{Replay, Wanted};
use crate::exec::command::Chunk;

impl App {
    /// Gives what the selected item printed its room; where that is not known, it is looked for.
    pub(super) fn attend_to_output(&mut self) {
        if self.open.as_ref().is_some_and(|open| open.past.is_some()) {
            self.show_what_was_printed();
        } else {
            self.look_for_output();
        }
        if let Some(open) = &self.open {
            self.screen.note_output(&open.run, &self.live);
        }
    }

    fn look_for_output(&mut self) {
        let Some(open) = &mut self.open else { return };
        let item = self.screen.selected(&open.run);
        let may_have = |id: &str| open.run.attempts(id) > 0 && self.live.printed(id).is_none();
        if let Some(item) = item.filter(|item| may_have(&item.id)) {
            let storage = Arc::clone(&self.surroundings.world.storage);
            open.performer.recall((&open.run, item), storage, self.waker.wakeup());
        }
    }

    /// Shows what had been printed when the selected record was made.
    fn show_what_was_printed(&mut self) {
        let Some(open) = &mut self.open else { return };
        let Some(wanted) = Wanted::of(open, &self.screen) else {
            self.live.forget_printed();
            return open.replay.iter_mut().for_each(Replay::put_away);
        };
        match open.replay.as_mut().filter(|replay| replay.is_of(&wanted)) {
            Some(replay) => {
                if let Some(printed) = replay.show(&wanted) {
                    self.live.replay(&wanted.step, printed);
                    self.stale = true;
                }
            }
            None => {
                self.live.forget_printed();
                let storage = Arc::clone(&self.surroundings.world.storage);
                open.performer.read_kept((&wanted.step, wanted.attempt), storage, self.waker.wakeup());
            }
        }
    }

    /// Takes all that was kept of what a start printed.
    pub(super) fn take_kept(&mut self, start: (String, u32), chunks: Vec<Chunk>) {
        if let Some(open) = &mut self.open {
            open.performer.was_read();
            open.replay = Some(Replay::of(start, chunks));
        }
    }
}
