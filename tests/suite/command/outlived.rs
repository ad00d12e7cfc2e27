//! Commands that outlive who started them: killed at once, in the middle, at any call, or hung up.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use mop::exec::command::{Found, How, find, printed};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::ground::{Ground, MOP, found_end, lives, until};
use crate::journal::example;
use crate::needs::needs;

/// Starts a command by a process that can be killed, and waits until it says that it did.
fn start(ground: &Ground, line: &str) -> Child {
    start_by(Command::new(example("starter")).arg(MOP).arg(ground.dir()).arg(line))
}

fn start_by(command: &mut Command) -> Child {
    let mut starter = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(starter.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "started\n");
    starter
}

fn kill(mut starter: Child) {
    starter.kill().unwrap();
    starter.wait().unwrap();
}

#[test]
fn a_command_goes_on_when_its_starter_is_killed_at_once() {
    for _ in 0..20 {
        let ground = Ground::new();
        kill(start(&ground, "echo one; echo two >&2; exit 4"));
        let end = found_end(&ground.dir());
        assert_eq!((end.how.clone(), end.out.bytes, end.err.bytes), (How::Exit(4), 4, 4));
        assert_eq!(printed(&ground.dir(), &end).unwrap().out.bytes, b"one\n");
    }
}

#[test]
fn a_command_goes_on_when_its_starter_is_killed_in_the_middle() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let starter =
        start(&ground, &format!("echo $$ > {}; cat {}; echo more", ground.at("pid").display(), gate.0.display()));
    let pid = ground.line_of("pid");
    kill(starter);
    assert!(lives(&pid));
    assert!(matches!(find(&ground.dir()).unwrap(), Found::Running(_)));
    gate.open();
    let end = found_end(&ground.dir());
    assert_eq!((end.how, end.out.bytes), (How::Exit(0), 8));
}

#[test]
fn a_program_whose_file_was_removed_is_its_own_supervisor_all_the_same() {
    let ground = Ground::new();
    let mut command = Command::new(ground.copy(&example("starter"), "mop"));
    kill(start_by(command.arg("own").arg(ground.dir()).arg("tr '\\0' ' ' < /proc/$PPID/cmdline; exit 4")));
    let end = found_end(&ground.dir());
    assert!(!ground.at("mop").exists() && end.how == How::Exit(4));
    let name = String::from_utf8(printed(&ground.dir(), &end).unwrap().out.bytes).unwrap();
    assert_eq!(name.trim_end(), format!("mop supervise -- {}", ground.dir().display()));
}

/// The calls at which a starter is killed.
const CALLS: [&str; 14] = [
    "mkdir",
    "mknodat",
    "flock",
    "fsync",
    "renameat2",
    "memfd_create",
    "write",
    "lseek",
    "clone",
    "clone3",
    "vfork",
    "pipe2",
    "inotify_init1",
    "poll",
];

/// Kills the starter at the n-th time it makes a call; tells whether it was killed.
fn killed_at(call: &str, n: usize) -> bool {
    let ground = Ground::new();
    let ran = ground.at("ran");
    let line = format!("echo ran >> {}", ran.display());
    let mut command = Command::new("strace");
    let inject = format!("inject={call}:signal=KILL:when={n}");
    command.args(["-qq", "-o"]).arg(ground.at("trace")).args(["-e", &format!("trace={call}"), "-e", &inject, "--"]);
    command.arg(example("starter")).arg(MOP).arg(ground.dir()).arg(&line);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    let found = until("the end", || match find(&ground.dir()).unwrap() {
        Found::Running(_) => None,
        other => Some(other),
    });
    match found {
        Found::Absent | Found::NeverBegun => assert!(!ran.exists(), "{call} {n}"),
        Found::Ended(end) => {
            assert_eq!((end.how, fs::read_to_string(&ran).unwrap().as_str()), (How::Exit(0), "ran\n"), "{call} {n}")
        }
        other => panic!("{call} {n}: {other:?}"),
    }
    fs::read_to_string(ground.at("trace")).unwrap().contains("killed by SIGKILL")
}

#[test]
fn a_starter_that_is_killed_at_any_call_has_started_the_command_whole_or_not_at_all() {
    needs!(STRACE);
    let killed: Vec<_> = CALLS.iter().map(|call| (1..20).take_while(|n| killed_at(call, *n)).count()).collect();
    assert!(killed.iter().sum::<usize>() >= 14, "{killed:?}");
}

#[test]
fn a_command_goes_on_when_the_terminal_is_closed() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let line =
        format!("trap 'echo hup' HUP; echo $$ > {}; cat {}; echo done", ground.at("pid").display(), gate.0.display());
    let pty = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new(example("starter"));
    command.args([MOP, ground.dir().to_str().unwrap(), &line]);
    let mut starter = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut said = [0; 7];
    reader.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"started");
    ground.line_of("pid");
    // Both ends of ours are closed: the kernel hangs the terminal up, and its group with it.
    drop((reader, pty.master));
    starter.wait().unwrap();
    gate.open();
    let end = found_end(&ground.dir());
    assert_eq!((end.how.clone(), end.stopped), (How::Exit(0), None));
    assert_eq!(printed(&ground.dir(), &end).unwrap().out.bytes, b"go\ndone\n");
}
