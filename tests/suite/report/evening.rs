//! A run that is written by hand: every record goes through the journal's own writer, with times that the test chooses.
//!
//! Chance is counted up, so that hashes and receipts are the same each time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use mop::app::{Store, Surroundings, command_folder};
use mop::journal::{
    Clock, Digest, Disk, Draft, FileSystems, NewRun, RecordId, SealFacts, World, Writer, create_run, put_blob,
};
use mop::run::roster::{Auth, Level, Member, Roster};
use mop::run::{
    Answer, End, Event, Found, Intent, Output, Person, Proved, Run, Scene, Stamp, Start, What, decide, statement,
    to_wire,
};
use mop::runbook::{NoLibrary, load};
use tempfile::TempDir;

pub const MOP: &str = env!("CARGO_BIN_EXE_mop");

const PIN: &str = "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$SC4PpRXPSoX7jF7KUZJ9CxJ0sBJg2cVJmKQqLkTxVa4";

/// Gives Alice, who has a PIN.
pub fn alice() -> Person {
    Person { id: "alice@example.com".into(), name: "Alice Example".into() }
}

/// Gives Bob, who is known by name.
pub fn bob() -> Person {
    Person { id: "bob@example.com".into(), name: "Bob Example".into() }
}

/// Gives the moment of a time of the first of March 2026 in UTC; what is before noon is of the second.
pub fn at(time: &str) -> i64 {
    let day = if time < "12" { "2026-03-02" } else { "2026-03-01" };
    chrono::DateTime::parse_from_rfc3339(&format!("{day}T{time}Z")).unwrap().timestamp_millis()
}

/// Is a clock that stands where it was put.
#[derive(Debug)]
struct Stopped(Arc<AtomicI64>);

impl Clock for Stopped {
    fn wall_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn since_boot(&self) -> Duration {
        Duration::from_millis(self.wall_ms().unsigned_abs())
    }

    fn boot_id(&self) -> String {
        "835f1d2e".into()
    }

    fn wait(&self, _: Duration) {}
}

/// Is a state directory with one run.
pub struct Evening {
    state: TempDir,
    pub name: String,
    now: Arc<AtomicI64>,
    ids: u128,
}

impl Evening {
    /// Begins a run of a runbook; Alice does.
    pub fn begin(time: &str, book: &str, start: Start) -> Self {
        Self::begin_as(time, book, (start, alice()))
    }

    /// Begins a run of a runbook as somebody.
    pub fn begin_as(time: &str, book: &str, (mut start, who): (Start, Person)) -> Self {
        let state = TempDir::new().unwrap();
        let loaded = load("upgrade.yaml", book.into(), &NoLibrary);
        assert!(loaded.runbook.is_some(), "{:?}", loaded.diagnostics);
        let (title, id) = (start.title.clone(), start.runbook.clone());
        let manifest = serde_json::json!({
            "v": 1, "run": start.run, "runbook": id, "title": title,
            "sources": [{ "file": "runbook.yaml", "name": "upgrade.yaml" }]
        });
        let (manifest, roster) = (format!("{manifest:#}\n"), roster());
        let (people, signers) = (roster.to_json(), roster.allowed_signers());
        let files = [
            ("manifest.json", manifest.as_bytes()),
            ("roster.json", people.as_bytes()),
            ("allowed_signers", signers.as_bytes()),
            ("runbook.yaml", book.as_bytes()),
        ];
        start.files = files.iter().map(|(name, bytes)| ((*name).to_owned(), Digest::of(bytes).to_string())).collect();
        start.ledger = "-".into();
        let name = format!("2026-03-01T2152Z-upgrade-{}", start.run);
        let mut evening = Self { state, name: name.clone(), now: Arc::new(AtomicI64::new(at(time))), ids: 1 };
        let first = to_wire(&evening.event(who, ("S1", What::RunStarted(Box::new(start)))));
        let first = Draft::new(evening.id(), &first).unwrap();
        let runs = evening.state.path().join("runs");
        fs::create_dir(&runs).unwrap();
        let run = NewRun { name: &name, files: &files, first: &first, file_systems: FileSystems::Any };
        create_run(&Disk, &runs, &run).unwrap();
        evening
    }

    pub fn state(&self) -> &Path {
        self.state.path()
    }

    pub fn run(&self) -> PathBuf {
        self.state.path().join("runs").join(&self.name)
    }

    pub fn journal(&self) -> PathBuf {
        self.run().join("journal.jsonl")
    }

    fn id(&mut self) -> RecordId {
        self.ids += 1;
        RecordId::from_bits(self.ids.to_le_bytes())
    }

    fn event(&self, who: Person, (session, what): (&str, What)) -> Event {
        let at_ms = self.now.load(Ordering::Relaxed);
        let mono = (at_ms.unsigned_abs() - 1_772_000_000_000) * 1_000_000;
        Event { stamp: Stamp { who, at_ms, mono, session: session.into() }, what }
    }

    fn writer(&self) -> Writer {
        let world = World { storage: Arc::new(Disk), clock: Arc::new(Stopped(Arc::clone(&self.now))) };
        Writer::open(&world, &self.run(), br#"{"sid":"S1"}"#).unwrap()
    }

    fn append(&mut self, event: &Event) {
        let draft = Draft::new(self.id(), &to_wire(event)).unwrap();
        self.writer().append(&draft, |_| Ok::<(), ()>(())).unwrap();
    }

    /// Records what somebody did at a time, in a session.
    pub fn record_in(&mut self, time: &str, (who, session): (Person, &str), what: What) {
        self.now.store(at(time), Ordering::Relaxed);
        let event = self.event(who, (session, what));
        self.append(&event);
    }

    /// Records what somebody did at a time; Alice is in the session S1, Bob in S2.
    pub fn record(&mut self, time: &str, who: Person, what: What) {
        let session = if who == bob() { "S2" } else { "S1" };
        self.record_in(time, (who, session), what);
    }

    pub fn read(&self) -> Run {
        let store = Store::at(self.state.path().into()).allowing(FileSystems::Any);
        store.open(&Surroundings::machine(), &self.name).unwrap()
    }

    /// Lets somebody sign a step at a time, with a PIN where he has one, as the program does it.
    pub fn sign(&mut self, time: &str, who: Person, step: &str) {
        self.now.store(at(time), Ordering::Relaxed);
        let run = self.read();
        let item = run.plan().item(step).unwrap_or_else(|| panic!("there is no {step}"));
        let auth = if who == alice() { Auth::Pin } else { Auth::NameOnly };
        let scene = Scene {
            who: who.clone(),
            at_ms: at(time),
            clock: "clock=synced maxerr=12ms boot=835f1d2e mono=1".into(),
            terminal: "bastion7 /dev/pts/3 tmux:%5 ssh:203.0.113.7".into(),
            auth,
            sightings: Vec::new(),
        };
        let seen = run.head().n;
        let statement = statement(&run, item, seen, &scene).text;
        let proved = Some(Box::new(Proved::by_word(scene, statement)));
        let intent = Intent::SignStep { step: step.into(), seen, proved, note: None };
        let session = if who == bob() { "S2" } else { "S1" };
        let stamp = self.event(who, (session, What::HungUp)).stamp;
        let decision = decide(&run, &intent, &stamp).unwrap_or_else(|why| panic!("{step}: {why}"));
        for evidence in &decision.evidence {
            put_blob(&Disk, &self.run(), evidence.as_bytes()).unwrap();
        }
        for event in &decision.events {
            self.append(event);
        }
    }

    /// Starts what a step does.
    pub fn start(&mut self, time: &str, step: &str, (attempt, command): (u32, Option<&str>)) {
        let command = command.map(str::to_owned);
        let mended = (attempt > 1).then(|| "old dumps were moved away".to_owned());
        let what = What::ActionStarted { step: step.into(), attempt, command, mended, terminal: false };
        self.record(time, alice(), what);
    }

    /// Ends it, with what it printed.
    pub fn end(&mut self, time: &str, (step, attempt): (&str, u32), ended: Ended<'_>) {
        let Ended { found, why, took_ms, exit, out } = ended;
        let folder = self.run().join("commands").join(command_folder(step, attempt));
        fs::create_dir_all(&folder).unwrap();
        let frame = format!("o 0 100 {}\n{out}\n", out.len());
        fs::write(folder.join("output-000000"), if out.is_empty() { String::new() } else { frame }).unwrap();
        let output =
            Output { stream: "stdout".into(), bytes: out.len() as u64, dropped: 0, sha256: Digest::of(out.as_bytes()) };
        let (exit, output) = (exit.map(str::to_owned), exit.map(|_| output).into_iter().collect());
        let end = End { found, why: why.into(), took_ms, exit, values: Vec::new(), output, sightings: Vec::new() };
        self.record(time, Person::program(), What::ActionEnded { step: step.into(), attempt, end });
    }

    /// Seals the run at a time.
    pub fn seal(&mut self, time: &str, result: &str) {
        self.now.store(at(time), Ordering::Relaxed);
        self.writer().seal(&SealFacts { run: &self.name, ledger: None, result }).unwrap();
    }

    /// Writes a report, and gives how the program ended, what it wrote and what it complained of.
    pub fn report(&self, format: &str) -> (i32, String, String) {
        self.mop(&["report", &self.run().to_string_lossy(), "--format", format])
    }

    pub fn mop(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(MOP);
        let output = command.args(args).env("MOP_STATE", self.state()).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

/// Says how something ended.
pub struct Ended<'a> {
    pub found: Found,
    pub why: &'a str,
    pub took_ms: u64,
    pub exit: Option<&'a str>,
    pub out: &'a str,
}

fn roster() -> Roster {
    let of = |person, pin: Option<&str>| Member { person, level: None, keys: Vec::new(), pin: pin.map(str::to_owned) };
    Roster::new(Level::Name, vec![of(alice(), Some(PIN)), of(bob(), None)]).unwrap()
}

/// Says how the run of the runbook of these tests begins, with a window in another zone than UTC.
pub fn start() -> Start {
    Start {
        run: "7K3QX".into(),
        runbook: "upgrade".into(),
        title: "Upgrade the platform to 10.0".into(),
        machine: vec![("host".into(), "bastion7".into())],
        answers: vec![("site".into(), Answer::One("Vienna".into()))],
        window: Some(("2026-03-01T23:00:00+01:00".into(), "2026-03-02T03:00:00+01:00".into())),
        ..Start::default()
    }
}
