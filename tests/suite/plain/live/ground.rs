//! What a small runbook looks at: a page, a port, a folder, a number, a log, and a package to download.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use serde_json::Value;

use crate::fetch::ground::{bytes, sha256};
use crate::fetch::site as web;
use crate::package::archive::{raw, zip};
use crate::plain::site::{PATIENCE, Site, Talk};

/// How the page and the download are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As they should be.
    Up,
    /// With 503.
    Down,
    /// Not before the mode changes; of the download some bytes come first.
    Held,
}

/// How many bytes of a held download come.
pub const FIRST: usize = 100_000;

/// A site with the world that its runbook looks at.
pub struct Ground {
    pub site: Site,
    pub web: web::Site,
    mode: Arc<(Mutex<Mode>, Condvar)>,
    door: Option<TcpListener>,
    port: u16,
    package: Vec<u8>,
}

impl Ground {
    pub fn new() -> Self {
        let (site, mode) = (Site::new(), Arc::new((Mutex::new(Mode::Up), Condvar::new())));
        let package = zip(&[raw("a.txt", b"version 7"), raw("filling", bytes(400_000))]);
        let (held, sent) = (Arc::clone(&mode), package.clone());
        let web = web::Site::new(move |_, ask, out| {
            let body: &[u8] = if ask.path() == "/package.zip" { &sent } else { b"well" };
            let mut now = *held.0.lock().unwrap();
            if now == Mode::Held {
                let first = body.len().min(ask.from() + FIRST);
                if body.len() > FIRST {
                    web::put(out, web::honest(ask, body, "\"v1\""));
                    web::put(out, &body[ask.from()..first]);
                }
                let held = held.1.wait_timeout_while(held.0.lock().unwrap(), PATIENCE, |mode| *mode == Mode::Held);
                now = *held.unwrap().0;
                if body.len() > FIRST {
                    return web::put(out, &body[first..]);
                }
            }
            match now {
                Mode::Down => web::put(out, web::head("503 Service Unavailable", 0, "")),
                _ => web::whole(out, ask, body),
            }
        });
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = door.local_addr().unwrap().port();
        let ground = Self { site, web, mode, door: Some(door), port, package };
        ground.file("load", "10\n");
        ground.file("app.log", "begun\n");
        ground
    }

    pub fn set(&self, mode: Mode) {
        *self.mode.0.lock().unwrap() = mode;
        self.mode.1.notify_all();
    }

    /// Opens the port, or closes it.
    pub fn open_door(&mut self, is_open: bool) {
        self.door = is_open.then(|| TcpListener::bind(("127.0.0.1", self.port)).unwrap());
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        self.site.file(name, text)
    }

    pub fn append(&self, name: &str, text: &str) {
        let path = self.site.folder.path().join(name);
        fs::OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Writes a runbook with all kinds of probes and these steps, and gives its path.
    pub fn book(&self, steps: &str) -> String {
        let (folder, url, port) = (self.site.folder.path().display(), self.web.url(""), self.port);
        let steps = steps.replace("URL", &url).replace("FOLDER", &folder.to_string());
        let steps = steps.replace("SUM", &sha256(&self.package));
        let steps: String = steps.lines().map(|line| format!("      - {{ {line} }}\n")).collect();
        self.file(
            "live.yaml",
            &format!(
                "mop: 1\nid: live\ntitle: Live\nroles: {{ lead: Does it, witness: Sees it }}\nsign: lead\nstatus:\n\
                 \x20 home: {{ http: \"{url}/\", expect: {{ status: 200 }}, every: 1s, timeout: 1m }}\n\
                 \x20 door: {{ tcp: \"127.0.0.1:{port}\", every: 1s }}\n\
                 \x20 room: {{ disk: \"{folder}\", expect: {{ more_than: 1B }} }}\n\
                 \x20 load: {{ run: \"cat {folder}/${{VIEW:-load}}\", expect: {{ number: \"< 90\" }}, every: 1s }}\n\
                 \x20 log: {{ tail: \"{folder}/app.log\", alert: ERR, every: 1s }}\n\
                 activities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n{steps}"
            ),
        )
    }

    /// Begins a run of such a runbook, and waits for the first prompt.
    pub fn begin(&self, steps: &str) -> Talk {
        let mut talk = self.site.talk(&["run", &self.book(steps), "--plain", "--as", "Ada"]);
        talk.until("(ready)>");
        talk
    }

    pub fn resume(&self) -> Talk {
        self.site.talk(&["resume", "--plain", "--as", "Ada"])
    }

    pub fn of_kind(&self, kind: &str) -> Vec<Value> {
        self.site.records().into_iter().filter(|record| record["t"] == kind).collect()
    }

    /// Gives what was recorded of a probe: how it stood, in order.
    pub fn states(&self, probe: &str) -> Vec<String> {
        let changes = self.of_kind("probe_changed");
        let of_it = changes.iter().filter(|record| record["probe"] == probe);
        of_it.map(|record| record["state"].as_str().unwrap().to_owned()).collect()
    }
}

/// Looks at steps that were proved by looking, signs, and so on: one line each time the prompt comes back.
pub fn done(talk: &mut Talk, step: &str) {
    talk.say(&format!("start {step}"));
    talk.until("(to sign)>");
    talk.say(&format!("sign {step}"));
    talk.until("receipt of record");
}

/// Reads until all of these were said, in whatever order.
pub fn until_all(talk: &mut Talk, parts: &[&str]) {
    let lacks = |seen: &[String]| parts.iter().any(|part| !seen.iter().any(|line| line.contains(part)));
    while lacks(&talk.seen) {
        if talk.line().is_none() {
            panic!("it ended without all of {parts:?}:\n{}", talk.seen.join("\n"));
        }
    }
}

/// Asks how a probe stands until it stands so.
pub fn until_status(talk: &mut Talk, probe: &str, words: &str) {
    let end = Instant::now() + PATIENCE;
    loop {
        talk.say("status");
        if talk.until(&format!(" {probe}: ")).contains(words) {
            return;
        }
        assert!(Instant::now() < end, "{probe} never is `{words}`:\n{}", talk.seen.join("\n"));
    }
}
