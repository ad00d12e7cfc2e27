//! Pointing: a click selects and focuses, at home a click on what is selected opens it, a word of the footer acts as its key, the wheel scrolls.
//!
//! A click never decides: what signs, starts or answers has a key that somebody has to mean. Where things
//! are is said by the functions that they are drawn by.

use ratatui::layout::{Position, Rect};

use super::{Request, panes, steer};
use crate::ui::areas::{Areas, areas, inside};
use crate::ui::command::Command;
use crate::ui::footer;
use crate::ui::keymap::Deed;
use crate::ui::model::{Shelf, Sight, Subject};
use crate::ui::pane::home;
use crate::ui::screen::{Mode, Pane, Screen};

/// How many lines the wheel scrolls by a notch.
const NOTCH: usize = 3;

/// Is something that was done with a mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// The column, from 0.
    pub column: u16,
    /// The row, from 0.
    pub row: u16,
    /// What was done.
    pub pointed: Pointed,
}

/// Says what was done with a mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointed {
    /// The first button was pressed.
    Click,
    /// The wheel was turned up.
    WheelUp,
    /// The wheel was turned down.
    WheelDown,
}

/// Does what pointing means.
pub(super) fn point(screen: &mut Screen, sight: &Sight<'_>, mouse: Mouse) -> Option<Request> {
    let areas = areas(screen);
    let at = Position { x: mouse.column, y: mouse.row };
    match mouse.pointed {
        Pointed::Click if areas.footer.contains(at) => click_word(screen, sight, mouse.column),
        Pointed::Click => click(screen, sight, (&areas, at)),
        Pointed::WheelUp => turn(screen, sight, (&areas, at, Command::Up)),
        Pointed::WheelDown => turn(screen, sight, (&areas, at, Command::Down)),
    }
}

fn click_word(screen: &mut Screen, sight: &Sight<'_>, column: u16) -> Option<Request> {
    let mode = screen.mode(sight.run().is_some());
    let words = footer::words(sight.setting, mode, screen.size.0);
    let (bound, _) = words.into_iter().find(|(_, columns)| columns.contains(&usize::from(column)))?;
    if may_be_clicked(bound.entry.command, mode) {
        return steer(screen, sight, Deed::Do(bound.entry.command));
    }
    screen.say(format!("a click never decides; press {}", bound.first()));
    None
}

/// Tells whether a click may give a command: only where nothing can be decided by it.
fn may_be_clicked(command: Command, mode: Mode) -> bool {
    match command {
        Command::Sign
        | Command::Menu
        | Command::Note
        | Command::NextPane
        | Command::Times
        | Command::Find
        | Command::Rehearse
        | Command::ShowSealed
        | Command::Zoom
        | Command::Copy
        | Command::Help
        | Command::Leave
        | Command::Person
        | Command::NextOpen
        | Command::NextWay
        | Command::PreviousField
        | Command::Close => true,
        // It opens something there, and answers or chooses elsewhere.
        Command::Act => matches!(mode, Mode::Home | Mode::Checklist),
        _ => false,
    }
}

fn click(screen: &mut Screen, sight: &Sight<'_>, (areas, at): (&Areas, Position)) -> Option<Request> {
    let run = match sight.subject {
        _ if screen.dialog.is_some() => return None,
        Subject::Home(shelf) => return click_home(screen, sight, (shelf, areas.body, at)),
        Subject::Run(run, _) => run,
    };
    let (pane, area) = pane_at(areas, at)?;
    if screen.pane != pane {
        screen.look_at(pane);
    }
    let room = inside(area);
    if room.contains(at) {
        panes::select_row(screen, sight, (run, usize::from(at.y - room.y)));
    }
    None
}

/// Selects a line at home; what is selected already is opened, which asks before anything begins.
fn click_home(screen: &mut Screen, sight: &Sight<'_>, (shelf, area, at): (&Shelf, Rect, Position)) -> Option<Request> {
    let room = inside(area);
    let row = usize::from(at.y.checked_sub(room.y)?);
    let clicked = home::entry_at(&panes::as_drawn(screen, sight), (shelf, area), row).filter(|_| room.contains(at))?;
    if screen.home == clicked {
        return steer(screen, sight, Deed::Do(Command::Act));
    }
    screen.home = clicked;
    None
}

fn turn(screen: &mut Screen, sight: &Sight<'_>, (areas, at, command): (&Areas, Position, Command)) -> Option<Request> {
    let mode = screen.mode(sight.run().is_some());
    if sight.setting.bindings.keys(mode, command).is_empty() {
        return None;
    }
    if mode == Mode::Checklist {
        let (pane, _) = pane_at(areas, at)?;
        if screen.pane != pane {
            screen.look_at(pane);
        }
    }
    (0..NOTCH).find_map(|_| steer(screen, sight, Deed::Do(command)))
}

/// Gives the pane under a place.
fn pane_at(areas: &Areas, at: Position) -> Option<(Pane, Rect)> {
    let panes = [
        (Pane::Checklist, areas.checklist),
        (Pane::Step, areas.step),
        (Pane::Output, areas.output),
        (Pane::Status, areas.status),
        (Pane::Trail, areas.trail),
    ];
    panes.into_iter().find(|(_, area)| area.contains(at))
}
