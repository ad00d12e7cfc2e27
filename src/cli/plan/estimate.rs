//! Estimates as people say them, and their sums.

use crate::runbook::model::Estimate;
use crate::time::Length;

/// Says an estimate: `about 30m`, `30m to 2h`, `varies, allow 1h`.
pub(super) fn said(estimate: Option<&Estimate>) -> String {
    let Some(estimate) = estimate else { return "not estimated".to_owned() };
    match (estimate.varies, estimate.low, estimate.high) {
        (true, _, Some(allow)) => format!("varies, allow {allow}"),
        (true, _, None) => "varies".to_owned(),
        (false, Some(low), Some(high)) if low == high => format!("about {low}"),
        (false, Some(low), Some(high)) => format!("{low} to {high}"),
        _ => "not estimated".to_owned(),
    }
}

/// The least and the most of several estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    low: Length,
    high: Length,
    open: bool,
}

impl Sum {
    pub(super) fn add(&mut self, estimate: Option<&Estimate>) {
        let figures = estimate.and_then(|estimate| Some((estimate.low?, estimate.high?)));
        match figures {
            Some((low, high)) => {
                self.low = self.low.saturating_add(low);
                self.high = self.high.saturating_add(high);
            }
            None => self.open = true,
        }
    }

    pub(super) fn said(self) -> String {
        let range =
            if self.low == self.high { format!("{}", self.low) } else { format!("{} to {}", self.low, self.high) };
        if self.open { format!("at least {range}") } else { range }
    }
}
