//! Starting: the order goes to a supervisor in memory, and from then on nobody is needed here.
//!
//! The folder is made with its lock taken, and the lock is handed to the supervisor as its standard
//! output: it is free again only when neither is left. The order is whole before the supervisor
//! begins to read it, so that being killed here leaves no half of one.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::fs::{MemfdFlags, memfd_create};

use super::error::CommandError;
use super::folder;
use super::order::{Line, Order};
use super::running::Running;

/// This program itself, wherever its file is, and after it was replaced or removed.
const OWN: &str = "/proc/self/exe";
/// The hidden word of the command line.
const WORD: &str = "supervise";

/// Starts commands, each under a supervisor of its own.
#[derive(Clone, Debug)]
pub struct Launcher {
    program: PathBuf,
}

impl Launcher {
    /// Uses this program, also when its file was replaced or removed since it began.
    #[must_use]
    pub fn own() -> Self {
        Self { program: OWN.into() }
    }

    /// Uses a `mop` that is elsewhere.
    #[must_use]
    pub fn at(program: PathBuf) -> Self {
        Self { program }
    }

    /// Starts a command; its folder is made for it, and must not be there.
    ///
    /// It returns as soon as the supervisor has its order. Whether the command could be begun, and all
    /// else, is told by what is returned.
    ///
    /// # Errors
    ///
    /// Says why nothing was started, and nothing will be.
    pub fn start(&self, order: &Order, dir: &Path) -> Result<Running, CommandError> {
        order.check().map_err(CommandError::Order)?;
        let order = settled(order)?;
        let bytes = order.to_bytes().map_err(CommandError::Order)?;
        let dir = std::path::absolute(dir).map_err(CommandError::io("find", dir))?;
        let memory = in_memory(&bytes).map_err(CommandError::io("hand over the order for", &dir))?;
        let lock = folder::make(&dir, order.terminal.is_some())?;
        match self.spawn(&dir, (memory, lock)) {
            Ok(child) => Ok(Running::started(&dir, child)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.program == Path::new(OWN) => {
                Err(CommandError::NoProc)
            }
            Err(source) => Err(CommandError::Io { doing: "run", path: self.program.clone(), source }),
        }
    }

    fn spawn(&self, dir: &Path, (order, lock): (File, File)) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.arg0("mop").arg(WORD).arg("--").arg(dir);
        command.stdin(Stdio::from(order)).stdout(Stdio::from(lock)).stderr(Stdio::piped());
        command.spawn()
    }
}

/// Starts a command under a supervisor that is this same program, as [`Launcher::start`] does.
///
/// # Errors
///
/// Says why nothing was started.
pub fn start(order: &Order, dir: &Path) -> Result<Running, CommandError> {
    Launcher::own().start(order, dir)
}

/// Makes of a local order one that means the same wherever the supervisor stands.
pub(in crate::exec) fn settled(order: &Order) -> Result<Order, CommandError> {
    let mut order = order.clone();
    if let Line::Shell(line) = &mut order.line
        && line.starts_with(['-', '+'])
    {
        // Or `sh -c` takes it for an option.
        line.insert(0, ' ');
    }
    if let Some(folder) = order.folder.as_mut().filter(|_| order.host.is_none()) {
        let whole = std::path::absolute(&*folder).map_err(CommandError::io("find", Path::new(&*folder)))?;
        *folder = whole
            .into_os_string()
            .into_string()
            .map_err(|_| CommandError::Order("its folder is no text".to_owned()))?;
    }
    Ok(order)
}

/// Puts bytes where a program can read them as its input, and nobody finds them on a disk.
pub(super) fn in_memory(bytes: &[u8]) -> io::Result<File> {
    // Some systems refuse memory that could be run; older ones do not know how to say that it cannot be.
    let made = match memfd_create("mop", MemfdFlags::CLOEXEC | MemfdFlags::NOEXEC_SEAL) {
        Err(rustix::io::Errno::INVAL) => memfd_create("mop", MemfdFlags::CLOEXEC),
        made => made,
    };
    let mut file = File::from(made?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}
