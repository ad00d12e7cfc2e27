//! Reads the options of a command as `getopt` would.
//!
//! Owns: a table line (`"bn:x::"`: a flag, one that takes a word, one that takes only what is attached)
//! and walking words by it. Leaves alone: what an option means.

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing.
    Nothing,
    /// The rest of its word or the next word.
    Word,
    /// The rest of its word, perhaps empty.
    Rest,
}

/// What the last option of a word was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cluster {
    /// Only flags, or options with what they take.
    Whole,
    /// This option takes the rest of the word.
    Attached(char),
    /// This option takes the next word.
    Next(char),
    /// One of them is not in the table.
    Unknown,
}

/// Gives what an option takes by a table line.
fn takes(spec: &str, letter: char) -> Option<Takes> {
    let (_, after) = spec.split_once(letter).filter(|_| letter != ':')?;
    Some(match (after.starts_with("::"), after.starts_with(':')) {
        (true, _) => Takes::Rest,
        (_, true) => Takes::Word,
        _ => Takes::Nothing,
    })
}

/// Reads the letters of one word, without the dash; `more` when a value follows the letters.
pub(super) fn cluster(spec: &str, letters: &str, more: bool) -> Cluster {
    let mut rest = letters.chars();
    while let Some(letter) = rest.next() {
        let attached = more || !rest.as_str().is_empty();
        match takes(spec, letter) {
            None => return Cluster::Unknown,
            Some(Takes::Nothing) => {}
            Some(Takes::Word) if !attached => return Cluster::Next(letter),
            Some(Takes::Word | Takes::Rest) => return Cluster::Attached(letter),
        }
    }
    if more { Cluster::Unknown } else { Cluster::Whole }
}
