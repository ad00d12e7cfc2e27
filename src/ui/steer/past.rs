//! What a command does where a run is looked at afterwards: going to records, filtering them, opening lists.
//!
//! Nothing here decides anything. What would is refused with a sentence that says how one could.

use super::{moved, panes};
use crate::run::Run;
use crate::ui::command::Command;
use crate::ui::dialog::looking::{Look, looks};
use crate::ui::hindsight::Hindsight;
use crate::ui::model::Sight;
use crate::ui::screen::{Dialog, Listing, Looking, Mode, Pane, Screen};
use crate::ui::steer::{Request, fold};
use crate::ui::timeline::{Sieve, Timeline};

/// How many lines a page of a list is.
const PAGE: usize = 10;

/// Does what a command means while records are looked at.
pub(super) fn past(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let (run, past) = (sight.run()?, sight.past?);
    match command {
        Command::Help => screen.open(Dialog::Help(Mode::Past)),
        Command::Earlier => step(screen, sight, (run, Command::Down)),
        Command::Later => step(screen, sight, (run, Command::Up)),
        Command::Sift => begin_to_sift(screen),
        Command::Lists => {
            let looks = looks(past, run.people());
            screen.open(Dialog::Looking(Looking { looks, at: 0 }));
        }
        Command::Chart => screen.open(Dialog::Chart),
        Command::Times => screen.open(Dialog::Times),
        Command::Act if panes::open(screen, sight, run) => {}
        Command::Act => open_item(screen, (run, past)),
        Command::NextOpen => screen.go_to_next(run),
        Command::Zoom => {
            screen.is_zoomed = !screen.is_zoomed;
            screen.fit(run);
        }
        Command::Find => screen.begin_to_find(),
        Command::NextFound => screen.go_to_found(run, true),
        Command::PreviousFound => screen.go_to_found(run, false),
        Command::Close if screen.find.is_some() => screen.find = None,
        Command::Close => screen.sieve = None,
        Command::Fold | Command::Unfold => fold::fold(screen, run, command),
        Command::NextPane | Command::PreviousPane => panes::go_round(screen, sight, command),
        _ => panes::scroll(screen, sight, (run, command)),
    }
    None
}

/// Says why nothing is decided here, and how one could.
pub fn reviewing(run: &Run, is_sealed: bool) -> String {
    match run.closed() {
        Some(_) if is_sealed => "this is a review of a run that is sealed: nothing is recorded in it".to_owned(),
        _ => format!("this is a review, and records nothing; mop resume {} goes on with the run", run.start().run),
    }
}

/// Goes one record on or back, whatever pane is looked at.
fn step(screen: &mut Screen, sight: &Sight<'_>, (run, command): (&Run, Command)) {
    let timeline = Timeline::of(screen, sight, run);
    let at = moved(timeline.selected(screen), command, (timeline.len(), PAGE));
    let n = timeline.entry(at).map(|entry| entry.n);
    stand(screen, sight, (run, n));
}

/// Looks at a record; at the newest one, whatever comes is followed.
pub(super) fn stand(screen: &mut Screen, sight: &Sight<'_>, (run, n): (&Run, Option<u64>)) {
    let newest = Timeline::of(screen, sight, run).all().checked_sub(1).map(|last| last as u64);
    screen.record = n.filter(|n| Some(*n) != newest);
}

fn begin_to_sift(screen: &mut Screen) {
    let text = screen.sieve.as_ref().map(|sieve| sieve.words.text()).unwrap_or_default();
    screen.sieve = Some(Sieve { is_open: true, ..Sieve::of(&text, screen.record) });
    screen.look_at(Pane::Trail);
}

/// Shows the last record about the selected item, up to the one that is stood at.
fn open_item(screen: &mut Screen, (run, past): (&Run, &Hindsight)) {
    let Some(item) = screen.selected(run) else { return };
    let about = run.trail().iter().rev().find(|entry| entry.step.as_deref() == Some(&*item.id)).map(|entry| entry.n);
    match about.filter(|n| past.chronicle.record(*n).is_some()) {
        Some(n) => screen.open(Dialog::Record(n)),
        None => screen.say(format!("nothing was recorded about {} up to here", item.number)),
    }
}

/// Does what a command means while a filter is typed.
pub(super) fn sift(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let before = screen.sieve.as_ref().and_then(|sieve| sieve.before);
    match command {
        Command::Accept => match &mut screen.sieve {
            Some(sieve) if !sieve.is_empty() => sieve.is_open = false,
            _ => screen.sieve = None,
        },
        Command::Close => (screen.sieve, screen.record) = (None, before),
        Command::NextFound | Command::PreviousFound => {
            let command = if command == Command::NextFound { Command::Down } else { Command::Up };
            step(screen, sight, (sight.run()?, command));
        }
        command => change(screen, sight, |sieve| _ = sieve.words.edit(command)),
    }
    None
}

/// Changes the filter, and looks at the newest record that it leaves.
pub(super) fn change(screen: &mut Screen, sight: &Sight<'_>, change: impl FnOnce(&mut Sieve)) {
    let (Some(run), Some(past), Some(sieve)) = (sight.run(), sight.past, &mut screen.sieve) else { return };
    change(sieve);
    sieve.sift(run, past);
    let (newest, before) = (sieve.left.last().copied().filter(|_| !sieve.is_empty()), sieve.before);
    screen.scroll = 0;
    match newest {
        Some(_) => stand(screen, sight, (run, newest)),
        None => screen.record = before,
    }
}

/// Does what a command means in the lists.
pub(super) fn choose(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    match (&mut screen.dialog, command) {
        (_, Command::Close) => screen.close(),
        (Some(Dialog::Looking(looking)), Command::Act) => match looking.looks.get(looking.at)?.clone() {
            Look::List(list) => screen.open(Dialog::Listing(Listing { list, at: 0 })),
            Look::Filter(words) => {
                screen.close();
                screen.sieve = Some(Sieve::of(&words, screen.record));
                screen.look_at(Pane::Trail);
                change(screen, sight, |_| {});
                screen.sieve.take_if(|sieve| sieve.is_empty());
            }
        },
        (Some(Dialog::Looking(looking)), _) => looking.at = moved(looking.at, command, (looking.looks.len(), PAGE)),
        (Some(Dialog::Listing(listing)), Command::Act) => {
            let (list, at) = (listing.list, listing.at);
            jump(screen, sight, (list, at));
        }
        (Some(Dialog::Listing(listing)), _) => {
            let list = sight.past?.findings()?.lists.get(listing.list)?;
            listing.at = moved(listing.at, command, (list.entries.len(), PAGE));
        }
        _ => {}
    }
    None
}

/// Goes to the record of an entry of a list, through a filter that leaves it out.
fn jump(screen: &mut Screen, sight: &Sight<'_>, (list, at): (usize, usize)) {
    let findings = sight.past.and_then(Hindsight::findings);
    let Some((n, _)) = findings.and_then(|found| found.lists.get(list)).and_then(|list| list.entries.get(at)) else {
        return screen.close();
    };
    let (Some(n), Some(run)) = (*n, sight.run()) else {
        return screen.say("no single record says this: the state of the run does");
    };
    screen.close();
    screen.sieve.take_if(|sieve| sieve.left.binary_search(&n).is_err());
    screen.look_at(Pane::Trail);
    stand(screen, sight, (run, Some(n)));
}
