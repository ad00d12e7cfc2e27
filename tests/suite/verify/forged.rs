//! Records that somebody made up: each breaks one promise of a signature, and the chain fits throughout.
//!
//! Where it is ssh-keygen's business it has to refuse too, when it is asked directly.

use std::fs;
use std::path::Path;

use mop::run::roster::{Roster, SEAL, SIGNOFF};
use serde_json::{Value as Json, json};

use super::forger::Forger;
use super::office::{Office, person};
use crate::needs::needs;
use crate::sign::device::TOUCHED;

/// Is a thing that somebody does, the record that has to be named, and words about it.
pub struct Case {
    pub name: &'static str,
    record: usize,
    words: &'static str,
    /// Whether ssh-keygen refuses it as well; when not, it is nothing that ssh-keygen can know.
    keygen: bool,
    pub change: fn(&mut Forger<'_>),
}

/// What ssh-keygen refuses too.
fn by_keygen(name: &'static str, (record, words): (usize, &'static str), change: fn(&mut Forger<'_>)) -> Case {
    Case { name, record, words, keygen: true, change }
}

/// What only mop can know.
fn by_mop(name: &'static str, (record, words): (usize, &'static str), change: fn(&mut Forger<'_>)) -> Case {
    Case { name, record, words, keygen: false, change }
}

const CHANGED: &str = "the text is not the one that was signed";
const NOT_ALLOWED: &str = "may not sign for";

/// Alice's last signature is record 6; 3 is by Carol's token, 4 by Dave's name and 5 by Erin's PIN.
fn signatures() -> Vec<Case> {
    vec![
        by_keygen("another's key", (6, NOT_ALLOWED), |it| it.resign(6, "bob")),
        by_keygen("a stranger's key", (6, NOT_ALLOWED), |it| it.resign(6, "stranger")),
        by_keygen("made for a seal", (6, "is for `mop-seal`"), |it| {
            let text = it.text(6, "stmt") + "\n";
            it.set(6, "sig", it.office.keys.signature("alice", SEAL, text.as_bytes()));
        }),
        by_keygen("the statement has no line feed", (6, CHANGED), |it| {
            let text = it.text(6, "stmt");
            it.set(6, "sig", it.office.keys.signature("alice", SIGNOFF, text.as_bytes()));
        }),
        by_keygen("another title", (6, CHANGED), |it| it.reword(6, "step", "part/three \"Another\"")),
        by_keygen("another reason", (6, CHANGED), |it| it.reword(6, "reason", "because")),
        by_keygen("another terminal", (6, CHANGED), |it| it.reword(6, "terminal", "elsewhere")),
        by_keygen("the signature of another record", (6, CHANGED), |it| it.set(6, "sig", it.text(1, "sig"))),
        by_keygen("the signature is empty", (6, "does not hold"), |it| it.set(6, "sig", "")),
        by_keygen("the signature is rubbish", (6, "does not hold"), |it| it.set(6, "sig", "yes, I did")),
        by_keygen("the signature is cut", (6, "does not hold"), |it| {
            let signature = it.text(6, "sig");
            it.set(6, "sig", &signature[..signature.len() - 60]);
        }),
        by_keygen("a person who is in no list", (6, NOT_ALLOWED), |it| {
            it.set(6, "who", json!({ "id": "mallory@example.com", "name": "Mallory" }));
            it.reword(6, "signer", "mallory@example.com");
            it.reword(6, "name", "Mallory");
            it.resign(6, "stranger");
        }),
        by_keygen("another's record", (6, "does not hold"), |it| it.set(6, "who", json!(person_json("bob")))),
        by_keygen("another's record and statement", (6, "does not hold"), |it| {
            it.set(6, "who", person_json("bob"));
            it.reword(6, "signer", "bob@example.com");
            it.reword(6, "name", "Bob Example");
        }),
        by_keygen("a newer kind of record, signed by another", (6, NOT_ALLOWED), |it| {
            it.set(6, "v", 2);
            it.resign(6, "bob");
        }),
        by_keygen("a token that signed another text", (3, CHANGED), |it| {
            let signature = it.office.token.sign(b"something else\n", TOUCHED, 2);
            it.set(3, "sig", signature);
        }),
    ]
}

fn person_json(name: &str) -> Json {
    let person = person(name);
    json!({ "id": person.id, "name": person.name })
}

fn places() -> Vec<Case> {
    vec![
        by_mop("moved to another step", (6, "is about the step part/three"), |it| it.set(6, "step", "part/two")),
        by_mop("a whole record a second time", (7, "signed the step part/three a second time"), |it| {
            it.push(it.record(6));
        }),
        by_mop("another's statement under one's own name", (6, "says signer `bob@example.com`"), |it| {
            let bobs = it.record(2);
            for member in ["stmt", "sig", "step", "role", "meaning", "seen"] {
                it.set(6, member, bobs[member].clone());
            }
        }),
        by_mop("a record that is not there", (6, "saw a record 99, and none stands before"), |it| {
            it.reword(6, "base", &format!("99 {}", "ab".repeat(32)));
            it.set(6, "seen", 99);
            it.resign(6, "alice");
        }),
        by_mop("a record with another hash", (6, "saw another record 5"), |it| {
            it.reword(6, "base", &format!("5 {}", "ab".repeat(32)));
            it.resign(6, "alice");
        }),
        by_mop("no record at all", (6, "names no record that the signer saw"), |it| {
            it.reword(6, "base", "-");
            it.resign(6, "alice");
        }),
        by_mop("the record says that another was seen", (6, "another record as seen than the 4"), |it| {
            it.set(6, "seen", 4);
        }),
        by_mop("a record before it was changed", (6, "saw another record 5"), |it| it.set(5, "mono", "1")),
        by_mop("another meaning", (6, "says meaning `witnessed`, and the record `executed`"), |it| {
            it.set(6, "meaning", "executed");
        }),
        by_mop("another role", (6, "says role `witness`, and the record `lead`"), |it| it.set(6, "role", "lead")),
        by_mop("no role", (6, "says role `witness`, and the record `-`"), |it| it.set(6, "role", Json::Null)),
        by_mop("another name", (6, "the roster knows alice@example.com as Alice Example"), |it| {
            it.set(6, "who", json!({ "id": "alice@example.com", "name": "Bob Example" }));
        }),
        by_mop("signed an hour after it was recorded", (6, "more than five minutes before"), |it| {
            let time = it.text(6, "ts");
            let later = chrono::DateTime::parse_from_rfc3339(&time).unwrap() + chrono::TimeDelta::hours(1);
            let later = later.to_utc().format("%Y-%m-%dT%H:%M:%S%.3fZ");
            it.reword(6, "time", &format!("{later} clock=unknown boot=835f1d2e mono=1"));
            it.resign(6, "alice");
        }),
        by_mop("no time", (6, "its time, or that of its statement, is none"), |it| {
            it.reword(6, "time", "midnight clock=unknown boot=835f1d2e mono=1");
            it.resign(6, "alice");
        }),
        by_mop("what was shown is not kept", (6, "does not keep what the statement names as shown"), |it| {
            it.set(6, "blobs", json!([]));
        }),
        by_mop("something else is kept", (6, "does not keep what the statement names as shown"), |it| {
            let other = it.record(1)["blobs"].clone();
            it.set(6, "blobs", other);
        }),
        by_mop("readings that nobody kept", (6, "names as probes"), |it| {
            it.reword(6, "probes", &format!("sha256:{} age=3s", "ab".repeat(32)));
            it.resign(6, "alice");
        }),
        by_mop("a line of the statement is missing", (6, "is none: line 15"), |it| {
            let text = it.text(6, "stmt");
            let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("auth")).collect();
            it.set(6, "stmt", lines.join("\n"));
            it.resign(6, "alice");
        }),
        by_mop("a line more in the statement", (6, "is none: line 17"), |it| {
            it.set(6, "stmt", it.text(6, "stmt") + "\nnote      none of this counts");
            it.resign(6, "alice");
        }),
        by_mop("something else was signed", (6, "is none: line 1 "), |it| {
            it.set(6, "stmt", "I was there");
            it.resign(6, "alice");
        }),
        by_mop("the statement is gone", (6, "has the name of a signature, and is not written as one"), |it| {
            it.remove(6, "stmt");
        }),
        by_mop("a level that is none", (6, "has the name of a signature, and is not written as one"), |it| {
            it.set(6, "level", "blood");
        }),
    ]
}

fn proofs() -> Vec<Case> {
    vec![
        by_mop("the signature is taken out", (6, "to be proved by key, and holds no signature"), |it| {
            it.set(6, "sig", Json::Null);
        }),
        by_mop("taken out, and called by name", (6, "says that name proves it, and the statement `ssh-key"), |it| {
            it.set(6, "sig", Json::Null);
            it.set(6, "level", "name");
        }),
        by_mop("taken out, and called a PIN", (6, "says that pin proves it, and the statement `ssh-key"), |it| {
            it.set(6, "sig", Json::Null);
            it.set(6, "level", "pin");
        }),
        by_mop("a PIN that pretends to be a key", (5, "to be proved by key, and holds no signature"), |it| {
            it.set(5, "level", "key");
        }),
        by_mop(
            "a name that pretends to be a PIN",
            (4, "says that pin proves it, and the statement `name only`"),
            |it| {
                it.set(4, "level", "pin");
            },
        ),
        by_mop("a PIN of one who has none", (4, "the roster has none of dave@example.com"), |it| {
            it.set(4, "level", "pin");
            it.reword(4, "auth", "pin");
        }),
        by_mop("by name what the roster wants by key", (6, "the roster asks alice@example.com for key"), |it| {
            it.set(6, "sig", Json::Null);
            it.set(6, "level", "name");
            it.reword(6, "auth", "name only");
        }),
        by_mop("by name what the runbook wants by PIN", (5, "the runbook asks the role lead for pin"), |it| {
            it.set(5, "level", "name");
            it.reword(5, "auth", "name only");
        }),
        by_mop("a signature where the statement says PIN", (6, "and the statement names `pin`"), |it| {
            it.reword(6, "auth", "pin");
            it.resign(6, "alice");
        }),
        by_mop("the statement names another key", (6, "the statement names `ssh-key ED25519 SHA256:AAAA"), |it| {
            it.reword(6, "auth", &format!("ssh-key ED25519 SHA256:{}", "A".repeat(43)));
            it.resign(6, "alice");
        }),
        by_mop("a touch of a key in a file", (6, "without touching a security key"), |it| it.set(6, "level", "touch")),
        by_mop("a token that was not touched", (3, "without touching a security key"), |it| {
            let text = it.text(3, "stmt") + "\n";
            it.set(3, "sig", it.office.token.sign(text.as_bytes(), 0, 1));
        }),
        by_mop("not touched, and called a key", (3, "the roster asks carol@example.com for touch"), |it| {
            let text = it.text(3, "stmt") + "\n";
            it.set(3, "sig", it.office.token.sign(text.as_bytes(), 0, 1));
            it.set(3, "level", "key");
        }),
        by_mop("the same person once more", (7, "alice@example.com signed the step part/three a second time"), |it| {
            it.push(it.record(6));
            it.reword(7, "reason", "once more");
            it.resign(7, "alice");
        }),
    ]
}

fn foundations() -> Vec<Case> {
    vec![
        by_mop("another run's id", (1, "says run `"), |it| it.set(0, "run", "AAAAA")),
        by_mop("another runbook", (1, "says run `"), |it| {
            it.repin("runbook.yaml", "mop: 1\ntitle: Another\nactivities: []\n");
        }),
        by_mop("a key more in the list of keys", (6, "the roster of the run does not have the key"), |it| {
            let signers = fs::read_to_string(it.copy.path("allowed_signers")).unwrap();
            let stranger = it.office.keys.allowed("", "stranger");
            it.repin("allowed_signers", &(signers + &stranger));
            let auth = format!("ssh-key ED25519 {}", it.office.keys.public("stranger").fingerprint());
            it.reword(6, "auth", &auth);
            it.resign(6, "stranger");
        }),
        by_keygen("nobody in the list of keys", (1, NOT_ALLOWED), |it| it.repin("allowed_signers", "")),
        by_keygen("another's keys in the roster and the list", (1, NOT_ALLOWED), |it| {
            let (alice, bob) = (it.office.keys.public("alice").line(), it.office.keys.public("bob").line());
            let swapped = it.office.roster().to_json().replace(&alice, "?").replace(&bob, &alice).replace('?', &bob);
            let roster = Roster::parse(swapped.as_bytes()).unwrap();
            it.repin("roster.json", &swapped);
            it.repin("allowed_signers", &roster.allowed_signers());
        }),
        by_mop("a roster with one key for two", (0, "roster.json: "), |it| {
            let (alice, bob) = (it.office.keys.public("alice").line(), it.office.keys.public("bob").line());
            it.repin("roster.json", &it.office.roster().to_json().replace(&bob, &alice));
        }),
    ]
}

/// Gives every case.
pub fn cases() -> Vec<Case> {
    [signatures(), places(), proofs(), foundations()].into_iter().flatten().collect()
}

#[test]
fn the_run_that_the_cases_change_is_not_complained_of() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let forger = Forger::new(&office);
    let before = fs::read(forger.copy.path("journal.jsonl")).unwrap();
    forger.write();
    assert_eq!(fs::read(forger.copy.path("journal.jsonl")).unwrap(), before);
    let told = forger.copy.mop(&[]);
    assert_eq!((told.code, told.err.as_str()), (3, ""));
    assert!(told.verdict().starts_with("UNSEALED  7 records follow each other"), "{}", told.out);
    assert!(!told.out.contains("found"), "{}", told.out);
}

#[test]
fn records_that_somebody_made_up_are_named_and_said_to_be_wrong() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let cases = cases();
    let mut wrong = Vec::new();
    let refused_by_keygen = cases.iter().filter(|case| case.keygen).count();
    for case in &cases {
        wrong.extend(try_case(&office, case));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= 50 && refused_by_keygen >= 15, "{} {refused_by_keygen}", cases.len());
}

/// Plays a case, and says what was not as it has to be.
fn try_case(office: &Office, case: &Case) -> Option<String> {
    let mut forger = Forger::new(office);
    (case.change)(&mut forger);
    forger.write();
    let told = forger.copy.mop(&[]);
    let named = format!("record {}: ", case.record);
    let line = told.out.lines().find(|line| line.contains(&named) && line.contains(case.words));
    let is_first = told.verdict().contains(&named) || forger.has_another_beginning();
    let is_told = told.code == 1 && line.is_some() && is_first && told.err.is_empty();
    let signers = fs::read_to_string(forger.copy.path("allowed_signers")).unwrap();
    let believes = case.keygen && forger.keygen_believes(case.record, (&signers, None));
    (!is_told || believes).then(|| format!("{} ({believes}): {}\n{}", case.name, told.code, told.out))
}

/// Runs the program on an untouched copy with what an auditor brings along.
fn with_list(office: &Office, option: &str, list: &Path) -> super::office::Told {
    office.copy().mop(&[option, &list.to_string_lossy()])
}

#[test]
fn keys_that_are_not_good_at_the_time_are_refused_by_the_auditors_list() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let signers = fs::read_to_string(office.run().join("allowed_signers")).unwrap();
    let cases = [
        ("was good until then", "valid-before=\"20200101Z\"", NOT_ALLOWED),
        ("is not good yet", "valid-after=\"20990101Z\"", NOT_ALLOWED),
        ("was good at another time", "valid-after=\"20190101Z\",valid-before=\"20190201Z\"", NOT_ALLOWED),
        ("is for seals only", "namespaces=\"mop-seal\"", NOT_ALLOWED),
        ("is an authority's", "cert-authority", NOT_ALLOWED),
    ];
    let forger = Forger::new(&office);
    for (name, option, words) in cases {
        let rest: String =
            signers.lines().filter(|line| !line.starts_with("alice")).map(|l| l.to_owned() + "\n").collect();
        let list = rest + &office.keys.allowed(option, "alice");
        let told = with_list(&office, "--allowed-signers", &office.keys.put("list", &list));
        assert_eq!(told.code, 1, "{name}: {}", told.out);
        assert!(told.verdict().starts_with("SIGNATURE DOES NOT HOLD  record 1: "), "{name}: {}", told.out);
        assert!(told.verdict().contains(words), "{name}: {}", told.out);
        assert!(!forger.keygen_believes(1, (&list, None)), "{name}");
    }
}

#[test]
fn a_list_of_keys_without_a_signer_or_with_one_key_for_two_is_not_enough() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let signers = fs::read_to_string(office.run().join("allowed_signers")).unwrap();
    let without: String =
        signers.lines().filter(|line| !line.starts_with("bob")).map(|l| l.to_owned() + "\n").collect();
    let told = with_list(&office, "--allowed-signers", &office.keys.put("list", without));
    assert_eq!(told.code, 1);
    assert!(
        told.verdict().contains("record 2: the signature in the name of bob@example.com does not hold"),
        "{}",
        told.out
    );
    let told = with_list(&office, "--allowed-signers", &office.keys.put("list", &signers));
    assert_eq!(told.code, 3, "{}", told.out);

    // Bob's record, signed with Alice's key, which the auditor believes to be of both.
    let mut forger = Forger::new(&office);
    let auth = format!("ssh-key ED25519 {}", office.keys.public("alice").fingerprint());
    forger.reword(2, "auth", &auth);
    forger.resign(2, "alice");
    forger.write();
    let both = signers + &format!("bob@example.com {}\n", office.keys.public("alice").line());
    let list = office.keys.put("list", both);
    let told = forger.copy.mop(&["--allowed-signers", &list.to_string_lossy()]);
    assert_eq!(told.code, 1);
    let words = "record 2: bob@example.com signed the step part/one with the key that alice@example.com signed with in record 1";
    assert!(told.out.contains(words), "{}", told.out);
}

#[test]
fn revoked_keys_are_refused_in_every_form_of_list() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let signers = fs::read_to_string(office.run().join("allowed_signers")).unwrap();
    office.keys.keygen(&["-q", "-k", "-f", "bob.krl", "bob.pub"]);
    let forger = Forger::new(&office);
    for (list, record) in [("alice.pub", 1), ("bob.pub", 2), ("bob.krl", 2)] {
        let list = office.keys.path(list);
        let told = with_list(&office, "--revoked", &list);
        assert_eq!(told.code, 1, "{}", told.out);
        assert!(told.verdict().starts_with(&format!("SIGNATURE DOES NOT HOLD  record {record}: ")), "{}", told.out);
        assert!(!forger.keygen_believes(record, (&signers, Some(&list))));
    }
    let told = with_list(&office, "--revoked", &office.keys.path("stranger.pub"));
    assert_eq!(told.code, 3, "{}", told.out);
}

#[test]
fn a_list_of_revoked_keys_that_cannot_be_read_answers_nothing() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let key = fs::read(office.keys.path("bob.pub")).unwrap();
    office.keys.keygen(&["-q", "-k", "-f", "bob.krl", "bob.pub"]);
    let krl = fs::read(office.keys.path("bob.krl")).unwrap();
    let lists: [(&[u8], &str); 4] = [
        (b"SSHKRL\n\0broken", "KRL"),
        (&krl[..krl.len() - 20], "KRL"),
        (&[&key[..], b"something else\n"].concat(), "line 2: "),
        (b"\xff\xfe", "neither a KRL nor a list"),
    ];
    for (list, words) in lists {
        let told = with_list(&office, "--revoked", &office.keys.put("list", list));
        assert_eq!((told.code, told.out.as_str()), (2, ""));
        assert!(told.err.contains(words), "{}", told.err);
    }
    for path in [office.keys.path("nothing"), office.state().into()] {
        assert_eq!(with_list(&office, "--revoked", &path).code, 2);
    }
}

#[test]
fn a_record_of_another_run_of_the_same_people_is_told() {
    needs!(OPENSSH);
    let mut office = Office::with_a_run();
    let first = office.name.clone();
    office.name = office.begin();
    for (who, step) in [("alice", "one"), ("bob", "one")] {
        office.sign(who, step);
    }
    let other = fs::read_to_string(office.run().join("journal.jsonl")).unwrap();
    let others = serde_json::from_str(other.lines().nth(1).unwrap()).unwrap();
    office.name = first;
    let mut forger = Forger::new(&office);
    forger.replace(1, others);
    forger.write();
    let told = forger.copy.mop(&[]);
    assert_eq!(told.code, 1);
    assert!(told.verdict().contains("record 1: the statement that was signed says run `"), "{}", told.out);
}

#[test]
fn a_statement_is_found_however_its_name_is_written() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    forger.set(6, "t", "thing_done");
    forger.set(6, "v", 9);
    forger.resign(6, "stranger");
    forger.write_with(|body| body.replace("\"stmt\":", "\"\\u0073tm\\u0074\":"));
    let told = forger.copy.mop(&[]);
    assert_eq!(told.code, 1);
    assert!(
        told.out.contains("record 6: the signature in the name of alice@example.com does not hold"),
        "{}",
        told.out
    );
}

#[test]
fn a_member_that_stands_twice_hides_nothing() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    forger.resign(6, "alice");
    for (from, to) in [
        ("\"stmt\":", "\"stmt\":\"I was not there\",\"stmt\":"),
        ("\"step\":", "\"step\":\"part/two\",\"\\u0073tep\":"),
        ("\"level\":", "\"level\":\"touch\",\"level\":"),
    ] {
        forger.write_with(|body| body.replacen(from, to, 1));
        let told = forger.copy.mop(&[]);
        assert_eq!(told.code, 1, "{}", told.out);
        assert!(told.verdict().starts_with("ALTERED  journal.jsonl: "), "{}", told.out);
    }
}
