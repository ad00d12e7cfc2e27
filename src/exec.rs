//! Does things in the world: runs programs and a runbook's commands, signs and verifies, checks PINs.
//!
//! What comes back is a value; what it means for a run is decided there. Nothing here draws, and
//! nothing is decided: an action is carried out, bounded in time and size, and told how it ended.

pub mod command;
pub mod fetch;
pub mod http;
pub mod package;
pub mod pin;
pub mod probe;
pub mod process;
mod scratch;
pub mod sign;
mod warden;
