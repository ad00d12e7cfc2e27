//! All that can be seen of a run, as lines: two runs of which these are equal are the same run.

use mop::run::Run;

/// Writes down all that can be seen of a run.
pub fn portrait(run: &Run) -> Vec<String> {
    let now = super::bench::BEGIN + 1_000_000_000;
    let mut lines = vec![
        format!("start {:?}", run.start()),
        format!("people {:?}", run.people()),
        format!("driver {:?}, asking {:?}", run.driver(), run.asking()),
        format!("paused {:?}, ran {}, stood {}", run.paused(), run.ran_at(now), run.stood_at(now)),
        format!("adopted {:?}", run.adopted()),
        format!("back out {:?}, stopped {:?}, late {}", run.back_out(), run.stopped(), run.is_late()),
        format!("window {:?}, last safe {:?}", run.window(), run.last_safe_ms()),
        format!("rechecks {:?}", run.rechecks()),
        format!("beside {:?}", run.ad_hoc()),
        format!("notes {:?}", run.notes()),
        format!("files {:?}", run.attachments()),
        format!("redlines {:?}", run.redlines()),
        format!("amended {:?}", run.amended()),
        format!("closed {:?}, unknown {}", run.closed(), run.unknown()),
        format!("progress {:?}, next {:?}, acted {}", run.progress(), run.next_open(), run.acted_at()),
        format!("head {:?}", run.head()),
        format!("deferred {:?}", run.deferred().map(|item| &item.id).collect::<Vec<_>>()),
        format!("open {:?}", run.open_items().map(|item| &item.id).collect::<Vec<_>>()),
        format!("values {}", run.values().listing()),
    ];
    let mut running: Vec<_> = run.running().collect();
    running.sort_unstable();
    lines.push(format!("running {running:?}"));
    let mut sensed: Vec<_> = run.sensed().collect();
    sensed.sort_unstable();
    lines.push(format!("sensed {sensed:?}"));
    lines.extend(run.people().iter().map(|who| format!("pins {} {}", who.id, run.pins_left(who))));
    lines.extend(run.trail().iter().map(|entry| format!("trail {entry:?}")));
    lines.extend((0..=run.head().n).map(|n| format!("hash {:?}", run.hash_of(n))));
    for (item, standing) in run.items().iter().zip(run.standings()) {
        lines.push(format!("{} {} {:?} {:?} {standing:?}", item.id, item.number, item.kind, item.state));
        lines.push(format!("  {} {:?} {:?}", run.title(item), run.span(&item.id), run.signatures(&item.id)));
        let (chosen, settled) = (run.chosen(&item.id), run.settled(&item.id));
        lines.push(format!("  {chosen:?} {settled:?} {} {:?}", run.attempts(&item.id), run.regressed(&item.id)));
    }
    lines
}
