//! What is measured: the programs, a state directory, runbooks of some length and runs of them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use mop::app::{Hand, Pinned, Store, Surroundings};
use mop::run::{Intent, Person, Start};
use mop::runbook::{Loaded, NoLibrary, load, shipped};
use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::session::{QUIET, Session};
use crate::words::title;

/// Who acts.
const WHO: &str = "Ada";

/// Is a state directory with one run in it.
pub struct Site {
    state: TempDir,
    pub run: String,
}

impl Site {
    /// Makes a run of a runbook with so many records.
    pub fn with(book: &str, records: usize) -> Self {
        Self::of(&loaded(book), records)
    }

    fn of(loaded: &Loaded, records: usize) -> Self {
        let state = TempDir::new().expect("a folder");
        let (surroundings, store) = (Surroundings::machine(), Store::at(state.path().into()));
        let id = surroundings.short_id().expect("chance");
        let who = Person::named(WHO).expect("a name");
        let start = Start { run: id.clone(), runbook: "large".into(), title: "Large".into(), ..Start::default() };
        assert!(loaded.runbook.is_some(), "{:?}", loaded.diagnostics);
        let stamp = surroundings.stamp(&who, "S");
        let name = store.create(&surroundings, loaded, (start, stamp)).expect("a run");
        let mut hand = Hand::open(Surroundings::machine(), store, &name).expect("the run");
        for n in 1..records {
            let note = Intent::AddNote {
                step: Some(format!("one/s{}", n % 100 + 1)),
                text: format!("remark {n} on what was seen"),
            };
            hand.act(&note, &who).expect("a record");
        }
        Self { state, run: id }
    }

    /// Makes a run of a runbook that comes with the program, with what it proposes.
    pub fn shipped(id: &str) -> Self {
        let book = shipped::by_id(id).expect("a shipped runbook");
        let file = |id: &str| format!("{id}.yaml");
        let all = shipped::ALL.iter().map(|book| (file(book.id), book.text.as_bytes().to_vec()));
        Self::of(&load(&file(id), book.text.into(), &Pinned(all.collect())), 1)
    }

    pub fn path(&self) -> &Path {
        self.state.path()
    }

    /// Makes the command that goes on with the run.
    pub fn command(&self) -> CommandBuilder {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_mop"));
        command.args(["resume", &self.run]);
        command.env("MOP_STATE", self.path());
        terminal(command)
    }

    /// Makes the command of somebody who is not asked who he is.
    pub fn command_as_somebody(&self) -> CommandBuilder {
        let mut command = self.command();
        command.args(["--as", WHO]);
        command
    }

    /// Goes on with the run until its checklist is on the screen, all panes and the first line selected.
    pub fn open(&self) -> Session {
        Self::open_by(self.command())
    }

    /// The same with the clock in minutes.
    pub fn open_in_minutes(&self) -> Session {
        let config = self.path().join("minutes.toml");
        std::fs::write(&config, "clock = \"minutes\"\n").expect("a file of settings");
        let mut command = self.command();
        command.env("MOP_CONFIG", config);
        Self::open_by(command)
    }

    fn open_by(command: CommandBuilder) -> Session {
        let mut session = Session::start(command);
        session.until("Your name");
        session.listen(Instant::now(), QUIET);
        session.press(&format!("{WHO}\r"));
        session.until("Checklist");
        session.until("recorded");
        session.press("g");
        session.listen(Instant::now(), QUIET * 2);
        session
    }

    /// The same, with the checklist alone on the screen.
    pub fn open_zoomed(&self) -> Session {
        let mut session = self.open();
        session.press("z");
        session.listen(Instant::now(), QUIET * 2);
        session
    }
}

/// Makes the environment that of a common terminal.
pub fn terminal(mut command: CommandBuilder) -> CommandBuilder {
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("MOP_CONFIG", "none");
    ["NO_COLOR", "COLUMNS", "LINES", "TMUX", "LC_ALL", "LC_CTYPE"].iter().for_each(|name| command.env_remove(name));
    command
}

/// Makes the text of a runbook of so many plain steps.
pub fn book(steps: usize) -> String {
    let mut text = "mop: 1\nid: large\ntitle: A large procedure\nactivities:\n".to_owned();
    text += "  - id: one\n    title: Restart everything\n    estimate: 2h\n    steps:\n";
    for step in 1..=steps {
        let (title, other) = (title(step), title(step * 3 + 1));
        let about = format!("{other}, before and after. What it says in its last line is what counts for step {step}.");
        let _ = writeln!(text, "      - id: s{step}\n        title: {title}\n        text: {about}");
    }
    text
}

fn loaded(book: &str) -> Loaded {
    load("large.yaml", book.into(), &NoLibrary)
}

/// Is the program that everything is held against.
pub struct Bare(PathBuf);

impl Bare {
    /// Builds it, as this program was built.
    pub fn build() -> Self {
        let program = std::env::current_exe().expect("a path");
        let folder = program.parent().and_then(Path::parent).expect("a target folder");
        let profile = if folder.ends_with("debug") { "dev" } else { "release" };
        let args = ["build", "--quiet", "--profile", profile, "--example", "bare"];
        let built = Command::new(env!("CARGO")).args(args).status();
        assert!(built.expect("cargo runs").success(), "the bare program is built");
        Self(folder.join("examples").join("bare"))
    }

    pub fn command(&self, steps: usize) -> CommandBuilder {
        let mut command = CommandBuilder::new(&self.0);
        command.arg(steps.to_string());
        terminal(command)
    }

    /// Starts it and waits for its list.
    pub fn open(&self, steps: usize) -> Session {
        let mut session = Session::start(self.command(steps));
        session.until("1.1 ");
        session.listen(Instant::now(), QUIET);
        session
    }
}
