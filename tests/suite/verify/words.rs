//! The words and the JSON around a verdict: counts, findings, threats, records of newer programs.

use serde_json::{Value as Json, json};

use super::forger::Forger;
use super::office::{Office, Told};
use crate::needs::needs;

fn parsed(told: &Told) -> Json {
    assert_eq!(told.out.lines().count(), 1);
    serde_json::from_str(&told.out).unwrap()
}

#[test]
fn the_report_says_what_was_looked_at_in_lines_that_line_up() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let told = office.mop(&[]);
    let lines: Vec<_> = told.out.lines().collect();
    let words: Vec<_> = lines[2..].iter().map(|line| line[..12].trim_end()).collect();
    let expected =
        ["run", "journal", "files", "signatures", "", "keys", "seal", "ledger", "people", "", "", "", "", "found"];
    assert_eq!((lines[1], &words[..]), ("", &expected[..]), "{}", told.out);
    let has = |line: &str| assert!(lines.contains(&line), "{line}: {}", told.out);
    has("files       4 files that it began with: as recorded; 4 blobs of evidence: as recorded");
    has("signatures  6 records: 1 by touch, 3 by key, 1 by PIN, 1 by name");
    has("            by name: claimed, and nothing proves it; by PIN: proved to mop, and nobody else can check it");
    has("keys        those that the run names itself; --allowed-signers FILE asks for keys that you know");
    has("seal        covers every byte of the journal; 2 signatures of it hold; the run ended: done");
    has("people      alice@example.com: 2 by key");
}

#[test]
fn signatures_that_cannot_be_believed_are_counted_as_such() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let told = office.mop(&["--revoked", &office.keys.path("alice.pub").to_string_lossy()]);
    let line = "signatures  6 records: 1 by touch, 1 by key, 1 by PIN, 1 by name; 2 by a key cannot be believed\n";
    assert!(told.out.contains(line), "{}", told.out);
    assert!(told.out.contains("keys        those that the run names itself, without those that were revoked"));
}

#[test]
fn json_has_stable_fields_and_says_the_same() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let told = office.mop(&["--format", "json"]);
    let (found, text) = (parsed(&told), office.mop(&[]));
    let fields: Vec<_> = found.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "verdict",
        "words",
        "exit",
        "run",
        "records",
        "bytes",
        "head",
        "receipt",
        "recovers",
        "files",
        "adopted",
        "outputs",
        "blobs",
        "signed",
        "signatures",
        "refused",
        "people",
        "keys",
        "revoked",
        "seal",
        "ledger",
        "receipts",
        "heads",
        "known_outside_to",
        "unknown",
        "found",
        "left_out",
        "threats",
    ];
    let mut fields = fields;
    fields.sort_unstable();
    expected.sort_unstable();
    assert_eq!(fields, expected);
    let verdict = format!("INTACT  {}", found["words"].as_str().unwrap());
    assert_eq!((told.code, text.verdict()), (0, verdict.as_str()));
    assert_eq!((&found["verdict"], &found["exit"], &found["run"]), (&json!("intact"), &json!(0), &json!(office.name)));
    assert_eq!((&found["records"], &found["signed"], &found["refused"]), (&json!(7), &json!(6), &json!(0)));
    assert_eq!(found["signatures"], json!({ "name": 1, "pin": 1, "key": 3, "touch": 1 }));
    assert_eq!(found["receipt"], json!(office.receipt(6)));
    let signers = json!([{ "id": "alice@example.com", "level": "key" }, { "id": "bob@example.com", "level": "key" }]);
    assert_eq!(found["seal"]["signers"], signers);
    assert_eq!(found["threats"].as_array().unwrap().len(), 6);
}

#[test]
fn findings_name_their_record_in_json_too() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    forger.resign(2, "alice");
    forger.write();
    let found = parsed(&forger.copy.mop(&["--format", "json"]));
    assert_eq!((&found["verdict"], &found["exit"], &found["refused"]), (&json!("signature"), &json!(1), &json!(1)));
    let first = &found["found"][0];
    assert_eq!(
        (&first["weight"], &first["about"], &first["record"]),
        (&json!("wrong"), &json!("signature"), &json!(2))
    );
    let receipt = office.receipt(3);
    let found = parsed(&office.mop(&["--receipt", &receipt, "--at", "2", "--format", "json"]));
    let first = &found["found"][0];
    assert_eq!((&first["weight"], &first["about"], &first["record"]), (&json!("wrong"), &json!("receipts"), &json!(2)));
}

/// Which threats are ruled out, in their order.
fn ruled(told: &Told) -> String {
    let found = parsed(told);
    let word = |threat: &Json| match threat["ruled"].as_str().unwrap() {
        "out" => 'o',
        "partly" => 'p',
        other => other.chars().next().unwrap(),
    };
    found["threats"].as_array().unwrap().iter().map(word).collect()
}

#[test]
fn what_is_ruled_out_follows_from_what_vouches_for_the_run() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let json = |args: &[&str]| office.mop(&[&["--format", "json"], args].concat());
    let (list, receipt) = (office.auditors_list(), office.receipt(6));
    assert_eq!(ruled(&json(&[])), "pnpnnp", "nothing vouches for it");
    assert_eq!(ruled(&json(&["--receipt", &receipt, "--at", "6"])), "ooponp", "a receipt of the last record");
    assert_eq!(ruled(&json(&["--receipt", &office.receipt(2), "--at", "2"])), "ppppnp", "one of an early record");
    office.seal();
    assert_eq!(ruled(&json(&[])), "pnpnnp", "nobody signed the seal");
    office.sign_seal("alice", "alice@example.com");
    assert_eq!(ruled(&json(&[])), "opppno", "somebody did, with keys of the run");
    assert_eq!(ruled(&json(&["--allowed-signers", &list])), "opppno", "with keys that are known");
    office.sign_seal("carol", "carol@example.com");
    assert_eq!(ruled(&json(&["--allowed-signers", &list])), "oopono", "one of them in a token");
    std::fs::write(office.run().join("runbook.yaml"), "mop: 1\n").unwrap();
    assert_eq!(ruled(&json(&["--allowed-signers", &list])), "nnnnnn", "something contradicts");
}

#[test]
fn explained_every_part_and_every_threat_has_its_words() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    let (plain, told) = (office.mop(&[]), office.mop(&["--explain"]));
    assert!(told.out.starts_with(&plain.out), "it only says more");
    for part in ["journal", "signature by PIN", "signature by touch", "keys of the run", "seal", "ledger, receipt"] {
        assert!(told.out.contains(&format!("\n  {part}")), "{part}");
    }
    for threat in ["A1", "A2", "A3", "A4", "A5", "A6"] {
        assert_eq!(told.out.matches(&format!("\n  {threat}  ")).count(), 1);
    }
    assert_eq!(told.out.matches("    proves: ").count(), 9);
    assert_eq!(told.out.matches("    does not prove: ").count(), 9);
    assert!(told.out.contains("bring your own list with --allowed-signers"));
}

#[test]
fn kinds_of_records_that_are_not_known_are_counted_and_nothing_else() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    office.append(r#"{"t":"moon_seen","v":3,"sid":"S1"}"#);
    office.append(r#"{"t":"moon_seen","v":3,"sid":"S2","x":1}"#);
    office.append(r#"{"v":1,"t":"sun_\u001b[31mset","sid":"S1"}"#);
    office.seal();
    office.sign_seal("alice", "alice@example.com");
    let told = office.mop(&[]);
    assert_eq!(told.code, 0, "{}", told.out);
    let line = "unknown     3 records of kinds that this version does not know: moon_seen, sun_^[[31mset\n";
    assert!(told.out.contains(line), "{}", told.out);
    let found = parsed(&office.mop(&["--format", "json"]));
    assert_eq!(found["unknown"]["records"], json!(3));
}

#[test]
fn a_statement_of_another_version_is_verified_and_said_not_to_be_understood() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    let newer = forger.text(6, "stmt").replace("sign-off v1", "sign-off v2");
    forger.set(6, "stmt", newer);
    forger.resign(6, "alice");
    forger.write();
    let told = forger.copy.mop(&[]);
    assert_eq!(told.code, 3, "{}", told.out);
    let words =
        "warning: record 6: its statement is of another version; the signature is verified, what it says is not";
    assert!(told.out.contains(words), "{}", told.out);
    forger.resign(6, "bob");
    forger.write();
    assert_eq!(forger.copy.mop(&[]).code, 1);
}

#[test]
fn a_runbook_that_this_version_cannot_read_is_said_not_to_be_checked() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    forger.repin("runbook.yaml", "mop: 2\nnew: things\n");
    forger.write();
    let told = forger.copy.mop(&[]);
    let words = "warning: record 0: the runbook of the run cannot be read, so what it asks of roles is not checked";
    assert!(told.out.contains(words), "{}", told.out);
}

#[test]
fn outside_text_reaches_no_terminal_as_it_is() {
    needs!(OPENSSH);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    let evil = "a\u{1b}[2J\u{202e}b\u{7}\u{200b}";
    forger.set(6, "step", evil);
    forger.set(5, "who", json!({ "id": evil, "name": evil }));
    forger.set(4, "t", evil);
    forger.set(3, "role", evil);
    forger.write();
    for args in [&["--explain"][..], &["--format", "json"]] {
        let told = forger.copy.mop(args);
        assert_eq!(told.code, 1);
        let raw = told.out.chars().find(|c| *c != '\n' && mop::text::is_dangerous(*c));
        assert_eq!(raw, None, "{}", told.out);
    }
}
