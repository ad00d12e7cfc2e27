//! A run as a dialogue of lines: the same run, record and order as on the full screen.
//!
//! Owns what a line means and when one is asked for. No line is drawn over, none is longer than the
//! terminal, and nothing acts by itself: whoever acts names the step, and has had all of it before him.
//! What may be done is decided in `run`, what happens is in `app`.

mod act;
mod adopt;
mod answers;
mod ask;
mod begin;
mod enter;
mod progress;
mod show;
mod signing;
mod source;
mod time;
mod words;

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use super::Exit;
use super::output::{Output, width};
use super::page::lines;
use super::standing;
use super::stop::Stop;
use crate::app::{Changed, Happening, NotDone, NotTyped, Signal, Sitting};
use crate::run::{Person, Run, Stamp, Standing};
use crate::runbook::plan::Item;
use progress::Progress;
use source::{Came, Source};

pub(super) use begin::run;
pub(super) use enter::{join, resume};

/// Says why a line was not done.
#[derive(Debug)]
enum Snag {
    /// It is refused, or means nothing; the dialogue goes on.
    Refused(String),
    /// The dialogue ends.
    Stop(Stop),
}

impl From<Stop> for Snag {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<NotTyped> for Snag {
    fn from(error: NotTyped) -> Self {
        Self::Stop(error.into())
    }
}

impl From<NotDone> for Snag {
    fn from(error: NotDone) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Is a dialogue about one run.
struct Dialogue<'a, O, E> {
    sitting: Sitting,
    /// Who acts; nobody where somebody only looks on.
    who: Option<Person>,
    /// The key that was named.
    key: Option<PathBuf>,
    source: Source,
    output: &'a mut Output<O, E>,
    /// The item that the prompt names.
    at: Option<String>,
    /// Whether the operator chose it himself, so that it stays.
    is_chosen: bool,
    /// The heading that was printed last.
    heading: Option<String>,
    /// What was printed of each item, as plain text.
    read: HashMap<String, String>,
    /// The last record when the prompt was printed.
    seen: u64,
    /// How the item at the prompt stood then.
    stood: Option<Standing>,
    /// What was said last of how an item stands.
    said: Option<(String, String)>,
    /// How many records were told.
    told: usize,
    progress: Progress,
    /// Whether anything was refused where nobody could type it again.
    has_refused: bool,
    /// Whether it was said that nothing is left to do.
    has_said_end: bool,
    /// How the file of the runbook was changed, as long as that was not offered.
    changed: Option<Changed>,
}

impl<'a, O: Write, E: Write> Dialogue<'a, O, E> {
    fn new(
        sitting: Sitting,
        (who, key): (Option<Person>, Option<PathBuf>),
        (source, output): (Source, &'a mut Output<O, E>),
    ) -> Self {
        let told = sitting.run().trail().len();
        Self {
            sitting,
            who,
            key,
            source,
            output,
            at: None,
            is_chosen: false,
            heading: None,
            read: HashMap::new(),
            seen: 0,
            stood: None,
            said: None,
            told,
            progress: Progress::default(),
            has_refused: false,
            has_said_end: false,
            changed: None,
        }
    }

    fn run(&self) -> &Run {
        self.sitting.run()
    }

    /// Gives the item that the prompt names.
    fn item(&self) -> Option<&Item> {
        self.run().plan().item(self.at.as_deref()?)
    }

    fn stamp(&self) -> Stamp {
        self.sitting.hand().stamp(&self.who.clone().unwrap_or_default())
    }

    /// Prints text from outside, in lines that fit.
    fn say(&mut self, text: &str) {
        self.say_hanging(text, 2);
    }

    fn say_hanging(&mut self, text: &str, hanging: usize) {
        self.output.print(&lines(text, (width(), hanging)));
    }

    /// Talks until the run is sealed, or somebody leaves.
    fn talk(mut self) -> Exit {
        match self.go_on() {
            Ok(exit) => exit,
            Err(stop) => {
                if stop.exit() == Exit::Signal(Signal::Hangup.number()) {
                    self.sitting.hang_up();
                } else {
                    self.tell();
                }
                let exit = stop.say(self.output);
                self.say_how_to_go_on();
                exit
            }
        }
    }

    fn go_on(&mut self) -> Result<Exit, Stop> {
        loop {
            self.tell();
            if self.sitting.hand().sealed().is_some() {
                self.say("This run is sealed: nothing is recorded in it any more.");
                return self.end();
            }
            self.lend()?;
            self.wait_for_what_runs()?;
            if let Some(changed) = self.changed.take() {
                self.offer(changed)?;
            }
            self.point();
            self.prompt();
            match self.next()? {
                Came::Line(line) => {
                    if let Some(exit) = self.obey(&line)? {
                        return Ok(exit);
                    }
                }
                Came::Nothing => {}
                Came::End => return self.leave(),
            }
        }
    }

    /// Lends the terminal to a command that asks questions.
    fn lend(&mut self) -> Result<(), Stop> {
        let Some(mut lent) = self.sitting.take_lent() else { return Ok(()) };
        let item = self.run().interactive_now().cloned();
        let command = item.as_ref().and_then(|item| self.run().sheet(item).command).unwrap_or_default();
        self.make_room();
        self.flush()?;
        let has_ended = self.source.typist.lend(&mut lent, &command)?;
        if let Some(item) = item.filter(|_| !has_ended) {
            self.say(&format!("it goes on; terminal {} sits down at it again", item.number));
        }
        Ok(())
    }

    /// Waits until nothing is under way, where nobody is there who could end it.
    fn wait_for_what_runs(&mut self) -> Result<(), Stop> {
        self.take()?;
        while !self.source.is_person() && self.sitting.is_busy() {
            self.flush()?;
            self.source.rest(self.sitting.woken())?;
            self.take()?;
        }
        Ok(())
    }

    /// Waits for a line; gives nothing once the item at the prompt stands otherwise than it did.
    fn next(&mut self) -> Result<Came, Stop> {
        loop {
            self.flush()?;
            match self.source.line(self.sitting.woken())? {
                Came::Nothing => {}
                came => return Ok(came),
            }
            let has_said = self.take()?;
            if self.has_moved() {
                return Ok(Came::Nothing);
            }
            if has_said && self.source.is_person() {
                // What is being typed stays as it is, and counts for what was seen before.
                self.print_prompt();
            }
        }
    }

    fn has_moved(&self) -> bool {
        self.stood != self.item().map(|item| self.run().standing(&item.id))
            || self.sitting.hand().sealed().is_some()
            || (self.run().closed().is_some() && !self.has_said_end)
    }

    fn flush(&mut self) -> Result<(), Stop> {
        // Nobody is left to be told anything.
        if self.output.flush() { Ok(()) } else { Err(Stop::unheard()) }
    }

    /// Takes what happened, and tells it; gives whether anything was told.
    fn take(&mut self) -> Result<bool, Stop> {
        let happened = match self.sitting.take(self.who.is_none()) {
            Ok(happened) => happened,
            Err(error) => vec![Happening::Said(error.to_string())],
        };
        let before = self.output.printed();
        for happening in happened {
            match happening {
                // Who sits at its terminal has seen it there.
                Happening::Output { step, .. } if self.source.is_person() && self.is_interactive(&step) => {}
                Happening::Output { step, chunks } => {
                    let label = self.label(&step);
                    let lines = self.progress.take((&step, &label), &chunks, Instant::now());
                    lines.iter().for_each(|line| self.say_output(line));
                }
                Happening::Progress { step, words } => {
                    let label = self.label(&step);
                    let line = self.progress.reach((&step, &label), &words, Instant::now());
                    line.into_iter().for_each(|line| self.say_output(&line));
                }
                Happening::Said(words) => self.say(&format!("! {words}")),
            }
        }
        self.watch_what_runs();
        self.tell();
        Ok(self.output.printed() != before)
    }

    fn is_interactive(&self, step: &str) -> bool {
        self.run().plan().item(step).is_some_and(|item| self.run().is_interactive(item))
    }

    fn say_output(&mut self, line: &str) {
        self.make_room();
        self.say_hanging(line, 6);
    }

    /// Gives the number of a step, or what stands for one.
    fn label(&self, step: &str) -> String {
        self.run().plan().item(step).map_or_else(|| step.to_owned(), |item| item.number.clone())
    }

    /// Says what is silent for long, and what was still to be said of what ended.
    fn watch_what_runs(&mut self) {
        let now = Instant::now();
        let running: Vec<_> = self.run().running().map(|(step, _)| step.to_owned()).collect();
        running.iter().for_each(|step| self.progress.begin(step, now));
        let beside = self.run().ad_hoc().1;
        for step in self.progress.watched() {
            let label = self.label(&step);
            let runs = running.contains(&step) || (beside && step.starts_with("beside/"));
            let lines = match runs {
                true => self.progress.silence((&step, &label), now).into_iter().collect(),
                false => self.progress.end((&step, &label)),
            };
            lines.iter().for_each(|line| self.say_output(line));
        }
    }

    /// Tells every record that was not told yet.
    fn tell(&mut self) {
        let new: Vec<_> = self.run().trail().iter().skip(self.told).cloned().collect();
        self.told += new.len();
        for entry in new {
            self.make_room();
            self.say(&format!("recorded {}  {} {}", entry.n, entry.who, entry.what));
        }
    }

    /// Ends what stands at the prompt, so that a line of its own can follow.
    fn make_room(&mut self) {
        if self.output.is_asking() {
            self.output.print("\n");
        }
    }

    /// Asks for the next line, once all was read that it could be about.
    fn prompt(&mut self) {
        self.seen = self.run().head().n;
        self.stood = self.item().map(|item| self.run().standing(&item.id));
        let _ = self.output.flush();
        self.source.forget();
        self.print_prompt();
    }

    fn print_prompt(&mut self) {
        let words = self.prompt_words();
        self.make_room();
        match self.source.is_person() {
            true => self.output.put_question(&format!("{words}> ")),
            false => self.output.print(&format!("{words}>\n")),
        }
    }

    /// Names the item that is looked at, and says how it stands.
    fn prompt_words(&self) -> String {
        let words = match self.item() {
            Some(item) => {
                let standing = self.run().standing(&item.id);
                format!("{} {} ({})", item.number, item.id, standing.word())
            }
            None => format!("{} ({})", self.run().start().run, standing::run_word(self.run(), false)),
        };
        crate::text::Shown::line(&words).to_string()
    }

    /// Says what is wrong with a line; where nobody can type it again, that counts.
    fn refuse(&mut self, line: &str, why: &str) -> Result<(), Stop> {
        let fits = self.fits();
        if let Some(answers) = &self.source.answers {
            let asked = self.prompt_words();
            self.output.flush();
            return Err(answers.misfit((line, why), (&asked, &fits)));
        }
        self.has_refused |= !self.source.is_person();
        self.say(&format!("refused: {why}"));
        Ok(())
    }

    /// Says what would fit now.
    fn fits(&self) -> String {
        let needs = self.item().and_then(|item| standing::needs(self.run(), item, &self.stamp()));
        needs.unwrap_or_else(|| "help, which lists what can be done now".to_owned())
    }

    /// Leaves the run as it is.
    fn leave(&mut self) -> Result<Exit, Stop> {
        self.make_room();
        if let Some(who) = self.who.clone()
            && let Err(error) = self.sitting.leave(&who)
        {
            self.say(&format!("! {error}"));
        }
        self.tell();
        self.say_how_to_go_on();
        self.end()
    }

    fn say_how_to_go_on(&mut self) {
        let (run, is_over) = (self.run().start().run.clone(), self.run().closed().is_some());
        match (is_over, self.sitting.hand().sealed().is_some()) {
            (_, true) => {}
            (true, false) => self.say(&format!("The run is closed and not sealed yet: mop seal {run}")),
            (false, false) => self.say(&format!("The run stays as it is: mop resume {run}")),
        }
    }

    /// Ends the dialogue; answers that nobody asked for are a mistake.
    fn end(&mut self) -> Result<Exit, Stop> {
        if let Some(unused) = self.source.answers.as_ref().and_then(answers::Answers::unused) {
            return Err(unused);
        }
        Ok(if self.has_refused { Exit::Problems } else { Exit::Good })
    }
}
