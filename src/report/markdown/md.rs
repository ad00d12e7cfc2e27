//! Markdown that says what it is meant to say: text from outside never becomes a mark, a link or a cell of its own.
//!
//! [`Md`] is a piece of one line; only its constructors make one. [`Page`] puts pieces into blocks.

use crate::text::Shown;

/// Is a piece of one line of Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Md(String);

impl Md {
    /// Takes words of our own, in which nothing is a mark.
    pub(super) fn ours(literal: &'static str) -> Self {
        Self::text(literal)
    }

    /// Takes text from outside, as one line.
    pub(super) fn text(outside: &str) -> Self {
        let shown = Shown::line(outside);
        let text = shown.as_str().trim();
        let mut out = String::with_capacity(text.len());
        let mut before = None;
        for (at, c) in text.char_indices() {
            let rest = &text[at..];
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '#' | '@' | '$' | '{' | '}' | '!' => out.extend(['\\', c]),
                // Inside of a word it is no mark, and paths and names are full of it.
                '_' if !is_inside(before, rest) => out.extend(['\\', c]),
                ':' if rest.starts_with("://") || is_address(&text[..at]) => out.extend(['\\', c]),
                '.' if text[..at].to_ascii_lowercase().ends_with("www") => out.extend(['\\', c]),
                '+' | '-' | '=' if at == 0 => out.extend(['\\', c]),
                '.' | ')' if text[..at].chars().all(|c| c.is_ascii_digit()) && at > 0 => {
                    out.extend((rest[1..].starts_with(' ') || rest.len() == 1).then_some('\\'));
                    out.push(c);
                }
                _ => out.push(c),
            }
            before = Some(c);
        }
        Self(out)
    }

    /// Takes text from outside as code.
    pub(super) fn code(outside: &str) -> Self {
        let shown = Shown::line(outside);
        let text = shown.as_str().trim();
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " -_.:/+=,".contains(c));
        match text {
            "" => Self::default(),
            // A cell ends at a bar even inside of code, and there is no way to write some of the rest.
            text if !is_plain => Self::text(text),
            text => Self(format!("`{text}`")),
        }
    }

    /// Emphasises it strongly.
    pub(super) fn strong(self) -> Self {
        if self.0.is_empty() { self } else { Self(format!("**{}**", self.0)) }
    }

    /// Adds another piece.
    pub(super) fn then(self, next: &Self) -> Self {
        let space = if self.0.is_empty() || next.0.is_empty() { "" } else { " " };
        Self(format!("{}{space}{}", self.0.trim_end(), next.0.trim_start()))
    }
}

/// Tells whether an underscore stands between two letters or digits.
fn is_inside(before: Option<char>, rest: &str) -> bool {
    let next = rest.chars().nth(1);
    before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)
}

/// Tells whether a colon would make an address of what stands behind it.
fn is_address(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    before.ends_with("mailto") || before.ends_with("xmpp")
}

/// Is a page that blocks are added to.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    fn block(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0 += text.trim_end_matches('\n');
        self.0.push('\n');
    }

    pub(super) fn heading(&mut self, level: usize, text: &Md) {
        self.block(&format!("{} {}", "#".repeat(level), text.0));
    }

    pub(super) fn paragraph(&mut self, text: &Md) {
        self.block(&text.0);
    }

    pub(super) fn quote(&mut self, text: &Md) {
        self.block(&format!("> {}", text.0));
    }

    pub(super) fn list(&mut self, items: &[Md]) {
        let items: Vec<_> = items.iter().map(|item| format!("- {}", item.0)).collect();
        if !items.is_empty() {
            self.block(&items.join("\n"));
        }
    }

    /// Adds a table; one without a row is left out, and so are columns in which nothing stands.
    pub(super) fn table(&mut self, names: &[&'static str], rows: Vec<Vec<Md>>) {
        if rows.is_empty() {
            return;
        }
        let is_used = |at: &usize| rows.iter().any(|row| row.get(*at).is_some_and(|cell| !cell.0.is_empty()));
        let used: Vec<_> = (0..names.len()).filter(is_used).collect();
        let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(used.iter().filter_map(|at| names.get(*at).copied()).collect());
        text += &line(used.iter().map(|_| "---").collect());
        for row in &rows {
            text += &line(used.iter().filter_map(|at| row.get(*at)).map(|cell| cell.0.as_str()).collect());
        }
        self.block(&text);
    }

    /// Adds a heading with a table; nothing where there is no row.
    pub(super) fn section(&mut self, title: &'static str, names: &[&'static str], rows: Vec<Vec<Md>>) {
        if !rows.is_empty() {
            self.heading(2, &Md::ours(title));
            self.table(names, rows);
        }
    }

    /// Adds text of many lines from outside, as it is.
    pub(super) fn fence(&mut self, language: &'static str, outside: &str) {
        let shown = Shown::text(outside.trim_end_matches('\n'));
        let longest = shown.as_str().split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        self.block(&format!("{fence}{language}\n{shown}\n{fence}"));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_mark_is_escaped_and_what_would_not_is_left() {
        let cases = [
            ("a | b", "a \\| b"),
            ("*a* _b_ snake_case", "\\*a\\* \\_b\\_ snake_case"),
            ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
            ("22:07:41, at https://a.example www.a.example.", "22:07:41, at https\\://a.example www\\.a.example."),
            ("mailto:a@b", "mailto\\:a\\@b"),
            ("1. one", "1\\. one"),
            ("2.1 is slow.", "2.1 is slow."),
            ("- a", "\\- a"),
            ("a\nb", "a⏎b"),
        ];
        for (text, written) in cases {
            assert_eq!(Md::text(text).0, written, "{text}");
        }
        assert_eq!(Md::code("sha256:ab").0, "`sha256:ab`");
        assert_eq!(Md::code("a`b|c").0, "a\\`b\\|c");
    }

    #[test]
    fn a_fence_is_longer_than_any_in_its_text() {
        let mut page = Page::default();
        page.fence("sh", "a\n````\nb\n");
        assert_eq!(page.finish(), "`````sh\na\n````\nb\n`````\n");
    }

    #[test]
    fn a_column_in_which_nothing_stands_is_left_out() {
        let mut page = Page::default();
        page.table(&["A", "B"], vec![vec![Md::text("1"), Md::default()], vec![Md::text("2"), Md::default()]]);
        assert_eq!(page.finish(), "| A |\n| --- |\n| 1 |\n| 2 |\n");
    }
}
