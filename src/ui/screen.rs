//! Where the operator looks: selection, scrolling, dialogs and what was typed. Never journaled.
//!
//! Modes are one enum, made from what is open. What keys do with it stands in `steer`.

mod place;

use std::sync::Arc;

use super::dialog::looking::Look;
use super::field::Field;
use super::find::Finding;
use super::folds::Folds;
use super::form::{Answers, Form};
use super::habits::Habits;
use super::model::Now;
use super::pane::output::Spot;
use super::reading::{Readings, View, name};
use super::signing::{Asking, Signing, Stage};
use super::tidings::Tidings;
use super::timeline::Sieve;
use crate::run::{Briefing, Verb};

/// Says which commands can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The list of runbooks and runs.
    Home,
    /// The checklist of a run.
    Checklist,
    /// Questions are answered.
    Form,
    /// What is going to be begun is looked at.
    Review,
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
    /// A run is looked at afterwards.
    Past,
    /// A filter is typed.
    Sift,
}

impl Mode {
    /// Tells whether letters are text.
    pub fn writes(self) -> bool {
        matches!(self, Self::Form | Self::Note | Self::Pin | Self::Find | Self::Sift)
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
    /// Whether runs that are sealed are listed too.
    pub(super) with_sealed: bool,
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
    /// How many lines of the pane that is looked at are above it.
    pub(super) scroll: usize,
    pub(super) dialog: Option<Dialog>,
    /// How many lines of the dialog are above what is in view.
    pub(super) page: usize,
    /// The probe that is selected, by its id; the first when there is none.
    pub(super) probe: Option<String>,
    /// The record that is selected; the newest when there is none.
    pub(super) record: Option<u64>,
    /// Whether the run is looked at afterwards.
    pub(super) is_past: bool,
    /// Which records are shown, where they are not all.
    pub(super) sieve: Option<Sieve>,
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
    /// What a run is going to be, before it begins.
    Review(Box<Reviewing>),
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
    /// Planned against actual.
    Chart,
    /// Lists and filters.
    Looking(Looking),
    /// A list whose entries lead to records.
    Listing(Listing),
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
            Self::Review(reviewing) => Some(name(&["begin", &reviewing.number.to_string()])),
            _ => None,
        }
    }
}

/// Is what can be looked at, and which of it is selected.
#[derive(Debug)]
pub struct Looking {
    pub(super) looks: Vec<Look>,
    pub(super) at: usize,
}

/// Is a list, by its place, and which of its entries is selected.
#[derive(Debug)]
pub struct Listing {
    pub(super) list: usize,
    pub(super) at: usize,
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
    /// The statement that it is recorded behind, where it is for one.
    pub(super) beside: Option<Box<Signing>>,
    /// Whether it was said that going back throws it away.
    pub(super) is_warned: bool,
}

impl Writing {
    /// Begins a remark.
    pub(super) fn on(step: Option<String>) -> Self {
        Self { step, field: Field::page(""), beside: None, is_warned: false }
    }

    /// Begins the remark behind a signature, with what was written of it already.
    pub(super) fn beside(signing: Signing) -> Self {
        let field = Field::page(signing.note.as_deref().unwrap_or_default());
        Self { step: Some(signing.step.clone()), field, beside: Some(Box::new(signing)), is_warned: false }
    }
}

/// Is a run that is about to begin: the form that it was answered in, and what follows from the answers.
#[derive(Debug)]
pub struct Reviewing {
    pub(super) form: Form,
    pub(super) answers: Answers,
    pub(super) briefing: Briefing,
    /// The how-manieth dialog it is; each is looked at anew.
    pub(super) number: u64,
}

impl Screen {
    /// Tells which commands can be given; `in_run` says whether a run is shown.
    pub fn mode(&self, in_run: bool) -> Mode {
        match &self.dialog {
            Some(Dialog::Form(_)) => Mode::Form,
            Some(Dialog::Review(_)) => Mode::Review,
            Some(Dialog::Sign(Signing { stage: Stage::Reading, .. })) => Mode::Sign,
            Some(Dialog::Sign(Signing { stage: Stage::Pin(_), .. })) => Mode::Pin,
            Some(Dialog::Sign(Signing { stage: Stage::Waiting(_), .. })) => Mode::Waiting,
            Some(Dialog::Choose(_) | Dialog::Signer(_) | Dialog::Menu(_) | Dialog::Looking(_) | Dialog::Listing(_)) => {
                Mode::Choose
            }
            Some(Dialog::Confirm(_)) => Mode::Confirm,
            Some(Dialog::Note(_)) => Mode::Note,
            Some(Dialog::Help(_)) => Mode::Help,
            Some(Dialog::Times | Dialog::Probe(_) | Dialog::Record(_) | Dialog::Chart) => Mode::Page,
            None if self.find.as_ref().is_some_and(|finding| finding.is_open) => Mode::Find,
            None if self.sieve.as_ref().is_some_and(|sieve| sieve.is_open) => Mode::Sift,
            None if in_run && self.is_past => Mode::Past,
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

    /// Goes back to the first line of the dialog that was left out.
    pub(super) fn read_dialog_on(&mut self) {
        let seen = self.dialog.as_ref().and_then(Dialog::text).map_or(0, |text| self.readings.seen(text));
        self.page = self.page.min(seen);
    }

    /// Tells whether something of what the dialog shows has been on the screen.
    pub(super) fn is_dialog_seen(&self) -> bool {
        self.dialog.as_ref().and_then(Dialog::text).is_some_and(|text| self.readings.is_begun(text))
    }

    /// Says something until the next key.
    pub fn say(&mut self, message: impl Into<String>) {
        self.message = Some(message.into());
    }

    /// Opens a form over the panes.
    pub fn ask(&mut self, form: Form) {
        self.dialog = Some(Dialog::Form(form));
    }

    /// Shows what a run is going to be, where the form that was answered is open.
    pub fn review(&mut self, answers: Answers, briefing: Briefing) {
        self.dialog = match self.dialog.take() {
            Some(Dialog::Form(form)) => {
                self.page = 0;
                self.opened += 1;
                Some(Dialog::Review(Box::new(Reviewing { form, answers, briefing, number: self.opened })))
            }
            other => other,
        };
    }

    /// Tells whether it is looked at what a run is going to be.
    pub fn is_reviewing(&self) -> bool {
        matches!(self.dialog, Some(Dialog::Review(_)))
    }

    /// Says anew what a run is going to be; tells whether it is something else than before.
    pub fn brief(&mut self, briefing: Briefing) -> bool {
        match &mut self.dialog {
            Some(Dialog::Review(reviewing)) if reviewing.briefing != briefing => {
                reviewing.briefing = briefing;
                true
            }
            _ => false,
        }
    }

    /// Opens something over the panes.
    pub(super) fn open(&mut self, dialog: Dialog) {
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
