//! Where the operator looks: selection, scrolling, dialogs and what was typed. Never journaled.
//!
//! Modes are one enum, made from what is open. What keys do with it stands in `steer`.

mod place;

use std::sync::Arc;

use super::find::Finding;
use super::folds::Folds;
use super::habits::Habits;
use super::model::Now;
use super::pane::output::Spot;
use super::reading::{Readings, View, name};
use super::signing::{Asking, Signing, Stage};
use super::tidings::Tidings;
use crate::run::{Answer, Asked, Intent, Question, Verb};
use crate::text::{clusters, is_dangerous};

/// Says which commands can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The list of runbooks and runs.
    Home,
    /// The checklist of a run.
    Checklist,
    /// Questions are answered.
    Form,
    /// A statement is looked at before it is signed.
    Sign,
    /// A PIN is typed.
    Pin,
    /// A signature is being made.
    Waiting,
    /// One of several is chosen.
    Choose,
    /// What is going to be started is looked at.
    Confirm,
    /// A remark is written.
    Note,
    /// The keys are shown.
    Help,
    /// Something is looked for in the checklist.
    Find,
    /// A page is read: the time table, a probe, a record.
    Page,
}

impl Mode {
    /// Tells whether letters are text.
    pub fn writes(self) -> bool {
        matches!(self, Self::Form | Self::Note | Self::Pin | Self::Find)
    }
}

/// Is one of the panes of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Pane {
    /// The checklist.
    #[default]
    Checklist,
    /// The step.
    Step,
    /// What a command prints.
    Output,
    /// What probes say.
    Status,
    /// The trail.
    Trail,
}

/// Is where the operator looks.
#[derive(Debug, Default)]
pub struct Screen {
    /// The selected line at home.
    pub(super) home: usize,
    /// The place of the selected item in the plan.
    pub(super) item: usize,
    /// Its id: places move when a loop grows.
    pub(super) item_id: Option<Arc<str>>,
    /// How many dialogs were opened.
    pub(super) opened: u64,
    /// The first row that is in the pane.
    pub(super) top: usize,
    /// What is folded away.
    pub(super) folds: Folds,
    /// What is looked for, or was found.
    pub(super) find: Option<Finding>,
    pub(super) pane: Pane,
    /// How many probes the status shows.
    pub(super) probes: usize,
    /// Whether there is output to show.
    pub(super) has_output: bool,
    /// The row of the output that is on top; it follows what is printed when there is none.
    pub(super) output: Option<Spot>,
    /// Whether only this pane is shown.
    pub(super) is_zoomed: bool,
    /// The columns and rows of the terminal.
    pub(super) size: (u16, u16),
    /// How many lines of the step, the trail or the help are above the pane.
    pub(super) scroll: usize,
    pub(super) dialog: Option<Dialog>,
    /// How many lines of the page that is read are above it.
    pub(super) page: usize,
    /// The probe that is selected, by its id; the first when there is none.
    pub(super) probe: Option<String>,
    /// The record that is selected; the newest when there is none.
    pub(super) record: Option<u64>,
    /// What others did.
    pub(super) tidings: Tidings,
    /// How the panes were left on terminals of other sizes.
    pub(super) habits: Habits,
    /// How far what has to be read was read.
    pub(super) readings: Readings,
    /// What was refused or went wrong last.
    pub(super) message: Option<String>,
}

/// Is what lies over the panes.
#[derive(Debug)]
pub enum Dialog {
    /// Questions.
    Form(Form),
    /// Who signs.
    Signer(Asking),
    /// A statement to sign.
    Sign(Signing),
    /// Options.
    Choose(Choosing),
    /// What else can be done.
    Menu(Menu),
    /// What is going to be started.
    Confirm(Confirming),
    /// A remark.
    Note(Writing),
    /// The keys; with the mode they are for.
    Help(Mode),
    /// The time table.
    Times,
    /// What a probe said, by its id.
    Probe(String),
    /// A record, by its number.
    Record(u64),
}

impl Dialog {
    /// Names the text that has to be read before something is decided in it.
    pub(super) fn text(&self) -> Option<u64> {
        match self {
            Self::Sign(Signing { step, seen, number, .. }) => {
                Some(name(&["sign", step, &seen.to_string(), &number.to_string()]))
            }
            Self::Confirm(Confirming { step, seen, number, .. }) => {
                Some(name(&["start", step, &seen.to_string(), &number.to_string()]))
            }
            _ => None,
        }
    }
}

/// Is a choice that is about to be made.
#[derive(Debug)]
pub struct Choosing {
    pub(super) step: String,
    pub(super) seen: u64,
    pub(super) at: usize,
}

/// Is something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// What the run knows by itself.
    Verb(Verb),
    /// Put a file into the run.
    Attach,
    /// Go on by the changed runbook.
    Adopt,
    /// Seal the run that is closed.
    Seal,
}

impl Offer {
    /// Gives its word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Verb(verb) => verb.word(),
            Self::Attach => "attach",
            Self::Adopt => "adopt",
            Self::Seal => "seal",
        }
    }

    /// Says what it does.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Verb(verb) => verb.title(),
            Self::Attach => "put a file into the run",
            Self::Adopt => "go on by the changed runbook",
            Self::Seal => "seal the run, which is closed: nothing can be recorded in it afterwards",
        }
    }
}

/// Is a list of what can be done, with a step if one is meant.
#[derive(Debug)]
pub struct Menu {
    pub(super) step: String,
    pub(super) seen: u64,
    pub(super) offers: Vec<Offer>,
    pub(super) at: usize,
}

/// Is something that is started once a person has read it.
#[derive(Debug)]
pub struct Confirming {
    pub(super) step: String,
    pub(super) seen: u64,
    pub(super) verb: Verb,
    pub(super) said: Vec<String>,
    /// The how-manieth dialog it is; each is read anew.
    pub(super) number: u64,
}

/// Is a remark that is being written.
#[derive(Debug)]
pub struct Writing {
    pub(super) step: Option<String>,
    pub(super) field: Field,
}

/// Says what the answers of a form are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// To begin a run of the runbook that was opened.
    Start,
    /// To go on with a run that is not open yet, by the name of its directory.
    Resume(String),
    /// To let a person act in the run that is open.
    Person,
    /// To note down the values of a step.
    Record {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
    },
    /// To choose an option that has values.
    Option {
        /// The item.
        step: String,
        /// The last record on the screen.
        seen: u64,
        /// The option.
        option: String,
    },
    /// To do something else.
    Verb {
        /// What.
        verb: Verb,
        /// The item, or nothing.
        step: String,
        /// The last record on the screen.
        seen: u64,
    },
    /// To put a file into the run.
    Attach,
    /// To go on by the changed runbook, where a reason is given.
    Adopt,
    /// To seal the run that is closed, whose id is typed for that.
    Seal,
    /// To start something that needs secrets, or to look at what needs them.
    Secrets(Option<Box<Intent>>),
}

/// Is what a person answered, each with what was asked and its name.
pub type Answers = Vec<(Asked, String, Answer)>;

/// Is a list of questions that are being answered, one after the other.
#[derive(Debug)]
pub struct Form {
    pub(super) origin: Origin,
    pub(super) title: String,
    /// What to know before answering.
    pub(super) remark: String,
    pub(super) questions: Vec<(Question, Field)>,
    pub(super) at: usize,
    pub(super) problem: Option<String>,
}

impl Form {
    /// Makes a form with what is proposed in its fields; it begins where something must be typed.
    pub fn new(origin: Origin, title: String, questions: Vec<Question>) -> Self {
        let begin = |question: Question| (Field::with(question.proposed.as_deref().unwrap_or_default()), question);
        let questions: Vec<_> = questions.into_iter().map(begin).map(|(field, question)| (question, field)).collect();
        let at = questions.iter().position(|(question, _)| question.proposed.is_none()).unwrap_or(0);
        Self { origin, title, remark: String::new(), questions, at, problem: None }
    }

    /// Proposes what was said already; it begins where something must be typed still.
    #[must_use]
    pub fn filled(mut self, answers: &[(String, String)]) -> Self {
        for (question, field) in &mut self.questions {
            if let Some((_, answer)) = answers.iter().find(|(name, _)| *name == question.name) {
                question.proposed = Some(answer.clone());
                *field = Field::with(answer);
            }
        }
        self.at = self.questions.iter().position(|(question, _)| question.proposed.is_none()).unwrap_or(0);
        self
    }

    /// Adds what to know before answering.
    pub fn remark(mut self, remark: String) -> Self {
        self.remark = remark;
        self
    }
}

/// Is one line of text that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
}

impl Field {
    fn with(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Adds what was typed or pasted, without what would hide or reorder it.
    pub(super) fn write(&mut self, typed: &str) {
        self.text.extend(typed.chars().filter(|c| !c.is_control() && !is_dangerous(*c)));
    }

    pub(super) fn erase(&mut self) {
        let last = clusters(&self.text).last().map_or(0, |(cluster, _)| cluster.len());
        self.text.truncate(self.text.len() - last);
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
    }

    /// Leaves out what is too much.
    pub(super) fn shorten(&mut self, most: usize) {
        if let Some((at, _)) = self.text.char_indices().nth(most) {
            self.text.truncate(at);
        }
    }

    /// Takes the text out.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

impl Screen {
    /// Tells which commands can be given; `in_run` says whether a run is shown.
    pub fn mode(&self, in_run: bool) -> Mode {
        match &self.dialog {
            Some(Dialog::Form(_)) => Mode::Form,
            Some(Dialog::Sign(Signing { stage: Stage::Reading, .. })) => Mode::Sign,
            Some(Dialog::Sign(Signing { stage: Stage::Pin(_), .. })) => Mode::Pin,
            Some(Dialog::Sign(Signing { stage: Stage::Waiting(_), .. })) => Mode::Waiting,
            Some(Dialog::Choose(_) | Dialog::Signer(_) | Dialog::Menu(_)) => Mode::Choose,
            Some(Dialog::Confirm(_)) => Mode::Confirm,
            Some(Dialog::Note(_)) => Mode::Note,
            Some(Dialog::Help(_)) => Mode::Help,
            Some(Dialog::Times | Dialog::Probe(_) | Dialog::Record(_)) => Mode::Page,
            None if self.find.as_ref().is_some_and(|finding| finding.is_open) => Mode::Find,
            None if in_run => Mode::Checklist,
            None => Mode::Home,
        }
    }

    /// Notes what was drawn; what has been on the screen to its end can be decided from now on.
    pub fn note_drawn(&mut self, views: Vec<View>) {
        views.into_iter().for_each(|view| self.readings.note(view));
    }

    /// Tells whether all of what the dialog shows has been on the screen.
    pub(super) fn is_dialog_read(&self) -> bool {
        self.dialog.as_ref().and_then(Dialog::text).is_some_and(|text| self.readings.is_whole(text))
    }

    /// Says something until the next key.
    pub fn say(&mut self, message: impl Into<String>) {
        self.message = Some(message.into());
    }

    /// Opens a form over the panes.
    pub fn ask(&mut self, form: Form) {
        self.dialog = Some(Dialog::Form(form));
    }

    /// Opens something over the panes.
    pub(super) fn open(&mut self, dialog: Dialog) {
        self.scroll = 0;
        self.dialog = Some(dialog);
    }

    /// Opens a page over the panes, which stay where they are.
    pub(super) fn show(&mut self, dialog: Dialog) {
        self.page = 0;
        self.dialog = Some(dialog);
    }

    /// Gives the item that somebody is about to sign.
    pub fn to_sign(&self) -> Option<&str> {
        match &self.dialog {
            Some(Dialog::Sign(signing)) => Some(&signing.step),
            Some(Dialog::Signer(asking)) => Some(&asking.step),
            _ => None,
        }
    }

    /// Goes back to the statement, when the proof of a signature could not be made.
    pub fn go_back_to_statement(&mut self) {
        if let Some(Dialog::Sign(signing)) = &mut self.dialog {
            signing.stage = Stage::Reading;
        }
    }

    /// Closes what lies over the panes.
    pub fn close(&mut self) {
        self.dialog = None;
    }
}

/// Writes the beginning of a window that begins now, as a person would type it.
pub(super) fn window_from(now: &Now) -> String {
    now.local(now.at_ms).format("%Y-%m-%d %H:%M").to_string()
}
