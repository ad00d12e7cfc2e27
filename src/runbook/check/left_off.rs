//! What is switched off and never on again.
//!
//! Looks at commands (`systemctl stop site`) and at the titles of what people do (`Stop the site`), on the
//! way forward and in the back-out apart.

use std::collections::HashSet;

use super::texts::simple_commands;
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::model::{Action, Parent, Runbook, Step, StepId};
use crate::runbook::place::Place;

/// Words that switch off, and those that switch the same thing on.
const PAIRS: [(&str, &[&str]); 9] = [
    ("stop", &["start", "restart"]),
    ("disable", &["enable"]),
    ("suspend", &["resume", "unsuspend"]),
    ("pause", &["resume", "unpause", "continue"]),
    ("mask", &["unmask"]),
    ("cordon", &["uncordon"]),
    ("drain", &["uncordon", "undrain"]),
    ("lock", &["unlock"]),
    ("silence", &["unsilence", "restore", "enable"]),
];

/// A switch: the word, what it is about, and where it stands.
struct Switch {
    word: String,
    about: HashSet<String>,
    place: Place,
    zero: bool,
}

pub(super) fn check(runbook: &Runbook, problems: &mut Problems) {
    let (back, forward): (Vec<_>, Vec<_>) =
        (0..runbook.steps.len()).map(|at| StepId(at as u32)).partition(|step| is_back_out(runbook, *step));
    for steps in [forward, back] {
        let switches: Vec<_> = steps.iter().flat_map(|step| switches(runbook.step(*step))).collect();
        check_switches(&switches, problems);
    }
}

fn is_back_out(runbook: &Runbook, step: StepId) -> bool {
    match runbook.step(step).parent {
        Parent::BackOut(_) => true,
        Parent::Heading(up) | Parent::Option(up, _) => is_back_out(runbook, up),
        _ => false,
    }
}

/// Goes backwards, so that what comes later is known.
fn check_switches(switches: &[Switch], problems: &mut Problems) {
    let mut later: HashSet<(&str, &str)> = HashSet::new();
    for switch in switches.iter().rev() {
        let is_on_again = |words: &[&str]| {
            switch.about.iter().any(|about| words.iter().any(|word| later.contains(&(*word, about.as_str()))))
        };
        let pair = PAIRS.iter().find(|(off, _)| *off == switch.word);
        let missing = match pair {
            Some((_, on)) => (!is_on_again(on)).then(|| on[0]),
            None if switch.zero => (!is_on_again(&["scale"])).then_some("scale up"),
            None => None,
        };
        if let Some(missing) = missing.filter(|_| !switch.about.is_empty()) {
            let word = if switch.zero { "scale to 0" } else { &switch.word };
            let mut about: Vec<_> = switch.about.iter().map(String::as_str).collect();
            about.sort_unstable();
            let message = format!("`{word}` switches {} off, and nothing switches it on again", about.join(" "));
            let help = format!("add a step that does `{missing}`, or say in the title why it stays off");
            problems.push(Diagnostic::new(Code::LeftOff, switch.place, message).help(help));
        }
        if !switch.zero {
            later.extend(switch.about.iter().map(|about| (switch.word.as_str(), about.as_str())));
        }
    }
}

fn switches(step: &Step) -> Vec<Switch> {
    match &step.action {
        Action::Run(run) => {
            simple_commands(&run.command).iter().filter_map(|words| of_command(words, run.place)).collect()
        }
        _ => of_title(&step.title.outline(), step.title.place).into_iter().collect(),
    }
}

fn is_known(word: &str) -> bool {
    PAIRS.iter().any(|(off, on)| *off == word || on.contains(&word))
}

fn of_command(words: &[String], place: Place) -> Option<Switch> {
    let rest = words.get(1..)?;
    let zero = rest.iter().any(|word| matches!(word.as_str(), "--replicas=0" | "replicas=0"));
    let scaled = rest.iter().any(|word| word.starts_with("--replicas="));
    let word = match rest.iter().find(|word| is_known(word)) {
        Some(word) => word.clone(),
        None if scaled => "scale".to_owned(),
        None => return None,
    };
    let about =
        rest.iter().filter(|other| **other != word && !other.starts_with('-') && *other != "scale" && *other != "{}");
    Some(Switch { about: about.cloned().collect(), word, place, zero })
}

/// Reads a title that begins with a switch: `Stop the web service`, `Switch off monitoring`.
fn of_title(title: &str, place: Place) -> Option<Switch> {
    let lower = title.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).collect();
    let (word, rest) = match words.as_slice() {
        ["switch" | "turn", "off", rest @ ..] => ("disable", rest),
        ["switch" | "turn", "on", rest @ ..] => ("enable", rest),
        [first, rest @ ..] if is_known(first) => (*first, rest),
        _ => return None,
    };
    const SMALL: [&str; 14] =
        ["the", "a", "an", "of", "on", "in", "at", "all", "every", "each", "again", "to", "for", "and"];
    let about = rest.iter().filter(|word| !SMALL.contains(*word)).map(|word| (*word).to_owned()).collect();
    Some(Switch { word: word.to_owned(), about, place, zero: false })
}
