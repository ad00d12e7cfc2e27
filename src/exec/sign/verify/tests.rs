//! What is asked of ssh-keygen, and what is made of its answers.

use super::*;

fn check(at_ms: Option<i64>) -> Check<'static> {
    Check { signers: Signers::Text(""), person: "alice", namespace: "ns", at_ms, revoked: None, touch: false }
}

#[test]
fn a_time_is_asked_for_in_whole_seconds_of_utc() {
    let asked = arguments(&check(Some(1_772_402_861_999))).unwrap();
    assert_eq!(asked, ["verify", "-I", "alice", "-n", "ns", "-Overify-time=20260301220741"]);
}

#[test]
fn a_time_that_cannot_be_asked_for_is_not_left_out() {
    for at_ms in [i64::MIN, -1, 253_402_300_800_000, i64::MAX] {
        assert!(matches!(arguments(&check(Some(at_ms))), Err(NotVerified::CannotTell(_))), "{at_ms}");
    }
}
