//! The static binary (`MOP_STATIC`) in an empty folder that is its whole world.
//!
//! Nothing of this machine is there: no program, no library, no /proc, no /dev. Each test runs itself once
//! more in a network of its own, where it may be root and may listen on port 53 without touching this
//! machine. There a web server and a name server of the tests stand, on the other side of the wall.

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;

use crate::fetch::ground::{PATIENCE, sha256};
use crate::fetch::site::{Site, whole};
use crate::flow::pty::{self, Pty};
use crate::ground::Ground;
use crate::names::server::NameServer;
use crate::needs::needs;
use crate::reading::here;
use crate::watchdog::Watchdog;

/// Says to a test that it is in a network of its own.
const INSIDE: &str = "MOP_TEST_BASTION";
/// The name in the certificate of the web server; no machine has it.
const NAME: &str = "other.example";

/// Tells whether a test is in a network of its own; if not, runs it again in one.
fn is_apart(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let mut again = Command::new("unshare");
    again.args(["--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]);
    again.arg(std::env::current_exe().unwrap()).args(["--exact", &format!("bastion::{test}"), "--nocapture"]);
    let output = again.env("PATH", crate::needs::wide_path()).env(INSIDE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

/// An empty folder with the program in it, and what belongs to it.
struct Bastion {
    ground: Ground,
    site: Site,
}

impl Bastion {
    /// Has the program, an authority, a runbook that looks at a site by its name, and nothing else.
    fn new() -> Self {
        let bastion =
            Self { ground: Ground::new(), site: Site::safe("other-name.pem", |_, ask, out| whole(out, ask, b"here")) };
        fs::copy(std::env::var_os("MOP_STATIC").unwrap(), bastion.ground.at("mop")).unwrap();
        fs::copy(here("tests/certificates/authority.pem"), bastion.ground.at("ca.pem")).unwrap();
        let (port, sum) = (bastion.site.port(), sha256(b"here"));
        bastion.put(
            "book.yaml",
            &format!(
                "mop: 1
id: bastion
title: A bastion
status:
  site: {{ http: {{ url: \"https://{NAME}:{port}/\", ca: /ca.pem }}, every: 10s }}
  port: {{ tcp: \"{NAME}:{port}\", every: 10s }}
  name: {{ dns: {NAME}, expect: {{ is: 127.0.0.1 }}, every: 10s }}
activities:
  - id: do
    title: Do
    estimate: 5m
    steps:
      - Look at it
      - {{ id: up, title: The site answers, check: site }}
      - {{ id: get, title: Fetch it, fetch: {{ url: \"https://{NAME}:{port}/x\", to: /came, ca: /ca.pem, sha256: {sum} }} }}
      - {{ id: run, title: Run it, run: {{ command: echo hello, expect: {{ exit: 0 }} }} }}
"
            ),
        );
        bastion.put(
            "any.yaml",
            &format!(
                "mop: 1
title: Any authority
status:
  site: {{ http: \"https://{NAME}:{port}/\", every: 10s }}
activities:
  - {{ title: Do, estimate: 5m, steps: [Look] }}
"
            ),
        );
        bastion
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.ground.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Says in the file of hosts where the site is.
    fn with_hosts(self) -> Self {
        self.put("etc/hosts", &format!("127.0.0.1 {NAME}\n"));
        self
    }

    /// Runs the program where nothing else is, to its end.
    fn mop(&self, args: &[&str], (input, environment): (&str, &[(&str, &str)])) -> (i32, String) {
        let mut command = Command::new("unshare");
        command.env_clear().env("MOP_STATE", "/state").env("LANG", "C.UTF-8").envs(environment.iter().copied());
        command.arg("--root").arg(self.ground.folder.path()).arg("/mop").args(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _watch = Watchdog::over(&child, PATIENCE);
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8(said).unwrap())
    }

    fn say(&self, args: &[&str]) -> (i32, String) {
        self.mop(args, ("", &[]))
    }

    /// Runs it in a terminal of 100 columns and 30 rows.
    fn screen(&self, args: &[&str]) -> Pty {
        let mut command = CommandBuilder::new("unshare");
        command.env_clear();
        command.env("PATH", "/usr/bin:/bin");
        command.arg("--root");
        command.arg(self.ground.folder.path());
        command.arg("/mop");
        command.args(args);
        Pty::of(pty::spawn_command(command, Path::new("/state"), &[]))
    }
}

#[test]
fn alone_in_the_world_it_says_what_it_is_and_what_is_missing() {
    needs!(STATIC, APART);
    if !is_apart("alone_in_the_world_it_says_what_it_is_and_what_is_missing") {
        return;
    }
    let bastion = Bastion::new();
    let (code, said) = bastion.say(&["--version"]);
    assert!(code == 0 && said.contains("linked static"), "{said}");
    assert_eq!(bastion.say(&["check", "--strict", "dataminer-upgrade"]).0, 0);
    assert_eq!(bastion.say(&["check", "/book.yaml"]), (0, "/book.yaml: no problems\n".to_owned()));
    let (code, said) = bastion.say(&["probe", "/book.yaml"]);
    let words = format!(
        "? site  {NAME} cannot be looked up: there is no `getent` here, /etc/hosts does not have it, and \
         /etc/resolv.conf is not there"
    );
    assert!(code == 1 && said.contains(&words), "{said}");
}

#[test]
fn a_site_is_asked_by_its_name_as_the_hosts_there_say() {
    needs!(STATIC, APART);
    if !is_apart("a_site_is_asked_by_its_name_as_the_hosts_there_say") {
        return;
    }
    let bastion = Bastion::new().with_hosts();
    let (code, said) = bastion.say(&["probe", "/book.yaml"]);
    assert!(code == 0 && said.contains("✓ site") && said.contains("✓ port") && said.contains("✓ name"), "{said}");
    assert_eq!(bastion.site.asked().len(), 1);
    let (code, said) = bastion.say(&["probe", "/any.yaml"]);
    assert!(code == 1 && said.contains("this machine has no certificate authorities"), "{said}");
    let (code, said) = bastion.mop(&["probe", "/any.yaml"], ("", &[("SSL_CERT_FILE", "/ca.pem")]));
    assert!(code == 0 && said.contains("✓ site"), "{said}");
}

#[test]
fn a_site_is_asked_by_its_name_as_the_name_server_there_says() {
    needs!(STATIC, APART);
    if !is_apart("a_site_is_asked_by_its_name_as_the_name_server_there_says") {
        return;
    }
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, 53));
    let server = NameServer::at(at, |asked| vec![asked.is(&["127.0.0.1"])]);
    let bastion = Bastion::new();
    bastion.put("etc/resolv.conf", "nameserver 127.0.0.1\n");
    let (code, said) = bastion.say(&["probe", "/book.yaml"]);
    assert!(code == 0 && said.contains("✓ site") && said.contains("✓ port") && said.contains("✓ name"), "{said}");
    assert_eq!(server.names(), [NAME]);
    drop(server);
    let (code, said) = bastion.say(&["probe", "/book.yaml"]);
    assert!(code == 1 && said.contains("the name server 127.0.0.1 of this machine is none"), "{said}");
}

#[test]
fn a_run_goes_from_its_start_to_its_seal() {
    needs!(STATIC, APART);
    if !is_apart("a_run_goes_from_its_start_to_its_seal") {
        return;
    }
    let bastion = Bastion::new().with_hosts();
    let with_input = |args: &[&str], input: &str| bastion.mop(args, (input, &[]));
    assert_eq!(bastion.say(&["roster", "add", "alice@example.com", "--name", "Alice"]).0, 0);
    assert_eq!(with_input(&["roster", "pin", "alice@example.com"], "correct horse\ncorrect horse\n").0, 0);
    assert_eq!(bastion.say(&["roster", "level", "pin"]).0, 0);
    let sign = |step: &str| format!("sign {step}\npin = correct horse\n");
    let by_hand = "start do/run\nby-hand do/run\nwhy = there is no shell\n";
    let lines = [sign("1.1"), "start do/up\n".to_owned(), sign("do/up"), "start do/get\n".to_owned(), sign("do/get")];
    let lines = format!("{}{by_hand}{}seal done\n", lines.concat(), sign("do/run"));
    bastion.put("answers.txt", &lines);
    let (code, said) = bastion.say(&["run", "/book.yaml", "--answers", "/answers.txt", "--as", "alice"]);
    // Only a key signs a seal, and there is no ssh-keygen there.
    assert!(code == 0 && said.contains("the seal stands unsigned by alice@example.com"), "{code} {said}");
    assert!(said.contains("no command can be started here: /proc is not mounted"), "{said}");
    assert_eq!(fs::read(bastion.ground.at("came")).unwrap(), b"here");
    let run = bastion.ground.at("state/runs").read_dir().unwrap().next().unwrap().unwrap().file_name();
    let run = run.to_str().unwrap();
    for (args, words) in [
        (&["verify", run][..], "NOBODY SIGNED THE SEAL"),
        (&["status", run], "sealed"),
        (&["log", run], "Alice"),
        (&["report", run, "--format", "html"], "</html>"),
        (&["pack", run], "wrote "),
        (&["runs", "--all"], "A bastion"),
    ] {
        let (code, said) = bastion.say(args);
        assert!(matches!(code, 0 | 3) && said.contains(words), "{args:?}: {code} {said}");
    }
}

#[test]
fn the_full_screen_is_drawn_and_signed_on() {
    needs!(STATIC, APART);
    if !is_apart("the_full_screen_is_drawn_and_signed_on") {
        return;
    }
    let bastion = Bastion::new().with_hosts();
    let mut screen = bastion.screen(&["run", "/book.yaml"]);
    screen.wait_for("Your name");
    screen.press("Alice\r");
    screen.wait_for("begin the run");
    screen.press("y");
    screen.wait_for("Checklist");
    screen.press("s");
    screen.wait_for("y signs");
    screen.press("y");
    screen.wait_for("✓P 1.1");
    screen.press("q");
    assert_eq!(screen.wait_for_end(), 0);
    screen.assert_restored();
}
