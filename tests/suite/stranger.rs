//! A stranger's verifier, written from `docs/journal.md` alone, comes to the verdict of `mop verify`.
//!
//! It is `tests/stranger`, in Python, with nothing of this program. What is done to a run here is done once,
//! and both are asked; so the page leaves nothing out that the verdict depends on.

mod altered;
mod bits;
mod made_up;
mod odd;
mod outside;
mod printed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use mop::journal::Digest;
use serde_json::Value as Json;

use crate::reading::here;
use crate::verify::office::{Copy, mop};

/// What Python is called where nothing is looked for on the path.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    String::from_utf8(asked.stdout).unwrap().trim().into()
});

/// Is how somebody judges a run: the verdict in one word, the exit code, and all that was said.
#[derive(Debug)]
struct Judged {
    word: String,
    code: i32,
    out: String,
}

/// Asks the stranger.
fn stranger(run: &Path, args: &[&str]) -> Judged {
    let mut python = Command::new(&*PYTHON);
    python.arg("-B").arg(here("tests/stranger")).args(args).arg(run).stdin(Stdio::null());
    let output = python.output().unwrap();
    let out = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!out.contains("Traceback"), "{out}");
    let word = out.lines().next().unwrap_or_default().to_owned();
    Judged { word, code: output.status.code().unwrap(), out }
}

/// Asks `mop verify`.
fn own(run: &Path, args: &[&str]) -> Judged {
    let run = run.to_string_lossy();
    let told = mop(Path::new("/nonexistent"), &[&["verify", "--format", "json", &run], args].concat());
    let json: Json = serde_json::from_str(&told.out).unwrap_or_default();
    let word = json["verdict"].as_str().unwrap_or_default().to_owned();
    Judged { word, code: told.code, out: format!("{}\n{}{}", json["words"], told.err, json["found"]) }
}

/// Asks both, and gives the verdict in which they agree.
fn agreed(case: &str, run: &Path, args: &[&str]) -> String {
    let (stranger, own) = (stranger(run, args), own(run, args));
    let is_one = stranger.code == own.code && (own.word.is_empty() || stranger.word == own.word);
    assert!(
        is_one,
        "{case}: mop says {} ({}): {}\nthe stranger ({}): {}",
        own.word, own.code, own.out, stranger.code, stranger.out
    );
    own.word
}

fn edit_lines(copy: &Copy, edit: impl FnOnce(&mut Vec<String>)) {
    let path = copy.path("journal.jsonl");
    let mut lines: Vec<_> = fs::read_to_string(&path).unwrap().lines().map(|line| format!("{line}\n")).collect();
    edit(&mut lines);
    fs::write(path, lines.concat()).unwrap();
}

/// Writes a record that follows the last one of a copy, behind bytes that are none; its hash is right.
fn chain_on(copy: &Copy, junk: &[u8], members: &[u8]) {
    let path = copy.path("journal.jsonl");
    let journal = fs::read(&path).unwrap();
    let last = journal[..journal.len() - 1].rsplit(|byte| *byte == b'\n').next().unwrap();
    let last: Json = serde_json::from_slice(last).unwrap();
    let (n, prev) = (last["n"].as_u64().unwrap() + 1, last["h"].as_str().unwrap());
    let line = [format!(r#"{{"n":{n},"prev":"{prev}","#).as_bytes(), members].concat();
    let h = Digest::of(&[&line[..], b"\n"].concat());
    fs::write(path, [&journal, junk, &line, format!(",\"h\":\"{h}\"}}\n").as_bytes()].concat()).unwrap();
}
