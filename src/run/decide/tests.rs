//! The decide table: for each kind of intent what is decided, and each reason to refuse it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::journal::Digest;
use crate::run::roster::Auth;
use crate::run::{Answer, Head, Lock, Proof, Proved, Scene, Standing, Start, from_wire, replay, statement, to_wire};
use crate::runbook::{NoLibrary, load};

const BOOK: &str = r#"
mop: 1
title: Small
roles: { lead: Does it, witness: Sees it }
sign: lead
window: { length: 1h }
activities:
  - title: One
    estimate: 1m
    steps:
      - id: first
        title: First
      - id: both
        title: Both sign
        sign: [lead, witness]
      - id: pick
        title: Pick
        choose:
          - { id: plain, title: Plain }
          - { id: more, title: More, steps: [{ id: extra, title: Extra }] }
          - { id: asks, title: Asks, record: { why: { ask: Why? } } }
          - { id: end, title: End, then: stop }
          - { id: again, title: Again, then: { redo: first } }
      - id: note_down
        title: Note down
        record: { names: { ask: Names, list: true, min: 1 } }
      - id: each
        title: "For {{ name }}"
        for_each: { name: names }
      - id: last
        title: Last
        sign: none
  - title: Two
    estimate: 1m
    not_before: window.start
    steps: [{ id: late, title: Late }]
"#;

/// A run in memory, with a journal that is a list of bytes.
struct Bench {
    run: Run,
    records: Vec<(Head, Vec<u8>)>,
}

fn stamp(name: &str) -> Stamp {
    Stamp { who: Person::named(name).unwrap(), at_ms: 1_772_402_400_000, mono: 1, session: "S".into() }
}

fn one(text: &str) -> Answer {
    Answer::One(text.into())
}

impl Bench {
    fn new() -> Self {
        let loaded = load("small.yaml", BOOK.into(), &NoLibrary);
        let runbook = Arc::new(loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)));
        let window = Some(("2026-03-01T23:00:00Z".to_owned(), "2026-03-02T00:00:00Z".to_owned()));
        let start =
            Start { run: "7K3QX".into(), runbook: "small".into(), title: "Small".into(), window, ..Start::default() };
        let event = Event { stamp: stamp("Ada"), what: What::RunStarted(Box::new(start)) };
        let head = Head { n: 0, hash: Digest::of(b"0") };
        let run = replay(runbook, [(head, event.clone())]).unwrap();
        Self { run, records: vec![(head, to_wire(&event))] }
    }

    fn seen(&self) -> u64 {
        self.run.head().n
    }

    /// Decides, records and applies.
    fn does(&mut self, who: &str, intent: &Intent) -> Result<Vec<Effect>, Refusal> {
        let decision = decide(&self.run, intent, &stamp(who))?;
        for event in decision.events {
            let (n, bytes) = (self.records.len() as u64, to_wire(&event));
            let head = Head { n, hash: Digest::of(&bytes) };
            self.run.apply(head, &event);
            self.records.push((head, bytes));
        }
        Ok(decision.effects)
    }

    fn signs(&mut self, who: &str, step: &str) -> Result<Vec<Effect>, Refusal> {
        let step = format!("one/{step}");
        let proved = self.by_word(who, &step);
        self.does(who, &Intent::SignStep { step, seen: self.seen(), proved, note: None })
    }

    /// Signs by name, as the run stands now.
    fn by_word(&self, who: &str, step: &str) -> Option<Box<Proved>> {
        let scene = Scene {
            who: stamp(who).who,
            at_ms: 1_772_402_400_000,
            clock: "clock=unknown".into(),
            terminal: "here".into(),
            auth: Auth::NameOnly,
            sightings: Vec::new(),
        };
        let item = self.run.plan().item(step)?;
        let statement = statement(&self.run, item, self.seen(), &scene).text;
        Some(Box::new(Proved::by_word(scene, statement)))
    }

    fn chooses(&mut self, option: &str, values: &[(&str, &str)]) -> Result<Vec<Effect>, Refusal> {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), one(value))).collect();
        let (step, seen, option) = ("one/pick".to_owned(), self.seen(), option.to_owned());
        self.does("Ada", &Intent::ChooseOption { step, seen, option, values })
    }

    fn notes_down(&mut self, names: &[&str]) -> Result<Vec<Effect>, Refusal> {
        let names = Answer::Many(names.iter().map(|name| (*name).to_owned()).collect());
        let (step, seen) = ("one/note_down".to_owned(), self.seen());
        self.does("Ada", &Intent::RecordValues { step, seen, values: vec![("names".into(), names)] })
    }

    fn up_to_pick(mut self) -> Self {
        self.signs("Ada", "first").unwrap();
        self.does("Bob", &Intent::Join { resumed: false }).unwrap();
        self.signs("Ada", "both").unwrap();
        self.signs("Bob", "both").unwrap();
        self
    }

    fn up_to_note(self) -> Self {
        let mut bench = self.up_to_pick();
        bench.chooses("plain", &[]).unwrap();
        bench.signs("Ada", "pick").unwrap();
        bench
    }
}

#[test]
fn signing_the_first_step_opens_the_second() {
    let mut bench = Bench::new();
    assert_eq!(bench.run.standing("one/both"), Standing::Locked(Lock::After("1.1".into())));
    assert_eq!(bench.signs("Ada", "first"), Ok(vec![]));
    assert_eq!(bench.run.standing("one/first"), Standing::Done(Proof::Claimed));
    assert_eq!(bench.run.standing("one/both"), Standing::Ready);
}

#[test]
fn refuses_a_step_whose_turn_has_not_come_and_one_that_is_done() {
    let mut bench = Bench::new();
    assert_eq!(bench.signs("Ada", "both"), Err(Refusal::Locked(Lock::After("1.1".into()))));
    bench.signs("Ada", "first").unwrap();
    assert_eq!(bench.signs("Ada", "first"), Err(Refusal::AlreadyDone));
    assert_eq!(
        bench.does("Ada", &Intent::SignStep { step: "one".into(), seen: 1, proved: None, note: None }),
        Err(Refusal::OnlyHeading)
    );
    assert_eq!(
        bench.does("Ada", &Intent::SignStep { step: "no".into(), seen: 1, proved: None, note: None }),
        Err(Refusal::NoSuchStep)
    );
}

#[test]
fn refuses_what_was_seen_before_the_step_changed() {
    let mut bench = Bench::new().up_to_pick();
    let seen = bench.seen();
    bench.chooses("plain", &[]).unwrap();
    let late = Intent::SignStep { step: "one/pick".into(), seen, proved: None, note: None };
    assert_eq!(bench.does("Ada", &late), Err(Refusal::MovedOn { by: seen + 1 }));
    let ahead = Intent::SignStep { step: "one/pick".into(), seen: seen + 2, proved: None, note: None };
    assert_eq!(bench.does("Ada", &ahead), Err(Refusal::MovedOn { by: seen + 1 }));
}

#[test]
fn a_remark_does_not_outdate_what_was_seen() {
    let mut bench = Bench::new();
    let proved = bench.by_word("Ada", "one/first");
    let intent = Intent::SignStep { step: "one/first".into(), seen: bench.seen(), proved, note: None };
    bench.does("Ada", &Intent::AddNote { step: Some("one/first".into()), text: " slow ".into() }).unwrap();
    assert!(bench.does("Ada", &intent).is_ok());
    assert_eq!(bench.run.notes()[0].text, "slow");
    assert_eq!(bench.does("Ada", &Intent::AddNote { step: None, text: " ".into() }), Err(Refusal::NothingSaid));
}

#[test]
fn refuses_a_second_signature_by_the_same_operator() {
    let mut bench = Bench::new();
    bench.signs("Ada", "first").unwrap();
    assert_eq!(bench.signs("Ada", "both"), Ok(vec![Effect::Ring]));
    assert_eq!(bench.run.standing("one/both"), Standing::ToSign);
    assert_eq!(bench.signs("Ada", "both"), Err(Refusal::SameOperator("Ada".into())));
    assert_eq!(bench.signs(" ada ", "both"), Err(Refusal::SameOperator("Ada".into())));
    assert_eq!(bench.signs("Bob", "both"), Err(Refusal::NotHere("Bob".into())));
    bench.does("Bob", &Intent::Join { resumed: false }).unwrap();
    assert_eq!(bench.signs("Bob", "both"), Ok(vec![]));
    assert_eq!(bench.run.standing("one/both"), Standing::Done(Proof::Claimed));
    let signed: Vec<_> =
        bench.run.signatures("one/both").iter().map(|given| (&*given.who.name, given.role.clone())).collect();
    assert_eq!(signed, [("Ada", Some("lead".to_owned())), ("Bob", Some("witness".to_owned()))]);
}

#[test]
fn a_choice_is_made_before_it_is_signed() {
    let mut bench = Bench::new().up_to_pick();
    assert_eq!(bench.signs("Ada", "pick"), Err(Refusal::NothingChosen));
    assert_eq!(bench.chooses("none", &[]), Err(Refusal::NoSuchOption("none".into())));
    bench.chooses("plain", &[]).unwrap();
    assert_eq!(bench.chooses("more", &[]), Ok(vec![]), "nobody signed yet");
    bench.signs("Ada", "pick").unwrap();
    assert_eq!(bench.run.standing("one/pick/more/extra"), Standing::Ready);
    assert_eq!(bench.chooses("plain", &[]), Err(Refusal::AlreadyDone));
}

#[test]
fn what_an_option_asks_comes_with_it() {
    let mut bench = Bench::new().up_to_pick();
    assert_eq!(bench.chooses("asks", &[]), Err(Refusal::NothingRecorded("why".into())));
    assert_eq!(bench.chooses("asks", &[("why", "so"), ("x", "y")]), Err(Refusal::Unfit("x".into())));
    assert!(bench.chooses("asks", &[("why", "so")]).is_ok());
}

#[test]
fn an_option_that_stops_the_run_locks_what_follows() {
    let mut bench = Bench::new().up_to_pick();
    bench.chooses("end", &[]).unwrap();
    bench.signs("Ada", "pick").unwrap();
    assert_eq!(bench.run.standing("one/note_down"), Standing::Locked(Lock::Stopped("1.3".into())));
    assert_eq!(bench.run.next_open(), None);
}

#[test]
fn a_loop_grows_when_its_list_is_noted_down() {
    let mut bench = Bench::new().up_to_note();
    assert_eq!(bench.signs("Ada", "note_down"), Err(Refusal::NothingRecorded("names".into())));
    bench.notes_down(&["x", "y"]).unwrap();
    bench.signs("Ada", "note_down").unwrap();
    assert_eq!(bench.run.standing("one/each[x]"), Standing::Ready);
    assert_eq!(bench.run.standing("one/each[y]"), Standing::Locked(Lock::After("1.5".into())));
    assert_eq!(bench.notes_down(&["z"]), Err(Refusal::AlreadyDone));
}

#[test]
fn what_cannot_be_told_is_locked() {
    let bench = Bench::new().up_to_note();
    let growing = bench.run.items().iter().find(|item| item.id.starts_with("one/each")).unwrap();
    assert!(matches!(bench.run.standing(&growing.id), Standing::Locked(Lock::After(_))));
    let waits = Lock::Waits(BTreeSet::from(["names".to_owned()]));
    assert_eq!(waits.to_string(), "waits for ‹names›");
}

#[test]
fn a_step_that_nobody_signs_is_confirmed_and_one_of_tomorrow_waits() {
    let mut bench = Bench::new().up_to_note();
    bench.notes_down(&["x"]).unwrap();
    bench.signs("Ada", "note_down").unwrap();
    bench.signs("Ada", "each[x]").unwrap();
    bench.signs("Ada", "last").unwrap();
    assert!(bench.run.signatures("one/last").is_empty());
    assert_eq!(bench.run.standing("one/last"), Standing::Done(Proof::Claimed));
    let proved = bench.by_word("Ada", "two/late");
    let late = Intent::SignStep { step: "two/late".into(), seen: bench.seen(), proved, note: None };
    let decided = decide(&bench.run, &late, &stamp("Ada"));
    assert_eq!(decided, Err(Refusal::TooEarly("2026-03-01 23:00 +00:00".into())));
    let then = Stamp { at_ms: 1_772_406_000_000, ..stamp("Ada") };
    assert_eq!(decide(&bench.run, &late, &then).unwrap().effects, [Effect::Ring]);
}

#[test]
fn a_run_is_closed_once_by_somebody_who_saw_all_that_was_done() {
    let mut bench = Bench::new();
    let close = |seen, result: &str| Intent::Close { seen, result: result.into() };
    bench.signs("Ada", "first").unwrap();
    assert_eq!(bench.does("Ada", &close(0, "done")), Err(Refusal::Behind { by: 1 }));
    assert_eq!(bench.does("Ada", &close(2, "done")), Err(Refusal::Behind { by: 1 }));
    assert_eq!(bench.does("Bob", &close(1, "done")), Err(Refusal::NotHere("Bob".into())));
    for result in ["", " done", "a\nb", "\u{1b}[31m"] {
        assert_eq!(bench.does("Ada", &close(1, result)), Err(Refusal::NoResult), "{result:?}");
    }
    bench.does("Ada", &Intent::KeepHangup).unwrap();
    bench.does("Ada", &close(1, "ended early")).unwrap();
    assert_eq!(bench.run.closed(), Some("ended early"));
    assert_eq!(bench.run.trail().last().unwrap().what, "closed the run: ended early");
}

#[test]
fn nothing_is_accepted_after_the_close() {
    let mut bench = Bench::new();
    bench.does("Ada", &Intent::Close { seen: 0, result: "ended early".into() }).unwrap();
    let item = bench.run.plan().item("one/first").unwrap();
    assert_eq!(bench.run.check_is_open(item, &stamp("Ada")), Err(Refusal::Closed));
    assert_eq!(bench.signs("Ada", "first"), Err(Refusal::Closed));
    let note = Intent::AddNote { step: None, text: "late".into() };
    let again = Intent::Close { seen: 1, result: "done".into() };
    let refused = Intent::KeepRefusedIdentity { level: crate::run::roster::Level::Pin, why: "late".into() };
    for intent in [Intent::Join { resumed: false }, note, again, refused, Intent::KeepHangup] {
        assert_eq!(bench.does("Ada", &intent), Err(Refusal::Closed), "{intent:?}");
    }
}

#[test]
fn the_statement_names_run_step_person_and_base() {
    let mut bench = Bench::new();
    bench.signs("Ada", "first").unwrap();
    let What::StepSigned(signed) = from_wire(&bench.records[1].1).what else { panic!("no signature") };
    let signed = signed.signed;
    let base = format!("base      0 {}", Digest::of(b"0"));
    let shown = format!("shown     sha256:{}", signed.blobs[0]);
    let values = format!("values    sha256:{}", signed.blobs[1]);
    let expected = [
        "mop sign-off v1",
        "run       7K3QX small runbook-sha256:-",
        "step      one/first \"First\"",
        "outcome   done, claimed",
        "meaning   executed",
        "role      lead",
        "signer    ada",
        "name      Ada",
        "time      2026-03-01T22:00:00.000Z clock=unknown",
        &base,
        &shown,
        &values,
        "probes    -",
        "terminal  here",
        "auth      name only",
        "reason    -",
    ];
    assert_eq!(signed.statement.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_replayed_run_is_the_run_that_was() {
    let mut bench = Bench::new().up_to_note();
    bench.notes_down(&["x", "y, z"]).unwrap();
    let events = bench.records.iter().map(|(head, bytes)| (*head, from_wire(bytes)));
    let again = replay(Arc::clone(bench.run.runbook()), events).unwrap();
    assert!(again.standings().eq(bench.run.standings()));
    assert_eq!(again.trail(), bench.run.trail());
    assert_eq!(again.head(), bench.run.head());
    assert!(again.plan().item("one/each[y, z]").is_some());
}
