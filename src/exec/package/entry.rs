//! One entry as the list of an archive has it, and as it stands before its content.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt as _;

use super::directory::{u16_at, u32_at, u64_at};

/// The length of an entry in the list, without its name.
const LISTED: usize = 46;
/// The length of the same before its content.
const LOCAL: usize = 30;
/// What stands for a number that is in the extra field.
const ELSEWHERE: u64 = 0xFFFF_FFFF;

/// Says what an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link to another name.
    Link,
    /// A device, a pipe or a socket.
    Special,
}

/// Is an entry as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name, as it is written.
    pub name: Vec<u8>,
    /// Whether the name is said to be UTF-8.
    pub is_utf8: bool,
    /// What it is.
    pub kind: Kind,
    /// Whether it is encrypted.
    pub is_encrypted: bool,
    /// How it is packed: 0 not at all, 8 deflated.
    pub method: u16,
    /// How many bytes it has, as it is packed.
    pub packed: u64,
    /// How many bytes it has.
    pub unpacked: u64,
    /// Where it stands, from the beginning of the archive.
    pub offset: u64,
}

impl Entry {
    /// Reads the next entry of a list.
    pub(super) fn read(list: &mut impl Read) -> io::Result<Self> {
        let mut head = [0; LISTED];
        list.read_exact(&mut head)?;
        if !head.starts_with(b"PK\x01\x02") {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut take = |at| -> io::Result<Vec<u8>> {
            let mut bytes = vec![0; usize::from(u16_at(&head, at).unwrap_or(0))];
            list.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        let (name, extra, _comment) = (take(28)?, take(30)?, take(32)?);
        let mut wide = Wide(field(&extra, 1).unwrap_or_default());
        let long = |at| u64::from(u32_at(&head, at).unwrap_or(0));
        // In this order, and only those that did not fit.
        let (unpacked, packed) = (wide.or(long(24))?, wide.or(long(20))?);
        let offset = wide.or(long(42))?;
        let flags = u16_at(&head, 8).unwrap_or(0);
        let kind = kind(u32_at(&head, 38).unwrap_or(0), &name);
        let (is_utf8, is_encrypted) = (flags & 0x0800 != 0, flags & 0x2041 != 0);
        let method = u16_at(&head, 10).unwrap_or(0);
        Ok(Self { name, is_utf8, kind, is_encrypted, method, packed, unpacked, offset })
    }

    /// Compares it with what stands before its content, and gives where that begins.
    pub(super) fn compare(&self, file: &File, at: u64) -> io::Result<Result<u64, &'static str>> {
        let mut head = [0; LOCAL];
        file.read_exact_at(&mut head, at)?;
        let mut name = vec![0; usize::from(u16_at(&head, 26).unwrap_or(0))];
        file.read_exact_at(&mut name, at + LOCAL as u64)?;
        let flags = u16_at(&head, 6).unwrap_or(0);
        if !head.starts_with(b"PK\x03\x04") {
            return Ok(Err("is not where the list says"));
        }
        if name != self.name {
            return Ok(Err(
                "has another name before its content than in the list: two programs would unpack two things",
            ));
        }
        if u16_at(&head, 8) != Some(self.method) || (flags & 0x2041 != 0) != self.is_encrypted {
            return Ok(Err("is packed in another way before its content than in the list says"));
        }
        let extra = u64::from(u16_at(&head, 28).unwrap_or(0));
        Ok(Ok(at + LOCAL as u64 + name.len() as u64 + extra))
    }
}

/// Is the numbers that did not fit.
struct Wide<'a>(&'a [u8]);

impl Wide<'_> {
    fn or(&mut self, number: u64) -> io::Result<u64> {
        if number != ELSEWHERE {
            return Ok(number);
        }
        match u64_at(self.0, 0) {
            Some(wide) => {
                self.0 = self.0.get(8..).unwrap_or_default();
                Ok(wide)
            }
            // Without the field it is just this large.
            None if self.0.is_empty() => Ok(number),
            None => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// Finds a field of an entry's extra bytes.
fn field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (id, length) = (u16_at(extra, 0)?, usize::from(u16_at(extra, 2)?));
        let bytes = extra.get(4..4 + length)?;
        if id == wanted {
            return Some(bytes);
        }
        extra = extra.get(4 + length..)?;
    }
}

/// Tells what an entry is, by the mode that Unix programs write, and else by its name.
fn kind(attributes: u32, name: &[u8]) -> Kind {
    match attributes >> 28 {
        0o12 => Kind::Link,
        0o4 => Kind::Folder,
        0 | 0o10 if name.ends_with(b"/") => Kind::Folder,
        0 | 0o10 => Kind::File,
        _ => Kind::Special,
    }
}

/// Reads a list of so many entries.
pub(super) fn read_all(list: impl Read, count: u64) -> io::Result<Vec<Entry>> {
    let mut list = BufReader::with_capacity(64 * 1024, list);
    (0..count).map(|_| Entry::read(&mut list)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listed(name: &[u8], extra: &[u8], sizes: [u32; 3]) -> Vec<u8> {
        let mut head = vec![0; LISTED];
        head[..4].copy_from_slice(b"PK\x01\x02");
        for (at, size) in [24, 20, 42].into_iter().zip(sizes) {
            head[at..at + 4].copy_from_slice(&size.to_le_bytes());
        }
        for (at, length) in [(28, name.len()), (30, extra.len())] {
            head[at..at + 2].copy_from_slice(&u16::try_from(length).unwrap().to_le_bytes());
        }
        [&head, name, extra].concat()
    }

    fn wide(numbers: &[u64]) -> Vec<u8> {
        let length = u16::try_from(numbers.len() * 8).unwrap().to_le_bytes();
        let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        [&[9, 0, 1, 0, 7, 1, 0][..], &length, &numbers].concat()
    }

    #[test]
    fn numbers_that_do_not_fit_are_found_in_their_order() {
        let read = |extra: &[u8], sizes| {
            Entry::read(&mut &listed(b"a", extra, sizes)[..]).map(|entry| (entry.unpacked, entry.packed, entry.offset))
        };
        const X: u32 = u32::MAX;
        assert_eq!(read(&[], [1, 2, 3]).unwrap(), (1, 2, 3));
        assert_eq!(read(&wide(&[7 << 32]), [1, 2, X]).unwrap(), (1, 2, 7 << 32));
        assert_eq!(read(&wide(&[5 << 32, 6 << 32, 7 << 32]), [X, X, X]).unwrap(), (5 << 32, 6 << 32, 7 << 32));
        assert_eq!(read(&[], [X, 2, 3]).unwrap(), (u64::from(X), 2, 3));
        assert!(read(&[1, 0, 4, 0, 1, 2, 3, 4], [X, 2, 3]).is_err());
    }

    #[test]
    fn a_mode_tells_what_an_entry_is() {
        let of = |mode: u32, name: &[u8]| kind(mode << 16, name);
        assert_eq!((of(0o100_644, b"a"), of(0, b"a"), of(0, b"a/")), (Kind::File, Kind::File, Kind::Folder));
        assert_eq!((of(0o120_777, b"a"), of(0o040_755, b"a/")), (Kind::Link, Kind::Folder));
        for mode in [0o010_644, 0o020_644, 0o060_644, 0o140_644] {
            assert_eq!(of(mode, b"a"), Kind::Special);
        }
    }

    proptest! {
        #[test]
        fn no_list_is_too_odd_to_be_read_or_refused(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            bytes.splice(0..0, *b"PK\x01\x02");
            let _ = read_all(&bytes[..], 3);
            let _ = field(&bytes, 1);
        }
    }
}
