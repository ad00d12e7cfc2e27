//! Why a command was not started, or cannot be found again.

use std::io;
use std::path::{Path, PathBuf};

/// Says why a command was not started, or what of it cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It was started before.
    #[error("{} is there already: this start was made before, and none is made twice", path.display())]
    Exists {
        /// Its folder.
        path: PathBuf,
    },
    /// The disk does not let us.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what was written there.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The order cannot be carried out by any machine.
    #[error("the command cannot be run: {0}")]
    Order(String),
    /// This program cannot find itself.
    #[error("no command can be started here: /proc is not mounted; mount it, or do this by hand")]
    NoProc,
    /// Somebody else called the supervisor.
    #[error("this is started by mop itself, with the lock of a command's folder as its output")]
    Stranger,
}

impl CommandError {
    /// Makes the error of something that the disk did not let us do.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }

    pub(super) fn damaged(path: &Path, what: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.to_string() }
    }
}
