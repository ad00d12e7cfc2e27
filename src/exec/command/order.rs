//! What is to be run, as the supervisor is told it, and what of that is written down.
//!
//! An order holds secrets, so it is only ever handed over in memory and never shown; [`Begun`] is the
//! same without them, and stays in the folder. How an order is made of a runbook's step is in `filling`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::end::Moment;
use crate::journal::Mask;

/// The longest order that is taken, in bytes.
pub(super) const MOST: usize = 8 * 1024 * 1024;

/// Is a value that nobody may read; showing it for finding mistakes shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// Gives the value.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::new)
    }
}

/// Is what is run, with its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A line for `sh -c`.
    Shell(String),
    /// A program and its words.
    Words(Vec<String>),
}

/// Says how long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How long the command may take.
    pub timeout: Option<Duration>,
    /// How long it may take to end once it is asked to; then it is killed.
    pub grace: Duration,
    /// How long others may hold its output open after its end; then they are left running.
    pub linger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: None, grace: Duration::from_secs(10), linger: Duration::from_secs(2) }
    }
}

/// Says how large a terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// How many cells a row has.
    pub columns: u16,
    /// How many rows there are.
    pub rows: u16,
}

impl Default for Size {
    /// Is as large as terminals are that do not say how large they are.
    fn default() -> Self {
        Self { columns: 80, rows: 24 }
    }
}

/// Says what to run, where, and with what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// What is run.
    pub line: Line,
    /// The host where it is run, through the system's ssh; here when there is none.
    pub host: Option<String>,
    /// The folder it starts in.
    pub folder: Option<String>,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// What is added to its environment and nobody may read.
    pub secrets: Vec<(String, Secret)>,
    /// What may not be read in its output either; a place in this list is the number in `redacted:n`.
    pub masked: Vec<Secret>,
    /// The terminal that it gets, if it asks questions.
    pub terminal: Option<Size>,
    /// How long things may take.
    pub limits: Limits,
}

impl Order {
    /// Orders a command to be run here, as it is.
    #[must_use]
    pub fn new(line: Line) -> Self {
        Self {
            line,
            host: None,
            folder: None,
            environment: Vec::new(),
            secrets: Vec::new(),
            masked: Vec::new(),
            terminal: None,
            limits: Limits::default(),
        }
    }

    /// Looks for what no machine could carry out, or what would mean something else than it says.
    pub(in crate::exec) fn check(&self) -> Result<(), String> {
        let names = self.environment.iter().map(|(name, _)| name).chain(self.secrets.iter().map(|(name, _)| name));
        if let Some(name) = names.into_iter().find(|name| !is_variable(name)) {
            return Err(format!("`{}` cannot name a variable", name.escape_debug()));
        }
        if let Line::Words(words) = &self.line
            && words.first().is_none_or(String::is_empty)
        {
            return Err("it names no program".to_owned());
        }
        if let Some(host) = self.host.as_ref().filter(|host| !is_host(host)) {
            return Err(format!("`{}` cannot name a host", host.escape_debug()));
        }
        if self.terminal.is_some() && self.host.is_some() && !self.secrets.is_empty() {
            return Err("a secret cannot be handed to an interactive command on another host; let it ask".to_owned());
        }
        if self.texts().any(|text| text.contains('\0')) {
            return Err("a NUL byte cannot stand in a command".to_owned());
        }
        Ok(())
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let words = match &self.line {
            Line::Shell(line) => std::slice::from_ref(line),
            Line::Words(words) => words.as_slice(),
        };
        let values = self.environment.iter().map(|(_, value)| value.as_str());
        let secrets = self.secrets.iter().map(|(_, secret)| secret.reveal());
        words.iter().chain(&self.folder).map(String::as_str).chain(values).chain(secrets)
    }

    /// Writes it for the supervisor.
    pub(super) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, String> {
        // Room at once, so that growing leaves no copies of secrets behind.
        let room = self.texts().map(str::len).chain(self.masked.iter().map(|secret| secret.reveal().len()));
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096 + 6 * room.sum::<usize>()));
        serde_json::to_writer(&mut *bytes, self).map_err(|error| error.to_string())?;
        if bytes.len() > MOST { Err("it is longer than 8 MiB".to_owned()) } else { Ok(bytes) }
    }

    /// Reads what [`Order::to_bytes`] wrote.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Gives what takes its secrets out of texts; nothing when it has none.
    pub(in crate::exec) fn mask(&self) -> Option<Mask> {
        let own = self.secrets.iter().map(|(_, secret)| secret).filter(|secret| !self.masked.contains(secret));
        mask_of(self.masked.iter().chain(own))
    }
}

/// Makes what takes secrets out of texts; nothing where there is nothing to take out.
pub fn mask_of<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Option<Mask> {
    let values: Vec<_> = secrets.into_iter().map(|secret| secret.reveal().as_bytes()).collect();
    values.iter().any(|value| !value.is_empty()).then(|| Mask::new(&values))
}

/// Tells whether every shell takes a name for a variable's; it is a secret's name with a word before, so it may be long.
fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_host(host: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control();
    !host.is_empty() && !host.starts_with('-') && !host.contains(odd)
}

/// Is what was begun: the order without its secrets, who runs it, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// What is run.
    pub line: Line,
    /// The host where it is run.
    pub host: Option<String>,
    /// The folder it starts in.
    pub folder: Option<String>,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// The names of the variables that nobody may read.
    pub secrets: Vec<String>,
    /// The places of the values that could not be masked, because they are too short.
    pub unmasked: Vec<usize>,
    /// Says that it got a terminal, as it asks questions.
    #[serde(default)]
    pub has_terminal: bool,
    /// How long things may take.
    pub limits: Limits,
    /// The supervisor's number, which is its session's too.
    pub supervisor: u32,
    /// When the supervisor began, in the kernel's ticks.
    pub ticks: u64,
    /// Which time up this was.
    pub boot: String,
    /// When it was started.
    pub started: Moment,
}

impl Begun {
    /// Takes of an order what may be read.
    pub(super) fn of(order: &Order, mask: Option<&Mask>) -> Self {
        let masked = |text: &String| mask.map_or_else(|| text.clone(), |mask| mask.apply_text(text));
        Self {
            line: match &order.line {
                Line::Shell(line) => Line::Shell(masked(line)),
                Line::Words(words) => Line::Words(words.iter().map(masked).collect()),
            },
            host: order.host.as_ref().map(masked),
            folder: order.folder.as_ref().map(masked),
            environment: order.environment.iter().map(|(name, value)| (name.clone(), masked(value))).collect(),
            secrets: order.secrets.iter().map(|(name, _)| name.clone()).collect(),
            unmasked: mask.map_or_else(Vec::new, |mask| mask.unmasked().to_vec()),
            has_terminal: order.terminal.is_some(),
            limits: order.limits,
            supervisor: 0,
            ticks: 0,
            boot: String::new(),
            started: Moment::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        let hidden = Secret::new("hunter22".to_owned());
        let url = Secret::new("https://me:hunter22@site".to_owned());
        Order {
            host: Some("app1".to_owned()),
            environment: vec![("A".to_owned(), "is hunter22".to_owned())],
            secrets: vec![("MOP_SECRET_p".to_owned(), hidden.clone()), ("URL".to_owned(), url)],
            masked: vec![Secret::new("other one".to_owned()), hidden, Secret::new("abc".to_owned())],
            ..Order::new(Line::Shell("login hunter22 \"$MOP_SECRET_p\"".to_owned()))
        }
    }

    #[test]
    fn an_order_arrives_as_it_was_given() {
        let bytes = order().to_bytes().unwrap();
        assert!(bytes.capacity() > bytes.len());
        let arrived = Order::parse(&bytes).unwrap();
        assert_eq!(arrived.to_bytes().unwrap(), bytes);
        assert_eq!(arrived.secrets[0].1.reveal(), "hunter22");
        assert!((0..bytes.len()).all(|cut| Order::parse(&bytes[..cut]).is_none()), "a part of an order is none");
    }

    #[test]
    fn nothing_that_is_shown_or_written_down_has_a_secret() {
        let order = order();
        let mask = order.mask().unwrap();
        let begun = Begun::of(&order, Some(&mask));
        let written = format!("{order:?}").replace("is hunter22", "").replace("login hunter22", "");
        assert!(!written.contains("hunter22") && !written.contains("other"), "{written}");
        assert!(!format!("{begun:?}").contains("hunter22"), "{begun:?}");
        assert_eq!(begun.line, Line::Shell("login redacted:2 \"$MOP_SECRET_p\"".to_owned()));
        assert_eq!((begun.secrets, begun.unmasked), (vec!["MOP_SECRET_p".to_owned(), "URL".to_owned()], vec![3]));
    }

    #[test]
    fn what_would_mean_something_else_is_refused() {
        assert_eq!(order().check(), Ok(()));
        let with = |change: fn(&mut Order)| {
            let mut order = order();
            change(&mut order);
            order.check().unwrap_err()
        };
        assert_eq!(
            with(|order| order.host = Some("-oProxyCommand=x".to_owned())),
            "`-oProxyCommand=x` cannot name a host"
        );
        assert_eq!(with(|order| order.host = Some("a b".to_owned())), "`a b` cannot name a host");
        assert_eq!(with(|order| order.environment[0].0 = "A=B".to_owned()), "`A=B` cannot name a variable");
        assert_eq!(with(|order| order.line = Line::Words(Vec::new())), "it names no program");
        assert_eq!(with(|order| order.folder = Some("/a\0b".to_owned())), "a NUL byte cannot stand in a command");
    }
}
