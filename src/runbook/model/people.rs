//! Who must be there, and who signs.

use std::sync::Arc;

use crate::runbook::format::SignLevel;

/// Somebody who must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The role.
    pub name: Arc<str>,
    /// What the role does.
    pub about: String,
    /// How a signature in it has to be proved, at least.
    pub level: SignLevel,
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Nobody.
    None,
    /// So many different people.
    People(u32),
    /// One person for each role, all different.
    Roles(Vec<Arc<str>>),
}
