//! The bytes of a runbook and the places in them.
//!
//! Owns reading a file within limits, what the bytes must be before they are YAML, and the turning
//! of byte offsets into lines and columns. Knows nothing of YAML.

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use super::diagnostic::{Code, Diagnostic, Problems};
use super::place::{Place, Position, SourceId};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The text of one file and where its lines begin.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    lines: Vec<u32>,
}

impl Source {
    /// Makes a source of a text that is known to be good, such as an embedded runbook.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        Self { name: name.into(), text, lines }
    }

    /// Makes a source of bytes from outside and reports what keeps them from being a text.
    pub fn from_bytes(id: SourceId, name: &str, bytes: Vec<u8>, problems: &mut Problems) -> Self {
        let (text, problem) = decode(id, bytes);
        let source = Self::new(name, text);
        if let Some(problem) = problem {
            problems.push(problem);
        }
        check_characters(id, &source.text, problems);
        source
    }

    /// Returns the name it is called by in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text at a place.
    pub fn slice(&self, place: Place) -> &str {
        self.text.get(place.range()).unwrap_or_default()
    }

    /// Turns a byte offset into a line and a column.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines[line - 1] as usize;
        let end = self.text.floor_char_boundary(offset as usize).max(start);
        let before = self.text[start..end].trim_start_matches('\u{feff}');
        Position { line, column: before.chars().count() + 1 }
    }

    /// Returns the lines from `first` to `last` (from 1) and the offset where they begin.
    pub fn lines(&self, first: usize, last: usize) -> (usize, &str) {
        let start = self.lines[first.clamp(1, self.lines.len()) - 1] as usize;
        let end = self.lines.get(last).map_or(self.text.len(), |next| *next as usize);
        (start, self.text.get(start..end).unwrap_or_default())
    }
}

/// The length of what stands for a byte that is not UTF-8, U+FFFD.
const REPLACED: usize = 3;

fn decode(id: SourceId, bytes: Vec<u8>) -> (String, Option<Diagnostic>) {
    let refuse =
        |message: &str, at: usize, length| Diagnostic::new(Code::NotText, Place::new(id, at, at + length), message);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let problem = refuse("this file is UTF-16", 0, 0).help("save it as UTF-8");
        return (String::new(), Some(problem));
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let problem = refuse(&format!("byte 0x{byte:02x} is not UTF-8"), at, REPLACED)
                .help("save the file as UTF-8; an editor that writes Windows-1252 or Latin-1 makes such bytes");
            (text, Some(problem))
        }
    }
}

/// Reports characters that a text file does not have, each kind once, and marks of other systems.
fn check_characters(id: SourceId, text: &str, problems: &mut Problems) {
    let place = |at: usize| Place::new(id, at, at + 1);
    if text.starts_with('\u{feff}') {
        problems.push(
            Diagnostic::new(Code::ByteOrderMark, Place::new(id, 0, 3), "the file begins with a byte order mark")
                .help("save it as UTF-8 without BOM"),
        );
    }
    if let Some(at) = text.find("\r\n") {
        problems.push(
            Diagnostic::new(Code::CarriageReturn, place(at), "the lines end in CR LF")
                .help("save the file with LF line ends, so that every line has one form on every machine"),
        );
    }
    let bytes = text.as_bytes();
    let lone = |(at, byte): &(usize, &u8)| **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if let Some((at, _)) = bytes.iter().enumerate().find(lone) {
        problems.push(
            Diagnostic::new(Code::ControlCharacter, place(at), "a carriage return stands alone")
                .help("end lines with LF"),
        );
    }
    let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some((at, c)) = text.char_indices().find(|(_, c)| forbidden(*c)) {
        let message = match c {
            '\0' => "a NUL byte".to_owned(),
            _ => format!("the control character U+{:04X}", u32::from(c)),
        };
        problems.push(
            Diagnostic::new(Code::ControlCharacter, Place::new(id, at, at + c.len_utf8()), message)
                .help("remove it; in a quoted text write it as an escape such as \"\\t\""),
        );
    }
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not there, or may not be read.
    #[error("{path}: {}", said(source))]
    Io {
        /// The path as given.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// It is a directory, a pipe, a socket or a device.
    #[error("{path}: {kind}, not a file; name a runbook such as runbooks/tour.yaml")]
    NotAFile {
        /// The path as given.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// It is larger than a runbook may be.
    #[error("{path}: larger than 8 MiB; split the runbook and join the parts with `call`")]
    TooLarge {
        /// The path as given.
        path: String,
    },
}

/// Says in words what the system said in words and a number.
fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "this account may not read it; look at its owner and mode".to_owned(),
        _ => error.to_string(),
    }
}

/// Reads a regular file of at most [`MAX_BYTES`].
///
/// What was opened is looked at, not what the name meant a moment before, and opening a pipe does not wait.
pub fn read_file(path: &Path) -> Result<Vec<u8>, ReadError> {
    let name = || path.display().to_string();
    let io = |source| ReadError::Io { path: name(), source };
    let wait_for_nobody = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = fs::OpenOptions::new().read(true).custom_flags(wait_for_nobody).open(path).map_err(io)?;
    let kind = file.metadata().map_err(io)?.file_type();
    if !kind.is_file() {
        return Err(ReadError::NotAFile { path: name(), kind: kind_word(kind) });
    }
    read_limited(file, &name())
}

/// Reads a stream of at most [`MAX_BYTES`].
pub fn read_limited(stream: impl Read, name: &str) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let read = stream.take(limit).read_to_end(&mut bytes);
    read.map_err(|source| ReadError::Io { path: name.to_owned(), source })?;
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { path: name.to_owned() });
    }
    Ok(bytes)
}

fn kind_word(kind: fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
