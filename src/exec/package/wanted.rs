//! What must be in an archive, and what must not.

use memchr::memmem::Finder;

use super::Order;
use super::end::End;
use super::names::fits;

/// How many entries that should not be there are named for each pattern.
const MOST_NAMED: u64 = 5;

/// Counts which entries fit what is wanted.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    order: &'a Order,
    has: Vec<u64>,
    lacks: Vec<u64>,
    holds: Vec<u64>,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(order: &'a Order) -> Self {
        let (has, lacks) = (vec![0; order.has.len()], vec![0; order.lacks.len()]);
        Self { order, has, lacks, holds: vec![0; order.holds.len()] }
    }

    /// Looks at the path of an entry.
    pub(super) fn see(&mut self, path: &str, end: &mut End) {
        for (pattern, count) in self.order.has.iter().zip(&mut self.has) {
            *count += u64::from(fits(pattern, path));
        }
        for (pattern, count) in self.order.lacks.iter().zip(&mut self.lacks) {
            if fits(pattern, path) {
                *count += 1;
                if *count <= MOST_NAMED {
                    end.fault(Some(path), &format!("should not be in it (`{pattern}`)"));
                }
            }
        }
    }

    /// Gives what searches an entry for what it must hold.
    pub(super) fn searches(&mut self, path: &str) -> Vec<Search<'a>> {
        let wanted = self.order.holds.iter().zip(&mut self.holds).filter(|((pattern, _), _)| fits(pattern, path));
        let search = |((_, text), count): (&'a (String, String), &mut u64)| {
            *count += 1;
            Search::new(text)
        };
        wanted.map(search).collect()
    }

    /// Says what was not found once all entries were seen.
    pub(super) fn finish(self, end: &mut End) {
        for (pattern, _) in self.order.has.iter().zip(&self.has).filter(|(_, count)| **count == 0) {
            end.fault(None, &format!("no entry is `{pattern}`, and one must be"));
        }
        for (pattern, count) in self.order.lacks.iter().zip(&self.lacks).filter(|(_, count)| **count > MOST_NAMED) {
            end.fault(None, &format!("{} more are `{pattern}`, and none may be", count - MOST_NAMED));
        }
        for ((pattern, text), _) in self.order.holds.iter().zip(&self.holds).filter(|(_, count)| **count == 0) {
            end.fault(None, &format!("no file is `{pattern}`, which must hold `{text}`"));
        }
    }
}

/// Searches what comes in pieces for a text.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// What is searched for.
    pub text: &'a str,
    finder: Finder<'a>,
    /// The end of what came, in which the text may have begun.
    kept: Vec<u8>,
    is_found: bool,
}

impl<'a> Search<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, finder: Finder::new(text), kept: Vec::new(), is_found: text.is_empty() }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if self.is_found {
            return;
        }
        self.kept.extend_from_slice(piece);
        self.is_found = self.finder.find(&self.kept).is_some();
        let surplus = self.kept.len().saturating_sub(self.text.len().saturating_sub(1));
        self.kept.drain(..surplus);
    }

    /// Tells whether it was found.
    pub(super) fn is_found(&self) -> bool {
        self.is_found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_found_wherever_the_pieces_are_cut(text in "[ab]{0,5}", all in "[ab]{0,40}", cuts in proptest::collection::vec(1_usize..7, 1..40)) {
            let mut search = Search::new(&text);
            let mut rest = all.as_bytes();
            for cut in cuts.iter().cycle() {
                let (piece, more) = rest.split_at((*cut).min(rest.len()));
                search.push(piece);
                prop_assert!(search.kept.len() < text.len().max(1));
                rest = more;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(search.is_found(), all.contains(&text));
        }
    }
}
