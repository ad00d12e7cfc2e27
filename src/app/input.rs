//! Keys and pastes from the terminal, read by a thread of its own; crossterm parses.
//!
//! The thread asks the terminal only when there is something to read and never when it is hung up,
//! where reading would go round for ever.

use std::io;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::event::{PollFd, PollFlags, poll};

use super::recorder::Wakeup;
use super::wake::Input;
use crate::ui::{Code, Key};

/// Reads until the terminal or the other end is gone; what is ready goes out together.
pub(super) fn read_all(batches: &SyncSender<Vec<Input>>, wake: &Wakeup) {
    while is_ready() {
        let Ok(batch) = read_ready() else { return };
        if !batch.is_empty() {
            if batches.send(batch).is_err() {
                return;
            }
            wake();
        }
    }
}

/// Waits for something to read; false when the terminal is gone.
fn is_ready() -> bool {
    loop {
        let stdin = io::stdin();
        let mut ends = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut ends, None) {
            Ok(_) => return !ends[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

fn read_ready() -> io::Result<Vec<Input>> {
    let mut batch = Vec::new();
    while event::poll(Duration::ZERO)? {
        batch.extend(input(event::read()?));
    }
    Ok(batch)
}

fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => key_of(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        // The size is asked for when the signal comes.
        _ => None,
    }
}

fn key_of(key: KeyEvent) -> Option<Key> {
    let code = match key.code {
        KeyCode::Char(letter) => Code::Char(letter),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::F(1) => Code::F1,
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.kind {
        _ if key.modifiers.contains(KeyModifiers::ALT) => None,
        KeyEventKind::Release => None,
        kind => Some(Key { code, ctrl, held: kind == KeyEventKind::Repeat }),
    }
}
