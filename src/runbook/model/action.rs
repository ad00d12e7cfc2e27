//! What a checked step does, and what a checked probe watches.

use std::sync::Arc;

use super::{Choice, Logic, Loop, StepId, Template};
use crate::runbook::expression::Compare;
use crate::runbook::format::{Kind as InputKind, Line, StatusCode};
use crate::runbook::model::{ActivityId, BookId};
use crate::runbook::place::Place;
use crate::runbook::shape::Bytes;
use crate::runbook::shell;
use crate::runbook::value::Value;
use crate::time::Length;

/// What a step does.
#[derive(Debug)]
pub enum Action {
    /// A person does it.
    Manual,
    /// Its sub-steps do it.
    Heading(Vec<StepId>),
    /// A command.
    Run(Box<Run>),
    /// Probes hold.
    Check(Box<Check>),
    /// A person chooses.
    Choose(Vec<Choice>),
    /// A download.
    Fetch(Box<Fetch>),
    /// A look into an archive.
    Package(Box<Package>),
    /// Time passes, or something becomes good.
    Wait(Box<Wait>),
    /// Another runbook.
    Call(Box<Call>),
}

impl Action {
    /// Returns the word for it in the format.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Heading(_) => "steps",
            Self::Run(_) => "run",
            Self::Check(_) => "check",
            Self::Choose(_) => "choose",
            Self::Fetch(_) => "fetch",
            Self::Package(_) => "package",
            Self::Wait(_) => "wait",
            Self::Call(_) => "call",
        }
    }
}

/// A command, ready for values.
#[derive(Debug)]
pub enum CommandLine {
    /// A line for `sh -c`, and how each value in it is quoted.
    Shell(Template, shell::Command),
    /// A program and its words, started without a shell.
    Words(Vec<Template>),
}

/// A command with all that belongs to it.
#[derive(Debug)]
pub struct Run {
    /// The command.
    pub command: CommandLine,
    /// Where it was written.
    pub place: Place,
    /// How long it may take.
    pub timeout: Option<Length>,
    /// What a good end looks like; nothing when a person must judge.
    pub expect: Option<Expect>,
    /// The folder it starts in.
    pub dir: Option<Template>,
    /// What is added to its environment.
    pub env: Vec<(String, Template)>,
    /// Values taken from its output.
    pub capture: Vec<Capture>,
    /// Whether it gets the terminal.
    pub interactive: bool,
    /// Whether a rehearsal may run it.
    pub safe: bool,
    /// Whether it may run while other steps go on.
    pub parallel: bool,
}

/// A value taken from an output.
#[derive(Debug)]
pub struct Capture {
    /// Its name in expressions.
    pub name: Arc<str>,
    /// Where it is found.
    pub from: From,
    /// What kind of value it is.
    pub kind: InputKind,
}

/// Where in an output a value is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A regular expression.
    Matches(String),
    /// A JSON pointer.
    Json(String),
    /// A line.
    Line(Line),
}

/// What a good reading, or a good end of a command, looks like.
#[derive(Debug, Default)]
pub struct Expect {
    /// Exit codes; empty means 0.
    pub exit: Vec<u32>,
    /// The output or the answer.
    pub output: Output,
    /// The unit of the number.
    pub unit: Option<String>,
    /// The standard output alone.
    pub stdout: Option<Output>,
    /// The standard error alone.
    pub stderr: Option<Output>,
    /// HTTP statuses; empty means 2xx.
    pub status: Vec<StatusCode>,
    /// How fast the answer must come.
    pub within: Option<Length>,
    /// Values in a JSON answer.
    pub json: Vec<(String, Value)>,
    /// How long the certificate must still be valid.
    pub not_after: Option<Length>,
    /// How long no alert may have been seen.
    pub none_for: Option<Length>,
    /// How much must be free.
    pub more_than: Option<More>,
    /// The addresses a name must have.
    pub is: Vec<Template>,
}

/// What a text must be.
#[derive(Debug, Default)]
pub struct Output {
    /// Texts that must be in it.
    pub contains: Vec<Template>,
    /// A regular expression that must match.
    pub matches: Option<String>,
    /// What the number in it must be.
    pub number: Option<NumberTest>,
}

/// What a number must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberTest {
    /// How it is compared.
    pub compare: Compare,
    /// With what.
    pub number: f64,
}

/// How much must be free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// So many bytes.
    Bytes(Bytes),
    /// So many hundredths.
    Percent(u32),
}

/// Probes that must hold.
#[derive(Debug)]
pub struct Check {
    /// The probes.
    pub probes: Vec<ProbeRef>,
    /// How long it may take.
    pub at_most: Option<Length>,
    /// How long it must stay good.
    pub steady: Option<Length>,
}

/// A probe that a step refers to.
#[derive(Debug)]
pub enum ProbeRef {
    /// A status probe; when it is looped and the step is in the same loop, the one of this round.
    Status(BookId, u32),
    /// A probe of the step's own.
    Own(Box<Probe>),
}

/// One thing that is watched.
#[derive(Debug)]
pub struct Probe {
    /// Its name; empty for a step's own.
    pub name: String,
    /// Where it was written.
    pub place: Place,
    /// What is watched, in a few words.
    pub title: Option<Template>,
    /// How it is looked at.
    pub look: Look,
    /// What a good reading looks like.
    pub expect: Expect,
    /// Lines of a log that are alerts.
    pub alert: Option<String>,
    /// How often to look.
    pub every: Length,
    /// How long one look may take.
    pub timeout: Length,
    /// What there is one probe for each of.
    pub each: Option<Loop>,
    /// The host where it looks.
    pub on: Option<Template>,
    /// The pane it is shown in.
    pub pane: Option<String>,
}

/// How a probe looks.
#[derive(Debug)]
pub enum Look {
    /// Asks a web server.
    Http(Box<Http>),
    /// Connects.
    Tcp(Template),
    /// Runs a command.
    Run(CommandLine),
    /// Follows a log.
    Tail(Template),
    /// Looks at free space.
    Disk(Template),
    /// Looks a name up.
    Dns(Template),
}

impl Look {
    /// Returns the word for it in the format.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Tcp(_) => "tcp",
            Self::Run(_) => "run",
            Self::Tail(_) => "tail",
            Self::Disk(_) => "disk",
            Self::Dns(_) => "dns",
        }
    }
}

/// An HTTP request.
#[derive(Debug)]
pub struct Http {
    /// The address.
    pub url: Template,
    /// The method.
    pub method: String,
    /// Headers to send.
    pub headers: Vec<(String, Template)>,
    /// The body to send.
    pub body: Option<Template>,
    /// Whether to follow redirects.
    pub follow: bool,
    /// The certificate authority to trust.
    pub ca: Option<Template>,
    /// Whether any certificate will do.
    pub insecure: bool,
}

/// A file to download.
#[derive(Debug)]
pub struct Fetch {
    /// The address.
    pub url: Template,
    /// Where to put it.
    pub to: Template,
    /// The SHA-256 it must have.
    pub sha256: Option<Template>,
    /// The size it must have.
    pub size: Option<Bytes>,
    /// Headers to send.
    pub headers: Vec<(String, Template)>,
    /// The certificate authority to trust.
    pub ca: Option<Template>,
}

/// An archive to verify.
#[derive(Debug)]
pub struct Package {
    /// The archive.
    pub file: Template,
    /// Entries that must be in it.
    pub has: Vec<Template>,
    /// Entries that must not be.
    pub lacks: Vec<Template>,
    /// Texts that entries must hold.
    pub holds: Vec<(String, Template)>,
    /// How large it may be unpacked.
    pub under: Option<Bytes>,
}

/// What to wait for.
#[derive(Debug)]
pub struct Wait {
    /// What ends it.
    pub until: Until,
    /// How long it may take.
    pub at_most: Option<Length>,
    /// How long it must stay good.
    pub steady: Option<Length>,
}

/// What ends a wait.
#[derive(Debug)]
pub enum Until {
    /// A length of time.
    Passed(Length),
    /// A moment.
    Moment(Logic),
    /// Probes are good.
    Good(Vec<ProbeRef>),
}

/// Another runbook as a part of this one.
#[derive(Debug)]
pub struct Call {
    /// The runbook.
    pub book: BookId,
    /// Its inputs, by their place.
    pub with: Vec<(u32, Part)>,
}

/// A value given to a called runbook.
#[derive(Debug)]
pub enum Part {
    /// A value written out.
    Value(Value),
    /// An expression in the caller's names.
    Logic(Logic),
    /// A text with values.
    Text(Template),
}

/// Where the run goes after a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// To the next step.
    Next,
    /// To the back-out.
    BackOut,
    /// Nowhere.
    Stop,
    /// Back to the beginning of an activity.
    RedoActivity(ActivityId),
    /// Back to a step.
    RedoStep(StepId),
}
