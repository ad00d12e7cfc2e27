//! Certificates that are not to be trusted, and the words for each.
//!
//! Those in `tests/certificates` were made once, by hand, and last to the year 2120.

use std::net::TcpListener;
use std::thread;

use mop::exec::fetch::Order;
use mop::exec::http::Trust;

use super::ground::{Ground, fetch, why};
use super::site::{Site, put, whole};
use crate::reading::here;

fn site(certificate: &str) -> Site {
    Site::safe(certificate, |_, ask, out| whole(out, ask, b"safe"))
}

fn file(name: &str) -> Trust {
    Trust::File(here(&format!("tests/certificates/{name}")))
}

#[test]
fn a_certificate_of_the_given_authority_is_trusted() {
    let ground = Ground::new();
    let end = fetch(Order { trust: file("authority.pem"), ..ground.order(&site("good.pem").url("/")) });
    assert!(end.is_good(), "{end}");
    assert_eq!(ground.file(), b"safe");
    let by_name = Ground::new();
    let site = site("good.pem");
    let url = format!("https://localhost:{}/", site.port());
    let end = fetch(Order { trust: file("authority.pem"), ..by_name.order(&url) });
    assert!(end.is_good(), "{end}");
}

#[test]
fn each_fault_of_a_certificate_has_its_words_and_nothing_is_asked_again() {
    let cases = [
        ("expired.pem", "it expired on 2021-01-01 00:00 UTC; renew it"),
        ("not-yet.pem", "it is not valid yet, only from 2100-01-01 00:00 UTC"),
        ("other-name.pem", "it is for another name: other.example"),
        ("self-signed.pem", "no authority of the file that is given has issued it"),
    ];
    for (certificate, words) in cases {
        let (ground, site) = (Ground::new(), site(certificate));
        let end = fetch(Order { trust: file("authority.pem"), ..ground.order(&site.url("/")) });
        assert!(why(&end).contains("is not to be trusted") && why(&end).contains(words), "{end}");
        assert_eq!((end.retries, site.asked().len()), (0, 0));
        assert!(ground.names().is_empty());
    }
}

#[test]
fn an_authority_that_this_machine_does_not_know_is_told_with_what_to_give() {
    let ground = Ground::new();
    let end = fetch(ground.order(&site("good.pem").url("/")));
    assert!(why(&end).contains("with `ca`"), "{end}");
}

#[test]
fn any_certificate_will_do_only_when_that_is_said() {
    for certificate in ["expired.pem", "other-name.pem", "self-signed.pem"] {
        let ground = Ground::new();
        let end = fetch(Order { trust: Trust::Anything, ..ground.order(&site(certificate).url("/")) });
        assert!(end.is_good(), "{end}");
    }
}

#[test]
fn a_server_without_tls_is_called_that() {
    let ground = Ground::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        put(&mut stream, "HTTP/1.1 400 Bad Request\r\n\r\n");
        stream
    });
    let end = fetch(ground.order(&url));
    assert!(why(&end).contains("it does not speak TLS there; is it http"), "{end}");
    drop(server.join().unwrap());
    let silent = Site::of(b"x");
    let end = fetch(ground.order(&silent.url("/").replace("http:", "https:")));
    assert!(why(&end).contains("does it speak TLS there?"), "{end}");
    let end = fetch(ground.order(&site("good.pem").url("/").replace("https:", "http:")));
    assert!(!end.is_good() && ground.names().is_empty(), "{end}");
}

#[test]
fn a_file_without_authorities_is_told() {
    let ground = Ground::new();
    for (name, words) in [("leaf.key", "holds no certificate"), ("none.pem", "cannot be used")] {
        let end = fetch(Order { trust: file(name), ..ground.order("https://127.0.0.1:1/") });
        assert!(why(&end).contains(words), "{end}");
    }
}
