//! Lines of both files, and what they mean.

use proptest::prelude::*;

use super::super::MOST;
use super::*;

fn settings(text: &str) -> Settings {
    Settings::parse(text, 53, "bastion.site.example")
}

fn servers(text: &str) -> Vec<String> {
    settings(text).servers.iter().map(ToString::to_string).collect()
}

fn hosts(text: &str, name: &str) -> Vec<String> {
    in_hosts(text, name).iter().map(ToString::to_string).collect()
}

#[test]
fn each_line_of_hosts_gives_its_names_an_address() {
    let text = "# 10.0.0.9 db\n127.0.0.1\tlocalhost\n 10.0.0.1  db.example DB # db2\n\n10.0.0.2 web db\n2001:db8::1 db\n\
                10.0.0.1 db\nfe80::1%eth0 db\n300.0.0.1 db\n10.0.0.3\n10.0.0.4 dbx xdb #db\n";
    let cases: [(&str, &[&str]); 9] = [
        ("db", &["10.0.0.1", "10.0.0.2", "2001:db8::1"]),
        ("DB.Example", &["10.0.0.1"]),
        ("localhost", &["127.0.0.1"]),
        ("web", &["10.0.0.2"]),
        ("db2", &[]),
        ("10.0.0.3", &[]),
        ("example", &[]),
        ("", &[]),
        ("dbx", &["10.0.0.4"]),
    ];
    for (name, addresses) in cases {
        assert_eq!(hosts(text, name), addresses, "{name}");
    }
    let many: String = (0..=255).map(|last| format!("10.0.0.{last} many\n")).collect();
    assert_eq!(hosts(&many, "many").len(), MOST);
}

#[test]
fn name_servers_are_the_first_three_that_are_addresses() {
    let cases: [(&str, &[&str]); 9] = [
        ("nameserver 10.0.0.1\nnameserver 10.0.0.2", &["10.0.0.1:53", "10.0.0.2:53"]),
        ("nameserver\t10.0.0.1  # ours\r\n", &["10.0.0.1:53"]),
        ("nameserver ::1\nnameserver fe80::1%2", &["[::1]:53", "[fe80::1%2]:53"]),
        ("nameserver fe80::1%eth0\nnameserver dns.example\nnameserver", &[]),
        ("#nameserver 10.0.0.1\n;nameserver 10.0.0.2\n # nameserver 10.0.0.3", &[]),
        (" nameserver 10.0.0.1", &[]),
        ("nameservers 10.0.0.1\nNAMESERVER 10.0.0.1", &[]),
        (
            "nameserver x\nnameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4",
            &["1.1.1.1:53", "1.1.1.2:53", "1.1.1.3:53"],
        ),
        ("", &[]),
    ];
    for (text, wanted) in cases {
        assert_eq!(servers(text), wanted, "{text:?}");
    }
}

#[test]
fn options_are_held_to_what_is_reasonable() {
    let said = |text: &str| {
        let settings = settings(text);
        (settings.ndots, settings.timeout.as_secs(), settings.attempts, settings.is_stream)
    };
    let cases = [
        ("", (1, 5, 2, false)),
        ("options ndots:3 timeout:2 attempts:4 use-vc", (3, 2, 4, true)),
        ("options ndots:99 timeout:99 attempts:99", (15, 30, 5, false)),
        ("options timeout:0 attempts:0 ndots:0", (0, 1, 1, false)),
        ("options ndots:x timeout: attempts:-1 rotate edns0 ndots", (1, 5, 2, false)),
        ("options ndots:2\noptions timeout:3", (2, 3, 2, false)),
    ];
    for (text, wanted) in cases {
        assert_eq!(said(text), wanted, "{text:?}");
    }
}

#[test]
fn a_short_name_is_looked_for_in_the_domains_first_and_a_long_one_as_it_is() {
    let cases: [(&str, &str, &[&str]); 9] = [
        ("search a.example b.example.", "web", &["web.a.example", "web.b.example", "web"]),
        ("search a.example", "web.b", &["web.b", "web.b.a.example"]),
        ("search a.example\noptions ndots:2", "web.b", &["web.b.a.example", "web.b"]),
        ("search a.example", "web.", &["web"]),
        ("search a.example\ndomain b.example", "web", &["web.b.example", "web"]),
        ("domain b.example\nsearch C.example", "web", &["web.c.example", "web"]),
        ("", "web", &["web.site.example", "web"]),
        ("search .", "web", &["web"]),
        ("options ndots:0", "web", &["web", "web.site.example"]),
    ];
    for (text, name, wanted) in cases {
        assert_eq!(settings(text).candidates(name), wanted, "{text:?} {name}");
    }
    assert_eq!(Settings::parse("", 53, "bastion").candidates("web"), ["web"]);
    let many: String = (0..100).map(|number| format!(" d{number}")).collect();
    assert_eq!(settings(&format!("search{many}")).candidates("web").len(), MOST_DOMAINS + 1);
}

proptest! {
    #[test]
    fn no_file_is_too_odd(text in "(nameserver|search|options|[ -~]|\\PC|[\t\n ])*", name in "\\PC{0,40}") {
        let settings = settings(&text);
        prop_assert!(settings.servers.len() <= MOST_SERVERS && settings.candidates(&name).len() <= MOST_DOMAINS + 1);
        prop_assert!(in_hosts(&text, &name).len() <= MOST);
    }
}
