//! The command line: the only floor that prints.
//!
//! Owns the subcommands, where their words come from and go to, and how they end (`exit`). One file a
//! subcommand in `cli/`; what they do is in the floors below.

mod args;
mod changed;
mod check;
mod closing;
mod columns;
mod compare;
mod completions;
mod config;
mod evidence;
mod exit;
mod facts;
mod find;
mod follow;
mod given;
mod hand;
mod heads;
mod history;
mod library;
mod log;
mod man;
mod new;
mod output;
mod page;
mod patches;
mod plain;
mod plan;
mod probe;
mod redlines;
mod report;
mod roster;
mod runs;
mod schema;
mod screen;
mod seal;
mod settings;
mod sign;
mod standing;
mod state;
mod status;
mod stop;
mod supervise;
mod verify;
mod walk;

use std::io::{self, IsTerminal, Write};

use clap::Parser;
use clap::error::ErrorKind;

pub use exit::Exit;
pub use heads::{Anchors, Entry, HeadLine, NotAHead, read_heads, run_word};

use args::{Args, Command};
use evidence::Purpose;
use output::Output;

/// Runs the program with the arguments, input and output of this process.
pub fn main() -> std::process::ExitCode {
    let (stdout, stderr) = (io::stdout(), io::stderr());
    let colour = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let mut out = io::BufWriter::new(stdout.lock());
    let mut output = Output::new(&mut out, stderr.lock(), colour);
    run(std::env::args_os(), &mut output).into()
}

/// Runs the program with given arguments and output.
pub fn run(args: impl IntoIterator<Item = std::ffi::OsString>, output: &mut Output<impl Write, impl Write>) -> Exit {
    let exit = match Args::try_parse_from(args) {
        Ok(args) => dispatch(args, output),
        Err(error) => usage(&error, output),
    };
    match output.finish() {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
        // A terminal that is gone takes no words, and how it ended is known already.
        Err(_) if matches!(exit, Exit::Signal(_)) => exit,
        Err(error) => {
            output.complain(&format!("the output cannot be written: {error}"));
            Exit::Usage
        }
    }
}

fn dispatch(args: Args, output: &mut Output<impl Write, impl Write>) -> Exit {
    let Some(command) = args.command else { return screen::home((&args.place, &args.look), output) };
    match command {
        Command::Run(run) => begin((&args.place, &args.look), (&run, run.rehearse), output),
        Command::Rehearse(run) => begin((&args.place, &args.look), (&run, true), output),
        Command::Resume(resume) if resume.talk.is_plain() => plain::resume(&args.place, &resume, output),
        Command::Resume(resume) => {
            screen::resume((&args.place, &args.look), (resume.run.as_deref(), &resume.talk), output)
        }
        Command::Join(join) if join.talk.is_plain() => plain::join(&args.place, &join, output),
        Command::Join(join) if join.watch => screen::watch((&args.place, &args.look), &join.run, output),
        Command::Join(join) => screen::resume((&args.place, &args.look), (Some(&join.run), &join.talk), output),
        Command::Runs(runs) => runs::run(&args.place, &runs, output),
        Command::Status(status) => status::run(&args.place, &status, output),
        Command::Sign(sign) => sign::run(&args.place, &sign, output),
        Command::Seal(seal) => seal::run(&args.place, &seal, output),
        Command::Roster(roster) => roster::run(&args.place, &roster, output),
        Command::Log(log) => log::run(&args.place, &log, output),
        Command::Compare(compare) => compare::run(&args.place, &compare, output),
        Command::History(history) => history::run(&args.place, &history, output),
        Command::Redlines(redlines) => redlines::run(&args.place, &redlines, output),
        Command::Heads(heads) => heads::run(&args.place, &heads, output),
        Command::Verify(verify) => verify::run(&args.place, &verify, output),
        Command::Review(review) => screen::review((&args.place, &args.look), &review, output),
        Command::Report(report) => report::run(&args.place, &report, output),
        Command::Evidence(evidence) => evidence::run(&args.place, (&evidence, Purpose::Audit), output),
        Command::Pack(pack) => evidence::run(&args.place, (&pack, Purpose::Keeping), output),
        Command::Check(args) => check::run(&args, output),
        Command::Plan(args) => plan::run(&args, output),
        Command::Probe(args) => probe::run(&args, output),
        Command::Schema => schema::run(output),
        Command::Config => config::run(&args.look, output),
        Command::New(args) => new::run(&args, output),
        Command::Completions(args) => completions::run(&args, output),
        Command::Man(args) => man::run(&args, output),
        Command::Supervise(args) => supervise::run(&args, output),
    }
}

fn begin(
    (place, look): (&args::StateArgs, &args::LookArgs),
    (run, is_rehearsal): (&args::RunArgs, bool),
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    match run.talk.is_plain() {
        true => plain::run(place, (run, is_rehearsal), output),
        false => screen::run((place, look), (run, is_rehearsal), output),
    }
}

/// Says what is wrong with the arguments, or prints the help that was asked for.
fn usage(error: &clap::Error, output: &mut Output<impl Write, impl Write>) -> Exit {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let text = if output.colour() { error.render().ansi().to_string() } else { error.render().to_string() };
    if asked {
        output.print(&text);
        return Exit::Good;
    }
    output.complain(text.trim_start_matches("error: "));
    Exit::Usage
}
