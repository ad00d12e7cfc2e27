//! Signing and verifying with the OpenSSH that is installed.

pub mod bench;
pub mod device;
mod making;
mod refused;
