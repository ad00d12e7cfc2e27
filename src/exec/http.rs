//! The one place that makes HTTP clients, and the one that looks names up.
//!
//! TLS is rustls with ring; the authorities are the machine's or those of a file, and any certificate
//! will do only when that is said. Names are never resolved through libc, which a static binary cannot
//! do: [`Resolver`] asks `getent` in a child, or the machine's name servers where there is none. Redirects
//! are followed here, and not by the client, so that what a request carries goes to no other server. What
//! an answer means is for the caller.

mod ask;
mod error;
mod resolve;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, redirect, retry};

pub use ask::{Answer, Request};
pub use error::{CertificateFault, HttpError};
pub use resolve::{HostFiles, ResolveError, Resolver, addresses};

/// How many headers of an answer are taken; all of them together are held to a few hundred KiB by the client.
const MOST_HEADERS: usize = 128;
/// The longest file of authorities that is read.
const MOST_AUTHORITIES: u64 = 16 * 1024 * 1024;

/// Says which certificates are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Those that an authority of this machine vouches for.
    #[default]
    System,
    /// Those that an authority of this file vouches for, and no others.
    File(PathBuf),
    /// Any: it is not known who answers.
    Anything,
}

/// Says how a client goes about it; clients of equal settings may be shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Which certificates are trusted.
    pub trust: Trust,
    /// How long connecting may take, with looking the name up and the TLS handshake.
    pub connect: Duration,
    /// How long a server may be silent.
    pub idle: Duration,
    /// Whether each request has a connection of its own.
    pub fresh: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let (connect, idle) = (Duration::from_secs(20), Duration::from_secs(60));
        Self { trust: Trust::System, connect, idle, fresh: false }
    }
}

/// Asks web servers; a copy shares its connections.
#[derive(Clone, Debug)]
pub struct Web {
    client: Client,
    /// What belongs to the words of its errors.
    about: About,
}

/// Is what the words of an error may have to say of the client.
#[derive(Clone, Copy, Debug, Default)]
struct About {
    /// This machine has no authorities.
    has_no_roots: bool,
    /// The authorities are those of a file.
    has_file: bool,
    /// The environment names a proxy.
    has_proxy: bool,
}

impl Web {
    /// Makes a client; it opens nothing yet.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the file of authorities.
    pub fn new(settings: &Settings) -> Result<Self, HttpError> {
        install_provider();
        let mut about = About { has_proxy: has_proxy(), ..About::default() };
        let builder = || prepared(settings);
        let client = match &settings.trust {
            Trust::System => builder().build().or_else(|_| {
                // Without any authority of the machine's no client is made, not even for plain http.
                about.has_no_roots = true;
                builder().tls_certs_only([]).build()
            }),
            Trust::File(path) => {
                about.has_file = true;
                builder().tls_certs_only(authorities(path)?).build()
            }
            Trust::Anything => builder().tls_danger_accept_invalid_certs(true).build(),
        };
        match client {
            Ok(client) => Ok(Self { client, about }),
            Err(error) => Err(HttpError::client(&error, &settings.trust)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that makes clients")]
fn prepared(settings: &Settings) -> ClientBuilder {
    let idle_connections = if settings.fresh { 0 } else { 2 };
    // Less than for all of connecting, so that who looks names up ends by itself, and says what it was.
    let looking_up = settings.connect * 3 / 4;
    Client::builder()
        .user_agent(concat!("mop/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(Resolver::new(looking_up)))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .tls_info(true)
        .http1_max_headers(MOST_HEADERS)
        .pool_max_idle_per_host(idle_connections)
        .pool_idle_timeout(Duration::from_secs(30))
        .connect_timeout(settings.connect)
        .read_timeout(settings.idle)
}

/// Says once what does the cryptography; the first client panics without.
fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else's choice, made before, would do as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn has_proxy() -> bool {
    let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    names.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Reads the authorities of a file, in PEM.
fn authorities(path: &Path) -> Result<Vec<Certificate>, HttpError> {
    let bytes = read_regular(path).map_err(|why| HttpError::authorities(path, &why.to_string()))?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if found.is_empty() => Err(HttpError::authorities(path, "it holds no certificate in PEM")),
        Ok(found) => Ok(found),
        Err(_) => Err(HttpError::authorities(path, "its certificates cannot be read")),
    }
}

/// Reads a file that is one: a pipe would keep us waiting, and a device would never end.
fn read_regular(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = std::fs::OpenOptions::new().read(true).custom_flags(nonblocking).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    file.take(MOST_AUTHORITIES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
