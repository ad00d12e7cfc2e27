//! What to write instead: advice for those who know other tools, or take one form for another.
//!
//! Only words; what is wrong is found by the shapes.

use crate::runbook::yaml::Content;

/// Words that other tools have for keys and values of runbooks.
const SAME: [(&str, &[&str]); 28] = [
    ("title", &["name", "step", "task", "summary", "label"]),
    ("text", &["description", "desc", "details", "instructions", "body", "string", "str"]),
    ("about", &["description", "desc", "summary", "overview"]),
    ("run", &["command", "cmd", "shell", "script", "exec", "bash"]),
    ("command", &["run", "cmd", "shell", "script", "exec"]),
    ("when", &["if", "condition", "only_if"]),
    ("for_each", &["loop", "foreach", "for", "with_items", "each", "repeat"]),
    ("steps", &["tasks", "actions", "substeps"]),
    ("activities", &["phases", "stages", "sections", "tasks", "jobs", "parts"]),
    ("inputs", &["variables", "vars", "parameters", "params"]),
    ("ask", &["prompt", "question", "title"]),
    ("one_of", &["options", "choices", "enum", "values"]),
    ("choose", &["options", "choice", "choices", "select", "decision"]),
    ("back_out", &["rollback", "backout", "roll_back", "fallback", "abort"]),
    ("undo", &["rollback", "revert"]),
    ("estimate", &["duration", "time", "takes"]),
    ("requirements", &["requires", "preconditions", "prerequisites"]),
    ("prerequisites", &["requires", "preconditions", "requirements"]),
    ("status", &["probes", "checks", "monitors"]),
    ("http", &["url", "https"]),
    ("check", &["verify", "assert", "test", "probe"]),
    ("record", &["register", "note_down", "collect", "inputs"]),
    ("sign", &["signoff", "sign_off", "signs", "approval", "approve"]),
    ("fetch", &["download", "get_url"]),
    ("wait", &["sleep", "pause", "delay"]),
    ("number", &["integer", "int", "float", "decimal"]),
    ("bool", &["boolean", "yesno"]),
    ("secret", &["password", "token"]),
];

/// Finds the known word that another tool's word means.
pub(super) fn same_meaning<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_lowercase().replace('-', "_");
    let meant = SAME.iter().filter(|(_, others)| others.contains(&&*word));
    meant.into_iter().find_map(|(meant, _)| known.iter().find(|known| *known == meant).copied())
}

/// Says where a key belongs that is known elsewhere.
pub(super) fn stray_key(key: &str, noun: &str) -> Option<String> {
    match (noun, key) {
        ("a runbook", "steps") => {
            Some("put the steps into an activity: `activities:`, and below it `- title: …` with `steps:`".to_owned())
        }
        _ => None,
    }
}

/// Says how to write a key that is missing; `noun` is what it takes.
pub(super) fn missing_key(key: &str, noun: &str) -> String {
    match key {
        "mop" => "begin with `mop: 1`, the version of the format".to_owned(),
        "title" => "add `title: …` and say in a sentence what is done".to_owned(),
        "activities" => "add `activities:`, and below it `- title: …` with `steps:`".to_owned(),
        "steps" => "add `steps:`, and below it a `- ` and a sentence for each".to_owned(),
        "ask" => "add `ask: …`, the question as the operator reads it".to_owned(),
        key => format!("add `{key}: …`, which takes {noun}"),
    }
}

/// Says how to write a `noun` when something else was written.
pub(super) fn form(found: &Content<'_>, noun: &str) -> Option<String> {
    let help = match (found, noun) {
        (Content::Map(entries), "a text") if entries.len() == 1 => {
            "a text that holds `: ` needs quotes: \"Note: all users\""
        }
        (Content::List(_), "a text") => "write one text here, without [ ] or `- `",
        (Content::Scalar(scalar), "an expectation") => return Some(expectation(&scalar.text)),
        (Content::Scalar(scalar), "an input") => return Some(format!("write {{ ask: \"{}\" }}", scalar.text)),
        (Content::Scalar(scalar), LOOP) => {
            let one = scalar.text.strip_suffix('s').filter(|one| crate::id::is_name(one)).unwrap_or("one");
            return Some(format!("give each value a name: {{ {one}: {} }}", scalar.text));
        }
        (_, LOOP) => "write { NAME: LIST }, such as { host: hosts }",
        (_, "an activity") => "write `- title: …`, and below it `steps:`",
        (_, "an option") => "write `- title: …`",
        (_, "a window") => "write { length: 4h, warn: 30m }; its start is given when the run starts",
        (_, "a probe") => "write for example { http: \"https://site.example/\" } or { tcp: \"site.example:443\" }",
        (_, "a runbook") => "begin with `mop: 1`, or with the runbook that `mop new` makes",
        (Content::Scalar(_), noun) if noun.starts_with("a list") => "begin each entry with `- `",
        (Content::List(_), noun) if noun.starts_with("a mapping") => "write `name: …` for each, without `- `",
        (Content::Scalar(_), noun) if noun.starts_with("a mapping") => "write `name: …` for each, on a line of its own",
        _ => return None,
    };
    Some(help.to_owned())
}

/// What the mapping of a `for_each` is called.
pub(super) const LOOP: &str = "a mapping from a name to a list";

fn expectation(text: &str) -> String {
    match text.parse::<u16>() {
        Ok(100..=599) => format!("write {{ status: {text} }}"),
        Ok(_) => format!("write {{ exit: {text} }}"),
        Err(_) => format!("write {{ contains: \"{text}\" }}"),
    }
}
