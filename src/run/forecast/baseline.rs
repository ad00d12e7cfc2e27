//! What something should take, and where the figure comes from.

use super::Stage;
use super::spread::Spread;
use crate::run::history::Figures;
use crate::run::state::Run;
use crate::runbook::model::Estimate;
use crate::runbook::plan::{Item, ItemKind};
use crate::time::Length;

/// Says where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The author estimates it.
    Author,
    /// The author says that it varies, and what to allow for it.
    Allowed,
    /// It is the sum of what stands below it.
    Steps,
    /// Past runs took so long: the median and what nine in ten took at most.
    Past(Figures),
    /// Nobody says.
    Nothing,
}

/// Is what something should take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// How long.
    pub length: Spread,
    /// Who says so.
    pub source: Source,
}

impl Baseline {
    /// Finds it from the author's estimate, what stands below, and past runs.
    ///
    /// What the author says comes first. Where he says that it varies past runs are taken, and the
    /// sum of the steps is the least; where he says nothing their sum is taken if it is whole.
    pub(super) fn of(estimate: Option<&Estimate>, below: Spread, past: Option<Figures>) -> Self {
        if let Some(baseline) = estimate.and_then(said) {
            return baseline;
        }
        let is_whole = estimate.is_none() && !below.is_at_least;
        let of_past = past.filter(|_| !is_whole).map(|figures| Self {
            length: Spread::between(figures.median_ms, figures.p90_ms),
            source: Source::Past(figures),
        });
        let source = if below.high_ms > 0 { Source::Steps } else { Source::Nothing };
        let length = if estimate.is_some() { below.at_least() } else { below };
        of_past.unwrap_or(Self { length, source })
    }

    /// Gives what is left of it: the longer of it and what passed, or what is left of what stands below.
    pub(super) fn left(&self, stage: Stage, below: Spread, passed_ms: Option<i64>) -> Spread {
        let is_sum = matches!(self.source, Source::Steps | Source::Nothing);
        match (stage, passed_ms) {
            (Stage::Done | Stage::DoesNotApply | Stage::Left, _) => Spread::default(),
            _ if is_sum && self.length.is_at_least => below.at_least(),
            _ if is_sum => below,
            (Stage::UnderWay, Some(passed_ms)) => self.length.less(passed_ms),
            _ => self.length,
        }
    }

    /// Tells by how much a length goes beyond it; nothing where it does not, or where nobody can tell.
    pub fn over_ms(&self, elapsed_ms: i64) -> Option<i64> {
        let is_known = !self.length.is_at_least && self.source != Source::Nothing;
        Some(elapsed_ms - self.length.high_ms).filter(|over_ms| is_known && *over_ms > 0)
    }
}

/// Takes the figures that the author gives.
fn said(estimate: &Estimate) -> Option<Baseline> {
    let length = Spread::between(millis(estimate.low?), millis(estimate.high?));
    let source = if estimate.varies { Source::Allowed } else { Source::Author };
    Some(Baseline { length, source })
}

/// Gives the most of an estimate, in milliseconds.
pub(in crate::run) fn high_ms(estimate: &Estimate) -> Option<i64> {
    estimate.high.map(millis)
}

fn millis(length: Length) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 4)
}

impl Run {
    /// Gives what the author says about how long an item takes.
    pub fn estimate(&self, item: &Item) -> Option<&Estimate> {
        let runbook = self.runbook();
        match item.kind {
            ItemKind::Requirements(_) | ItemKind::Undo(_) => None,
            ItemKind::Activity(id) => runbook.activity(id).estimate.as_ref(),
            ItemKind::BackOut(book) => runbook.book(book).back_out.as_ref()?.estimate.as_ref(),
            kind => runbook.step(kind.step()?).estimate.as_deref(),
        }
    }

    /// Tells from which place to which the items of a part stand, its heading among them.
    pub(in crate::run) fn part(&self, part: usize) -> (usize, usize) {
        let sections = self.layout().sections();
        let to = sections.get(part + 1).map_or(self.items().len(), |next| next.head);
        (sections[part].head, to)
    }
}
