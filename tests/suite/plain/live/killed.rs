//! Killed while something goes on that `mop` does itself: it goes on, and how it ended is told as it was.

use std::fs;

use super::STEPS;
use super::ground::{FIRST, Ground, Mode, done, until_all};
use crate::flow::pty::Pty;
use crate::package::archive::{raw, zip};

#[test]
fn killed_inside_a_check_it_looks_again_and_what_it_finds_is_told() {
    for (mode, found, words) in [(Mode::Up, "sensed", "200"), (Mode::Down, "failed", "503")] {
        let ground = Ground::new();
        let mut talk = ground.begin(STEPS);
        ground.set(Mode::Held);
        talk.say("start 1.1");
        talk.until("Ada started 1.1");
        talk.kill();
        assert!(ground.of_kind("action_ended").is_empty());
        let mut talk = ground.resume();
        talk.until("Ada resumed the run");
        ground.set(mode);
        talk.until("mop 1.1 ended after");
        let ends = ground.of_kind("action_ended");
        assert_eq!((ends.len(), &ends[0]["found"], &ends[0]["attempt"]), (1, &found.into(), &1.into()));
        assert!(ends[0]["why"].as_str().unwrap().contains(words), "{}", ends[0]);
        talk.end().with(0);
    }
}

#[test]
fn killed_inside_a_download_it_goes_on_where_it_was() {
    let ground = Ground::new();
    let mut talk = ground.begin(STEPS);
    done(&mut talk, "1.1");
    ground.set(Mode::Held);
    talk.say("start 1.2");
    let part = ground.site.folder.path().join("package.zip.part");
    while fs::metadata(&part).map_or(0, |part| part.len()) < FIRST as u64 {
        std::thread::yield_now();
    }
    talk.kill();
    ground.set(Mode::Up);
    let mut talk = ground.resume();
    talk.until("mop 1.2 ended after");
    done_signing(&mut talk, "1.2");
    let asked = ground.web.asked();
    let froms: Vec<_> = asked.iter().filter(|ask| ask.path() == "/package.zip").map(|ask| ask.from()).collect();
    assert!(matches!(froms[..], [0, from] if from >= FIRST), "{froms:?}");
    let end = &ground.of_kind("action_ended")[1];
    assert_eq!((&end["step"], &end["found"]), (&"one/get".into(), &"checked".into()), "{end}");
    assert!(!part.exists());
    done(&mut talk, "1.3");
    talk.end().with(0);
}

fn done_signing(talk: &mut crate::plain::site::Talk, step: &str) {
    talk.until("(to sign)>");
    talk.say(&format!("sign {step}"));
    talk.until("receipt of record");
}

#[test]
fn killed_inside_an_archive_it_opens_it_again() {
    let ground = Ground::new();
    let large = zip(&[raw("a.txt", b"version 7"), raw("filling", vec![7; 48 << 20])]);
    fs::write(ground.site.folder.path().join("large.zip"), large).unwrap();
    let mut talk = ground.begin("id: open, title: Open it, package: { file: \"FOLDER/large.zip\", has: [a.txt] }");
    talk.say("start 1.1");
    talk.until("Ada started 1.1");
    talk.kill();
    let mut talk = ground.resume();
    done_signing(&mut talk, "1.1");
    talk.end().with(0);
    let ends = ground.of_kind("action_ended");
    assert_eq!((ends.len(), &ends[0]["found"]), (1, &"checked".into()), "{ends:?}");
}

#[test]
fn killed_inside_a_wait_for_a_check_it_waits_on() {
    let ground = Ground::new();
    ground.set(Mode::Down);
    let mut talk = ground.begin("id: calm, title: All is calm, wait: { check: home, at_most: 10m, steady: 1s }");
    talk.until("home is bad: ");
    talk.say("start 1.1");
    talk.until("Ada started 1.1");
    talk.kill();
    let mut talk = ground.resume();
    talk.until("Ada resumed the run");
    ground.set(Mode::Up);
    talk.until("mop 1.1 ended after");
    talk.until("(to sign)>");
    talk.end().with(0);
    let ends = ground.of_kind("action_ended");
    assert_eq!((ends.len(), &ends[0]["found"]), (1, &"sensed".into()), "{ends:?}");
    assert!(ends[0]["why"].as_str().unwrap().contains("steady for 1s"), "{}", ends[0]);
    assert_eq!(ground.states("home"), ["bad", "ok"]);
}

#[test]
fn killed_inside_a_wait_for_a_time_it_waits_only_for_what_is_left_and_tells_all_of_it() {
    let ground = Ground::new();
    let mut talk = ground.begin("id: rest, title: Rest, wait: 3s");
    talk.say("start 1.1");
    talk.until("Ada started 1.1");
    talk.kill();
    let mut talk = ground.resume();
    talk.until("mop 1.1 ended after");
    talk.end().with(0);
    let (start, end) = (&ground.of_kind("action_started")[0], &ground.of_kind("action_ended")[0]);
    let at = |record: &serde_json::Value| {
        chrono::DateTime::parse_from_rfc3339(record["ts"].as_str().unwrap()).unwrap().timestamp_millis()
    };
    let (took, between) = (end["took_ms"].as_i64().unwrap(), at(end) - at(start));
    assert!(took >= 3000 && took <= between, "{took} of {between}: {end}");
}

#[test]
fn after_a_kill_what_was_proved_is_looked_at_before_anything_else_may_be_done() {
    let ground = Ground::new();
    let mut talk = ground.begin(STEPS);
    done(&mut talk, "1.1");
    talk.kill();
    ground.set(Mode::Held);
    let mut pty = Pty::start(ground.site.state.path(), &["resume", "--plain", "--as", "Ada"], &[]);
    pty.wait_for("one/get (");
    pty.press("start 1.2\r");
    pty.wait_for("refused: one item is being looked at again; wait for it");
    assert_eq!(ground.of_kind("action_started").len(), 1);
    ground.set(Mode::Down);
    pty.wait_for("1.1 is not good any more: ");
    ground.set(Mode::Up);
    pty.wait_for("1.1 is still good");
    pty.press_until("start 1.2\r", "one/get (to sign)");
    pty.press("leave\r");
    assert_eq!(pty.wait_for_end(), 0);
    let kinds: Vec<_> = ground.site.records().iter().map(|record| record["t"].as_str().unwrap().to_owned()).collect();
    let at = |kind: &str| kinds.iter().rposition(|known| known == kind).unwrap();
    assert!(at("item_rechecked") < at("action_started"), "{kinds:?}");
}

#[test]
fn after_a_kill_what_is_bad_by_then_is_marked() {
    let ground = Ground::new();
    let mut talk = ground.begin(STEPS);
    until_all(&mut talk, &["home is ok"]);
    done(&mut talk, "1.1");
    talk.kill();
    ground.set(Mode::Down);
    let mut talk = ground.resume();
    until_all(&mut talk, &["1.1 is not good any more: ", "home is bad and was ok: "]);
    talk.say("list");
    assert!(talk.until("1.1 one/look").contains("regressed"));
    talk.say("retry 1.1");
    talk.say("mended = nothing");
    talk.until("(failed)>");
    ground.set(Mode::Up);
    talk.say("retry 1.1");
    talk.say("mended = the page");
    done_signing(&mut talk, "1.1");
    talk.end().with(0);
}
