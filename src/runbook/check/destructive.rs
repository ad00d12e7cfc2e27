//! Commands that destroy without a word of danger, and dangers without a way back.

use super::texts::{each_command, simple_commands};
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::model::{BookId, Runbook, StepId};

/// Programs that destroy, and the words that must all be there for it; `*` ends a part of a word.
const PROGRAMS: [(&str, &[&str]); 24] = [
    ("mkfs*", &[]),
    ("wipefs", &[]),
    ("shred", &[]),
    ("fdisk", &[]),
    ("parted", &[]),
    ("dd", &["of=*"]),
    ("dropdb", &[]),
    ("userdel", &[]),
    ("lvremove", &[]),
    ("vgremove", &[]),
    ("shutdown", &[]),
    ("reboot", &[]),
    ("poweroff", &[]),
    ("halt", &[]),
    ("find", &["-delete"]),
    ("git", &["push", "--force*"]),
    ("git", &["reset", "--hard"]),
    ("kubectl", &["delete"]),
    ("helm", &["uninstall"]),
    ("docker", &["prune"]),
    ("terraform", &["destroy"]),
    ("zfs", &["destroy"]),
    ("zpool", &["destroy"]),
    ("systemctl", &["reboot"]),
];

/// Statements that destroy, wherever they stand.
const STATEMENTS: [&str; 5] = ["DROP TABLE", "DROP DATABASE", "DROP SCHEMA", "TRUNCATE TABLE", "DELETE FROM"];

pub(super) fn check(runbook: &Runbook, problems: &mut Problems) {
    each_command(runbook, &mut |step, run| {
        if step.danger.is_some() {
            return;
        }
        let commands = simple_commands(&run.command);
        if let Some(what) = commands.iter().find_map(|words| destroys(words)) {
            let message = format!("`{what}` destroys, and the step has no `danger`");
            let help = "add `danger: WHY`, which asks for a second look before it runs";
            problems.push(Diagnostic::new(Code::Destructive, run.place, message).help(help));
        }
    });
    check_ways_back(runbook, problems);
}

/// Returns the part of a command that destroys.
fn destroys(words: &[String]) -> Option<String> {
    let program = words.first()?.rsplit('/').next().unwrap_or_default();
    let rest = &words[1..];
    if program == "rm" && removes_much(rest) {
        return Some("rm -r".to_owned());
    }
    let known = PROGRAMS.iter().find(|(name, needed)| {
        is_like(program, name) && needed.iter().all(|word| rest.iter().any(|own| is_like(own, word)))
    });
    if let Some((name, needed)) = known {
        let words: Vec<_> = std::iter::once(name).chain(*needed).map(|word| word.trim_end_matches('*')).collect();
        return Some(words.join(" "));
    }
    let text = rest.join(" ").to_uppercase();
    STATEMENTS.iter().find(|statement| text.contains(*statement)).map(|statement| (*statement).to_owned())
}

fn removes_much(words: &[String]) -> bool {
    let short = |word: &String| word.starts_with('-') && !word.starts_with("--") && word.contains(['r', 'R']);
    words.iter().any(|word| short(word) || word == "--recursive")
}

fn is_like(word: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => word == pattern,
    }
}

/// Reports dangers from which nothing leads back.
fn check_ways_back(runbook: &Runbook, problems: &mut Problems) {
    let mut restore_points: Vec<Option<StepId>> = vec![None; runbook.books.len()];
    for (at, step) in runbook.steps.iter().enumerate() {
        let BookId(book) = step.book;
        let book = usize::from(book);
        if step.restore_point {
            restore_points[book].get_or_insert(StepId(at as u32));
        }
        let Some(danger) = &step.danger else { continue };
        let has_back_out = runbook.books[book].back_out.is_some() || runbook.main().back_out.is_some();
        if step.undo.is_none() && !has_back_out && restore_points[book].is_none() {
            let message = "the step is dangerous, and nothing says how to return";
            let help = "add `undo`, a `back_out` section, or a `restore_point` before it";
            problems.push(Diagnostic::new(Code::NoWayBack, danger.place, message).help(help));
        }
    }
}
