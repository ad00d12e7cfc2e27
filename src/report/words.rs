//! What more than one form says in the same words: how far a report goes, lengths, times, and how to check it by hand.

use super::account::Account;
use super::material::Printed;
use super::moment::{Moments, difference};
use super::people::Sitting;
use super::timing::{Estimate, Row, Timing};
use crate::run::forecast::lasts;
use crate::text::{Shown, grouped};

/// Says up to where the report goes, and in which zone it tells times.
pub(super) fn as_of(account: &Account) -> String {
    let (at, zone) = (account.moments.full(account.as_of.at_ms), account.moments.zone());
    let live = if account.is_over() { "Told" } else { "The run goes on; it is told" };
    let utc =
        if account.moments.is_utc() { String::new() } else { format!(" ({})", Moments::full_utc(account.as_of.at_ms)) };
    format!("{live} as of record {}, {at} {zone}{utc}. Times are {zone}.", account.as_of.n)
}

/// Says when somebody was there.
pub(super) fn times(account: &Account, sitting: &Sitting) -> String {
    let from = account.moments.minute(sitting.from_ms);
    let hung_up = if sitting.is_hung_up { ", hung up" } else { "" };
    match sitting.to_ms {
        Some(to_ms) => format!("{from}–{}{hung_up}", account.moments.minute(to_ms)),
        None => format!("{from}–{} (last record){hung_up}", account.moments.minute(sitting.last_ms)),
    }
}

/// Says how long something should take.
pub(super) fn estimate(estimate: &Estimate) -> String {
    let (low, high) = (lasts(estimate.low_ms), lasts(estimate.high_ms));
    let length = if low == high { high } else { format!("{low}–{high}") };
    if estimate.is_at_least { format!("{length} at least") } else { length }
}

/// Says how much more or less than estimated something took.
pub(super) fn over(row: &Row) -> String {
    row.difference_ms.map(difference).unwrap_or_default()
}

/// Says when something was.
pub(super) fn span(moments: &Moments, row: &Row) -> (String, String) {
    let tell = |at_ms: Option<i64>| at_ms.map(|at_ms| moments.minute(at_ms)).unwrap_or_default();
    (tell(row.began_ms), tell(row.ended_ms))
}

/// Says how long the whole run took.
pub(super) fn whole(timing: &Timing, moments: &Moments) -> String {
    let stood =
        if timing.stood_ms > 0 { format!(", and stood still for {}", lasts(timing.stood_ms)) } else { String::new() };
    let ends = timing.ends.map(|ends| {
        let (low, high) = (moments.minute(ends.low_ms), moments.minute(ends.high_ms));
        let when = if low == high { high } else { format!("{low}–{high}") };
        let least = if ends.is_at_least { " at the earliest" } else { "" };
        format!(" By its estimates it ends {when}{least}.")
    });
    let (begun, ended) = (moments.full(timing.begun_ms), moments.full(timing.ended_ms));
    format!(
        "The record begins {begun}; the work lasted until {ended}. The run went on for {}{stood}.{}",
        lasts(timing.ran_ms),
        ends.unwrap_or_default()
    )
}

/// What to do with `mop`.
pub(super) const BY_HAND: &str =
    "With mop, where the run was made or on a copy of its directory; bring your own list of keys where you can:";
/// What to do without it.
pub(super) const WITHOUT_MOP: &str = "Without mop, with coreutils, GNU grep, awk, jq and OpenSSH, as “bash recipe DIRECTORY KEYS”. It ends with 0 when the records follow each other, the seal covers the file and its signatures are good:";

/// Gives the commands that verify the run with `mop`.
pub(super) fn by_hand(account: &Account) -> String {
    let name = &account.identity.name;
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) && !name.is_empty();
    let name = if is_plain { name.as_str() } else { "DIRECTORY" };
    format!(
        "mop verify {name} --explain\nmop verify {name} --allowed-signers KEYS\nmop verify {name} --receipt {} --at {}\n",
        account.check.receipt, account.as_of.n
    )
}

/// Puts what is shown of an output together, with a line where something is left out.
pub(super) fn excerpt(printed: &Printed) -> String {
    let begin = Shown::bytes(&printed.begin);
    let gap = if printed.left_out > 0 {
        format!("\n[… {} bytes are left out here …]\n", grouped(printed.left_out))
    } else {
        String::new()
    };
    format!("{begin}{gap}{}", Shown::bytes(&printed.end))
}
