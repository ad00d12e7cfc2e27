//! Any text as an expression, as a title and as a command with a hostile value in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mop::runbook::expression::parse;
use mop::runbook::plan::{Values, plan};
use mop::runbook::{NoLibrary, load};

fuzz_target!(|text: &str| {
    if let Err(error) = parse(text) {
        assert!(error.at.start <= error.at.end && error.at.end <= text.len(), "{error:?} is outside the source");
    }
    let quoted = yaml_string(text);
    let book = format!(
        "mop: 1\ntitle: Fuzz\ninputs:\n  v: {{ ask: A value, default: \"'; exit 3; \\\"$(exit 4)\" }}\n  many: {{ ask: Values, list: true, default: [a, \"b c\"] }}\nactivities:\n  - title: One\n    steps:\n      - title: {quoted}\n        id: one\n        run: {quoted}\n        when: {quoted}\n      - id: two\n        title: {quoted}\n        run: {quoted}\n"
    );
    let loaded = load("fuzz.yaml", book.into_bytes(), &NoLibrary);
    let Some(runbook) = &loaded.runbook else { return };
    let mut values = Values::default();
    values.take_defaults(runbook);
    if let Ok(plan) = plan(runbook, &values) {
        for item in &plan.items {
            plan.title(runbook, &values, item);
            plan.command(runbook, &values, item);
        }
    }
});

/// Writes a text as a YAML double-quoted scalar.
fn yaml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() || u32::from(c) > 0x7e => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
