//! The time that a run has: its window, and the last moment at which a way back still fits into it.

use super::event::Stamp;
use super::forecast::high_ms;
use super::refusal::Refusal;
use super::state::Run;
use crate::runbook::plan::Item;

impl Run {
    /// Gives the beginning and the end of the window, in milliseconds since 1970 in UTC.
    pub fn window(&self) -> Option<(i64, i64)> {
        let values = self.values();
        let (start, end) = (values.window_start?, values.window_end?);
        Some((start.timestamp_millis(), end.timestamp_millis()))
    }

    /// Gives the most that the way back takes, in milliseconds, as far as it is known; nothing without one.
    ///
    /// It is the author's word, or the sum of the steps; what past runs took is left to the forecast.
    pub fn back_out_ms(&self) -> Option<i64> {
        self.back_out_length().map(|length| length.high_ms)
    }

    /// Gives the last moment at which the run can go on and still be back before the window ends.
    pub fn last_safe_ms(&self) -> Option<i64> {
        let (_, end) = self.window()?;
        Some(end - self.back_out_ms().unwrap_or(0))
    }

    /// Says why the time does not allow an item to be begun.
    pub(super) fn check_time_left(&self, item: &Item, stamp: &Stamp) -> Result<(), Refusal> {
        let Some((last_safe, (_, end))) = self.last_safe_ms().zip(self.window()) else { return Ok(()) };
        if self.back_out().is_some() || self.is_late() {
            return Ok(());
        }
        if stamp.at_ms > last_safe {
            return Err(Refusal::PastLastSafe { by_ms: stamp.at_ms - last_safe });
        }
        let needs = self.estimate(item).and_then(high_ms);
        let is_late = self.work(&item.id).is_some_and(|work| work.is_late);
        match needs {
            Some(needs) if !is_late && stamp.at_ms + needs > last_safe => {
                Err(Refusal::NoLongerFits { needs_ms: needs + (end - last_safe), left_ms: end - stamp.at_ms })
            }
            _ => Ok(()),
        }
    }
}
