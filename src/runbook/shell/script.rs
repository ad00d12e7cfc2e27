//! Interpreters that take a program, then the arguments of that program: `sh -c`, `awk`, `perl -e`.
//!
//! Owns: telling the program from its arguments. What is not surely an argument counts as program.
//! Leaves alone: which commands are such interpreters.
use super::Reason;
use super::judge::Verdict;
use super::options::{Cluster, cluster};
use super::word::Word;

/// What is known of one interpreter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    /// Its short options, as for `getopt`.
    pub(super) short: &'static str,
    /// Long options that take nothing.
    pub(super) long: &'static [&'static str],
    /// Options that take a program.
    pub(super) program: &'static str,
    /// Flags by which it reads the program from its input; only shells have one.
    pub(super) input: &'static str,
    /// Options that take plain data.
    pub(super) open: &'static str,
    /// After the program of an option nothing is read as an option.
    pub(super) ends: bool,
}

impl Script {
    /// Refuses values in the program; tells whether the program is among the arguments.
    pub(super) fn judge(&self, name: &str, arguments: &[Word], verdict: &mut Verdict) -> bool {
        let reason = Reason::Program(name.to_owned());
        let mut walk = Walk { script: self, arguments, at: 0, given: false, input: false, reason, verdict };
        while !walk.step() {}
        walk.given && !walk.input
    }
}

/// A walk over the arguments, up to where the program is behind it.
struct Walk<'a> {
    script: &'a Script,
    arguments: &'a [Word],
    at: usize,
    /// A program was given.
    given: bool,
    /// The program comes from the input.
    input: bool,
    reason: Reason,
    verdict: &'a mut Verdict,
}

impl Walk<'_> {
    /// Takes one argument; tells whether all that follow are arguments of the program.
    fn step(&mut self) -> bool {
        let Some(word) = self.arguments.get(self.at) else {
            return true;
        };
        self.at += 1;
        let letters = word.literal();
        let dashed = letters.starts_with('-') || (letters.starts_with('+') && !self.script.input.is_empty());
        if word.text == "--" {
            self.dashes()
        } else if word.text == "-" || !dashed {
            self.operand(word)
        } else if let Some(long) = letters.strip_prefix("--") {
            self.long(word, long)
        } else {
            self.short(word, letters.get(1..).unwrap_or_default())
        }
    }

    /// Takes `--`: if there is no program yet, the next word is it.
    fn dashes(&mut self) -> bool {
        if !self.given {
            self.take_program();
        }
        self.arguments_begin()
    }

    fn operand(&mut self, word: &Word) -> bool {
        if self.given {
            // A value might still be read as an option here; a word of the author ends the options.
            self.verdict.refuse(word, &self.reason);
            return word.held.is_empty() && self.arguments_begin();
        }
        self.at -= 1;
        self.input |= word.text == "-";
        self.take_program();
        self.arguments_begin()
    }

    fn long(&mut self, word: &Word, long: &str) -> bool {
        let known = self.script.long.contains(&long) && word.held.is_empty();
        !known && self.give_up()
    }

    fn short(&mut self, word: &Word, letters: &str) -> bool {
        self.input |= letters.chars().any(|letter| self.script.input.contains(letter));
        self.given |= self.input;
        match cluster(self.script.short, letters, !word.held.is_empty()) {
            Cluster::Whole => false,
            Cluster::Unknown => self.give_up(),
            Cluster::Attached(letter) => {
                self.at -= 1;
                self.argument(letter)
            }
            Cluster::Next(letter) => self.argument(letter),
        }
    }

    /// Takes the word that an option takes.
    fn argument(&mut self, letter: char) -> bool {
        if self.script.program.contains(letter) {
            self.take_program();
            return self.script.ends && self.arguments_begin();
        }
        let Some(word) = self.arguments.get(self.at) else {
            return true;
        };
        self.at += 1;
        if self.script.open.contains(letter) {
            self.verdict.keep_alone(word);
        } else {
            self.verdict.refuse(word, &self.reason);
        }
        false
    }

    fn take_program(&mut self) {
        if let Some(word) = self.arguments.get(self.at) {
            self.verdict.refuse(word, &self.reason);
            self.given = true;
        }
        self.at += 1;
    }

    fn arguments_begin(&mut self) -> bool {
        self.verdict.operands = Some(self.at);
        true
    }

    fn give_up(&mut self) -> bool {
        self.verdict.refuse_all(self.arguments, &self.reason);
        self.given = true;
        true
    }
}
