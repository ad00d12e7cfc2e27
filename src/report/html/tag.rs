//! HTML that says what it is meant to say: text from outside never becomes a tag, an attribute or a reference.
//!
//! A [`Tag`] is the only way to write anything. Its name and the names of its attributes are words of the source;
//! all that stands in it is escaped here, after what hides or reorders text was made visible.

use crate::text::Shown;

/// Elements that have no inside and no end.
const VOID: [&str; 3] = ["meta", "br", "hr"];
/// Elements behind which a line ends, so that the file can be read and compared.
const BLOCKS: [&str; 30] = [
    "html",
    "head",
    "title",
    "style",
    "meta",
    "body",
    "header",
    "nav",
    "main",
    "section",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "figure",
    "details",
    "svg",
    "blockquote",
    "hr",
];

/// Is an element with what stands in it.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    name: &'static str,
    attributes: String,
    inside: String,
}

impl Tag {
    /// Makes an empty one.
    pub(super) fn of(name: &'static str) -> Self {
        Self { name, attributes: String::new(), inside: String::new() }
    }

    /// Makes one of a class.
    pub(super) fn class(name: &'static str, class: &str) -> Self {
        Self::of(name).with("class", class)
    }

    /// Makes one with a line of text in it.
    pub(super) fn saying(name: &'static str, text: &str) -> Self {
        Self::of(name).says(text)
    }

    /// Adds an attribute.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.attributes += &format!(" {name}=\"{}\"", escaped(Shown::line(value).as_str()));
        self
    }

    /// Adds text, as one line.
    pub(super) fn says(mut self, text: &str) -> Self {
        self.inside += &escaped(Shown::line(text).as_str());
        self
    }

    /// Adds text of many lines.
    pub(super) fn says_lines(mut self, text: &str) -> Self {
        self.inside += &escaped(Shown::text(text).as_str());
        self
    }

    /// Adds a style sheet of our own, which is no text.
    pub(super) fn styles(mut self, sheet: &'static str) -> Self {
        self.inside += sheet;
        self
    }

    /// Adds an element.
    pub(super) fn add(mut self, tag: Self) -> Self {
        self.inside += &tag.written();
        self
    }

    /// Adds elements.
    pub(super) fn add_all(self, tags: impl IntoIterator<Item = Self>) -> Self {
        tags.into_iter().fold(self, Self::add)
    }

    /// Writes it.
    pub(super) fn written(&self) -> String {
        let Self { name, attributes, inside } = self;
        let line = if BLOCKS.contains(name) { "\n" } else { "" };
        if VOID.contains(name) {
            format!("<{name}{attributes}>{line}")
        } else {
            format!("<{name}{attributes}>{inside}</{name}>{line}")
        }
    }
}

/// Writes what would be markup as references.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
