//! Many processes on one journal, left alone, killed and stopped at any moment.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;

use rustix::process::Signal;

use super::ground::{Ground, read_fully};
use super::is_long;
use super::process::{Ack, Answer, Appender};

/// Appends so many records from each process at once, and gives what each acknowledged.
fn append_at_once(ground: &Ground, processes: u32, each: u64) -> Vec<Vec<Ack>> {
    let start = |author| Appender::open(&ground.run(), author, 100);
    let mut appenders: Vec<_> = (1..=processes).map(start).collect();
    appenders.iter_mut().for_each(|appender| appender.tell(&format!("append 0 {each}")));
    let threads: Vec<_> = appenders.into_iter().map(|appender| thread::spawn(|| appender.end())).collect();
    let acks = |answers: Vec<Answer>| answers.into_iter().filter_map(Answer::ack).collect();
    threads.into_iter().map(|thread| acks(thread.join().unwrap().0)).collect()
}

fn crowd(ground: &mut Ground, processes: u32, each: u64) {
    for acks in append_at_once(ground, processes, each) {
        let numbers: Vec<_> = acks.iter().map(|ack| ack.number).collect();
        assert!(numbers.iter().copied().eq(0..each), "{} of {each} acknowledged", acks.len());
        assert!(acks.is_sorted_by(|a, b| a.n < b.n), "out of order");
        ground.note_acks(acks);
    }
    let (records, verdict) = read_fully(&ground.run());
    assert!(verdict.is_whole(), "{verdict:?}");
    assert_eq!(records.len() as u64, 1 + u64::from(processes) * each);
    ground.check().unwrap();
}

#[test]
fn of_two_four_and_eight_processes_no_record_is_lost_doubled_or_out_of_order() {
    for processes in [2, 4, 8] {
        crowd(&mut Ground::new(), processes, if is_long() { 10_000 } else { 150 });
    }
}

/// Says how much has to have happened before a storm is over.
#[derive(Clone, Copy, Debug)]
struct Goal {
    acked: usize,
    killed: usize,
    stopped: usize,
}

/// Is a crowd whose members are killed, replaced, stopped and continued until enough is acknowledged.
struct Storm {
    ground: Ground,
    goal: Goal,
    acked: AtomicUsize,
    killed: AtomicUsize,
    stopped: Mutex<usize>,
    /// How many answers of whatever kind were heard.
    heard: AtomicUsize,
    at_work: AtomicUsize,
    next_author: AtomicU32,
}

/// Gives numbers that look random, the same ones for the same seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

impl Storm {
    fn new(goal: Goal) -> Self {
        let count = || AtomicUsize::new(0);
        let (ground, next_author) = (Ground::new(), AtomicU32::new(1));
        let (acked, killed, heard, at_work) = (count(), count(), count(), count());
        let stopped = Mutex::new(0);
        Self { ground, goal, acked, killed, stopped, heard, at_work, next_author }
    }

    fn is_over(&self) -> bool {
        let (acked, killed) = (self.acked.load(Ordering::SeqCst), self.killed.load(Ordering::SeqCst));
        let stopped = self.stopped.try_lock().map_or(0, |stopped| *stopped);
        acked >= self.goal.acked && killed >= self.goal.killed && stopped >= self.goal.stopped
    }

    /// Rages with so many processes at once, and gives the ground with what happened.
    fn rage(self, processes: u64) -> (Ground, Goal) {
        self.at_work.store(usize::try_from(processes).unwrap(), Ordering::SeqCst);
        let lives: Vec<(u32, Vec<Ack>)> = thread::scope(|scope| {
            let storm = &self;
            let place = |seed| scope.spawn(move || storm.lives_of_one_place(Dice(seed)));
            let threads: Vec<_> = (1..=processes).map(place).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let Self { mut ground, killed, stopped, .. } = self;
        for (author, acks) in lives {
            ground.note_killed(author);
            ground.note_acks(acks);
        }
        let acked = ground.count_acked();
        (ground, Goal { acked, killed: killed.into_inner(), stopped: stopped.into_inner().unwrap() })
    }

    /// Lets one process after the other live in a place of the crowd.
    fn lives_of_one_place(&self, mut dice: Dice) -> Vec<(u32, Vec<Ack>)> {
        let mut lives = Vec::new();
        while !self.is_over() {
            lives.push(self.one_life(&mut dice));
        }
        self.at_work.fetch_sub(1, Ordering::SeqCst);
        lives
    }

    fn one_life(&self, dice: &mut Dice) -> (u32, Vec<Ack>) {
        let author = self.next_author.fetch_add(1, Ordering::SeqCst);
        let mut appender = Appender::start(&self.ground.run(), author, 100);
        while matches!(appender.ask("open"), Answer::Busy(_)) {
            self.heard.fetch_add(1, Ordering::SeqCst);
        }
        appender.tell("append 0 1000000");
        let mut acks = Vec::new();
        for _ in 0..dice.throw(60) {
            acks.extend(self.hear(&mut appender));
            if dice.throw(25) == 0 {
                self.stop_for_a_while(&appender);
            }
        }
        self.killed.fetch_add(1, Ordering::SeqCst);
        let rest: Vec<_> = appender.kill().into_iter().filter_map(Answer::ack).collect();
        self.acked.fetch_add(rest.len(), Ordering::SeqCst);
        acks.extend(rest);
        (author, acks)
    }

    fn hear(&self, appender: &mut Appender) -> Option<Ack> {
        let answer = appender.hear().unwrap();
        assert!(!matches!(answer, Answer::Failed(_) | Answer::Halted(_)), "{answer:?}");
        self.heard.fetch_add(1, Ordering::SeqCst);
        let ack = answer.ack();
        self.acked.fetch_add(usize::from(ack.is_some()), Ordering::SeqCst);
        ack
    }

    /// Stops a process until another one was heard: of a record, or of a lock that the stopped one holds.
    fn stop_for_a_while(&self, appender: &Appender) {
        // One at a time, or all of them could be stopped and wait for each other.
        let Ok(mut stopped) = self.stopped.try_lock() else {
            return;
        };
        if *stopped == self.goal.stopped {
            return;
        }
        *stopped += 1;
        let before = self.heard.load(Ordering::SeqCst);
        appender.signal(Signal::STOP);
        while self.heard.load(Ordering::SeqCst) == before && self.at_work.load(Ordering::SeqCst) > 1 {
            thread::yield_now();
        }
        appender.signal(Signal::CONT);
    }
}

#[test]
fn no_acknowledged_record_is_lost_or_doubled_while_processes_are_killed_and_stopped() {
    let short = Goal { acked: 600, killed: 10, stopped: 1 };
    let long = Goal { acked: 10_000, killed: 25, stopped: 3 };
    let (rounds, goal) = if is_long() { (8, long) } else { (1, short) };
    let mut seen = Goal { acked: 0, killed: 0, stopped: 0 };
    for round in 0..rounds {
        let (mut ground, happened) = Storm::new(goal).rage([2, 4, 8][round % 3]);
        ground.check().unwrap_or_else(|error| panic!("round {round}: {error}"));
        seen.acked += happened.acked;
        seen.killed += happened.killed;
        seen.stopped += happened.stopped;
    }
    let enough = |seen, goal| seen >= rounds * goal;
    assert!(enough(seen.acked, goal.acked) && enough(seen.killed, goal.killed), "{seen:?}");
    assert!(enough(seen.stopped, goal.stopped), "{seen:?}");
}
