//! The full screen inside tmux: what it makes of the bytes is what an emulator makes of them.

use std::fs;
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::pty::PATIENCE;
use crate::needs::needs;

/// A tmux of its own, which ends with the test.
struct Tmux(TempDir);

impl Tmux {
    fn run(&self, args: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.env_remove("TMUX").env("LANG", "C.UTF-8").arg("-S").arg(self.0.path().join("socket"));
        let output = command.args(["-f", "/dev/null"]).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Waits until it shows a text.
    fn wait_for(&self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.run(&["capture-pane", "-p"]).contains(text) {
            assert!(Instant::now() < end, "no `{text}` in\n{}", self.run(&["capture-pane", "-p"]));
        }
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = Command::new("tmux").arg("-S").arg(self.0.path().join("socket")).arg("kill-server").output();
    }
}

fn shown(bytes: &[u8]) -> vt100::Parser {
    let cells = |count| NonZeroU16::new(count).unwrap();
    let mut screen = vt100::Parser::new(cells(30), cells(100), 0);
    screen.process(bytes);
    screen
}

/// Gives what can be seen of each row: its text, and how the letters look.
fn rows(screen: &vt100::Parser) -> Vec<String> {
    let cell = |y, x| {
        let cell = screen.screen().cell(y, x).unwrap();
        let is_blank = cell.contents().trim().is_empty();
        let look = format!("{:?} {}{}", cell.fgcolor(), cell.bold(), cell.dim());
        let look = if is_blank && !cell.inverse() { String::new() } else { look };
        format!("{}[{look} {:?} {}]", cell.contents().trim(), cell.bgcolor(), cell.inverse())
    };
    // The clock in the first row may have gone on in between.
    (1..30).map(|y| (0..100).map(|x| cell(y, x)).collect()).collect()
}

/// Reads what the program wrote, until an emulator shows a text.
fn wait_for_bytes(file: &Path, text: &str) -> vt100::Parser {
    let end = Instant::now() + PATIENCE;
    loop {
        let screen = shown(&fs::read(file).unwrap_or_default());
        if screen.screen().contents().contains(text) {
            return screen;
        }
        assert!(Instant::now() < end, "no `{text}` in\n{}", screen.screen().contents());
        std::thread::yield_now();
    }
}

#[test]
fn tmux_shows_what_an_emulator_shows() {
    needs!(TMUX);
    let (tmux, state) = (Tmux(TempDir::new().unwrap()), TempDir::new().unwrap());
    let program = format!("read x; MOP_STATE={} exec {}", state.path().display(), env!("CARGO_BIN_EXE_mop"));
    tmux.run(&["new-session", "-d", "-x", "100", "-y", "30", "sh", "-c", &format!("{program} run tour")]);
    let bytes = state.path().join("bytes");
    tmux.run(&["pipe-pane", &format!("cat > {}", bytes.display())]);
    tmux.run(&["send-keys", "Enter"]);
    tmux.wait_for("Your name");
    tmux.run(&["send-keys", "Ada", "Enter"]);
    tmux.wait_for("begin the run");
    tmux.run(&["send-keys", "y"]);
    tmux.wait_for("Checklist");
    let steps: [(&[&str], &str); 7] = [
        (&["j", "j", "j", "k"], "R1"),
        (&["j"; 28], "zoom"),
        (&["z", "k", "k", "k", "j", "G", "g"], "R1"),
        (&["z", "Tab", "j", "k"], "Trail"),
        (&["?"], "goes one line down"),
        (&["Escape"], "R1"),
        (&["Tab", "?"], "goes one line down"),
    ];
    for (keys, text) in steps {
        tmux.run(&[&["send-keys"], keys].concat());
        tmux.wait_for(text);
        wait_for_bytes(&bytes, text);
        let same = || rows(&shown(&fs::read(&bytes).unwrap())) == rows(&captured(&tmux));
        let end = Instant::now() + Duration::from_secs(20);
        while !same() {
            assert!(Instant::now() < end, "not the same after {keys:?}:\n{}", tmux.run(&["capture-pane", "-p"]));
        }
    }
    tmux.run(&["send-keys", "C-c"]);
}

fn captured(tmux: &Tmux) -> vt100::Parser {
    let text = tmux.run(&["capture-pane", "-e", "-p"]);
    shown(text.trim_end_matches('\n').replace('\n', "\r\n").as_bytes())
}
