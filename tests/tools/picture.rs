//! Draws the README's pictures: real runs of the program in a terminal, their cells as SVG.
//!
//! `cargo run --example picture` writes `docs/pictures/*.svg` anew. Keys are pressed when the screen
//! shows what they wait for; nothing is drawn by hand. Frames and bars are drawn as shapes, so that
//! they are whole in every font.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};
use vt100::{Cell, Color, Screen};

type Done = Result<(), Box<dyn Error>>;

/// How long a screen may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How large a cell is drawn, and the letters in it.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const LETTERS: f32 = 14.0;
const MARGIN: f32 = 14.0;
/// What is behind all, and what letters have that have no colour.
const GROUND: &str = "#16181d";
const INK: &str = "#d6d8dd";
/// The sixteen colours.
const COLOURS: [&str; 16] = [
    "#2b2e36", "#ff6b68", "#7ec77b", "#e5c07b", "#6cb2ff", "#c792ea", "#56c7d0", "#d6d8dd", "#7f8591", "#ff8a87",
    "#98dd95", "#ffd787", "#8cc4ff", "#d7aefb", "#7fdfe6", "#ffffff",
];

/// Is one picture: what is run in which size, and what is pressed once something is seen.
struct Picture {
    name: &'static str,
    about: &'static str,
    size: (u16, u16),
    story: &'static [(&'static str, &'static str)],
    /// What is on the screen when it is drawn.
    seen: &'static str,
}

const PICTURES: &[Picture] = &[
    Picture {
        name: "checklist",
        about: "The full screen: the checklist, a step that runs, what it prints, the status, the trail and the window",
        size: (130, 36),
        story: &[
            ("Your name", "\r\r\r\r"),
            ("begin the run", "y"),
            ("1.1 Tell the shops", "s"),
            ("y signs", "y"),
            ("Alice signed: record", "\r"),
            ("y starts it", "y"),
            ("◇ to sign", "s"),
            ("y signs", "y"),
            ("Alice signed: record", "\r"),
            ("y starts it", "y"),
            ("◇ to sign", "s"),
            ("y signs", "y"),
            ("Alice signed: record", "\r"),
            ("y starts it", "y"),
        ],
        seen: "orders upgraded",
    },
    Picture {
        name: "review",
        about: "What a run is going to be, before it begins",
        size: (100, 30),
        story: &[("Your name", "\r\r\r\r")],
        seen: "begin the run",
    },
];

fn main() -> Done {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    for picture in PICTURES {
        let state = tempfile::TempDir::new()?;
        let svg = draw(picture.about, Sitting::at(picture, state.path())?.story(picture)?.screen.screen());
        std::fs::write(folder.join(format!("{}.svg", picture.name)), svg)?;
    }
    Ok(())
}

/// Is the program in a terminal.
struct Sitting {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Sitting {
    fn at(picture: &Picture, state: &Path) -> Result<Self, Box<dyn Error>> {
        let (columns, rows) = picture.size;
        let pair = native_pty_system().openpty(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(program()?);
        let book = state.join("shop.yaml");
        std::fs::write(&book, include_str!("picture.yaml"))?;
        let begins = (chrono::Local::now() - chrono::TimeDelta::minutes(95)).format("%Y-%m-%dT%H:%M%:z").to_string();
        command.args(["run".as_ref(), book.as_os_str()]);
        command.args(["--as", "Alice", "--window", &begins, "--set", &format!("port={}", serve()?)]);
        command.env("MOP_STATE", state);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env_remove("NO_COLOR");
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let (mut reader, keys) = (pair.master.try_clone_reader()?, pair.master.take_writer()?);
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let _master = pair.master;
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let cells = |count| NonZeroU16::new(count).ok_or("a terminal without cells");
        Ok(Self { child, keys, output, screen: vt100::Parser::new(cells(rows)?, cells(columns)?, 0) })
    }

    /// Presses what the story says, and waits for its end.
    fn story(mut self, picture: &Picture) -> Result<Self, Box<dyn Error>> {
        for (seen, keys) in picture.story {
            self.wait_for(seen)?;
            self.keys.write_all(keys.as_bytes())?;
        }
        self.wait_for(picture.seen)?;
        self.child.kill()?;
        Ok(self)
    }

    fn wait_for(&mut self, text: &str) -> Done {
        let end = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            let bytes = self.output.recv_timeout(end.saturating_duration_since(Instant::now()));
            let bytes = bytes.map_err(|_| format!("no `{text}` on:\n{}", self.screen.screen().contents()))?;
            self.screen.process(&bytes);
        }
        Ok(())
    }
}

/// Stands for the shop, and gives its port.
fn serve() -> Result<u16, Box<dyn Error>> {
    let shop = std::net::TcpListener::bind("127.0.0.1:0")?;
    let port = shop.local_addr()?.port();
    std::thread::spawn(move || {
        for mut guest in shop.incoming().flatten() {
            let mut asked = [0; 1024];
            let _ = guest.read(&mut asked);
            let _ = guest.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nopen");
        }
    });
    Ok(port)
}

/// Finds the program, which is built beside this.
fn program() -> Result<std::path::PathBuf, Box<dyn Error>> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(Path::parent).ok_or("no folder")?;
    Ok(folder.join("mop"))
}

/// Draws a screen.
fn draw(about: &str, screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (wide, high) = (f32::from(columns.get()) * WIDTH, f32::from(rows.get()) * HEIGHT);
    let mut svg = String::new();
    let (all_wide, all_high) = (wide + 2.0 * MARGIN, high + 2.0 * MARGIN);
    let font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {all_wide:.0} {all_high:.0}\" role=\"img\" \
         font-family=\"{font}\" font-size=\"{LETTERS}\">\n<title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"10\" fill=\"{GROUND}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">",
        escaped(about)
    );
    for row in 0..rows.get() {
        let cells: Vec<_> = (0..columns.get()).filter_map(|column| Some((column, screen.cell(row, column)?))).collect();
        for run in cells.chunk_by(|(_, one), (_, other)| may_share(one, other)) {
            draw_run(&mut svg, row, run);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Tells whether two cells can be drawn as one piece of text.
fn may_share(one: &Cell, other: &Cell) -> bool {
    let look = |cell: &Cell| (cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.dim(), cell.italic(), cell.inverse());
    let plain = |cell: &Cell| cell.contents().is_ascii() && !cell.is_wide();
    look(one) == look(other) && plain(one) && plain(other)
}

fn draw_run(svg: &mut String, row: u16, run: &[(u16, &Cell)]) {
    let Some((column, cell)) = run.first() else { return };
    let (x, y) = (f32::from(*column) * WIDTH, f32::from(row) * HEIGHT);
    let cells = if cell.is_wide() { 2.0 } else { run.len() as f32 };
    let (mut ink, mut ground) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), GROUND));
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut ground);
    }
    if ground != GROUND {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>",
            cells * WIDTH
        );
    }
    let text: String = run.iter().map(|(_, cell)| if cell.has_contents() { cell.contents() } else { " " }).collect();
    if text.trim().is_empty() {
        return;
    }
    if let Some(shape) = text.chars().next().and_then(|sign| shape(sign, (x, y))) {
        let _ = writeln!(svg, "<path d=\"{}\" {}/>", shape.path, shape.paint(&ink));
        return;
    }
    let (lead, shown) = (text.len() - text.trim_start().len(), text.trim());
    let at = x + lead as f32 * WIDTH;
    let long = if cell.is_wide() { 2.0 } else { shown.chars().count() as f32 } * WIDTH;
    let weight = if cell.bold() { " font-weight=\"700\"" } else { "" };
    let slant = if cell.italic() { " font-style=\"italic\"" } else { "" };
    let faint = if cell.dim() { " opacity=\"0.65\"" } else { "" };
    let _ = writeln!(
        svg,
        "<text x=\"{at:.1}\" y=\"{:.1}\" fill=\"{ink}\" textLength=\"{long:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\"{weight}{slant}{faint}>{}</text>",
        y + HEIGHT * 0.74,
        escaped(shown)
    );
}

/// Is a sign that is drawn as a shape.
struct Shape {
    path: String,
    /// How thick its lines are; nothing when it is filled.
    line: Option<f32>,
    faint: bool,
}

impl Shape {
    fn paint(&self, ink: &str) -> String {
        let faint = if self.faint { " opacity=\"0.35\"" } else { "" };
        match self.line {
            Some(thick) => format!("fill=\"none\" stroke=\"{ink}\" stroke-width=\"{thick}\"{faint}"),
            None => format!("fill=\"{ink}\"{faint}"),
        }
    }
}

/// Gives the shape of a sign of frames and bars, in the cell at a place.
fn shape(sign: char, (x, y): (f32, f32)) -> Option<Shape> {
    let (middle, centre, right, below) = (x + WIDTH / 2.0, y + HEIGHT / 2.0, x + WIDTH, y + HEIGHT);
    let arms = |left: bool, up: bool, to_right: bool, down: bool| {
        let mut path = String::new();
        for (there, (to_x, to_y)) in
            [(left, (x, centre)), (up, (middle, y)), (to_right, (right, centre)), (down, (middle, below))]
        {
            if there {
                let _ = write!(path, "M{middle:.1} {centre:.1}L{to_x:.1} {to_y:.1}");
            }
        }
        Shape { path, line: Some(1.1), faint: true }
    };
    let block = |from: f32, faint: bool| {
        let top = y + HEIGHT * (1.0 - from);
        Shape { path: format!("M{x:.1} {top:.1}H{right:.1}V{below:.1}H{x:.1}Z"), line: None, faint }
    };
    let eighths = "▁▂▃▄▅▆▇█";
    if let Some(at) = eighths.chars().position(|eighth| eighth == sign) {
        return Some(block((at + 1) as f32 / 8.0, false));
    }
    Some(match sign {
        '─' => arms(true, false, true, false),
        '│' => arms(false, true, false, true),
        '┌' => arms(false, false, true, true),
        '┐' => arms(true, false, false, true),
        '└' => arms(false, true, true, false),
        '┘' => arms(true, true, false, false),
        '├' => arms(false, true, true, true),
        '┤' => arms(true, true, false, true),
        '┬' => arms(true, false, true, true),
        '┴' => arms(true, true, true, false),
        '┼' => arms(true, true, true, true),
        '━' => Shape { path: format!("M{x:.1} {centre:.1}H{right:.1}"), line: Some(3.0), faint: false },
        '┊' => Shape { path: format!("M{middle:.1} {y:.1}V{below:.1}"), line: Some(1.6), faint: false },
        '░' | '▒' => block(1.0, true),
        _ => return None,
    })
}

fn colour(colour: Color, otherwise: &str) -> String {
    match colour {
        Color::Default => otherwise.to_owned(),
        Color::Idx(at) => COLOURS.get(usize::from(at)).map_or_else(|| cube(at), |known| (*known).to_owned()),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    }
}

/// Gives one of the 240 colours behind the sixteen.
fn cube(at: u8) -> String {
    if at >= 232 {
        let grey = 8 + 10 * (at - 232);
        return format!("#{grey:02x}{grey:02x}{grey:02x}");
    }
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let at = at - 16;
    format!("#{:02x}{:02x}{:02x}", level(at / 36), level(at / 6 % 6), level(at % 6))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
