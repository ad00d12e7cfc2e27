//! Questions and answers: what is asked by name, and read until it fits.
//!
//! A person types the value, `=` for what is proposed, and a full stop to go back; an empty line does
//! nothing. Where nobody reads the question, only `NAME = VALUE` is an answer to it.

use std::io::Write;

use zeroize::Zeroizing;

use super::source::Source;
use super::{Dialogue, Snag};
use crate::cli::output::{Output, width};
use crate::cli::page::lines;
use crate::run::{Answer, Question, Run};
use crate::text::Shown;

/// Is what is asked.
pub(super) struct Asking<'a> {
    /// The name of the value.
    pub(super) name: &'a str,
    /// The question.
    pub(super) ask: &'a str,
    /// What an answer looks like.
    pub(super) hint: &'a str,
    /// What is proposed.
    pub(super) proposed: Option<&'a str>,
}

impl<'a> From<&'a Question> for Asking<'a> {
    fn from(question: &'a Question) -> Self {
        let Question { name, ask, hint, proposed, .. } = question;
        Self { name, ask, hint, proposed: proposed.as_deref() }
    }
}

impl Asking<'_> {
    /// Says what would be an answer.
    fn fits(&self) -> String {
        let hint = if self.hint.is_empty() { String::new() } else { format!(" ({})", self.hint) };
        format!("{} = VALUE{hint}", self.name)
    }
}

/// Asks until an answer is good; gives nothing where a person went back.
pub(super) fn ask<T>(
    (source, output): (&mut Source, &mut Output<impl Write, impl Write>),
    asking: &Asking<'_>,
    read: &dyn Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, Snag> {
    print(asking, output);
    let _ = output.flush();
    if !source.is_person() {
        return take(source, asking, read).map(Some);
    }
    loop {
        let _ = output.flush();
        source.forget();
        output.put_question(&format!("{}> ", asking.name));
        let _ = output.flush();
        let line = match source.typist.line() {
            Err(crate::app::NotTyped::Ended) => {
                output.print("\n");
                return Ok(None);
            }
            line => line?,
        };
        output.note_answered();
        let typed = match (line.trim(), asking.proposed) {
            ("", _) => continue,
            (".", _) => return Ok(None),
            ("=", Some(proposed)) => proposed,
            (typed, _) => super::answers::assignment(typed)
                .filter(|(name, _)| *name == asking.name)
                .map_or(typed, |(_, value)| value),
        };
        match read(typed) {
            Ok(answer) => return Ok(Some(answer)),
            Err(why) => output.print(&lines(&format!("! {why}"), (width(), 2))),
        }
    }
}

/// Prints what is asked.
fn print(asking: &Asking<'_>, output: &mut Output<impl Write, impl Write>) {
    let hint = if asking.hint.is_empty() { String::new() } else { format!(" ({})", asking.hint) };
    output.print(&lines(&format!("{}: {}{hint}", asking.name, asking.ask), (width(), 2)));
    match asking.proposed {
        Some("") => output.print("  proposed: nothing\n"),
        Some(proposed) => output.print(&lines(&format!("  proposed: {proposed}"), (width(), 4))),
        None => {}
    }
}

/// Takes the answer that is given by name, or what is proposed.
fn take<T>(source: &mut Source, asking: &Asking<'_>, read: &dyn Fn(&str) -> Result<T, String>) -> Result<T, Snag> {
    let given = source.value(asking.name)?;
    let typed = match (&given, asking.proposed) {
        (Some(given), _) => given.as_str(),
        (None, Some(proposed)) => proposed,
        (None, None) => return Err(unanswered(source, asking)),
    };
    read(typed).map_err(|why| match &source.answers {
        Some(answers) if given.is_some() => {
            let line = format!("{} = …", asking.name);
            Snag::Stop(answers.misfit((&line, &why), (asking.ask, &asking.fits())))
        }
        _ => Snag::Refused(format!("{}: {why}", asking.name)),
    })
}

fn unanswered(source: &Source, asking: &Asking<'_>) -> Snag {
    match &source.answers {
        Some(answers) => Snag::Stop(answers.missing((&format!("{}: {}", asking.name, asking.ask), &asking.fits()))),
        None => Snag::Refused(format!("{} is asked; the next line has to be {}", asking.name, asking.fits())),
    }
}

/// Asks for something that is not shown.
pub(super) fn ask_hidden(
    (source, output): (&mut Source, &mut Output<impl Write, impl Write>),
    asking: &Asking<'_>,
) -> Result<Option<Zeroizing<String>>, Snag> {
    print(asking, output);
    let _ = output.flush();
    if !source.is_person() {
        return match source.value(asking.name)? {
            Some(value) => Ok(Some(value)),
            None => Err(unanswered(source, asking)),
        };
    }
    let _ = output.flush();
    // Hidden first, asked then: what is typed at the question is never on the screen.
    let mut hidden = source.typist.hide()?;
    output.print(&format!("{}, not shown> ", Shown::line(asking.name)));
    let _ = output.flush();
    let line = hidden.line()?;
    Ok(Some(line).filter(|line| !line.is_empty()))
}

impl<O: Write, E: Write> Dialogue<'_, O, E> {
    /// Asks questions about the run; gives nothing where a person went back.
    pub(super) fn ask_all(&mut self, questions: &[Question]) -> Result<Option<Vec<(String, Answer)>>, Snag> {
        let zone = self.zone();
        let mut answers = Vec::new();
        for question in questions {
            let runbook = self.sitting.run().runbook().clone();
            let read = |typed: &str| question.read(Some(&runbook), typed, zone);
            match ask((&mut self.source, self.output), &question.into(), &read)? {
                Some(answer) => answers.push((question.name.clone(), answer)),
                None => return Ok(None),
            }
        }
        Ok(Some(answers))
    }

    fn zone(&self) -> chrono::FixedOffset {
        self.sitting.hand().now().offset
    }

    /// Makes sure that a person means what he said: he types the number of the step, after all of it was shown.
    pub(super) fn confirm(&mut self, number: &str, what: &str) -> Result<(), Snag> {
        if !self.source.is_person() {
            return Ok(());
        }
        let _ = self.output.flush();
        self.source.forget();
        let question = format!("type {number} to {what}, anything else to go back> ");
        self.output.put_question(&question);
        let _ = self.output.flush();
        let line = match self.source.typist.line() {
            Err(crate::app::NotTyped::Ended) => Zeroizing::default(),
            line => line?,
        };
        self.output.note_answered();
        if line.trim().eq_ignore_ascii_case(number) {
            Ok(())
        } else {
            Err(Snag::Refused("not confirmed; nothing was recorded".to_owned()))
        }
    }
}

/// Gives the secret of a run as it is asked.
pub(super) fn secret_question(run: &Run, name: &str) -> String {
    let input = run.runbook().main().inputs.iter().find(|input| *input.name == *name);
    input.map_or_else(|| name.to_owned(), |input| input.ask.outline())
}
