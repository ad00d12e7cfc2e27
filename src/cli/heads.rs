//! `mop heads`: prints the heads of a run's log, and keeps those that another machine prints.
//!
//! Whoever keeps a head outside of the machine can tell later that the log below it was not changed. A
//! line of output stays as it is for ever; `line` owns it. What a witness refuses is in `witness`, and
//! the file in which heads are kept is in `keep`.

mod keep;
mod line;
mod witness;

use std::io::{self, Write};

pub use line::{HeadLine, NotAHead, run_word};
pub use witness::{Anchors, Entry, read_heads};

use super::Exit;
use super::args::{HeadsArgs, StateArgs};
use super::closing::{Closing, closing};
use super::find::{Place, find};
use super::follow::{Ending, end_on_signals, follow};
use super::output::Output;
use super::walk::{Problem, Reach, Stand, Walked, walk};
use crate::journal::Digest;
use crate::text::Shown;

pub(super) fn run(state: &StateArgs, args: &HeadsArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    if let Some(file) = &args.witness {
        return keep::keep(file, io::stdin().lock(), output);
    }
    let Some(wanted) = &args.run else { return refuse("which run? mop heads RUN", output) };
    let place = match find(state, wanted) {
        Ok(place) => place,
        Err(why) => return refuse(&why, output),
    };
    if args.follow {
        if let Err(why) = place.check_is_no_archive("nothing follows in one, so leave out -f") {
            return refuse(&why, output);
        }
        end_on_signals();
    }
    let mut heads = Heads::new(&place, begin(args));
    let walked = walk((&*place.storage, &place.dir), Reach::Durable, &mut |stand| {
        if let Some(line) = heads.take(stand) {
            output.print(&line);
        }
        heads.problem.is_none() && output.is_open()
    });
    match walked {
        Ok(walked) => go_on(heads, (walked, args.follow), &place, output),
        Err(error) => refuse(&error.to_string(), output),
    }
}

/// Gives the first number to print; nothing for the present head.
fn begin(args: &HeadsArgs) -> Option<u64> {
    if args.all { Some(0) } else { args.after.map(|n| n.saturating_add(1)) }
}

fn refuse(why: &str, output: &mut Output<impl Write, impl Write>) -> Exit {
    output.complain(Shown::line(why).as_str());
    Exit::Usage
}

/// Makes heads of what stands in a journal.
struct Heads {
    run: String,
    /// The first number to print; without one only the last head is.
    begin: Option<u64>,
    prev: Digest,
    newest: Option<HeadLine>,
    problem: Option<Problem>,
}

impl Heads {
    fn new(place: &Place, begin: Option<u64>) -> Self {
        Self { run: run_word(&place.name), begin, prev: Digest::ZERO, newest: None, problem: None }
    }

    /// Takes what stands next, and gives the line to print.
    fn take(&mut self, stand: Stand<'_>) -> Option<String> {
        match stand {
            Stand::Row(row) => {
                let line = self.next(row.n, row.head);
                self.begin.is_some_and(|begin| row.n >= begin).then_some(line)
            }
            Stand::Problem(problem) => {
                self.problem = Some(problem.clone());
                None
            }
            Stand::Junk { .. } => None,
        }
    }

    fn next(&mut self, n: u64, head: Digest) -> String {
        let line = HeadLine { run: self.run.clone(), n, prev: self.prev, head };
        self.prev = head;
        self.newest.insert(line).to_string() + "\n"
    }
}

/// Prints the present head if only that is wanted, and follows the log from there.
fn go_on(
    mut heads: Heads,
    (walked, is_followed): (Walked, bool),
    place: &Place,
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    if !output.is_open() {
        return Exit::Good;
    }
    if let Some(problem) = &heads.problem {
        return unsound(place, &problem.words, output);
    }
    match (&heads.newest, heads.begin) {
        (None, _) => return unsound(place, "it holds no durable record", output),
        (Some(newest), None) => output.print(&format!("{newest}\n")),
        (Some(newest), Some(begin)) if begin > newest.n + 1 => {
            let words = format!("it ends with record {}, so there is none after {}", newest.n, begin - 1);
            return unsound(place, &words, output);
        }
        (Some(_), Some(_)) => {}
    }
    if !is_followed {
        return Exit::Good;
    }
    match follow(&place.dir, walked.chain, output, &mut |kept| heads.next(kept.n, kept.head)) {
        Ending::Unread => Exit::Good,
        Ending::Sealed(chain) => match closing(&*place.storage, &place.dir, &chain) {
            Ok(Closing::Wrong(problem)) => unsound(place, &problem.words, output),
            Ok(Closing::Open | Closing::Sealed(..)) => {
                output.complain(Shown::line(&format!("{} is sealed, so no head follows", place.name)).as_str());
                Exit::Good
            }
            Err(error) => refuse(&error.to_string(), output),
        },
        Ending::Failed(error) => match Problem::of(&error) {
            Some(problem) => unsound(place, &problem.words, output),
            None => refuse(&error.to_string(), output),
        },
    }
}

fn unsound(place: &Place, words: &str, output: &mut Output<impl Write, impl Write>) -> Exit {
    let _ = output.flush();
    output.complain(Shown::line(&format!("the log of {} is not sound: {words}", place.name)).as_str());
    Exit::Problems
}
