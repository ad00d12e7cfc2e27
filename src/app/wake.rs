//! Waiting: for a signal, a receipt, input or the next second, and for nothing else.
//!
//! The loop sleeps in one `poll`: on the terminal, whose hang-up is always told, on what wakes it and on
//! signals. What came is taken in the order of urgency: signals, receipts, input, tick. A terminal that
//! is gone ends the program; one that takes nothing gets no frames and holds nothing up.

use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::clerk::Receipt;
use super::follower::Foreign;
use super::identity::Report;
use super::input::Keyboard;
use super::lend::{Meanwhile, Parting, announcement, relay};
use super::perform::News;
use super::recorder::Wakeup;
use super::scout::Finding;
use super::signals::{Signal, Signals, drain};
use super::terminal::{Guard, Painter};
use super::{App, Ending, Flow};
use crate::exec::command::Size;
use crate::ui::{Key, Mouse};

/// How much is read from the terminal in one turn.
const MOST_READ: usize = 4096;
/// How long an escape is waited for to become a longer sequence.
const ESCAPE: Duration = Duration::from_millis(50);
/// How much news is taken in one turn, so that a command that prints much leaves room for keys.
const MOST_NEWS: usize = 8;

/// Is something that the program has to look at.
#[derive(Debug)]
pub enum Wake {
    /// A signal.
    Signal(Signal),
    /// What became of the decision in flight.
    Receipt(Receipt),
    /// What was found out about keys, or became of a proof.
    Report(Report),
    /// What other processes recorded.
    Foreign(Foreign),
    /// What is new of something that is under way.
    News(News),
    /// What was found by looking around.
    Finding(Finding),
    /// A key or a paste.
    Input(Input),
    /// The terminal has this many columns and rows.
    Size(u16, u16),
    /// Another second.
    Tick,
}

/// Is what a person does at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A paste.
    Paste(String),
    /// Something was pointed at.
    Mouse(Mouse),
}

/// Is where the loop listens.
struct Ear {
    signals: Signals,
    woken: UnixStream,
    keyboard: Keyboard,
    /// When what the keyboard holds is taken for all there is.
    patience: Option<Instant>,
}

/// Says what was heard at the terminal.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    /// It is gone.
    gone: bool,
    /// It has something to read.
    input: bool,
    /// It takes more.
    room: bool,
    /// Something else than the terminal has something to read.
    woken: bool,
}

/// Takes turns until the program ends, and gives the terminal back.
pub(super) fn go_on(app: &mut App, guard: Guard) -> Ending {
    let ending = listen(app).and_then(|mut ear| take_turns(app, &mut ear, &guard));
    drop(guard);
    // Writing fails only when the terminal is gone.
    ending.unwrap_or(Ending::Gone)
}

fn listen(app: &mut App) -> io::Result<Ear> {
    let (woken, waker) = Waker::pair()?;
    app.wake_with(waker);
    app.terminal = Some(Size::default());
    Ok(Ear { signals: Signals::listen()?, woken, keyboard: Keyboard::default(), patience: None })
}

/// Is what other threads wake somebody with who waits; by default it wakes nobody.
#[derive(Debug, Default)]
pub(super) struct Waker(Option<UnixStream>);

impl Waker {
    /// Makes one, and the end that can be read when somebody was woken.
    pub fn pair() -> io::Result<(UnixStream, Self)> {
        let (woken, waker) = UnixStream::pair()?;
        woken.set_nonblocking(true)?;
        waker.set_nonblocking(true)?;
        Ok((woken, Self(Some(waker))))
    }

    /// Makes what one thread wakes with; a full pipe wakes as well, and without one he who waits looks once
    /// a second all the same.
    pub fn wakeup(&self) -> Wakeup {
        let waker = self.0.as_ref().and_then(|waker| waker.try_clone().ok());
        Box::new(move || {
            let _ = waker.as_ref().map(|mut waker| waker.write(b"w"));
        })
    }
}

fn take_turns(app: &mut App, ear: &mut Ear, guard: &Guard) -> io::Result<Ending> {
    let mut painter = Painter::new(guard, app.setting.links.clone())?;
    loop {
        if app.is_stale() && painter.until_next(app.is_awaited()) == Some(Duration::ZERO) {
            painter.draw(app)?;
            app.arrive();
        }
        let heard = ear.wait(app, &painter)?;
        if heard.gone {
            return Ok(Ending::Gone);
        }
        if heard.room {
            painter.push()?;
        }
        let wakes = what_came(app, ear, heard)?;
        let decides = app.is_deciding();
        for wake in wakes {
            match (app.turn(wake), guard) {
                (Flow::On, _) => {}
                (Flow::End(ending), _) => return Ok(ending),
                (Flow::StepBack, guard) => guard.step_back()?,
                (Flow::TakeAgain, guard) => guard.take_again()?,
                (Flow::Lend, guard) => {
                    if let Some(ending) = lend(app, ear, guard)? {
                        return Ok(ending);
                    }
                }
            }
        }
        if !decides && app.is_deciding() {
            settle_at_once(app, &mut painter)?;
        }
    }
}

/// Waits a moment for what becomes of a decision, so that one frame shows what was done and that it is recorded. That
/// of a signature is drawn meanwhile, and sent if it became what it was drawn for.
fn settle_at_once(app: &mut App, painter: &mut Painter) -> io::Result<()> {
    let drawn = app.look_ahead(|app| painter.draw_ahead(app));
    let receipt = app.receipt_at_once();
    if let (Some((true, foreseen)), Some(Receipt::Recorded(recorded))) = (&drawn, &receipt)
        && foreseen == recorded
    {
        painter.let_go()?;
    }
    receipt.into_iter().for_each(|receipt| _ = app.turn(Wake::Receipt(receipt)));
    Ok(())
}

/// Lends the terminal to a command that asks questions, and takes it back.
fn lend(app: &mut App, ear: &mut Ear, guard: &Guard) -> io::Result<Option<Ending>> {
    let Some((mut lent, command)) = app.take_lent() else { return Ok(None) };
    let terminal = guard.lend(&announcement(&command))?;
    let parting = relay(&mut lent, (io::stdin().as_fd(), terminal), &mut Others { app, ear, guard })?;
    match parting {
        Parting::Ended => app.take_back(),
        Parting::Back => app.note_back(),
        Parting::Gone => return Ok(Some(Ending::Gone)),
        Parting::Other(ending) => return Ok(Some(ending)),
    }
    guard.take_back()?;
    Ok(None)
}

/// Is all else that goes on while the terminal is lent; nothing of it is drawn.
struct Others<'a> {
    app: &'a mut App,
    ear: &'a mut Ear,
    guard: &'a Guard,
}

impl Meanwhile for Others<'_> {
    type End = Ending;

    fn ends(&self) -> Vec<BorrowedFd<'_>> {
        [self.ear.woken.as_fd()].into_iter().chain(self.ear.signals.ends()).collect()
    }

    fn look(&mut self) -> io::Result<Option<Ending>> {
        let mut wakes = what_was_told(self.ear);
        wakes.extend(what_happened(self.app));
        wakes.push(Wake::Tick);
        for wake in wakes {
            match self.app.turn(wake) {
                Flow::End(ending) => return Ok(Some(ending)),
                Flow::TakeAgain => {
                    self.guard.take_again()?;
                    drop(self.guard.lend(&[])?);
                }
                Flow::On | Flow::StepBack | Flow::Lend => {}
            }
        }
        Ok(None)
    }

    fn patience(&self) -> Duration {
        self.app.until_tick()
    }
}

/// Gathers what there is to look at, the most urgent first.
fn what_came(app: &mut App, ear: &mut Ear, heard: Heard) -> io::Result<Vec<Wake>> {
    let mut wakes = if heard.woken { what_was_told(ear) } else { Vec::new() };
    wakes.extend(what_happened(app));
    let inputs = ear.read(heard.input)?;
    // Who presses a key is told the time anyway.
    wakes.extend(inputs.is_empty().then_some(Wake::Tick));
    wakes.extend(inputs.into_iter().map(Wake::Input));
    Ok(wakes)
}

/// Gives the signals that came, and takes it for known that somebody wakes.
fn what_was_told(ear: &mut Ear) -> Vec<Wake> {
    drain(&mut ear.woken);
    ear.signals.take().into_iter().map(Wake::Signal).collect()
}

fn what_happened(app: &mut App) -> Vec<Wake> {
    let mut wakes: Vec<_> = app.receipt().map(Wake::Receipt).into_iter().collect();
    wakes.extend(std::iter::from_fn(|| app.report()).map(Wake::Report));
    wakes.extend(std::iter::from_fn(|| app.foreign()).map(Wake::Foreign));
    wakes.extend(std::iter::from_fn(|| app.news()).take(MOST_NEWS).map(Wake::News));
    wakes.extend(std::iter::from_fn(|| app.finding()).map(Wake::Finding));
    wakes
}

impl Ear {
    /// Sleeps until something comes, or something is to be done.
    fn wait(&self, app: &App, painter: &Painter) -> io::Result<Heard> {
        let frame = if app.is_stale() { painter.until_next(app.is_awaited()) } else { None };
        let escape = self.patience.map(|until| until.saturating_duration_since(Instant::now()));
        let patience = [Some(app.until_tick()), frame, escape].into_iter().flatten().min().unwrap_or_default();
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        let stdin = io::stdin();
        let mut ends = vec![PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN)];
        ends.push(PollFd::new(&self.woken, PollFlags::IN));
        ends.extend(self.signals.ends().map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)));
        ends.extend(painter.unsent().map(|end| PollFd::from_borrowed_fd(end, PollFlags::OUT)));
        match poll(&mut ends, Some(&timeout)) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Heard::default()),
            Err(error) => return Err(error.into()),
        }
        let told = |end: Option<&PollFd<'_>>| end.map_or(PollFlags::empty(), PollFd::revents);
        let (first, last) = (told(ends.first()), told(ends.last()));
        Ok(Heard {
            gone: first.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL),
            input: first.contains(PollFlags::IN),
            room: painter.unsent().is_some() && !last.is_empty(),
            woken: ends.iter().skip(1).any(|end| !end.revents().is_empty()),
        })
    }

    /// Reads what there is, once, and takes what an escape was waited for as not coming.
    fn read(&mut self, has_input: bool) -> io::Result<Vec<Input>> {
        if has_input {
            let mut bytes = [0; MOST_READ];
            let inputs = match rustix::io::read(io::stdin(), &mut bytes) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.keyboard.take(bytes.get(..read).unwrap_or_default()),
                Err(Errno::INTR | Errno::AGAIN) => Vec::new(),
                Err(error) => return Err(error.into()),
            };
            self.patience = self.keyboard.is_waiting().then(|| Instant::now() + ESCAPE);
            return Ok(inputs);
        }
        if self.patience.is_some_and(|until| until <= Instant::now()) {
            self.patience = None;
            return Ok(self.keyboard.give_up());
        }
        Ok(Vec::new())
    }
}
