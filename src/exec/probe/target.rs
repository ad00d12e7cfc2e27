//! What a probe looks at, with all values filled in, and what is expected there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use regex::bytes::Regex;
use zeroize::Zeroizing;

use crate::exec::command::{Expected, Order, Secret};
use crate::exec::http::Trust;
use crate::journal::{Digest, Mask};
use crate::runbook::format::StatusCode;
use crate::runbook::model::More;
use crate::time::Length;

/// Is what a probe looks at, and what is expected there.
#[derive(Clone, Debug)]
pub struct Target {
    /// How it looks.
    pub ask: Ask,
    /// What a good reading is.
    pub wanted: Wanted,
    /// How long one look may take.
    pub timeout: Length,
    /// What takes the secrets out of whatever is read.
    pub mask: Option<Arc<Mask>>,
    /// Is another for every other target, also where only a secret differs.
    pub(super) stamp: Digest,
}

impl Target {
    /// Makes one; the secrets are those that may stand in it, and the mask was made of them.
    pub(super) fn new(
        (ask, wanted): (Ask, Wanted),
        timeout: Length,
        (secrets, mask): (&BTreeMap<String, Secret>, Option<&Arc<Mask>>),
    ) -> Self {
        let mut all = Zeroizing::new(format!("{ask:?}\n{wanted:?}\n{timeout}\n"));
        for (name, secret) in secrets {
            all.push_str(name);
            all.push('\n');
            all.push_str(secret.reveal());
            all.push('\n');
        }
        Self { ask, wanted, timeout, mask: mask.cloned(), stamp: Digest::of(all.as_bytes()) }
    }
}

/// Says how a probe looks.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Asks a web server.
    Http(Box<HttpAsk>),
    /// Connects.
    Tcp {
        /// The name or address.
        host: String,
        /// The port.
        port: u16,
    },
    /// Runs a command, here or on a host.
    Run(Box<Order>),
    /// Follows a file, here or on a host.
    Tail {
        /// The file.
        file: PathBuf,
        /// The host; here when there is none.
        host: Option<String>,
        /// Which of its lines are alerts.
        alert: Option<Regex>,
    },
    /// Looks at the free space of a path here.
    Disk(PathBuf),
    /// Looks at the free space of a path on a host: `df` is run there.
    DiskOn(Box<Order>),
    /// Looks a name up.
    Dns(String),
}

/// Is an HTTP request, with all that may be secret in it kept from sight.
#[derive(Clone, Debug)]
pub struct HttpAsk {
    /// The address.
    pub url: Secret,
    /// The method.
    pub method: String,
    /// Headers to send.
    pub headers: Vec<(String, Secret)>,
    /// The body to send.
    pub body: Option<Secret>,
    /// Whether redirects are followed.
    pub follow: bool,
    /// Which certificates are trusted.
    pub trust: Trust,
}

/// Is what a good reading is, its texts filled.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What a command's end, or an answer, must be.
    pub plain: Expected,
    /// HTTP statuses; empty means 2xx.
    pub status: Vec<StatusCode>,
    /// How long the certificate must still be valid.
    pub not_after: Option<Length>,
    /// How long no alert may have been seen.
    pub none_for: Option<Length>,
    /// How much must be free.
    pub more_than: Option<More>,
    /// The addresses that a name must have, and no others.
    pub is: Vec<String>,
}
