//! Two editions of a runbook held against each other: what was added, removed and changed, in words.
//!
//! Steps are told apart by their ids, so that one that only moved down is no other one. What a step
//! means is written out in `spell`; whether a run may go over from one edition to the other is for `run`.

mod spell;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use super::model::{Action, BookId, CommandLine, Runbook, Step, StepId, Template};
use spell::{Part, Pen};

/// Tells whether a step means the same in both editions.
pub fn is_same((then, old): (&Runbook, StepId), (now, new): (&Runbook, StepId)) -> bool {
    Pen(then).step(then.step(old)) == Pen(now).step(now.step(new))
}

/// Lists what was added, removed and changed, by ids: steps first, then what is around them.
pub fn differences(then: &Runbook, now: &Runbook) -> Vec<String> {
    let (old, new) = (steps(then), steps(now));
    let known: HashMap<_, _> = new.iter().map(|(id, step)| (id.as_str(), *step)).collect();
    let mut words = Vec::new();
    for (id, step) in &old {
        match known.get(id.as_str()) {
            None => words.push(format!("removed {id}: {}", step.title.outline())),
            Some(other) => {
                let changes = changes((then, step), (now, other));
                words.extend(changes.into_iter().map(|change| format!("changed {id}: {change}")));
            }
        }
    }
    let known: HashSet<_> = old.iter().map(|(id, _)| id.as_str()).collect();
    let added = new.iter().filter(|(id, _)| !known.contains(id.as_str()));
    words.extend(added.map(|(id, step)| format!("added {id}: {}", step.title.outline())));
    words.extend(around(&Pen(then).around(), &Pen(now).around()));
    words
}

/// Gives the steps with the names by which people know them.
fn steps(book: &Runbook) -> Vec<(String, &Step)> {
    let name = |step: &Step| match step.book {
        BookId(0) => step.id.clone(),
        other => format!("{}/{}", book.book(other).id, step.id),
    };
    book.steps.iter().map(|step| (name(step), step)).collect()
}

/// Says what of a step is other than it was.
fn changes((then, old): (&Runbook, &Step), (now, new): (&Runbook, &Step)) -> Vec<String> {
    let (was, is) = (Pen(then).step(old), Pen(now).step(new));
    let differ = was.into_iter().zip(is).filter(|(was, is)| was != is);
    differ.map(|((part, _), _)| part_words(part, (old, new))).collect()
}

/// Says what became of a part of a step.
fn part_words(part: Part, (old, new): (&Step, &Step)) -> String {
    match part {
        "title" if old.title.outline() != new.title.outline() => {
            format!("title `{}` is now `{}`", old.title.outline(), new.title.outline())
        }
        "action" => action_words(old, new),
        part => format!("its {part}"),
    }
}

fn action_words(old: &Step, new: &Step) -> String {
    let (was, is) = (old.action.word(), new.action.word());
    match (command(old), command(new)) {
        (was, Some(is)) if was.as_ref() != Some(&is) => format!("its command is now `{is}`"),
        (Some(_), None) => format!("its command is gone; it is `{is}` now"),
        _ if was != is => format!("it was `{was}` and is `{is}`"),
        _ => "what is done in it".to_owned(),
    }
}

fn command(step: &Step) -> Option<String> {
    let Action::Run(run) = &step.action else { return None };
    Some(match &run.command {
        CommandLine::Shell(line, _) => line.outline(),
        CommandLine::Words(words) => words.iter().map(Template::outline).collect::<Vec<_>>().join(" "),
    })
}

/// Says what around the steps was added, removed or changed.
fn around(then: &[(String, String)], now: &[(String, String)]) -> Vec<String> {
    let known: HashMap<_, _> = now.iter().map(|(name, spelled)| (name, spelled)).collect();
    let mut words = Vec::new();
    for (name, spelled) in then {
        match known.get(name) {
            None => words.push(format!("removed {name}")),
            Some(other) if *other != spelled => words.push(format!("changed {name}")),
            Some(_) => {}
        }
    }
    let known: HashSet<_> = then.iter().map(|(name, _)| name).collect();
    words.extend(now.iter().filter(|(name, _)| !known.contains(name)).map(|(name, _)| format!("added {name}")));
    words
}
