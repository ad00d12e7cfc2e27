//! How the program ends: the one table of exit codes.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well.
    Good,
    /// The answer is no: the runbook or the settings have errors, or the log is not sound.
    Problems,
    /// Nothing could be answered: wrong arguments, or a file that cannot be read or written.
    Usage,
    /// Nothing is wrong, and not everything is there that vouches for the run: its seal, a signature of it,
    /// or its place in the ledger.
    Unvouched,
    /// A signal of this number ended it, or 1 when the terminal was gone.
    Signal(u8),
}

impl Exit {
    /// Every way to end, in the order of the table.
    pub const ALL: &'static [Self] = &[Self::Good, Self::Problems, Self::Usage, Self::Unvouched];

    /// Finds the way to end that has this number for the shell.
    pub(super) fn of_code(code: u8) -> Self {
        Self::ALL.iter().copied().find(|exit| exit.code() == code).unwrap_or(Self::Usage)
    }

    /// Says what it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Good => "all is well",
            Self::Problems => {
                "the answer is no: the runbook or the settings have errors, the log is not sound, what was to be signed or sealed is refused, or a wording or an estimate cannot be put into a patch"
            }
            Self::Usage => "nothing could be answered: wrong arguments, or a file that cannot be read",
            Self::Unvouched => {
                "nothing is wrong with the run, and nothing or nobody vouches for it yet: it is not sealed, the seal is not signed, or the ledger does not know it"
            }
            Self::Signal(_) => "the signal n ended it; 129 when the terminal was gone",
        }
    }

    /// Returns the number for the shell.
    pub fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Problems => 1,
            Self::Usage => 2,
            Self::Unvouched => 3,
            Self::Signal(number) => 128 + number,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
