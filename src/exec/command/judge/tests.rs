//! Ends and outputs held against what was expected, and the sentences for people.

use std::sync::Arc;

use super::super::end::{Moment, Tally};
use super::*;
use crate::runbook::expression::Compare;
use crate::runbook::format::{Kind, Line};
use crate::runbook::model::From;

fn end(how: How) -> End {
    let started = Moment::default();
    let ended = Moment { wall_ms: 0, boot_ns: 90_000_000_000 };
    let (out, err) = (Tally::default(), Tally::default());
    End { host: None, how, stopped: None, killed: false, left_running: false, started, ended, out, err }
}

fn printed(out: &str, err: &str) -> Printed {
    let kept = |text: &str| Kept::whole(text.into());
    Printed { out: kept(out), err: kept(err) }
}

fn good() -> End {
    end(How::Exit(0))
}

fn output(expected: ExpectedOutput) -> Expected {
    Expected { output: expected, ..Expected::default() }
}

fn contains(text: &str) -> ExpectedOutput {
    ExpectedOutput { contains: vec![text.to_owned()], ..ExpectedOutput::default() }
}

fn matches(pattern: &str) -> ExpectedOutput {
    ExpectedOutput { matches: Some(pattern.to_owned()), ..ExpectedOutput::default() }
}

fn number(compare: Compare, number: f64) -> ExpectedOutput {
    ExpectedOutput { number: Some(NumberTest { compare, number }), ..ExpectedOutput::default() }
}

/// Gives the sentences; none when it passed.
fn reasons(expected: &Expected, end: &End, printed: &Printed) -> Vec<String> {
    let judged = judge(Some(expected), &[], end, printed);
    assert_eq!(judged.verdict == Verdict::Passed, judged.reasons.is_empty());
    judged.reasons.iter().map(Shown::to_string).collect()
}

#[test]
fn without_an_expectation_a_person_judges_what_ended_by_itself() {
    for how in [How::Exit(0), How::Exit(3), How::Signal(9)] {
        assert_eq!(judge(None, &[], &end(how), &printed("", "")).verdict, Verdict::ToPerson);
    }
    for stop in [Stop::TimedOut, Stop::Cancelled, Stop::Terminated] {
        let end = End { stopped: Some(stop), ..good() };
        assert_eq!(judge(None, &[], &end, &printed("", "")).verdict, Verdict::Failed);
    }
}

#[test]
fn the_status_is_held_against_those_that_are_good() {
    let two = Expected { exit: vec![0, 3], ..Expected::default() };
    assert!(reasons(&Expected::default(), &good(), &printed("", "")).is_empty());
    assert!(reasons(&two, &end(How::Exit(3)), &printed("", "")).is_empty());
    assert_eq!(
        reasons(&two, &end(How::Exit(1)), &printed("", "")),
        ["expected it to end with status 0 or 3; it ended with status 1"]
    );
    assert_eq!(
        reasons(&Expected::default(), &end(How::Signal(9)), &printed("", "")),
        ["expected it to end with status 0; it was ended by signal 9 (KILL)"]
    );
    let elsewhere = End { host: Some("app1".to_owned()), ..end(How::Exit(255)) };
    assert_eq!(
        reasons(&Expected::default(), &elsewhere, &printed("", "")),
        ["expected it to end with status 0; it ended with status 255, perhaps because ssh could not reach app1"]
    );
}

#[test]
fn what_was_not_begun_or_did_not_end_by_itself_failed_whatever_its_status() {
    let expected = output(contains("x"));
    let not_started = end(How::NotStarted("sh is not there".to_owned()));
    assert_eq!(reasons(&expected, &not_started, &printed("", "")), ["it could not be started: sh is not there"]);
    let late = End { stopped: Some(Stop::TimedOut), host: Some("app1".to_owned()), ..good() };
    assert_eq!(
        reasons(&expected, &late, &printed("x", "")),
        ["it did not end in time and was ended after 1m30s; on app1 it may still run"]
    );
}

#[test]
fn a_text_may_be_in_either_output_unless_one_is_named() {
    let either = output(contains("ready"));
    assert!(reasons(&either, &good(), &printed("not yet\nready\n", "")).is_empty());
    assert!(reasons(&either, &good(), &printed("", "ready")).is_empty());
    assert_eq!(
        reasons(&either, &good(), &printed("one\ntwo\n\n", "three")),
        ["expected the output to contain `ready`; its last line is `two`"]
    );
    let named = Expected { err: Some(contains("ready")), ..Expected::default() };
    assert_eq!(
        reasons(&named, &good(), &printed("ready", "")),
        ["expected the standard error to contain `ready`; it is empty"]
    );
}

#[test]
fn what_came_is_clipped_and_safe_in_a_sentence() {
    let long = format!("\u{1b}[31m{}", "x".repeat(10_000));
    let sentences = reasons(&output(matches("^ok$")), &good(), &printed(&long, ""));
    assert!(
        sentences[0].starts_with("expected the output to match `^ok$`; its last line is `^[[31mxxx"),
        "{sentences:?}"
    );
    assert!(sentences[0].len() < 300 && !sentences[0].contains('\u{1b}'));
}

#[test]
fn a_pattern_sees_where_the_output_really_begins_and_ends() {
    let mut cut = printed("begun\n\u{fffd}\nOK", "");
    cut.out.missing = 7;
    assert!(reasons(&output(matches("^begun")), &good(), &cut).is_empty());
    assert_eq!(
        reasons(&output(matches("^OK")), &good(), &cut),
        [
            "expected the output to match `^OK`; its last line is `OK`, and 7 bytes of it were not kept and cannot be looked at"
        ]
    );
}

#[test]
fn a_number_is_the_first_one_and_has_its_unit() {
    let expected = Expected { unit: Some("%".to_owned()), ..output(number(Compare::Less, 90.0)) };
    assert!(reasons(&expected, &good(), &printed("/dev/sda1 is 89.5% full", "95")).is_empty());
    assert!(reasons(&expected, &good(), &printed("none here", "12")).is_empty());
    assert_eq!(
        reasons(&expected, &good(), &printed("used: 95", "")),
        ["expected a number < 90 % in the output; it is 95 %"]
    );
    assert_eq!(
        reasons(&expected, &good(), &printed("much", "")),
        ["expected a number < 90 % in the output, and it has none; its last line is `much`"]
    );
    for (compare, holds) in [
        (Compare::Equal, [false, true, false]),
        (Compare::Unequal, [true, false, true]),
        (Compare::LessOrEqual, [true, true, false]),
        (Compare::Greater, [false, false, true]),
        (Compare::GreaterOrEqual, [false, true, true]),
    ] {
        for (came, holds) in ["-1", "3.0", "4e1"].iter().zip(holds) {
            let is_good = reasons(&output(number(compare, 3.0)), &good(), &printed(came, "")).is_empty();
            assert_eq!(is_good, holds, "{came} {compare:?} 3");
        }
    }
}

#[test]
fn a_sign_belongs_to_a_number_only_where_a_word_could_begin() {
    for (text, found) in
        [("disk-5", 5.0), ("load: -2", -2.0), ("x=+1.5", 1.5), ("-7", -7.0), ("v10.2.1", 10.2), ("redacted:12 3", 3.0)]
    {
        assert_eq!(first_number(text).map(|(number, _)| number), Some(found), "{text}");
    }
    assert!(first_number("none").is_none());
}

#[test]
fn values_in_json_are_held_against_their_kinds() {
    let with = |pointer: &str, value| Expected { json: vec![(pointer.to_owned(), value)], ..Expected::default() };
    let out = printed(r#"{"state":"on","n":3,"up":true,"l":["a",1],"v":"10.2"}"#, "warning");
    for (pointer, value) in [
        ("/state", Value::Text("on".to_owned())),
        ("/n", Value::Number(3.0)),
        ("/up", Value::Bool(true)),
        ("/v", Value::Text("10.2".to_owned())),
        ("/l", Value::List(vec![Value::Text("a".to_owned()), Value::Number(1.0)])),
    ] {
        assert!(reasons(&with(pointer, value), &good(), &out).is_empty(), "{pointer}");
    }
    let off = with("/state", Value::Text("off".to_owned()));
    assert_eq!(reasons(&off, &good(), &out), ["expected /state to be off; it is \"on\""]);
    let none = with("/no", Value::Number(1.0));
    assert_eq!(reasons(&none, &good(), &out), ["expected /no to be 1; there is none"]);
    let broken = reasons(&none, &good(), &printed("{", ""));
    assert!(broken[0].starts_with("expected the standard output to be JSON; it is none: EOF"), "{broken:?}");
}

#[test]
fn it_must_have_ended_in_time() {
    let within = |seconds| Expected { within: Some(Length::seconds(seconds)), ..Expected::default() };
    assert!(reasons(&within(90), &good(), &printed("", "")).is_empty());
    assert_eq!(reasons(&within(60), &good(), &printed("", "")), ["expected it to end within 1m; it took 1m30s"]);
}

fn capture(from: From, kind: Kind) -> Capture {
    Capture { name: Arc::from("job"), from, kind }
}

fn captured(from: From, kind: Kind, printed: &Printed) -> Result<(String, Value), String> {
    let judged = judge(None, &[capture(from, kind)], &good(), printed);
    match (judged.captured.first(), judged.reasons.first()) {
        (Some(found), None) => Ok((found.text.clone(), found.value.clone())),
        (None, Some(reason)) => Err(reason.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn values_are_taken_by_pattern_pointer_and_line() {
    let out = printed("\n  Job 17 begun\n{}\nversion 10.2.1  \n\n", "pid 99");
    let text = |from| captured(from, Kind::Text, &out).map(|(text, _)| text);
    assert_eq!(text(From::Matches(r"Job (\d+)".to_owned())), Ok("17".to_owned()));
    assert_eq!(text(From::Matches(r"Job \d+".to_owned())), Ok("Job 17".to_owned()));
    assert_eq!(text(From::Matches(r"pid (\d+)".to_owned())), Ok("99".to_owned()));
    assert_eq!(text(From::Line(Line::First)), Ok("Job 17 begun".to_owned()));
    assert_eq!(text(From::Line(Line::Last)), Ok("version 10.2.1".to_owned()));
    let json = printed(r#"{"job":{"id":17,"l":[1]}}"#, "");
    assert_eq!(
        captured(From::Json("/job/id".to_owned()), Kind::Number, &json),
        Ok(("17".to_owned(), Value::Number(17.0)))
    );
    let list = captured(From::Json("/job/l".to_owned()), Kind::Text, &json).unwrap_err();
    assert_eq!(list, "no value for `job`: /job/l is [1], not one value");
}

#[test]
fn a_value_that_is_not_there_or_of_another_kind_is_a_failure_with_a_sentence() {
    let out = printed("seventeen\n", "");
    let failed = |from, kind| captured(from, kind, &out).unwrap_err();
    assert_eq!(
        failed(From::Matches(r"\d+".to_owned()), Kind::Number),
        r"no value for `job`: nothing in the output matches `\d+`"
    );
    assert_eq!(
        failed(From::Line(Line::First), Kind::Number),
        "no value for `job`: `seventeen` does not fit; write a number such as 3 or 2.5"
    );
    let json = failed(From::Json("/a".to_owned()), Kind::Text);
    assert!(json.starts_with("no value for `job`: the standard output is to be JSON; it is none: "), "{json}");
    assert!(captured(From::Line(Line::Last), Kind::Text, &printed("\n \n", "")).is_err());
    let escape = captured(From::Line(Line::Last), Kind::Text, &printed("a\u{1b}[2J", "")).unwrap_err();
    assert!(!escape.contains('\u{1b}') && escape.contains("U+001B"), "{escape}");
}

#[test]
fn the_last_line_is_not_one_that_others_followed() {
    let mut cut = printed("first\n\u{fffd}\n", "");
    cut.out.missing = 9;
    assert!(captured(From::Line(Line::Last), Kind::Text, &cut).unwrap_err().contains("9 bytes were not kept"));
    assert_eq!(captured(From::Line(Line::First), Kind::Text, &cut).unwrap().0, "first");
}

#[test]
fn of_a_command_that_failed_nothing_is_taken() {
    let judged = judge(
        Some(&Expected::default()),
        &[capture(From::Line(Line::First), Kind::Text)],
        &end(How::Exit(1)),
        &printed("17", ""),
    );
    assert_eq!((judged.verdict, judged.captured.len(), judged.reasons.len()), (Verdict::Failed, 0, 1));
}
