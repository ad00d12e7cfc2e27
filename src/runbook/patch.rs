//! Changes of a text as a unified diff, for `patch -p1` and `git apply`.
//!
//! What is changed is known, so that nothing has to be found out: the lines that a change is in go out, those it
//! makes come in, with three lines around them. Bytes stay as they are, whatever ends a line. What a name of a
//! file may not hold in a header is written as git writes it.

use std::fmt::Write as _;
use std::ops::Range;

/// How many lines are shown around a change.
const AROUND: usize = 3;

/// Is a change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The bytes that go.
    pub at: Range<usize>,
    /// What comes in their place.
    pub to: String,
}

/// Gives a text after changes, which follow each other and do not meet.
pub fn changed(text: &str, changes: &[Change]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for change in changes {
        out += text.get(done..change.at.start).unwrap_or_default();
        out += &change.to;
        done = change.at.end;
    }
    out + text.get(done..).unwrap_or_default()
}

/// Writes changes of a file as a unified diff; nothing when there are none.
pub fn unified(name: &str, text: &str, changes: &[Change]) -> String {
    let lines = Lines::of(text);
    let edits = lines.edits(changes);
    let mut out = String::new();
    if !edits.is_empty() {
        out = format!("--- {}\n+++ {}\n", header('a', name), header('b', name));
    }
    let mut grown = 0;
    for hunk in edits.chunk_by(|before, next| next.lines.start - before.lines.end <= 2 * AROUND) {
        grown += lines.hunk(&mut out, hunk, grown);
    }
    out
}

/// Is the lines of a text, with what ends them.
struct Lines<'t> {
    text: &'t str,
    all: Vec<&'t str>,
    /// Where each begins.
    starts: Vec<usize>,
}

/// Is a run of lines that others come in the place of.
struct Edit {
    lines: Range<usize>,
    to: String,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let all: Vec<_> = text.split_inclusive('\n').collect();
        let starts = all.iter().scan(0, |end, line| {
            let start = *end;
            *end += line.len();
            Some(start)
        });
        let starts = starts.collect();
        Self { text, all, starts }
    }

    /// Finds the line that a byte is in.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    fn end(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Puts changes of the same lines together; where the end of a line goes, the next one changes too.
    fn edits(&self, changes: &[Change]) -> Vec<Edit> {
        let span = |Change { at, .. }: &Change| self.line(at.start)..self.line(at.end) + 1;
        let meet = |before: &Change, next: &Change| span(next).start < span(before).end;
        let edit = |together: &[Change]| {
            let lines =
                together.first().map_or(0, |first| span(first).start)..together.last().map_or(0, |last| span(last).end);
            let (from, to) = (self.end(lines.start), self.end(lines.end));
            let moved =
                |change: &Change| Change { at: change.at.start - from..change.at.end - from, to: change.to.clone() };
            let moved: Vec<_> = together.iter().map(moved).collect();
            Edit { to: changed(self.text.get(from..to).unwrap_or_default(), &moved), lines }
        };
        changes.chunk_by(meet).map(edit).collect()
    }

    /// Writes a hunk, and gives by how many lines the text grows with it.
    fn hunk(&self, out: &mut String, edits: &[Edit], grown: isize) -> isize {
        let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return 0 };
        let shown = first.lines.start.saturating_sub(AROUND)..(last.lines.end + AROUND).min(self.all.len());
        let mut body = String::new();
        let (mut at, mut count) = (shown.start, 0);
        for edit in edits {
            count += self.kept(&mut body, at..edit.lines.start);
            self.all.iter().take(edit.lines.end).skip(edit.lines.start).for_each(|line| put(&mut body, '-', line));
            edit.to.split_inclusive('\n').for_each(|line| put(&mut body, '+', line));
            count += edit.to.split_inclusive('\n').count();
            at = edit.lines.end;
        }
        count += self.kept(&mut body, at..shown.end);
        let begin = shown.start + 1;
        // Writing into a text does not fail.
        let _ = writeln!(out, "@@ -{begin},{} +{},{count} @@", shown.len(), begin.saturating_add_signed(grown));
        *out += &body;
        count.cast_signed() - shown.len().cast_signed()
    }

    fn kept(&self, out: &mut String, lines: Range<usize>) -> usize {
        self.all.iter().take(lines.end).skip(lines.start).for_each(|line| put(out, ' ', line));
        lines.len()
    }
}

fn put(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    *out += line;
    if !line.ends_with('\n') {
        *out += "\n\\ No newline at end of file\n";
    }
}

/// Writes a name as the header of a diff has it: with a tab behind spaces, and in quotes where it needs them.
fn header(side: char, name: &str) -> String {
    let is_odd = |c: char| matches!(c, '"' | '\\') || !(c == ' ' || c.is_ascii_graphic());
    if name.chars().any(is_odd) {
        let byte = |byte: u8| match byte {
            b' '..=b'~' if !matches!(byte, b'"' | b'\\') => char::from(byte).to_string(),
            byte => format!("\\{byte:03o}"),
        };
        return format!("\"{side}/{}\"", name.bytes().map(byte).collect::<String>());
    }
    let tab = if name.contains(' ') { "\t" } else { "" };
    format!("{side}/{name}{tab}")
}

#[cfg(test)]
mod tests;
