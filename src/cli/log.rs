//! `mop log`: what a run's journal holds, one line a record, and what is wrong with it where it stands.
//!
//! Reads journals of any kind of event and of newer versions. It verifies the chain as it goes, and
//! never writes; whether signatures and the seal are right is for `mop verify`.

mod json;
mod text;

use std::io::Write;

use super::Exit;
use super::args::{LogArgs, LogFormat, StateArgs};
use super::find::{Place, find};
use super::follow::{Ending, end_on_signals, follow, is_sealed};
use super::output::Output;
use super::walk::{Problem, Reach, Row, Stand, Standing, Walked, walk};
use crate::text::Shown;

/// Writes what stands in a journal.
trait Scribe {
    /// Writes a line of the journal.
    fn row(&mut self, row: &Row<'_>) -> String;
    /// Writes that bytes are no record.
    fn junk(&mut self, offset: u64, len: u64) -> String;
    /// Writes what is wrong.
    fn problem(&mut self, problem: &Problem) -> String;
    /// Writes that there is a seal.
    fn sealed(&mut self, records: u64) -> String;
}

pub(super) fn run(state: &StateArgs, args: &LogArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let place = match find(state, &args.run) {
        Ok(place) => place,
        Err(why) => return refuse(&why, output),
    };
    let mut scribe: Box<dyn Scribe> = match args.format {
        LogFormat::Text => Box::new(text::Text::new(text::width())),
        LogFormat::Json => Box::new(json::Json),
    };
    if args.follow {
        end_on_signals();
    }
    let reach = if args.follow { Reach::Durable } else { Reach::All };
    let walked = walk(&place.dir, reach, &mut |stand| {
        output.print(&write(&mut *scribe, stand));
        output.is_open()
    });
    match walked {
        Ok(walked) => go_on(&place, (walked, args.follow), &mut *scribe, output),
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

/// Ends the log, or follows it from where the walk ended.
fn go_on(
    place: &Place,
    (walked, is_followed): (Walked, bool),
    scribe: &mut dyn Scribe,
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    if !output.is_open() {
        return Exit::Good;
    }
    if let Some(exit) = judge(place, &walked, output) {
        return exit;
    }
    if !is_followed {
        is_sealed(&place.dir).then(|| output.print(&scribe.sealed(walked.records)));
        return Exit::Good;
    }
    let mut records = walked.chain.next();
    let ending = follow(&place.dir, walked.chain, output, &mut |kept| {
        records = kept.n + 1;
        scribe.row(&Row { n: kept.n, head: kept.head, line: &kept.line, standing: Standing::Settled })
    });
    match ending {
        Ending::Unread => Exit::Good,
        Ending::Sealed => {
            output.print(&scribe.sealed(records));
            Exit::Good
        }
        Ending::Failed(error) => match Problem::of(&error) {
            Some(problem) => {
                output.print(&scribe.problem(&problem));
                unsound(place, 1, output)
            }
            None => refuse(&error.to_string(), output),
        },
    }
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
