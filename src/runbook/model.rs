//! A checked runbook: every reference leads somewhere, every step has at most one action.
//!
//! Only `build` makes one. Steps of the runbook and of all runbooks it calls stand in one arena, so that
//! a [`StepId`] is enough to find any of them. Nothing here changes after it was built.

mod action;
mod people;
mod texts;

pub use action::{
    Action, Call, Capture, Check, CommandLine, Expect, Fetch, From, Http, Look, More, NumberTest, Output, Package,
    Part, Probe, ProbeRef, Run, Then, Until, Wait,
};
pub use people::{Role, Sign};
pub use texts::{Found, Use, each_text, each_text_of, each_text_of_probe};

use std::sync::Arc;

use super::expression::Expr;
use super::format::Kind as InputKind;
use super::place::Place;
pub use super::shape::Bytes;
use super::value::{Kind, Value};
use crate::time::Length;

/// Which of the runbooks a thing is in; the first is the one that was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookId(pub u16);

/// Which step it is, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

/// Which activity it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityId {
    /// The runbook it is in.
    pub book: BookId,
    /// Its place in the list of activities.
    pub index: u32,
}

/// A runbook and all that it calls.
#[derive(Debug)]
pub struct Runbook {
    /// The runbooks; the first is the one that was opened.
    pub books: Vec<Book>,
    /// The steps of all of them.
    pub steps: Vec<Step>,
}

impl Runbook {
    /// Returns the runbook that was opened.
    pub fn main(&self) -> &Book {
        &self.books[0]
    }

    /// Returns a runbook.
    pub fn book(&self, id: BookId) -> &Book {
        &self.books[usize::from(id.0)]
    }

    /// Returns a step.
    pub fn step(&self, id: StepId) -> &Step {
        &self.steps[id.0 as usize]
    }

    /// Returns an activity.
    pub fn activity(&self, id: ActivityId) -> &Activity {
        &self.book(id.book).activities[id.index as usize]
    }

    /// Returns an input or a recorded value's declaration.
    pub fn input(&self, name: &Name) -> Option<&Input> {
        match name {
            Name::Input { book, index } => self.book(*book).inputs.get(*index as usize),
            Name::Recorded { step, index } => {
                self.step(*step).values().nth(*index as usize).and_then(|(_, input)| input)
            }
            _ => None,
        }
    }
}

/// One runbook.
#[derive(Debug)]
pub struct Book {
    /// Its stable name.
    pub id: String,
    /// What it does.
    pub title: Template,
    /// The author's version of it.
    pub version: Option<String>,
    /// What to know before starting, as Markdown.
    pub about: Option<Template>,
    /// Where it comes from.
    pub source: Vec<String>,
    /// Whom to reach, and how.
    pub contacts: Vec<(String, String)>,
    /// Who must be there.
    pub roles: Vec<Role>,
    /// The maintenance window.
    pub window: Option<Window>,
    /// What is asked when the run starts.
    pub inputs: Vec<Input>,
    /// What must be true before the first activity.
    pub requirements: Vec<StepId>,
    /// What is watched.
    pub probes: Vec<Probe>,
    /// The activities, in order.
    pub activities: Vec<Activity>,
    /// How to return.
    pub back_out: Option<BackOut>,
}

/// The maintenance window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How long it is.
    pub length: Length,
    /// How long before its end to warn.
    pub warn: Option<Length>,
    /// Where it was written.
    pub place: Place,
}

/// A part of the procedure with a time of its own.
#[derive(Debug)]
pub struct Activity {
    /// Its stable name.
    pub id: String,
    /// Where it was written.
    pub place: Place,
    /// What it achieves.
    pub title: Template,
    /// More about it, as Markdown.
    pub text: Option<Template>,
    /// Notes, cautions and warnings.
    pub callouts: Vec<Callout>,
    /// Where to read more.
    pub links: Vec<Link>,
    /// Whether it is done.
    pub when: Option<Logic>,
    /// What it is done for each of.
    pub each: Option<Loop>,
    /// When it may begin.
    pub not_before: Option<Logic>,
    /// The activities that must be done first.
    pub after: Vec<u32>,
    /// How long it takes.
    pub estimate: Option<Estimate>,
    /// What must be true before its first step.
    pub prerequisites: Vec<StepId>,
    /// What is done.
    pub steps: Vec<StepId>,
}

/// How to return to where it began.
#[derive(Debug)]
pub struct BackOut {
    /// Where it was written.
    pub place: Place,
    /// What it achieves.
    pub title: Template,
    /// More about it, as Markdown.
    pub text: Option<Template>,
    /// When to choose it.
    pub when_to: Option<Template>,
    /// Notes, cautions and warnings.
    pub callouts: Vec<Callout>,
    /// How long it takes.
    pub estimate: Option<Estimate>,
    /// What is done.
    pub steps: Vec<StepId>,
}

/// What a step stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// The requirements of a runbook.
    Requirements(BookId),
    /// The prerequisites of an activity.
    Prerequisites(ActivityId),
    /// The steps of an activity.
    Activity(ActivityId),
    /// A step that is a heading.
    Heading(StepId),
    /// An option of a step where something is chosen.
    Option(StepId, u32),
    /// The back-out of a runbook.
    BackOut(BookId),
}

/// One thing to do.
#[derive(Debug)]
pub struct Step {
    /// Its stable name.
    pub id: String,
    /// Where its title was written.
    pub place: Place,
    /// Where all of it was written.
    pub whole: Place,
    /// What it stands under.
    pub parent: Parent,
    /// The runbook it is in.
    pub book: BookId,
    /// What is done.
    pub title: Template,
    /// How to do it, as Markdown.
    pub text: Option<Box<Template>>,
    /// Notes, cautions and warnings.
    pub callouts: Vec<Callout>,
    /// Where to read more.
    pub links: Vec<Link>,
    /// Whether it is done.
    pub when: Option<Box<Logic>>,
    /// What it is done for each of.
    pub each: Option<Box<Loop>>,
    /// Who signs it.
    pub sign: Sign,
    /// Who acts.
    pub role: Option<Arc<str>>,
    /// The host where it acts.
    pub on: Option<Box<Template>>,
    /// How long it takes.
    pub estimate: Option<Box<Estimate>>,
    /// Why it is dangerous.
    pub danger: Option<Box<Template>>,
    /// What takes it back.
    pub undo: Option<Box<Run>>,
    /// Whether a back-out can return to here.
    pub restore_point: bool,
    /// What a person notes down here.
    pub record: Vec<Input>,
    /// What is done.
    pub action: Action,
}

impl Step {
    /// Returns the names of all values that this step gives, with what a person is asked for them.
    ///
    /// The order is that of [`Name::Recorded`]: records, then captures, then those of options.
    pub fn values(&self) -> impl Iterator<Item = (&str, Option<&Input>)> {
        let own = self.record.iter().map(|input| (&*input.name, Some(input)));
        let captures = match &self.action {
            Action::Run(run) => run.capture.as_slice(),
            _ => &[],
        };
        let options = match &self.action {
            Action::Choose(options) => options.as_slice(),
            _ => &[],
        };
        let captured = captures.iter().map(|capture| (&*capture.name, None));
        let chosen = options.iter().flat_map(|option| option.record.iter().map(|input| (&*input.name, Some(input))));
        own.chain(captured).chain(chosen)
    }
}

/// One of several ways to go on.
#[derive(Debug)]
pub struct Choice {
    /// Its stable name.
    pub id: String,
    /// The choice.
    pub title: Template,
    /// More about it, as Markdown.
    pub text: Option<Template>,
    /// Whether it is usually right.
    pub recommended: bool,
    /// What a person notes down with it.
    pub record: Vec<Input>,
    /// Steps that are done only with it.
    pub steps: Vec<StepId>,
    /// Where the run goes.
    pub then: Then,
}

/// A note, a caution or a warning.
#[derive(Debug)]
pub struct Callout {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub text: Template,
}

/// How much a callout matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It may harm people or lose data.
    Warning,
    /// It may damage things.
    Caution,
    /// It is good to know.
    Note,
}

impl Level {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Caution => "caution",
            Self::Note => "note",
        }
    }
}

/// Where to read more.
#[derive(Debug)]
pub struct Link {
    /// What is there.
    pub title: Option<String>,
    /// The address.
    pub url: Template,
}

/// How long something takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The least; nothing when it varies and no figure is given.
    pub low: Option<Length>,
    /// The most.
    pub high: Option<Length>,
    /// What it depends on, or why it varies.
    pub because: Vec<String>,
    /// Whether the author says that it varies.
    pub varies: bool,
    /// Where it was written.
    pub place: Place,
    /// Where the least and the most were written; the same place when one figure stands for both.
    pub figures: Option<(Place, Place)>,
}

/// A value that a person gives.
#[derive(Debug)]
pub struct Input {
    /// Its name in expressions.
    pub name: Arc<str>,
    /// Where it was written.
    pub place: Place,
    /// The question.
    pub ask: Template,
    /// What kind of value it is, or each of the list is.
    pub kind: InputKind,
    /// Whether it is a list.
    pub list: bool,
    /// The least value, or count of a list.
    pub min: Option<u32>,
    /// The most.
    pub max: Option<u32>,
    /// What is proposed.
    pub default: Option<Value>,
    /// The values to choose from; empty when any will do.
    pub one_of: Vec<Value>,
    /// A regular expression that the whole text must match.
    pub matches: Option<String>,
    /// An example of a good answer.
    pub example: Option<String>,
    /// More about it, as Markdown.
    pub text: Option<Template>,
    /// What it is asked for each of.
    pub each: Option<Loop>,
}

/// Something done for each value of a list.
#[derive(Debug, PartialEq)]
pub struct Loop {
    /// The name of the value.
    pub name: Arc<str>,
    /// Where the values come from.
    pub over: Over,
    /// What kind of value each is.
    pub kind: Kind,
    /// Where it was written.
    pub place: Place,
}

/// Where the values of a loop come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// An expression that gives a list.
    Named(Logic),
    /// Values written out.
    Written(Vec<Value>),
}

/// An expression whose names are settled.
pub type Logic = Expr<Name>;

/// What a name in an expression means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// An input of a runbook.
    Input {
        /// The runbook.
        book: BookId,
        /// Its place among the inputs.
        index: u32,
    },
    /// A value that a step records or captures.
    Recorded {
        /// The step.
        step: StepId,
        /// Its place among [`Step::values`].
        index: u32,
    },
    /// A loop's value, or what is known of it.
    Round {
        /// The loop's name.
        name: Arc<str>,
        /// What of it.
        part: RoundPart,
    },
    /// The option chosen in a step.
    Chosen {
        /// The step.
        step: StepId,
        /// Whether its title is meant and not its id.
        title: bool,
    },
    /// How a step ended.
    Outcome(StepId),
    /// The number and title of a step.
    Step(StepId),
    /// The beginning of the window.
    WindowStart,
    /// The end of the window.
    WindowEnd,
    /// The id of the run.
    RunId,
}

/// What is known of one round of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundPart {
    /// The value.
    Value,
    /// Whether it is the first round.
    First,
    /// Whether it is the last round.
    Last,
    /// The number of the round, from 1.
    Index,
    /// The value of the round before.
    Previous,
}

/// A text with values in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// Its parts, in order.
    pub parts: Vec<Piece>,
    /// Where it was written.
    pub place: Place,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// A text as it stands.
    Text(Box<str>),
    /// The value of an expression, and its kind.
    Value(Box<(Logic, Kind)>),
}

impl Piece {
    /// Says whether it is the value of an expression.
    pub fn is_value(&self) -> bool {
        matches!(self, Self::Value(_))
    }
}

impl Template {
    /// Returns the expressions in it.
    pub fn values(&self) -> impl Iterator<Item = &(Logic, Kind)> {
        self.parts.iter().filter_map(|part| match part {
            Piece::Value(value) => Some(&**value),
            Piece::Text(_) => None,
        })
    }

    /// Returns the text as the author wrote it, with `…` where a value goes.
    pub fn outline(&self) -> String {
        self.parts.iter().map(|part| if let Piece::Text(text) = part { text } else { "…" }).collect()
    }
}
