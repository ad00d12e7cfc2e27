//! A private directory for the files that another program is handed, gone when it is dropped.
//!
//! Only public things are put here (public keys, signatures, lists of signers), so that nothing of
//! worth is left behind by a process that is killed.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Is a directory that only this account can enter.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes one under the system's directory for temporary files.
    ///
    /// # Errors
    ///
    /// Gives what the system says, and of which directory.
    pub(super) fn new() -> io::Result<Self> {
        Self::below(&std::env::temp_dir())
    }

    fn below(folder: &Path) -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let path = folder.join(format!("mop-{:032x}", u128::from_ne_bytes(random)));
        let named = |error: io::Error| {
            let folder = folder.display();
            let words = format!("{folder} takes no file for ssh-keygen ({error}); mend it, or name another in TMPDIR");
            io::Error::new(error.kind(), words)
        };
        // Fails when the name is there already, whatever it is: nobody can put a link in its place.
        DirBuilder::new().mode(0o700).create(&path).map_err(named)?;
        Ok(Self { path })
    }

    /// Puts a file into it.
    ///
    /// # Errors
    ///
    /// Gives what the system says.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(bytes)?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_that_takes_nothing_is_named() {
        let folder = tempfile::tempdir().unwrap().path().join("absent");
        let error = Scratch::below(&folder).map(drop).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        let words = format!("{} takes no file for ssh-keygen (No such file", folder.display());
        assert!(error.to_string().starts_with(&words), "{error}");
    }

    #[test]
    fn a_scratch_directory_is_private_and_goes_with_its_owner() {
        let scratch = Scratch::new().unwrap();
        let file = scratch.put("key.pub", b"x").unwrap();
        assert_eq!(fs::metadata(&scratch.path).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(scratch.put("key.pub", b"y").is_err());
        let path = scratch.path.clone();
        drop(scratch);
        assert!(!path.exists());
    }
}
