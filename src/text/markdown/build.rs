//! Builds blocks from the events of the Markdown parser, without recursion.
//!
//! Text is gathered as it comes and made [`Shown`] once its style ends. How blocks are drawn is not
//! known here.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::{Block, MOST_DEPTH, Span};
use crate::text::Shown;

/// Reads Markdown into blocks.
pub fn parse(markdown: &str) -> Vec<Block> {
    let mut builder = Builder::default();
    Parser::new(markdown).for_each(|event| builder.take(event));
    builder.finish()
}

#[derive(Default)]
struct Builder {
    /// The document, or the innermost quote.
    frame: Frame,
    /// The frames around it.
    around: Vec<Frame>,
    /// Quotes that are too deep to get a frame.
    too_deep: usize,
    spans: Vec<Span>,
    text: String,
    strong: usize,
    emphasis: usize,
    code: bool,
    links: Vec<String>,
    heading: Option<u8>,
    /// The language, while in a code block.
    fence: Option<Option<Shown>>,
}

#[derive(Default)]
struct Frame {
    blocks: Vec<Block>,
    /// The next number of each list that is open, if it has numbers.
    lists: Vec<Option<u64>>,
    /// What the next text of the item begins with.
    marker: String,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => self.code(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Rule => self.rule(),
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text.push_str(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.restyle(|now| now.strong += 1),
            Tag::Emphasis => self.restyle(|now| now.emphasis += 1),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.restyle(|now| now.links.push(dest_url.into_string()));
            }
            Tag::Heading { level, .. } => {
                self.end_block();
                self.heading = Some(level as u8);
            }
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::BlockQuote(_) => self.start_quote(),
            Tag::List(first) => {
                self.end_block();
                self.frame.lists.push(first);
            }
            Tag::Item => self.start_item(),
            _ => self.end_block(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.restyle(|now| now.strong = now.strong.saturating_sub(1)),
            TagEnd::Emphasis => self.restyle(|now| now.emphasis = now.emphasis.saturating_sub(1)),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::BlockQuote(_) => self.end_quote(),
            TagEnd::List(_) => {
                self.end_block();
                self.frame.lists.pop();
            }
            TagEnd::Item => self.end_item(),
            _ => self.end_block(),
        }
    }

    /// Ends the span that was going on, then changes the style.
    fn restyle(&mut self, change: impl FnOnce(&mut Self)) {
        self.end_span();
        change(self);
    }

    /// Ends a link; one without a text of its own shows its address.
    fn end_link(&mut self) {
        self.end_span();
        let address = self.links.last().cloned();
        if self.spans.last().map(|span| &span.link) != Some(&address) {
            self.text.extend(address);
            self.end_span();
        }
        self.links.pop();
    }

    fn code(&mut self, text: &str) {
        self.restyle(|now| now.code = true);
        self.text.push_str(text);
        self.restyle(|now| now.code = false);
    }

    fn end_span(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        self.spans.push(Span {
            text: Shown::text(&text),
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            code: self.code,
            link: self.links.last().cloned(),
        });
    }

    /// Ends the text that was going on, as whatever block it belongs to.
    fn end_block(&mut self) {
        self.text.truncate(self.text.trim_end_matches('\n').len());
        self.end_span();
        let spans = std::mem::take(&mut self.spans);
        let block = match self.heading.take() {
            _ if spans.is_empty() => return,
            Some(level) => Block::Heading(level, spans),
            None if self.frame.lists.is_empty() => Block::Paragraph(spans),
            None => self.frame.item(spans),
        };
        self.frame.blocks.push(block);
    }

    fn rule(&mut self) {
        self.end_block();
        self.frame.blocks.push(Block::Rule);
    }

    fn start_item(&mut self) {
        self.end_block();
        self.frame.marker = match self.frame.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{number}.");
                *number = number.saturating_add(1);
                marker
            }
            _ => "-".to_owned(),
        };
    }

    fn end_item(&mut self) {
        self.end_block();
        self.frame.show_marker();
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        self.end_block();
        self.frame.show_marker();
        self.fence = Some(match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().map(Shown::line),
            CodeBlockKind::Indented => None,
        });
    }

    fn end_code(&mut self) {
        let language = self.fence.take().flatten();
        let text = std::mem::take(&mut self.text);
        let lines = text.split_terminator('\n').map(Shown::line).collect();
        self.frame.blocks.push(Block::Code { language, lines });
    }

    fn start_quote(&mut self) {
        self.end_block();
        self.frame.show_marker();
        if self.around.len() == MOST_DEPTH {
            self.too_deep += 1;
        } else {
            self.around.push(std::mem::take(&mut self.frame));
        }
    }

    fn end_quote(&mut self) {
        self.end_block();
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if let Some(outer) = self.around.pop() {
            let quoted = std::mem::replace(&mut self.frame, outer);
            self.frame.blocks.push(Block::Quote(quoted.blocks));
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.end_block();
        while !self.around.is_empty() {
            self.end_quote();
        }
        self.frame.blocks
    }
}

impl Frame {
    fn item(&mut self, spans: Vec<Span>) -> Block {
        let depth = self.lists.len().saturating_sub(1).min(MOST_DEPTH);
        Block::Item { depth, marker: std::mem::take(&mut self.marker), spans }
    }

    /// Writes an item that has no text of its own.
    fn show_marker(&mut self) {
        if !self.marker.is_empty() {
            let item = self.item(Vec::new());
            self.blocks.push(item);
        }
    }
}
