//! Rosters that are taken, found in, written back, and refused with the place that is wrong.

use proptest::prelude::*;

use super::*;
use crate::runbook::format::SignLevel;

use super::key::tests::{AUTHORITY, CERTIFICATE, DEVICE, ED25519, RSA};

const PIN: &str = "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$SC4PpRXPSoX7jF7KUZJ9CxJ0sBJg2cVJmKQqLkTxVa4";

fn roster(people: &str) -> Result<Roster, RosterError> {
    Roster::parse(format!(r#"{{"v":1,"people":[{people}]}}"#).as_bytes())
}

fn person(id: &str, name: &str, more: &str) -> String {
    format!(r#"{{"id":"{id}","name":"{name}"{more}}}"#)
}

/// Makes a roster of two, of whom the first has the members.
fn problem(more: &str) -> String {
    roster(&[person("alice", "Alice", more), person("bob", "Bob", &format!(r#","keys":["{RSA}"]"#))].join(","))
        .unwrap_err()
        .to_string()
}

#[test]
fn a_roster_is_read_whole() {
    let alice = person("alice@example.com", "Alice Example", &format!(r#","keys":["{ED25519} laptop"],"pin":"{PIN}""#));
    let text = format!("{{\n  \"v\": 1, \"level\": \"pin\",\n  \"people\": [{alice}]\n}}\n");
    let roster = Roster::parse(text.as_bytes()).unwrap();
    let alice = roster.member("alice@example.com").unwrap();
    assert_eq!((roster.level(), roster.needs(alice), alice.reach()), (Level::Pin, Level::Pin, Level::Key));
    assert_eq!(alice.pin.as_deref(), Some(PIN));
    assert_eq!(alice.keys[0].entry(), format!("{ED25519} laptop"));
    assert_eq!(Roster::parse(roster.to_json().as_bytes()), Ok(roster.clone()));
}

#[test]
fn levels_are_ordered_and_have_words() {
    assert!(Level::Name < Level::Pin && Level::Pin < Level::Key && Level::Key < Level::Touch);
    for level in Level::ALL {
        assert_eq!(Level::from_word(level.word()), Some(level));
    }
    assert_eq!(Level::from_word("Key"), None);
    let asked = [SignLevel::Name, SignLevel::Pin, SignLevel::Key, SignLevel::Touch];
    assert_eq!(asked.map(Level::from), Level::ALL);
}

#[test]
fn a_person_may_need_more_than_the_others_and_never_less() {
    let people = [person("a", "A", r#","level":"key""#), person("b", "B", r#","level":"name""#)].join(",");
    let roster = Roster::parse(format!(r#"{{"v":1,"level":"pin","people":[{people}]}}"#).as_bytes()).unwrap();
    let needs: Vec<_> = roster.people().iter().map(|member| roster.needs(member)).collect();
    assert_eq!(needs, [Level::Key, Level::Pin]);
}

#[test]
fn what_a_person_can_reach_is_what_the_roster_has_of_him() {
    let keys = |entry: &str| format!(r#","keys":["{entry}"]"#);
    let cases = [
        (String::new(), Level::Name),
        (format!(r#","pin":"{PIN}""#), Level::Pin),
        (keys(RSA), Level::Key),
        (keys(DEVICE), Level::Touch),
        (keys(&format!("cert-authority {AUTHORITY}")), Level::Touch),
    ];
    for (more, level) in cases {
        assert_eq!(roster(&person("a", "A", &more)).unwrap().people()[0].reach(), level, "{more}");
    }
}

#[test]
fn allowed_signers_has_a_line_for_each_key() {
    let keys = format!(r#","keys":["{ED25519} laptop","cert-authority {AUTHORITY} the authority"]"#);
    let roster = roster(&[person("alice", "Alice", &keys), person("bob", "Bob", "")].join(",")).unwrap();
    let expected = format!(
        "alice namespaces=\"mop-signoff,mop-seal\" {ED25519}\n\
         alice cert-authority,namespaces=\"mop-signoff,mop-seal\" {AUTHORITY}\n"
    );
    assert_eq!(roster.allowed_signers(), expected);
}

#[test]
fn a_person_is_found_by_id_by_name_and_by_slug_in_any_case() {
    let people = [person("alice@example.com", "Alice Éxample", ""), person("bob", "alice", ""), person("c", "Bob", "")];
    let roster = roster(&people.join(",")).unwrap();
    let found = |who: &str| roster.find(who).map(|member| member.person.id.as_str()).unwrap();
    for who in ["ALICE@example.com", "alice éxample", " Alice  Éxample ", "alice-example"] {
        assert_eq!(found(who), "alice@example.com", "{who}");
    }
    assert_eq!((found("Alice"), found("Bob")), ("bob", "bob"));
}

#[test]
fn who_is_not_found_is_told_the_nearest_and_two_of_one_name_are_listed() {
    let people = [person("alice", "Sam Smith", ""), person("bob", "sam smith", "")];
    let roster = roster(&people.join(",")).unwrap();
    assert_eq!(
        roster.find("alcie").unwrap_err().to_string(),
        "nobody of that name is in the roster; did you mean alice?"
    );
    assert_eq!(roster.find("Sam Smith").unwrap_err().to_string(), "more than one is called so; say which: alice, bob");
    for who in ["", " ", "-", "zzzzzz"] {
        assert_eq!(roster.find(who), Err(NotFound::Nobody { nearest: None }), "{who:?}");
    }
}

#[test]
fn ids_that_mean_something_to_a_pattern_a_shell_or_a_path_are_refused() {
    let ids =
        ["", ".a", "-a", "a b", "*", "a*", "a?", "!a", "a,b", "a/b", "é", "a\\\\n", "a#", "a\\\"", &"a".repeat(65)];
    for id in ids {
        let error = roster(&person(id, "A", "")).unwrap_err().to_string();
        assert!(error.starts_with("people[0] (") && error.contains("an id is made of"), "{id}: {error}");
    }
    assert!(["a", "A.b-c_d+e@f", &"a".repeat(64)].into_iter().all(is_person_id));
}

#[test]
fn names_that_would_deceive_a_reader_are_refused() {
    let names = ["", " ", "!", " A", "A ", "A\\nB", "A\\u001b[31m", "A\\u202eB", "A\\u200bB", &"n".repeat(257)];
    for name in names {
        let error = roster(&person("a", name, "")).unwrap_err().to_string();
        assert!(error.starts_with("people[0] (a): a name is"), "{name}: {error}");
    }
}

#[test]
fn what_is_wrong_with_a_person_is_said_with_his_place() {
    let key = |entry: &str| format!(r#","keys":["{entry}"]"#);
    let cases = [
        (r#","level":"high""#.to_owned(), "people[0] (alice): `level` is `high`; write name, pin, key or touch"),
        (key("x"), "people[0] (alice): key 1: this is no public key"),
        (key(CERTIFICATE), "people[0] (alice): key 1 is a certificate"),
        (key(&format!("{ED25519} \\u202ex")), "people[0] (alice): key 1: its comment has hidden characters"),
        (key(&format!("{ED25519}\\n{ED25519}")), "people[0] (alice): key 1: "),
        (key(RSA), "people[1] (bob): key 1 is the one of alice too"),
        (key(&format!("cert-authority {RSA}")), "people[0] (alice): key 1 is the one of bob too"),
        (r#","pin":"$2y$10$x""#.to_owned(), "people[0] (alice): `pin` is no argon2id hash; set the PIN anew"),
        (format!(r#","pin":"{PIN}\n""#), "people[0] (alice): `pin` is no argon2id hash"),
        (format!(r#","keys":[{}]"#, vec![format!("\"{ED25519}\""); 33].join(",")), "people[0] (alice): more than 32"),
    ];
    for (more, expected) in cases {
        let found = problem(&more);
        assert!(found.starts_with(expected), "{more}\n{found}");
    }
    let twice = roster(&[person("alice", "A", ""), person("Alice", "B", "")].join(",")).unwrap_err().to_string();
    assert!(twice.starts_with("people[1] (Alice): the id is that of alice too"), "{twice}");
}

#[test]
fn what_is_not_known_or_not_whole_is_refused() {
    let alice = person("alice", "Alice", "");
    let cases = [
        ("", "cannot be read"),
        ("[]", "it is an object"),
        (r#"[1,"name",[]]"#, "it is an object"),
        (r#"{"v":1,"people":[["alice","Alice",null,[],null]]}"#, "it is an object"),
        (r#"{"v":1}"#, "missing field `people`"),
        (r#"{"people":[]}"#, "missing field `v`"),
        (r#"{"v":2,"peoples":[]}"#, "version 2"),
        (r#"{"v":1,"level":"none","people":[]}"#, "`level` of the roster is `none`"),
        (r#"{"v":1,"people":[],"lvel":"key"}"#, "unknown field `lvel`"),
        (&format!(r#"{{"v":1,"people":[{alice}],"people":[]}}"#), "duplicate field `people`"),
        (&format!(r#"{{"v":1,"people":[{}]}}"#, person("a", "A", r#","key":[]"#)), "unknown field `key`"),
        (r#"{"v":1,"people":[]} x"#, "trailing characters"),
        (r#"{"v":1,"people":[],"\u001b[31m":1}"#, "unknown field"),
    ];
    for (text, expected) in cases {
        let error = Roster::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains(is_dangerous), "{text}: {error:?}");
    }
}

#[test]
fn a_roster_has_bounds() {
    let people = |count: usize| (0..count).map(|n| person(&format!("p{n}"), "P", "")).collect::<Vec<_>>().join(",");
    assert_eq!(roster(&people(1000)).unwrap().people().len(), 1000);
    assert_eq!(roster(&people(1001)), Err(RosterError::TooMany));
    assert_eq!(Roster::parse(&vec![b' '; MOST_BYTES + 1]), Err(RosterError::TooLarge));
    let deep = "[".repeat(500_000);
    assert!(matches!(Roster::parse(deep.as_bytes()), Err(RosterError::Unreadable(_))));
}

/// Makes a key of 32 bytes that stand for one.
fn key(bytes: [u8; 32], comment: &str) -> PublicKey {
    let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
    blob.extend(bytes);
    let line = PublicKey::from_bytes(&blob).unwrap().line();
    PublicKey::parse(&format!("{line} {comment}")).unwrap()
}

fn a_member() -> impl Strategy<Value = Member> {
    let id = "[A-Za-z0-9@_+][A-Za-z0-9@._+-]{0,63}";
    let name = any::<String>().prop_map(|name| format!("N{}", name.replace(is_dangerous, "").trim()));
    let level = prop::option::of(prop::sample::select(&Level::ALL[..]));
    let keys = prop::collection::vec((any::<bool>(), any::<[u8; 32]>(), "[a-z ]{0,9}"), 0..4);
    (id, name, level, keys, any::<bool>()).prop_map(|(id, name, level, keys, pin)| Member {
        person: Person { id, name },
        level,
        keys: keys
            .into_iter()
            .map(|(authority, bytes, comment)| RosterKey { authority, key: key(bytes, comment.trim()) })
            .collect(),
        pin: pin.then(|| PIN.to_owned()),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_roster_is_read_back_as_it_was_written(people in prop::collection::vec(a_member(), 0..5)) {
        if let Ok(roster) = Roster::new(Level::Key, people) {
            prop_assert_eq!(Roster::parse(roster.to_json().as_bytes()), Ok(roster.clone()));
            for member in roster.people() {
                prop_assert_eq!(roster.find(&member.person.id), Ok(member));
                prop_assert!(member.allowed_signers().lines().all(|line| line.starts_with(&member.person.id)));
            }
        }
    }

    #[test]
    fn no_bytes_make_it_fall_over(any in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}:,\"a-z0-9vplekysidnam]{0,120}") {
        for bytes in [any.as_slice(), text.as_bytes()] {
            if let Err(error) = Roster::parse(bytes) {
                prop_assert!(!error.to_string().contains(is_dangerous));
            }
        }
    }

    #[test]
    fn a_line_of_a_key_is_read_back_or_refused(line in any::<String>(), near in "ssh-ed25519 [A-Za-z0-9+/=]{0,80}( .{0,9})?") {
        for line in [line, near] {
            if let Ok(key) = PublicKey::parse(&line) {
                prop_assert_eq!(PublicKey::parse(&key.to_string()), Ok(key));
            }
        }
    }
}
