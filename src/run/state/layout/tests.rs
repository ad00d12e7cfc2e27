//! What is counted one item at a time is what counting all anew gives.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::journal::Digest;
use crate::run::event::{Deferral, End, Event, Found, Outcome, Person, Proof, Stamp, Start, Verdict, What};
use crate::run::{Answer, Head, replay};
use crate::runbook::{NoLibrary, load};

const BOOK: &str = r#"
mop: 1
title: Small
sign: none
inputs: { rounds: { ask: Rounds, list: true } }
requirements: [Access]
activities:
  - id: a
    title: A
    estimate: 1m
    steps:
      - { id: names, title: Names, record: { names: { ask: Names, list: true } } }
      - { id: part, title: Part, sign: operator, steps: [{ id: p, title: P, run: { command: p, parallel: true }, text: Look. }, Q] }
      - { id: each, title: "{{ name }}", for_each: { name: names } }
  - { id: loop, title: "Round {{ round }}", estimate: 1m, for_each: { round: rounds }, steps: [One, Two] }
  - { id: b, title: B, estimate: 1m, after: [a], when: outcome.names == "skipped", steps: [Do it] }
  - { id: c, title: C, estimate: 1m, steps: [{ id: pick, title: Pick, choose: [{ id: x, title: X, steps: [X1, X2] }, { id: y, title: Y, then: { redo: each } }] }] }
back_out: { title: Back, estimate: 1m, steps: [Back 1, Back 2] }
"#;

fn stamp() -> Stamp {
    Stamp { who: Person::named("Ada").unwrap(), at_ms: 1_772_402_400_000, mono: 1, session: "S".into() }
}

fn begin() -> Run {
    let loaded = load("small.yaml", BOOK.into(), &NoLibrary);
    let runbook = Arc::new(loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)));
    let rounds = Answer::Many(vec!["1".into(), "2".into()]);
    let start = Start { answers: vec![("rounds".into(), rounds)], ..Start::default() };
    let event = Event { stamp: stamp(), what: What::RunStarted(Box::new(start)) };
    replay(runbook, [(Head { n: 0, hash: Digest::of(b"0") }, event)]).unwrap()
}

fn settled(step: String, outcome: Outcome) -> What {
    let deferred = (outcome == Outcome::Deferred).then(Deferral::default);
    let verdict = Verdict { outcome, proof: Some(Proof::Claimed), reason: Some("so".into()), deferred };
    What::StepConfirmed { step, verdict }
}

/// Makes an event of some kind about the item at a place.
fn event(run: &Run, (kind, at): (u8, usize)) -> What {
    let step = run.items()[at % run.items().len()].id.to_string();
    let attempt = run.attempts(&step);
    match kind {
        0..5 => settled(step, Outcome::Done),
        5 => settled(step, Outcome::Skipped),
        6 => settled(step, Outcome::Deferred),
        7 => settled(step, Outcome::NotApplicable),
        8 => settled(step, Outcome::Failed),
        9 | 10 => What::ActionStarted { step, attempt: attempt + 1, command: None, mended: None, terminal: false },
        11 | 12 => {
            let found = if kind == 11 { Found::Checked } else { Found::Failed };
            let (why, exit, values, output) = (String::new(), None, Vec::new(), Vec::new());
            What::ActionEnded {
                step,
                attempt,
                end: End { found, why, took_ms: 1, exit, values, output, sightings: Vec::new() },
            }
        }
        13 => What::StepReopened { step, mended: String::new() },
        14 => What::StepOverridden { step, why: "so".into() },
        15 => What::OrderWaived { step, why: "so".into() },
        16 => {
            let names = Answer::Many((0..at % 4).map(|name| name.to_string()).collect());
            What::ValuesRecorded { step: "a/names".into(), values: vec![("names".into(), names)] }
        }
        17 | 18 => {
            let option = if at % 3 == 0 { "y" } else { "x" }.to_owned();
            What::OptionChosen { step: "c/pick".into(), option, values: Vec::new() }
        }
        19 => settled("c/pick".into(), Outcome::Done),
        _ if at % 7 == 0 => What::BackOutBegun { why: "so".into(), rounds: Vec::new(), undo: vec![step] },
        _ => What::ActionLost { step, attempt, why: "so".into() },
    }
}

/// Finds by looking at every item in its order what an item has to wait for in its own part.
fn first_open_before(run: &Run, at: usize) -> Option<usize> {
    let layout = run.layout();
    let rank = layout.ranks[at]?;
    let (first, _) = layout.section(at).ranks;
    layout.order[first..rank].iter().copied().find(|at| run.count(&run.items()[*at]) == Count::Open)
}

/// Finds by going through all that is named how far back the first part that another one waits for.
fn first_part_before(run: &Run, own: usize) -> Option<usize> {
    let sections = run.layout().sections();
    let activity = |at: usize| match run.items()[sections[at].head].kind {
        ItemKind::Activity(id) => Some(id.index),
        _ => None,
    };
    let mut before = vec![activity(own)?];
    let mut next = 0;
    while let Some(index) = before.get(next) {
        let named = &run.runbook().main().activities[*index as usize].after;
        before.extend(named.clone());
        next += 1;
    }
    let is_before = |at: &usize| activity(*at).is_none_or(|index| before.contains(&index));
    (0..own).filter(is_before).find(|at| sections[*at].open > 0)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_counted_one_at_a_time_is_what_counting_anew_gives(
        events in prop::collection::vec((0..21_u8, 0..40_usize), 0..80)
    ) {
        let mut run = begin();
        for (n, chosen) in (1..).zip(events) {
            let what = event(&run, chosen);
            let head = Head { n, hash: Digest::of(b"n") };
            run.apply(head, &Event { stamp: stamp(), what });
            let (live, anew) = (run.layout(), Layout::of(&run));
            prop_assert_eq!(live, &anew);
            for at in 0..run.items().len() {
                prop_assert_eq!(live.gate_before(at), first_open_before(&run, at), "{}", run.items()[at].id);
            }
            for (own, section) in live.sections().iter().enumerate().filter(|(_, part)| part.head < live.back_at) {
                let first = first_part_before(&run, own).and_then(|part| live.open_in(&live.sections[part]));
                prop_assert_eq!(live.gate_of_section(section.head), first, "{}", run.items()[section.head].id);
            }
            let of_parts: usize = live.sections().iter().map(|section| section.open).sum();
            let open = |at: &usize| matches!(live.counts[*at], Count::Open | Count::Aside);
            prop_assert_eq!(of_parts, live.order.iter().filter(|at| open(at)).count());
            let group = |at: usize| live.groups[live.sections[at].group].parts;
            prop_assert!((0..live.sections.len()).all(|at| (group(at).0..group(at).1).contains(&at)));
        }
    }
}

#[test]
fn a_part_waits_for_all_before_it_and_one_that_says_so_for_what_it_names() {
    let run = begin();
    let gate = |id: &str| {
        let at = run.plan().position(id).unwrap();
        run.layout().gate_of_section(at).map(|at| run.items()[at].id.to_string())
    };
    assert_eq!(gate("requirements/access"), None);
    for id in ["a/names", "loop[2]/one", "b/do-it", "c/pick"] {
        assert!(gate(id).is_some_and(|gate| gate.starts_with("requirements/")), "{id}: {:?}", gate(id));
    }
}
