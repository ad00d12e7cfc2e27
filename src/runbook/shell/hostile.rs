//! Properties held against the real shells: `dash`, `bash --posix` and `sh`, those that are here.
//!
//! The first builds commands from pieces whose meaning is known, fills them with hostile values and
//! compares what the shells print. The second throws shell syntax together at random; whatever is
//! accepted must never run what a value says.
use super::{Command, Piece, read};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

const SHELLS: &[&[&str]] = &[&["dash"], &["bash", "--posix"], &["sh"]];
const SECRET: &str = "it's \"$(touch X)\" `touch X` \\ * \n;";

/// A piece of a template together with what stands there.
#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Value(String),
    List(Vec<String>),
    Secret,
}

/// Text that a shell reads, and the words or lines that it means.
#[derive(Debug, Clone)]
struct Meaning<T> {
    parts: Vec<Part>,
    means: T,
}

fn text(text: impl Into<String>) -> Part {
    Part::Text(text.into())
}

fn known(written: &str, means: &str) -> Meaning<String> {
    Meaning { parts: vec![text(written)], means: means.to_owned() }
}

fn hostile_value() -> impl Strategy<Value = String> {
    const TOKENS: &[&str] = &[
        "'",
        "\"",
        "`",
        "$",
        "\\",
        ";",
        "|",
        "&",
        "<",
        ">",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "*",
        "?",
        "~",
        "#",
        "!",
        "\n",
        "\t",
        " ",
        "=",
        ",",
        "..",
        "-",
        "%",
        "^",
        "\r",
        "0",
        "2",
        "a",
        "é",
        "\u{81}",
        "😀",
        "$(touch X)",
        "`touch X`",
        "${N}",
        "$N",
        ";touch X;",
        "\ntouch X\n",
        "'touch X'",
        "$'",
        "EOF",
        "seed",
        "done",
        "esac",
        "fi",
        "in",
        "if",
        "{a,b}",
        "1..3",
        "\\\n",
        "\u{1}",
        "\u{7f}",
        "X=1",
    ];
    let token = proptest::sample::select(TOKENS).prop_map(str::to_owned);
    let made = proptest::collection::vec(token, 0..7).prop_map(|tokens| tokens.concat());
    prop_oneof![
        6 => made,
        1 => proptest::sample::select(&["10.2", "2", "root", "esac", "", "a-z", "1,2"][..]).prop_map(str::to_owned),
        1 => "[^\0]{0,8}",
    ]
}

fn select(table: &'static [(&'static str, &'static str)]) -> impl Strategy<Value = Meaning<String>> {
    proptest::sample::select(table).prop_map(|(written, means)| known(written, means))
}

fn placed() -> impl Strategy<Value = Meaning<String>> {
    prop_oneof![
        6 => hostile_value().prop_map(|value| Meaning { parts: vec![Part::Value(value.clone())], means: value }),
        1 => Just(Meaning { parts: vec![Part::Secret], means: SECRET.to_owned() }),
    ]
}

/// A value directly after a variable, whose name must not grow.
fn after_name() -> impl Strategy<Value = Meaning<String>> {
    placed().prop_map(|value| join(vec![known("$N", "v1"), value]))
}

fn join(parts: Vec<Meaning<String>>) -> Meaning<String> {
    let means = parts.iter().map(|part| part.means.as_str()).collect();
    Meaning { parts: parts.into_iter().flat_map(|part| part.parts).collect(), means }
}

fn wrap(before: &str, inner: Meaning<String>, after: &str) -> Meaning<String> {
    let mut parts = vec![text(before)];
    parts.extend(inner.parts);
    parts.push(text(after));
    Meaning { parts, means: inner.means }
}

fn bare() -> impl Strategy<Value = Meaning<String>> {
    select(&[
        ("a", "a"),
        ("b/", "b/"),
        ("x=", "x="),
        ("1", "1"),
        ("2", "2"),
        (".", "."),
        ("a#", "a#"),
        ("{", "{"),
        ("}", "}"),
        ("[", "["),
        ("a~", "a~"),
        ("\\'", "'"),
        ("\\\"", "\""),
        ("\\$", "$"),
        ("\\\\", "\\"),
        ("@", "@"),
        ("%", "%"),
        (":", ":"),
        ("a\\\n", "a"),
        ("!", "!"),
        ("^", "^"),
        ("$N-", "v1-"),
        ("${N}", "v1"),
        ("$((1 + 2))", "3"),
        ("`printf y`", "y"),
        ("é", "é"),
        ("+", "+"),
    ])
}

fn double() -> impl Strategy<Value = Meaning<String>> {
    let inside = prop_oneof![
        select(&[
            ("a", "a"),
            (" ", " "),
            ("'", "'"),
            ("$N-", "v1-"),
            ("${N}", "v1"),
            ("\\$", "$"),
            ("\\\"", "\""),
            ("\\\\", "\\"),
            ("#", "#"),
            ("*", "*"),
            ("$(printf x)", "x"),
            ("`printf y`", "y"),
            ("!", "!"),
            ("(", "("),
            (";", ";"),
            ("\n", "\n"),
            ("${Q:-d}", "d"),
            ("$((1 + 1))", "2"),
            ("~", "~"),
            ("a\\\n", "a"),
            ("\\a", "\\a"),
            ("$(printf '%s' \"it's\")", "it's"),
            ("1", "1"),
        ]),
        placed(),
        after_name(),
    ];
    proptest::collection::vec(inside, 0..4).prop_map(|parts| wrap("\"", join(parts), "\""))
}

fn single() -> impl Strategy<Value = Meaning<String>> {
    let inside = prop_oneof![
        select(&[
            ("a", "a"),
            (" ", " "),
            ("\"", "\""),
            ("$N", "$N"),
            ("\\", "\\"),
            ("`", "`"),
            ("#", "#"),
            ("\n", "\n"),
            ("$(", "$(")
        ]),
        placed(),
    ];
    proptest::collection::vec(inside, 0..4).prop_map(|parts| wrap("'", join(parts), "'"))
}

/// One word, perhaps with a quoted `$( … )` that prints another word.
fn word() -> BoxedStrategy<Meaning<String>> {
    let leaf = prop_oneof![2 => bare(), 3 => placed(), 1 => after_name(), 2 => double(), 2 => single()];
    let plain = proptest::collection::vec(leaf, 1..4).prop_map(join).boxed();
    plain
        .prop_recursive(2, 8, 2, |inner| {
            let printed = inner.clone().prop_map(|word| {
                let mut printed = wrap("\"$(printf '%s.' ", word, ")\"");
                printed.means.push('.');
                printed
            });
            (inner, printed).prop_map(|(word, printed)| join(vec![word, printed]))
        })
        .boxed()
}

fn shown(words: &[String]) -> String {
    words.iter().map(|word| format!("<{word}>\n")).collect()
}

/// Puts words with spaces between them after some text.
fn line(before: &str, words: Vec<Meaning<String>>) -> Meaning<String> {
    let means = words.iter().map(|word| word.means.clone()).collect::<Vec<_>>();
    let mut parts = vec![text(before)];
    for word in words {
        parts.push(text(" "));
        parts.extend(word.parts);
    }
    Meaning { parts, means: shown(&means) }
}

fn listed(before: &str, after: &str, values: Vec<String>) -> Meaning<String> {
    let means = shown(&values);
    Meaning { parts: vec![text(before), Part::List(values), text(after)], means }
}

/// Hostile values that can be part of a file name.
fn file_name() -> impl Strategy<Value = String> {
    hostile_value().prop_map(|value| value.replace('/', "").chars().take(40).collect())
}

fn in_file(name: String, mut words: Meaning<String>) -> Meaning<String> {
    let name = || Part::Value(name.clone());
    words.parts.extend([text(" >./y"), name(), text(";cat <\"./y"), name(), text("\" && rm './y"), name(), text("'")]);
    words
}

fn in_case(value: String) -> Meaning<String> {
    let value = || Part::Value(value.clone());
    let parts = vec![
        text("case "),
        value(),
        text(" in a"),
        value(),
        text(") pwd;; "),
        value(),
        text(") printf '<%s>\\n' yes;; *) pwd; esac"),
    ];
    Meaning { parts, means: "<yes>\n".to_owned() }
}

fn statement() -> BoxedStrategy<Meaning<String>> {
    let words = || proptest::collection::vec(word(), 1..4);
    let list = || proptest::collection::vec(hostile_value(), 1..4);
    let leaf = prop_oneof![
        4 => words().prop_map(|words| line("printf '<%s>\\n'", words)),
        1 => words().prop_map(|words| line("sh -c 'printf \"<%s>\\n\" \"$@\"' sh", words)),
        1 => words().prop_map(|words| wrap("for w in", line("", words), "; do printf '<%s>\\n' \"$w\"; done")),
        1 => list().prop_map(|list| listed("for w in a ", "\ndo printf '<%s>\\n' \"$w\"\ndone", list)).prop_map(|mut list| {
            list.means.insert_str(0, "<a>\n");
            list
        }),
        1 => list().prop_map(|list| listed("printf '<%s>\\n' ", "", list)),
        1 => hostile_value().prop_map(in_case),
        1 => word().prop_map(|word| wrap("A=", word, "; printf '<%s>\\n' \"$A\"")).prop_map(|mut word| {
            word.means = shown(&[word.means]);
            word
        }),
        1 => (file_name(), words()).prop_map(|(name, words)| in_file(name, line("printf '<%s>\\n'", words))),
    ];
    leaf.boxed()
        .prop_recursive(2, 6, 1, |inner| {
            (0..AROUND.len(), inner).prop_map(|(at, inner)| wrap(AROUND[at].0, inner, AROUND[at].1))
        })
        .boxed()
}

/// What may stand around a statement and changes nothing about what it prints.
const AROUND: &[(&str, &str)] = &[
    ("( ", " )"),
    ("{ ", "\n}"),
    ("if true; then ", "; fi"),
    ("if false; then pwd; else ", "\nfi"),
    ("", " | cat"),
    ("true && ", ""),
    ("false || { ", "; }"),
    ("{ # it's a \"comment\n", " # and (another\n}"),
    ("cat <<'E' >/dev/null\nit's $( \"\nE\n", ""),
    ("cat <<-E >/dev/null\n\t$N it's\n\tE\n", ""),
    ("case a in (b) pwd;; a) ", ";; esac"),
    ("f() { ", "\n}; f"),
    ("while ", "; false; do pwd; done"),
    ("(cd . && ", ")"),
    (": ${N#'}'}; ", ""),
];

fn template(parts: &[Part]) -> Vec<Piece<'_>> {
    fn piece(part: &Part) -> Piece<'_> {
        match part {
            Part::Text(text) => Piece::Text(text.as_str()),
            _ => Piece::Value,
        }
    }
    parts.iter().map(piece).collect()
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
    runner(rounds(12)).run(&batches, |batch| check_batch(&batch)).unwrap();
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
    let result = runner(rounds(3) * 2000).run(&(written, values), |(written, values)| {
        tried.set(tried.get() + u32::from(check_accepted(&written, &values)?));
        Ok(())
    });
    eprintln!("{} templates were accepted and run", tried.get());
    result.unwrap();
}
