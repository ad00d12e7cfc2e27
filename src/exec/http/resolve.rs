//! Names and their addresses, as this machine's `getent` tells them, or its files where it has none.
//!
//! An IP address needs nobody. A name goes to `getent ahosts` in a child, so that all that the system's
//! own configuration says holds, and none of it is loaded into this program. Only where there is no such
//! program, as in an empty chroot, the machine's files are read and its name servers asked here. Both end
//! with who asked. Nothing is remembered from one question to the next.

mod files;
mod message;
mod servers;

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::thread;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

pub use files::HostFiles;
use servers::{Fault, Servers};

use crate::exec::process::{Cancel, ProcessError, Program};
use crate::text::Shown;

/// How many addresses of a name are taken.
const MOST: usize = 64;
/// How often it is looked whether anybody still waits.
const TICK: Duration = Duration::from_millis(20);

/// Says why a name has no addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// It is no name that anything could have.
    #[error("`{0}` cannot be the name of a host")]
    Name(Shown),
    /// Nobody knows it.
    #[error("no address is known for {0}: look at the name, and at this machine's DNS")]
    Unknown(Shown),
    /// It took too long.
    #[error("{name} was not looked up in {} s: this machine's DNS does not answer", limit.as_secs_f32())]
    TimedOut {
        /// The name.
        name: Shown,
        /// How long it might take.
        limit: Duration,
    },
    /// It could not be asked.
    #[error("{name} cannot be looked up: {why}")]
    Failed {
        /// The name.
        name: Shown,
        /// Why not.
        why: Shown,
    },
    /// Somebody cancelled it.
    #[error("cancelled")]
    Cancelled,
}

/// Looks a name up; an IP address is its own.
///
/// # Errors
///
/// Says why there is no address.
pub fn addresses(name: &str, limit: Duration, cancel: &Cancel) -> Result<Vec<IpAddr>, ResolveError> {
    if let Some(address) = literal(name) {
        return Ok(vec![address]);
    }
    let shown = Shown::line_limited(name, 260);
    if !is_name(name) {
        return Err(ResolveError::Name(shown));
    }
    let found = match getent(name, limit).run(b"", cancel) {
        Ok(ended) if ended.status.code().is_some_and(|code| code == 0 || code == 2) => parse(&ended.out.bytes),
        Ok(ended) => {
            let why = Shown::line_limited(String::from_utf8_lossy(&ended.err.bytes).trim(), 200);
            return Err(ResolveError::Failed { name: shown, why });
        }
        Err(ProcessError::Cancelled) => return Err(ResolveError::Cancelled),
        Err(ProcessError::TimedOut { .. }) => return Err(ResolveError::TimedOut { name: shown, limit }),
        // Only then: what it answers, and that it fails, is what holds on this machine.
        Err(ProcessError::Missing { .. }) => return HostFiles::default().addresses(name, limit, cancel),
        Err(error) => {
            return Err(ResolveError::Failed { name: shown, why: Shown::line_limited(&error.to_string(), 200) });
        }
    };
    if found.is_empty() { Err(ResolveError::Unknown(shown)) } else { Ok(found) }
}

impl HostFiles {
    /// Looks a name up by these files and the name servers in them; it waits, and is not for a task.
    ///
    /// # Errors
    ///
    /// Says why there is no address.
    pub fn addresses(&self, name: &str, limit: Duration, cancel: &Cancel) -> Result<Vec<IpAddr>, ResolveError> {
        let shown = Shown::line_limited(name, 260);
        let failed = |why: String| ResolveError::Failed { name: shown.clone(), why: Shown::line_limited(&why, 400) };
        if cancel.is_cancelled() {
            return Err(ResolveError::Cancelled);
        }
        if !is_name(name) || message::askable(name.strip_suffix('.').unwrap_or(name)).is_none() {
            return Err(ResolveError::Name(shown));
        }
        let found = self.hosts(name).map_err(failed)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let settings = self.settings().map_err(failed)?;
        let servers = Servers::new(&settings, limit);
        match wait(servers.look_up(name), limit, cancel).map_err(|error| failed(error.to_string()))? {
            None => Err(ResolveError::Cancelled),
            Some(Ok(found)) if found.is_empty() => Err(ResolveError::Unknown(shown)),
            Some(Ok(mut found)) => {
                found.truncate(MOST);
                Ok(found)
            }
            Some(Err(Fault::Said(why))) => Err(failed(why)),
            Some(Err(Fault::Silent)) => Err(ResolveError::TimedOut { name: shown, limit: servers.patience() }),
        }
    }
}

/// Waits for what name servers say; nothing when it was cancelled.
fn wait<T>(
    looking: impl Future<Output = Result<T, Fault>>,
    limit: Duration,
    cancel: &Cancel,
) -> io::Result<Option<Result<T, Fault>>> {
    let cancelled = async {
        while !cancel.is_cancelled() {
            tokio::time::sleep(TICK).await;
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        tokio::select! {
            () = cancelled => None,
            said = tokio::time::timeout(limit, looking) => Some(said.unwrap_or(Err(Fault::Silent))),
        }
    }))
}

fn literal(name: &str) -> Option<IpAddr> {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.parse().ok()
}

/// Tells whether a host may have this name; international ones are asked for in their ASCII form.
fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=253).contains(&name.len()) && !name.starts_with(['-', '.']) && name.bytes().all(is_letter)
}

fn getent(name: &str, limit: Duration) -> Program {
    let passed = ["PATH", "RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES"];
    let passed = passed.into_iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)));
    Program {
        path: "getent".into(),
        arguments: ["ahosts", name].map(OsString::from).into(),
        environment: passed.chain([("LC_ALL".into(), "C".into())]).collect(),
        limit,
    }
}

/// Reads the answer: a line for each address and each kind of socket.
fn parse(answer: &[u8]) -> Vec<IpAddr> {
    let text = String::from_utf8_lossy(answer);
    each_once(text.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()))
}

/// Takes each address once, and no more than that many.
fn each_once(addresses: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for address in addresses {
        if !found.contains(&address) && found.len() < MOST {
            found.push(address);
        }
    }
    found
}

/// Looks names up without blocking, for clients and for probes that connect.
#[derive(Clone, Debug)]
pub struct Resolver {
    limit: Duration,
}

impl Resolver {
    /// Makes one that takes at most that long for a name.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }

    /// Looks a name up in a thread of its own; the child is ended when nobody waits any more.
    ///
    /// # Errors
    ///
    /// Says why there is no address.
    pub async fn lookup(&self, name: &str) -> Result<Vec<IpAddr>, ResolveError> {
        if let Some(address) = literal(name) {
            return Ok(vec![address]);
        }
        let (sender, receiver) = oneshot::channel();
        let asked = Asked(Cancel::new());
        let (cancel, owned, limit) = (asked.0.clone(), name.to_owned(), self.limit);
        let work = move || {
            let _ = sender.send(addresses(&owned, limit, &cancel));
        };
        let failed = |why: &str| ResolveError::Failed { name: Shown::line_limited(name, 260), why: Shown::line(why) };
        thread::Builder::new().name("resolver".to_owned()).spawn(work).map_err(|error| failed(&error.to_string()))?;
        receiver.await.unwrap_or_else(|_| Err(failed("the question was lost")))
    }
}

/// Cancels a question when nobody waits for its answer any more.
struct Asked(Cancel);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.lookup(name.as_str()).await?;
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests;
