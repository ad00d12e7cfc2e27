//! Servers that lead elsewhere, and what they are not told there.

use mop::exec::command::Secret;
use mop::exec::fetch::{How, Order};
use mop::exec::http::Trust;

use super::ground::{Ground, bytes, fetch, why};
use super::site::{Site, head, put, whole};
use crate::reading::here;

fn leading(to: &str) -> impl Fn(usize, &super::site::Ask, &mut dyn std::io::Write) + Send + Sync + 'static {
    let location = format!("Location: {to}\r\n");
    move |_, _, out| put(out, head("302 Found", 0, &location))
}

#[test]
fn a_redirect_is_followed_with_the_range_and_without_what_was_for_the_first_server() {
    let (ground, data) = (Ground::new(), bytes(1000));
    let sent = data.clone();
    let second = Site::new(move |number, ask, out| match number {
        0 => {
            put(out, head("200 OK", 1000, "ETag: \"v1\"\r\n"));
            put(out, &sent[..400]);
        }
        _ => whole(out, ask, &sent),
    });
    let first = Site::new(leading(&second.url("/there")));
    let headers = [("Authorization", "Bearer hunter22"), ("X-Key", "hunter22"), ("Cookie", "a=b")];
    let headers = headers.map(|(name, value)| (name.to_owned(), Secret::new(value.to_owned()))).into();
    let end = fetch(Order { headers, ..ground.order(&first.url("/here")) });
    assert_eq!((&end.how, end.retries), (&How::Done, 1), "{end}");
    assert_eq!(ground.file(), data);
    assert!(first.asked().iter().all(|ask| ask.header("x-key") == Some("hunter22")));
    for ask in second.asked() {
        assert_eq!(ask.path(), "/there");
        assert!(
            ["authorization", "x-key", "cookie", "referer"].iter().all(|name| ask.header(name).is_none()),
            "{ask:?}"
        );
    }
    assert_eq!(second.asked()[1].header("range"), Some("bytes=400-"));
}

#[test]
fn a_redirect_on_the_same_server_keeps_what_is_for_it() {
    let ground = Ground::new();
    let site = Site::new(|_, ask, out| match ask.path() {
        "/a/b" => put(out, head("307 Temporary Redirect", 0, "Location: ../c?d\r\n")),
        _ => whole(out, ask, b"x"),
    });
    let headers = vec![("X-Key".to_owned(), Secret::new("hunter22".to_owned()))];
    assert!(fetch(Order { headers, ..ground.order(&site.url("/a/b")) }).is_good());
    let asked = site.asked();
    assert_eq!((asked[1].path(), asked[1].header("x-key")), ("/c?d", Some("hunter22")));
}

#[test]
fn a_circle_is_left_after_some_rounds() {
    let ground = Ground::new();
    let site = Site::new(|_, ask, out| {
        let next = if ask.path() == "/a" { "/b" } else { "/a" };
        put(out, head("301 Moved Permanently", 0, &format!("Location: {next}\r\n")));
    });
    let end = fetch(ground.order(&site.url("/a")));
    assert!(why(&end).ends_with("leads on after 10 redirects; more are not followed"), "{end}");
    assert_eq!(site.asked().len(), 11);
}

#[test]
fn what_leads_out_of_the_web_or_nowhere_is_not_followed() {
    for to in ["file:///etc/passwd", "ftp://x/", "http://", "javascript:x", "http://[::", "data:,x"] {
        let ground = Ground::new();
        let end = fetch(ground.order(&Site::new(leading(to)).url("/")));
        assert!(why(&end).ends_with("that is not followed"), "{to}: {end}");
        assert!(ground.names().is_empty());
    }
    let nowhere = Site::new(|_, _, out| put(out, head("302 Found", 0, "")));
    let ground = Ground::new();
    assert!(why(&fetch(ground.order(&nowhere.url("/")))).contains("does not say where"));
}

#[test]
fn nothing_leads_from_https_to_http() {
    let ground = Ground::new();
    let plain = Site::of(b"x");
    let safe = Site::safe("good.pem", leading(&plain.url("/")));
    let trust = Trust::File(here("tests/certificates/authority.pem"));
    let end = fetch(Order { trust: trust.clone(), ..ground.order(&safe.url("/")) });
    assert!(why(&end).contains("leads from https to http"), "{end}");
    assert!(plain.asked().is_empty());
    let safe = Site::safe("good.pem", |_, ask, out| whole(out, ask, b"x"));
    let up = Site::new(leading(&safe.url("/")));
    assert!(fetch(Order { trust, ..ground.order(&up.url("/")) }).is_good());
}
