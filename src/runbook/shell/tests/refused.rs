//! Tables: which values are refused, with which reason.
use super::super::{Doubt, Piece, Reason, read};
use super::{check_accepted, check_refused, reasons};

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
fn stops_at_commands_inside_commands_inside_commands() {
    check_refused(&Reason::Program("find".into()), &[&format!("{} @@", "find -exec ".repeat(1 << 15))]);
}
