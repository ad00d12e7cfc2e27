//! Ends what was begun when this program is killed, which it cannot do itself any more.
//!
//! A shell beside it reads which process groups run. When there is nothing more to read, this program
//! is gone, and what was not taken back by then is killed. Where no such shell can be had nothing else
//! changes: whoever is not killed ends what he began himself.

use std::io::{ErrorKind, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::process::Pid;

/// Keeps a list of groups, and kills what is on it at the end. Interrupting this program is no reason to end.
const SCRIPT: &str = r#"trap '' HUP INT QUIT TERM
known=
while read -r sign group; do
    case $sign in
        +) known="$known $group" ;;
        -) kept=
           for one in $known; do [ "$one" = "$group" ] || kept="$kept $one"; done
           known=$kept ;;
    esac
done
for one in $known; do kill -s KILL -- "-$one"; done
"#;

static WARDEN: Mutex<Option<Child>> = Mutex::new(None);

/// Keeps a process group from outliving this program; it is dropped before the number can be another's.
#[derive(Debug)]
pub(in crate::exec) struct Guard(Pid);

impl Guard {
    /// Guards a group.
    pub fn over(group: Pid) -> Self {
        tell('+', group);
        Self(group)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        tell('-', self.0);
    }
}

fn tell(sign: char, group: Pid) {
    let mut warden = WARDEN.lock().unwrap_or_else(PoisonError::into_inner);
    if warden.is_none() && sign == '+' {
        *warden = start();
    }
    let Some(pipe) = warden.as_mut().and_then(|child| child.stdin.as_mut()) else { return };
    // So short a line goes in whole, or not at all.
    if let Err(error) = pipe.write_all(format!("{sign} {}\n", group.as_raw_nonzero()).as_bytes())
        && error.kind() != ErrorKind::Interrupted
        && let Some(mut child) = warden.take()
    {
        // One that does not listen would kill by an old list.
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn start() -> Option<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT]).current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().ok()?;
    // Nobody waits for a shell that was stopped.
    child.stdin.as_ref().and_then(|pipe| fcntl_setfl(pipe, OFlags::NONBLOCK).ok());
    Some(child)
}
