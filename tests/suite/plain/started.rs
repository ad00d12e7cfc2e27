//! Killed at any moment around the start of a command, what resume says of it is what happened.

use std::fs;
use std::process::{Command, Stdio};

use super::site::Site;
use crate::needs::needs;

/// The calls at which the program is killed: those that make something durable, or begin something.
const CALLS: [&str; 10] =
    ["write", "pwrite64", "fdatasync", "fsync", "rename", "mkdir", "clone", "clone3", "vfork", "fallocate"];

/// A runbook whose only command leaves a line each time it runs.
fn book(site: &Site) -> String {
    let count = site.folder.path().join("count");
    let text = format!(
        "mop: 1\nid: starts\ntitle: Starts\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - id: do\n        title: Do it\n        run: {{ command: \"echo run >> {}\", expect: {{ exit: 0 }} }}\n",
        count.display()
    );
    site.file("starts.yaml", &text)
}

/// Starts the command in a program that is killed at the n-th time it makes a call; tells whether it was.
fn is_killed(site: &Site, call: &str, n: usize) -> bool {
    let (trace, answers) = (site.folder.path().join("trace"), site.file("start.txt", "start 1.1\nleave\n"));
    let (traced, inject) = (format!("trace={call}"), format!("inject={call}:signal=KILL:when={n}"));
    let mut strace = Command::new("strace");
    strace.args(["-qq", "-o"]).arg(&trace).args(["-e", &traced, "-e", &inject, env!("CARGO_BIN_EXE_mop")]);
    strace.args(["resume", &site.id(), "--answers", &answers, "--as", "Ada"]);
    strace.env("MOP_STATE", site.state.path()).env("LANG", "C.UTF-8").env_remove("SSH_AUTH_SOCK");
    strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    fs::read_to_string(trace).unwrap().contains("killed by SIGKILL")
}

/// Goes on with the run until nothing is under way, and holds what it says against what happened.
fn is_truthful(site: &Site, moment: &str) {
    let answers = site.file("look.txt", "leave\n");
    site.mop(&["resume", &site.id(), "--answers", &answers, "--as", "Ada"], "").with(0);
    let times = fs::read_to_string(site.folder.path().join("count")).unwrap_or_default().lines().count();
    let records = site.records();
    let of_kind = |kind: &str| records.iter().filter(|record| record["t"] == kind).collect::<Vec<_>>();
    let (started, ended) = (of_kind("action_started").len(), of_kind("action_ended"));
    let standing = site.status("{standing}");
    match (standing.as_str(), &ended[..]) {
        ("ready", []) => assert_eq!((started, times), (0, 0), "{moment}"),
        ("to sign", [end]) => assert_eq!((started, times, end["found"].as_str()), (1, 1, Some("checked")), "{moment}"),
        ("failed", [end]) => {
            assert!(end["why"].as_str().unwrap().contains("nothing was run"), "{moment}: {end}");
            assert_eq!((started, times), (1, 0), "{moment}: it ran and is said not to have");
        }
        ("end unknown", []) => assert!(started == 1 && times <= 1, "{moment}"),
        (other, _) => panic!("{moment}: {other}, {started} started, {times} times, {records:#?}"),
    }
}

#[test]
fn killed_at_any_moment_around_the_start_of_a_command_what_is_said_of_it_is_so() {
    needs!(STRACE);
    let mut killed = 0;
    for call in CALLS {
        for n in 1..60 {
            let site = Site::new();
            site.mop(&["run", &book(&site), "--plain", "--as", "Ada"], "").with(0);
            let was_killed = is_killed(&site, call, n);
            is_truthful(&site, &format!("{call} {n}"));
            if !was_killed {
                break;
            }
            killed += 1;
        }
    }
    assert!(killed >= 30, "{killed}");
}
