//! What a probe looks at, with all values filled in, and what is expected there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use regex::bytes::Regex;
use zeroize::Zeroizing;

use crate::exec::command::{Expected, Line, Order, Secret};
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

impl Target {
    /// Says what is looked at, without anything that may be secret.
    pub fn words(&self) -> String {
        let words = match &self.ask {
            Ask::Http(ask) => self.web_words(ask),
            Ask::Tcp { host, port } => format!("{host} port {port}"),
            Ask::Run(order) => line_words(order),
            Ask::DiskOn(order) => line_words(order),
            Ask::Tail { file, host, .. } => {
                let host = host.as_ref().map(|host| format!(" on {host}")).unwrap_or_default();
                format!("{}{host}", file.display())
            }
            Ask::Disk(path) => path.display().to_string(),
            Ask::Dns(name) => name.clone(),
        };
        self.mask.as_ref().map_or_else(|| words.clone(), |mask| mask.apply_text(&words))
    }

    /// Says the method and the address; where there are secrets, not what comes after the host, in which they
    /// may stand in another writing.
    fn web_words(&self, ask: &HttpAsk) -> String {
        let url = ask.url.reveal();
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
        let host = host.rsplit('@').next().unwrap_or_default();
        let path = if self.mask.is_some() { "…" } else { path };
        format!("{} {scheme}://{host}/{path}", ask.method)
    }
}

fn line_words(order: &Order) -> String {
    match &order.line {
        Line::Shell(line) => line.clone(),
        Line::Words(words) => words.join(" "),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn target(ask: Ask, secret: Option<&str>) -> Target {
        let mask = secret.map(|secret| Arc::new(Mask::new(&[secret.as_bytes()])));
        Target::new((ask, Wanted::default()), Length::seconds(5), (&BTreeMap::new(), mask.as_ref()))
    }

    fn web(url: &str) -> Ask {
        let (url, trust) = (Secret::new(url.to_owned()), Trust::default());
        Ask::Http(Box::new(HttpAsk {
            url,
            method: "GET".into(),
            headers: Vec::new(),
            body: None,
            follow: false,
            trust,
        }))
    }

    #[test]
    fn what_is_looked_at_is_said_without_secrets_however_they_are_written() {
        let url = "https://me:hunter2@site.example:8443/a%20b?key=hunter%32";
        assert_eq!(target(web(url), Some("hunter2")).words(), "GET https://site.example:8443/…");
        assert_eq!(target(web("http://site.example/up?x=1"), None).words(), "GET http://site.example/up?x=1");
        let tcp = Ask::Tcp { host: "hunter2.example".into(), port: 22 };
        assert!(!target(tcp, Some("hunter2")).words().contains("hunter2"));
        let run = Ask::Run(Box::new(Order::new(Line::Shell("systemctl is-active site".into()))));
        assert_eq!(target(run, None).words(), "systemctl is-active site");
    }
}
