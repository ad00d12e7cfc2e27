//! Commands that are ended: by a signal, by their time, by somebody, with all that belongs to them.

use std::fs;
use std::time::Duration;

use mop::exec::command::{Found, How, Limits, Order, Stop, Stream, find};
use rustix::process::{Pid, Signal, kill_process};

use super::ground::{Ended, Ground, ended, lives, shell, supervisor, until, wait_until_gone};

fn limits(timeout_ms: Option<u64>, grace_ms: u64) -> Limits {
    let [grace, linger] = [grace_ms, 200].map(Duration::from_millis);
    Limits { timeout: timeout_ms.map(Duration::from_millis), grace, linger }
}

/// Sends a signal to the supervisor.
fn signal(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), signal).unwrap();
}

#[test]
fn a_command_that_a_signal_ends_is_told_so() {
    for (name, number) in [("KILL", 9), ("SEGV", 11), ("HUP", 1)] {
        let ended = Ground::new().run(&format!("kill -{name} $$"));
        assert_eq!(ended.end.how, How::Signal(number));
        assert_eq!(ended.end.how.to_string(), format!("it was ended by signal {number} ({name})"));
    }
}

#[test]
fn a_command_that_takes_too_long_is_asked_to_end() {
    let order = Order {
        limits: limits(Some(300), 60_000),
        ..shell("trap 'echo bye; exit 7' TERM; echo hi; sleep 1000 & wait")
    };
    let ended = Ground::new().run_order(&order);
    assert_eq!((ended.end.stopped, ended.end.how.clone()), (Some(Stop::TimedOut), How::Exit(7)));
    assert!(!ended.end.killed && ended.end.took() >= Duration::from_millis(300));
    assert_eq!(ended.text(Stream::Out), "hi\nbye\n");
}

#[test]
fn a_command_that_does_not_want_to_end_is_killed_with_its_children() {
    let ground = Ground::new();
    let line = format!(
        "trap '' TERM; (trap '' TERM; sleep 1000) & echo $$ $! > {}; while :; do sleep 1; done",
        ground.at("pids").display()
    );
    let ended = ground.run_order(&Order { limits: limits(Some(300), 300), ..shell(&line) });
    assert_eq!((ended.end.stopped, ended.end.how), (Some(Stop::TimedOut), How::Signal(9)));
    assert!(ended.end.killed && !ended.end.left_running);
    let pids = ground.line_of("pids");
    assert_eq!(pids.split(' ').count(), 2);
    pids.split(' ').for_each(wait_until_gone);
}

#[test]
fn children_that_stay_when_their_parent_heeds_the_call_are_killed_too() {
    let ground = Ground::new();
    let child = format!("trap '' TERM; echo $$ > {}; while :; do sleep 1; done", ground.at("pid").display());
    let line = format!("sh -c \"{child}\" >/dev/null 2>&1 & wait", child = child.replace("$$", "\\$\\$"));
    let mut running = ground.start(&Order { limits: limits(None, 500), ..shell(&line) });
    let pid = ground.line_of("pid");
    running.cancel().unwrap();
    let ended = ended(&mut running);
    assert_eq!((ended.end.how, ended.end.killed), (How::Signal(15), true));
    wait_until_gone(&pid);
}

#[test]
fn a_command_that_was_stopped_is_ended_all_the_same() {
    let order = Order { limits: limits(Some(300), 60_000), ..shell("kill -STOP $$") };
    let ended = Ground::new().run_order(&order);
    assert_eq!((ended.end.how, ended.end.killed), (How::Signal(15), false));
}

#[test]
fn somebody_cancels_and_any_other_sees_it() {
    let ground = Ground::new();
    let mut running = ground.start(&shell(&format!("echo $$ > {}; sleep 1000", ground.at("pid").display())));
    let pid = ground.line_of("pid");
    super::ground::found_running(&ground.dir()).cancel().unwrap();
    let ended = ended(&mut running);
    assert_eq!((ended.end.stopped, ended.end.how), (Some(Stop::Cancelled), How::Signal(15)));
    assert!(!lives(&pid));
    running.cancel().unwrap();
    assert!(matches!(find(&ground.dir()).unwrap(), Found::Ended(_)), "cancelling what has ended changes nothing");
}

#[test]
fn cancelling_before_the_supervisor_listens_is_not_lost() {
    for _ in 0..5 {
        let ground = Ground::new();
        let mut running = ground.start(&shell("sleep 1000"));
        running.cancel().unwrap();
        assert_eq!(ended(&mut running).end.stopped, Some(Stop::Cancelled));
    }
}

#[test]
fn looking_away_cancels_nothing() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    drop(ground.start(&shell(&format!("cat {}", gate.0.display()))));
    let mut running = super::ground::found_running(&ground.dir());
    gate.open();
    assert_eq!(ended(&mut running).good(), "go\n");
}

#[test]
fn a_supervisor_that_is_told_to_end_ends_its_command_and_says_so() {
    let ground = Ground::new();
    let mut running = ground.start(&shell(&format!("echo $$ > {}; sleep 1000", ground.at("pid").display())));
    let pid = ground.line_of("pid");
    let supervisor = supervisor(&mut running);
    signal(supervisor, Signal::HUP);
    signal(supervisor, Signal::USR1);
    signal(supervisor, Signal::TERM);
    assert_eq!(ended(&mut running).end.stopped, Some(Stop::Terminated));
    wait_until_gone(&pid);
}

#[test]
fn who_holds_the_output_open_is_left_and_not_ended_by_a_closed_pipe() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let (gate_path, done) = (gate.0.display(), ground.at("done"));
    let late = format!("cat {gate_path}; echo late; echo late >&2; echo survived > {}", done.display());
    let line = format!("trap '' HUP; (echo early; {late}) & echo begun");
    let Ended { end, .. } = ground.run_order(&Order { limits: limits(None, 10_000), ..shell(&line) });
    assert_eq!(end.how, How::Exit(0));
    assert!(end.left_running && end.stopped.is_none());
    gate.open();
    assert_eq!(ground.line_of("done"), "survived");
}

#[test]
fn a_daemon_of_its_own_session_goes_on_and_holds_nothing_up() {
    let ground = Ground::new();
    // It has its session before the command ends; until then it is the command's.
    let pid = ground.at("pid");
    let daemon = format!("setsid sh -c 'echo $$ > {}; exec sleep 1000' </dev/null >/dev/null 2>&1 &", pid.display());
    let line = format!("{daemon} until [ -s {} ]; do sleep 0.01; done; echo begun", pid.display());
    let ended = ground.run(&line);
    assert_eq!(ended.good(), "begun\n");
    let pid = ground.line_of("pid");
    assert!(lives(&pid));
    assert!(fs::read_to_string(ground.dir().join("end.json")).unwrap().contains("\"left_running\":false"));
    kill_process(Pid::from_raw(pid.parse().unwrap()).unwrap(), Signal::KILL).unwrap();
    until("its end", || (!lives(&pid)).then_some(()));
}

#[test]
fn a_child_in_the_background_that_holds_no_output_is_told_as_left() {
    let ground = Ground::new();
    let ended = ground.run(&format!("sleep 1000 >/dev/null 2>&1 & echo $! > {}", ground.at("pid").display()));
    assert!(ended.end.left_running);
    let pid = ground.line_of("pid");
    kill_process(Pid::from_raw(pid.parse().unwrap()).unwrap(), Signal::KILL).unwrap();
}
