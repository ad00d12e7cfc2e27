//! The little that is remembered of a probe: its last readings, its worst state, its last change.

use std::collections::VecDeque;

use crate::run::ProbeState;

/// How many readings are remembered.
const MOST: usize = 32;

/// Is one reading among the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// What it meant.
    pub state: ProbeState,
    /// The number that tells most.
    pub number: Option<f64>,
}

/// Is what is remembered of a probe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    points: VecDeque<Point>,
    worst: Option<(ProbeState, i64)>,
    changed: Option<(ProbeState, i64)>,
}

impl History {
    /// Takes a reading, made at a moment in milliseconds since 1970 in UTC; gives the state before, if it changed.
    ///
    /// The first reading is a change from unknown, unless that is what it is.
    pub(super) fn take(&mut self, point: Point, at_ms: i64) -> Option<ProbeState> {
        if self.points.len() >= MOST {
            self.points.pop_front();
        }
        self.points.push_back(point);
        self.turn(point.state, at_ms)
    }

    /// Takes a change of state that no reading brought.
    pub(super) fn turn(&mut self, state: ProbeState, at_ms: i64) -> Option<ProbeState> {
        if self.worst.is_none_or(|(worst, _)| state > worst) {
            self.worst = Some((state, at_ms));
        }
        let before = self.state();
        if before == state {
            return None;
        }
        self.changed = Some((state, at_ms));
        Some(before)
    }

    /// Gives the state that it stands at.
    #[must_use]
    pub fn state(&self) -> ProbeState {
        self.changed.map_or(ProbeState::Unknown, |(state, _)| state)
    }

    /// Gives the last readings, the oldest first.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = &Point> + ExactSizeIterator {
        self.points.iter()
    }

    /// Gives the worst state, and when it was first seen.
    #[must_use]
    pub fn worst(&self) -> Option<(ProbeState, i64)> {
        self.worst
    }

    /// Gives the last change: to which state, and when.
    #[must_use]
    pub fn changed(&self) -> Option<(ProbeState, i64)> {
        self.changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(state: ProbeState) -> Point {
        Point { state, number: Some(1.0) }
    }

    #[test]
    fn changes_are_told_once_and_the_worst_stays() {
        let mut history = History::default();
        let seen =
            [ProbeState::Unknown, ProbeState::Ok, ProbeState::Ok, ProbeState::Bad, ProbeState::Ok, ProbeState::Warn];
        let told: Vec<_> = (0..).zip(seen).map(|(at, state)| history.take(point(state), at)).collect();
        let (ok, unknown, bad) = (Some(ProbeState::Ok), Some(ProbeState::Unknown), Some(ProbeState::Bad));
        assert_eq!(told, [None, unknown, None, ok, bad, ok]);
        assert_eq!((history.worst(), history.changed()), (Some((ProbeState::Bad, 3)), Some((ProbeState::Warn, 5))));
    }

    #[test]
    fn no_more_is_remembered_than_a_few_readings() {
        let mut history = History::default();
        for at in 0..1_000 {
            history.take(point(ProbeState::Ok), at);
        }
        assert_eq!(history.points().len(), MOST);
    }
}
