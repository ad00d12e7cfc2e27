//! The time table in words: a line for each part and each step with an estimate, and one for the run.
//!
//! Said with the fewest letters that leave nothing open, as a table has columns. Nothing is decided
//! or computed here that the forecast does not hold.

use super::{Forecast, Row, Spread, Stage, Teller, lasts};
use crate::run::state::Run;

const MINUTE_MS: i64 = 60_000;

/// Is a line of the time table; what nobody can tell is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The number of the item; nothing for the run as a whole.
    pub number: String,
    /// What it is.
    pub title: String,
    /// What it should take.
    pub estimate: String,
    /// Who says so.
    pub source: String,
    /// What it took, or takes so far.
    pub actual: String,
    /// When it ends, or ended.
    pub forecast: String,
    /// By how much that is later than planned, at the most: `+12m`, `-5m`.
    pub difference: String,
}

impl Teller {
    /// Says a row of the time table.
    pub fn row(&self, run: &Run, row: &Row) -> Told {
        let item = run.items().get(row.at).filter(|item| item.id == row.id);
        let is_to_be = !matches!(row.stage, Stage::DoesNotApply);
        let forecast = match row.stage {
            Stage::DoesNotApply => "does not apply".to_owned(),
            Stage::InReserve => "in reserve".to_owned(),
            Stage::Left => "not done".to_owned(),
            _ => row.forecast.map(|stretch| self.ends(stretch.end)).unwrap_or_default(),
        };
        let has_end = matches!(row.stage, Stage::Open | Stage::UnderWay | Stage::Done);
        Told {
            number: item.map(|item| item.number.clone()).unwrap_or_default(),
            title: item.map(|item| run.title(item)).unwrap_or_default(),
            estimate: length(row.baseline.length).filter(|_| is_to_be).unwrap_or_default(),
            source: if is_to_be { row.baseline.source.words() } else { String::new() },
            actual: row.elapsed_ms.map(lasts).unwrap_or_default(),
            forecast,
            difference: row.late_ms().filter(|_| has_end).map(difference).unwrap_or_default(),
        }
    }

    /// Says how the run as a whole stands: the sum of its parts, how long it goes on, and when it ends.
    pub fn whole(&self, run: &Run, forecast: &Forecast) -> Told {
        let is_out = |stage| matches!(stage, Stage::DoesNotApply | Stage::InReserve | Stage::Left);
        let counts = |row: &&Row| row.is_part && !is_out(row.stage);
        let parts = || forecast.rows.iter().filter(counts);
        let sum = parts().fold(Spread::default(), |sum, row| sum.plus(row.baseline.length));
        let planned = parts().filter_map(|row| row.planned).map(|planned| planned.end.high_ms).max();
        let late_ms = planned.map(|planned_ms| forecast.end.high_ms - planned_ms);
        Told {
            title: "The run".to_owned(),
            estimate: length(sum).unwrap_or_default(),
            actual: lasts(run.ran_at(forecast.now_ms)),
            forecast: self.ends(forecast.end),
            difference: late_ms.map(difference).unwrap_or_default(),
            ..Told::default()
        }
    }

    /// Tells a moment in the width of a column: `01:20–02:40`, with a plus behind what may be later.
    fn ends(&self, moment: Spread) -> String {
        let told = self.moment(Spread { is_at_least: false, ..moment });
        if moment.is_at_least { told + "+" } else { told }
    }
}

/// Says a length in the width of a column: `~30m`, `30m–2h`, with a plus behind what may be more.
fn length(Spread { low_ms, high_ms, is_at_least }: Spread) -> Option<String> {
    let (low, high) = (lasts(low_ms), lasts(high_ms));
    match (low_ms == high_ms, is_at_least) {
        _ if high_ms == 0 => None,
        (true, false) => Some(format!("~{high}")),
        (false, false) => Some(format!("{low}–{high}")),
        (true, true) => Some(format!("{high}+")),
        (false, true) => Some(format!("{low}–{high}+")),
    }
}

/// Says by how much something is late; less than a minute is nothing.
fn difference(late_ms: i64) -> String {
    match late_ms {
        MINUTE_MS.. => format!("+{}", lasts(late_ms)),
        ..=-60_000 => format!("-{}", lasts(late_ms.saturating_neg())),
        _ => "0m".to_owned(),
    }
}

#[cfg(test)]
mod tests;
