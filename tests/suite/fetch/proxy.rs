//! The proxy that the environment names.
//!
//! It is read once in a process, so these tests run this program again, with another environment.

use std::process::Command;

use super::ground::{Ground, fetch};
use super::site::{Ask, Site, head, put, whole};

const URL: &str = "MOP_TEST_PROXY_URL";

/// Downloads behind a proxy when it is asked to; by itself it does nothing.
#[test]
fn behind_a_proxy() {
    let Some(url) = std::env::var_os(URL) else { return };
    let ground = Ground::new();
    let end = fetch(ground.order(url.to_str().unwrap()));
    let came = std::fs::read_to_string(ground.at("file")).unwrap_or_default();
    println!("END {end} CAME {came}");
}

fn behind(url: &str, variables: &[(&str, String)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "fetch::proxy::behind_a_proxy", "--nocapture"]).env(URL, url);
    for name in
        ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]
    {
        command.env_remove(name);
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    String::from_utf8_lossy(&command.output().unwrap().stdout).into_owned()
}

#[test]
fn the_proxy_of_the_environment_is_asked_and_names_are_left_to_it() {
    let proxy = Site::new(|_, ask, out| whole(out, ask, b"by proxy"));
    let said = behind("http://no-such-host.invalid/a", &[("http_proxy", proxy.url(""))]);
    assert!(said.contains("CAME by proxy"), "{said}");
    assert_eq!(proxy.asked()[0].line, "GET http://no-such-host.invalid/a HTTP/1.1");
    let direct = Site::of(b"direct");
    let said = behind(&direct.url("/"), &[("http_proxy", proxy.url("")), ("no_proxy", "127.0.0.1".to_owned())]);
    assert!(said.contains("CAME direct"), "{said}");
}

#[test]
fn a_proxy_that_lets_nobody_through_is_named() {
    let refuse =
        |_: usize, _: &Ask, out: &mut dyn std::io::Write| put(out, head("407 Proxy Authentication Required", 0, ""));
    let proxy = Site::new(refuse);
    let said = behind("https://no-such-host.invalid/a", &[("https_proxy", proxy.url(""))]);
    assert!(said.contains("the proxy of the environment does not lead to no-such-host.invalid"), "{said}");
    assert_eq!(proxy.asked()[0].line, "CONNECT no-such-host.invalid:443 HTTP/1.1");
    drop(proxy);
    let said = behind("http://no-such-host.invalid/a", &[("http_proxy", "http://127.0.0.1:1".to_owned())]);
    assert!(said.contains("the environment names a proxy"), "{said}");
}
