//! What the world is to do once a decision is durable.

/// Is something to be done after recording, never before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Call a person: another one has to sign now, or everything is done.
    Ring,
}
