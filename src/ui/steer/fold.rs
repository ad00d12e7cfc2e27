//! Folding the checklist.

use crate::run::{Run, Standing};
use crate::ui::command::Command;
use crate::ui::folds::{has_below, heading_above};
use crate::ui::screen::{Pane, Screen};

/// Folds or unfolds; where there is nothing to fold, it goes to the heading.
pub(super) fn fold(screen: &mut Screen, run: &Run, command: Command) {
    screen.look_at(Pane::Checklist);
    let at = screen.item;
    match command {
        Command::Fold if screen.folds.fold(run, at) => screen.fit(run),
        Command::Fold => match heading_above(run.items(), at) {
            Some(heading) => screen.select(heading, run),
            None => screen.say("nothing stands below this, and it stands below nothing"),
        },
        Command::Unfold if screen.folds.unfold(run, at) => screen.fit(run),
        Command::Unfold if has_below(run.items(), at) => screen.select(at + 1, run),
        Command::Unfold => screen.say("nothing stands below this"),
        _ => fold_done(screen, run),
    }
}

/// Folds all that is done, or unfolds everything where something is folded.
fn fold_done(screen: &mut Screen, run: &Run) {
    if screen.folds.is_any() {
        screen.folds.clear();
        return screen.fit(run);
    }
    let is_done = |place: &usize| match run.standing_at(*place) {
        Standing::Heading { done, of } => done == of,
        standing => !standing.is_open() && !matches!(standing, Standing::Locked(_)),
    };
    let done: Vec<_> = (0..run.items().len()).filter(|at| has_below(run.items(), *at)).filter(is_done).collect();
    if !screen.folds.fold_all(run, &done) {
        screen.say("nothing is done yet that could be folded");
    }
    screen.item = screen.folds.place(screen.folds.row(screen.item));
    screen.select(screen.item, run);
}
