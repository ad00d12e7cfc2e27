//! `mop`, `mop run` and `mop resume`: the same full screen, entered in three ways.

use std::env;
use std::io::Write;
use std::path::Path;

use super::Exit;
use super::args::{CheckFormat, ResumeArgs, RunArgs, StateArgs};
use super::check;
use super::library::{open, why};
use super::output::Output;
use super::state::{NO_PLACE, store};
use crate::app::{self, App, Ending, Signal, Store, Surroundings};
use crate::runbook::Loaded;
use crate::text::Shown;
use crate::ui::Theme;

/// Shows the runbooks and runs there are.
pub(super) fn home(place: &StateArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    show(place, output, |_, _| Ok(()))
}

/// Starts a run.
pub(super) fn run(place: &StateArgs, args: &RunArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    if args.file == Path::new("-") {
        output.complain("mop run reads the keyboard from standard input; give the runbook as a file");
        return Exit::Usage;
    }
    let loaded = match open(&args.file) {
        Ok(loaded) => loaded,
        Err(error) => {
            output.complain(&why(&error));
            return Exit::Usage;
        }
    };
    if loaded.runbook.is_none() {
        return check::report(&loaded, check::form(CheckFormat::Text, output.colour()), false, output);
    }
    show(place, output, |app, _| {
        app.show_runbook(loaded);
        Ok(())
    })
}

/// Goes on with a run.
pub(super) fn resume(place: &StateArgs, args: &ResumeArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    show(place, output, |app, store| {
        let name = match &args.run {
            Some(wanted) => store.find(wanted).map_err(|error| error.to_string())?,
            None => {
                let newest = store.names().map_err(|error| error.to_string())?.into_iter().next();
                newest.ok_or("there is no run to go on with; mop run FILE starts one")?
            }
        };
        app.show_run(&name);
        Ok(())
    })
}

fn show(
    place: &StateArgs,
    output: &mut Output<impl Write, impl Write>,
    enter: impl FnOnce(&mut App, &Store) -> Result<(), String>,
) -> Exit {
    if !app::is_usable() {
        output.complain("this needs a terminal that can be drawn on; mop plan prints a runbook as a paper checklist");
        return Exit::Usage;
    }
    let Some(store) = store(place) else {
        output.complain(NO_PLACE);
        return Exit::Usage;
    };
    let mut app = App::new(Surroundings::machine(), store.clone(), (opener, theme()));
    if let Err(why) = enter(&mut app, &store) {
        output.complain(Shown::line(&why).as_str());
        return Exit::Usage;
    }
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

fn theme() -> Theme {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    Theme { colour: set("NO_COLOR").is_none(), ascii: !(locale.contains("utf-8") || locale.contains("utf8")) }
}
