//! Places in the texts that a runbook was read from.

/// Says which of several sources a place is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u16);

/// A range of bytes in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The source it is in.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Place {
    /// Makes a place of a byte range; offsets past the largest source are cut to it.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let start = cut(start);
        Self { source, start, end: cut(end).max(start) }
    }

    /// Returns the part of this place from byte `from` to byte `to`, both counted from its start.
    pub fn part(self, from: usize, to: usize) -> Self {
        let start = self.start as usize;
        let end = (start + to).min(self.end as usize);
        Self::new(self.source, (start + from).min(end), end)
    }

    /// Returns the byte range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column as a person counts them, from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}
