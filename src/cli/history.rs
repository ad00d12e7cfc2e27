//! `mop history`: the runs of a runbook, what they took, and where its estimates are off.
//!
//! Reads one run after the other and writes nothing. What counts, and when an estimate is off, is decided in
//! `run::history`; how the text of the runbook is mended, in `runbook::mend`.

mod rows;
mod said;

use std::io::Write;
use std::path::Path;

use super::Exit;
use super::args::{HistoryArgs, LookBackFormat, StateArgs};
use super::check::readable;
use super::find::is_path;
use super::output::{Output, width};
use super::patches::{named, print, remark};
use super::standing::run_word;
use super::state::{NO_PLACE, store};
use super::stop::Stop;
use crate::app::{PastRun, Store, Surroundings, past_runs};
use crate::run::Run;
use crate::run::history::{Annals, Passage};
use crate::runbook::mend::Mended;
use crate::runbook::model::Runbook;
use crate::runbook::{Loaded, shipped};
use crate::text::harmless_json;
use rows::{Row, mendings, rows};

pub(super) fn run(state: &StateArgs, args: &HistoryArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let (file, runbook) = match file(&args.runbook, output) {
        Ok(found) => found.map_or((None, None), |(loaded, runbook)| (Some(loaded), Some(runbook))),
        Err(exit) => return exit,
    };
    let asked = Asked { args, file: file.as_ref(), runbook: runbook.as_ref() };
    answer(state, &asked, output).map_or_else(|stop| stop.say(output), |()| Exit::Good)
}

/// Is what was asked for, with the runbook where there is a file of it.
struct Asked<'a> {
    args: &'a HistoryArgs,
    file: Option<&'a Loaded>,
    runbook: Option<&'a Runbook>,
}

/// Is what there is to say.
struct Told {
    /// The id of the runbook.
    id: String,
    runs: Vec<Past>,
    /// How many others there are: runs that are not sealed, and runs of the other kind.
    others: (usize, usize),
    rows: Vec<Row>,
    is_rehearsals: bool,
}

/// Is a run in the list.
struct Past {
    name: String,
    is_sealed: bool,
    facts: Result<Facts, String>,
}

/// Is what is said of a run that can be read.
struct Facts {
    run: String,
    begun_ms: i64,
    ran_ms: i64,
    stood_ms: i64,
    state: &'static str,
    result: Option<String>,
    version: Option<String>,
    is_backed_out: bool,
    done: (usize, usize),
}

impl Facts {
    fn of(run: &Run, is_sealed: bool) -> Self {
        let last_ms = run.trail().last().map_or(0, |entry| entry.at_ms);
        let progress = run.progress();
        Self {
            run: run.start().run.clone(),
            begun_ms: run.trail().first().map_or(0, |entry| entry.at_ms),
            ran_ms: run.ran_at(last_ms),
            stood_ms: run.stood_at(last_ms),
            state: run_word(run, is_sealed),
            result: run.closed().map(str::to_owned),
            version: run.runbook().main().version.clone(),
            is_backed_out: run.back_out().is_some(),
            done: (progress.done, progress.of),
        }
    }
}

/// Opens the runbook that was named, where that is a file or a shipped one; else it is an id.
fn file(path: &Path, output: &mut Output<impl Write, impl Write>) -> Result<Option<(Loaded, Runbook)>, Exit> {
    let is_shipped = path.to_str().and_then(shipped::by_id).is_some();
    let is_id = !is_shipped && path != Path::new("-") && !is_path(path) && !path.exists();
    if is_id { Ok(None) } else { readable(path, output).map(Some) }
}

fn answer(state: &StateArgs, asked: &Asked<'_>, output: &mut Output<impl Write, impl Write>) -> Result<(), Stop> {
    let store = store(state).ok_or_else(|| Stop::usage(NO_PLACE))?;
    let mut gathered = gather(&store, asked)?;
    let runbook = asked.runbook.or_else(|| gathered.last.as_ref().map(|run| &**run.runbook()));
    let runbook = runbook.ok_or_else(|| nothing(&store, &gathered.id))?;
    let annals = Annals::of(std::mem::take(&mut gathered.passages));
    let told = Told {
        rows: rows(runbook, &annals),
        id: gathered.id,
        runs: gathered.runs,
        others: gathered.others,
        is_rehearsals: asked.args.rehearsals,
    };
    match asked.args.format {
        _ if asked.args.patch => return patch(asked, &told, output),
        LookBackFormat::Text => output.print(&said::text(&told, runbook, (&Surroundings::machine().now(), width()))),
        LookBackFormat::Json => {
            output.print(&format!("{}\n", harmless_json(&format!("{:#}", said::object(&told, asked.file)))));
        }
    }
    Ok(())
}

fn nothing(store: &Store, id: &str) -> Stop {
    let state = store.state().display();
    Stop::usage(format!(
        "there is no sealed run of {id} in {state}, and no file of that name; mop runs --all lists the runs"
    ))
}

/// Is what was read of the runs.
#[derive(Default)]
struct Gathered {
    id: String,
    runs: Vec<Past>,
    passages: Vec<Passage>,
    others: (usize, usize),
    last: Option<Run>,
}

fn gather(store: &Store, asked: &Asked<'_>) -> Result<Gathered, Stop> {
    let id =
        asked.runbook.map_or_else(|| asked.args.runbook.to_string_lossy().into_owned(), |book| book.main().id.clone());
    let (wanted, other) = match asked.args.rehearsals {
        true => (store.rehearsals(), store.clone()),
        false => (store.clone(), store.rehearsals()),
    };
    let surroundings = Surroundings::machine();
    let mut gathered = Gathered { others: (0, other.names_of(&id)?.count()), ..Gathered::default() };
    for PastRun { name, is_sealed, run } in past_runs(&wanted, &surroundings, &id)? {
        if !is_sealed && !asked.args.all {
            gathered.others.0 += 1;
            continue;
        }
        let facts = run.as_ref().map(|run| Facts::of(run, is_sealed)).map_err(Clone::clone);
        gathered.runs.push(Past { name, is_sealed, facts });
        if let Ok(run) = run {
            gathered.passages.push(Passage::of(&run));
            gathered.last = Some(run);
        }
    }
    Ok(Gathered { id, ..gathered })
}

/// Prints the patch that mends the estimates.
fn patch(asked: &Asked<'_>, told: &Told, output: &mut Output<impl Write, impl Write>) -> Result<(), Stop> {
    let loaded = match asked.file {
        Some(loaded) if !is_no_file(loaded) => loaded,
        _ => return Err(Stop::usage("only the file of a runbook can be mended; give its path")),
    };
    let wanted = mendings(&told.rows);
    let all: Vec<_> = wanted.iter().map(|(mending, _)| *mending).collect();
    let mended = Mended::of(loaded, &all);
    let mut text = String::new();
    for (at, (_, words)) in wanted.iter().enumerate() {
        let is_left_out = mended.left_out.contains(&at);
        let note = if is_left_out { "; its figure cannot be changed by itself, change it by hand" } else { "" };
        text += &remark(&format!("{words}{note}"));
    }
    text += &mended.patch(loaded, named);
    print(&text, output);
    if wanted.is_empty() {
        output.tell("no estimate is off, so that there is nothing to mend");
    }
    match mended.left_out.len() {
        0 => Ok(()),
        left => Err(Stop::no(format!("{left} of {} estimates that are off cannot be mended by a patch", wanted.len()))),
    }
}

fn is_no_file(loaded: &Loaded) -> bool {
    let name = loaded.sources.first().map(|source| source.name()).unwrap_or_default();
    name == "standard input" || shipped::by_name(name).is_some()
}
