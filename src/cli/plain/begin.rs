//! `mop run --plain`: what the runbook asks is asked one by one, and then the run begins.
//!
//! Answers come from the command line first, then from the dialogue. Secrets are asked when something
//! needs them. Nothing is made before a person typed the word for it.

use std::io::Write;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::ask::ask;
use super::enter::source;
use super::source::Source;
use super::{Dialogue, Snag};
use crate::app::{Beginning, Sitting, Store, Surroundings, begin};
use crate::cli::Exit;
use crate::cli::args::{RunArgs, StateArgs};
use crate::cli::given::{Given, OPERATOR};
use crate::cli::output::{Output, width};
use crate::cli::page::lines;
use crate::cli::screen::readable;
use crate::cli::state::{NO_PLACE, store};
use crate::cli::stop::Stop;
use crate::run::briefing::Known;
use crate::run::forecast::Teller;
use crate::run::{Answer, Asked, Briefing, Question, Run};
use crate::runbook::model::Runbook;
use crate::ui::Answers;

/// How many past runs are learnt from.
const MOST_PAST: usize = 20;

/// Starts a run, or a rehearsal of one, and talks about it.
pub(in crate::cli) fn run(
    place: &StateArgs,
    args: (&RunArgs, bool),
    output: &mut Output<impl Write, impl Write>,
) -> Exit {
    match start(place, args, output) {
        Ok(dialogue) => dialogue.talk(),
        Err(Ended::Stop(stop)) => stop.say(output),
        Err(Ended::Exit(exit)) => exit,
    }
}

/// Says why no run was begun.
enum Ended {
    Stop(Stop),
    Exit(Exit),
}

impl From<Stop> for Ended {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Snag> for Ended {
    fn from(snag: Snag) -> Self {
        match snag {
            Snag::Refused(why) => Self::Stop(Stop::no(why)),
            Snag::Stop(stop) => Self::Stop(stop),
        }
    }
}

fn start<'a, O: Write, E: Write>(
    place: &StateArgs,
    (args, is_rehearsal): (&RunArgs, bool),
    output: &'a mut Output<O, E>,
) -> Result<Dialogue<'a, O, E>, Ended> {
    let mut source = source(&args.talk)?;
    let (loaded, runbook) = readable(args, output).map_err(Ended::Exit)?;
    let mut store = store(place).ok_or_else(|| Stop::usage(NO_PLACE))?;
    if is_rehearsal {
        store = store.rehearsals();
    }
    let (surroundings, runbook) = (Surroundings::machine(), Arc::new(runbook));
    let given = Given::read(&runbook, args, surroundings.now().offset)?;
    let length = given.length;
    introduce(&runbook, is_rehearsal, output);
    let asker = Asker { runbook: &runbook, surroundings: &surroundings };
    let none = |output: &mut Output<O, E>| {
        output.print("No run was begun.\n");
        Ended::Exit(Exit::Good)
    };
    let Some((answers, window)) = asker.ask(given, (&mut source, output))? else { return Err(none(output)) };
    let beginning = Beginning { loaded: &loaded, runbook: &runbook, answers, window: (window, length) };
    let draft = beginning.draft(&surroundings, &store).map_err(Stop::from)?;
    brief(&draft, (&surroundings, &store, &loaded.findings()), output);
    if source.is_person() && !asker.is_meant((&mut source, output))? {
        return Err(none(output));
    }
    sit((store, surroundings), (beginning, args), (source, output))
}

/// Says what the run is going to be, in the sentences that the full screen shows.
fn brief(
    draft: &Run,
    (surroundings, store, warnings): (&Surroundings, &Store, &[String]),
    output: &mut Output<impl Write, impl Write>,
) {
    let history = store.history(surroundings, &draft.start().runbook, MOST_PAST);
    let now = surroundings.now();
    let teller = Teller { now_ms: now.at_ms, offset: now.offset };
    let briefing = Briefing::of(draft, &Known { history: Some(&history), warnings, teller });
    for part in &briefing.parts {
        output.print(&lines(&part.title, (width(), 2)));
        for said in &part.lines {
            output.print(&lines(&format!("{} {}", said.weight.sign(), said.words), (width(), 4)));
        }
    }
    output.print("\n");
}

/// Makes the run, and sits down at it.
fn sit<'a, O: Write, E: Write>(
    (store, surroundings): (Store, Surroundings),
    (beginning, args): (Beginning<'_>, &RunArgs),
    (source, output): (Source, &'a mut Output<O, E>),
) -> Result<Dialogue<'a, O, E>, Ended> {
    let (hand, who) = begin(surroundings, store, &beginning).map_err(Stop::from)?;
    let mut sitting = Sitting::at(hand).map_err(Stop::from)?;
    let words = sitting.come(&who, true).map_err(Stop::from)?;
    let mut dialogue = Dialogue::new(sitting, (Some(who), args.talk.key.clone()), (source, output));
    dialogue.told = 0;
    dialogue.say_where();
    words.iter().for_each(|words| dialogue.say(&format!("! {words}")));
    Ok(dialogue)
}

/// Says what is going to be run.
fn introduce(runbook: &Runbook, is_rehearsal: bool, output: &mut Output<impl Write, impl Write>) {
    let main = runbook.main();
    output.print(&lines(&main.title.outline(), (width(), 2)));
    if is_rehearsal {
        output.print("This is a rehearsal: commands are shown, and run only where the runbook says that it is safe.\n");
    }
    if let Some(about) = &main.about {
        let about = crate::text::markdown::plain(&about.outline(), width());
        about.iter().for_each(|line| output.print(&format!("{line}\n")));
    }
    output.print("\n");
}

/// Asks what a run begins with.
struct Asker<'a> {
    runbook: &'a Runbook,
    surroundings: &'a Surroundings,
}

/// Is all that was answered, and when the window begins where the command line says so.
type Answered = (Answers, Option<String>);

impl Asker<'_> {
    /// Asks what the command line does not answer; gives nothing where the person went back.
    fn ask(
        &self,
        Given { answers: mut given, window, length: _ }: Given,
        (source, output): (&mut Source, &mut Output<impl Write, impl Write>),
    ) -> Result<Option<Answered>, Snag> {
        let mut answers = Answers::new();
        for question in self.questions(window.is_none()) {
            let answer = match given.iter().position(|(name, _)| *name == question.name) {
                Some(at) => Some(given.swap_remove(at).1),
                None => {
                    let read = |typed: &str| self.read(&question, typed);
                    ask((source, output), &(&question).into(), &read)?
                }
            };
            let Some(answer) = answer else { return Ok(None) };
            answers.push((question.asked, question.name, answer));
        }
        Ok(Some((answers, window.map(|window| window.to_string()))))
    }

    /// Lists what is asked: the inputs, the window, and who is here.
    fn questions(&self, asks_window: bool) -> Vec<Question> {
        let mut questions = Question::at_start(self.runbook);
        if self.runbook.main().window.is_some() && asks_window {
            let now = self.surroundings.now();
            questions.push(Question::window(Some(now.local(now.at_ms).format("%Y-%m-%d %H:%M").to_string())));
        }
        questions.push(Question {
            asked: Asked::Operator,
            name: OPERATOR.to_owned(),
            ask: "Your name; it stands beside everything you sign".to_owned(),
            proposed: None,
            hint: String::new(),
        });
        questions
    }

    fn read(&self, question: &Question, typed: &str) -> Result<Answer, String> {
        question.read(Some(self.runbook), typed, self.surroundings.now().offset)
    }

    /// Makes sure that a person wants to begin: a word, which no held key types.
    fn is_meant(&self, (source, output): (&mut Source, &mut Output<impl Write, impl Write>)) -> Result<bool, Snag> {
        loop {
            let _ = output.flush();
            source.forget();
            output.put_question("type begin to start the run, leave to leave> ");
            let _ = output.flush();
            let line: Zeroizing<String> = match source.typist.line() {
                Err(crate::app::NotTyped::Ended) => return Ok(false),
                line => line?,
            };
            output.note_answered();
            match line.trim() {
                "begin" => return Ok(true),
                "leave" => return Ok(false),
                _ => {}
            }
        }
    }
}
