//! `mop report`: what it says of runs that were written by hand, in every form.

mod browser;
mod deviations;
pub mod evening;
mod forms;
mod hostile;
mod page;
pub mod scenes;
mod told;
