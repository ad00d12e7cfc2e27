//! Whether the file that a run was started from says something else by now, step by step.
//!
//! The run goes on with what it keeps; here it is only said what is different, by the ids of the steps.

use std::path::Path;

use super::library::{Disk, open};
use crate::app::Store;
use crate::run::Run;
use crate::runbook::model::{Action, BookId, CommandLine, Runbook, Step, Template};
use crate::runbook::{Loaded, load};

/// How many steps are named.
const MOST: usize = 20;
/// The folder that names of shipped runbooks begin with.
const SHIPPED: &str = "shipped/";

/// Says what is different in the file; nothing when it is the same, or is not found.
pub(super) fn since(store: &Store, name: &str, run: &Run) -> Vec<String> {
    let Ok(pinned) = store.pinned(name) else { return Vec::new() };
    let Some((file, _)) = pinned.0.first() else { return Vec::new() };
    let Some(now) = there(file) else { return Vec::new() };
    let kept = |source: &crate::runbook::source::Source| {
        pinned.0.iter().any(|(name, bytes)| name == source.name() && bytes == source.text().as_bytes())
    };
    if now.sources.len() == pinned.0.len() && now.sources.iter().all(kept) {
        return Vec::new();
    }
    let mut words = vec![format!("The runbook was changed since the run began: {file}. The run goes on as it began.")];
    match &now.runbook {
        None => words.push("  the file has errors now; mop check says which".to_owned()),
        Some(now) => {
            let all = differences(run.runbook(), now);
            words.extend(all.iter().take(MOST).map(|word| format!("  {word}")));
            match all.len() {
                0 => words.push("  no title, text or command of a step is different".to_owned()),
                count if count > MOST => words.push(format!("  and {} more", count - MOST)),
                _ => {}
            }
        }
    }
    words
}

/// Reads the file as it is now.
fn there(file: &str) -> Option<Loaded> {
    match file.strip_prefix(SHIPPED) {
        Some(shipped) => {
            let shipped = crate::runbook::shipped::ALL.iter().find(|book| book.file == shipped)?;
            Some(load(file, shipped.text.as_bytes().to_vec(), &Disk))
        }
        None => open(Path::new(file)).ok(),
    }
}

/// Lists the steps that were added, removed or changed, by their ids.
fn differences(then: &Runbook, now: &Runbook) -> Vec<String> {
    let name = |book: &Runbook, step: &Step| match step.book {
        BookId(0) => step.id.clone(),
        other => format!("{}/{}", book.book(other).id, step.id),
    };
    let old: Vec<_> = then.steps.iter().map(|step| (name(then, step), step)).collect();
    let new: Vec<_> = now.steps.iter().map(|step| (name(now, step), step)).collect();
    let mut words = Vec::new();
    for (id, step) in &old {
        match new.iter().find(|(other, _)| other == id) {
            None => words.push(format!("removed {id}: {}", step.title.outline())),
            Some((_, other)) => {
                words.extend(changes(step, other).into_iter().map(|change| format!("changed {id}: {change}")))
            }
        }
    }
    let is_new = |(id, _): &&(String, &Step)| !old.iter().any(|(other, _)| other == id);
    words.extend(new.iter().filter(is_new).map(|(id, step)| format!("added {id}: {}", step.title.outline())));
    words
}

/// Says what of a step is worded otherwise.
fn changes(then: &Step, now: &Step) -> Vec<String> {
    let text = |text: &Option<Box<Template>>| text.as_ref().map(|text| text.outline()).unwrap_or_default();
    let mut words = Vec::new();
    if then.title.outline() != now.title.outline() {
        words.push(format!("title `{}` is now `{}`", then.title.outline(), now.title.outline()));
    }
    if text(&then.text) != text(&now.text) {
        words.push("its text".to_owned());
    }
    match (command(then), command(now)) {
        (was, is) if was == is => {}
        (_, None) => words.push("its command is gone".to_owned()),
        (_, Some(is)) => words.push(format!("its command is now `{is}`")),
    }
    if then.action.word() != now.action.word() {
        words.push(format!("it was `{}` and is `{}`", then.action.word(), now.action.word()));
    }
    words
}

fn command(step: &Step) -> Option<String> {
    let Action::Run(run) = &step.action else { return None };
    Some(match &run.command {
        CommandLine::Shell(line, _) => line.outline(),
        CommandLine::Words(words) => words.iter().map(Template::outline).collect::<Vec<_>>().join(" "),
    })
}
