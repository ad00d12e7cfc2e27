//! Several terminals at one run: each looks for itself, and who has the wheel records.

use std::fs;

use super::STEPS;
use super::ground::{FIRST, Ground, Mode, done, until_all, until_status};
use crate::flow::pty::Pty;

#[test]
fn only_who_has_the_wheel_records_what_changed_and_who_takes_it_records_what_differs() {
    let mut ground = Ground::new();
    ground.file("elsewhere", "97\n");
    let mut ada = ground.begin("id: look, title: It is quiet, check: load\nid: two, title: Two\nid: last, title: Last");
    until_all(&mut ada, &["load is ok: 10", "home is ok"]);
    done(&mut ada, "1.1");
    ground.site.environment.push(("VIEW", "elsewhere".to_owned()));
    let mut bob = ground.site.talk(&["join", &ground.site.id(), "--plain", "--as", "Bob"]);
    bob.until("(ready)>");
    until_status(&mut bob, "load", "bad load: ");
    // What comes after this was decided with what he saw.
    bob.say("note");
    bob.say("text = it is loud here");
    ada.until("Bob remarked: it is loud here");
    ada.say("sign 1.2");
    bob.until("Ada signed 1.2");
    assert_eq!(ground.states("load"), ["ok"]);
    assert!(ground.of_kind("item_rechecked").is_empty(), "what he sees from there is not what was proved here");
    ada.kill();
    bob.say("take-wheel");
    until_all(&mut bob, &["Bob took the wheel", "load is bad and was ok: ", "1.1 is not good any more: load is bad"]);
    bob.end().with(0);
    assert_eq!((ground.states("load"), ground.of_kind("item_rechecked").len()), (vec!["ok".into(), "bad".into()], 1));
}

/// Cancels what goes on at another terminal of the same person.
fn cancel(ground: &Ground, step: &str) {
    let id = ground.site.id();
    let mut pty = Pty::start(ground.site.state.path(), &["join", &id, "--plain", "--as", "Ada"], &[]);
    pty.wait_for("(running)>");
    pty.press(&format!("cancel {step}\r"));
    pty.wait_for("why> ");
    pty.press("Too long\r");
    pty.wait_for("(failed)>");
    pty.press("leave\r");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn a_cancel_from_another_terminal_ends_a_download_that_this_one_began() {
    let ground = Ground::new();
    let mut talk = ground.begin(STEPS);
    done(&mut talk, "1.1");
    ground.set(Mode::Held);
    talk.say("start 1.2");
    let part = ground.site.folder.path().join("package.zip.part");
    while fs::metadata(&part).map_or(0, |part| part.len()) < FIRST as u64 {
        std::thread::yield_now();
    }
    cancel(&ground, "1.2");
    talk.until("stopped after");
    talk.until("(failed)>");
    let end = &ground.of_kind("action_ended")[1];
    assert!(end["why"].as_str().unwrap().contains("what came is in"), "{end}");
    talk.end().with(0);
}

#[test]
fn a_cancel_from_another_terminal_ends_a_check_that_this_one_began() {
    let ground = Ground::new();
    let mut talk = ground.begin(STEPS);
    ground.set(Mode::Held);
    talk.say("start 1.1");
    talk.until("Ada started 1.1");
    cancel(&ground, "1.1");
    talk.until("cut short");
    talk.until("(failed)>");
    talk.end().with(0);
}

#[test]
fn who_looks_on_without_a_name_sees_and_records_nothing() {
    let ground = Ground::new();
    let mut talk = ground.begin(STEPS);
    until_all(&mut talk, &["home is ok"]);
    done(&mut talk, "1.1");
    talk.say("leave");
    talk.end().with(0);
    let before = ground.site.records().len();
    ground.set(Mode::Down);
    let mut guest = ground.site.talk(&["join", &ground.site.id(), "--watch", "--plain"]);
    guest.until("(ready)>");
    until_status(&mut guest, "home", "bad home: ");
    guest.end().with(0);
    assert_eq!(ground.site.records().len(), before);
}

#[test]
fn when_who_looked_is_killed_beside_others_who_takes_the_wheel_goes_on_with_it() {
    let ground = Ground::new();
    let mut ada = ground.begin(STEPS);
    done(&mut ada, "1.1");
    let id = ground.site.id();
    let mut cleo = ground.site.talk(&["join", &id, "--plain", "--as", "Cleo"]);
    cleo.until("(ready)>");
    let mut bob = Pty::start(ground.site.state.path(), &["join", &id, "--plain", "--as", "Bob"], &[]);
    bob.wait_for("(ready)>");
    ground.set(Mode::Held);
    ada.say("start 1.2");
    bob.wait_for("(running)>");
    ada.kill();
    ground.set(Mode::Up);
    bob.press("take-wheel\r");
    cleo.until("Bob took the wheel, as the one who had it is gone");
    cleo.until("1.2 ended after");
    bob.press_until("leave\r", "The run stays as it is");
    assert_eq!(bob.wait_for_end(), 0);
    cleo.end().with(0);
    let ends = ground.of_kind("action_ended");
    assert_eq!((ends.len(), &ends[1]["found"]), (2, &"checked".into()), "{ends:?}");
}
