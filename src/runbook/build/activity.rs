//! A whole runbook, its activities, its back-out, and the parts they share with steps.

use std::sync::Arc;

use super::declare::LoopName;
use super::gather::Written;
use super::some;
use super::{Builder, Round, Time};
use crate::id::slug;
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::format::{self, SignLevel, SignParts};
use crate::runbook::model::{
    Activity, ActivityId, BackOut, Book, BookId, Callout, Estimate, Level, Link, Parent, Role, Sign, Template, Window,
};
use crate::runbook::place::Place;
use crate::runbook::shape::{Free, Label, OneOrMany, Placed, Table, Text};
use crate::runbook::value::Kind;

/// What the steps of an activity, or of the whole runbook, take over unless they say otherwise.
#[derive(Clone)]
pub(super) struct Habits {
    pub(super) sign: Sign,
    pub(super) role: Option<Arc<str>>,
    pub(super) on: Option<Text>,
}

impl Builder<'_> {
    /// Builds a runbook.
    pub(super) fn book(&mut self, written: Written) -> Book {
        let Written { id, file, book, .. } = written;
        self.next = self.declared.books[usize::from(id.0)].first_step;
        self.scope = super::Scope { book: id, ..super::Scope::default() };
        self.check_version(book.mop);
        let roles = self.roles(book.roles);
        let sign = book.sign.map(|sign| self.sign(sign));
        let sign =
            sign.or_else(|| roles.first().map(|role| Sign::Roles(vec![Arc::clone(&role.name)]))).unwrap_or(Sign::None);
        let habits = Habits { sign, role: None, on: None };
        let inputs = self.start_inputs(book.inputs);
        let (title, about) = self.at(Time::Start, |this| (this.title(book.title), this.maybe_text(book.about)));
        let probes = self.probes(book.status);
        let requirements = self.steps(book.requirements.unwrap_or_default(), Parent::Requirements(id), &habits);
        let activities = self.activities(id, book.activities, book.place, &habits);
        let rounds = self.declared.books[usize::from(id.0)].rounds.iter().flatten();
        let rounds: Vec<_> = rounds.map(|round| (round.clone(), kind_of_loop(round, &activities))).collect();
        let rounds = rounds.into_iter().map(|(round, kind)| Round { name: round.name, list: round.list, kind });
        let back_out = book.back_out.map(|back_out| {
            self.within(|scope| scope.rounds.extend(rounds), |this| this.back_out(id, back_out, &habits))
        });
        Book {
            id: book.id.map_or_else(|| id_of_file(&file), |id| id.0.text),
            title,
            version: book.version.map(|version| version.text),
            about,
            source: book.source.map(|source| source.0).unwrap_or_default().into_iter().map(|text| text.text).collect(),
            contacts: contacts(book.contacts),
            roles,
            window: book.window.and_then(|window| self.window_of(window)),
            inputs,
            requirements,
            probes,
            activities,
            back_out,
        }
    }

    fn check_version(&mut self, version: Option<Placed<u32>>) {
        if let Some(version) = version.filter(|version| version.value != 1) {
            let message = format!("this is a runbook of format {}, and this mop reads format 1", version.value);
            self.report(
                Diagnostic::new(Code::BadValue, version.place, message).help("write `mop: 1`, or use a newer mop"),
            );
        }
    }

    fn roles(&mut self, roles: Option<Table<Label, format::Role>>) -> Vec<Role> {
        let Some(roles) = roles else {
            return vec![Role { name: Arc::from("operator"), about: String::new(), level: SignLevel::Name }];
        };
        let role = |(name, format::Role(parts)): (Label, format::Role)| Role {
            name: Arc::from(name.0.text),
            about: parts.about.map(|about| about.text).unwrap_or_default(),
            level: parts.level.unwrap_or(SignLevel::Name),
        };
        roles.0.into_iter().map(role).collect()
    }

    fn window_of(&mut self, window: format::Window) -> Option<Window> {
        let length = window.length?;
        if let Some(warn) = window.warn.filter(|warn| warn.value >= length.value) {
            let message = format!("the warning comes {} before the end of a window of {}", warn.value, length.value);
            self.report(Diagnostic::new(Code::BadValue, warn.place, message).help("warn later than the window begins"));
        }
        Some(Window { length: length.value, warn: window.warn.map(|warn| warn.value), place: length.place })
    }

    fn activities(
        &mut self,
        book: BookId,
        activities: Option<Vec<format::Activity>>,
        place: Place,
        habits: &Habits,
    ) -> Vec<Activity> {
        if activities.is_none() {
            return Vec::new();
        }
        let Some(activities) = activities.filter(|activities| !activities.is_empty() || self.unread) else {
            self.report(
                Diagnostic::new(Code::NoActivities, place, "the runbook has no activities")
                    .help("add one: `- title: …`, and below it `steps:`"),
            );
            return Vec::new();
        };
        activities
            .into_iter()
            .enumerate()
            .map(|(index, activity)| self.activity(ActivityId { book, index: index as u32 }, activity, habits))
            .collect()
    }

    fn activity(&mut self, id: ActivityId, activity: format::Activity, habits: &Habits) -> Activity {
        let conditional = activity.when.is_some();
        let in_activity = |scope: &mut super::Scope| scope.activity = Some(id.index);
        self.within(in_activity, |this| {
            let after = this.after(id, activity.after);
            this.in_loop(activity.for_each, |this, each| {
                let when = activity.when.and_then(|when| this.condition(when));
                this.scope.conditional |= conditional;
                let habits = Habits {
                    sign: activity.sign.map_or_else(|| habits.sign.clone(), |sign| this.sign(sign)),
                    role: activity.role.and_then(|role| this.role(&role)).or_else(|| habits.role.clone()),
                    on: activity.on.or_else(|| habits.on.clone()),
                };
                if this.is_empty(&activity.steps) {
                    this.report(
                        Diagnostic::new(Code::MissingKey, activity.place, "the activity has no steps")
                            .help("add `steps`, each a sentence"),
                    );
                }
                let steps = activity.steps.unwrap_or_default();
                let title = this.title(activity.title);
                Activity {
                    id: activity.id.map_or_else(|| slug(&title.outline()), |id| id.0.text),
                    place: activity.place,
                    title,
                    text: this.maybe_text(activity.text),
                    callouts: this.callouts(activity.warning, activity.caution, activity.note),
                    links: this.links(activity.links),
                    when,
                    each,
                    not_before: activity.not_before.and_then(|moment| this.moment(moment)),
                    after,
                    estimate: activity.estimate.and_then(|estimate| this.estimate(*estimate)),
                    prerequisites: this.steps(
                        activity.prerequisites.unwrap_or_default(),
                        Parent::Prerequisites(id),
                        &habits,
                    ),
                    steps: this.steps(steps, Parent::Activity(id), &habits),
                }
            })
        })
    }

    fn after(&mut self, id: ActivityId, after: Option<OneOrMany<Label>>) -> Vec<u32> {
        let Some(OneOrMany(labels)) = after else {
            return id.index.checked_sub(1).into_iter().collect();
        };
        let declared = self.declared;
        let known = &declared.books[usize::from(id.book.0)].activities;
        let mut found = Vec::new();
        for label in labels {
            match known.get(&label.0.text) {
                Some(index) if *index < id.index => found.push(*index),
                Some(_) => self.report(
                    Diagnostic::new(
                        Code::UsedBeforeRecorded,
                        label.0.place,
                        format!("`{}` does not come before this activity", label.0.text),
                    )
                    .help("`after` names activities that are written above"),
                ),
                None => self.report_unknown_activity(&label.0, known.keys().map(String::as_str)),
            }
        }
        found
    }

    fn report_unknown_activity<'n>(&mut self, text: &Text, known: impl Iterator<Item = &'n str>) {
        let mut known: Vec<_> = known.take(self.looks).collect();
        known.sort_unstable();
        let diagnostic =
            Diagnostic::new(Code::UnknownStep, text.place, format!("there is no activity with the id `{}`", text.text));
        let meant = self.meant(&text.text, known.into_iter());
        self.report(match meant {
            Some(meant) => diagnostic.did_you_mean(Some(meant)),
            None => diagnostic.help("give the activity an `id` and write that"),
        });
    }

    fn back_out(&mut self, book: BookId, back_out: format::BackOut, habits: &Habits) -> BackOut {
        self.within(
            |scope| scope.time = Time::BackOut,
            |this| {
                let sign = back_out.sign.map_or_else(|| habits.sign.clone(), |sign| this.sign(sign));
                let habits = Habits { sign, ..habits.clone() };
                if this.is_empty(&back_out.steps) {
                    this.report(
                        Diagnostic::new(Code::MissingKey, back_out.place, "the back-out has no steps")
                            .help("add `steps`, each a sentence"),
                    );
                }
                let steps = back_out.steps.unwrap_or_default();
                BackOut {
                    place: back_out.place,
                    title: this.title(back_out.title),
                    text: this.maybe_text(back_out.text),
                    when_to: this.maybe_text(back_out.when_to),
                    callouts: this.callouts(back_out.warning, back_out.caution, back_out.note),
                    estimate: back_out.estimate.and_then(|estimate| this.estimate(*estimate)),
                    steps: this.steps(steps, Parent::BackOut(book), &habits),
                }
            },
        )
    }

    /// Builds a title, which cannot be blank.
    pub(super) fn title(&mut self, title: Option<Text>) -> Template {
        let title = title.unwrap_or_default();
        if title.text.trim().is_empty() && title.place != Place::default() {
            self.report(
                Diagnostic::new(Code::BadValue, title.place, "the title is empty")
                    .help("say in a sentence what is done"),
            );
        }
        self.text(title)
    }

    /// Builds warnings, cautions and notes, the gravest first.
    pub(super) fn callouts(
        &mut self,
        warning: Option<OneOrMany<Text>>,
        caution: Option<OneOrMany<Text>>,
        note: Option<OneOrMany<Text>>,
    ) -> Vec<Callout> {
        let levels = [(Level::Warning, warning), (Level::Caution, caution), (Level::Note, note)];
        let texts = levels.into_iter().flat_map(|(level, texts)| {
            texts.into_iter().flat_map(move |texts| texts.0.into_iter().map(move |text| (level, text)))
        });
        texts.map(|(level, text)| Callout { level, text: self.text(text) }).collect()
    }

    /// Builds links.
    pub(super) fn links(&mut self, links: Option<OneOrMany<format::Link>>) -> Vec<Link> {
        let links = links.map(|links| links.0).unwrap_or_default();
        links
            .into_iter()
            .map(|link| {
                let url = self.text(link.0.url.unwrap_or_default());
                Link { title: link.0.title.map(|title| title.text), url }
            })
            .collect()
    }

    /// Builds an estimate from its parts, which must fit each other.
    pub(super) fn estimate(&mut self, estimate: format::Estimate) -> Option<Estimate> {
        let format::Estimate { place, parts } = estimate;
        let because: Vec<_> =
            parts.because.map(|because| because.0).unwrap_or_default().into_iter().map(|text| text.text).collect();
        let wrong = |message: &str, help: &str| Some(Diagnostic::new(Code::BadEstimate, place, message).help(help));
        let problem = match (&parts.varies, parts.from, parts.to, parts.allow) {
            (Some(_), None, None, _) => None,
            (Some(_), ..) => {
                wrong("an estimate that varies has no `from` and `to`", "write `allow` for what the forecast counts")
            }
            (None, Some(from), Some(to), None) if from.value > to.value => {
                wrong(&format!("it takes at least {} and at most {}", from.value, to.value), "exchange `from` and `to`")
            }
            (None, Some(_), Some(_), None) => None,
            (None, _, _, Some(_)) => wrong(
                "`allow` is for an estimate that varies",
                "write { varies: WHY, allow: 1h }, or { from: 30m, to: 2h }",
            ),
            (None, ..) => wrong("an estimate needs both `from` and `to`", "write { from: 30m, to: 2h }, or only 30m"),
        };
        if let Some(problem) = problem {
            self.report(problem);
            return None;
        }
        let varies = parts.varies.is_some();
        let because = because.into_iter().chain(parts.varies.map(|why| why.text)).collect();
        let most = parts.to.or(parts.allow);
        let least = parts.from.or(most.filter(|_| varies));
        let (low, high) = (least.map(|least| least.value), most.map(|most| most.value));
        let figures = least.zip(most).map(|(least, most)| (least.place, most.place));
        Some(Estimate { low, high, because, varies, place, figures })
    }

    /// Builds a sign-off, which somebody must be able to give.
    pub(super) fn sign(&mut self, sign: format::Sign) -> Sign {
        let place = sign.place;
        let known = self.declared.books[usize::from(self.scope.book.0)].roles.len();
        match sign.who {
            SignParts::None => Sign::None,
            SignParts::People(count) if count == 0 || count as usize > known => {
                let (message, help) = match count {
                    0 => ("nobody is to sign".to_owned(), "write `sign: none`".to_owned()),
                    count => (
                        format!(
                            "{count} people are to sign, and there {}",
                            if known == 1 { "is 1 role".to_owned() } else { format!("are {known} roles") }
                        ),
                        "declare a role for each person under `roles`".to_owned(),
                    ),
                };
                self.report(Diagnostic::new(Code::ImpossibleSignOff, place, message).help(help));
                Sign::None
            }
            SignParts::People(count) => Sign::People(count),
            SignParts::Roles(labels) => self.sign_roles(&labels, place),
        }
    }

    fn sign_roles(&mut self, labels: &[Label], place: Place) -> Sign {
        if labels.is_empty() {
            self.report(
                Diagnostic::new(Code::ImpossibleSignOff, place, "nobody is to sign").help("write `sign: none`"),
            );
        }
        let mut roles: Vec<Arc<str>> = Vec::new();
        for label in labels {
            let Some(role) = self.role(label) else {
                continue;
            };
            if roles.contains(&role) {
                let message = format!("`{role}` is to sign twice, and the people who sign a step are different");
                self.report(
                    Diagnostic::new(Code::ImpossibleSignOff, label.0.place, message)
                        .help("declare a second role, or write a number of people: `sign: 2`"),
                );
            } else {
                roles.push(role);
            }
        }
        Sign::Roles(roles)
    }

    /// Finds a role by its name.
    pub(super) fn role(&mut self, label: &Label) -> Option<Arc<str>> {
        let declared = self.declared;
        let here = &declared.books[usize::from(self.scope.book.0)];
        if let Some(role) = here.role_names.get(&*label.0.text) {
            return Some(Arc::clone(role));
        }
        let roles = &here.roles;
        if self.problems.is_lost(&label.0.text) {
            return None;
        }
        let diagnostic =
            Diagnostic::new(Code::UnknownRole, label.0.place, format!("there is no role called `{}`", label.0.text));
        let meant = self.meant(&label.0.text, roles.iter().map(|role| &**role));
        self.report(match meant {
            Some(meant) => diagnostic.did_you_mean(Some(meant)),
            None => diagnostic
                .help(format!("add it under `roles`, or use one of: {}", some(roles.iter().map(|role| &**role)))),
        });
        None
    }
}

/// Returns the kind of the values of an activity's loop.
fn kind_of_loop(round: &LoopName, activities: &[Activity]) -> Kind {
    let each = activities.iter().filter_map(|activity| activity.each.as_ref()).find(|each| each.name == round.name);
    each.map_or(Kind::Unknown, |each| each.kind.clone())
}

fn contacts(table: Option<Table<Free, Text>>) -> Vec<(String, String)> {
    table.unwrap_or_default().0.into_iter().map(|(name, text)| (name.0.text, text.text)).collect()
}

/// Makes an id of the name of a file.
fn id_of_file(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml")).unwrap_or(file);
    let id = slug(stem);
    if id.is_empty() { "runbook".to_owned() } else { id }
}
