//! The clock and what is sent beside frames: what a tick changes, how the time stands, when the next tick is
//! due, whom to call, what is copied.

use std::time::Duration;

use super::FORESIGHT_MS;
use crate::app::follower::Follower;
use crate::app::{App, alarm};
use crate::journal::{Reading, Tick};
use crate::run::{Forecast, History};
use crate::text::counted;

impl App {
    /// Looks at the clock for a key that was pressed; at all else once a second.
    pub(super) fn tick_for_key(&mut self) {
        let second = self.now.at_ms.div_euclid(1_000);
        self.tell_time();
        if self.now.at_ms.div_euclid(1_000) != second {
            self.look_out();
        }
    }

    /// Looks at the clock, and at what only looking tells.
    pub(super) fn tick(&mut self) {
        self.tell_time();
        self.look_out();
    }

    /// Looks at the clock; a frame shows whole seconds only, or whole minutes.
    fn tell_time(&mut self) {
        let now = self.moment();
        let step_ms = self.setting.pace.step_ms();
        self.stale |= now.at_ms.div_euclid(step_ms) != self.now.at_ms.div_euclid(step_ms);
        self.now = now;
        self.foresee();
        self.brief();
    }

    /// Looks how the clock is kept, and what others did to the files of the run.
    fn look_out(&mut self) {
        let reading = Reading::take(&*self.surroundings.world.clock);
        self.setting.clock = self.surroundings.clock_words(&reading);
        self.look_for_seal();
        self.open.iter().filter_map(|open| open.follower.as_ref()).for_each(Follower::look);
        // Nobody is bothered with the clocks of a run that is over.
        let open = self.open.as_mut().filter(|open| open.recorder.is_some() && open.run.closed().is_none());
        if let Some(news) = open.and_then(|open| open.watch.look(reading)) {
            self.keep_clock(reading, news);
        }
    }

    /// Says anew how the time stands, when something was recorded or learnt, or a while has passed.
    pub(super) fn foresee(&mut self) {
        let Some(open) = &self.open else { return };
        let seen = self.live.forecast().filter(|_| self.foreseen_at == Some(open.run.head().n));
        if seen.is_none_or(|forecast| self.now.at_ms.abs_diff(forecast.now_ms) >= FORESIGHT_MS) {
            self.stale |= self.foreseen_at.replace(open.run.head().n) != Some(open.run.head().n);
            let nothing = History::default();
            let learnt = self.learnt.as_ref().unwrap_or(&nothing);
            let forecast = Forecast::of(&open.run, learnt, self.now.at_ms);
            let is_past = open.past.is_some();
            let nearer = self.alarm.look(&forecast).filter(|_| open.run.closed().is_none() && !is_past);
            self.live.foresee(forecast);
            nearer.into_iter().for_each(|words| self.call(&words));
        }
    }

    /// Calls a person who looks away.
    pub(super) fn call(&mut self, words: &str) {
        let bytes = self.alarm.call(words, (self.means, self.now.at_ms));
        self.stale |= !bytes.is_empty();
        // While somebody else has the terminal nothing is sent, and nothing is to be made up for at once.
        if self.aside.is_empty() {
            self.aside = bytes;
        }
    }

    /// Gives a text to the clipboard of the terminal, and says so.
    pub(super) fn copy(&mut self, what: &str, text: &str) {
        match self.means.copy(text) {
            Some(bytes) => {
                self.aside.extend(bytes);
                self.screen.say(format!(
                    "copied {what}, {}; some terminals refuse it, and do not say so",
                    counted(text.len(), "byte")
                ));
            }
            None => self.screen.say("this terminal has no clipboard"),
        }
    }

    /// Records how the clocks stand.
    pub(super) fn keep_clock(&mut self, reading: Reading, (why, beyond_ms): (Tick, i64)) {
        let intent = self.surroundings.clock_record(&reading, (why, beyond_ms));
        self.want(intent);
    }

    /// Tells how long nothing changes by itself.
    pub(in crate::app) fn until_tick(&self) -> Duration {
        let (now_ms, step_ms) = (self.surroundings.world.clock.wall_ms(), self.setting.pace.step_ms());
        let next_ms = now_ms - now_ms.rem_euclid(step_ms) + step_ms;
        let nearer_ms = self.live.forecast().and_then(|forecast| alarm::next_ms(forecast, now_ms));
        let wait_ms = nearer_ms.unwrap_or(next_ms).min(next_ms) - now_ms;
        Duration::from_millis(u64::try_from(wait_ms).unwrap_or(1))
    }
}
