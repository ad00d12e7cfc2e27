//! What is said before a run begins, for runs that fit and do not fit, with and without people.

use std::sync::Arc;

use chrono::FixedOffset;

use super::*;
use crate::run::forecast::tests::{BEGAN, BOOK, Bench, MINUTE};
use crate::run::roster::{Level, Member, Roster};
use crate::run::{Answer, Past, Person};
use crate::runbook::{NoLibrary, load};

fn time(minute: i64) -> String {
    let at = chrono::DateTime::from_timestamp_millis(BEGAN + minute * MINUTE).unwrap();
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

struct Plan<'a> {
    book: &'a str,
    window: Option<(i64, i64)>,
    roster: Roster,
    rehearsal: bool,
}

impl<'a> Plan<'a> {
    fn of(book: &'a str) -> Self {
        Self { book, window: None, roster: Roster::default(), rehearsal: false }
    }

    fn within(book: &'a str, from: i64, to: i64) -> Self {
        Self { window: Some((from, to)), ..Self::of(book) }
    }

    fn run(&self) -> Run {
        let loaded = load("book.yaml", self.book.into(), &NoLibrary);
        let runbook = Arc::new(loaded.runbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)));
        let hops = || vec![("hops".to_owned(), Answer::Many(vec!["x".into(), "y".into()]))];
        let start = Start {
            runbook: runbook.main().id.clone(),
            title: "Move".into(),
            answers: if runbook.main().inputs.is_empty() { Vec::new() } else { hops() },
            window: self.window.map(|(from, to)| (time(from), time(to))),
            rehearsal: self.rehearsal,
            ..Start::default()
        };
        let stamp = Stamp { who: Person::named("Ada").unwrap(), at_ms: BEGAN, ..Stamp::default() };
        draft(Basis { runbook, roster: Arc::new(self.roster.clone()) }, stamp, start).unwrap()
    }

    fn says(&self, history: Option<&History>) -> Vec<String> {
        said(&self.run(), &Known { history, warnings: &[], teller: teller() })
    }
}

fn teller() -> Teller {
    Teller { now_ms: BEGAN, offset: FixedOffset::east_opt(3600).unwrap() }
}

fn said(run: &Run, known: &Known<'_>) -> Vec<String> {
    let briefing = Briefing::of(run, known);
    briefing
        .parts
        .iter()
        .flat_map(|part| part.lines.iter().map(|said| format!("{}{}", said.weight.sign(), said.words)))
        .collect()
}

#[track_caller]
fn holds(said: &[String], words: &str) {
    assert!(said.iter().any(|line| line.contains(words)), "no `{words}` in {said:#?}");
}

#[test]
fn a_window_is_said_in_both_zones_with_its_length_and_when_it_begins() {
    let words = |from: i64, to: i64| window_words(&teller(), (BEGAN + from * MINUTE, BEGAN + to * MINUTE));
    assert_eq!(words(35, 395), "23:35–05:35 +01:00, 22:35–04:35 UTC, 6h, begins in 35m");
    assert_eq!(words(-30, 60), "22:30–00:00 +01:00, 21:30–23:00 UTC, 1h30m, has begun, 1h left");
    assert_eq!(words(-90, -30), "21:30–22:30 +01:00, 20:30–21:30 UTC, 1h, is over since 30m");
}

#[test]
fn what_fits_says_so_with_what_is_to_spare() {
    let said = Plan::within(BOOK, 30, 600).says(None);
    holds(&said, " begun with the window, it ends 01:15–02:20");
    holds(&said, " it fits into the window, with 6h40m to spare");
    holds(&said, " the last safe moment is 08:15, in 9h15m, as the way back takes up to 45m");
}

#[test]
fn what_does_not_fit_is_said_before_anything_begins() {
    holds(&Plan::within(BOOK, 0, 60).says(None), "✗it does not fit into the window: at the least it ends 45m after it");
    holds(&Plan::within(BOOK, 0, 130).says(None), "!it may not fit into the window: at the most it ends 40m after it");
    holds(&Plan::within(BOOK, -90, -30).says(None), "✗the window is 21:30–22:30");
}

#[test]
fn without_a_window_and_a_way_back_that_is_said() {
    let said = Plan::of("mop: 1\ntitle: Small\nactivities: [{ title: One, steps: [Look] }]\n").says(None);
    holds(&said, " no window: nothing says when the run has to be over");
    holds(&said, "!the runbook has no way back");
    holds(&said, " 1 One: no estimate, 1 step");
}

#[test]
fn activities_come_with_estimates_steps_and_what_past_runs_took() {
    let mut past = Bench::moves();
    for (minute, step) in [(5, "requirements/access"), (24, "prepare/list"), (26, "prepare/save")] {
        if past.run.plan().item(step).is_some() {
            past.does(minute, step);
        }
    }
    let history = History::of(Past::of(&past.run));
    let said = Plan::of(BOOK).says(Some(&history));
    holds(&said, " 1 Prepare: ~30m (author), 2 steps, took");
    holds(&said, " To x: 30m–1h (author), 2 steps");
    holds(&said, "Back: ~45m (author), 2 steps, only when the run is backed out");
    holds(&said, "past runs here tell of 1 activities; the author's figures serve");
    holds(&Plan::of(BOOK).says(Some(&History::default())), "no sealed run of this runbook here tells");
    holds(&Plan::of(BOOK).says(None), "past runs here are being looked for");
}

const SIGNED: &str = "
mop: 1
title: Small
roles: { lead: Does it, witness: { about: Sees it, level: key } }
inputs: { token: { ask: Token, type: secret }, site: { ask: Site, default: here } }
activities:
  - title: One
    steps:
      - { title: Wipe it, sign: [lead, witness], danger: all data is lost, run: { command: 'echo {{ site }}', dir: /tmp, env: { T: '{{ token }}' } } }
";

fn member(id: &str, name: &str) -> Member {
    Member { person: Person { id: id.into(), name: name.into() }, ..Member::default() }
}

#[test]
fn roles_that_nobody_here_can_fill_are_named() {
    let said = Plan::of(SIGNED).says(None);
    holds(&said, "✗witness (by key), Sees it: nobody here can sign for it by key");
    let roster = Roster::new(Level::Name, vec![member("ada", "Ada"), member("bob", "Bob")]).unwrap();
    let said = Plan { roster, ..Plan::of(SIGNED) }.says(None);
    holds(&said, " lead, Does it: Ada, Bob can sign");
    holds(&said, "✗witness (by key), Sees it: nobody here can sign for it by key");
    let roster = Roster::new(Level::Name, vec![member("bob", "Bob")]).unwrap();
    let said = Plan { roster, ..Plan::of(SIGNED) }.says(None);
    holds(&said, "!Ada begins it; is not in the roster");
    holds(&said, "✗a step needs 2 people to sign it, and the roster has 1 who can");
}

#[test]
fn what_is_dangerous_is_named_and_secrets_are_not() {
    let said = Plan::of(SIGNED).says(None);
    holds(&said, "!1.1 Wipe it: all data is lost; nothing in the runbook undoes it");
    holds(&said, "asked when a step or a probe needs it, and never written: token");
}

#[test]
fn a_rehearsal_says_what_it_is_and_warnings_stand_with_their_lines() {
    let run = Plan { rehearsal: true, ..Plan::of(BOOK) }.run();
    let warnings: Vec<_> = (0..MOST_LINES + 5).map(|line| format!("book.yaml:{line}: odd")).collect();
    let known = Known { history: None, warnings: &warnings, teller: teller() };
    let said = said(&run, &known);
    holds(&said, "a rehearsal: commands are shown");
    holds(&said, "!book.yaml:3: odd");
    holds(&said, " and 5 more");
}
