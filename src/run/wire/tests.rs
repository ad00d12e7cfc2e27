//! Events come back from their bytes; what is not known is kept and not believed.

use proptest::prelude::*;

use super::*;
use crate::journal::check_json;

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
            answers,
            window,
        };
        What::RunStarted(Box::new(start))
    });
    let signed = (step, prop::option::of("[a-z]{1,5}"), any::<bool>(), 0..9_007_199_254_740_991_u64, ".*").prop_map(
        |(step, role, first, seen, statement)| {
            let meaning = if first { Meaning::Executed } else { Meaning::Witnessed };
            let (level, signature) = if first { (Level::Pin, None) } else { (Level::Touch, Some("sig\n".to_owned())) };
            let blobs = vec![Digest::of(b"shown"); usize::from(first)];
            What::StepSigned(Signature { step, role, meaning, seen, statement, level, signature, blobs })
        },
    );
    prop_oneof![
        start,
        signed,
        Just(What::PersonJoined),
        Just(What::HungUp),
        ".{1,20}".prop_map(|result| What::RunClosed { result }),
        ".*".prop_map(|why| What::IdentityRefused { level: Level::Pin, why }),
        (-9_007_199_254_740_991..9_007_199_254_740_992_i64, ".{0,20}").prop_map(|(beyond_ms, keeping)| {
            What::ClockRead(ClockReading { why: Tick::Parted, beyond_ms, keeping, boot: "835f".into() })
        }),
        step.prop_map(|step| What::StepConfirmed { step }),
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
        unknown(r#"{"t":"step_confirmed","v":1,"step":"a","outcome":"failed","proof":"claimed"}"#),
        What::Unknown("step_confirmed".into())
    );
    assert_eq!(unknown("nonsense"), What::Unknown("?".into()));
    assert_eq!(unknown(r#"{"t":"recover","off":1}"#), What::JournalRecovered);
}
