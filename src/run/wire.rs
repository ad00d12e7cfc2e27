//! Events as bytes: one JSON object each, with a type `t` and a version `v`.
//!
//! What is written once is read for ever. A type, a version or a shape that is not known becomes
//! [`What::Unknown`]: kept in the journal, shown with a mark, believed by nobody.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::{Map, Value as Json, json};

use super::answer::Answer;
use super::event::{ClockReading, Event, Meaning, Person, Signature, Stamp, Start, What};
use super::roster::Level;
use crate::journal::{Digest, Tick, timestamp};

/// The version of every event that is written now.
const VERSION: u64 = 1;

/// Writes an event as the body of a record.
pub fn to_wire(event: &Event) -> Vec<u8> {
    let (name, members) = body(&event.what);
    let stamp = &event.stamp;
    let mut object = Map::new();
    object.insert("t".to_owned(), json!(name));
    object.insert("v".to_owned(), json!(VERSION));
    object.insert("sid".to_owned(), json!(stamp.session));
    object.insert("ts".to_owned(), json!(timestamp(stamp.at_ms)));
    // A text, because a number that is not exact past 2^53 would be wrong after a hundred days.
    object.insert("mono".to_owned(), json!(stamp.mono.to_string()));
    object.insert("who".to_owned(), json!({ "id": stamp.who.id, "name": stamp.who.name }));
    if let Json::Object(members) = members {
        object.extend(members);
    }
    Json::Object(object).to_string().into_bytes()
}

fn body(what: &What) -> (&str, Json) {
    match what {
        What::RunStarted(start) => ("run_started", start_body(start)),
        What::PersonJoined => ("person_joined", json!({})),
        What::StepSigned(signed) => ("step_signed", signature_body(signed)),
        What::IdentityRefused { level, why } => ("identity_refused", json!({ "level": level.word(), "why": why })),
        What::StepConfirmed { step } => {
            ("step_confirmed", json!({ "step": step, "outcome": "done", "proof": "claimed" }))
        }
        What::OptionChosen { step, option, values } => {
            ("option_chosen", json!({ "step": step, "option": option, "values": answers(values) }))
        }
        What::ValuesRecorded { step, values } => {
            ("values_recorded", json!({ "step": step, "values": answers(values) }))
        }
        What::NoteAdded { step, text } => ("note_added", json!({ "step": step, "text": text })),
        What::RunClosed { result } => ("run_closed", json!({ "result": result })),
        What::ClockRead(reading) => ("clock_read", clock_body(reading)),
        What::HungUp => ("hung_up", json!({})),
        What::JournalRecovered => ("recover", json!({})),
        What::Unknown(name) => (name, json!({})),
    }
}

fn start_body(start: &Start) -> Json {
    json!({
        "run": start.run,
        "runbook": start.runbook,
        "title": start.title,
        "files": texts(&start.files),
        "machine": texts(&start.machine),
        "ledger": start.ledger,
        "answers": answers(&start.answers),
        "window": start.window.as_ref().map(|(start, end)| json!({ "start": start, "end": end })),
    })
}

fn clock_body(reading: &ClockReading) -> Json {
    let ClockReading { why, beyond_ms, keeping, boot } = reading;
    json!({ "why": why.word(), "beyond_ms": beyond_ms, "clock": keeping, "boot": boot })
}

fn signature_body(signed: &Signature) -> Json {
    json!({
        "step": signed.step,
        "outcome": "done",
        "proof": "claimed",
        "meaning": signed.meaning.word(),
        "role": signed.role,
        "seen": signed.seen,
        "stmt": signed.statement,
        "level": signed.level.word(),
        "sig": signed.signature,
        "blobs": signed.blobs.iter().map(Digest::to_string).collect::<Vec<_>>(),
    })
}

fn texts(pairs: &[(String, String)]) -> Json {
    Json::Object(pairs.iter().map(|(name, text)| (name.clone(), json!(text))).collect())
}

fn answers(values: &[(String, Answer)]) -> Json {
    let answer = |answer: &Answer| match answer {
        Answer::One(text) => json!(text),
        Answer::Many(texts) => json!(texts),
        Answer::Table(rows) => json!(rows),
        Answer::Secret => Json::Null,
    };
    Json::Object(values.iter().map(|(name, value)| (name.clone(), answer(value))).collect())
}

/// Reads an event from the line of a record, or from a body.
pub fn from_wire(line: &[u8]) -> Event {
    let read: Option<Map<String, Json>> = serde_json::from_slice(line).ok();
    let object = read.unwrap_or_default();
    let reader = Reader(&object);
    let name = reader.text("t").unwrap_or("?");
    let what = reader.what(name).unwrap_or_else(|| What::Unknown(name.to_owned()));
    Event { stamp: reader.stamp(), what }
}

/// Reads the members of an object; nothing is what is not there or not of the right kind.
struct Reader<'a>(&'a Map<String, Json>);

impl<'a> Reader<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str()
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// Reads a text that may be null.
    fn maybe(&self, name: &str) -> Option<Option<String>> {
        match self.0.get(name)? {
            Json::Null => Some(None),
            Json::String(text) => Some(Some(text.clone())),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    fn object(&self, name: &str) -> Option<Reader<'a>> {
        self.0.get(name)?.as_object().map(Reader)
    }

    fn stamp(&self) -> Stamp {
        let who = self.object("who");
        let person = |who: Reader<'_>| Some(Person { id: who.owned("id")?, name: who.owned("name")? });
        let at = self.text("ts").and_then(|ts| DateTime::parse_from_rfc3339(ts).ok());
        Stamp {
            who: who.and_then(person).unwrap_or_default(),
            at_ms: at.map(|at| at.timestamp_millis()).unwrap_or_default(),
            mono: self.text("mono").and_then(|mono| mono.parse().ok()).unwrap_or_default(),
            session: self.owned("sid").unwrap_or_default(),
        }
    }

    fn what(&self, name: &str) -> Option<What> {
        if name == "recover" {
            return Some(What::JournalRecovered);
        }
        if self.number("v")? != VERSION {
            return None;
        }
        match name {
            "run_started" => self.start().map(|start| What::RunStarted(Box::new(start))),
            "person_joined" => Some(What::PersonJoined),
            "step_signed" => self.claimed().and_then(|()| self.signature()).map(What::StepSigned),
            "identity_refused" => Some(What::IdentityRefused { level: self.level()?, why: self.owned("why")? }),
            "step_confirmed" => self.claimed().and_then(|()| Some(What::StepConfirmed { step: self.owned("step")? })),
            "option_chosen" => Some(What::OptionChosen {
                step: self.owned("step")?,
                option: self.owned("option")?,
                values: self.answers("values")?,
            }),
            "values_recorded" => {
                Some(What::ValuesRecorded { step: self.owned("step")?, values: self.answers("values")? })
            }
            "run_closed" => Some(What::RunClosed { result: self.owned("result")? }),
            "clock_read" => self.clock().map(What::ClockRead),
            "hung_up" => Some(What::HungUp),
            "note_added" => Some(What::NoteAdded { step: self.maybe("step")?, text: self.owned("text")? }),
            _ => None,
        }
    }

    fn start(&self) -> Option<Start> {
        let window = match self.0.get("window") {
            None | Some(Json::Null) => None,
            Some(_) => {
                let window = self.object("window")?;
                Some((window.owned("start")?, window.owned("end")?))
            }
        };
        Some(Start {
            run: self.owned("run")?,
            runbook: self.owned("runbook")?,
            title: self.owned("title")?,
            files: self.texts("files")?,
            machine: self.texts("machine")?,
            ledger: self.owned("ledger")?,
            answers: self.answers("answers")?,
            window,
        })
    }

    fn clock(&self) -> Option<ClockReading> {
        Some(ClockReading {
            why: Tick::from_word(self.text("why")?)?,
            beyond_ms: self.0.get("beyond_ms")?.as_i64()?,
            keeping: self.owned("clock")?,
            boot: self.owned("boot")?,
        })
    }

    /// Tells whether it is the one outcome and proof that this version knows.
    fn claimed(&self) -> Option<()> {
        (self.text("outcome")? == "done" && self.text("proof")? == "claimed").then_some(())
    }

    fn signature(&self) -> Option<Signature> {
        Some(Signature {
            step: self.owned("step")?,
            role: self.maybe("role")?,
            meaning: Meaning::from_word(self.text("meaning")?)?,
            seen: self.number("seen")?,
            statement: self.owned("stmt")?,
            level: self.level()?,
            signature: self.maybe("sig")?,
            blobs: self.blobs()?,
        })
    }

    fn level(&self) -> Option<Level> {
        Level::from_word(self.text("level")?)
    }

    fn blobs(&self) -> Option<Vec<Digest>> {
        let blobs = self.0.get("blobs")?.as_array()?;
        blobs.iter().map(|hash| Digest::parse(hash.as_str()?.as_bytes())).collect()
    }

    fn texts(&self, name: &str) -> Option<Vec<(String, String)>> {
        let pairs = self.object(name)?.0;
        pairs.iter().map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))).collect()
    }

    fn answers(&self, name: &str) -> Option<Vec<(String, Answer)>> {
        let pairs = self.object(name)?.0;
        pairs.iter().map(|(name, answer)| Some((name.clone(), read_answer(answer)?))).collect()
    }
}

fn read_answer(json: &Json) -> Option<Answer> {
    let text = |json: &Json| json.as_str().map(str::to_owned);
    match json {
        Json::Null => Some(Answer::Secret),
        Json::String(text) => Some(Answer::One(text.clone())),
        Json::Array(items) => items.iter().map(text).collect::<Option<_>>().map(Answer::Many),
        Json::Object(rows) => {
            let rows = rows.iter().map(|(key, row)| Some((key.clone(), text(row)?)));
            rows.collect::<Option<BTreeMap<_, _>>>().map(Answer::Table)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
