//! What a person can do in a run, by name: one table for every way of asking for it.
//!
//! A verb has a word, a title and the few things that a person has to say with it. Whether it can be
//! done now is asked of `decide`, so that nothing is offered that would be refused. Signing, choosing
//! and noting down have more to show, and dialogs of their own.

use super::decide::decide;
use super::event::{Deferral, Stamp};
use super::intent::{Act, Correction, Intent, Ruling, Wheel};
use super::proof::Proved;
use super::refusal::Refusal;
use super::state::Run;
use crate::runbook::plan::Item;

/// Is something that a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Start what a step does.
    Start,
    /// Try it once more.
    Retry,
    /// End it before its time.
    Cancel,
    /// Say that a person did it.
    ByHand,
    /// Go on against the evidence.
    Override,
    /// Say that it failed.
    Fail,
    /// Pass it over.
    Skip,
    /// Say that it does not apply.
    RuleOut,
    /// Move it out of the way.
    Defer,
    /// Hand what was moved out of the way over for good.
    HandOver,
    /// Refuse to sign.
    Refuse,
    /// Do it before its turn.
    Early,
    /// Begin it although it does not fit.
    Late,
    /// Go on after the last safe moment.
    GoOnLate,
    /// Let the run stand still.
    Pause,
    /// Let it go on.
    Continue,
    /// Run a command beside the runbook.
    Beside,
    /// Begin the way back.
    BackOut,
    /// Write a remark.
    Note,
    /// Say that a record is wrong.
    Amend,
    /// Wish for another wording.
    Redline,
    /// Ask for the wheel.
    AskWheel,
    /// Take it, as the one who has it is gone.
    TakeWheel,
    /// Give it to somebody.
    GiveWheel,
    /// Keep it.
    KeepWheel,
    /// Say that the run is over.
    Close,
}

/// Is something that a person has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The question.
    pub ask: &'static str,
}

const fn field(name: &'static str, ask: &'static str) -> Field {
    Field { name, ask }
}

const WHY: &[Field] = &[field("why", "Why?")];
const DEFER: &[Field] = &[field("to", "To whom?"), field("until", "Until when?"), field("why", "Why?")];
const HAND_OVER: &[Field] = &[field("to", "To whom?"), field("why", "On what terms?")];
const COMMAND: &[Field] = &[field("command", "Which command?")];
const TEXT: &[Field] = &[field("text", "Remark")];
const REDLINE: &[Field] =
    &[field("was", "What does it say?"), field("now", "What should it say?"), field("why", "Why?")];
const TO: &[Field] = &[field("to", "To whom, by id?")];
const RESULT: &[Field] = &[field("result", "How did it end?")];
const AMEND: &[Field] = &[
    field("record", "Which record, by number?"),
    field("wrong", "What is wrong in it?"),
    field("right", "What is right?"),
    field("why", "Why was it wrong?"),
];
const MENDED: &[Field] = &[field("mended", "What was mended by hand? (empty: nothing)")];

impl Verb {
    /// Lists them: first what is about a step, in the order in which it is usually wanted.
    pub const ALL: [Self; 26] = [
        Self::Start,
        Self::Retry,
        Self::Cancel,
        Self::ByHand,
        Self::Fail,
        Self::Override,
        Self::Skip,
        Self::Defer,
        Self::HandOver,
        Self::RuleOut,
        Self::Refuse,
        Self::Early,
        Self::Late,
        Self::Note,
        Self::Redline,
        Self::Amend,
        Self::Pause,
        Self::Continue,
        Self::Beside,
        Self::GoOnLate,
        Self::BackOut,
        Self::AskWheel,
        Self::TakeWheel,
        Self::GiveWheel,
        Self::KeepWheel,
        Self::Close,
    ];

    /// Gives its word, by which it is typed.
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// Says what it does.
    pub fn title(self) -> &'static str {
        self.row().1
    }

    /// Gives what a person has to say with it.
    pub fn fields(self) -> &'static [Field] {
        self.row().2
    }

    /// Finds one by its word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word() == word)
    }

    /// Tells whether it is about a step.
    pub fn is_of_item(self) -> bool {
        !matches!(
            self,
            Self::Amend
                | Self::Pause
                | Self::Continue
                | Self::Beside
                | Self::GoOnLate
                | Self::BackOut
                | Self::AskWheel
                | Self::TakeWheel
                | Self::GiveWheel
                | Self::KeepWheel
                | Self::Close
        )
    }

    /// Tells whether it is signed, where the step that it is about is.
    pub fn is_signed(self) -> bool {
        matches!(self, Self::Fail | Self::Skip | Self::RuleOut | Self::Defer | Self::Amend)
    }

    /// Gives how it settles a step, with what was said in the order of its fields.
    pub fn ruling(self, said: &[String]) -> Option<Ruling> {
        let why = last(said);
        Some(match self {
            Self::Fail => Ruling::Fail { why },
            Self::Skip => Ruling::Skip { why },
            Self::RuleOut => Ruling::RuleOut { why },
            Self::Defer => {
                Ruling::Defer { deferral: Deferral { to: nth(said, 0), until: nth(said, 1) }, why: nth(said, 2) }
            }
            _ => return None,
        })
    }

    /// Gives what it says to be wrong in a record.
    pub fn correction(self, said: &[String]) -> Option<Correction> {
        let of = nth(said, 0).parse().unwrap_or(u64::MAX);
        let (wrong, right, why) = (nth(said, 1), nth(said, 2), nth(said, 3));
        (self == Self::Amend).then_some(Correction { of, wrong, right, why })
    }

    /// Makes the intent, about a step as it was seen, with what was said in the order of its fields.
    pub fn intent(self, (step, seen): (&str, u64), said: &[String], proved: Option<Box<Proved>>) -> Intent {
        let (why, step) = (last(said), step.to_owned());
        let act = |act| Intent::Act { step: step.clone(), seen, act };
        if let Some(ruling) = self.ruling(said) {
            return Intent::Settle { step, seen, ruling, proved };
        }
        if let Some(correction) = self.correction(said) {
            return Intent::Amend { correction, proved };
        }
        match self {
            Self::Start => act(Act::Start),
            Self::Retry => act(Act::Retry { mended: Some(why).filter(|why| !why.trim().is_empty()) }),
            Self::Cancel => act(Act::Cancel { why }),
            Self::ByHand => act(Act::ByHand { why }),
            Self::Override => act(Act::Override { why }),
            Self::Early => act(Act::WaiveOrder { why }),
            Self::Late => act(Act::WaiveTime { why }),
            Self::HandOver => Intent::HandOver { step, to: nth(said, 0), why: nth(said, 1) },
            Self::Refuse => Intent::RefuseToSign { step, why },
            Self::GoOnLate => Intent::WaiveTime { why },
            Self::Pause => Intent::Pause { why },
            Self::Continue => Intent::Continue,
            Self::Beside => Intent::RunAdHoc { command: why },
            Self::BackOut => Intent::BackOut { seen, why },
            Self::Note => Intent::AddNote { step: Some(step).filter(|step| !step.is_empty()), text: why },
            Self::Redline => Intent::Redline {
                step: Some(step).filter(|step| !step.is_empty()),
                was: nth(said, 0),
                now: nth(said, 1),
                why: nth(said, 2),
            },
            Self::AskWheel => Intent::Wheel(Wheel::Ask),
            Self::TakeWheel => Intent::Wheel(Wheel::Take { is_gone: true }),
            Self::GiveWheel => Intent::Wheel(Wheel::Give { to: why }),
            Self::KeepWheel => Intent::Wheel(Wheel::Keep),
            // Those above that settle a step or correct a record have returned.
            Self::Close | Self::Fail | Self::Skip | Self::RuleOut | Self::Defer | Self::Amend => {
                Intent::Close { seen, result: why }
            }
        }
    }

    fn row(self) -> (&'static str, &'static str, &'static [Field]) {
        match self {
            Self::Start => ("start", "start it", &[]),
            Self::Retry => ("retry", "do it once more", MENDED),
            Self::Cancel => ("cancel", "end it before its time", WHY),
            Self::ByHand => ("by-hand", "say that you did it yourself", WHY),
            Self::Override => ("override", "go on against the evidence", WHY),
            Self::Fail => ("fail", "say that it failed", WHY),
            Self::Skip => ("skip", "pass it over", WHY),
            Self::RuleOut => ("rule-out", "say that it does not apply", WHY),
            Self::Defer => ("defer", "leave it for later, to somebody", DEFER),
            Self::HandOver => ("hand-over", "hand it over for good", HAND_OVER),
            Self::Refuse => ("refuse", "refuse to sign it", WHY),
            Self::Early => ("early", "do it before its turn", WHY),
            Self::Late => ("late", "begin it although it no longer fits", WHY),
            Self::GoOnLate => ("go-on-late", "go on after the last safe moment", WHY),
            Self::Pause => ("pause", "pause the run", WHY),
            Self::Continue => ("continue", "let the run go on", &[]),
            Self::Beside => ("beside", "run a command beside the runbook", COMMAND),
            Self::BackOut => ("back-out", "begin the back-out", WHY),
            Self::Note => ("note", "write a remark", TEXT),
            Self::Redline => ("redline", "ask for another wording in the runbook", REDLINE),
            Self::Amend => ("amend", "say that an earlier record is wrong", AMEND),
            Self::AskWheel => ("ask-wheel", "ask for the wheel", &[]),
            Self::TakeWheel => ("take-wheel", "take the wheel, as the driver is gone", &[]),
            Self::GiveWheel => ("give-wheel", "give the wheel to somebody", TO),
            Self::KeepWheel => ("keep-wheel", "keep the wheel", &[]),
            Self::Close => ("close", "say that the run is over", RESULT),
        }
    }
}

fn nth(said: &[String], at: usize) -> String {
    said.get(at).cloned().unwrap_or_default()
}

fn last(said: &[String]) -> String {
    said.last().cloned().unwrap_or_default()
}

impl Run {
    /// Gives what a person can do now, with an item if one is meant.
    pub fn verbs(&self, item: Option<&Item>, stamp: &Stamp) -> Vec<Verb> {
        let can = |verb: &Verb| (item.is_some() || !verb.is_of_item()) && self.can(*verb, item, stamp);
        Verb::ALL.into_iter().filter(can).collect()
    }

    /// Tells whether a verb would be taken, said with something.
    fn can(&self, verb: Verb, item: Option<&Item>, stamp: &Stamp) -> bool {
        let said: Vec<_> = verb.fields().iter().map(|field| self.example(*field, stamp)).collect();
        let step = item.map(|item| &*item.id).unwrap_or_default();
        match decide(self, &verb.intent((step, self.head().n), &said, None), stamp) {
            Ok(_) | Err(Refusal::NotProved) => true,
            Err(_) => false,
        }
    }

    /// Gives something that could be said.
    fn example(&self, field: Field, stamp: &Stamp) -> String {
        match field.name {
            "record" => self.head().n.to_string(),
            "to" => {
                let other = self.people().iter().find(|person| person.id != stamp.who.id);
                other.map_or_else(|| "somebody".to_owned(), |person| person.id.clone())
            }
            _ => "x".to_owned(),
        }
    }
}
