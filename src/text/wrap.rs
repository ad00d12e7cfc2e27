//! Fills lines of a number of cells with words.
//!
//! Breaks at spaces and beside wide characters, and inside a word only when it has no room on a
//! line of its own. Spaces between words and the indentation of a line are kept; spaces at a break
//! go. Expects text that is safe to draw.

use super::{clusters, width};

/// Wraps text into lines of at most that many cells, with later lines of each line indented.
///
/// A cluster wider than a line stands alone on one. The indentation never takes more than half of
/// the line. Where there are no cells there are no lines.
pub fn wrap(text: &str, cells: usize, hanging: usize) -> Vec<String> {
    if cells == 0 {
        return Vec::new();
    }
    let mut filler = Filler { cells, hanging: hanging.min(cells / 2), ..Filler::default() };
    for line in text.split_terminator('\n') {
        words(line, |word| filler.place(word));
        filler.end_line(0);
    }
    filler.lines
}

#[derive(Default)]
struct Filler {
    cells: usize,
    hanging: usize,
    lines: Vec<String>,
    line: String,
    used: usize,
    /// Spaces that are written only if another word follows on this line.
    gap: usize,
    has_word: bool,
}

impl Filler {
    fn place(&mut self, word: &str) {
        if word == " " {
            self.gap += 1;
            return;
        }
        let wide = width(word);
        if self.has_word && self.used + self.gap + wide > self.cells {
            self.end_line(self.hanging);
        }
        self.fill_gap();
        clusters(word).for_each(|(cluster, wide)| self.put(cluster, wide));
    }

    fn fill_gap(&mut self) {
        let most = if self.has_word { self.cells } else { self.cells / 2 };
        let gap = std::mem::take(&mut self.gap).min(most.saturating_sub(self.used));
        self.line.extend(std::iter::repeat_n(' ', gap));
        self.used += gap;
    }

    fn put(&mut self, cluster: &str, wide: usize) {
        if self.has_word && self.used + wide > self.cells {
            self.end_line(self.hanging);
        }
        if !self.has_word && self.used + wide > self.cells {
            self.line.clear();
            self.used = 0;
        }
        self.line.push_str(cluster);
        self.used += wide;
        self.has_word = true;
    }

    fn end_line(&mut self, indent: usize) {
        let line = std::mem::replace(&mut self.line, " ".repeat(indent));
        self.lines.push(line.trim_end_matches(' ').to_owned());
        self.used = indent;
        self.gap = 0;
        self.has_word = false;
    }
}

/// Gives each space and each run that should not be broken.
fn words<'a>(line: &'a str, mut give: impl FnMut(&'a str)) {
    let mut start = 0;
    let mut end = 0;
    let mut after_wide = false;
    for (cluster, wide) in clusters(line) {
        let is_wide = wide > 1;
        let breaks = (cluster == " " || is_wide || after_wide) && !closes(cluster);
        if breaks && start < end {
            give(&line[start..end]);
            start = end;
        }
        end += cluster.len();
        if cluster == " " {
            give(&line[start..end]);
            start = end;
        }
        after_wide = is_wide;
    }
    if start < end {
        give(&line[start..end]);
    }
}

/// Tells whether a cluster is punctuation that must not begin a line.
fn closes(cluster: &str) -> bool {
    matches!(
        cluster,
        "、" | "。" | "，" | "．" | "：" | "；" | "！" | "？" | "」" | "』" | "）" | "】" | "》" | "〉" | "ー"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::shown::tests::nasty;

    #[test]
    fn words_move_to_the_next_line_whole() {
        assert_eq!(wrap("take a backup now", 8, 0), ["take a", "backup", "now"]);
        assert_eq!(wrap("take a backup now", 8, 2), ["take a", "  backup", "  now"]);
    }

    #[test]
    fn line_breaks_and_indentation_are_kept() {
        assert_eq!(wrap("a\n\n  b  c\n", 10, 0), ["a", "", "  b  c"]);
        assert_eq!(wrap("", 10, 0), Vec::<String>::new());
        assert_eq!(wrap("   \nx", 10, 0), ["", "x"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        assert_eq!(wrap("/var/lib/thing", 6, 0), ["/var/l", "ib/thi", "ng"]);
        assert_eq!(wrap("see /var/lib/thing", 6, 1), ["see", " /var/", " lib/t", " hing"]);
    }

    #[test]
    fn wide_characters_break_anywhere_but_before_a_full_stop() {
        assert_eq!(wrap("ab漢字漢字", 6, 0), ["ab漢字", "漢字"]);
        assert_eq!(wrap("漢字漢。", 6, 0), ["漢字", "漢。"]);
        assert_eq!(wrap("👩‍👩‍👧👩‍👩‍👧", 3, 0), ["👩‍👩‍👧", "👩‍👩‍👧"]);
    }

    #[test]
    fn a_cluster_wider_than_the_line_stands_alone() {
        assert_eq!(wrap("a漢b", 1, 3), ["a", "漢", "b"]);
        assert_eq!(wrap("abc", 0, 0), Vec::<String>::new());
    }

    fn solid(text: &str) -> String {
        text.chars().filter(|c| !matches!(c, ' ' | '\n')).collect()
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_wide(text in nasty(), cells in 1usize..20, hanging in 0usize..5) {
            let lines = wrap(&text, cells, hanging);
            prop_assert_eq!(solid(&lines.concat()), solid(&text));
            for line in &lines {
                prop_assert!(width(line) <= cells || clusters(line).filter(|(_, wide)| *wide > 0).count() == 1);
                prop_assert!(!line.ends_with(' ') && !line.contains('\n'));
            }
        }
    }
}
