//! `mop verify`: its verdicts, and what it makes of records that somebody made up.

pub mod forged;
pub mod forger;
pub mod office;
mod outside;
mod seals;
mod told;
mod words;
