//! Why there is no answer, or only a part of one, in words for people.
//!
//! What the client says is a chain of causes; the one that a person can do something about may be any of
//! them, so all are looked at. Addresses are shown without passwords and without what follows a `?`.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};

use reqwest::Url;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

use super::resolve::ResolveError;
use super::{About, Trust};
use crate::text::Shown;

/// How much of a foreign message is shown.
const MOST_WORDS: usize = 300;
/// How many causes are looked at.
const MOST_CAUSES: usize = 32;

/// Says why there is no answer, or only a part of one.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// It is no address of a web server.
    #[error("`{address}` is no address of a web server: {why}")]
    Address {
        /// What of it may be shown.
        address: Shown,
        /// What is wrong with it.
        why: Shown,
    },
    /// It is no method.
    #[error("`{0}` is no method of HTTP")]
    Method(Shown),
    /// It cannot be a header.
    #[error("the header `{0}` cannot be sent: its name or its value has characters that no header may have")]
    Header(Shown),
    /// The file of authorities cannot be used.
    #[error("{} cannot be used as the file of certificate authorities: {why}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: Shown,
    },
    /// No client can be made.
    #[error("nothing can be asked from this machine: {0}")]
    Client(Shown),
    /// The name has no address.
    #[error("{0}")]
    Name(ResolveError),
    /// It cannot be connected to.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The server.
        host: Shown,
        /// Why not.
        why: Shown,
    },
    /// It took too long.
    #[error("{host} did not answer in time")]
    TimedOut {
        /// The server.
        host: Shown,
    },
    /// Its certificate is not good.
    #[error("the certificate of {host} is not to be trusted: {fault}")]
    Certificate {
        /// The server.
        host: Shown,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// TLS failed otherwise.
    #[error("no safe connection to {host}: {why}")]
    Tls {
        /// The server.
        host: Shown,
        /// Why not.
        why: Shown,
    },
    /// The proxy does not let us through.
    #[error("the proxy of the environment does not lead to {host}: {why}")]
    Proxy {
        /// The server behind it.
        host: Shown,
        /// What it says.
        why: Shown,
    },
    /// It leads where nobody should go.
    #[error("{url} leads {why}; that is not followed")]
    Redirect {
        /// Who leads there.
        url: Shown,
        /// Where, and why it is not followed.
        why: Shown,
    },
    /// It leads on and on.
    #[error("{url} leads on after {most} redirects; more are not followed")]
    TooManyRedirects {
        /// The last address.
        url: Shown,
        /// How many were followed.
        most: u32,
    },
    /// It ended in the middle.
    #[error("{host} ended the connection in the middle: {why}")]
    Cut {
        /// The server.
        host: Shown,
        /// What is known of it.
        why: Shown,
    },
    /// It does not speak HTTP.
    #[error("what {host} answers is no HTTP: {why}")]
    Garbage {
        /// The server.
        host: Shown,
        /// What is wrong with it.
        why: Shown,
    },
    /// Something else.
    #[error("asking {host} failed: {why}")]
    Other {
        /// The server.
        host: Shown,
        /// What is known of it.
        why: Shown,
    },
}

/// Says what is wrong with a server's certificate, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is too old.
    #[error("it expired{0}; renew it, and look at this machine's clock")]
    Expired(Shown),
    /// It is too young.
    #[error("it is not valid yet{0}; look at this machine's clock")]
    NotYet(Shown),
    /// It is another server's.
    #[error("it is for another name{0}")]
    WrongName(Shown),
    /// Nobody that is known vouches for it.
    #[error("{0}")]
    UnknownIssuer(Shown),
    /// It is an authority's own.
    #[error("it is that of an authority, which vouches for itself; ask for one that an authority has issued")]
    IsAuthority,
    /// It was taken back.
    #[error("it was revoked")]
    Revoked,
    /// Something else.
    #[error("{0}")]
    Other(Shown),
}

impl HttpError {
    /// Tells whether asking again may help.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Name(error) => !matches!(error, ResolveError::Name(_) | ResolveError::Cancelled),
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Cut { .. } | Self::Other { .. } => true,
            _ => false,
        }
    }

    pub(super) fn authorities(path: &Path, why: &str) -> Self {
        Self::Authorities { path: path.to_owned(), why: Shown::line_limited(why, MOST_WORDS) }
    }

    /// Says why no client could be made.
    pub(super) fn client(error: &reqwest::Error, trust: &Trust) -> Self {
        let why = words(error);
        match trust {
            Trust::File(path) => Self::Authorities { path: path.clone(), why },
            Trust::System | Trust::Anything => Self::Client(why),
        }
    }

    /// Says what a client's error means.
    pub(super) fn of(error: &reqwest::Error, url: &Url, about: About) -> Self {
        let host = host_of(url);
        for cause in causes(error) {
            if let Some(fault) = cause.downcast_ref::<rustls::Error>() {
                return of_tls(fault, host, about);
            }
            if let Some(fault) = cause.downcast_ref::<ResolveError>() {
                return Self::Name(fault.clone());
            }
            if let Some(why) = cause.to_string().strip_prefix("tunnel error: ") {
                return Self::Proxy { host, why: Shown::line_limited(why, MOST_WORDS) };
            }
        }
        if error.is_timeout() {
            return Self::TimedOut { host };
        }
        let fault =
            causes(error).find_map(|cause| cause.downcast_ref::<io::Error>().map(|error| (error.kind(), cause)));
        match fault {
            _ if error.is_connect() => Self::Unreachable { host, why: unreachable(error, about) },
            Some((io::ErrorKind::TimedOut, _)) => Self::TimedOut { host },
            Some((io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData, cause)) => {
                Self::Garbage { host, why: Shown::line_limited(&cause.to_string(), MOST_WORDS) }
            }
            Some((_, cause)) => Self::Cut { host, why: Shown::line_limited(&cause.to_string(), MOST_WORDS) },
            None => of_protocol(error, host),
        }
    }
}

/// Says what a failure without a cause in the system or in TLS means.
fn of_protocol(error: &reqwest::Error, host: Shown) -> HttpError {
    let all: Vec<_> = causes(error).map(ToString::to_string).collect();
    let has = |words: &[&str]| all.iter().any(|cause| words.iter().any(|word| cause.contains(word)));
    let why = words(error);
    if has(&["before message completed", "end of file before message length", "unexpected EOF", "error reading a body"])
    {
        HttpError::Cut { host, why }
    } else if has(&["parsed", "too large", "invalid chunk", "Invalid chunk", "unexpected message", "overflow"]) {
        HttpError::Garbage { host, why }
    } else {
        HttpError::Other { host, why }
    }
}

fn unreachable(error: &reqwest::Error, about: About) -> Shown {
    let kinds = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>().map(io::Error::kind));
    let kind = kinds.filter(|kind| *kind != io::ErrorKind::Other).last();
    let mut why = match kind {
        Some(io::ErrorKind::ConnectionRefused) => Shown::ours("the connection is refused; nobody listens there"),
        Some(io::ErrorKind::NetworkUnreachable) => Shown::ours("this machine has no way to its network"),
        Some(io::ErrorKind::HostUnreachable) => Shown::ours("there is no way to it"),
        Some(io::ErrorKind::UnexpectedEof) => {
            Shown::ours("it ends the connection before it is safe; does it speak TLS there?")
        }
        _ => words(error),
    };
    if about.has_proxy {
        why.push(&Shown::ours("; the environment names a proxy, which may be what is meant"));
    }
    why
}

fn of_tls(error: &rustls::Error, host: Shown, about: About) -> HttpError {
    match error {
        rustls::Error::InvalidCertificate(fault) => {
            HttpError::Certificate { host, fault: of_certificate(fault, about) }
        }
        rustls::Error::InvalidMessage(_) => {
            HttpError::Tls { host, why: Shown::ours("it does not speak TLS there; is it http, or another port?") }
        }
        other => HttpError::Tls { host, why: Shown::line_limited(&other.to_string(), MOST_WORDS) },
    }
}

fn of_certificate(error: &CertificateError, about: About) -> CertificateFault {
    match error {
        CertificateError::Expired => CertificateFault::Expired(Shown::default()),
        CertificateError::ExpiredContext { not_after, .. } => CertificateFault::Expired(day(" on", *not_after)),
        CertificateError::NotValidYet => CertificateFault::NotYet(Shown::default()),
        CertificateError::NotValidYetContext { not_before, .. } => {
            CertificateFault::NotYet(day(", only from", *not_before))
        }
        CertificateError::NotValidForName => CertificateFault::WrongName(Shown::default()),
        CertificateError::NotValidForNameContext { presented, .. } => CertificateFault::WrongName(names(presented)),
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer(unknown_issuer(about)),
        CertificateError::Revoked => CertificateFault::Revoked,
        other => {
            let text = other.to_string();
            match text.contains("CaUsedAsEndEntity") {
                true => CertificateFault::IsAuthority,
                false => CertificateFault::Other(Shown::line_limited(&text, MOST_WORDS)),
            }
        }
    }
}

fn unknown_issuer(about: About) -> Shown {
    Shown::ours(match about {
        About { has_file: true, .. } => {
            "no authority of the file that is given has issued it, or one in between is missing"
        }
        About { has_no_roots: true, .. } => {
            "this machine has no certificate authorities; install them (ca-certificates), or give a file with `ca`"
        }
        About { .. } => {
            "no authority that this machine knows has issued it; if it is your own authority's, give its file with `ca`"
        }
    })
}

fn day(before: &str, time: UnixTime) -> Shown {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let date = chrono::DateTime::from_timestamp(seconds, 0);
    date.map_or_else(Shown::default, |date| Shown::line(&format!("{before} {}", date.format("%Y-%m-%d %H:%M UTC"))))
}

/// Lists a few of the names that a certificate has.
fn names(presented: &[String]) -> Shown {
    let name = |text: &String| {
        let text = text.strip_prefix("DnsName(\"").and_then(|text| text.strip_suffix("\")")).unwrap_or(text);
        Shown::line_limited(text, 80).to_string()
    };
    let some: Vec<_> = presented.iter().take(3).map(name).collect();
    match some.is_empty() {
        true => Shown::default(),
        false => Shown::line(&format!(": {}", some.join(", "))),
    }
}

/// Walks all causes, and what the system's errors hold.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error)).take(MOST_CAUSES)
}

fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    // An error of the system's kind passes over what it holds to that one's cause.
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(held) => Some(held),
        None => error.source(),
    }
}

/// Gives the deepest cause that says something; those above say less.
fn words(error: &reqwest::Error) -> Shown {
    let said = causes(error).map(ToString::to_string).filter(|said| !said.is_empty()).last();
    Shown::line_limited(&said.unwrap_or_default(), MOST_WORDS)
}

/// Shows an address without what may be secret in it.
pub(in crate::exec) fn shown_url(url: &Url) -> Shown {
    let more = if url.query().is_some() { "?…" } else { "" };
    Shown::line_limited(&format!("{}{}{more}", url.origin().ascii_serialization(), url.path()), 300)
}

fn host_of(url: &Url) -> Shown {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Shown::line_limited(&format!("{host}{port}"), 260)
}
