//! The terminal, as a real one: many keys at once, halves of keys, stopping and going on, one that takes
//! nothing, one that is closed, and other sizes.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::mpsc::channel;

use portable_pty::{MasterPty, PtySize};
use rustix::termios::{Action, LocalModes, tcflow, tcgetattr};
use tempfile::TempDir;

use super::pty::{PATIENCE, Pty, spawn, spawn_command};
use crate::journal::example;

/// What asks a terminal something.
const QUESTIONS: [&str; 9] =
    ["\x1b[6n", "\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[?u", "\x1b]10;?", "\x1b]11;?", "\x1b[5n", "$p"];

pub fn signal(name: &str, pid: &str) {
    assert!(Command::new("kill").args(["-s", name, pid]).status().unwrap().success());
}

fn home(state: &TempDir) -> Pty {
    let mut pty = Pty::start(state.path(), &[], &[]);
    pty.wait_for("Runbooks");
    pty
}

#[test]
fn a_panic_in_the_middle_of_a_turn_gives_the_terminal_back_and_says_what_it_was() {
    let state = TempDir::new().unwrap();
    let mut pty = Pty::program(&example("panicking"), state.path());
    pty.wait_for("Your name");
    pty.press("Ada\r");
    pty.wait_for("begin the run");
    assert!(pty.is_on_other_screen());
    pty.press("y");
    assert_eq!(pty.wait_for_end(), 101);
    pty.assert_restored();
    assert!(String::from_utf8_lossy(&pty.raw).contains("a fault that was put in for a test"));
    // Echo and line ends are those of a shell again.
    let modes = tcgetattr(File::open(pty.terminal()).unwrap()).unwrap();
    let wanted = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    assert!(modes.local_modes.contains(wanted), "{:?}", modes.local_modes);
}

#[test]
fn thousands_of_keys_at_once_are_all_taken() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    pty.press(&"j".repeat(3_000));
    pty.press("?");
    pty.wait_for("goes one line down");
    pty.press("\x1b");
    pty.wait_until("the help is closed", |pty| !pty.text().contains("goes one line down"));
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn half_a_key_holds_nothing_up() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    pty.press("\x1b[");
    let clock = pty.text().lines().next().unwrap().to_owned();
    pty.wait_until("the clock goes on", |pty| pty.text().lines().next() != Some(&clock));
    signal("TERM", &pty.pid());
    assert_eq!(pty.wait_for_end(), 143);
    pty.assert_restored();
}

#[test]
fn nothing_is_asked_of_the_terminal() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    pty.press("?");
    pty.wait_for("goes one line down");
    pty.press("\x03");
    pty.wait_for_end();
    let raw = String::from_utf8_lossy(&pty.raw);
    assert!(QUESTIONS.iter().all(|question| !raw.contains(question)), "{raw:?}");
}

#[test]
fn the_program_steps_back_for_the_shell_and_goes_on_in_the_foreground() {
    let state = TempDir::new().unwrap();
    let script = "set -m; \"$MOP\"; echo STOPPED; read x; fg >/dev/null; echo ENDED";
    let mut pty = Pty::script(state.path(), script, &[]);
    pty.wait_for("Runbooks");
    pty.press("\x1a");
    pty.wait_for("STOPPED");
    pty.assert_restored();
    pty.press("\n");
    pty.wait_until("it is there again", |pty| pty.is_on_other_screen() && pty.text().contains("Runbooks"));
    pty.press("?");
    pty.wait_for("goes one line down");
    pty.press("qq");
    pty.wait_for("ENDED");
    assert_eq!(pty.wait_for_end(), 0);
    pty.assert_restored();
}

#[test]
fn where_nobody_could_let_it_go_on_it_does_not_stop() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    pty.press("\x1a");
    pty.wait_until("it is drawn anew", |pty| pty.count("\x1b[?1049h") == 2);
    pty.press("?");
    pty.wait_for("goes one line down");
    pty.press("\x03");
    assert_eq!(pty.wait_for_end(), 0);
    pty.assert_restored();
}

#[test]
fn a_program_that_was_stopped_draws_everything_anew_when_it_goes_on() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    signal("STOP", &pty.pid());
    signal("CONT", &pty.pid());
    pty.wait_until("it is drawn anew", |pty| pty.count("\x1b[?1049h") == 2 && pty.count("\x1b[2J") == 2);
    pty.wait_for("Runbooks");
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn a_terminal_that_takes_nothing_does_not_keep_the_program_from_ending() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    let terminal = File::open(pty.terminal()).unwrap();
    tcflow(&terminal, Action::OOff).unwrap();
    pty.press("?");
    signal("TERM", &pty.pid());
    assert_eq!(pty.exit_code(), 143);
}

#[test]
fn what_a_terminal_did_not_take_comes_when_it_does() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    let terminal = File::open(pty.terminal()).unwrap();
    tcflow(&terminal, Action::OOff).unwrap();
    pty.press("?\x1b");
    pty.press("?");
    tcflow(&terminal, Action::OOn).unwrap();
    pty.wait_for("goes one line down");
    pty.press("\x0c");
    pty.wait_until("it is drawn anew", |pty| pty.count("\x1b[2J") == 2);
    pty.wait_for("goes one line down");
    pty.press("\x03");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn the_screen_follows_the_size_of_the_terminal() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state);
    for (cols, rows) in [(60, 20), (30, 6), (1, 1), (140, 45)] {
        pty.resize(cols, rows);
    }
    pty.wait_until("the last row is the last one", |pty| {
        pty.text().lines().nth(44).is_some_and(|row| row.contains("q leave"))
    });
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
}

/// Reads from a terminal until it shows a text, on this thread, so that it can be closed then.
fn read_until(master: &dyn MasterPty, screen: &mut vt100::Parser, text: &str) {
    let mut reader = master.try_clone_reader().unwrap();
    while !screen.screen().contents().contains(text) {
        let mut bytes = [0; 4096];
        let read = reader.read(&mut bytes).unwrap();
        assert!(read > 0, "it ended before it showed {text}");
        screen.process(&bytes[..read]);
    }
}

fn emulator() -> vt100::Parser {
    vt100::Parser::new(NonZeroU16::new(30).unwrap(), NonZeroU16::new(100).unwrap(), 0)
}

#[test]
fn a_closed_terminal_ends_a_run_whole_where_hang_ups_are_ignored_too() {
    for script in ["exec \"$MOP\" run tour", "trap '' HUP; exec \"$MOP\" run tour"] {
        let state = TempDir::new().unwrap();
        let mut command = portable_pty::CommandBuilder::new("sh");
        command.args(["-c", script]);
        command.env("MOP", env!("CARGO_BIN_EXE_mop"));
        let (mut child, master) = spawn_command(command, state.path(), &[]);
        let mut screen = emulator();
        read_until(&*master, &mut screen, "Your name");
        let mut keys = master.take_writer().unwrap();
        keys.write_all(b"Ada\r").unwrap();
        read_until(&*master, &mut screen, "begin the run");
        keys.write_all(b"y").unwrap();
        read_until(&*master, &mut screen, "Checklist");
        drop(keys);
        drop(master);
        let (sender, ended) = channel();
        std::thread::spawn(move || sender.send(child.wait().unwrap().exit_code()));
        assert_eq!(ended.recv_timeout(PATIENCE).unwrap(), 129);
        let run = std::fs::read_dir(state.path().join("runs")).unwrap().next().unwrap().unwrap().path();
        let journal = std::fs::read_to_string(run.join("journal.jsonl")).unwrap();
        assert!(journal.ends_with('\n') && journal.lines().last().unwrap().contains(r#""t":"hung_up""#), "{journal}");
    }
}

#[test]
fn a_size_that_is_not_said_is_the_usual_one() {
    let state = TempDir::new().unwrap();
    let (mut child, master) = spawn(state.path(), &[], &[]);
    read_until(&*master, &mut emulator(), "Runbooks");
    master.resize(PtySize { rows: 0, cols: 0, pixel_width: 0, pixel_height: 0 }).unwrap();
    read_until(&*master, &mut emulator(), "Runbooks");
    master.take_writer().unwrap().write_all(b"q").unwrap();
    let mut reader = master.try_clone_reader().unwrap();
    std::thread::spawn(move || reader.read_to_end(&mut Vec::new()));
    assert_eq!(child.wait().unwrap().exit_code(), 0);
}
