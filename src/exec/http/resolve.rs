//! Names and their addresses, as this machine's `getent` tells them.
//!
//! An IP address needs nobody. A name goes to `getent ahosts` in a child, so that all that the system's
//! own configuration says holds, and none of it is loaded into this program. The child ends with who
//! asked. Nothing is remembered from one question to the next.

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::thread;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use crate::exec::process::{Cancel, ProcessError, Program};
use crate::text::Shown;

/// How many addresses of a name are taken.
const MOST: usize = 64;

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
        Err(error) => {
            return Err(ResolveError::Failed { name: shown, why: Shown::line_limited(&error.to_string(), 200) });
        }
    };
    if found.is_empty() { Err(ResolveError::Unknown(shown)) } else { Ok(found) }
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
    let mut found = Vec::new();
    for address in text.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()) {
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn look(name: &str) -> Result<Vec<IpAddr>, ResolveError> {
        addresses(name, Duration::from_secs(30), &Cancel::new())
    }

    #[test]
    fn an_address_is_its_own_and_needs_nobody() {
        let cancelled = Cancel::new();
        cancelled.cancel();
        for (name, address) in [("192.0.2.7", "192.0.2.7"), ("::1", "::1"), ("[2001:db8::1]", "2001:db8::1")] {
            let found = addresses(name, Duration::ZERO, &cancelled);
            assert_eq!(found, Ok(vec![address.parse().unwrap()]), "{name}");
        }
        assert_eq!(addresses("localhost", Duration::ZERO, &cancelled), Err(ResolveError::Cancelled));
    }

    #[test]
    fn the_machine_is_asked_for_a_name() {
        let found = look("localhost").unwrap();
        assert!(found.iter().all(IpAddr::is_loopback) && !found.is_empty(), "{found:?}");
        let error = look("no-such-name.invalid").unwrap_err();
        // A machine whose DNS does not answer cannot know it either.
        assert!(matches!(error, ResolveError::Unknown(_) | ResolveError::TimedOut { .. }), "{error}");
    }

    #[test]
    fn what_is_no_name_reaches_no_program() {
        for name in ["", "-x", "--help", "a b", "a;b", "a\0b", ".a", "ä", "a/b", "$(x)", &"a".repeat(254)] {
            assert!(matches!(look(name), Err(ResolveError::Name(_))), "{name:?}");
        }
    }

    #[test]
    fn each_address_of_an_answer_is_taken_once() {
        let answer = b"10.0.0.1 STREAM a\n10.0.0.1 DGRAM\n10.0.0.1 RAW\n::1 STREAM\n\xFF x\nfe80::1%eth0 STREAM\n";
        let found = parse(answer);
        assert_eq!(found, ["10.0.0.1", "::1"].map(|address| address.parse::<IpAddr>().unwrap()));
    }

    proptest! {
        #[test]
        fn no_answer_is_too_odd(answer in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert!(parse(&answer).len() <= MOST);
        }
    }
}
