//! Looks at probes for a run: watches them while it goes on, and holds checks until they end.
//!
//! Joins the watching thread with the run: what is watched follows from the values, a check that ends
//! becomes a report, and so does what is seen otherwise than it was recorded. What a state means is
//! decided in `run`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::News;
use super::task::{end, end_of, failed, millis};
use crate::app::recorder::Wakeup;
use crate::exec::command::Secret;
use crate::exec::probe::{CheckEnd, CheckId, Ending, News as Told, Proof, Seen, Sight, Unwatched, Watched, Watcher};
use crate::journal::Clock;
use crate::run::{End, Found, ProbeState, Report, Run, Sighting};
use crate::text::Shown;
use crate::time::Length;

/// What to say of a probe that a rehearsal does not look at.
const REHEARSED: &str = "not looked at: this is a rehearsal";

/// Is what is looked at for one thing that is under way.
#[derive(Debug)]
enum Looking {
    /// A step does it.
    Step { step: String, attempt: u32, began: Duration },
    /// It was proved before.
    Again(String),
}

/// Is what the list of what is watched was made of.
#[derive(Debug, PartialEq, Eq)]
struct Basis {
    filled_at: u64,
    secrets: BTreeSet<String>,
    sensed: Vec<String>,
}

/// Watches the probes of a run.
#[derive(Debug)]
pub(super) struct Lookout {
    clock: Arc<dyn Clock>,
    watcher: Option<Watcher>,
    basis: Option<Basis>,
    /// The status probes of the run.
    listed: Vec<Watched>,
    /// What was seen last of each probe.
    seen: BTreeMap<Arc<str>, Sighting>,
    /// The items that were proved by looking, each with the probes that prove it.
    proved: Vec<(String, Vec<Arc<str>>)>,
    looking: HashMap<CheckId, Looking>,
}

impl Lookout {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (listed, seen, proved, looking) = (Vec::new(), BTreeMap::new(), Vec::new(), HashMap::new());
        Self { clock, watcher: None, basis: None, listed, seen, proved, looking }
    }

    /// Watches what a run wants watched now; gives its status probes when they are others than before.
    pub fn attend(
        &mut self,
        run: &Run,
        secrets: &BTreeMap<String, Secret>,
        wake: &dyn Fn() -> Wakeup,
    ) -> Option<&[Watched]> {
        if run.closed().is_some() {
            self.rest();
            return None;
        }
        let sensed = run.sensed().map(str::to_owned).collect();
        let basis = Basis { filled_at: run.filled_at(), secrets: secrets.keys().cloned().collect(), sensed };
        if self.basis.as_ref() == Some(&basis) {
            return None;
        }
        let sight = sight(run, secrets);
        self.listed = listed(run, &sight);
        let mut all = self.listed.clone();
        self.proved.clear();
        for item in basis.sensed.iter().filter_map(|id| run.plan().item(id)) {
            let probes = sight.probes_of(item, run.looks_at(item));
            self.proved.push((item.id.to_string(), probes.iter().map(|probe| Arc::clone(&probe.id)).collect()));
            all.extend(probes.into_iter().filter(|probe| self.listed.iter().all(|known| known.id != probe.id)));
        }
        self.seen.retain(|id, _| all.iter().any(|probe| probe.id == *id));
        self.basis = Some(basis);
        if self.watcher.is_some() || all.iter().any(|probe| probe.target.is_ok()) {
            self.watcher(wake).into_iter().for_each(|watcher| watcher.watch(all.clone()));
        }
        Some(&self.listed)
    }

    /// Ends all watching.
    pub fn rest(&mut self) {
        (self.watcher, self.basis) = (None, None);
        (self.listed, self.proved) = (Vec::new(), Vec::new());
        self.seen.clear();
        self.looking.clear();
    }

    fn watcher(&mut self, wake: &dyn Fn() -> Wakeup) -> Option<&Watcher> {
        if self.watcher.is_none() {
            // Without a thread nothing is seen: probes stay unknown, and a check says that it cannot look.
            self.watcher = Watcher::start(Arc::clone(&self.clock), wake()).ok();
        }
        self.watcher.as_ref()
    }

    /// Looks for a step until its probes hold for as long as is wanted.
    pub fn check(
        &mut self,
        (step, attempt): (&str, u32),
        (probes, limits): (Vec<Watched>, (Option<Length>, Option<Length>)),
        wake: &dyn Fn() -> Wakeup,
    ) -> Result<(), String> {
        let began = self.clock.since_boot();
        self.look((probes, limits), Looking::Step { step: step.to_owned(), attempt, began }, wake)
    }

    /// Looks once more at what was proved by looking.
    pub fn look_again(
        &mut self,
        run: &Run,
        (step, secrets): (&str, &BTreeMap<String, Secret>),
        wake: &dyn Fn() -> Wakeup,
    ) -> Result<(), String> {
        if self.looking.values().any(|looking| matches!(looking, Looking::Again(known) if known == step)) {
            return Ok(());
        }
        let item = run.plan().item(step).ok_or("it is not in the plan any more")?;
        let probes = sight(run, secrets).probes_of(item, run.looks_at(item));
        self.look((probes, (None, None)), Looking::Again(step.to_owned()), wake)
    }

    fn look(
        &mut self,
        (probes, (at_most, steady)): (Vec<Watched>, (Option<Length>, Option<Length>)),
        looking: Looking,
        wake: &dyn Fn() -> Wakeup,
    ) -> Result<(), String> {
        let watcher = self.watcher(wake).ok_or("this machine gives no thread to look with")?;
        let id = watcher.check(probes, at_most, steady);
        self.looking.insert(id, looking);
        Ok(())
    }

    /// Ends looking for a step before its time.
    pub fn cancel(&self, step: &str, attempt: u32) {
        let is_it = |looking: &Looking| matches!(looking, Looking::Step { step: known, attempt: of, .. } if known == step && *of == attempt);
        let found = self.looking.iter().find(|(_, looking)| is_it(looking));
        if let (Some((id, _)), Some(watcher)) = (found, &self.watcher) {
            watcher.cancel(*id);
        }
    }

    /// Takes what is new, if something is.
    pub fn news(&mut self) -> Option<News> {
        loop {
            let watcher = self.watcher.as_ref()?;
            let Some(told) = watcher.news() else {
                return if watcher.has_ended() { self.give_up() } else { None };
            };
            if let Some(news) = self.take(told) {
                return Some(news);
            }
        }
    }

    /// Says of what was looked at that the watching thread is gone: a mistake in this program.
    fn give_up(&mut self) -> Option<News> {
        let (id, looking) = self.looking.iter().next()?;
        let why = "mop itself failed while it looked; try again".to_owned();
        let report = match looking {
            Looking::Step { step, attempt, .. } => failed(step, *attempt, why),
            Looking::Again(step) => Report::Rechecked { step: step.clone(), why: Some(why) },
        };
        let id = *id;
        self.looking.remove(&id);
        if self.looking.is_empty() {
            self.rest();
        }
        Some(News::Report(report))
    }

    fn take(&mut self, told: Told) -> Option<News> {
        match told {
            Told::Seen(seen) => {
                self.seen.insert(Arc::clone(&seen.id), sighting(&seen));
                Some(News::Seen(seen))
            }
            Told::Progress(id, words) => match self.looking.get(&id)? {
                Looking::Step { step, .. } => {
                    Some(News::Progress { step: step.clone(), words: words.to_string(), share: None })
                }
                Looking::Again(_) => None,
            },
            Told::Ended(id, ending) => {
                let looking = self.looking.remove(&id)?;
                Some(News::Report(report(looking, ending, self.clock.since_boot())))
            }
        }
    }

    /// Tells what is seen otherwise than it was recorded.
    pub fn differences(&self, run: &Run) -> Vec<Report> {
        let changed = self.listed.iter().filter_map(|probe| self.seen.get(&probe.id)).filter(|seen| {
            let known = run.probes().get(&seen.probe).map(|known| known.state).unwrap_or_default();
            known != seen.state
        });
        let changed = changed.map(|seen| Report::ProbeChanged {
            probe: seen.probe.clone(),
            state: seen.state,
            words: seen.words.clone(),
            sha256: seen.digest,
        });
        changed.chain(self.proved.iter().filter_map(|proved| self.turned(run, proved))).collect()
    }

    /// Tells whether an item that was proved is bad now, or good again.
    fn turned(&self, run: &Run, (step, probes): &(String, Vec<Arc<str>>)) -> Option<Report> {
        let seen = || probes.iter().filter_map(|probe| self.seen.get(probe));
        let bad = seen().find(|seen| seen.state == ProbeState::Bad);
        let is_good = seen().count() == probes.len() && seen().all(|seen| seen.state <= ProbeState::Warn);
        let why = match (bad, run.regressed(step)) {
            // A check of the step's own has no other name than the step.
            (Some(bad), None) if bad.probe == **step => Some(bad.words.clone()),
            (Some(bad), None) => Some(format!("{} is bad: {}", bad.probe, bad.words)),
            (None, Some(_)) if is_good => None,
            _ => return None,
        };
        Some(Report::Rechecked { step: step.clone(), why })
    }

    /// Gives what the status probes say now.
    pub fn sightings(&self) -> Vec<Sighting> {
        self.listed.iter().map(|probe| self.seen.get(&probe.id).cloned().unwrap_or_else(|| unseen(probe))).collect()
    }
}

fn sight<'a>(run: &'a Run, secrets: &'a BTreeMap<String, Secret>) -> Sight<'a> {
    Sight { plan: run.plan(), runbook: run.runbook(), values: run.values(), secrets }
}

/// Gives the status probes of a run as they are declared, without anything that may be secret.
pub(in crate::app) fn declared(run: &Run) -> Vec<Watched> {
    sight(run, &BTreeMap::new()).probes()
}

/// Gives the status probes of a run; a rehearsal looks at none of them.
fn listed(run: &Run, sight: &Sight<'_>) -> Vec<Watched> {
    let mut listed = sight.probes();
    if run.start().rehearsal {
        for probe in &mut listed {
            probe.target = Err(Unwatched::Wrong(Shown::ours(REHEARSED)));
        }
    }
    listed
}

/// Says of a probe that nothing was read yet, and why.
pub(in crate::app) fn unseen(probe: &Watched) -> Sighting {
    let why = probe.target.as_ref().err();
    Sighting {
        probe: probe.id.to_string(),
        state: ProbeState::Unknown,
        words: why.map_or_else(|| "not read yet".to_owned(), Unwatched::to_string),
        at_ms: None,
        digest: None,
    }
}

/// Gives what a probe said as it is recorded.
pub(in crate::app) fn sighting(seen: &Seen) -> Sighting {
    Sighting {
        probe: seen.id.to_string(),
        state: seen.state,
        words: seen.sentence.to_string(),
        at_ms: Some(seen.reading.at.wall_ms),
        digest: seen.reading.digest,
    }
}

fn proof(proof: &Proof) -> Sighting {
    Sighting {
        probe: proof.id.to_string(),
        state: proof.state,
        words: proof.sentence.to_string(),
        at_ms: Some(proof.at.wall_ms),
        digest: proof.digest,
    }
}

fn report(looking: Looking, ending: Ending, now: Duration) -> Report {
    let CheckEnd { held, sentence, proofs } = match ending {
        Ending::Judged(end) => end,
        Ending::Unwatched(why) => CheckEnd { held: false, sentence: why, proofs: Vec::new() },
        Ending::Cancelled => CheckEnd { held: false, sentence: Shown::ours("cut short"), proofs: Vec::new() },
    };
    let why = sentence.to_string();
    match looking {
        Looking::Step { step, attempt, began } => {
            let found = if held { Found::Sensed } else { Found::Failed };
            let sightings = proofs.iter().map(proof).collect();
            let took_ms = millis(now.saturating_sub(began));
            end_of(&step, attempt, End { took_ms, sightings, ..end(found, why) })
        }
        Looking::Again(step) => Report::Rechecked { step, why: (!held).then_some(why) },
    }
}
