//! What the world is to do once a decision is durable.

/// Is something to be done after recording, never before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Call a person: another one has to sign now, or everything is done.
    Ring,
    /// Start what an item does.
    Start {
        /// The item.
        step: String,
        /// The how-manieth time.
        attempt: u32,
    },
    /// End what an item does.
    Cancel {
        /// The item.
        step: String,
        /// The how-manieth time.
        attempt: u32,
    },
    /// Look again at what was proved by looking.
    Recheck {
        /// The items.
        steps: Vec<String>,
    },
    /// Run a command that is not in the runbook.
    RunAdHoc {
        /// The how-manieth.
        number: u32,
        /// The command.
        command: String,
    },
}
