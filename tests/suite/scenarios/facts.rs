//! What is known of a run, by the names that scenarios use for it.

use mop::run::{Person, Run};
use mop::runbook::plan::Item;

use super::bench::Bench;

/// Says what is known of a run, by name; nothing is a dash.
pub fn fact(bench: &Bench, name: &str) -> Option<String> {
    let run = &bench.run;
    people(run, name).or_else(|| course(bench, name)).or_else(|| items(run, name)).or_else(|| words(run, name))
}

fn people(run: &Run, name: &str) -> Option<String> {
    let named = |who: &Person| who.name.clone();
    Some(match name {
        "driver" => some(run.driver().map(|driver| named(&driver.who))),
        "terminal" => some(run.driver().map(|driver| driver.session.clone())),
        "asking" => some(run.asking().map(named)),
        "here" => all(run.people().iter().map(named)),
        _ => return None,
    })
}

fn course(bench: &Bench, name: &str) -> Option<String> {
    let run = &bench.run;
    Some(match name {
        "paused" => some(run.paused().map(|pause| pause.why.clone())),
        "ran" => length(run.ran_at(bench.now)),
        "stood" => length(run.stood_at(bench.now)),
        "late" => run.is_late().to_string(),
        "last safe" => some(run.last_safe_ms().map(clock_time)),
        "adopted" => all(run.adopted().iter().map(|edition| format!("{} at {}", edition.who.name, edition.n))),
        "rehearsal" => run.start().rehearsal.to_string(),
        "stopped" => some(run.stopped().map(str::to_owned)),
        "closed" => some(run.closed().map(str::to_owned)),
        "back out" => some(run.back_out().map(|back| format!("{}: {}", back.who.name, back.why))),
        "back for" => some(run.back_out().map(|back| length(run.ran_at(bench.now) - back.began.ran_ms))),
        "spans" => all(run.items().iter().filter_map(|item| span(run, item))),
        _ => return None,
    })
}

fn items(run: &Run, name: &str) -> Option<String> {
    let number = |item: &Item| item.number.clone();
    let number_of = |id: &str| run.plan().item(id).map_or_else(|| id.to_owned(), number);
    let undone = |item: &Item| item.id.strip_prefix("back_out/undo/").map(number_of);
    Some(match name {
        "progress" => format!("{} of {}", run.progress().done, run.progress().of),
        "next" => some(run.next_open().map(|at| number(&run.items()[at]))),
        "open" => all(run.open_items().map(number)),
        "items" => all(run.items().iter().map(number)),
        "deferred" => all(run.deferred().map(number)),
        "running" => all(run.running().map(|(id, attempt)| format!("{} for time {attempt}", number_of(id)))),
        "looking again" => all(run.rechecks().iter().map(|id| number_of(id))),
        "undo" => all(run.plan().back_out().iter().filter(|item| item.number.starts_with('U')).filter_map(undone)),
        _ => return None,
    })
}

fn words(run: &Run, name: &str) -> Option<String> {
    Some(match name {
        "notes" => all(run.notes().iter().map(|note| format!("{}: {}", note.who.name, note.text))),
        "files" => all(run.attachments().iter().map(|file| format!("{} of {} bytes", file.name, file.bytes))),
        "redlines" => all(run.redlines().iter().map(|line| format!("{} -> {}", line.was, line.now))),
        "probes" => all(run.probes().iter().map(|(id, known)| format!("{id} {}: {}", known.state.word(), known.words))),
        "amended" => all(run.amended().iter().map(|(of, by)| format!("{of} by {by}"))),
        _ => return None,
    })
}

/// Says how long a part took.
fn span(run: &Run, item: &Item) -> Option<String> {
    let span = run.span(&item.id)?;
    let ended = span.ended.map_or("now".to_owned(), |ended| length(ended.ran_ms));
    Some(format!("{} from {} to {ended}", item.number, length(span.began.ran_ms)))
}

fn some(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".into())
}

fn all(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<_> = texts.collect();
    if texts.is_empty() { "-".into() } else { texts.join(", ") }
}

fn length(millis: i64) -> String {
    mop::time::Length::from_millis(u64::try_from(millis).unwrap_or_default()).to_string()
}

fn clock_time(at_ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(at_ms).unwrap().format("%H:%M").to_string()
}
