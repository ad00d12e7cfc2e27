//! Signatures that must not be believed: by mop, nor by ssh-keygen where it is ssh-keygen's business.
//!
//! Every case changes one thing about a signature that both believe.

use std::path::{Path, PathBuf};

use mop::exec::sign::Check;
use mop::run::roster::{SEAL, SIGNOFF};
use ssh_encoding::base64::{Base64, Encoding as _};

use super::bench::{ALICE, Bench, STATEMENT, THEN, check, openssh};
use super::device::{Device, TOUCHED, armoured};
use crate::needs::needs;

/// Says what ssh-keygen makes of a case when it is asked directly.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Keygen {
    Refuses,
    /// It believes it, for the reason that is given: then only mop refuses.
    Believes(&'static str),
}

/// Is one thing that is wrong.
struct Case {
    name: String,
    signers: String,
    person: &'static str,
    namespace: &'static str,
    at_ms: i64,
    revoked: Option<PathBuf>,
    touch: bool,
    bytes: Vec<u8>,
    signature: Vec<u8>,
    keygen: Keygen,
}

impl Case {
    fn check(&self) -> Check<'_> {
        Check {
            person: self.person,
            namespace: self.namespace,
            at_ms: Some(self.at_ms),
            revoked: self.revoked.as_deref(),
            touch: self.touch,
            ..check(&self.signers)
        }
    }

    fn is_believed_by_mop(&self) -> bool {
        openssh().verify(&self.check(), &self.bytes, &self.signature).is_ok()
    }
}

/// Is what the cases are made of: people with keys, and the good signature of one.
struct Table {
    bench: Bench,
    good: String,
    cases: Vec<Case>,
}

impl Table {
    fn new() -> Self {
        let bench = Bench::new();
        for name in ["alice", "bob"] {
            bench.key(name, "ed25519");
        }
        let good = bench.signature("alice", SIGNOFF, STATEMENT);
        Self { bench, good, cases: Vec::new() }
    }

    /// Begins a case in which nothing is wrong.
    fn case(&self, name: &str) -> Case {
        Case {
            name: name.to_owned(),
            signers: self.bench.allowed(&format!("namespaces=\"{SIGNOFF},{SEAL}\""), "alice"),
            person: ALICE,
            namespace: SIGNOFF,
            at_ms: THEN,
            revoked: None,
            touch: false,
            bytes: STATEMENT.to_vec(),
            signature: self.good.clone().into_bytes(),
            keygen: Keygen::Refuses,
        }
    }

    fn add(&mut self, name: &str, change: impl FnOnce(&Bench, &mut Case)) {
        let mut case = self.case(name);
        change(&self.bench, &mut case);
        self.cases.push(case);
    }

    /// Adds a case in which bytes of the signature are others.
    fn add_changed(&mut self, name: &str, from: &[u8], to: &[u8]) {
        let bytes = replaced(&dearmoured(&self.good), from, to);
        self.add(name, |_, case| case.signature = armoured(&bytes).into_bytes());
    }
}

fn dearmoured(text: &str) -> Vec<u8> {
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("-----")).collect();
    Base64::decode_vec(&lines.concat()).unwrap()
}

/// Replaces the last place where bytes are found.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = (0..bytes.len()).rev().find(|at| bytes[*at..].starts_with(from)).unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn what_the_cases_change_is_believed_before() {
    needs!(OPENSSH);
    let mut table = Table::new();
    table.bench.keygen(&["-q", "-k", "-f", "bob.krl", "bob.pub"]);
    table.add("nothing is wrong", |_, _| {});
    table.add("the key is good", |bench, case| {
        case.signers = bench.allowed("valid-after=\"20260301220741Z\",valid-before=\"20260301220742Z\"", "alice");
    });
    table.add("another's key is revoked", |bench, case| case.revoked = Some(bench.path("bob.krl")));
    for case in &table.cases {
        assert!(case.is_believed_by_mop(), "{}", case.name);
        assert!(table.bench.keygen_believes(&case.check(), &case.bytes, &case.signature), "{}", case.name);
    }
}

#[test]
fn at_least_thirty_signatures_are_refused_by_mop_and_by_ssh_keygen() {
    needs!(OPENSSH);
    let mut table = Table::new();
    add_wrong_people(&mut table);
    add_wrong_texts(&mut table);
    add_wrong_times(&mut table);
    add_revoked_keys(&mut table);
    add_wrong_certificates(&mut table);
    add_damaged_signatures(&mut table);
    add_changed_parts(&mut table);
    add_devices(&mut table);
    let mut wrong = Vec::new();
    for case in &table.cases {
        let believes = table.bench.keygen_believes(&case.check(), &case.bytes, &case.signature);
        let expected = matches!(case.keygen, Keygen::Believes(_));
        if case.is_believed_by_mop() || believes != expected {
            wrong.push(format!("{} ({:?}, ssh-keygen believes it: {believes})", case.name, case.keygen));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let refused_by_both = table.cases.iter().filter(|case| case.keygen == Keygen::Refuses).count();
    assert!(refused_by_both >= 30, "{refused_by_both} of {}", table.cases.len());
}

fn add_wrong_people(table: &mut Table) {
    table.add("signed with another's key", |bench, case| {
        case.signature = bench.signature("bob", SIGNOFF, STATEMENT).into_bytes();
    });
    table.add("signed by one, shown as another's who is in the list", |bench, case| {
        case.signers += &format!("bob {}\n", bench.public("bob").line());
        case.person = "bob";
    });
    table.add("a person who is not in the list", |_, case| case.person = "carol");
    table.add("a person in other letters", |_, case| case.person = "Alice@example.com");
    table.add("nobody in the list", |_, case| case.signers = String::new());
    table.add("the line is a comment", |_, case| case.signers.insert(0, '#'));
    table.add("the list is rubbish", |_, case| case.signers = "\0\u{1}\u{2} rubbish\n".to_owned());
    table.add("the person is taken out again", |bench, case| {
        case.signers = format!("*,!{ALICE} {}\n", bench.public("alice").line());
    });
    for person in ["*", "alice@*", "?lice@example.com", "", " alice@example.com", "alice@example.com,bob"] {
        table.add(&format!("the person `{person}`"), |_, case| case.person = person);
    }
    table.add("a person with the pattern of the list for a name", |bench, case| {
        case.signers = format!("*@example.com {}\n", bench.public("alice").line());
        case.person = "*@example.com";
        case.keygen = Keygen::Believes("the pattern matches itself");
    });
    table.add("the key is only for another namespace", |bench, case| {
        case.signers = bench.allowed(&format!("namespaces=\"{SEAL}\""), "alice");
    });
    table.add("the key is only an authority's", |bench, case| case.signers = bench.allowed("cert-authority", "alice"));
}

fn add_wrong_texts(table: &mut Table) {
    table.add("made for another namespace", |bench, case| {
        case.signature = bench.signature("alice", SEAL, STATEMENT).into_bytes();
    });
    table.add("asked for another namespace", |_, case| case.namespace = SEAL);
    table.add("a namespace that begins the same", |bench, case| {
        case.signature = bench.signature("alice", "mop-signoff2", STATEMENT).into_bytes();
    });
    table.add("moved here from another text", |bench, case| {
        let other = b"mop sign-off v1\nrun       7K3QX\nstep      hop[10.2]/start\n";
        case.signature = bench.signature("alice", SIGNOFF, other).into_bytes();
    });
    for at in [0, 17, STATEMENT.len() / 2, STATEMENT.len() - 1] {
        table.add(&format!("byte {at} of the text changed"), |_, case| case.bytes[at] ^= 1);
    }
    table.add("the text is cut", |_, case| case.bytes.truncate(STATEMENT.len() - 1));
    table.add("the text goes on", |_, case| case.bytes.push(b'\n'));
    table.add("the text is empty", |_, case| case.bytes.clear());
    table.add("the text has other line ends", |_, case| {
        case.bytes = String::from_utf8_lossy(STATEMENT).replace('\n', "\r\n").into_bytes();
    });
}

fn add_wrong_times(table: &mut Table) {
    let spans = [
        ("the key is not good yet", "valid-after=\"20260301220742Z\""),
        ("the key is no longer good", "valid-before=\"20260301220740Z\""),
        ("the key was good until the day before", "valid-before=\"20260228Z\""),
        ("the key was good at another time", "valid-after=\"20250101Z\",valid-before=\"20250201Z\""),
    ];
    for (name, span) in spans {
        table.add(name, |bench, case| case.signers = bench.allowed(span, "alice"));
    }
    table.add("signed before the key was good", |bench, case| {
        case.signers = bench.allowed("valid-after=\"20260101Z\",valid-before=\"20270101Z\"", "alice");
        case.at_ms = THEN - 365 * 86_400_000;
    });
}

fn add_revoked_keys(table: &mut Table) {
    table.bench.keygen(&["-q", "-k", "-f", "alice.krl", "alice.pub"]);
    let hash = format!("hash: {}\n", table.bench.public("alice").fingerprint());
    table.bench.put("hashes", hash);
    table.bench.keygen(&["-q", "-k", "-f", "hash.krl", "hashes"]);
    table.bench.put("broken.krl", b"SSHKRL\n\0broken");
    let lists = [
        ("revoked in a KRL", "alice.krl"),
        ("revoked in a list of keys", "alice.pub"),
        ("revoked by its hash in a KRL", "hash.krl"),
        ("the list of revoked keys cannot be read", "broken.krl"),
        ("the list of revoked keys is not there", "no.krl"),
    ];
    for (name, list) in lists {
        table.add(name, |bench, case| case.revoked = Some(bench.path(list)));
    }
}

fn add_wrong_certificates(table: &mut Table) {
    let year = "20260101:20270101";
    let certificates: [(&str, &str, &[&str]); 4] = [
        ("expired", "a certificate that ran out", &["-n", ALICE, "-V", "20250101:20260101"]),
        ("early", "a certificate that does not hold yet", &["-n", ALICE, "-V", "20260401:20270101"]),
        ("for-bob", "a certificate for somebody else", &["-n", "bob", "-V", year]),
        ("host", "a certificate for a machine", &["-h", "-n", ALICE, "-V", year]),
    ];
    for (file, name, options) in certificates {
        certified(&table.bench, file, options);
        table.add(name, |bench, case| by_certificate(bench, case, file));
    }
    certified(&table.bench, "critical", &["-n", ALICE, "-V", year, "-O", "critical:x=y"]);
    table.add("a certificate with a condition that nobody knows", |bench, case| {
        by_certificate(bench, case, "critical");
        case.keygen = Keygen::Believes("it does not look at conditions");
    });
    certified(&table.bench, "good", &["-n", ALICE, "-V", year, "-O", "source-address=192.0.2.0/24"]);
    table.bench.key("other-ca", "ed25519");
    table.add("a certificate by another authority", |bench, case| {
        by_certificate(bench, case, "good");
        case.signers = bench.allowed("cert-authority", "other-ca");
    });
    table.add("a certificate by a key that is no authority", |bench, case| {
        by_certificate(bench, case, "good");
        case.signers = bench.allowed("", "ca");
    });
    table.bench.keygen(&["-q", "-k", "-f", "ca.krl", "ca.pub"]);
    table.add("a certificate by an authority that was revoked", |bench, case| {
        by_certificate(bench, case, "good");
        case.revoked = Some(bench.path("ca.krl"));
    });
    let case = &mut table.case("a certificate that is good");
    by_certificate(&table.bench, case, "good");
    assert!(case.is_believed_by_mop(), "the cases above would be refused for nothing");
}

/// Makes a key and a certificate for it.
fn certified(bench: &Bench, name: &str, options: &[&str]) {
    bench.key(name, "ed25519");
    bench.certify(name, options);
}

fn by_certificate(bench: &Bench, case: &mut Case, key: &str) {
    case.signers = bench.allowed(&format!("cert-authority,namespaces=\"{SIGNOFF}\""), "ca");
    case.signature = bench.signature(&format!("{key}-cert.pub"), SIGNOFF, STATEMENT).into_bytes();
}

fn add_damaged_signatures(table: &mut Table) {
    let good = table.good.clone();
    let mut add = |name: &str, signature: Vec<u8>| table.add(name, |_, case| case.signature = signature);
    add("no signature", Vec::new());
    add("blanks", b" \r\n\t\n".to_vec());
    for end in [10, 31, 60, good.len() / 2, good.len() - 30, good.len() - 6] {
        add(&format!("cut after {end} bytes"), good.as_bytes()[..end].to_vec());
    }
    let bytes = dearmoured(&good);
    for end in [3, 10, 30, 62, 80, bytes.len() - 64, bytes.len() - 1] {
        add(&format!("cut inside the armour after {end} bytes"), armoured(&bytes[..end]).into_bytes());
    }
    add("something follows inside the armour", armoured(&[&bytes[..], b"x"].concat()).into_bytes());
    add("rubbish in the armour", armoured(&[0xa5; 200]).into_bytes());
    add("rubbish without armour", (0..=255).cycle().take(300).collect());
    add("the bytes without armour", bytes);
    add("far too long inside", armoured(&[b"SSHSIG\0\0\0\x01", &[0xff; 40][..]].concat()).into_bytes());
    add("too large", good.replace("==\n", &format!("{}\n", "A".repeat(64 * 1024))).into_bytes());
    add("another label", good.replace("SSH SIGNATURE", "SSH SIGNATUR").into_bytes());
    add("a letter of the armour changed", good.replacen("U1NIU0lH", "U1NIU0lI", 1).into_bytes());
    add("a letter that is none of base64", good.replacen("U1NIU0lH", "U1NI*0lH", 1).into_bytes());
    table.add("something follows the armour", |_, case| {
        case.signature.extend(b"rm -rf /\n");
        case.keygen = Keygen::Believes("it reads no further than the last line");
    });
}

fn add_changed_parts(table: &mut Table) {
    let (alice, bob) = (table.bench.public("alice"), table.bench.public("bob"));
    table.add_changed("the key inside is another's", alice.bytes(), bob.bytes());
    table.add_changed("another's key inside, who is asked for", alice.bytes(), bob.bytes());
    if let Some(case) = table.cases.last_mut() {
        case.signers = format!("bob {}\n", bob.line());
        case.person = "bob";
    }
    table.add_changed("the namespace inside is changed", SIGNOFF.as_bytes(), b"mop-signofg");
    table.add_changed("the namespace inside is the one asked for", SIGNOFF.as_bytes(), b"mop-signofg");
    if let Some(case) = table.cases.last_mut() {
        case.namespace = "mop-signofg";
        case.signers = case.signers.replace(SIGNOFF, "mop-signofg");
    }
    table.add_changed("another hash is named", b"sha512", b"sha256");
    table.add_changed("a hash is named that nobody knows", b"sha512", b"sha999");
    table.add_changed("another algorithm is named", b"ssh-ed25519", b"ssh-ed25518");
    table.add_changed("a newer version", b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\x02");
    table.add_changed("version nought", b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\0");
    if let Some(case) = table.cases.last_mut() {
        case.keygen = Keygen::Believes("it refuses newer versions only, and the number is not signed for");
    }
    table.add_changed("another beginning", b"SSHSIG", b"SSHSIH");
    table.add_changed("more than is signed for", b"\0\0\0\0\0\0\0\x06sha512", b"\0\0\0\x01x\0\0\0\x06sha512");
    if let Some(case) = table.cases.last_mut() {
        case.keygen = Keygen::Believes("it leaves the reserved field be, which nobody signs for");
    }
    let raw = dearmoured(&table.good);
    for at in [raw.len() - 64, raw.len() - 33, raw.len() - 1] {
        let mut changed = raw.clone();
        changed[at] ^= 0x10;
        table.add(&format!("byte {at} of the signature changed"), |_, case| case.signature = armoured(&changed).into());
    }
}

fn add_devices(table: &mut Table) {
    let device = Device::new(3);
    let (touched, silent) = (vec![TOUCHED, 0, 0, 0, 9], vec![0, 0, 0, 0, 9]);
    let signers = format!("{ALICE} {}\n", device.line());
    let mut add = |name: &str, signature: String, keygen: Keygen| {
        table.add(name, |_, case| {
            (case.signers, case.touch) = (signers.clone(), true);
            (case.signature, case.keygen) = (signature.into_bytes(), keygen);
        });
    };
    let untouched = Keygen::Believes("it does not look at touch");
    add("a device that was not touched", device.sign(STATEMENT, 0, 9), untouched);
    add("a touch that the device did not state", device.sign_and_state(STATEMENT, &silent, &touched), Keygen::Refuses);
    let counted = vec![TOUCHED, 0, 0, 0, 10];
    add(
        "a counter that the device did not state",
        device.sign_and_state(STATEMENT, &touched, &counted),
        Keygen::Refuses,
    );
    let cut = touched[..4].to_vec();
    add("half of what a device states", device.sign_and_state(STATEMENT, &touched, &cut), Keygen::Refuses);
    let more = [&touched[..], &[0]].concat();
    add("more than a device states", device.sign_and_state(STATEMENT, &touched, &more), Keygen::Refuses);
    add("another device", Device::new(4).sign(STATEMENT, TOUCHED, 9), Keygen::Refuses);
    add("a device over another text", device.sign(b"another", TOUCHED, 9), Keygen::Refuses);
    table.add("a key without a device where touch is asked for", |_, case| {
        case.touch = true;
        case.keygen = Keygen::Believes("it does not look at touch");
    });
}

#[test]
fn a_list_of_signers_in_a_file_is_read_and_a_missing_one_is_refused() {
    needs!(OPENSSH);
    let table = Table::new();
    let file = table.bench.put("allowed_signers", table.bench.allowed("", "alice"));
    let verify = |file: &Path| {
        let check = Check { signers: mop::exec::sign::Signers::File(file), ..check("") };
        openssh().verify(&check, STATEMENT, table.good.as_bytes())
    };
    assert!(verify(&file).is_ok());
    let error = verify(&table.bench.path("none")).unwrap_err().to_string();
    assert!(error.contains("Unable to open allowed keys file"), "{error}");
}

#[test]
fn the_reason_of_a_refusal_is_said_in_words() {
    needs!(OPENSSH);
    let mut table = Table::new();
    add_wrong_times(&mut table);
    add_revoked_keys(&mut table);
    add_wrong_texts(&mut table);
    let reason = |name: &str| {
        let case = table.cases.iter().find(|case| case.name == name).unwrap();
        openssh().verify(&case.check(), &case.bytes, &case.signature).unwrap_err().to_string()
    };
    let expected = [
        ("the key is not good yet", "key is not yet valid"),
        ("the key is no longer good", "key has expired"),
        ("revoked in a KRL", "it is not the person's, or no longer good"),
        ("the text is cut", "the text is not the one that was signed"),
        ("asked for another namespace", "the signature is for `mop-signoff`, not for `mop-seal`"),
    ];
    for (name, words) in expected {
        let found = reason(name);
        assert!(found.contains(words), "{name}: {found}");
        assert!(!found.contains("/tmp"), "{found}");
    }
}
