//! The form of a scenario file. A key that is not known here is a mistake.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;
use serde_saphyr::Spanned;

/// One behaviour, told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The behaviour in a sentence.
    pub behaviour: String,
    /// The runbook.
    pub runbook: String,
    /// Other runbooks that the run may go over to, by a name that the story knows them by.
    #[serde(default)]
    pub editions: BTreeMap<String, String>,
    /// The runbooks that it calls, by file name.
    #[serde(default)]
    pub called: BTreeMap<String, String>,
    /// The roster; without it people are known by name.
    #[serde(default)]
    pub roster: Option<RosterFile>,
    /// Who starts the run; Ada where nobody is named.
    #[serde(default)]
    pub starts: Option<String>,
    /// Whether it is a rehearsal.
    #[serde(default)]
    pub rehearsal: bool,
    /// The window: its beginning and its end.
    #[serde(default)]
    pub window: Option<(String, String)>,
    /// The answers to the inputs.
    #[serde(default)]
    pub answers: BTreeMap<String, Json>,
    /// What happens.
    pub story: Vec<Spanned<Step>>,
}

/// The people of a roster.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterFile {
    /// The least level of all.
    #[serde(default)]
    pub level: Option<String>,
    /// Each with what he has.
    pub people: Vec<MemberFile>,
}

/// A person of a roster.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberFile {
    /// The name.
    pub name: String,
    /// Whether he has a key in an agent.
    #[serde(default)]
    pub key: bool,
    /// Whether he has a key in a device that is touched.
    #[serde(default)]
    pub device: bool,
    /// Whether he has a PIN.
    #[serde(default)]
    pub pin: bool,
    /// The least level of his.
    #[serde(default)]
    pub level: Option<String>,
}

/// Something that happens, and what comes of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// Who does it; Ada where nobody is named.
    pub who: Option<String>,
    /// At which terminal, where it is not his own.
    pub terminal: Option<String>,
    /// How much later than the step before: `5m`.
    pub after: Option<String>,
    /// The last record that he saw, where it is not the newest.
    pub seen: Option<u64>,
    /// What he does, in the words of `act`.
    pub does: Option<String>,
    /// What the world reports, in the words of `act`.
    pub world: Option<String>,
    /// By what he proves who he is.
    pub with: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// The words, where there are others than why.
    pub says: Option<String>,
    /// To whom.
    pub to: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Which time it is, where it is not the last one.
    pub attempt: Option<u32>,
    /// Values that are noted down or found.
    pub values: BTreeMap<String, Json>,

    /// The whole sentence with which it is refused.
    pub refused: Option<String>,
    /// The records that it makes, in order: their type, and some of their members.
    pub records: Option<Vec<Json>>,
    /// What the world is to do then.
    pub effects: Option<Vec<String>>,
    /// How items stand, by number.
    pub stands: BTreeMap<String, String>,
    /// What items say, by number.
    pub titles: BTreeMap<String, String>,
    /// The new lines of the trail, with who.
    pub trail: Option<Vec<String>>,
    /// What is known of the run.
    pub run: BTreeMap<String, String>,
}

impl Scenario {
    /// Reads a scenario, or says at which line it is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Result<Self, _> = serde_saphyr::from_str(text);
        let scenario = read.map_err(|error| {
            let line = error.location().map_or(0, |location| location.line());
            let said = error.without_snippet().to_string();
            let said = said.lines().next().unwrap_or_default();
            format!("{line}: {}", said.split_once(": ").filter(|(at, _)| at.contains("line")).map_or(said, |(_, s)| s))
        })?;
        for told in &scenario.story {
            told.value.check().map_err(|problem| format!("{}: {problem}", told.referenced.line()))?;
        }
        Ok(scenario)
    }
}

impl Step {
    fn check(&self) -> Result<(), String> {
        if self.does.is_some() == self.world.is_some() {
            return Err("it says neither `does` nor `world`, or both".into());
        }
        let looks = self.records.is_some() || self.effects.is_some() || self.trail.is_some();
        let looks = looks || !self.stands.is_empty() || !self.titles.is_empty() || !self.run.is_empty();
        match (&self.refused, looks) {
            (None, false) => Err("it expects nothing".into()),
            (Some(_), _) if self.records.is_some() || self.effects.is_some() || self.trail.is_some() => {
                Err("what is refused records nothing".into())
            }
            _ => Ok(()),
        }
    }
}
