//! Broken and hostile files: each has a clear error, in little time and memory, and drives no terminal.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command as Process;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use mop::runbook::diagnostic::{Code, Form, render, summary};
use mop::runbook::source::MAX_BYTES;
use mop::runbook::{Loaded, NoLibrary, load};
use mop::text::is_dangerous;
use tempfile::TempDir;

use crate::reading::{found, read, shown, with_steps};

const MOP: &str = env!("CARGO_BIN_EXE_mop");
/// Long enough for a busy machine, and far too short for anything that grows with the square of its size.
const SOON: Duration = Duration::from_secs(30);

fn load_bytes(bytes: impl Into<Vec<u8>>) -> Loaded {
    let began = Instant::now();
    let loaded = load("book.yaml", bytes.into(), &NoLibrary);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    loaded
}

/// Holds the only finding against what it should be: code, line, column and a part of the message.
fn only(bytes: impl Into<Vec<u8>>, code: Code, at: (usize, usize), message: &str) {
    let loaded = load_bytes(bytes);
    assert_eq!(found(&loaded), [(code, at.0, at.1)], "{}", shown(&loaded));
    assert!(loaded.diagnostics[0].message.contains(message), "{}", shown(&loaded));
    assert!(loaded.diagnostics[0].help.is_some(), "{}", shown(&loaded));
}

/// Runs the program on a file in a folder, with a gigabyte of memory and not for long.
fn check(folder: &Path, file: &str) -> (i32, String, String) {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 1000000 && exec \"$0\" check -- \"$1\"", MOP, file]);
    let output = command.current_dir(folder).timeout(SOON).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn check_text(text: impl AsRef<[u8]>) -> (i32, String, String) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("book.yaml"), text).unwrap();
    check(folder.path(), "book.yaml")
}

#[test]
fn an_alias_bomb_is_refused_before_it_goes_off() {
    let mut bomb = "mop: 1\nabout: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        writeln!(bomb, "x{level}: &a{level} [{below}]").unwrap();
    }
    let (exit, out, err) = check_text(&bomb);
    assert_eq!(exit, 1, "{out}{err}");
    assert!(out.contains("error[too-large]: the file has more than a million values"), "{out}");
}

#[test]
fn a_long_text_with_many_aliases_is_refused() {
    let bomb = format!("mop: 1\nabout: &a {}\nsource: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(100_000));
    let (exit, out, err) = check_text(&bomb);
    assert_eq!(exit, 1, "{out}{err}");
    assert!(out.contains("error[too-large]"), "{out}");
}

#[test]
fn anchors_inside_anchors_do_not_multiply_what_is_below_them() {
    let open: String = (0..60).map(|level| format!("&a{level} [")).collect();
    let bomb = format!("mop: 1\nsource: {open}{}{}\n", "x, ".repeat(400_000), "]".repeat(60));
    let (exit, out, err) = check_text(&bomb);
    assert_eq!(exit, 1, "{out}{err}");
    assert!(out.contains("error[too-large]"), "{out}");
}

#[test]
fn aliases_in_reason_are_followed() {
    let loaded = read(&with_steps("", "- title: &t Restart it\n- { id: again, title: *t }"));
    assert!(loaded.diagnostics.is_empty(), "{}", shown(&loaded));
}

#[test]
fn a_file_of_8_mib_is_read_and_one_byte_more_is_not() {
    let folder = TempDir::new().unwrap();
    let mut book = with_steps("", "- Restart it").into_bytes();
    book.push(b'#');
    book.resize(MAX_BYTES - 1, b'x');
    book.push(b'\n');
    fs::write(folder.path().join("book.yaml"), &book).unwrap();
    assert_eq!(check(folder.path(), "book.yaml").0, 0);
    book.push(b'\n');
    fs::write(folder.path().join("book.yaml"), &book).unwrap();
    let (exit, _, err) = check(folder.path(), "book.yaml");
    assert_eq!(exit, 2);
    assert_eq!(err, "mop: book.yaml: larger than 8 MiB; split the runbook and join the parts with `call`\n");
}

#[test]
fn ten_thousand_levels_are_refused_in_flow_and_in_block() {
    let deep = "mop: 1\ntitle: ";
    only(format!("{deep}{}", "[".repeat(10_000)), Code::TooLarge, (2, 72), "64 lists and mappings");
    only(format!("{deep}{}", "{a: ".repeat(10_000)), Code::TooLarge, (2, 260), "64 lists and mappings");
    let mut block = "mop: 1\n".to_owned();
    for level in 0..3_900 {
        writeln!(block, "{:level$}a:", "").unwrap();
    }
    let loaded = load_bytes(block);
    assert_eq!(loaded.diagnostics[0].code, Code::TooLarge, "{}", shown(&loaded));
    let loaded = load_bytes("- ".repeat(10_000));
    assert_eq!(loaded.diagnostics[0].code, Code::TooLarge, "{}", shown(&loaded));
    let expression = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let loaded = read(&with_steps("", &format!("- title: Restart it\n  when: \"{expression}\"")));
    assert_eq!(loaded.diagnostics[0].code, Code::BadExpression);
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_place() {
    only(b"mop: 1\ntitle: caf\xe9\n".to_vec(), Code::NotText, (2, 11), "byte 0xe9 is not UTF-8");
    only(b"mop: 1\ntitle: \xff\xff\xff\xff\n".to_vec(), Code::NotText, (2, 8), "byte 0xff");
    only("mop: 1\ntitle: a\0b\n", Code::ControlCharacter, (2, 9), "a NUL byte");
    only("mop: 1\ntitle: a\u{1b}[31mb\n", Code::ControlCharacter, (2, 9), "U+001B");
    only("mop: 1\rtitle: a\r", Code::ControlCharacter, (1, 7), "a carriage return stands alone");
    for bytes in [&b"\xff\xfem\0o\0p\0"[..], &b"\xfe\xff\0m\0o\0p"[..]] {
        only(bytes.to_vec(), Code::NotText, (1, 1), "UTF-16");
    }
}

#[test]
fn a_mark_or_line_ends_of_another_system_are_only_warned_of() {
    let book = with_steps("", "- Restart it");
    let loaded = load_bytes(format!("\u{feff}{book}"));
    assert!(loaded.runbook.is_some());
    assert_eq!(found(&loaded), [(Code::ByteOrderMark, 1, 1)]);
    let loaded = load_bytes(book.replace('\n', "\r\n"));
    assert!(loaded.runbook.is_some());
    assert_eq!(found(&loaded), [(Code::CarriageReturn, 1, 7)]);
}

#[test]
fn columns_do_not_count_a_byte_order_mark() {
    let loaded = load_bytes("\u{feff}mopp: 1\ntitle: a\nactivities: []\n");
    assert!(found(&loaded).contains(&(Code::UnknownKey, 1, 1)), "{:?}", found(&loaded));
    assert!(shown(&loaded).contains("1 | "), "{}", shown(&loaded));
}

#[test]
fn what_is_no_runbook_is_said_to_be_none() {
    only("", Code::Empty, (1, 1), "no runbook in it");
    only("# only\n# comments\n", Code::Empty, (1, 1), "no runbook in it");
    only("---\n...\n", Code::Empty, (1, 1), "no runbook in it");
    only("~\n", Code::Empty, (1, 1), "no runbook in it");
    only("- a\n- b\n", Code::WrongType, (1, 1), "expected a runbook, found a list");
    only("mop: 1\n---\nmop: 1\n", Code::YamlFeature, (2, 1), "a second document begins here");
}

#[test]
fn the_unusual_parts_of_yaml_are_refused_each_with_its_place() {
    let about = |about: &str| format!("mop: 1\nabout: {about}\n");
    only(with_steps("", "- title: !!str \"5\""), Code::YamlFeature, (7, 22), "a YAML tag");
    only("mop: 1\nx: &x { title: a }\n<<: *x\n", Code::YamlFeature, (3, 1), "`<<` merges");
    only("mop: 1\n? [a, b]\n: c\n", Code::YamlFeature, (2, 3), "a key has to be a word");
    only(about("&a [*a]"), Code::YamlFeature, (2, 12), "not complete yet");
    only(about("*nobody"), Code::Syntax, (2, 8), "nothing above has that name");
    only(about("\"\\q\""), Code::Syntax, (2, 9), "an escape that YAML does not have");
    only(about("\"\\é\\\""), Code::Syntax, (2, 9), "an escape that YAML does not have");
    only(about("\"a\" b"), Code::Syntax, (2, 12), "text goes on after its closing quote");
    only("mop: 1\ntitle: a\n\tabout: b\n", Code::Syntax, (3, 1), "a tab");
    only("%YAML 3.0\n---\nmop: 1\n", Code::Syntax, (1, 1), "");
}

#[test]
fn a_key_that_stands_twice_is_found_everywhere() {
    for (text, key) in [
        (with_steps("title: Again\n", "- Restart it"), "title"),
        (with_steps("contacts: { a: b, a: c }\n", "- Restart it"), "a"),
        (with_steps("", "- { title: Restart it, title: Again }"), "title"),
        (with_steps("", "- title: Say\n  run: { command: env, env: { A: b, \"A\": c }, expect: { exit: 0 } }"), "A"),
    ] {
        let loaded = read(&text);
        assert_eq!(loaded.diagnostics.len(), 1, "{}", shown(&loaded));
        assert_eq!(loaded.diagnostics[0].code, Code::DuplicateKey);
        assert!(loaded.diagnostics[0].message.contains(&format!("`{key}`")), "{}", shown(&loaded));
    }
}

#[test]
fn bare_words_that_yaml_takes_for_something_else_are_refused() {
    for word in ["10.10", "1e3", "0x1F", "0o17", ".5", "-3", "+1", "true", "False", "Null", ".inf", "-.INF", ".NaN"] {
        let loaded = read(&with_steps(&format!("version: {word}\n"), "- Restart it"));
        assert_eq!(found(&loaded), [(Code::Unquoted, 3, 10)], "{word}: {}", shown(&loaded));
        assert_eq!(loaded.diagnostics[0].help.as_deref(), Some(&*format!("put it in quotes: \"{word}\"")));
        let loaded = read(&with_steps(&format!("version: \"{word}\"\n"), "- Restart it"));
        assert!(loaded.diagnostics.is_empty(), "{word}: {}", shown(&loaded));
    }
    for (word, instead) in [("yes", "true"), ("On", "true"), ("no", "false"), ("off", "false"), ("NO", "false")] {
        let loaded = read(&with_steps("", &format!("- title: Copy\n  restore_point: {word}")));
        assert_eq!(found(&loaded), [(Code::BadValue, 8, 24)]);
        assert_eq!(loaded.diagnostics[0].help.as_deref(), Some(&*format!("write `{instead}`")));
    }
}

#[test]
fn what_is_no_file_is_not_read() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("sub")).unwrap();
    fs::write(at.join("file"), "x").unwrap();
    assert!(Process::new("mkfifo").arg(at.join("pipe")).status().unwrap().success());
    for (file, says) in [
        ("sub", "mop: sub: a directory, not a file; name a runbook such as runbooks/tour.yaml\n"),
        ("pipe", "mop: pipe: a pipe, not a file; name a runbook such as runbooks/tour.yaml\n"),
        ("/dev/zero", "mop: /dev/zero: a device, not a file; name a runbook such as runbooks/tour.yaml\n"),
        (
            "missing.yaml",
            "mop: missing.yaml: there is no such file; `mop` alone lists the runbooks that come with it\n",
        ),
        // Whoever runs the tests may be allowed to read everything, so a folder that is none stands for no access.
        ("file/book.yaml", "mop: file/book.yaml: Not a directory (os error 20)\n"),
    ] {
        assert_eq!(check(at, file), (2, String::new(), says.to_owned()));
    }
}

#[test]
fn a_file_name_that_would_drive_the_terminal_is_shown_escaped() {
    let folder = TempDir::new().unwrap();
    let name = "a\u{1b}[31m\u{202e}\n.yaml";
    let (exit, out, err) = check(folder.path(), name);
    assert_eq!((exit, out.as_str()), (2, ""));
    assert_harmless(&err);
    fs::write(folder.path().join(name), "mop: 1\n").unwrap();
    for format in ["text", "json", "github"] {
        let mut command = Command::new(MOP);
        let output = command.current_dir(folder.path()).args(["check", "--format", format, name]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_harmless(&String::from_utf8(output.stdout).unwrap());
    }
}

/// Asserts that a text has no control character but line ends, and nothing that turns or hides text.
fn assert_harmless(text: &str) {
    // Those that choose the form of an emoji and join two of them are left where they do.
    let is_emoji_part = |c: char| matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{200d}');
    let found = text.chars().find(|c| *c != '\n' && is_dangerous(*c) && !is_emoji_part(*c));
    assert_eq!(found, None, "{text:?}");
}

/// Asserts that nothing that is said about a runbook is harmful in any form.
pub fn assert_all_harmless(loaded: &Loaded) {
    for diagnostic in &loaded.diagnostics {
        for form in [Form::Plain, Form::Json, Form::Github] {
            let text = render(diagnostic, &loaded.sources, form);
            assert_harmless(&text);
            assert!(text.ends_with('\n'));
            let lines = text.lines().count();
            assert!(form == Form::Plain || lines == 1, "{text}");
        }
    }
}

const EVIL: &str = "\\e[2J\\u202e\\u200b\\x9b\\x7f\\n::error::\\U000E0041";

#[test]
fn what_a_file_hides_in_escapes_is_shown_and_never_obeyed() {
    for text in [
        with_steps("", &format!("- \"{EVIL}\"\n- {{ id: \"{EVIL}\", title: a, \"{EVIL}\": b }}")),
        with_steps("", &format!("- title: \"{EVIL} {{{{ {EVIL} }}}}\"\n  sign: \"{EVIL}\"\n  check: \"{EVIL}\"")),
        with_steps("", &format!("- title: a\n  run: \"echo '{EVIL}\"\n- title: b\n  wait: \"{EVIL}\"")),
        with_steps("", &format!("- title: a\n  call: \"{EVIL}\"\n  with: {{ \"{EVIL}\": x }}")),
        with_steps(&format!("inputs: {{ \"{EVIL}\": {{ ask: \"{EVIL}\", type: \"{EVIL}\" }} }}\n"), "- a"),
        with_steps("", &format!("- title: a\n  when: \"host == '{EVIL}'\"\n  estimate: \"{EVIL}\"")),
        with_steps("", "- title: \u{202e}a\u{200b}b\u{2066}\n  tilte: \u{200f}x"),
        with_steps("", &format!("- title: a\n  run: {{ command: [\"{EVIL}\"], expect: {{ matches: \"({EVIL}\" }} }}")),
    ] {
        let loaded = read(&text);
        assert!(!loaded.diagnostics.is_empty(), "{text}");
        assert_all_harmless(&loaded);
    }
}

#[test]
fn the_plan_of_a_hostile_runbook_is_harmless_too() {
    let folder = TempDir::new().unwrap();
    let steps = format!(
        "- {{ id: a, title: \"{EVIL}\", text: \"{EVIL}\", note: \"{EVIL}\" }}\n- {{ title: \"Loop {{{{ x }}}}\", for_each: {{ x: [\"\\u202e\\u200b\\U000E0041\"] }}, run: {{ command: \"echo {{{{ x }}}}\", expect: {{ exit: 0 }} }} }}"
    );
    fs::write(folder.path().join("book.yaml"), with_steps("", &steps)).unwrap();
    for format in ["text", "md"] {
        let mut command = Command::new(MOP);
        let output =
            command.current_dir(folder.path()).args(["plan", "--format", format, "book.yaml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_harmless(&String::from_utf8(output.stdout).unwrap());
    }
}

#[test]
fn a_line_of_a_megabyte_is_cut_where_it_is_quoted() {
    let loaded = read(&with_steps("", &format!("- title: {}\n  txet: a", "x".repeat(1 << 20))));
    assert_eq!(found(&loaded), [(Code::UnknownKey, 8, 9)]);
    let loaded = read(&with_steps(
        "",
        &format!("- {{ title: {}, txet: b, text: {} }}", "x".repeat(1 << 20), "y".repeat(1 << 20)),
    ));
    assert_eq!(found(&loaded)[0], (Code::UnknownKey, 7, 1_048_596));
    assert!(shown(&loaded).len() < 2000, "{}", shown(&loaded).len());
    let loaded = read(&with_steps("", &format!("- title: a\n  sign: {}", "x".repeat(1 << 20))));
    let text: usize = loaded.diagnostics.iter().map(|d| render(d, &loaded.sources, Form::Plain).len()).sum();
    assert!(text < 5000, "{text}");
}

#[test]
fn a_mapping_of_a_hundred_thousand_keys_is_read_in_time() {
    let keys: String = (0..100_000).map(|at| format!("key{at}: x\n")).collect();
    let loaded = load_bytes(format!("mop: 1\n{keys}"));
    assert_eq!(loaded.diagnostics.len() + loaded.dropped, 100_002, "and `title`, `activities` are missing");
    let rows: String = (0..100_000).map(|at| format!("  key{at}: x\n")).collect();
    let loaded = load_bytes(with_steps(&format!("contacts:\n{rows}"), "- Restart it"));
    assert!(loaded.diagnostics.is_empty());
}

#[test]
fn thousands_of_errors_are_counted_and_the_first_thousand_shown() {
    let steps: String = (0..5000).map(|at| format!("- \"{at} {{{{ nobody }}}}\"\n")).collect();
    let loaded = read(&with_steps("", &steps));
    assert_eq!((loaded.diagnostics.len(), loaded.dropped), (1000, 4000));
    let (errors, warnings) = loaded.counts();
    assert_eq!(summary(errors, warnings, loaded.dropped), "1000 errors, and 4000 more that are not shown");
}

#[test]
fn work_does_not_grow_with_the_square_of_the_file() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(|at| line(at) + "\n").collect::<String>();
    let inputs = format!("inputs:\n{}", lines(10_000, &|at| format!("  name{at}: {{ ask: a }}")));
    let probes = format!("status:\n{}", lines(10_000, &|at| format!("  probe{at}: {{ tcp: a:1 }}")));
    let roles = format!("roles:\n{}", lines(10_000, &|at| format!("  role{at}: a")));
    let words = (0..10_000).map(|at| format!("\"word{at}\", ")).collect::<String>();
    let versions = (0..10_000).map(|at| format!("\"{at}.1.1\", ")).collect::<String>();
    for text in [
        with_steps(INPUT, &format!("- \"{}\"", "{{ a }}".repeat(100_000))),
        with_steps(INPUT, &format!("- \"{}\"", "{{ b }}".repeat(100_000))),
        with_steps(INPUT, &format!("- \"{}\"", "{{ '".repeat(100_000))),
        with_steps(INPUT, &format!("- \"{}\"", "{{".repeat(200_000))),
        with_steps(INPUT, &format!("- title: a\n  run: \"{}\"", "x {{ a }} | ".repeat(10_000))),
        with_steps(INPUT, &format!("- title: a\n  run: \"{}\"", "$(".repeat(100_000))),
        with_steps("", &format!("- title: a\n  text: \"{}\"", "step 1 ".repeat(100_000))),
        with_steps("", &format!("- title: a\n  text: \"{}\"", "TODO ".repeat(100_000))),
        with_steps(&inputs, &lines(10_000, &|at| format!("- \"{at} {{{{ nam{at} }}}}\""))),
        with_steps(&inputs, &lines(10_000, &|at| format!("- \"{at} {{{{ name{at} }}}}\""))),
        with_steps(&probes, &lines(10_000, &|at| format!("- {{ title: t{at}, check: probe{} }}", 9_999 - at))),
        with_steps(&probes, &lines(10_000, &|at| format!("- {{ title: t{at}, check: prob{at} }}"))),
        with_steps(&roles, &lines(10_000, &|at| format!("- {{ title: t{at}, sign: role{} }}", 9_999 - at))),
        with_steps(&roles, &lines(10_000, &|at| format!("- {{ title: t{at}, sign: rol{at} }}"))),
        with_steps("", &lines(10_000, &|at| format!("- \"{at} {{{{ step.t{at} }}}}\""))),
        with_steps("", &lines(10_000, &|at| format!("- {{ id: s{at}, title: \"{{{{ step.s{at} }}}}\" }}"))),
        with_steps(
            "",
            &format!(
                "- title: a\n  choose: [{}]",
                (0..10_000).map(|at| format!("{{ title: t{at} }}, ")).collect::<String>()
            ),
        ),
        with_steps(
            &format!("inputs:\n  a: {{ ask: a, list: true, one_of: [{words}], default: [{words}] }}\n"),
            "- \"{{ a }}\"",
        ),
        with_steps(
            &format!("inputs:\n  a: {{ ask: a, list: true, type: version, default: [{versions}] }}\n"),
            &format!(
                "- title: \"{{{{ a }}}}\"\n  run: \"echo {}\"",
                (0..10_000).map(|at| format!("{at}.1.2 ")).collect::<String>()
            ),
        ),
        format!(
            "mop: 1\ntitle: a\nactivities:\n{}",
            lines(4_000, &|at| format!(
                "  - {{ id: a{at}, title: a, after: [{}], steps: [{{ id: s{at}, title: \"{{{{ outcome.s0 }}}}\" }}] }}",
                if at == 0 { String::new() } else { format!("a{}", at - 1) }
            ))
        ),
        lines(100_000, &|at| format!("\"{at}\": &a{at} x")),
        with_steps("", &lines(10_000, &|_| "- Same".to_owned())),
    ] {
        let began = Instant::now();
        let loaded = load("book.yaml", text.clone().into_bytes(), &NoLibrary);
        for diagnostic in &loaded.diagnostics {
            render(diagnostic, &loaded.sources, Form::Plain);
        }
        println!("{:?} {:?}", began.elapsed(), &text[text.len() - 60..]);
        assert!(began.elapsed() < SOON / 3, "{:?} for {}", began.elapsed(), &text[..200]);
    }
}

const INPUT: &str = "inputs:\n  a: { ask: a }\n";

fn folder_of(books: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in books {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn calling(path: &str) -> String {
    with_steps("", &format!("- title: Go on\n  call: {path}"))
}

#[test]
fn a_call_that_leads_nowhere_is_found_with_its_reason() {
    let folder = folder_of(&[
        ("missing.yaml", &calling("nobody.yaml")),
        ("folder.yaml", &calling("sub")),
        ("pipe.yaml", &calling("fifo")),
        ("own.yaml", &calling("own.yaml")),
        ("dotted.yaml", &calling("./sub/../dotted.yaml")),
        ("one.yaml", &calling("two.yaml")),
        ("two.yaml", &calling("one.yaml")),
        ("broken.yaml", &calling("sub/broken.yaml")),
        ("sub/broken.yaml", "mop: 1\ntitle: [\n"),
        ("empty.yaml", &calling("sub/empty.yaml")),
        ("sub/empty.yaml", ""),
    ]);
    assert!(Process::new("mkfifo").arg(folder.path().join("fifo")).status().unwrap().success());
    for (file, says) in [
        ("missing.yaml", "error[call-unreadable]: nobody.yaml: there is no such file"),
        ("folder.yaml", "error[call-unreadable]: sub: a directory, not a file"),
        ("pipe.yaml", "error[call-unreadable]: fifo: a pipe, not a file"),
        ("own.yaml", "error[call-circle]: own.yaml calls own.yaml"),
        ("dotted.yaml", "error[call-circle]: dotted.yaml calls dotted.yaml"),
        ("one.yaml", "error[call-circle]: one.yaml calls two.yaml calls one.yaml"),
        ("broken.yaml", "error[syntax]"),
        ("empty.yaml", "error[empty]"),
    ] {
        let (exit, out, err) = check(folder.path(), file);
        assert_eq!((exit, err.as_str()), (1, ""), "{file}: {out}");
        assert!(out.contains(says), "{file}: {out}");
    }
}

#[test]
fn a_call_may_climb_out_of_its_folder_but_not_out_of_the_program() {
    let folder = folder_of(&[
        ("main/book.yaml", &calling("../parts/part.yaml")),
        ("parts/part.yaml", &calling("../main/last.yaml")),
        ("main/last.yaml", &with_steps("", "- Restart it")),
    ]);
    assert_eq!(check(folder.path(), "main/book.yaml").0, 0);
    assert_eq!(check(&folder.path().join("main"), "book.yaml").0, 0);
}

#[test]
fn a_hundred_and_fifty_chained_calls_are_too_many_and_ninety_are_not() {
    for (count, exit, says) in [(90, 0, "no problems"), (150, 1, "error[too-large]: more than 100 runbooks are called")]
    {
        let books: Vec<_> = (0..=count)
            .map(|at| {
                let text =
                    if at == count { with_steps("", "- Restart it") } else { calling(&format!("b{}.yaml", at + 1)) };
                (format!("b{at}.yaml"), text)
            })
            .collect();
        let books: Vec<_> = books.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let folder = folder_of(&books);
        let (code, out, err) = check(folder.path(), "b0.yaml");
        assert_eq!(code, exit, "{out}{err}");
        assert!(out.contains(says), "{out}");
    }
}
