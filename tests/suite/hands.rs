//! Acting in a run from a second terminal, with the program itself: the roster, signing, sealing.

mod paste;
mod people;
mod seal;
mod sign;
pub mod site;
