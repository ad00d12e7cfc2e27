//! A name server that does what a test tells it to: honest, silent, or a liar.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use simple_dns::rdata::{A, AAAA, CNAME, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};

/// For how long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Is what somebody asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub name: String,
    pub is_v6: bool,
    pub is_stream: bool,
    /// Who asked.
    pub from: SocketAddr,
    pub bytes: Vec<u8>,
}

impl Asked {
    fn read(bytes: &[u8], from: SocketAddr, is_stream: bool) -> Option<Self> {
        let packet = Packet::parse(bytes).ok()?;
        let question = packet.questions.first()?;
        let (name, is_v6) = (question.qname.to_string(), question.qtype == QTYPE::TYPE(TYPE::AAAA));
        Some(Self { name, is_v6, is_stream, from, bytes: bytes.to_vec() })
    }

    /// Answers with an error, or with nothing.
    pub fn code(&self, code: RCODE) -> Vec<u8> {
        let mut packet = Packet::parse(&self.bytes).unwrap().into_reply();
        *packet.rcode_mut() = code;
        packet.build_bytes_vec().unwrap()
    }

    /// Answers that more would have to be said than fits.
    pub fn cut(&self) -> Vec<u8> {
        let mut packet = Packet::parse(&self.bytes).unwrap().into_reply();
        packet.set_flags(PacketFlag::TRUNCATION);
        packet.build_bytes_vec().unwrap()
    }

    /// Answers with records: a name, and an address of the kind that was asked for or another name.
    pub fn with(&self, records: &[(&str, &str)]) -> Vec<u8> {
        let mut packet = Packet::parse(&self.bytes).unwrap().into_reply();
        for (name, data) in records {
            let data = match (data.parse(), self.is_v6) {
                (Ok(IpAddr::V4(address)), false) => RData::A(A { address: address.to_bits() }),
                (Ok(IpAddr::V6(address)), true) => RData::AAAA(AAAA { address: address.to_bits() }),
                (Ok(_), _) => continue,
                (Err(_), _) => RData::CNAME(CNAME(Name::new(data).unwrap())),
            };
            packet.answers.push(ResourceRecord::new(Name::new(name).unwrap(), CLASS::IN, 60, data));
        }
        packet.build_bytes_vec_compressed().unwrap()
    }

    /// Answers honestly: the name has these addresses.
    pub fn is(&self, addresses: &[&str]) -> Vec<u8> {
        let records: Vec<_> = addresses.iter().map(|address| (self.name.as_str(), *address)).collect();
        self.with(&records)
    }
}

type Answer = dyn Fn(&Asked) -> Vec<Vec<u8>> + Send + Sync;

/// A server; it ends with its owner.
pub struct NameServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    asked: Mutex<Vec<Asked>>,
    came: Condvar,
    is_over: AtomicBool,
}

impl NameServer {
    /// Answers each question with these messages, as datagrams; through a connection only the first is sent.
    pub fn new(answer: impl Fn(&Asked) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Self {
        let answer: Arc<Answer> = Arc::new(answer);
        // A port that is free for the one may be taken for the other.
        (0..100).find_map(|_| Self::start((Ipv4Addr::LOCALHOST, 0).into(), Arc::clone(&answer))).unwrap()
    }

    /// The same at a given address.
    pub fn at(address: SocketAddr, answer: impl Fn(&Asked) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self::start(address, Arc::new(answer)).unwrap_or_else(|| panic!("{address} is taken"))
    }

    fn start(address: SocketAddr, answer: Arc<Answer>) -> Option<Self> {
        let socket = UdpSocket::bind(address).ok()?;
        let address = socket.local_addr().unwrap();
        let listener = TcpListener::bind(address).ok()?;
        let server = Self { address, shared: Arc::default() };
        let (shared, by_datagram) = (Arc::clone(&server.shared), Arc::clone(&answer));
        thread::spawn(move || datagrams(&socket, &shared, &*by_datagram));
        let shared = Arc::clone(&server.shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.is_over.load(Ordering::Acquire) || one(stream, &shared, &*answer).is_none() {
                    break;
                }
            }
        });
        Some(server)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// The names that were asked for, each once, in their order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.asked().into_iter().map(|asked| asked.name).collect();
        names.dedup();
        names
    }

    /// Waits until somebody asked.
    pub fn wait(&self) {
        let asked = self.shared.asked.lock().unwrap();
        let (_asked, end) = self.shared.came.wait_timeout_while(asked, PATIENCE, |asked| asked.is_empty()).unwrap();
        assert!(!end.timed_out(), "nobody asked");
    }
}

impl Shared {
    fn take(&self, asked: &Asked) {
        self.asked.lock().unwrap().push(asked.clone());
        self.came.notify_all();
    }
}

fn datagrams(socket: &UdpSocket, shared: &Shared, answer: &Answer) {
    let mut buffer = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut buffer) {
        if shared.is_over.load(Ordering::Acquire) {
            break;
        }
        let Some(asked) = Asked::read(&buffer[..length], from, false) else { continue };
        shared.take(&asked);
        for message in answer(&asked) {
            let _ = socket.send_to(&message, from);
        }
    }
}

/// Answers what comes through a connection; nothing where the server is to end.
fn one(mut stream: TcpStream, shared: &Shared, answer: &Answer) -> Option<()> {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let from = stream.peer_addr().ok()?;
    let mut length = [0; 2];
    if stream.read_exact(&mut length).is_err() {
        return Some(());
    }
    let mut bytes = vec![0; u16::from_be_bytes(length).into()];
    let Some(asked) = stream.read_exact(&mut bytes).ok().and_then(|()| Asked::read(&bytes, from, true)) else {
        return Some(());
    };
    shared.take(&asked);
    if let Some(message) = answer(&asked).first() {
        let length = u16::try_from(message.len()).unwrap();
        let _ = stream.write_all(&[&length.to_be_bytes()[..], message].concat());
    }
    Some(())
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        let any =
            if self.address.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
        let _ = UdpSocket::bind((any, 0)).and_then(|socket| socket.send_to(b"over", self.address));
        let _ = TcpStream::connect_timeout(&self.address, PATIENCE);
    }
}
