//! Events come back from their bytes; what is not known is kept and not believed.

use proptest::prelude::*;

use super::*;
use crate::journal::{Tick, check_json};
use crate::run::roster::Level;
use crate::run::{
    Adoption, Amendment, ClockReading, Deferral, End, Found, Meaning, Outcome, Output, Proof, Signature, Signed, Start,
    Taking, Verdict,
};

fn person() -> impl Strategy<Value = Person> {
    ("[a-z-]{1,8}", ".{0,12}").prop_map(|(id, name)| Person { id, name })
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        ".*".prop_map(Answer::One),
        prop::collection::vec(".{0,8}", 0..4).prop_map(Answer::Many),
        prop::collection::btree_map(".{0,6}", ".{0,6}", 0..4).prop_map(Answer::Table),
        Just(Answer::Secret),
    ]
}

fn answers_of() -> impl Strategy<Value = Vec<(String, Answer)>> {
    prop::collection::btree_map("[a-z]{1,6}", answer(), 0..4).prop_map(|map| map.into_iter().collect())
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let outcome = prop::sample::select(vec![
        Outcome::Done,
        Outcome::Overridden,
        Outcome::Failed,
        Outcome::Skipped,
        Outcome::Deferred,
        Outcome::NotApplicable,
    ]);
    let proof = prop::option::of(prop::sample::select(vec![Proof::Claimed, Proof::Checked, Proof::Sensed]));
    let deferred = prop::option::of((".{0,5}", ".{0,5}").prop_map(|(to, until)| Deferral { to, until }));
    (outcome, proof, prop::option::of(".{0,9}"), deferred).prop_map(|(outcome, proof, reason, deferred)| Verdict {
        outcome,
        proof,
        reason,
        deferred,
    })
}

fn signed() -> impl Strategy<Value = Signed> {
    (prop::option::of("[a-z]{1,5}"), any::<bool>(), 0..9_007_199_254_740_991_u64, ".*").prop_map(
        |(role, first, seen, statement)| {
            let meaning = if first { Meaning::Executed } else { Meaning::Witnessed };
            let (level, signature) = if first { (Level::Pin, None) } else { (Level::Touch, Some("sig\n".to_owned())) };
            let blobs = vec![Digest::of(b"shown"); usize::from(first)];
            Signed { role, meaning, seen, statement, level, signature, blobs }
        },
    )
}

fn end() -> impl Strategy<Value = End> {
    let found = prop::sample::select(vec![Found::Sensed, Found::Checked, Found::Failed, Found::ForPerson]);
    (found, ".{0,9}", 0..9_007_199_254_740_991_u64, prop::option::of(".{0,9}"), answers_of()).prop_map(
        |(found, why, took_ms, exit, values)| {
            let stream = "stdout".to_owned();
            let output = vec![Output { stream, bytes: 9, dropped: 0, sha256: Digest::of(b"out") }; values.len() % 2];
            End { found, why, took_ms, exit, values, output, sightings: Vec::new() }
        },
    )
}

/// Makes what is recorded of acting on a step.
fn acted() -> impl Strategy<Value = What> {
    let of =
        |make: fn(String, String) -> What| ("[a-z/]{1,12}", ".{0,12}").prop_map(move |(step, why)| make(step, why));
    prop_oneof![
        of(|step, why| What::SignatureRefused { step, why }),
        of(|step, why| What::DoneByHand { step, why }),
        of(|step, mended| What::StepReopened { step, mended }),
        of(|step, why| What::StepOverridden { step, why }),
        of(|step, why| What::OrderWaived { step, why }),
        of(|step, why| What::ItemRechecked { step, why: Some(why).filter(|why| why.len() > 4) }),
        of(|step, why| What::DeferralHandedOver { step, to: why.clone(), why }),
        of(|step, why| What::ActionLost { step, attempt: 2, why }),
        of(|step, why| What::CancelAsked { step, attempt: 2, why }),
        of(|step, why| What::ActionStarted {
            step,
            attempt: 1,
            command: Some(why.clone()),
            mended: Some(why),
            terminal: true
        }),
        ("[a-z]{1,12}", end()).prop_map(|(step, end)| What::ActionEnded { step, attempt: 3, end }),
    ]
}

fn what() -> impl Strategy<Value = What> {
    let step = "[a-z/\\[\\]]{1,12}";
    let start = (answers_of(), prop::option::of(("[0-9]{4}", "[0-9]{4}"))).prop_map(|(answers, window)| {
        let files = vec![("runbook.yaml".to_owned(), "ab".to_owned())];
        let ledger = "-".to_owned();
        let start = Start {
            ledger,
            run: "R".into(),
            runbook: "b".into(),
            title: "T".into(),
            files,
            machine: vec![],
            rehearsal: window.is_none(),
            answers,
            window,
        };
        What::RunStarted(Box::new(start))
    });
    let step_signed = (step, verdict(), signed())
        .prop_map(|(step, verdict, signed)| What::StepSigned(Signature { step, verdict, signed }));
    let amended = (0..1000_u64, ".*", prop::option::of(signed())).prop_map(|(of, wrong, signed)| {
        What::RecordAmended(Amendment { of, right: wrong.clone(), why: wrong.clone(), wrong, signed })
    });
    let hash = || Digest::of(b"runbook").to_string();
    let adopted = (".*", prop::collection::vec(".{0,9}", 0..3)).prop_map(move |(why, changes)| {
        let files = vec![("upgrade.yaml".to_owned(), hash())];
        let blobs = vec![Digest::of(b"runbook")];
        What::RunbookAdopted(Box::new(Adoption { why, files, changes, blobs, ..Adoption::default() }))
    });
    prop_oneof![
        start,
        step_signed,
        adopted,
        amended,
        acted(),
        any::<bool>().prop_map(|resumed| What::PersonJoined { resumed }),
        prop::sample::select(vec![What::PersonLeft, What::WheelAsked, What::WheelKept, What::RunContinued]),
        prop::sample::select(vec![Taking::Free, Taking::Own, Taking::Given, Taking::SameTerminal, Taking::Gone])
            .prop_map(|because| What::WheelTaken { because }),
        person().prop_map(|to| What::WheelGiven { to }),
        ".*".prop_map(|why| What::RunPaused { why }),
        (1..9_u32, ".*").prop_map(|(number, command)| What::AdHocStarted { number, command }),
        (1..9_u32, end()).prop_map(|(number, end)| What::AdHocEnded { number, end }),
        (".*", prop::collection::btree_map("[a-z]{1,5}", ".{0,5}", 0..3), prop::collection::vec(step, 0..3))
            .prop_map(|(why, rounds, undo)| What::BackOutBegun { why, rounds: rounds.into_iter().collect(), undo }),
        (prop::option::of(step), ".*", 0..9_007_199_254_740_991_u64)
            .prop_map(|(step, name, bytes)| { What::FileAttached { step, name, bytes, blob: Digest::of(b"file") } }),
        (prop::option::of(step), ".*", ".*").prop_map(|(step, was, now)| What::RedlineAdded {
            step,
            why: was.clone(),
            was,
            now
        }),
        (prop::option::of(step), ".*").prop_map(|(step, why)| What::TimeWaived { step, why }),
        Just(What::HungUp),
        ".{1,20}".prop_map(|result| What::RunClosed { result }),
        ".*".prop_map(|why| What::IdentityRefused { level: Level::Pin, why }),
        (-9_007_199_254_740_991..9_007_199_254_740_992_i64, ".{0,20}").prop_map(|(beyond_ms, keeping)| {
            What::ClockRead(ClockReading { why: Tick::Parted, beyond_ms, keeping, boot: "835f".into() })
        }),
        (step, verdict()).prop_map(|(step, verdict)| What::StepConfirmed { step, verdict }),
        (step, "[a-z]{1,5}", answers_of()).prop_map(|(step, option, values)| What::OptionChosen {
            step,
            option,
            values
        }),
        (step, answers_of()).prop_map(|(step, values)| What::ValuesRecorded { step, values }),
        (prop::option::of(step), ".*").prop_map(|(step, text)| What::NoteAdded { step, text }),
    ]
}

proptest! {
    #[test]
    fn an_event_comes_back_from_its_bytes(what in what(), who in person(), at_ms in 0..4_102_444_800_000_i64) {
        let stamp = Stamp { who, at_ms, mono: u64::MAX, session: "S".into() };
        let event = Event { stamp, what };
        let bytes = to_wire(&event);
        prop_assert!(check_json(&bytes).is_ok(), "{}", String::from_utf8_lossy(&bytes));
        prop_assert_eq!(from_wire(&bytes), event);
    }

    #[test]
    fn reading_at_once_and_in_parts_is_the_same(what in what(), who in person(), odd in 0..8_usize) {
        let event = Event { stamp: Stamp { who, at_ms: 1, mono: 2, session: "S".into() }, what };
        let text = String::from_utf8(to_wire(&event)).unwrap();
        let odds = [
            ("", ""), ("\"v\":1", "\"v\":2"), ("\"v\":1", "\"v\":\"1\""), ("\"mono\":\"2\"", "\"mono\":2"),
            ("\"who\":{", "\"who\":{\"age\":3,"), ("\"who\":", "\"whom\":"), ("\"sid\":", "\"sid\":\"T\",\"sid\":"),
            ("\"ts\":\"1", "\"n\":7,\"ts\":\"x1"),
        ];
        let line = text.replacen(odds[odd].0, odds[odd].1, 1);
        let at_once = known(line.as_bytes());
        prop_assert!(odd > 0 || at_once.is_some());
        prop_assert!(at_once.is_none_or(|event| event == from_parts(line.as_bytes())), "{}", line);
    }

    #[test]
    fn no_bytes_at_all_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = from_wire(&bytes);
    }
}

#[test]
fn what_is_not_known_is_kept_by_its_name() {
    let unknown = |line: &str| from_wire(line.as_bytes()).what;
    assert_eq!(unknown(r#"{"t":"step_blessed","v":1}"#), What::Unknown("step_blessed".into()));
    assert_eq!(unknown(r#"{"t":"person_joined","v":2}"#), What::Unknown("person_joined".into()));
    assert_eq!(
        unknown(r#"{"t":"step_confirmed","v":1,"step":"a","outcome":"blessed","proof":"claimed"}"#),
        What::Unknown("step_confirmed".into())
    );
    assert_eq!(unknown("nonsense"), What::Unknown("?".into()));
    assert_eq!(unknown(r#"{"t":"recover","off":1}"#), What::JournalRecovered);
}
