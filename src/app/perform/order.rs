//! What a step does, made ready with the values of the run.

use std::collections::BTreeSet;

use crate::exec::command::{Expected, Filling, Line, Order, Secret, Unready};
use crate::run::{Run, Standing};
use crate::runbook::model::{Action, Capture, Run as Command, Template, Until};
use crate::runbook::plan::{Item, ItemKind};
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

/// Makes ready what a step does, or says why it cannot be done.
pub(super) fn prepare(run: &Run, item: &Item, secrets: &dyn Fn(&str) -> Option<Secret>) -> Result<Prepared, String> {
    if let Some(command) = run.plan().run_of(run.runbook(), item) {
        return prepare_command(run, (item, command), secrets);
    }
    let Some(step) = item.kind.step().map(|id| run.runbook().step(id)) else {
        return Err("there is nothing to start".to_owned());
    };
    let look = |what: &str| Ok(Prepared::ForPerson(format!("mop does not {what} by itself yet: do it, then sign")));
    match &step.action {
        Action::Wait(wait) => match &wait.until {
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
            Until::Good(_) => look("look at probes"),
        },
        Action::Check(_) => look("look at probes"),
        Action::Fetch(_) => look("download"),
        Action::Package(_) => look("look into archives"),
        Action::Run(_) | Action::Manual | Action::Heading(_) | Action::Choose(_) | Action::Call(_) => {
            Err("there is nothing to start".to_owned())
        }
    }
}

fn prepare_command(
    run: &Run,
    (item, command): (&Item, &Command),
    secrets: &dyn Fn(&str) -> Option<Secret>,
) -> Result<Prepared, String> {
    if run.start().rehearsal && !command.safe {
        return Ok(Prepared::ForPerson(REHEARSED.to_owned()));
    }
    if command.interactive {
        return Ok(Prepared::ForPerson("it needs a terminal of its own: run it, then sign".to_owned()));
    }
    let order = filling(run, item, secrets).order(command, host(run, item)).map_err(|why| why.to_string())?;
    let judging = Box::new(judging(run, item, secrets));
    Ok(Prepared::Command { order: Box::new(order), judging })
}

/// Says how the end of an item's command is judged.
pub(super) fn judging(run: &Run, item: &Item, secrets: &dyn Fn(&str) -> Option<Secret>) -> Judging {
    let Some(command) = run.plan().run_of(run.runbook(), item) else { return Judging::default() };
    let expected = command.expect.as_ref().map(|expect| filling(run, item, secrets).expected(expect));
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

fn filling<'a>(run: &'a Run, item: &'a Item, secrets: &'a dyn Fn(&str) -> Option<Secret>) -> Filling<'a> {
    Filling { plan: run.plan(), runbook: run.runbook(), values: run.values(), item, secrets }
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
pub(super) fn ad_hoc(command: &str) -> Order {
    Order::new(Line::Shell(command.to_owned()))
}

/// Gives the end of a wait that was begun before.
pub(super) fn resumed(run: &Run, step: &str, until: Deadline) -> Deadline {
    match (until, run.standing(step)) {
        (Deadline::After(length), Standing::Running(since_ms)) => {
            Deadline::At(since_ms.saturating_add(i64::try_from(length.as_millis()).unwrap_or(i64::MAX)))
        }
        (until, _) => until,
    }
}

/// Gives the names of the secrets that an item's command is given.
pub(super) fn secrets_of(run: &Run, item: &Item) -> BTreeSet<String> {
    let Some(command) = run.plan().run_of(run.runbook(), item) else { return BTreeSet::new() };
    let line = match &command.command {
        crate::runbook::model::CommandLine::Shell(line, _) => vec![line],
        crate::runbook::model::CommandLine::Words(words) => words.iter().collect(),
    };
    let texts = line.into_iter().chain(command.env.iter().map(|(_, text)| text));
    let logic = texts.flat_map(Template::values).filter(|(_, kind)| *kind == Kind::Secret);
    let names = logic.filter_map(|(logic, _)| match run.plan().value(run.runbook(), run.values(), item, logic) {
        Ok(Value::Secret(name)) => Some(name),
        _ => None,
    });
    names.collect()
}
