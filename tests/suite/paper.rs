//! What stands beside the program: completions, the manual, and what it says of itself.

use std::process::{Command, Output};

use mop::cli::Exit;
use mop::ui::command::TABLE;
use tempfile::TempDir;

use crate::needs::needs;

fn mop(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mop")).args(args).output().unwrap()
}

fn text(args: &[&str]) -> String {
    let output = mop(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Gives the commands that the help lists.
fn commands() -> Vec<String> {
    let help = text(&["--help"]);
    let lines = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| line.starts_with("  "));
    // What a line says further stands below it, more to the right.
    let words = lines
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    words.filter(|word| word != "help").collect()
}

#[test]
fn the_version_in_full_says_what_was_built() {
    let text = text(&["--version"]);
    assert!(text.starts_with(concat!("mop ", env!("CARGO_PKG_VERSION"), "\n")), "{text}");
    for fact in ["built for", "linked", "source", "runbook format 1, journal format 1", "rustls"] {
        assert!(text.contains(fact), "{fact} is missing in {text}");
    }
    assert_eq!(self::text(&["-V"]), concat!("mop ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&["completions", shell]);
        let missing: Vec<_> = commands().into_iter().filter(|command| !script.contains(command.as_str())).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
    }
    assert_eq!(mop(&["completions", "cmd"]).status.code(), Some(2));
}

#[test]
fn bash_completes_a_command() {
    needs!(BASH);
    let script = r#"source /dev/stdin; COMP_WORDS=(mop ver); COMP_CWORD=1; _mop mop ver mop; echo "${COMPREPLY[@]}""#;
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", script]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = bash.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text(&["completions", "bash"]).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "verify");
}

#[test]
fn the_manual_has_a_page_for_each_command_and_all_keys_and_codes() {
    let dir = TempDir::new().unwrap();
    let pages = dir.path().join("man1");
    text(&["man", "--dir", pages.to_str().unwrap()]);
    for command in commands() {
        let page = std::fs::read_to_string(pages.join(format!("mop-{command}.1"))).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(&format!("mop\\-{command}")), "{page}");
        assert_eq!(page, text(&["man", &command]));
    }
    let page = std::fs::read_to_string(pages.join("mop.1")).unwrap();
    assert_eq!(page, text(&["man"]));
    let plain = page.replace("\\-", "-").replace("\\*(Aq", "'").replace("\\\\", "\\");
    for entry in TABLE {
        assert!(plain.contains(entry.help), "{} is missing", entry.name);
    }
    for exit in Exit::ALL {
        assert!(plain.contains(exit.meaning()), "{exit:?}");
    }
    assert_eq!(mop(&["man", "nothing"]).status.code(), Some(2));
}

#[test]
fn the_manual_is_read_by_man_without_a_complaint() {
    needs!(GROFF);
    let dir = TempDir::new().unwrap();
    text(&["man", "--dir", dir.path().to_str().unwrap()]);
    for page in std::fs::read_dir(dir.path()).unwrap() {
        let page = page.unwrap().path();
        let output = Command::new("groff").args(["-man", "-Kutf8", "-Tutf8", "-ww", "-z"]).arg(&page).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
