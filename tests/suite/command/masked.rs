//! Secrets: the command has them, and nothing that is written or listed has.

use std::fs;

use mop::exec::command::{Order, Secret, Stream};

use super::ground::{Ground, ended, shell, supervisor};

const SECRET: &str = "correct-horse-battery";

fn with_secret(line: &str) -> Order {
    let secret = || Secret::new(SECRET.to_owned());
    Order {
        secrets: vec![("MOP_SECRET_p".to_owned(), secret())],
        masked: vec![Secret::new("other".to_owned()), secret()],
        ..shell(line)
    }
}

fn has(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn a_secret_is_in_the_environment_and_masked_in_both_outputs() {
    let ground = Ground::new();
    let line = r#"echo "<$MOP_SECRET_p>"; echo "other $MOP_SECRET_p" >&2; printf %s "$MOP_SECRET_p" | base64; test ${#MOP_SECRET_p} = 21"#;
    let ended = ground.run_order(&with_secret(line));
    assert_eq!(ended.end.how, mop::exec::command::How::Exit(0));
    assert_eq!(ended.text(Stream::Out), "<redacted:2>\nredacted:2\n");
    assert_eq!(ended.text(Stream::Err), "redacted:1 redacted:2\n");
    assert!(!has(&ground.all_bytes(), SECRET) && !has(&ground.all_bytes(), "battery"));
}

#[test]
fn a_secret_that_comes_in_pieces_is_masked_and_its_beginning_alone_is_told() {
    let ground = Ground::new();
    let gates: Vec<_> = (0..3).map(|at| ground.gate(&format!("gate{at}"))).collect();
    let wait = |at: usize| format!("cat {} >/dev/null", gates[at].0.display());
    let line = format!(
        "printf correct-; {}; printf horse-; {}; printf 'battery! '; {}; printf correct-hor",
        wait(0),
        wait(1),
        wait(2)
    );
    let mut running = ground.start(&with_secret(&line));
    gates.iter().for_each(super::ground::Gate::open);
    let ended = ended(&mut running);
    assert_eq!(ended.good(), "redacted:2! correct-hor");
    assert!(!has(&ground.all_bytes(), SECRET));
}

#[test]
fn a_secret_at_every_place_around_the_end_of_a_read_is_masked() {
    let ground = Ground::new();
    // Reads are of at most 64 KiB: the value comes to lie across the end of one many times.
    let line = r#"i=0; while [ $i -lt 60 ]; do head -c $((65536 - 60 + i)) /dev/zero | tr '\0' x; printf %s "$MOP_SECRET_p"; i=$((i+1)); done"#;
    let ended = ground.run_order(&with_secret(line));
    let out = ended.good();
    assert_eq!(out.matches("redacted:2").count(), 60);
    assert!(!has(&ground.all_bytes(), SECRET) && out.trim_matches('x').len() < out.len());
}

#[test]
fn nothing_that_can_be_listed_has_a_secret() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let mut running = ground.start(&with_secret(&format!("echo {SECRET}; cat {}", gate.0.display())));
    let pid = supervisor(&mut running);
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    assert!(has(&command, "supervise") && !has(&command, SECRET));
    // Only root may look at these at all.
    for hidden in ["environ", "fd/0"] {
        assert!(!has(&fs::read(format!("/proc/{pid}/{hidden}")).unwrap_or_default(), SECRET), "{hidden}");
    }
    assert!(!format!("{running:?}").contains(SECRET));
    gate.open();
    assert_eq!(ended(&mut running).text(Stream::Out), "redacted:2\ngo\n");
    assert!(!has(&ground.all_bytes(), SECRET));
}

#[test]
fn what_could_not_be_started_is_told_without_a_secret() {
    let ground = Ground::new();
    let order = Order { folder: Some(format!("/no/{SECRET}")), ..with_secret("true") };
    let ended = ground.run_order(&order);
    assert_eq!(ended.end.how.to_string(), "it could not be started: the folder /no/redacted:2 is not there");
    assert!(!has(&ground.all_bytes(), SECRET));
}
