//! Broken, deep, long and random text, and the commands that are found in a template.
use super::super::{Fault, Piece, Place, Problem, read};
use super::{command, faults, pieces};
use proptest::prelude::*;

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
        // Work that grows with the square of the text takes many minutes here, whatever the machine does beside it.
        assert!(began.elapsed().as_secs() < 120, "{part}");
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
