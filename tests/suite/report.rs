//! `mop report`: what it says of runs that were written by hand, in every form.

mod browser;
mod deviations;
mod evening;
mod forms;
mod hostile;
mod page;
mod scenes;
mod told;
