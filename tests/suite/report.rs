//! `mop report`: what it says of runs that were written by hand, in every form.

mod evening;
mod scenes;
mod told;
