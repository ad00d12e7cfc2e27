//! Names that need nobody, and what the system's own program tells.

use proptest::prelude::*;

use super::*;

fn look(name: &str) -> Result<Vec<IpAddr>, ResolveError> {
    addresses(name, Duration::from_secs(30), &Cancel::new())
}

#[test]
fn an_address_is_its_own_and_needs_nobody() {
    let cancelled = Cancel::new();
    cancelled.cancel();
    for (name, address) in [("192.0.2.7", "192.0.2.7"), ("::1", "::1"), ("[2001:db8::1]", "2001:db8::1")] {
        let found = addresses(name, Duration::ZERO, &cancelled);
        assert_eq!(found, Ok(vec![address.parse().unwrap()]), "{name}");
    }
    assert_eq!(addresses("localhost", Duration::ZERO, &cancelled), Err(ResolveError::Cancelled));
}

#[test]
fn the_machine_is_asked_for_a_name() {
    let found = look("localhost").unwrap();
    assert!(found.iter().all(IpAddr::is_loopback) && !found.is_empty(), "{found:?}");
    let error = look("no-such-name.invalid").unwrap_err();
    // A machine whose DNS does not answer cannot know it either.
    assert!(matches!(error, ResolveError::Unknown(_) | ResolveError::TimedOut { .. }), "{error}");
}

#[test]
fn what_is_no_name_reaches_no_program() {
    for name in ["", "-x", "--help", "a b", "a;b", "a\0b", ".a", "ä", "a/b", "$(x)", &"a".repeat(254)] {
        assert!(matches!(look(name), Err(ResolveError::Name(_))), "{name:?}");
    }
}

#[test]
fn each_address_of_an_answer_is_taken_once() {
    let answer = b"10.0.0.1 STREAM a\n10.0.0.1 DGRAM\n10.0.0.1 RAW\n::1 STREAM\n\xFF x\nfe80::1%eth0 STREAM\n";
    let found = parse(answer);
    assert_eq!(found, ["10.0.0.1", "::1"].map(|address| address.parse::<IpAddr>().unwrap()));
}

proptest! {
    #[test]
    fn no_answer_is_too_odd(answer in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(parse(&answer).len() <= MOST);
    }
}
