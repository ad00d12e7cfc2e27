//! How commands other than script interpreters read their arguments.
//!
//! Owns: one rule a function. Leaves alone: which command follows which rule (`interpreters.rs`).
use super::judge::{self, Verdict};
use super::options::{Cluster, cluster};
use super::word::{POSITIONAL, Word};
use super::{Doubt, Reason};

/// A command whose first operand is data and whose other operands are a program.
#[derive(Debug, Clone, Copy)]
pub(super) struct First {
    /// Its short options, as for `getopt`.
    pub(super) short: &'static str,
    /// Long options that take nothing.
    pub(super) long: &'static [&'static str],
    /// Options that take more than data.
    pub(super) closed: &'static str,
}

impl First {
    /// Refuses values after the first operand; tells whether a program is given.
    pub(super) fn judge(&self, reason: &Reason, arguments: &[Word], verdict: &mut Verdict) -> bool {
        let mut at = 0;
        let mut given = false;
        while let Some(word) = arguments.get(at) {
            let letters = word.literal();
            at += 1;
            if !letters.starts_with('-') {
                verdict.keep_alone(word);
                break;
            }
            if matches!(word.text.as_str(), "-" | "--") || self.is_long(word) {
                continue;
            }
            let more = !word.held.is_empty();
            let (letter, taken) = match cluster(self.short, letters.get(1..).unwrap_or_default(), more) {
                Cluster::Unknown => {
                    verdict.refuse_all(arguments, reason);
                    return true;
                }
                Cluster::Whole => continue,
                Cluster::Attached(letter) => (letter, Some(word)),
                Cluster::Next(letter) => {
                    at += 1;
                    (letter, arguments.get(at - 1))
                }
            };
            given |= letter == 'c' && self.closed.contains('c');
            self.option(letter, taken, reason, verdict);
        }
        let rest = arguments.get(at..).unwrap_or_default();
        verdict.refuse_all(rest, reason);
        given || !rest.is_empty()
    }

    fn option(&self, letter: char, taken: Option<&Word>, reason: &Reason, verdict: &mut Verdict) {
        match taken {
            Some(word) if self.closed.contains(letter) => verdict.refuse(word, reason),
            Some(word) => verdict.keep_alone(word),
            None => {}
        }
    }

    fn is_long(&self, word: &Word) -> bool {
        let long = word.text.strip_prefix("--");
        word.held.is_empty() && long.is_some_and(|long| self.long.contains(&long))
    }
}

/// Refuses every value.
pub(super) fn every(name: &str, arguments: &[Word], verdict: &mut Verdict) {
    verdict.refuse_all(arguments, &Reason::Program(name.to_owned()));
}

/// Which options of a command take a program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// The letters of the short ones.
    pub(super) letters: &'static str,
    /// The long ones.
    pub(super) long: &'static [&'static str],
}

impl Options {
    /// Refuses values in what these options take.
    pub(super) fn judge(&self, name: &str, arguments: &[Word], verdict: &mut Verdict) {
        let reason = Reason::Program(name.to_owned());
        for (at, word) in arguments.iter().enumerate().filter(|(_, word)| self.is_option(word.literal())) {
            verdict.refuse(word, &reason);
            if let Some(next) = arguments.get(at + 1) {
                verdict.refuse(next, &reason);
            }
        }
    }

    fn is_option(&self, literal: &str) -> bool {
        if let Some(long) = literal.strip_prefix("--") {
            return self.long.iter().any(|known| long.starts_with(known));
        }
        let Some(letters) = literal.strip_prefix('-') else {
            return false;
        };
        let begins = letters.starts_with(|letter| self.letters.contains(letter));
        // `-Atc`: a few flags, then the one that takes the program.
        begins || (letters.len() <= 4 && letters.ends_with(|letter| self.letters.contains(letter)))
    }
}

/// Refuses values that would name a variable; notes those that fill one.
pub(super) fn names(name: &str, arguments: &[Word], verdict: &mut Verdict) {
    let is_plain_option = |word: &Word| !word.text.starts_with('-') || word.text.chars().all(|c| "-grpx".contains(c));
    let fills = matches!(name, "export" | "readonly" | "local" | "declare" | "typeset")
        && arguments.iter().all(is_plain_option);
    for word in arguments {
        match word.assigns().filter(|_| fills) {
            Some(name) => verdict.assign(name, word),
            None => verdict.refuse(word, &Reason::Grammar),
        }
    }
}

/// Refuses every value, and those of later commands too: their names may now be others.
pub(super) fn alias(arguments: &[Word], verdict: &mut Verdict) {
    every("alias", arguments, verdict);
    verdict.doubt = Some(Doubt::Alias);
}

/// Notes that the positional parameters hold a value.
pub(super) fn set(arguments: &[Word], verdict: &mut Verdict) {
    let held = arguments.iter().flat_map(|word| word.held.first());
    verdict.holding.extend(held.map(|held| (POSITIONAL.to_owned(), held.value)));
}

/// Keeps values from becoming operators of `test`.
pub(super) fn test(arguments: &[Word], verdict: &mut Verdict) {
    verdict.operands = Some(0);
    for word in arguments {
        verdict.keep_alone(word);
    }
    for pair in arguments.windows(2) {
        let [before, word] = pair else { continue };
        let reads_name = matches!(before.text.as_str(), "-v" | "-R");
        let may_be_operator = before.literal().is_empty() && !before.held.is_empty();
        if reads_name || may_be_operator {
            verdict.refuse(word, &Reason::Program("test".to_owned()));
        }
    }
}

/// Keeps values out of the calculations of `[[`.
pub(super) fn double_bracket(arguments: &[Word], verdict: &mut Verdict) {
    const CALCULATES: &[&str] = &["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v", "-R"];
    verdict.operands = Some(0);
    if arguments.last().is_none_or(|word| !word.is_keyword("]]")) {
        verdict.doubt = Some(Doubt::DoubleBracket);
    }
    let calculates = arguments.iter().any(|word| CALCULATES.contains(&word.text.as_str()));
    for word in arguments {
        verdict.keep_alone(word);
        if calculates {
            verdict.refuse(word, &Reason::Arithmetic);
        }
    }
}

/// Refuses a value as the format of `printf`.
pub(super) fn format(arguments: &[Word], verdict: &mut Verdict) {
    let dashes = arguments.first().is_some_and(|word| word.text == "--");
    let at = usize::from(dashes);
    let Some(format) = arguments.get(at) else {
        return;
    };
    if format.literal().starts_with('-') && !dashes {
        verdict.refuse_all(arguments, &Reason::Format);
    }
    verdict.refuse(format, &Reason::Format);
    verdict.operands = Some(at + 1);
}

/// More commands inside commands than this nobody writes.
const DEEPEST: usize = 4;

/// Judges the commands that `find` starts.
pub(super) fn find(arguments: &[Word], verdict: &mut Verdict) {
    for word in arguments {
        verdict.keep_alone(word);
    }
    let mut rest = arguments;
    while let Some(at) =
        rest.iter().position(|word| matches!(word.text.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir"))
    {
        rest = rest.get(at + 1..).unwrap_or_default();
        let end = rest.iter().position(|word| matches!(word.text.as_str(), ";" | "+")).unwrap_or(rest.len());
        let inner = rest.get(..end).unwrap_or_default();
        if verdict.depth == DEEPEST {
            return verdict.refuse_all(inner, &Reason::Program("find".to_owned()));
        }
        verdict.include(judge::judge(inner, verdict.depth + 1));
        rest = rest.get(end..).unwrap_or_default();
    }
}
