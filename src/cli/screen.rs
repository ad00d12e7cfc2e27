//! `mop`, `mop run` and `mop resume`: the same full screen, entered in three ways.

use std::env;
use std::io::Write;
use std::path::Path;

use super::Exit;
use super::args::{CheckFormat, RunArgs, StateArgs};
use super::check;
use super::library::{open, why};
use super::output::Output;
use super::runs;
use super::state::{NO_PLACE, store};
use crate::app::{self, App, Ending, Signal, Store, Surroundings};
use crate::runbook::Loaded;
use crate::text::Shown;
use crate::ui::Theme;

/// Shows the runbooks and runs there are.
pub(super) fn home(place: &StateArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    match store(place) {
        Some(store) => show(store, output, |_| {}),
        None => {
            output.complain(NO_PLACE);
            Exit::Usage
        }
    }
}

/// Starts a run, or a rehearsal of one.
pub(super) fn run(
    place: &StateArgs,
    (args, is_rehearsal): (&RunArgs, bool),
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    if !args.set.is_empty() || args.window.is_some() || args.talk.who.is_some() {
        output.complain("--set, --window and --as are for --plain; the full screen asks");
        return Exit::Usage;
    }
    let loaded = match readable(args, output) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let Some(mut store) = store(place) else {
        output.complain(NO_PLACE);
        return Exit::Usage;
    };
    if is_rehearsal {
        store = store.rehearsals();
    }
    show(store, output, |app| app.show_runbook(loaded))
}

/// Reads the runbook to be run; one with errors is shown with them.
pub(super) fn readable(args: &RunArgs, output: &mut Output<impl Write, impl Write>) -> Result<Loaded, Exit> {
    if args.file == Path::new("-") {
        output.complain("mop run reads the keyboard from standard input; give the runbook as a file");
        return Err(Exit::Usage);
    }
    let loaded = match open(&args.file) {
        Ok(loaded) => loaded,
        Err(error) => {
            output.complain(&why(&error));
            return Err(Exit::Usage);
        }
    };
    match loaded.runbook {
        Some(_) => Ok(loaded),
        None => Err(check::report(&loaded, check::form(CheckFormat::Text, output.colour()), false, output)),
    }
}

/// Goes on with a run.
pub(super) fn resume(place: &StateArgs, wanted: Option<&Path>, output: &mut Output<impl Write, impl Write>) -> Exit {
    match runs::chosen(place, wanted) {
        Ok((store, name)) => show(store, output, |app| app.show_run(&name)),
        Err(stop) => stop.say(output),
    }
}

fn show(store: Store, output: &mut Output<impl Write, impl Write>, enter: impl FnOnce(&mut App)) -> Exit {
    if !app::is_usable() {
        output.complain("this needs a terminal that can be drawn on; mop run FILE --plain goes by lines");
        return Exit::Usage;
    }
    let mut app = App::new(Surroundings::machine(), store, (opener, theme()));
    enter(&mut app);
    say_how_it_ended(app::run(app), output)
}

fn say_how_it_ended(ending: Ending, output: &mut Output<impl Write, impl Write>) -> Exit {
    match ending {
        Ending::Left(None) => Exit::Good,
        Ending::Left(Some(run)) => {
            let line = format!("The run stays as it is: mop resume {run}\n");
            output.print(Shown::text(&line).as_str());
            Exit::Good
        }
        Ending::Signal(signal) => Exit::Signal(signal.number()),
        // Nobody is left to be told anything.
        Ending::Gone => Exit::Signal(Signal::Hangup.number()),
        Ending::Failed(why) => {
            output.complain(&why);
            Exit::Usage
        }
    }
}

fn opener(path: &Path) -> Result<Loaded, String> {
    open(path).map_err(|error| why(&error))
}

pub(super) fn theme() -> Theme {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    Theme { colour: set("NO_COLOR").is_none(), ascii: !(locale.contains("utf-8") || locale.contains("utf8")) }
}
