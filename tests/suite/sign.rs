//! Signing and verifying with the OpenSSH that is installed.

pub mod bench;
mod device;
mod making;
mod refused;
