//! What lies over the panes: one file each, with one function that gives its lines.

pub(super) mod choose;
pub(super) mod form;
pub(super) mod help;
pub(super) mod looking;
pub(super) mod menu;
pub(super) mod probe;
pub(super) mod record;
pub(super) mod review;
pub(super) mod sign;

pub use form::{adopt_form, resume_form, seal_form, secrets_form, start_form};
