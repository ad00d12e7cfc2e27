//! The timeline as SVG: what was planned above what was, pauses, signatures, and what the probes said.
//!
//! Everything is told apart by its shape and its place as well as by its colour, and stands in the tables too; for
//! those who do not see it, it is one picture with a sentence.

use std::collections::HashSet;

use super::axis::Axis;
use super::tag::Tag;
use crate::report::account::Account;
use crate::report::item::Signature;
use crate::report::status::Probe;
use crate::report::timing::Row;
use crate::run::ProbeState;
use crate::run::forecast::lasts;
use crate::text::fit;

/// How wide the picture is.
const WIDTH: f64 = 1000.0;
/// Where the times begin.
const LEFT: f64 = 214.0;
/// Where they end.
const RIGHT: f64 = 980.0;
/// How much stands above the first row.
const TOP: f64 = 54.0;
/// Where the times are written, and what lies beneath begins.
const HEAD: f64 = 36.0;
/// How high a row is.
const ROW: f64 = 34.0;
/// How high the row of a probe is.
const STRIP: f64 = 22.0;
/// How many cells of a title stand beside a row.
const CELLS: usize = 27;
/// How many probes are drawn; the table has all of them.
const MOST_PROBES: usize = 24;
/// How many rows are drawn.
const MOST_ROWS: usize = 60;

/// Draws the timeline; nothing where there is nothing to draw.
pub(super) fn timeline(account: &Account) -> Option<Tag> {
    let rows: Vec<&Row> = account.timing.rows.iter().filter(|row| is_drawn(row)).take(MOST_ROWS).collect();
    let probes: Vec<&Probe> = account.probes.iter().take(MOST_PROBES).collect();
    let axis = Axis::of(times(account, &rows), (LEFT, RIGHT))?;
    let below = place(rows.len(), TOP, ROW);
    let height = place(probes.len(), below + 8.0, STRIP) + 18.0;
    let own = account.timing.rows.iter().filter(|row| !row.is_part).map(|row| row.id.as_str()).collect();
    let picture = Picture { account, own, axis, bottom: height - 16.0 };
    let mut svg = Tag::class("svg", "timeline")
        .with("viewBox", &format!("0 0 {WIDTH} {height}"))
        .with("role", "img")
        .with("aria-labelledby", "timeline-title timeline-words")
        .add(Tag::of("title").with("id", "timeline-title").says("Timeline"))
        .add(Tag::of("desc").with("id", "timeline-words").says(&words(account)))
        .add(patterns());
    svg = svg.add_all(picture.ground());
    for (at, row) in rows.iter().enumerate() {
        svg = svg.add(picture.row(row, place(at, TOP, ROW)));
    }
    for (at, probe) in probes.iter().enumerate() {
        svg = svg.add(picture.probe(probe, place(at, below + 8.0, STRIP)));
    }
    Some(svg.add_all(picture.overlay()))
}

fn is_drawn(row: &Row) -> bool {
    row.began_ms.is_some() || (row.planned.is_some() && row.stage != "does not apply")
}

fn place(at: usize, top: f64, each: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are few rows")]
    let at = at as f64;
    top + at * each
}

/// Gathers all the times in which something was, or was to be.
fn times(account: &Account, rows: &[&Row]) -> Vec<(i64, i64)> {
    let timing = &account.timing;
    let mut times = vec![(timing.begun_ms, timing.begun_ms), (account.as_of.at_ms, account.as_of.at_ms)];
    times.extend(timing.window.as_ref().map(|window| (window.start_ms, window.end_ms)));
    for row in rows {
        times.extend(row.planned);
        times.extend(row.began_ms.map(|from| (from, row.ended_ms.unwrap_or(account.as_of.at_ms))));
    }
    let changes = account.probes.iter().flat_map(|probe| &probe.changes);
    times.extend(changes.map(|change| (change.at_ms, change.at_ms)));
    times
}

/// Says in a sentence what is drawn.
fn words(account: &Account) -> String {
    let (timing, moments) = (&account.timing, &account.moments);
    let window = timing.window.as_ref().map_or_else(String::new, |window| {
        format!(" The window is {} to {}.", moments.full(window.start_ms), moments.full(window.end_ms))
    });
    format!(
        "Planned and actual times from {} to {}, with {} pauses and the states of {} probes.{window} The same figures are in the tables Time and Status.",
        moments.full(timing.begun_ms),
        moments.full(account.as_of.at_ms),
        timing.pauses.len(),
        account.probes.len()
    )
}

/// Is what the parts of the picture share.
struct Picture<'a> {
    account: &'a Account,
    /// The steps that have a row of their own, by their ids.
    own: HashSet<&'a str>,
    axis: Axis,
    bottom: f64,
}

impl Picture<'_> {
    /// Draws what lies beneath everything: the window, the labels and lines of the times, breaks, pauses.
    fn ground(&self) -> Vec<Tag> {
        let mut tags = Vec::new();
        let timing = &self.account.timing;
        if let Some(window) = &timing.window {
            let (from, to) = (self.axis.x(window.start_ms), self.axis.x(window.end_ms));
            tags.push(rect("window", (from, HEAD, to - from, self.bottom - HEAD)));
            tags.push(text("small", (from + 4.0, HEAD + 12.0), "window"));
        }
        let mut day = None;
        for at_ms in self.axis.ticks(self.account.moments.offset_ms()) {
            let x = self.axis.x(at_ms);
            tags.push(line("tick", (x, HEAD - 4.0), (x, self.bottom)));
            tags.push(text("hour middle", (x, HEAD - 9.0), &self.account.moments.clock(at_ms)));
            let is_new = day.is_some_and(|before| !self.account.moments.is_one_day(before, at_ms));
            if is_new {
                tags.push(text("small middle", (x, HEAD - 22.0), &self.account.moments.day(at_ms)));
            }
            day = Some(at_ms);
        }
        for (from, to, left_out_ms) in self.axis.breaks() {
            tags.push(rect("break", (from, HEAD - 4.0, to - from, self.bottom - HEAD + 4.0)));
            tags.push(text("small middle", (f64::midpoint(from, to), HEAD - 9.0), &lasts(left_out_ms)));
        }
        for pause in &timing.pauses {
            let (from, to) = (self.axis.x(pause.from_ms), self.axis.x(pause.to_ms.unwrap_or(self.account.as_of.at_ms)));
            let pause = rect("pause", (from, TOP - 6.0, (to - from).max(2.0), self.bottom - TOP + 6.0));
            tags.push(pause.add(Tag::saying("title", "The run stood still")));
        }
        tags
    }

    /// Draws what lies above everything: the edges of the window, and the end of what is told.
    fn overlay(&self) -> Vec<Tag> {
        let mut tags = Vec::new();
        if let Some(window) = &self.account.timing.window {
            for at_ms in [window.start_ms, window.end_ms] {
                tags.push(line("edge", (self.axis.x(at_ms), HEAD), (self.axis.x(at_ms), self.bottom)));
            }
        }
        let x = self.axis.x(self.account.as_of.at_ms);
        tags.push(line("now", (x, HEAD), (x, self.bottom)));
        tags.push(text(
            "small middle",
            (x, self.bottom + 11.0),
            if self.account.is_over() { "closed" } else { "as of" },
        ));
        tags
    }

    fn row(&self, row: &Row, y: f64) -> Tag {
        let moments = &self.account.moments;
        let class = if row.is_part { "part" } else { "step" };
        let indent = if row.is_part { 0.0 } else { 14.0 };
        let title = format!("{} {}", row.number, row.title);
        let name = text("name", (4.0 + indent, y + 17.0), &fit(&title, CELLS)).add(Tag::saying("title", &title));
        let mut group =
            Tag::class("g", class).add(line("rule", (0.0, y + ROW - 3.0), (WIDTH, y + ROW - 3.0))).add(name);
        if let Some((from_ms, to_ms)) = row.planned.filter(|_| row.stage != "in reserve" || row.began_ms.is_some()) {
            let (from, to) = (self.axis.x(from_ms), self.axis.x(to_ms));
            let words = format!("planned {} to {}", moments.minute(from_ms), moments.minute(to_ms));
            group = group
                .add(rect("planned", (from, y + 3.0, (to - from).max(2.0), 7.0)).add(Tag::saying("title", &words)));
        }
        if let Some(from_ms) = row.began_ms {
            let to_ms = row.ended_ms.unwrap_or(self.account.as_of.at_ms);
            let (from, to) = (self.axis.x(from_ms), self.axis.x(to_ms));
            let words = format!("actual {} to {}", moments.minute(from_ms), moments.minute(to_ms));
            let bar = rect("actual", (from, y + 13.0, (to - from).max(2.0), 10.0));
            group = group.add(bar.add(Tag::saying("title", &words)));
            if let Some(ms) = row.difference_ms.filter(|ms| *ms > 0) {
                let beyond = self.axis.x((to_ms - ms).max(from_ms));
                group = group.add(rect("over", (beyond, y + 12.0, (to - beyond).max(2.0), 12.0)));
            }
            let took = row.took_ms.map(lasts).unwrap_or_default();
            let over = row.difference_ms.filter(|ms| *ms > 0).map(|ms| format!(" +{}", lasts(ms))).unwrap_or_default();
            let (place, class) = if to + 90.0 > RIGHT { (from - 5.0, "took end") } else { (to + 5.0, "took") };
            group = group.add(text(class, (place, y + 22.0), &format!("{took}{over}")));
        }
        group.add_all(self.signed(row).iter().map(|given| self.signature(given, y + 27.0)))
    }

    /// Finds the signatures that stand in a row: those of a part in its own, but for steps with a row of their own.
    fn signed(&self, row: &Row) -> Vec<&Signature> {
        let part = self.account.parts.iter().filter(|part| row.is_part && part.head.id == row.id);
        let of_part = part.flat_map(|part| part.all()).filter(|item| !self.own.contains(item.id.as_str()));
        let own = self.account.items().filter(|item| !row.is_part && item.id == row.id);
        of_part.chain(own).flat_map(|item| &item.signatures).collect()
    }

    fn signature(&self, given: &Signature, y: f64) -> Tag {
        let x = self.axis.x(given.at_ms);
        let diamond = format!("M{} {}l3.4 3.4l-3.4 3.4l-3.4 -3.4z", round(x), round(y - 3.4));
        let class = if given.counts { "signature" } else { "signature void" };
        let words = format!("{}, {}, {}", given.who, given.meaning.word(), self.account.moments.second(given.at_ms));
        Tag::class("path", class).with("d", &diamond).add(Tag::saying("title", &words))
    }

    fn probe(&self, probe: &Probe, y: f64) -> Tag {
        let name = text("probe", (4.0, y + 14.0), &fit(&probe.id, CELLS)).add(Tag::saying("title", &probe.id));
        let mut group = Tag::of("g").add(name);
        let ends = probe.changes.iter().skip(1).map(|change| change.at_ms).chain([self.account.as_of.at_ms]);
        for (change, to_ms) in probe.changes.iter().zip(ends) {
            let (from, to) = (self.axis.x(change.at_ms), self.axis.x(to_ms));
            let (class, top, high) = shape(change.state);
            let words =
                format!("{} from {}: {}", change.state.word(), self.account.moments.second(change.at_ms), change.words);
            let bar = rect(class, (from, y + top, (to - from).max(1.5), high));
            group = group.add(bar.add(Tag::saying("title", &words)));
            if change.state != ProbeState::Ok {
                group = group.add(text("sign", (from + 2.0, y + 15.0), change.state.signs().0));
            }
        }
        group
    }
}

/// Says how a state is drawn: what is well is a thin line, what is not is a block.
fn shape(state: ProbeState) -> (&'static str, f64, f64) {
    match state {
        ProbeState::Ok => ("ok", 9.0, 3.0),
        ProbeState::Warn => ("warn", 6.0, 9.0),
        ProbeState::Unknown | ProbeState::Stale => ("unknown", 8.0, 5.0),
        ProbeState::Bad => ("bad", 3.0, 15.0),
    }
}

fn patterns() -> Tag {
    let stripes = |id: &str, class: &str, turn: &str| {
        Tag::of("pattern")
            .with("id", id)
            .with("width", "6")
            .with("height", "6")
            .with("patternUnits", "userSpaceOnUse")
            .with("patternTransform", turn)
            .add(line(class, (0.0, 0.0), (0.0, 6.0)))
    };
    Tag::of("defs").add(stripes("stripes", "stripe", "rotate(45)")).add(stripes("slants", "slant", "rotate(-45)"))
}

fn rect(class: &str, (x, y, width, height): (f64, f64, f64, f64)) -> Tag {
    Tag::class("rect", class)
        .with("x", &round(x))
        .with("y", &round(y))
        .with("width", &round(width.max(0.0)))
        .with("height", &round(height.max(0.0)))
}

fn line(class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Tag {
    Tag::class("line", class)
        .with("x1", &round(x1))
        .with("y1", &round(y1))
        .with("x2", &round(x2))
        .with("y2", &round(y2))
}

fn text(class: &str, (x, y): (f64, f64), words: &str) -> Tag {
    Tag::class("text", class).with("x", &round(x)).with("y", &round(y)).says(words)
}

/// Writes a place with a tenth of a unit, which is less than anybody sees.
fn round(place: f64) -> String {
    format!("{place:.1}")
}

/// Says what the shapes mean.
pub(super) fn legend() -> Tag {
    let entry = |class: &'static str, words: &str| {
        let swatch = Tag::class("span", &format!("swatch {class}")).with("aria-hidden", "true");
        Tag::of("li").add(swatch).says(words)
    };
    Tag::class("ul", "legend")
        .with("aria-label", "What the shapes mean")
        .add(entry("s-planned", "planned"))
        .add(entry("s-actual", "actual"))
        .add(entry("s-over", "beyond the estimate"))
        .add(entry("s-pause", "the run stood still"))
        .add(entry("s-signature", "signature"))
        .add(entry("s-ok", "probe ok"))
        .add(entry("s-warn", "warning !"))
        .add(entry("s-bad", "bad ✗"))
        .add(entry("s-unknown", "unknown ?, stale ~"))
}
