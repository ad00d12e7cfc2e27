//! `mop` runs a method of procedure: a YAML runbook as a checklist in the terminal.
//!
//! The library holds everything; `main.rs` only calls [`cli::main`]. It is built in floors, and a
//! file uses only the floors below its own (`tests/suite/house.rs` holds the code to that):
//!
//! - words that everyone may use: [`id`], [`text`], [`time`], [`version`]
//! - [`runbook`], text into a checked model; [`journal`], bytes into durable lines
//! - [`run`], the run as a pure function: intents, decisions, events, state
//! - [`ui`], draws and steers; [`exec`], does things; [`report`], tells of them; [`app`] joins all of them
//! - [`cli`], the command line, the only one that prints
pub mod app;
pub mod cli;
pub mod config;
pub mod exec;
pub mod id;
pub mod journal;
pub mod report;
pub mod run;
pub mod runbook;
pub mod text;
pub mod time;
pub mod ui;
pub mod version;
