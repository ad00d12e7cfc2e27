//! The format reference in `docs/` is what the reader's declarations say.

use std::fmt::Write;
use std::fs;

use mop::runbook::diagnostic::{Code, Severity};
use mop::runbook::schema::schema;
use serde_json::{Map, Value as Json};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/format.md");

const HEAD: &str = "# The runbook format, version 1

Every mapping and every key, made from the declarations that the reader uses. Version 1 is a promise: a later `mop` reads it.

A length of time is written `45s`, `30m` or `1h30m`; a size `2GiB` or `500MB`. A text may hold `{{ … }}`. A bare word that YAML would take
for a number or a truth value needs quotes where a text is wanted: `\"10.10\"`.
";

#[test]
fn the_format_reference_is_up_to_date() {
    let reference = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PATH, &reference).unwrap();
    }
    let written = fs::read_to_string(PATH).unwrap_or_default();
    assert!(written == reference, "docs/format.md is out of date; write it with: UPDATE_DOCS=1 cargo test reference");
}

fn reference() -> String {
    let schema = schema();
    let parts = schema["$defs"].as_object().unwrap();
    let mut text = HEAD.to_owned();
    let mut open = vec![name_of(schema["$ref"].as_str().unwrap()).to_owned()];
    let mut done = Vec::new();
    while let Some(name) = open.pop() {
        if !done.contains(&name) {
            let found = write_part(&name, parts, &mut text);
            open.extend(found.into_iter().rev());
            done.push(name);
        }
    }
    assert_eq!(done.len(), parts.len(), "every part of the schema can be reached");
    write_findings(&mut text);
    text
}

/// Writes one mapping and returns the mappings it refers to.
fn write_part(name: &str, parts: &Map<String, Json>, text: &mut String) -> Vec<String> {
    let part = &parts[name];
    writeln!(text, "\n## {}\n\n{}\n\n| key | what it is | value |\n|---|---|---|", title(name), sentence(part))
        .unwrap();
    let required: Vec<_> =
        part["required"].as_array().map(|keys| keys.iter().filter_map(Json::as_str).collect()).unwrap_or_default();
    let mut found = Vec::new();
    for (key, property) in part["properties"].as_object().unwrap() {
        let needed = if required.contains(&key.as_str()) { " (needed)" } else { "" };
        writeln!(text, "| `{key}`{needed} | {} | {} |", sentence(property), value(property, &mut found)).unwrap();
    }
    found
}

fn sentence(part: &Json) -> String {
    part["description"].as_str().unwrap_or_default().replace('|', "\\|")
}

/// Says in words what a schema allows.
fn value(schema: &Json, found: &mut Vec<String>) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = name_of(reference);
        found.push(name.to_owned());
        return format!("[{}](#{})", title(name), title(name).to_lowercase().replace(' ', "-"));
    }
    if let Some(words) = schema["enum"].as_array() {
        return words
            .iter()
            .map(|word| format!("`{}`", word.as_str().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(", ");
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().map(|choice| value(choice, found)).collect::<Vec<_>>().join("; or ");
    }
    match &schema["type"] {
        Json::String(word) if word == "array" => format!("list of: {}", value(&schema["items"], found)),
        Json::String(word) if word == "object" => {
            format!("mapping from a name to: {}", value(&schema["additionalProperties"], found))
        }
        Json::String(word) if word == "boolean" => "`true` or `false`".to_owned(),
        Json::String(word) if word == "integer" => "whole number".to_owned(),
        Json::String(_) if schema["format"] == "regex" => "regular expression".to_owned(),
        Json::String(_) if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("ms")) => {
            "length of time".to_owned()
        }
        Json::String(_) if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("iB")) => {
            "size".to_owned()
        }
        Json::String(_) => "text".to_owned(),
        Json::Array(kinds) if kinds.iter().any(|kind| kind == "array") => "value, or a list of values".to_owned(),
        _ => "expression".to_owned(),
    }
}

fn name_of(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap()
}

/// Turns the name of a declaration into words.
fn title(name: &str) -> String {
    let name = match name {
        "Book" => "Runbook",
        "Opt" => "Option",
        name => name.strip_suffix("Parts").unwrap_or(name),
    };
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(c);
        }
    }
    words
}

fn write_findings(text: &mut String) {
    for (severity, heading) in [(Severity::Error, "Errors"), (Severity::Warning, "Warnings")] {
        writeln!(text, "\n## {heading}\n\n| name | why it is looked for |\n|---|---|").unwrap();
        for code in Code::ALL.iter().filter(|code| code.severity() == severity) {
            writeln!(text, "| `{}` | {} |", code.name(), code.why().replace('|', "\\|")).unwrap();
        }
    }
}
