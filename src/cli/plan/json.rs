//! The plan as JSON, for scripts.

use serde_json::{Value as Json, json};

use super::Sheet;
use crate::runbook::plan::{Item, ItemKind, ItemState};
use crate::text::harmless_json;

/// Prints the plan.
pub(super) fn page(sheet: &Sheet<'_>) -> String {
    let book = sheet.runbook.main();
    let items = |items: &[Item]| items.iter().map(|item| one(sheet, item)).collect::<Vec<_>>();
    let page = json!({
        "runbook": book.id,
        "version": book.version,
        "roles": book.roles.iter().map(|role| &*role.name).collect::<Vec<_>>(),
        "items": items(&sheet.plan.items),
        "back_out": items(&sheet.plan.back_out),
    });
    harmless_json(&format!("{page:#}\n"))
}

fn one(sheet: &Sheet<'_>, item: &Item) -> Json {
    let title = sheet.plan.title(sheet.runbook, sheet.values, item);
    let (state, why) = match &item.state {
        ItemState::Open => ("open", json!(null)),
        ItemState::Undecided(names) => ("undecided", json!(names)),
        ItemState::Growing(names) => ("growing", json!(names)),
        ItemState::NotApplicable(why) => ("na", json!(why)),
    };
    let mut one = json!({
        "id": &*item.id,
        "number": item.number,
        "depth": item.depth,
        "kind": item.kind.word(),
        "title": title.text,
        "waits_for": sheet.plan.waits_for(sheet.runbook, sheet.values, item),
        "state": state,
        "because": why,
    });
    let estimate = match item.kind {
        ItemKind::Activity(activity) => sheet.runbook.activity(activity).estimate.as_ref(),
        kind => kind.step().and_then(|step| sheet.runbook.step(step).estimate.as_deref()),
    };
    if let Some(estimate) = estimate {
        let seconds = |length: crate::time::Length| length.as_millis() / 1000;
        one["estimate"] = json!({
            "low_seconds": estimate.low.map(seconds),
            "high_seconds": estimate.high.map(seconds),
            "varies": estimate.varies,
            "because": estimate.because,
        });
    }
    if let Some(id) = item.kind.step() {
        let step = sheet.runbook.step(id);
        one["action"] = json!(step.action.word());
        one["sign"] = json!(Sheet::signers(step));
        one["command"] =
            json!(sheet.plan.command(sheet.runbook, sheet.values, item, id).map(|command| command.shown()));
    }
    one
}
