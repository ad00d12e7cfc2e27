//! A state directory with a roster of five, and a run that they sign with keys, a token, a PIN and by name.
//!
//! Everything is made as the program makes it; signatures come from ssh-keygen and a token in software.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mop::app::{Store, Surroundings};
use mop::journal::{Disk, Draft, FileSystems, SealFacts, Writer, add_seal_signature, put_blob, read_all, receipt_of};
use mop::run::roster::{Auth, Holder, Level, Member, Roster, RosterKey, SEAL, SIGNOFF};
use mop::run::{Intent, Person, Proved, Run, Scene, Stamp, Start, decide, statement};
use mop::runbook::{NoLibrary, load};
use tempfile::TempDir;

use crate::sign::bench::{ALICE, Bench};
use crate::sign::device::{Device, TOUCHED};

pub const MOP: &str = env!("CARGO_BIN_EXE_mop");
pub const BOB: &str = "bob@example.com";

const PIN: &str = "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$SC4PpRXPSoX7jF7KUZJ9CxJ0sBJg2cVJmKQqLkTxVa4";
const BOOK: &str = "
mop: 1
id: small
title: Small
roles: { lead: { about: Does it, level: pin }, witness: Sees it }
activities:
  - title: Part
    estimate: 1m
    steps:
      - { id: one, title: The first, sign: 2 }
      - { id: two, title: The second, sign: 2 }
      - { id: three, title: The third, sign: [lead, witness] }
";

/// Gives a person by the first part of his id.
pub fn person(name: &str) -> Person {
    let capital = name[..1].to_uppercase() + &name[1..];
    Person { id: format!("{name}@example.com"), name: format!("{capital} Example") }
}

/// Is a state directory, the keys of its people, and a run in it.
pub struct Office {
    pub keys: Bench,
    pub token: Device,
    state: TempDir,
    pub name: String,
}

impl Office {
    /// Makes a run that nothing was signed in.
    pub fn new() -> Self {
        let keys = Bench::new();
        for name in ["alice", "bob", "stranger"] {
            keys.key(name, "ed25519");
        }
        let mut office = Self { keys, token: Device::new(7), state: TempDir::new().unwrap(), name: String::new() };
        office.put_roster(&office.roster());
        office.name = office.begin();
        office
    }

    /// Makes a run in which six records are signed, the last of them, number 6, by Alice's key.
    pub fn with_a_run() -> Self {
        let office = Self::new();
        for (who, step) in
            [("alice", "one"), ("bob", "one"), ("carol", "two"), ("dave", "two"), ("erin", "three"), ("alice", "three")]
        {
            office.sign(who, step);
        }
        office
    }

    /// Makes a run that is sealed, with the signatures of Alice and Bob over the seal.
    pub fn with_a_sealed_run() -> Self {
        let office = Self::with_a_run();
        office.seal();
        office.sign_seal("alice", ALICE);
        office.sign_seal("bob", BOB);
        office
    }

    fn surroundings() -> Surroundings {
        Surroundings::machine()
    }

    pub fn store(&self) -> Store {
        Store::at(self.state.path().into()).allowing(FileSystems::Any)
    }

    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// Gives the directory of the run.
    pub fn run(&self) -> PathBuf {
        self.store().path(&self.name)
    }

    /// Gives the roster: Alice and Bob have keys, Carol a token, Dave nothing, and Erin a PIN.
    pub fn roster(&self) -> Roster {
        let key = |line: &str| RosterKey { authority: false, key: mop::run::roster::PublicKey::parse(line).unwrap() };
        let of = |name: &str, level, keys, pin: Option<&str>| Member {
            person: person(name),
            level,
            keys,
            pin: pin.map(str::to_owned),
        };
        let people = vec![
            of("alice", Some(Level::Key), vec![key(&self.keys.public("alice").line())], None),
            of("bob", None, vec![key(&self.keys.public("bob").line())], None),
            of("carol", Some(Level::Touch), vec![key(&self.token.line())], None),
            of("dave", None, Vec::new(), None),
            of("erin", None, Vec::new(), Some(PIN)),
        ];
        Roster::new(Level::Name, people).unwrap()
    }

    fn put_roster(&self, roster: &Roster) {
        fs::write(self.store().roster_path(), roster.to_json()).unwrap();
    }

    /// Begins another run in the same state directory, and gives its name.
    pub fn begin(&self) -> String {
        let loaded = load("small.yaml", BOOK.into(), &NoLibrary);
        assert!(loaded.runbook.is_some(), "{:?}", loaded.diagnostics);
        let surroundings = Self::surroundings();
        let run = surroundings.short_id().unwrap();
        let start = Start { run, runbook: "small".into(), title: "Small".into(), ..Start::default() };
        let stamp = surroundings.stamp(&person("alice"), "S1");
        self.store().create(&surroundings, &loaded, (start, stamp)).unwrap()
    }

    fn open(&self) -> Run {
        self.store().open(&Self::surroundings(), &self.name).unwrap()
    }

    /// Says by what somebody proves who he is.
    fn auth(&self, who: &str) -> Auth {
        let roster = self.roster();
        let member = roster.member(&person(who).id).unwrap();
        match (member.keys.first(), &member.pin) {
            (Some(entry), _) => Auth::Key { holder: Holder::File, key: entry.key.clone() },
            (None, Some(_)) => Auth::Pin,
            (None, None) => Auth::NameOnly,
        }
    }

    /// Signs a statement as somebody, with what he has.
    pub fn signature(&self, who: &str, statement: &str) -> Option<String> {
        let text = format!("{statement}\n");
        match who {
            "dave" | "erin" => None,
            "carol" => Some(self.token.sign(text.as_bytes(), TOUCHED, 1)),
            key => Some(self.keys.signature(key, SIGNOFF, text.as_bytes())),
        }
    }

    /// Signs a step and records it, as the program does.
    pub fn sign(&self, who: &str, step: &str) {
        let (run, surroundings, step) = (self.open(), Self::surroundings(), format!("part/{step}"));
        let item = run.plan().item(&step).unwrap();
        let stamp = surroundings.stamp(&person(who), "S1");
        let scene = Scene {
            who: stamp.who.clone(),
            at_ms: stamp.at_ms,
            clock: "clock=unknown boot=835f1d2e mono=1".into(),
            terminal: "bastion /dev/pts/3".into(),
            auth: self.auth(who),
            sightings: Vec::new(),
        };
        let text = statement(&run, item, run.head().n, &scene).text;
        let signature = self.signature(who, &text);
        let proved = Proved { scene, statement: text, signature, touched: who == "carol" };
        self.record(
            &run,
            &Intent::SignStep { step, seen: run.head().n, proved: Some(Box::new(proved)), note: None },
            &stamp,
        );
    }

    fn record(&self, run: &Run, intent: &Intent, stamp: &Stamp) {
        let decision = decide(run, intent, stamp).unwrap();
        let surroundings = Self::surroundings();
        for evidence in &decision.evidence {
            put_blob(&Disk, &self.run(), evidence.as_bytes()).unwrap();
        }
        let mut writer = self.writer();
        for event in &decision.events {
            let draft = Draft::new(surroundings.record_id().unwrap(), &mop::run::to_wire(event)).unwrap();
            writer.append(&draft, |_| Ok::<(), ()>(())).unwrap();
        }
    }

    /// Appends a record of any kind.
    pub fn append(&self, body: &str) {
        let draft = Draft::new(Self::surroundings().record_id().unwrap(), body.as_bytes()).unwrap();
        self.writer().append(&draft, |_| Ok::<(), ()>(())).unwrap();
    }

    pub fn writer(&self) -> Writer {
        Writer::open(&Self::surroundings().world, &self.run(), br#"{"sid":"S1"}"#).unwrap()
    }

    pub fn seal(&self) {
        let mut ledger = self.store().ledger(&Self::surroundings(), br#"{"sid":"S1"}"#).unwrap();
        let facts = SealFacts { run: &self.name, ledger: ledger.head(), result: "done" };
        let sealed = self.writer().seal(&facts).unwrap();
        ledger.note_sealed(&sealed).unwrap();
    }

    /// Adds a signature over the seal, made with a key (or Carol's token) and put down as a person's.
    pub fn sign_seal(&self, key: &str, id: &str) {
        let text = self.seal_text();
        let signature = match key {
            "carol" => self.token.sign_for(SEAL, &text, (TOUCHED, 2)),
            key => self.keys.signature(key, SEAL, &text),
        };
        self.put_seal_signature(id, &signature);
    }

    pub fn put_seal_signature(&self, id: &str, signature: &str) {
        add_seal_signature(&Disk, &self.run(), id, signature.as_bytes()).unwrap();
    }

    pub fn seal_text(&self) -> Vec<u8> {
        fs::read(self.run().join("seal/seal.txt")).unwrap()
    }

    /// Puts a list of keys down as an auditor's own, and gives its path.
    pub fn auditors_list(&self) -> String {
        let signers = fs::read(self.run().join("allowed_signers")).unwrap();
        self.keys.put("auditors", signers).to_string_lossy().into_owned()
    }

    /// Gives the receipt of a record.
    pub fn receipt(&self, n: usize) -> String {
        receipt_of(&read_all(&Disk, &self.run()).unwrap().0[n].head)
    }

    /// Copies the run elsewhere, where no ledger is, to a path that a shell has to be careful with.
    pub fn copy(&self) -> Copy {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("it's \"a\" $HOME *");
        fs::create_dir(&dir).unwrap();
        let copied = Command::new("cp").arg("-a").arg(self.run()).arg(&dir).status().unwrap();
        assert!(copied.success());
        Copy { _place: place, run: dir.join(&self.name) }
    }

    /// Runs the program on the run where it lies.
    pub fn mop(&self, args: &[&str]) -> Told {
        mop(self.state(), &[&["verify", &self.name], args].concat())
    }
}

/// Is a copy of a run.
pub struct Copy {
    _place: TempDir,
    pub run: PathBuf,
}

impl Copy {
    pub fn path(&self, name: &str) -> PathBuf {
        self.run.join(name)
    }

    /// Runs the program on it.
    pub fn mop(&self, args: &[&str]) -> Told {
        mop(Path::new("/nonexistent"), &[&["verify", &self.run.to_string_lossy()], args].concat())
    }
}

/// Is how the program ended, and what it said.
#[derive(Debug)]
pub struct Told {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Told {
    /// Gives the line with the verdict.
    pub fn verdict(&self) -> &str {
        self.out.lines().next().unwrap_or_default()
    }
}

pub fn mop(state: &Path, args: &[&str]) -> Told {
    let output = Command::new(MOP).args(args).env("MOP_STATE", state).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Told { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Adds bytes to the end of a file.
pub fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

/// Changes the one place in a text file where something stands.
pub fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}
