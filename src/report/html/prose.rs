//! What an author wrote in Markdown, as HTML: the same subset that the screen shows, and no tag of his own.
//!
//! Lists are lists, for ears too. Headings of a step are no headings of the page. A link leads where its address
//! stands behind it, and only to `http` and `https`; what else he wrote as a link is text.

use std::ops::Range;

use super::tag::Tag;
use crate::text::is_address;
use crate::text::markdown::{Block, Span, parse};

/// Writes a text.
pub(super) fn prose(markdown: &str) -> Tag {
    Tag::class("div", "prose").add_all(blocks(&parse(markdown)))
}

fn blocks(all: &[Block]) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some(block) = all.get(at) {
        let entries: Vec<_> = all[at..].iter().map_while(Entry::of).collect();
        at += entries.len().max(1);
        match entries.as_slice() {
            [] => tags.push(one(block)),
            entries => tags.extend(lists(entries)),
        }
    }
    tags
}

fn one(block: &Block) -> Tag {
    match block {
        Block::Paragraph(spans) | Block::Item { spans, .. } => Tag::of("p").add_all(inline(spans)),
        Block::Heading(_, spans) => Tag::of("p").add(Tag::of("strong").add_all(inline(spans))),
        Block::Code { lines, .. } => {
            let text: Vec<_> = lines.iter().map(crate::text::Shown::as_str).collect();
            Tag::of("pre")
                .with("tabindex", "0")
                .with("role", "region")
                .with("aria-label", "Text as it is")
                .says_lines(&text.join("\n"))
        }
        Block::Quote(quoted) => Tag::of("blockquote").add_all(blocks(quoted)),
        Block::Rule => Tag::of("hr"),
    }
}

/// Is an item of a list.
#[derive(Clone, Copy)]
struct Entry<'a> {
    depth: usize,
    marker: &'a str,
    spans: &'a [Span],
}

impl<'a> Entry<'a> {
    fn of(block: &'a Block) -> Option<Self> {
        match block {
            Block::Item { depth, marker, spans } => Some(Self { depth: *depth, marker, spans }),
            _ => None,
        }
    }

    fn number(&self) -> Option<&'a str> {
        self.marker.strip_suffix('.')
    }

    /// Tells whether another one begins a list of another kind.
    fn is_parted_from(&self, next: &Self) -> bool {
        next.depth <= self.depth && !next.marker.is_empty() && next.number().is_some() != self.number().is_some()
    }
}

/// Writes items as lists, those that stand deeper in the item before them.
fn lists(entries: &[Entry<'_>]) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut left = entries;
    while let Some((first, below)) = left.split_first() {
        if first.marker.is_empty() {
            // It goes on with an item behind something that parted its list.
            tags.push(Tag::of("p").add_all(inline(first.spans)));
            left = below;
            continue;
        }
        let length = left.iter().skip(1).position(|next| first.is_parted_from(next)).map_or(left.len(), |at| at + 1);
        let (list, rest) = left.split_at(length);
        let tag = first.number().map_or_else(|| Tag::of("ul"), |number| Tag::of("ol").with("start", number));
        tags.push(tag.add_all(members(list).map(|member| item(&list[member]))));
        left = rest;
    }
    tags
}

/// Parts a list into its members: an item, its further paragraphs, and what stands deeper.
fn members<'a>(list: &'a [Entry<'a>]) -> impl Iterator<Item = Range<usize>> + 'a {
    let depth = list.first().map_or(0, |first| first.depth);
    let begins = move |at: &usize| *at == 0 || (list[*at].depth <= depth && !list[*at].marker.is_empty());
    let all: Vec<_> = (0..list.len()).filter(begins).collect();
    let ends = all.iter().copied().skip(1).chain([list.len()]).collect::<Vec<_>>();
    all.into_iter().zip(ends).map(|(from, to)| from..to)
}

fn item(member: &[Entry<'_>]) -> Tag {
    let Some((first, rest)) = member.split_first() else { return Tag::of("li") };
    let more = rest.iter().take_while(|entry| entry.depth <= first.depth).count();
    let (more, deeper) = rest.split_at(more);
    let more = more.iter().map(|entry| Tag::of("p").add_all(inline(entry.spans)));
    Tag::of("li").add_all(inline(first.spans)).add_all(more).add_all(lists(deeper))
}

/// Writes text in its styles, with the address of a link behind the last of its spans.
fn inline(spans: &[Span]) -> Vec<Tag> {
    let is_same = |a: &Span, b: &Span| a.link.is_some() && a.link == b.link;
    spans.chunk_by(is_same).flat_map(linked).collect()
}

fn linked(spans: &[Span]) -> Vec<Tag> {
    let styled: Vec<_> = spans.iter().map(styled).collect();
    let Some(address) = spans.first().and_then(|span| span.link.as_deref()) else { return styled };
    let label: String = spans.iter().map(|span| span.text.as_str()).collect();
    let behind = (label != address).then(|| Tag::saying("span", &format!(" <{address}>")));
    if !is_address(address) {
        return styled.into_iter().chain(behind).collect();
    }
    let link = Tag::of("a").with("href", address).with("rel", "noopener noreferrer").add_all(styled);
    [link].into_iter().chain(behind).collect()
}

fn styled(span: &Span) -> Tag {
    let mut lines = span.text.as_str().split('\n');
    let first = Tag::saying(if span.code { "code" } else { "span" }, lines.next().unwrap_or_default());
    let text = lines.fold(first, |text, line| text.add(Tag::of("br")).says(line));
    let text = if span.emphasis { Tag::of("em").add(text) } else { text };
    if span.strong { Tag::of("strong").add(text) } else { text }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    fn written(markdown: &str) -> String {
        prose(markdown).written().replace('\n', "").replace("<span>", "").replace("</span>", "")
    }

    fn inside(html: &str) -> String {
        format!(r#"<div class="prose">{html}</div>"#)
    }

    #[test]
    fn paragraphs_styles_and_code_are_what_they_are_on_the_screen() {
        let cases = [
            ("one\\\ntwo", "<p>one<br>two</p>"),
            ("**a** *b* `c`", "<p><strong>a</strong> <em>b</em> <code>c</code></p>"),
            ("# Big", "<p><strong>Big</strong></p>"),
            ("> said\n> so", "<blockquote><p>said so</p></blockquote>"),
            ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        ];
        for (markdown, html) in cases {
            assert_eq!(written(markdown), inside(html), "{markdown}");
        }
        assert!(prose("```sh\nls  -l\n\n  two\n```").written().contains(">ls  -l\n\n  two</pre>"));
    }

    #[test]
    fn lists_are_lists_and_what_stands_deeper_stands_in_its_item() {
        let cases = [
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("3. a\n4. b", r#"<ol start="3"><li>a</li><li>b</li></ol>"#),
            ("- a\n  1. b\n  2. c\n- d", r#"<ul><li>a<ol start="1"><li>b</li><li>c</li></ol></li><li>d</li></ul>"#),
            ("- a\n\n  more\n- b", "<ul><li>a<p>more</p></li><li>b</li></ul>"),
            ("- a\n\n      x\n\n  more\n- b", "<ul><li>a</li></ul>CODE<p>more</p><ul><li>b</li></ul>"),
            ("- a\n\n1. b", r#"<ul><li>a</li></ul><ol start="1"><li>b</li></ol>"#),
        ];
        let code = Regex::new("<pre.*</pre>").unwrap();
        for (markdown, html) in cases {
            assert_eq!(code.replace(&written(markdown), "CODE"), inside(html), "{markdown}");
        }
    }

    #[test]
    fn a_link_leads_to_the_web_with_its_address_behind_it_and_nowhere_else() {
        let link = r#"<a href="https://a.example/x" rel="noopener noreferrer">"#;
        let cases = [
            (
                "[the **page**](https://a.example/x)",
                format!("<p>{link}the <strong>page</strong></a> &lt;https://a.example/x&gt;</p>"),
            ),
            ("<https://a.example/x>", format!("<p>{link}https://a.example/x</a></p>")),
            ("[x](javascript:alert(1))", "<p>x &lt;javascript:alert(1)&gt;</p>".to_owned()),
            ("![x](data:text/html,x)", "<p>x &lt;data:text/html,x&gt;</p>".to_owned()),
            ("[x](//a.example)", "<p>x &lt;//a.example&gt;</p>".to_owned()),
        ];
        for (markdown, html) in cases {
            assert_eq!(written(markdown), inside(&html), "{markdown}");
        }
    }

    #[test]
    fn a_tag_of_the_author_is_text() {
        let html = written("<script>x()</script>\n\na <b onclick=x()>b</b>");
        assert!(
            html.contains("&lt;script&gt;x()&lt;/script&gt;") && html.contains("a &lt;b onclick=x()&gt;b"),
            "{html}"
        );
        assert!(!html.contains("<script") && !html.contains("<b "), "{html}");
    }
}
