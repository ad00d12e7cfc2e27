//! Tables: which context is certain and what is written there.
//!
//! What is refused is in `tests/refused.rs`, broken and strange text in `tests/reading.rs`.
use super::{Command, Fault, Piece, Problem, Reason, read};

mod reading;
mod refused;

/// Cuts a template at each `@@`, where a value stands.
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (index, text) in template.split("@@").enumerate() {
        if index > 0 {
            pieces.push(Piece::Value);
        }
        pieces.push(Piece::Text(text));
    }
    pieces
}

fn command(template: &str) -> Command {
    read(&pieces(template)).unwrap_or_else(|problems| panic!("{template}: {problems:?}"))
}

/// Writes a command with the same value everywhere.
fn filled(template: &str, value: &str) -> String {
    let command = command(template);
    let mut slots = command.slots().iter();
    let mut out = String::new();
    for piece in pieces(template) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Value => slots.next().unwrap().text(value, &mut out),
        }
    }
    out
}

/// The reasons for which the values of a template are refused, by value.
fn reasons(template: &str) -> Vec<Reason> {
    let Err(problems) = read(&pieces(template)) else {
        return Vec::new();
    };
    let reason = |problem| match problem {
        Problem::Misplaced { reason, .. } => reason,
        Problem::Broken { at, fault } => panic!("{template}: {fault} {at:?}"),
    };
    problems.into_iter().map(reason).collect()
}

fn faults(text: &str) -> Vec<(usize, Fault)> {
    let Err(problems) = read(&[Piece::Text(text)]) else {
        return Vec::new();
    };
    let fault = |problem| match problem {
        Problem::Misplaced { reason, .. } => panic!("{text}: {reason}"),
        Problem::Broken { at, fault } => (at.byte, fault),
    };
    problems.into_iter().map(fault).collect()
}

fn check_refused(reason: &Reason, templates: &[&str]) {
    for template in templates {
        assert!(reasons(template).contains(reason), "{template}: {:?}", reasons(template));
    }
}

fn check_accepted(templates: &[&str]) {
    for template in templates {
        assert_eq!(read(&pieces(template)).err(), None, "{template}");
    }
}

#[test]
fn writes_a_value_for_the_quotes_around_it() {
    for (template, value, wanted) in [
        ("upgradectl start @@", "10.2", "upgradectl start 10.2"),
        ("upgradectl start @@", "a b", "upgradectl start 'a b'"),
        ("upgradectl start @@", "it's", r"upgradectl start 'it'\''s'"),
        ("upgradectl start @@", "", "upgradectl start ''"),
        ("upgradectl start @@", "-f", "upgradectl start '-f'"),
        ("upgradectl start @@", "done", "upgradectl start 'done'"),
        ("upgradectl start @@", "a\0b", "upgradectl start 'ab'"),
        ("curl \"@@/up\"", "https://a.example", "curl \"https://a.example/up\""),
        ("curl \"@@/up\"", r#"$(a)`"\"#, r#"curl "\$(a)\`\"\\/up""#),
        ("echo 'to @@'", "it's", r"echo 'to it'\''s'"),
        ("echo \"$(date -d @@)\"", "a\"b", "echo \"$(date -d 'a\"b')\""),
        ("ls @@.zip", "10.2", "ls 10.2.zip"),
        ("ls --at=@@;pwd", "10.2", "ls --at=10.2;pwd"),
        ("ls a@@", "10.2", "ls a10.2"),
        ("ls $dir/@@", "10.2", "ls $dir/10.2"),
        ("ls > @@", "out.txt", "ls > out.txt"),
    ] {
        assert_eq!(filled(template, value), wanted, "{template}");
    }
}

#[test]
fn quotes_a_plain_value_that_would_join_with_its_neighbours() {
    for (template, value, wanted) in [
        ("ls $dir@@", "x", "ls $dir'x'"),
        ("ls \"$dir@@\"", "x", "ls \"$dir\"\"x\""),
        ("ls \"$dir@@x\"", "", "ls \"$dir\"\"x\""),
        ("ls ~@@", "root", "ls ~'root'"),
        ("ls {a,@@}", "b,c", "ls {a,'b,c'}"),
        ("ls [@@]", "a-z", "ls ['a-z']"),
        ("ls @@3>x", "2", "ls '2'3>x"),
        ("ls @@@@", "2", "ls '2''2'"),
        ("case a in es@@) ls;; esac", "ac", "case a in es'ac') ls;; esac"),
        ("ls @@\\\n>x", "2", "ls 2\\\n>x"),
    ] {
        if template.contains("\\\n") {
            assert_eq!(reasons(template), [Reason::StreamNumber], "{template}");
        } else {
            assert_eq!(filled(template, value), wanted, "{template}");
        }
    }
}

#[test]
fn writes_a_list_as_one_word_for_each_element() {
    let command = command("for x in @@; do ping \"$x\"; done; tar c @@ > \"@@\"");
    let [looped, packed, file] = command.slots() else { panic!() };
    assert!(looped.takes_list() && packed.takes_list() && !file.takes_list());
    let mut out = String::new();
    looped.list(&["a".into(), "b c".into(), String::new()], &mut out);
    assert_eq!(out, "a 'b c' ''");
    out.clear();
    looped.list(&[], &mut out);
    assert_eq!(out, "");
    file.list(&["a".into(), "b".into()], &mut out);
    assert_eq!(out, "a b");
}

#[test]
fn takes_a_list_only_where_each_element_is_an_argument() {
    for template in [
        "ls a@@",
        "ls '@@'",
        "ls > @@",
        "A=@@ ls",
        "sudo -u @@ ls",
        "timeout @@ ls",
        "ssh @@ uptime",
        "test -n @@",
        "find @@ -delete",
        "case @@ in a) ls;; esac",
        "[[ @@ == a ]]",
    ] {
        assert!(!command(template).slots()[0].takes_list(), "{template}");
    }
    for template in
        ["ls @@", "sudo ls @@", "sh -c 'ls \"$@\"' sh @@", "printf '%s' @@", "if ls @@; then a; fi", "(ls @@)"]
    {
        assert!(command(template).slots()[0].takes_list(), "{template}");
    }
}

#[test]
fn writes_a_variable_for_the_quotes_around_it() {
    for (template, wanted) in [
        ("login @@", "login \"$MOP_SECRET_token\""),
        ("login \"a@@b\"", "login \"a${MOP_SECRET_token}b\""),
        ("login 'a@@b'", "login 'a'\"$MOP_SECRET_token\"'b'"),
    ] {
        let mut out = String::new();
        let Some((before, after)) = template.split_once("@@") else { panic!() };
        out.push_str(before);
        command(template).slots()[0].variable("MOP_SECRET_token", &mut out);
        out.push_str(after);
        assert_eq!(out, wanted);
    }
}

#[test]
fn says_which_values_may_be_taken_for_options() {
    for (template, wanted) in [
        ("ls @@", true),
        ("ls \"@@\"", true),
        ("ls ./@@", false),
        ("ls -- @@", false),
        ("ls > @@", false),
        ("A=@@ ls", false),
        ("printf %s @@", false),
        ("sh -c 'ls \"$1\"' sh @@", false),
        ("[ @@ = a ]", false),
        ("ssh @@ uptime", true),
    ] {
        assert_eq!(command(template).slots()[0].may_read_as_option(), wanted, "{template}");
    }
}

#[test]
fn accepts_what_authors_write() {
    check_accepted(&[
        "upgradectl start @@ --url \"@@/up\"",
        "a > @@ 2>&1",
        "a >> \"@@.log\"",
        "case @@ in a|@@) ls @@;; *) exit 1;; esac",
        "case @@ in (a) ls;; esac; ls @@",
        "if [ @@ = a ]; then ls @@; elif [ -e \"@@\" ]; then b; else c @@; fi",
        "while ! curl @@; do sleep @@; done",
        "{ ls @@; ls @@; }",
        "(cd @@ && ls @@)",
        "! grep @@ f",
        "A=@@ B=\"@@\" ls",
        "A=@@",
        "export A=@@",
        "sudo -u @@ ls @@",
        "sudo A=@@ ls",
        "env A=@@ ls",
        "timeout @@ ls",
        "nice -n @@ ls",
        "command -v @@",
        "sh -c 'echo \"$1\"' sh @@",
        "awk -v n=@@ '{ print n }' f",
        "awk -v n=@@ -F: '{ print n }' @@",
        "sed 's/a/b/' @@",
        "ssh @@ uptime",
        "ssh -p @@ root@@@ uptime",
        "echo a#@@",
        "echo '#' @@",
        "echo \"\\$@@\"",
        "echo \\\\@@",
        "echo \"$x\" @@",
        "echo ${x} @@",
        "echo $((1 + 2)) @@",
        "echo `date` @@",
        "cat <<E\n$x it's\nE\nls @@",
        "cat <<-'E' | grep @@\n\t$(\n\tE\n",
        "echo $'\\n' @@",
        "find . -name @@ -exec ls {} +",
        "find . -exec ls @@ {} ';' -exec grep @@ {} +",
        "[[ @@ == a* ]]",
        "[[ @@ =~ ^(a|b)$ ]]",
        "echo \"a $(b \"c @@\" 'd @@') @@\"",
        "printf '%s\\n' @@",
        "\"$HOME/bin/a\" @@",
        "$HOME/bin/a @@",
        "a \\\n  --b @@ \\\n  --c",
        "for x in a @@ b; do ls; done",
        "ls @@ &",
        "ls @@ | sort | uniq -c",
        "python3 a.py @@",
        "python3 -c 'import sys' @@",
        "perl -e 1 -- @@",
        "echo ü@@ß",
        "ls '@@'\"@@\"@@",
        "docker exec @@ ls @@",
        "psql -v a=@@ -f f.sql",
        "echo } @@",
        "echo if @@",
        "echo {@@}",
        "systemctl restart @@@@",
        "x=$(ls @@); ls \"$x/a\"",
        "trap 'rm f' EXIT; ls @@",
    ]);
}
