//! What the files of a machine say of names: its hosts, its name servers, and how to ask them.
//!
//! It is for where no `getent` is, and reads what hosts(5) and resolv.conf(5) describe, as strictly as a
//! resolver has to be that must not stop a person: a line that means nothing is passed over. There is one
//! difference. Where no name server is named none is asked, neither a public one nor one that might run
//! here; that is an error in plain words. Nothing is asked in this file.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::path::PathBuf;
use std::time::Duration;

use super::super::read_regular;
use super::each_once;

/// How many name servers are asked.
const MOST_SERVERS: usize = 3;
/// How many domains a short name is looked for in.
const MOST_DOMAINS: usize = 16;

/// Says where the files are that tell of names, and what they leave open.
#[derive(Clone, Debug)]
pub struct HostFiles {
    /// The names that need no server.
    pub hosts: PathBuf,
    /// The name servers.
    pub resolv: PathBuf,
    /// The port of the name servers.
    pub port: u16,
    /// This machine's own name; a short name is looked for in its domain when nothing else is said.
    pub own_name: String,
}

impl Default for HostFiles {
    fn default() -> Self {
        let own_name = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Self { hosts: "/etc/hosts".into(), resolv: "/etc/resolv.conf".into(), port: 53, own_name }
    }
}

impl HostFiles {
    /// Gives the addresses that need no server; of a name that says it is this machine they are known.
    pub(super) fn hosts(&self, name: &str) -> Result<Vec<IpAddr>, String> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let text = match read_regular(&self.hosts) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{} cannot be read: {error}", self.hosts.display())),
        };
        let found = in_hosts(&text, name);
        Ok(if found.is_empty() && is_localhost(name) { loopback() } else { found })
    }

    /// Reads how name servers are asked; it is an error when there is none.
    pub(super) fn settings(&self) -> Result<Settings, String> {
        let problem = match read_regular(&self.resolv) {
            Ok(bytes) => {
                let settings = Settings::parse(&String::from_utf8_lossy(&bytes), self.port, &self.own_name);
                if !settings.servers.is_empty() {
                    return Ok(settings);
                }
                "names no name server".to_owned()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => "is not there".to_owned(),
            Err(error) => format!("cannot be read: {error}"),
        };
        let (hosts, resolv) = (self.hosts.display(), self.resolv.display());
        Err(format!(
            "there is no `getent` here, {hosts} does not have it, and {resolv} {problem}; \
             write its address into the one, or `nameserver ADDRESS` into the other"
        ))
    }
}

/// Says who is asked, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// The name servers, in their order.
    pub servers: Vec<SocketAddr>,
    /// The domains that a short name is looked for in.
    search: Vec<String>,
    /// How many dots a name has that is not short.
    ndots: usize,
    /// How long a server has for its answer.
    pub timeout: Duration,
    /// How often all of them are asked.
    pub attempts: u32,
    /// Whether they are only asked through connections.
    pub is_stream: bool,
}

impl Settings {
    /// Reads a resolv.conf.
    fn parse(text: &str, port: u16, own_name: &str) -> Self {
        let domain = own_name.split_once('.').map(|(_, domain)| domains(domain)).unwrap_or_default();
        let mut settings = Self {
            servers: Vec::new(),
            search: domain,
            ndots: 1,
            timeout: Duration::from_secs(5),
            attempts: 2,
            is_stream: false,
        };
        for (word, rest) in text.lines().filter_map(|line| line.split_once([' ', '\t'])) {
            match word {
                "nameserver" => settings.add_server(rest, port),
                // The last of them holds.
                "domain" | "search" => settings.search = domains(rest),
                "options" => rest.split_ascii_whitespace().for_each(|option| settings.set(option)),
                _ => {}
            }
        }
        settings
    }

    fn add_server(&mut self, rest: &str, port: u16) {
        let address = rest.split_ascii_whitespace().next().unwrap_or_default();
        let plain = address.parse().map(|address: IpAddr| SocketAddr::new(address, port));
        // The address of one link has the number of its interface behind it.
        let scoped = || format!("[{address}]:{port}").parse().map(SocketAddr::V6 as fn(SocketAddrV6) -> SocketAddr);
        if let Some(server) = plain.or_else(|_| scoped()).ok().filter(|_| self.servers.len() < MOST_SERVERS) {
            self.servers.push(server);
        }
    }

    fn set(&mut self, option: &str) {
        let number = |name: &str| option.strip_prefix(name)?.strip_prefix(':')?.parse::<u32>().ok();
        if let Some(dots) = number("ndots") {
            self.ndots = dots.min(15) as usize;
        } else if let Some(seconds) = number("timeout") {
            self.timeout = Duration::from_secs(seconds.clamp(1, 30).into());
        } else if let Some(attempts) = number("attempts") {
            self.attempts = attempts.clamp(1, 5);
        } else if option == "use-vc" {
            self.is_stream = true;
        }
    }

    /// Gives the whole names that a name may stand for, in the order in which they are asked for.
    pub fn candidates(&self, name: &str) -> Vec<String> {
        if let Some(whole) = name.strip_suffix('.') {
            return vec![whole.to_owned()];
        }
        let mut names: Vec<_> = self.search.iter().map(|domain| format!("{name}.{domain}")).collect();
        let is_short = name.matches('.').count() < self.ndots;
        names.insert(if is_short { names.len() } else { 0 }, name.to_owned());
        names
    }
}

fn domains(text: &str) -> Vec<String> {
    let domain = |word: &str| word.trim_matches('.').to_ascii_lowercase();
    text.split_ascii_whitespace().map(domain).filter(|domain| !domain.is_empty()).take(MOST_DOMAINS).collect()
}

/// Finds the addresses that a file of hosts has for a name.
fn in_hosts(text: &str, name: &str) -> Vec<IpAddr> {
    let address = |line: &str| {
        let mut words = line.split('#').next()?.split_ascii_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|word| word.eq_ignore_ascii_case(name)).then_some(address)
    };
    each_once(text.lines().filter_map(address))
}

/// Tells whether a name means this machine everywhere; no name server is asked for such a one (RFC 6761).
fn is_localhost(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
}

fn loopback() -> Vec<IpAddr> {
    vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
}

#[cfg(test)]
mod tests;
