//! What the lexer knows about the list of commands that it is inside of.
//!
//! Owns: one level of commands (the whole text, a subshell, a `$( … )`) with the word, the simple
//! command and the compound commands in progress. Leaves alone: moving through the text.
use super::Place;
use super::word::Word;

/// What encloses a list of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: the whole text.
    Whole,
    /// `( … )`.
    Subshell,
    /// `$( … )`.
    Substitution,
}

/// What the next word is to the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    /// A command, or more of the one begun.
    Command,
    /// The name after `for`.
    LoopName,
    /// `in` or `do` after that name.
    LoopIn,
    /// The words to loop over.
    LoopWords,
    /// The word after `case`.
    CaseWord,
    /// `in` after that word.
    CaseIn,
    /// A pattern, or `esac`.
    CasePattern,
}

/// Quotes and braces inside a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// `"…"`.
    Double,
    /// `${ … }`.
    Braces,
    /// `$(( … ))` with this many parentheses open inside.
    Arithmetic(usize),
}

/// What a redirection does with the word after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redirect {
    /// Opens it as a file.
    File,
    /// Copies the stream of that number.
    Stream,
    /// Reads lines up to it; without leading tabs when true.
    Heredoc(bool),
}

/// A compound command that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compound {
    /// It is a `case`, whose parts end with `;;`.
    pub(super) is_case: bool,
    /// How many uses of values came before it.
    pub(super) since: usize,
    /// What it reads.
    pub(super) input: Option<Uses>,
}

/// Uses of values that came before a `|`: from, until.
pub(super) type Uses = (usize, usize);

/// One level of commands.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) kind: Kind,
    pub(super) at: Place,
    pub(super) modes: Vec<(Mode, Place)>,
    pub(super) expect: Expect,
    pub(super) word: Option<Word>,
    pub(super) words: Vec<Word>,
    pub(super) redirect: Option<Redirect>,
    /// The simple command has a redirection before its first word.
    pub(super) redirected: bool,
    pub(super) compounds: Vec<Compound>,
    pub(super) loop_name: String,
    /// How many uses of values came before this level.
    pub(super) began: usize,
    /// How many uses of values came before the pipeline.
    pub(super) since: usize,
    /// What the next command reads.
    pub(super) input: Option<Uses>,
    /// What all of this level reads.
    pub(super) given: Option<Uses>,
    /// Nothing was read since a `|`.
    pub(super) after_bar: bool,
}

impl Layer {
    /// Starts an empty level.
    pub(super) fn new(kind: Kind, at: Place, began: usize) -> Self {
        Layer {
            kind,
            at,
            modes: Vec::new(),
            expect: Expect::Command,
            word: None,
            words: Vec::new(),
            redirect: None,
            redirected: false,
            compounds: Vec::new(),
            loop_name: String::new(),
            began,
            since: began,
            input: None,
            given: None,
            after_bar: false,
        }
    }

    /// Begins a pipeline after this many uses.
    pub(super) fn begin_pipeline(&mut self, uses: usize) {
        self.since = uses;
        self.input = self.compounds.last().map_or(self.given, |compound| compound.input);
        self.after_bar = false;
    }

    /// Gives the word in progress, or begins one.
    pub(super) fn word(&mut self, at: Place) -> &mut Word {
        self.word.get_or_insert_with(|| Word::new(at))
    }

    /// Tells whether the text here is inside double quotes of this level.
    pub(super) fn is_quoted(&self) -> bool {
        self.modes.iter().any(|(mode, _)| *mode == Mode::Double)
    }

    /// Tells whether nothing of a simple command was read yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.words.is_empty() && !self.redirected
    }

    /// Takes a `=`.
    pub(super) fn equals(&mut self, at: Place) {
        let before = self.words.last().is_none_or(|word| word.assignment);
        let at_first = before && self.expect == Expect::Command && self.redirect.is_none();
        self.word(at).push_equals(at_first);
    }

    /// Tells whether the word in progress is an assignment before a command.
    fn is_assigning(&self) -> bool {
        self.word.as_ref().is_some_and(|word| word.assignment)
    }

    /// Tells whether the text here is cut into words when a variable stands in it.
    pub(super) fn is_cut(&self) -> bool {
        let cuts = matches!(self.expect, Expect::Command | Expect::LoopWords);
        cuts && !self.is_quoted() && self.redirect.is_none() && !self.is_assigning()
    }
}
