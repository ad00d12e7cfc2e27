//! `mop report`: all there is to say of a run, for those who were not there.
//!
//! Verifies the run, reads as much of it as was verified, and hands both to the report. It works on a copy and
//! on a run that goes on, and writes nothing but the file that was asked for. It ends as `mop verify` does.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Exit;
use super::args::{ReportArgs, ReportFormat, StateArgs, TrustArgs};
use super::find::{Place, find_directory};
use super::output::Output;
use super::stop::Stop;
use super::verify::seen;
use crate::app::{Reading, StoreError};
use crate::journal::Storage;
use crate::report::{Account, Material, csv, html, json, markdown};
use crate::text::Shown;

/// Reads a run, or all of it but what commands printed.
type Read = fn(&dyn Storage, &Path, u64) -> Result<Reading, StoreError>;

pub(super) fn run(state: &StateArgs, args: &ReportArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    answer(state, args, output).unwrap_or_else(|stop| stop.say(output))
}

fn answer(state: &StateArgs, args: &ReportArgs, output: &mut Output<impl Write, impl Write>) -> Result<Exit, Stop> {
    let place = find_directory(state, &args.run).map_err(Stop::usage)?;
    let format = args.format.unwrap_or_else(|| format_of(args.output.as_deref()));
    let Told { account, exit, .. } = tell(&place, &args.trust, Reading::of)?;
    let text = match format {
        ReportFormat::Md => markdown(&account),
        ReportFormat::Html => html(&account),
        ReportFormat::Json => json(&account),
        ReportFormat::Csv => csv(&account),
    };
    match &args.output {
        Some(path) => put(path, &place, &text)?,
        None => output.print(&text),
    }
    alarm(&account, output);
    Ok(exit)
}

/// Is a run that was read, with all there is to say of it, and how `mop verify` ends for it.
pub(super) struct Told {
    pub(super) reading: Reading,
    pub(super) account: Account,
    exit: Exit,
}

/// Verifies a run and reads as much of it as was verified.
pub(super) fn tell(place: &Place, trust: &TrustArgs, read: Read) -> Result<Told, Stop> {
    let check = seen(place, trust).map_err(Stop::usage)?;
    let reading = read(&*place.storage, &place.dir, check.records).map_err(|error| {
        let why = format!("{error}\nnothing can be told of the run; mop verify says: {}  {}", check.title, check.words);
        if check.exit == Exit::Problems.code() { Stop::no(why) } else { Stop::usage(why) }
    })?;
    let Reading { run, records, printed } = &reading;
    let account = Account::of(&Material { name: &place.name, run, records, printed, check: &check });
    Ok(Told { reading, account, exit: Exit::of_code(check.exit) })
}

/// Complains of a record that is not intact, after all that is told of it.
pub(super) fn alarm(account: &Account, output: &mut Output<impl Write, impl Write>) {
    if let Some(alarm) = &account.alarm {
        let _ = output.flush();
        output.complain(Shown::line(&format!("{}: {alarm}", account.identity.name)).as_str());
    }
}

/// Takes the format that the ending of a file says.
fn format_of(path: Option<&Path>) -> ReportFormat {
    match path.and_then(Path::extension).and_then(OsStr::to_str) {
        Some("html" | "htm") => ReportFormat::Html,
        Some("json") => ReportFormat::Json,
        Some("csv") => ReportFormat::Csv,
        _ => ReportFormat::Md,
    }
}

/// Writes a report: whole, or not at all. In the directory of a run nothing is written.
fn put(path: &Path, place: &Place, text: &str) -> Result<(), Stop> {
    let failed = |error: io::Error| Stop::usage(format!("{}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if fs::canonicalize(folder).map_err(failed)?.starts_with(&place.dir) {
        return Err(Stop::usage(format!(
            "{}: is in the directory of the run, where nothing may be added; give another place",
            path.display()
        )));
    }
    if !path.is_file() && path.exists() {
        // A pipe or a device cannot be put in the place of another.
        return fs::write(path, text).map_err(failed);
    }
    let making = making(path);
    let put = write(&making, text).and_then(|()| fs::rename(&making, path));
    if put.is_err() {
        let _ = fs::remove_file(&making);
    }
    put.map_err(failed)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Names the file that becomes another one once it is whole.
fn making(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".tmp-");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!("-{}", std::process::id()));
    path.with_file_name(name)
}
