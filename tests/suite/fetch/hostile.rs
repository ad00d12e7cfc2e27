//! Servers that speak garbage, lie about lengths, or never end.

use std::io::Write;
use std::net::TcpListener;

use mop::exec::fetch::{How, Limits, Order};
use proptest::prelude::*;

use super::ground::{Ground, bytes, fetch, why};
use super::site::{Site, head, put};

static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

fn zeros(out: &mut dyn Write, count: u64) {
    for _ in 0..count / ZEROS.len() as u64 {
        if out.write_all(&ZEROS).is_err() {
            return;
        }
    }
}

#[test]
fn ten_gigabytes_of_zeros_are_not_taken() {
    let count = 10_000_000_000;
    let told = Site::new(move |_, _, out| {
        put(out, head("200 OK", 10_000_000_000, ""));
        zeros(out, count);
    });
    let untold = Site::new(move |_, _, out| {
        put(out, "HTTP/1.1 200 OK\r\n\r\n");
        zeros(out, count);
    });
    let limited = |ground: &Ground, site: &Site| {
        let order = ground.order(&site.url("/"));
        Order { limits: Limits { most: 1_000_000, ..order.limits }, ..order }
    };
    let ground = Ground::new();
    let end = fetch(limited(&ground, &told));
    assert!(why(&end).contains("976.5 KiB (1000000 bytes)") && end.received == 0, "{end}");
    let end = fetch(limited(&ground, &untold));
    assert!(why(&end).contains("say its size to let more in") && end.bytes <= 1_000_000, "{end}");
    let end = fetch(Order { size: Some(500_000), ..ground.order(&untold.url("/")) });
    assert!(why(&end).contains("more comes than") && end.bytes <= 500_000, "{end}");
    assert!(std::fs::metadata(ground.at("file.part")).unwrap().len() <= 500_000);
}

#[test]
fn a_disk_without_room_is_told_before_anything_comes() {
    let site = Site::new(|_, _, out| put(out, head("200 OK", 1 << 60, "")));
    let ground = Ground::new();
    let order = ground.order(&site.url("/"));
    let end = fetch(Order { limits: Limits { most: u64::MAX, ..order.limits }, ..order });
    assert!(why(&end).starts_with("the disk has no room for it: 1048576.0 TiB"), "{end}");
    assert!(ground.names().is_empty());
}

#[test]
fn a_length_that_is_too_long_is_a_cut_and_one_that_is_too_short_ends_it() {
    let (ground, data) = (Ground::new(), bytes(100));
    let sent = data.clone();
    let long = Site::new(move |_, _, out| {
        put(out, head("200 OK", 1000, ""));
        put(out, &sent);
    });
    let end = fetch(ground.order(&long.url("/")));
    assert!(why(&end).starts_with("given up after 4 tries:") && end.bytes == 100, "{end}");
    let (ground, sent) = (Ground::new(), data.clone());
    let short = Site::new(move |_, _, out| {
        put(out, head("200 OK", 10, ""));
        put(out, &sent);
    });
    assert_eq!(fetch(ground.order(&short.url("/"))).how, How::Done);
    assert_eq!(ground.file(), data[..10]);
}

#[test]
fn what_ends_without_a_length_is_held_to_the_size_that_is_wanted() {
    let ground = Ground::new();
    let site = Site::new(|_, _, out| put(out, "HTTP/1.0 200 OK\r\n\r\nhello"));
    assert!(fetch(ground.order(&site.url("/"))).is_good());
    let ground = Ground::new();
    let end = fetch(Order { size: Some(6), ..ground.order(&site.url("/")) });
    assert!(why(&end).contains("less than it said") && end.bytes == 5, "{end}");
}

#[test]
fn garbage_is_called_garbage() {
    let endless = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-A: b\r\n".repeat(10_000));
    let wide = format!("HTTP/1.1 200 OK\r\nX-A: {}\r\n\r\n", "b".repeat(2_000_000));
    let answers = [
        "SSH-2.0-OpenSSH_9.6\r\n".to_owned(),
        "\u{0}\u{1}\u{2}\u{1b}[31m".repeat(1000),
        "HTTP/1.1 two hundred\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nx".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx".to_owned(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx".to_owned(),
        endless,
        wide,
    ];
    for answer in answers {
        let (ground, start) = (Ground::new(), answer.chars().take(60).collect::<String>());
        let site = Site::new(move |_, _, out| put(out, &answer));
        let end = fetch(ground.order(&site.url("/")));
        assert!(why(&end).contains("is no HTTP") && !why(&end).contains('\u{1b}'), "{start:?}: {end}");
        assert_eq!(end.retries, 0, "asking again would not help");
        assert!(ground.names().is_empty());
    }
}

#[test]
fn a_server_that_is_not_there_is_named_with_what_to_look_at() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let ground = Ground::new();
    let end = fetch(ground.order(&format!("http://{address}/")));
    let words = format!("{address} cannot be reached: the connection is refused; nobody listens there");
    assert!(why(&end).contains(&words), "{end}");
    let end = fetch(ground.order("http://no-such-host.invalid/"));
    assert!(why(&end).contains("no-such-host.invalid"), "{end}");
    let silent = Site::new(|_, _, _| {});
    let end = fetch(ground.order(&silent.url("/")));
    assert!(why(&end).contains("ended the connection in the middle"), "{end}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_server_says_there_is_an_end_and_never_a_wrong_file(answer in proptest::collection::vec(any::<u8>(), 0..400), is_http in any::<bool>()) {
        let ground = Ground::new();
        let site = Site::new(move |_, _, out| {
            if is_http {
                put(out, "HTTP/1.1 200 OK\r\n");
            }
            put(out, &answer);
        });
        let end = fetch(Order { sha256: Some("0".repeat(64)), ..ground.order(&site.url("/")) });
        prop_assert!(!end.is_good());
        prop_assert!(!ground.at("file").exists());
        prop_assert!(end.to_string().chars().all(|c| !c.is_control()));
    }
}
