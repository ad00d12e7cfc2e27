//! What holds for every file whatever is in it: reading and planning never panic, places are places,
//! and nothing that is said drives a terminal.

use std::collections::HashSet;

use mop::runbook::expression::{Found, Lookup, Path, eval, parse};
use mop::runbook::format::{Activity, Book, Expect, Input, Probe, RunParts, StepParts};
use mop::runbook::plan::{Plan, Values, plan};
use mop::runbook::value::Value;
use mop::runbook::{Loaded, NoLibrary, load, shipped};
use proptest::prelude::*;

use crate::hostile::assert_all_harmless;
use crate::reading::Shelf;

/// Holds what was read against everything that is true of any file.
fn check(loaded: &Loaded) {
    assert_all_harmless(loaded);
    for diagnostic in &loaded.diagnostics {
        let source = &loaded.sources[usize::from(diagnostic.place.source.0)];
        let place = diagnostic.place;
        assert!(place.end as usize <= source.text().len().max(place.start as usize), "{diagnostic:?}");
        let (start, end) = (source.position(place.start), source.position(place.end));
        assert!(start <= end, "{diagnostic:?}");
        assert!(start.line <= source.text().lines().count().max(1) + 1, "{diagnostic:?}");
    }
    assert!(loaded.runbook.is_none() || loaded.counts().0 == 0);
    let Some(runbook) = &loaded.runbook else { return };
    let mut values = Values::default();
    for _ in 0..2 {
        let (one, two) = (plan(runbook, &values), plan(runbook, &values));
        let (Ok(one), Ok(two)) = (one, two) else { return };
        assert_eq!(format!("{one:?}").len(), format!("{two:?}").len());
        check_plan(&one);
        for item in &one.items {
            let title = one.title(runbook, &values, item);
            assert_eq!(title, two.title(runbook, &values, item));
        }
        values.take_defaults(runbook);
    }
}

/// Holds a plan against what is true of any plan: each id names one item.
fn check_plan(plan: &Plan) {
    let mut ids = HashSet::new();
    for item in plan.items.iter() {
        assert!(ids.insert(&item.id), "two items have the id {}", item.id);
        assert_eq!(plan.item(&item.id).map(|found| &found.number), Some(&item.number));
    }
}

fn shelf() -> Shelf {
    Shelf::of(&shipped::ALL.iter().map(|shipped| (shipped.file, shipped.text)).collect::<Vec<_>>())
}

/// A word that may stand in a runbook: a key, a value, a sign of YAML or of an expression.
fn word() -> impl Strategy<Value = String> {
    let keys = [Book::KEYS, Activity::KEYS, StepParts::KEYS, Input::KEYS, Probe::KEYS, RunParts::KEYS, Expect::KEYS];
    let keys: Vec<String> = keys.concat().iter().map(|key| format!("{key}: ")).collect();
    let values = [
        "1",
        "10.10",
        "true",
        "yes",
        "~",
        "\"a\"",
        "'it''s'",
        "a",
        "b",
        "{{ a }}",
        "\"{{ a }}\"",
        "\"{{ b | first }}\"",
        "[a, b]",
        "{ a: b }",
        "5m",
        "{ from: 5m, to: 1h }",
        "a == 'b'",
        "window.start",
        "none",
        "operator",
        "\"\\e[2J\"",
        "{ ask: a }",
        "{ ask: b, list: true }",
        "echo {{ a }}",
        "|\n        text",
        ">-\n      text",
        "*x",
        "&x ",
        "!!str ",
    ];
    let signs = [
        "\n",
        "\n  ",
        "\n    ",
        "\n      ",
        "\n        ",
        "- ",
        "\n  - ",
        "\n      - ",
        ": ",
        ", ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "#",
        "---\n",
        "...\n",
        "? ",
        "<<: ",
        "\t",
        "\r\n",
        "\u{feff}",
        "\u{202e}",
        "é",
        "😀",
        "\u{85}",
        "\u{2028}",
    ];
    prop_oneof![
        4 => prop::sample::select(keys),
        4 => prop::sample::select(values.map(str::to_owned).to_vec()),
        4 => prop::sample::select(signs.map(str::to_owned).to_vec()),
        1 => any::<String>(),
    ]
}

/// A shipped runbook with some of its text deleted, doubled or replaced.
fn mutated() -> impl Strategy<Value = (&'static str, String)> {
    let books: Vec<_> = shipped::ALL.iter().map(|shipped| (shipped.file, shipped.text)).collect();
    let change = (0..=2u8, any::<prop::sample::Index>(), 0..40usize, word());
    (prop::sample::select(books), prop::collection::vec(change, 1..5)).prop_map(|((name, text), changes)| {
        let mut text = text.to_owned();
        for (kind, at, length, word) in changes {
            let start = text.floor_char_boundary(at.index(text.len().max(1)));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            let with = match kind {
                0 => String::new(),
                1 => text[start..end].repeat(2),
                _ => word,
            };
            text.replace_range(start..end, &with);
        }
        (name, text)
    })
}

/// A shipped runbook with some of its lines deleted, doubled, moved or indented.
fn shuffled() -> impl Strategy<Value = (&'static str, String)> {
    let books: Vec<_> = shipped::ALL.iter().map(|shipped| (shipped.file, shipped.text)).collect();
    let change = (0..=3u8, any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (prop::sample::select(books), prop::collection::vec(change, 1..4)).prop_map(|((name, text), changes)| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (kind, from, to) in changes {
            let (from, to) = (from.index(lines.len().max(1)), to.index(lines.len().max(1)));
            match kind {
                0 => drop(lines.remove(from)),
                1 => lines.insert(to, lines[from].clone()),
                2 => lines.swap(from, to),
                _ => lines[from].insert(0, ' '),
            }
            lines.push(String::new());
        }
        (name, lines.join("\n"))
    })
}

/// Knows one name for each thing that can be known of one.
struct Known;

impl Lookup<Path> for Known {
    fn lookup(&self, name: &Path) -> Found {
        match name.root() {
            "a" => Found::Value(Value::Text("x".to_owned())),
            "b" => Found::Value(Value::List(vec![Value::Number(1.0), Value::Bool(true)])),
            "c" => Found::NotYet("c".to_owned()),
            other => Found::Never(other.to_owned()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        check(&load("book.yaml", bytes, &NoLibrary));
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        check(&load("book.yaml", text.into_bytes(), &NoLibrary));
    }

    #[test]
    fn any_words_of_runbooks_are_read_without_a_panic(words in prop::collection::vec(word(), 0..80)) {
        check(&load("book.yaml", words.concat().into_bytes(), &shelf()));
        let step = format!("mop: 1\ntitle: a\ninputs: {{ a: {{ ask: a }}, b: {{ ask: b, list: true }} }}\nactivities:\n  - title: a\n    steps:\n      - title: a\n        {}", words.concat());
        check(&load("book.yaml", step.into_bytes(), &shelf()));
    }

    #[test]
    fn a_shipped_runbook_with_damage_is_read_without_a_panic((name, text) in mutated()) {
        check(&load(name, text.into_bytes(), &shelf()));
    }

    #[test]
    fn a_shipped_runbook_with_its_lines_mixed_is_read_without_a_panic((name, text) in shuffled()) {
        check(&load(name, text.into_bytes(), &shelf()));
    }

    #[test]
    fn any_expression_is_read_and_evaluated_without_a_panic(
        words in prop::collection::vec(prop::sample::select(EXPRESSION.to_vec()), 0..20), text in any::<String>(),
    ) {
        for source in [words.join(" "), words.concat(), text] {
            match parse(&source) {
                Ok(expression) => {
                    prop_assert!(source.get(expression.at.clone()).is_some());
                    let _ = eval(&expression, &Known);
                }
                Err(error) => prop_assert!(source.get(error.at).is_some()),
            }
        }
    }
}

const EXPRESSION: [&str; 42] = [
    "a",
    "b",
    "c",
    "d",
    "a.first",
    "chosen.a-b",
    "step.x",
    "and",
    "or",
    "not",
    "in",
    "if",
    "true",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    "=",
    "&&",
    "(",
    ")",
    "[",
    "]",
    ",",
    "|",
    "+",
    "-",
    "join",
    "first",
    "last",
    "default",
    "length",
    "upper",
    "\"x\"",
    "'y",
    "\\",
    "1",
    "1.5",
    "10.2.3",
    "5m",
    "{{",
];
