//! No value that an operator types can add a word or a command: held against the real `sh`.
//!
//! Goes the whole way: a runbook is read, values are set as on the command line, the plan fills the
//! commands, and a shell says which words it saw.

use std::fs;
use std::process::{Command, Stdio};

use mop::runbook::model::Runbook;
use mop::runbook::plan::{FilledCommand, Values, plan};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use crate::reading::{read, shown};

/// Commands with a value in each place where one may stand, and the words they print for it.
const COMMANDS: [(&str, Words); 12] = [
    ("printf '%s\\0' {{ v }}", |v, _| vec![v.to_owned()]),
    ("printf '%s\\0' '{{ v }}'", |v, _| vec![v.to_owned()]),
    ("printf '%s\\0' \"{{ v }}\"", |v, _| vec![v.to_owned()]),
    ("printf '%s\\0' a{{ v }}b'c{{ v }}'\"d{{ v }}\"", |v, _| vec![format!("a{v}bc{v}d{v}")]),
    ("printf '%s\\0' --option={{ v }} \"--other='{{ v }}'\"", |v, _| {
        vec![format!("--option={v}"), format!("--other='{v}'")]
    }),
    ("printf '%s\\0' \"$(printf '%s' {{ v }})\"", |v, _| vec![v.trim_end_matches('\n').to_owned()]),
    ("printf '%s\\0' \"$(printf '%s' \"<{{ v }}>\")\"", |v, _| vec![format!("<{v}>")]),
    ("x={{ v }}; printf '%s\\0' \"$x\"", |v, _| vec![v.to_owned()]),
    ("if test -n \"x{{ v }}\"; then printf '%s\\0' {{ v }}; fi", |v, _| vec![v.to_owned()]),
    ("printf '%s' {{ v }} | { cat; printf '\\0'; }", |v, _| vec![v.to_owned()]),
    ("printf '%s\\0' {{ l }} end", |_, l| [l, &["end".to_owned()]].concat()),
    ("printf '%s\\0' \"{{ l | join(',') }}\"", |_, l| vec![l.join(",")]),
];

type Words = fn(&str, &[String]) -> Vec<String>;

fn runbook() -> Runbook {
    let mut text = "mop: 1\ntitle: Words\ninputs:\n  v: { ask: A value }\n  l: { ask: Values, list: true }\nactivities:\n  - title: Say\n    estimate: 5m\n    steps:\n".to_owned();
    for (at, (command, _)) in COMMANDS.iter().enumerate() {
        text += &format!(
            "      - title: Step s{at}\n        run:\n          command: |-\n            {command}\n          expect: {{ exit: 0 }}\n"
        );
    }
    text += "      - { title: Plain, run: { command: [prog, \"{{ v }}\", \"a{{ v }}b\"], expect: { exit: 0 } } }\n";
    let loaded = read(&text);
    assert!(loaded.diagnostics.is_empty(), "{}", shown(&loaded));
    loaded.runbook.unwrap()
}

fn value() -> impl Strategy<Value = String> {
    const TOKENS: [&str; 44] = [
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
        " ",
        "=",
        ",",
        "-",
        "--",
        "%s",
        "a",
        "é",
        "😀",
        "$(touch X)",
        "`touch X`",
        "${IFS}",
        "$0",
        ";touch X;",
        "\ntouch X\n",
        "' ; touch X ; '",
        "\" ; touch X ; \"",
        "{{ l }}",
        "‹l›",
        "&& touch X",
        "| touch X",
        "\\\n",
    ];
    prop::collection::vec(prop::sample::select(TOKENS.to_vec()), 0..7).prop_map(|tokens| tokens.concat())
}

#[test]
fn a_value_stays_one_word_wherever_it_stands() {
    let runbook = runbook();
    let folder = TempDir::new().unwrap();
    let mut runner = TestRunner::deterministic();
    let (mut script, mut expected) = (String::new(), Vec::new());
    for _ in 0..300 {
        let mut new = || value().new_tree(&mut runner).unwrap().current();
        let (v, one, two) = (new(), format!("x{}", new()), format!("y{}", new()));
        let list = [one.clone(), two.clone()];
        let mut values = Values::default();
        values.set(&runbook, "v", &[&v]).unwrap();
        values.set(&runbook, "l", &[&one, &two]).unwrap();
        let plan = plan(&runbook, &values).unwrap();
        for item in plan.forward() {
            match plan.command(&runbook, &values, item) {
                None => {}
                Some(FilledCommand::Shell(line)) => {
                    assert!(line.missing.is_empty());
                    script += &line.text;
                    script += "\nprintf 'END\\0'\n";
                }
                Some(FilledCommand::Words(words)) => {
                    let words: Vec<_> = words.into_iter().map(|word| word.text).collect();
                    assert_eq!(words, ["prog".to_owned(), v.clone(), format!("a{v}b")]);
                }
            }
        }
        for (command, words) in COMMANDS {
            expected.push((command, words(&v, &list)));
        }
    }
    fs::write(folder.path().join("script"), &script).unwrap();
    let output = Command::new("sh").arg("script").current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut words = text.split('\0');
    for (command, expected) in expected {
        let found: Vec<_> = words.by_ref().take_while(|word| *word != "END").collect();
        assert_eq!(found, expected, "{command}");
    }
    assert_eq!(words.collect::<Vec<_>>(), [""]);
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["script"], "a value became a command");
}

#[test]
fn a_value_with_control_characters_is_refused_before_it_reaches_a_command() {
    let runbook = runbook();
    for value in ["a\u{1b}[31mb", "a\0b", "a\rb", "\u{9b}", "\u{7f}"] {
        let error = Values::default().set(&runbook, "v", &[value]).unwrap_err().to_string();
        assert!(error.contains("cannot stand in a value"), "{error}");
    }
}
