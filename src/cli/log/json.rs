//! The log as one JSON object a line, with fields that stay.
//!
//! A record stands in its object as it is stored: nothing in it is read and written again, only what
//! would drive a terminal becomes a JSON escape.

use serde_json::{Map, Value, json};

use super::Scribe;
use crate::cli::walk::{Problem, Row, Standing};
use crate::journal::receipt_of;
use crate::text::harmless_json;

pub(super) struct Json;

impl Scribe for Json {
    fn row(&mut self, row: &Row<'_>) -> String {
        let stored = str::from_utf8(row.line).ok().map(str::trim_end);
        let members: Option<Map<String, Value>> = stored.and_then(|line| serde_json::from_str(line).ok());
        let record = stored.filter(|_| members.is_some()).unwrap_or("null");
        let members = members.unwrap_or_default();
        let text = |name: &str| members.get(name).filter(|value| value.is_string()).cloned().unwrap_or_default();
        let who = members.get("who").filter(|who| who.is_object()).cloned().unwrap_or_default();
        let durable = match row.standing {
            Standing::Settled => Some(true),
            Standing::Provisional => Some(false),
            Standing::Unmarked | Standing::Unsound => None,
        };
        let head = json!({
            "n": row.n,
            "ts": text("ts"),
            "sid": text("sid"),
            "who": who,
            "t": text("t"),
            "h": row.head.to_string(),
            "receipt": receipt_of(&row.head),
            "sound": row.standing != Standing::Unsound,
            "durable": durable,
        });
        let head = head.to_string();
        let head = head.strip_suffix('}').unwrap_or(&head);
        format!("{}\n", harmless_json(&format!("{head},\"record\":{record}}}")))
    }

    fn junk(&mut self, offset: u64, len: u64) -> String {
        line(&json!({ "junk": len, "offset": offset }))
    }

    fn problem(&mut self, problem: &Problem) -> String {
        line(&json!({ "problem": problem.kind, "offset": problem.offset, "words": problem.words }))
    }

    fn sealed(&mut self, records: u64, result: Option<&str>) -> String {
        line(&json!({ "sealed": true, "records": records, "result": result }))
    }
}

fn line(value: &Value) -> String {
    format!("{}\n", harmless_json(&value.to_string()))
}
