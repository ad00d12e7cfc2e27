//! The language of expressions: what is read, what is refused and why, and what has which value.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::{Found, Lookup, Path, eval, parse, text};
use crate::runbook::value::Value;
use crate::time::Length;
use crate::version::Version;

/// Some names with values, one that is waited for and one that never comes.
struct Names;

impl Lookup<Path> for Names {
    fn lookup(&self, name: &Path) -> Found {
        let list = |items: &[&str]| Value::List(items.iter().map(|item| Value::Text((*item).to_owned())).collect());
        Found::Value(match name.dotted().as_str() {
            "site" => Value::Text("Main".to_owned()),
            "hosts" => list(&["a", "b"]),
            "none" => list(&[]),
            "count" => Value::Number(2.0),
            "yes" => Value::Bool(true),
            "no" => Value::Bool(false),
            "old" => Value::Version(Version::parse("10.9").unwrap()),
            "new" => Value::Version(Version::parse("10.10").unwrap()),
            "sums" => Value::Table(BTreeMap::from([("10.9".to_owned(), Value::Text("abc".to_owned()))])),
            "window.start" => Value::Moment(DateTime::parse_from_rfc3339("2026-03-01T22:00:00+01:00").unwrap()),
            "long" => Value::Length(Length::hours(2)),
            "later" => return Found::NotYet("later".to_owned()),
            "soon" => return Found::NotYet("soon".to_owned()),
            other => return Found::Never(other.to_owned()),
        })
    }
}

/// Returns the value as text, `?names` when it is waited for, `!names` when it never comes.
fn value(source: &str) -> String {
    let expression = parse(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    match eval(&expression, &Names) {
        Ok(value) => value.to_string(),
        Err(missing) => {
            let names: Vec<_> = missing.names.into_iter().collect();
            format!("{}{}", if missing.never { "!" } else { "?" }, names.join(","))
        }
    }
}

#[test]
fn expressions_have_values() {
    for (source, expected) in [
        ("site", "Main"),
        ("'a\\'b'", "a'b"),
        ("1.50", "1.5"),
        ("1h30m", "1h30m"),
        ("[1, 'a', yes]", "1, a, yes"),
        ("site == 'Main'", "yes"),
        ("site != \"Main\"", "no"),
        ("count >= 2 and count < 3", "yes"),
        ("not yes or not no", "yes"),
        ("not (yes and no)", "yes"),
        ("no or yes and no", "no"),
        ("'a' in hosts", "yes"),
        ("'c' not in hosts", "yes"),
        ("not 'c' in hosts", "yes"),
        ("'ai' in site", "yes"),
        ("'10.9' in sums", "yes"),
        ("count in [1, 2]", "yes"),
        ("hosts | length", "2"),
        ("site | length", "4"),
        ("hosts | join('+') | upper", "A+B"),
        ("hosts | first", "a"),
        ("hosts | last", "b"),
        ("site | lower", "main"),
        ("sums[old]", "abc"),
        ("hosts == ['a', 'b']", "yes"),
        ("window.start - 24h", "2026-02-28T22:00:00+01:00"),
        ("window.start + long + 30m", "2026-03-02T00:30:00+01:00"),
        ("window.start - 24h < window.start", "yes"),
        ("(((site)))", "Main"),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
}

#[test]
fn versions_compare_as_versions() {
    assert_eq!(value("new > old"), "yes");
    assert_eq!(value("old >= new"), "no");
    assert_eq!(value("new == old"), "no");
}

#[test]
fn truth_is_told_as_soon_as_it_is_sure() {
    for (source, expected) in [
        ("no and later", "no"),
        ("later and no", "no"),
        ("yes and later", "?later"),
        ("later and soon", "?later,soon"),
        ("yes or later", "yes"),
        ("later or yes", "yes"),
        ("no or later", "?later"),
        ("later == 'a' or yes", "yes"),
        ("not later", "?later"),
        ("later and never", "!later,never"),
        ("never or yes", "yes"),
        ("'a' in later", "?later"),
        ("later == soon", "?later,soon"),
        ("[later, soon, 'a']", "?later,soon"),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
}

#[test]
fn a_default_stands_for_what_never_comes_and_not_for_what_is_waited_for() {
    assert_eq!(value("never | default('x')"), "x");
    assert_eq!(value("later | default('x')"), "?later");
    assert_eq!(value("site | default('x')"), "Main");
    assert_eq!(value("none | first | default('x')"), "x");
    assert_eq!(value("never | default(later)"), "?later");
    assert_eq!(value("never | default(nothing)"), "!nothing");
}

#[test]
fn what_is_missing_is_shown_by_name() {
    let shown = |source: &str| text(&parse(source).unwrap(), &Names).unwrap_err().0;
    assert_eq!(shown("later"), "‹later›");
    assert_eq!(shown("later == soon"), "‹later› ‹soon›");
    assert_eq!(value("sums['11']"), "?[11]");
}

#[test]
fn what_is_no_expression_is_refused_with_its_place_and_advice() {
    for (source, part, message, help) in [
        ("", "", "there is nothing between the braces", "write a name"),
        ("a b", "b", "expected the end of the expression, found `b`", ""),
        ("a = 'b'", "=", "`=` does not compare", "write `==`"),
        ("a && b", "&&", "`&&` has no meaning here", "write `and`"),
        ("a || b", "||", "`||` has no meaning here", "write `or`"),
        ("!a", "!", "`!` has no meaning in an expression", "and, or, not"),
        ("a ? b : c", "?", "`?` has no meaning in an expression", ""),
        ("a if b", "if", "found `if`", "each with a `when`"),
        ("a ==", "", "expected a value, found the end", ""),
        ("a == == b", "==", "expected a value, found `==`", ""),
        ("a < b < c", "<", "expected `and` between two comparisons", ""),
        ("(a", "", "expected `)`, found the end", ""),
        ("[a, ]", "]", "expected a value, found `]`", ""),
        ("[a b]", "b", "expected `,` or `]`, found `b`", ""),
        ("a[b", "", "expected `]`, found the end", ""),
        ("'a", "'a", "the quote is not closed", ""),
        ("“a”", "“", "a typographic quote", "plain quotes"),
        ("10.2.3", "10.2.3", "`10.2.3` is not a number", "put a version in quotes"),
        ("10x", "10x", "`10x` is neither a number nor a length of time", ""),
        ("a | lenght", "lenght", "there is no filter `lenght`", "did you mean `length`?"),
        ("a | shout", "shout", "there is no filter `shout`", "filters are: length"),
        ("a | join", "a | join", "the filter needs an argument", "join(\", \")"),
        ("a | upper('x')", "a | upper('x')", "the filter takes no argument", "remove the parentheses"),
        ("a |", "", "expected a filter after `|`, found the end", ""),
        (".Names", ".", "a name cannot begin with `.`", "two literal braces"),
        ("{{ a }} == b", "{{ a }}", "by itself, without {{ and }}", "write a == b"),
        ("- a", "-", "expected a value, found `-`", "only a time can be shifted"),
        ("not", "", "expected a value, found the end", ""),
        ("and", "and", "expected a value, found `and`", ""),
    ] {
        let error = parse(source).unwrap_err();
        assert!(error.message.contains(message), "{source}: {error:?}");
        assert!(error.help.clone().unwrap_or_default().contains(help), "{source}: {error:?}");
        let from = source.rfind(part).unwrap();
        let expected = if part == "<" { 6..7 } else { from..from + part.len() };
        let expected = if part == "==" { 5..7 } else { expected };
        assert_eq!(error.at, expected, "{source}");
    }
}

#[test]
fn nesting_and_length_have_limits() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(32)).is_ok());
    assert!(parse(&nested(33)).unwrap_err().message.contains("nested too deeply"));
    assert!(parse(&format!("{}a", "not ".repeat(33))).is_err());
    assert!(parse(&format!("'{}'", "x".repeat(4094))).is_ok());
    assert!(parse(&format!("'{}'", "x".repeat(4095))).unwrap_err().message.contains("longer than 4096 bytes"));
}
