//! Everything that can be referred to: steps, activities, probes, roles, inputs and recorded values.
//!
//! Goes through what was written once, in the order in which it is built later, and gives each step its
//! number there. Finds what is declared twice.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::gather::Written;
use crate::id::slug;
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::expression::RESERVED;
use crate::runbook::format::{self, Activity, Book, Input, Kind as InputKind, StepParts};
use crate::runbook::model::{BookId, Name, StepId};
use crate::runbook::place::Place;
use crate::runbook::shape::{Ident, Label, Literal, Spread, Table, Text};
use crate::runbook::value::Kind;

/// Ids that stand at the front of other ids.
const RESERVED_IDS: [&str; 2] = ["requirements", "back_out"];

/// Everything declared in a runbook and in those it calls.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) steps: Vec<Declaration>,
    pub(super) values: Vec<ValueDeclaration>,
    pub(super) by_name: HashMap<(BookId, String), usize>,
    pub(super) by_id: HashMap<(BookId, String), Vec<StepId>>,
    pub(super) books: Vec<BookDeclaration>,
}

/// What a runbook declares besides steps and values.
#[derive(Default)]
pub(super) struct BookDeclaration {
    pub(super) roles: Vec<Arc<str>>,
    pub(super) role_names: HashSet<Arc<str>>,
    pub(super) probes: Vec<String>,
    pub(super) probe_names: HashMap<String, u32>,
    pub(super) activities: HashMap<String, u32>,
    pub(super) after: Vec<Option<Vec<u32>>>,
    pub(super) rounds: Vec<Option<LoopName>>,
    pub(super) inputs: Vec<usize>,
    pub(super) has_back_out: bool,
    pub(super) first_step: usize,
}

/// A step, as others refer to it.
pub(super) struct Declaration {
    pub(super) id: String,
    pub(super) explicit: bool,
    pub(super) place: Place,
    pub(super) up: Option<StepId>,
    pub(super) activity: Option<u32>,
    pub(super) in_back_out: bool,
    pub(super) round: Option<LoopName>,
    pub(super) conditional: bool,
    pub(super) options: Arc<[String]>,
}

/// A value, as expressions refer to it.
pub(super) struct ValueDeclaration {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) meaning: Name,
    pub(super) kind: Kind,
    pub(super) input: Option<(BookId, u32)>,
    pub(super) recorded_by: Option<StepId>,
    pub(super) in_option: bool,
}

pub(super) fn declare(written: &[Written], problems: &mut Problems) -> Declared {
    let mut declared = Declared::default();
    for written in written {
        let first_step = declared.steps.len();
        declared.books.push(BookDeclaration { first_step, ..BookDeclaration::default() });
        let mut reader = Reader {
            declared: &mut declared,
            problems,
            book: written.id,
            activity: None,
            in_back_out: false,
            explicit: HashMap::new(),
        };
        reader.book(&written.book);
    }
    declared
}

/// A loop, as far as two of them can be told apart: its name, and its list as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoopName {
    pub(super) name: Arc<str>,
    pub(super) list: String,
}

/// Returns the loop of a thing.
fn loop_of(each: Option<&Table<Ident, Spread>>) -> Option<LoopName> {
    let (name, over) = each?.0.first()?;
    Some(LoopName { name: Arc::from(name.0.text.as_str()), list: list_text(over) })
}

/// Returns the list of a loop as it is written.
pub(super) fn list_text(over: &Spread) -> String {
    match over {
        Spread::Named(logic) => logic.0.text.trim().to_owned(),
        Spread::Written(items, _) => {
            let items: Vec<_> = items.iter().filter_map(literal_text).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// Returns the kind of the value that an input gives.
pub(super) fn input_kind(input: &Input) -> Kind {
    let one = match &input.one_of {
        Some(Literal::Many(words, _)) if input.kind.unwrap_or(InputKind::Text) == InputKind::Text => {
            Kind::Word(words.iter().filter_map(literal_text).collect())
        }
        _ => Kind::of(input.kind.unwrap_or(InputKind::Text)),
    };
    let one = if input.list.is_some_and(|list| list.value) { Kind::List(Box::new(one)) } else { one };
    if input.for_each.is_some() { Kind::Table(Box::new(one)) } else { one }
}

fn literal_text(literal: &Literal) -> Option<String> {
    match literal {
        Literal::One(text, _) => Some(text.text.clone()),
        Literal::Many(..) => None,
    }
}

struct Reader<'a> {
    declared: &'a mut Declared,
    problems: &'a mut Problems,
    book: BookId,
    activity: Option<u32>,
    in_back_out: bool,
    explicit: HashMap<String, Place>,
}

/// The ids among one list of steps.
type Siblings = HashMap<String, Place>;

impl Reader<'_> {
    fn this(&mut self) -> &mut BookDeclaration {
        &mut self.declared.books[usize::from(self.book.0)]
    }

    fn book(&mut self, book: &Book) {
        let roles: Vec<Arc<str>> = match &book.roles {
            Some(roles) => roles.0.iter().map(|(role, _)| Arc::from(role.0.text.as_str())).collect(),
            None => vec![Arc::from("operator")],
        };
        self.this().role_names = roles.iter().cloned().collect();
        self.this().roles = roles;
        let probes = book.status.iter().flat_map(|status| &status.0);
        let probes: Vec<String> = probes.map(|(name, _)| name.0.text.clone()).collect();
        self.this().probe_names = probes.iter().enumerate().map(|(at, name)| (name.clone(), at as u32)).collect();
        self.this().probes = probes;
        self.this().has_back_out = book.back_out.is_some();
        for (index, (name, input)) in book.inputs.iter().flat_map(|inputs| &inputs.0).enumerate() {
            let meaning = Name::Input { book: self.book, index: index as u32 };
            let at = self.value(&name.0, meaning, input_kind(input), None, false);
            self.this().inputs.push(at);
        }
        self.list(&book.requirements, None, &mut Siblings::new());
        self.activities(book.activities.as_deref().unwrap_or_default());
        self.in_back_out = true;
        self.list(
            &book.back_out.as_ref().and_then(|back_out| back_out.steps.as_ref()).map(|steps| steps.as_slice()),
            None,
            &mut Siblings::new(),
        );
    }

    fn activities(&mut self, activities: &[Activity]) {
        for (index, activity) in activities.iter().enumerate() {
            let (id, _, place) = self.id(activity.id.as_ref(), activity.title.as_ref(), activity.place, "activity");
            if RESERVED_IDS.contains(&id.as_str()) {
                self.problems.push(
                    Diagnostic::new(Code::ReservedName, place, format!("an activity cannot have the id `{id}`"))
                        .help("choose another id"),
                );
            }
            if activity.id.is_none() && self.this().activities.contains_key(&id) {
                let message = format!(
                    "two activities have the title `{}`",
                    activity.title.as_ref().map_or("", |title| &title.text)
                );
                self.problems.push(
                    Diagnostic::new(Code::DuplicateId, place, message).help("give each an `id`, or another title"),
                );
            }
            self.this().activities.insert(id, index as u32);
        }
        for activity in activities {
            let after = activity.after.as_ref().map(|after| self.predecessors(&after.0));
            self.this().after.push(after);
            let round = loop_of(activity.for_each.as_ref());
            self.this().rounds.push(round);
        }
        for (index, activity) in activities.iter().enumerate() {
            self.activity = Some(index as u32);
            let mut siblings = Siblings::new();
            self.list(&activity.prerequisites, None, &mut siblings);
            self.list(&activity.steps, None, &mut siblings);
        }
        self.activity = None;
    }

    fn predecessors(&mut self, after: &[Label]) -> Vec<u32> {
        after.iter().filter_map(|label| self.this().activities.get(&label.0.text).copied()).collect()
    }

    fn list(&mut self, steps: &Option<impl AsRef<[format::Step]>>, up: Option<StepId>, siblings: &mut Siblings) {
        for step in steps.iter().flat_map(|steps| steps.as_ref()) {
            self.step(&step.0, up, false, siblings);
        }
    }

    fn step(&mut self, step: &StepParts, up: Option<StepId>, optional: bool, siblings: &mut Siblings) {
        let (id, explicit, place) = self.id(step.id.as_ref(), step.title.as_ref(), step.place, "step");
        if let Some(first) = siblings.insert(id.clone(), place)
            && !explicit
        {
            let message = format!("two steps here would both be called `{id}`");
            self.problems.push(
                Diagnostic::new(Code::DuplicateId, place, message)
                    .related(first, "the first is here")
                    .help("give one of them an `id`, or another title"),
            );
        }
        let own = StepId(self.declared.steps.len() as u32);
        let options: Arc<[String]> = step.choose.iter().flatten().map(option_id).collect();
        self.declared.steps.push(Declaration {
            id: id.clone(),
            explicit,
            place,
            up,
            activity: self.activity,
            in_back_out: self.in_back_out,
            round: loop_of(step.for_each.as_ref()),
            conditional: step.when.is_some() || optional,
            options,
        });
        self.declared.by_id.entry((self.book, id)).or_default().push(own);
        self.values_of(step, own);
        self.list(&step.steps, Some(own), &mut Siblings::new());
        for option in step.choose.iter().flatten() {
            let mut siblings = Siblings::new();
            for step in option.steps.iter().flatten() {
                self.step(&step.0, Some(own), true, &mut siblings);
            }
        }
    }

    /// Declares what a step records and captures, in the order of [`crate::runbook::model::Step::values`].
    fn values_of(&mut self, step: &StepParts, own: StepId) {
        let mut index = 0;
        let mut next = || {
            index += 1;
            Name::Recorded { step: own, index: index - 1 }
        };
        for (name, input) in step.record.iter().flat_map(|record| &record.0) {
            self.value(&name.0, next(), input_kind(input), Some(own), false);
        }
        let captures = step.run.as_ref().and_then(|run| run.0.capture.as_ref());
        for (name, capture) in captures.iter().flat_map(|capture| &capture.0) {
            let kind = Kind::of(capture.0.kind.unwrap_or(InputKind::Text));
            self.value(&name.0, next(), kind, Some(own), false);
        }
        for option in step.choose.iter().flatten() {
            for (name, input) in option.record.iter().flat_map(|record| &record.0) {
                self.value(&name.0, next(), input_kind(input), Some(own), true);
            }
        }
    }

    fn value(&mut self, name: &Text, meaning: Name, kind: Kind, recorded_by: Option<StepId>, in_option: bool) -> usize {
        if RESERVED.contains(&name.text.as_str()) {
            let message = format!("`{}` means something already", name.text);
            self.problems.push(Diagnostic::new(Code::ReservedName, name.place, message).help("choose another name"));
        }
        let at = self.declared.values.len();
        let input = match meaning {
            Name::Input { book, index } => Some((book, index)),
            _ => None,
        };
        if let Some(first) = self.declared.by_name.get(&(self.book, name.text.clone())) {
            let first = self.declared.values[*first].place;
            let message = format!("`{}` is declared a second time", name.text);
            self.problems.push(
                Diagnostic::new(Code::DuplicateName, name.place, message)
                    .related(first, "the first is here")
                    .help("give one of them another name"),
            );
        } else {
            self.declared.by_name.insert((self.book, name.text.clone()), at);
        }
        self.declared.values.push(ValueDeclaration {
            name: name.text.clone(),
            place: name.place,
            meaning,
            kind,
            input,
            recorded_by,
            in_option,
        });
        at
    }

    /// Returns the id of a thing, whether it was written, and where.
    fn id(&mut self, written: Option<&Label>, title: Option<&Text>, place: Place, noun: &str) -> (String, bool, Place) {
        if let Some(Label(id)) = written {
            if let Some(first) = self.explicit.insert(id.text.clone(), id.place) {
                let message = format!("the id `{}` is given a second time", id.text);
                self.problems.push(
                    Diagnostic::new(Code::DuplicateId, id.place, message)
                        .related(first, "the first is here")
                        .help("give each its own id"),
                );
            }
            return (id.text.clone(), true, id.place);
        }
        let Some(title) = title else {
            return (String::new(), false, place);
        };
        let id = slug(&title.text);
        if id.is_empty() {
            let message = format!("no id can be made from the title of this {noun}");
            self.problems.push(Diagnostic::new(Code::MissingKey, title.place, message).help("add an `id`"));
        }
        (id, false, title.place)
    }
}

/// Returns the id of an option.
pub(super) fn option_id(option: &format::Opt) -> String {
    match (&option.id, &option.title) {
        (Some(id), _) => id.0.text.clone(),
        (None, Some(title)) => slug(&title.text),
        (None, None) => String::new(),
    }
}
