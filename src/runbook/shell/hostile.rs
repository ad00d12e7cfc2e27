//! Properties held against the real shells: `dash`, `bash --posix` and `sh`, those that are here.
//!
//! The first builds commands from pieces whose meaning is known, fills them with hostile values and
//! compares what the shells print. The second throws shell syntax together at random; whatever is
//! accepted must never run what a value says.
use super::{Command, Piece, read};
use meaning::{Meaning, Part, statement};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

mod meaning;

const SHELLS: &[&[&str]] = &[&["dash"], &["bash", "--posix"], &["sh"]];
const SECRET: &str = "it's \"$(touch X)\" `touch X` \\ * \n;";

fn template(parts: &[Part]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for part in parts {
        pieces.push(match part {
            Part::Text(text) => Piece::Text(text),
            Part::Value(_) | Part::List(_) | Part::Secret => Piece::Value,
        });
    }
    pieces
}

fn fill(command: &Command, parts: &[Part], out: &mut String) {
    let mut slots = command.slots().iter();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Value(value) => slots.next().unwrap().text(value, out),
            Part::Secret => slots.next().unwrap().variable("MOP_SECRET_token", out),
            Part::List(values) => {
                let slot = slots.next().unwrap();
                assert!(slot.takes_list());
                slot.list(values, out);
            }
        }
    }
}

/// Runs a script in a folder; nothing when this shell is not here.
fn run(shell: &[&str], script: &Path, folder: &Path, path: Option<&str>) -> Option<Output> {
    let mut command = std::process::Command::new(find(shell[0])?);
    command.args(&shell[1..]).arg(script).current_dir(folder).stdin(Stdio::null());
    command
        .env("N", "v1")
        .env("MOP_SECRET_token", SECRET)
        .env("HOME", "/nowhere")
        .env_remove("BASH_ENV")
        .env_remove("ENV");
    if let Some(path) = path {
        command.env("PATH", path);
    }
    Some(command.output().unwrap())
}

fn find(shell: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(shell)).find(|program| program.is_file())
}

/// How many batches to run; more when a person asks for it.
fn rounds(usual: u32) -> u32 {
    std::env::var("MOP_SHELL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

fn runner(rounds: u32) -> TestRunner {
    TestRunner::new(Config { cases: rounds, max_shrink_iters: 400, failure_persistence: None, ..Config::default() })
}

fn check_batch(batch: &[Meaning<String>]) -> Result<(), TestCaseError> {
    let (mut script, mut wanted) = (String::new(), String::new());
    for (number, case) in batch.iter().enumerate() {
        let command = read(&template(&case.parts));
        prop_assert!(command.is_ok(), "{:?} {:?}", command.err(), case.parts);
        let _ = writeln!(script, "printf '=%s\\n' {number}");
        fill(&command.unwrap(), &case.parts, &mut script);
        script.push('\n');
        let _ = write!(wanted, "={number}\n{}", case.means);
    }
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("seed"), "").unwrap();
    std::fs::write(folder.path().join("script"), &script).unwrap();
    for shell in SHELLS {
        let Some(output) = run(shell, &folder.path().join("script"), &inside, None) else {
            continue;
        };
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        prop_assert_eq!(&*err, "", "{:?}\n{}", shell, script);
        prop_assert_eq!(&*out, &wanted, "{:?}\n{}", shell, script);
        let left: Vec<_> = std::fs::read_dir(&inside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        prop_assert_eq!(left, ["seed"], "{:?}\n{}", shell, script);
    }
    Ok(())
}

#[test]
fn shells_read_every_value_as_the_words_it_is() {
    let batches = proptest::collection::vec(statement(), 1..60);
    runner(rounds(8)).run(&batches, |batch| check_batch(&batch)).unwrap();
}

/// Pieces that make most random texts nearly right.
const SYNTAX: &[&str] = &[
    "@@",
    "@@",
    "@@",
    "@@",
    "'",
    "'",
    "\"",
    "\"",
    "`",
    "$",
    "\\",
    "\\\n",
    " ",
    " ",
    " ",
    "\n",
    ";",
    ";;",
    "&&",
    "||",
    "|",
    "&",
    "!",
    "#",
    "=",
    "(",
    ")",
    "{ ",
    "}",
    "[",
    "]",
    "{a,",
    "1",
    "2",
    "a",
    "-c ",
    "-v ",
    "-eq ",
    "$(",
    "$((",
    "))",
    "${x:-",
    "${x#",
    "${#x}",
    "$x",
    "\"$x\"",
    "x=",
    "<<E\n",
    "<<'E'\n",
    "<<-E\n",
    "\nE\n",
    "E",
    "< ",
    "> ",
    ">>",
    ">&",
    "<&",
    "&>",
    "|&",
    "<(",
    "<<<",
    "$'",
    "$\"",
    "$[",
    "((",
    "[[ ",
    " ]]",
    "=~ ",
    "== ",
    "echo ",
    "echo \"",
    "echo '",
    "printf ",
    "test ",
    "[ ",
    "eval ",
    "export ",
    "read ",
    "let ",
    "declare ",
    "trap ",
    "time ",
    "exec ",
    "command ",
    "unset ",
    "alias ",
    ": ",
    "true;",
    "case a in ",
    "case @@ in ",
    "a) ",
    "*) ",
    "esac",
    "if true; then ",
    "else ",
    "fi",
    "for x in ",
    "for x ",
    "do ",
    "done",
    "while false; do ",
    "f() { ",
    "f ",
    "function f { ",
    "select x in ",
    "in ",
    "$@",
    "~",
    "*",
    "?",
    "\"$(echo @@)\"",
    "$(echo '@@')",
    "echo @@;",
    "echo \"@@\"\n",
    "x=@@;",
    "set -- @@\n",
    "'@@'",
    "\"@@\"",
    ". ",
    "%",
    ",",
    "..",
    "-",
    "+",
    ":",
];

/// Values that run `pwn` or write `PWNED` when any part of them is read as shell text.
const PAYLOADS: &[&str] = &[
    "pwn",
    ";pwn;",
    "';pwn;'",
    "\";pwn;\"",
    "`pwn`",
    "$(pwn)",
    "\npwn\n",
    ")\npwn\n(",
    "}\npwn\n{",
    "a[$(pwn)]",
    "'\npwn\n'",
    "\"\npwn\n\"",
    "\"$(pwn)\"",
    "'$(pwn)'",
    "E\npwn\n",
    "\nE\npwn\n",
    "\\\";pwn;",
    "\\';pwn;'",
    "|pwn|",
    "&pwn&",
    "a) pwn;;",
    ";; esac; pwn;",
    "x=1 pwn",
    "'\"`$(pwn)`\"'",
    "*/;pwn",
    "-v",
    "x=$(pwn)",
    "#\npwn\n",
    "1;pwn",
    "${x:-$(pwn)}",
    "]];pwn;",
    "));pwn;",
    "\\\npwn\n",
    "in",
    "2",
    "0",
];

fn check_accepted(written: &str, values: &[usize]) -> Result<bool, TestCaseError> {
    let pieces = super::tests::pieces(written);
    let Ok(command) = read(&pieces) else {
        return Ok(false);
    };
    if command.slots().is_empty() {
        return Ok(false);
    }
    let mut script = "pwn() { echo PWNED; : >PWNED; }\n".to_owned();
    let mut values = values.iter().cycle();
    let mut slots = command.slots().iter();
    for piece in pieces {
        match piece {
            Piece::Text(text) => script.push_str(text),
            Piece::Value => slots.next().unwrap().text(PAYLOADS[*values.next().unwrap()], &mut script),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inside")).unwrap();
    std::fs::write(folder.path().join("script"), &script).unwrap();
    for shell in &SHELLS[..2] {
        run(shell, &folder.path().join("script"), &folder.path().join("inside"), Some("/nowhere"));
        prop_assert!(!folder.path().join("inside/PWNED").exists(), "{:?}\n{}\n{}", shell, written, script);
    }
    Ok(true)
}

#[test]
fn shells_never_run_a_value_of_a_template_that_was_accepted() {
    let written = proptest::collection::vec(proptest::sample::select(SYNTAX), 2..16).prop_map(|parts| parts.concat());
    let values = proptest::collection::vec(0..PAYLOADS.len(), 1..4);
    let tried = std::cell::Cell::new(0);
    let result = runner(rounds(2) * 2000).run(&(written, values), |(written, values)| {
        tried.set(tried.get() + u32::from(check_accepted(&written, &values)?));
        Ok(())
    });
    eprintln!("{} templates were accepted and run", tried.get());
    result.unwrap();
}
