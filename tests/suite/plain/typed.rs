//! At a terminal: what was typed ahead is forgotten, a held key does nothing, a paste signs nothing, and
//! nothing moves the cursor.

use std::fs;

use tempfile::TempDir;

use crate::flow::pty::Pty;
use crate::reading::here;

const RUN: [&str; 5] = ["run", "tour", "--plain", "--as", "Ada"];

/// Begins a run of a runbook that asks nothing.
pub fn begun_with(state: &TempDir, name: &str, text: &str) -> Pty {
    let book = state.path().join(name);
    fs::write(&book, text).unwrap();
    let mut pty = Pty::start(state.path(), &["run", book.to_str().unwrap(), "--plain", "--as", "Ada"], &[]);
    pty.wait_for("type begin");
    pty.press("begin\r");
    pty.wait_for("(ready)>");
    pty
}

/// Begins the tour with what is proposed.
fn begun(state: &TempDir) -> Pty {
    let mut pty = Pty::start(state.path(), &RUN, &[]);
    for name in ["person> ", "colours> ", "port> ", "pages> ", "second_person> ", "window> "] {
        pty.wait_for(name);
        pty.press("=\r");
    }
    pty.wait_for("type begin to start the run");
    pty.press("begin\r");
    pty.wait_for("(ready)>");
    pty
}

fn records(state: &TempDir) -> String {
    let runs = fs::read_dir(state.path().join("runs"));
    let run = runs.ok().and_then(|mut runs| runs.next()).map(|run| run.unwrap().path());
    run.map(|run| fs::read_to_string(run.join("journal.jsonl")).unwrap()).unwrap_or_default()
}

/// Leaves with a word that stands for itself, however much was typed before.
pub fn leave(pty: &mut Pty) {
    pty.press_until("leave\r", "The run stays as it is");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn a_held_enter_begins_signs_and_starts_nothing() {
    let state = TempDir::new().unwrap();
    let mut pty = Pty::start(state.path(), &RUN, &[]);
    pty.wait_for("person> ");
    pty.press(&"\r".repeat(200));
    pty.press_until("\x04", "No run was begun");
    assert_eq!(pty.wait_for_end(), 0);
    assert!(!state.path().join("runs").exists());
    let mut pty = begun(&state);
    pty.press(&"\r".repeat(200));
    leave(&mut pty);
    assert!(!records(&state).contains("step_signed"));
    assert!(!pty.raw.contains(&0x1B), "no escape is written");
}

#[test]
fn a_signature_needs_its_number_after_the_statement_was_shown() {
    let state = TempDir::new().unwrap();
    let mut pty = begun(&state);
    pty.press("sign R1\r");
    pty.wait_for("type R1 to sign this as Ada");
    pty.press("yes\r");
    pty.wait_for("refused: not confirmed; nothing was recorded");
    assert!(!records(&state).contains("step_signed"));
    // What is typed before the prompt is there is forgotten.
    pty.wait_until("it asks what to do", |pty| pty.text().trim_end().ends_with("(ready)>"));
    pty.press("sign R1\r");
    pty.press_until("R1\r", "Ada signed R1");
    pty.wait_for("1a look/you-can-read-the-whole-screen (ready)>");
    leave(&mut pty);
    assert_eq!(records(&state).matches("\"t\":\"step_signed\"").count(), 1);
}

#[test]
fn a_pasted_file_of_answers_signs_nothing() {
    let state = TempDir::new().unwrap();
    let mut pty = begun(&state);
    let answers = fs::read_to_string(here("tests/answers/tour.txt")).unwrap();
    let block: String =
        answers.lines().skip_while(|line| !line.starts_with("sign")).map(|line| format!("{line}\r")).collect();
    pty.press(&block);
    leave(&mut pty);
    assert!(!records(&state).contains("step_signed") && !records(&state).contains("action_started"));
}

#[test]
fn a_secret_is_not_shown_where_it_is_typed() {
    let state = TempDir::new().unwrap();
    let text = "mop: 1\nid: secret\ntitle: Secret\nroles: { lead: Does it }\nsign: lead\ninputs:\n  word: { ask: The word, type: secret }\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: count, title: Count it, run: { command: 'printf %s \"$WORD\" | wc -c', env: { WORD: \"{{ word }}\" }, expect: { stdout: { number: \"> 0\" } } } }\n";
    let mut pty = begun_with(&state, "secret.yaml", text);
    pty.press("start 1.1\r");
    pty.wait_for("word, not shown> ");
    pty.press("swordfish\r");
    pty.wait_for("1.1 | 9");
    pty.wait_for("(to sign)>");
    leave(&mut pty);
    assert!(!String::from_utf8_lossy(&pty.raw).contains("swordfish"));
    assert!(!records(&state).contains("swordfish"));
}

#[test]
fn while_a_command_runs_it_can_be_cancelled() {
    let state = TempDir::new().unwrap();
    let text = "mop: 1\nid: long\ntitle: Long\nroles: { lead: Does it }\nsign: lead\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: rest, title: Rest, run: { command: echo begun; exec sleep 1000, expect: { exit: 0 } } }\n";
    let mut pty = begun_with(&state, "long.yaml", text);
    pty.press("start 1.1\r");
    pty.wait_for("1.1 | begun");
    pty.press("cancel 1.1\r");
    pty.wait_for("why> ");
    pty.press("Too long\r");
    pty.wait_for("(failed)>");
    leave(&mut pty);
}
