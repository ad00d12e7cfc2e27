//! Names where no `getent` is: what the machine's files and its name servers say, and who is not believed.

use std::fs;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use mop::exec::http::{HostFiles, ResolveError};
use mop::exec::process::Cancel;
use simple_dns::RCODE;

use crate::ground::Ground;

pub mod server;
use server::{Asked, NameServer, PATIENCE};

/// A time that is over before a test is, and long enough for who answers.
const SHORT: Duration = Duration::from_millis(600);

/// What a name server sends for a question.
type Answer = fn(&Asked) -> Vec<Vec<u8>>;

/// The files of a machine.
struct Machine {
    ground: Ground,
    port: u16,
}

impl Machine {
    /// Has these hosts and these lines about name servers.
    fn new(hosts: &str, resolv: &str, port: u16) -> Self {
        let ground = Ground::new();
        fs::write(ground.at("hosts"), hosts).unwrap();
        fs::write(ground.at("resolv.conf"), resolv).unwrap();
        Self { ground, port }
    }

    /// Has no hosts, and this name server.
    fn with(server: &NameServer) -> Self {
        Self::new("", "nameserver 127.0.0.1\n", server.address.port())
    }

    fn files(&self) -> HostFiles {
        let (hosts, resolv) = (self.ground.at("hosts"), self.ground.at("resolv.conf"));
        HostFiles { hosts, resolv, port: self.port, own_name: "bastion".to_owned() }
    }

    fn look_within(&self, name: &str, limit: Duration) -> Result<Vec<String>, ResolveError> {
        let found = self.files().addresses(name, limit, &Cancel::new())?;
        Ok(found.iter().map(IpAddr::to_string).collect())
    }

    fn look(&self, name: &str) -> Result<Vec<String>, ResolveError> {
        self.look_within(name, PATIENCE)
    }

    fn why(&self, name: &str) -> String {
        self.look(name).unwrap_err().to_string()
    }
}

/// Knows one address of every name.
fn honest() -> NameServer {
    NameServer::new(|asked| vec![asked.is(&["10.0.0.1"])])
}

/// The same name server at another address of this machine.
fn beside(server: &NameServer, address: &str, answer: Answer) -> NameServer {
    NameServer::at(SocketAddr::new(address.parse().unwrap(), server.address.port()), answer)
}

#[test]
fn both_kinds_of_address_are_found_and_the_older_ones_stand_first() {
    let server = NameServer::new(|asked| vec![asked.is(&["2001:db8::1", "10.0.0.1", "10.0.0.2"])]);
    let found = Machine::with(&server).look("db.example").unwrap();
    assert_eq!(found, ["10.0.0.1", "10.0.0.2", "2001:db8::1"]);
    let asked = server.asked();
    assert!(asked.len() == 2 && asked.iter().all(|asked| asked.name == "db.example" && !asked.is_stream));
    assert_ne!(asked[0].from, asked[1].from, "each question has a port of its own");
    assert_ne!(asked[0].bytes[..2], asked[1].bytes[..2], "and a number of its own, but for once in a long time");
}

#[test]
fn what_stands_in_hosts_is_asked_of_nobody() {
    let server = honest();
    let machine = Machine::new("10.0.0.7 db db.example\n", "nameserver 127.0.0.1\n", server.address.port());
    for name in ["db", "DB.example", "db.example."] {
        assert_eq!(machine.look(name).unwrap(), ["10.0.0.7"], "{name}");
    }
    assert_eq!(machine.look("localhost").unwrap(), ["127.0.0.1", "::1"]);
    assert_eq!(machine.look("a.LocalHost.").unwrap(), ["127.0.0.1", "::1"]);
    assert!(server.asked().is_empty());
    assert_eq!(machine.look("web").unwrap(), ["10.0.0.1"]);
}

#[test]
fn a_short_name_is_asked_for_in_its_domains_until_one_knows_it() {
    let server = NameServer::new(|asked| match asked.name.as_str() {
        "web.b.example" => vec![asked.is(&["10.0.0.2"])],
        "web.c.example" => vec![asked.is(&["10.0.0.3"])],
        "web.a.example" => vec![asked.code(RCODE::NameError)],
        _ => vec![asked.is(&[])],
    });
    let resolv = "nameserver 127.0.0.1\nsearch a.example b.example c.example\noptions ndots:2\n";
    let machine = Machine::new("", resolv, server.address.port());
    assert_eq!(machine.look("web").unwrap(), ["10.0.0.2"]);
    assert_eq!(server.names(), ["web.a.example", "web.b.example"]);
    assert!(matches!(machine.look("web."), Err(ResolveError::Unknown(_))));
    assert_eq!(server.names().last().unwrap(), "web");
}

#[test]
fn a_name_that_nobody_knows_is_told_and_no_second_server_is_asked() {
    let server = NameServer::new(|asked| vec![asked.code(RCODE::NameError)]);
    let other = beside(&server, "127.0.0.2", |asked| vec![asked.is(&["10.0.0.2"])]);
    let machine = Machine::new("", "nameserver 127.0.0.1\nnameserver 127.0.0.2\n", server.address.port());
    assert_eq!(
        machine.why("db.example"),
        "no address is known for db.example: look at the name, and at this machine's DNS"
    );
    assert!(other.asked().is_empty() && server.asked().len() == 2);
}

#[test]
fn aliases_are_followed_also_where_another_question_is_needed() {
    let server = NameServer::new(|asked| match asked.name.as_str() {
        "www.example" => vec![asked.with(&[("www.example", "a.example"), ("a.example", "b.example")])],
        "b.example" => vec![asked.with(&[("b.example", "c.example"), ("c.example", "10.0.0.3")])],
        other => panic!("{other}"),
    });
    assert_eq!(Machine::with(&server).look("www.example").unwrap(), ["10.0.0.3"]);
}

#[test]
fn aliases_without_end_are_given_up() {
    let in_one = NameServer::new(|asked| vec![asked.with(&[("a.example", "b.example"), ("b.example", "a.example")])]);
    let by_turns = NameServer::new(|asked| {
        let next = if asked.name == "a.example" { "b.example" } else { "a.example" };
        vec![asked.with(&[(&asked.name, next)])]
    });
    for server in [&in_one, &by_turns] {
        let why = Machine::with(server).why("a.example");
        assert!(why.contains("an alias of an alias, and so on without end"), "{why}");
    }
    assert!(by_turns.asked().len() <= 32, "{}", by_turns.asked().len());
}

#[test]
fn an_answer_that_is_cut_is_asked_for_through_a_connection() {
    let server = NameServer::new(|asked| match asked.is_stream {
        true => vec![asked.is(&["10.0.0.4"])],
        false => vec![asked.cut()],
    });
    assert_eq!(Machine::with(&server).look("db.example").unwrap(), ["10.0.0.4"]);
    assert_eq!(server.asked().iter().filter(|asked| asked.is_stream).count(), 2);
    let resolv = "nameserver 127.0.0.1\noptions use-vc\n";
    let only_streams = Machine::new("", resolv, server.address.port());
    let before = server.asked().len();
    assert_eq!(only_streams.look("db.example").unwrap(), ["10.0.0.4"]);
    assert!(server.asked()[before..].iter().all(|asked| asked.is_stream));
}

#[test]
fn a_connection_that_ends_early_or_says_something_else_is_told() {
    let cases: [(Answer, &str); 3] = [
        (|_| Vec::new(), "ends its answer in the middle"),
        (|asked| vec![asked.bytes.clone()], "answers something else than what it is asked"),
        (|asked| vec![asked.cut()], "cuts its answer short"),
    ];
    for (answer, words) in cases {
        let server = NameServer::new(answer);
        let resolv = "nameserver 127.0.0.1\noptions use-vc\n";
        let why = Machine::new("", resolv, server.address.port()).why("db.example");
        assert!(why.contains(words), "{why}");
    }
}

/// Answers nothing that fits: another number, another question, a question, pointers in a circle, junk, too much.
fn lies(asked: &Asked) -> Vec<Vec<u8>> {
    let lie = asked.is(&["6.6.6.6", "66::6"]);
    let altered = |at: usize, by: u8| {
        let mut lie = lie.clone();
        lie[at] ^= by;
        lie
    };
    let mut circle = asked.bytes.clone();
    circle[2] |= 0x80;
    circle.splice(12..14, [0xC0, 12]);
    let huge = [lie.clone(), vec![0; 50_000]].concat();
    let many = [&lie[..6], &[0xFF; 6], &lie[12..]].concat();
    vec![
        altered(0, 0xFF),
        altered(1, 1),
        altered(13, 1),
        altered(2, 0x80),
        circle,
        lie[..lie.len() - 1].to_vec(),
        vec![0xFF; 300],
        Vec::new(),
        huge[..40_000].to_vec(),
        many,
    ]
}

#[test]
fn what_is_no_answer_to_the_question_is_passed_over() {
    let server = NameServer::new(|asked| {
        // The right answer, from somebody who was not asked.
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        let _ = other.send_to(&asked.is(&["6.6.6.7", "66::7"]), asked.from);
        let few = |lies: Vec<Vec<u8>>| lies.into_iter().filter(|lie| lie.len() < 4000);
        few(lies(asked)).chain([asked.is(&["10.0.0.5"])]).collect()
    });
    assert_eq!(Machine::with(&server).look("db.example").unwrap(), ["10.0.0.5"]);
}

#[test]
fn of_a_liar_alone_nothing_is_believed() {
    for number in 0..8 {
        let server = NameServer::new(move |asked| vec![lies(asked).remove(number)]);
        let found = Machine::with(&server).look_within("db.example", SHORT);
        assert!(matches!(found, Err(ResolveError::TimedOut { .. })), "{number}: {found:?}");
    }
}

#[test]
fn a_long_answer_is_taken_up_to_its_bound() {
    let server = NameServer::new(|asked| match asked.is_stream {
        true => {
            let addresses: Vec<_> = (0..3000).map(|n| format!("10.0.{}.{}", n / 256, n % 256)).collect();
            vec![asked.is(&addresses.iter().map(String::as_str).collect::<Vec<_>>())]
        }
        false => vec![asked.cut()],
    });
    assert_eq!(Machine::with(&server).look("db.example").unwrap().len(), 64);
}

#[test]
fn a_server_that_fails_or_is_silent_is_passed_over_for_the_next() {
    let answers: [Answer; 4] = [
        |asked| vec![asked.code(RCODE::ServerFailure)],
        |asked| vec![asked.code(RCODE::Refused)],
        |asked| {
            vec![
                asked.code(RCODE::FormatError)[..12]
                    .iter()
                    .enumerate()
                    .map(|(at, byte)| byte & !u8::from(at == 5))
                    .collect(),
            ]
        },
        |_| Vec::new(),
    ];
    for answer in answers {
        let server = NameServer::new(answer);
        let _other = beside(&server, "127.0.0.2", |asked| vec![asked.is(&["10.0.0.2"])]);
        let resolv = "nameserver 127.0.0.1\nnameserver 127.0.0.2\noptions timeout:1\n";
        let machine = Machine::new("", resolv, server.address.port());
        assert_eq!(machine.look("db.example").unwrap(), ["10.0.0.2"]);
        assert!(!server.asked().is_empty());
    }
}

#[test]
fn who_cannot_tell_is_named_and_no_other_domain_is_tried() {
    let server = NameServer::new(|asked| match asked.name.as_str() {
        "db.prod.example" => vec![asked.code(RCODE::ServerFailure)],
        _ => vec![asked.is(&["10.6.6.6"])],
    });
    let resolv = "nameserver 127.0.0.1\nsearch prod.example example\n";
    let machine = Machine::new("", resolv, server.address.port());
    let why = machine.why("db");
    assert!(
        why.starts_with("db cannot be looked up: the name server 127.0.0.1 of this machine cannot tell (SERVFAIL)"),
        "{why}"
    );
    assert_eq!(server.names(), ["db.prod.example"]);
    let (refuses, nobody) = (NameServer::new(|asked| vec![asked.code(RCODE::Refused)]), 1);
    assert!(Machine::with(&refuses).why("db.example").contains("refuses to tell (REFUSED)"));
    let why = Machine::new("", "nameserver 127.0.0.1\n", nobody).why("db.example");
    assert!(why.contains("the name server 127.0.0.1 of this machine is none: nobody listens there"), "{why}");
}

#[test]
fn silence_is_told_with_how_long_it_was_and_every_server_was_asked() {
    let server = NameServer::new(|_| Vec::new());
    let other = beside(&server, "127.0.0.2", |_| Vec::new());
    let resolv = "nameserver 127.0.0.1\nnameserver 127.0.0.2\n";
    let machine = Machine::new("", resolv, server.address.port());
    let error = machine.look_within("db.example", SHORT).unwrap_err();
    assert_eq!(error.to_string(), "db.example was not looked up in 0.6 s: this machine's DNS does not answer");
    assert!(!server.asked().is_empty() && !other.asked().is_empty());
}

#[test]
fn one_kind_of_address_is_enough_when_nothing_is_said_of_the_other() {
    let mute = NameServer::new(|asked| if asked.is_v6 { Vec::new() } else { vec![asked.is(&["10.0.0.1"])] });
    assert_eq!(Machine::with(&mute).look("db.example").unwrap(), ["10.0.0.1"]);
    let fails = NameServer::new(|asked| match asked.is_v6 {
        true => vec![asked.is(&["2001:db8::1"])],
        false => vec![asked.code(RCODE::ServerFailure)],
    });
    assert_eq!(Machine::with(&fails).look("db.example").unwrap(), ["2001:db8::1"]);
}

#[test]
fn who_asked_and_goes_away_is_not_waited_for() {
    let server = NameServer::new(|_| Vec::new());
    let (machine, cancel) = (Machine::with(&server), Cancel::new());
    let (files, far) = (machine.files(), cancel.clone());
    let asking = thread::spawn(move || files.addresses("db.example", PATIENCE * 10, &far));
    server.wait();
    cancel.cancel();
    assert_eq!(asking.join().unwrap(), Err(ResolveError::Cancelled));
    let after = machine.files().addresses("localhost", PATIENCE, &cancel);
    assert_eq!(after, Err(ResolveError::Cancelled));
}

#[test]
fn where_no_name_server_is_named_none_is_asked_and_the_files_are_named() {
    let server = honest();
    let port = server.address.port();
    let machine = Machine::new("", "search a.example\n#nameserver 127.0.0.1\n", port);
    let (hosts, resolv) = (machine.ground.at("hosts"), machine.ground.at("resolv.conf"));
    let why = machine.why("db.example");
    let first =
        format!("db.example cannot be looked up: there is no `getent` here, {} does not have it", hosts.display());
    assert!(why.starts_with(&first), "{why}");
    assert!(why.contains(&format!("{} names no name server; write ", resolv.display())), "{why}");
    fs::remove_file(&resolv).unwrap();
    assert!(machine.why("db.example").contains("is not there; write "), "{}", machine.why("db.example"));
    fs::create_dir(&resolv).unwrap();
    assert!(machine.why("db.example").contains("cannot be read: it is no file"), "{}", machine.why("db.example"));
    fs::remove_file(&hosts).unwrap();
    assert_eq!(machine.look("localhost").unwrap(), ["127.0.0.1", "::1"]);
    fs::create_dir(&hosts).unwrap();
    assert!(machine.why("localhost").contains("hosts cannot be read: it is no file"), "{}", machine.why("localhost"));
    assert!(server.asked().is_empty());
}

#[test]
fn what_is_no_name_is_asked_of_nobody() {
    let server = honest();
    let machine = Machine::with(&server);
    for name in ["", ".", "-x", "a b", "a..b", "a\0b", r"a\046b", "ä.example", &"a".repeat(64)] {
        assert!(matches!(machine.look(name), Err(ResolveError::Name(_))), "{name:?}");
    }
    assert!(server.asked().is_empty());
}
