//! Asking name servers, one after the other, by datagrams and by connections.
//!
//! Every question goes out from a port of its own that the system picks at random, and only who was asked
//! is heard there. A name is looked up in both kinds of address at once; one that stays silent holds up
//! what the other found for a moment only. A server that fails is passed over for the next, and when none
//! of them can say, that is the end: another name of the search list might be another machine.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use simple_dns::{Name, RCODE};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, UdpSocket};
use tokio::time::timeout;

use super::files::Settings;
use super::message::{Family, MOST_ALIASES, Question, Reply, askable};

/// The longest datagram that is looked at.
const MOST_DATAGRAM: usize = 4096;
/// How long what was found may wait for what else there is.
const MOMENT: Duration = Duration::from_secs(1);

/// Says why servers told nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// They did not answer.
    Silent,
    /// They could not be asked, or did not say.
    Said(String),
}

/// Asks the servers of a machine within a time.
pub(super) struct Servers<'a> {
    settings: &'a Settings,
    /// How long each of them has.
    share: Duration,
    limit: Duration,
}

impl<'a> Servers<'a> {
    /// Asks as it is set; where there is little time, each of them gets its part of it.
    pub fn new(settings: &'a Settings, limit: Duration) -> Self {
        let count = u32::try_from(settings.servers.len()).unwrap_or(1).max(1);
        Self { settings, share: settings.timeout.min(limit / count), limit }
    }

    /// Tells how long all of them have together.
    pub fn patience(&self) -> Duration {
        let count = u32::try_from(self.settings.servers.len()).unwrap_or(1);
        self.limit.min(self.share * count * self.settings.attempts)
    }

    /// Looks a name up, in the domains that it may belong to.
    pub async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, Fault> {
        for name in self.settings.candidates(name).iter().filter_map(|name| askable(name)) {
            let found = self.both(&name).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    async fn both(&self, name: &Name<'static>) -> Result<Vec<IpAddr>, Fault> {
        let (mut v4, mut v6) = (pin!(self.ask(name, Family::V4)), pin!(self.ask(name, Family::V6)));
        let (first, second) = tokio::select! {
            first = &mut v4 => { let rest = self.rest(&first); (first, timeout(rest, v6).await) }
            first = &mut v6 => { let rest = self.rest(&first); (first, timeout(rest, v4).await) }
        };
        let second = second.unwrap_or(Err(Fault::Silent));
        match (first, second) {
            (Ok(one), Ok(other)) => Ok(sorted([one, other].concat())),
            (Ok(found), Err(_)) | (Err(_), Ok(found)) if !found.is_empty() => Ok(found),
            (Err(Fault::Silent), Err(fault)) | (Err(fault), _) | (_, Err(fault)) => Err(fault),
        }
    }

    /// Tells how long the other kind of address is waited for.
    fn rest(&self, first: &Result<Vec<IpAddr>, Fault>) -> Duration {
        let has_found = first.as_ref().is_ok_and(|found| !found.is_empty());
        if has_found { MOMENT.min(self.limit / 4) } else { self.limit }
    }

    /// Asks for the addresses of one kind, and goes where aliases lead.
    async fn ask(&self, name: &Name<'static>, family: Family) -> Result<Vec<IpAddr>, Fault> {
        let mut name = name.clone();
        for _ in 0..MOST_ALIASES {
            match self.reply(&name, family).await? {
                Reply::Found(found) => return Ok(found),
                Reply::Alias(next) => name = next,
                Reply::Endless => break,
                Reply::Nothing | Reply::Cut | Reply::Refused(_) => return Ok(Vec::new()),
            }
        }
        Err(Fault::Said("it is an alias of an alias, and so on without end; look at this machine's DNS".to_owned()))
    }

    /// Asks one server after the other, until one of them knows.
    async fn reply(&self, name: &Name<'static>, family: Family) -> Result<Reply, Fault> {
        let mut fault = Fault::Silent;
        for _ in 0..self.settings.attempts {
            for server in &self.settings.servers {
                let said = match timeout(self.share, self.ask_one(*server, name, family)).await {
                    Ok(Ok(Reply::Refused(code))) => refused(code),
                    Ok(Ok(Reply::Cut)) => "cuts its answer short".to_owned(),
                    Ok(Ok(reply)) => return Ok(reply),
                    Ok(Err(error)) => unreachable(&error),
                    Err(_) => continue,
                };
                fault = Fault::Said(format!("the name server {} of this machine {said}", server.ip()));
            }
        }
        Err(fault)
    }

    async fn ask_one(&self, server: SocketAddr, name: &Name<'static>, family: Family) -> io::Result<Reply> {
        let question = Question::new(name.clone(), family).ok_or_else(|| io::Error::other("there is no chance"))?;
        if !self.settings.is_stream {
            let reply = by_datagram(server, &question).await?;
            if reply != Reply::Cut {
                return Ok(reply);
            }
        }
        by_stream(server, &question).await
    }
}

/// Puts the addresses first that every machine can reach.
fn sorted(mut found: Vec<IpAddr>) -> Vec<IpAddr> {
    found.sort_by_key(IpAddr::is_ipv6);
    found
}

fn bytes(question: &Question) -> io::Result<Vec<u8>> {
    question.to_bytes().ok_or_else(|| io::Error::other("no question can be made of it"))
}

/// Asks by a datagram, and passes over what answers something else.
async fn by_datagram(server: SocketAddr, question: &Question) -> io::Result<Reply> {
    let any = if server.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).await?;
    // From now on the system gives us what comes from there, and nothing else.
    socket.connect(server).await?;
    socket.send(&bytes(question)?).await?;
    let mut buffer = vec![0; MOST_DATAGRAM];
    loop {
        let length = socket.recv(&mut buffer).await?;
        if let Some(reply) = buffer.get(..length).and_then(|bytes| question.read(bytes)) {
            return Ok(reply);
        }
    }
}

/// Asks through a connection; an answer has at most 64 KiB there.
async fn by_stream(server: SocketAddr, question: &Question) -> io::Result<Reply> {
    let socket = if server.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    let mut stream = socket.connect(server).await?;
    let bytes = bytes(question)?;
    let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], &bytes].concat()).await?;
    let mut answer = vec![0; stream.read_u16().await?.into()];
    stream.read_exact(&mut answer).await?;
    question.read(&answer).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "answers something else"))
}

fn refused(code: RCODE) -> String {
    match code {
        RCODE::ServerFailure => "cannot tell (SERVFAIL); is the one behind it there?".to_owned(),
        RCODE::Refused => "refuses to tell (REFUSED); is it one for this machine?".to_owned(),
        RCODE::NotImplemented => "does not know such questions (NOTIMP)".to_owned(),
        RCODE::FormatError => "does not understand (FORMERR)".to_owned(),
        other => format!("answers with an error ({other:?})"),
    }
}

fn unreachable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "is none: nobody listens there".to_owned(),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            "cannot be reached: there is no way to it".to_owned()
        }
        io::ErrorKind::UnexpectedEof => "ends its answer in the middle".to_owned(),
        io::ErrorKind::InvalidData => "answers something else than what it is asked".to_owned(),
        _ => format!("cannot be asked: {error}"),
    }
}
