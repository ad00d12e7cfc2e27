//! Commands that do not say how to judge them, and characters in them that are not what they look like.

use super::texts::{each_command, written};
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::model::{CommandLine, Run, Runbook, Sign, Template, Use, each_text};
use crate::runbook::place::Place;
use crate::runbook::source::Source;
use crate::runbook::value::Kind;
use crate::text::{is_bidi_control, is_invisible, is_odd_space, is_typographic_quote};

pub(super) fn check(runbook: &Runbook, sources: &[Source], problems: &mut Problems) {
    each_text(runbook, &mut |found| {
        if found.usage == Use::Command {
            check_characters(found.template, sources, problems);
        }
    });
    each_command(runbook, &mut |step, run| {
        let is_judged_by_person = step.sign != Sign::None && run.expect.is_none() && run.capture.is_empty();
        if is_judged_by_person && step.text.is_none() {
            let message = "a person signs for this command, and nothing says what a good result is";
            let help = "add `expect: { exit: 0 }` or more, or a `text` that says what to look for";
            problems.push(Diagnostic::new(Code::Unjudged, run.place, message).help(help));
        }
        if run.interactive && step.on.is_some() && has_secret(run) {
            let message = "a secret cannot be handed to an interactive command on another host";
            let help = "let the program there ask for it, or leave `interactive` away";
            problems.push(Diagnostic::new(Code::SecretShown, run.place, message).help(help));
        }
    });
}

fn has_secret(run: &Run) -> bool {
    let line = match &run.command {
        CommandLine::Shell(line, _) => std::slice::from_ref(line),
        CommandLine::Words(words) => words.as_slice(),
    };
    let texts = line.iter().chain(run.env.iter().map(|(_, text)| text));
    texts.flat_map(Template::values).any(|(_, kind)| *kind == Kind::Secret)
}

fn check_characters(template: &Template, sources: &[Source], problems: &mut Problems) {
    let is_odd = written(template).any(|text| odd(text).is_some());
    if !is_odd {
        return;
    }
    let source = sources.get(usize::from(template.place.source.0));
    let raw = source.map_or("", |source| source.slice(template.place));
    let (at, c, what) = odd(raw).unwrap_or((0, ' ', "a character that is not what it looks like"));
    let place = template.place.part(at, at + c.len_utf8());
    let place = if raw.is_empty() { template.place } else { place };
    report(place, c, what, problems);
}

fn report(place: Place, c: char, what: &str, problems: &mut Problems) {
    let message = format!("{what}, U+{:04X}, stands in a command", u32::from(c));
    let help = "type the command by hand: plain quotes, plain spaces, plain hyphens";
    problems.push(Diagnostic::new(Code::OddCharacters, place, message).help(help));
}

/// Finds the first character that a shell does not take for what it looks like.
fn odd(text: &str) -> Option<(usize, char, &'static str)> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let what = match c {
            c if is_typographic_quote(c) => Some("a typographic quote"),
            c if is_bidi_control(c) || is_invisible(c) => Some("an invisible character"),
            c if is_odd_space(c) => Some("a space that is no plain space"),
            '\u{2010}'..='\u{2015}' | '\u{2212}' if before.is_whitespace() => Some("a dash that is no hyphen"),
            _ => None,
        };
        if let Some(what) = what {
            return Some((at, c, what));
        }
        before = c;
    }
    None
}
