//! Kills a program that goes on for longer than anything may take, so that no test waits for ever.

use std::process::{Child, Command};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Watches a program as long as it is kept.
pub struct Watchdog {
    _gone: Sender<()>,
}

impl Watchdog {
    pub fn over(child: &Child, patience: Duration) -> Self {
        let pid = child.id().to_string();
        let (gone, watch) = channel::<()>();
        std::thread::spawn(move || {
            if watch.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-s", "KILL", &pid]).status();
            }
        });
        Self { _gone: gone }
    }
}
