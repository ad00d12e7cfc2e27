//! Reads an author's Markdown into blocks that a terminal or a report can draw.
//!
//! CommonMark only; raw HTML and what CommonMark does not know (tables, task boxes) stay visible as
//! text. All text is [`Shown`]. A block's colours and its place on the screen are for others, and so
//! is whether a link's address may be opened.

use super::Shown;

mod build;
mod plain;

pub use build::parse;
pub use plain::{leading, plain};

/// Is how deep lists and quotes may nest; what is deeper is drawn at this depth.
pub const MOST_DEPTH: usize = 16;

/// Is one block of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Some text; a line feed in it is a line break that the author asked for.
    Paragraph(Vec<Span>),
    /// A heading with its level, 1 to 6.
    Heading(u8, Vec<Span>),
    /// An item of a list.
    Item {
        /// How many lists it is in beside its own.
        depth: usize,
        /// What stands before it: `-`, `3.`, or nothing for a further paragraph of the same item.
        marker: String,
        /// Its text.
        spans: Vec<Span>,
    },
    /// Text to be drawn as it is.
    Code {
        /// The first word after the fence.
        language: Option<Shown>,
        /// The lines.
        lines: Vec<Shown>,
    },
    /// Blocks that are quoted.
    Quote(Vec<Self>),
    /// A line across.
    Rule,
}

/// Is a piece of text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// What to draw.
    pub text: Shown,
    /// Whether it is strongly emphasised.
    pub strong: bool,
    /// Whether it is emphasised.
    pub emphasis: bool,
    /// Whether it is code.
    pub code: bool,
    /// Where it leads, as the author wrote it and not safe to draw.
    pub link: Option<String>,
}

#[cfg(test)]
mod tests;
