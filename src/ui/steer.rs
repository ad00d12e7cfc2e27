//! What a command does: it changes where the operator looks, or asks for something.
//!
//! One function for each mode. Nothing is decided here: what is wanted goes out as a [`Request`].

mod copy;
mod fill;
mod fold;
mod menu;
mod mouse;
mod panes;
mod past;

pub use mouse::{Mouse, Pointed};

use super::areas::is_too_small;
use super::command::Command;
use super::dialog::form::operator;
use super::form::{Form, Origin};
use super::keymap::Deed;
use super::model::{Book, Entry, Listed, Sight, Subject};
pub(super) use panes::{top, turn_page};
pub use past::reviewing;

use super::screen::{Choosing, Dialog, Mode, Screen, Writing};
use super::signing::{self, Proving};
use crate::run::{Answer, Intent, Run, Standing, Verb};
use crate::runbook::plan::Item;

/// Is something that others must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Decide this.
    Decide(Intent),
    /// Open this runbook and ask what it asks; to practise it, or not.
    Open(String, bool),
    /// Ask who goes on with this run, which is practice or not.
    Enter(String, bool),
    /// Keep these secrets in mind, and then decide this, if it is for that.
    Learn(Option<Box<Intent>>, Vec<(String, String)>),
    /// Prove who signs, and sign.
    Prove(Proving),
    /// Stop proving it.
    StopProving,
    /// Show what a run of the runbook that was opened is going to be, with these answers.
    Review(super::Answers),
    /// Begin a run of the runbook that was opened.
    Begin(super::Answers),
    /// Go on with this run, as this person.
    Resume(String, String),
    /// Let this person act.
    Person(String),
    /// Put the file with this path into the run, about this item.
    Attach(String, Option<String>),
    /// Go on by the changed runbook, for this reason.
    Adopt(String),
    /// Seal the run that is closed.
    Seal,
    /// Sit down at the terminal of this item's command, which runs.
    SitDown(String),
    /// Give this text to the clipboard of the terminal; what it is, in words.
    Copy {
        /// What it is.
        what: String,
        /// The text.
        text: String,
    },
    /// End the program.
    Leave,
    /// Look at this run afterwards, which is practice or not.
    LookBack(String, bool),
    /// Draw everything anew.
    Redraw,
    /// Give the terminal back until somebody lets the program go on.
    StepBack,
}

/// Does what a key or a paste means.
pub fn steer(screen: &mut Screen, sight: &Sight<'_>, deed: Deed) -> Option<Request> {
    screen.message = None;
    screen.note_pressed(sight.now.at_ms);
    let command = match deed {
        Deed::Write(_) | Deed::Point(_) if is_too_small(screen) => return None,
        Deed::Point(mouse) => return mouse::point(screen, sight, mouse),
        Deed::Write(text) => {
            match sight.run().map(|run| (run, screen.mode(true))) {
                Some((run, Mode::Find)) => screen.find(run, |words| _ = words.write(&text)),
                Some((_, Mode::Sift)) => past::change(screen, sight, |sieve| _ = sieve.words.write(&text)),
                _ => fill::write(screen, &text),
            }
            return None;
        }
        Deed::Do(Command::Leave) => return Some(Request::Leave),
        Deed::Do(Command::Redraw) => return Some(Request::Redraw),
        Deed::Do(Command::StepBack) => return Some(Request::StepBack),
        // What nobody can see, nobody does.
        Deed::Do(_) if is_too_small(screen) => return None,
        Deed::Do(Command::Copy) => return copy::copy(screen, sight),
        Deed::Do(command) => command,
    };
    match screen.mode(sight.run().is_some()) {
        Mode::Home => home(screen, sight, command),
        Mode::Checklist => checklist(screen, sight, command),
        Mode::Form => fill::form(screen, sight, command),
        Mode::Review => fill::review(screen, sight, command),
        Mode::Note => fill::note(screen, sight, command),
        Mode::Choose => choose(screen, sight, command),
        Mode::Confirm => menu::confirm(screen, sight, command),
        Mode::Sign | Mode::Pin | Mode::Waiting => signing::sign(screen, sight, command),
        Mode::Find => find(screen, sight, command),
        Mode::Past => past::past(screen, sight, command),
        Mode::Sift => past::sift(screen, sight, command),
        Mode::Help | Mode::Page => page(screen, sight, command),
    }
}

fn home(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let Subject::Home(shelf) = sight.subject else { return None };
    let entry = shelf.shown(screen.with_sealed).nth(screen.home);
    match (command, entry) {
        (Command::Help, _) => screen.open(Dialog::Help(Mode::Home)),
        (Command::ShowSealed, _) => {
            screen.with_sealed = !screen.with_sealed;
            screen.keep_inside(shelf, None);
            if shelf.sealed() == 0 {
                screen.say("no run here is sealed yet");
            }
        }
        (Command::Act | Command::Rehearse, Some(Entry::Runbook(Book { problem: Some(why), .. }))) => {
            screen.say(why.clone())
        }
        (Command::Act, Some(Entry::Runbook(book))) => return Some(Request::Open(book.path.clone(), false)),
        (Command::Rehearse, Some(Entry::Runbook(book))) => return Some(Request::Open(book.path.clone(), true)),
        (Command::Rehearse, Some(Entry::Run(_))) => screen.say("a run cannot be practised; choose its runbook below"),
        (Command::Act, Some(Entry::Run(Listed { problem: Some(why), .. }))) => screen.say(why.clone()),
        // Nothing can be recorded in it any more.
        (Command::Act, Some(Entry::Run(run))) if run.is_sealed => {
            return Some(Request::LookBack(run.name.clone(), run.is_rehearsal));
        }
        (Command::Act, Some(Entry::Run(run))) => return Some(Request::Enter(run.name.clone(), run.is_rehearsal)),
        _ => screen.home = moved(screen.home, command, (shelf.shown(screen.with_sealed).count(), 10)),
    }
    None
}

fn checklist(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let run = sight.run()?;
    let item = screen.selected(run)?;
    match command {
        Command::Help => screen.open(Dialog::Help(Mode::Checklist)),
        Command::Act if panes::open(screen, sight, run) => {}
        command if sight.setting.is_watching && command.acts() => screen.say(watching(run)),
        Command::Sign => signing::begin(screen, sight, (run, item)),
        Command::Act if is_at_terminal(run, item) => return Some(Request::SitDown(item.id.to_string())),
        Command::Act => act(screen, sight, (run, item)),
        Command::Menu => menu::open(screen, sight, (run, item)),
        // What could not be recorded is not written first.
        Command::Note => match run.check_may_note(&sight.stamp().who) {
            Ok(()) => screen.open(Dialog::Note(Writing::on(Some(item.id.to_string())))),
            Err(refusal) => screen.say(refusal.to_string()),
        },
        Command::Person => screen.ask(Form::new(Origin::Person, "Who acts now?".to_owned(), vec![operator()])),
        Command::NextOpen => screen.go_to_next(run),
        Command::Zoom => {
            screen.is_zoomed = !screen.is_zoomed;
            screen.fit(run);
        }
        Command::Times => screen.open(Dialog::Times),
        Command::Find => screen.begin_to_find(),
        Command::NextFound => screen.go_to_found(run, true),
        Command::PreviousFound => screen.go_to_found(run, false),
        Command::Close => screen.find = None,
        Command::Fold | Command::Unfold | Command::FoldDone => fold::fold(screen, run, command),
        Command::NextPane | Command::PreviousPane => panes::go_round(screen, sight, command),
        _ => panes::scroll(screen, sight, (run, command)),
    }
    None
}

/// Says to who looks on that he cannot act, and how he could.
pub fn watching(run: &Run) -> String {
    format!("you are watching, and nothing you do here is recorded; mop join {} sits down to act", run.start().run)
}

/// Tells whether somebody can sit down at the terminal of an item's command.
fn is_at_terminal(run: &Run, item: &Item) -> bool {
    run.is_interactive(item) && matches!(run.standing(&item.id), Standing::Running(_))
}

/// Does what a step asks for before it can be signed.
fn act(screen: &mut Screen, sight: &Sight<'_>, (run, item): (&Run, &Item)) {
    if matches!(run.standing(&item.id), Standing::Failed(_) | Standing::EndUnknown(_) | Standing::Running(_)) {
        return menu::open(screen, sight, (run, item));
    }
    if let Err(refusal) = run.check_is_open(item, &sight.stamp()) {
        return screen.say(refusal.to_string());
    }
    let (step, seen) = (item.id.to_string(), run.head().n);
    let questions = run.questions(item, None);
    let is_choice = !run.sheet(item).options.is_empty();
    let is_noted = questions.iter().all(|question| run.has_recorded(&item.id, &question.name));
    // What a person noted down he may mend; what was chosen or found in the output stays.
    let is_settled = is_noted && (is_choice || run.is_acting(item));
    let is_asked = !questions.is_empty() && !is_settled;
    if run.is_to_start(item) {
        menu::show_start(screen, (step, seen, Verb::Start), Vec::new());
    } else if is_asked {
        let title = format!("{} {}", item.number, run.title(item));
        screen.ask(Form::new(Origin::Record { step, seen }, title, questions));
    } else if is_choice {
        screen.open(Dialog::Choose(Choosing { step, seen, at: 0 }));
    } else {
        let sign = sight.setting.bindings.key(Mode::Checklist, Command::Sign);
        screen.say(match run.is_acting(item) {
            true => format!("it was done: press {sign} to sign"),
            false => format!("do it as the step says, then press {sign} to sign"),
        });
    }
}

fn choose(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let run = sight.run()?;
    let choosing = match &mut screen.dialog {
        Some(Dialog::Choose(choosing)) => choosing,
        Some(Dialog::Menu(_)) => return menu::choose(screen, sight, command),
        Some(Dialog::Looking(_) | Dialog::Listing(_)) => return past::choose(screen, sight, command),
        _ => {
            signing::ask(screen, sight, command);
            return None;
        }
    };
    let options = run.plan().item(&choosing.step).map(|item| run.sheet(item).options).unwrap_or_default();
    match command {
        Command::Close => screen.close(),
        Command::Act => {
            let (option, title, _) = options.get(choosing.at)?.clone();
            let (step, seen) = (choosing.step.clone(), choosing.seen);
            let questions = run.plan().item(&step).map(|item| run.questions(item, Some(&option))).unwrap_or_default();
            if questions.is_empty() {
                screen.close();
                return Some(Request::Decide(Intent::ChooseOption { step, seen, option, values: Vec::new() }));
            }
            screen.ask(Form::new(Origin::Option { step, seen, option }, title, questions));
        }
        _ => choosing.at = moved(choosing.at, command, (options.len(), 10)),
    }
    None
}

/// Does what a command means while a page is read.
fn page(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    match command {
        Command::Close => screen.close(),
        _ => turn_page(screen, sight, command),
    }
    None
}

/// Does what a command means while something is looked for.
fn find(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let run = sight.run()?;
    match command {
        Command::Accept => screen.keep_found(),
        Command::Close => screen.stop_finding(run),
        Command::NextFound => screen.go_to_found(run, true),
        Command::PreviousFound => screen.go_to_found(run, false),
        command => screen.find(run, |words| _ = words.edit(command)),
    }
    None
}

/// Gives the place in a list of `len` after a movement.
pub(super) fn moved(at: usize, command: Command, (len, page): (usize, usize)) -> usize {
    let last = len.saturating_sub(1);
    let to = match command {
        Command::Up => at.saturating_sub(1),
        Command::Down => at + 1,
        Command::PageUp => at.saturating_sub(page),
        Command::PageDown => at + page,
        Command::First => 0,
        Command::Last => last,
        _ => at,
    };
    to.min(last)
}

/// Leaves out what was asked and keeps names and answers.
fn named(answers: super::Answers) -> Vec<(String, Answer)> {
    answers.into_iter().map(|(_, name, answer)| (name, answer)).collect()
}
