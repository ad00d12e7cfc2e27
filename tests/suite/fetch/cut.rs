//! Connections that are cut, servers that stall, and going on where it was.

use std::fs;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use mop::exec::fetch::{How, Limits, Order, Phase, start};

use super::ground::{Ground, PATIENCE, bytes, end, fetch, sha256, until, why};
use super::site::{Ask, Site, head, honest, put, whole};

/// Sends a head, and then so many bytes of what should follow.
fn some(out: &mut dyn std::io::Write, ask: &Ask, data: &[u8], count: usize) {
    put(out, honest(ask, data, "\"v1\""));
    let from = ask.from();
    put(out, &data[from..(from + count).min(data.len())]);
}

#[test]
fn a_cut_download_goes_on_where_it_was() {
    let (ground, data) = (Ground::new(), bytes(500_000));
    let sent = data.clone();
    let site = Site::new(move |number, ask, out| match number {
        0..4 => some(out, ask, &sent, 100_000),
        _ => whole(out, ask, &sent),
    });
    let end = fetch(Order { sha256: Some(sha256(&data)), ..ground.order(&site.url("/")) });
    assert_eq!((&end.how, end.retries, end.received), (&How::Done, 4, 500_000), "{end}");
    assert_eq!(ground.file(), data);
    let from: Vec<_> = site.asked().iter().map(Ask::from).collect();
    assert_eq!(from, [0, 100_000, 200_000, 300_000, 400_000]);
    assert!(site.asked()[1..].iter().all(|ask| ask.header("if-range") == Some("\"v1\"")));
    assert_eq!(ground.names(), ["file"]);
}

#[test]
fn a_file_that_changed_meanwhile_begins_again() {
    let (ground, old, new) = (Ground::new(), bytes(1000), bytes(3000));
    let (first, second) = (old, new.clone());
    let site = Site::new(move |number, ask, out| match number {
        0 => some(out, ask, &first, 500),
        _ => {
            put(out, honest(ask, &second, "\"v2\""));
            put(out, &second);
        }
    });
    let end = fetch(ground.order(&site.url("/")));
    assert_eq!((&end.how, end.received), (&How::Done, 3500), "{end}");
    assert_eq!(ground.file(), new);
}

#[test]
fn without_a_mark_it_begins_again_each_time() {
    let (ground, data) = (Ground::new(), bytes(1000));
    let sent = data.clone();
    let site = Site::new(move |number, _, out| {
        put(out, head("200 OK", sent.len(), "ETag: W/\"weak\"\r\nAccept-Ranges: bytes\r\n"));
        put(out, &sent[..if number < 2 { 400 } else { 1000 }]);
    });
    assert!(fetch(ground.order(&site.url("/"))).is_good());
    assert_eq!(ground.file(), data);
    assert!(site.asked().iter().all(|ask| ask.header("range").is_none()));
}

#[test]
fn a_rest_that_is_none_is_not_taken() {
    for range in ["bytes 0-999/1000", "bytes 401-999/1000", "bytes 400-999/2000", "nonsense"] {
        let (ground, data) = (Ground::new(), bytes(1000));
        let (sent, range) = (data.clone(), format!("Content-Range: {range}\r\n"));
        let site = Site::new(move |number, ask, out| match number {
            0 => some(out, ask, &sent, 400),
            1 => {
                put(out, head("206 Partial Content", 600, &range));
                put(out, &sent[..600]);
            }
            _ => whole(out, ask, &sent),
        });
        assert!(fetch(ground.order(&site.url("/"))).is_good());
        assert_eq!(ground.file(), data);
    }
}

#[test]
fn who_starts_it_again_later_goes_on_with_the_part() {
    let (ground, data) = (Ground::new(), bytes(1000));
    let sent = data.clone();
    let site = Site::new(move |number, ask, out| match number {
        0 => some(out, ask, &sent, 400),
        1 => put(out, head("404 Not Found", 0, "")),
        _ => whole(out, ask, &sent),
    });
    let first = fetch(ground.order(&site.url("/a?secret")));
    assert!(why(&first).contains("404") && first.bytes == 400 && first.to_string().contains("file.part"), "{first}");
    assert_eq!(ground.names(), ["file.part", "file.part.note"]);
    let note = fs::read_to_string(ground.at("file.part.note")).unwrap();
    assert!(!note.contains("secret"), "{note}");
    let second = fetch(ground.order(&site.url("/a?secret")));
    assert_eq!((&second.how, second.received), (&How::Done, 600), "{second}");
    assert_eq!(ground.file(), data);
    assert_eq!(site.asked()[2].from(), 400);
}

#[test]
fn a_part_of_something_else_is_not_gone_on_with() {
    let data = bytes(1000);
    let damage: [fn(&Ground); 3] = [
        |ground| fs::remove_file(ground.at("file.part.note")).unwrap(),
        |ground| fs::write(ground.at("file.part.note"), b"{\"address\":\"").unwrap(),
        |ground| {
            let note = fs::read_to_string(ground.at("file.part.note")).unwrap();
            fs::write(ground.at("file.part.note"), note.replacen("address\":\"", "address\":\"0", 1)).unwrap();
        },
    ];
    for damage in damage {
        let (ground, sent) = (Ground::new(), data.clone());
        let site = Site::new(move |number, ask, out| match number {
            0 => some(out, ask, &sent, 400),
            1 => put(out, head("404 Not Found", 0, "")),
            _ => whole(out, ask, &sent),
        });
        assert_eq!(fetch(ground.order(&site.url("/"))).bytes, 400);
        damage(&ground);
        assert_eq!(fetch(ground.order(&site.url("/"))).received, 1000);
        assert_eq!(ground.file(), data);
    }
}

#[test]
fn what_came_whole_before_is_only_verified() {
    let (ground, data) = (Ground::new(), bytes(1000));
    let sent = data.clone();
    let site = Site::new(move |number, ask, out| match number {
        0 => some(out, ask, &sent, 999),
        1 => put(out, head("404 Not Found", 0, "")),
        _ => whole(out, ask, &sent),
    });
    assert_eq!(fetch(ground.order(&site.url("/"))).bytes, 999);
    fs::write(ground.at("file.part"), &data).unwrap();
    // Without a hash the server must still say that it is this file.
    let copy = Ground::new();
    for name in ["file.part", "file.part.note"] {
        fs::copy(ground.at(name), copy.at(name)).unwrap();
    }
    let asked = fetch(copy.order(&site.url("/")));
    assert_eq!((&asked.how, asked.received, site.asked().len()), (&How::Done, 0, 3), "{asked}");
    let verified = fetch(Order { sha256: Some(sha256(&data)), ..ground.order(&site.url("/")) });
    assert_eq!((&verified.how, verified.received, site.asked().len()), (&How::Done, 0, 3), "{verified}");
}

#[test]
fn a_server_that_will_be_able_later_is_asked_again_and_not_for_ever() {
    let ground = Ground::new();
    let site = Site::new(|number, ask, out| match number {
        0 | 1 => put(out, head("503 Service Unavailable", 0, "Retry-After: 0\r\n")),
        _ => whole(out, ask, b"there"),
    });
    let end = fetch(ground.order(&site.url("/")));
    assert_eq!((&end.how, end.retries), (&How::Done, 2), "{end}");
    let never = Site::new(|_, _, out| put(out, head("503 Service Unavailable", 0, "Retry-After: 0\r\n")));
    let end = fetch(Ground::new().order(&never.url("/")));
    assert_eq!(why(&end), "given up after 3 tries: the server says 503 Service Unavailable");
    assert_eq!(never.asked().len(), 3);
}

#[test]
fn a_server_that_is_cut_after_each_byte_is_given_up_too() {
    let (ground, data) = (Ground::new(), bytes(1000));
    let site = Site::new(move |_, ask, out| some(out, ask, &data, 1));
    let end = fetch(ground.order(&site.url("/")));
    assert!(why(&end).starts_with("given up after 21 tries:"), "{end}");
    assert_eq!((end.bytes, site.asked().len()), (21, 21));
}

#[test]
fn a_server_that_stalls_is_given_up() {
    let (release, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let ground = Ground::new();
    let site = Site::new(move |number, _, out| {
        if number > 0 {
            put(out, head("200 OK", 10, ""));
        }
        let _ = wait.lock().unwrap().recv_timeout(PATIENCE);
    });
    let order = ground.order(&site.url("/"));
    let limits = Limits { silence: Duration::from_millis(100), ..order.limits };
    let end = fetch(Order { limits, ..order });
    assert!(why(&end).ends_with("did not answer in time"), "{end}");
    drop(release);
}

#[test]
fn all_of_it_may_take_only_so_long() {
    let (release, wait) = channel::<()>();
    let ground = Ground::new();
    let site = held(bytes(10), 5, wait);
    let order = ground.order(&site.url("/"));
    let limits = Limits { time: Some(Duration::from_millis(300)), ..order.limits };
    let end = fetch(Order { limits, ..order });
    assert_eq!(why(&end), "it was not done in 0.3 s");
    drop(release);
}

/// A site that sends some bytes first, and the others once it is let go.
fn held(data: Vec<u8>, first: usize, wait: Receiver<()>) -> Site {
    let wait = Mutex::new(wait);
    Site::new(move |number, ask, out| {
        if number > 0 {
            return whole(out, ask, &data);
        }
        some(out, ask, &data, first);
        let _ = wait.lock().unwrap().recv_timeout(PATIENCE);
    })
}

#[test]
fn how_far_it_is_is_seen_and_it_can_be_stopped_and_gone_on_with() {
    let (release, wait) = channel();
    let (ground, data) = (Ground::new(), bytes(1000));
    let site = held(data.clone(), 400, wait);
    let order = ground.order(&site.url("/"));
    let mut downloading = start(order.clone());
    let progress = until(&downloading, |progress| progress.bytes == 400);
    assert_eq!((progress.phase, progress.total), (Phase::Moving, Some(1000)));
    let second = fetch(order.clone());
    assert!(why(&second).contains("another download is writing it"), "{second}");
    downloading.cancel();
    let stopped = end(&mut downloading);
    assert_eq!((&stopped.how, stopped.bytes), (&How::Cancelled, 400));
    assert!(stopped.to_string().starts_with("stopped after 400 bytes; what came is in "), "{stopped}");
    assert!(downloading.wait(PATIENCE).is_none(), "an end is given once");
    drop(release);
    let done = fetch(order);
    assert_eq!((&done.how, done.received), (&How::Done, 600), "{done}");
    assert_eq!(ground.file(), data);
}

#[test]
fn who_drops_it_leaves_no_connection() {
    let (gone, is_gone) = channel();
    let gone = Mutex::new(gone);
    let ground = Ground::new();
    let site = Site::new(move |_, _, out| {
        put(out, "HTTP/1.1 200 OK\r\n\r\n");
        // One byte after the other, until nobody reads them any more.
        while out.write_all(b"x").and_then(|()| out.flush()).is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = gone.lock().unwrap().send(());
    });
    let downloading = start(ground.order(&site.url("/")));
    let progress = until(&downloading, |progress| progress.bytes > 3);
    assert_eq!((progress.total, progress.left), (None, None));
    drop(downloading);
    is_gone.recv_timeout(PATIENCE).unwrap();
}
