//! The plan as Markdown with boxes to tick.

use super::Paper;
use super::estimate::said;
use super::lines::Line;
use crate::runbook::plan::{Item, ItemKind, ItemState};
use crate::text::Shown;

/// Prints the plan.
pub(super) fn page(paper: &Paper<'_>) -> String {
    let book = paper.runbook.main();
    let mut text = String::new();
    if let Some(first) = paper.plan.items.first() {
        text.push_str(&format!("# {}\n", escaped(&paper.text(first, &book.title))));
        if let Some(about) = &book.about {
            text.push_str(&format!("\n{}\n", paper.text(first, about)));
        }
    }
    for item in paper.plan.forward() {
        write_item(paper, item, &mut text);
    }
    if !paper.plan.back_out().is_empty() {
        text.push_str("\n---\n");
    }
    for item in paper.plan.back_out() {
        write_item(paper, item, &mut text);
    }
    text
}

fn write_item(paper: &Paper<'_>, item: &Item, text: &mut String) {
    let title = escaped(&paper.title(item));
    match item.kind {
        ItemKind::Requirements(_) | ItemKind::Activity(_) | ItemKind::BackOut(_) | ItemKind::Undo(_) => {
            let estimate = match item.kind {
                ItemKind::Activity(activity) => {
                    format!(" ({})", said(paper.runbook.activity(activity).estimate.as_ref()))
                }
                _ => String::new(),
            };
            let level = "#".repeat((item.depth + 2).min(6));
            text.push_str(&format!("\n{level} {} {title}{estimate}\n\n", item.number));
            for line in Paper::before(&paper.sheet(item)).iter().chain(paper.state(item).iter()) {
                text.push_str(&format!("> **{}** {}\n\n", line.word, escaped(&line.text)));
            }
        }
        ItemKind::Requirement(step) | ItemKind::Prerequisite(step) | ItemKind::Step(step) => {
            let indent = "  ".repeat(item.depth.saturating_sub(1));
            let is_out = matches!(item.state, ItemState::NotApplicable(_));
            let (mark, title) = if is_out { ("- ", format!("~~{title}~~")) } else { ("- [ ] ", title) };
            text.push_str(&format!("{indent}{mark}**{}** {title}\n", item.number));
            let sheet = paper.sheet(item);
            let mut lines = Paper::before(&sheet);
            lines.extend(paper.state(item));
            if !is_out {
                lines.extend(Paper::action(&sheet));
                let signers = Paper::signers(paper.runbook.step(step)).join(", ");
                if !signers.is_empty() {
                    lines.push(Line { word: "sign", text: Shown::line(&signers) });
                }
            }
            for line in lines {
                let said = if matches!(line.word, "run" | "undo") { code(&line.text) } else { escaped(&line.text) };
                text.push_str(&format!("{indent}  - *{}* {said}\n", line.word));
            }
        }
    }
}

/// Returns a text with the signs that mean something in Markdown made literal, on one line.
fn escaped(text: &Shown) -> String {
    let mut escaped = String::new();
    for c in text.as_str().chars() {
        match c {
            '\n' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Returns a command as code, fenced by more backticks than it holds.
fn code(text: &Shown) -> String {
    let line = text.as_str().replace('\n', " ⏎ ");
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{line}{space}{fence}")
}
