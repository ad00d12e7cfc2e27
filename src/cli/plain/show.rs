//! What there is to read: the step at the prompt, the list, the trail, who is here, how the time stands.
//!
//! One fact a line. A step is read as a whole before anything can be done with it, and again when it
//! reads otherwise than before.

use std::io::Write;

use super::words::WORDS;
use super::{Dialogue, time};
use crate::cli::output::width;
use crate::cli::{page, settings, standing};
use crate::run::{Run, Standing, Verb};
use crate::runbook::plan::Item;
use crate::time::Length;

/// How many records are read when nobody says how many.
const MOST_TRAIL: usize = 20;

impl<O: Write, E: Write> Dialogue<'_, O, E> {
    /// Finds the item to look at, and prints it where it has to be read.
    pub(super) fn point(&mut self) {
        let is_open = self.item().is_some_and(|item| {
            let standing = self.run().standing(&item.id);
            standing.is_open() || matches!(standing, Standing::Regressed(_))
        });
        if !(is_open || self.is_chosen) {
            let next = self.run().next_open().and_then(|at| self.run().items().get(at));
            self.at = next.map(|item| item.id.to_string());
        }
        match self.item().cloned() {
            Some(item) => self.print_item(&item),
            None => self.say_end(),
        }
    }

    /// Prints an item in full where it was not read as it is now, and else only how it stands.
    fn print_item(&mut self, item: &Item) {
        self.has_said_end = false;
        if !self.is_read(item) {
            self.print_heading(item);
            self.print_sheet(item);
            self.said = None;
        }
        let mut state = format!("state: {}\n", standing::words(&self.run().standing(&item.id)));
        if let Some(needs) = standing::needs(self.run(), item, &self.stamp()) {
            state += &format!("needs: {needs}\n");
        }
        let said = Some((item.id.to_string(), state));
        if self.said != said {
            self.say(said.as_ref().map(|(_, state)| state.as_str()).unwrap_or_default());
            self.said = said;
        }
    }

    /// Tells whether an item was read as it is now.
    pub(super) fn is_read(&self, item: &Item) -> bool {
        self.read.get(&*item.id).is_some_and(|read| *read == self.run().sheet(item).plain())
    }

    /// Prints all that there is to read of an item.
    pub(super) fn print_sheet(&mut self, item: &Item) {
        let plain = self.run().sheet(item).plain();
        let text = page::sheet(self.run(), item, width());
        self.output.print(&format!("\n{text}"));
        self.read.insert(item.id.to_string(), plain);
    }

    /// Prints the heading that an item stands under, when it is another one.
    fn print_heading(&mut self, item: &Item) {
        let run = self.run();
        let Some(at) = run.plan().position(&item.id) else { return };
        let above = run.items().get(..=at).unwrap_or_default().iter().rev().find(|above| above.depth == 0);
        let Some(above) = above.filter(|above| above.id != item.id && self.heading.as_deref() != Some(&above.id))
        else {
            return;
        };
        let (id, title, number) = (above.id.to_string(), run.title(above), above.number.clone());
        let above = above.clone();
        self.output.print("\n");
        self.say(format!("== {number} {title}").trim());
        let body = page::sheet(self.run(), &above, width());
        // Its first line is the title.
        let body = body.split_once('\n').map(|(_, body)| body.trim_matches('\n').to_owned()).unwrap_or_default();
        if !body.is_empty() {
            self.output.print(&format!("{body}\n"));
        }
        self.heading = Some(id);
    }

    /// Says once that there is nothing to act on, and why.
    fn say_end(&mut self) {
        if std::mem::replace(&mut self.has_said_end, true) {
            return;
        }
        let run = self.run();
        let (progress, open) = (run.progress(), run.open_items().count());
        let words = match (run.closed(), run.stopped(), open) {
            (Some(result), ..) => format!("The run is closed: {result}. seal seals it."),
            (None, _, 0) => {
                format!("Every step is settled, {} of {}. seal closes and seals the run.", progress.done, progress.of)
            }
            (None, Some(number), _) => format!(
                "The run was stopped in {number}, {} of {} settled. seal closes and seals it, back-out begins the way back.",
                progress.done, progress.of
            ),
            (None, None, open) => {
                format!("No step can be acted on now; {open} are open. list says what each waits for.")
            }
        };
        let deferred: Vec<_> = run.deferred().map(|item| item.number.clone()).collect();
        self.output.print("\n");
        self.say(&words);
        if !deferred.is_empty() {
            self.say(&format!("Deferred, to be done or handed over before the run is closed: {}", deferred.join(", ")));
        }
    }

    /// Goes to an item and prints it, whatever was read of it before.
    pub(super) fn show(&mut self, id: Option<String>) {
        self.is_chosen = id.is_some();
        if let Some(id) = id.or_else(|| self.at.clone()) {
            self.read.remove(&id);
            self.at = Some(id);
        }
        (self.said, self.has_said_end) = (None, false);
    }

    /// Goes to the step that is next.
    pub(super) fn go_to_next(&mut self) {
        let next = self.run().next_open().and_then(|at| self.run().items().get(at)).map(|item| item.id.to_string());
        (self.at, self.is_chosen, self.said, self.has_said_end) = (next, false, None, false);
    }

    pub(super) fn list(&mut self) {
        let theme = settings::plain();
        let run = self.run();
        let rows: Vec<_> = run
            .items()
            .iter()
            .zip(run.standings())
            .map(|(item, standing)| {
                let (mark, _) = theme.mark(&standing);
                let title = run.title(item);
                format!("{mark} {} {}: {title} ({})", item.number, item.id, standing::words(&standing))
            })
            .collect();
        self.say(&about(self.run()));
        rows.iter().for_each(|row| self.say_hanging(row, 5));
    }

    pub(super) fn trail(&mut self, count: &str) -> Result<(), super::Snag> {
        let count = match count {
            "" => MOST_TRAIL,
            count => count.parse().map_err(|_| super::Snag::Refused(format!("`{count}` is no number of records")))?,
        };
        let now = self.sitting.hand().now();
        let trail = self.run().trail();
        let last = trail.get(trail.len().saturating_sub(count)..).unwrap_or_default();
        let words = |entry: &crate::run::Entry| {
            format!("{}  {}  {} {}", entry.n, now.local(entry.at_ms).format("%H:%M:%S"), entry.who, entry.what)
        };
        let rows: Vec<_> = last.iter().map(words).collect();
        rows.iter().for_each(|row| self.say(row));
        Ok(())
    }

    pub(super) fn time(&mut self) {
        let history = self.sitting.hand().history();
        let rows = time::facts(self.run(), &history, &self.sitting.hand().now());
        rows.iter().for_each(|row| self.say(row));
    }

    pub(super) fn status(&mut self) {
        let now_ms = self.sitting.hand().now().at_ms;
        let sightings = self.sitting.sightings();
        if sightings.is_empty() {
            self.say("This run has no status probes.");
        }
        for seen in sightings {
            let age = seen.at_ms.map(|at_ms| Length::seconds((now_ms - at_ms).max(0).unsigned_abs() / 1000));
            let age = age.map(|age| format!(", {age} ago")).unwrap_or_default();
            self.say(&format!("{} {}: {}{age}", seen.state.word(), seen.probe, seen.words));
        }
        match self.sitting.probes_lack() {
            lacking if lacking.is_empty() => {}
            lacking => self.say(&format!("Probes wait for {}: the word secrets asks for them.", lacking.join(", "))),
        }
    }

    pub(super) fn who(&mut self) {
        let run = self.run();
        let driver = run.driver().map_or_else(|| "nobody".to_owned(), |driver| driver.who.name.clone());
        let mut rows = vec![match &self.who {
            Some(who) => format!("acting: {} ({})", who.name, who.id),
            None => "acting: nobody; you look on".to_owned(),
        }];
        rows.push(format!("drives: {driver}"));
        rows.extend(run.asking().map(|who| format!("asks for the wheel: {}", who.name)));
        rows.extend(run.people().iter().map(|who| format!("has joined: {} ({})", who.name, who.id)));
        let others = self.sitting.others();
        rows.extend(others.iter().map(|guest| format!("also here: {}, at {}", guest.name, guest.terminal)));
        rows.iter().for_each(|row| self.say(row));
    }

    pub(super) fn help(&mut self) {
        let item = self.item().cloned();
        let verbs = self.run().verbs(item.as_ref(), &self.stamp());
        let number = item.as_ref().map_or("STEP", |item| &item.number).to_owned();
        self.say("A step is named by its number or its id. An empty line does nothing.");
        for (word, behind, does) in WORDS {
            self.say(&format!("{} - {does}", format!("{word} {behind}").trim_end()));
        }
        self.say("What else can be done now:");
        for verb in verbs {
            let step = if verb.is_of_item() && !matches!(verb, Verb::Note | Verb::Redline) {
                format!(" {number}")
            } else {
                String::new()
            };
            self.say(&format!("{}{step} - {}", verb.word(), verb.title()));
        }
    }
}

/// Names a run and says how far it is.
pub(super) fn about(run: &Run) -> String {
    let (start, progress) = (run.start(), run.progress());
    let kind = if start.rehearsal { "rehearsal" } else { "run" };
    format!("{} · {kind} {} · {} of {} settled", run.name(), start.run, progress.done, progress.of)
}
