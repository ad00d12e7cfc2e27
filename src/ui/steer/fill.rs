//! Writing: the fields of a form, and the remark.

use super::{Request, named};
use crate::run::{Answer, Intent};
use crate::ui::command::Command;
use crate::ui::model::Sight;
use crate::ui::screen::{Answers, Dialog, Field, Form, Origin, Screen};
use crate::ui::signing::{Signing, Stage};

/// Adds what was typed or pasted to the field that is written.
pub(super) fn write(screen: &mut Screen, text: &str) {
    if let Some(field) = field(screen) {
        field.write(text);
    }
}

fn field(screen: &mut Screen) -> Option<&mut Field> {
    match screen.dialog.as_mut()? {
        Dialog::Form(form) => {
            form.problem = None;
            form.questions.get_mut(form.at).map(|(_, field)| field)
        }
        Dialog::Note(writing) => Some(&mut writing.field),
        Dialog::Sign(Signing { stage: Stage::Pin(field), .. }) => Some(field),
        Dialog::Sign(_)
        | Dialog::Signer(_)
        | Dialog::Choose(_)
        | Dialog::Menu(_)
        | Dialog::Confirm(_)
        | Dialog::Help(_)
        | Dialog::Times
        | Dialog::Probe(_)
        | Dialog::Record(_) => None,
    }
}

fn edit(screen: &mut Screen, command: Command) {
    match (field(screen), command) {
        (Some(field), Command::Erase) => field.erase(),
        (Some(field), Command::Clear) => field.clear(),
        _ => {}
    }
}

/// Does what a command means in a form.
pub(super) fn form(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let Some(Dialog::Form(form)) = &mut screen.dialog else { return None };
    match command {
        Command::Close => screen.close(),
        Command::PreviousField => form.at = form.at.saturating_sub(1),
        Command::Accept => {
            let answers = accept(form, sight)?;
            let origin = form.origin.clone();
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
    for (at, (question, field)) in form.questions.iter().enumerate() {
        match question.read(sight.runbook, field.text(), sight.now.offset) {
            Ok(answer) => read.push((question.asked, question.name.clone(), answer)),
            // A field further down is not held against a person before he came to it.
            Err(_) if at > form.at => break,
            Err(problem) => {
                form.at = at;
                form.problem = Some(problem);
                return None;
            }
        }
    }
    form.problem = None;
    if form.at + 1 < form.questions.len() {
        form.at += 1;
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
        Origin::Start => Some(Request::Begin(answers)),
        Origin::Resume(run) => name(answers).map(|name| Request::Resume(run, name)),
        Origin::Person => name(answers).map(Request::Person),
        Origin::Attach => attach(screen, sight, &answers),
        Origin::Seal => match (name(answers), sight.run()) {
            (Some(id), Some(run)) if id == run.start().run => Some(Request::Seal),
            _ => {
                screen.say("not sealed: that is not the id of this run; o offers it again");
                None
            }
        },
        Origin::Adopt => match name(answers).filter(|why| !why.is_empty()) {
            Some(why) => Some(Request::Adopt(why)),
            None => {
                screen.say("the run goes on by the runbook as it is here; o offers the changed one again");
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

/// Does what a command means while a remark is written.
pub(super) fn note(screen: &mut Screen, command: Command) -> Option<Request> {
    let Some(Dialog::Note(writing)) = &screen.dialog else { return None };
    match command {
        Command::Close => screen.close(),
        Command::Accept => {
            let (step, text) = (writing.step.clone(), writing.field.text().to_owned());
            screen.close();
            return Some(Request::Decide(Intent::AddNote { step, text }));
        }
        _ => edit(screen, command),
    }
    None
}
