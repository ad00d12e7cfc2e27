//! Judges one simple command: what its values may do there.
//!
//! Owns: assignments before the command, the command position, and joining what `prefixes.rs` and
//! `interpreters.rs` find. Leaves alone: quoting; every value here is already a whole word or part of one.
use super::word::{Held, Word};
use super::{Doubt, Reason, interpreters, prefixes};

/// What was found about one simple command.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Values that may not stand where they do.
    pub(super) refused: Vec<(usize, Reason)>,
    /// Values that may be only one word.
    pub(super) alone: Vec<usize>,
    /// Variables that hold a value afterwards.
    pub(super) holding: Vec<(String, usize)>,
    pub(super) doubt: Option<Doubt>,
    /// Which word is the command.
    pub(super) command: usize,
    /// From which argument on no options are read.
    pub(super) operands: Option<usize>,
    /// The program that runs what it reads, when this one does.
    pub(super) runs_input: Option<String>,
    /// How many commands it is inside of.
    pub(super) depth: usize,
}

impl Verdict {
    /// Refuses all values of a word.
    pub(super) fn refuse(&mut self, word: &Word, reason: &Reason) {
        self.refuse_held(&word.held, reason);
    }

    /// Refuses all values of many words.
    pub(super) fn refuse_all(&mut self, words: &[Word], reason: &Reason) {
        for word in words {
            self.refuse(word, reason);
        }
    }

    /// Lets a word's value be one word only.
    pub(super) fn keep_alone(&mut self, word: &Word) {
        self.alone.extend(word.held.iter().map(|held| held.value));
    }

    /// Takes over what was found about a command inside this one.
    pub(super) fn include(&mut self, inner: Verdict) {
        self.refused.extend(inner.refused);
        self.doubt = self.doubt.or(inner.doubt);
    }

    /// Looks at a word that sets a variable.
    pub(super) fn assign(&mut self, name: &str, word: &Word) {
        let Some(held) = word.held.first() else {
            return;
        };
        if DECISIVE.contains(&name) {
            self.refuse(word, &Reason::Environment(name.to_owned()));
        }
        self.holding.push((name.to_owned(), held.value));
    }

    fn refuse_held(&mut self, held: &[Held], reason: &Reason) {
        self.refused.extend(held.iter().map(|held| (held.value, reason.clone())));
    }
}

/// Variables that decide which programs run, or how the shell reads.
const DECISIVE: &[&str] = &[
    "BASHOPTS",
    "BASH_ENV",
    "BROWSER",
    "CDPATH",
    "DYLD_INSERT_LIBRARIES",
    "DYLD_LIBRARY_PATH",
    "EDITOR",
    "ENV",
    "GIT_EDITOR",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "IFS",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LESSOPEN",
    "MANPAGER",
    "NODE_OPTIONS",
    "PAGER",
    "PATH",
    "PERL5LIB",
    "PERL5OPT",
    "PROMPT_COMMAND",
    "PS1",
    "PS2",
    "PS4",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RSYNC_RSH",
    "RUBYLIB",
    "RUBYOPT",
    "SHELL",
    "SHELLOPTS",
    "VISUAL",
];

/// Judges the words of one simple command, which may be inside others.
pub(super) fn judge(words: &[Word], depth: usize) -> Verdict {
    let mut verdict = Verdict { depth, ..Verdict::default() };
    let assignments = words.iter().take_while(|word| word.assignment).filter_map(|word| Some((word.assigns()?, word)));
    let mut first = 0;
    for (name, word) in assignments {
        verdict.assign(name, word);
        first += 1;
    }
    verdict.command = prefixes::skip(words, first, &mut verdict);
    let rest = words.get(verdict.command..).unwrap_or_default();
    if let Some((command, arguments)) = rest.split_first() {
        if command.held.is_empty() {
            judge_arguments(base_name(&command.text), arguments, &mut verdict);
        } else {
            verdict.refuse(command, &Reason::Command);
        }
    }
    verdict
}

fn judge_arguments(name: &str, arguments: &[Word], verdict: &mut Verdict) {
    if name.contains('$') || name.starts_with('-') {
        return verdict.refuse_all(arguments, &Reason::Hidden);
    }
    let stays = |word: &Word| !word.may_vanish() || !word.held.is_empty();
    if arguments.iter().all(stays) {
        return interpreters::judge(name, arguments, verdict);
    }
    let staying: Vec<Word> = arguments.iter().filter(|word| stays(word)).cloned().collect();
    interpreters::judge(name, &staying, verdict);
    verdict.operands = None;
}

/// Gives the name of a program without its folder.
pub(super) fn base_name(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}
