//! Signing and verifying with the OpenSSH that is installed.

mod bench;
mod device;
mod making;
mod refused;
