//! How a whole run stands, in a few words: for lists, where nobody sees its steps.
//!
//! What needs a person comes first: what failed, then whose signature is waited for.

use super::outline::Standing;
use super::state::Run;

impl Run {
    /// Says how the run stands and what it waits for.
    pub fn in_words(&self) -> String {
        if self.closed().is_some() {
            return "closed, not sealed".to_owned();
        }
        let back = if self.back_out().is_some() { "on the way back: " } else { "" };
        let words = match (self.paused(), self.stopped()) {
            (Some(pause), _) => format!("paused: {}", pause.why),
            (None, Some(number)) => format!("stopped at {number}"),
            (None, None) => self.next_in_words(),
        };
        format!("{back}{words}")
    }

    /// Tells whether nothing is left to do, and nothing goes on.
    pub fn is_all_done(&self) -> bool {
        let progress = self.progress();
        progress.done == progress.of && self.running().next().is_none() && !self.ad_hoc().1
    }

    fn next_in_words(&self) -> String {
        let (mut running, mut to_sign) = (None, None);
        for (at, item) in self.items().iter().enumerate() {
            match self.standing_at(at) {
                Standing::Failed(_) => return format!("failed at {}", item.number),
                Standing::Regressed(_) => return format!("{} is not good any more", item.number),
                Standing::EndUnknown(_) => return format!("nobody saw the end of {}", item.number),
                Standing::Running(_) => running = running.or(Some(item)),
                Standing::ToSign => to_sign = to_sign.or(Some(item)),
                _ => {}
            }
        }
        match (running, to_sign, self.next_open().and_then(|at| self.items().get(at))) {
            (Some(item), ..) => format!("{} runs", item.number),
            (None, Some(item), _) => format!("{} waits for {}", item.number, self.lacking(item).join(", ")),
            (None, None, Some(item)) => format!("{} is next", item.number),
            (None, None, None) if self.deferred().next().is_some() => "what was deferred is left".to_owned(),
            (None, None, None) => "all done, not closed".to_owned(),
        }
    }
}
