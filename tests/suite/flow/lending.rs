//! Commands that ask questions, in a real terminal: they get it, and give it back, whatever happens to us meanwhile.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::pty::Pty;
use super::terminal::signal;
use crate::plain::site::Site;
use crate::plain::typed::{begun_with, leave};

const BOOK: &str = "mop: 1\nid: asks\ntitle: Asks\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - id: ask\n        title: Ask somebody\n        run:\n          command: |\n            stty size; printf 'sure? '; read -r it </dev/tty; echo \"you said $it\"; test \"$it\" = yes\n          interactive: true\n          expect: {}\n        sign: none\n      - Last\n";

/// What stands on the screen when it asks: it is as large as ours.
const ASKED: &str = "30 100\nsure? ";

struct Ground {
    state: TempDir,
}

impl Ground {
    /// A run that is at the command that asks, and nobody is there.
    fn begin() -> Self {
        let state = TempDir::new().unwrap();
        let mut pty = begun_with(&state, "asks.yaml", BOOK);
        leave(&mut pty);
        Self { state }
    }

    fn resume(&self, face: &[&str], ready: &str) -> Pty {
        let mut pty = Pty::start(self.state.path(), &[&["resume", "--as", "Ada"], face].concat(), &[]);
        pty.wait_for(ready);
        pty
    }

    /// Ada is in front of the checklist.
    fn screen(&self) -> Pty {
        self.resume(&[], "Checklist")
    }

    /// Ada has started the command, and sees what it asks.
    fn asked(&self) -> Pty {
        let mut pty = self.screen();
        pty.press("\r");
        pty.wait_for("y starts it");
        pty.press("y");
        pty.wait_for("mop: the terminal goes to: ");
        pty.wait_for(ASKED);
        pty
    }

    /// Gives the last record of a type.
    fn record(&self, kind: &str) -> Value {
        let run = fs::read_dir(self.state.path().join("runs")).unwrap().next().unwrap().unwrap().path();
        let journal = fs::read_to_string(run.join("journal.jsonl")).unwrap();
        let mut records = journal.lines().rev().map(|line| serde_json::from_str::<Value>(line).unwrap());
        records.find(|record| record["t"] == kind).unwrap()
    }

    /// The command ended as it should, and the record says that it had the terminal.
    fn assert_ended_well(&self) {
        assert_eq!(self.record("action_started")["terminal"], true);
        let end = self.record("action_ended");
        assert_eq!((end["exit"].as_str(), end["found"].as_str()), (Some("it ended with status 0"), Some("checked")));
    }
}

#[test]
fn a_command_that_asks_gets_the_screen_and_gives_it_back() {
    let ground = Ground::begin();
    let mut pty = ground.asked();
    pty.press("yes\r");
    pty.wait_until("the checklist is back", |pty| pty.is_on_other_screen() && pty.text().contains("you said yes"));
    pty.wait_for("✓C");
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    pty.assert_restored();
    ground.assert_ended_well();
}

#[test]
fn two_presses_come_back_while_it_goes_on_and_enter_sits_down_again() {
    let ground = Ground::begin();
    let mut pty = ground.asked();
    pty.press("\x1d\x1d");
    pty.wait_until("the checklist is back", |pty| pty.is_on_other_screen() && pty.text().contains("it goes on"));
    pty.wait_for("enter sits down");
    pty.press("\r");
    pty.wait_until("it asks again", |pty| !pty.is_on_other_screen() && pty.text().contains(ASKED));
    pty.press("no\r");
    pty.wait_until("it failed", |pty| pty.is_on_other_screen() && pty.text().contains("failed"));
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    assert_eq!(ground.record("action_ended")["found"], "failed");
}

#[test]
fn what_asks_outlives_our_being_killed_and_is_answered_after_resuming() {
    let ground = Ground::begin();
    let mut pty = ground.asked();
    signal("KILL", &pty.pid());
    pty.wait_for_end();
    let mut pty = ground.screen();
    pty.wait_for("enter sits down");
    pty.press("\r");
    pty.wait_for(ASKED);
    pty.press("yes\r");
    pty.wait_until("the checklist is back", |pty| pty.is_on_other_screen() && pty.text().contains("✓C"));
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
    ground.assert_ended_well();
}

#[test]
fn a_signal_while_the_terminal_is_lent_restores_it_and_what_asks_goes_on() {
    let ground = Ground::begin();
    let mut pty = ground.asked();
    signal("TERM", &pty.pid());
    assert_eq!(pty.wait_for_end(), 143);
    pty.assert_restored();
    let mut pty = ground.screen();
    pty.wait_for("enter sits down");
    pty.press("\r");
    pty.wait_for(ASKED);
    pty.press("yes\r");
    pty.wait_until("the checklist is back", |pty| pty.is_on_other_screen() && pty.text().contains("✓C"));
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn in_the_dialogue_of_lines_a_command_that_asks_gets_the_terminal_too() {
    let ground = Ground::begin();
    let mut pty = ground.resume(&["--plain"], "(ready)>");
    pty.press("start 1.1\r");
    pty.wait_for(ASKED);
    pty.press("\x1d\x1d");
    pty.wait_for("terminal 1.1 sits down at it again");
    pty.wait_for("(running)>");
    pty.press("terminal 1.1\r");
    pty.wait_for(ASKED);
    pty.press("yes\r");
    pty.wait_for("1.1 ended after");
    leave(&mut pty);
    ground.assert_ended_well();
}

#[test]
fn where_nobody_could_answer_nothing_is_started() {
    let site = Site::new();
    let book = site.file("asks.yaml", BOOK);
    let said = site.mop(&["run", &book, "--plain", "--as", "Ada"], "start 1.1\nleave\n").with(0);
    assert!(said.out.contains("it asks questions, and there is no terminal here: run it yourself"), "{}", said.out);
}
