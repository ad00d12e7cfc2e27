//! `mop probe` from outside: what it prints, how it ends, and that nothing of it is left.
//!
//! Hosts are reached through an `ssh` of our own that runs here what it would run there.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Is a folder with a runbook, and with an `ssh` that goes nowhere.
struct Site {
    dir: tempfile::TempDir,
}

impl Site {
    fn new(status: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let book = format!(
            "mop: 1\ntitle: Book\ninputs:\n  site: {{ ask: Where, type: text }}\n  token: {{ ask: The token, type: secret }}\n\
             status:\n{status}\nactivities:\n  - {{ title: Do, estimate: 5m, steps: [One] }}\n"
        );
        fs::write(dir.path().join("book.yaml"), book).unwrap();
        let bin = dir.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let ssh = format!(
            "#!/bin/sh\necho $$ >> '{}'\nfor last; do :; done\nexec sh -c \"$last\"\n",
            dir.path().join("pids").display()
        );
        fs::write(bin.join("ssh"), ssh).unwrap();
        fs::set_permissions(bin.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mop"));
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.current_dir(self.dir.path()).env("PATH", path).env("MOP_SECRET_token", "hunter22");
        command.args(["probe", "book.yaml"]).args(args).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> (i32, String) {
        let Output { status, stdout, stderr } = self.command(args).output().unwrap();
        let all = String::from_utf8([stdout, stderr].concat()).unwrap();
        (status.code().unwrap(), all)
    }

    fn pids(&self) -> Vec<String> {
        fs::read_to_string(self.path("pids")).unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

/// Is a `mop probe --follow` that is ended when a test fails.
struct Following {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn start(site: &Site, args: &[&str]) -> Self {
        let mut child = site.command(&[args, &["--follow"]].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for a line with these words.
    fn until(&mut self, words: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            assert!(Instant::now() < end, "only {line}");
            if line.contains(words) {
                return line;
            }
        }
        panic!("it ended without {words}");
    }

    fn interrupt(mut self) -> i32 {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_probe_is_a_line_in_the_order_of_the_runbook_and_the_worst_decides_the_exit_code() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let site = Site::new(&format!(
        "  slow: {{ run: 'sleep 0.3; echo slow' }}\n  door: {{ tcp: '127.0.0.1:{port}' }}\n  \
         room: {{ disk: /, expect: {{ more_than: 1B }} }}\n  name: {{ dns: localhost }}"
    ));
    let (code, all) = site.run(&[]);
    let lines: Vec<_> = all.lines().collect();
    assert_eq!((code, lines.len()), (0, 4), "{all}");
    for (line, start) in lines.iter().zip(["✓ slow  slow", "✓ door  connected  ", "✓ room  ", "✓ name  "]) {
        assert!(line.starts_with(start), "{all}");
    }
}

#[test]
fn what_is_bad_says_why_and_what_waits_says_for_what() {
    let site = Site::new(
        "  load: { run: 'echo load 97', expect: { number: '< 90', unit: '%' } }\n  home: { http: '{{ site }}' }\n  \
         log: { tail: nowhere.log }",
    );
    let (code, all) = site.run(&[]);
    assert_eq!(code, 1);
    let expected = "✗ load  load 97\n        expected a number < 90 % in the output; it is 97 %\n\
                    ? home  waits for ‹site›\n? log   nowhere.log is not there\n";
    assert_eq!(all, expected);
    assert_eq!(site.run(&["load"]).1.lines().count(), 2);
    let (code, all) = site.run(&["hame"]);
    assert_eq!((code, all.as_str()), (2, "mop: there is no probe called `hame`; did you mean `home`?\n"));
}

#[test]
fn a_secret_reaches_the_command_and_nobody_else() {
    let site = Site::new("  here: { run: 'echo is {{ token }}' }\n  there: { run: 'echo is {{ token }}', on: app1 }");
    let (code, all) = site.run(&[]);
    assert_eq!((code, all.as_str()), (0, "✓ here   is redacted:1\n✓ there  is redacted:1\n"));
}

#[test]
fn what_is_on_a_host_is_looked_at_through_ssh() {
    let site = Site::new(
        "  room: { disk: /, on: app1, expect: { more_than: 1B } }\n  run: { run: [echo, \"it's\"], on: app1 }",
    );
    let (code, all) = site.run(&[]);
    assert!(code == 0 && all.contains(" free, ") && all.contains("✓ run   it's"), "{all}");
    assert_eq!(site.pids().len(), 2);
}

#[test]
fn a_log_on_a_host_is_followed_through_rotation_and_only_what_is_new_counts() {
    let site = Site::new("  log: { tail: { file: \"it's.log\", on: app1 }, alert: ERR, every: 200ms, timeout: 30s }");
    let log = site.path("it's.log");
    let append = |text: &str| {
        use std::io::Write as _;
        fs::OpenOptions::new().append(true).create(true).open(&log).unwrap().write_all(text.as_bytes()).unwrap();
    };
    append("ERR old\nready\n");
    let mut following = Following::start(&site, &[]);
    assert!(following.until("log").contains("✓ log  ready"));
    append("ERR new\n");
    assert!(following.until("1 alert").contains("! log  1 alert; ERR new"));
    fs::rename(&log, site.path("old.log")).unwrap();
    append("ERR rotated\n");
    following.until("2 alerts; ERR rotated");
    assert_eq!(following.interrupt(), 130);
    let pids = site.pids();
    assert_eq!(pids.len(), 1, "one ssh carries it");
    assert!(!pids.iter().any(|pid| lives(pid)), "it is gone with mop");
}

#[test]
fn a_log_that_is_not_there_yet_is_unknown_until_it_comes() {
    let site = Site::new("  log: { tail: { file: a.log, on: app1 }, alert: ERR, every: 200ms, timeout: 30s }");
    let mut following = Following::start(&site, &[]);
    assert!(following.until("log").contains("? log"));
    fs::write(site.path("a.log"), "ERR first\n").unwrap();
    following.until("1 alert; ERR first");
    assert_eq!(following.interrupt(), 130);
}

#[test]
fn being_interrupted_leaves_no_program_behind() {
    let site = Site::new(
        "  hangs: { run: \"trap '' TERM; echo $$ > pid.new; mv pid.new pid; while :; do sleep 1000; done\", timeout: 10m }\n  quick: { run: 'echo 1', every: 1s }",
    );
    let mut following = Following::start(&site, &[]);
    following.until("quick");
    let end = Instant::now() + Duration::from_secs(60);
    while !site.path("pid").exists() {
        assert!(Instant::now() < end, "it did not begin");
        std::thread::yield_now();
    }
    assert_eq!(following.interrupt(), 130);
    assert!(!lives(fs::read_to_string(site.path("pid")).unwrap().trim()));
}
