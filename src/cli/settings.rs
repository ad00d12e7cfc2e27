//! What is set for the screen: by flags, the file of settings and the environment, in this order.
//!
//! Each value knows where it comes from, so that it can be said. A file that is wrong keeps nobody from his
//! run: what is right in it holds, the rest is as usual, and the first thing on the screen says so.

use std::env;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::args::LookArgs;
use crate::app::{Fittings, Means};
use crate::config::{Clock, Colours, Config, Mistake, Rebound, Told};
use crate::runbook::source::Source;
use crate::ui::{Bindings, Pace, Palette, Theme, Unbindable, Wish};

/// The word that takes no file.
const NO_FILE: &str = "none";
/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 256 * 1024;
/// Where a value comes from that nobody set.
const USUAL: &str = "usual";

/// Is all that is set, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) theme: Set<Palette>,
    pub(super) ascii: Set<bool>,
    pub(super) pace: Set<Pace>,
    pub(super) mouse: Set<bool>,
    pub(super) bell: Set<bool>,
    pub(super) notify: Set<bool>,
    pub(super) links: Set<bool>,
    pub(super) bindings: Bindings,
    /// The commands whose keys the file says, and on which line.
    pub(super) rebound: Vec<(String, usize)>,
    pub(super) file: SettingsFile,
    pub(super) mistakes: Vec<Mistake>,
}

/// Is a value, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set<T> {
    pub(super) value: T,
    pub(super) whence: String,
}

/// Is the file of settings, as far as there is one.
#[derive(Debug)]
pub(super) enum SettingsFile {
    /// None is wanted, or there is no place for one.
    None,
    /// It could be here.
    Absent(PathBuf),
    /// It cannot be read, and why.
    Unreadable(PathBuf, String),
    /// This is what it says.
    Read(Source),
}

/// Gives a variable of the environment.
type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;

impl Settings {
    /// Finds out what is set.
    pub(super) fn find(look: &LookArgs) -> Self {
        let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        Self::of((look, SettingsFile::find(look.config.as_deref(), &variable)), &variable)
    }

    fn of((look, file): (&LookArgs, SettingsFile), variable: Variable<'_>) -> Self {
        let (config, mut mistakes) = match &file {
            SettingsFile::Read(source) => Config::read(source.text()),
            _ => (Config::default(), Vec::new()),
        };
        let line = |at: usize| file.position(at).map_or(0, |(line, _)| line);
        let told = |flag: &Option<Told<bool>>, usual| match flag {
            Some(told) => Set { value: told.value, whence: from_line(line(told.at.start)) },
            None => Set { value: usual, whence: USUAL.to_owned() },
        };
        let mouse = match look.mouse {
            true => Set { value: true, whence: "--mouse".to_owned() },
            false => told(&config.mouse, false),
        };
        let theme = flagged(look).or_else(|| {
            config.theme.as_ref().map(|told| Set { value: palette(told.value), whence: from_line(line(told.at.start)) })
        });
        let pace = config.clock.as_ref().map_or(Set { value: Pace::Seconds, whence: USUAL.to_owned() }, |told| {
            let value = if told.value == Clock::Minutes { Pace::Minutes } else { Pace::Seconds };
            Set { value, whence: from_line(line(told.at.start)) }
        });
        let (bell, notify) = (told(&config.bell, true), told(&config.notify, true));
        let links = told(&config.links, true);
        let ascii = config.ascii.as_ref().map_or_else(|| ascii(variable), |_| told(&config.ascii, false));
        let theme = theme.unwrap_or_else(|| environment_palette(variable));
        let (bindings, rebound) = bound(&config, &mut mistakes);
        let rebound = rebound.iter().map(|bound| (bound.command.value.clone(), line(bound.command.at.start))).collect();
        mistakes.sort_by_key(|mistake| mistake.at.start);
        Self { theme, ascii, pace, mouse, bell, notify, links, bindings, rebound, file, mistakes }
    }

    /// Gives what the screen is fitted out with.
    pub(super) fn fittings(&self) -> Fittings {
        Fittings {
            theme: Theme { palette: self.theme.value, ascii: self.ascii.value },
            bindings: self.bindings.clone(),
            pace: self.pace.value,
            mouse: self.mouse.value,
            bell: self.bell.value,
            notify: self.notify.value,
            links: self.links.value,
            means: Means::of(|name| env::var_os(name)),
        }
    }

    /// Says in one line what of the file does not hold.
    pub(super) fn complaint(&self) -> Option<String> {
        if let SettingsFile::Unreadable(path, why) = &self.file {
            return Some(format!("settings: {}: {why}; the usual holds", path.display()));
        }
        let first = self.mistakes.first()?;
        let (line, column) = self.file.position(first.at.start)?;
        Some(format!("settings {line}:{column}: {} (see mop config)", first.words))
    }
}

/// Gives the keys, and the commands that have other ones; all of them are as usual where one cannot be.
fn bound<'a>(config: &'a Config, mistakes: &mut Vec<Mistake>) -> (Bindings, &'a [Rebound]) {
    let wishes: Vec<_> = config.keys.iter().map(wish).collect();
    match Bindings::with(&wishes) {
        Ok(bindings) if !config.has_wrong_keys => (bindings, &config.keys),
        Ok(_) => (Bindings::default(), &[]),
        Err(problems) => {
            mistakes.extend(problems.into_iter().map(mistake));
            (Bindings::default(), &[])
        }
    }
}

fn wish(Rebound { command, keys }: &Rebound) -> Wish {
    let keys = keys.iter().map(|key| (key.value.clone(), key.at.clone())).collect();
    Wish { name: command.value.clone(), at: command.at.clone(), keys }
}

fn mistake(Unbindable { why, at, also, help }: Unbindable) -> Mistake {
    Mistake { words: why, at, also, help }
}

fn from_line(line: usize) -> String {
    format!("line {line}")
}

fn flagged(look: &LookArgs) -> Option<Set<Palette>> {
    look.theme.map(|value| Set { value, whence: "--theme".to_owned() })
}

fn palette(colours: Colours) -> Palette {
    match colours {
        Colours::Dark => Palette::Dark,
        Colours::Light => Palette::Light,
        Colours::HighContrast => Palette::HighContrast,
        Colours::None => Palette::None,
    }
}

/// Finds the palette that the environment asks for; the terminal itself is not asked.
fn environment_palette(variable: Variable<'_>) -> Set<Palette> {
    let set = |value, whence: &str| Set { value, whence: whence.to_owned() };
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return set(Palette::None, "NO_COLOR");
    }
    // Letters; perhaps something; the ground. Of sixteen colours 7 and 15 are light grounds.
    let grounds = variable("COLORFGBG").map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
    match grounds.rsplit(';').next() {
        Some("7" | "15") => set(Palette::Light, "COLORFGBG"),
        _ => set(Palette::Dark, USUAL),
    }
}

/// Finds out whether only ASCII can be drawn: by the locale, and on a console that has few signs.
fn ascii(variable: Variable<'_>) -> Set<bool> {
    let set = |value, whence: &str| Set { value, whence: whence.to_owned() };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        Some((name, value.to_string_lossy().to_ascii_lowercase()))
    });
    let is_utf8 = |locale: &str| locale.contains("utf-8") || locale.contains("utf8");
    match locale {
        None => set(true, "no locale is set"),
        Some((name, locale)) if !is_utf8(&locale) => set(true, name),
        _ if variable("TERM").is_some_and(|term| term == "linux") => set(true, "TERM"),
        _ => set(false, USUAL),
    }
}

/// Gives how marks look where nothing is drawn.
pub(super) fn plain() -> Theme {
    Theme { palette: Palette::None, ascii: ascii(&|name| env::var_os(name)).value }
}

impl SettingsFile {
    fn find(asked: Option<&Path>, variable: Variable<'_>) -> Self {
        if asked == Some(Path::new(NO_FILE)) {
            return Self::None;
        }
        let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let own = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
        let own = || own.map(|config| config.join("mop/config.toml"));
        let Some(path) = asked.map(Path::to_owned).or_else(own) else { return Self::None };
        match read(&path) {
            Ok(text) => Self::Read(Source::new(path.display().to_string(), text)),
            Err(error) if error.kind() == ErrorKind::NotFound && asked.is_none() => Self::Absent(path),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Self::Unreadable(path, "there is no such file".to_owned())
            }
            Err(error) => Self::Unreadable(path, error.to_string()),
        }
    }

    /// Gives the line and the column of a byte.
    fn position(&self, at: usize) -> Option<(usize, usize)> {
        let Self::Read(source) = self else { return None };
        let position = source.position(u32::try_from(at).unwrap_or(u32::MAX));
        Some((position.line, position.column))
    }
}

/// Reads a file of settings; nobody is waited for who could write into a pipe.
fn read(path: &Path) -> std::io::Result<String> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "this is not a file"));
    }
    let mut bytes = Vec::new();
    if file.take(MOST_BYTES + 1).read_to_end(&mut bytes)? as u64 > MOST_BYTES {
        return Err(std::io::Error::new(ErrorKind::InvalidData, "larger than 256 KiB; this is no file of settings"));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::new(ErrorKind::InvalidData, "not UTF-8; save it as UTF-8"))
}

#[cfg(test)]
mod tests;
