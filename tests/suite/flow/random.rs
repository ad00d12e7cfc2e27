//! Whatever is wanted in whatever order, by several who see it late: nothing panics, the run made again
//! from its records is the run that was, and nothing is done without all that it needs.

mod rules;
mod wish;

use std::collections::BTreeSet;
use std::sync::Arc;

use mop::run::roster::{Level, Member, Roster, RosterKey};
use mop::run::{Basis, Head, Person, Run, Start, replay};
use mop::runbook::load;
use mop::runbook::model::Runbook;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::scenarios::bench::{BEGIN, Bench, edition, key_of, person, stamp, terminal};
use wish::{Wish, wish};

/// A runbook with everything in it that a run can go through.
const BOOK: &str = r#"
mop: 1
id: everything
title: Everything
roles: { lead: { about: Does it, level: key }, witness: { about: Sees it, level: key }, helper: Helps }
sign: helper
window: { length: 8h }
inputs: { hops: { ask: Versions, type: version, list: true }, failover: { ask: Two, type: bool } }
requirements: [Access, { title: Nobody signs this, sign: none }]
status: { home: { http: "https://site.example/", expect: { status: 200 } } }
activities:
  - id: prepare
    title: Prepare
    estimate: 10m
    steps:
      - { id: both, title: Both sign, sign: [lead, witness] }
      - { id: names, title: Note down, record: { names: { ask: Names, list: true } }, sign: none }
      - { id: backup, title: Backup, restore_point: true, sign: 2 }
      - { id: each, title: "{{ name }} of {{ step.pick }}", for_each: { name: names } }
      - id: part
        title: A part
        sign: [lead, witness]
        steps:
          - { id: beside, title: Beside, run: { command: "/bin/true", parallel: true }, text: Look., undo: take back }
          - { id: also, title: Also, run: { command: "/bin/true {{ failover }}", parallel: true, expect: { exit: 0 } }, sign: none }
  - id: hop
    title: "To {{ hop }}"
    for_each: { hop: hops }
    estimate: 30m
    not_before: window.start
    prerequisites: [Ready for it]
    steps:
      - { id: save, title: Save, restore_point: true }
      - { id: go, title: Go, run: { command: "up {{ hop }}", expect: { exit: 0 } }, undo: "down {{ hop }}", sign: [lead, witness] }
      - { id: look, title: Look, check: home, estimate: { from: 1m, to: 20m } }
      - id: pick
        title: Pick
        choose:
          - { id: good, title: Good }
          - { id: more, title: More, steps: [{ id: extra, title: Extra, sign: none }, Further] }
          - { id: asks, title: Asks, record: { why: { ask: Why } } }
          - { id: again, title: Again, then: { redo: hop } }
          - { id: back, title: Back, then: back_out }
          - { id: end, title: End, then: stop }
  - { id: second, title: Second, when: failover, estimate: 1m, after: [prepare], steps: [Do it there] }
  - id: last
    title: Last
    estimate: 1m
    steps:
      - { id: cleaned, title: Clean, when: outcome.both == "skipped" }
      - { id: quick, title: Quick, sign: none, choose: [{ id: a, title: A }, { id: b, title: B, then: { redo: cleaned } }] }
back_out: { title: Back, estimate: 1h, steps: ["From {{ hop }}", { id: old, title: Old, run: /bin/true, text: Look. }] }
"#;

fn runbook() -> Arc<Runbook> {
    let loaded = load("random.yaml", BOOK.into(), &mop::runbook::NoLibrary);
    Arc::new(loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
}

/// Begins a run with three people, each with a key of his own, and somebody who may join.
fn begin() -> Bench {
    let member = |name: &str| Member {
        person: person(name),
        keys: vec![RosterKey { authority: false, key: key_of(name, false) }],
        ..Member::default()
    };
    let roster = Roster::new(Level::Name, ["Ada", "Bob", "Cleo"].map(member).to_vec()).unwrap();
    let one = |text: &str| mop::run::Answer::One(text.into());
    let hops = mop::run::Answer::Many(vec!["10.1".into(), "10.2".into()]);
    let start = Start {
        run: "7K3QX".into(),
        window: Some(("2026-03-01T22:05:00Z".into(), "2026-03-02T06:00:00Z".into())),
        answers: vec![("hops".into(), hops), ("failover".into(), one("yes"))],
        ..Start::default()
    };
    let basis = Basis { runbook: runbook(), roster: Arc::new(roster) };
    let mut bench = Bench::start(basis, start, stamp("Ada", &terminal("Ada"), BEGIN)).unwrap();
    let edition = |(name, was, now): (&str, &str, &str)| {
        assert!(BOOK.contains(was), "{was}");
        let edition = edition(&BOOK.replacen(was, now, 1), &mop::runbook::NoLibrary);
        (name.to_owned(), edition.unwrap_or_else(|| panic!("the edition {name} is wrong")))
    };
    bench.editions = EDITIONS.map(edition).into();
    bench
}

/// Other editions of that runbook: what in it is another text, under a name.
const EDITIONS: [(&str, &str, &str); 5] = [
    ("end", "title: Clean,", "title: Clean up,"),
    ("hops", "prerequisites: [Ready for it]", "prerequisites: [Ready for it, And able]"),
    ("back", "{ title: Back, estimate: 1h,", "{ title: Back to where it was, estimate: 2h,"),
    (
        "less",
        "{ id: more, title: More, steps: [{ id: extra, title: Extra, sign: none }, Further] }",
        "{ id: more, title: More }",
    ),
    ("start", "title: Both sign,", "title: Both of them sign,"),
];

/// Lets a wish come true, or be refused.
fn grant(bench: &mut Bench, wish: &Wish) -> Result<bool, TestCaseError> {
    bench.now += wish.later_ms;
    let who = ["Ada", "Bob", "Cleo", "Dan"][wish.who];
    let session = if wish.is_shared { terminal("Ada") } else { terminal(who) };
    // Another writer sees an older run; what he signs and how he means it is made from that.
    let older = (wish.late > 0).then(|| bench.as_of(wish.late));
    let intent = wish::intent(older.as_ref().unwrap_or(&bench.run), bench, (who, wish));
    let stamp = stamp(who, &session, bench.now);
    if let Some(older) = &older {
        // He may decide on what he sees; what he decides is taken only when it is decided again here.
        let _ = mop::run::decide(older, &intent, &stamp);
    }
    let before = rules::Before::of(&bench.run);
    let turn = bench.takes(&intent, &stamp);
    let is_taken = turn.decided.is_ok();
    rules::check(&before, &bench.run, (&intent, is_taken))?;
    Ok(is_taken)
}

/// Says how often something is tried: often, and very often where the long forms are asked for.
fn tries() -> ProptestConfig {
    let is_long = std::env::var_os("MOP_LONG").is_some_and(|value| value == "1");
    let cases = if is_long { 1_000 } else { 24 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(tries())]

    #[test]
    fn whatever_is_wanted_the_run_keeps_its_rules_and_is_made_again_from_its_records(
        wishes in prop::collection::vec(wish(), 100..400)
    ) {
        let mut bench = begin();
        for wish in &wishes {
            grant(&mut bench, wish)?;
        }
        prop_assert_eq!(bench.check_replay(), Ok(()));
    }

    #[test]
    fn whatever_is_in_a_journal_it_is_read_to_its_end(wishes in prop::collection::vec(wish(), 0..120)) {
        let mut bench = begin();
        for wish in &wishes {
            bench.now += wish.later_ms;
            let who = ["Ada", "Bob", "Cleo", "Dan"][wish.who];
            let stamp = stamp(who, &terminal(who), bench.now);
            bench.records(&mop::run::Event { stamp, what: wish::fact(&bench, wish) });
        }
        prop_assert_eq!(bench.check_replay(), Ok(()));
    }
}

/// A person who does what is next comes to the end: the wishes above are not all refused.
#[test]
fn who_does_what_is_next_comes_to_the_end() {
    let mut bench = begin();
    let mut taken = 0;
    for turn in 0..600 {
        for who in 0..3 {
            for what in wish::ONWARD {
                let wish = Wish { who, what, later_ms: 1000, ..Wish::default() };
                taken += usize::from(grant(&mut bench, &wish).unwrap());
            }
        }
        if bench.run.open_items().next().is_none() {
            assert!(turn > 10 && taken > 40, "{turn} {taken}");
            return;
        }
    }
    let open: Vec<_> = bench.run.open_items().map(|item| (&item.number, bench.run.standing(&item.id))).collect();
    panic!("{open:?}");
}

/// The wishes lead to every kind of record, and far enough.
#[test]
fn wishes_come_to_every_kind_of_record() {
    let mut runner = TestRunner::deterministic();
    let (mut missing, mut most): (BTreeSet<&str>, _) = (KINDS.into(), 0);
    for _ in 0..200 {
        let wishes = prop::collection::vec(wish(), 400).new_tree(&mut runner).unwrap().current();
        let mut bench = begin();
        for wish in &wishes {
            grant(&mut bench, wish).unwrap();
        }
        for (_, bytes) in &bench.records {
            let record: serde_json::Value = serde_json::from_slice(bytes).unwrap();
            missing.remove(record["t"].as_str().unwrap());
        }
        most = most.max(bench.records.len());
        if missing.is_empty() && most > 60 {
            return;
        }
    }
    panic!("{missing:?} in up to {most} records");
}

/// The records that decisions make.
const KINDS: [&str; 34] = [
    "action_ended",
    "action_lost",
    "action_started",
    "ad_hoc_ended",
    "ad_hoc_started",
    "back_out_begun",
    "cancel_asked",
    "deferral_handed_over",
    "done_by_hand",
    "file_attached",
    "identity_refused",
    "item_rechecked",
    "note_added",
    "option_chosen",
    "order_waived",
    "person_joined",
    "person_left",
    "record_amended",
    "redline_added",
    "run_closed",
    "run_continued",
    "run_paused",
    "runbook_adopted",
    "signature_refused",
    "step_confirmed",
    "step_overridden",
    "step_reopened",
    "step_signed",
    "time_waived",
    "values_recorded",
    "wheel_asked",
    "wheel_given",
    "wheel_kept",
    "wheel_taken",
];

/// The run as it was some records ago.
fn older(bench: &Bench, basis: Basis, late: usize) -> Run {
    let count = bench.records.len().saturating_sub(late).max(1);
    let records = bench.records[..count].iter();
    replay(basis, records.map(|(head, bytes): &(Head, Vec<u8>)| (*head, bench.read(bytes)))).unwrap()
}

impl Bench {
    fn as_of(&self, late: usize) -> Run {
        older(self, self.basis.clone(), late)
    }
}

/// Names the one who may not do anything.
fn is_stranger(who: &Person) -> bool {
    who.id == "dan"
}
