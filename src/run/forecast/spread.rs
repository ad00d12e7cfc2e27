//! Figures that are not known exactly: lengths of time, and moments, from the least to the most.

/// Is a length or a moment that is not known exactly, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// The least.
    pub low_ms: i64,
    /// The most, as far as it is known.
    pub high_ms: i64,
    /// Whether something is in it that nobody can tell, so that it may be more.
    pub is_at_least: bool,
}

impl Spread {
    /// Is one that nothing is known of.
    pub const UNKNOWN: Self = Self { low_ms: 0, high_ms: 0, is_at_least: true };

    /// Makes one that is known exactly.
    pub const fn exactly(ms: i64) -> Self {
        Self { low_ms: ms, high_ms: ms, is_at_least: false }
    }

    /// Makes one of the least and the most.
    pub const fn between(low_ms: i64, high_ms: i64) -> Self {
        Self { low_ms, high_ms, is_at_least: false }
    }

    /// Says that it may be more.
    #[must_use]
    pub const fn at_least(self) -> Self {
        Self { is_at_least: true, ..self }
    }

    /// Says that it may be nothing at all.
    #[must_use]
    pub const fn or_nothing(self) -> Self {
        Self { low_ms: 0, ..self }
    }

    /// Adds another length.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            low_ms: self.low_ms.saturating_add(other.low_ms),
            high_ms: self.high_ms.saturating_add(other.high_ms),
            is_at_least: self.is_at_least || other.is_at_least,
        }
    }

    /// Takes the greater of two, figure by figure.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            low_ms: self.low_ms.max(other.low_ms),
            high_ms: self.high_ms.max(other.high_ms),
            is_at_least: self.is_at_least || other.is_at_least,
        }
    }

    /// Gives what is left of a length when so much of it has passed.
    #[must_use]
    pub fn less(self, passed_ms: i64) -> Self {
        let left = |ms: i64| ms.saturating_sub(passed_ms).max(0);
        Self { low_ms: left(self.low_ms), high_ms: left(self.high_ms), ..self }
    }

    /// Puts a moment off until another one, if that is known.
    #[must_use]
    pub fn not_before(self, moment_ms: Option<i64>) -> Self {
        moment_ms.map_or(self, |moment_ms| Self {
            low_ms: self.low_ms.max(moment_ms),
            high_ms: self.high_ms.max(moment_ms),
            ..self
        })
    }
}

/// Is a stretch of time whose ends are not known exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// When it begins.
    pub start: Spread,
    /// When it ends.
    pub end: Spread,
}

impl Stretch {
    /// Makes one that begins at a moment and lasts so long.
    pub fn lasting(start: Spread, length: Spread) -> Self {
        Self { start, end: start.plus(length) }
    }

    /// Counts it from another moment.
    #[must_use]
    pub fn after(self, moment: Spread) -> Self {
        Self { start: moment.plus(self.start), end: moment.plus(self.end) }
    }
}
