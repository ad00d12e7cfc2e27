//! How the time stands before a run begins: the window, the end that is forecast, and the way back.

use super::{Known, Said};
use crate::run::forecast::{Baseline, Fit, LastSafe, Source, Teller, lasts, until};
use crate::run::{Forecast, Run};

/// Says a window as it is understood, in the teller's zone and in UTC.
pub fn window_words(teller: &Teller, (start_ms, end_ms): (i64, i64)) -> String {
    let utc = Teller { offset: chrono::Offset::fix(&chrono::Utc), ..*teller };
    let (start, end) = (teller.time(start_ms), teller.time(end_ms));
    let zone = teller.zone_at(start_ms);
    let when = match teller.now_ms {
        now if now < start_ms => format!("begins {}", until(start_ms - now)),
        now if now < end_ms => format!("has begun, {} left", lasts(end_ms - now)),
        now => format!("is over since {}", lasts(now - end_ms)),
    };
    let both = match zone.as_str() {
        "UTC" => format!("{start}–{end} UTC"),
        zone => format!("{start}–{end} {zone}, {}–{} UTC", utc.time(start_ms), utc.time(end_ms)),
    };
    format!("{both}, {}, {when}", lasts(end_ms - start_ms))
}

/// Says how the time stands.
pub(super) fn lines(run: &Run, (forecast, begins_ms): (&Forecast, i64), known: &Known<'_>) -> Vec<Said> {
    let teller = &known.teller;
    let mut lines = vec![window_line(run, teller)];
    lines.push(end_line(forecast, (begins_ms, teller)));
    lines.extend(forecast.window.and_then(|window| fit_line(forecast, window.end_ms)));
    lines.extend(back_lines(run, teller));
    lines.push(past_line(forecast, known));
    lines
}

fn window_line(run: &Run, teller: &Teller) -> Said {
    match run.window() {
        None => Said::plain("no window: nothing says when the run has to be over"),
        Some(window) => {
            let words = format!("the window is {}", window_words(teller, window));
            if teller.now_ms < window.1 { Said::plain(words) } else { Said::bad(words) }
        }
    }
}

fn end_line(forecast: &Forecast, (begins_ms, teller): (i64, &Teller)) -> Said {
    let when = if begins_ms > teller.now_ms { "begun with the window" } else { "begun now" };
    Said::plain(format!("{when}, it {}", teller.end(forecast)))
}

fn fit_line(forecast: &Forecast, end_ms: i64) -> Option<Said> {
    let end = forecast.end;
    Some(match forecast.fit()? {
        Fit::Fits => Said::plain(format!("it fits into the window, with {} to spare", lasts(end_ms - end.high_ms))),
        Fit::MayNot if end.high_ms <= end_ms => {
            Said::warning("it may not fit into the window: for some of it nobody says how long it takes")
        }
        Fit::MayNot => {
            let over = lasts(end.high_ms - end_ms);
            Said::warning(format!("it may not fit into the window: at the most it ends {over} after it"))
        }
        Fit::DoesNot => {
            let over = lasts(end.low_ms - end_ms);
            Said::bad(format!("it does not fit into the window: at the least it ends {over} after it"))
        }
    })
}

/// Says how long the way back takes, and until when there is one.
fn back_lines(run: &Run, teller: &Teller) -> Vec<Said> {
    let Some(safe) = Forecast::of(run, &Default::default(), teller.now_ms).last_safe else {
        let has_back = run.runbook().main().back_out.is_some();
        return (!has_back).then(|| Said::warning("the runbook has no way back")).into_iter().collect();
    };
    let back = match run.back_out_ms() {
        None => return vec![Said::warning("the runbook has no way back")],
        Some(0) => ", if the way back took no time: nobody says how long it takes".to_owned(),
        Some(back_ms) => format!(", as the way back takes up to {}", lasts(back_ms)),
    };
    vec![last_safe_line(&safe, (teller, &back))]
}

fn last_safe_line(safe: &LastSafe, (teller, back): (&Teller, &str)) -> Said {
    if safe.left_ms < 0 {
        return Said::bad(format!("the last safe moment passed {} ago{back}", lasts(-safe.left_ms)));
    }
    let words = format!("the last safe moment is {}, {}{back}", teller.time(safe.at_ms), until(safe.left_ms));
    if safe.is_at_most { Said::warning(format!("{words}, at the least")) } else { Said::plain(words) }
}

/// Says whether past runs are known, and what of them serves.
fn past_line(forecast: &Forecast, known: &Known<'_>) -> Said {
    let parts = || forecast.rows.iter().filter(|row| row.is_part);
    let is_past = |baseline: &Baseline| matches!(baseline.source, Source::Past(_));
    let serving = parts().filter(|row| is_past(&row.baseline)).count();
    let seen = parts().filter(|row| row.past.is_some()).count();
    Said::plain(match (known.history, seen, serving) {
        (None, ..) => "past runs here are being looked for".to_owned(),
        (Some(_), 0, _) => "no sealed run of this runbook here tells how long it takes".to_owned(),
        (Some(_), seen, 0) => format!("past runs here tell of {seen} activities; the author's figures serve"),
        (Some(_), _, serving) => format!("the figures of {serving} activities are those of past runs here"),
    })
}
