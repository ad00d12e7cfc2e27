//! What the head of an answer means for a file of which some is here already.
//!
//! A pure judgement over doubted words: a rest is only taken when it begins where what is here ends, and
//! belongs to the same file.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED, RETRY_AFTER};
use serde::{Deserialize, Serialize};

use crate::text::Shown;

/// The longest mark of a file that is kept.
const MOST_MARK: usize = 512;
/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Is what a server calls one state of a file, so that another one can be told from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark(String);

impl Mark {
    /// Gives it for `If-Range`.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn is_tag(&self) -> bool {
        self.0.starts_with('"')
    }
}

/// Is what of an answer's head matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The status.
    pub status: u16,
    /// How many bytes follow, if that is said.
    pub length: Option<u64>,
    /// The range that follows, as it was written.
    pub range: Option<String>,
    /// What tells this state of the file from others.
    pub mark: Option<Mark>,
    /// How long to wait, in seconds.
    pub retry_after: Option<u64>,
}

impl Head {
    /// Takes what matters.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap, length: Option<u64>) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self {
            status: status.as_u16(),
            length,
            range: text(CONTENT_RANGE),
            mark: mark(text(ETAG), text(LAST_MODIFIED)),
            retry_after: text(RETRY_AFTER).and_then(|text| text.trim().parse().ok()),
        }
    }
}

/// Takes a strong tag, or else the time of the last change; a weak tag says nothing about bytes.
fn mark(tag: Option<String>, modified: Option<String>) -> Option<Mark> {
    let is_strong = |tag: &String| tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"');
    let is_time = |time: &String| time.ends_with("GMT");
    let found = tag.filter(is_strong).or(modified.filter(is_time))?;
    (found.len() <= MOST_MARK).then_some(Mark(found))
}

/// Is what is here of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Have {
    /// How many bytes.
    pub bytes: u64,
    /// What tells this state of the file from others.
    pub mark: Option<Mark>,
    /// How many bytes there will be, as far as is known.
    pub total: Option<u64>,
}

/// Says what follows, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The file from its beginning: what is here is worth nothing.
    Whole {
        /// How many bytes it has, if that is said.
        total: Option<u64>,
        /// What tells this state of the file from others.
        mark: Option<Mark>,
    },
    /// What was missing, from where it was missing.
    Rest {
        /// How many bytes the whole file has, if that is said.
        total: Option<u64>,
    },
    /// Nothing is missing.
    Complete,
    /// What is here belongs to something else: begin again.
    StartOver(Shown),
    /// Try again later.
    Later {
        /// Why.
        why: Shown,
        /// When, if the server says so.
        pause: Option<Duration>,
    },
    /// It will not do.
    Refused(Shown),
}

/// Judges the head of an answer.
pub(super) fn judge(have: &Have, head: &Head) -> Reply {
    match head.status {
        200 => Reply::Whole { total: head.length, mark: head.mark.clone() },
        206 if have.bytes == 0 => Reply::Refused(Shown::ours("the server sends a part, and the whole was asked for")),
        206 => rest(have, head),
        416 if have.bytes > 0 => beyond(have, head),
        408 | 425 | 429 | 500 | 502 | 503 | 504 => Reply::Later { why: says(head.status), pause: pause(head) },
        _ => Reply::Refused(says(head.status)),
    }
}

fn rest(have: &Have, head: &Head) -> Reply {
    let over = |why: &'static str| Reply::StartOver(Shown::ours(why));
    let Some((first, last, total)) = head.range.as_deref().and_then(parse_range) else {
        return over("the server does not say which part it sends");
    };
    if first != have.bytes {
        return over("the server sends another part than was asked for");
    }
    if total.is_some_and(|total| last >= total || have.total.is_some_and(|known| known != total)) {
        return over("the file on the server has another size now");
    }
    let tags = have.mark.as_ref().zip(head.mark.as_ref());
    if tags.is_some_and(|(old, new)| old.is_tag() && new.is_tag() && old != new) {
        return over("the file on the server is another one now");
    }
    Reply::Rest { total: total.or(have.total) }
}

/// Judges the answer that there is nothing after what is here.
fn beyond(have: &Have, head: &Head) -> Reply {
    let total = head.range.as_deref().and_then(|range| range.trim().strip_prefix("bytes */")?.parse::<u64>().ok());
    match total {
        Some(total) if total == have.bytes && have.total.is_none_or(|known| known == total) => Reply::Complete,
        _ => Reply::StartOver(Shown::ours("the file on the server is shorter now")),
    }
}

/// Reads `bytes 5-9/10`, and takes only what makes sense.
fn parse_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (digits(first)?, digits(last)?);
    let total = if total == "*" { None } else { Some(digits(total)?) };
    (first <= last).then_some((first, last, total))
}

fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn pause(head: &Head) -> Option<Duration> {
    head.retry_after.map(|seconds| Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

/// Says a status in words; the server's own words for it are not used.
fn says(status: u16) -> Shown {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let hint = match status {
        401 | 403 => "; it wants to know who asks, or does not let this one have it",
        404 | 410 => "; look at the address",
        407 => "; the proxy wants to know who asks",
        300..=399 => "; it leads elsewhere and does not say where",
        _ => "",
    };
    Shown::line(format!("the server says {status} {reason}{hint}").trim_end())
}

#[cfg(test)]
mod tests;
