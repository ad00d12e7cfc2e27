//! The one integration test binary: the library and the program, held against what the format promises.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read what it needs has failed")]

mod bastion;
mod cli;
mod command;
mod diagnostics;
mod everything;
mod evidence;
mod fetch;
mod flow;
mod frames;
mod ground;
mod hands;
mod hostile;
mod house;
mod journal;
mod keys;
mod kinds;
mod log;
mod lookback;
mod mistakes;
mod names;
mod needs;
mod package;
mod paper;
mod plain;
mod probe;
mod properties;
mod reading;
mod readme;
mod recipe;
mod reference;
mod report;
mod scenarios;
mod schema;
mod secrets;
mod settings;
mod shipped;
mod sign;
mod stranger;
mod testing;
mod verify;
mod watchdog;
mod words;
