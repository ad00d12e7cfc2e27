//! Records that somebody made up, in a chain that fits: the stranger knows them by what is signed.

use std::process::Command;

use mop::run::roster::{Auth, Holder};

use super::{PYTHON, agreed, edit_lines, own, stranger};
use crate::needs::needs;
use crate::reading::here;
use crate::sign::bench::{ALICE, Bench};
use crate::sign::device::Device;
use crate::verify::forged::cases;
use crate::verify::forger::Forger;
use crate::verify::office::Office;

#[test]
fn a_stranger_knows_records_that_somebody_made_up() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    for case in cases() {
        let mut forger = Forger::new(&office);
        (case.change)(&mut forger);
        forger.write();
        let word = agreed(case.name, &forger.copy.run, &[]);
        assert!(["signature", "altered"].contains(&&*word), "{}: {word}", case.name);
    }
}

#[test]
fn a_stranger_who_reads_no_runbook_says_that_he_does_not_know_what_it_asks_of_roles() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    let mut forger = Forger::new(&office);
    forger.set(5, "level", "name");
    forger.reword(5, "auth", "name only");
    forger.write();
    // The signature behind it names the hash of that record.
    edit_lines(&forger.copy, |lines| drop(lines.pop()));
    assert_eq!(own(&forger.copy.run, &[]).word, "signature", "the runbook asks that role for a PIN");
    let told = stranger(&forger.copy.run, &[]);
    assert_eq!(told.word, "unsealed");
    assert!(told.out.contains("what the runbook asks of the role lead is not looked at"), "{}", told.out);
}

#[test]
fn a_stranger_reads_rosters_as_strictly_as_mop_does() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    let good = office.roster().to_json();
    let bob = office.keys.public("bob").line();
    let alice = office.keys.public("alice").line();
    let cases: [(&str, String); 14] = [
        ("unsealed", good.clone()),
        ("unsealed", good.replace("\"v\": 1", "\"v\": 2")),
        ("altered", good.replace("\"v\": 1", "\"v\": 1.0")),
        ("altered", good.replace("\"v\": 1,", "\"v\": 1, \"note\": \"\",")),
        ("altered", good.replacen("\"name\":", "\"nick\": \"A\", \"name\":", 1)),
        ("altered", good.replace("\"level\": \"touch\"", "\"level\": \"tuch\"")),
        ("altered", good.replacen("\"level\": \"name\"", "\"level\": \"Name\"", 1)),
        ("altered", good.replace("bob@example.com", "Alice@example.com")),
        ("altered", good.replace("bob@example.com", "-bob@example.com")),
        ("altered", good.replace(&bob, &alice)),
        ("altered", good.replace(&bob, &bob.replace("AAAA", "AAAB"))),
        ("altered", good.replace(&bob, &bob.replace("ssh-ed25519", "ssh-rsa"))),
        ("altered", good.replace("$argon2id$", "$argon2i$")),
        ("altered", "[]".to_owned()),
    ];
    for (word, roster) in cases {
        assert!(word == "unsealed" || roster != good);
        let mut forger = Forger::new(&office);
        forger.repin("roster.json", &roster);
        forger.write();
        let found = agreed(&roster, &forger.copy.run, &[]);
        // Another first record shows in every signature too, which name its hash; the roster comes before them.
        let word = if word == "unsealed" && roster != good { "signature" } else { word };
        assert_eq!(found, word, "{roster}");
    }
}

/// Reads a key as the stranger does, and gives what a statement says of it.
const AUTHS: &str = "
import base64, sys
sys.path.insert(0, sys.argv[1])
from keys import Key
print(chr(10).join(Key(base64.b64decode(sys.argv[2])).auths()))
";

#[test]
fn a_stranger_names_keys_and_certificates_as_statements_do() {
    needs!(OPENSSH, PYTHON);
    let bench = Bench::new();
    for (name, kind) in [("ed", "ed25519"), ("ec", "ecdsa"), ("rsa", "rsa")] {
        bench.key(name, kind);
        bench.certify(name, &["-n", ALICE, "-z", "4711", "-O", "source-address=10.0.0.0/8"]);
    }
    let token = format!("{}\n", Device::new(3).line());
    bench.put("token.pub", token);
    bench.certify("token", &["-n", ALICE, "-z", "9"]);
    for name in ["ed", "ec", "rsa", "token"] {
        for key in [bench.public(name), bench.public(&format!("{name}-cert"))] {
            let mut python = Command::new(&*PYTHON);
            python.args(["-B", "-c", AUTHS]).arg(here("tests/stranger")).arg(key.line().split(' ').nth(1).unwrap());
            let output = python.output().unwrap();
            let out = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            let auth = |holder| Auth::Key { holder, key: key.clone() }.to_string();
            let mut named = vec![auth(Holder::Agent), auth(Holder::File)];
            named.dedup();
            assert_eq!(out.lines().collect::<Vec<_>>(), named, "{name}");
        }
    }
}
