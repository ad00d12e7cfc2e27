//! How an order becomes a process: the program, its words, its environment, its folder.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::super::order::{Line, Order};
use super::super::remote;
use super::super::start::in_memory;
use crate::text::Shown;

/// The parts of a locale that change what programs say; letters stay as the operator has them.
const SAID: [&str; 4] = ["LC_MESSAGES", "LC_NUMERIC", "LC_TIME", "LC_COLLATE"];
/// What is told of the size of a terminal, which a terminal tells itself.
const SIZE: [&str; 2] = ["COLUMNS", "LINES"];

/// Starts the command in a process group of its own, or says why it cannot be, in words that are safe to show.
pub(in crate::exec) fn spawn(order: &Order) -> Result<Child, String> {
    let (program, mut command) = made(order)?;
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    command.spawn().map_err(|error| refused(program, &error))
}

/// Starts a command at a terminal.
pub(super) fn spawn_at(order: &Order, terminal: &OwnedFd) -> Result<Child, String> {
    let (program, mut command) = made(order)?;
    let end = || terminal.try_clone().map(Stdio::from).map_err(|error| error.to_string());
    command.stdin(end()?).stdout(end()?).stderr(end()?).process_group(0);
    command.spawn().map_err(|error| refused(program, &error))
}

fn made(order: &Order) -> Result<(&str, Command), String> {
    match &order.host {
        Some(host) => Ok(("ssh", elsewhere(order, host).map_err(|error| error.to_string())?)),
        None => here(order),
    }
}

fn here(order: &Order) -> Result<(&str, Command), String> {
    let (program, mut command) = match &order.line {
        Line::Shell(line) => ("sh", with(Command::new("sh"), &["-c", line])),
        Line::Words(words) => {
            let (program, words) = words.split_first().ok_or("it names no program")?;
            (program.as_str(), with(Command::new(program), words))
        }
    };
    speak_for(order, &mut command);
    command.envs(order.environment.iter().map(|(name, value)| (name, value)));
    command.envs(order.secrets.iter().map(|(name, value)| (name, value.reveal())));
    if let Some(folder) = &order.folder {
        check_folder(folder)?;
        command.current_dir(folder);
    }
    command.stdin(Stdio::null());
    Ok((program, command))
}

fn elsewhere(order: &Order, host: &str) -> io::Result<Command> {
    let mut command = with(Command::new("ssh"), &remote::words(order, host));
    speak_for(order, &mut command);
    match remote::input(order) {
        Some(input) => command.stdin(Stdio::from(in_memory(input.as_bytes())?)),
        None => command.stdin(Stdio::null()),
    };
    Ok(command)
}

fn with(mut command: Command, words: &[impl AsRef<std::ffi::OsStr>]) -> Command {
    command.args(words);
    command
}

/// Fixes the language, so that what is expected of an output does not depend on who runs it; what asks somebody
/// questions speaks his.
fn speak_for(order: &Order, command: &mut Command) {
    for name in SIZE {
        command.env_remove(name);
    }
    if order.terminal.is_some() {
        return;
    }
    let all = std::env::var_os("LC_ALL").filter(|value| !value.is_empty());
    command.env_remove("LC_ALL").env_remove("LANGUAGE").env("TERM", "dumb");
    if let Some(all) = all {
        command.env("LC_CTYPE", all);
    }
    command.envs(SAID.map(|name| (name, "C")));
}

/// Tells a folder that is not there from a program that is not: the system has one word for both.
fn check_folder(folder: &str) -> Result<(), String> {
    let shown = Shown::line_limited(folder, 200);
    match fs::metadata(Path::new(folder)) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(format!("{shown} is not a folder")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!("the folder {shown} is not there")),
        Err(error) => Err(format!("cannot start in the folder {shown}: {error}")),
    }
}

fn refused(program: &str, error: &io::Error) -> String {
    let shown = Shown::line_limited(program, 200);
    match error.kind() {
        io::ErrorKind::NotFound if program.contains('/') => format!("{shown} is not there"),
        io::ErrorKind::NotFound => format!("{shown} is not installed, or not in PATH"),
        io::ErrorKind::ArgumentListTooLong => format!("the command for {shown} is too long for this system"),
        _ => format!("cannot run {shown}: {error}"),
    }
}
