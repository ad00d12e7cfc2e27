//! `mop probe`: looks at what a runbook watches, once or again and again, and says how it stands.
//!
//! For authors, before a run: nothing is recorded. What is seen is judged as in a run.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, Local};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use super::args::ProbeArgs;
use super::output::Output;
use super::{Exit, check, plan};
use crate::exec::command::Secret;
use crate::exec::probe::{News, Seen, Sight, Watched, Watcher};
use crate::id::nearest;
use crate::journal::MachineClock;
use crate::run::ProbeState;
use crate::runbook::format::Kind;
use crate::runbook::model::Runbook;
use crate::runbook::plan::secret_variable;
use crate::text::{Shown, width};

/// How often it is looked whether a signal came.
const TICK: Duration = Duration::from_millis(100);
/// How wide the column of ids is at most.
const MOST_ID: usize = 32;

pub(super) fn run(args: &ProbeArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let runbook = match check::readable(&args.file, output) {
        Ok((_, runbook)) => runbook,
        Err(exit) => return exit,
    };
    let probes = match probes(&runbook, args) {
        Ok(probes) => probes,
        Err(why) => {
            output.complain(&why);
            return Exit::Usage;
        }
    };
    if probes.is_empty() {
        output.complain("the runbook watches nothing: it has no `status`");
        return Exit::Usage;
    }
    watch(&probes, args.follow, output)
}

/// Makes the wanted probes ready.
fn probes(runbook: &Runbook, args: &ProbeArgs) -> Result<Vec<Watched>, String> {
    let mut values = plan::values(runbook, &args.set)?;
    let secrets = secrets(runbook);
    values.run_id.get_or_insert_with(|| "PROBE".to_owned());
    let plan = crate::runbook::plan::plan(runbook, &values).map_err(|error| error.to_string())?;
    let all = Sight { plan: &plan, runbook, values: &values, secrets: &secrets }.probes();
    let Some(name) = &args.name else { return Ok(all) };
    let ids: Vec<_> = all.iter().map(|probe| Arc::clone(&probe.id)).collect();
    let wanted: Vec<_> = all.into_iter().filter(|probe| is_called(&probe.id, name)).collect();
    if wanted.is_empty() && !ids.is_empty() {
        let plain = ids.iter().map(|id| id.split('[').next().unwrap_or_default());
        let meant = nearest(name, plain.chain(ids.iter().map(|id| &**id)));
        let meant = meant.map(|meant| format!("; did you mean `{}`?", Shown::line(meant))).unwrap_or_default();
        return Err(format!("there is no probe called `{}`{meant}", Shown::line_limited(name, 60)));
    }
    Ok(wanted)
}

/// Tells whether a probe has this id, or this name before the round of its loop.
fn is_called(id: &str, name: &str) -> bool {
    id == name || id.strip_prefix(name).is_some_and(|rest| rest.starts_with('['))
}

/// Takes the secrets from the variables that commands find them in.
fn secrets(runbook: &Runbook) -> BTreeMap<String, Secret> {
    let inputs = runbook.main().inputs.iter().filter(|input| input.kind == Kind::Secret);
    let given = inputs.filter_map(|input| {
        let value = std::env::var(secret_variable(&input.name)).ok()?;
        Some((input.name.to_string(), Secret::new(value)))
    });
    given.collect()
}

fn watch(probes: &[Watched], follow: bool, output: &mut Output<impl Write, impl Write>) -> Exit {
    let signal = listen();
    let watcher = match Watcher::start(Arc::new(MachineClock), Box::new(|| {})) {
        Ok(watcher) => watcher,
        Err(error) => {
            output.complain(&format!("nothing can be watched: {error}"));
            return Exit::Usage;
        }
    };
    let mut page = Page::new(probes, follow);
    page.waiting(probes, output);
    watcher.watch(probes.to_vec());
    while !page.is_done() && output.flush() && !watcher.has_ended() {
        if let Some(News::Seen(seen)) = watcher.wait(TICK) {
            page.take(*seen, output);
        }
        if let Some(number) = heard(&signal) {
            return Exit::Signal(number);
        }
    }
    watcher.stop();
    if page.is_done() && page.is_good { Exit::Good } else { Exit::Problems }
}

/// Notes the signals that end it, so that it ends what it began first.
fn listen() -> Arc<AtomicUsize> {
    let heard = Arc::new(AtomicUsize::new(0));
    for (number, signal) in [(1, SIGHUP), (2, SIGINT), (3, SIGQUIT), (15, SIGTERM)] {
        // Where that cannot be set up, the signal ends it as it ends any program.
        let _ = signal_hook::flag::register_usize(signal, Arc::clone(&heard), number);
    }
    heard
}

fn heard(signal: &AtomicUsize) -> Option<u8> {
    u8::try_from(signal.load(Ordering::Relaxed)).ok().filter(|number| *number > 0)
}

/// Is what is printed: in the order of the runbook when each is looked at once, and else as it comes.
struct Page {
    follow: bool,
    width: usize,
    /// The probes that are not printed yet, in order, with what is known of them.
    left: Vec<(Arc<str>, Option<String>)>,
    is_good: bool,
}

impl Page {
    fn new(probes: &[Watched], follow: bool) -> Self {
        let width = probes.iter().map(|probe| width(Shown::line(&probe.id).as_str())).max().unwrap_or_default();
        let left = probes.iter().map(|probe| (Arc::clone(&probe.id), None)).collect();
        Self { follow, width: width.min(MOST_ID), left, is_good: true }
    }

    fn is_done(&self) -> bool {
        !self.follow && self.left.is_empty()
    }

    /// Takes note of the probes that cannot look.
    fn waiting(&mut self, probes: &[Watched], output: &mut Output<impl Write, impl Write>) {
        for probe in probes {
            if let Err(why) = &probe.target {
                self.is_good = false;
                let line = self.line((ProbeState::Unknown, &probe.id), &Shown::line(&why.to_string()));
                self.put(&probe.id, line);
            }
        }
        self.print(output);
    }

    fn take(&mut self, seen: Seen, output: &mut Output<impl Write, impl Write>) {
        let words = seen.reading.words();
        let mut text = self.line((seen.state, &seen.id), &words);
        if seen.sentence != words {
            text.push_str(&format!("  {:1$}  {2}\n", "", self.width, seen.sentence));
        }
        if self.follow {
            output.print(&format!("{} {text}", clock(seen.reading.at.wall_ms)));
            return;
        }
        self.is_good &= seen.state <= ProbeState::Warn;
        self.put(&seen.id, text);
        self.print(output);
    }

    fn put(&mut self, id: &str, text: String) {
        if let Some((_, place)) = self.left.iter_mut().find(|(known, place)| **known == *id && place.is_none()) {
            *place = Some(text);
        }
    }

    /// Prints what is known before the first that is not.
    fn print(&mut self, output: &mut Output<impl Write, impl Write>) {
        let known = self.left.iter().take_while(|(_, text)| text.is_some()).count();
        for (_, text) in self.left.drain(..known) {
            output.print(&text.unwrap_or_default());
        }
    }

    fn line(&self, (state, id): (ProbeState, &str), words: &Shown) -> String {
        let id = Shown::line(id);
        let blanks = self.width.saturating_sub(width(id.as_str()));
        format!("{} {id}{:blanks$}  {words}\n", state.signs().0, "")
    }
}

fn clock(wall_ms: i64) -> String {
    let time = DateTime::from_timestamp_millis(wall_ms).unwrap_or_default().with_timezone(&Local);
    time.format("%H:%M:%S").to_string()
}
