//! Words that age badly: numbers of steps, open questions, promises of something below.

use std::sync::LazyLock;

use regex::Regex;

use super::texts::{place_of, written};
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::model::{Action, Piece, Runbook, Template, Use, each_text};
use crate::runbook::place::{Place, SourceId};
use crate::runbook::source::Source;

static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let numbered = r"\b(?:steps?|activity|activities)\s+[0-9]+(?:\.[0-9]+)*\b";
    let relative = r"\b(?:previous|preceding|next|following|prior)\s+(?:step|activity)\b|\b(?:step|activity)\s+(?:above|below|before)\b";
    Regex::new(&format!("(?i){numbered}|{relative}")).ok()
});

static OPEN_QUESTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b(?:TODO|FIXME|TBD|XXX)\b").ok());

pub(super) fn check(runbook: &Runbook, sources: &[Source], problems: &mut Problems) {
    each_text(runbook, &mut |found| {
        if found.usage == Use::Prose {
            check_references(found.template, sources, problems);
        }
    });
    for (at, source) in sources.iter().enumerate() {
        check_open_questions(SourceId(at as u16), source, problems);
    }
    check_colons(runbook, problems);
}

fn check_references(template: &Template, sources: &[Source], problems: &mut Problems) {
    let Some(reference) = &*REFERENCE else { return };
    for text in written(template) {
        for found in reference.find_iter(text) {
            let place = place_of(template, found.as_str(), sources);
            let message = format!("`{}` refers to a step by its place", found.as_str());
            let help = "give that step an `id` and write {{ step.ID }}: it becomes number and title";
            problems.push(Diagnostic::new(Code::ProseReference, place, message).help(help));
        }
    }
}

fn check_open_questions(id: SourceId, source: &Source, problems: &mut Problems) {
    let Some(open) = &*OPEN_QUESTION else { return };
    for found in open.find_iter(source.text()) {
        let place = Place::new(id, found.start(), found.end());
        let message = format!("`{}` marks an open question", found.as_str());
        problems
            .push(Diagnostic::new(Code::Todo, place, message).help("settle it, or make it a step that somebody does"));
    }
}

fn check_colons(runbook: &Runbook, problems: &mut Problems) {
    for step in &runbook.steps {
        let is_bare = matches!(step.action, Action::Manual)
            && step.text.is_none()
            && step.record.is_empty()
            && step.callouts.is_empty();
        let ends_in_colon = match step.title.parts.last() {
            Some(Piece::Text(text)) => text.trim_end().ends_with(':'),
            _ => false,
        };
        if is_bare && ends_in_colon {
            let message = "the title ends in a colon, and there is nothing below it";
            let help = "add `steps` or `text`, or leave the colon out";
            problems.push(Diagnostic::new(Code::NothingBelow, step.title.place, message).help(help));
        }
    }
}
