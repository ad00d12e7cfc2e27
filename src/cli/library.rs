//! Finds runbooks: files, standard input, and the shipped ones by name.

use std::io;
use std::path::Path;

use crate::runbook::source::{ReadError, read_file, read_limited};
use crate::runbook::{Library, Loaded, called_path, load, shipped};
use crate::text::Shown;

/// Reads called runbooks from the folder of the one that calls.
pub(super) struct Disk;

impl Library for Disk {
    fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        if let Some(from) = shipped::below(from) {
            let name = called_path(from, path);
            let found = shipped::ALL.iter().find(|shipped| Path::new(shipped.file) == name);
            let shipped = found.ok_or_else(|| format!("{path}: there is no shipped runbook of this name"))?;
            return Ok((shipped.name(), shipped.text.as_bytes().to_vec()));
        }
        let full = called_path(from, path);
        match read_file(&full) {
            Ok(bytes) => Ok((full.display().to_string(), bytes)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Reads a runbook by the name given on the command line.
pub(super) fn open(path: &Path) -> Result<Loaded, ReadError> {
    if path == Path::new("-") {
        return Ok(load("standard input", read_limited(io::stdin().lock(), "standard input")?, &Disk));
    }
    let shipped = path.to_str().and_then(shipped::by_id).filter(|_| !path.exists());
    if let Some(shipped) = shipped {
        return Ok(load(&shipped.name(), shipped.text.as_bytes().to_vec(), &Disk));
    }
    Ok(load(&path.display().to_string(), read_file(path)?, &Disk))
}

/// Makes the words of a failure to read safe to print.
pub(super) fn why(error: &ReadError) -> String {
    let why = Shown::line(&error.to_string());
    match error {
        ReadError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            format!("{why}; `mop` alone lists the runbooks that come with it")
        }
        _ => why.to_string(),
    }
}
