//! The program as scripts and editors meet it: exit codes, forms of output, streams and names.

use std::fs;
use std::io::Write;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::reading::with_steps;

const MOP: &str = env!("CARGO_BIN_EXE_mop");

/// A folder with a good runbook, one with a warning, and one with two errors.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("good.yaml", &with_steps("", "- Restart it"));
        write("warns.yaml", &with_steps("", "- Restart it as in step 3"));
        write("bad.yaml", &with_steps("", "- titel: Restart it\n- \"Look at {{ nobody }}\""));
        Self(folder)
    }

    /// Runs the program and returns how it ended, and what it wrote to its two streams.
    fn mop(&self, args: &[&str]) -> (i32, String, String) {
        self.mop_with(args, "")
    }

    fn mop_with(&self, args: &[&str], input: &str) -> (i32, String, String) {
        let mut command = Command::new(MOP);
        let output = command.current_dir(self.0.path()).args(args).write_stdin(input).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

#[test]
fn the_exit_code_says_the_worst_of_all_files() {
    let folder = Folder::new();
    for (args, exit) in [
        (&["check", "good.yaml"][..], 0),
        (&["check", "warns.yaml"], 0),
        (&["check", "--strict", "good.yaml"], 0),
        (&["check", "--strict", "warns.yaml"], 1),
        (&["check", "bad.yaml"], 1),
        (&["check", "good.yaml", "bad.yaml", "warns.yaml"], 1),
        (&["check", "bad.yaml", "missing.yaml", "good.yaml"], 2),
        (&["check", "missing.yaml"], 2),
        (&["check"], 2),
        (&["check", "--format", "xml", "good.yaml"], 2),
        (&["chekc", "good.yaml"], 2),
        (&[], 2),
        (&["plan", "good.yaml"], 0),
        (&["plan", "bad.yaml"], 1),
        (&["plan", "missing.yaml"], 2),
        (&["plan", "good.yaml", "--set", "nobody=1"], 2),
        (&["plan", "good.yaml", "--set", "nothing"], 2),
        (&["schema"], 0),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let (code, out, err) = folder.mop(args);
        assert_eq!(code, exit, "{args:?}\n{out}{err}");
        assert_eq!(code == 2, !err.is_empty(), "{args:?}: {err}");
        assert!(err.is_empty() || err.starts_with("mop: "), "{err}");
    }
}

#[test]
fn one_file_that_cannot_be_read_does_not_hide_the_others() {
    let (_, out, err) = Folder::new().mop(&["check", "missing.yaml", "bad.yaml", "good.yaml"]);
    assert!(out.contains("bad.yaml: 2 errors\n") && out.ends_with("good.yaml: no problems\n"), "{out}");
    assert!(err.starts_with("mop: missing.yaml: "), "{err}");
}

#[test]
fn json_is_one_object_a_line_with_stable_fields() {
    let (code, out, err) = Folder::new().mop(&["check", "--format", "json", "bad.yaml", "warns.yaml", "good.yaml"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<Json> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    let fields = "file line column end_line end_column severity code message why help related";
    for line in &lines {
        let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.join(" "), fields);
    }
    let first = &lines[0];
    assert_eq!(first["file"], "bad.yaml");
    assert_eq!((&first["line"], &first["column"]), (&Json::from(7), &Json::from(9)));
    assert_eq!((&first["end_line"], &first["end_column"]), (&Json::from(7), &Json::from(14)));
    assert_eq!((&first["severity"], &first["code"]), (&Json::from("error"), &Json::from("unknown-key")));
    assert_eq!(first["help"], "did you mean `title`?");
    assert_eq!((&lines[2]["severity"], &lines[2]["code"]), (&Json::from("warning"), &Json::from("prose-reference")));
}

#[test]
fn github_annotations_are_escaped_as_their_format_asks() {
    let folder = Folder::new();
    let name = "100%, a:b.yaml";
    let text = with_steps("", "- { title: a, \"50%,: b\\n\": c }");
    fs::write(folder.0.path().join(name), text).unwrap();
    let (code, out, _) = folder.mop(&["check", "--format", "github", name]);
    assert_eq!(code, 1);
    let line = out.lines().next().unwrap();
    let at = "::error file=100%25%2C a%3Ab.yaml,line=7,col=21,endLine=7,endColumn=32,title=unknown-key::";
    assert!(line.starts_with(at), "{line}");
    assert!(line[at.len()..].starts_with("`50%25,: b"), "{line}");
    assert_eq!(out.lines().count(), 1, "{out}");
}

#[test]
fn a_dash_is_standard_input() {
    let folder = Folder::new();
    let (code, out, _) = folder.mop_with(&["check", "-"], &with_steps("", "- titel: Restart it"));
    assert_eq!(code, 1);
    assert!(out.contains(" --> standard input:7:9\n"), "{out}");
    assert_eq!(folder.mop_with(&["check", "-"], &with_steps("", "- Restart it")).0, 0);
    assert_eq!(folder.mop_with(&["check", "-"], "").0, 1);
    let (code, _, err) = folder.mop_with(&["check", "-"], &"#".repeat(8 * 1024 * 1024 + 1));
    assert_eq!(code, 2);
    assert!(err.contains("standard input: larger than 8 MiB"), "{err}");
}

#[test]
fn shipped_runbooks_are_found_by_name_in_an_empty_folder() {
    let folder = Folder(TempDir::new().unwrap());
    for shipped in mop::runbook::shipped::ALL {
        let (code, out, err) = folder.mop(&["check", "--strict", shipped.id]);
        assert_eq!(code, 0, "{out}{err}");
        let (code, out, err) = folder.mop(&["plan", shipped.id]);
        assert_eq!(code, 0, "{out}{err}");
    }
}

#[test]
fn a_file_goes_before_a_shipped_runbook_of_the_same_name() {
    let folder = Folder::new();
    fs::write(folder.0.path().join("tour"), with_steps("", "- titel: Restart it")).unwrap();
    assert_eq!(folder.mop(&["check", "tour"]).0, 1);
    assert_eq!(folder.mop(&["check", "tour.yaml"]).0, 2);
}

#[test]
fn a_shipped_runbook_cannot_call_what_is_on_the_disk() {
    let folder = Folder::new();
    fs::write(folder.0.path().join("tour-part.yaml"), "mop: [").unwrap();
    assert_eq!(folder.mop(&["check", "tour"]).0, 0);
}

#[test]
fn a_reader_that_has_gone_away_is_no_failure() {
    let folder = Folder::new();
    let steps: String = (0..1000).map(|at| format!("- \"{at} {{{{ nobody }}}}\"\n")).collect();
    fs::write(folder.0.path().join("long.yaml"), with_steps("", &steps)).unwrap();
    for (args, exit) in [(&["check", "long.yaml"][..], 1), (&["plan", "tour"], 0), (&["schema"], 0)] {
        let mut child = Process::new(MOP)
            .args(args)
            .current_dir(folder.0.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(exit), "{args:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{args:?}");
    }
}

#[test]
fn output_that_cannot_be_written_is_a_failure_that_is_said() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else { return };
    let output = Process::new(MOP).args(["schema"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty(), "a full disk is not passed over in silence");
}

#[test]
fn colour_is_for_terminals_only() {
    let folder = Folder::new();
    for value in ["", "1"] {
        let mut command = Command::new(MOP);
        let command = command.current_dir(folder.0.path()).env("NO_COLOR", value).args(["check", "bad.yaml"]);
        let output = command.output().unwrap();
        assert!(!output.stdout.contains(&0x1b));
    }
}

/// Runs the program on a terminal of its own, with `script`, when there is one.
fn on_a_terminal(folder: &Folder, no_colour: Option<&str>) -> Option<String> {
    let mut command = Process::new("script");
    command.args(["-qec", &format!("{MOP} check bad.yaml"), "/dev/null"]).current_dir(folder.0.path());
    command.env_remove("NO_COLOR").stdin(Stdio::null());
    if let Some(value) = no_colour {
        command.env("NO_COLOR", value);
    }
    let output = command.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_terminal_gets_colour_unless_no_color_says_otherwise() {
    let folder = Folder::new();
    let (Some(plain), Some(empty), Some(coloured)) =
        (on_a_terminal(&folder, Some("1")), on_a_terminal(&folder, Some("")), on_a_terminal(&folder, None))
    else {
        return; // there is no `script` to make a terminal with
    };
    assert!(!plain.contains('\u{1b}') && plain.contains("error[unknown-key]"), "{plain}");
    assert!(coloured.contains("\u{1b}[1;31merror[unknown-key]\u{1b}[0m"), "{coloured}");
    assert_eq!(empty, coloured);
}

#[test]
fn too_many_findings_are_said_to_be_more_in_every_form() {
    let folder = Folder::new();
    let steps: String = (0..1500).map(|at| format!("- \"{at} {{{{ nobody }}}}\"\n")).collect();
    fs::write(folder.0.path().join("long.yaml"), with_steps("", &steps)).unwrap();
    let (_, out, _) = folder.mop(&["check", "long.yaml"]);
    assert!(out.ends_with("long.yaml: 1000 errors, and 500 more that are not shown\n"));
    for format in ["json", "github"] {
        let (_, out, err) = folder.mop(&["check", "--format", format, "long.yaml"]);
        assert_eq!(out.lines().count(), 1000);
        assert_eq!(err, "mop: long.yaml: 1000 errors, and 500 more that are not shown\n");
    }
}

#[test]
fn new_writes_a_runbook_without_a_finding_and_never_overwrites() {
    let folder = Folder::new();
    let (code, out, err) = folder.mop(&["new", "mine.yaml"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, "wrote mine.yaml; look at it with: mop check mine.yaml\n");
    let (code, out, _) = folder.mop(&["check", "--strict", "mine.yaml"]);
    assert_eq!((code, out.as_str()), (0, "mine.yaml: no problems\n"));
    assert_eq!(folder.mop(&["plan", "mine.yaml"]).0, 0);

    fs::write(folder.0.path().join("mine.yaml"), "my own").unwrap();
    let (code, out, err) = folder.mop(&["new", "mine.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "mop: mine.yaml: is there already, and is not overwritten; give another name\n");
    assert_eq!(fs::read_to_string(folder.0.path().join("mine.yaml")).unwrap(), "my own");

    std::os::unix::fs::symlink("nowhere.yaml", folder.0.path().join("link.yaml")).unwrap();
    assert_eq!(folder.mop(&["new", "link.yaml"]).0, 2);
    assert!(!folder.0.path().join("nowhere.yaml").exists());
    assert_eq!(folder.mop(&["new", "no/such/folder.yaml"]).0, 2);
}

#[test]
fn new_without_a_name_prints_a_runbook() {
    let folder = Folder::new();
    let (code, out, _) = folder.mop(&["new"]);
    assert_eq!(code, 0);
    assert_eq!(folder.mop_with(&["check", "--strict", "-"], &out).0, 0);
}

#[test]
fn the_schema_is_printed_whole() {
    let (code, out, _) = Folder::new().mop(&["schema"]);
    assert_eq!(code, 0);
    assert_eq!(serde_json::from_str::<Json>(&out).unwrap(), mop::runbook::schema::schema());
}

#[test]
fn standard_input_that_never_ends_is_cut_off() {
    let mut child = Process::new(MOP)
        .args(["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let block = vec![b'#'; 1 << 20];
    // It stops reading at the limit, and then nobody is left to write to.
    let written = (0..1000).take_while(|_| input.write_all(&block).is_ok()).count();
    drop(input);
    assert!(written < 20, "{written}");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(2));
}
