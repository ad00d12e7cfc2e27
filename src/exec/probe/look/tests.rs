//! Looks at what is really there: servers that answer, stall, cut and lie, programs that do not end.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use tokio::time::sleep;

use super::*;
use crate::exec::command::{How, Line, Order, Secret};
use crate::exec::http::Trust;
use crate::exec::probe::target::{HttpAsk, Wanted};
use crate::exec::process::Cancel;
use crate::journal::MachineClock;
use crate::time::Length;

/// Is long enough for anything that is not meant to fail.
const PATIENCE: Length = Length::seconds(60);

/// How often it is looked whether somebody cancelled.
const TICK: Duration = Duration::from_millis(20);

/// Looks once, and waits for it; what was begun is ended when somebody cancels.
///
/// A log is looked at as it is then: alerts are those that come while it is followed.
fn look(target: &Arc<Target>, clock: &Arc<dyn Clock>, cancel: &Cancel) -> Reading {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let now = Moment::now(&**clock);
    let Ok(runtime) = runtime else { return failed(now, Failure::unknown("this machine gives no more means to look")) };
    let reading = runtime.block_on(async {
        let (eye, means) = (Eye::new(target), Means::new(Arc::clone(clock)));
        let cancelled = async {
            while !cancel.is_cancelled() {
                sleep(TICK).await;
            }
        };
        tokio::select! {
            reading = look_at(target, &eye, &means) => reading,
            () = cancelled => failed(now, Failure::unknown("cancelled")),
        }
    });
    // A thread that is stuck in the kernel keeps nobody else waiting.
    runtime.shutdown_background();
    reading
}

fn failed(at: Moment, failure: Failure) -> Reading {
    Reading { at, took: Duration::ZERO, facts: Facts::Failed(failure), digest: None, bytes: 0, dropped: 0 }
}

fn target(ask: Ask, timeout: Length) -> Arc<Target> {
    Arc::new(Target::new((ask, Wanted::default()), timeout, (&BTreeMap::new(), None)))
}

fn seen(ask: Ask, timeout: Length) -> Reading {
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    look(&target(ask, timeout), &clock, &Cancel::new())
}

#[track_caller]
fn failure(reading: &Reading) -> (bool, String) {
    match &reading.facts {
        Facts::Failed(failure) => (failure.is_bad, failure.words.to_string()),
        other => panic!("{other:?}"),
    }
}

fn tcp(port: u16) -> Ask {
    Ask::Tcp { host: "127.0.0.1".to_owned(), port }
}

fn http(port: u16) -> Ask {
    Ask::Http(Box::new(HttpAsk {
        url: Secret::new(format!("http://127.0.0.1:{port}/a?key=hunter22")),
        method: "GET".to_owned(),
        headers: vec![("X-Token".to_owned(), Secret::new("hunter22".to_owned()))],
        body: None,
        follow: true,
        trust: Trust::System,
    }))
}

fn sh(script: &str) -> Ask {
    Ask::Run(Box::new(Order::new(Line::Shell(script.to_owned()))))
}

/// Serves one connection at a time, each in the same way, for as long as the test runs.
fn server(serve: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().flatten().for_each(serve));
    port
}

/// Reads a request to its end and answers with these bytes.
fn answering(answer: &'static [u8]) -> u16 {
    server(move |mut stream| {
        let (mut request, mut piece) = (Vec::new(), [0; 1024]);
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut piece) {
                Ok(read @ 1..) => request.extend_from_slice(&piece[..read]),
                _ => return,
            }
        }
        let _ = stream.write_all(answer);
    })
}

/// Tells whether a process with this number is alive, and no zombie.
fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        thread::yield_now();
    }
}

#[test]
fn who_listens_is_connected_to_and_who_does_not_refuses() {
    let port = server(drop);
    assert!(matches!(seen(tcp(port), PATIENCE).facts, Facts::Connected));
    let named = Ask::Tcp { host: "localhost".to_owned(), port };
    assert!(matches!(seen(named, PATIENCE).facts, Facts::Connected));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(failure(&seen(tcp(closed), PATIENCE)), (true, "refused: nobody listens there".to_owned()));
    let nobody = Ask::Tcp { host: "no-such-name.invalid".to_owned(), port };
    assert!(failure(&seen(nobody, PATIENCE)).1.contains("no address is known"));
}

#[test]
fn an_answer_is_read_to_its_end_and_hashed() {
    let port = answering(b"HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nhello");
    let reading = seen(http(port), PATIENCE);
    let Facts::Web { status, ends_ms, body } = &reading.facts else { panic!("{reading:?}") };
    assert_eq!((*status, *ends_ms, &body.bytes[..]), (503, None, &b"hello"[..]));
    assert_eq!((reading.digest, reading.bytes, reading.dropped), (Some(Digest::of(b"hello")), 5, 0));
}

#[test]
fn a_server_that_stalls_cuts_or_lies_is_bad_and_says_no_secret() {
    let stalls = server(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let drips = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhel");
    let lies = answering(b"SSH-2.0-OpenSSH_9.2\r\n\r\n");
    let table = [(stalls, "no answer within 300ms"), (drips, "in the middle"), (lies, "is no HTTP")];
    for (port, words) in table {
        let timeout = if port == stalls { Length::from_millis(300) } else { PATIENCE };
        let reading = seen(http(port), timeout);
        let (is_bad, why) = failure(&reading);
        assert!(is_bad && why.contains(words), "{why}");
        assert!(!format!("{reading:?}").contains("hunter22"));
    }
}

#[test]
fn a_command_is_read_to_its_end_with_both_outputs() {
    let reading = seen(sh("echo out; echo err >&2; exit 3"), PATIENCE);
    let Facts::Ran { end, printed } = &reading.facts else { panic!("{reading:?}") };
    assert_eq!((&end.how, end.stopped), (&How::Exit(3), None));
    assert_eq!((&printed.out.bytes[..], &printed.err.bytes[..]), (&b"out\n"[..], &b"err\n"[..]));
    assert_eq!((reading.digest, reading.bytes), (Some(Digest::of(b"out\n")), 8));
}

#[test]
fn a_command_that_ignores_being_asked_is_killed_with_all_that_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let script = format!("trap '' TERM; sleep 1000 & echo $$ $! > '{}'; while :; do wait; done", pids.display());
    let reading = seen(sh(&script), Length::from_millis(500));
    let Facts::Ran { end, .. } = &reading.facts else { panic!("{reading:?}") };
    assert_eq!(end.how, How::Signal(9));
    for pid in std::fs::read_to_string(&pids).unwrap().split_whitespace() {
        wait_until("it lives", || !lives(pid));
    }
}

#[test]
fn what_a_command_leaves_behind_in_its_group_is_ended_and_keeps_nobody_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let reading = seen(sh(&format!("sleep 1000 & echo $! > '{}'; echo done", pid.display())), PATIENCE);
    let Facts::Ran { end, printed } = &reading.facts else { panic!("{reading:?}") };
    assert_eq!((&end.how, &printed.out.bytes[..]), (&How::Exit(0), &b"done\n"[..]));
    wait_until("it lives", || !lives(&std::fs::read_to_string(&pid).unwrap()));
}

#[test]
fn a_command_that_prints_without_end_is_bounded_in_bytes_and_time() {
    let reading = seen(sh("exec yes"), Length::from_millis(300));
    let Facts::Ran { end, printed } = &reading.facts else { panic!("{reading:?}") };
    assert!(end.stopped.is_some() && printed.out.bytes.len() < 1024 * 1024);
    assert_eq!(reading.bytes, printed.out.bytes.len() as u64 - 5 + reading.dropped, "all of it is counted");
}

#[test]
fn a_program_that_is_not_there_was_never_run() {
    let ask = Ask::Run(Box::new(Order::new(Line::Words(vec!["no-such-program-here".to_owned()]))));
    let Facts::Ran { end, .. } = seen(ask, PATIENCE).facts else { panic!() };
    assert!(matches!(end.how, How::NotStarted(why) if why.contains("not installed")));
}

#[test]
fn who_cancels_waits_for_nothing_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let (clock, cancel): (Arc<dyn Clock>, _) = (Arc::new(MachineClock), Cancel::new());
    let target =
        target(sh(&format!("echo $$ > '{}.new'; mv '{0}.new' '{0}'; exec sleep 1000", pid.display())), PATIENCE);
    let (far, path) = (cancel.clone(), pid.clone());
    let canceller = thread::spawn(move || {
        wait_until("it did not begin", || path.exists());
        far.cancel();
    });
    let reading = look(&target, &clock, &cancel);
    canceller.join().unwrap();
    assert_eq!(failure(&reading).1, "cancelled");
    wait_until("it lives", || !lives(&std::fs::read_to_string(&pid).unwrap()));
}

#[test]
fn room_is_told_of_a_path_that_is_there() {
    let Facts::Room { free, total } = seen(Ask::Disk("/".into()), PATIENCE).facts else { panic!() };
    assert!(free <= total && total > 0);
    let (is_bad, why) = failure(&seen(Ask::Disk("/no/such/place".into()), PATIENCE));
    assert!(!is_bad && why.contains("/no/such/place: No such file"), "{why}");
}

#[test]
fn what_df_says_is_read_whatever_the_device_is_called() {
    let df = |line: &str| parse_df(&format!("Filesystem 1024-blocks Used Available Capacity Mounted on\n{line}\n"));
    assert_eq!(df("/dev/sda1 100 60 40 60% /"), Some((40 * 1024, 100 * 1024)));
    assert_eq!(df("//server/a share 100 60 40 60% /mnt/50% off"), Some((40 * 1024, 100 * 1024)));
    assert_eq!((df("tmpfs - - - - /x"), df(""), df("9% 9% 9%")), (None, None, None));
    assert_eq!(df("x 99999999999999999999 1 1 1% /"), None);
}

#[test]
fn a_name_is_looked_up_and_one_that_nobody_knows_is_bad() {
    let Facts::Names(addresses) = seen(Ask::Dns("localhost".to_owned()), PATIENCE).facts else { panic!() };
    assert!(!addresses.is_empty() && addresses.is_sorted() && addresses.iter().all(IpAddr::is_loopback));
    assert!(failure(&seen(Ask::Dns("no-such-name.invalid".to_owned()), PATIENCE)).0);
    assert!(!failure(&seen(Ask::Dns("-x".to_owned()), PATIENCE)).0, "what is no name proves nothing");
}

#[test]
fn a_probe_whose_thread_hangs_is_not_looked_at_twice_at_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let eye = Eye::new(&target(Ask::Disk("/".into()), PATIENCE));
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    runtime.block_on(async {
        let hangs = aside(&eye, Duration::from_millis(20), move || Ok(receiver.recv().is_ok())).await;
        assert_eq!(hangs, Err(Failure::bad("its file system does not answer")));
        let second = aside(&eye, PATIENCE.as_std(), || Ok(())).await;
        assert!(second.unwrap_err().words.as_str().contains("has not come back"));
    });
    drop(sender);
    wait_until("it is stuck", || !eye.is_stuck.load(Ordering::Acquire));
    assert_eq!(runtime.block_on(aside(&eye, PATIENCE.as_std(), || Ok(7))), Ok(7));
}
