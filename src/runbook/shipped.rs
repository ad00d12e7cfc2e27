//! The runbooks that come with the program, in the binary as well as in `runbooks/`.

/// A runbook in the binary.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The name it is asked for by.
    pub id: &'static str,
    /// The name of its file.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($id:literal),+) => {
        /// Every runbook in the binary, those that others call too.
        pub const ALL: &[Shipped] = &[$(Shipped {
            id: $id,
            file: concat!($id, ".yaml"),
            text: include_str!(concat!("../../runbooks/", $id, ".yaml")),
        },)+];
    };
}

shipped!("tour", "dnn-upgrade", "dnn-upgrade-classic", "dataminer-upgrade", "tour-part");

/// A small commented runbook to begin with.
pub const NEW: &str = include_str!("new.yaml");

/// Finds a runbook in the binary.
pub fn by_id(id: &str) -> Option<&'static Shipped> {
    ALL.iter().find(|shipped| shipped.id == id)
}
