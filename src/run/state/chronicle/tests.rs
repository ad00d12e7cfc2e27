//! A run that was gone to stands as one that was folded from its first record, whatever was recorded.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::journal::Digest;
use crate::run::event::{Outcome, Verdict};
use crate::run::{Answer, Forecast, History, Person, ProbeState, Stamp, Start, What, replay};
use crate::runbook::{NoLibrary, load};

const BOOK: &str = "
mop: 1
title: Small
status: { door: { tcp: \"127.0.0.1:1\" } }
activities:
  - id: one
    title: One
    estimate: 5m
    steps:
      - { id: names, title: Names, record: { names: { ask: Names, list: true, min: 1 } }, sign: none }
      - { id: pick, title: Pick, choose: [{ id: a, title: A }, { id: b, title: B, steps: [{ id: more, title: More }] }] }
  - id: each
    title: \"For {{ name }}\"
    for_each: { name: names }
    steps: [{ id: do, title: Do, run: \"true\" }]
back_out: { title: Back, steps: [Undo it] }
";

/// The items that records are about, one of which is never there.
const STEPS: [&str; 7] = ["one/names", "one/pick", "one/pick/more", "each[x]/do", "each[y]/do", "one", "none"];

fn what(kind: u8, step: &str, word: &str) -> What {
    let (step, why) = (step.to_owned(), word.to_owned());
    let verdict = |outcome| Verdict { outcome, proof: None, reason: Some(why.clone()), deferred: None };
    match kind {
        0 => What::StepConfirmed { step, verdict: verdict(Outcome::Done) },
        1 => What::StepConfirmed { step, verdict: verdict(Outcome::Skipped) },
        2 => What::OptionChosen { step: "one/pick".to_owned(), option: why, values: Vec::new() },
        3 => What::ValuesRecorded {
            step: "one/names".to_owned(),
            values: vec![("names".to_owned(), Answer::Many(vec![why, "z".to_owned()]))],
        },
        4 => What::ActionStarted { step, attempt: 1, command: None, mended: None, terminal: false },
        5 => What::ActionLost { step, attempt: 1, why },
        6 => What::StepReopened { step, mended: why },
        7 => What::StepOverridden { step, why },
        8 => What::RunPaused { why },
        9 => What::RunContinued,
        10 => What::NoteAdded { step: Some(step), text: why },
        11 => What::ProbeChanged {
            probe: "door".to_owned(),
            was: ProbeState::Unknown,
            state: ProbeState::Bad,
            words: why,
            sha256: None,
        },
        12 => What::OrderWaived { step, why },
        13 => What::PersonJoined { resumed: true },
        14 => What::BackOutBegun { why, rounds: Vec::new(), undo: Vec::new() },
        _ => What::Unknown(why),
    }
}

fn record(n: u64, what: What) -> (Head, Event) {
    let who = Person { id: "alice".to_owned(), name: "Alice".to_owned() };
    let at_ms = 1_772_402_400_000 + i64::try_from(n).unwrap() * 1_000;
    let stamp = Stamp { who, at_ms, mono: n * 1_000_000_000, session: "S".to_owned() };
    (Head { n, hash: Digest::of(&n.to_be_bytes()) }, Event { stamp, what })
}

fn journal(kinds: &[(u8, usize, bool)]) -> Vec<(Head, Event)> {
    let start = Start { run: "7K3QX".to_owned(), title: "Small".to_owned(), ..Start::default() };
    let event = |(kind, step, is_a): &(u8, usize, bool)| what(*kind, STEPS[*step], if *is_a { "a" } else { "b" });
    let whats = [What::RunStarted(Box::new(start))].into_iter().chain(kinds.iter().map(event));
    (0..).zip(whats).map(|(n, what)| record(n, what)).collect()
}

fn basis() -> Basis {
    let loaded = load("small.yaml", BOOK.into(), &NoLibrary);
    Basis::from(Arc::new(loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))))
}

/// Says how all of a run stands.
fn told(run: &Run) -> String {
    let item = |at: usize, id: &str| (id.to_owned(), run.standing_at(at), run.work(id).cloned());
    let items: Vec<_> = run.items().iter().enumerate().map(|(at, i)| format!("{:?}", item(at, &i.id))).collect();
    let at_ms = run.trail().last().map_or(0, |entry| entry.at_ms);
    let forecast = Forecast::of(run, &History::default(), at_ms);
    format!(
        "{items:#?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {}",
        (run.progress(), run.layout(), run.filled_at(), run.acted_at()),
        (run.trail(), &run.heads, run.notes(), run.probes(), run.paused(), run.back_out()),
        (run.ran_at(at_ms), run.stood_at(at_ms), run.unknown(), run.rechecks()),
        run.running().collect::<Vec<_>>(),
        run.finished(),
        run.rounds(),
        run.driver(),
        run.people(),
        forecast.rows,
        run.values_hash(),
        run.values().listing(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_stands_after_any_record_as_one_that_was_folded_up_to_it(
        kinds in proptest::collection::vec((0_u8..16, 0..STEPS.len(), any::<bool>()), 1..400),
        places in proptest::collection::vec(0_u64..420, 1..12),
        known in 1_usize..400,
    ) {
        let records = journal(&kinds);
        let (first, rest) = records.split_at(known.min(records.len()));
        let (mut chronicle, mut run) = Chronicle::of(basis(), first.to_vec()).unwrap();
        for (at, place) in places.iter().enumerate() {
            // What is recorded meanwhile changes nothing where one stands.
            if at == places.len() / 2 {
                rest.iter().cloned().for_each(|(head, event)| chronicle.push(head, event));
            }
            chronicle.go(&mut run, *place);
            let to = (*place).min(chronicle.newest());
            let folded = replay(basis(), records[..=usize::try_from(to).unwrap()].iter().cloned()).unwrap();
            prop_assert_eq!(told(&run), told(&folded));
            let entries: Vec<_> = (0..chronicle.told(&run) as u64).map(|n| chronicle.entry(&run, n).unwrap().n).collect();
            prop_assert_eq!(entries, (0..chronicle.told(&run) as u64).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_chronicle_that_grows_keeps_a_bounded_number_of_copies() {
    let (mut chronicle, mut run) = Chronicle::of(basis(), journal(&[])).unwrap();
    let all = journal(&vec![(10, 0, true); 20_000]);
    all.iter().skip(1).cloned().for_each(|(head, event)| chronicle.push(head, event));
    chronicle.go(&mut run, u64::MAX);
    assert!(chronicle.copies.len() <= 2 * MOST_COPIES, "{}", chronicle.copies.len());
    assert!(chronicle.stride * 2 * MOST_COPIES > 20_000, "{}", chronicle.stride);
    for n in [19_999, 3, 10_000, 9_999, 0] {
        chronicle.go(&mut run, n);
        assert_eq!((run.head().n, run.notes().len() as u64), (n, n));
    }
}

#[test]
fn records_that_are_no_run_are_refused() {
    assert_eq!(Chronicle::of(basis(), Vec::new()).map(|_| ()), Err(NoRun::Empty));
    let no_start = vec![record(0, What::RunContinued)];
    assert_eq!(Chronicle::of(basis(), no_start).map(|_| ()), Err(NoRun::NoStart));
}
