//! `mop evidence` and `mop pack`: one file that holds a run, for an auditor and for keeping.
//!
//! Both write the same bytes, each time and wherever the run lies. The first takes any run and says loudly how it
//! stands; the second only one that is sealed and as it was then, so that what is kept is worth keeping.
//! Neither touches the run. What goes in, and the form of the file, is the journal's.

mod readme;

use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::Exit;
use super::args::{ArchiveArgs, StateArgs};
use super::find::{Place, find_directory};
use super::output::Output;
use super::stop::Stop;
use super::verify::{Survey, survey};
use crate::journal::{Contents, Disk, JOURNAL, JournalError, Written, keep_archive, write_archive};
use crate::text::Shown;

/// How many files are named that are left out.
const MOST_NAMED: usize = 10;

/// Says what the file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// For somebody who looks into the run.
    Audit,
    /// For keeping.
    Keeping,
}

pub(super) fn run(
    state: &StateArgs,
    (args, purpose): (&ArchiveArgs, Purpose),
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    answer(state, (args, purpose), output).unwrap_or_else(|stop| stop.say(output))
}

fn answer(
    state: &StateArgs,
    (args, purpose): (&ArchiveArgs, Purpose),
    output: &mut Output<impl Write, impl Write>,
) -> Result<Exit, Stop> {
    let place = find_directory(state, &args.run).map_err(Stop::usage)?;
    let target = Target::of(args.output.as_deref(), &place)?;
    let contents = Contents::of(&*place.storage, &place.dir).map_err(failed)?;
    let survey = survey(&place, &args.trust).map_err(Stop::usage)?;
    if purpose == Purpose::Keeping {
        check_is_worth_keeping(&place, &survey)?;
    }
    let readme = readme::readme(&contents.run, &survey.stood);
    let beside = [(readme::NAME, readme.as_bytes())];
    let write =
        |sink: &mut crate::journal::Sink<'_>| write_archive(&*place.storage, &place.dir, (&contents, &beside), sink);
    let written = match &target {
        Target::File(path) => keep_archive(&Disk, path, &mut { write }),
        Target::Output => write(&mut |bytes| put(bytes, output)),
    };
    let said = said(&survey, (&target, &written.map_err(failed)?), &contents);
    match target {
        Target::File(_) => output.print(&said),
        Target::Output => output.tell(&said),
    }
    Ok(if purpose == Purpose::Keeping { Exit::Good } else { survey.exit })
}

/// Says what went wrong, and what may help.
fn failed(error: JournalError) -> Stop {
    let hint = match &error {
        JournalError::Io { source, .. } => match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                "; make room, or name another place with -o"
            }
            io::ErrorKind::PermissionDenied => "; do it with the account that runs it, to a place where it may write",
            _ => "",
        },
        _ => "",
    };
    Stop::usage(format!("{error}{hint}; no file was written"))
}

/// Writes a piece to standard output; a reader that has gone away is told of by the output itself.
fn put(bytes: &[u8], output: &mut Output<impl Write, impl Write>) -> Result<(), JournalError> {
    output.write(bytes);
    match output.is_open() {
        true => Ok(()),
        false => {
            let source = io::Error::other("nobody reads it, or it takes no more");
            Err(JournalError::Io { doing: "write to", path: "standard output".into(), source })
        }
    }
}

/// Says where the file goes.
#[derive(Debug)]
enum Target {
    File(PathBuf),
    Output,
}

impl Target {
    fn of(asked: Option<&Path>, place: &Place) -> Result<Self, Stop> {
        if asked.is_some_and(|asked| asked.as_os_str() == "-") {
            return match io::stdout().is_terminal() {
                true => {
                    Err(Stop::usage("an archive is not for a terminal; name a file with -o, or send it to a program"))
                }
                false => Ok(Self::Output),
            };
        }
        let path = asked.map_or_else(|| PathBuf::from(format!("{}.zip", place.name)), Path::to_owned);
        check_is_elsewhere(&path, place)?;
        Ok(Self::File(path))
    }
}

/// Makes sure that nothing is written into the run's directory, or among runs.
fn check_is_elsewhere(path: &Path, place: &Place) -> Result<(), Stop> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(folder) = fs::canonicalize(folder) else { return Ok(()) };
    let runs = place.dir.parent().filter(|runs| runs.ends_with("runs"));
    let is_near = folder.starts_with(&place.dir) || runs.is_some_and(|runs| folder == *runs);
    let words =
        || format!("{}: lies where runs are kept, which stay as they are; name another place with -o", path.display());
    if is_near { Err(Stop::usage(words())) } else { Ok(()) }
}

/// Refuses to keep a run that may still change, or that did.
fn check_is_worth_keeping(place: &Place, survey: &Survey) -> Result<(), Stop> {
    let name = &place.name;
    if survey.exit == Exit::Problems {
        let words = format!("{name} is not packed for keeping: {}", survey.line);
        return Err(Stop::no(format!("{words}; mop verify says more, and mop evidence packs it as it is")));
    }
    if survey.stood.is_sealed() {
        return Ok(());
    }
    let words = "is not sealed, and more may be recorded in it; seal it first, with mop seal";
    Err(Stop::no(format!("{name} {words} {name}, or pack it as it is now with mop evidence {name}")))
}

/// Says what was written, and what to do with it.
fn said(survey: &Survey, (target, written): (&Target, &Written), contents: &Contents) -> String {
    let Written { files, bytes, sha256 } = written;
    let (what, next) = match target {
        Target::File(path) => (path.display().to_string(), format!("mop verify {}", path.display())),
        Target::Output => ("the archive to standard output".to_owned(), "mop verify FILE.zip".to_owned()),
    };
    let mut lines = vec![
        survey.line.clone(),
        format!("wrote {what}: {files} files, {bytes} bytes"),
        format!("sha256 {sha256}; hand it on by another way than the file"),
    ];
    if !contents.files.iter().any(|file| file.name.ends_with(&format!("/{JOURNAL}"))) {
        lines.push(format!("! there is no {JOURNAL} in it, as there is none in the directory"));
    }
    let left_out = contents.left_out.iter().take(MOST_NAMED);
    lines.extend(left_out.map(|left| format!("left out: {} {}", left.name, left.why)));
    let more = contents.left_out.len().saturating_sub(MOST_NAMED);
    lines.extend((more > 0).then(|| format!("left out: {more} more")));
    lines.push(format!("look at it with: {next}"));
    lines.iter().map(|line| format!("{}\n", Shown::line(line))).collect()
}
