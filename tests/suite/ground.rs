//! A folder in which something is tried; what is tried there adds what it needs.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

pub struct Ground {
    pub folder: TempDir,
}

impl Ground {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}
