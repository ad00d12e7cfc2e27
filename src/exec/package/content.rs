//! The content of one entry, unpacked through a small buffer and thrown away.

use std::fs::File;
use std::io::{self, BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::entry::{Entry, Kind};
use super::wanted::Search;
use crate::exec::fetch::{Cancelled, Shared};

/// How much is unpacked at once.
const PIECE: usize = 64 * 1024;
/// The longest name that a link may lead to.
const MOST_LINK: usize = 4096;

/// Says what an entry does that would fill a disk.
const MORE: &str = "has more bytes than it is said to have";

/// Is an archive as the `zip` crate reads it.
pub(super) type Archive = ZipArchive<BufReader<File>>;

/// Is what was found in an entry.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// How many bytes were unpacked.
    pub bytes: u64,
    /// What is wrong with it, if something is.
    pub fault: Option<String>,
    /// Whether it is an archive itself.
    pub is_archive: bool,
    /// What it holds, if it is a link.
    pub target: Vec<u8>,
}

/// Unpacks entries.
pub(super) struct Unpacker<'a> {
    pub archive: &'a mut Archive,
    pub shared: &'a Shared,
    /// How many bytes were unpacked so far, of all entries.
    pub bytes: u64,
    piece: Vec<u8>,
}

impl<'a> Unpacker<'a> {
    pub(super) fn new(archive: &'a mut Archive, shared: &'a Shared) -> Self {
        Self { archive, shared, bytes: 0, piece: vec![0; PIECE] }
    }

    /// Unpacks an entry to its end, where its checksum is proved.
    pub(super) fn unpack(
        &mut self,
        place: usize,
        entry: &Entry,
        searches: &mut [Search<'_>],
    ) -> Result<Content, Cancelled> {
        let mut content = Content::default();
        let mut reader = match self.archive.by_index(place) {
            Ok(reader) => reader,
            Err(error) => {
                content.fault = Some(words(&error));
                return Ok(content);
            }
        };
        loop {
            self.shared.go_on()?;
            let count = match reader.read(&mut self.piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    content.fault = Some(read_words(&error));
                    return Ok(content);
                }
            };
            let piece = self.piece.get(..count).unwrap_or_default();
            self.bytes += count as u64;
            self.shared.reach(self.bytes);
            if !content.take(piece, entry) {
                return Ok(content);
            }
            searches.iter_mut().for_each(|search| search.push(piece));
        }
        if content.bytes != entry.unpacked {
            content.fault = Some(format!("has {} bytes and is said to have {}", content.bytes, entry.unpacked));
        }
        Ok(content)
    }
}

impl Content {
    /// Takes a piece; tells whether to go on.
    fn take(&mut self, piece: &[u8], entry: &Entry) -> bool {
        if self.bytes == 0 {
            self.is_archive = piece.starts_with(b"PK\x03\x04");
        }
        self.bytes += piece.len() as u64;
        if entry.kind == Kind::Link {
            self.target.extend_from_slice(piece);
        }
        if self.target.len() > MOST_LINK {
            self.fault = Some("is a link to a name that is too long".to_owned());
        } else if self.bytes > entry.unpacked {
            self.fault = Some(MORE.to_owned());
        }
        self.fault.is_none()
    }
}

/// Says why an entry cannot be begun.
fn words(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) => read_words(error),
        other => format!("cannot be unpacked: {other}"),
    }
}

/// Says why an entry cannot be read to its end.
fn read_words(error: &io::Error) -> String {
    match error.to_string() {
        said if said.contains("Invalid checksum") => "is damaged: its checksum is wrong".to_owned(),
        said if said.contains("larger than its declared") => MORE.to_owned(),
        _ if error.kind() == io::ErrorKind::UnexpectedEof => "is damaged: it ends too early".to_owned(),
        said => format!("is damaged: {said}"),
    }
}
