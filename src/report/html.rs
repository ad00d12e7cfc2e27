//! stub
use super::account::Account;
/// x
pub fn html(_: &Account) -> String {
    String::new()
}
