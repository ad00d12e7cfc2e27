//! `mop config`: what is set for the screen, and where each comes from.
//!
//! What is printed is a file of settings itself, with everything in it.

use std::fmt::Write as _;
use std::io::Write;

use super::Exit;
use super::args::LookArgs;
use super::output::Output;
use super::settings::{Settings, SettingsFile};
use crate::config::Mistake;
use crate::runbook::diagnostic::{Finding, Severity};
use crate::runbook::place::{Place, SourceId};
use crate::runbook::source::Source;
use crate::text::{Shown, pad};
use crate::ui::{Bound, Pace};

/// From which column on it is said where a value comes from.
const COLUMN: usize = 40;

pub(super) fn run(look: &LookArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let settings = Settings::find(look);
    let mut exit = Exit::Good;
    if let SettingsFile::Unreadable(path, why) = &settings.file {
        output.complain(&format!("{}: {why}", Shown::line(&path.display().to_string())));
        exit = Exit::Usage;
    }
    if let SettingsFile::Read(source) = &settings.file {
        for mistake in &settings.mistakes {
            output.tell(&written(mistake, source, output.colour()));
            exit = Exit::Problems;
        }
    }
    output.print(&listed(&settings));
    exit
}

/// Writes a mistake as `mop check` writes those of a runbook.
fn written(mistake: &Mistake, source: &Source, has_colour: bool) -> String {
    let place = |at: &std::ops::Range<usize>| Place::new(SourceId(0), at.start, at.end);
    let also = mistake.also.iter().map(|(at, words)| (place(at), words.as_str()));
    let finding = Finding {
        severity: Severity::Error,
        name: "settings",
        message: &mistake.words,
        places: std::iter::once((place(&mistake.at), "")).chain(also).collect(),
        notes: mistake.help.iter().map(|help| ("help", help.as_str())).collect(),
    };
    let source = Source::new(source.name(), source.text());
    finding.written(&[source], has_colour) + "\n"
}

/// Writes everything that is set as a file of settings.
fn listed(settings: &Settings) -> String {
    let file = match &settings.file {
        SettingsFile::None => "no file of settings".to_owned(),
        SettingsFile::Absent(path) => format!("{} is not there", path.display()),
        SettingsFile::Unreadable(path, why) => format!("{}: {why}", path.display()),
        SettingsFile::Read(source) => source.name().to_owned(),
    };
    let quoted = |word: &str| format!("\"{word}\"");
    let pace = if settings.pace.value == Pace::Minutes { "minutes" } else { "seconds" };
    let knobs = [
        ("theme", quoted(settings.theme.value.word()), &settings.theme.whence),
        ("ascii", settings.ascii.value.to_string(), &settings.ascii.whence),
        ("clock", quoted(pace), &settings.pace.whence),
        ("mouse", settings.mouse.value.to_string(), &settings.mouse.whence),
        ("bell", settings.bell.value.to_string(), &settings.bell.whence),
        ("notify", settings.notify.value.to_string(), &settings.notify.whence),
        ("links", settings.links.value.to_string(), &settings.links.whence),
    ];
    let mut text = format!("# {}\n", Shown::line(&file));
    // Writing into a text does not fail.
    for (name, value, whence) in knobs {
        let _ = writeln!(text, "{} # {whence}", pad(&format!("{name} = {value}"), COLUMN));
    }
    text.push_str("\n[keys]\n");
    for bound in settings.bindings.all() {
        let line = settings.rebound.iter().find(|(name, _)| name == bound.entry.name).map(|(_, line)| *line);
        let whence = line.map_or_else(|| "usual".to_owned(), |line| format!("line {line}"));
        let _ = writeln!(text, "{} # {whence}", pad(&format!("{} = {}", bound.entry.name, keys(bound)), COLUMN));
    }
    text
}

/// Writes the keys of a command as they stand in a file.
fn keys(bound: &Bound) -> String {
    let quoted: Vec<_> = bound
        .keys()
        .iter()
        .map(|key| match key.contains(['"', '\\']) {
            true => format!("'{key}'"),
            false => format!("\"{key}\""),
        })
        .collect();
    match &quoted[..] {
        [only] => only.clone(),
        all => format!("[{}]", all.join(", ")),
    }
}
