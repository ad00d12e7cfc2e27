//! Checks in a clock that is only a number.

use super::*;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn check(at_most: Option<u64>, steady: u64) -> Check {
    let probes = vec![(1, Arc::from("a"), at(30)), (2, Arc::from("b"), at(30))];
    Check::new(at(100), probes, (at_most.map(Length::seconds), Length::seconds(steady)))
}

fn read(check: &mut Check, key: Key, seconds: u64, state: ProbeState) {
    let moment = Moment { wall_ms: 0, boot_ns: seconds * 1_000_000_000 };
    let sentence = Shown::ours("so it is");
    let proof = Proof { id: Arc::from("x"), state, sentence, at: moment, digest: None };
    check.take(key, at(seconds), &proof);
}

fn words(end: Option<CheckEnd>) -> (bool, String) {
    let end = end.expect("it has ended");
    (end.held, end.sentence.to_string())
}

#[test]
fn all_must_be_ok_and_readings_from_before_do_not_count() {
    let mut check = check(None, 0);
    read(&mut check, 1, 99, ProbeState::Bad);
    read(&mut check, 1, 101, ProbeState::Ok);
    assert_eq!(check.end(at(102)), None);
    read(&mut check, 2, 102, ProbeState::Ok);
    assert_eq!(words(check.end(at(102))), (true, "all 2 probes are ok".to_owned()));
    assert_eq!(check.end(at(102)).unwrap().proofs.len(), 2);
}

#[test]
fn without_a_limit_the_first_that_is_not_ok_ends_it() {
    for state in [ProbeState::Warn, ProbeState::Unknown, ProbeState::Bad] {
        let mut check = check(None, 0);
        read(&mut check, 1, 101, state);
        let (held, why) = words(check.end(at(101)));
        assert!(!held && why.starts_with(&format!("a is {}: so it is", state.word())), "{why}");
    }
}

#[test]
fn with_a_limit_it_waits_and_says_in_the_end_what_was_missing() {
    let mut check = check(Some(60), 0);
    read(&mut check, 1, 101, ProbeState::Bad);
    assert_eq!((check.end(at(159)), check.wakes_at(at(159))), (None, Some(at(160))));
    let (held, why) = words(check.end(at(160)));
    assert_eq!((held, &*why), (false, "not good within 1m: a is bad: so it is; b was not read"));
    read(&mut check, 1, 150, ProbeState::Ok);
    read(&mut check, 2, 151, ProbeState::Ok);
    assert!(words(check.end(at(151))).0);
}

#[test]
fn steady_means_every_reading_from_the_first_to_one_after_the_end() {
    let mut check = check(Some(600), 20);
    read(&mut check, 1, 101, ProbeState::Ok);
    read(&mut check, 2, 103, ProbeState::Ok);
    assert_eq!((check.end(at(122)), check.wakes_at(at(110))), (None, Some(at(123))));
    assert!(check.asks(at(122)).is_empty());
    assert_eq!((check.asks(at(123)), check.asks(at(123))), (vec![1, 2], vec![]), "each is asked once");
    read(&mut check, 1, 123, ProbeState::Ok);
    assert_eq!(check.end(at(123)), None, "the other was not read since");
    read(&mut check, 2, 124, ProbeState::Ok);
    assert!(words(check.end(at(124))).0);
}

#[test]
fn what_was_not_ok_in_between_or_not_read_begins_the_wait_anew() {
    let mut flickered = check(Some(600), 20);
    [1, 2].iter().for_each(|key| read(&mut flickered, *key, 101, ProbeState::Ok));
    read(&mut flickered, 1, 110, ProbeState::Unknown);
    read(&mut flickered, 1, 111, ProbeState::Ok);
    [1, 2].iter().for_each(|key| read(&mut flickered, *key, 125, ProbeState::Ok));
    assert_eq!((flickered.end(at(125)), flickered.wakes_at(at(125))), (None, Some(at(131))));
    let mut gone = check(Some(600), 50);
    [1, 2].iter().for_each(|key| read(&mut gone, *key, 101, ProbeState::Ok));
    [1, 2].iter().for_each(|key| read(&mut gone, *key, 152, ProbeState::Ok));
    assert_eq!(gone.end(at(152)), None, "nobody looked for longer than a reading is fresh");
}
