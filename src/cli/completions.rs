//! `mop completions`: what completes the words of `mop` in a shell, made from the words themselves.

use std::io::Write;

use clap::CommandFactory;

use super::Exit;
use super::args::{Args, CompletionsArgs};
use super::output::Output;

pub(super) fn run(args: &CompletionsArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "mop", &mut script);
    output.print(&String::from_utf8_lossy(&script));
    Exit::Good
}
