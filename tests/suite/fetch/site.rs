//! A web server that does what a test tells it to, and no more: honest by itself, and able to stall, cut and lie.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::reading::here;

/// For how long a connection may be silent before the server gives it up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a client asked.
#[derive(Clone, Debug)]
pub struct Ask {
    pub line: String,
    headers: Vec<(String, String)>,
}

impl Ask {
    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Where the wanted range begins.
    pub fn from(&self) -> usize {
        let range =
            self.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        range.unwrap_or(0)
    }

    fn read(from: &mut impl Read) -> Option<Self> {
        let mut lines = BufReader::new(from).lines();
        let line = lines.next()?.ok()?;
        let head = lines.map_while(Result::ok).take_while(|line| !line.is_empty());
        let headers =
            head.filter_map(|line| line.split_once(": ").map(|(a, b)| (a.to_owned(), b.to_owned()))).collect();
        Some(Self { line, headers })
    }
}

/// What is needed for TLS, and whether who comes first says whom he wants to speak to.
type Tls = Option<(Arc<ServerConfig>, bool)>;

type Serve = dyn Fn(usize, &Ask, &mut dyn Write) + Send + Sync;

/// A server; it ends with its owner.
pub struct Site {
    address: SocketAddr,
    scheme: &'static str,
    asked: Arc<Mutex<Vec<Ask>>>,
    is_over: Arc<AtomicBool>,
}

impl Site {
    /// Serves each connection: its number from 0, what was asked, and where to answer; the connection ends then.
    pub fn new(serve: impl Fn(usize, &Ask, &mut dyn Write) + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(serve), None)
    }

    /// The same behind TLS, with a certificate of `tests/certificates`.
    pub fn safe(certificate: &str, serve: impl Fn(usize, &Ask, &mut dyn Write) + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(serve), Some((config(certificate), false)))
    }

    /// Stands before every server, as a proxy does, and answers in its place with a certificate of `tests/certificates`.
    pub fn proxy(certificate: &str, serve: impl Fn(usize, &Ask, &mut dyn Write) + Send + Sync + 'static) -> Self {
        let mut site = Self::start(Arc::new(serve), Some((config(certificate), true)));
        site.scheme = "http";
        site
    }

    /// Serves the same bytes for every address, honestly.
    pub fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        Self::new(move |_, ask, out| whole(out, ask, &bytes))
    }

    fn start(serve: Arc<Serve>, tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let site = Self { address, scheme, asked: Arc::default(), is_over: Arc::default() };
        let (asked, is_over) = (Arc::clone(&site.asked), Arc::clone(&site.is_over));
        thread::spawn(move || {
            for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                if is_over.load(Ordering::Acquire) {
                    break;
                }
                let (serve, asked, tls) = (Arc::clone(&serve), Arc::clone(&asked), tls.clone());
                thread::spawn(move || one(number, stream, &*serve, (&asked, tls)));
            }
        });
        site
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// All that was asked so far.
    pub fn asked(&self) -> Vec<Ask> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        let _ = TcpStream::connect_timeout(&self.address, PATIENCE);
    }
}

fn one(number: usize, stream: TcpStream, serve: &Serve, (asked, tls): (&Mutex<Vec<Ask>>, Tls)) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let answer = |stream: &mut dyn ReadWrite| {
        let Some(ask) = Ask::read(&mut &mut *stream) else { return };
        asked.lock().unwrap().push(ask.clone());
        serve(number, &ask, &mut &mut *stream);
        let _ = stream.flush();
    };
    match tls {
        None => answer(&mut &stream),
        Some((config, is_proxy)) => {
            if is_proxy {
                // Nothing is read ahead: who comes waits for this answer before it says more.
                let Some(ask) = Ask::read(&mut &stream) else { return };
                asked.lock().unwrap().push(ask);
                put(&mut &stream, "HTTP/1.1 200 Connected\r\n\r\n");
            }
            let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
            answer(&mut stream);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    }
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

fn config(certificate: &str) -> Arc<ServerConfig> {
    let file = |name: &str| here(&format!("tests/certificates/{name}"));
    let chain = vec![CertificateDer::from_pem_file(file(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("leaf.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

/// Writes what may not arrive any more.
pub fn put(out: &mut dyn Write, bytes: impl AsRef<[u8]>) {
    let _ = out.write_all(bytes.as_ref()).and_then(|()| out.flush());
}

/// The head of an answer with its length.
pub fn head(status: &str, length: usize, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n")
}

/// Answers with all of a file, or the rest of it, as an honest server does.
pub fn whole(out: &mut dyn Write, ask: &Ask, bytes: &[u8]) {
    put(out, honest(ask, bytes, "\"v1\""));
    put(out, bytes.get(ask.from()..).unwrap_or_default());
}

/// The head that an honest server sends for a file with this tag.
pub fn honest(ask: &Ask, bytes: &[u8], tag: &str) -> String {
    let (from, total) = (ask.from(), bytes.len());
    let is_same = ask.header("if-range").is_none_or(|range| range == tag);
    let tag = format!("ETag: {tag}\r\n");
    if ask.header("range").is_none() || !is_same {
        head("200 OK", total, &tag)
    } else if from >= total {
        head("416 Range Not Satisfiable", 0, &format!("{tag}Content-Range: bytes */{total}\r\n"))
    } else {
        let range = format!("{tag}Content-Range: bytes {from}-{}/{total}\r\n", total - 1);
        head("206 Partial Content", total - from, &range)
    }
}
