//! What one decision costs in a long run, held against a short one.
//!
//! `cargo bench --bench decide` goes through runs of 100 and of 10,000 items from the first to the last,
//! signing, starting, reporting and choosing, and times `decide` and `apply` of each decision, without
//! disk; what a signer is shown is made before, as the screen does it. It prints mean and p99 with the
//! ratio of the long run to the short one, and fails when one is over 1 ms or its ratio over 3. Where
//! options have steps of their own each choice lays the whole plan out again; that is printed only.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its figures, and fails when it cannot measure"
)]

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mop::journal::Digest;
use mop::run::roster::Auth;
use mop::run::{
    Act, Answer, End, Event, Found, Head, Intent, Person, Proved, Report, Run, Scene, Stamp, Standing, Start, What,
    decide, replay, statement,
};
use mop::runbook::model::{Action, Runbook};
use mop::runbook::plan::Item;
use mop::runbook::{NoLibrary, load};

/// The most that one decision may take at p99.
const MOST: Duration = Duration::from_millis(1);
/// How much longer it may take in the long run than in the short one.
const MOST_RATIO: f64 = 3.0;
/// How often each run is gone through; of each decision the quickest time counts, as others use the machine.
const ROUNDS: usize = 3;

/// Writes a runbook of so many items, and says how many rounds its loop goes.
type Book = fn(usize) -> (String, usize);

fn main() -> ExitCode {
    let books: [(&str, Book); 3] = [("flat", flat), ("activities", activities), ("loop", rounds)];
    let fits = books.map(|(name, book)| compare(name, book));
    compare("options (not gated)", options);
    if fits.into_iter().all(|fits| fits) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One activity with so many steps: signed or not, run and signed, run and signed by nobody, chosen.
fn flat(items: usize) -> (String, usize) {
    let mut text = "mop: 1\ntitle: Flat\nactivities:\n  - title: One\n    estimate: 1m\n    steps:\n".to_owned();
    (0..items).for_each(|at| step(&mut text, at, 6));
    (text, 0)
}

/// So many activities of ten steps.
fn activities(items: usize) -> (String, usize) {
    let mut text = "mop: 1\ntitle: Activities\nactivities:\n".to_owned();
    for activity in 0..items / 10 {
        let _ = writeln!(text, "  - title: Activity {activity}\n    estimate: 1m\n    steps:");
        (0..10).for_each(|at| step(&mut text, activity * 10 + at, 6));
    }
    (text, 0)
}

/// One activity of ten steps for each of so many values.
fn rounds(items: usize) -> (String, usize) {
    let mut text = "mop: 1\ntitle: Rounds\ninputs: { hops: { ask: Hops, list: true } }\nactivities:\n".to_owned();
    text += "  - title: Hop {{ hop }}\n    for_each: { hop: hops }\n    estimate: 1m\n    steps:\n";
    (0..10).for_each(|at| step(&mut text, at, 6));
    (text, items / 10)
}

/// So many activities, each with a choice whose options have steps of their own: each choice lays the plan out again.
fn options(items: usize) -> (String, usize) {
    let mut text = "mop: 1\ntitle: Options\nactivities:\n".to_owned();
    for activity in 0..items / 10 {
        let _ = writeln!(text, "  - title: Activity {activity}\n    estimate: 1m\n    steps:");
        (0..4).chain(5..8).for_each(|at| step(&mut text, activity * 10 + at, 6));
        let option = |id: &str| format!("{{ id: {id}, title: Option {id}, steps: [Of {id}] }}");
        let _ =
            writeln!(text, "      - {{ id: c{activity}, title: Choose, choose: [{}, {}] }}", option("a"), option("b"));
    }
    (text, 0)
}

fn step(text: &mut String, at: usize, deep: usize) {
    let kinds = [
        "",
        ", sign: none",
        ", run: { command: /bin/true, expect: { exit: 0 } }",
        ", sign: none, run: { command: /bin/true, expect: { exit: 0 } }",
        ", choose: [{ id: a, title: A }, { id: b, title: B }]",
        "",
        "",
        ", run: { command: /bin/true, expect: { exit: 0 } }",
        "",
        "",
    ];
    let _ = writeln!(text, "{:deep$}- {{ id: s{at}, title: Step {at}{} }}", "", kinds[at % kinds.len()]);
}

/// Goes through a short run and a long one, and tells whether the long one keeps to its bounds.
fn compare(name: &str, book: Book) -> bool {
    let [short, long] = [100, 10_000].map(|items| {
        // Many short runs, so that a p99 is one of as many decisions.
        let times = 10_000 / items;
        (0..times).flat_map(|_| quickest(book(items))).collect::<Vec<_>>()
    });
    let mut fits = true;
    for (part, of) in [("mean", mean as fn(&[Duration]) -> Duration), ("p99", p99)] {
        let (short, long) = (of(&short), of(&long));
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        println!(
            "decide {name} {part} {long:.1?} of 10,000 items, {short:.1?} of 100: ratio {ratio:.2} (gate {MOST_RATIO:.2})"
        );
        fits &= ratio <= MOST_RATIO && long <= MOST;
    }
    fits
}

/// Gives the quickest time of each decision of a run.
fn quickest((text, rounds): (String, usize)) -> Vec<Duration> {
    let loaded = load("bench.yaml", text.into(), &NoLibrary);
    let runbook = Arc::new(loaded.runbook.expect("a runbook"));
    let mut best = through(begin(&runbook, rounds));
    for _ in 1..ROUNDS {
        let again = through(begin(&runbook, rounds));
        assert_eq!(best.len(), again.len(), "each time the same decisions");
        best.iter_mut().zip(again).for_each(|(best, again)| *best = again.min(*best));
    }
    best
}

fn begin(runbook: &Arc<Runbook>, rounds: usize) -> Run {
    let hops = Answer::Many((0..rounds).map(|round| format!("hop{round}")).collect());
    let start = Start { run: "7K3QX".into(), answers: vec![("hops".into(), hops)], ..Start::default() };
    let event = Event { stamp: stamp(), what: What::RunStarted(Box::new(start)) };
    replay(Arc::clone(runbook), [(Head { n: 0, hash: Digest::of(b"0") }, event)]).expect("a run")
}

/// Does what is next until nothing is open, and times each decision.
fn through(mut run: Run) -> Vec<Duration> {
    let mut times = Vec::new();
    while let Some(at) = run.next_open() {
        let intent = intent(&run, at);
        let begun = Instant::now();
        let decision = decide(&run, &intent, &stamp()).expect("a decision");
        for event in &decision.events {
            let n = run.head().n + 1;
            run.apply(Head { n, hash: Digest::ZERO }, event);
        }
        times.push(begun.elapsed());
        drop(decision);
    }
    assert_eq!(run.progress().done, run.progress().of, "all is done");
    times
}

/// Makes what is wanted next of an item.
fn intent(run: &Run, at: usize) -> Intent {
    let (item, seen) = (&run.items()[at], run.head().n);
    let step = item.id.to_string();
    let action = item.kind.step().map(|id| &run.runbook().step(id).action);
    match (run.standing_at(at), action) {
        (Standing::Ready, Some(Action::Run(_))) => Intent::Act { step, seen, act: Act::Start },
        (Standing::Running(_), _) => Intent::Report(Report::Ended { step, attempt: 1, end: end() }),
        (Standing::Ready, Some(Action::Choose(_))) => {
            Intent::ChooseOption { step, seen, option: "a".into(), values: Vec::new() }
        }
        _ => Intent::SignStep { step, seen, proved: Some(proved(run, item)), note: None },
    }
}

fn proved(run: &Run, item: &Item) -> Box<Proved> {
    let Stamp { who, at_ms, .. } = stamp();
    let (clock, terminal) = ("clock=unknown".to_owned(), "here".to_owned());
    let scene = Scene { who, at_ms, clock, terminal, auth: Auth::NameOnly, sightings: Vec::new() };
    let text = statement(run, item, run.head().n, &scene).text;
    Box::new(Proved::by_word(scene, text))
}

fn end() -> End {
    End {
        found: Found::Checked,
        why: "exit 0".into(),
        took_ms: 5,
        exit: None,
        values: Vec::new(),
        output: Vec::new(),
        sightings: Vec::new(),
    }
}

fn stamp() -> Stamp {
    let who = Person::named("Ada").expect("a name");
    Stamp { who, at_ms: 1_772_402_400_000, mono: 1, session: "S".into() }
}

fn mean(times: &[Duration]) -> Duration {
    times.iter().sum::<Duration>() / u32::try_from(times.len()).expect("not so many decisions")
}

fn p99(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len() - 1) * 99 / 100]
}
