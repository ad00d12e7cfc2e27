//! Sitting at a run without the full screen: what a person does is decided, recorded and performed, and
//! what the world and other terminals do is taken as it comes.
//!
//! Joins a [`Hand`] with a performer, a follower, presence and the clock. Nothing waits in here: there
//! is an end that can be read when there is something to take. What is shown of it is for whoever calls.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use super::clerk::DISK_FULL;
use super::follower::Follower;
use super::hand::{Acted, Hand, NotDone};
use super::lend::size_of;
use super::perform::{News, Performer};
use super::presence::{Attendance, Guest, Heir};
use super::signals::drain;
use super::terminal::own;
use super::wake::Waker;
use crate::exec::command::{Chunk, Lent, Secret};
use crate::journal::{Reading, Session, Tick, Watch};
use crate::run::roster::Auth;
use crate::run::{Intent, Person, Run, Scene, Sighting, Wheel};

/// Is a run that somebody sits at.
#[derive(Debug)]
pub struct Sitting {
    hand: Hand,
    performer: Performer,
    follower: Option<Follower>,
    attendance: Attendance,
    presence: Option<Session>,
    watch: Watch,
    woken: UnixStream,
    waker: Waker,
    /// The command that is to get the terminal.
    lent: Option<Lent>,
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
    /// Something under way is as far as this.
    Progress {
        /// What it belongs to.
        step: String,
        /// How far, in words.
        words: String,
    },
    /// Something is to be known that is recorded nowhere.
    Said(String),
}

impl Sitting {
    /// Sits down at a run, without a word to anybody.
    ///
    /// # Errors
    ///
    /// Says why the run cannot be followed.
    pub fn at(hand: Hand) -> Result<Self, NotDone> {
        let (woken, waker) = Waker::pair().map_err(NotDone::failed)?;
        let world = &hand.surroundings.world;
        let path = hand.store.path(&hand.name);
        let performer = Performer::new(&path, hand.surroundings.launcher.clone(), Arc::clone(&world.clock));
        let follower = match hand.sealed {
            Some(_) => None,
            None => Some(Follower::start(world, &path, (hand.run.head().n, waker.wakeup())).map_err(NotDone::failed)?),
        };
        let watch = Watch::new(Reading::take(&*world.clock));
        let attendance = hand.attendance();
        Ok(Self { hand, performer, follower, attendance, presence: None, watch, woken, waker, lent: None })
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
        let is_alone = self.attendance.is_alone(&self.hand.session);
        match self.attendance.enter(&self.hand.session, (who, &(self.hand.surroundings.terminal)())) {
            Ok(session) => self.presence = Some(session),
            Err(why) => words.push(why),
        }
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
        self.take_up(&if is_alone { Heir::Alone } else { Heir::Nobody });
        self.attend();
        Ok(words)
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
        self.attend();
    }

    /// Lends the terminal from now on to what asks questions, as large as it is now.
    pub fn note_terminal(&mut self) {
        self.performer.note_terminal(own().ok().and_then(|terminal| size_of(&terminal)));
    }

    /// Sits down at the terminal of a command that goes on.
    ///
    /// # Errors
    ///
    /// Says why nobody can.
    pub fn sit_down(&mut self, step: &str) -> Result<(), NotDone> {
        let attempt = self.run().attempts(step);
        self.lent = Some(self.performer.sit_down((step, attempt), false).map_err(NotDone::Failed)?);
        Ok(())
    }

    /// Gives the command that is to get the terminal.
    pub fn take_lent(&mut self) -> Option<Lent> {
        self.lent.take()
    }

    /// Does what a person wants: decides it, records it, and performs it.
    ///
    /// # Errors
    ///
    /// Says why it is refused, or not recorded; then nothing was performed.
    pub fn act(&mut self, intent: &Intent, who: &Person) -> Result<Acted, NotDone> {
        if intent.is_beginning() && self.hand.is_short() {
            return Err(NotDone::failed(DISK_FULL));
        }
        let acted = match intent {
            Intent::Wheel(Wheel::Take { .. }) => {
                let is_gone = self.attendance.is_driver_gone(&self.hand.run);
                self.hand.act(&Intent::Wheel(Wheel::Take { is_gone }), who)?
            }
            intent => self.hand.act(intent, who)?,
        };
        for effect in &acted.effects {
            self.performer.perform(&self.hand.run, effect, &|| self.waker.wakeup());
            self.lent = self.performer.lend(&self.hand.run, effect).or(self.lent.take());
        }
        self.attend();
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
                News::Progress { step, words, .. } => happened.push(Happening::Progress { step, words }),
                News::Seen(_) | News::Recalled { .. } | News::Kept { .. } => {}
                News::Said { step, words } => happened.push(Happening::Said(format!("{step}: {words}"))),
                News::Report(_) if is_watching => {}
                News::Report(report) => self.report(Intent::Report(report))?,
            }
        }
        self.follow()?;
        self.attend();
        self.hand.look_for_seal()?;
        if self.hand.sealed.is_none() && self.run().closed().is_none() {
            if !is_watching {
                self.tell_differences()?;
            }
            self.tick(is_watching)?;
        }
        Ok(happened)
    }

    /// Watches what the run wants watched now.
    fn attend(&mut self) {
        match self.hand.sealed {
            Some(_) => self.performer.rest(),
            None => drop(self.performer.attend(&self.hand.run, &|| self.waker.wakeup())),
        }
    }

    /// Records what probes say otherwise than before.
    fn tell_differences(&mut self) -> Result<(), NotDone> {
        let differences = self.performer.differences(&self.hand.run);
        differences.into_iter().try_for_each(|report| self.report(Intent::Report(report)))
    }

    /// Gives what the status probes say now.
    pub fn sightings(&self) -> Vec<Sighting> {
        self.performer.sightings()
    }

    /// Gives the names of the secrets that the status probes need and that nobody typed yet.
    pub fn probes_lack(&self) -> Vec<String> {
        self.performer.probes_lack(self.run())
    }

    /// Gives the scene of a signature that a person would give here and now.
    pub fn scene(&self, who: &Person, auth: Auth) -> Scene {
        Scene { sightings: self.sightings(), ..self.hand.scene(who, auth) }
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
                Ok(records) => self.hand.believe(&records)?,
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
        self.follower.iter().for_each(Follower::look);
        if self.is_busy() {
            let heir = match is_watching {
                true => Heir::Nobody,
                false => self.attendance.heir(&self.hand.session, &self.hand.run),
            };
            self.take_up(&heir);
        }
        let reading = Reading::take(&*self.hand.surroundings.world.clock);
        match self.watch.look(reading).filter(|_| !is_watching) {
            Some(news) => self.report(self.hand.surroundings.clock_record(&reading, news)),
            None => Ok(()),
        }
    }

    fn take_up(&mut self, heir: &Heir) {
        self.performer.take_up(&self.hand.run, heir, &|| self.waker.wakeup());
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
        self.attendance.guests().into_iter().filter(|guest| guest.session != self.hand.session).collect()
    }
}
