//! Signatures made through an agent and from files, and the words when they cannot be made.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;
use std::time::Duration;

use mop::exec::process::Cancel;
use mop::exec::sign::{Hash, OpenSsh, SignError, SigningKey, Sshsig};
use mop::run::roster::{Level, SEAL, SIGNOFF};

use super::bench::{ALICE, Agent, Bench, STATEMENT, check, openssh};
use crate::needs::needs;

fn sign(openssh: &OpenSsh, key: &SigningKey) -> Result<Sshsig, SignError> {
    openssh.sign(key, SIGNOFF, STATEMENT, &Cancel::new())
}

/// Holds a signature against the key's line in `allowed_signers`, by mop and by ssh-keygen.
fn assert_believed(bench: &Bench, signers: &str, signature: &Sshsig) {
    let text = signature.to_string();
    let known = openssh().verify(&check(signers), STATEMENT, text.as_bytes()).unwrap();
    assert_eq!((known.person.as_str(), known.level()), (ALICE, Level::Key));
    assert!(bench.keygen_believes(&check(signers), STATEMENT, text.as_bytes()));
}

#[test]
fn every_kind_of_key_signs_from_a_file_and_through_the_agent() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let agent = Agent::start(&bench);
    for (kind, word) in [("ed25519", "ED25519"), ("ecdsa", "ECDSA"), ("rsa", "RSA")] {
        let path = bench.key(kind, kind);
        agent.add(&[], &path);
        let public = bench.public(kind);
        let signers = bench.allowed("namespaces=\"mop-signoff,mop-seal\"", kind);
        let ways = [
            (openssh(), SigningKey::in_file(&path).unwrap(), "ssh-key"),
            (agent.openssh(), SigningKey::in_agent(public.clone()), "ssh-agent"),
        ];
        for (openssh, key, holder) in ways {
            assert_eq!(key.auth().to_string(), format!("{holder} {word} {}", public.fingerprint()));
            let signature = sign(&openssh, &key).unwrap();
            assert_eq!((signature.namespace(), signature.hash()), (SIGNOFF, Hash::Sha512));
            assert_eq!(signature.key().fingerprint(), public.fingerprint());
            assert_believed(&bench, &signers, &signature);
        }
    }
}

#[test]
fn the_agent_signs_where_it_has_the_key_and_the_file_where_it_has_not() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let (mine, other) = (bench.key("mine", "ed25519"), bench.key("other", "ed25519"));
    let agent = Agent::start(&bench);
    agent.add(&[], &mine);
    let found = |path: &Path| agent.openssh().find_key(path, &Cancel::new()).unwrap().auth().to_string();
    assert!(found(&mine).starts_with("ssh-agent ED25519 SHA256:"));
    assert!(found(&bench.path("mine.pub")).starts_with("ssh-agent "));
    assert!(found(&other).starts_with("ssh-key "));
    let comments: Vec<_> =
        agent.openssh().agent_keys(&Cancel::new()).unwrap().iter().map(|key| key.comment().to_owned()).collect();
    assert_eq!(comments, ["mine"]);
}

#[test]
fn a_file_signs_by_itself_even_when_an_agent_is_there() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let path = bench.key("mine", "ed25519");
    let agent = Agent::start(&bench);
    agent.add(&[], &path);
    let key = SigningKey::in_file(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let error = sign(&agent.openssh(), &key).unwrap_err();
    assert!(matches!(error, SignError::KeyFile { .. }), "{error}");
}

#[test]
fn a_certificate_signs_for_the_people_that_it_names() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let path = bench.key("alice", "ed25519");
    bench.certify("alice", &["-n", ALICE, "-z", "42", "-V", "20260101:20270101"]);
    let agent = Agent::start(&bench);
    agent.add(&[], &path);
    let signers = format!("{ALICE} cert-authority,namespaces=\"{SIGNOFF}\" {}\n", bench.public("ca").line());
    let certificate = bench.path("alice-cert.pub");
    let in_agent = agent.openssh().find_key(&certificate, &Cancel::new()).unwrap();
    let words = format!(
        "certificate ED25519 {} by {} serial 42",
        bench.public("alice").fingerprint(),
        bench.public("ca").fingerprint()
    );
    for key in [in_agent, SigningKey::in_file(&certificate).unwrap()] {
        assert_eq!(key.auth().to_string(), words);
        let signature = sign(&agent.openssh(), &key).unwrap();
        assert_eq!(signature.key().certificate().unwrap().principals, [ALICE]);
        assert_believed(&bench, &signers, &signature);
    }
}

#[test]
fn whose_a_signature_claims_to_be_is_found_without_the_text() {
    needs!(OPENSSH);
    let bench = Bench::new();
    bench.key("alice", "ed25519");
    bench.key("bob", "ed25519");
    let signers = format!("{}bob {}\n", bench.allowed("", "alice"), bench.public("bob").line());
    let found = |key: &str| {
        let signature = bench.signature(key, SEAL, b"any");
        openssh().find_principals(mop::exec::sign::Signers::Text(&signers), signature.as_bytes()).unwrap()
    };
    assert_eq!((found("alice"), found("bob")), (vec![ALICE.to_owned()], vec!["bob".to_owned()]));
    bench.key("eve", "ed25519");
    assert_eq!(found("eve"), Vec::<String>::new());
}

#[test]
fn a_key_with_a_passphrase_is_refused_with_advice_and_signs_through_the_agent() {
    needs!(OPENSSH);
    let bench = Bench::new();
    bench.keygen(&["-q", "-t", "ed25519", "-N", "open sesame", "-f", "locked"]);
    let key = SigningKey::in_file(&bench.path("locked")).unwrap();
    let error = sign(&openssh(), &key).unwrap_err();
    assert!(matches!(error, SignError::Passphrase(_)) && error.to_string().contains("ssh-add it"), "{error}");

    let agent = Agent::start(&bench);
    bench.keygen(&["-q", "-p", "-P", "open sesame", "-N", "", "-f", "locked"]);
    agent.add(&[], &bench.path("locked"));
    bench.keygen(&["-q", "-p", "-P", "", "-N", "open sesame", "-f", "locked"]);
    let key = agent.openssh().find_key(&bench.path("locked"), &Cancel::new()).unwrap();
    assert_believed(&bench, &bench.allowed("", "locked"), &sign(&agent.openssh(), &key).unwrap());
}

#[test]
fn the_message_is_never_taken_for_a_passphrase() {
    needs!(OPENSSH);
    let bench = Bench::new();
    bench.keygen(&["-q", "-t", "ed25519", "-N", "open sesame", "-f", "locked"]);
    let key = SigningKey::in_file(&bench.path("locked")).unwrap();
    let error = openssh().sign(&key, SIGNOFF, b"open sesame\n", &Cancel::new()).unwrap_err();
    assert!(matches!(error, SignError::Passphrase(_)), "{error}");
}

#[test]
fn an_agent_that_cannot_help_is_told_from_one_that_will_not() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let (mine, other) = (bench.key("mine", "ed25519"), bench.key("other", "ed25519"));
    let key = SigningKey::in_agent(bench.public("mine"));
    assert!(matches!(sign(&openssh(), &key), Err(SignError::NoAgent)));
    let dead = openssh().with_agent(Some(&bench.path("nothing-listens-here")));
    assert!(matches!(sign(&dead, &key), Err(SignError::NoAgent)));

    let agent = Agent::start(&bench);
    let missing = sign(&agent.openssh(), &key).unwrap_err();
    assert!(matches!(&missing, SignError::NotInAgent(print) if *print == key.key().fingerprint()), "{missing}");
    agent.add(&[], &other);
    assert!(matches!(sign(&agent.openssh(), &key), Err(SignError::NotInAgent(_))));
    agent.add(&["-c"], &mine);
    let declined = sign(&agent.openssh(), &key).unwrap_err();
    assert!(matches!(declined, SignError::AgentRefused { device: false }), "{declined}");
}

#[test]
fn an_empty_agent_has_no_keys_and_a_dead_one_is_an_error() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let agent = Agent::start(&bench);
    assert_eq!(agent.openssh().agent_keys(&Cancel::new()).unwrap(), []);
    let socket = agent.socket().to_owned();
    drop(agent);
    let dead = openssh().with_agent(Some(&socket));
    assert!(matches!(dead.agent_keys(&Cancel::new()), Err(SignError::NoAgent)));
}

#[test]
fn an_agent_that_never_answers_is_cancelled_or_given_up() {
    needs!(OPENSSH);
    let bench = Bench::new();
    bench.key("mine", "ed25519");
    let socket = bench.path("silent");
    let listener = UnixListener::bind(&socket).unwrap();
    let key = SigningKey::in_agent(bench.public("mine"));
    let silent = openssh().with_agent(Some(&socket));

    let cancel = Cancel::new();
    let signing = thread::spawn({
        let (silent, key, cancel) = (silent.clone(), key.clone(), cancel.clone());
        move || silent.sign(&key, SIGNOFF, STATEMENT, &cancel)
    });
    let _asked = listener.accept().unwrap();
    cancel.cancel();
    assert!(matches!(signing.join().unwrap(), Err(SignError::Cancelled)));

    let error = sign(&silent.with_patience(Duration::from_secs(1)), &key).unwrap_err();
    assert!(matches!(error, SignError::TimedOut { seconds: 1, device: false }), "{error}");
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_the_reason() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let (one, two) = (bench.key("one", "ed25519"), bench.key("two", "ed25519"));
    let words =
        |key: Result<SigningKey, SignError>| key.and_then(|key| sign(&openssh(), &key)).unwrap_err().to_string();
    assert!(words(SigningKey::in_file(&bench.path("none"))).contains("none.pub: it is not there"));
    assert!(words(SigningKey::in_file(&bench.path("."))).contains("cannot use the key"));
    bench.put("text.pub", "hello");
    assert!(words(SigningKey::in_file(&bench.path("text"))).contains("text.pub: this is no public key"));
    bench.put("\u{1b}[31m.pub", "hello");
    assert!(!words(SigningKey::in_file(&bench.path("\u{1b}[31m"))).contains('\u{1b}'));

    let key = SigningKey::in_file(&one).unwrap();
    fs::copy(&two, &one).unwrap();
    assert!(words(Ok(key.clone())).contains("it is not the half of the private key beside it"));
    fs::remove_file(&one).unwrap();
    assert!(words(Ok(key)).contains("its private half is not beside it"));
}

#[test]
fn a_key_that_changes_between_the_statement_and_the_signature_is_noticed() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let (one, two) = (bench.key("one", "ed25519"), bench.key("two", "ed25519"));
    let key = SigningKey::in_file(&one).unwrap();
    fs::copy(&two, &one).unwrap();
    fs::copy(bench.path("two.pub"), bench.path("one.pub")).unwrap();
    assert!(matches!(sign(&openssh(), &key), Err(SignError::Unexpected(_))));
}

#[test]
fn without_openssh_the_needed_version_is_named() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let key = SigningKey::in_file(&bench.key("mine", "ed25519")).unwrap();
    let text = bench.signature("mine", SIGNOFF, STATEMENT);
    let signers = bench.allowed("", "mine");
    let none = openssh().with_keygen(&bench.path("no-keygen"));
    let error = sign(&none, &key).unwrap_err().to_string();
    assert!(error.contains("install OpenSSH 8.2 or newer"), "{error}");
    let error = none.verify(&check(&signers), STATEMENT, text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("OpenSSH 8.2 or newer is needed"), "{error}");
}

/// Puts a script in the place of ssh-keygen.
fn stand_in(bench: &Bench, script: &str) -> OpenSsh {
    openssh().with_keygen(&bench.script("stand-in", script))
}

#[test]
fn an_old_ssh_keygen_is_told_from_a_refusal() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let key = SigningKey::in_file(&bench.key("mine", "ed25519")).unwrap();
    let (text, signers) = (bench.signature("mine", SIGNOFF, STATEMENT), bench.allowed("", "mine"));
    let old = stand_in(&bench, "echo 'unknown option -- Y' >&2; echo 'usage: ssh-keygen' >&2; exit 1");
    assert!(matches!(sign(&old, &key), Err(SignError::TooOld)));
    let error = old.verify(&check(&signers), STATEMENT, text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("install OpenSSH 8.9 or newer"), "{error}");
}

#[test]
fn a_yes_that_does_not_name_the_key_is_not_believed() {
    needs!(OPENSSH);
    let bench = Bench::new();
    bench.key("mine", "ed25519");
    bench.key("other", "ed25519");
    let (text, signers) = (bench.signature("mine", SIGNOFF, STATEMENT), bench.allowed("", "mine"));
    let other = bench.public("other").fingerprint();
    let answers = [String::new(), format!("Good \"{SIGNOFF}\" signature for {ALICE} with ED25519 key {other}")];
    for answer in answers {
        let liar = stand_in(&bench, &format!("echo '{answer}'"));
        let error = liar.verify(&check(&signers), STATEMENT, text.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("it cannot be verified: ssh-keygen says"), "{error}");
    }
}

#[test]
fn what_is_no_signature_is_not_given_out_as_one() {
    needs!(OPENSSH);
    let bench = Bench::new();
    let key = SigningKey::in_file(&bench.key("mine", "ed25519")).unwrap();
    let sealed = bench.put("sealed", bench.signature("mine", SEAL, STATEMENT));
    for script in ["true".to_owned(), "echo hello".to_owned(), format!("cat '{}'", sealed.display())] {
        let error = sign(&stand_in(&bench, &script), &key).unwrap_err();
        assert!(matches!(error, SignError::Unexpected(_)), "{script}: {error}");
    }
}
