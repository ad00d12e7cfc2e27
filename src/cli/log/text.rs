//! The log for people: number, time in UTC, who, and in words what happened.
//!
//! What this version does not know is shown by the name of its type and its simple members. All of it
//! comes from outside, and is made safe here.

use serde_json::{Map, Value};

use super::Scribe;
use crate::cli::walk::{Problem, Row, Standing};
use crate::journal::receipt_of;
use crate::run::{Event, What, from_wire};
use crate::text::{Shown, width as cells};

/// How much of a name is shown.
const MOST_NAME: usize = 40;
/// How much is shown of what somebody wrote; a line of the journal is not much longer.
const MOST_WORDS: usize = 100_000;
/// How much a record of an unknown kind gets at least.
const LEAST_ROOM: usize = 40;
/// The members that are shown in their own columns, or of which a reader has no use.
const OWN: [&str; 10] = ["n", "prev", "t", "v", "id", "h", "sid", "ts", "mono", "who"];

pub(super) struct Text {
    width: usize,
    /// Whether the receipt of each record is shown.
    receipts: bool,
    /// The day of the last line.
    day: String,
}

impl Text {
    pub(super) fn new(width: usize, receipts: bool) -> Self {
        Self { width, receipts, day: String::new() }
    }

    /// Gives a line with the date, when it is another one.
    fn date(&mut self, at_ms: i64) -> String {
        let day = moment(at_ms, "%Y-%m-%d");
        if at_ms == 0 || day == self.day {
            return String::new();
        }
        self.day = day;
        format!("{} UTC\n", self.day)
    }
}

impl Scribe for Text {
    fn row(&mut self, row: &Row<'_>) -> String {
        let event = from_wire(row.line);
        let at_ms = event.stamp.at_ms;
        let time = if at_ms == 0 { "--:--:--".to_owned() } else { moment(at_ms, "%H:%M:%S") };
        let receipt = if self.receipts { receipt_of(&row.head) + "  " } else { String::new() };
        let head = format!("{:>5}  {time}  {receipt}{}  ", row.n, who(&event));
        let room = self.width.saturating_sub(cells(&head)).max(LEAST_ROOM);
        let mark = match row.standing {
            Standing::Settled | Standing::Unmarked => "",
            Standing::Provisional => "  [not yet durable]",
            Standing::Unsound => "  [not as it was recorded]",
        };
        format!("{}{head}{}{mark}\n", self.date(at_ms), words(&event, row.line, room))
    }

    fn junk(&mut self, offset: u64, len: u64) -> String {
        format!("    -  the {len} bytes at byte {offset} are no record\n")
    }

    fn problem(&mut self, problem: &Problem) -> String {
        format!("    !  {}\n", Shown::line(&problem.words))
    }

    fn sealed(&mut self, records: u64, result: Option<&str>) -> String {
        let result = result.unwrap_or("by a newer mop; this one cannot read the seal");
        format!("    =  sealed with {records} records: {}\n", Shown::line(result))
    }
}

fn moment(at_ms: i64, form: &str) -> String {
    chrono::DateTime::from_timestamp_millis(at_ms).unwrap_or_default().format(form).to_string()
}

fn who(event: &Event) -> String {
    let person = &event.stamp.who;
    let name = if person.name.is_empty() { &person.id } else { &person.name };
    let name = if name.is_empty() { Shown::ours("-") } else { Shown::line_limited(name, MOST_NAME) };
    format!("{name}{}", " ".repeat(16_usize.saturating_sub(name.width())))
}

fn words(event: &Event, line: &[u8], room: usize) -> Shown {
    match &event.what {
        What::Unknown(kind) => Shown::line_limited(&unknown(kind, line), room),
        what => Shown::line_limited(&what.words(&str::to_owned), MOST_WORDS),
    }
}

/// Shows a record of an unknown kind: its type and its simple members.
fn unknown(kind: &str, line: &[u8]) -> String {
    let members: Map<String, Value> = serde_json::from_slice(line).unwrap_or_default();
    let others = members.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
    let others: Vec<_> = others.map(|(name, value)| format!("{name}: {}", simple(value))).collect();
    let others = if others.is_empty() { String::new() } else { format!("  {}", others.join("; ")) };
    format!("? {kind}{others}")
}

fn simple(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        plain => plain.to_string(),
    }
}
