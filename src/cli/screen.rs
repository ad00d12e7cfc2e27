//! `mop`, `mop run` and `mop resume`: the same full screen, entered in three ways.

use std::env;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::Exit;
use super::args::{LookArgs, ReviewArgs, RunArgs, StateArgs, TalkArgs, TrustArgs};
use super::check;
use super::find::find;
use super::given::{Given, WINDOW};
use super::hand::keys;
use super::library::{open, why};
use super::output::Output;
use super::runs;
use super::settings::Settings;
use super::state::{NO_PLACE, store};
use super::stop::Stop;
use super::verify::{auditor, check_trust};
use crate::app::{self, App, Ending, Filled, Keys, Signal, Store, Surroundings};
use crate::exec::process::Cancel;
use crate::journal::World;
use crate::run::roster::Roster;
use crate::runbook::Loaded;
use crate::runbook::model::Runbook;
use crate::text::Shown;

/// Shows the runbooks and runs there are.
pub(super) fn home((place, look): (&StateArgs, &LookArgs), output: &mut Output<impl Write, impl Write>) -> Exit {
    match store(place) {
        Some(store) => show((Surroundings::machine(), store, look), output, |_| {}),
        None => {
            output.complain(NO_PLACE);
            Exit::Usage
        }
    }
}

/// Starts a run, or a rehearsal of one.
pub(super) fn run(
    (place, look): (&StateArgs, &LookArgs),
    (args, is_rehearsal): (&RunArgs, bool),
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    let (loaded, runbook) = match readable(args, output) {
        Ok(read) => read,
        Err(exit) => return exit,
    };
    let Some(mut store) = store(place) else {
        output.complain(NO_PLACE);
        return Exit::Usage;
    };
    if is_rehearsal {
        store = store.rehearsals();
    }
    let surroundings = Surroundings::machine();
    let filled = Given::read(&runbook, args, surroundings.now().offset).and_then(|given| {
        let roster = store.roster().map_err(|error| Stop::usage(error.to_string()));
        args.talk.who.as_deref().map(|who| check_who(&roster?, who)).transpose()?;
        Ok((filled(given), named_key(&surroundings, &args.talk)?))
    });
    let (filled, key) = match filled {
        Ok(filled) => filled,
        Err(stop) => return stop.say(output),
    };
    show((surroundings, store, look), output, |app| {
        app.sign_with(key);
        app.fill_in(filled);
        app.show_runbook(Loaded { runbook: Some(runbook), ..loaded });
    })
}

/// Makes what the command line answers what a person would have typed.
fn filled(Given { answers, window, length }: Given) -> Filled {
    let window = window.map(|window| (WINDOW.to_owned(), window));
    let answers = answers.into_iter().chain(window).map(|(name, answer)| (name, answer.to_string()));
    Filled { answers: answers.collect(), length }
}

/// Makes sure that a name means one person.
fn check_who(roster: &Roster, who: &str) -> Result<(), Stop> {
    match roster.person(who) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Stop::usage(format!("--as {who}: a name has at least one letter or digit"))),
        Err(several) => Err(Stop::usage(format!("--as {who}: {several}"))),
    }
}

/// Finds the key that was named to sign with.
fn named_key(surroundings: &Surroundings, talk: &TalkArgs) -> Result<Option<Keys>, Stop> {
    let Some(named) = &talk.key else { return Ok(None) };
    let found = keys(&surroundings.ssh, Some(named), &Cancel::default());
    found.map(Some).map_err(|error| Stop::usage(format!("--key: {error}")))
}

/// Reads the runbook to be run; one with errors is shown with them.
pub(super) fn readable(args: &RunArgs, output: &mut Output<impl Write, impl Write>) -> Result<(Loaded, Runbook), Exit> {
    if args.file == Path::new("-") {
        output.complain("mop run reads the keyboard from standard input; give the runbook as a file");
        return Err(Exit::Usage);
    }
    check::readable(&args.file, output)
}

/// Goes on with a run.
pub(super) fn resume(
    (place, look): (&StateArgs, &LookArgs),
    (wanted, talk): (Option<&Path>, &TalkArgs),
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    let surroundings = Surroundings::machine();
    let found = runs::chosen(place, wanted).and_then(|(store, name)| {
        if let Some(who) = &talk.who {
            check_who(&store.roster_of(&name)?, who)?;
        }
        Ok((named_key(&surroundings, talk)?, store, name))
    });
    let (key, store, name) = match found {
        Ok(found) => found,
        Err(stop) => return stop.say(output),
    };
    show((surroundings, store, look), output, |app| {
        app.sign_with(key);
        match &talk.who {
            Some(who) => app.resume(&name, who),
            None => app.show_run(&name),
        }
    })
}

/// Looks on at a run.
pub(super) fn watch(
    (place, look): (&StateArgs, &LookArgs),
    wanted: &Path,
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    match runs::chosen(place, Some(wanted)) {
        Ok((store, name)) => show((Surroundings::machine(), store, look), output, |app| app.watch_run(&name)),
        Err(stop) => stop.say(output),
    }
}

/// Looks at a run afterwards, wherever it lies.
pub(super) fn review(
    (place, look): (&StateArgs, &LookArgs),
    args: &ReviewArgs,
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    let found = match find(place, &args.run).and_then(|found| check_trust(&args.trust).map(|()| found)) {
        Ok(found) => found,
        Err(why) => {
            output.complain(Shown::text(&why).as_str());
            return Exit::Usage;
        }
    };
    let lies_in = found.archive.as_deref().unwrap_or(&found.dir);
    let beside = || Store::at(lies_in.parent().map(Path::to_owned).unwrap_or_default());
    let store = store(place).unwrap_or_else(beside);
    let surroundings = Surroundings::machine();
    let world = World { storage: Arc::clone(&found.storage), ..surroundings.world };
    show((Surroundings { world, ..surroundings }, store, look), output, |app| {
        app.audit_with(auditor(args.trust.clone()));
        app.review_run(&found.dir);
    })
}

fn show(
    (surroundings, store, look): (Surroundings, Store, &LookArgs),
    output: &mut Output<impl Write, impl Write>,
    enter: impl FnOnce(&mut App),
) -> Exit {
    if !app::is_usable() {
        output.complain("this needs a terminal that can be drawn on; mop run FILE --plain goes by lines");
        return Exit::Usage;
    }
    let settings = Settings::find(look);
    let fittings = settings.fittings();
    let mut app = App::new(surroundings, store, (opener, fittings.theme));
    app.fit_out(fittings);
    if let Ok(folder) = env::current_dir() {
        app.look_in(folder);
    }
    app.audit_with(auditor(TrustArgs::default()));
    enter(&mut app);
    // Nobody is kept from a run by a file of settings; he is told what of it does not hold.
    settings.complaint().into_iter().for_each(|words| app.say(words));
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

pub(super) fn opener(path: &Path) -> Result<Loaded, String> {
    open(path).map_err(|error| why(&error))
}
