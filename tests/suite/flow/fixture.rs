//! The program on a bench: a still clock, a temporary state directory, a terminal in memory.

mod clock;
mod lookers;

use std::cell::Cell;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::FixedOffset;
use mop::app::{App, Ending, Fittings, Hand, Input, Means, Pinned, Store, Surroundings, Wake};
use mop::exec::command::Launcher;
use mop::exec::sign::OpenSsh;
use mop::journal::{Clock, Disk, Storage, World};
use mop::run::roster::Roster;
use mop::runbook::{Loaded, NoLibrary, load, shipped};
use mop::ui::{Bindings, Code, Drawn, Key, Mouse, Pace, Palette, Pointed, Theme};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use ratatui::{Frame, Terminal};
use tempfile::TempDir;

pub use clock::StillClock;
pub use lookers::Look;

thread_local! {
    /// Counted in each test by itself, so that names are the same whatever else runs.
    static COUNT: Cell<u64> = const { Cell::new(1) };
}

fn counted() -> Option<[u8; 16]> {
    let count = COUNT.replace(COUNT.get() + 1);
    Some((u128::from(count) * 0x0123_4567_89AB_CDEF).to_le_bytes())
}

fn open(path: &Path) -> Result<Loaded, String> {
    if path.is_absolute() {
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        return Ok(load(path.to_str().unwrap(), bytes, &NoLibrary));
    }
    let file = |id: &str| format!("{id}.yaml");
    let all = shipped::ALL.iter().map(|book| (file(book.id), book.text.as_bytes().to_vec()));
    let book = path.to_str().and_then(shipped::by_id).ok_or("no such runbook")?;
    Ok(load(&file(book.id), book.text.into(), &Pinned(all.collect())))
}

/// Reads a runbook that has no errors.
pub fn book_of(text: &str) -> Loaded {
    let loaded = load("small.yaml", text.into(), &NoLibrary);
    assert!(loaded.runbook.is_some(), "{:?}", loaded.diagnostics);
    loaded
}

fn text_of(buffer: &Buffer) -> String {
    let rows = buffer.content.chunks(usize::from(buffer.area.width).max(1));
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
}

/// How it looks unless somebody says otherwise.
const COLOURED: Theme = Theme { palette: Palette::Dark, ascii: false };

/// How long a thread may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program and its terminal.
pub struct Bench {
    app: App,
    terminal: Terminal<TestBackend>,
    /// The last frame, and what it shows.
    last: (Buffer, Option<Drawn>),
    state: Arc<TempDir>,
    theme: Theme,
    clock: Arc<StillClock>,
    surroundings: Surroundings,
}

impl Bench {
    pub fn new(columns: u16, rows: u16) -> Self {
        Self::with(COLOURED, Arc::new(TempDir::new().unwrap()), (columns, rows))
    }

    /// Without colours and with ASCII only.
    pub fn plain(columns: u16, rows: u16) -> Self {
        Self::with(Theme { palette: Palette::None, ascii: true }, Arc::new(TempDir::new().unwrap()), (columns, rows))
    }

    /// With people in the roster, and an OpenSSH to sign with.
    pub fn signing(roster: &Roster, ssh: OpenSsh) -> Self {
        let state = TempDir::new().unwrap();
        std::fs::write(state.path().join("roster.json"), roster.to_json()).unwrap();
        Self::with_ssh((COLOURED, ssh), Arc::new(state), (120, 40))
    }

    fn with(theme: Theme, state: Arc<TempDir>, size: (u16, u16)) -> Self {
        Self::with_ssh((theme, OpenSsh::with_environment([])), state, size)
    }

    /// As whoever comes for one runbook has it, before anybody looked for others.
    pub fn came_for(book: Loaded, (columns, rows): (u16, u16)) -> Self {
        let place = (Arc::new(TempDir::new().unwrap()), (columns, rows));
        let mut bench = Self::made((COLOURED, OpenSsh::with_environment([])), place);
        bench.open_book(book);
        bench.resize(columns, rows);
        bench
    }

    fn with_ssh(look: (Theme, OpenSsh), state: Arc<TempDir>, (columns, rows): (u16, u16)) -> Self {
        let mut bench = Self::made(look, (state, (columns, rows)));
        bench.resize(columns, rows);
        bench.find();
        bench
    }

    fn made(look: (Theme, OpenSsh), place: (Arc<TempDir>, (u16, u16))) -> Self {
        Self::on(|_| Arc::new(Disk), look, place)
    }

    /// One on another disk, which may take its time.
    pub fn on_disk(disk: impl FnOnce(Arc<StillClock>) -> Arc<dyn Storage>) -> Self {
        let mut bench =
            Self::on(disk, (COLOURED, OpenSsh::with_environment([])), (Arc::new(TempDir::new().unwrap()), (120, 40)));
        bench.resize(120, 40);
        bench.find();
        bench
    }

    fn on(
        storage: impl FnOnce(Arc<StillClock>) -> Arc<dyn Storage>,
        (theme, ssh): (Theme, OpenSsh),
        (state, (columns, rows)): (Arc<TempDir>, (u16, u16)),
    ) -> Self {
        let clock = Arc::new(StillClock::default());
        let storage = storage(Arc::clone(&clock));
        let world = World { storage, clock: Arc::clone(&clock) as Arc<dyn Clock> };
        let offset = |_| FixedOffset::east_opt(3600).unwrap();
        let launcher = Launcher::at(env!("CARGO_BIN_EXE_mop").into());
        let terminal = || "bastion7 /dev/pts/3".to_owned();
        let surroundings = Surroundings { world, offset, chance: counted, ssh, launcher, terminal };
        let app = App::new(surroundings.clone(), Store::at(state.path().into()), (open, theme));
        let terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        Self { app, terminal, last: (Buffer::default(), None), state, theme, clock, surroundings }
    }

    /// Waits for what is looked for meanwhile, and takes it.
    pub fn find(&mut self) {
        let finding = self.app.wait_for_finding(PATIENCE).unwrap();
        self.app.turn(Wake::Finding(finding));
    }

    /// Gives the state directory.
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// Lists the runs, rehearsals left out.
    pub fn runs(&self) -> Vec<String> {
        self.store().names().unwrap()
    }

    /// Looks for runbooks in a folder too.
    pub fn look_in(&mut self, folder: &Path) {
        self.app.look_in(folder.to_owned());
        self.find();
    }

    pub fn store(&self) -> Store {
        Store::at(self.state.path().into())
    }

    /// One who acts in the run that is open, without the full screen.
    pub fn hand(&self) -> Hand {
        Hand::open(self.surroundings.clone(), self.store(), self.app.run_name().unwrap()).unwrap()
    }

    /// Another process on the same state directory.
    pub fn second_terminal(&self) -> Self {
        Self::with(self.theme, Arc::clone(&self.state), (120, 40))
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.terminal.backend_mut().resize(columns, rows);
        self.app.turn(Wake::Size(columns, rows));
    }

    /// Takes what a person wants of the screen.
    pub fn fit_out(&mut self, fit: impl FnOnce(&mut Fittings)) {
        let (bindings, pace, means) = (Bindings::default(), Pace::Seconds, Means::default());
        let mut fittings =
            Fittings { theme: self.theme, bindings, pace, mouse: false, bell: true, notify: false, links: true, means };
        fit(&mut fittings);
        self.app.fit_out(fittings);
    }

    /// Gives what is sent beside the next frame.
    pub fn aside(&self) -> String {
        String::from_utf8(self.app.aside().to_vec()).unwrap()
    }

    /// Counts the records that this terminal knows.
    pub fn records(&self) -> usize {
        usize::try_from(self.app.run().unwrap().head().n).unwrap() + 1
    }

    /// Says something in the row for messages.
    pub fn say(&mut self, words: &str) {
        self.app.say(words);
    }

    /// Tells whether a frame would show something new.
    pub fn is_stale(&self) -> bool {
        self.app.is_stale()
    }

    /// Points at a cell.
    pub fn point(&mut self, (column, row): (u16, u16), pointed: Pointed) {
        self.app.turn(Wake::Input(Input::Mouse(Mouse { column, row, pointed })));
    }

    /// Gives the title that the terminal would have.
    pub fn title(&self) -> String {
        mop::ui::title(&self.app.model()).words()
    }

    /// Tells whether some cell of the last frame is bold and dim at once.
    pub fn is_torn(&self) -> bool {
        let both = Modifier::BOLD | Modifier::DIM;
        self.terminal.backend().buffer().content.iter().any(|cell| cell.modifier.contains(both))
    }

    /// Gives what of the last frame leads somewhere, one part a row.
    pub fn led(&self) -> Vec<String> {
        let buffer = self.terminal.backend().buffer();
        let rows = buffer.content.chunks(usize::from(buffer.area.width).max(1));
        let leads = |cell: &&ratatui::buffer::Cell| cell.underline_color != Color::Reset;
        let rows = rows.map(|row| row.iter().filter(leads).map(|cell| cell.symbol()).collect::<String>());
        rows.filter(|part| !part.is_empty()).collect()
    }

    /// Tells whether some cell of the last frame has a colour.
    pub fn has_colour(&self) -> bool {
        let is_coloured = |cell: &ratatui::buffer::Cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset);
        self.terminal.backend().buffer().content.iter().any(is_coloured)
    }

    /// Lets time pass, and lets the program see that it did.
    pub fn pass(&mut self, time: Duration) {
        self.clock.pass(time);
        self.app.turn(Wake::Tick);
        self.settle();
    }

    pub fn key(&mut self, key: Key) {
        self.app.turn(Wake::Input(Input::Key(key)));
        self.app.arrive();
    }

    /// Presses a key, of which only the first frame is waited for.
    pub fn key_only(&mut self, key: Key) {
        self.app.turn(Wake::Input(Input::Key(key)));
    }

    /// Presses keys without a frame in between.
    pub fn keys(&mut self, keys: &str) {
        for letter in keys.chars() {
            self.key(Key::press(if letter == '\t' { Code::Tab } else { Code::Char(letter) }));
        }
    }

    /// Presses a key with control.
    pub fn ctrl(&mut self, letter: char) {
        self.key(Key { ctrl: true, ..Key::press(Code::Char(letter)) });
    }

    pub fn paste(&mut self, text: &str) {
        self.app.turn(Wake::Input(Input::Paste(text.into())));
    }

    /// Draws a frame and gives its text.
    pub fn frame(&mut self) -> String {
        let (mut views, mut drawn) = (Vec::new(), Buffer::default());
        let draw = |frame: &mut Frame<'_>| {
            views = mop::ui::draw(frame, &self.app.model());
            drawn.clone_from(frame.buffer_mut());
        };
        self.terminal.draw(draw).unwrap();
        self.move_in_last(drawn);
        self.app.note_drawn(views);
        text_of(self.terminal.backend().buffer())
    }

    /// Gives the frame that is drawn while it is not known whether the signature is recorded, and as which record.
    pub fn ahead(&mut self) -> Option<(String, u64)> {
        let terminal = &mut self.terminal;
        let (frame, heads) = self.app.look_ahead(|app| {
            terminal.draw(|frame| _ = mop::ui::draw(frame, &app.model())).unwrap();
            text_of(terminal.backend().buffer())
        })?;
        Some((frame, heads.last().unwrap().n))
    }

    /// Draws what a moved selection changes over the last frame, which has to give this one.
    fn move_in_last(&mut self, shown: Buffer) {
        let (mut last, drawn) = std::mem::take(&mut self.last);
        let model = self.app.model();
        if let Some(drawn) = drawn.filter(|_| self.app.is_only_moved() && last.area == shown.area) {
            let mut over = Buffer::empty(last.area);
            let mut moved = None;
            let mut terminal = Terminal::new(TestBackend::new(last.area.width, last.area.height)).unwrap();
            let draw = |frame: &mut Frame<'_>| {
                moved = mop::ui::draw_moved(frame, &model, &drawn);
                over.clone_from(frame.buffer_mut());
            };
            terminal.draw(draw).unwrap();
            for position in moved.iter().flat_map(|(_, parts)| parts).flat_map(|part| part.positions()) {
                last[position] = over[position].clone();
            }
            let differ = || last.diff(&shown).into_iter().map(|(x, y, cell)| (x, y, cell.clone())).collect::<Vec<_>>();
            assert!(moved.is_none() || last == shown, "{:?}", differ());
        }
        self.last = (shown, Drawn::of(&model));
    }

    /// Waits for what the prover finds out, and takes it.
    pub fn take_report(&mut self) {
        let report = self.app.wait_for_report(PATIENCE).unwrap();
        self.app.turn(Wake::Report(report));
        self.settle();
    }

    /// Waits for news of what is under way, and takes it.
    pub fn take_news(&mut self) {
        let news = self.app.wait_for_news(PATIENCE).unwrap();
        self.app.turn(Wake::News(news));
        self.settle();
    }

    /// Takes news of what is under way until a frame shows something, and gives that frame.
    pub fn until(&mut self, shown: &str) -> String {
        loop {
            let frame = self.frame();
            if frame.contains(shown) {
                return frame;
            }
            let news = self.app.wait_for_news(PATIENCE).unwrap_or_else(|| panic!("no `{shown}` in\n{frame}"));
            self.app.turn(Wake::News(news));
            self.settle();
        }
    }

    /// Opens the list of what else can be done, and takes what a word in it names.
    pub fn chooses(&mut self, word: &str) {
        self.keys("o");
        for _ in 0..30 {
            if self.frame().lines().any(|line| line.contains(&format!("▸ {word} "))) {
                return self.key(Key::press(Code::Enter));
            }
            self.keys("j");
        }
        panic!("{word} is not in\n{}", self.frame());
    }

    /// Types an answer and accepts it.
    pub fn types(&mut self, text: &str) {
        self.paste(text);
        self.key(Key::press(Code::Enter));
        self.settle();
    }

    /// Waits for what another process records, and takes it.
    pub fn take_foreign(&mut self) {
        let foreign = self.app.wait_for_foreign(PATIENCE).unwrap();
        self.app.turn(Wake::Foreign(foreign));
    }

    /// Waits until the recorder has answered.
    pub fn settle(&mut self) {
        self.app.settle();
    }

    /// Starts a run of a runbook without inputs.
    pub fn start(&mut self, book: &str, who: &str) {
        let loaded = book_of(book);
        self.open_book(loaded);
        self.types(who);
        self.begin();
        assert!(self.app.run().is_some(), "{}", self.frame());
    }

    /// Opens a runbook, as `mop run` does.
    pub fn open_book(&mut self, loaded: Loaded) {
        self.app.show_runbook(loaded);
    }

    /// Starts a run of a file without inputs.
    pub fn start_file(&mut self, path: &Path, who: &str) {
        self.app.show_runbook(open(path).unwrap());
        self.types(who);
        self.begin();
        assert!(self.app.run().is_some(), "{}", self.frame());
    }

    /// Asks who goes on with a run, by its directory.
    pub fn show(&mut self, run: &Path) {
        self.app.show_run(run.file_name().unwrap().to_str().unwrap());
    }

    /// Leaves in one of the ways.
    pub fn leave(&mut self, ending: &Ending) {
        self.app.take_leave(ending);
    }

    /// Goes on with a run, by its directory.
    pub fn resume(&mut self, run: &Path, who: &str) {
        self.show(run);
        self.types(who);
        assert!(self.app.run().is_some(), "{}", self.frame());
    }

    /// Says yes to what is going to begin.
    pub fn begin(&mut self) {
        self.frame();
        self.keys("y");
    }

    /// Starts the tour with what it proposes.
    pub fn start_tour(&mut self, who: &str) {
        self.enter_first(who);
        self.begin();
        assert!(self.app.run().is_some(), "{}", self.frame());
    }

    /// Goes on with the first run at home.
    pub fn go_on(&mut self, who: &str) {
        self.enter_first(who);
        assert!(self.app.run().is_some(), "{}", self.frame());
        self.settle();
    }

    fn enter_first(&mut self, who: &str) {
        self.key(Key::press(Code::Enter));
        self.paste(who);
        self.key(Key::press(Code::Enter));
    }

    /// Signs the selected step, as a person does who reads it first.
    pub fn sign(&mut self) {
        self.open_statement();
        self.keys("y");
        self.settle();
    }

    /// Reads the selected step to its end, and then the statement.
    pub fn open_statement(&mut self) -> String {
        self.frame();
        self.keys("s");
        let mut frame = self.frame();
        for _ in 0..40 {
            if frame.contains("read the step to its end first") {
                self.key(Key::press(Code::PageDown));
                self.frame();
                self.keys("s");
            } else if frame.contains("lines more") || frame.contains("1 line more") {
                self.key(Key::press(Code::PageDown));
            } else {
                break;
            }
            frame = self.frame();
        }
        frame
    }

    pub fn run_path(&self) -> PathBuf {
        self.state.path().join("runs").join(self.app.run_name().unwrap())
    }

    pub fn journal(&self) -> String {
        std::fs::read_to_string(self.run_path().join("journal.jsonl")).unwrap()
    }

    /// Leaves what a process leaves that dies while it writes.
    pub fn tear(&self) {
        let mut journal = OpenOptions::new().append(true).open(self.run_path().join("journal.jsonl")).unwrap();
        journal.write_all(b"{\"n\":1,\"prev\":\"77").unwrap();
    }
}
