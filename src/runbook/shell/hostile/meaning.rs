//! Commands made at random of pieces whose meaning is known, with hostile values in them.
use super::SECRET;
use proptest::prelude::*;

/// A piece of a template together with what stands there.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Text(String),
    Value(String),
    List(Vec<String>),
    Secret,
}

/// Text that a shell reads, and the words or lines that it means.
#[derive(Debug, Clone)]
pub(super) struct Meaning<T> {
    pub(super) parts: Vec<Part>,
    pub(super) means: T,
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

pub(super) fn statement() -> BoxedStrategy<Meaning<String>> {
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
