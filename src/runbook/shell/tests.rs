//! Tables: which context is certain, what is written there, and what is refused with which words.
use super::{Command, Doubt, Fault, Piece, Place, Problem, Reason, read};
use proptest::prelude::*;

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
fn refuses_a_value_where_no_quoting_is_certain() {
    check_refused(&Reason::Backticks, &["echo `ls @@`", "echo \"`ls @@`\"", "`@@`"]);
    check_refused(&Reason::Arithmetic, &["echo $((1 + @@))", "echo \"$(((@@) + 1))\"", "echo $(( $(echo @@) ))"]);
    check_refused(&Reason::Braces, &["echo ${x:-@@}", "echo \"${x:-@@}\"", "echo ${x:-$(echo @@)}", "echo ${x:-'@@'}"]);
    check_refused(&Reason::Comment, &["ls # @@", "#@@", "ls\n# it's @@\nls"]);
    check_refused(
        &Reason::Heredoc,
        &["cat <<E\n@@\nE\n", "cat <<'E'\n@@\nE\n", "cat <<@@\na\n@@\n", "cat <<-E\n\t@@\n\tE"],
    );
    check_refused(&Reason::DollarQuote, &["echo $'a@@'"]);
    check_refused(&Reason::AfterBackslash, &["echo \\@@", "echo \"\\@@\"", "echo a\\\\\\@@"]);
    check_refused(&Reason::AfterDollar, &["echo $@@", "echo \"$@@\"", "echo $\\\n@@"]);
    check_refused(&Reason::StreamNumber, &["ls @@>x", "ls 2@@>x", "ls @@<x"]);
    check_refused(&Reason::Stream, &["ls >&@@", "ls 2>& @@", "ls <&@@"]);
    check_refused(&Reason::Grammar, &["for @@ in a; do ls; done", "for x @@ a; do ls; done", "case a @@ b) ls;; esac"]);
}

#[test]
fn refuses_a_value_in_the_place_of_the_command() {
    check_refused(
        &Reason::Command,
        &[
            "@@",
            "a; @@",
            "a && @@",
            "a || @@ b",
            "a | @@",
            "a & @@",
            "a\n@@",
            "(@@)",
            "{ @@; }",
            "! @@",
            "if @@; then a; fi",
            "if a; then @@; fi",
            "if a; then b; else @@; fi",
            "if a; then b; elif @@; then c; fi",
            "while @@; do a; done",
            "until @@; do a; done",
            "for x in a; do @@; done",
            "A=b @@",
            "> f @@",
            "exec @@",
            "command @@",
            "env @@",
            "env A=b @@",
            "sudo @@",
            "sudo -u site @@",
            "sudo -usite @@",
            "sudo --user=site @@",
            "sudo --user site @@",
            "sudo -u @@ @@",
            "nohup @@",
            "time @@",
            "nice @@",
            "nice -n 5 @@",
            "timeout 5 @@",
            "timeout -k 5 9 @@",
            "xargs @@",
            "xargs -n 1 @@",
            "/usr/bin/sudo @@",
            "./@@",
            "\"@@\"",
            "bin/@@ a",
            "$(echo @@) a",
            "echo $(@@)",
            "echo \"$(@@ a)\"",
            "$SUDO @@",
            "sudo $OPTIONS @@",
            "case a in b) @@;; esac",
            "case a in (b) ls;; c) @@;; esac",
            "f() { @@; }",
            "f() (@@)",
            "find . -exec @@ {} +",
            "find . -exec sudo @@ {} ';'",
            "sudo env A=b timeout 5 nice @@",
            "a |\n@@",
            "a &&\n@@",
            "a \\\n&& @@",
            "\"$@\" @@",
            "if(a)then @@;fi",
            "for x do @@; done",
            "for x; do @@; done",
            "for x\ndo @@; done",
            "'sudo' @@",
            "'A'=@@ b",
            "\"A\"=b @@; @@",
            "\\sudo @@",
        ],
    );
}

#[test]
fn refuses_a_value_when_a_function_or_alias_may_stand_behind_a_command() {
    check_refused(&Reason::Function("f".into()), &["f() { $1; }; f @@", "g() { f @@; }\nf() { eval \"$1\"; }\ng"]);
    check_refused(&Reason::After(Doubt::Alias), &["alias a=eval\na @@"]);
    check_refused(&Reason::Splits("@".into()), &["set -- @@; ls $1", "set a @@; ls ${2}", "set a @@; ls $*"]);
    check_refused(&Reason::Splits("x".into()), &["set a @@; for x do ls $x; done", "set a @@\nfor x; do ls $x; done"]);
    check_accepted(&["f() { ls @@; }; f a", "set -- @@; ls \"$1\" \"$@\""]);
}

#[test]
fn refuses_a_value_when_a_variable_hides_the_command() {
    check_refused(
        &Reason::Hidden,
        &[
            "\"$x\" @@",
            "\"$x\"eval @@",
            "$x -u a @@",
            "sudo -u $x ls @@",
            "sudo \"$x\" @@",
            "`a`/$b @@",
            "timeout $x ls @@",
        ],
    );
    check_refused(&Reason::Program("sh".into()), &["sh -c $x @@", "sh $x -c @@", "sh $(ls) @@"]);
    check_accepted(&[
        "$SUDO ls @@",
        "sudo $OPTIONS ls @@",
        "sudo -u \"$x\" ls @@",
        "$x/bin/a @@",
        "sh -c \"$x\" sh @@",
    ]);
}

#[test]
fn refuses_a_value_that_another_interpreter_would_read() {
    for (name, templates) in [
        (
            "sh",
            &[
                "sh -c 'echo @@'",
                "sh @@",
                "sh -ec \"@@\"",
                "sh -c -- \"@@\"",
                "docker exec a sh -c '@@'",
                "sudo sh -c @@",
                "sh -o @@",
                "find . -exec sh -c '@@' ';'",
                "xargs sh -c '@@'",
                "sh -c \"$(echo @@)\"",
                "sh -s @@",
            ][..],
        ),
        ("bash", &["bash -c 'echo @@'", "/bin/bash -lc '@@'", "bash --rcfile a @@"]),
        ("eval", &["eval echo @@", "eval \"@@\""]),
        (".", &[". @@", ". ./a @@"]),
        ("source", &["source @@"]),
        ("trap", &["trap 'echo @@' EXIT"]),
        ("su", &["su -c 'echo @@'", "su site -c 'ls @@'", "su - site -c \"@@\""]),
        ("python3", &["python3 -c 'print(@@)'", "python3 @@", "python3 -m @@"]),
        ("perl", &["perl -e 'print @@'", "perl -ne '@@' f", "perl -e 1 @@"]),
        ("awk", &["awk '{ print @@ }' f", "awk -f @@ f"]),
        ("sed", &["sed 's/a/@@/' f", "sed -i -e \"s/@@/b/\" f"]),
        ("psql", &["psql -c 'select @@'", "psql -Atc \"select @@\"", "psql --command=@@"]),
        ("watch", &["watch ls @@"]),
        ("parallel", &["parallel ls ::: @@"]),
        ("test", &["[ -v @@ ]", "test -v @@", "[ @@ @@ ]"]),
    ] {
        check_refused(&Reason::Program(name.to_owned()), templates);
    }
    check_refused(
        &Reason::Remote,
        &["ssh host ls @@", "ssh host \"ls @@\"", "ssh -p 22 a@b ls @@", "ssh -o @@ host", "ssh @@ ls @@"],
    );
    check_refused(&Reason::Format, &["printf @@", "printf \"@@\\n\"", "printf -v a %s @@"]);
    check_refused(&Reason::Arithmetic, &["[[ @@ -eq 1 ]]", "[[ -v @@ ]]"]);
    check_refused(&Reason::Grammar, &["export @@", "read @@", "unset @@", "declare -i n=@@"]);
    check_refused(
        &Reason::Environment("PATH".into()),
        &["PATH=@@ ls", "export PATH=@@:$PATH", "sudo PATH=@@ ls", "env PATH=@@ ls"],
    );
    check_refused(&Reason::Prefix("sudo".into()), &["sudo --frobnicate a @@", "sudo -y a @@", "sudo --u@@ ls"]);
    check_refused(&Reason::Prefix("env".into()), &["env -S @@"]);
}

#[test]
fn refuses_a_value_that_is_sent_to_a_shell() {
    for template in [
        "echo @@ | sh",
        "echo @@ | sudo sh",
        "echo @@ | cat | sh -s",
        "{ echo @@; } | sh",
        "(echo @@) | sh",
        "for x in @@; do echo 1; done | sh",
        "echo @@ |\n sh",
        "echo @@ | { read a; sh; }",
        "echo @@ | (sh)",
        "echo @@ | sh -",
    ] {
        check_refused(&Reason::Piped("sh".into()), &[template]);
    }
    check_refused(
        &Reason::Piped("ssh".into()),
        &["echo @@ | ssh host", "echo @@ | ssh host sh", "echo @@ | ssh host sudo bash -s"],
    );
    check_refused(&Reason::Piped("docker".into()), &["echo @@ | docker exec -i a bash"]);
    check_accepted(&[
        "echo @@; a | sh",
        "echo @@ | grep sh",
        "echo @@ | sh -c 'cat'",
        "echo @@ && a | sh",
        "echo @@ | ssh host tee f",
    ]);
}

#[test]
fn refuses_a_variable_that_would_let_its_value_out() {
    check_refused(
        &Reason::Splits("x".into()),
        &["x=@@; ls $x", "for x in @@; do ls ${x}; done", "x=@@; y=$x; ls a$x", "export x=@@; ls $(echo $x)"],
    );
    check_refused(&Reason::Splits("y".into()), &["x=@@; y=$x; ls $y"]);
    check_refused(
        &Reason::Arithmetic,
        &["x=@@; echo $((x + 1))", "x=@@; echo \"$(($x + 1))\"", "x=@@; echo \"${!x}\"", "x=@@; [[ \"$x\" -eq 1 ]]"],
    );
    check_refused(&Reason::Command, &["x=@@; \"$x\" a"]);
    check_refused(&Reason::Program("eval".into()), &["x=@@; eval \"$x\""]);
    check_refused(&Reason::Piped("sh".into()), &["x=@@; echo \"$x\" | sh"]);
    check_accepted(&[
        "x=@@; ls \"$x\" \"${x}\"",
        "x=@@; y=$x; ls \"$y\"",
        "for x in @@; do ls \"$x\"; done",
        "x=@@; ls $y",
    ]);
}

#[test]
fn refuses_a_value_after_something_that_shells_read_differently() {
    for (doubt, template) in [
        (Doubt::QuotesInBraces, "echo \"${x:-'}\" @@"),
        (Doubt::BraceCommand, "echo ${ ls; } @@"),
        (Doubt::DollarQuote, "echo $'it\\'s' @@"),
        (Doubt::Arithmetic, "echo $((ls) | cat) @@"),
        (Doubt::OldArithmetic, "echo $[1] @@"),
        (Doubt::CaseInSubstitution, "echo \"$(case a in b) ls @@;; esac)\""),
        (Doubt::Heredoc, "cat <<E $(ls\n) @@\nE\n"),
        (Doubt::Operator, "ls &> f @@"),
        (Doubt::Operator, "diff <(ls) @@"),
        (Doubt::Operator, "cat <<< @@"),
        (Doubt::Parentheses, "a=(1 2); ls @@"),
        (Doubt::Parentheses, "((a = 1)); ls @@"),
        (Doubt::Keyword, "function f { ls @@; }"),
        (Doubt::Keyword, "time { ls @@; }"),
        (Doubt::DoubleBracket, "[[ a == b && -n @@ ]]"),
    ] {
        assert_eq!(reasons(template), [Reason::After(doubt)], "{template}");
        let without = template.replace("@@", "v");
        assert_eq!(read(&[Piece::Text(&without)]).err(), None, "{without}");
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

#[test]
fn reports_broken_shell_text_with_its_place() {
    for (text, at, fault) in [
        ("echo 'a", 5, Fault::SingleQuote),
        ("echo \"a", 5, Fault::DoubleQuote),
        ("echo `a", 5, Fault::Backtick),
        ("echo $(a", 5, Fault::Parenthesis),
        ("echo $((1)", 5, Fault::Parenthesis),
        ("(a", 0, Fault::Parenthesis),
        ("echo ${a", 5, Fault::Brace),
        ("a )", 2, Fault::StrayParenthesis),
        ("cat <<E\na\n", 6, Fault::Heredoc),
        ("cat <<E", 6, Fault::Heredoc),
    ] {
        assert_eq!(faults(text), [(at, fault)], "{text}");
    }
}

#[test]
fn reports_all_problems_at_once() {
    let problems = read(&pieces("@@; echo `@@`; eval @@; echo $(@@ '")).unwrap_err();
    assert_eq!(problems.len(), 4, "{problems:?}");
    for problem in problems {
        assert!(!problem.to_string().is_empty() && !problem.help().is_empty());
    }
}

#[test]
fn shows_each_simple_command_with_its_prefixes() {
    let template = "A=b sudo -u x rm -rf \"/srv/@@\" > f; if a; then systemctl stop @@; fi; echo \"$(/bin/ls @@)\"";
    let command = command(template);
    let shown: Vec<_> =
        command.commands().iter().map(|simple| (simple.prefixes().join(" "), simple.words().join(" "))).collect();
    let wanted = [
        ("A=b sudo -u x", "rm -rf /srv/{}"),
        ("", "a"),
        ("", "systemctl stop {}"),
        ("", "echo $()"),
        ("", "/bin/ls {}"),
    ];
    assert_eq!(shown, wanted.map(|(prefixes, words)| (prefixes.to_owned(), words.to_owned())));
    assert_eq!(command.commands()[0].at(), Place { piece: 0, byte: 0 });
    assert_eq!(command.commands()[1].at(), Place { piece: 2, byte: 10 });
}

#[test]
fn gives_up_on_text_that_is_too_deep() {
    for open in ["$(", "(", "\"$(", "${", "$((", "$(echo \"${x:-"] {
        let problems = read(&[Piece::Text(&open.repeat(1 << 19))]).unwrap_err();
        assert!(matches!(problems[..], [Problem::Broken { fault: Fault::TooDeep, .. }]), "{open}");
    }
}

#[test]
fn stops_at_commands_inside_commands_inside_commands() {
    check_refused(&Reason::Program("find".into()), &[&format!("{} @@", "find -exec ".repeat(1 << 15))]);
}

#[test]
fn reads_long_text_in_linear_time() {
    for part in [
        "a ",
        "'a' ",
        "$(a) ",
        "`a`",
        "a;",
        "<<a\na\n",
        "\\\n",
        "${a}",
        "if a; then ",
        "a=$a;",
        "{",
        "case a in b) ",
        "a|",
        "x=@@ ",
        "@@|sh|",
        "a=$x ",
        "find ",
        "$x",
        "a <<E ",
    ] {
        let text = part.repeat((1 << 18) / part.len());
        let began = std::time::Instant::now();
        let _ = read(&pieces(&format!("x=@@; echo {text}")));
        let _ = read(&pieces(&text));
        assert!(began.elapsed().as_secs() < 3, "{part}");
    }
}

/// Text in which every kind of shell syntax is likely.
fn shellish() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        "'", "\"", "`", "$", "(", ")", "{", "}", "[", "]", "<", ">", "<<", "&", "|", ";", ";;", "\n", "\\", "#", "=",
        " ", "\t", "@@", "@@", "a", "1", "ü", "$(", "$((", "${", "case ", " in ", "esac", "for ", "do ", "done", "if ",
        "then ", "fi", "sudo ", "sh -c ", "E", "\0",
    ];
    proptest::collection::vec(
        prop_oneof![8 => proptest::sample::select(PARTS).prop_map(str::to_owned), 1 => ".{0,4}"],
        0..40,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn never_panics_and_counts_every_placeholder(template in shellish()) {
        let pieces = pieces(&template);
        let values = pieces.iter().filter(|piece| **piece == Piece::Value).count();
        match read(&pieces) {
            Ok(command) => prop_assert_eq!(command.slots().len(), values),
            Err(problems) => for problem in problems {
                if let Problem::Misplaced { value, .. } = problem {
                    prop_assert!(value < values);
                }
            },
        }
    }
}
