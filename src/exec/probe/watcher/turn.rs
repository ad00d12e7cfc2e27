//! The watching thread: takes orders, begins looks, takes readings, holds checks, and sleeps in between.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::sleep;

use super::{CheckId, Ending, News, Order, Seen, Shared};
use crate::exec::command::Moment;
use crate::exec::probe::check::{Check, Proof};
use crate::exec::probe::filling::Watched;
use crate::exec::probe::history::{History, Point};
use crate::exec::probe::judge::{Judgement, judge};
use crate::exec::probe::look::{Eye, Means, look_at};
use crate::exec::probe::reading::{Facts, Failure, Reading};
use crate::exec::probe::schedule::{Key, Schedule};
use crate::exec::probe::state::fresh_for;
use crate::exec::probe::target::Target;
use crate::journal::Clock;
use crate::run::ProbeState;
use crate::text::Shown;

/// How long it sleeps at most: a machine that slept lets timers come late.
const NAP: Duration = Duration::from_secs(5);

/// Is a probe that is watched.
struct Row {
    id: Arc<str>,
    target: Arc<Target>,
    eye: Arc<Eye>,
    every: Duration,
    fresh: Duration,
    history: History,
    last: Option<(Arc<Reading>, Judgement)>,
    /// The beginning of what the last look gave.
    answer: Shown,
    look: Option<AbortHandle>,
    /// When the last look was begun.
    begun: Duration,
    /// Whether it is among what is to be watched; otherwise a check alone wants it.
    is_listed: bool,
    checks: usize,
}

/// Watches.
pub(super) struct Turning {
    shared: Arc<Shared>,
    means: Arc<Means>,
    wake: Box<dyn Fn() + Send>,
    schedule: Schedule,
    rows: BTreeMap<Key, Row>,
    by_id: HashMap<Arc<str>, Key>,
    looks: JoinSet<Reading>,
    looking: HashMap<Id, Key>,
    checks: BTreeMap<CheckId, (Check, Shown)>,
    next: Key,
    has_news: bool,
}

impl Turning {
    /// Begins with nothing to watch.
    pub fn new(shared: Arc<Shared>, clock: Arc<dyn Clock>, wake: Box<dyn Fn() + Send>) -> Self {
        let mut seed = [0; 8];
        // Only keeps probes from marching in step; without it they may.
        let _ = getrandom::fill(&mut seed);
        Self {
            shared,
            means: Arc::new(Means::new(clock)),
            wake,
            schedule: Schedule::new(u64::from_ne_bytes(seed)),
            rows: BTreeMap::new(),
            by_id: HashMap::new(),
            looks: JoinSet::new(),
            looking: HashMap::new(),
            checks: BTreeMap::new(),
            next: 0,
            has_news: false,
        }
    }

    /// Watches until it is stopped.
    pub async fn go(mut self) {
        let shared = Arc::clone(&self.shared);
        while let Some(orders) = self.orders() {
            orders.into_iter().for_each(|order| self.obey(order));
            self.look_after_checks();
            self.find_stale();
            self.begin_looks();
            self.tell();
            let nap = self.nap();
            tokio::select! {
                Some(ended) = self.looks.join_next_with_id() => self.take(ended),
                () = shared.wake.notified() => {}
                () = sleep(nap) => {}
            }
            // Whatever else is ready goes into the same turn.
            while let Some(ended) = self.looks.try_join_next_with_id() {
                self.take(ended);
            }
        }
    }

    fn now(&self) -> Duration {
        self.means.clock.since_boot()
    }

    /// Takes the orders; nothing when it is stopped.
    fn orders(&self) -> Option<Vec<Order>> {
        let mut desk = self.shared.desk();
        (!desk.is_stopped).then(|| std::mem::take(&mut desk.orders))
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Watch(probes) => self.watch(probes),
            Order::Look(ids) => {
                let keys: Vec<_> = ids.iter().filter_map(|id| self.by_id.get(id).copied()).collect();
                keys.into_iter().for_each(|key| self.hurry(key));
            }
            Order::Check(check, probes, limits) => match self.begin_check(probes, limits) {
                Ok(begun) => drop(self.checks.insert(check, (begun, Shown::default()))),
                Err(why) => self.end_check(check, Ending::Unwatched(why)),
            },
            Order::Cancel(check) => {
                if self.checks.contains_key(&check) {
                    self.end_check(check, Ending::Cancelled);
                }
            }
        }
    }

    fn hurry(&mut self, key: Key) {
        let now = self.now();
        self.schedule.hurry(key, now);
    }

    /// Changes what is watched to a new list.
    fn watch(&mut self, probes: Vec<Watched>) {
        let mut unlisted: Vec<_> = self.rows.iter().filter(|(_, row)| row.is_listed).map(|(key, _)| *key).collect();
        for watched in probes {
            let Ok(target) = &watched.target else { continue };
            let known = self.by_id.get(&watched.id).copied();
            let same = known.filter(|key| self.rows.get(key).is_some_and(|row| row.is_like(&watched, target)));
            let key = same.unwrap_or_else(|| {
                let history = known.and_then(|key| self.rows.get(&key)).map(|row| row.history.clone());
                self.add(&watched, target, history.unwrap_or_default())
            });
            self.rows.get_mut(&key).into_iter().for_each(|row| row.is_listed = true);
            unlisted.retain(|unlisted| *unlisted != key);
        }
        for key in unlisted {
            self.rows.get_mut(&key).into_iter().for_each(|row| row.is_listed = false);
            self.remove_unused(key);
        }
    }

    fn add(&mut self, watched: &Watched, target: &Arc<Target>, history: History) -> Key {
        let key = self.next;
        self.next += 1;
        let row = Row {
            id: Arc::clone(&watched.id),
            target: Arc::clone(target),
            eye: Arc::new(Eye::new(target)),
            every: watched.every.as_std(),
            fresh: fresh_for(watched.every, watched.timeout),
            history,
            last: None,
            answer: Shown::default(),
            look: None,
            begun: Duration::ZERO,
            is_listed: false,
            checks: 0,
        };
        let now = self.now();
        self.schedule.add(key, row.every, now);
        self.by_id.insert(Arc::clone(&row.id), key);
        self.rows.insert(key, row);
        key
    }

    /// Ends what neither a list nor a check wants.
    fn remove_unused(&mut self, key: Key) {
        if self.rows.get(&key).is_none_or(|row| row.is_listed || row.checks > 0) {
            return;
        }
        self.schedule.remove(key);
        let Some(row) = self.rows.remove(&key) else { return };
        row.look.into_iter().for_each(|look| look.abort());
        if self.by_id.get(&row.id) == Some(&key) {
            self.by_id.remove(&row.id);
        }
    }

    fn begin_check(
        &mut self,
        probes: Vec<Watched>,
        limits: (Option<crate::time::Length>, crate::time::Length),
    ) -> Result<Check, Shown> {
        for probe in &probes {
            if let Err(why) = &probe.target {
                return Err(Shown::line_limited(&format!("{}: {why}", probe.id), 300));
            }
        }
        let now = self.now();
        let mut rows: Vec<(Key, Arc<str>, Duration)> = Vec::new();
        for watched in &probes {
            let Ok(target) = &watched.target else { continue };
            let known = self.by_id.get(&watched.id).copied();
            let same = known.filter(|key| self.rows.get(key).is_some_and(|row| row.is_like(watched, target)));
            let key = same.unwrap_or_else(|| self.add(watched, target, History::default()));
            if rows.iter().all(|(other, ..)| *other != key) {
                rows.push((key, Arc::clone(&watched.id), fresh_for(watched.every, watched.timeout)));
            }
        }
        for (key, ..) in &rows {
            self.rows.get_mut(key).into_iter().for_each(|row| row.checks += 1);
            self.schedule.want(*key, true);
            self.schedule.hurry(*key, now);
        }
        if rows.is_empty() {
            Err(Shown::ours("there is nothing to look at"))
        } else {
            Ok(Check::new(now, rows, limits))
        }
    }

    fn look_after_checks(&mut self) {
        let now = self.now();
        let mut ended = Vec::new();
        for (id, (check, told)) in &mut self.checks {
            if let Some(end) = check.end(now) {
                ended.push((*id, end));
                continue;
            }
            check.asks(now).into_iter().for_each(|key| self.schedule.hurry(key, now));
            let words = check.words(now);
            if words != *told {
                told.clone_from(&words);
                self.shared.desk().outbox.put_progress(*id, words);
                self.has_news = true;
            }
        }
        for (id, end) in ended {
            self.end_check(id, Ending::Judged(end));
        }
    }

    fn end_check(&mut self, id: CheckId, ending: Ending) {
        if let Some((check, _)) = self.checks.remove(&id) {
            for key in check.keys() {
                let Some(row) = self.rows.get_mut(&key) else { continue };
                row.checks = row.checks.saturating_sub(1);
                self.schedule.want(key, row.checks > 0);
                self.remove_unused(key);
            }
        }
        self.shared.desk().outbox.put_end(id, News::Ended(id, ending));
        self.has_news = true;
    }

    fn begin_looks(&mut self) {
        while !self.shared.desk().outbox.is_full() {
            let now = self.now();
            let Some(key) = self.schedule.begin(now) else { return };
            let Some(row) = self.rows.get_mut(&key) else { continue };
            let (target, eye, means) = (Arc::clone(&row.target), Arc::clone(&row.eye), Arc::clone(&self.means));
            let look = self.looks.spawn(async move { look_at(&target, &eye, &means).await });
            self.looking.insert(look.id(), key);
            row.look = Some(look);
            row.begun = now;
        }
    }

    /// Takes what a look gave.
    fn take(&mut self, ended: Result<(Id, Reading), JoinError>) {
        let (id, reading) = match ended {
            Ok((id, reading)) => (id, reading),
            Err(error) => (error.id(), broken(&*self.means.clock)),
        };
        let Some(key) = self.looking.remove(&id) else { return };
        let now = self.now();
        let Some(row) = self.rows.get_mut(&key) else { return };
        row.look = None;
        let judgement = judge(&reading, &row.target.wanted);
        self.schedule.end(key, judgement.state <= ProbeState::Warn, now);
        let number = reading.number();
        row.answer = reading.answer();
        let reading = Arc::new(reading.light());
        let proof = Proof {
            id: Arc::clone(&row.id),
            state: judgement.state,
            sentence: judgement.sentence.clone(),
            at: reading.at,
            digest: reading.digest,
        };
        let begun = row.begun;
        self.checks.values_mut().for_each(|(check, _)| check.take(key, begun, &proof));
        let changed = row.history.take(Point { state: judgement.state, number }, reading.at.wall_ms);
        row.last = Some((reading, judgement));
        self.put(key, changed);
    }

    /// Turns stale what was not read for too long.
    fn find_stale(&mut self) {
        let (now, wall_ms) = (self.now(), self.means.clock.wall_ms());
        let mut stale = Vec::new();
        for (key, row) in &mut self.rows {
            if row.stale_at().is_some_and(|at| now > at) {
                stale.push((*key, row.history.turn(ProbeState::Stale, wall_ms)));
            }
        }
        stale.into_iter().for_each(|(key, changed)| self.put(key, changed));
    }

    /// Puts out how a probe stands.
    fn put(&mut self, key: Key, changed: Option<ProbeState>) {
        let Some(row) = self.rows.get(&key).filter(|row| row.is_listed) else { return };
        let Some((reading, judgement)) = &row.last else { return };
        let seen = Seen {
            id: Arc::clone(&row.id),
            reading: Arc::clone(reading),
            state: row.history.state(),
            sentence: judgement.sentence.clone(),
            answer: row.answer.clone(),
            changed,
            skipped: 0,
            fresh: row.fresh,
            history: row.history.clone(),
        };
        self.shared.desk().outbox.put(Box::new(seen));
        self.has_news = true;
    }

    fn tell(&mut self) {
        if std::mem::take(&mut self.has_news) {
            self.shared.told.notify_all();
            (self.wake)();
        }
    }

    /// Tells how long there is nothing to do.
    fn nap(&self) -> Duration {
        let now = self.now();
        let look = self.schedule.wakes_at().filter(|_| !self.shared.desk().outbox.is_full());
        let checks = self.checks.values().filter_map(|(check, _)| check.wakes_at(now));
        // A moment later than the moment itself, when it is over.
        let stale = self.rows.values().filter_map(Row::stale_at).map(|at| at + Duration::from_millis(1));
        let next = look.into_iter().chain(checks).chain(stale).min();
        next.map_or(NAP, |next| next.saturating_sub(now).min(NAP))
    }
}

impl Row {
    fn is_like(&self, watched: &Watched, target: &Target) -> bool {
        self.target.stamp == target.stamp && self.every == watched.every.as_std()
    }

    /// Tells when its reading proves nothing any more, if it still does.
    fn stale_at(&self) -> Option<Duration> {
        let (reading, _) = self.last.as_ref().filter(|_| self.history.state() != ProbeState::Stale)?;
        Some(reading.at.since_boot() + self.fresh)
    }
}

/// Is the reading of a look that failed in this program itself.
fn broken(clock: &dyn Clock) -> Reading {
    let facts = Facts::Failed(Failure::unknown("the look failed in mop itself"));
    Reading { at: Moment::now(clock), took: Duration::ZERO, facts, digest: None, bytes: 0, dropped: 0 }
}
