//! What is sent to a real terminal beside cells, and taken back whatever happens.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::flow::pty::Pty;

const MOUSE_ON: &str = "\x1b[?1006h\x1b[?1000h";
const MOUSE_OFF: &str = "\x1b[?1000l\x1b[?1006l";
const TITLE_KEPT: &str = "\x1b[22;2t";
const TITLE_BACK: &str = "\x1b]2;\x07\x1b[23;2t";

fn home(state: &TempDir, args: &[&str], environment: &[(&str, &str)]) -> Pty {
    let mut pty = Pty::start(state.path(), args, environment);
    pty.wait_for("Runbooks");
    pty
}

#[test]
fn the_mouse_and_the_title_are_given_back_on_every_way_out() {
    let state = TempDir::new().unwrap();
    for signal in ["", "TERM", "HUP", "INT"] {
        let mut pty = home(&state, &["--mouse"], &[]);
        if signal.is_empty() {
            pty.press("q");
        } else {
            assert!(Command::new("kill").args(["-s", signal, &pty.pid()]).status().unwrap().success());
        }
        pty.wait_for_end();
        pty.assert_restored();
        let raw = String::from_utf8_lossy(&pty.raw).into_owned();
        for (taken, back) in [(MOUSE_ON, MOUSE_OFF), (TITLE_KEPT, TITLE_BACK)] {
            assert_eq!((raw.matches(taken).count(), raw.matches(back).count()), (1, 1), "{signal} {raw:?}");
            assert!(raw.find(taken) < raw.find(back), "{signal} {raw:?}");
        }
    }
}

#[test]
fn stepping_back_gives_them_back_and_takes_them_again() {
    let state = TempDir::new().unwrap();
    let script = "set -m; \"$MOP\" --mouse; echo STOPPED; read x; fg >/dev/null; echo ENDED";
    let mut pty = Pty::script(state.path(), script, &[]);
    pty.wait_for("Runbooks");
    pty.press("\x1a");
    pty.wait_for("STOPPED");
    assert_eq!((pty.count(MOUSE_ON), pty.count(MOUSE_OFF), pty.count(TITLE_BACK)), (1, 1, 1));
    pty.press("\n");
    pty.wait_until("it is there again", |pty| pty.is_on_other_screen() && pty.count("\x1b]2;mop\x07") >= 2);
    pty.press("q");
    pty.wait_for("ENDED");
    // It goes on because of the shell, and then because it is told that it does.
    assert!(pty.count(MOUSE_ON) >= 2);
    assert_eq!((pty.count(MOUSE_OFF), pty.count(TITLE_BACK)), (2, 2));
    assert_eq!(pty.count(TITLE_KEPT), 2);
}

#[test]
fn a_program_that_was_stopped_from_outside_keeps_the_title_once() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state, &["--mouse"], &[]);
    let signal = |name: &str, pid: &str| Command::new("kill").args(["-s", name, pid]).status().unwrap();
    assert!(signal("STOP", &pty.pid()).success() && signal("CONT", &pty.pid()).success());
    pty.wait_until("the mouse is taken again", |pty| pty.count(MOUSE_ON) == 2);
    pty.press("q");
    pty.wait_for_end();
    assert_eq!((pty.count(TITLE_KEPT), pty.count(TITLE_BACK)), (1, 1));
}

#[test]
fn nothing_of_it_is_sent_where_it_is_not_wanted_or_not_known() {
    let state = TempDir::new().unwrap();
    let mut pty = home(&state, &[], &[("TERM", "linux")]);
    pty.press("q");
    pty.wait_for_end();
    for sequence in ["\x1b[?1006", "\x1b[?1000", "\x1b]", "\x1b[22;2t", "\x1b[23;2t"] {
        assert_eq!(pty.count(sequence), 0, "{sequence:?}");
    }
}

#[test]
fn a_click_and_the_wheel_come_through_a_real_terminal() {
    let state = TempDir::new().unwrap();
    let mut pty = Pty::start(state.path(), &["run", "tour", "--mouse"], &[]);
    pty.wait_for("Your name");
    pty.press("Ada\r");
    pty.wait_for("Before it begins");
    pty.press_until("y", "recorded 4");
    let row = pty.text().lines().position(|line| line.contains(" 1.2 ")).unwrap() + 1;
    pty.press(&format!("\x1b[<0;10;{row}M\x1b[<0;10;{row}m"));
    pty.wait_until("it is selected", |pty| pty.text().lines().any(|line| line.contains('▸') && line.contains(" 1.2 ")));
    pty.press("q");
    pty.wait_for_end();
}

#[test]
fn the_clipboard_gets_the_statement_and_the_title_says_the_run() {
    let state = TempDir::new().unwrap();
    let mut pty = Pty::start(state.path(), &["run", "tour"], &[("TMUX", "/nowhere,1,0")]);
    pty.wait_for("Your name");
    pty.press("Ada\r");
    pty.wait_for("Before it begins");
    pty.press_until("y", "recorded 4");
    pty.wait_until("the title says it", |pty| pty.count("\x1b]2;mop · ") > 0);
    pty.press("s");
    pty.wait_for("mop sign-off v1");
    pty.press("c");
    pty.wait_for("copied the statement");
    assert_eq!(pty.count("\x1b]52;c;bW9wIHNpZ24tb2Zm"), 2, "to tmux, and wrapped for what is behind it");
    assert_eq!(pty.count("\x1bPtmux;\x1b\x1b]52;c;"), 1);
    pty.press("\x03");
    pty.wait_for_end();
}

#[test]
fn settings_that_are_wrong_keep_nobody_from_the_screen_and_it_says_so() {
    let state = TempDir::new().unwrap();
    let file = state.path().join("config.toml");
    fs::write(&file, "bell = 5\n[keys]\nleave = \"X\"\n").unwrap();
    let mut pty = home(&state, &["--config", file.to_str().unwrap()], &[]);
    pty.wait_for("settings 1:8: `bell` cannot be this");
    pty.wait_for("X leave");
    pty.press("X");
    assert_eq!(pty.wait_for_end(), 0);
    let gone = state.path().join("gone.toml");
    let mut pty = home(&state, &[], &[("MOP_CONFIG", gone.to_str().unwrap())]);
    pty.wait_for("there is no such file");
    pty.press("q");
    assert_eq!(pty.wait_for_end(), 0);
}
