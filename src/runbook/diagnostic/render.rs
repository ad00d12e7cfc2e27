//! Makes text, JSON lines and CI annotations of findings.
//!
//! Outside text passes through [`Shown`] before it stands beside our own words, so a caret points at
//! the right cell and nothing in a file drives the terminal.

use std::fmt::Write;

use serde_json::json;

use super::{Diagnostic, Severity};
use crate::runbook::place::{Place, Position};
use crate::runbook::source::Source;
use crate::text::{Shown, harmless_json};

/// The forms in which findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people, without colour.
    Plain,
    /// For people, with colour.
    Colour,
    /// One JSON object a line.
    Json,
    /// Workflow commands that CI turns into annotations, and editors can read.
    Github,
}

/// The widest part of a line that is quoted, in cells.
const MOST_CELLS: usize = 96;

/// Renders one finding, with a line break at its end.
pub fn render(diagnostic: &Diagnostic, sources: &[Source], form: Form) -> String {
    match form {
        Form::Plain => people(diagnostic, sources, &Paint::NONE),
        Form::Colour => people(diagnostic, sources, &Paint::ANSI),
        Form::Json => json(diagnostic, sources),
        Form::Github => github(diagnostic, sources),
    }
}

/// Says in a few words how many findings there were.
pub fn summary(errors: usize, warnings: usize, dropped: usize) -> String {
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let found = match (errors, warnings) {
        (0, 0) => "no problems".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    match dropped {
        0 => found,
        dropped => format!("{found}, and {dropped} more that are not shown"),
    }
}

/// The escape sequences around parts of a finding; all empty without colour.
struct Paint {
    error: &'static str,
    warning: &'static str,
    bold: &'static str,
    frame: &'static str,
    end: &'static str,
}

impl Paint {
    const NONE: Self = Self { error: "", warning: "", bold: "", frame: "", end: "" };
    const ANSI: Self =
        Self { error: "\x1b[1;31m", warning: "\x1b[1;33m", bold: "\x1b[1m", frame: "\x1b[34m", end: "\x1b[0m" };

    fn of(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
        }
    }
}

fn people(diagnostic: &Diagnostic, sources: &[Source], paint: &Paint) -> String {
    let mut notes = vec![("why", diagnostic.code.why())];
    notes.extend(diagnostic.help.iter().map(|help| ("help", help.as_str())));
    let finding = Finding {
        severity: diagnostic.code.severity(),
        name: diagnostic.code.name(),
        message: &diagnostic.message,
        places: places(diagnostic).collect(),
        notes,
    };
    painted(&finding, sources, paint)
}

/// Is something to be said to a person with the places that it is about, whatever kind of file they are in.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// How bad it is.
    pub severity: Severity,
    /// The name of its kind.
    pub name: &'a str,
    /// What is wrong.
    pub message: &'a str,
    /// Where, each with a few words; the first is where it is wrong.
    pub places: Vec<(Place, &'a str)>,
    /// What else is said, each with the word that it stands behind.
    pub notes: Vec<(&'a str, &'a str)>,
}

impl Finding<'_> {
    /// Writes it for a person, with a line break at its end.
    pub fn written(&self, sources: &[Source], has_colour: bool) -> String {
        painted(self, sources, if has_colour { &Paint::ANSI } else { &Paint::NONE })
    }
}

fn painted(finding: &Finding<'_>, sources: &[Source], paint: &Paint) -> String {
    let (mark, bold, frame, end) = (paint.of(finding.severity), paint.bold, paint.frame, paint.end);
    let message = Shown::line(finding.message);
    let mut out = format!("{mark}{}[{}]{end}{bold}: {message}{end}\n", finding.severity.word(), finding.name);
    let places = finding.places.iter();
    let excerpts: Vec<_> = places.filter_map(|(place, words)| Excerpt::new(*place, words, sources)).collect();
    let gutter = excerpts.iter().map(|e| e.at.line.to_string().len()).max().unwrap_or(1);
    for (nth, excerpt) in excerpts.iter().enumerate() {
        let (pointer, colour) = if nth == 0 { ('^', mark) } else { ('-', frame) };
        excerpt.write(&mut out, gutter, pointer, colour, paint);
    }
    for (word, text) in &finding.notes {
        let _ = writeln!(out, "{frame}{:gutter$} ={end} {bold}{word}{end}: {}", "", Shown::line(text));
    }
    out.push('\n');
    out
}

fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = (Place, &str)> {
    let related = diagnostic.related.iter().map(|(place, words)| (*place, words.as_str()));
    std::iter::once((diagnostic.place, "")).chain(related)
}

/// The first line of a place, made safe to print, and the cells to point at.
struct Excerpt {
    path: Shown,
    at: Position,
    line: Shown,
    indent: usize,
    width: usize,
    words: Shown,
}

impl Excerpt {
    fn new(place: Place, words: &str, sources: &[Source]) -> Option<Self> {
        let source = sources.get(usize::from(place.source.0))?;
        let at = source.position(place.start);
        let (start, line) = source.lines(at.line, at.line);
        let line = line.trim_end_matches(['\n', '\r']);
        let from = (place.start as usize - start).min(line.len());
        let to = (place.end as usize).saturating_sub(start).clamp(from, line.len());
        let (before, marked) = (line.get(..from)?, line.get(from..to)?);
        let mut quoted = cropped_before(before);
        let indent = quoted.width();
        let marked = Shown::line_limited(marked, MOST_CELLS);
        let width = marked.width().max(1);
        quoted.push(&marked);
        quoted.push(&Shown::line_limited(&line[to..], MOST_CELLS.saturating_sub(indent + width).max(8)));
        Some(Self { path: Shown::line(source.name()), at, line: quoted, indent, width, words: Shown::line(words) })
    }

    fn write(&self, out: &mut String, gutter: usize, pointer: char, colour: &str, paint: &Paint) {
        let Position { line, column } = self.at;
        let (frame, end) = (paint.frame, paint.end);
        let arrow = if pointer == '^' { "-->" } else { ":::" };
        let marks: String = std::iter::repeat_n(pointer, self.width).collect();
        let rows = [
            format!("{frame}{:gutter$}{arrow}{end} {}:{line}:{column}", "", self.path),
            format!("{frame}{:gutter$} |{end}", ""),
            format!("{frame}{line:>gutter$} |{end} {}", self.line),
            format!("{frame}{:gutter$} |{end} {:indent$}{colour}{marks} {}", "", "", self.words, indent = self.indent),
        ];
        for row in rows {
            let _ = writeln!(out, "{}{end}", row.trim_end());
        }
    }
}

/// Returns the part of the line before the marked one, from the left with "…" when it is long.
fn cropped_before(before: &str) -> Shown {
    let whole = Shown::line_limited(before, MOST_CELLS / 2);
    if !whole.as_str().ends_with('…') {
        return whole;
    }
    let tail: String = before.chars().rev().take(MOST_CELLS / 4).collect::<Vec<_>>().into_iter().rev().collect();
    let mut cropped = Shown::ours("…");
    cropped.push(&Shown::line(&tail));
    cropped
}

fn json(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let related: Vec<_> = diagnostic
        .related
        .iter()
        .map(|(place, words)| merged(position(*place, sources), json!({ "message": words })))
        .collect();
    let object = json!({
        "severity": diagnostic.code.severity().word(),
        "code": diagnostic.code.name(),
        "message": diagnostic.message,
        "why": diagnostic.code.why(),
        "help": diagnostic.help,
        "related": related,
    });
    format!("{}\n", harmless_json(&merged(position(diagnostic.place, sources), object).to_string()))
}

fn position(place: Place, sources: &[Source]) -> serde_json::Value {
    let Some(source) = sources.get(usize::from(place.source.0)) else {
        return json!({});
    };
    let (start, end) = (source.position(place.start), source.position(place.end));
    json!({
        "file": source.name(),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    })
}

fn merged(mut first: serde_json::Value, second: serde_json::Value) -> serde_json::Value {
    if let (Some(first), serde_json::Value::Object(second)) = (first.as_object_mut(), second) {
        first.extend(second);
    }
    first
}

/// Writes a workflow command; `%`, line ends and the separators are escaped as its format asks.
fn github(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut text = Shown::line(&diagnostic.message).as_str().to_owned();
    if let Some(help) = &diagnostic.help {
        let _ = write!(text, "; {}", Shown::line(help));
    }
    let place = diagnostic.place;
    let at = sources.get(usize::from(place.source.0)).map(|source| {
        let (start, end) = (source.position(place.start), source.position(place.end));
        let file = property(Shown::line(source.name()).as_str());
        let columns = format!("col={},endLine={},endColumn={}", start.column, end.line, end.column);
        format!(" file={file},line={},{columns},title={}", start.line, diagnostic.code.name())
    });
    format!("::{}{}::{}\n", diagnostic.code.severity().word(), at.unwrap_or_default(), data(&text))
}
