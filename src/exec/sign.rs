//! Signs and verifies with the OpenSSH that is installed, as git does.
//!
//! `ssh-keygen -Y` does the work, so that agents, certificates and security keys behave as people
//! know them; a private key is never seen here. What a signature says of itself (its key, its
//! namespace, whether the device was touched) is read in `sshsig`, because ssh-keygen does not look
//! at touch. Who may sign is the roster's, and what is signed the run's.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::process::{Cancel, Ended, ProcessError, Program};

mod environment;
mod error;
mod key;
mod make;
mod revoked;
mod sshsig;
mod verify;

pub use error::{NotVerified, SignError};
pub use key::SigningKey;
pub use sshsig::{Device, Hash, Sshsig, SshsigError};
pub use verify::{Check, Signers, Verified};

/// How long a person may take to touch a device or to confirm.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a program may take that waits for nobody.
const PROMPT: Duration = Duration::from_secs(20);

/// Is the OpenSSH of this machine.
#[derive(Clone, Debug)]
pub struct OpenSsh {
    keygen: PathBuf,
    add: PathBuf,
    environment: Vec<(OsString, OsString)>,
    patience: Duration,
}

impl OpenSsh {
    /// Takes the one in `PATH`, with the agent that this process was given.
    #[must_use]
    pub fn here() -> Self {
        Self::with_environment(std::env::vars_os())
    }

    /// Takes the one in the `PATH` of an environment, of which only what it needs is passed on.
    #[must_use]
    pub fn with_environment(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let environment = environment::cleaned(variables);
        Self { keygen: "ssh-keygen".into(), add: "ssh-add".into(), environment, patience: PATIENCE }
    }

    /// Uses this agent, or none.
    #[must_use]
    pub fn with_agent(mut self, socket: Option<&Path>) -> Self {
        self.environment.retain(|(name, _)| name != environment::AGENT);
        self.environment.extend(socket.map(|socket| (environment::AGENT.into(), socket.into())));
        self
    }

    /// Uses this ssh-keygen.
    #[must_use]
    pub fn with_keygen(self, keygen: &Path) -> Self {
        Self { keygen: keygen.into(), ..self }
    }

    /// Waits that long for a person.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Gives the same for what waits for nobody.
    fn prompt(&self) -> Self {
        self.clone().with_patience(self.patience.min(PROMPT))
    }

    fn keygen(&self, arguments: &[&OsStr], input: &[u8], cancel: &Cancel) -> Result<Ended, ProcessError> {
        self.program(&self.keygen, arguments).run(input, cancel)
    }

    fn program(&self, path: &Path, arguments: &[&OsStr]) -> Program {
        Program {
            path: path.into(),
            arguments: arguments.iter().map(OsString::from).collect(),
            environment: self.environment.clone(),
            limit: self.patience,
        }
    }
}
