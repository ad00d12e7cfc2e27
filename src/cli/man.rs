//! `mop man`: the manual, made from the tables that the program goes by.
//!
//! Words and options come from the command line, keys from the table of commands, codes from `Exit`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::Exit;
use super::args::{Args, ManArgs};
use super::output::Output;
use crate::ui::command::TABLE;

pub(super) fn run(args: &ManArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let mut program = Args::command();
    program.build();
    match (&args.dir, &args.command) {
        (Some(dir), _) => match write_all(&program, dir) {
            Ok(()) => Exit::Good,
            Err(error) => refuse(&format!("{}: {error}", dir.display()), output),
        },
        (None, None) => print(page(&program, true), output),
        (None, Some(name)) => match pages(&program).find(|command| command.get_name() == name) {
            Some(command) => print(page(&of_program(command), false), output),
            None => refuse(&format!("there is no command {name}; mop --help lists them"), output),
        },
    }
}

fn refuse(why: &str, output: &mut Output<impl Write, impl Write>) -> Exit {
    output.complain(crate::text::Shown::line(why).as_str());
    Exit::Usage
}

fn print(page: io::Result<String>, output: &mut Output<impl Write, impl Write>) -> Exit {
    match page {
        Ok(page) => {
            output.print(&page);
            Exit::Good
        }
        Err(error) => refuse(&error.to_string(), output),
    }
}

/// Gives the commands that people use.
fn pages(program: &Command) -> impl Iterator<Item = &Command> {
    program.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

/// Gives a command the name that its page has.
fn of_program(command: &Command) -> Command {
    command.clone().name(format!("mop-{}", command.get_name()))
}

fn write_all(program: &Command, dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    fs::write(dir.join("mop.1"), page(program, true)?)?;
    for command in pages(program) {
        fs::write(dir.join(format!("mop-{}.1", command.get_name())), page(&of_program(command), false)?)?;
    }
    Ok(())
}

/// Writes a page; that of the program has the keys and the exit codes too.
fn page(command: &Command, is_program: bool) -> io::Result<String> {
    let mut text = Vec::new();
    let man = Man::new(command.clone()).date("").manual("mop");
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if is_program {
        man.render_subcommands_section(&mut text)?;
        keys().to_writer(&mut text)?;
    }
    codes().to_writer(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn keys() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["KEYS"]);
    for entry in TABLE {
        let keys: Vec<_> = entry.keys.iter().map(|key| key.name()).collect();
        roff.control("TP", []).text([bold(keys.join(" "))]).text([roman(entry.help)]);
    }
    roff
}

fn codes() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for exit in Exit::ALL {
        roff.control("TP", []).text([bold(exit.code().to_string())]).text([roman(exit.meaning())]);
    }
    roff
}
