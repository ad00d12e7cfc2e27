//! The plan as JSON, for scripts.

use serde_json::{Value as Json, json};

use super::Paper;
use crate::runbook::plan::{Item, ItemKind, ItemState};
use crate::text::harmless_json;

/// Prints the plan.
pub(super) fn page(paper: &Paper<'_>) -> String {
    let book = paper.runbook.main();
    let items = |items: &[Item]| items.iter().map(|item| one(paper, item)).collect::<Vec<_>>();
    let page = json!({
        "runbook": book.id,
        "version": book.version,
        "roles": book.roles.iter().map(|role| &*role.name).collect::<Vec<_>>(),
        "items": items(paper.plan.forward()),
        "back_out": items(paper.plan.back_out()),
    });
    harmless_json(&format!("{page:#}\n"))
}

fn one(paper: &Paper<'_>, item: &Item) -> Json {
    let title = paper.plan.title(paper.runbook, paper.values, item);
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
        "waits_for": paper.plan.waits_for(paper.runbook, paper.values, item),
        "state": state,
        "because": why,
    });
    let estimate = match item.kind {
        ItemKind::Activity(activity) => paper.runbook.activity(activity).estimate.as_ref(),
        kind => kind.step().and_then(|step| paper.runbook.step(step).estimate.as_deref()),
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
        let step = paper.runbook.step(id);
        one["action"] = json!(step.action.word());
        one["sign"] = json!(Paper::signers(step));
        one["command"] = json!(paper.plan.command(paper.runbook, paper.values, item).map(|command| command.shown()));
    }
    one
}
