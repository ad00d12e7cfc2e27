//! Where the words of the footer stand: one pure function, for drawing them and for pointing at them.

use std::ops::Range;

use super::bindings::Bound;
use super::command::Command;
use super::model::Setting;
use super::screen::Mode;
use crate::text::width;

/// Gives the commands that the footer has room for, each with the columns of its key and its word.
pub(super) fn words(setting: &Setting, mode: Mode, columns: u16) -> Vec<(&Bound, Range<usize>)> {
    // Who only looks on is shown nothing that acts.
    let is_for_him = |bound: &&Bound| !(setting.is_watching && mode == Mode::Checklist && bound.entry.command.acts());
    let all = setting.bindings.of(mode).filter(|bound| !bound.entry.word.is_empty());
    let all: Vec<_> = all.filter(is_for_him).collect();
    let is_leave = |bound: &&Bound| bound.entry.command == Command::Leave;
    let mut left = usize::from(columns);
    let mut kept = Vec::new();
    let mut by_need: Vec<_> = all.iter().enumerate().collect();
    by_need.sort_by_key(|(_, bound)| need(bound.entry.command));
    for (at, bound) in by_need {
        if let Some(room) = left.checked_sub(cells(bound)) {
            left = room;
            kept.push(at);
        }
    }
    let kept: Vec<_> = all.iter().enumerate().filter(|(at, _)| kept.contains(at)).map(|(_, bound)| *bound).collect();
    let mut used = 1;
    let mut found = Vec::new();
    for bound in kept.iter().filter(|bound| !is_leave(bound)) {
        found.push((*bound, used..used + cells(bound) - 2));
        used += cells(bound);
    }
    // The last thing at the right.
    for bound in kept.into_iter().filter(is_leave) {
        let start = (usize::from(columns) + 1).saturating_sub(cells(bound));
        found.push((bound, start..start + cells(bound) - 2));
    }
    found
}

/// Says how much a command is needed in the footer: the less, the more; what is alike stays as it stands in the table.
fn need(command: Command) -> u8 {
    match command {
        Command::Leave => 0,
        Command::Act | Command::Sign | Command::Menu => 1,
        Command::Help => 2,
        _ => 3,
    }
}

/// Counts the cells of a key and its word, the blank between them, and one before and behind both.
fn cells(bound: &Bound) -> usize {
    width(&bound.first()) + width(bound.entry.word) + 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(mode: Mode, columns: u16) -> String {
        let setting = Setting::default();
        let mut line = " ".repeat(columns.into());
        for (bound, at) in words(&setting, mode, columns) {
            line.replace_range(at, &format!("{} {}", bound.first(), bound.entry.word));
        }
        line
    }

    #[test]
    fn leaving_is_the_last_thing_at_the_right_however_little_room_there_is() {
        for columns in 30..200 {
            for mode in [Mode::Checklist, Mode::Home] {
                let line = line(mode, columns);
                assert!(line.ends_with("q leave "), "{columns}: {line}");
                assert!(line.contains("? help") || columns < 50, "{columns}: {line}");
                assert_eq!(line.len(), usize::from(columns));
            }
        }
    }

    #[test]
    fn what_is_needed_less_goes_first() {
        assert!(line(Mode::Checklist, 40).contains("enter act  s sign  o more"));
        let line = line(Mode::Checklist, 80);
        assert!(line.contains("enter act  s sign  o more  n note  tab pane"), "{line}");
        assert!(!line.contains("copy"), "{line}");
    }
}
