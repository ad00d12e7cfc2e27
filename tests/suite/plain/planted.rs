//! Thirty secrets are planted in everything that a run says, hears and shows; none of them is found again in the
//! run's directory, in the plain output, or in what the full screen wrote to its terminal.

use std::fs;

use super::site::Site;
use crate::fetch::site as web;
use crate::flow::pty::Pty;
use crate::secrets::{files_below, planted};

/// Prints each secret as programs do, on both streams, and in pieces.
const LEAK: &str = r#"for name in $NAMES; do
eval "value=\$$name"
printf '%s\n' "$value"
printf '{"token":"%s"}\n' "$value"
printf '%s' "$value" | base64 -w 0; echo
printf 'user:%s' "$value" | base64 -w 0; echo
printf '\033[31mfailed: %s rejected\033[0m\n' "$value" >&2
half=$(printf '%s' "$value" | head -c 7); printf '%s' "$half"; sleep 0.01; printf '%s\n' "${value#"$half"}"
done
env
exit 3
"#;

/// What is looked for: a secret as it is, and as it stands in addresses, in JSON and in base64.
fn forms(secret: &str) -> [String; 4] {
    let percent: String = secret
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let json = serde_json::to_string(secret).unwrap();
    [secret.to_owned(), percent, json.trim_matches('"').to_owned(), base64(secret.as_bytes())]
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let number = (0..3).fold(0_usize, |number, at| number << 8 | usize::from(*group.get(at).unwrap_or(&0)));
        let letters = (0..4).map(move |at| char::from(LETTERS[number >> (18 - 6 * at) & 63]));
        letters.take(group.len() + 1).collect::<String>()
    };
    // Without what fills it up at the end, which is no part of the secret.
    bytes.chunks(3).map(group).collect()
}

/// Says back all that it was told, wherever an answer can hold it; what it is asked for decides how it fails.
fn echo() -> web::Site {
    web::Site::new(|_, ask, out| {
        let said = ask.header("x-secret").unwrap_or_default().to_owned();
        let quoted: String = said.chars().filter(|c| c.is_ascii() && !c.is_control()).collect();
        let body = format!("{{\"token\":\"{said}\"}} {} user:{said}", base64(said.as_bytes()));
        let away =
            format!("Location: ftp://user:{0}@127.0.0.1/?token={0}\r\nX-Echo: {0}\r\n", quoted.replace(' ', "%20"));
        let head = match ask.path() {
            "/fine" => web::head("200 OK", body.len(), ""),
            "/away" => web::head("302 Found", body.len(), &away),
            // Not one after which it would be tried again.
            _ => web::head(&format!("404 {quoted}"), body.len(), &away),
        };
        web::put(out, head);
        web::put(out, body);
    })
}

struct Planted {
    site: Site,
    secrets: Vec<String>,
    web: web::Site,
}

impl Planted {
    fn new() -> Self {
        Self { site: Site::new(), secrets: planted(), web: echo() }
    }

    fn name(at: usize) -> String {
        format!("s{at:02}")
    }

    /// Writes the runbook: every way in which a secret goes out, and comes back.
    fn book(&self) -> String {
        let (folder, url) = (self.site.folder.path().display(), self.web.url(""));
        let all = 0..self.secrets.len();
        let inputs: String =
            all.clone().map(|at| format!("  {}: {{ ask: A secret, type: secret }}\n", Self::name(at))).collect();
        let env: String = all.map(|at| format!("S{at:02}: \"{{{{ {} }}}}\", ", Self::name(at))).collect();
        let names: Vec<_> = (0..self.secrets.len()).map(|at| format!("S{at:02}")).collect();
        let leak = self.site.file("leak.sh", LEAK);
        let header = |at: usize| format!("headers: {{ X-Secret: \"{{{{ s{at:02} }}}}\" }}");
        format!(
            "mop: 1\nid: planted\ntitle: Planted\nroles: {{ lead: Does it }}\nsign: lead\ninputs:\n{inputs}status:\n\
             \x20 fine: {{ http: {{ url: \"{url}/fine\", {} }}, expect: {{ contains: nothing of the kind }}, every: 1s }}\n\
             \x20 away: {{ http: {{ url: \"{url}/away\", {} }}, every: 1s }}\n\
             \x20 broken: {{ http: {{ url: \"{url}/broken\", {} }}, every: 1s }}\n\
             \x20 json: {{ http: {{ url: \"{url}/fine\", {} }}, expect: {{ matches: \"tok.*\" }}, every: 1s }}\n\
             \x20 log: {{ tail: \"{folder}/app.log\", alert: ERR, every: 1s }}\n\
             activities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n\
             \x20     - {{ id: leak, title: Leak, run: {{ command: [sh, \"{leak}\"], env: {{ {env} NAMES: \"{}\" }}, expect: {{ exit: 0, stdout: {{ contains: nothing }} }} }} }}\n\
             \x20     - {{ id: kept, title: Keep, run: {{ command: 'echo \"$WORD\"', env: {{ WORD: \"{{{{ s02 }}}}\" }}, expect: {{ exit: 0 }}, capture: {{ kept: {{ line: first }} }} }} }}\n\
             \x20     - {{ id: get, title: Get, fetch: {{ url: \"{url}/away\", to: \"{folder}/got\", {} }} }}\n\
             \x20     - {{ id: broken, title: Get, fetch: {{ url: \"{url}/broken\", to: \"{folder}/got\", {} }} }}\n\
             \x20     - {{ id: look, title: Look, check: {{ http: {{ url: \"{url}/fine\", {} }}, expect: {{ contains: nothing }} }} }}\n\
             \x20     - {{ id: last, title: Last }}\n",
            header(2),
            header(8),
            header(3),
            header(4),
            names.join(" "),
            header(14),
            header(7),
            header(9)
        )
    }

    /// Makes sure that secrets were sent, or there was nothing to find.
    fn was_told(&self, which: &[usize]) {
        let wait = std::time::Instant::now();
        let has = |at: &usize| self.web.asked().iter().any(|ask| ask.header("x-secret") == Some(&self.secrets[*at]));
        while !which.iter().all(has) {
            assert!(wait.elapsed() < super::site::PATIENCE, "not all of {which:?} were sent");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    fn find_none(&self, what: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for (at, secret) in self.secrets.iter().enumerate() {
            for form in forms(secret) {
                let found = text.split_once(&form).map(|(before, after)| {
                    let before: String = before.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
                    format!("{before}{form}{}", after.chars().take(20).collect::<String>())
                });
                assert_eq!(found, None, "secret {at} ({secret}) stands in {what}");
            }
        }
    }

    fn find_none_in_the_run(&self) {
        let files = files_below(self.site.state.path());
        assert!(files.len() > 8, "{files:?}");
        for file in files {
            self.find_none(&file.display().to_string(), &fs::read(&file).unwrap());
        }
    }
}

#[test]
fn none_of_thirty_planted_secrets_is_found_again() {
    let planted = Planted::new();
    let book = planted.site.file("planted.yaml", &planted.book());
    let log = planted.secrets.iter().fold(String::new(), |log, secret| format!("{log}ERR login failed: {secret}\n"));
    planted.site.file("app.log", "begun\n");
    let mut talk = planted.site.talk(&["run", &book, "--plain", "--as", "Ada"]);
    talk.until("(ready)>");
    talk.say("start 1.1");
    planted.secrets.iter().enumerate().for_each(|(at, secret)| talk.say(&format!("s{at:02} = {secret}")));
    talk.until("1.1 | ");
    talk.until("(failed)>");
    // The log speaks of them only once they are known.
    fs::write(planted.site.folder.path().join("app.log"), format!("begun\n{log}")).unwrap();
    for probe in ["fine is bad", "away is ", "broken is bad", "json is ", "log is warn"] {
        if !talk.seen.iter().any(|line| line.contains(probe)) {
            talk.until(probe);
        }
    }
    talk.say("status");
    talk.say("by-hand 1.1");
    talk.say("why = it leaks");
    talk.until("(to sign)>");
    talk.say("sign 1.1");
    talk.until("1.2 one/kept (ready)>");
    talk.say("start 1.2");
    talk.until("(to sign)>");
    talk.say("sign 1.2");
    for step in ["1.3", "1.4", "1.5"] {
        talk.until(&format!("{step} one/"));
        talk.say(&format!("start {step}"));
        talk.until("(failed)>");
        talk.say(&format!("override {step}"));
        talk.say("why = it is a test");
        talk.until("(to sign)>");
        talk.say(&format!("sign {step}"));
    }
    talk.until("1.6 one/last (ready)>");
    talk.say("pause");
    talk.say("why = a look beside");
    talk.until("paused the run");
    talk.say("beside");
    talk.say(&format!("command = cat {}/app.log", planted.site.folder.path().display()));
    talk.until("beside/1 | ");
    talk.until(">");
    talk.say("trail 200");
    planted.was_told(&[2, 8, 3, 4, 14, 7, 9]);
    let said = talk.end().with(0);
    assert!(said.out.contains("redacted"), "{}", said.out);
    planted.find_none("the plain output", said.out.as_bytes());
    planted.find_none("the error stream", said.err.as_bytes());
    planted.find_none_in_the_run();
}

#[test]
fn what_the_full_screen_writes_holds_none_of_them() {
    let planted = Planted::new();
    let text = planted.book().replace("expect: { exit: 0, stdout: { contains: nothing } }", "expect: { exit: 3 }");
    // Only those that probes wait for are asked when a run is entered.
    let book = planted.site.file("planted.yaml", &text);
    planted.site.file("app.log", "begun\n");
    planted.site.mop(&["run", &book, "--plain", "--as", "Ada"], "").with(0);
    let mut pty = Pty::start(planted.site.state.path(), &["resume"], &[]);
    pty.wait_for("Your name");
    pty.press("Ada\r");
    for at in [2, 3, 4, 8] {
        pty.wait_for(&Planted::name(at));
        pty.press(&format!("{}\r", planted.secrets[at]));
    }
    pty.wait_for("✗");
    planted.was_told(&[2, 3, 4, 8]);
    pty.press_until("q", "mop resume");
    pty.wait_for_end();
    planted.find_none("the terminal", &pty.raw);
    planted.find_none_in_the_run();
}

#[test]
fn what_is_planted_would_be_found_where_nobody_took_it_out() {
    let secrets = planted();
    let names: Vec<_> = (0..secrets.len()).map(|at| format!("S{at:02}")).collect();
    let mut command = std::process::Command::new("sh");
    command.args(["-c", LEAK]).env_clear().env("PATH", std::env::var("PATH").unwrap()).env("NAMES", names.join(" "));
    let output = command.envs(names.iter().zip(&secrets)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for secret in &secrets {
        let [plain, _, _, base64] = forms(secret);
        assert!(said.contains(&plain) && said.contains(&base64), "{secret} is not leaked");
    }
    assert_eq!(forms("a b\"c")[1..], ["a%20b%22c", "a b\\\"c", "YSBiImM"].map(str::to_owned));
}
