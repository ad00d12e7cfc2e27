//! Processes of a command that are still there: those of its supervisor's session, as the kernel lists them.
//!
//! A process that made a session of its own, as a daemon does, is no longer the command's and is not
//! found; where the kernel hides others' processes, neither are theirs. So what is found may be too
//! little and is never proof that nothing runs.

use std::fmt;
use std::fs;

use crate::text::Shown;

/// How many are named.
const MOST: usize = 50;

/// Is a process that was left running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its number.
    pub pid: u32,
    /// Its name.
    pub name: Shown,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.pid, self.name)
    }
}

/// Is what the kernel says of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub pid: u32,
    pub name: String,
    pub group: u32,
    pub session: u32,
    /// When it began, in ticks since the machine came up.
    pub ticks: u64,
    is_dead: bool,
}

impl Stat {
    /// Looks at a process; nothing when there is none.
    pub fn of(pid: u32) -> Option<Self> {
        let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
        Self::parse(&String::from_utf8_lossy(&text))
    }

    fn parse(text: &str) -> Option<Self> {
        // The name stands in brackets and may have any in it.
        let (before, rest) = text.rsplit_once(") ")?;
        let (pid, name) = before.split_once(" (")?;
        let words: Vec<_> = rest.split_whitespace().collect();
        let number = |at: usize| words.get(at)?.parse::<u64>().ok();
        Some(Self {
            pid: pid.parse().ok()?,
            name: name.to_owned(),
            group: u32::try_from(number(2)?).ok()?,
            session: u32::try_from(number(3)?).ok()?,
            ticks: number(19)?,
            is_dead: matches!(*words.first()?, "Z" | "X"),
        })
    }
}

/// Finds the living processes that are so, but never this one.
pub(super) fn living(is_one: impl Fn(&Stat) -> bool) -> Vec<Left> {
    let own = std::process::id();
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let found = pids.filter(|pid| *pid != own).filter_map(Stat::of).filter(|stat| !stat.is_dead && is_one(stat));
    let named = found.map(|stat| Left { pid: stat.pid, name: Shown::line_limited(&stat.name, 32) });
    named.take(MOST).collect()
}

/// Finds those of the session of a supervisor that is gone, and began at this tick.
pub(super) fn of_session(session: u32, ticks: u64) -> Vec<Left> {
    // A leader that began at another time leads another session that got the same number.
    if Stat::of(session).is_some_and(|leader| leader.ticks != ticks) {
        return Vec::new();
    }
    // It has given up its lock, so it is as good as gone, though the kernel may still be at its burial.
    living(|stat| stat.session == session && stat.pid != session && stat.ticks >= ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name_is() {
        let rest = "S 1 70 60 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 9 9";
        for name in ["sh", "a) R 9 9 9 (", ""] {
            let stat = Stat::parse(&format!("71 ({name}) {rest}")).unwrap();
            assert_eq!((stat.pid, stat.group, stat.session, stat.ticks), (71, 70, 60, 987_654));
            assert_eq!((stat.name.as_str(), stat.is_dead), (name, false));
        }
        assert!(Stat::parse("71 (x) Z 1 2 3").is_none() && Stat::parse("").is_none());
    }

    #[test]
    fn this_process_is_there_and_not_among_those_that_were_left() {
        let own = Stat::of(std::process::id()).unwrap();
        assert!(own.ticks > 0 && !own.is_dead);
        assert!(living(|stat| stat.pid == own.pid).is_empty());
    }
}
