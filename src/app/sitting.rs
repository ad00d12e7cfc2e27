//! Sitting at a run without the full screen: what a person does is decided, recorded and performed, and
//! what the world and other terminals do is taken as it comes.
//!
//! Joins a [`Hand`] with a performer, a follower, presence and the clock. Nothing waits in here: there
//! is an end that can be read when there is something to take. What is shown of it is for whoever calls.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::clock::terminal_words;
use super::follower::Follower;
use super::hand::{Acted, Hand, NotDone};
use super::perform::{News, Performer};
use super::recorder::Wakeup;
use super::signals::drain;
use super::wake::wakeup;
use crate::exec::command::{Chunk, Secret};
use crate::journal::{Presence, Reading, Session, Storage, Tick, Watch, enter, present};
use crate::run::{Act, Intent, Person, Run, Wheel};

/// What to say when nothing is started because no end could be recorded.
const FULL: &str = "the disk is full: nothing is started whose end could not be recorded; make room";

/// Is a run that somebody sits at.
#[derive(Debug)]
pub struct Sitting {
    hand: Hand,
    performer: Performer,
    follower: Option<Follower>,
    presence: Option<Session>,
    watch: Watch,
    woken: UnixStream,
    waker: UnixStream,
}

/// Is something that happened.
#[derive(Debug)]
pub enum Happening {
    /// Something under way printed something.
    Output {
        /// What it belongs to.
        step: String,
        /// What was printed.
        chunks: Vec<Chunk>,
    },
    /// Something is to be known that is recorded nowhere.
    Said(String),
}

/// Is a session that is at a run now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The session.
    pub session: String,
    /// Who.
    pub name: String,
    /// Where.
    pub terminal: String,
}

impl Sitting {
    /// Sits down at a run, without a word to anybody.
    ///
    /// # Errors
    ///
    /// Says why the run cannot be followed.
    pub fn at(hand: Hand) -> Result<Self, NotDone> {
        let (woken, waker) = UnixStream::pair().map_err(NotDone::failed)?;
        woken.set_nonblocking(true).and_then(|()| waker.set_nonblocking(true)).map_err(NotDone::failed)?;
        let world = &hand.surroundings.world;
        let path = hand.store.path(&hand.name);
        let performer = Performer::new(&path, hand.surroundings.launcher.clone(), Arc::clone(&world.clock));
        let follower = match hand.sealed {
            Some(_) => None,
            None => Some(Follower::start(world, &path, (hand.run.head().n, wake(&waker))).map_err(NotDone::failed)?),
        };
        let watch = Watch::new(Reading::take(&*world.clock));
        Ok(Self { hand, performer, follower, presence: None, watch, woken, waker })
    }

    /// Is there: tells others, joins the run where it goes on, and takes up what was under way.
    ///
    /// # Errors
    ///
    /// Says why he cannot act; what is only not as it should be is given as words.
    pub fn come(&mut self, who: &Person, is_new: bool) -> Result<Vec<String>, NotDone> {
        let mut words = Vec::new();
        if self.hand.sealed.is_some() || self.run().closed().is_some() {
            return Ok(words);
        }
        let is_alone = self.is_alone();
        words.extend(self.be_present(who));
        if !is_new {
            let noted =
                self.hand.store.note(&self.hand.surroundings, (&self.hand.name, &self.hand.run), &self.hand.session);
            words.extend(
                noted.err().map(|error| format!("the ledger does not know this run, and cannot be told: {error}")),
            );
            self.act(&Intent::Join { resumed: is_alone }, who)?;
            let reading = Reading::take(&*self.hand.surroundings.world.clock);
            let record = self.hand.surroundings.clock_record(&reading, (Tick::Regular, 0));
            self.act(&record, who)?;
        }
        self.take_up(is_alone);
        Ok(words)
    }

    /// Tells others that this session is at the run, or says why they cannot be told.
    fn be_present(&mut self, who: &Person) -> Option<String> {
        let person = json!({ "id": who.id, "name": who.name });
        let about = json!({ "person": person, "pid": std::process::id(), "terminal": terminal_words() }).to_string();
        let (storage, path) = (&*self.hand.surroundings.world.storage, self.hand.store.path(&self.hand.name));
        match enter(storage, &path, &self.hand.session, about.as_bytes()) {
            Ok(session) => {
                self.presence = Some(session);
                None
            }
            Err(error) => Some(format!("others cannot see that you are here: {error}")),
        }
    }

    /// Gives the run.
    pub fn run(&self) -> &Run {
        &self.hand.run
    }

    /// Gives the hand that acts in it.
    pub fn hand(&self) -> &Hand {
        &self.hand
    }

    /// Gives the hand that acts in it, to seal with.
    pub fn hand_mut(&mut self) -> &mut Hand {
        &mut self.hand
    }

    /// Gives the end that can be read when there is something to take.
    pub fn woken(&self) -> BorrowedFd<'_> {
        self.woken.as_fd()
    }

    /// Tells whether something is under way.
    pub fn is_busy(&self) -> bool {
        self.run().running().next().is_some() || self.run().ad_hoc().1 || !self.run().rechecks().is_empty()
    }

    /// Gives the names of the secrets that an item needs and that nobody typed yet.
    pub fn lacks(&self, step: &str) -> Vec<String> {
        self.performer.lacks(self.run(), step)
    }

    /// Takes a secret, for as long as the program runs.
    pub fn learn(&mut self, name: String, secret: Secret) {
        self.performer.learn(name, secret);
    }

    /// Does what a person wants: decides it, records it, and performs it.
    ///
    /// # Errors
    ///
    /// Says why it is refused, or not recorded; then nothing was performed.
    pub fn act(&mut self, intent: &Intent, who: &Person) -> Result<Acted, NotDone> {
        if is_beginning(intent) && self.hand.is_short() {
            return Err(NotDone::failed(FULL));
        }
        let acted = match intent {
            Intent::Wheel(Wheel::Take { .. }) => {
                let hand = &self.hand;
                let place = (&*hand.surroundings.world.storage, hand.store.path(&hand.name));
                let is_gone = is_driver_gone(&hand.run, (place.0, &place.1));
                self.hand.act(&Intent::Wheel(Wheel::Take { is_gone }), who)?
            }
            intent => self.hand.act(intent, who)?,
        };
        for effect in &acted.effects {
            self.performer.perform(&self.hand.run, effect, wake(&self.waker));
        }
        Ok(acted)
    }

    /// Takes what happened: reports are recorded, what others recorded is believed. Who only watches records nothing.
    ///
    /// # Errors
    ///
    /// Says why something could not be recorded or believed.
    pub fn take(&mut self, is_watching: bool) -> Result<Vec<Happening>, NotDone> {
        drain(&mut self.woken);
        let mut happened = Vec::new();
        while let Some(news) = self.performer.news() {
            match news {
                News::Output { step, chunks } => happened.push(Happening::Output { step, chunks }),
                News::Said { step, words } => happened.push(Happening::Said(format!("{step}: {words}"))),
                News::Report(_) if is_watching => {}
                News::Report(report) => self.report(Intent::Report(report))?,
            }
        }
        self.follow()?;
        self.hand.look_for_seal()?;
        if self.hand.sealed.is_none() && self.run().closed().is_none() {
            self.tick(is_watching)?;
        }
        Ok(happened)
    }

    /// Records what nobody did; another terminal may have recorded it first.
    fn report(&mut self, intent: Intent) -> Result<(), NotDone> {
        match self.act(&intent, &Person::program()) {
            Ok(_) | Err(NotDone::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn follow(&mut self) -> Result<(), NotDone> {
        while let Some(batch) = self.follower.as_ref().and_then(Follower::batch) {
            match batch {
                Ok(records) => self.hand.believe(records)?,
                Err(why) => {
                    self.follower = None;
                    return Err(NotDone::Failed(why));
                }
            }
        }
        Ok(())
    }

    /// Looks at the clock, and for what others started.
    fn tick(&mut self, is_watching: bool) -> Result<(), NotDone> {
        if self.is_busy() {
            let is_alone = !is_watching && self.is_alone();
            self.take_up(is_alone);
        }
        let reading = Reading::take(&*self.hand.surroundings.world.clock);
        match self.watch.look(reading).filter(|_| !is_watching) {
            Some(news) => self.report(self.hand.surroundings.clock_record(&reading, news)),
            None => Ok(()),
        }
    }

    fn take_up(&mut self, is_alone: bool) {
        let waker = &self.waker;
        self.performer.take_up(&self.hand.run, is_alone, &|| wake(waker));
    }

    /// Records that the person goes, so that nobody waits for him.
    ///
    /// # Errors
    ///
    /// Says why that is not recorded.
    pub fn leave(&mut self, who: &Person) -> Result<(), NotDone> {
        if self.hand.sealed.is_none() && self.run().closed().is_none() {
            self.act(&Intent::Leave, who)?;
        }
        self.presence = None;
        Ok(())
    }

    /// Records that the terminal was hung up, where that can still be done.
    pub fn hang_up(&mut self) {
        // Nobody is left to be told that it is not in the record.
        let _ = self.report(Intent::KeepHangup);
    }

    /// Gives the other sessions that are at the run now.
    pub fn others(&self) -> Vec<Guest> {
        let (storage, path) = (&*self.hand.surroundings.world.storage, self.hand.store.path(&self.hand.name));
        guests(storage, &path).into_iter().filter(|guest| guest.session != self.hand.session).collect()
    }

    /// Tells whether nobody else is at the run; when that cannot be told, somebody may be.
    fn is_alone(&self) -> bool {
        let (storage, path) = (&*self.hand.surroundings.world.storage, self.hand.store.path(&self.hand.name));
        let there = present(storage, &path);
        there.is_ok_and(|there| there.iter().all(|one| !one.is_alive || one.sid == self.hand.session))
    }
}

/// Gives the sessions that are at the run in a directory now, as they say it themselves.
pub fn guests(storage: &dyn Storage, run: &Path) -> Vec<Guest> {
    let there = present(storage, run).unwrap_or_default();
    let guest = |one: Presence| {
        let about = about(&one);
        let text = |value: &Json| value.as_str().unwrap_or("-").to_owned();
        Guest { session: one.sid, name: text(&about["person"]["name"]), terminal: text(&about["terminal"]) }
    };
    there.into_iter().filter(|one| one.is_alive).map(guest).collect()
}

/// Reads what a session says about itself; whoever wrote something else there says nothing.
fn about(one: &Presence) -> Json {
    serde_json::from_slice(&one.bytes).unwrap_or_default()
}

/// Tells whether an intent begins something whose end has to be recorded too.
fn is_beginning(intent: &Intent) -> bool {
    matches!(intent, Intent::Act { act: Act::Start | Act::Retry { .. }, .. } | Intent::RunAdHoc { .. })
}

/// Makes what wakes whoever waits; without it he looks once a second all the same.
fn wake(waker: &UnixStream) -> Wakeup {
    waker.try_clone().map_or_else(|_| -> Wakeup { Box::new(|| {}) }, wakeup)
}

/// Tells whether the one who has the wheel is at the run no more.
pub(super) fn is_driver_gone(run: &Run, (storage, path): (&dyn Storage, &Path)) -> bool {
    let Some(driver) = run.driver() else { return true };
    // To whom it was given before he sat down has it as soon as he is there in any session.
    let is_driver = |one: &Presence| match driver.session.as_str() {
        "" => about(one)["person"]["id"].as_str() == Some(&driver.who.id),
        session => one.sid == session,
    };
    present(storage, path).is_ok_and(|there| !there.iter().any(|one| one.is_alive && is_driver(one)))
}
