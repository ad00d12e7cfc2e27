//! What the rules share: commands as words, texts as the author wrote them, and places in them.

use crate::runbook::model::{Action, CommandLine, Piece, Run, Runbook, Step, Template};
use crate::runbook::place::Place;
use crate::runbook::source::Source;

/// Calls a function with every step that runs a command, and the command.
pub(super) fn each_command<'a>(runbook: &'a Runbook, call: &mut dyn FnMut(&'a Step, &'a Run)) {
    for step in &runbook.steps {
        if let Action::Run(run) = &step.action {
            call(step, run);
        }
    }
}

/// Returns the simple commands of a command line, as words without quotes.
pub(super) fn simple_commands(command: &CommandLine) -> Vec<Vec<String>> {
    match command {
        CommandLine::Shell(_, command) => command.commands().iter().map(|simple| simple.words().to_vec()).collect(),
        CommandLine::Words(words) => vec![words.iter().map(Template::outline).collect()],
    }
}

/// Finds a part of the text of a template in its source; the whole template when it cannot be told.
pub(super) fn place_of(template: &Template, part: &str, sources: &[Source]) -> Place {
    let source = sources.get(usize::from(template.place.source.0));
    let found = source.and_then(|source| source.slice(template.place).find(part));
    found.map_or(template.place, |at| template.place.part(at, at + part.len()))
}

/// Returns the texts of a template that the author wrote.
pub(super) fn written(template: &Template) -> impl Iterator<Item = &str> {
    template.parts.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(&**text),
        Piece::Value(_) => None,
    })
}
