//! What is copied: the command or the statement that is on the screen, letter by letter.
//!
//! Neither holds a secret: commands have them in their environment, and statements never do. What could not
//! be seen before it is pasted is not copied.

use super::Request;
use crate::run::statement_of;
use crate::runbook::model::Sign;
use crate::text::is_dangerous;
use crate::ui::model::Sight;
use crate::ui::screen::{Dialog, Screen};

/// How much is copied; more than that many terminals do not take.
const MOST_BYTES: usize = 32 * 1024;

/// Copies what is shown.
pub(super) fn copy(screen: &mut Screen, sight: &Sight<'_>) -> Option<Request> {
    let Some((what, text)) = shown(screen, sight) else {
        screen.say(match screen.dialog {
            None => "this step has no command to copy",
            Some(_) => "there is nothing to copy here",
        });
        return None;
    };
    let is_hidden = |c: char| !matches!(c, '\n' | '\t') && is_dangerous(c);
    if text.len() > MOST_BYTES {
        screen.say(format!("{what} is too long to copy: {} bytes", text.len()));
    } else if text.chars().any(is_hidden) {
        screen.say(format!("{what} holds characters that cannot be seen, and is not copied"));
    } else {
        return Some(Request::Copy { what, text });
    }
    None
}

/// Gives what is shown, and what it is.
fn shown(screen: &Screen, sight: &Sight<'_>) -> Option<(String, String)> {
    let run = sight.run()?;
    let command = |step: &str| {
        let item = run.plan().item(step)?;
        let command = run.sheet(item).command?;
        Some((format!("the command of {}", item.number), command.trim_end().to_owned()))
    };
    match &screen.dialog {
        None => command(&screen.selected(run)?.id),
        Some(Dialog::Confirm(confirming))
            if run.plan().item(&confirming.step).is_some() && confirming.said.is_empty() =>
        {
            command(&confirming.step)
        }
        Some(Dialog::Confirm(confirming)) => Some(("the command".to_owned(), confirming.said.join(" "))),
        Some(Dialog::Sign(signing)) => {
            let item = run.plan().item(&signing.step).filter(|item| *run.signers(item) != Sign::None)?;
            let statement = statement_of(run, (item, signing.seen, &signing.claimed.claim()), &signing.scene(sight)?);
            Some((format!("the statement for {}", item.number), statement.text))
        }
        _ => None,
    }
}
