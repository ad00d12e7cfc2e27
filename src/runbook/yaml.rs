//! YAML text into a tree that knows where every node stands.
//!
//! The only file that knows the YAML library. Holds the limits that keep a hostile file from growing,
//! and refuses the parts of YAML that runbooks do not use. Knows nothing of runbooks.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use super::diagnostic::{Code, Diagnostic, Problems};
use super::place::{Place, SourceId};
use super::source::Source;

/// How deep lists and mappings may stand in one another.
const MOST_DEPTH: usize = 64;
/// How many nodes a file may have after its aliases are followed.
const MOST_NODES: usize = 1_000_000;
/// How many bytes of text it may have after its aliases are followed.
const MOST_TEXT: usize = 32 * 1024 * 1024;

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node<'s> {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub content: Content<'s>,
}

/// What a node can be.
#[derive(Clone, Debug)]
pub enum Content<'s> {
    /// A text.
    Scalar(Scalar<'s>),
    /// A list.
    List(Vec<Node<'s>>),
    /// A mapping, in the order of the file.
    Map(Vec<Entry<'s>>),
}

/// A text as YAML gives it, never turned into a number.
#[derive(Clone, Debug)]
pub struct Scalar<'s> {
    /// The text after escapes and folding.
    pub text: Cow<'s, str>,
    /// Says that it was written without quotes or a block sign.
    pub plain: bool,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry<'s> {
    /// The key.
    pub key: Cow<'s, str>,
    /// Where the key stands.
    pub key_place: Place,
    /// The value.
    pub value: Node<'s>,
}

impl Node<'_> {
    /// Says whether nothing was written, or YAML's word for nothing.
    pub fn is_nothing(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.plain && matches!(&*scalar.text, "" | "~" | "null"))
    }
}

/// Parses one document; `None` when there is no tree to look at, which is then reported.
pub fn parse<'s>(id: SourceId, source: &'s Source, problems: &mut Problems) -> Option<Node<'s>> {
    let text = source.text();
    let skipped = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut options = Options::default();
    options.flow_nesting_limit = MOST_DEPTH;
    options.block_nesting_limit = MOST_DEPTH;
    let mut builder = Builder {
        id,
        text,
        skipped,
        problems,
        open: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        nodes: 0,
        bytes: 0,
    };
    for event in Parser::new_from_str_with_options(&text[skipped..], options) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => return builder.stop(syntax_error(id, skipped, text, &error)),
        };
        if let Err(problem) = builder.take(event, span) {
            return builder.stop(*problem);
        }
    }
    builder.finish()
}

/// Builds the tree without recursion.
struct Builder<'s, 'p> {
    id: SourceId,
    text: &'s str,
    skipped: usize,
    problems: &'p mut Problems,
    open: Vec<Open<'s>>,
    root: Option<Node<'s>>,
    anchors: HashMap<usize, (Node<'s>, usize, usize)>,
    nodes: usize,
    bytes: usize,
}

/// A list or mapping whose end was not seen yet.
struct Open<'s> {
    place: Place,
    anchor: usize,
    nodes_before: usize,
    bytes_before: usize,
    content: Content<'s>,
    key: Option<(Cow<'s, str>, Place)>,
}

type Stopped = Box<Diagnostic>;

impl<'s> Builder<'s, '_> {
    fn take(&mut self, event: Event<'s>, span: Span) -> Result<(), Stopped> {
        let place = self.place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.check_tag(tag.as_deref(), place);
                let plain = style == ScalarStyle::Plain;
                self.count(1, text.len(), place)?;
                let bytes = text.len();
                let node = Node { place, content: Content::Scalar(Scalar { text, plain }) };
                self.remember(anchor, &node, (1, bytes))?;
                self.add(node)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(place, anchor, tag.as_deref(), Content::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => self.begin(place, anchor, tag.as_deref(), Content::Map(Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => self.end(place),
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::DocumentStart(..) if self.root.is_some() => Err(unused_feature(
                place,
                "a second document begins here",
                "keep one runbook in a file; join files with `call`",
            )),
            _ => Ok(()),
        }
    }

    fn place(&self, span: Span) -> Place {
        let range = span.byte_range().unwrap_or_default();
        Place::new(self.id, range.start + self.skipped, range.end + self.skipped)
    }

    fn check_tag(&mut self, tag: Option<&Tag>, place: Place) {
        if tag.is_some() {
            self.problems.push(*unused_feature(
                place,
                "this value has a YAML tag",
                "remove the tag; put the value in quotes to make it text",
            ));
        }
    }

    fn count(&mut self, nodes: usize, bytes: usize, place: Place) -> Result<(), Stopped> {
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes <= MOST_NODES && self.bytes <= MOST_TEXT {
            return Ok(());
        }
        let message = "the file has more than a million values, or 32 MiB of text, when its aliases are followed";
        Err(Box::new(Diagnostic::new(Code::TooLarge, place, message).help("use `for_each`, or `call` for a part")))
    }

    /// Keeps a copy of a node with an anchor; the copy counts, or anchors in anchors would grow without bound.
    fn remember(&mut self, anchor: usize, node: &Node<'s>, (nodes, bytes): (usize, usize)) -> Result<(), Stopped> {
        if anchor != 0 {
            self.count(nodes, bytes, node.place)?;
            self.anchors.insert(anchor, (node.clone(), nodes, bytes));
        }
        Ok(())
    }

    fn begin(&mut self, place: Place, anchor: usize, tag: Option<&Tag>, content: Content<'s>) -> Result<(), Stopped> {
        self.check_tag(tag, place);
        self.count(1, 0, place)?;
        if self.open.len() >= MOST_DEPTH {
            return Err(too_deep(place));
        }
        let (nodes_before, bytes_before) = (self.nodes - 1, self.bytes);
        self.open.push(Open { place, anchor, nodes_before, bytes_before, content, key: None });
        Ok(())
    }

    fn end(&mut self, end: Place) -> Result<(), Stopped> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let place = Place { end: end.end.max(open.place.end), ..open.place };
        let node = Node { place, content: open.content };
        let size = (self.nodes - open.nodes_before, self.bytes - open.bytes_before);
        self.remember(open.anchor, &node, size)?;
        self.add(node)
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Stopped> {
        let Some((nodes, bytes)) = self.anchors.get(&anchor).map(|(_, nodes, bytes)| (*nodes, *bytes)) else {
            return Err(unused_feature(
                place,
                "this alias refers to a value that is not complete yet",
                "write the value out",
            ));
        };
        self.count(nodes, bytes, place)?;
        match self.anchors.get(&anchor) {
            Some((node, _, _)) => self.add(node.clone()),
            None => Ok(()),
        }
    }

    /// Puts a complete node where it belongs: into the open list or mapping, or at the root.
    fn add(&mut self, node: Node<'s>) -> Result<(), Stopped> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match (&mut open.content, open.key.take()) {
            (Content::List(items), _) => items.push(node),
            (Content::Map(entries), Some((key, key_place))) => entries.push(Entry { key, key_place, value: node }),
            (Content::Map(_), None) => open.key = Some(plain_key(node, self.text)?),
            (Content::Scalar(_), _) => {}
        }
        Ok(())
    }

    fn stop(self, problem: Diagnostic) -> Option<Node<'s>> {
        self.problems.push(problem);
        None
    }

    fn finish(self) -> Option<Node<'s>> {
        match self.root {
            Some(root) if !root.is_nothing() => Some(root),
            _ => {
                let help = "write one, or begin with the one that `mop new` makes";
                self.problems.push(
                    Diagnostic::new(Code::Empty, Place::new(self.id, 0, 0), "the file has no runbook in it").help(help),
                );
                None
            }
        }
    }
}

fn plain_key<'s>(node: Node<'s>, text: &str) -> Result<(Cow<'s, str>, Place), Stopped> {
    match node.content {
        Content::Scalar(scalar) if scalar.plain && scalar.text == "<<" => {
            Err(unused_feature(node.place, "`<<` merges another mapping into this one", "write the keys out"))
        }
        Content::Scalar(scalar) => Ok((scalar.text, node.place)),
        _ => Err(match text.get(..node.place.range().start).and_then(|before| before.strip_suffix('{')) {
            Some(before) if text[before.len()..].starts_with("{{") => bare_braces(node.place, before, text),
            _ => unused_feature(node.place, "a key has to be a word", "put text with braces in quotes: \"{{ name }}\""),
        }),
    }
}

/// Says how to write a text that begins with `{{`.
fn bare_braces(place: Place, before: &str, text: &str) -> Stopped {
    let rest = text[before.len()..].lines().next().unwrap_or_default().trim_end();
    let flow = before.lines().last().unwrap_or_default().contains(['{', '[']);
    let whole = if flow { rest.find("}}").map_or(rest, |at| &rest[..at + 2]) } else { rest };
    let quote = if whole.contains('"') { '\'' } else { '"' };
    let message = "a text that begins with `{{` needs quotes, or YAML takes the braces for its own";
    let place = Place { start: place.start - 1, ..place };
    Box::new(Diagnostic::new(Code::YamlFeature, place, message).help(format!("write {quote}{whole}{quote}")))
}

fn unused_feature(place: Place, message: &str, help: &str) -> Stopped {
    Box::new(Diagnostic::new(Code::YamlFeature, place, message).help(help))
}

fn too_deep(place: Place) -> Stopped {
    let message = format!("more than {MOST_DEPTH} lists and mappings stand in one another");
    Box::new(
        Diagnostic::new(Code::TooLarge, place, message).help("use fewer levels; `call` another runbook for a part"),
    )
}

/// Says in an author's words what the scanner found.
fn syntax_error(id: SourceId, skipped: usize, text: &str, error: &ScanError) -> Diagnostic {
    let at = error.marker().byte_offset().unwrap_or_default() + skipped;
    let at = text.floor_char_boundary(at.min(text.len()));
    let at = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => text[at..].find('\t').map_or(at, |tab| at + tab),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => {
            unknown_escape(&text[at..]).map_or(at, |escape| at + escape)
        }
        ErrorKind::InvalidQuotedScalarIndent => quote_before(text, at).unwrap_or(at),
        _ => at,
    };
    let place = Place::new(id, at, text[at..].chars().next().map_or(at, |c| at + c.len_utf8()));
    let (message, help): (Cow<'_, str>, &str) = match error.kind() {
        ErrorKind::RecursionLimitExceeded => return *too_deep(place),
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => (
            "a tab stands where YAML wants spaces".into(),
            "indent with spaces; most editors can turn tabs into spaces",
        ),
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::InvalidMappingValueWhitespace => (
            "a second `: ` stands in this line, or the line above is not finished".into(),
            "put a text that holds `: ` in quotes: \"Note: all users\"; begin each entry of a list with `- `",
        ),
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent => (
            "a quote is opened and not closed".into(),
            "close it; a quote inside a text is written twice in '…' and as \\\" in \"…\"",
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "text goes on after its closing quote".into(),
            "put the whole text in quotes; a quote inside is written twice in '…' and as \\\" in \"…\"",
        ),
        ErrorKind::UnclosedFlowCollection { open } => (
            format!("`{open}` is opened and not closed").into(),
            "close it, or put text that begins with a brace or bracket in quotes: \"{{ name }} is ready\"",
        ),
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::MisplacedFlowCollectionEnd => (
            "a list in [ ] or a mapping in { } is not as it should be".into(),
            "separate with commas, close what is open, and put text with , : { } [ ] in quotes: \"{{ name }} is ready\"",
        ),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => (
            "a backslash in \"…\" begins an escape that YAML does not have".into(),
            "use '…' for text with backslashes, or write \\\\",
        ),
        ErrorKind::UnknownAnchor => {
            ("a bare `*` begins an alias, and nothing above has that name".into(), "put the text in quotes: \"*.zip\"")
        }
        ErrorKind::MissingAnchorOrAliasName => {
            ("a bare `*` or `&` begins an alias or anchor".into(), "put the text in quotes")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            (format!("a text cannot begin with `{character}` here").into(), "put the text in quotes: \"…\"")
        }
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidBlockScalarIndent => (
            "this line does not fit the ones above it".into(),
            "keys that belong together begin in the same column, and a `:` follows each",
        ),
        kind => (format!("this is not YAML: {kind}").into(), "look at this line and the one above it"),
    };
    Diagnostic::new(Code::Syntax, place, message).help(help)
}

/// Finds the first escape of a quoted text that YAML does not have.
fn unknown_escape(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('\\').map(|found| at + found) {
        let escaped = text[found + 1..].chars().next()?;
        let hex = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let digits = text[found + 1 + escaped.len_utf8()..].bytes().take_while(u8::is_ascii_hexdigit).count();
        if !"0abtnvfre \t\"/\\N_LPxuU\n\r".contains(escaped) || digits < hex {
            return Some(found);
        }
        at = found + 1 + escaped.len_utf8();
    }
    None
}

/// Finds the quote that a line above opens and does not close.
fn quote_before(text: &str, at: usize) -> Option<usize> {
    let above = text[..at].trim_end();
    above.rfind(['"', '\''])
}
