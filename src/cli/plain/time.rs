//! How the time of a run stands, one fact a line: the clock, the window, the forecast, and each part.

use crate::run::forecast::{Row, Stage, Teller, lasts, until};
use crate::run::{Forecast, History, Run};
use crate::ui::Now;

/// Says how the time stands, with what past runs teach.
pub(super) fn facts(run: &Run, history: &History, now: &Now) -> Vec<String> {
    let forecast = Forecast::of(run, history, now.at_ms);
    let teller = Teller { now_ms: now.at_ms, offset: now.offset };
    let clock = |at_ms: i64| now.local(at_ms).format("%Y-%m-%d %H:%M %:z").to_string();
    let mut facts =
        vec![format!("now: {}", clock(now.at_ms)), format!("running for: {}", lasts(run.ran_at(now.at_ms)))];
    facts.extend(run.paused().map(|pause| format!("paused since: {}, {}", clock(pause.since_ms), pause.why)));
    match &forecast.window {
        None => facts.push("window: none".to_owned()),
        Some(window) => {
            let begins = match window.start_ms - now.at_ms {
                left @ 0.. => until(left),
                passed => format!("{} ago", lasts(-passed)),
            };
            facts.push(format!("window begins: {}, {begins}", clock(window.start_ms)));
            facts.push(format!("window ends: {}, {}", clock(window.end_ms), until(window.left_ms)));
        }
    }
    facts.push(format!("forecast: {}", teller.end(&forecast)));
    facts.extend(teller.backed_out(&forecast).map(|words| format!("forecast: {words}")));
    facts.extend(forecast.last_safe.as_ref().map(|last| format!("time left: {}", teller.last_safe(last))));
    facts.extend(forecast.rows.iter().filter(|row| row.is_part).filter_map(|row| part(run, row)));
    facts
}

/// Says how long a part should take and took.
fn part(run: &Run, row: &Row) -> Option<String> {
    let item = run.items().get(row.at).filter(|_| row.stage != Stage::DoesNotApply)?;
    let estimate = row.baseline.words().map(|words| format!("{words} ({})", row.baseline.source.words()));
    let took = row.elapsed_ms.map(|ms| match row.stage {
        Stage::Done => format!(", took {}", lasts(ms)),
        _ => format!(", {} so far", lasts(ms)),
    });
    let over = row.over_words().map(|words| format!(", {words}"));
    let words =
        [estimate.unwrap_or_else(|| "no estimate".to_owned()), took.unwrap_or_default(), over.unwrap_or_default()];
    Some(format!("part: {} {}: {}", item.number, run.title(item), words.concat()))
}
