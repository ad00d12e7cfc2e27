//! Going from pane to pane, and moving in the one that is looked at.

use super::moved;
use super::past::stand;
use crate::run::Run;
use crate::ui::areas::{areas, inside};
use crate::ui::command::Command;
use crate::ui::frame::most_scroll;
use crate::ui::model::{Model, Recording, Sight};
use crate::ui::pane;
use crate::ui::screen::{Dialog, Pane, Screen};
use crate::ui::theme::Theme;
use crate::ui::timeline::Timeline;

/// Goes to the next pane that shows something, or to the one before.
pub(super) fn go_round(screen: &mut Screen, sight: &Sight<'_>, command: Command) {
    let has_output = sight.live.printed_last().is_some();
    let panes = [
        (Pane::Checklist, true),
        (Pane::Step, true),
        (Pane::Output, has_output),
        (Pane::Status, !sight.live.probes().is_empty()),
        (Pane::Trail, true),
    ];
    let shown: Vec<_> = panes.into_iter().filter(|(_, is_shown)| *is_shown).map(|(pane, _)| pane).collect();
    let at = shown.iter().position(|pane| *pane == screen.pane).unwrap_or_default();
    let to = if command == Command::NextPane { at + 1 } else { at + shown.len() - 1 };
    if let Some(pane) = shown.get(to % shown.len()) {
        screen.look_at(*pane);
    }
}

/// Moves in the dialog that is read.
pub(in crate::ui) fn turn_page(screen: &mut Screen, sight: &Sight<'_>, command: Command) {
    let (most, rows) = most_scroll(&as_drawn(screen, sight));
    screen.page = moved(screen.page, command, (most + 1, page_of(rows)));
}

/// Counts the lines that a page of so many rows moves: one is still there, to go on from.
fn page_of(rows: usize) -> usize {
    rows.saturating_sub(1).max(1)
}

/// Moves in the pane that is looked at.
pub(super) fn scroll(screen: &mut Screen, sight: &Sight<'_>, (run, command): (&Run, Command)) {
    let areas = areas(screen);
    match screen.pane {
        Pane::Checklist => {
            let row = screen.folds.row(screen.item);
            let page = page_of(usize::from(areas.checklist_rows()));
            let at = screen.folds.place(moved(row, command, (screen.folds.len(run), page)));
            if at != screen.item {
                screen.select(at, run);
            }
        }
        Pane::Step => {
            let most = pane::step::most_scroll(&as_drawn(screen, sight), (run, areas.step));
            let page = page_of(usize::from(inside(areas.step).height));
            screen.scroll = moved(screen.scroll, command, (most + 1, page));
        }
        Pane::Output => {
            let room = inside(areas.output);
            if let Some((_, printed)) = pane::output::shown(screen, (run, sight.live)) {
                let room = (usize::from(room.width), usize::from(room.height));
                screen.output = pane::output::moved(printed, (screen.output, command), room);
            }
        }
        Pane::Status => {
            let (room, live) = (inside(areas.status), sight.live);
            let (probes, rows) = (pane::status::listed(live, room), usize::from(room.height));
            let at = moved(pane::status::selected(screen, &probes), command, (probes.len(), rows));
            screen.probe = probes.get(at).map(|probe| probe.sighting.probe.clone());
            screen.scroll = top(screen.scroll, (at, rows));
        }
        Pane::Trail => {
            let (timeline, rows) = (Timeline::of(screen, sight, run), usize::from(inside(areas.trail).height));
            let at = moved(timeline.selected(screen), command, (timeline.len(), rows));
            let n = timeline.entry(at).map(|entry| entry.n);
            stand(screen, sight, (run, n));
            screen.scroll = top(screen.scroll, (at, rows));
        }
    }
}

/// Selects a row of the pane that is looked at, counted from the first that is in view.
pub(super) fn select_row(screen: &mut Screen, sight: &Sight<'_>, (run, row): (&Run, usize)) {
    let areas = areas(screen);
    match screen.pane {
        Pane::Checklist if screen.top + row < screen.folds.len(run) => {
            let at = screen.folds.place(screen.top + row);
            screen.select(at, run);
        }
        Pane::Status => {
            let room = inside(areas.status);
            let probes = pane::status::listed(sight.live, room);
            let first = top(screen.scroll, (pane::status::selected(screen, &probes), usize::from(room.height)));
            let probe = probes.get(first + row).map(|probe| probe.sighting.probe.clone());
            (screen.probe, screen.scroll) = (probe.or(screen.probe.take()), first);
        }
        Pane::Trail => {
            let rows = usize::from(inside(areas.trail).height);
            let timeline = Timeline::of(screen, sight, run);
            let first = top(screen.scroll, (timeline.selected(screen), rows));
            let n = timeline.entry(first + row).map(|entry| entry.n);
            stand(screen, sight, (run, n));
            screen.scroll = first;
        }
        Pane::Checklist | Pane::Step | Pane::Output => {}
    }
}

/// Keeps a line in view: gives the first of so many rows.
pub(in crate::ui) fn top(top: usize, (at, rows): (usize, usize)) -> usize {
    top.clamp((at + 1).saturating_sub(rows.max(1)), at)
}

/// Shows what is selected in the pane that is looked at; false where that is the step.
pub(super) fn open(screen: &mut Screen, sight: &Sight<'_>, run: &Run) -> bool {
    let dialog = match screen.pane {
        Pane::Status => {
            let probes = pane::status::listed(sight.live, inside(areas(screen).status));
            let selected = probes.get(pane::status::selected(screen, &probes));
            selected.map(|probe| Dialog::Probe(probe.sighting.probe.clone()))
        }
        Pane::Trail => {
            let timeline = Timeline::of(screen, sight, run);
            timeline.entry(timeline.selected(screen)).map(|entry| Dialog::Record(entry.n))
        }
        Pane::Checklist | Pane::Step | Pane::Output => None,
    };
    let is_shown = dialog.is_some();
    dialog.into_iter().for_each(|dialog| screen.open(dialog));
    is_shown
}

/// Gives what is drawn, but for what it looks like.
pub(super) fn as_drawn<'a>(screen: &'a Screen, sight: &'a Sight<'a>) -> Model<'a> {
    Model { sight: *sight, screen, recording: Recording::Settled, theme: &Theme::PLAIN }
}
