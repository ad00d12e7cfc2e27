//! The tour, walked by keys in a real terminal from its start to its seal.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::pty::Pty;

/// Alice at her terminal.
struct Walk {
    pty: Pty,
    state: TempDir,
}

impl Walk {
    fn begin() -> Self {
        let state = TempDir::new().unwrap();
        let mut pty = Pty::start(state.path(), &["run", "tour"], &[]);
        pty.wait_for("Your name");
        pty.press("Alice\r");
        pty.wait_for("begin the run");
        pty.press("y");
        Self { pty, state }
    }

    /// Waits until an item is selected that has a mark.
    fn at(&mut self, number: &str, mark: &str) {
        let row = format!("{mark}  {number} ");
        self.pty.wait_until(&format!("{row} is selected"), |pty| {
            pty.text().lines().any(|line| line.contains('▸') && line.contains(&row))
        });
    }

    /// Turns the pages of what is read until its last line was on the screen.
    fn read_on(&mut self, title: &str) {
        while let Some(left) = more(&self.pty, title) {
            self.pty.press("\x1b[6~");
            self.pty.wait_until("the page was turned", |pty| more(pty, title).as_ref() != Some(&left));
        }
    }

    /// Signs the item that is selected, after what it shows was read.
    fn sign(&mut self, number: &str) {
        self.pty.press("s");
        self.pty.wait_until("the statement, or what has to be read before it", |pty| {
            pty.text().contains("y signs") || pty.text().contains("to its end first")
        });
        if !self.pty.text().contains("y signs") {
            self.read_on("step");
            self.pty.press("s");
        }
        self.pty.wait_for("y signs");
        self.read_on(&format!("Sign {number}"));
        self.pty.press("y");
        self.pty.wait_for(&format!(" {number} as operator "));
    }

    /// Signs what a person does.
    fn does(&mut self, number: &str) {
        self.at(number, "○");
        self.sign(number);
    }

    /// Starts what the machine does, and signs it.
    fn starts(&mut self, number: &str) {
        self.starts_with(number, |_| {});
    }

    /// Starts what the machine does once something was answered, and signs it.
    fn starts_with(&mut self, number: &str, answer: impl FnOnce(&mut Pty)) {
        self.at(number, "○");
        self.pty.press("\r");
        self.pty.wait_for("y starts it");
        self.read_on(&format!("Start {number}"));
        self.pty.press("y");
        answer(&mut self.pty);
        self.at(number, "◇");
        self.sign(number);
    }

    fn run(&self) -> PathBuf {
        std::fs::read_dir(self.state.path().join("runs")).unwrap().next().unwrap().unwrap().path()
    }

    fn id(&self) -> String {
        let journal = std::fs::read_to_string(self.run().join("journal.jsonl")).unwrap();
        let first: serde_json::Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
        first["run"].as_str().unwrap().to_owned()
    }
}

/// Says how much of what has a title stands below what is in view.
fn more(pty: &Pty, title: &str) -> Option<String> {
    let text = pty.text();
    let (_, rest) = text.split_once(&format!("┌ {title} · "))?;
    rest.split_once(" more ").map(|(count, _)| count.to_owned())
}

fn verify(state: &Path, run: &Path) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_mop")).args(["verify"]).arg(run).env("MOP_STATE", state).output().unwrap()
}

#[test]
fn the_tour_is_walked_by_keys_from_its_start_to_its_seal() {
    let mut walk = Walk::begin();
    for number in ["R1", "1a", "1.1", "1.2"] {
        walk.does(number);
    }
    walk.at("1.3", "○");
    walk.pty.press("\r");
    walk.pty.wait_for("cat, dog");
    walk.pty.press("\r");
    walk.pty.wait_for("noted     animals: cat, dog");
    walk.at("1.3", "◇");
    walk.sign("1.3");
    for number in ["1.4", "1.5"] {
        walk.does(number);
    }
    for number in ["2.1", "2.2", "2.3", "2.4", "2.5"] {
        walk.starts(number);
    }
    walk.starts_with("2.6", |pty| {
        pty.wait_for("never shown and never written");
        pty.press("xyzzy\r");
    });
    for number in ["2.7.1", "2.7.2", "3.1", "3.2", "3.3", "3.4.1.1", "4.1", "4.2"] {
        walk.starts(number);
    }
    walk.at("4.3", "○");
    walk.pty.press("\r");
    walk.pty.wait_for("▸ Finish the tour");
    walk.pty.press("\r");
    walk.pty.wait_for("chose");
    walk.at("4.3", "◇");
    walk.sign("4.3");
    walk.does("4.4");
    walk.starts("4.5");
    walk.pty.wait_for("all is done: o, then close, ends the run");
    walk.pty.press("o");
    walk.pty.wait_for("▸ close");
    walk.pty.press("\r");
    walk.pty.wait_for("How did it end?");
    walk.pty.press("as the tour says\r");
    walk.pty.wait_for("Seal it? Type");
    let id = walk.id();
    walk.pty.press(&format!("{id}\r"));
    walk.pty.wait_for("sealed; mop seal");
    assert!(!walk.pty.text().contains("xyzzy") && !String::from_utf8_lossy(&walk.pty.raw).contains("xyzzy"));
    walk.pty.press("q");
    assert_eq!(walk.pty.wait_for_end(), 0);
    walk.pty.assert_restored();
    let verified = verify(walk.state.path(), &walk.run());
    let said = String::from_utf8_lossy(&verified.stdout);
    // By name only, and nobody signed the seal: that is what it says.
    assert_eq!(verified.status.code(), Some(3), "{said}");
    assert!(said.contains("24 records: 24 by name") && said.contains("the run ended: as the tour says"), "{said}");
}
