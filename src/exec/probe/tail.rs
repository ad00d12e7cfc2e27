//! Logs that are followed: what is remembered of one from look to look, and which of its lines are alerts.
//!
//! A file here is read on at each look; one on a host is followed by `tail` there, which one ssh carries
//! for as long as the probe is watched. Lines that were there before are shown, and not counted.

mod file;
mod lines;
mod remote;

pub(super) use file::FileTail;
pub(super) use remote::RemoteTail;
