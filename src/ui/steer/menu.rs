//! What else can be done: the list of verbs, what is asked with each, and what is read before it starts.

use super::{Request, moved, turn_page};
use crate::run::{Claimed, Intent, Question, Run, Verb};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::ui::command::Command;
use crate::ui::dialog::form::{adopt_form, attach_form, seal_form};
use crate::ui::form::{Form, Origin};
use crate::ui::model::Sight;
use crate::ui::screen::{Confirming, Dialog, Menu, Offer, Screen};
use crate::ui::signing;

/// Opens the list of what can be done with an item and with the run.
pub(super) fn open(screen: &mut Screen, sight: &Sight<'_>, (run, item): (&Run, &Item)) {
    let verbs = run.verbs(Some(item), &sight.stamp());
    let (step, seen) = (item.id.to_string(), run.head().n);
    // Whoever may write a remark may add a file, and one who is here may go over to another edition.
    let attach = verbs.contains(&Verb::Note).then_some(Offer::Attach);
    let adopt = attach.and(sight.setting.changed.as_ref()).map(|_| Offer::Adopt);
    let seal = (run.closed().is_some() && !sight.setting.is_sealed).then_some(Offer::Seal);
    let offers: Vec<_> = verbs.into_iter().map(Offer::Verb).chain(attach).chain(adopt).chain(seal).collect();
    match offers.is_empty() {
        true if sight.setting.is_sealed => screen.say("this run is sealed: nothing is recorded in it any more"),
        true => screen.say("nothing else can be done now"),
        false => {
            // What ends the run is what is wanted once there is nothing else to do.
            let ends = |offer: &Offer| *offer == Offer::Seal || *offer == Offer::Verb(Verb::Close) && run.is_all_done();
            let at = offers.iter().position(ends).unwrap_or(0);
            screen.open(Dialog::Menu(Menu { step, seen, offers, at }));
        }
    }
}

/// Does what a command means in the list.
pub(super) fn choose(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let Some(Dialog::Menu(menu)) = &mut screen.dialog else { return None };
    match command {
        Command::Close => screen.close(),
        Command::Act => {
            let (step, seen, offer) = (menu.step.clone(), menu.seen, *menu.offers.get(menu.at)?);
            screen.close();
            let verb = match (offer, sight.run()) {
                (Offer::Verb(verb), _) => verb,
                (Offer::Attach, run) => {
                    let number = run.and_then(|run| run.plan().item(&step)).map(|item| item.number.clone());
                    screen.ask(attach_form(number.unwrap_or_default()));
                    return None;
                }
                (Offer::Seal, run) => {
                    run.into_iter().for_each(|run| screen.ask(seal_form(run)));
                    return None;
                }
                (Offer::Adopt, _) => {
                    screen.ask(adopt_form(sight.setting.changed.as_deref().unwrap_or_default()));
                    return None;
                }
            };
            if verb.fields().is_empty() {
                return act(screen, sight, (step, seen, verb), Vec::new());
            }
            let title = sight.run().map(|run| title(run, (&step, verb))).unwrap_or_default();
            let questions = verb.fields().iter().map(|field| Question::said(*field)).collect();
            screen.ask(Form::new(Origin::Verb { verb, step, seen }, title, questions));
        }
        _ => menu.at = moved(menu.at, command, (menu.offers.len(), 10)),
    }
    None
}

fn title(run: &Run, (step, verb): (&str, Verb)) -> String {
    match run.plan().item(step).filter(|_| verb.is_of_item()) {
        Some(item) => format!("{}: {}", item.number, verb.title()),
        None => verb.title().to_owned(),
    }
}

/// Does something once all was said: at once, after it was read, or signed.
pub(super) fn act(
    screen: &mut Screen,
    sight: &Sight<'_>,
    (step, seen, verb): (String, u64, Verb),
    said: Vec<String>,
) -> Option<Request> {
    let run = sight.run()?;
    let item = match verb.correction(&said) {
        Some(correction) => run.item_of_record(correction.of),
        None => run.plan().item(&step),
    };
    let starts = match verb {
        Verb::Start | Verb::Beside => true,
        Verb::Retry => item.is_some_and(|item| run.is_acting(item)),
        _ => false,
    };
    if starts {
        show_start(screen, (step, seen, verb), said);
        return None;
    }
    let signed = item.filter(|item| verb.is_signed() && *run.signers(item) != Sign::None);
    if let Some(item) = signed {
        let claimed = match (verb.ruling(&said), verb.correction(&said)) {
            (Some(ruling), _) => Claimed::Ruled(ruling),
            (None, Some(correction)) => Claimed::Amended(correction),
            (None, None) => return None,
        };
        let seen = if verb == Verb::Amend { run.head().n } else { seen };
        signing::begin_claim(screen, sight, (item, seen, claimed));
        return None;
    }
    Some(Request::Decide(verb.intent((&step, seen), &said, None)))
}

/// Shows what is going to be started; nothing is started before it was on the screen.
pub(super) fn show_start(screen: &mut Screen, (step, seen, verb): (String, u64, Verb), said: Vec<String>) {
    screen.opened += 1;
    let number = screen.opened;
    screen.open(Dialog::Confirm(Confirming { step, seen, verb, said, number }));
}

/// Does what a command means while that is shown.
pub(super) fn confirm(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let is_read = screen.is_dialog_read();
    let Some(Dialog::Confirm(confirming)) = &screen.dialog else { return None };
    match command {
        Command::Close => screen.close(),
        Command::Confirm if !is_read => signing::read_on(screen, sight),
        Command::Confirm => {
            let intent: Intent = confirming.verb.intent((&confirming.step, confirming.seen), &confirming.said, None);
            screen.close();
            return Some(Request::Decide(intent));
        }
        _ => turn_page(screen, sight, command),
    }
    None
}
