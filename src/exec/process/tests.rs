//! Programs that end, that do not, that write too much and that are ended.

use std::thread;

use super::*;

/// Lets a shell stand for any program.
fn shell(script: &str) -> Program {
    Program {
        path: "sh".into(),
        arguments: ["-c", script].map(OsString::from).into(),
        environment: vec![("PATH".into(), "/usr/bin:/bin".into()), ("LC_ALL".into(), "C".into())],
        limit: Duration::from_secs(60),
    }
}

fn run(script: &str, input: &[u8]) -> Ended {
    shell(script).run(input, &Cancel::new()).unwrap()
}

/// Tells whether a process with this number is alive, and no zombie.
fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

/// Waits until a process that was killed is gone; the kernel takes its time.
fn wait_until_gone(pid: &str) {
    let end = Instant::now() + Duration::from_secs(10);
    while lives(pid) {
        assert!(Instant::now() < end, "{pid} lives");
        thread::yield_now();
    }
}

#[test]
fn what_goes_in_comes_out_and_the_status_is_told() {
    let ended = run("cat; echo no >&2; exit 3", b"bytes");
    assert_eq!(ended.status.code(), Some(3));
    assert_eq!((&ended.out.bytes[..], &ended.err.bytes[..]), (&b"bytes"[..], &b"no\n"[..]));
}

#[test]
fn input_and_output_larger_than_a_pipe_pass_at_once() {
    let input = vec![b'x'; 1_000_000];
    let ended = run("cat", &input);
    assert_eq!(ended.out.total, 1_000_000);
    assert_eq!(ended.out.bytes.len(), KEPT_HERE);
    assert!(ended.out.is_cut() && !ended.err.is_cut());
}

const KEPT_HERE: usize = 64 * 1024;

#[test]
fn a_program_that_does_not_read_its_input_ends_all_the_same() {
    assert!(run("exec 0<&-; exit 0", &vec![0; 1_000_000]).status.success());
}

#[test]
fn an_empty_input_is_at_its_end() {
    assert_eq!(run("wc -c", b"").out.bytes.trim_ascii(), b"0");
}

#[test]
fn output_of_a_grandchild_that_lives_on_is_not_waited_for() {
    let ended = run("sleep 1000 & echo $!", b"");
    let pid = String::from_utf8(ended.out.bytes).unwrap();
    assert!(ended.status.success() && lives(&pid));
    run(&format!("kill {pid}"), b"");
}

#[test]
fn only_the_given_environment_is_seen() {
    assert_eq!(run("echo ${HOME-none} $LC_ALL", b"").out.bytes, b"none C\n");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let program = Program { path: "mop-no-such-program".into(), ..shell("") };
    let error = program.run(b"", &Cancel::new()).unwrap_err();
    assert_eq!(error.to_string(), "mop-no-such-program is not installed, or not in PATH");
}

#[test]
fn a_program_that_takes_too_long_is_ended_with_its_children() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("pids");
    let script = format!("trap '' TERM; sleep 1000 & echo $$ $! > {}; wait; wait", file.display());
    let program = Program { limit: Duration::from_millis(500), ..shell(&script) };
    assert!(matches!(program.run(b"", &Cancel::new()), Err(ProcessError::TimedOut { .. })));
    let pids = std::fs::read_to_string(&file).unwrap();
    assert_eq!(pids.split_whitespace().count(), 2);
    pids.split_whitespace().for_each(wait_until_gone);
}

#[test]
fn another_thread_can_cancel() {
    let scratch = tempfile::tempdir().unwrap();
    let fifo = scratch.path().join("fifo");
    run(&format!("mkfifo {}", fifo.display()), b"");
    let script = format!("echo $$ > {}; sleep 1000", fifo.display());
    let cancel = Cancel::new();
    let running = thread::spawn({
        let cancel = cancel.clone();
        move || shell(&script).run(b"", &cancel)
    });
    let pid = std::fs::read_to_string(&fifo).unwrap();
    assert!(lives(&pid));
    cancel.cancel();
    assert!(matches!(running.join().unwrap(), Err(ProcessError::Cancelled)));
    assert!(!lives(&pid));
}

#[test]
fn nothing_is_started_once_it_is_cancelled() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("ran");
    let cancel = Cancel::new();
    cancel.cancel();
    let result = shell(&format!("echo > {}", file.display())).run(b"", &cancel);
    assert!(matches!(result, Err(ProcessError::Cancelled)) && !file.exists());
}

#[test]
fn a_program_that_the_kernel_stops_is_ended() {
    // This is what becomes of a program of another process group that reads the terminal.
    let result = shell("kill -STOP $$").run(b"", &Cancel::new());
    assert!(matches!(result, Err(ProcessError::WantsTerminal { .. })));
}
