//! Writing: the fields of a form, and the remark.

use super::{Request, named};
use crate::run::{Answer, Intent};
use crate::ui::command::Command;
use crate::ui::field::{Field, MOST_IN_NOTE};
use crate::ui::form::{Answers, Form, Origin};
use crate::ui::model::Sight;
use crate::ui::screen::{Dialog, Mode, Screen};
use crate::ui::signing::{Signing, Stage};

/// What to say when more was written than there is room for.
const FULL: &str = "there is no room for more; what was too much is left out";
/// How many letters a note may have that is thrown away without asking.
const FEW_LETTERS: usize = 24;

/// Adds what was typed or pasted to the field that is written.
pub(super) fn write(screen: &mut Screen, text: &str) {
    if field(screen).is_some_and(|field| !field.write(text)) {
        screen.say(full(screen));
    }
}

fn full(screen: &Screen) -> String {
    match &screen.dialog {
        Some(Dialog::Note(_)) => format!("a note has at most {MOST_IN_NOTE} letters; what was too much is left out"),
        _ => FULL.to_owned(),
    }
}

fn field(screen: &mut Screen) -> Option<&mut Field> {
    match screen.dialog.as_mut()? {
        Dialog::Form(form) => {
            form.problem = None;
            form.questions.get_mut(form.at).map(|(_, field)| field)
        }
        Dialog::Note(writing) => {
            writing.is_warned = false;
            Some(&mut writing.field)
        }
        Dialog::Sign(Signing { stage: Stage::Pin(field), .. }) => Some(field),
        Dialog::Review(_)
        | Dialog::Sign(_)
        | Dialog::Signer(_)
        | Dialog::Choose(_)
        | Dialog::Menu(_)
        | Dialog::Confirm(_)
        | Dialog::Help(_)
        | Dialog::Times
        | Dialog::Chart
        | Dialog::Looking(_)
        | Dialog::Listing(_)
        | Dialog::Probe(_)
        | Dialog::Record(_) => None,
    }
}

fn edit(screen: &mut Screen, command: Command) {
    if field(screen).is_some_and(|field| !field.edit(command)) {
        screen.say(full(screen));
    }
}

/// Does what a command means in a form.
pub(super) fn form(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let Some(Dialog::Form(form)) = &mut screen.dialog else { return None };
    match command {
        Command::Close => screen.close(),
        Command::PreviousField => {
            form.problem = None;
            form.go_to(form.at.saturating_sub(1));
        }
        Command::Accept => {
            let answers = accept(form, sight)?;
            let origin = form.origin.clone();
            // What is begun is looked at first, and the form stays below it.
            if origin == Origin::Start {
                return Some(Request::Review(answers));
            }
            screen.close();
            return request(screen, sight, (origin, answers));
        }
        _ => edit(screen, command),
    }
    None
}

/// Accepts the field that is written; gives all answers when it was the last and all are good.
fn accept(form: &mut Form, sight: &Sight<'_>) -> Option<Answers> {
    let mut read = Vec::new();
    for (at, (question, _)) in form.questions.iter().enumerate() {
        match form.read(at, sight) {
            Ok(answer) => read.push((question.asked, question.name.clone(), answer)),
            // A field further down is not held against a person before he came to it.
            Err(_) if at > form.at => break,
            Err(problem) => {
                form.go_to(at);
                form.problem = Some(problem);
                return None;
            }
        }
    }
    form.problem = None;
    if form.at + 1 < form.questions.len() {
        form.go_to(form.at + 1);
        return None;
    }
    Some(read)
}

fn request(screen: &mut Screen, sight: &Sight<'_>, (origin, answers): (Origin, Answers)) -> Option<Request> {
    let name = |answers: Answers| match answers.into_iter().next() {
        Some((_, _, Answer::One(name))) => Some(name),
        _ => None,
    };
    match origin {
        Origin::Start => Some(Request::Review(answers)),
        Origin::Resume(run) => name(answers).map(|name| Request::Resume(run, name)),
        Origin::Person => name(answers).map(Request::Person),
        Origin::Attach => attach(screen, sight, &answers),
        Origin::Seal => match (name(answers), sight.run()) {
            (Some(id), Some(run)) if id == run.start().run => Some(Request::Seal),
            _ => {
                let more = sight.setting.bindings.key(Mode::Checklist, Command::Menu);
                screen.say(format!("not sealed: that is not the id of this run; {more} offers it again"));
                None
            }
        },
        Origin::Adopt => match name(answers).filter(|why| !why.is_empty()) {
            Some(why) => Some(Request::Adopt(why)),
            None => {
                let more = sight.setting.bindings.key(Mode::Checklist, Command::Menu);
                screen
                    .say(format!("the run goes on by the runbook as it is here; {more} offers the changed one again"));
                None
            }
        },
        Origin::Record { step, seen } => {
            Some(Request::Decide(Intent::RecordValues { step, seen, values: named(answers) }))
        }
        Origin::Verb { verb, step, seen } => {
            let said = answers.into_iter().map(|(_, _, answer)| answer.to_string()).collect();
            super::menu::act(screen, sight, (step, seen, verb), said)
        }
        Origin::Secrets(intent) => {
            let secrets = answers.into_iter().map(|(_, name, answer)| (name, answer.to_string())).collect();
            Some(Request::Learn(intent, secrets))
        }
        Origin::Option { step, seen, option } => {
            Some(Request::Decide(Intent::ChooseOption { step, seen, option, values: named(answers) }))
        }
    }
}

/// Asks for a file to be put into the run, about an item that is named by number or id.
fn attach(screen: &mut Screen, sight: &Sight<'_>, answers: &Answers) -> Option<Request> {
    let said = |name: &str| answers.iter().find(|(_, known, _)| known == name).map(|(.., answer)| answer.to_string());
    let (path, about) = (said("path")?, said("about").unwrap_or_default());
    let item = sight.run()?.items().iter().find(|item| item.number == about || *item.id == *about);
    match item {
        None if !about.is_empty() => {
            screen.say(format!("no step of this run has the number or id {about}; nothing was attached"));
            None
        }
        item => Some(Request::Attach(path, item.map(|item| item.id.to_string()))),
    }
}

/// Does what a command means while it is looked at what a run is going to be.
pub(super) fn review(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    // What was typed ahead begins nothing that nobody saw.
    let is_seen = screen.is_dialog_seen();
    match (screen.dialog.take(), command) {
        (Some(Dialog::Review(reviewing)), Command::Close) => screen.dialog = Some(Dialog::Form(reviewing.form)),
        (Some(Dialog::Review(reviewing)), command) => {
            let answers = (is_seen && command == Command::Begin).then(|| reviewing.answers.clone());
            screen.dialog = Some(Dialog::Review(reviewing));
            super::turn_page(screen, sight, command);
            return answers.map(Request::Begin);
        }
        (other, _) => screen.dialog = other,
    }
    None
}

/// Does what a command means while a remark is written.
pub(super) fn note(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    match command {
        Command::Close => leave_note(screen, sight),
        Command::Accept => return keep_note(screen, sight),
        _ => edit(screen, command),
    }
    None
}

/// Goes back from a remark; what took a while to write is thrown away only when that is said twice.
fn leave_note(screen: &mut Screen, sight: &Sight<'_>) {
    let Some(Dialog::Note(writing)) = &mut screen.dialog else { return };
    let was = writing.beside.as_ref().and_then(|signing| signing.note.as_deref()).unwrap_or_default();
    let is_changed = writing.field.text() != was;
    if is_changed && writing.field.count() > FEW_LETTERS && !writing.is_warned {
        writing.is_warned = true;
        let keys = &sight.setting.bindings;
        let (leaves, keeps) = (keys.key(Mode::Note, Command::Close), keys.key(Mode::Note, Command::Accept));
        return screen.say(format!("{leaves} once more throws this note away; {keeps} keeps it"));
    }
    screen.dialog = writing.beside.take().map(|signing| Dialog::Sign(*signing));
}

/// Records a remark, or keeps it for the signature that it is for.
fn keep_note(screen: &mut Screen, sight: &Sight<'_>) -> Option<Request> {
    let Some(Dialog::Note(writing)) = &mut screen.dialog else { return None };
    let text = writing.field.text();
    if let Some(mut signing) = writing.beside.take() {
        signing.note = Some(text).filter(|text| !text.trim().is_empty());
        screen.dialog = Some(Dialog::Sign(*signing));
        return None;
    }
    if text.trim().is_empty() {
        screen.say(format!("a few words are needed here; {}", sight.setting.bindings.back(Mode::Note)));
        return None;
    }
    let step = writing.step.take();
    screen.close();
    Some(Request::Decide(Intent::AddNote { step, text }))
}
