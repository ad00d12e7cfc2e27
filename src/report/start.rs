//! What a command did, each time that it was started: when, for how long, how it ended, what it printed.

use super::material::{Material, Printed};
use crate::run::{Event, Found, Head, What};

/// Is one start of what an item does, or of a command beside the runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The record of the start.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// Who started it.
    pub who: String,
    /// The how-manieth time, from 1.
    pub attempt: u32,
    /// The command as it was shown, where there is one.
    pub command: Option<String>,
    /// What was mended by hand since the last time.
    pub mended: Option<String>,
    /// How it ended; nothing where no record says so.
    pub outcome: Option<Outcome>,
}

/// Says how something ended that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The record that says so.
    pub n: u64,
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: i64,
    /// What it means, in a word: `sensed`, `checked`, `failed`, `for a person`, `end unknown`.
    pub found: &'static str,
    /// The same in a sentence.
    pub why: String,
    /// How long it took, in milliseconds, where its end was seen.
    pub took_ms: Option<u64>,
    /// How the program ended: `exit 0`, `signal 9`.
    pub exit: Option<String>,
    /// The values that were taken from its output.
    pub values: Vec<(String, String)>,
    /// What it wrote.
    pub outputs: Vec<Output>,
    /// What probes said, where it looked at them: the probe, its state, what was seen.
    pub sightings: Vec<(String, &'static str, String)>,
}

/// Is one stream that a command wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Which.
    pub stream: String,
    /// How many bytes it wrote.
    pub bytes: u64,
    /// How many of them were not kept.
    pub dropped: u64,
    /// The SHA-256 of all of them.
    pub sha256: String,
    /// What is shown of it; nothing where nothing is there.
    pub printed: Option<Printed>,
}

impl Outcome {
    /// Says how the program ended, where its sentence does not say it already.
    pub(super) fn exit_unless_said(&self) -> Option<&str> {
        self.exit.as_deref().filter(|exit| !self.why.contains(exit))
    }

    /// Takes the end that a record tells of.
    fn of(material: &Material<'_>, (head, event): &(Head, Event)) -> Option<Self> {
        let (n, at_ms) = (head.n, event.stamp.at_ms);
        let lost = |why: &str| Self {
            n,
            at_ms,
            found: "end unknown",
            why: why.to_owned(),
            took_ms: None,
            exit: None,
            values: Vec::new(),
            outputs: Vec::new(),
            sightings: Vec::new(),
        };
        let end = match &event.what {
            What::ActionLost { why, .. } => return Some(lost(why)),
            What::ActionEnded { end, .. } | What::AdHocEnded { end, .. } => end,
            _ => return None,
        };
        let output = |output: &crate::run::Output| Output {
            stream: output.stream.clone(),
            bytes: output.bytes,
            dropped: output.dropped,
            sha256: output.sha256.to_string(),
            printed: shown(material, n, &output.stream),
        };
        Some(Self {
            found: found_word(end.found),
            took_ms: Some(end.took_ms),
            exit: end.exit.clone(),
            values: end.values.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
            outputs: end.output.iter().map(output).collect(),
            sightings: end
                .sightings
                .iter()
                .map(|seen| (seen.probe.clone(), seen.state.word(), seen.words.clone()))
                .collect(),
            ..lost(&end.why)
        })
    }
}

fn found_word(found: Found) -> &'static str {
    match found {
        Found::Sensed => "sensed",
        Found::Checked => "checked",
        Found::Failed => "failed",
        Found::ForPerson => "for a person",
    }
}

fn shown(material: &Material<'_>, n: u64, stream: &str) -> Option<Printed> {
    material.printed.get(&n)?.iter().find(|printed| printed.stream == stream).cloned()
}

/// Goes along the records of one item, or of one command beside the runbook, and gathers its starts.
pub(super) fn starts<'a>(material: &Material<'_>, records: impl Iterator<Item = &'a (Head, Event)>) -> Vec<Started> {
    let mut starts: Vec<Started> = Vec::new();
    for record @ (head, event) in records {
        let (n, at_ms, who) = (head.n, event.stamp.at_ms, event.stamp.who.name.clone());
        match &event.what {
            What::ActionStarted { attempt, command, mended, .. } => {
                let (command, mended) = (command.clone(), mended.clone());
                starts.push(Started { n, at_ms, who, attempt: *attempt, command, mended, outcome: None });
            }
            What::AdHocStarted { number, command } => {
                let command = Some(command.clone());
                starts.push(Started { n, at_ms, who, attempt: *number, command, mended: None, outcome: None });
            }
            What::ActionEnded { attempt, .. } | What::ActionLost { attempt, .. } => {
                close(&mut starts, *attempt, Outcome::of(material, record));
            }
            What::AdHocEnded { number, .. } => close(&mut starts, *number, Outcome::of(material, record)),
            _ => {}
        }
    }
    starts
}

fn close(starts: &mut [Started], attempt: u32, outcome: Option<Outcome>) {
    if let Some(start) = starts.iter_mut().rfind(|start| start.attempt == attempt) {
        start.outcome = outcome;
    }
}
