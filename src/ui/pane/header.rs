//! The header: what is run and by whom, and in a second row how the time stands against the window.
//!
//! What does not fit is left out from the right, the least needed first: the last safe moment and the
//! end of the run stay the longest.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::forecast::{Fit, LastSafe, Nearness, Phase, Teller, WindowClock, lasts, until};
use crate::run::{Forecast, Person, ProbeState, Run};
use crate::text::{Shown, width};
use crate::ui::areas::areas;
use crate::ui::hindsight::{Found, Grade, Hindsight};
use crate::ui::letters::write_line;
use crate::ui::model::{Model, Pace, Recording, Subject};
use crate::ui::pane::status::{ALL_OK, counts};
use crate::ui::theme::Theme;

/// The shortest bar that tells anything.
const SHORTEST: usize = 10;

/// Draws the header.
pub(in crate::ui) fn draw_header(frame: &mut Frame<'_>, model: &Model<'_>, area: Rect) {
    let row = |at: u16| Rect { y: area.y + at, height: 1, ..area };
    let Subject::Run(run, who) = model.sight.subject else {
        return ends(frame, row(0), (vec![Span::styled("mop", model.theme.strong())], clocks(model)));
    };
    let (left, right) = first_row(model, (run, who), usize::from(area.width));
    ends(frame, row(0), (left, right));
    if area.height > 1 {
        let spans = second_row(model, run, usize::from(area.width));
        write_line(frame.buffer_mut(), (area.x, area.y + 1), (&Line::from(spans), area.width));
    }
}

/// Writes at the left and at the right end of a row; the right end goes when there is no room.
fn ends(frame: &mut Frame<'_>, area: Rect, (left, right): (Vec<Span<'_>>, Vec<Span<'_>>)) {
    let (left, right) = (Line::from(left), Line::from(right));
    let wide = u16::try_from(right.width()).unwrap_or(u16::MAX);
    let used = u16::try_from(left.width()).unwrap_or(u16::MAX);
    write_line(frame.buffer_mut(), (area.x, area.y), (&left, area.width));
    if used.saturating_add(wide).saturating_add(1) <= area.width {
        write_line(frame.buffer_mut(), (area.right() - wide, area.y), (&right, wide));
    }
}

fn clocks(model: &Model<'_>) -> Vec<Span<'static>> {
    let now = model.sight.now;
    let exactly = match model.sight.setting.pace {
        Pace::Seconds => "%H:%M:%S",
        Pace::Minutes => "%H:%M",
    };
    let (local, utc) = (now.local(now.at_ms).format(exactly), now.utc(now.at_ms).format("%H:%M"));
    vec![Span::raw(format!("{local}  {utc}Z"))]
}

type Row = (Vec<Span<'static>>, Vec<Span<'static>>);

/// Says what is run, how far it is and how it is recorded; and who drives and acts.
fn first_row(model: &Model<'_>, (run, who): (&Run, &Person), cells: usize) -> Row {
    let theme = model.theme;
    let (state, style) = recording(model, (run, cells));
    let kind = if run.start().rehearsal { " · rehearsal" } else { "" };
    let progress = run.progress();
    // Where there is little room, a review says first at which record one stands, and what the record is worth.
    let has_progress = cells >= 60 || model.sight.past.is_none();
    let progress = if has_progress { format!(" · {}/{}", progress.done, progress.of) } else { String::new() };
    let mut rest =
        vec![Span::styled(kind, theme.loud()), Span::raw(format!("{progress} · ")), Span::styled(state, style)];
    rest.extend(bad(model, cells));
    let mut right = people(theme, (run, who), cells);
    if cells >= 76 {
        rest.insert(0, Span::raw(format!(" · {}", Shown::line_limited(&run.start().run, 12))));
    }
    if cells >= 60 {
        right.push(Span::raw("  "));
        right.extend(clocks(model));
    }
    let taken: usize = right.iter().chain(&rest).map(|span| width(&span.content)).sum();
    let room = cells.saturating_sub(taken + 1).max(4);
    let title = Span::styled(Shown::line_limited(&run.name(), room).to_string(), theme.strong());
    ([title].into_iter().chain(rest).collect(), right)
}

fn recording(model: &Model<'_>, (run, cells): (&Run, usize)) -> (String, Style) {
    let (theme, n) = (model.theme, run.head().n);
    if let Some(past) = model.sight.past {
        return reviewed(theme, (past, n), cells);
    }
    match model.recording {
        Recording::Settled => (format!("recorded {n}"), theme.good()),
        Recording::Slow(took) => (format!("recorded {n}, SLOW DISK {} s", took.as_secs()), theme.loud()),
        Recording::Short(bytes) => (format!("DISK FULL, {} KiB left", bytes / 1024), theme.bad()),
        Recording::InFlight => ("recording…".to_owned(), theme.loud()),
        Recording::Sealed => ("sealed".to_owned(), theme.good()),
        Recording::Watched(true) => ("watching, sealed".to_owned(), theme.good()),
        Recording::Watched(false) => (format!("watching {n}"), theme.loud()),
        Recording::Halted(_) => ("NOT RECORDING".to_owned(), theme.bad()),
    }
}

/// Says at which record of a review one stands, whether more came, and whether the record is as it was recorded.
fn reviewed(theme: &Theme, (past, n): (&Hindsight, u64), cells: usize) -> (String, Style) {
    let newest = past.chronicle.newest();
    let place = if cells < 90 { format!("review {n}/{newest}") } else { format!("review · record {n} of {newest}") };
    let newer = if past.newer() > 0 { format!(" · {} NEW", past.newer()) } else { String::new() };
    let (word, style) = match &past.found {
        _ if past.alarm.is_some() => ("ALTERED".to_owned(), theme.bad()),
        Found::Waiting => ("verifying…".to_owned(), theme.loud()),
        Found::Failed(_) => ("NOT VERIFIED".to_owned(), theme.bad()),
        Found::All(findings) => (findings.title.to_lowercase(), theme.good()),
    };
    let (word, style) = match past.findings().map(|findings| findings.grade) {
        Some(Grade::Bad) => (word.to_uppercase(), theme.bad()),
        Some(Grade::Open) if past.alarm.is_none() => (word, theme.loud()),
        _ => (word, style),
    };
    (format!("{place}{newer} · {word}"), style)
}

/// Counts the probes that are bad; where the status is not in view and there is room, says how it stands.
fn bad(model: &Model<'_>, cells: usize) -> Option<Span<'static>> {
    let words = counts(model);
    if cells >= 60 && !words.is_empty() && areas(model.screen).status.is_empty() {
        let style = if words == ALL_OK { model.theme.good() } else { model.theme.bad() };
        return Some(Span::styled(format!(" · {words}"), style));
    }
    let bad = model.sight.live.probes().iter().filter(|probe| probe.sighting.state == ProbeState::Bad).count();
    (bad > 0).then(|| Span::styled(format!(" · {bad} bad"), model.theme.bad()))
}

/// Says who acts at this terminal, and who drives where that is somebody else.
fn people(theme: &Theme, (run, who): (&Run, &Person), cells: usize) -> Vec<Span<'static>> {
    let name = |person: &Person| Shown::line_limited(&person.name, 20).to_string();
    let acts = Span::styled(name(who), theme.accent());
    match run.driver() {
        // Nobody acts where somebody only looks on.
        Some(driver) if who.id.is_empty() => {
            vec![Span::styled(name(&driver.who), theme.strong()), Span::raw(" drives")]
        }
        None if who.id.is_empty() => vec![Span::raw("nobody drives")],
        Some(driver) if driver.who.id != who.id && cells >= 60 => {
            vec![Span::styled(name(&driver.who), theme.strong()), Span::raw(" drives, "), acts, Span::raw(" acts")]
        }
        None if cells >= 60 && run.closed().is_none() => vec![Span::raw("nobody drives, "), acts, Span::raw(" acts")],
        _ => vec![acts],
    }
}

/// Says how the time stands: the window as a bar, the last safe moment, and when the run ends.
fn second_row(model: &Model<'_>, run: &Run, cells: usize) -> Vec<Span<'static>> {
    let Some(forecast) = model.sight.live.forecast() else { return Vec::new() };
    let theme = model.theme;
    let teller = Teller { now_ms: model.sight.now.at_ms, offset: model.sight.now.offset };
    let mut room = cells.saturating_sub(1);
    let mut words = Vec::new();
    for (text, style) in facts(run, forecast, (teller, theme)) {
        let wide = width(&text) + 2;
        if wide + 1 > room {
            break;
        }
        room -= wide;
        words.push(Span::styled(format!("  {text}"), style));
    }
    let mut spans = vec![Span::raw(" ")];
    spans.extend(forecast.window.and_then(|window| bar((&window, forecast), (teller, theme), room)));
    spans.extend(words);
    spans
}

/// Gives what is to be said of the time, the most needed first.
fn facts(run: &Run, forecast: &Forecast, (teller, theme): (Teller, &Theme)) -> Vec<(String, Style)> {
    let mut facts = Vec::new();
    if let Some(pause) = run.paused() {
        facts.push((format!("paused for {}", lasts(teller.now_ms - pause.since_ms)), theme.loud()));
    }
    if let Some(safe) = &forecast.last_safe {
        facts.push((teller.last_safe(safe), nearness_style(safe, theme)));
    }
    facts.push((teller.end(forecast), fit_style(forecast.fit(), theme)));
    if let Some(window) = &forecast.window {
        facts.push(window_words(window, theme));
    }
    facts.extend(teller.backed_out(forecast).map(|words| (words, Style::new())));
    facts.extend(forecast.past_words().map(|words| (words.to_owned(), Style::new())));
    facts
}

fn window_words(window: &WindowClock, theme: &Theme) -> (String, Style) {
    match window.phase {
        Phase::Before => (format!("window {}", until(window.start_ms - window.end_ms + window.left_ms)), Style::new()),
        Phase::Within => (format!("{} left", lasts(window.left_ms)), Style::new()),
        Phase::Warned => (format!("{} left", lasts(window.left_ms)), theme.loud()),
        Phase::After => (format!("window over since {}", lasts(-window.left_ms)), theme.bad()),
    }
}

fn nearness_style(safe: &LastSafe, theme: &Theme) -> Style {
    match safe.nearness {
        Nearness::Far => Style::new(),
        Nearness::Thirty | Nearness::Ten => theme.loud(),
        Nearness::Five | Nearness::Passed => theme.bad(),
    }
}

fn fit_style(fit: Option<Fit>, theme: &Theme) -> Style {
    match fit {
        None | Some(Fit::Fits) => Style::new(),
        Some(Fit::MayNot) => theme.loud(),
        Some(Fit::DoesNot) => theme.bad(),
    }
}

/// Draws the window: what has passed, now, what the run takes still, the last safe moment, and its end.
fn bar(
    (window, forecast): (&WindowClock, &Forecast),
    (teller, theme): (Teller, &Theme),
    room: usize,
) -> Option<Span<'static>> {
    let (start, end) = (teller.time(window.start_ms), teller.time(window.end_ms));
    let cells = room.checked_sub(width(&start) + width(&end) + 2).filter(|cells| *cells >= SHORTEST)?.min(60);
    let signs = if theme.ascii { ['=', '#', '-', '|', 'O'] } else { ['━', '▒', '─', '┊', '●'] };
    let length = (window.end_ms - window.start_ms).max(1);
    let place = |at_ms: i64| -> usize {
        let passed = i128::from((at_ms - window.start_ms).clamp(0, length));
        usize::try_from(passed * (cells as i128 - 1) / i128::from(length)).unwrap_or_default()
    };
    let (now, ends) = (place(teller.now_ms), place(forecast.end.high_ms));
    let safe = forecast.last_safe.as_ref().map(|safe| place(safe.at_ms));
    let cell = |at: usize| match at {
        _ if at == now => signs[4],
        _ if Some(at) == safe => signs[3],
        _ if at < now => signs[0],
        _ if at <= ends => signs[1],
        _ => signs[2],
    };
    Some(Span::raw(format!("{start} {} {end}", (0..cells).map(cell).collect::<String>())))
}
