//! A program in a pseudo-terminal: keys go in, what comes out is timed as it is read and shown by an emulator.

use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long anything may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it is silent after an answer.
pub const QUIET: Duration = Duration::from_millis(150);

/// The size of the terminal.
pub const COLUMNS: u16 = 120;
pub const ROWS: u16 = 40;

/// Is a program that is being measured.
pub struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    pub started: Instant,
    /// Everything that it wrote.
    pub raw: Vec<u8>,
}

/// Is what a program wrote upon a key.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub bytes: usize,
    /// How long the last of it took; nothing when there was none.
    pub last: Option<Duration>,
    /// How many cells look different.
    pub changed: usize,
    /// Each piece as it was read, with how long that took.
    pub pieces: Vec<(Duration, usize)>,
}

pub fn spawn(command: CommandBuilder) -> (Box<dyn Child + Send + Sync>, Box<dyn MasterPty + Send>, Instant) {
    let pair = native_pty_system().openpty(size(COLUMNS, ROWS)).expect("a terminal");
    let started = Instant::now();
    let child = pair.slave.spawn_command(command).expect("the program starts");
    (child, pair.master, started)
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn emulator() -> vt100::Parser {
    let cells = |count| NonZeroU16::new(count).expect("a size");
    vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0)
}

impl Session {
    pub fn start(command: CommandBuilder) -> Self {
        let (child, master, started) = spawn(command);
        let mut reader = master.try_clone_reader().expect("its output");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send((Instant::now(), bytes[..read].to_vec())).is_err() {
                    return;
                }
            }
        });
        let keys = master.take_writer().expect("its input");
        Self { child, master, keys, output, screen: emulator(), started, raw: Vec::new() }
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Presses keys, and gives the moment.
    pub fn press(&mut self, keys: &str) -> Instant {
        let now = Instant::now();
        self.keys.write_all(keys.as_bytes()).expect("it takes keys");
        now
    }

    /// Reads until the screen shows a text, and gives the moment it was read.
    pub fn until(&mut self, text: &str) -> Instant {
        self.until_so(text, &|session| session.text().contains(text))
    }

    /// Reads until something is so, and gives the moment it was read.
    pub fn until_so(&mut self, what: &str, is_so: &dyn Fn(&Self) -> bool) -> Instant {
        let end = Instant::now() + PATIENCE;
        loop {
            let Ok((at, bytes)) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) else {
                panic!("no `{what}` on the screen:\n{}", self.text());
            };
            self.take(&bytes);
            if is_so(self) {
                return at;
            }
        }
    }

    /// Reads for so long, whatever comes.
    pub fn rest(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            if let Ok((_, bytes)) = self.output.recv_timeout(left) {
                self.take(&bytes);
            }
        }
    }

    /// Presses keys, waits until it is quiet, and gives what came.
    pub fn answer(&mut self, keys: &str, quiet: Duration) -> Answer {
        let before = self.cells();
        let pressed = self.press(keys);
        let mut answer = self.listen(pressed, quiet);
        answer.changed = before.iter().zip(self.cells()).filter(|(before, after)| *before != after).count();
        answer
    }

    /// Waits for an answer, however long that takes, and then until it is quiet.
    pub fn hear(&mut self, since: Instant, quiet: Duration) -> Answer {
        let mut answer = Answer::default();
        self.gather(&mut answer, since, PATIENCE);
        while self.gather(&mut answer, since, quiet) {}
        answer
    }

    /// Waits until it is quiet, and gives what came.
    pub fn listen(&mut self, since: Instant, quiet: Duration) -> Answer {
        let mut answer = Answer::default();
        while self.gather(&mut answer, since, quiet) {}
        answer
    }

    /// Takes what comes next into an answer; false when it is quiet for so long.
    fn gather(&mut self, answer: &mut Answer, since: Instant, quiet: Duration) -> bool {
        let Ok((at, bytes)) = self.output.recv_timeout(quiet) else { return false };
        self.take(&bytes);
        answer.bytes += bytes.len();
        let time = at.saturating_duration_since(since);
        answer.pieces.push((time, bytes.len()));
        answer.last = Some(time);
        true
    }

    /// Gives everything that can be seen of each cell.
    fn cells(&self) -> Vec<(String, String)> {
        let screen = self.screen.screen();
        let cell = |y, x| {
            let cell = screen.cell(y, x).expect("a cell");
            let text = if cell.contents().is_empty() { " " } else { cell.contents() };
            let on_blank = format!("{:?}{}{}", cell.bgcolor(), cell.inverse(), cell.underline());
            let on_text = format!("{:?}{}{}{}", cell.fgcolor(), cell.bold(), cell.dim(), cell.italic());
            (text.to_owned(), if text == " " { on_blank } else { on_blank + &on_text })
        };
        (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| (y, x))).map(|(y, x)| cell(y, x)).collect()
    }

    /// Gives the row that is selected: marked, or in reverse.
    pub fn selected(&self) -> String {
        let screen = self.screen.screen();
        let is_reversed = |y: &u16| (0..COLUMNS).any(|x| screen.cell(*y, x).is_some_and(vt100::Cell::inverse));
        let row = |y: u16| screen.contents_between(y, 0, y, COLUMNS);
        let marked = (0..ROWS).find(|y| row(*y).contains('▸'));
        marked.or_else(|| (0..ROWS).find(is_reversed)).map(row).unwrap_or_default()
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).expect("another size");
    }

    /// Begins to look at what it writes as if nothing had been before.
    pub fn look_anew(&mut self) {
        self.screen = emulator();
    }

    /// Gives a figure of the process by its name, in kB.
    pub fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
        line.split_whitespace().next().and_then(|kb| kb.parse().ok()).expect("a number")
    }

    /// Gives the time on a processor and how often it went to sleep, of all threads.
    pub fn usage(&self) -> (Duration, u64) {
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid())).expect("its threads");
        let of = |thread: fs::DirEntry| {
            let read = |name: &str| fs::read_to_string(thread.path().join(name)).unwrap_or_default();
            let ran: u64 = read("schedstat").split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or_default();
            let status = read("status");
            let slept = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            (ran, slept.and_then(|count| count.trim().parse().ok()).unwrap_or(0))
        };
        let each = threads.filter_map(Result::ok).map(of);
        let (ran, slept) = each.fold((0, 0), |(ran, slept), (more, often)| (ran + more, slept + often));
        (Duration::from_nanos(ran), slept)
    }

    pub fn quit(mut self) {
        self.press("q");
        self.child.wait().expect("it ends");
    }
}

/// Waits until no minute begins within so many seconds, and none has just begun.
pub fn avoid_minute(seconds: u64) {
    let into = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs() % 60;
    let wait = match into {
        0..2 => 2 - into,
        _ if into + seconds < 60 => 0,
        _ => 62 - into,
    };
    std::thread::sleep(Duration::from_secs(wait));
}

/// Waits until no second begins soon: a clock on the screen is no answer to a key.
pub fn avoid_clock() {
    let into = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").subsec_millis();
    let wait = match into {
        0..100 => 100 - into,
        100..600 => 0,
        _ => 1_100 - into,
    };
    std::thread::sleep(Duration::from_millis(wait.into()));
}
