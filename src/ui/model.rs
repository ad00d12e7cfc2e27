//! Everything that a frame is drawn from, borrowed.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};

use super::bindings::Bindings;
use super::hindsight::Hindsight;
use super::links::Links;
use super::live::Live;
use super::screen::Screen;
use super::theme::Theme;
use crate::run::roster::{Auth, Holder, PublicKey};
use crate::run::{Person, Progress, Run, Scene, Stamp};
use crate::runbook::model::Runbook;
use crate::time::Length;

/// Is all that a frame shows.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    /// What there is to see.
    pub sight: Sight<'a>,
    /// Where the operator looks.
    pub screen: &'a Screen,
    /// Whether records can be made, and whether one is being made.
    pub recording: Recording<'a>,
    /// How it looks.
    pub theme: &'a Theme,
}

impl<'a> Model<'a> {
    /// Gives the addresses that are links.
    pub(super) fn links(&self) -> &'a Links {
        &self.sight.setting.links
    }
}

/// Is what there is to see, wherever the operator looks.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is shown: the list at home, or a run.
    pub subject: Subject<'a>,
    /// The runbook that questions are about: that of the run, or the one that was opened.
    pub runbook: Option<&'a Runbook>,
    /// Where the program runs.
    pub setting: &'a Setting,
    /// What commands print now.
    pub live: &'a Live,
    /// The records of the run, where it is looked at afterwards.
    pub past: Option<&'a Hindsight>,
    /// The time.
    pub now: Now,
}

/// Is what a statement says of where it was signed, what it can be signed with, and what is set otherwise.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// What keys mean.
    pub bindings: Bindings,
    /// How often a clock that is shown goes on.
    pub pace: Pace,
    /// The addresses that are links on the screen, where the terminal has them.
    pub links: Links,
    /// How the clock is kept, in the words of a statement.
    pub clock: String,
    /// The machine and the terminal.
    pub terminal: String,
    /// The session, by which the one who has the wheel is known.
    pub session: String,
    /// The keys at hand, the one that was named first.
    pub keys: Vec<(Holder, PublicKey)>,
    /// What is different in the file of the run's runbook, in words, where it can be adopted.
    pub changed: Option<Vec<String>>,
    /// Whether the run is sealed, and takes nothing any more.
    pub is_sealed: bool,
    /// Whether whoever is here only looks on.
    pub is_watching: bool,
}

/// Says how often a clock that is shown goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Every second.
    #[default]
    Seconds,
    /// Every minute: on a slow link nothing is sent in between, where nothing happens.
    Minutes,
}

impl Pace {
    /// Gives how many milliseconds it stands still.
    pub fn step_ms(self) -> i64 {
        match self {
            Self::Seconds => 1_000,
            Self::Minutes => 60_000,
        }
    }

    /// Says how long something goes on already, as exactly as the clock is shown.
    pub(super) fn lasts(self, ms: i64) -> String {
        let seconds = u64::try_from(ms / 1_000).unwrap_or_default();
        match self {
            Self::Seconds => Length::seconds(seconds).to_string(),
            Self::Minutes if seconds < 60 => "less than 1m".to_owned(),
            Self::Minutes => Length::seconds(seconds - seconds % 60).to_string(),
        }
    }
}

/// Says what is shown.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// The runbooks and runs there are.
    Home(&'a Shelf),
    /// A run, and who acts in it.
    Run(&'a Run, &'a Person),
}

impl<'a> Sight<'a> {
    /// Gives the run that is shown.
    pub fn run(&self) -> Option<&'a Run> {
        match self.subject {
            Subject::Home(_) => None,
            Subject::Run(run, _) => Some(run),
        }
    }

    /// Gives what the next event would be stamped with, as far as the screen knows it.
    pub fn stamp(&self) -> Stamp {
        let who = match self.subject {
            Subject::Home(_) => Person::default(),
            Subject::Run(_, who) => who.clone(),
        };
        Stamp { who, at_ms: self.now.at_ms, session: self.setting.session.clone(), ..Stamp::default() }
    }

    /// Gives the scene of a signature that a person would give now.
    pub fn scene(&self, who: &Person, auth: Auth) -> Scene {
        let Setting { clock, terminal, .. } = self.setting;
        Scene {
            who: who.clone(),
            at_ms: self.now.at_ms,
            clock: clock.clone(),
            terminal: terminal.clone(),
            auth,
            sightings: self.live.sightings(),
        }
    }
}

/// Is what can be opened.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// The lines, runs in progress first.
    pub entries: Vec<Entry>,
    /// Whether it is still being looked what there is.
    pub is_looking: bool,
}

impl Shelf {
    /// Gives the lines that are shown: runs that are sealed only where they are wanted.
    pub fn shown(&self, with_sealed: bool) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| with_sealed || !entry.is_sealed())
    }

    /// Counts the runs that are sealed.
    pub fn sealed(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_sealed()).count()
    }
}

/// Is one thing that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A run that was begun.
    Run(Listed),
    /// A runbook.
    Runbook(Book),
}

impl Entry {
    fn is_sealed(&self) -> bool {
        matches!(self, Self::Run(Listed { is_sealed: true, .. }))
    }
}

/// Is a run as it stands in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The name of its directory.
    pub name: String,
    /// Its id.
    pub id: String,
    /// The title of its runbook.
    pub title: String,
    /// Whether it is practice.
    pub is_rehearsal: bool,
    /// Whether it is closed.
    pub is_closed: bool,
    /// Whether it is sealed; of such a one only its name and title were read.
    pub is_sealed: bool,
    /// How far it is.
    pub progress: Progress,
    /// How it stands, in words.
    pub state: String,
    /// Who is there now.
    pub here: Vec<String>,
    /// When something was recorded last, in milliseconds since 1970 in UTC.
    pub last_ms: Option<i64>,
    /// Why it cannot be opened, where it cannot.
    pub problem: Option<String>,
}

impl Listed {
    /// Says how far it is, and how it stands.
    pub(super) fn state_words(&self) -> String {
        let Progress { done, of } = self.progress;
        if self.is_sealed { self.state.clone() } else { format!("{done}/{of} · {}", self.state) }
    }

    /// Tells whether nothing is to be done in it any more but to seal it.
    pub fn is_over(&self) -> bool {
        self.is_closed || self.is_sealed
    }
}

/// Is a runbook as it stands in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// The name it is called by.
    pub id: String,
    /// What it is opened by.
    pub path: String,
    /// Its title.
    pub title: String,
    /// How many activities and steps it has.
    pub counts: (usize, usize),
    /// Why it cannot be run, where it cannot.
    pub problem: Option<String>,
}

/// Is the time, and where we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// How far the local clock is from UTC.
    pub offset: FixedOffset,
}

impl Now {
    /// Gives the local time of a moment.
    pub fn local(&self, at_ms: i64) -> DateTime<FixedOffset> {
        self.utc(at_ms).with_timezone(&self.offset)
    }

    /// Gives a moment in UTC.
    pub fn utc(&self, at_ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(at_ms).unwrap_or_default()
    }
}

/// Says whether records can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording<'a> {
    /// Everything that was decided is durable.
    Settled,
    /// The same, and the last decision took this long.
    Slow(Duration),
    /// The same, and the disk is full: there is room for so many bytes more.
    Short(u64),
    /// A decision is being recorded.
    InFlight,
    /// The run is sealed, and stays as it is.
    Sealed,
    /// Others record, and whoever is here looks on; whether the run is sealed.
    Watched(bool),
    /// Nothing more can be recorded, and why.
    Halted(&'a str),
}
