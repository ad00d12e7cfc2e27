//! Where runs are kept: the state directory, in the order in which it is looked for.
//!
//! What was asked for goes first, then the machine's own directory when somebody made one, then the
//! account's. Every command finds it here.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::args::StateArgs;
use crate::app::Store;
use crate::journal::FileSystems;

/// What to say when there is no state directory.
pub(super) const NO_PLACE: &str = "there is no place for runs: set HOME, or say --state DIR";

/// Where the runs of a whole machine are kept, when somebody made the directory.
const MACHINE: &str = "/var/lib/mop";

/// Finds the state directory; nothing when the account has no home.
pub(super) fn store(args: &StateArgs) -> Option<Store> {
    let state = find(args.state.clone(), Path::new(MACHINE), |name| env::var_os(name))?;
    let file_systems = if args.allow_fs { FileSystems::Any } else { FileSystems::Reliable };
    Some(Store::at(state).allowing(file_systems))
}

/// Asks the environment for the home directory and nobody else, as a name service may not be there.
fn find(asked: Option<PathBuf>, machine: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = || {
        let state = absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
        state.map(|state| state.join("mop"))
    };
    asked.or_else(|| machine.is_dir().then(|| machine.to_owned())).or_else(own)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(asked: Option<&str>, machine: &Path, variables: &[(&str, &str)]) -> Option<PathBuf> {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        find(asked.map(PathBuf::from), machine, value)
    }

    #[test]
    fn what_was_asked_for_goes_before_the_machine_and_the_machine_before_the_account() {
        let there = tempfile::tempdir().unwrap();
        let nowhere = there.path().join("nowhere");
        let account = [("XDG_STATE_HOME", "/state"), ("HOME", "/home/ada")];
        assert_eq!(found(Some("here"), there.path(), &account), Some("here".into()));
        assert_eq!(found(None, there.path(), &account), Some(there.path().into()));
        assert_eq!(found(None, &nowhere, &account), Some("/state/mop".into()));
        assert_eq!(found(None, &nowhere, &account[1..]), Some("/home/ada/.local/state/mop".into()));
        assert_eq!(found(None, &nowhere, &[]), None);
    }

    #[test]
    fn a_file_in_the_place_of_the_machine_and_relative_homes_count_as_nothing() {
        let there = tempfile::tempdir().unwrap();
        let file = there.path().join("mop");
        fs::write(&file, "").unwrap();
        assert_eq!(found(None, &file, &[("HOME", "/home/ada")]), Some("/home/ada/.local/state/mop".into()));
        assert_eq!(found(None, &file, &[("XDG_STATE_HOME", "state"), ("HOME", "home")]), None);
    }
}
