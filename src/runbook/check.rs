//! What a careful reader would remark on in a runbook that can be run; one rule a file.
//!
//! Each rule is a function from the model to findings. What cannot be run at all was found while the
//! model was built.

mod command;
mod destructive;
mod estimate;
mod left_off;
mod password;
mod prose;
mod texts;
mod versions;

use super::diagnostic::Problems;
use super::model::Runbook;
use super::source::Source;

/// Applies every rule.
pub(super) fn check(runbook: &Runbook, sources: &[Source], problems: &mut Problems) {
    prose::check(runbook, sources, problems);
    command::check(runbook, sources, problems);
    destructive::check(runbook, problems);
    left_off::check(runbook, problems);
    estimate::check(runbook, problems);
    password::check(runbook, problems);
    versions::check(runbook, problems);
}
