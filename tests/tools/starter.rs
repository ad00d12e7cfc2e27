//! A process that starts a command and then does nothing, for tests that kill who started one.
//!
//! `starter MOP DIR SCRIPT` says `started` once the supervisor has its order, and waits until its
//! input ends. It never looks at the command again. Where MOP is `own` it is the supervisor itself,
//! as the program is, after it has removed its own file.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use mop::exec::command::{Launcher, Line, Order};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "supervise") {
        return Ok(mop::cli::main());
    }
    let [mop, dir, script] = words.as_slice() else { return Err("starter MOP DIR SCRIPT".into()) };
    let order = Order::new(Line::Shell(script.clone()));
    let running = launcher(mop)?.start(&order, Path::new(dir))?;
    writeln!(io::stdout(), "started")?;
    io::stdout().flush()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    drop(running);
    Ok(ExitCode::SUCCESS)
}

fn launcher(mop: &str) -> io::Result<Launcher> {
    if mop != "own" {
        return Ok(Launcher::at(mop.into()));
    }
    std::fs::remove_file(std::env::current_exe()?)?;
    Ok(Launcher::own())
}
