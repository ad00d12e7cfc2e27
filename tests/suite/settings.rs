//! `mop config`: what it prints is a file of settings, and what is wrong is said with its place.

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

/// Runs `mop config` with a file, in an environment of its own; gives how it ended, and what it wrote.
fn config(text: Option<&str>, environment: &[(&str, &str)]) -> (i32, String, String) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("config.toml");
    text.iter().for_each(|text| fs::write(&file, text).unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_mop"));
    command.env_clear().env("LANG", "C.UTF-8").envs(environment.iter().copied()).current_dir(folder.path());
    command.args(["config", "--config", if text.is_some() { "config.toml" } else { "none" }]);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Gives a line of what was printed, with single blanks.
fn line(out: &str, name: &str) -> String {
    let found = out.lines().find(|line| line.starts_with(&format!("{name} = ")));
    let found = found.unwrap_or_else(|| panic!("no {name} in\n{out}"));
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn without_a_file_everything_is_listed_as_usual() {
    let (exit, out, err) = config(None, &[]);
    assert_eq!((exit, err.as_str()), (0, ""));
    assert_eq!(line(&out, "theme"), "theme = \"dark\" # usual");
    assert_eq!(line(&out, "down"), "down = [\"j\", \"down\"] # usual");
    assert_eq!(line(&config(None, &[("LC_ALL", "C")]).1, "ascii"), "ascii = true # LC_ALL");
}

#[test]
fn what_is_printed_can_be_kept_as_the_file_of_settings() {
    let said = "theme = \"light\"\nclock = \"minutes\"\n[keys]\nsign = [\"S\", \"ctrl-s\"]\nzoom = '\"'\n";
    let (exit, out, err) = config(Some(said), &[]);
    assert_eq!((exit, err.as_str()), (0, ""));
    assert_eq!(line(&out, "theme"), "theme = \"light\" # line 1");
    assert_eq!(line(&out, "sign"), "sign = [\"S\", \"ctrl-s\"] # line 4");
    let (exit, again, err) = config(Some(&out), &[]);
    assert_eq!((exit, err.as_str()), (0, ""));
    let values = |out: &str| out.lines().map(|line| line.split(" # ").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&again)[1..], values(&out)[1..]);
}

#[test]
fn a_conflict_shows_both_places() {
    let (exit, out, err) = config(Some("[keys]\nnote = \"x\"\nsign = \"x\"\n"), &[]);
    assert_eq!(exit, 1);
    let expected = "\
error[settings]: `x` would be both `note` and `sign` in checklist
 --> config.toml:3:8
  |
3 | sign = \"x\"
  |        ^^^
 ::: config.toml:2:8
  |
2 | note = \"x\"
  |        --- `note` has it here
";
    assert_eq!(err.trim_end(), expected.trim_end());
    assert_eq!(line(&out, "sign"), "sign = \"s\" # usual");
}

#[test]
fn everything_that_is_wrong_is_said_and_the_rest_holds() {
    let (exit, out, err) = config(Some("them = 1\ntheme = \"light\"\nclock = \"never\"\n"), &[]);
    assert_eq!(exit, 1);
    assert!(err.contains("config.toml:1:1") && err.contains("did you mean `theme`?"), "{err}");
    assert!(err.contains("config.toml:3:9") && err.contains("\"seconds\" or \"minutes\""), "{err}");
    assert_eq!(line(&out, "theme"), "theme = \"light\" # line 2");
}

#[test]
fn a_file_that_cannot_be_read_is_said() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mop"));
    let output = command.args(["config", "--config", "/proc/nothing.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/proc/nothing.toml: there is no such file"));
}

#[test]
fn hostile_settings_drive_no_terminal() {
    let (exit, out, err) =
        config(Some("\"\\u001b[31mred\" = 1\n[keys]\n\"a\\u202eb\" = \"\\u001b]0;x\\u0007\"\n"), &[]);
    assert_eq!(exit, 1);
    assert!(![out, err].concat().chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'));
}
