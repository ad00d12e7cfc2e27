//! The runbooks that come with the program: they pass, they are the files in `runbooks/`, and the tour's
//! commands do what the tour says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use mop::runbook::model::{Action, CommandLine, From, Run, Runbook};
use mop::runbook::plan::{FilledCommand, Item, ItemState, Plan, Values, plan, secret_variable};
use mop::runbook::value::Value;
use mop::runbook::{Loaded, load, shipped};

use crate::reading::{Shelf, shown};

fn open(id: &str) -> Loaded {
    let shelf: BTreeMap<_, _> = shipped::ALL.iter().map(|book| (book.file.to_owned(), book.text.to_owned())).collect();
    let book = shipped::by_id(id).unwrap();
    load(book.file, book.text.as_bytes().to_vec(), &Shelf(shelf))
}

#[test]
fn every_runbook_that_comes_with_the_program_passes_without_a_warning() {
    for book in shipped::ALL {
        let loaded = open(book.id);
        assert!(loaded.diagnostics.is_empty(), "{}", shown(&loaded));
    }
}

#[test]
fn every_file_among_the_runbooks_is_in_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let mut known: Vec<_> = shipped::ALL.iter().map(|book| book.file.to_owned()).collect();
    files.sort();
    known.sort();
    assert_eq!(files, known);
}

#[test]
fn the_runbook_that_mop_new_writes_passes_without_a_warning() {
    let loaded = load("new.yaml", shipped::NEW.as_bytes().to_vec(), &Shelf::default());
    assert!(loaded.diagnostics.is_empty(), "{}", shown(&loaded));
}

#[test]
fn a_restore_in_the_second_hop_of_dnn_restores_the_backup_of_the_second_hop() {
    for id in ["dnn-upgrade", "dnn-upgrade-classic"] {
        let runbook = open(id).runbook.unwrap();
        let mut values = Values::default();
        values.take_defaults(&runbook);
        let hops = if id == "dnn-upgrade" { ["10.2.5", "10.3.2"] } else { ["9.3.2", "9.13.9"] };
        values.set(&runbook, "hops", &hops).unwrap();
        values.set(&runbook, "hop", &[hops[1]]).unwrap();
        let plan = plan(&runbook, &values).unwrap();
        let texts: Vec<_> = plan.back_out().iter().map(|item| plan.title(&runbook, &values, item).text).collect();
        assert!(texts.iter().any(|text| text.contains(&format!("before-{}", hops[1]))), "{id}: {texts:#?}");
        assert!(!texts.iter().any(|text| text.contains(&format!("before-{}", hops[0]))), "{id}: {texts:#?}");
    }
}

/// Runs the commands of the tour in their order, as a run would, with values that try to be more than values.
#[test]
fn the_commands_of_the_tour_do_what_the_tour_says() {
    let runbook = open("tour").runbook.unwrap();
    let mut values = Values::default();
    values.take_defaults(&runbook);
    values.set(&runbook, "person", &["O'Hara; $(touch harm) `touch harm` \"&& touch harm"]).unwrap();
    values.set(&runbook, "chosen.way", &["remark"]).unwrap();
    values.set(&runbook, "remark", &["it's $HOME"]).unwrap();
    values.set(&runbook, "animals", &["cat"]).unwrap();
    let here = tempfile::tempdir().unwrap();
    let mut done = 0;
    while let Some((item, run)) = next_command(&runbook, &values, done) {
        let laid_out = plan(&runbook, &values).unwrap();
        let output = run_command(&runbook, &values, &laid_out, &item, run, here.path());
        for capture in &run.capture {
            assert!(matches!(capture.from, From::Line(_)), "the tour keeps a line");
            let line = output.lines().last().unwrap();
            values.record(&item.id, &capture.name, Value::Text(line.to_owned()));
        }
        done += 1;
    }
    assert_eq!(done, 12, "every command of the tour was run");
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 0, "nothing is left behind");
}

/// Returns the command after the first `done` ones, in the order of the plan.
fn next_command<'r>(runbook: &'r Runbook, values: &Values, done: usize) -> Option<(Item, &'r Run)> {
    let plan = plan(runbook, values).unwrap();
    let commands = plan.forward().iter().filter(|item| item.state == ItemState::Open).filter_map(|item| {
        let Action::Run(run) = &runbook.step(item.kind.step()?).action else { return None };
        Some((item.clone(), &**run))
    });
    commands.into_iter().nth(done)
}

fn run_command(runbook: &Runbook, values: &Values, plan: &Plan, item: &Item, run: &Run, here: &Path) -> String {
    let mut command = match plan.fill_command(runbook, values, item, &run.command) {
        FilledCommand::Shell(line) => {
            assert!(line.missing.is_empty(), "{} waits for {:?}", item.id, line.missing);
            let mut command = Command::new("sh");
            command.args(["-c", &line.text]);
            command
        }
        FilledCommand::Words(words) => {
            let mut command = Command::new(&words[0].text);
            command.args(words[1..].iter().map(|word| &word.text));
            command
        }
    };
    let folder = run.dir.as_ref().map(|dir| plan.fill(runbook, values, item, dir).text);
    command.current_dir(folder.as_deref().map_or(here, Path::new)).env("TMPDIR", here);
    command.env(secret_variable("practice_secret"), "abc").env("PRACTICE_SECRET", "abc");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{} failed: {text}", item.id);
    let expected = run.expect.iter().flat_map(|expect| &expect.output.contains);
    for expected in expected.map(|expected| plan.fill(runbook, values, item, expected).text) {
        assert!(text.contains(&expected), "{}: {expected:?} is not in {text:?}", item.id);
    }
    assert!(matches!(run.command, CommandLine::Words(_)) || !text.contains("harm: "), "{}: {text}", item.id);
    text
}
