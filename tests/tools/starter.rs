//! A process that starts a command and then does nothing, for tests that kill who started one.
//!
//! `starter MOP DIR SCRIPT` says `started` once the supervisor has its order, and waits until its
//! input ends. It never looks at the command again.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::Path;

use mop::exec::command::{Launcher, Line, Order};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let [mop, dir, script] = words.as_slice() else { return Err("starter MOP DIR SCRIPT".into()) };
    let order = Order::new(Line::Shell(script.clone()));
    let running = Launcher::at(mop.into()).start(&order, Path::new(dir))?;
    writeln!(io::stdout(), "started")?;
    io::stdout().flush()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    drop(running);
    Ok(())
}
