//! `mop supervise`, hidden: the process that runs one command of a run, started by `mop` itself.
//!
//! Its standard input is the order and its standard output the lock of the command's folder, so
//! nothing is ever printed there.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd as _;

use super::Exit;
use super::args::SuperviseArgs;
use super::output::Output;
use crate::exec::command;

pub(super) fn run(args: &SuperviseArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let own = |end: io::Result<_>| end.map(File::from);
    let (order, lock) = (own(io::stdin().as_fd().try_clone_to_owned()), own(io::stdout().as_fd().try_clone_to_owned()));
    let (Ok(order), Ok(lock)) = (order, lock) else { return Exit::Usage };
    match command::supervise(&args.dir, order, &lock) {
        Ok(()) => Exit::Good,
        Err(error) => {
            output.complain(&error.to_string());
            Exit::Usage
        }
    }
}
