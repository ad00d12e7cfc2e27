//! x
use super::diagnostic::Problems;
use super::model::Runbook;
use super::source::Source;
pub fn check(_: &Runbook, _: &[Source], _: &mut Problems) {}
