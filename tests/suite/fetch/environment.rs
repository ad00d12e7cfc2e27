//! What the environment says: the proxy that it names, and the program that looks names up.
//!
//! It belongs to the whole process, so these tests run this program again, with another environment.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use mop::exec::fetch::{Limits, Order};

use super::ground::{Ground, PATIENCE, fetch};
use super::site::{Ask, Site, head, put, whole};

const URL: &str = "MOP_TEST_FETCH_URL";
/// How long connecting may take, in milliseconds.
const CONNECT: &str = "MOP_TEST_FETCH_CONNECT";

/// Downloads behind a proxy when it is asked to; by itself it does nothing.
#[test]
fn behind_a_proxy() {
    let Some(url) = std::env::var_os(URL) else { return };
    let ground = Ground::new();
    let order = ground.order(url.to_str().unwrap());
    let connect = std::env::var(CONNECT).ok().map(|ms| Duration::from_millis(ms.parse().unwrap()));
    let connect = connect.unwrap_or(order.limits.connect);
    let end = fetch(Order { limits: Limits { connect, tries: 1, ..order.limits }, ..order });
    let came = fs::read_to_string(ground.at("file")).unwrap_or_default();
    println!("END {end} CAME {came}");
}

fn behind(url: &str, variables: &[(&str, String)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "fetch::environment::behind_a_proxy", "--nocapture"]).env(URL, url);
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

/// Puts a program into a folder that stands for the one that looks names up, and gives a `PATH` with it first.
fn getent(folder: &std::path::Path, script: &str) -> (&'static str, String) {
    let path = folder.join("getent");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    ("PATH", format!("{}:/usr/bin:/bin", folder.display()))
}

#[test]
fn names_are_looked_up_by_the_systems_own_program_and_by_nothing_else() {
    let (folder, site) = (tempfile::tempdir().unwrap(), Site::of(b"found"));
    let script = format!("echo \"$*\" >> {}; echo '127.0.0.1 STREAM x'", folder.path().join("asked").display());
    let path = getent(folder.path(), &script);
    let said = behind(&format!("http://no-such-host.invalid:{}/", site.port()), &[path]);
    assert!(said.contains("CAME found"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("asked")).unwrap(), "ahosts no-such-host.invalid\n");
}

#[test]
fn only_where_there_is_no_such_program_the_files_of_the_machine_are_read() {
    let (folder, site) = (tempfile::tempdir().unwrap(), Site::of(b"found"));
    let url = format!("http://localhost:{}/", site.port());
    let path = ("PATH", folder.path().to_str().unwrap().to_owned());
    let said = behind(&url, std::slice::from_ref(&path));
    assert!(said.contains("CAME found"), "{said}");
    // What it says holds, also where the files say something else.
    getent(folder.path(), "exit 2");
    let said = behind(&url, std::slice::from_ref(&path));
    assert!(said.contains("no address is known for localhost"), "{said}");
    fs::set_permissions(folder.path().join("getent"), fs::Permissions::from_mode(0o644)).unwrap();
    let said = behind(&url, &[path]);
    assert!(said.contains("localhost cannot be looked up: cannot run getent"), "{said}");
}

#[test]
fn a_name_that_is_never_found_is_given_up_and_nothing_is_left_running() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let path = getent(folder.path(), &format!("echo $$ > {}; exec sleep 1000", pid.display()));
    let said = behind("http://no-such-host.invalid/", &[path, (CONNECT, "2000".to_owned())]);
    assert!(said.contains("no-such-host.invalid was not looked up in "), "{said}");
    let stat = format!("/proc/{}/stat", fs::read_to_string(&pid).unwrap().trim());
    let deadline = Instant::now() + PATIENCE;
    // A process that has ended may stand in the list until somebody fetches its status.
    while fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(Instant::now() < deadline, "{stat} is left running");
        std::thread::yield_now();
    }
}
