//! What is downloaded is whole and what was wanted, or does not get its name.

use std::fs;
use std::os::unix::fs::symlink;

use mop::exec::command::Secret;
use mop::exec::fetch::{How, Order};

use super::ground::{Ground, bytes, fetch, sha256, why};
use super::site::{Site, head, put};

#[test]
fn a_file_is_downloaded_and_verified() {
    let (ground, data) = (Ground::new(), bytes(300_000));
    let site = Site::of(&data);
    let order = ground.order(&site.url("/a.zip"));
    let end = fetch(Order { sha256: Some(sha256(&data).to_uppercase()), size: Some(300_000), ..order });
    assert_eq!((&end.how, end.bytes, end.received, end.retries), (&How::Done, 300_000, 300_000, 0));
    assert!(end.is_verified && end.kept.is_none() && ground.file() == data);
    assert_eq!(ground.names(), ["file"]);
    assert!(end.to_string().ends_with("its SHA-256 is the one that is wanted"), "{end}");
    assert_eq!(site.asked()[0].header("accept-encoding"), Some("identity"));
}

#[test]
fn without_a_hash_it_is_said_that_nothing_was_compared() {
    let (ground, data) = (Ground::new(), bytes(10));
    let end = fetch(ground.order(&Site::of(&data).url("/")));
    assert!(end.is_good() && !end.is_verified);
    assert!(end.to_string().contains(&format!("no SHA-256 was given to compare; it has {}", sha256(&data))), "{end}");
    let empty = Ground::new();
    assert!(fetch(empty.order(&Site::of(b"").url("/"))).is_good());
    assert!(empty.file().is_empty());
}

#[test]
fn a_file_with_another_hash_is_kept_aside_each_time() {
    let (ground, data) = (Ground::new(), bytes(1000));
    let site = Site::of(&data);
    for name in ["file.differs", "file.differs-2"] {
        let end = fetch(Order { sha256: Some("0".repeat(64)), ..ground.order(&site.url("/")) });
        assert!(why(&end).contains(&sha256(&data)) && why(&end).contains(&"0".repeat(64)), "{end}");
        assert_eq!(end.kept, Some(ground.at(name)));
        assert!(end.to_string().contains(name) && !end.is_verified);
    }
    assert_eq!(ground.names(), ["file.differs", "file.differs-2"]);
    assert_eq!(fs::read(ground.at("file.differs")).unwrap(), data);
}

#[test]
fn a_size_that_differs_is_told_before_anything_comes() {
    let ground = Ground::new();
    let site = Site::of(&bytes(1000));
    let end = fetch(Order { size: Some(999), ..ground.order(&site.url("/")) });
    assert!(why(&end).contains("1000 bytes") && why(&end).contains("999 bytes"), "{end}");
    assert!(ground.names().is_empty(), "{:?}", ground.names());
}

#[test]
fn a_file_that_is_there_is_compared_and_never_replaced() {
    let (ground, data) = (Ground::new(), bytes(1000));
    let site = Site::of(&data);
    fs::write(ground.at("file"), &data).unwrap();
    let order = || ground.order(&site.url("/"));
    let same = fetch(Order { sha256: Some(sha256(&data)), ..order() });
    assert_eq!((&same.how, same.bytes, same.is_verified), (&How::WasThere, 1000, true));
    let other = fetch(Order { sha256: Some(sha256(b"x")), ..order() });
    assert!(why(&other).contains("is there already") && why(&other).contains("left as it is"), "{other}");
    let sized = fetch(Order { sha256: Some(sha256(b"x")), size: Some(1), ..order() });
    assert!(why(&sized).contains("1000 bytes"), "{sized}");
    assert!(why(&fetch(order())).contains("without a SHA-256"));
    assert_eq!(ground.file(), data);
    assert!(site.asked().is_empty(), "nobody has to be asked");
}

#[test]
fn links_pipes_and_folders_in_its_way_are_left_alone() {
    let (ground, site) = (Ground::new(), Site::of(b"new"));
    let order = || ground.order(&site.url("/"));
    symlink("nowhere", ground.at("file")).unwrap();
    assert!(why(&fetch(order())).contains("is there already"));
    fs::remove_file(ground.at("file")).unwrap();
    fs::write(ground.at("precious"), "old").unwrap();
    symlink(ground.at("precious"), ground.at("file.part")).unwrap();
    assert!(why(&fetch(order())).contains("file.part"));
    assert_eq!(fs::read(ground.at("precious")).unwrap(), b"old");
    fs::remove_file(ground.at("file.part")).unwrap();
    fs::create_dir(ground.at("file.part")).unwrap();
    assert!(why(&fetch(order())).contains("file.part"));
    fs::create_dir(ground.at("file")).unwrap();
    let end = fetch(Order { sha256: Some(sha256(b"new")), ..order() });
    assert!(why(&end).contains("is no file"), "{end}");
    let end = fetch(Order { to: ground.at("none/file"), ..order() });
    assert!(why(&end).starts_with("there is no folder"), "{end}");
}

#[test]
fn an_order_that_makes_no_sense_asks_nobody() {
    let (ground, site) = (Ground::new(), Site::of(b"x"));
    let order = || ground.order(&site.url("/"));
    let bad = |order| why(&fetch(order)).to_owned();
    assert!(bad(Order { sha256: Some("12\u{1b}".into()), ..order() }).ends_with("is no SHA-256"));
    for url in ["", "x", "file:///etc/passwd", "ftp://site/a", "http://", "//site/a", "javascript:x"] {
        assert!(bad(ground.order(url)).contains("is no address of a web server"), "{url}");
    }
    for url in ["htp://me:hunter22@site/?hunter22", "me:hunter22@site", "http://me:hunter22?@[site", "x?hunter22"] {
        let said = bad(ground.order(url));
        assert!(!said.contains("hunter22"), "{said}");
    }
    let header = ("a b".to_owned(), Secret::new("x".to_owned()));
    assert!(bad(Order { headers: vec![header], ..order() }).contains("cannot be sent"));
    let header = ("a".to_owned(), Secret::new("x\r\nEvil: y".to_owned()));
    assert!(bad(Order { headers: vec![header], ..order() }).contains("cannot be sent"));
    assert!(site.asked().is_empty() && ground.names().is_empty());
}

#[test]
fn headers_are_sent_and_a_status_is_told() {
    let ground = Ground::new();
    let site = Site::new(|_, ask, out| match ask.header("x-key") {
        Some("hunter22") => put(out, head("404 All is well", 0, "")),
        _ => put(out, head("403 Forbidden", 0, "")),
    });
    let end = fetch(ground.order(&site.url("/")));
    assert!(why(&end).starts_with("the server says 403 Forbidden"), "{end}");
    let headers = vec![("X-Key".to_owned(), Secret::new("hunter22".to_owned()))];
    let end = fetch(Order { headers, ..ground.order(&site.url("/")) });
    assert_eq!(why(&end), "the server says 404 Not Found; look at the address");
    assert!(ground.names().is_empty());
}

#[test]
fn a_password_in_the_address_is_sent_and_not_shown() {
    let ground = Ground::new();
    let site = Site::new(|_, _, out| put(out, head("302 Found", 0, "Location: ftp://x/\r\n")));
    let url = site.url("/a?token=hunter22").replace("http://", "http://me:hunter22@");
    let end = fetch(ground.order(&url));
    assert_eq!(site.asked()[0].header("authorization"), Some("Basic bWU6aHVudGVyMjI="));
    assert!(why(&end).contains("/a?… leads to what is no web server") && !why(&end).contains("hunter22"), "{end}");
}
