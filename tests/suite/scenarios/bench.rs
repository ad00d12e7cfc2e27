//! A run in memory: decided, written as bytes, read again and applied, as the program does it with its journal.

use std::collections::BTreeMap;
use std::sync::Arc;

use mop::journal::Digest;
use mop::run::roster::{Auth, Holder, Level, Member, PublicKey, Roster, RosterKey};
use mop::run::{
    Answer, Basis, Claim, Edition, Effect, Event, Head, Intent, Person, Proved, Refusal, Run, Scene, Stamp, Start,
    What, decide, from_wire, replay, statement_of, to_wire,
};
use mop::runbook::plan::Item;
use mop::runbook::{Library, load};
use serde_json::Value as Json;

use super::file::{MemberFile, Scenario};
use super::portrait::portrait;

/// When every story begins: the evening of 1 March 2026, at 22:00 UTC.
pub const BEGIN: i64 = 1_772_402_400_000;
/// How long the machine was up then.
const UP: u64 = 60_000_000_000;

/// A run and its records.
pub struct Bench {
    pub run: Run,
    pub basis: Basis,
    pub records: Vec<(Head, Vec<u8>)>,
    pub now: i64,
    /// The editions of the runbook that it may go over to, by name.
    pub editions: BTreeMap<String, Edition>,
}

/// What a decision did.
pub struct Turn {
    pub decided: Result<Vec<Effect>, Refusal>,
    /// The first record that it made.
    pub first: usize,
}

/// The runbooks that a scenario brings along.
struct Called<'a>(&'a Scenario);

impl Library for Called<'_> {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let text = self.0.called.get(path).ok_or_else(|| format!("no {path}"))?;
        Ok((path.to_owned(), text.clone().into_bytes()))
    }
}

impl Bench {
    /// Begins the run of a scenario.
    pub fn begin(scenario: &Scenario) -> Result<Self, String> {
        let loaded = load("scenario.yaml", scenario.runbook.clone().into(), &Called(scenario));
        let runbook = loaded.runbook.ok_or_else(|| format!("the runbook is wrong: {:?}", loaded.diagnostics))?;
        let members = scenario.roster.as_ref().map(|roster| roster.people.iter().map(member).collect());
        let level = scenario.roster.as_ref().and_then(|roster| roster.level.as_deref()).map(level).unwrap_or_default();
        let roster = Roster::new(level, members.unwrap_or_default()).map_err(|error| error.to_string())?;
        let basis = Basis { runbook: Arc::new(runbook), roster: Arc::new(roster) };
        let start = Start {
            run: "7K3QX".into(),
            runbook: basis.runbook.main().id.clone(),
            title: "Scenario".into(),
            rehearsal: scenario.rehearsal,
            window: scenario.window.clone(),
            answers: scenario.answers.iter().map(|(name, json)| (name.clone(), answer(json))).collect(),
            ..Start::default()
        };
        let who = scenario.starts.as_deref().unwrap_or("Ada");
        let mut bench = Self::start(basis, start, stamp(who, &terminal(who), BEGIN))?;
        for (name, text) in &scenario.editions {
            let edition = edition(text, &Called(scenario)).ok_or_else(|| format!("the edition {name} is wrong"))?;
            bench.editions.insert(name.clone(), edition);
        }
        Ok(bench)
    }

    /// Begins a run.
    pub fn start(basis: Basis, start: Start, stamp: Stamp) -> Result<Self, String> {
        let bytes = to_wire(&Event { stamp, what: What::RunStarted(Box::new(start)) });
        let head = Head { n: 0, hash: Digest::of(&bytes) };
        let run = replay(basis.clone(), [(head, from_wire(&bytes))]).map_err(|error| error.to_string())?;
        Ok(Self { run, basis, records: vec![(head, bytes)], now: BEGIN, editions: BTreeMap::new() })
    }

    /// Decides and records.
    pub fn takes(&mut self, intent: &Intent, stamp: &Stamp) -> Turn {
        let first = self.records.len();
        let decided = decide(&self.run, intent, stamp).map(|decision| {
            for event in &decision.events {
                self.records(event);
            }
            decision.effects
        });
        Turn { decided, first }
    }

    /// Takes an event as it comes back from its bytes.
    pub fn records(&mut self, event: &Event) {
        let bytes = to_wire(event);
        let head = Head { n: self.records.len() as u64, hash: Digest::of(&bytes) };
        self.run.apply(head, &self.read(&bytes));
        self.records.push((head, bytes));
    }

    /// Reads an event from its bytes, and brings along what it names by its hash.
    pub fn read(&self, bytes: &[u8]) -> Event {
        let mut event = from_wire(bytes);
        if let What::RunbookAdopted(adoption) = &mut event.what {
            let is_it = |edition: &&Edition| {
                let hashes = edition.files().iter().map(|(_, text)| Digest::of(text.as_bytes()));
                hashes.eq(adoption.blobs.iter().copied())
            };
            let runbook = self.editions.values().find(is_it).and_then(Edition::runbook).map(Arc::clone);
            runbook.into_iter().for_each(|runbook| adoption.bring(runbook));
        }
        event
    }

    /// Makes the run again from its records.
    pub fn again(&self) -> Run {
        replay(self.basis.clone(), self.records.iter().map(|(head, bytes)| (*head, self.read(bytes)))).unwrap()
    }

    /// Checks that the run made again from its records is the run.
    pub fn check_replay(&self) -> Result<(), String> {
        let (live, again) = (portrait(&self.run), portrait(&self.again()));
        let differs = live.iter().zip(&again).find(|(live, again)| live != again);
        match differs {
            Some((live, again)) => Err(format!("made again from its records it is another run: {live} / {again}")),
            None if live.len() != again.len() => Err("made again from its records it is another run".into()),
            None => Ok(()),
        }
    }

    /// Finds an item by number, else by id.
    pub fn item(&self, name: &str) -> Result<&Item, String> {
        let by_number = self.run.items().iter().find(|item| item.number == name);
        by_number.or_else(|| self.run.plan().item(name)).ok_or_else(|| format!("there is no item {name}"))
    }

    /// Signs a claim about an item with what somebody has; the text of an SSH signature is made up here.
    pub fn proves(&self, who: &str, with: &str, (item, seen, claim): (&Item, u64, &Claim<'_>)) -> Option<Box<Proved>> {
        let (with, forged) = with.strip_suffix(", another text").map_or((with, false), |with| (with, true));
        let (with, unsigned) = with.strip_suffix(", unsigned").map_or((with, false), |with| (with, true));
        let key = |name: &str, device| Auth::Key { holder: Holder::Agent, key: key_of(name, device) };
        let (signer, auth) = match with.split_once(" of ") {
            None if with == "nothing" => return None,
            None if with == "pin" => (who, Auth::Pin),
            None => (who, Auth::NameOnly),
            Some(("word", other)) => (other, Auth::NameOnly),
            Some(("device", owner)) => (who, key(owner, true)),
            Some((_, owner)) => (who, key(owner, false)),
        };
        let touched = with.starts_with("device");
        let signature = (matches!(auth, Auth::Key { .. }) && !unsigned).then(|| "-----BEGIN SSH SIGNATURE-----".into());
        let scene = Scene {
            who: person(signer),
            at_ms: self.now,
            clock: "clock=unknown".into(),
            terminal: "here".into(),
            auth,
            sightings: Vec::new(),
        };
        let mut statement = statement_of(&self.run, (item, seen, claim), &scene).text;
        if forged {
            statement = statement.replacen("outcome   done", "outcome   fine", 1);
        }
        Some(Box::new(Proved { scene, statement, signature, touched }))
    }
}

/// Reads an edition of the runbook of a run.
pub fn edition(text: &str, called: &dyn Library) -> Option<Edition> {
    Edition::of(load("scenario.yaml", text.into(), called))
}

/// Names a person.
pub fn person(name: &str) -> Person {
    Person::named(name).unwrap_or_default()
}

/// Names the terminal of a person.
pub fn terminal(name: &str) -> String {
    format!("tty-{}", person(name).id)
}

/// Stamps what somebody does at a moment.
pub fn stamp(who: &str, session: &str, at_ms: i64) -> Stamp {
    let mono = UP + u64::try_from(at_ms - BEGIN).unwrap_or_default() * 1_000_000;
    Stamp { who: person(who), at_ms, mono, session: session.into() }
}

/// Reads an answer as it stands in a scenario.
pub fn answer(json: &Json) -> Answer {
    let text = |json: &Json| json.as_str().map_or_else(|| json.to_string(), str::to_owned);
    match json {
        Json::Array(items) => Answer::Many(items.iter().map(text).collect()),
        Json::Object(rows) => Answer::Table(rows.iter().map(|(key, row)| (key.clone(), text(row))).collect()),
        one => Answer::One(text(one)),
    }
}

fn level(word: &str) -> Level {
    Level::from_word(word).unwrap()
}

fn member(file: &MemberFile) -> Member {
    let keys = [(file.key, false), (file.device, true)].into_iter().filter(|(has, _)| *has);
    Member {
        person: person(&file.name),
        level: file.level.as_deref().map(level),
        keys: keys.map(|(_, device)| RosterKey { authority: false, key: key_of(&file.name, device) }).collect(),
        pin: file.pin.then(|| "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA".into()),
    }
}

/// Makes up a public key that is somebody's own.
pub fn key_of(name: &str, device: bool) -> PublicKey {
    let kind = if device { "sk-ssh-ed25519@openssh.com" } else { "ssh-ed25519" };
    let mut bytes = Vec::new();
    let mut put = |field: &[u8]| {
        bytes.extend((field.len() as u32).to_be_bytes());
        bytes.extend(field);
    };
    put(kind.as_bytes());
    put(&Digest::of(name.to_lowercase().as_bytes()).to_string().as_bytes()[..32]);
    if device {
        put(b"ssh:");
    }
    PublicKey::from_bytes(&bytes).unwrap()
}
