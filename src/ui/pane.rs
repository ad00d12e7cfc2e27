//! The panes: one file each, with one function that draws it.

pub(super) mod chart;
pub(super) mod checklist;
pub(super) mod header;
pub(super) mod home;
pub(super) mod message;
pub(super) mod output;
pub(super) mod status;
pub(super) mod step;
pub(super) mod times;
pub(super) mod trail;
