//! Somebody who writes a journal anew: every hash fits, so that only what was signed tells.

use std::fs;

use mop::exec::sign::{Check, Signers};
use mop::journal::Digest;
use mop::run::roster::SIGNOFF;
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use super::office::{Copy, Office};

/// Is the records of a copy of a run while they are edited.
pub struct Forger<'a> {
    pub office: &'a Office,
    pub copy: Copy,
    records: Vec<Map<String, Json>>,
    beginning: Map<String, Json>,
}

fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

impl<'a> Forger<'a> {
    pub fn new(office: &'a Office) -> Self {
        let copy = office.copy();
        let text = fs::read_to_string(copy.path("journal.jsonl")).unwrap();
        let records: Vec<Map<_, _>> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let beginning = records[0].clone();
        Self { office, copy, records, beginning }
    }

    /// Gives a member of a record as text.
    pub fn text(&self, n: usize, name: &str) -> String {
        self.records[n][name].as_str().unwrap().to_owned()
    }

    /// Gives a record.
    pub fn record(&self, n: usize) -> Map<String, Json> {
        self.records[n].clone()
    }

    /// Sets a member of a record.
    pub fn set(&mut self, n: usize, name: &str, value: impl Into<Json>) {
        self.records[n][name] = value.into();
    }

    pub fn remove(&mut self, n: usize, name: &str) {
        self.records[n].shift_remove(name).unwrap();
    }

    pub fn replace(&mut self, n: usize, record: Map<String, Json>) {
        self.records[n] = record;
    }

    /// Adds a record at the end, under an id of its own.
    pub fn push(&mut self, mut record: Map<String, Json>) {
        record["id"] = hex(self.records.len().to_string().as_bytes())[..32].into();
        self.records.push(record);
    }

    /// Tells whether the first record is another one, which shows in the first signature already.
    pub fn has_another_beginning(&self) -> bool {
        self.records[0] != self.beginning
    }

    /// Changes a line of a record's statement, and leaves the signature.
    pub fn reword(&mut self, n: usize, key: &str, value: &str) {
        let statement = self.text(n, "stmt");
        let is_it = |line: &str| line.starts_with(&format!("{key:<10}"));
        assert!(statement.lines().any(is_it), "{key} of {statement}");
        let new = |line: &str| if is_it(line) { format!("{key:<10}{value}") } else { line.to_owned() };
        let lines: Vec<_> = statement.lines().map(new).collect();
        self.set(n, "stmt", lines.join("\n"));
    }

    /// Signs a record's statement anew, as somebody.
    pub fn resign(&mut self, n: usize, who: &str) {
        let signature = self.office.signature(who, &self.text(n, "stmt"));
        self.set(n, "sig", signature.map_or(Json::Null, Json::from));
    }

    /// Puts a file into the place of one that the first record names, with its hash.
    pub fn repin(&mut self, name: &str, bytes: &str) {
        fs::write(self.copy.path(name), bytes).unwrap();
        self.records[0]["files"][name] = Digest::of(bytes.as_bytes()).to_string().into();
    }

    /// Writes the journal: numbers and hashes are those of the records as they are now.
    pub fn write(&self) {
        self.write_with(|body| body);
    }

    /// Writes it with its bodies changed as text, hashes included.
    pub fn write_with(&self, change: impl Fn(String) -> String) {
        let (mut out, mut prev) = (String::new(), "0".repeat(64));
        for (n, record) in self.records.iter().enumerate() {
            let mut body = record.clone();
            for own in ["n", "prev", "h"] {
                body.shift_remove(own);
            }
            let body = change(Json::Object(body).to_string());
            let line = format!("{{\"n\":{n},\"prev\":\"{prev}\",{}", &body[1..body.len() - 1]);
            let h = hex(format!("{line}\n").as_bytes());
            out.push_str(&format!("{line},\"h\":\"{h}\"}}\n"));
            prev = h;
        }
        fs::write(self.copy.path("journal.jsonl"), out).unwrap();
    }

    /// Asks ssh-keygen itself whether a record's statement was signed by whom it says, with these keys.
    pub fn keygen_believes(&self, n: usize, (signers, revoked): (&str, Option<&std::path::Path>)) -> bool {
        let person = self.records[n]["who"]["id"].as_str().unwrap();
        let at = chrono::DateTime::parse_from_rfc3339(&self.text(n, "ts")).unwrap();
        let check = Check {
            signers: Signers::Text(signers),
            person,
            namespace: SIGNOFF,
            at_ms: Some(at.timestamp_millis()),
            revoked,
            touch: false,
        };
        let statement = format!("{}\n", self.text(n, "stmt"));
        let signature = self.records[n]["sig"].as_str().unwrap_or_default();
        self.office.keys.keygen_believes(&check, statement.as_bytes(), signature.as_bytes())
    }
}
