//! `mop new`: writes a small commented runbook to begin with.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::Exit;
use super::args::NewArgs;
use super::output::Output;
use crate::runbook::shipped;
use crate::text::Shown;

pub(super) fn run(args: &NewArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let Some(path) = &args.file else {
        output.print(shipped::NEW);
        return Exit::Good;
    };
    let name = Shown::line(&path.display().to_string());
    match write_new(path) {
        Ok(()) => {
            output.print(&format!("wrote {name}; look at it with: mop check {name}\n"));
            Exit::Good
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            output.complain(&format!("{name}: is there already, and is not overwritten; give another name"));
            Exit::Usage
        }
        Err(error) => {
            output.complain(&format!("{name}: {error}"));
            Exit::Usage
        }
    }
}

fn write_new(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(shipped::NEW.as_bytes())?;
    file.sync_all()
}
