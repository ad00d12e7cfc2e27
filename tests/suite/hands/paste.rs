//! Signing where the key is, on another machine: statements go out and come back with signatures.

use mop::run::roster::SIGNOFF;

use super::site::{ALICE, Site};
use crate::needs::needs;

const BEGIN: &str = "ssh-keygen -Y sign -n mop-signoff -f KEY <<'END-OF-STATEMENT'";
const END: &str = "END-OF-STATEMENT";

/// Prints the statement of a step for Alice's key into a file, and gives its text.
fn printed(site: &Site, run: &str, step: &str) -> String {
    let said = site.mop(&["sign", run, step, "--as", "alice", "--print"], "");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    said.out
}

fn brought(site: &Site, (run, step): (&str, &[&str]), statement: &str, signature: &str) -> super::site::Said {
    let (statement, signature) = (site.file("statement", statement), site.file("signature", signature));
    let args = [&["sign", run], step, &["--statement", &statement, "--signature", &signature]].concat();
    site.mop(&args, "")
}

#[test]
fn a_signature_that_is_pasted_is_recorded() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let mut live = site.live(&["sign", &run, "--as", "alice", "--paste"]);
    assert!(live.until(BEGIN).contains(&"1.1 First thing".to_owned()));
    let statement = live.until(END).join("\n") + "\n";
    live.write(&format!("\n  {}", site.keys.signature("alice", SIGNOFF, statement.as_bytes()).replace('\n', " \r\n")));
    let said = live.end().with(0);
    assert!(said.contains("recorded 1 "), "{said}");
    let record = site.records(&run).pop().unwrap();
    assert_eq!((&record["level"], record["stmt"].as_str().unwrap()), (&"key".into(), statement.trim_end()));
    assert!(statement.contains("\nauth      ssh-key ED25519 SHA256:"), "{statement}");
}

#[test]
fn the_block_that_is_printed_works_in_a_shell_as_it_stands() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let mut live = site.live(&["sign", &run, "--as", "alice", "--paste"]);
    live.until(BEGIN);
    let statement = live.until(END).join("\n");
    let script = format!("{}\n{statement}\n{END}\n", BEGIN.replace("KEY", "\"$1\""));
    let mut shell = std::process::Command::new("sh");
    let output =
        shell.args(["-c", &script, "sh", &site.key_path("alice")]).env_remove("SSH_AUTH_SOCK").output().unwrap();
    live.write(&String::from_utf8(output.stdout).unwrap());
    live.end().with(0);
}

#[test]
fn a_signature_of_something_else_is_refused_and_recorded_so() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let pasted = |key: &str, namespace: &str, change: &dyn Fn(&str) -> String| {
        let mut live = site.live(&["sign", &run, "--as", "alice", "--paste"]);
        live.until(BEGIN);
        let statement = change(&(live.until(END).join("\n") + "\n"));
        live.write(&site.keys.signature(key, namespace, statement.as_bytes()));
        live.end().with(1)
    };
    let same = |statement: &str| statement.to_owned();
    assert!(pasted("bob", SIGNOFF, &same).contains("may not sign for alice@example.com"));
    assert!(pasted("alice", "file", &same).contains("the signature is for `file`"));
    assert!(pasted("alice", SIGNOFF, &|s| s.trim_end().to_owned()).contains("the text is not the one that was signed"));
    assert!(pasted("alice", SIGNOFF, &|s| s.replace("one/first", "one/both")).contains("not the one that was signed"));
    let records = site.records(&run);
    assert_eq!(records.len(), 5);
    assert!(records[1..].iter().all(|record| record["t"] == "identity_refused" && record["level"] == "key"));
    let mut live = site.live(&["sign", &run, "--as", "alice", "--paste"]);
    live.until(END);
    live.write("-----BEGIN SSH SIGNATURE-----\nAAAA\n");
    assert!(live.end().with(1).contains("the input ended before"));
    assert_eq!(site.records(&run).len(), 5, "nothing was tried");
}

#[test]
fn a_person_with_more_than_one_key_says_which() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    site.keys.key("second", "ecdsa");
    site.mop(&["roster", "add", ALICE, "--key", &site.key_path("second")], "").with(0);
    let run = site.start();
    let said = site.mop(&["sign", &run, "--as", "alice", "--print"], "").with(2);
    let print = site.keys.public("second").fingerprint();
    assert!(said.contains("has more than one key; say which with --key:") && said.contains(&print), "{said}");
    for key in [print.clone(), site.key_path("second")] {
        let statement = site.mop(&["sign", &run, "--key", &key, "--print"], "").with(0);
        assert!(statement.contains(&format!("auth      ssh-key ECDSA {print}\n")), "{statement}");
    }
    let said = site.mop(&["sign", &run, "--as", "alice", "--key", &site.key_path("bob"), "--print"], "").with(1);
    assert!(said.contains("is not in the roster under that name"), "{said}");
}

#[test]
fn a_printed_statement_comes_back_with_its_signature_once() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    let statement = printed(&site, &run, "1.1");
    assert!(statement.starts_with("mop sign-off v1\n") && statement.ends_with("\nreason    -\n"), "{statement}");
    let signature = site.keys.signature("alice", SIGNOFF, statement.as_bytes());
    site.mop(&["sign", &run, "1.1", "--as", "bob", "--paste"], "").with(1);
    brought(&site, (&run, &["1.1", "--as", ALICE]), &statement, &signature).with(0);
    assert_eq!(site.records(&run)[1]["stmt"], statement.trim_end());
    let again = brought(&site, (&run, &[]), &statement, &signature).with(1);
    assert!(again.contains("this is done"), "{again}");
}

#[test]
fn a_statement_is_good_for_nothing_but_what_it_says() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let (run, other) = (site.start(), site.start());
    let statement = printed(&site, &run, "1.1");
    let signature = site.keys.signature("alice", SIGNOFF, statement.as_bytes());
    let refused =
        |args: (&str, &[&str]), statement: &str, signature: &str| brought(&site, args, statement, signature).with(1);
    assert!(refused((&other, &[]), &statement, &signature).contains("about another run"));
    assert!(
        refused((&run, &["1.2"]), &statement, &signature)
            .contains("the statement is about 1.1 (one/first), and not about 1.2")
    );
    assert!(
        refused((&run, &["--as", "bob"]), &statement, &signature).contains("is alice@example.com's, and not bob's")
    );
    let moved = statement.replace("one/first \"First thing\"", "one/both \"Both sign\"");
    assert!(refused((&run, &[]), &moved, &signature).contains("locked: 1.1 comes first"));
    let bobs = site.keys.signature("bob", SIGNOFF, statement.as_bytes());
    assert!(refused((&run, &[]), &statement, &bobs).contains("by another key than the statement names"));
    let shown = statement.replace("shown     sha256:", "shown     sha256:0");
    assert!(refused((&run, &[]), &shown, &signature).contains("its line `shown` is not what the run says now"));
    let old = statement.replacen("time      2", "time      1", 1);
    assert!(refused((&run, &[]), &old, &signature).contains("more than 24 hours ago"));
    assert!(refused((&run, &[]), statement.trim_end(), &signature).contains("one line feed"));
    assert!(refused((&run, &[]), &statement, "").contains("there is no signature"));
    assert_eq!(site.records(&run).len(), 1, "whatever does not fit is not recorded");
    let forged = site.keys.signature("alice", SIGNOFF, b"something else\n");
    assert!(refused((&run, &[]), &statement, &forged).contains("the text is not the one that was signed"));
    assert_eq!(site.records(&run)[1]["t"], "identity_refused");
    brought(&site, (&run, &[]), &statement, &signature).with(0);
}

#[test]
fn a_statement_does_not_outlive_a_change_of_its_step() {
    needs!(OPENSSH);
    let site = Site::with_keys();
    let run = site.start();
    site.mop(&["sign", &run, "1.1", "--as", "bob", "--yes"], "").with(0);
    let statement = printed(&site, &run, "1.2");
    let signature = site.keys.signature("alice", SIGNOFF, statement.as_bytes());
    site.mop(&["sign", &run, "1.2", "--as", "bob", "--yes"], "").with(0);
    let said = brought(&site, (&run, &[]), &statement, &signature).with(1);
    assert!(said.contains("its line `meaning` is not what the run says now"), "{said}");
    assert_eq!(site.records(&run).len(), 3);
}
