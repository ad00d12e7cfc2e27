//! Activities without an estimate, and estimates that do not fit the window.

use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::expression::Node;
use crate::runbook::model::{Activity, Book, Input, Name, Over, Runbook};
use crate::time::Length;

pub(super) fn check(runbook: &Runbook, problems: &mut Problems) {
    let unread = problems.has(Code::BadEstimate);
    for activity in runbook.books.iter().flat_map(|book| &book.activities) {
        if activity.estimate.is_none() && !unread {
            let help = "add `estimate: 30m`, { from: 30m, to: 2h, because: … }, or { varies: WHY, allow: 1h }";
            problems.push(
                Diagnostic::new(Code::NoEstimate, activity.title.place, "the activity has no estimate").help(help),
            );
        }
    }
    check_window(runbook.main(), problems);
}

fn check_window(book: &Book, problems: &mut Problems) {
    let Some(window) = book.window else { return };
    let inside = inside_window(&book.activities);
    let sum = inside.iter().fold(Length::ZERO, |sum, activity| {
        let high = activity.estimate.as_ref().and_then(|estimate| estimate.high).unwrap_or_default();
        sum.saturating_add(high.saturating_mul(least_rounds(book, activity)))
    });
    if sum > window.length {
        let message = format!("the estimates come to {sum} at most, and the window is {} long", window.length);
        let help = "lengthen the window or shorten the estimates; what is done before the window does not count when the first activity inside it has `not_before: window.start`";
        problems.push(Diagnostic::new(Code::WindowTooShort, window.place, message).help(help));
    }
}

/// Returns the activities in the window: from the first that waits for its start, or all of them.
fn inside_window(activities: &[Activity]) -> &[Activity] {
    let waits = |activity: &Activity| {
        matches!(activity.not_before.as_ref().map(|moment| &moment.node), Some(Node::Name(Name::WindowStart)))
    };
    let first = activities.iter().position(waits).unwrap_or(0);
    &activities[first..]
}

/// Returns how often an activity is done at least.
fn least_rounds(book: &Book, activity: &Activity) -> u64 {
    match activity.each.as_ref().map(|each| &each.over) {
        None => 1,
        Some(Over::Written(values)) => values.len() as u64,
        Some(Over::Named(logic)) => match &logic.node {
            Node::Name(Name::Input { index, .. }) => u64::from(least_values(&book.inputs[*index as usize])),
            _ => 1,
        },
    }
}

fn least_values(input: &Input) -> u32 {
    input.min.unwrap_or(1).max(1)
}
