//! An order made of a runbook's step, its texts filled with values.

use super::{Limits, Order};
use crate::exec::command::{Filling, Unready};
use crate::exec::http::Trust;
use crate::runbook::model::Fetch;

impl Order {
    /// Makes the order to download what a step names.
    ///
    /// # Errors
    ///
    /// Says which values keep it from being made.
    pub fn fill(fetch: &Fetch, filling: &Filling<'_>) -> Result<Self, Unready> {
        let mut unready = Unready::default();
        let url = filling.hidden(&fetch.url, &mut unready).reveal().to_owned();
        let to = filling.text(&fetch.to, &mut unready).into();
        let sha256 = fetch.sha256.as_ref().map(|sha256| filling.text(sha256, &mut unready));
        let headers = fetch.headers.iter();
        let headers = headers.map(|(name, value)| (name.clone(), filling.hidden(value, &mut unready))).collect();
        let ca = fetch.ca.as_ref().map(|ca| Trust::File(filling.text(ca, &mut unready).into()));
        let (size, trust) = (fetch.size.map(|size| size.0), ca.unwrap_or(Trust::System));
        unready.or(Self { url, to, sha256, size, headers, trust, limits: Limits::default() })
    }
}
