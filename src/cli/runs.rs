//! `mop runs`: the runs there are and how each stands; and which one is meant when nobody says.
//!
//! A run that cannot be read is listed with the reason. Rehearsals are listed as such.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::Exit;
use super::args::{ListFormat, RunsArgs, StateArgs};
use super::find::{among, is_path};
use super::output::{Output, width};
use super::page::lines;
use super::standing::run_word;
use super::state::{NO_PLACE, store};
use super::stop::Stop;
use crate::app::{Attendance, Guest, Store, Surroundings};
use crate::journal::read_seal;
use crate::run::Run;
use crate::text::harmless_json;

/// Is one run of the list.
struct Row {
    store: Store,
    name: String,
    is_sealed: bool,
    /// The run, or why it cannot be read.
    run: Result<Run, String>,
}

impl Row {
    fn is_over(&self) -> bool {
        self.is_sealed || self.run.as_ref().is_ok_and(|run| run.closed().is_some())
    }
}

/// Lists the runs.
pub(super) fn run(place: &StateArgs, args: &RunsArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let rows = match rows(place, args.all) {
        Ok(rows) => rows,
        Err(stop) => return stop.say(output),
    };
    let surroundings = Surroundings::machine();
    for row in rows.iter().filter(|row| args.all || !row.is_over()) {
        match args.format {
            ListFormat::Text => output.print(&text(row, &surroundings)),
            ListFormat::Json => output.print(&format!("{}\n", harmless_json(&object(row, &surroundings).to_string()))),
        }
    }
    Exit::Good
}

/// Reads the runs, the newest first, rehearsals behind them; those that are sealed only when they are wanted.
fn rows(place: &StateArgs, with_sealed: bool) -> Result<Vec<Row>, Stop> {
    let store = store(place).ok_or_else(|| Stop::usage(NO_PLACE))?;
    let surroundings = Surroundings::machine();
    let mut rows = Vec::new();
    for store in [store.clone(), store.rehearsals()] {
        for name in store.names()? {
            let is_sealed = !matches!(read_seal(&*surroundings.world.storage, &store.path(&name)), Ok(None));
            if !is_sealed || with_sealed {
                let run = store.open(&surroundings, &name).map_err(|error| error.to_string());
                rows.push(Row { store: store.clone(), name, is_sealed, run });
            }
        }
    }
    Ok(rows)
}

/// Finds the run that is meant: the one that was named, or the only one that is not closed.
pub(super) fn chosen(place: &StateArgs, wanted: Option<&Path>) -> Result<(Store, String), Stop> {
    let store = store(place).ok_or_else(|| Stop::usage(NO_PLACE))?;
    if let Some(wanted) = wanted {
        return match is_path(wanted) {
            true => by_path(&store, wanted),
            false => Ok(among(&store, &wanted.to_string_lossy())?),
        };
    }
    let mut open: Vec<_> = rows(place, false)?.into_iter().filter(|row| row.run.is_ok() && !row.is_over()).collect();
    let mut real = open.iter().filter(|row| !row.store.is_for_rehearsals());
    let meant = match (real.next(), real.next()) {
        (Some(only), None) => Some((only.store.clone(), only.name.clone())),
        _ => None,
    };
    match (meant, open.len()) {
        (Some(meant), _) => Ok(meant),
        (None, 0) => Err(Stop::usage("there is no run to go on with; mop run FILE starts one")),
        (None, 1) => {
            let only = open.swap_remove(0);
            Ok((only.store, only.name))
        }
        (None, _) => {
            let names: String = open.iter().map(|row| format!("\n  {}", row.name)).collect();
            Err(Stop::usage(format!("several runs are not closed; say which one:{names}")))
        }
    }
}

/// Takes the directory of a run that lies in a state directory.
fn by_path(store: &Store, wanted: &Path) -> Result<(Store, String), Stop> {
    let found = super::find::find(&StateArgs::default(), wanted).map_err(Stop::usage)?;
    found.check_is_no_archive("runs go on where they are kept").map_err(Stop::usage)?;
    let all = [store.clone(), store.rehearsals()];
    let its = all.into_iter().find(|store| store.path(&found.name).canonicalize().is_ok_and(|path| path == found.dir));
    match its {
        Some(store) => Ok((store, found.name)),
        None => Err(Stop::usage(format!("{}: does not lie in the state directory", found.dir.display()))),
    }
}

fn text(row: &Row, surroundings: &Surroundings) -> String {
    let kind = if row.store.is_for_rehearsals() { ", rehearsal" } else { "" };
    let run = match &row.run {
        Ok(run) => run,
        Err(why) => return lines(&format!("{}  cannot be read: {why}", row.name), (width(), 2)),
    };
    let now = surroundings.now();
    let (start, progress) = (run.start(), run.progress());
    let since = run.trail().first().map(|entry| now.local(entry.at_ms).format("%Y-%m-%d %H:%M").to_string());
    let here = guests(row, surroundings);
    let who = if here.is_empty() { "nobody".to_owned() } else { names(here.into_iter().map(|guest| guest.name)) };
    let window = run.window().map(|(begin, end)| {
        let clock = |at_ms: i64| now.local(at_ms).format("%m-%d %H:%M").to_string();
        format!(", window {}–{}", clock(begin), clock(end))
    });
    let words = format!(
        "{}  {}  {}{kind}  {}/{}  here: {who}  since {}{}  {}",
        start.run,
        run.name(),
        run_word(run, row.is_sealed),
        progress.done,
        progress.of,
        since.unwrap_or_default(),
        window.unwrap_or_default(),
        row.name
    );
    lines(&words, (width(), 2))
}

fn guests(row: &Row, surroundings: &Surroundings) -> Vec<Guest> {
    Attendance::at(&surroundings.world.storage, row.store.path(&row.name)).guests()
}

fn names(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn object(row: &Row, surroundings: &Surroundings) -> serde_json::Value {
    let here = guests(row, surroundings);
    let here: Vec<_> = here.into_iter().map(|guest| guest.name).collect();
    let rehearsal = row.store.is_for_rehearsals();
    let run = match &row.run {
        Ok(run) => run,
        Err(why) => return json!({ "name": row.name, "rehearsal": rehearsal, "error": why }),
    };
    let (start, progress) = (run.start(), run.progress());
    let people: Vec<_> = run.people().iter().map(|who| who.name.as_str()).collect();
    json!({
        "run": start.run,
        "name": row.name,
        "title": run.name(),
        "runbook": start.runbook,
        "rehearsal": rehearsal,
        "state": run_word(run, row.is_sealed),
        "done": progress.done,
        "of": progress.of,
        "people": people,
        "here": here,
        "since": run.trail().first().map(|entry| crate::journal::timestamp(entry.at_ms)),
        "window": run.window().map(|(begin, end)| [begin, end].map(crate::journal::timestamp)),
    })
}
