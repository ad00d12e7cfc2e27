//! The JSON Schema of runbooks, for editors; made from the declarations that the reader uses.
//!
//! What the declarations cannot say, such as that a step has one action, is added in `narrow`.

use serde_json::{Map, Value as Json, json};

use super::format::Book;
use super::shape::{Definitions, Shape};

/// Returns the schema.
pub fn schema() -> Json {
    let mut definitions = Definitions::default();
    let book = Book::schema(&mut definitions);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mop runbook, format 1",
    });
    schema["$ref"] = book["$ref"].clone();
    let mut parts = definitions.into_parts();
    narrow(&mut parts);
    schema["$defs"] = Json::Object(parts);
    schema
}

/// The actions of a step; `wait` may stand beside `check`.
const ACTIONS: [&str; 8] = ["run", "check", "choose", "fetch", "package", "wait", "call", "steps"];

/// Adds what the parts of a mapping mean together.
fn narrow(parts: &mut Map<String, Json>) {
    for part in parts.values_mut() {
        set(part, "title", json!({ "minLength": 1, "pattern": "\\S" }));
        set(part, "number", json!({ "pattern": NUMBER_TEST }));
    }
    let mut at = |part: &str, rule: Json| {
        if let (Some(Json::Object(part)), Json::Object(rule)) = (parts.get_mut(part), rule) {
            part.extend(rule);
        }
    };
    let pairs = ACTIONS.iter().enumerate().flat_map(|(at, one)| ACTIONS[at + 1..].iter().map(move |two| [*one, *two]));
    let two_actions: Vec<_> = pairs.filter(|pair| *pair != ["check", "wait"]).map(|pair| required(&pair)).collect();
    at("StepParts", json!({ "not": { "anyOf": two_actions }, "dependentRequired": { "with": ["call"] } }));
    at("Probe", one_of(&[&["http"], &["tcp"], &["run"], &["tail"], &["disk"], &["dns"]]));
    at("CaptureParts", one_of(&[&["matches"], &["json"], &["line"]]));
    at("EstimateParts", one_of(&[&["varies"], &["from", "to"]]));
    at("EstimateParts", json!({ "dependentRequired": { "allow": ["varies"], "from": ["to"], "to": ["from"] } }));
    let waits = [["for", "until"], ["for", "check"], ["until", "check"]];
    at("WaitParts", json!({ "not": { "anyOf": waits.map(|pair| required(&pair)) } }));
    let mut within = |part: &str, key: &str, rule: Json| {
        if let Some(part) = parts.get_mut(part) {
            set(part, key, rule);
        }
    };
    within("Book", "mop", json!({ "const": 1 }));
    within("Book", "activities", json!({ "minItems": 1 }));
    within("Activity", "steps", json!({ "minItems": 1 }));
    within("BackOut", "steps", json!({ "minItems": 1 }));
    within("StepParts", "choose", json!({ "minItems": 2 }));
    within("Input", "one_of", json!({ "type": "array" }));
    within("HttpParts", "method", json!({ "enum": super::build::METHODS }));
    within("Fetch", "sha256", json!({ "pattern": "^[0-9A-Fa-f]{64}$|\\{\\{" }));
}

/// A comparison and a number, such as `< 90`.
const NUMBER_TEST: &str = "^\\s*(<=|>=|==|!=|<|>)\\s*[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?\\s*$";

/// Adds a rule to a text property, or any rule to the property of that name when it has one.
fn set(part: &mut Json, key: &str, rule: Json) {
    let property = part.get_mut("properties").and_then(|properties| properties.get_mut(key));
    if let (Some(Json::Object(property)), Json::Object(rule)) = (property, rule) {
        property.extend(rule);
    }
}

fn required(keys: &[&str]) -> Json {
    json!({ "required": keys })
}

fn one_of(ways: &[&[&str]]) -> Json {
    json!({ "oneOf": ways.iter().map(|keys| required(keys)).collect::<Vec<_>>() })
}
