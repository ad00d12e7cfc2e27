//! What a step does, made ready with the values of the run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::exec::command::{Expected, Filling, Line, Order, Secret, Unready};
use crate::exec::probe::{Sight, Watched};
use crate::exec::{fetch, package};
use crate::run::{Run, Standing};
use crate::runbook::model::{
    Action, Capture, CommandLine, Found, ProbeRef, Run as Command, Template, Until, each_text_of, each_text_of_probe,
};
use crate::runbook::plan::{Item, ItemKind, ProbeItem, Scope};
use crate::runbook::value::{Kind, Value};
use crate::time::Length;

/// What to say of a command that a rehearsal does not run.
pub(super) const REHEARSED: &str = "shown and not run: this is a rehearsal";

/// Is what is done for a step.
#[derive(Debug)]
pub(super) enum Prepared {
    /// A command is run.
    Command {
        /// What is run.
        order: Box<Order>,
        /// How its end is judged.
        judging: Box<Judging>,
    },
    /// Time passes.
    Wait {
        /// Until when.
        until: Deadline,
        /// The same in words.
        words: String,
    },
    /// Probes are looked at until they are good.
    Check {
        /// The probes.
        probes: Vec<Watched>,
        /// How long that may take, and how long they must stay so.
        limits: (Option<Length>, Option<Length>),
    },
    /// A file is downloaded.
    Fetch(Box<fetch::Order>),
    /// An archive is verified.
    Package(Box<package::Order>),
    /// A person has to look, as this says.
    ForPerson(String),
}

/// Says when a wait is over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deadline {
    /// After so long.
    After(Length),
    /// At this moment of the wall clock, in milliseconds since 1970 in UTC.
    At(i64),
}

/// Says how the end of a command is judged.
#[derive(Debug, Default)]
pub(super) struct Judging {
    /// What is expected; nothing when a person judges.
    pub expected: Option<Expected>,
    /// Why what is expected cannot be told.
    pub unready: Option<Unready>,
    /// What is taken from the output.
    pub captures: Vec<Capture>,
}

/// Is what is known of secrets: those that were typed, by the names of their inputs.
pub(super) type Secrets = BTreeMap<String, Secret>;

/// Makes ready what a step does, or says why it cannot be done.
pub(super) fn prepare(run: &Run, item: &Item, secrets: &Secrets) -> Result<Prepared, String> {
    if let Some(command) = run.plan().run_of(run.runbook(), item) {
        return prepare_command(run, (item, command), secrets);
    }
    let action = item.kind.step().map(|id| &run.runbook().step(id).action);
    match action {
        Some(Action::Wait(wait)) => match &wait.until {
            Until::Passed(length) => {
                Ok(Prepared::Wait { until: Deadline::After(*length), words: format!("waited {length}") })
            }
            Until::Moment(moment) => match run.plan().value(run.runbook(), run.values(), item, moment) {
                Ok(Value::Moment(moment)) => Ok(Prepared::Wait {
                    until: Deadline::At(moment.timestamp_millis()),
                    words: format!("waited until {}", moment.format("%Y-%m-%d %H:%M:%S %:z")),
                }),
                _ => Err("the moment to wait for cannot be told".to_owned()),
            },
            Until::Good(probes) => prepare_check(run, (item, probes), (wait.at_most, wait.steady), secrets),
        },
        Some(Action::Check(check)) => prepare_check(run, (item, &check.probes), (check.at_most, check.steady), secrets),
        Some(Action::Fetch(_) | Action::Package(_)) if run.start().rehearsal => {
            Ok(Prepared::ForPerson(REHEARSED.to_owned()))
        }
        Some(Action::Fetch(fetch)) => with_filling(run, (item, secrets), |filling| {
            let order = fetch::Order::fill(fetch, filling).map_err(|why| why.to_string())?;
            Ok(Prepared::Fetch(Box::new(order)))
        }),
        Some(Action::Package(package)) => with_filling(run, (item, secrets), |filling| {
            let order = package::Order::fill(package, filling).map_err(|why| why.to_string())?;
            Ok(Prepared::Package(Box::new(order)))
        }),
        Some(Action::Run(_) | Action::Manual | Action::Heading(_) | Action::Choose(_) | Action::Call(_)) | None => {
            Err("there is nothing to start".to_owned())
        }
    }
}

fn prepare_check(
    run: &Run,
    (item, probes): (&Item, &[ProbeRef]),
    limits: (Option<Length>, Option<Length>),
    secrets: &Secrets,
) -> Result<Prepared, String> {
    if run.start().rehearsal {
        return Ok(Prepared::ForPerson(REHEARSED.to_owned()));
    }
    let sight = Sight { plan: run.plan(), runbook: run.runbook(), values: run.values(), secrets };
    Ok(Prepared::Check { probes: sight.probes_of(item, probes), limits })
}

fn prepare_command(run: &Run, (item, command): (&Item, &Command), secrets: &Secrets) -> Result<Prepared, String> {
    if run.start().rehearsal && !command.safe {
        return Ok(Prepared::ForPerson(REHEARSED.to_owned()));
    }
    let mut order = with_filling(run, (item, secrets), |filling| {
        filling.order(command, host(run, item)).map_err(|why| why.to_string())
    })?;
    order.masked.extend(secrets.values().cloned());
    let judging = Box::new(judging(run, item, secrets));
    Ok(Prepared::Command { order: Box::new(order), judging })
}

/// Says how the end of an item's command is judged.
pub(super) fn judging(run: &Run, item: &Item, secrets: &Secrets) -> Judging {
    let Some(command) = run.plan().run_of(run.runbook(), item) else { return Judging::default() };
    let expected = command.expect.as_ref();
    let expected = expected.map(|expect| with_filling(run, (item, secrets), |filling| filling.expected(expect)));
    // An undo that says nothing of its end is good when it ends well.
    let expected = match item.kind {
        ItemKind::Undo(_) => expected.or_else(|| Some(Ok(Expected::default()))),
        _ => expected,
    };
    let captures = command.capture.iter().map(copy).collect();
    match expected.transpose() {
        Ok(expected) => Judging { expected, unready: None, captures },
        Err(why) => Judging { expected: None, unready: Some(why), captures },
    }
}

fn copy(Capture { name, from, kind }: &Capture) -> Capture {
    Capture { name: name.clone(), from: from.clone(), kind: *kind }
}

fn with_filling<T>(run: &Run, (item, secrets): (&Item, &Secrets), fill: impl FnOnce(&Filling<'_>) -> T) -> T {
    let secrets = |name: &str| secrets.get(name).cloned();
    fill(&Filling { plan: run.plan(), runbook: run.runbook(), values: run.values(), item, secrets: &secrets })
}

fn host<'a>(run: &'a Run, item: &Item) -> Option<&'a Template> {
    let (ItemKind::Undo(step) | ItemKind::Step(step) | ItemKind::Requirement(step) | ItemKind::Prerequisite(step)) =
        item.kind
    else {
        return None;
    };
    run.runbook().step(step).on.as_deref()
}

/// Makes ready a command that a person typed.
pub(super) fn ad_hoc(command: &str, secrets: &Secrets) -> Order {
    let mut order = Order::new(Line::Shell(command.to_owned()));
    order.masked.extend(secrets.values().cloned());
    order
}

/// Gives the end of a wait that was begun before, and how long it has lasted now.
pub(super) fn resumed(run: &Run, step: &str, (until, now_ms): (Deadline, i64)) -> (Deadline, Duration) {
    let Standing::Running(since_ms) = run.standing(step) else { return (until, Duration::ZERO) };
    let lasted = Duration::from_millis(now_ms.saturating_sub(since_ms).max(0).unsigned_abs());
    match until {
        Deadline::After(length) => {
            let at_ms = since_ms.saturating_add(i64::try_from(length.as_millis()).unwrap_or(i64::MAX));
            (Deadline::At(at_ms), lasted)
        }
        until @ Deadline::At(_) => (until, lasted),
    }
}

/// Gives the names of the secrets that an item needs to be done.
pub(super) fn secrets_of(run: &Run, item: &Item) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    match (item.kind, item.kind.step()) {
        (ItemKind::Undo(_), _) | (_, None) => {
            let command = run.plan().run_of(run.runbook(), item);
            command.into_iter().flat_map(texts).for_each(|text| note_secrets(run, (item, text), &mut names));
        }
        (_, Some(step)) => each_text_of(run.runbook().step(step), &mut |found: Found<'_>| {
            note_secrets(run, (item, found.template), &mut names);
        }),
    }
    let looked_at = run.looks_at(item).iter();
    let probes = looked_at.flat_map(|probe| run.plan().probes_of(run.runbook(), run.values(), (item, probe)));
    names.extend(secrets_of_probes(run, probes));
    names
}

/// Gives the names of the secrets that probes need.
pub(super) fn secrets_of_probes<'a>(run: &Run, probes: impl IntoIterator<Item = ProbeItem<'a>>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for probe in probes {
        each_text_of_probe(probe.probe, &mut |found: Found<'_>| {
            note_secrets(run, (&probe, found.template), &mut names);
        });
    }
    names
}

fn note_secrets(run: &Run, (scope, template): (&dyn AsRef<Scope>, &Template), names: &mut BTreeSet<String>) {
    for (logic, _) in template.values().filter(|(_, kind)| *kind == Kind::Secret) {
        if let Ok(Value::Secret(name)) = run.plan().value(run.runbook(), run.values(), scope, logic) {
            names.insert(name);
        }
    }
}

/// Gives the texts of a command that may hold secrets.
fn texts(command: &Command) -> impl Iterator<Item = &Template> {
    let line = match &command.command {
        CommandLine::Shell(line, _) => vec![line],
        CommandLine::Words(words) => words.iter().collect(),
    };
    line.into_iter().chain(command.env.iter().map(|(_, text)| text))
}
