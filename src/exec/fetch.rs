//! Downloads a file, whole or not at all.
//!
//! What comes is written to `TO.part`, with a note beside it of what it is a part of, so that a cut
//! download goes on where it was when it is still the same file. Only what has the size and the SHA-256
//! that were said gets its name, and it never takes the place of a file that is there. Everything that a
//! server says is doubted: lengths, redirects, silence, and words that are shown.

mod aside;
mod downloading;
mod end;
mod filling;
mod pace;
mod part;
mod reply;
mod transfer;
mod underway;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::command::Secret;
use super::http::Trust;

pub use downloading::{Downloading, start};
pub use end::{End, How};
pub use pace::{Phase, Progress};
pub use underway::Underway;

pub(in crate::exec) use end::{size_words, time_words};
pub(in crate::exec) use underway::{Cancelled, Shared};

/// Says how much, how often and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How large a file may be whose size is not given, in bytes.
    pub most: u64,
    /// How often it is tried again when nothing new comes.
    pub tries: u32,
    /// How often it is tried again in all.
    pub cuts: u32,
    /// How long it is waited before the first new try; then twice as long each time.
    pub first_pause: Duration,
    /// How long it is waited at most.
    pub longest_pause: Duration,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long the server may be silent.
    pub silence: Duration,
    /// How long all of it may take to come.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            most: 64 << 30,
            tries: 8,
            cuts: 200,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            connect: Duration::from_secs(20),
            silence: Duration::from_secs(60),
            time: None,
        }
    }
}

/// Says what to download, and where to put it.
#[derive(Clone)]
pub struct Order {
    /// The address.
    pub url: String,
    /// Where to put it.
    pub to: PathBuf,
    /// The SHA-256 that it must have, in hexadecimal.
    pub sha256: Option<String>,
    /// The size that it must have.
    pub size: Option<u64>,
    /// Headers to send; they may be secret.
    pub headers: Vec<(String, Secret)>,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// How much, how often and how long.
    pub limits: Limits,
}

impl Order {
    /// Orders what is at an address to be put into a file.
    #[must_use]
    pub fn new(url: &str, to: impl Into<PathBuf>) -> Self {
        Self {
            url: url.to_owned(),
            to: to.into(),
            sha256: None,
            size: None,
            headers: Vec::new(),
            trust: Trust::System,
            limits: Limits::default(),
        }
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address may hold a password, and what follows a `?` often is one.
        f.debug_struct("Order")
            .field("url", &"…")
            .field("to", &self.to)
            .field("sha256", &self.sha256)
            .field("size", &self.size)
            .field("headers", &self.headers)
            .field("trust", &self.trust)
            .field("limits", &self.limits)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_shows_none_of_its_secrets() {
        let mut order = Order::new("https://me:hunter22@site/a?token=hunter22", "/tmp/a");
        order.headers.push(("Authorization".to_owned(), Secret::new("Bearer hunter22".to_owned())));
        let shown = format!("{order:?}");
        assert!(!shown.contains("hunter22") && shown.contains("Authorization"), "{shown}");
    }
}
