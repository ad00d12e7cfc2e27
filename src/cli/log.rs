//! `mop log`: what a run's journal holds, one line a record, and what is wrong with it where it stands.
//!
//! Reads journals of any kind of event and of newer versions. It verifies the chain as it goes, and
//! never writes; whether signatures and the seal are right is for `mop verify`.

mod json;
mod text;

use std::io::Write;

use super::Exit;
use super::args::{LogArgs, LogFormat, StateArgs};
use super::closing::{Closing, closing, is_sealed};
use super::find::{Place, find};
use super::follow::{Ending, end_on_signals, follow};
use super::output::{Output, width};
use super::walk::{Problem, Reach, Row, Stand, Standing, Walked, walk};
use crate::journal::Chain;
use crate::text::Shown;

/// Writes what stands in a journal.
trait Scribe {
    /// Writes a line of the journal.
    fn row(&mut self, row: &Row<'_>) -> String;
    /// Writes that bytes are no record.
    fn junk(&mut self, offset: u64, len: u64) -> String;
    /// Writes what is wrong.
    fn problem(&mut self, problem: &Problem) -> String;
    /// Writes that the log is sealed: how many records, and how the run ended.
    fn sealed(&mut self, records: u64, result: Option<&str>) -> String;
}

pub(super) fn run(state: &StateArgs, args: &LogArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let place = match find(state, &args.run) {
        Ok(place) => place,
        Err(why) => return refuse(&why, output),
    };
    let mut scribe: Box<dyn Scribe> = match args.format {
        LogFormat::Text => Box::new(text::Text::new(width(), args.receipts)),
        LogFormat::Json => Box::new(json::Json),
    };
    if args.follow {
        if let Err(why) = place.check_is_no_archive("nothing follows in one, so leave out -f") {
            return refuse(&why, output);
        }
        end_on_signals();
    }
    // The seal first: once it is there, the log does not grow any more.
    let is_sealed = is_sealed(&*place.storage, &place.dir);
    let reach = if args.follow { Reach::Durable } else { Reach::All };
    let walked = walk((&*place.storage, &place.dir), reach, &mut |stand| {
        output.print(&write(&mut *scribe, stand));
        output.is_open()
    });
    match walked {
        Ok(_) if !output.is_open() => Exit::Good,
        Ok(walked) => judge(&place, &walked, output).unwrap_or_else(|| match (args.follow, is_sealed) {
            (true, _) => go_on(&place, walked, &mut *scribe, output),
            (false, true) => close(&place, &walked.chain, &mut *scribe, output),
            (false, false) => Exit::Good,
        }),
        Err(error) => refuse(&error.to_string(), output),
    }
}

fn refuse(why: &str, output: &mut Output<impl Write, impl Write>) -> Exit {
    output.complain(Shown::line(why).as_str());
    Exit::Usage
}

fn write(scribe: &mut dyn Scribe, stand: Stand<'_>) -> String {
    match stand {
        Stand::Row(row) => scribe.row(&row),
        Stand::Junk { offset, len } => scribe.junk(offset, len),
        Stand::Problem(problem) => scribe.problem(problem),
    }
}

/// Follows the log from where the walk ended.
fn go_on(place: &Place, walked: Walked, scribe: &mut dyn Scribe, output: &mut Output<impl Write, impl Write>) -> Exit {
    let ending = follow(&place.dir, walked.chain, output, &mut |kept| {
        scribe.row(&Row { n: kept.n, head: kept.head, line: &kept.line, standing: Standing::Settled })
    });
    match ending {
        Ending::Unread => Exit::Good,
        Ending::Sealed(chain) => close(place, &chain, scribe, output),
        Ending::Failed(error) => match Problem::of(&error) {
            Some(problem) => tell(place, &problem, scribe, output),
            None => refuse(&error.to_string(), output),
        },
    }
}

/// Ends a log that is sealed.
fn close(place: &Place, chain: &Chain, scribe: &mut dyn Scribe, output: &mut Output<impl Write, impl Write>) -> Exit {
    match closing(&*place.storage, &place.dir, chain) {
        Ok(Closing::Open) => Exit::Good,
        Ok(Closing::Sealed(records, result)) => {
            output.print(&scribe.sealed(records, result.as_deref()));
            Exit::Good
        }
        Ok(Closing::Wrong(problem)) => tell(place, &problem, scribe, output),
        Err(error) => refuse(&error.to_string(), output),
    }
}

fn tell(
    place: &Place,
    problem: &Problem,
    scribe: &mut dyn Scribe,
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    output.print(&scribe.problem(problem));
    unsound(place, 1, output)
}

/// Says how a log ends that is not sound, or that is none.
fn judge(place: &Place, walked: &Walked, output: &mut Output<impl Write, impl Write>) -> Option<Exit> {
    match walked.problems {
        _ if walked.records == 0 && !walked.is_marked => {
            Some(refuse(&format!("{}: holds no record, so it is not the journal of a run", place.name), output))
        }
        0 if walked.records == 0 => Some(unsound(place, 0, output)),
        0 => None,
        problems => Some(unsound(place, problems, output)),
    }
}

fn unsound(place: &Place, problems: u64, output: &mut Output<impl Write, impl Write>) -> Exit {
    let _ = output.flush();
    let what = match problems {
        0 => "it holds no record".to_owned(),
        1 => "what is wrong is said where it stands".to_owned(),
        problems => format!("{problems} things are wrong, each said where it stands"),
    };
    output.complain(Shown::line(&format!("the log of {} is not sound: {what}", place.name)).as_str());
    Exit::Problems
}
