//! The program in a real terminal: what is signed is there after leaving and coming back.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// How long a screen may take on a machine that is busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Is a program in a terminal of 100 columns and 30 rows.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    pub raw: Vec<u8>,
}

pub type Spawned = (Box<dyn Child + Send + Sync>, Box<dyn MasterPty + Send>);

pub fn spawn(state: &Path, args: &[&str], environment: &[(&str, &str)]) -> Spawned {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_mop"));
    command.args(args);
    spawn_command(command, state, environment)
}

pub fn spawn_command(mut command: CommandBuilder, state: &Path, environment: &[(&str, &str)]) -> Spawned {
    let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    command.env("MOP_STATE", state);
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("MOP_CONFIG", "none");
    ["TMUX", "STY", "NO_COLOR", "COLORFGBG", "LC_ALL", "LC_CTYPE"].iter().for_each(|name| command.env_remove(name));
    environment.iter().for_each(|(name, value)| command.env(name, value));
    (pair.slave.spawn_command(command).unwrap(), pair.master)
}

impl Pty {
    pub fn start(state: &Path, args: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::of(spawn(state, args, environment))
    }

    /// Runs a script of the shell, with the program as `$MOP`.
    pub fn script(state: &Path, script: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script]);
        command.env("MOP", env!("CARGO_BIN_EXE_mop"));
        Self::of(spawn_command(command, state, environment))
    }

    /// Starts another program than `mop`.
    pub fn program(program: &Path, state: &Path) -> Self {
        Self::of(spawn_command(CommandBuilder::new(program), state, &[]))
    }

    pub fn of((child, master): Spawned) -> Self {
        let mut reader = master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = master.take_writer().unwrap();
        let cells = |count| NonZeroU16::new(count).unwrap();
        let screen = vt100::Parser::new(cells(30), cells(100), 0);
        Self { child, master, keys, output, screen, raw: Vec::new() }
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Reads until the screen shows a text.
    pub fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => panic!("no `{text}` on the screen:\n{}", self.screen.screen().contents()),
            }
        }
    }

    /// Presses keys again and again until the screen shows a text, where what is pressed too early is forgotten.
    pub fn press_until(&mut self, keys: &str, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            assert!(Instant::now() < end, "no `{text}` on the screen:\n{}", self.screen.screen().contents());
            self.press(keys);
            let next = Instant::now() + Duration::from_secs(1);
            while let Ok(bytes) = self.output.recv_timeout(next.saturating_duration_since(Instant::now())) {
                self.take(&bytes);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// Waits until the program has ended and gives its exit code.
    pub fn wait_for_end(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        while let Ok(bytes) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.take(&bytes);
        }
        self.exit_code()
    }

    /// Reads until something is so.
    pub fn wait_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self) {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => panic!("not so: {what}:\n{}", self.text()),
            }
        }
    }

    /// Waits until the program has ended, without reading, and gives its exit code.
    pub fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            std::thread::yield_now();
        }
        panic!("it did not end");
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    pub fn pid(&self) -> String {
        self.child.process_id().unwrap().to_string()
    }

    /// Counts how often it wrote a sequence.
    pub fn count(&self, sequence: &str) -> usize {
        String::from_utf8_lossy(&self.raw).matches(sequence).count()
    }

    /// Gives the path of the terminal.
    pub fn terminal(&self) -> PathBuf {
        self.master.tty_name().unwrap()
    }

    pub fn is_on_other_screen(&self) -> bool {
        self.screen.screen().alternate_screen()
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        let cells = |count| NonZeroU16::new(count).unwrap();
        self.screen.set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    pub fn assert_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    }
}

#[test]
fn what_is_signed_is_there_after_leaving_and_resuming() {
    let state = TempDir::new().unwrap();
    let mut first = Pty::start(state.path(), &["run", "tour"], &[]);
    first.wait_for("Your name");
    first.press("Ada\r");
    first.wait_for("begin the run");
    first.press("y");
    first.wait_for("Checklist");
    first.press("s");
    first.wait_for("y signs");
    first.press("y");
    first.wait_for("✓P R1");
    first.press("q");
    assert_eq!(first.wait_for_end(), 0);
    first.assert_restored();
    assert!(first.screen.screen().contents().contains("mop resume"));

    let mut again = Pty::start(state.path(), &["resume"], &[]);
    again.wait_for("Your name");
    again.press("Ada\r");
    again.wait_for("✓P R1");
    again.wait_for("resumed the run");
    again.press("\x03");
    assert_eq!(again.wait_for_end(), 0);
    again.assert_restored();
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let state = TempDir::new().unwrap();
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129), ("QUIT", 131)] {
        let mut pty = Pty::start(state.path(), &[], &[]);
        pty.wait_for("Runbooks");
        let pid = pty.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        assert_eq!(pty.wait_for_end(), code, "{signal}");
        pty.assert_restored();
    }
}

#[test]
fn a_dropped_link_is_in_the_record() {
    let state = TempDir::new().unwrap();
    let mut pty = Pty::start(state.path(), &["run", "tour"], &[]);
    pty.wait_for("Your name");
    pty.press("Ada\r");
    pty.wait_for("begin the run");
    pty.press("y");
    // Until all that the tour watches was recorded, so that nothing is on its way.
    pty.wait_for("recorded 4");
    let pid = pty.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "HUP", &pid]).status().unwrap().success());
    assert_eq!(pty.wait_for_end(), 129);
    let run = std::fs::read_dir(state.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    let journal = std::fs::read_to_string(run.join("journal.jsonl")).unwrap();
    assert!(journal.lines().last().unwrap().contains(r#""t":"hung_up","v":1"#), "{journal}");
}

#[test]
fn a_closed_terminal_ends_the_program() {
    let state = TempDir::new().unwrap();
    let (mut child, master) = spawn(state.path(), &[], &[]);
    let mut reader = master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("Runbooks") {
        let mut bytes = [0; 4096];
        let read = reader.read(&mut bytes).unwrap();
        assert!(read > 0, "it ended before it drew anything");
        seen.extend_from_slice(&bytes[..read]);
    }
    drop((master, reader));
    let (sender, ended) = channel();
    std::thread::spawn(move || sender.send(child.wait().unwrap().exit_code()));
    assert_eq!(ended.recv_timeout(PATIENCE).unwrap(), 129);
}

#[test]
fn a_dumb_terminal_gets_one_line_and_no_escape() {
    let state = TempDir::new().unwrap();
    let mut pty = Pty::start(state.path(), &[], &[("TERM", "dumb")]);
    assert_eq!(pty.wait_for_end(), 2);
    assert!(!pty.raw.contains(&0x1B));
    assert_eq!(String::from_utf8_lossy(&pty.raw).trim().lines().count(), 1);
}
