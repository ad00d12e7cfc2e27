//! A watcher at work: what it tells, what it leaves behind, and what it does not wait for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::exec::command::{ExpectedOutput, Unready};
use crate::exec::command::{Line, Order as Command};
use crate::exec::probe::filling::Unwatched;
use crate::exec::probe::target::{Ask, Target, Wanted};
use crate::journal::MachineClock;

const PATIENCE: Duration = Duration::from_secs(60);

fn start() -> Watcher {
    Watcher::start(Arc::new(MachineClock), Box::new(|| {})).unwrap()
}

fn probe(id: &str, script: &str) -> Watched {
    let ask = Ask::Run(Box::new(Command::new(Line::Shell(script.to_owned()))));
    watched(id, ask, Wanted::default())
}

fn watched(id: &str, ask: Ask, wanted: Wanted) -> Watched {
    let timeout = Length::seconds(120);
    Watched {
        id: Arc::from(id),
        title: Shown::line(id),
        pane: None,
        kind: "run",
        every: Length::from_millis(50),
        timeout,
        target: Ok(Arc::new(Target::new((ask, wanted), timeout, (&BTreeMap::new(), None)))),
    }
}

/// Waits for the news that a test is about.
#[track_caller]
fn until<T>(watcher: &Watcher, mut wanted: impl FnMut(News) -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < end && !watcher.has_ended(), "nothing came");
        if let Some(found) = watcher.wait(Duration::from_secs(1)).and_then(&mut wanted) {
            return found;
        }
    }
}

fn seen(news: News) -> Option<Seen> {
    match news {
        News::Seen(seen) => Some(*seen),
        _ => None,
    }
}

fn ended(check: CheckId) -> impl FnMut(News) -> Option<Ending> {
    move |news| match news {
        News::Ended(id, ending) if id == check => Some(ending),
        _ => None,
    }
}

fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        thread::yield_now();
    }
}

/// Is a probe that hangs, and the file where it writes the number of its process.
fn hanging(id: &str, dir: &Path) -> (Watched, PathBuf) {
    let path = dir.join(id);
    let script =
        format!("trap '' TERM; echo $$ > '{0}.new'; mv '{0}.new' '{0}'; while :; do sleep 1000; done", path.display());
    (probe(id, &script), path)
}

#[test]
fn a_change_is_told_and_what_does_not_change_is_only_a_reading() {
    let dir = tempfile::tempdir().unwrap();
    let flag = dir.path().join("flag");
    let watcher = start();
    watcher.watch(vec![probe("a", &format!("test -e '{}'", flag.display()))]);
    let first = until(&watcher, seen);
    assert_eq!((first.state, first.changed), (ProbeState::Bad, Some(ProbeState::Unknown)));
    assert_eq!(until(&watcher, seen).changed, None);
    fs::write(&flag, "").unwrap();
    let turned = until(&watcher, |news| seen(news).filter(|seen| seen.changed.is_some()));
    assert_eq!((turned.state, turned.changed), (ProbeState::Ok, Some(ProbeState::Bad)));
    assert_eq!(turned.history.worst().unwrap().0, ProbeState::Bad);
    watcher.stop();
}

#[test]
fn a_probe_that_hangs_delays_no_other_and_is_gone_in_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let (hangs, pid): (Vec<_>, Vec<_>) = ["h1", "h2", "h3"].map(|id| hanging(id, dir.path())).into_iter().unzip();
    let watcher = start();
    watcher.watch(hangs.into_iter().chain([probe("quick", "echo 1")]).collect());
    wait_until("they did not begin", || pid.iter().all(|path| path.exists()));
    for _ in 0..10 {
        assert_eq!(&*until(&watcher, seen).id, "quick");
    }
    let pids: Vec<_> = pid.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert!(pids.iter().all(|pid| lives(pid)));
    watcher.stop();
    assert!(!pids.iter().any(|pid| lives(pid)), "stopping returns when all is gone");
}

#[test]
fn what_is_not_watched_any_more_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let (hangs, pid) = hanging("h", dir.path());
    let watcher = start();
    watcher.watch(vec![hangs]);
    wait_until("it did not begin", || pid.exists());
    watcher.watch(vec![probe("h", "echo new")]);
    let seen = until(&watcher, seen);
    assert_eq!((&*seen.id, seen.reading.words().as_str()), ("h", "new"));
    wait_until("it lives", || !lives(&fs::read_to_string(&pid).unwrap()));
}

#[test]
fn a_check_holds_when_all_its_probes_are_ok_and_says_what_it_saw() {
    let watcher = start();
    watcher.watch(vec![probe("a", "echo fine")]);
    let check = watcher.check(vec![probe("a", "echo fine"), probe("step/own", "echo too")], None, None);
    let Ending::Judged(end) = until(&watcher, ended(check)) else { panic!() };
    assert!(end.held, "{end:?}");
    let proofs: Vec<_> = end.proofs.iter().map(|proof| (&*proof.id, proof.sentence.as_str())).collect();
    assert_eq!(proofs, [("a", "fine"), ("step/own", "too")]);
    assert!(end.proofs.iter().all(|proof| proof.digest.is_some()));
}

#[test]
fn a_check_fails_at_the_first_reading_or_waits_as_long_as_it_may() {
    let dir = tempfile::tempdir().unwrap();
    let script = format!("test -e '{}'", dir.path().join("flag").display());
    let watcher = start();
    let at_once = watcher.check(vec![probe("a", &script)], None, None);
    let Ending::Judged(end) = until(&watcher, ended(at_once)) else { panic!() };
    assert!(!end.held && end.sentence.as_str().starts_with("a is bad: "), "{end:?}");
    let late = watcher.check(vec![probe("a", &script)], Some(Length::from_millis(200)), None);
    let Ending::Judged(end) = until(&watcher, ended(late)) else { panic!() };
    assert!(!end.held && end.sentence.as_str().starts_with("not good within 200ms: "), "{end:?}");
    let waits = watcher.check(vec![probe("a", &script)], Some(Length::seconds(120)), Some(Length::from_millis(100)));
    until(&watcher, |news| matches!(news, News::Progress(id, _) if id == waits).then_some(()));
    fs::write(dir.path().join("flag"), "").unwrap();
    let Ending::Judged(end) = until(&watcher, ended(waits)) else { panic!() };
    assert!(end.held && end.sentence.as_str().ends_with("steady for 100ms"), "{end:?}");
}

#[test]
fn a_check_that_is_cancelled_or_cannot_begin_ends_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (hangs, pid) = hanging("h", dir.path());
    let watcher = start();
    let check = watcher.check(vec![hangs], None, None);
    wait_until("it did not begin", || pid.exists());
    watcher.cancel(check);
    assert_eq!(until(&watcher, ended(check)), Ending::Cancelled);
    wait_until("it lives", || !lives(&fs::read_to_string(&pid).unwrap()));
    let missing = Unready { missing: ["site".to_owned()].into(), ..Unready::default() };
    let unready = Watched { target: Err(Unwatched::Unready(missing)), ..probe("home", "true") };
    let check = watcher.check(vec![unready], None, None);
    let Ending::Unwatched(why) = until(&watcher, ended(check)) else { panic!() };
    assert_eq!(why.as_str(), "home: waits for ‹site›");
    let nothing = watcher.check(Vec::new(), None, None);
    assert!(matches!(until(&watcher, ended(nothing)), Ending::Unwatched(_)), "nothing proves nothing");
}

#[test]
fn a_probe_that_is_watched_anew_as_before_keeps_what_is_remembered() {
    let output = ExpectedOutput { contains: vec!["up".to_owned()], ..ExpectedOutput::default() };
    let ask = || Ask::Run(Box::new(Command::new(Line::Shell("echo up".to_owned()))));
    let mut wanted = Wanted::default();
    wanted.plain.output = output;
    let watcher = start();
    for _ in 0..3 {
        watcher.watch(vec![watched("a", ask(), wanted.clone())]);
        until(&watcher, seen);
    }
    let last = until(&watcher, |news| seen(news).filter(|seen| seen.history.points().len() >= 4));
    assert_eq!((last.state, last.changed), (ProbeState::Ok, None));
}

fn told(id: &str, number: u64, changed: Option<ProbeState>) -> Box<Seen> {
    let at = crate::exec::command::Moment { wall_ms: 0, boot_ns: number };
    let facts = crate::exec::probe::reading::Facts::Connected;
    let reading = Reading { at, took: Duration::ZERO, facts, digest: None, bytes: 0, dropped: 0 };
    let (state, sentence) = (ProbeState::Ok, Shown::default());
    let (fresh, history) = (PATIENCE, History::default());
    Box::new(Seen {
        id: Arc::from(id),
        reading: Arc::new(reading),
        state,
        sentence,
        answer: Shown::default(),
        changed,
        skipped: 0,
        fresh,
        history,
    })
}

#[test]
fn readings_give_way_to_newer_ones_and_are_counted_and_changes_never_do() {
    let mut outbox = Outbox::default();
    (0..100).for_each(|number| outbox.put(told("a", number, None)));
    outbox.put(told("b", 100, None));
    outbox.put(told("a", 101, Some(ProbeState::Bad)));
    (102..105).for_each(|number| outbox.put(told("a", number, Some(ProbeState::Ok))));
    let mut taken = Vec::new();
    while let Some(News::Seen(seen)) = outbox.take() {
        taken.push((seen.id.to_string(), seen.reading.at.boot_ns, seen.skipped));
    }
    let expected = [("a", 101, 100), ("a", 102, 0), ("a", 103, 0), ("a", 104, 0), ("b", 100, 0)];
    assert_eq!(taken, expected.map(|(id, at, skipped)| (id.to_owned(), at, skipped)));
}

#[test]
fn while_too_many_changes_wait_nothing_more_is_looked_at() {
    let mut outbox = Outbox::default();
    let mut put = 0;
    while !outbox.is_full() {
        outbox.put(told("a", put, Some(ProbeState::Ok)));
        put += 1;
    }
    assert!(put > 100 && outbox.take().is_some() && !outbox.is_full());
}
