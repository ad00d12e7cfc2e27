//! A form: questions that are answered one after the other, each read as soon as it was left.
//!
//! What was typed is kept as it is until all of it is good. What becomes of the answers stands in
//! `steer`, how a form looks in `dialog/form`.

use std::sync::Arc;

use super::field::Field;
use super::model::Sight;
use crate::run::briefing::window_words;
use crate::run::forecast::Teller;
use crate::run::roster::{NotFound, Roster};
use crate::run::{Answer, Asked, Intent, Question, Until, Verb};
use crate::runbook::format::Kind;
use crate::runbook::value::Value;
use crate::time::Length;

/// How many people are named in a hint.
const MOST_NAMED: usize = 6;

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
    /// The furthest that was come to.
    reached: usize,
    pub(super) problem: Option<String>,
    /// Who may be meant by a name.
    roster: Arc<Roster>,
}

impl Form {
    /// Makes a form with what is proposed in its fields; it begins where something must be typed.
    pub fn new(origin: Origin, title: String, questions: Vec<Question>) -> Self {
        let begin = |question: Question| (Field::with(question.proposed.as_deref().unwrap_or_default()), question);
        let questions: Vec<_> = questions.into_iter().map(begin).map(|(field, question)| (question, field)).collect();
        let (remark, problem, roster) = (String::new(), None, Arc::default());
        let form = Self { origin, title, remark, questions, at: 0, reached: 0, problem, roster };
        form.at_first()
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
        self.at_first()
    }

    fn at_first(mut self) -> Self {
        self.at = self.questions.iter().position(|(question, _)| question.proposed.is_none()).unwrap_or(0);
        self.reached = self.at;
        self
    }

    /// Adds what to know before answering.
    #[must_use]
    pub fn remark(mut self, remark: String) -> Self {
        self.remark = remark;
        self
    }

    /// Says that what begins is practice.
    #[must_use]
    pub fn rehearsed(self) -> Self {
        let title = format!("Rehearse: {}", self.title);
        Self { title, ..self }
    }

    /// Says who may be meant by a name; of one alone the name is proposed, of several the names are told.
    #[must_use]
    pub fn among(mut self, roster: Arc<Roster>) -> Self {
        let names: Vec<_> = roster.people().iter().map(|member| member.person.name.clone()).collect();
        let asks_name = |(question, _): &&mut (Question, Field)| question.asked == Asked::Operator;
        if let Some((question, field)) = self.questions.iter_mut().find(asks_name) {
            if let ([name], None) = (names.as_slice(), &question.proposed) {
                question.proposed = Some(name.clone());
                *field = Field::with(name);
            }
            let more = if names.len() > MOST_NAMED { ", …" } else { "" };
            if !names.is_empty() {
                question.hint = format!("{}{more}", names[..names.len().min(MOST_NAMED)].join(", "));
            }
        }
        self.roster = roster;
        self.at_first()
    }

    /// Goes to a field.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
        self.reached = self.reached.max(at);
    }

    /// Reads what was typed in a field, or says what is wrong with it.
    pub(super) fn read(&self, at: usize, sight: &Sight<'_>) -> Result<Answer, String> {
        let (question, field) = self.questions.get(at).ok_or("there is no such question")?;
        let answer = question.read(sight.runbook, &field.text(), sight.now.offset)?;
        if question.asked == Asked::Operator {
            self.roster.person(&answer.to_string()).map_err(|several| several.to_string())?;
        }
        if question.asked == Asked::Until {
            self.window_length(&answer.to_string(), sight)?;
        }
        Ok(answer)
    }

    /// Says how long the window is that ends as it is answered; as long as its beginning cannot be read, every end may do.
    fn window_length(&self, until: &str, sight: &Sight<'_>) -> Result<Option<Length>, String> {
        let window = self.place(Asked::Window).and_then(|at| moment_ms(&self.read(at, sight).ok()?));
        match Until::kept(until).zip(window) {
            Some((until, start_ms)) => until.length_from(start_ms).map(Some),
            None => Ok(None),
        }
    }

    /// Finds the field in which something is asked.
    fn place(&self, asked: Asked) -> Option<usize> {
        self.questions.iter().position(|(question, _)| question.asked == asked)
    }

    /// Says what is wrong with a field that somebody left, and with the one in which he is held up.
    pub(super) fn problem_of(&self, at: usize, sight: &Sight<'_>) -> Option<String> {
        if at == self.at {
            return self.problem.clone();
        }
        if at > self.reached { None } else { self.read(at, sight).err() }
    }

    /// Says how an answer is understood, where it can be understood in more than one way.
    pub(super) fn meaning(&self, at: usize, sight: &Sight<'_>) -> Option<String> {
        let (question, field) = self.questions.get(at)?;
        match question.asked {
            Asked::Window => {
                let start_ms = moment_ms(&self.read(at, sight).ok()?)?;
                let until = self.read(self.place(Asked::Until)?, sight).ok()?.to_string();
                let length_ms = i64::try_from(self.window_length(&until, sight).ok()??.as_millis()).ok()?;
                let teller = Teller { now_ms: sight.now.at_ms, offset: sight.now.offset };
                Some(window_words(&teller, (start_ms, start_ms.checked_add(length_ms)?)))
            }
            Asked::Operator if !self.roster.people().is_empty() && !field.text().trim().is_empty() => {
                Some(match self.roster.find(field.text().trim()) {
                    Ok(member) => format!("{}, {}", member.person.name, member.person.id),
                    Err(NotFound::Nobody { .. }) => "is not in the roster: can sign by name only".to_owned(),
                    Err(several) => several.to_string(),
                })
            }
            _ => None,
        }
    }
}

/// Gives the moment that an answer names.
fn moment_ms(answer: &Answer) -> Option<i64> {
    match Value::parse(Kind::Time, &answer.to_string(), chrono::Offset::fix(&chrono::Utc)) {
        Ok(Value::Moment(moment)) => Some(moment.timestamp_millis()),
        _ => None,
    }
}
