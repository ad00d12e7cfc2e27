//! Which pane somebody looked at, and whether alone, on terminals of each class of sizes.
//!
//! Whoever goes to a small terminal and back finds the large one as he left it. It is remembered while
//! the program runs; a run that is opened later begins at its checklist.

use super::screen::Pane;

/// Is how the panes were left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habit {
    pub pane: Pane,
    pub is_zoomed: bool,
}

/// Is how they were left on terminals of each class.
#[derive(Debug, Default)]
pub(super) struct Habits([Option<Habit>; 3]);

impl Habits {
    /// Goes from one size to another; gives how the panes were left there, if that is another class.
    pub fn turn(&mut self, (from, to): ((u16, u16), (u16, u16)), left: Habit) -> Option<Habit> {
        let is_none = from == (0, 0);
        let (from, to) = (class(from), class(to));
        if from == to || is_none {
            return None;
        }
        if let Some(habit) = self.0.get_mut(from) {
            *habit = Some(left);
        }
        self.0.get(to).copied().flatten()
    }
}

/// Says of which class a size is: too small for all panes, common, or large.
fn class((columns, rows): (u16, u16)) -> usize {
    match (columns, rows) {
        (..70, _) | (_, ..16) => 0,
        (..110, _) | (_, ..32) => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_terminals_is_found_as_it_was_left() {
        let mut habits = Habits::default();
        let [step, trail] = [Pane::Step, Pane::Trail].map(|pane| Habit { pane, is_zoomed: pane == Pane::Trail });
        assert_eq!(habits.turn(((0, 0), (200, 60)), step), None, "there was no terminal before");
        assert_eq!(habits.turn(((200, 60), (190, 50)), trail), None, "the same class");
        assert_eq!(habits.turn(((200, 60), (40, 10)), trail), None, "never seen");
        assert_eq!(habits.turn(((40, 10), (80, 24)), step), None);
        assert_eq!(habits.turn(((80, 24), (120, 40)), step), Some(trail));
        assert_eq!(habits.turn(((120, 40), (60, 20)), trail), Some(step));
    }
}
