//! Keys and pastes out of the bytes that a terminal sends.
//!
//! Pure: bytes go in as they come, cut anywhere, and what they mean comes out. Nothing is read here, so
//! that half of a sequence holds nobody up. What is not known is left out whole.

mod sequence;
#[cfg(test)]
mod tests;

use super::wake::Input;
use crate::ui::{Code, Key};
use sequence::{Found, Meaning, sequence};

const ESC: u8 = 0x1b;
/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";
/// How much of a paste is kept.
const MOST_PASTE: usize = 1 << 20;

/// Makes keys of bytes.
#[derive(Debug, Default)]
pub(super) struct Keyboard {
    /// What is not whole yet.
    held: Vec<u8>,
    /// What was pasted so far, while something is.
    paste: Option<Vec<u8>>,
}

impl Keyboard {
    /// Takes what was read, and gives what it means.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.held.extend_from_slice(bytes);
        let mut inputs = Vec::new();
        while let Some(taken) = self.next(&mut inputs) {
            self.held.drain(..taken.min(self.held.len()));
        }
        inputs
    }

    /// Tells whether an escape came of which it is not clear yet whether it is a key.
    pub(super) fn is_waiting(&self) -> bool {
        self.paste.is_none() && !self.held.is_empty()
    }

    /// Takes what came for all that is to come.
    pub(super) fn give_up(&mut self) -> Vec<Input> {
        if !self.is_waiting() {
            return Vec::new();
        }
        let held = std::mem::take(&mut self.held);
        if held == [ESC] { vec![Input::Key(Key::press(Code::Esc))] } else { Vec::new() }
    }

    /// Reads what stands first, and gives how many bytes it has; nothing when more has to come.
    fn next(&mut self, inputs: &mut Vec<Input>) -> Option<usize> {
        if self.paste.is_some() {
            return self.go_on_with_paste(inputs);
        }
        let first = *self.held.first()?;
        let (meaning, taken) = match first {
            ESC => match sequence(&self.held) {
                Found::Partial => return None,
                Found::Whole(meaning, taken) => (meaning, taken),
            },
            0x80.. => letter(&self.held)?,
            byte => (control(byte), 1),
        };
        match meaning {
            Meaning::Key(key) => inputs.push(Input::Key(key)),
            Meaning::Mouse(mouse) => inputs.push(Input::Mouse(mouse)),
            Meaning::PasteBegins => self.paste = Some(Vec::new()),
            Meaning::Nothing => {}
        }
        Some(taken)
    }

    fn go_on_with_paste(&mut self, inputs: &mut Vec<Input>) -> Option<usize> {
        let end = memchr::memmem::find(&self.held, PASTE_END);
        // The last bytes may be the beginning of the end.
        let text = end.unwrap_or(self.held.len().saturating_sub(PASTE_END.len() - 1));
        if let (Some(paste), Some(bytes)) = (&mut self.paste, self.held.get(..text)) {
            let room = MOST_PASTE.saturating_sub(paste.len()).min(bytes.len());
            paste.extend(bytes.iter().take(room));
        }
        if end.is_none() {
            return (text > 0).then_some(text);
        }
        let paste = self.paste.take().unwrap_or_default();
        inputs.push(Input::Paste(String::from_utf8_lossy(&paste).into_owned()));
        Some(text + PASTE_END.len())
    }
}

/// Reads a letter of several bytes; one that cannot be read is left out.
fn letter(bytes: &[u8]) -> Option<(Meaning, usize)> {
    let head = bytes.get(..bytes.len().min(4)).unwrap_or_default();
    match str::from_utf8(head) {
        Ok(text) => Some(first_letter(text)),
        Err(error) if error.valid_up_to() > 0 => {
            let text = head.get(..error.valid_up_to()).map(str::from_utf8);
            text.and_then(Result::ok).map(first_letter)
        }
        Err(error) => error.error_len().map(|bad| (Meaning::Nothing, bad)),
    }
}

fn first_letter(text: &str) -> (Meaning, usize) {
    match text.chars().next() {
        Some(letter) => (Meaning::Key(Key::press(Code::Char(letter))), letter.len_utf8()),
        None => (Meaning::Nothing, 1),
    }
}

/// Says which key one byte is.
fn control(byte: u8) -> Meaning {
    let with_control = |letter: u8| Key { ctrl: true, ..Key::press(Code::Char(char::from(letter))) };
    Meaning::Key(match byte {
        b'\r' => Key::press(Code::Enter),
        b'\t' => Key::press(Code::Tab),
        0x7f => Key::press(Code::Backspace),
        0x01..=0x1a => with_control(byte + 0x60),
        0x00 | 0x1c..=0x1f => return Meaning::Nothing,
        byte => Key::press(Code::Char(char::from(byte))),
    })
}
