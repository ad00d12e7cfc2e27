//! The nearest known word, for "did you mean".
//!
//! Finds a word; how to say it is for the error that asks.

const MOST_CHARS: usize = 64;

/// Finds the candidate that a mistyped word is nearest to, the first of several.
///
/// Letters missing, added, changed or swapped count one each, in any case of letters, up to a third
/// of the word. Words longer than 64 characters are near to nothing.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = lower(word).filter(|word| !word.is_empty())?;
    let mut most = (word.len() / 3).max(1);
    let mut found = None;
    for candidate in candidates {
        let Some(letters) = lower(candidate).filter(|letters| letters.len().abs_diff(word.len()) <= most) else {
            continue;
        };
        let distance = distance(&word, &letters);
        if distance < most || (distance == most && found.is_none()) {
            most = distance;
            found = Some(candidate);
        }
    }
    found
}

fn lower(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.chars().take(MOST_CHARS + 1).flat_map(char::to_lowercase).collect();
    (letters.len() <= MOST_CHARS).then_some(letters)
}

/// Counts the edits between two words, a swap of neighbours as one (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let change = above[j] + usize::from(from != to);
            let mut least = change.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn edits_are_counted() {
        for (a, b, edits) in [("", "abc", 3), ("kitten", "sitting", 3), ("abcd", "abdc", 1), ("ca", "abc", 3)] {
            assert_eq!(distance(&letters(a), &letters(b)), edits, "{a} {b}");
        }
    }

    #[test]
    fn a_mistyped_word_finds_the_one_that_was_meant() {
        let known = ["steps", "title", "window", "estimate"];
        assert_eq!(nearest("setps", known), Some("steps"));
        assert_eq!(nearest("Title", known), Some("title"));
        assert_eq!(nearest("estimat", known), Some("estimate"));
        assert_eq!(nearest("owner", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn the_first_of_equally_near_words_wins_and_a_nearer_one_beats_it() {
        assert_eq!(nearest("cat", ["bat", "hat"]), Some("bat"));
        assert_eq!(nearest("cat", ["bat", "cat"]), Some("cat"));
    }

    #[test]
    fn a_short_word_may_have_one_mistake() {
        assert_eq!(nearest("x", ["id"]), None);
        assert_eq!(nearest("i", ["id"]), Some("id"));
    }

    #[test]
    fn a_very_long_word_is_near_to_nothing() {
        let long = "a".repeat(65);
        assert_eq!(nearest(&long, [long.as_str()]), None);
        assert_eq!(nearest(&long[..64], [long.as_str(), &long[..63]]), Some(&long[..63]));
    }

    proptest! {
        #[test]
        fn the_distance_is_the_same_from_both_ends(a in "[ab]{0,8}", b in "[ab]{0,8}") {
            let (a, b) = (letters(&a), letters(&b));
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
        }
    }
}
