//! One look: what is there now, within its time, whatever it meets.
//!
//! What a probe keeps from look to look is its [`Eye`]; what all probes share are the [`Means`]. What may
//! block in the kernel is done in a thread of its own, and never twice at once for one probe.

mod certificate;
mod web;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::time::timeout;

use super::child;
use super::gathered::Whole;
use super::reading::{Facts, Failure, Reading};
use super::tail::{FileTail, RemoteTail};
use super::target::{Ask, Target};
use crate::exec::command::{Moment, Order, Printed};
use crate::exec::http::{ResolveError, Resolver};
use crate::journal::{Clock, Digest};
use crate::text::Shown;

/// How much longer than its time a look may take to end what it began.
const GRACE: Duration = Duration::from_secs(2);
/// For how long an address that was looked up is connected to.
const REMEMBERED: Duration = Duration::from_secs(30);
/// How many names are remembered.
const MOST_NAMES: usize = 1_000;

/// Is what all probes share.
#[derive(Debug)]
pub(super) struct Means {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    webs: web::Webs,
    names: Mutex<HashMap<String, (Duration, Vec<IpAddr>)>>,
}

impl Means {
    /// Begins with nothing.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, webs: web::Webs::default(), names: Mutex::default() }
    }

    /// Looks a name up, unless that was done a moment ago.
    async fn addresses(&self, host: &str, limit: Duration) -> Result<Vec<IpAddr>, ResolveError> {
        let now = self.clock.since_boot();
        let known = self.names().get(host).filter(|(at, _)| now.saturating_sub(*at) < REMEMBERED).cloned();
        if let Some((_, addresses)) = known {
            return Ok(addresses);
        }
        let found = Resolver::new(limit).lookup(host).await?;
        let mut names = self.names();
        if names.len() >= MOST_NAMES {
            names.clear();
        }
        names.insert(host.to_owned(), (now, found.clone()));
        Ok(found)
    }

    fn names(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Duration, Vec<IpAddr>)>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Is what a probe keeps from look to look.
#[derive(Debug)]
pub(super) struct Eye {
    /// Says that a thread is in the kernel for it, and has not come back.
    is_stuck: Arc<AtomicBool>,
    file: Option<Arc<Mutex<FileTail>>>,
    remote: Option<RemoteTail>,
}

impl Eye {
    /// Begins to look at a target.
    pub fn new(target: &Target) -> Self {
        let mut eye = Self { is_stuck: Arc::default(), file: None, remote: None };
        if let Ask::Tail { file, host, alert } = &target.ask {
            let (alert, mask) = (alert.clone(), target.mask.clone());
            match host {
                Some(host) => eye.remote = Some(RemoteTail::new((file, host), alert, mask)),
                None => eye.file = Some(Arc::new(Mutex::new(FileTail::new(file, alert, mask)))),
            }
        }
        eye
    }
}

/// Is what was seen, with what is known of the bytes that told it.
pub(super) struct Sight {
    facts: Facts,
    /// How long it took, where that is less than the whole look.
    took: Option<Duration>,
    digest: Option<Digest>,
    bytes: u64,
    dropped: u64,
}

impl Sight {
    fn of(facts: Facts) -> Self {
        Self { facts, took: None, digest: None, bytes: 0, dropped: 0 }
    }

    /// Sees what words tell that are hashed as they are.
    fn said(facts: Facts, words: &str) -> Self {
        let bytes = words.len() as u64;
        Self { digest: Some(Digest::of(words.as_bytes())), bytes, ..Self::of(facts) }
    }

    /// Sees what a stream told.
    fn whole(facts: Facts, whole: &Whole) -> Self {
        let (digest, bytes, dropped) = (whole.digest, whole.bytes, whole.kept.missing);
        Self { facts, took: None, digest, bytes, dropped }
    }
}

/// Looks once, within its time.
pub(super) async fn look_at(target: &Target, eye: &Eye, means: &Means) -> Reading {
    let begun = means.clock.since_boot();
    let limit = target.timeout.as_std();
    let seen = match timeout(limit + GRACE, seen(target, eye, means)).await {
        Ok(seen) => seen,
        Err(_) => Err(late(target)),
    };
    let at = Moment::now(&*means.clock);
    let whole = at.since_boot().saturating_sub(begun);
    let sight = seen.unwrap_or_else(|failure| Sight::of(Facts::Failed(failure)));
    let Sight { facts, took, digest, bytes, dropped } = sight;
    Reading { at, took: took.unwrap_or(whole), facts, digest, bytes, dropped }
}

async fn seen(target: &Target, eye: &Eye, means: &Means) -> Result<Sight, Failure> {
    let limit = target.timeout.as_std();
    match &target.ask {
        Ask::Http(ask) => within(target, web::ask(ask, target, means)).await,
        Ask::Tcp { host, port } => within(target, connect((host, *port), limit, means)).await,
        Ask::Run(order) => Ok(run(order, target, means).await),
        Ask::Tail { .. } => tail(target, eye, means).await,
        Ask::Disk(path) => disk(path, eye, limit).await,
        Ask::DiskOn(order) => disk_on(order, target, means).await,
        Ask::Dns(name) => names(name, limit).await,
    }
}

/// Says that no answer in time is what is watched for.
async fn within(target: &Target, look: impl Future<Output = Result<Sight, Failure>>) -> Result<Sight, Failure> {
    timeout(target.timeout.as_std(), look).await.unwrap_or_else(|_| Err(late(target)))
}

fn late(target: &Target) -> Failure {
    Failure::bad(&format!("no answer within {}", target.timeout))
}

/// Connects to the first address that lets us; only connecting counts as its time.
async fn connect((host, port): (&str, u16), limit: Duration, means: &Means) -> Result<Sight, Failure> {
    let addresses = means.addresses(host, limit).await.map_err(|error| unresolved(&error))?;
    let begun = means.clock.since_boot();
    let mut why = Failure::bad("there is no address to connect to");
    for (tried, address) in addresses.iter().enumerate() {
        let left = limit.saturating_sub(means.clock.since_boot().saturating_sub(begun));
        // One address that swallows everything leaves time for those behind it.
        let share = left / u32::try_from(addresses.len() - tried).unwrap_or(1).max(1);
        let started = means.clock.since_boot();
        match timeout(share, connect_to(SocketAddr::new(*address, port))).await {
            Ok(Ok(())) => {
                let took = Some(means.clock.since_boot().saturating_sub(started));
                return Ok(Sight { took, ..Sight::of(Facts::Connected) });
            }
            Ok(Err(error)) => why = Failure::bad(&refusal(&error)),
            Err(_) => {
                why = Failure::bad(&format!("no answer within {}", crate::time::Length::from_millis(millis(limit))))
            }
        }
    }
    means.names().remove(host);
    Err(why)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

async fn connect_to(address: SocketAddr) -> std::io::Result<()> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.connect(address).await.map(drop)
}

fn refusal(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "refused: nobody listens there".to_owned(),
        std::io::ErrorKind::TimedOut => "no answer".to_owned(),
        std::io::ErrorKind::HostUnreachable => "there is no way to it".to_owned(),
        std::io::ErrorKind::NetworkUnreachable => "this machine has no way to its network".to_owned(),
        _ => format!("cannot be connected to: {error}"),
    }
}

/// Says what a name without an address means: one that nobody knows is bad, one that could not be asked for is not.
fn unresolved(error: &ResolveError) -> Failure {
    match error {
        ResolveError::Failed { .. } | ResolveError::Cancelled | ResolveError::Name(_) => {
            Failure::unknown(&error.to_string())
        }
        ResolveError::Unknown(_) | ResolveError::TimedOut { .. } => Failure::bad(&error.to_string()),
    }
}

async fn names(name: &str, limit: Duration) -> Result<Sight, Failure> {
    let mut addresses = Resolver::new(limit).lookup(name).await.map_err(|error| unresolved(&error))?;
    addresses.sort_unstable();
    let words = addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join("\n");
    Ok(Sight::said(Facts::Names(addresses), &words))
}

async fn run(order: &Order, target: &Target, means: &Means) -> Sight {
    let ran = child::run(order, target.timeout.as_std(), (target.mask.as_ref(), &*means.clock)).await;
    // What is said on one of the two is what is hashed; of both, the standard output.
    let whole = if ran.out.bytes == 0 { &ran.err } else { &ran.out };
    let (digest, bytes) = (whole.digest, ran.out.bytes + ran.err.bytes);
    let (took, dropped) = (Some(ran.end.took()), ran.out.kept.missing + ran.err.kept.missing);
    let printed = Printed { out: ran.out.kept, err: ran.err.kept };
    Sight { facts: Facts::Ran { end: Box::new(ran.end), printed }, took, digest, bytes, dropped }
}

async fn tail(target: &Target, eye: &Eye, means: &Means) -> Result<Sight, Failure> {
    let log = match (&eye.file, &eye.remote) {
        (Some(file), _) => {
            let (file, clock) = (Arc::clone(file), Arc::clone(&means.clock));
            let look = move || file.lock().unwrap_or_else(PoisonError::into_inner).look(Moment::now(&*clock));
            aside(eye, target.timeout.as_std(), look).await?
        }
        (None, Some(remote)) => {
            let late = || Err(Failure::unknown(&format!("the host did not answer within {}", target.timeout)));
            timeout(target.timeout.as_std(), remote.look(&means.clock)).await.unwrap_or_else(|_| late())?
        }
        (None, None) => return Err(Failure::unknown("nothing is followed")),
    };
    let words = log.lines.iter().map(Shown::as_str).collect::<Vec<_>>().join("\n");
    let missed = log.missed;
    Ok(Sight { dropped: missed, ..Sight::said(Facts::Log(log), &words) })
}

async fn disk(path: &Path, eye: &Eye, limit: Duration) -> Result<Sight, Failure> {
    let path = path.to_owned();
    let look = move || {
        let found = rustix::fs::statvfs(&path).map_err(|error| {
            let path = Shown::line_limited(&path.to_string_lossy(), 120);
            Failure::unknown(&format!("{path}: {}", std::io::Error::from(error)))
        })?;
        let size = |blocks: u64| blocks.saturating_mul(found.f_frsize);
        Ok((size(found.f_bavail), size(found.f_blocks)))
    };
    let (free, total) = aside(eye, limit, look).await?;
    Ok(Sight::said(Facts::Room { free, total }, &format!("{free} of {total}")))
}

async fn disk_on(order: &Order, target: &Target, means: &Means) -> Result<Sight, Failure> {
    let ran = child::run(order, target.timeout.as_std(), (target.mask.as_ref(), &*means.clock)).await;
    let out = String::from_utf8_lossy(&ran.out.kept.bytes);
    let (free, total) = parse_df(&out).ok_or_else(|| {
        let err = String::from_utf8_lossy(&ran.err.kept.bytes);
        let why =
            err.lines().rfind(|line| !line.trim().is_empty()).map_or_else(|| ran.end.how.to_string(), str::to_owned);
        Failure::unknown(&format!("df on the host tells nothing: {why}"))
    })?;
    Ok(Sight::whole(Facts::Room { free, total }, &ran.out))
}

/// Reads what `df -Pk` says of one path: the free bytes, and all.
fn parse_df(text: &str) -> Option<(u64, u64)> {
    let words: Vec<_> = text.lines().nth(1)?.split_whitespace().collect();
    // The device may have blanks in its name; the share is the only word that ends in %.
    let share =
        words.iter().position(|word| word.strip_suffix('%').is_some_and(|share| share.parse::<u32>().is_ok()))?;
    let number = |back: usize| words.get(share.checked_sub(back)?)?.parse::<u64>().ok()?.checked_mul(1024);
    Some((number(1)?, number(3)?))
}

/// Does in a thread what may hang in the kernel; while one hangs, no other is begun for the same probe.
async fn aside<T: Send + 'static>(
    eye: &Eye,
    limit: Duration,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    if eye.is_stuck.swap(true, Ordering::AcqRel) {
        return Err(Failure::bad("the look before has not come back: its file system hangs"));
    }
    let back = Back(Arc::clone(&eye.is_stuck));
    let work = move || {
        let _back = back;
        work()
    };
    match timeout(limit, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(Failure::unknown("the look failed in mop itself")),
        Err(_) => Err(Failure::bad("its file system does not answer")),
    }
}

/// Tells that a thread has come back, also when it panicked.
struct Back(Arc<AtomicBool>);

impl Drop for Back {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests;
