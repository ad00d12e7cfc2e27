//! Words and simple commands as they end.
//!
//! Owns: the keywords, what each word is in its command, and handing whole commands to the judge.
//! Leaves alone: characters and quotes.
use super::judge::{self, Verdict};
use super::layer::{Compound, Expect, Kind, Layer, Redirect, Uses};
use super::lexer::Lexer;
use super::word::{Held, Last, POSITIONAL, Simple, Word};
use super::{Doubt, Reason};

impl Lexer<'_> {
    /// Ends the word in progress, if there is one.
    pub(super) fn end_word(&mut self) {
        let Some(word) = self.layer.word.take() else {
            return;
        };
        self.layer.after_bar = false;
        if let Some(redirect) = self.layer.redirect.take() {
            return self.end_target(&word, redirect);
        }
        match self.layer.expect {
            Expect::Command => self.end_command_word(word),
            Expect::LoopName => {
                self.refuse_all(&word.held, &Reason::Grammar);
                self.layer.loop_name = word.text;
                self.layer.expect = Expect::LoopIn;
            }
            Expect::LoopIn => self.end_loop_in(&word),
            Expect::LoopWords => self.end_loop_word(&word),
            Expect::CaseWord => self.layer.expect = Expect::CaseIn,
            Expect::CaseIn => {
                self.refuse_all(&word.held, &Reason::Grammar);
                self.layer.expect = Expect::CasePattern;
            }
            Expect::CasePattern if word.is_keyword("esac") => self.end_compound(),
            Expect::CasePattern => {}
        }
    }

    fn end_target(&mut self, word: &Word, redirect: Redirect) {
        match redirect {
            Redirect::File => {}
            Redirect::Stream => self.refuse_all(&word.held, &Reason::Stream),
            Redirect::Heredoc(strips_tabs) => self.heredoc(word, strips_tabs),
        }
    }

    fn end_loop_in(&mut self, word: &Word) {
        self.refuse_all(&word.held, &Reason::Grammar);
        if word.is_keyword("in") {
            self.layer.expect = Expect::LoopWords;
        } else {
            self.loop_over_positional();
        }
    }

    /// Begins the body of a loop without words of its own.
    pub(super) fn loop_over_positional(&mut self) {
        self.layer.expect = Expect::Command;
        if let Some(&value) = self.holding.get(POSITIONAL) {
            self.holding.insert(std::mem::take(&mut self.layer.loop_name), value);
        }
    }

    fn end_loop_word(&mut self, word: &Word) {
        if let Some(held) = word.held.first() {
            self.holding.insert(self.layer.loop_name.clone(), held.value);
        }
        self.allow_list(word);
    }

    fn end_command_word(&mut self, word: Word) {
        let first = self.layer.words.is_empty();
        let second_of_time = self.layer.words.len() == 1 && self.layer.words.iter().all(|word| word.is_keyword("time"));
        if second_of_time && !word.quoted && super::word::is_reserved(&word.text) {
            self.doubt(Doubt::Keyword);
        }
        if first && !word.quoted && word.held.is_empty() && self.keyword(&word.text) {
            return;
        }
        self.layer.words.push(word);
    }

    /// Takes a word of the grammar; tells whether it was one.
    fn keyword(&mut self, text: &str) -> bool {
        match text {
            "if" | "while" | "until" | "{" => self.begin_compound(Expect::Command, false),
            "for" => self.begin_compound(Expect::LoopName, false),
            "case" => self.begin_case(),
            "then" | "do" | "else" | "elif" | "!" => {}
            "fi" | "done" | "}" | "esac" => self.end_compound(),
            "function" | "select" | "coproc" => {
                self.doubt(Doubt::Keyword);
                return false;
            }
            _ => return false,
        }
        if self.layer.redirected {
            self.doubt(Doubt::Keyword);
        }
        true
    }

    fn begin_case(&mut self) {
        if self.outer.iter().chain([&self.layer]).any(|layer| layer.kind == Kind::Substitution) {
            self.doubt(Doubt::CaseInSubstitution);
        }
        self.begin_compound(Expect::CaseWord, true);
    }

    fn begin_compound(&mut self, expect: Expect, is_case: bool) {
        let at = self.cursor.place();
        if !self.may_open(self.layer.compounds.len(), at) {
            return;
        }
        self.layer.compounds.push(Compound { is_case, since: self.layer.since, input: self.layer.input });
        self.layer.since = self.uses.len();
        self.layer.expect = expect;
    }

    fn end_compound(&mut self) {
        self.layer.expect = Expect::Command;
        if let Some(compound) = self.layer.compounds.pop() {
            self.layer.since = compound.since;
            self.layer.input = compound.input;
        }
    }

    /// Ends the simple command in progress, if there is one.
    pub(super) fn end_command(&mut self) {
        self.layer.redirect = None;
        self.layer.redirected = false;
        if matches!(self.layer.expect, Expect::LoopWords | Expect::LoopName) {
            self.layer.expect = Expect::Command;
        }
        let words = std::mem::take(&mut self.layer.words);
        let Some(at) = words.first().map(|word| word.at) else {
            return;
        };
        for word in &words {
            self.allow_list(word);
        }
        let verdict = judge::judge(&words, 0);
        let split = |range: &[Word]| range.iter().map(|word| word.text.clone()).collect();
        let (prefixes, rest) = words.split_at(verdict.command.min(words.len()));
        self.reading.simple.push(Simple { at, prefixes: split(prefixes), words: split(rest) });
        self.note_options(&verdict, rest);
        self.note_call(rest);
        self.settle(verdict);
    }

    fn settle(&mut self, verdict: Verdict) {
        if let (Some(runner), Some(uses)) = (&verdict.runs_input, self.layer.input) {
            self.refuse_sent(uses, runner);
        }
        for (value, reason) in verdict.refused {
            self.reading.refuse(value, reason);
        }
        for value in verdict.alone {
            self.slot(value, |slot| slot.list = false);
        }
        self.holding.extend(verdict.holding);
        if let Some(doubt) = verdict.doubt {
            self.doubt(doubt);
        }
    }

    /// Refuses the values that a shell reads as its input, without those that were refused just before.
    fn refuse_sent(&mut self, (from, until): Uses, runner: &str) {
        let (sent_from, sent_until) = self.sent;
        let from_new = if from >= sent_from { from.max(sent_until) } else { from };
        for value in self.uses.get(from_new..until).unwrap_or_default() {
            self.reading.refuse(*value, Reason::Piped(runner.to_owned()));
        }
        let joins = from <= sent_until;
        self.sent = if joins { (from.min(sent_from), until.max(sent_until)) } else { (from, until) };
    }

    /// Notes which command gets which values; a function of that name must not.
    fn note_call(&mut self, words: &[Word]) {
        let values: Vec<usize> = words.iter().skip(1).flat_map(|word| &word.held).map(|held| held.value).collect();
        let Some(name) = words.first().map(|word| word.text.clone()).filter(|_| !values.is_empty()) else {
            return;
        };
        if self.functions.contains(&name) {
            return self.refuse_call(&values, &name);
        }
        self.calls.entry(name).or_default().extend(values);
    }

    /// Notes a function, whose calls may be before it.
    pub(super) fn define(&mut self, name: String) {
        if let Some(values) = self.calls.remove(&name) {
            self.refuse_call(&values, &name);
        }
        self.functions.insert(name);
    }

    fn refuse_call(&mut self, values: &[usize], name: &str) {
        for value in values {
            self.reading.refuse(*value, Reason::Function(name.to_owned()));
        }
    }

    /// Notes which values a command may take for options.
    fn note_options(&mut self, verdict: &Verdict, words: &[Word]) {
        let until = verdict.operands.map_or(words.len(), |operands| operands + 1);
        let options = words.iter().take(until).skip(1).take_while(|word| word.text != "--");
        for held in options.filter_map(|word| word.held.first()).filter(|held| held.at == 0 && held.direct) {
            self.slot(held.value, |slot| slot.option = true);
        }
    }

    /// Ends a `$( … )`: its values are in the word around it.
    pub(super) fn end_substitution(&mut self, inner: &Layer) {
        let at = inner.at;
        let values: Vec<usize> = self.uses.get(inner.began..).unwrap_or_default().to_vec();
        let word = self.word(at);
        let held = values.into_iter().map(|value| Held { value, at: word.text.len(), direct: false });
        word.held.extend(held);
        word.text.push_str("$()");
        word.last = Last::Other;
    }

    fn allow_list(&mut self, word: &Word) {
        if let Some(held) = word.held.first().filter(|_| word.is_whole()) {
            self.slot(held.value, |slot| slot.list = true);
        }
    }

    fn slot(&mut self, value: usize, change: impl FnOnce(&mut super::Slot)) {
        if let Some(slot) = self.reading.slots.get_mut(value) {
            change(slot);
        }
    }

    fn refuse_all(&mut self, held: &[Held], reason: &Reason) {
        for held in held {
            self.reading.refuse(held.value, reason.clone());
        }
    }
}
