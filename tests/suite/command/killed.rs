//! Supervisors that are killed, at any point: what is said afterwards is never more than is known.

use std::fs;
use std::path::Path;

use mop::exec::command::{Found, How, Launcher, Lost, find};
use rustix::process::{Pid, Signal, kill_process};

use super::ground::{Ground, MOP, ended, lives, shell, supervisor, until, wait_until_gone};
use crate::needs::needs;

/// Waits until no supervisor is left, and gives what is found then.
fn settled(dir: &Path) -> Found {
    until("the end of the supervisor", || match find(dir).unwrap() {
        Found::Running(_) => None,
        other => Some(other),
    })
}

fn kill(pid: u32) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).unwrap();
}

fn lost(dir: &Path) -> Lost {
    match settled(dir) {
        Found::Unknown(lost) => *lost,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_killed_supervisor_leaves_an_unknown_end_and_the_names_of_what_still_runs() {
    let ground = Ground::new();
    let line = format!("sleep 1000 & echo $$ $! > {}; wait", ground.at("pids").display());
    let mut running = ground.start(&shell(&line));
    let pids = ground.line_of("pids");
    kill(supervisor(&mut running));
    let found = lost(&ground.dir());
    let mut left: Vec<_> = found.left.iter().map(|left| left.pid.to_string()).collect();
    left.sort();
    let mut expected: Vec<_> = pids.split(' ').map(str::to_owned).collect();
    expected.sort();
    assert_eq!(left, expected);
    let words = found.to_string();
    assert!(
        words.starts_with("its end is unknown: its supervisor was killed; of its processes there still run: "),
        "{words}"
    );
    assert!(words.contains("(sleep)") && !found.is_rebooted);
    left.iter().for_each(|pid| kill(pid.parse().unwrap()));
    left.iter().for_each(|pid| wait_until_gone(pid));
    assert!(lost(&ground.dir()).left.is_empty());
    assert!(running.news(1).unwrap().chunks.is_empty());
}

#[test]
fn an_end_that_was_begun_before_the_machine_came_up_is_unknown_and_nothing_is_left_of_it() {
    let ground = Ground::new();
    ground.run("true");
    fs::remove_file(ground.dir().join("end.json")).unwrap();
    let order = ground.dir().join("order.json");
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let text = fs::read_to_string(&order).unwrap();
    assert!(text.contains(boot.trim()));
    fs::write(&order, text.replace(boot.trim(), "another")).unwrap();
    assert_eq!(lost(&ground.dir()).to_string(), "its end is unknown: the machine came up anew meanwhile");
}

#[test]
fn what_is_damaged_is_said_and_not_guessed() {
    let ground = Ground::new();
    ground.run("true");
    fs::write(ground.dir().join("end.json"), "{\"how\":{\"exit\":0}").unwrap();
    let error = find(&ground.dir()).unwrap_err().to_string();
    assert!(error.contains("end.json is damaged"), "{error}");
}

#[test]
fn a_supervisor_that_cannot_begin_says_why() {
    let ground = Ground::new();
    let mop = ground.program("mop", "#!/bin/sh\necho 'mop: no\x1b[2J' >&2; exit 2\n");
    let mut running = Launcher::at(mop).start(&shell("true"), &ground.dir()).unwrap();
    let state = until("the end", || match running.news(1).unwrap().state {
        mop::exec::command::State::Running => None,
        other => Some(other),
    });
    let mop::exec::command::State::NeverBegun(Some(why)) = state else { panic!("{state:?}") };
    assert_eq!(why.as_str(), "no^[[2J");
    assert!(matches!(find(&ground.dir()).unwrap(), Found::NeverBegun));
    let none = Launcher::at("/no/such/mop".into()).start(&shell("true"), &ground.at("commands/2")).unwrap_err();
    assert!(none.to_string().starts_with("cannot run /no/such/mop: "), "{none}");
}

/// The calls at which a supervisor is killed: those that change something, here or for others.
const CALLS: [&str; 15] = [
    "setsid",
    "flock",
    "ftruncate",
    "fallocate",
    "write",
    "pwrite64",
    "fsync",
    "rename",
    "clone",
    "clone3",
    "vfork",
    "wait4",
    "waitid",
    "kill",
    "poll",
];

/// Runs a command under a supervisor that is killed at the n-th time it makes a call; tells whether it was.
fn killed_at(call: &str, n: usize) -> bool {
    let ground = Ground::new();
    let folder = ground.folder.path().display();
    let trace = format!("exec strace -qq -o {folder}/trace -e trace={call} -e inject={call}:signal=KILL:when={n}");
    let mop = ground.program("mop", &format!("#!/bin/sh\n{trace} {MOP} \"$@\"\n"));
    let ran = ground.at("ran");
    let line = format!("echo ran >> {}; echo one; echo two >&2", ran.display());
    let mut running = Launcher::at(mop).start(&shell(&line), &ground.dir()).unwrap();
    let found = settled(&ground.dir());
    // The command may still be on its way when its supervisor is gone.
    if let Found::Unknown(lost) = &found {
        lost.left.iter().for_each(|left| wait_until_gone(&left.pid.to_string()));
    }
    let times = fs::read_to_string(&ran).unwrap_or_default().lines().count();
    match found {
        Found::NeverBegun => assert_eq!(times, 0, "{call} {n}: it ran and is said not to have"),
        Found::Unknown(_) => assert!(times <= 1, "{call} {n}"),
        Found::Ended(end) => assert_eq!((end.how, times, end.out.bytes), (How::Exit(0), 1, 4), "{call} {n}"),
        other => panic!("{call} {n}: {other:?}"),
    }
    let _ = running.news(1);
    fs::read_to_string(ground.at("trace")).unwrap().contains("killed by SIGKILL")
}

#[test]
fn a_supervisor_that_is_killed_at_any_call_never_says_more_than_is_so() {
    needs!(STRACE);
    // What it waits for comes in as many pieces as it comes; the first waits are the ones that differ.
    let killed = CALLS.iter().map(|call| (1..20).take_while(|n| killed_at(call, *n)).count());
    let killed: Vec<_> = killed.collect();
    assert!(killed.iter().sum::<usize>() >= 20, "{killed:?}");
}

#[test]
fn a_command_that_ends_while_its_supervisor_is_held_up_is_told_as_it_was() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let line = format!("echo $$ > {}; cat {}; exit 5", ground.at("pid").display(), gate.0.display());
    let mut running = ground.start(&shell(&line));
    let (pid, supervisor) = (ground.line_of("pid"), supervisor(&mut running));
    let supervisor = Pid::from_raw(supervisor.cast_signed()).unwrap();
    kill_process(supervisor, Signal::STOP).unwrap();
    gate.open();
    until("its end", || (!lives(&pid)).then_some(()));
    assert!(matches!(find(&ground.dir()).unwrap(), Found::Running(_)));
    kill_process(supervisor, Signal::CONT).unwrap();
    assert_eq!(ended(&mut running).end.how, How::Exit(5));
}
