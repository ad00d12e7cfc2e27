//! Tables: what was seen, what was wanted, and what that means.

use super::*;
use crate::exec::command::{Expected, ExpectedOutput, Moment, Stop, Tally};
use crate::runbook::expression::Compare;
use crate::runbook::model::Bytes;
use crate::runbook::model::NumberTest;
use crate::runbook::value::Value;

const NOW_MS: i64 = 1_772_402_400_000;
const DAY_MS: i64 = 86_400_000;

fn reading(facts: Facts) -> Reading {
    let at = Moment { wall_ms: NOW_MS, boot_ns: 1 };
    Reading { at, took: Duration::from_millis(210), facts, digest: None, bytes: 0, dropped: 0 }
}

fn answer(status: u16, body: &str) -> Reading {
    certified(status, body, None)
}

fn certified(status: u16, body: &str, ends_ms: Option<i64>) -> Reading {
    reading(Facts::Web { status, ends_ms, body: Kept::whole(body.as_bytes().to_vec()) })
}

fn ended(how: How, out: &str) -> Reading {
    let end = End {
        host: None,
        how,
        stopped: None,
        killed: false,
        left_running: false,
        started: Moment::default(),
        ended: Moment { wall_ms: NOW_MS, boot_ns: 2_000_000_000 },
        out: Tally::default(),
        err: Tally::default(),
    };
    let printed = Printed { out: Kept::whole(out.as_bytes().to_vec()), err: Kept::default() };
    reading(Facts::Ran { end: Box::new(end), printed })
}

fn log(alerts: u64, last_s: Option<u64>, clean_s: u64) -> Reading {
    let lines = vec![Shown::line("started"), Shown::line("ready")];
    let last = last_s.map(|ago| (Duration::from_secs(ago), Shown::line("ERROR disk")));
    reading(Facts::Log(Log { lines, alerts, last, clean: Duration::from_secs(clean_s), missed: 0 }))
}

fn plain(change: impl FnOnce(&mut Expected)) -> Wanted {
    let mut wanted = Wanted::default();
    change(&mut wanted.plain);
    wanted
}

fn contains(text: &str) -> Wanted {
    plain(|plain| plain.output = ExpectedOutput { contains: vec![text.to_owned()], ..ExpectedOutput::default() })
}

fn matches(pattern: &str) -> Wanted {
    plain(|plain| plain.output = ExpectedOutput { matches: Some(pattern.to_owned()), ..ExpectedOutput::default() })
}

fn number(compare: Compare, number: f64) -> Wanted {
    let number = Some(NumberTest { compare, number });
    plain(|plain| plain.output = ExpectedOutput { number, ..ExpectedOutput::default() })
}

fn json(pointer: &str, value: Value) -> Wanted {
    plain(|plain| plain.json = vec![(pointer.to_owned(), value)])
}

#[track_caller]
fn holds(table: &[(Reading, Wanted, ProbeState, &str)]) {
    for (reading, wanted, state, words) in table {
        let judged = judge(reading, wanted);
        assert_eq!(judged.state, *state, "{wanted:?}: {}", judged.sentence);
        assert!(judged.sentence.as_str().contains(words), "{} has no {words:?}", judged.sentence);
    }
}

#[test]
fn an_answer_is_held_against_status_texts_time_and_json() {
    let text = |text: &str| Value::Text(text.to_owned());
    let status = |from, to| Wanted { status: vec![StatusCode { from, to }], ..Wanted::default() };
    let within = |ms| plain(|plain| plain.within = Some(Length::from_millis(ms)));
    holds(&[
        (answer(200, ""), Wanted::default(), ProbeState::Ok, "200  0.21 s"),
        (answer(204, ""), Wanted::default(), ProbeState::Ok, "204"),
        (answer(301, ""), Wanted::default(), ProbeState::Bad, "expected status 2xx; it is 301"),
        (answer(404, ""), status(404, 404), ProbeState::Ok, "404"),
        (answer(200, ""), status(404, 404), ProbeState::Bad, "expected status 404; it is 200"),
        (answer(503, ""), status(300, 399), ProbeState::Bad, "expected status 3xx; it is 503"),
        (answer(200, ""), within(210), ProbeState::Ok, "200"),
        (answer(200, ""), within(209), ProbeState::Bad, "expected an answer within 209ms; it took 210ms"),
        (answer(200, "all is up"), contains("is up"), ProbeState::Ok, "200"),
        (answer(200, "all is down"), contains("is up"), ProbeState::Bad, "expected the answer to contain `is up`"),
        (answer(200, "v12"), matches("v[0-9]+$"), ProbeState::Ok, "200"),
        (answer(200, "vv"), matches("v[0-9]+$"), ProbeState::Bad, "expected the answer to match"),
        (answer(200, "load 0.42"), number(Compare::Less, 0.5), ProbeState::Ok, "200"),
        (answer(200, "load 0.52"), number(Compare::Less, 0.5), ProbeState::Bad, "it is 0.52"),
        (answer(200, r#"{"a":{"state":"up"}}"#), json("/a/state", text("up")), ProbeState::Ok, "200"),
        (answer(200, r#"{"a":{"state":"down"}}"#), json("/a/state", text("up")), ProbeState::Bad, "/a/state to be up"),
        (answer(200, "<html>"), json("/a", text("up")), ProbeState::Bad, "expected the answer to be JSON"),
        (answer(200, r#"{"n":3}"#), json("/n", Value::Number(3.0)), ProbeState::Ok, "200"),
        (answer(200, r#"{"n":true}"#), json("/n", Value::Bool(false)), ProbeState::Bad, "/n to be no"),
    ]);
}

#[test]
fn a_certificate_that_ends_soon_is_a_warning_and_one_that_has_ended_is_bad() {
    let wanted = |days| Wanted { not_after: Some(Length::from_millis(days * DAY_MS as u64)), ..Wanted::default() };
    let ends = |days: i64| certified(200, "", Some(NOW_MS + days * DAY_MS));
    holds(&[
        (ends(90), wanted(14), ProbeState::Ok, "certificate 90 d"),
        (ends(14), wanted(14), ProbeState::Ok, "certificate 14 d"),
        (ends(13), wanted(14), ProbeState::Warn, "ends in 13 days; expected at least 14d"),
        (certified(200, "", Some(NOW_MS + 7_200_000)), wanted(14), ProbeState::Warn, "ends in 2h;"),
        (ends(-1), wanted(14), ProbeState::Bad, "the certificate has ended"),
        (answer(200, ""), wanted(14), ProbeState::Unknown, "there is no certificate"),
        (ends(13), Wanted::default(), ProbeState::Ok, "certificate 13 d"),
    ]);
    let both = Wanted { not_after: Some(Length::seconds(99_999_999)), ..contains("up") };
    let judged = judge(&ends(1), &both);
    assert_eq!(judged.state, ProbeState::Bad, "what is worse goes first");
    assert!(!judged.sentence.as_str().contains("certificate"), "{}", judged.sentence);
}

#[test]
fn a_command_is_judged_as_one_of_a_step_and_what_never_ran_is_unknown() {
    let exit = |codes: &[u32]| plain(|plain| plain.exit = codes.to_vec());
    let mut far = ended(How::Exit(255), "");
    let mut late = ended(How::Signal(15), "");
    if let Facts::Ran { end, .. } = &mut far.facts {
        end.host = Some("app1".to_owned());
    }
    if let Facts::Ran { end, .. } = &mut late.facts {
        end.stopped = Some(Stop::TimedOut);
    }
    holds(&[
        (ended(How::Exit(0), "one\ntwo\n\n"), Wanted::default(), ProbeState::Ok, "two"),
        (ended(How::Exit(0), ""), Wanted::default(), ProbeState::Ok, "ended well, without a word"),
        (ended(How::Exit(1), ""), Wanted::default(), ProbeState::Bad, "expected it to end with status 0"),
        (ended(How::Exit(3), ""), exit(&[3]), ProbeState::Ok, "status 3"),
        (ended(How::Exit(0), "42 files"), number(Compare::GreaterOrEqual, 42.0), ProbeState::Ok, "42 files"),
        (ended(How::Exit(0), "41 files"), number(Compare::GreaterOrEqual, 42.0), ProbeState::Bad, "it is 41"),
        (ended(How::Exit(0), "ready"), contains("ready"), ProbeState::Ok, "ready"),
        (
            ended(How::NotStarted("x is not installed".to_owned()), ""),
            Wanted::default(),
            ProbeState::Unknown,
            "not installed",
        ),
        (ended(How::Exit(255), ""), Wanted::default(), ProbeState::Bad, "status 255"),
        (far, Wanted::default(), ProbeState::Unknown, "perhaps because ssh could not reach app1"),
        (late, Wanted::default(), ProbeState::Bad, "it did not end in time"),
    ]);
}

#[test]
fn an_alert_in_a_log_is_a_warning_or_bad_and_silence_is_proved_by_time() {
    let none_for = |minutes| Wanted { none_for: Some(Length::minutes(minutes)), ..Wanted::default() };
    holds(&[
        (log(0, None, 5), Wanted::default(), ProbeState::Ok, "ready"),
        (log(2, Some(5), 5), Wanted::default(), ProbeState::Warn, "an alert 5s ago: ERROR disk"),
        (log(2, Some(700), 700), Wanted::default(), ProbeState::Ok, "2 alerts; ready"),
        (log(1, Some(59), 59), none_for(1), ProbeState::Bad, "one came 59s ago: ERROR disk"),
        (log(1, Some(60), 60), none_for(1), ProbeState::Ok, "1 alert; ready"),
        (log(0, None, 60), none_for(1), ProbeState::Ok, "ready"),
        (log(0, None, 59), none_for(1), ProbeState::Unknown, "known only for the last 59s"),
        (log(0, None, 5), contains("ready"), ProbeState::Ok, "ready"),
        (log(0, None, 5), contains("gone"), ProbeState::Bad, "expected the end of the log to contain `gone`"),
    ]);
}

#[test]
fn room_is_held_against_a_size_or_a_share() {
    let wanted = |more| Wanted { more_than: Some(more), ..Wanted::default() };
    let room = |free, total| reading(Facts::Room { free, total });
    holds(&[
        (room(1 << 30, 1 << 32), Wanted::default(), ProbeState::Ok, "1.0 GiB free, 25 %"),
        (room(101, 200), wanted(More::Bytes(Bytes(100))), ProbeState::Ok, "101 B free"),
        (
            room(100, 200),
            wanted(More::Bytes(Bytes(100))),
            ProbeState::Bad,
            "expected more than 100 B free; it is 100 B (50.0 %)",
        ),
        (room(101, 1000), wanted(More::Percent(10)), ProbeState::Ok, "10 %"),
        (room(100, 1000), wanted(More::Percent(10)), ProbeState::Bad, "expected more than 10 % free"),
        (room(0, 0), wanted(More::Percent(0)), ProbeState::Bad, "expected more than 0 % free"),
    ]);
}

#[test]
fn a_name_must_have_the_addresses_and_no_others_in_any_order() {
    let is = |addresses: &[&str]| Wanted {
        is: addresses.iter().map(|&text| text.to_owned()).collect(),
        ..Wanted::default()
    };
    let named =
        |addresses: &[&str]| reading(Facts::Names(addresses.iter().map(|text| text.parse().unwrap()).collect()));
    holds(&[
        (named(&["192.0.2.7", "::1"]), Wanted::default(), ProbeState::Ok, "192.0.2.7, ::1"),
        (named(&["192.0.2.7", "::1"]), is(&["0:0::1", "192.0.2.7"]), ProbeState::Ok, "192.0.2.7"),
        (
            named(&["192.0.2.7"]),
            is(&["192.0.2.7", "192.0.2.8"]),
            ProbeState::Bad,
            "expected 192.0.2.7, 192.0.2.8; it is 192.0.2.7",
        ),
        (named(&["192.0.2.7", "192.0.2.8"]), is(&["192.0.2.7"]), ProbeState::Bad, "expected 192.0.2.7;"),
        (named(&["192.0.2.7"]), is(&["site"]), ProbeState::Unknown, "`site` is no address"),
        (named(&["192.0.2.7"]), contains("192.0.2"), ProbeState::Ok, "192.0.2.7"),
        (named(&["192.0.2.7"]), contains("198.51"), ProbeState::Bad, "expected the answer to contain"),
    ]);
}

#[test]
fn what_was_not_seen_is_bad_or_unknown_whatever_was_wanted() {
    holds(&[
        (reading(Facts::Failed(Failure::bad("nobody listens"))), contains("up"), ProbeState::Bad, "nobody listens"),
        (reading(Facts::Failed(Failure::unknown("no such file"))), contains("up"), ProbeState::Unknown, "no such file"),
        (reading(Facts::Connected), Wanted::default(), ProbeState::Ok, "connected  210 ms"),
    ]);
}

#[test]
fn what_comes_from_outside_reaches_nobody_raw() {
    let hostile = "\u{1b}]0;x\u{7}\u{202e}up";
    let judged = judge(&answer(200, hostile), &contains("gone"));
    assert!(!judged.sentence.as_str().contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", judged.sentence);
    let words = ended(How::Exit(0), hostile).words();
    assert!(!words.as_str().contains(['\u{1b}', '\u{7}', '\u{202e}']), "{words:?}");
}
