//! What the kernel says of how its clock is kept: the one system call that needs `unsafe`.
//!
//! Neither the standard library nor rustix offers `adjtimex`. It is only asked; nothing is set.
#![expect(unsafe_code, reason = "adjtimex has no safe form in std or rustix")]

use std::time::Duration;

use super::Keeping;

/// Asks the kernel.
pub(super) fn keeping() -> Keeping {
    // SAFETY: `timex` is a C structure of integers, for which zeros are a value; no mode is set, so
    // the call changes nothing outside and writes the whole structure that it is given.
    let (state, answer) = unsafe {
        let mut answer: libc::timex = std::mem::zeroed();
        (libc::adjtimex(&raw mut answer), answer)
    };
    if state < 0 {
        return Keeping::Unknown;
    }
    if state == libc::TIME_ERROR || answer.status & libc::STA_UNSYNC != 0 {
        return Keeping::Unsynced;
    }
    Keeping::Synced { max_error: Duration::from_micros(u64::try_from(answer.maxerror).unwrap_or_default()) }
}
