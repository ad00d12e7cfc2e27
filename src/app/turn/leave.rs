//! Leaving: what is on its way is waited for, and it is recorded that the person goes, or was cut off.

use std::time::Duration;

use crate::app::signals::Signal;
use crate::app::{App, Ending, Receipt};
use crate::run::Intent;

/// How long leaving waits for the decision that is on its way.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it waits when the terminal is gone.
const FAREWELL: Duration = Duration::from_millis(200);
/// How long a frame waits for it: most disks have answered by then, and nobody sees that it waited.
const AT_ONCE: Duration = Duration::from_millis(10);

impl App {
    /// Ends what is on its way, and has it recorded that the person goes, so that nobody waits for him; that the
    /// terminal was hung up if that can be done at once.
    pub fn take_leave(&mut self, ending: &Ending) {
        // Somebody was here, even where the terminal was gone before the first frame.
        self.arrive();
        if let Some(open) = &mut self.open {
            open.performer.rest();
        }
        let (parting, patience) = match ending {
            Ending::Gone | Ending::Signal(Signal::Hangup) => (Intent::KeepHangup, FAREWELL),
            _ => (Intent::Leave, PATIENCE),
        };
        self.want(parting);
        self.settle_within(patience);
    }

    /// Waits until what was decided is recorded or refused.
    pub fn settle(&mut self) {
        self.settle_within(PATIENCE);
    }

    /// Waits a moment until it is recorded that somebody came, so that what he does first is not refused for that.
    pub(super) fn be_let_in(&mut self) {
        let pending = self.open.as_ref().and_then(|open| open.pending.as_ref());
        if pending.is_some_and(|pending| matches!(pending.intent, Intent::Join { .. })) {
            self.settle_within(FAREWELL);
        }
    }

    /// Tells whether something was decided of which is not known whether it is recorded.
    pub(in crate::app) fn is_deciding(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.pending.is_some())
    }

    /// Waits a moment for what becomes of the decision that is on its way.
    pub(in crate::app) fn receipt_at_once(&mut self) -> Option<Receipt> {
        self.receipt_within(AT_ONCE)
    }

    fn settle_within(&mut self, patience: Duration) {
        self.arrive();
        while let Some(receipt) = self.receipt_within(patience) {
            self.take_receipt(receipt);
        }
    }

    fn receipt_within(&mut self, patience: Duration) -> Option<Receipt> {
        let open = self.open.as_mut().filter(|open| open.pending.is_some())?;
        let (receipt, health) = open.recorder.as_ref()?.wait(patience)?;
        open.health = Some(health);
        Some(receipt)
    }
}
