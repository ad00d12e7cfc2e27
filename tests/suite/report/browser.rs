//! A browser without a window, driven through the pipe that its developers' tools speak on.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// How long the browser may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "about:blank",
];

/// Is a browser with one page.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Json>,
    /// What has to stay as long as it runs.
    _home: TempDir,
    count: u64,
    session: Option<String>,
}

impl Browser {
    /// Starts one; it speaks on what it takes for its third and fourth file.
    pub fn start() -> Self {
        let home = TempDir::new().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "exec chromium \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null", "sh"]).args(FLAGS);
        command.arg(format!("--user-data-dir={}", home.path().display())).env("HOME", home.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let to = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while lines.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                if sender.send(serde_json::from_slice(&message).unwrap()).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Self { child, to, from, _home: home, count: 0, session: None };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let session = browser.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        browser.call("Page.enable", json!({}));
        browser
    }

    /// Asks for something, and gives what it answers.
    pub fn call(&mut self, method: &str, parameters: Json) -> Json {
        self.count += 1;
        let mut message = json!({ "id": self.count, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        let id = self.count;
        let answer = self.wait(method, |answer| answer["id"] == id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn wait(&self, what: &str, is_it: impl Fn(&Json) -> bool) -> Json {
        loop {
            let answer = self.from.recv_timeout(PATIENCE).unwrap_or_else(|why| panic!("{what}: {why}"));
            if is_it(&answer) {
                return answer;
            }
        }
    }

    /// Opens a page, and waits until it is there.
    pub fn open(&mut self, path: &std::path::Path) {
        self.call("Page.navigate", json!({ "url": format!("file://{}", path.display()) }));
        self.wait("load", |answer| answer["method"] == "Page.loadEventFired");
    }

    /// Shows the page in a window of a width, in light or dark, on a screen or on paper.
    pub fn show(&mut self, (width, scheme, media): (u32, &str, &str)) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }));
    }

    /// Works something out on the page.
    pub fn ask(&mut self, expression: &str) -> Json {
        let question = json!({ "expression": expression, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", question);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Takes a picture of all of the page, as base64.
    pub fn picture(&mut self) -> String {
        let picture = self.call("Page.captureScreenshot", json!({ "captureBeyondViewport": true, "format": "png" }));
        picture["data"].as_str().unwrap().to_owned()
    }

    /// Prints the page, and gives the paper as base64.
    pub fn paper(&mut self) -> String {
        let paper = self.call("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": true }));
        paper["data"].as_str().unwrap().to_owned()
    }

    /// Lists what somebody hears who does not see the page: roles and names, in their order.
    pub fn heard(&mut self) -> Vec<(String, String)> {
        self.call("Accessibility.enable", json!({}));
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().unwrap();
        let node = |id: &Json| nodes.iter().find(|node| node["nodeId"] == *id);
        let mut heard = Vec::new();
        let mut left: Vec<&Json> = nodes.first().into_iter().collect();
        while let Some(next) = left.pop() {
            let text = |name: &str| next[name]["value"].as_str().unwrap_or_default().to_owned();
            if next["ignored"] == false {
                heard.push((text("role"), text("name")));
            }
            let children = next["childIds"].as_array().into_iter().flatten().rev();
            left.extend(children.filter_map(node));
        }
        heard
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Whoever has no page any more is not waited for politely.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
