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

/// The folder that the names of their sources begin with.
const FOLDER: &str = "shipped/";

impl Shipped {
    /// Gives the name of its source.
    pub fn name(&self) -> String {
        format!("{FOLDER}{}", self.file)
    }
}

/// Gives the path below the folder of shipped runbooks, where the name of a source is that of one.
pub fn below(name: &str) -> Option<&str> {
    name.strip_prefix(FOLDER)
}

/// Finds the runbook in the binary whose source has this name.
pub fn by_name(name: &str) -> Option<&'static Shipped> {
    let file = below(name)?;
    ALL.iter().find(|shipped| shipped.file == file)
}

/// Finds a runbook in the binary.
pub fn by_id(id: &str) -> Option<&'static Shipped> {
    ALL.iter().find(|shipped| shipped.id == id)
}
