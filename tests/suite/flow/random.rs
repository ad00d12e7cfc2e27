//! Whatever is wanted in whatever order: the run made again from its records is the run that was.

use std::sync::Arc;

use mop::journal::Digest;
use mop::run::roster::Auth;
use mop::run::{
    Answer, Event, Head, Intent, Person, Proved, Run, Scene, Stamp, Standing, Start, What, decide, from_wire, replay,
    statement, to_wire,
};
use mop::runbook::model::Runbook;
use mop::runbook::{NoLibrary, load};
use proptest::prelude::*;

const BOOK: &str = r#"
mop: 1
title: Small
roles: { lead: Does it, witness: Sees it }
sign: lead
activities:
  - title: One
    estimate: 1m
    steps:
      - { id: both, title: Both sign, sign: [lead, witness] }
      - id: pick
        title: Pick
        choose:
          - { id: plain, title: Plain }
          - { id: more, title: More, steps: [{ id: extra, title: Extra }] }
          - { id: end, title: End, then: stop }
      - { id: names_noted, title: Note down, record: { names: { ask: Names, list: true } } }
      - { id: each, title: "For {{ name }}", for_each: { name: names } }
      - { id: last, title: Last, sign: none, when: chosen.pick == "more" }
"#;

fn runbook() -> Arc<Runbook> {
    let loaded = load("small.yaml", BOOK.into(), &NoLibrary);
    Arc::new(loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
}

fn stamp(who: &str) -> Stamp {
    Stamp { who: Person::named(who).unwrap(), at_ms: 1_772_402_400_000, mono: 1, session: "S".into() }
}

/// What somebody wants: who, what on the item at which place, how long ago it was seen.
fn wish() -> impl Strategy<Value = (usize, u8, usize, u64)> {
    (0..3_usize, 0..8_u8, 0..9_usize, prop_oneof![6 => Just(0), 1 => 1..4_u64])
}

fn intent(run: &Run, who: &str, (what, at, late): (u8, usize, u64)) -> Intent {
    let seen = run.head().n.saturating_sub(late);
    // Mostly the step whose turn it is, so that sequences get somewhere.
    let at = run.next_open().filter(|_| at > 2).unwrap_or(at).min(run.items().len() - 1);
    let step = run.items()[at].id.to_string();
    let option = ["plain", "more", "end"][at % 3].to_owned();
    let values = vec![("names".to_owned(), Answer::Many(vec!["x".into(), "y".into()]))];
    match what {
        0 => Intent::Join,
        1 => Intent::AddNote { step: Some(step), text: "a remark".into() },
        2 => Intent::ChooseOption { step, seen, option, values: vec![] },
        3 => Intent::RecordValues { step, seen, values },
        _ => {
            let (who, at_ms) = (stamp(who).who, 1_772_402_400_000);
            let (clock, terminal) = ("clock=unknown".to_owned(), "here".to_owned());
            let scene = Scene { who, at_ms, clock, terminal, auth: Auth::NameOnly };
            let statement = statement(run, &run.items()[at], seen, &scene).text;
            Intent::SignStep { step, seen, proved: Some(Box::new(Proved::by_word(scene, statement))) }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replaying_the_records_gives_the_run(wishes in prop::collection::vec(wish(), 0..40)) {
        let runbook = runbook();
        let start = Start { run: "7K3QX".into(), runbook: "small".into(), ..Start::default() };
        let event = Event { stamp: stamp("Ada"), what: What::RunStarted(Box::new(start)) };
        let mut records = vec![to_wire(&event)];
        let place = |n: usize, bytes: &[u8]| Head { n: n as u64, hash: Digest::of(bytes) };
        let mut run = replay(Arc::clone(&runbook), [(place(0, &records[0]), event)]).unwrap();
        for (who, what, at, late) in wishes {
            let who = ["Ada", "Bob", "Cleo"][who];
            let stamp = stamp(who);
            let Ok(decision) = decide(&run, &intent(&run, who, (what, at, late)), &stamp) else { continue };
            for event in decision.events {
                let bytes = to_wire(&event);
                run.apply(place(records.len(), &bytes), &event);
                records.push(bytes);
            }
        }
        let again = records.iter().enumerate().map(|(n, bytes)| (place(n, bytes), from_wire(bytes)));
        let again = replay(runbook, again).unwrap();
        prop_assert_eq!(again.standings(), run.standings());
        prop_assert_eq!(again.trail(), run.trail());
        prop_assert_eq!((again.people(), again.notes()), (run.people(), run.notes()));
        prop_assert_eq!((again.head(), again.progress(), again.unknown()), (run.head(), run.progress(), 0));
        let ids = |run: &Run| run.items().iter().map(|item| (item.id.clone(), run.title(item))).collect::<Vec<_>>();
        prop_assert_eq!(ids(&again), ids(&run));
        for (item, standing) in run.items().iter().zip(run.standings()) {
            prop_assert_eq!(again.signatures(&item.id), run.signatures(&item.id));
            if &*item.id == "one/both" && *standing == Standing::Done {
                let signed = run.signatures(&item.id);
                prop_assert!(signed.len() == 2 && signed[0].0.id != signed[1].0.id);
            }
        }
    }
}
