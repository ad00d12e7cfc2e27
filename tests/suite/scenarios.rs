//! Behaviours of a run that an operator would name, one file each in `tests/scenarios`.
//!
//! A scenario is a runbook, people and a story: who does what, what the world reports, and after each
//! step what is refused, recorded and to be seen. It is told to `decide` and `apply` through the bytes
//! of the journal, and at its end the records make the same run again. Nothing regenerates what a
//! scenario expects; it is written by hand. docs of the words: `file` and `act`.

mod act;
pub mod bench;
mod expect;
mod facts;
mod file;
pub mod portrait;

use std::fs;
use std::path::Path;

use crate::reading::files;
use file::Scenario;

/// Plays a scenario, and says at which line it does not go as written.
fn play(name: &str, text: &str) -> Result<(), String> {
    let scenario = Scenario::read(text).map_err(|problem| format!("{name}:{problem}"))?;
    let mut bench = bench::Bench::begin(&scenario).map_err(|problem| format!("{name}: {problem}"))?;
    for told in &scenario.story {
        let line = told.referenced.line();
        let played = act::play(&mut bench, &told.value).and_then(|turn| expect::check(&bench, &told.value, &turn));
        played.map_err(|problem| format!("{name}:{line}: {problem}"))?;
        bench.check_replay().map_err(|problem| format!("{name}:{line}: {problem}"))?;
    }
    Ok(())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_scenario_goes_as_it_is_written() {
    let paths = files("tests/scenarios", ".yaml");
    let count = paths.len();
    let problems: Vec<_> =
        paths.iter().filter_map(|path| play(&name_of(path), &fs::read_to_string(path).unwrap()).err()).collect();
    assert!(problems.is_empty(), "{} of {count}:\n{}", problems.len(), problems.join("\n"));
    assert!(count >= 60, "{count} scenarios");
}

const SMALL: &str = "\
behaviour: A step is signed
runbook: |
  mop: 1
  title: Small
  activities:
    - { title: One, estimate: 1m, steps: [First, Second] }
story:
  - does: sign 1.1
    records: [{ t: step_signed, step: one/first, outcome: done }]
    effects: []
    stands: { 1.1: ✓P, 1.2: ○ }
    trail: [Ada signed 1.1 as operator (name)]
    run: { progress: 1 of 2 }
  - does: sign 1.1
    refused: this is done
";

#[test]
fn what_a_scenario_says_is_held_against_the_run() {
    assert_eq!(play("small.yaml", SMALL), Ok(()));
    let wrong = [
        ("outcome: done", "outcome: skipped", "small.yaml:8: record 1 of this step: \"done\" is not \"skipped\""),
        ("t: step_signed", "t: step_confirmed", "small.yaml:8: record 1 of this step"),
        ("records: [{", "records: [note_added, {", "small.yaml:8: it recorded [\"step_signed\"]"),
        ("effects: []", "effects: [ring]", "small.yaml:8: the effects are [], not [\"ring\"]"),
        ("1.2: ○", "1.2: ◐", "small.yaml:8: 1.2 stands as ○, not ◐"),
        ("1.2: ○", "1.7: ○", "small.yaml:8: there is no item 1.7"),
        ("(name)]", "(pin)]", "small.yaml:8: the trail says [\"Ada signed 1.1 as operator (name)\"]"),
        ("1 of 2", "2 of 2", "small.yaml:8: progress is 1 of 2, not 2 of 2"),
        ("{ progress", "{ speed", "small.yaml:8: nothing of a run is called speed"),
        ("refused: this is done", "refused: this", "small.yaml:14: it is refused with: this is done"),
        ("refused: this is done", "records: []", "small.yaml:14: it is refused with: this is done"),
        ("does: sign 1.1\n    records", "does: sing 1.1\n    records", "small.yaml:8: nobody can `sing 1.1`"),
        ("sign 1.1\n    refused", "sign 1.2\n    refused", "small.yaml:14: it is not refused"),
    ];
    for (was, now, problem) in wrong {
        assert!(SMALL.contains(was), "{was}");
        let said = play("small.yaml", &SMALL.replacen(was, now, 1)).unwrap_err();
        assert!(said.starts_with(problem), "{said}");
    }
}

#[test]
fn a_mistake_in_a_scenario_names_file_and_line() {
    let mistakes = [
        ("    effects: []", "    efects: []", "small.yaml:10: unknown field `efects`"),
        ("behaviour:", "behavior:", "small.yaml:1: unknown field `behavior`"),
        ("    refused: this is done\n", "", "small.yaml:14: it expects nothing"),
        ("  - does: sign 1.1\n    ref", "  - seen: 1\n    ref", "small.yaml:14: it says neither `does` nor `world`"),
        ("mop: 1", "mop: 9", "small.yaml: the runbook is wrong"),
    ];
    for (was, now, problem) in mistakes {
        assert!(SMALL.contains(was), "{was}");
        let said = play("small.yaml", &SMALL.replacen(was, now, 1)).unwrap_err();
        assert!(said.starts_with(problem), "{said}");
    }
}

#[test]
fn each_scenario_is_about_something_of_its_own() {
    let paths = files("tests/scenarios", ".yaml");
    let mut said: Vec<_> =
        paths.iter().map(|path| Scenario::read(&fs::read_to_string(path).unwrap()).unwrap().behaviour).collect();
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), paths.len(), "two scenarios have one behaviour");
}
