//! Looking ahead: what will be seen once the signature that is on its way is recorded.
//!
//! It is drawn while the disk is asked, and sent only with the receipt of exactly those records. Nothing of it is
//! believed: the run, the decision and where somebody looks are as they were before anything else is done.

use crate::app::App;
use crate::app::clerk::believe;
use crate::run::Head;

/// How long a run may be that is copied for this; of a longer one that takes longer than most disks.
const MOST_ITEMS: usize = 2_000;

impl App {
    /// Lets somebody look at what will be if the signature that is on its way is recorded next, and gives the records
    /// that this would be. Nothing where it is no signature, makes the plan another one, or the run is long.
    pub fn look_ahead<R>(&mut self, look: impl FnOnce(&Self) -> R) -> Option<(R, Vec<Head>)> {
        let open = self.open.as_mut().filter(|open| open.run.items().len() <= MOST_ITEMS)?;
        let pending = open.pending.take_if(|pending| !pending.ahead.is_empty())?;
        let mut run = open.run.clone();
        if !believe(&mut run, &pending.ahead, &pending.events) || run.items().len() != open.run.items().len() {
            open.pending = Some(pending);
            return None;
        }
        let before = std::mem::replace(&mut open.run, run);
        let outlook = self.screen.outlook();
        self.say_receipt(&pending.ahead, &pending);
        self.move_on(&pending.intent);
        let seen = (look(self), pending.ahead.clone());
        self.screen.put_back(outlook);
        if let Some(open) = &mut self.open {
            (open.run, open.pending) = (before, Some(pending));
        }
        Some(seen)
    }
}
