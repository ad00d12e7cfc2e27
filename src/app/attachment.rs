//! A file that somebody puts into a run, read with the limits that it has wherever that is done.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use crate::journal::MAX_BLOB;

/// Reads a plain file, and gives its name and its bytes.
///
/// # Errors
///
/// Says why it cannot be put into a run.
pub fn read_attachment(path: &Path) -> Result<(String, Vec<u8>), String> {
    read_limited(path, MAX_BLOB)
}

fn read_limited(path: &Path, most: u64) -> Result<(String, Vec<u8>), String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).ok_or("name the file")?;
    let unreadable = |error: io::Error| format!("{}: {error}", path.display());
    // Opening a pipe must not wait for somebody at its other end.
    let wait_for_nobody = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(wait_for_nobody).open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(format!("{}: is not a plain file", path.display()));
    }
    let mut content = Vec::new();
    file.take(most + 1).read_to_end(&mut content).map_err(unreadable)?;
    match content.len() as u64 > most {
        true => Err(format!("{}: is longer than {most} bytes", path.display())),
        false => Ok((name, content)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_plain_file_is_read_up_to_the_limit_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("photo.png");
        fs::write(&path, b"1234").unwrap();
        assert_eq!(read_limited(&path, 4), Ok(("photo.png".to_owned(), b"1234".to_vec())));
        assert!(read_limited(&path, 3).unwrap_err().ends_with("photo.png: is longer than 3 bytes"));
        assert!(read_limited(dir.path(), 4).unwrap_err().ends_with(": is not a plain file"));
        assert!(read_limited(&dir.path().join("none"), 4).unwrap_err().contains("No such file"));
        assert_eq!(read_limited(Path::new("/"), 4), Err("name the file".to_owned()));
    }

    #[test]
    fn a_pipe_is_refused_without_waiting_for_who_writes_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert!(read_attachment(&path).unwrap_err().ends_with("pipe: is not a plain file"));
    }
}
