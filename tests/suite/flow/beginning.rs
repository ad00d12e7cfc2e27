//! Before a run: the form says at once what is wrong, and nothing is made before it was looked at.

use std::fs;

use mop::run::Person;
use mop::run::roster::{Level, Member, Roster};
use mop::ui::{Code, Key};

use super::fixture::{Bench, book_of};

const BOOK: &str = "
mop: 1
id: small
title: Small
window: { length: 2h }
inputs:
  hops: { ask: Versions, type: version, list: true, min: 1, default: [\"10.1\"] }
  token: { ask: Token, type: secret }
activities:
  - title: One
    steps:
      - { id: do, title: \"Do it for {{ hops }}\", run: { command: 'true', env: { T: '{{ token }}' }, expect: { exit: 0 } } }
";

fn press(bench: &mut Bench, code: Code) {
    bench.key(Key::press(code));
}

fn asked() -> Bench {
    let mut bench = Bench::new(120, 40);
    bench.open_book(book_of(BOOK));
    bench
}

#[test]
fn what_is_wrong_is_said_as_soon_as_a_field_was_left() {
    let mut bench = asked();
    (0..3).for_each(|_| press(&mut bench, Code::Up));
    bench.ctrl('u');
    bench.paste("one");
    press(&mut bench, Code::Enter);
    let frame = bench.frame();
    assert!(frame.contains("▸ Versions") && frame.contains("! "), "{frame}");
    bench.ctrl('u');
    bench.paste("10.1, 10.2");
    press(&mut bench, Code::Enter);
    bench.ctrl('u');
    bench.paste("soon");
    press(&mut bench, Code::Up);
    let frame = bench.frame();
    assert!(frame.contains("▸ Versions") && frame.contains("soon") && frame.contains("! "), "{frame}");
    assert!(bench.runs().is_empty());
}

#[test]
fn a_window_is_said_as_it_is_understood_while_it_is_typed() {
    let mut bench = asked();
    press(&mut bench, Code::Up);
    press(&mut bench, Code::Up);
    bench.ctrl('u');
    bench.paste("2026-03-01 23:35");
    let frame = bench.frame();
    assert!(frame.contains("= 23:35–01:35 +01:00, 22:35–00:35 UTC, 2h, begins in 35m"), "{frame}");
}

/// Begins the run with what the form says, and gives its window.
fn window(bench: &mut Bench) -> (String, String) {
    press(bench, Code::Enter);
    bench.paste("Ada");
    press(bench, Code::Enter);
    bench.begin();
    let journal = bench.journal();
    let first: serde_json::Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    let time = |end: &str| first["window"][end].as_str().unwrap_or_else(|| panic!("{first}")).to_owned();
    (time("start"), time("end"))
}

#[test]
fn how_long_a_window_is_or_when_it_ends_can_be_said_too() {
    for (typed, said, end) in [
        ("90m", "= 23:00–00:30 +01:00, 22:00–23:30 UTC, 1h30m, has begun, 1h30m left", "2026-03-02T00:30:00+01:00"),
        (
            "2026-03-02 04:00",
            "= 23:00–04:00 +01:00, 22:00–03:00 UTC, 5h, has begun, 5h left",
            "2026-03-02T04:00:00+01:00",
        ),
        (
            "2026-03-02T00:00+00:00",
            "= 23:00–01:00 +01:00, 22:00–00:00 UTC, 2h, has begun, 2h left",
            "2026-03-02T01:00:00+01:00",
        ),
    ] {
        let mut bench = asked();
        press(&mut bench, Code::Up);
        assert!(bench.frame().contains("▸ How long is it, or when does it end?"), "{}", bench.frame());
        bench.ctrl('u');
        bench.paste(typed);
        assert!(bench.frame().contains(said), "{typed}: {}", bench.frame());
        assert_eq!(window(&mut bench).1, end, "{typed}");
    }
}

#[test]
fn an_end_that_cannot_be_is_said_beside_its_field_and_nothing_goes_on() {
    for (typed, problem) in [
        ("2026-03-01 22:59", "! it ends before the window begins"),
        ("long", "! "),
        ("0m", "! a window of no length is none"),
        ("", "! write a length such as 4h, or the time when it ends"),
    ] {
        let mut bench = asked();
        press(&mut bench, Code::Up);
        bench.ctrl('u');
        bench.paste(typed);
        press(&mut bench, Code::Enter);
        let frame = bench.frame();
        assert!(frame.contains(problem) && frame.contains("▸ How long is it"), "{typed}: {frame}");
    }
    // The beginning is held against the end as well.
    let mut bench = asked();
    press(&mut bench, Code::Up);
    bench.ctrl('u');
    bench.paste("2026-03-02 01:00");
    press(&mut bench, Code::Up);
    bench.ctrl('u');
    bench.paste("2026-03-03 01:00");
    press(&mut bench, Code::Enter);
    press(&mut bench, Code::Enter);
    let frame = bench.frame();
    assert!(frame.contains("! it ends before the window begins") && frame.contains("▸ How long"), "{frame}");
}

#[test]
fn nothing_is_made_before_somebody_says_yes_and_going_back_keeps_what_was_typed() {
    let mut bench = asked();
    bench.paste("Ada");
    press(&mut bench, Code::Enter);
    let frame = bench.frame();
    assert!(frame.contains("Before it begins") && frame.contains("Ada begins it"), "{frame}");
    assert!(frame.contains("hops: 10.1") && frame.contains("never written: token"), "{frame}");
    for key in [Code::Enter, Code::Char('q'), Code::Char('n')] {
        press(&mut bench, key);
    }
    assert!(bench.runs().is_empty());
    press(&mut bench, Code::Esc);
    let frame = bench.frame();
    assert!(frame.contains("▸ Your name") && frame.contains("Ada_"), "{frame}");
    press(&mut bench, Code::Enter);
    bench.begin();
    assert_eq!(bench.runs().len(), 1);
}

#[test]
fn what_is_typed_ahead_or_held_begins_nothing() {
    let mut bench = asked();
    bench.paste("Ada");
    press(&mut bench, Code::Enter);
    bench.keys("yyy");
    assert!(bench.runs().is_empty(), "no frame had shown it");
    bench.frame();
    bench.key(Key { held: true, ..Key::press(Code::Char('y')) });
    bench.paste("y");
    assert!(bench.runs().is_empty());
    bench.keys("y");
    assert_eq!(bench.runs().len(), 1);
}

#[test]
fn a_run_that_cannot_be_made_leaves_everything_as_it_was_typed() {
    let mut bench = asked();
    bench.paste("Ada");
    press(&mut bench, Code::Enter);
    bench.frame();
    fs::write(bench.state().join("runs"), "in the way").unwrap();
    bench.keys("y");
    let frame = bench.frame();
    assert!(frame.contains("Before it begins") && frame.contains("cannot"), "{frame}");
    fs::remove_file(bench.state().join("runs")).unwrap();
    bench.keys("y");
    assert_eq!(bench.runs().len(), 1);
}

#[test]
fn the_people_of_the_roster_are_proposed_and_an_unclear_name_is_held_up_in_the_form() {
    let member =
        |id: &str, name: &str| Member { person: Person { id: id.into(), name: name.into() }, ..Member::default() };
    let people = vec![member("ada@a.example", "Ada Lovelace"), member("ada@b.example", "Ada Byron")];
    let roster = Roster::new(Level::Name, people).unwrap();
    let mut bench = Bench::signing(&roster, mop::exec::sign::OpenSsh::with_environment([]));
    bench.open_book(book_of(BOOK));
    assert!(bench.frame().contains("(Ada Lovelace, Ada Byron)"), "{}", bench.frame());
    bench.paste("ada");
    press(&mut bench, Code::Enter);
    let frame = bench.frame();
    assert!(frame.contains("more than one is called so"), "{frame}");
    bench.paste(" byron");
    assert!(bench.frame().contains("= Ada Byron, ada@b.example"), "{}", bench.frame());
    press(&mut bench, Code::Enter);
    assert!(bench.frame().contains("Ada Byron begins it"), "{}", bench.frame());
}

#[test]
fn what_past_runs_took_is_in_the_review_and_in_the_header() {
    const LEARNT: &str = "
mop: 1
id: small
title: Small
activities: [{ id: one, title: One, estimate: { varies: the size }, steps: [{ id: do, title: Do it }] }]
";
    let mut past = Bench::new(120, 40);
    past.start(LEARNT, "Ada");
    past.pass(std::time::Duration::from_secs(24 * 60));
    past.sign();
    past.hand().seal(&Person::named("Ada").unwrap(), "done").unwrap();
    let mut bench = past.second_terminal();
    bench.open_book(book_of(LEARNT));
    bench.paste("Ada");
    press(&mut bench, Code::Enter);
    assert!(bench.frame().contains("past runs here are being looked for"), "{}", bench.frame());
    bench.find();
    let frame = bench.frame();
    assert!(frame.contains("1 One: ~24m (1 run), 1 step, took 24m in the last run here"), "{frame}");
    assert!(frame.contains("the figures of 1 activities are those of past runs here"), "{frame}");
    bench.begin();
    bench.find();
    let frame = bench.frame();
    assert!(frame.contains("by past runs"), "{frame}");
}
