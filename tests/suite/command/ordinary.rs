//! Commands to which nothing happens: what they see, what they print, and what is told of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use assert_cmd::Command;
use mop::exec::command::{CommandError, Found, How, Line, Order, Stream, find};
use mop::journal::{Clock as _, MachineClock};
use sha2::{Digest as _, Sha256};

use super::ground::{Ground, MOP, ended, found_running, launcher, shell, until};

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn output_status_times_and_digests_are_told() {
    let ground = Ground::new();
    let before = MachineClock.since_boot();
    let ended = ground.run("echo out; echo err >&2; printf more; exit 3");
    assert_eq!(ended.end.how, How::Exit(3));
    assert_eq!((ended.text(Stream::Out), ended.text(Stream::Err)), ("out\nmore".to_owned(), "err\n".to_owned()));
    let (out, err) = (&ended.end.out, &ended.end.err);
    assert_eq!((out.bytes, out.dropped, out.sha256.as_str()), (8, 0, sha256(b"out\nmore").as_str()));
    assert_eq!((err.bytes, err.dropped, err.sha256.as_str()), (4, 0, sha256(b"err\n").as_str()));
    assert!(before <= ended.end.started.since_boot() && ended.end.started.boot_ns < ended.end.ended.boot_ns);
    assert!(!ended.end.left_running && !ended.end.killed && ended.end.stopped.is_none());
}

#[test]
fn what_is_written_is_for_this_account_alone() {
    let ground = Ground::new();
    ground.run("echo x");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(ground.at("commands")), mode(ground.dir())), (0o700, 0o700));
    let names = fs::read_dir(ground.dir()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["control", "end.json", "lock", "order.json", "output-000000"]);
    assert!(names.iter().all(|name| mode(ground.dir().join(name)) == 0o600));
}

#[test]
fn it_starts_in_its_folder_with_its_environment_and_no_terminal() {
    let ground = Ground::new();
    let order = Order {
        folder: Some(ground.folder.path().to_str().unwrap().to_owned()),
        environment: vec![("SITE".to_owned(), "it's $HOME".to_owned())],
        ..shell(r#"pwd; echo "$SITE"; echo "$TERM $LC_MESSAGES ${LC_ALL-none} ${LINES-none}"; cat; tty"#)
    };
    let ended = ground.run_order(&order);
    let folder = ground.folder.path().canonicalize().unwrap();
    let expected = format!("{}\nit's $HOME\ndumb C none none\nnot a tty\n", folder.display());
    assert_eq!((ended.text(Stream::Out), ended.end.how), (expected, How::Exit(1)));
}

#[test]
fn words_are_passed_on_without_a_shell() {
    let ground = Ground::new();
    let words = ["printf", "%s|", "a b", "$HOME", "*", "'", ""].map(str::to_owned);
    assert_eq!(ground.run_order(&Order::new(Line::Words(words.into()))).good(), "a b|$HOME|*|'||");
}

#[test]
fn a_line_that_begins_like_an_option_is_a_line() {
    let ended = Ground::new().run("-x; echo on");
    assert_eq!(ended.text(Stream::Out), "on\n");
}

#[test]
fn what_cannot_be_begun_is_told_with_its_path() {
    let not_started = |order: Order| {
        let ended = Ground::new().run_order(&order);
        assert!(ended.chunks.is_empty());
        match ended.end.how {
            How::NotStarted(why) => why,
            other => panic!("{other:?}"),
        }
    };
    let word = |word: &str| Order::new(Line::Words(vec![word.to_owned()]));
    let within = |folder: &str| Order { folder: Some(folder.to_owned()), ..word("true") };
    assert_eq!(not_started(word("mop-no-such")), "mop-no-such is not installed, or not in PATH");
    assert_eq!(not_started(word("/no/such")), "/no/such is not there");
    assert_eq!(not_started(word("/etc/passwd")), "cannot run /etc/passwd: Permission denied (os error 13)");
    assert_eq!(not_started(within("/no/such\u{1b}[2J")), "the folder /no/such^[[2J is not there");
    assert_eq!(not_started(within("/etc/passwd")), "/etc/passwd is not a folder");
    assert_eq!(not_started(shell(&"x".repeat(3_000_000))), "the command for sh is too long for this system");
}

#[test]
fn what_no_machine_could_run_leaves_nothing_behind() {
    let ground = Ground::new();
    for order in [
        Order { host: Some("-oProxyCommand=true".to_owned()), ..shell("true") },
        Order { environment: vec![("A B".to_owned(), String::new())], ..shell("true") },
        shell("a\0b"),
        shell(&"x".repeat(9_000_000)),
    ] {
        let error = launcher().start(&order, &ground.dir()).unwrap_err();
        assert!(matches!(error, CommandError::Order(_)), "{error}");
    }
    assert!(matches!(find(&ground.dir()).unwrap(), Found::Absent));
    assert!(!ground.at("commands").exists());
}

#[test]
fn one_start_is_never_made_twice() {
    let ground = Ground::new();
    let line = format!("echo ran >> {}", ground.at("ran").display());
    ground.run(&line);
    let error = launcher().start(&shell(&line), &ground.dir()).unwrap_err();
    assert!(matches!(error, CommandError::Exists { .. }), "{error}");
    fs::create_dir(ground.at("commands/empty")).unwrap();
    assert!(launcher().start(&shell(&line), &ground.at("commands/empty")).is_err());
    assert_eq!(ground.line_of("ran"), "ran");
}

#[test]
fn of_two_starts_at_once_one_is_made() {
    let ground = Ground::new();
    let order = shell(&format!("echo ran >> {}", ground.at("ran").display()));
    for round in 0..10 {
        let (barrier, dir) = (Barrier::new(8), ground.at(&format!("commands/{round}")));
        let start = || {
            barrier.wait();
            launcher().start(&order, &dir)
        };
        let started: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).collect()
        });
        assert_eq!(started.len(), 1);
        started.into_iter().for_each(|mut running| assert_eq!(ended(&mut running).end.how, How::Exit(0)));
    }
    assert_eq!(fs::read_to_string(ground.at("ran")).unwrap(), "ran\n".repeat(10));
    assert_eq!(fs::read_dir(ground.at("commands")).unwrap().count(), 10, "what was not used is gone");
}

#[test]
fn another_one_sees_the_same_while_it_runs_and_when_it_has_ended() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let mut first = ground.start(&shell(&format!("echo one; cat {}; echo two", gate.0.display())));
    let seen = until("output", || Some(first.news(1 << 20).unwrap().chunks).filter(|chunks| !chunks.is_empty()));
    assert_eq!(seen[0].bytes, b"one\n");
    let mut second = found_running(&ground.dir());
    gate.open();
    assert_eq!(ended(&mut second).good(), "one\ngo\ntwo\n");
    assert_eq!(ended(&mut first).text(Stream::Out), "go\ntwo\n", "what was read is not read again");
    assert!(matches!(find(&ground.dir()).unwrap(), Found::Ended(end) if end.out.bytes == 11));
}

#[test]
fn silence_counts_from_the_last_output() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let mut running = ground.start(&shell(&format!("echo one; cat {}", gate.0.display())));
    assert_eq!(running.silent_for(MachineClock.since_boot()), None);
    let news = until("output", || Some(running.news(1 << 20).unwrap()).filter(|news| !news.chunks.is_empty()));
    let started = running.begun().unwrap().started.since_boot();
    let last = started + Duration::from_millis(news.chunks[0].at_ms);
    assert_eq!(running.silent_for(last + Duration::from_secs(90)), Some(Duration::from_secs(90)));
    gate.open();
    ended(&mut running);
}

#[test]
fn nobody_else_may_call_the_supervisor() {
    let ground = Ground::new();
    ground.run("true");
    for dir in [ground.dir(), ground.at("none")] {
        let output = Command::new(MOP).arg("supervise").arg(&dir).write_stdin("{}").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
    let help = Command::new(MOP).arg("--help").output().unwrap().stdout;
    assert!(!String::from_utf8(help).unwrap().contains("supervise"));
}

#[test]
fn a_command_for_a_host_goes_through_ssh_as_one_word() {
    let ground = Ground::new();
    let ssh = "#!/bin/sh\n[ $# = 5 ] && [ \"$1 $2 $3 $4\" = '-o BatchMode=yes -- app1' ] || exit 99\n\
        tr '\\0' '\\n' < /proc/$$/cmdline > \"$(dirname \"$0\")/seen\"; exec sh -c \"$5\"\n";
    fs::create_dir(ground.at("bin")).unwrap();
    ground.program("bin/ssh", ssh);
    let mop = ground
        .program("mop", &format!("#!/bin/sh\nPATH={}/bin:$PATH exec {MOP} \"$@\"\n", ground.folder.path().display()));
    let order = Order {
        host: Some("app1".to_owned()),
        folder: Some("/".to_owned()),
        environment: vec![("SITE".to_owned(), "it's".to_owned())],
        secrets: vec![("P".to_owned(), mop::exec::command::Secret::new("swordfish".to_owned()))],
        ..shell(r#"pwd; echo "$SITE 'x'"; test "$P" = sword"fish" && echo same; echo "$P"; cat"#)
    };
    let mut running = mop::exec::command::Launcher::at(mop).start(&order, &ground.dir()).unwrap();
    let ended = ended(&mut running);
    assert_eq!(ended.good(), "/\nit's 'x'\nsame\nredacted:1\n");
    assert_eq!(ended.end.host.as_deref(), Some("app1"));
    let seen = fs::read_to_string(ground.at("bin/seen")).unwrap();
    assert!(seen.contains("pwd") && !seen.contains("swordfish") && !seen.contains("it's"), "{seen}");
}
