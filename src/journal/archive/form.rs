//! The one form of an archive: which bytes stand before a file, in the list of entries and at the end.
//!
//! All of them follow from the names, sizes, checksums and the order; there is no time, no account and no
//! machine in them. A reader makes them again and compares, so that nothing can hide in them. Where
//! a number does not fit into 32 bits the wider fields of the format stand, and only there.

/// The length of the record at the end of an archive.
pub(super) const END: u64 = 22;
/// The length of what stands before it in a wide archive.
pub(super) const WIDE_END: u64 = 56 + 20;
/// The length of an entry in the list, without its name and what follows that.
pub(super) const LISTED: usize = 46;

/// Made on Unix, by the version 4.5 of the format.
const MADE_BY: u16 = 0x032D;
/// The versions of the format that a reader has to know.
const PLAIN: u16 = 10;
const WIDE: u16 = 45;
/// Says that a name is UTF-8, where it is not plain ASCII.
const UTF8: u16 = 0x0800;
/// The first of January 1980, at midnight: there is none before it.
const DATE: u16 = 0x0021;
/// A plain file that its owner writes and everybody reads.
const MODE: u32 = 0o100_644 << 16;
/// Stands for a number that is in a wider field.
const ELSEWHERE: u64 = 0xFFFF_FFFF;
/// The same for the number of entries.
const MANY: u64 = 0xFFFF;

/// Is a file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name, with `/` between folders.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Their checksum.
    pub crc32: u32,
    /// Where what stands before it begins.
    pub offset: u64,
}

impl Entry {
    /// Gives what stands before the file.
    pub fn local(&self) -> Vec<u8> {
        let wide = if self.is_wide() { wide_field(&[self.size, self.size]) } else { Vec::new() };
        let mut out = Bytes::begin(b"PK\x03\x04");
        out.short(if self.is_wide() { WIDE } else { PLAIN }).short(self.flags()).short(0).short(0).short(DATE);
        out.long(self.crc32).capped(self.size).capped(self.size);
        out.length(self.name.len()).length(wide.len()).bytes(self.name.as_bytes()).bytes(&wide);
        out.0
    }

    /// Gives its line in the list of entries.
    pub fn listed(&self) -> Vec<u8> {
        let mut numbers = if self.is_wide() { vec![self.size, self.size] } else { Vec::new() };
        numbers.extend((self.offset >= ELSEWHERE).then_some(self.offset));
        let wide = if numbers.is_empty() { Vec::new() } else { wide_field(&numbers) };
        let mut out = Bytes::begin(b"PK\x01\x02");
        out.short(MADE_BY).short(if wide.is_empty() { PLAIN } else { WIDE });
        out.short(self.flags()).short(0).short(0).short(DATE).long(self.crc32).capped(self.size).capped(self.size);
        out.length(self.name.len()).length(wide.len()).short(0).short(0).short(0).long(MODE).capped(self.offset);
        out.bytes(self.name.as_bytes()).bytes(&wide);
        out.0
    }

    /// Gives where the file itself begins.
    pub fn start(&self) -> u64 {
        self.offset.saturating_add(self.local().len() as u64)
    }

    fn is_wide(&self) -> bool {
        self.size >= ELSEWHERE
    }

    fn flags(&self) -> u16 {
        if self.name.is_ascii() { 0 } else { UTF8 }
    }
}

/// Is where the list of entries stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    /// How many entries it has.
    pub entries: u64,
    /// Where it begins.
    pub start: u64,
    /// How long it is.
    pub length: u64,
}

impl List {
    /// Gives what stands behind it, to the end of the archive.
    pub fn end(&self) -> Vec<u8> {
        let Self { entries, start, length } = *self;
        let mut out = Bytes(Vec::new());
        if self.is_wide() {
            out.bytes(b"PK\x06\x06").huge(44).short(MADE_BY).short(WIDE).long(0).long(0);
            out.huge(entries).huge(entries).huge(length).huge(start);
            out.bytes(b"PK\x06\x07").long(0).huge(start.saturating_add(length)).long(1);
        }
        let many = u16::try_from(entries.min(MANY)).unwrap_or(u16::MAX);
        out.bytes(b"PK\x05\x06").short(0).short(0).short(many).short(many);
        out.capped(length).capped(start).short(0);
        out.0
    }

    fn is_wide(&self) -> bool {
        self.entries >= MANY || self.start >= ELSEWHERE || self.length >= ELSEWHERE
    }

    /// Reads the record at the end of an archive; nothing when it is none, or says that the wide one is meant.
    pub fn read(end: &[u8]) -> Option<Self> {
        let found = Self {
            entries: u64::from(u16_at(end, 10)?),
            length: u64::from(u32_at(end, 12)?),
            start: u64::from(u32_at(end, 16)?),
        };
        (end.starts_with(b"PK\x05\x06") && !found.is_wide()).then_some(found)
    }

    /// Reads the wide record.
    pub fn read_wide(end: &[u8]) -> Option<Self> {
        let found = Self { entries: u64_at(end, 32)?, length: u64_at(end, 40)?, start: u64_at(end, 48)? };
        (end.starts_with(b"PK\x06\x06") && found.is_wide()).then_some(found)
    }
}

/// Is what an entry in the list says, before it is known to be of the one form.
pub(super) struct Line {
    /// How it is packed; 0 is not at all.
    pub method: u16,
    pub crc32: u32,
    /// How long the name is, and what follows it.
    pub lengths: [usize; 3],
    size: u64,
    offset: u64,
}

impl Line {
    /// Reads the part that each entry has.
    pub fn read(head: &[u8; LISTED]) -> Option<Self> {
        let length = |at| Some(usize::from(u16_at(head, at)?));
        let line = Self {
            method: u16_at(head, 10)?,
            crc32: u32_at(head, 16)?,
            lengths: [length(28)?, length(30)?, length(32)?],
            size: u64::from(u32_at(head, 24)?),
            offset: u64::from(u32_at(head, 42)?),
        };
        head.starts_with(b"PK\x01\x02").then_some(line)
    }

    /// Gives the size and the offset, with the field that stands behind the name.
    pub fn numbers(&self, extra: &[u8]) -> Option<(u64, u64)> {
        let mut at = 4;
        let mut wide = |number: u64, width: usize| {
            if number < ELSEWHERE {
                return Some(number);
            }
            let found = u64_at(extra, at);
            at += width;
            found
        };
        Some((wide(self.size, 16)?, wide(self.offset, 8)?))
    }
}

fn wide_field(numbers: &[u64]) -> Vec<u8> {
    let mut out = Bytes(Vec::new());
    out.short(1).length(numbers.len() * 8);
    for number in numbers {
        out.huge(*number);
    }
    out.0
}

/// Is bytes that grow, the lowest of each number first.
struct Bytes(Vec<u8>);

impl Bytes {
    fn begin(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn short(&mut self, number: u16) -> &mut Self {
        self.bytes(&number.to_le_bytes())
    }

    fn long(&mut self, number: u32) -> &mut Self {
        self.bytes(&number.to_le_bytes())
    }

    fn huge(&mut self, number: u64) -> &mut Self {
        self.bytes(&number.to_le_bytes())
    }

    /// Writes a number, or that it is elsewhere.
    fn capped(&mut self, number: u64) -> &mut Self {
        self.long(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// Writes a length, which is known to fit.
    fn length(&mut self, length: usize) -> &mut Self {
        self.short(u16::try_from(length).unwrap_or(u16::MAX))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
