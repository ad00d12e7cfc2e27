//! One runbook uses every key of the format, and passes.

use std::collections::BTreeSet;

use mop::runbook::plan::{Values, plan};
use mop::runbook::schema::schema;
use mop::runbook::{Loaded, load};

use crate::reading::{Shelf, shown};

const EVERYTHING: &str = include_str!("../everything.yaml");

fn everything() -> Loaded {
    let part = "mop: 1\ntitle: A part\ninputs: { whom: { ask: Whom } }\nactivities:\n  - { title: Greet, estimate: 1m, steps: [\"Greet {{ whom }}\"] }\n";
    load("everything.yaml", EVERYTHING.as_bytes().to_vec(), &Shelf::of(&[("part.yaml", part)]))
}

#[test]
fn a_runbook_with_every_key_passes_without_a_warning() {
    let loaded = everything();
    assert!(loaded.diagnostics.is_empty(), "{}", shown(&loaded));
}

#[test]
fn the_runbook_with_every_key_leaves_no_key_of_the_schema_out() {
    let schema = schema();
    let parts = schema["$defs"].as_object().unwrap();
    let known: BTreeSet<&str> =
        parts.values().flat_map(|part| part["properties"].as_object().unwrap().keys()).map(String::as_str).collect();
    let unused: Vec<_> = known.into_iter().filter(|key| !EVERYTHING.contains(&format!("{key}:"))).collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
}

#[test]
fn the_plan_of_every_key_has_stable_ids_and_knows_what_it_waits_for() {
    let loaded = everything();
    let runbook = loaded.runbook.unwrap();
    let mut values = Values::default();
    values.take_defaults(&runbook);
    values.set(&runbook, "hops", &["10.9.1,10.10"]).unwrap();
    values.set(&runbook, "agents", &["app1,app2"]).unwrap();
    values.set(&runbook, "chosen.backup", &["files"]).unwrap();
    let plan = plan(&runbook, &values).unwrap();
    let ids: Vec<_> = plan.forward().iter().map(|item| &*item.id).collect();
    for id in [
        "prepare/backup/files/copy-every-file-below-the-site-root-to-a-place-outside-it",
        "hop[10.10]/start",
        "hop[10.9.1]/up[app2]",
        "after",
    ] {
        assert!(ids.contains(&id), "{id} is not among {ids:#?}");
    }
    let start = plan.item("hop[10.9.1]/start").unwrap();
    assert_eq!(start.number, "2.3");
    let waits = |id: &str| plan.waits_for(&runbook, &values, plan.item(id).unwrap()).into_iter().collect::<Vec<_>>();
    assert_eq!(waits("hop[10.9.1]/fetch"), ["sums"]);
    assert_eq!(waits("hop[10.9.1]/start"), ["site"], "what the step captures itself is not waited for");
    assert_eq!(waits("hop[10.9.1]/valid"), Vec::<String>::new());
    let restore = plan.back_out().last().unwrap();
    assert_eq!(plan.title(&runbook, &values, restore).text, "Restore Copy of files and database taken for 10.9.1");
}
