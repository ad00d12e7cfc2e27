//! Acting: what is done on a line, once it is sure which step it is about and that it was read.
//!
//! Whoever acts on a step names it on the line, so that neither a held key nor lines that slipped do
//! anything. Whether it may be done is decided in `run`.

use std::io::Write;
use std::path::Path;

use super::words::{self, Said};
use super::{Dialogue, Snag};
use crate::app::read_attachment;
use crate::cli::Exit;
use crate::cli::stop::Stop;
use crate::exec::command::Secret;
use crate::id::nearest;
use crate::run::{Intent, Person, Standing, Verb};
use crate::runbook::plan::Item;
use crate::text::Shown;

impl<O: Write, E: Write> Dialogue<'_, O, E> {
    /// Does what a line says; gives how the program ends, where it does.
    pub(super) fn obey(&mut self, line: &str) -> Result<Option<Exit>, Stop> {
        self.output.note_answered();
        if line.trim().is_empty() {
            return Ok(None);
        }
        if !self.source.is_person() {
            self.echo(line);
        }
        match self.try_to_obey(line) {
            Ok(exit) => Ok(exit),
            Err(Snag::Refused(why)) => {
                self.tell();
                self.refuse(line, &why).map(|()| None)
            }
            Err(Snag::Stop(stop)) => Err(stop),
        }
    }

    /// Shows what was taken, so that what is printed can be followed; a value may be one that nobody may read.
    fn echo(&mut self, line: &str) {
        let shown = match super::answers::assignment(line) {
            Some((name, _)) => format!("< {name} = …"),
            None => format!("< {line}"),
        };
        self.say(&shown);
    }

    fn try_to_obey(&mut self, line: &str) -> Result<Option<Exit>, Snag> {
        let said = words::read(self.run(), line);
        match said.word {
            "help" => self.help(),
            "next" => self.go_to_next(),
            "again" => self.show(None),
            "show" => self.show_said(&said)?,
            "list" => self.list(),
            "trail" => self.trail(line.trim().strip_prefix("trail").unwrap_or_default().trim())?,
            "time" => self.time(),
            "status" => self.status(),
            "secrets" => self.type_secrets()?,
            "who" => self.who(),
            "leave" => return Ok(Some(self.leave()?)),
            _ => return self.act_on(&said, line),
        }
        Ok(None)
    }

    fn show_said(&mut self, said: &Said<'_>) -> Result<(), Snag> {
        if said.step.is_none() && !said.rest.is_empty() {
            return Err(Snag::Refused(self.no_such_step(said.rest)));
        }
        self.show(said.step.clone().or_else(|| self.at.clone()));
        Ok(())
    }

    /// Does what somebody has to answer for.
    fn act_on(&mut self, said: &Said<'_>, line: &str) -> Result<Option<Exit>, Snag> {
        let is_known = words::all().any(|word| word == said.word);
        if !is_known {
            let near = nearest(said.word, words::all()).map(|word| format!("; did you mean {word}?"));
            return Err(Snag::Refused(format!(
                "`{}` means nothing here{}",
                Shown::line_limited(said.word, 60),
                near.unwrap_or("; help lists what can be said".to_owned())
            )));
        }
        let who = self.who.clone().ok_or_else(|| Snag::Refused("you look on, and can do nothing".to_owned()))?;
        match said.word {
            "sign" => self.sign(&who, said)?,
            "choose" => self.choose(&who, said)?,
            "record" => self.record(&who, said)?,
            "terminal" => self.sit_down(said)?,
            "person" => self.change_person(line.trim().strip_prefix("person").unwrap_or_default().trim())?,
            "attach" => self.attach(&who, said)?,
            "adopt" => self.adopt(&who)?,
            "seal" => return self.seal(&who, line.trim().strip_prefix("seal").unwrap_or_default().trim()),
            word => match Verb::from_word(word) {
                Some(verb) => self.do_verb(&who, verb, said)?,
                None => return Err(Snag::Refused(format!("`{word}` cannot be done here"))),
            },
        }
        Ok(None)
    }

    /// Finds the step that a line names, which has to have been read as it is now.
    pub(super) fn named(&mut self, said: &Said<'_>) -> Result<Item, Snag> {
        let Some(id) = &said.step else {
            let number = self.item().map_or("STEP", |item| &item.number);
            return Err(Snag::Refused(match said.rest {
                "" => format!("name the step: {} {number}", said.word),
                rest => format!("{}, and the step has to be named: {} {number}", self.no_such_step(rest), said.word),
            }));
        };
        let item = self.run().plan().item(id).cloned();
        let item = item.ok_or_else(|| Snag::Refused(self.no_such_step(id)))?;
        if !self.is_read(&item) {
            self.print_sheet(&item);
            if self.source.is_person() {
                self.show(Some(id.clone()));
                return Err(Snag::Refused(format!(
                    "{} was not on the screen as it is now; read it, then say it again",
                    item.number
                )));
            }
            self.seen = self.run().head().n;
        }
        Ok(item)
    }

    fn no_such_step(&self, wanted: &str) -> String {
        let wanted = wanted.split_whitespace().next().unwrap_or_default();
        let names = self.run().items().iter().flat_map(|item| [&*item.id, item.number.as_str()]);
        let hint = nearest(wanted, names).map(|word| format!("; did you mean {word}?")).unwrap_or_default();
        format!("no step of this run has the number or id {}{hint}", Shown::line_limited(wanted, 60))
    }

    /// Does an intent, and tells what was recorded of it.
    pub(super) fn act(&mut self, intent: &Intent, who: &Person) -> Result<(), Snag> {
        let done = self.sitting.act(intent, who);
        self.tell();
        done?;
        self.is_chosen = false;
        Ok(())
    }

    fn choose(&mut self, who: &Person, said: &Said<'_>) -> Result<(), Snag> {
        let item = self.named(said)?;
        let options = self.run().sheet(&item).options;
        let option = said.rest.to_owned();
        if !options.iter().any(|(id, ..)| *id == option) {
            let known: Vec<_> = options.into_iter().map(|(id, ..)| id).collect();
            return Err(Snag::Refused(match (known.is_empty(), option.is_empty()) {
                (true, _) => "nothing is chosen in this step".to_owned(),
                (false, true) => format!("name the option, one of: {}", known.join(", ")),
                (false, false) => format!("there is no option {option}; the options are: {}", known.join(", ")),
            }));
        }
        let questions = self.run().questions(&item, Some(&option));
        let Some(values) = self.ask_all(&questions)? else { return Ok(()) };
        let (step, seen) = (item.id.to_string(), self.seen);
        self.act(&Intent::ChooseOption { step, seen, option, values }, who)
    }

    fn record(&mut self, who: &Person, said: &Said<'_>) -> Result<(), Snag> {
        let item = self.named(said)?;
        let questions = self.run().questions(&item, None);
        let Some(values) = self.ask_all(&questions)? else { return Ok(()) };
        let (step, seen) = (item.id.to_string(), self.seen);
        self.act(&Intent::RecordValues { step, seen, values }, who)
    }

    /// Does what the table of verbs has, after asking for what it has to be said with.
    fn do_verb(&mut self, who: &Person, verb: Verb, said: &Said<'_>) -> Result<(), Snag> {
        let may_be_of_run = matches!(verb, Verb::Note | Verb::Redline) && said.step.is_none();
        let item = if verb.is_of_item() && !may_be_of_run { Some(self.named(said)?) } else { None };
        let step = item.as_ref().map(|item| item.id.to_string()).unwrap_or_default();
        let Some(words) = self.ask_fields(verb)? else { return Ok(()) };
        if matches!(verb, Verb::Start | Verb::Retry)
            && let Some(item) = &item
        {
            self.be_ready_to_start(item)?;
        }
        let proved = match verb.is_signed() {
            true => match self.prove_verb(who, (verb, item.as_ref()), &words)? {
                Some(proved) => proved,
                None => return Ok(()),
            },
            false => None,
        };
        self.act(&verb.intent((&step, self.seen), &words, proved), who)
    }

    /// Asks for what has to be said with a verb.
    fn ask_fields(&mut self, verb: Verb) -> Result<Option<Vec<String>>, Snag> {
        let mut words = Vec::new();
        for field in verb.fields() {
            let may_be_empty = matches!(field.name, "mended" | "was");
            let proposed = may_be_empty.then_some("");
            let asking = super::ask::Asking { name: field.name, ask: field.ask, hint: "", proposed };
            let read = |typed: &str| match typed {
                "" if !may_be_empty => Err("a few words are needed here".to_owned()),
                typed => Ok(typed.to_owned()),
            };
            match super::ask::ask((&mut self.source, self.output), &asking, &read)? {
                Some(word) => words.push(word),
                None => return Ok(None),
            }
        }
        Ok(Some(words))
    }

    /// Asks for the secrets that a step needs, and once more where it is dangerous.
    fn be_ready_to_start(&mut self, item: &Item) -> Result<(), Snag> {
        let stamp = self.stamp();
        let can = self.run().verbs(Some(item), &stamp);
        if !(can.contains(&Verb::Start) || can.contains(&Verb::Retry)) {
            // It is refused for its reason, before anything secret is asked.
            return Ok(());
        }
        if self.run().sheet(item).callouts.iter().any(|callout| callout.word == "danger") {
            self.confirm(&item.number, "start it")?;
        }
        if self.source.is_person() {
            self.sitting.note_terminal();
        }
        self.ask_secrets(self.sitting.lacks(&item.id), "nothing was started")
    }

    /// Sits down at the terminal of a command that goes on.
    fn sit_down(&mut self, said: &Said<'_>) -> Result<(), Snag> {
        let item = self.named(said)?;
        let runs = matches!(self.run().standing(&item.id), Standing::Running(_));
        if !(runs && self.run().is_interactive(&item)) {
            return Err(Snag::Refused(format!("no command of {} waits for answers", item.number)));
        }
        if self.source.is_person() {
            self.sitting.note_terminal();
        }
        self.sitting.sit_down(&item.id)?;
        Ok(())
    }

    /// Asks for the secrets that probes wait for.
    fn type_secrets(&mut self) -> Result<(), Snag> {
        match self.sitting.probes_lack() {
            lacking if lacking.is_empty() => Err(Snag::Refused("no probe waits for a secret".to_owned())),
            lacking => self.ask_secrets(lacking, "its probes stay unknown"),
        }
    }

    fn ask_secrets(&mut self, names: Vec<String>, otherwise: &str) -> Result<(), Snag> {
        for name in names {
            let ask = super::ask::secret_question(self.run(), &name);
            let asking =
                super::ask::Asking { name: &name, ask: &ask, hint: "never shown, never recorded", proposed: None };
            let typed = super::ask::ask_hidden((&mut self.source, self.output), &asking)?;
            let typed = typed.ok_or_else(|| Snag::Refused(format!("{name} is needed; {otherwise}")))?;
            self.sitting.learn(name, Secret::new(typed.to_string()));
        }
        Ok(())
    }

    fn change_person(&mut self, name: &str) -> Result<(), Snag> {
        if name.is_empty() {
            return Err(Snag::Refused("name the person: person NAME".to_owned()));
        }
        let who = self.run().roster().person(name).map_err(|several| Snag::Refused(several.to_string()))?;
        let who = who.ok_or_else(|| Snag::Refused("a name has at least one letter or digit".to_owned()))?;
        if self.run().closed().is_none() && !self.run().people().iter().any(|known| known.id == who.id) {
            self.act(&Intent::Join { resumed: false }, &who)?;
        }
        self.say(&format!("acting: {} ({})", who.name, who.id));
        self.who = Some(who);
        // Somebody else has read nothing yet.
        self.read.clear();
        self.said = None;
        Ok(())
    }

    fn attach(&mut self, who: &Person, said: &Said<'_>) -> Result<(), Snag> {
        if said.rest.is_empty() {
            return Err(Snag::Refused("name the file: attach [STEP] FILE".to_owned()));
        }
        let (name, content) = read_attachment(Path::new(said.rest)).map_err(Snag::Refused)?;
        let done = self.sitting.hand_mut().attach((said.step.clone(), name), &content, who);
        self.tell();
        done.map(|_| ()).map_err(Snag::from)
    }
}
