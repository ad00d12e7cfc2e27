//! Giving a finished file its name, without ever taking the place of another file.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::part::beside;

/// How many names are tried for a file that is kept aside.
const MOST_NAMES: u32 = 1000;

/// Renames a file to a name that nothing has yet, and brings that to the disk.
pub(super) fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        // Not every file system knows that; a hard link takes no place either.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)?;
        }
        Err(error) => return Err(error.into()),
    }
    sync_folder(to)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

/// Gives the folder that a path is in.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Keeps a file that is not the wanted one under another name, and gives that.
pub(super) fn set_aside(from: &Path, wanted: &Path) -> io::Result<PathBuf> {
    for number in 1..=MOST_NAMES {
        let suffix = if number == 1 { ".differs".to_owned() } else { format!(".differs-{number}") };
        let path = beside(wanted, &suffix);
        match rename_to_new(from, &path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("a thousand files of its name are kept aside already"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_takes_the_place_of_another() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("a"), dir.path().join("b"));
        for (at, text) in [(&from, "new"), (&to, "old")] {
            fs::write(at, text).unwrap();
        }
        assert_eq!(rename_to_new(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&to).unwrap(), b"old");
        let first = set_aside(&from, &to).unwrap();
        fs::write(&from, "newer").unwrap();
        let second = set_aside(&from, &to).unwrap();
        assert_eq!((first, second), (dir.path().join("b.differs"), dir.path().join("b.differs-2")));
    }

    #[test]
    fn a_bare_name_is_in_the_folder_of_the_program() {
        let folders = ["a", "./a", "/a", "b/a", "/"].map(|path| folder(Path::new(path)).to_owned());
        assert_eq!(folders, [".", ".", "/", "b", "/"].map(PathBuf::from));
    }
}
