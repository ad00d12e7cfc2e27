//! Probes, checks, downloads and archives of a run, with the program itself: what is looked at is there, goes
//! away, comes back and hangs, and what is recorded of it is so.

pub mod ground;
mod killed;
mod together;

use std::fs;

use crate::fetch::ground::sha256;
use ground::{Ground, Mode, done, until_all, until_status};

/// The steps of most tests.
const STEPS: &str = "id: look, title: The page answers, check: home
id: get, title: Get the package, fetch: { url: \"URL/package.zip\", to: \"FOLDER/package.zip\", sha256: \"SUM\" }
id: open, title: Open the package, package: { file: \"FOLDER/package.zip\", has: [a.txt], holds: { a.txt: version 7 } }
id: calm, title: All is calm, wait: { check: [home, load, door], at_most: 1m, steady: 1s }
id: last, title: Last";

#[test]
fn a_run_looks_downloads_opens_and_waits_and_records_what_it_saw() {
    let ground = Ground::new();
    let mut talk = ground.begin(STEPS);
    until_all(&mut talk, &["home is ok: 200", "door is ok: ", "room is ok: ", "load is ok: 10", "log is ok: begun"]);
    for step in ["1.1", "1.2", "1.3", "1.4"] {
        done(&mut talk, step);
    }
    talk.say("sign 1.5");
    talk.until("1.5");
    talk.say("seal");
    talk.end().with(0);
    let ends: Vec<_> = ground.of_kind("action_ended");
    let told: Vec<_> = ends.iter().map(|end| (end["step"].as_str().unwrap(), end["found"].as_str().unwrap())).collect();
    assert_eq!(told, [("one/look", "sensed"), ("one/get", "checked"), ("one/open", "checked"), ("one/calm", "sensed")]);
    assert!(ends[1]["why"].as_str().unwrap().contains("its SHA-256 is the one that is wanted"), "{}", ends[1]);
    let saw: Vec<_> =
        ends[3]["sightings"].as_array().unwrap().iter().map(|saw| saw["probe"].as_str().unwrap()).collect();
    assert_eq!(saw, ["home", "load", "door"]);
    for probe in ["home", "door", "room", "load", "log"] {
        assert_eq!(ground.states(probe), ["ok"]);
    }
    let said = ground.site.mop(&["verify", &ground.site.id()], "");
    assert!(said.out.starts_with("NOBODY SIGNED THE SEAL"), "{}{}", said.out, said.err);
}

#[test]
fn a_statement_names_what_the_probes_said_by_its_hash_and_the_blob_has_a_line_for_each() {
    let ground = Ground::new();
    let mut talk = ground.begin("id: here, title: Sign here\nid: two, title: And here");
    until_all(&mut talk, &["home is ok", "door is ok", "room is ok", "load is ok", "log is ok"]);
    talk.say("sign 1.1");
    let line = talk.until("probes    sha256:").trim().to_owned();
    let (hash, age) = line.strip_prefix("probes    sha256:").unwrap().split_once(" age=").unwrap();
    assert!(age.ends_with('s') && age.trim_end_matches('s').bytes().all(|byte| byte.is_ascii_digit()), "{line}");
    talk.until("receipt of record");
    let text = fs::read_to_string(ground.site.run().join("blobs").join(&hash[..2]).join(hash)).unwrap();
    assert_eq!(sha256(text.as_bytes()), hash);
    let lines: Vec<Vec<_>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let states: Vec<_> = lines.iter().map(|line| (line[0], line[1], line[2].split(' ').next().unwrap())).collect();
    assert_eq!(states[0], ("home", "ok", "200"));
    assert_eq!(states[3], ("load", "ok", "10"));
    assert_eq!(states.iter().map(|state| state.0).collect::<Vec<_>>(), ["home", "door", "room", "load", "log"]);
    assert_eq!(lines[3][4], format!("sha256:{}", sha256(b"10\n")));
    assert!(lines.iter().all(|line| line.len() == 5 && line[3].ends_with('Z')), "{text}");
    talk.end().with(0);
}

#[test]
fn what_was_proved_by_looking_is_marked_when_it_turns_bad_and_again_when_it_is_good() {
    let mut ground = Ground::new();
    let mut talk = ground.begin("id: look, title: The page answers, check: [home, door]\nid: last, title: Last");
    done(&mut talk, "1.1");
    ground.set(Mode::Down);
    until_all(&mut talk, &["home is bad and was ok: ", "1.1 is not good any more: home is bad: "]);
    talk.say("list");
    let line = talk.until("1.1 one/look");
    assert!(line.contains("regressed"), "{line}");
    ground.set(Mode::Up);
    until_all(&mut talk, &["home is ok and was bad: 200", "1.1 is still good"]);
    ground.open_door(false);
    until_all(&mut talk, &["door is bad and was ok", "1.1 is not good any more: door is bad"]);
    ground.open_door(true);
    until_all(&mut talk, &["door is ok and was bad"]);
    talk.until("1.1 is still good");
    talk.end().with(0);
    assert_eq!((ground.states("home"), ground.states("door")), (vec_of("ok bad ok"), vec_of("ok bad ok")));
    let marks = ground.of_kind("item_rechecked");
    assert_eq!(marks.iter().map(|mark| mark["why"].is_null()).collect::<Vec<_>>(), [false, true, false, true]);
}

fn vec_of(words: &str) -> Vec<String> {
    words.split(' ').map(str::to_owned).collect()
}

#[test]
fn an_alert_in_a_log_and_a_number_that_is_too_high_are_recorded_once_each() {
    let ground = Ground::new();
    let mut talk = ground.begin("id: last, title: Last");
    until_all(&mut talk, &["log is ok", "load is ok"]);
    ground.append("app.log", "ERR one\n");
    ground.file("load", "97\n");
    until_all(&mut talk, &["log is warn and was ok: an alert", "load is bad and was ok: expected a number < 90"]);
    ground.append("app.log", "ERR two\n");
    until_status(&mut talk, "log", "ERR two");
    until_status(&mut talk, "load", "bad load: ");
    talk.end().with(0);
    assert_eq!((ground.states("log"), ground.states("load")), (vec_of("ok warn"), vec_of("ok bad")));
}

#[test]
fn a_rehearsal_looks_at_nothing() {
    let ground = Ground::new();
    let book = ground.book(STEPS);
    let lines = "status\nstart 1.1\nsign 1.1\nstart 1.2\nsign 1.2\nstart 1.3\nsign 1.3\nstart 1.4\nstatus\n";
    let said = ground.site.mop(&["rehearse", &book, "--plain", "--as", "Ada"], lines).with(0);
    assert_eq!(said.out.matches("unknown home: not looked at: this is a rehearsal").count(), 2, "{}", said.out);
    assert_eq!(said.out.matches("shown and not run: this is a rehearsal").count(), 4, "{}", said.out);
    assert!(!said.out.contains(" is ok"), "{}", said.out);
    assert!(ground.web.asked().is_empty());
    assert!(!ground.site.folder.path().join("package.zip").exists());
}

#[test]
fn a_probe_that_needs_a_secret_stays_unknown_until_it_was_typed() {
    let ground = Ground::new();
    let book = ground.book("id: look, title: The page answers, check: home\nid: last, title: Last");
    let text = fs::read_to_string(&book).unwrap();
    let url = ground.web.url("/");
    let text = text.replace(
        &format!("http: \"{url}\""),
        &format!("http: {{ url: \"{url}\", headers: {{ Authorization: \"Bearer {{{{ token }}}}\" }} }}"),
    );
    let text = text.replace("status:\n", "inputs: { token: { ask: The token, type: secret } }\nstatus:\n");
    fs::write(&book, text).unwrap();
    let mut talk = ground.site.talk(&["run", &book, "--plain", "--as", "Ada"]);
    talk.until("(ready)>");
    until_all(&mut talk, &["door is ok", "load is ok"]);
    talk.say("status");
    talk.until("unknown home: ");
    talk.until("Probes wait for token: the word secrets asks for them.");
    assert!(ground.web.asked().is_empty() && ground.states("home").is_empty());
    talk.say("secrets");
    talk.say("token = hunter22-swordfish");
    talk.until("home is ok: 200");
    assert!(ground.web.asked().iter().all(|ask| ask.header("authorization") == Some("Bearer hunter22-swordfish")));
    talk.say("secrets");
    talk.until("refused: no probe waits for a secret");
    done(&mut talk, "1.1");
    let said = talk.end().with(1);
    assert!(!said.out.contains("swordfish"));
    let mut again = ground.resume();
    // What it would be looked at with is not known any more; a gate that cannot tell is closed.
    again.until("1.1 is not good any more: ");
    again.say("secrets");
    again.say("token = hunter22-swordfish");
    again.until("1.1 is still good");
    again.end().with(0);
}
