//! Looking back on runs that were written by hand: `mop compare`, `mop history`, `mop redlines`.

mod compare;
mod history;
mod redlines;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::report::evening::Evening;

/// Packs a run into an archive in a folder, and gives its path.
fn packed(run: &Evening, folder: &Path) -> String {
    let path = folder.join("packed.zip").to_string_lossy().into_owned();
    let (code, out, err) = run.mop(&["evidence", &run.run().to_string_lossy(), "-o", &path]);
    assert!(matches!(code, 0 | 3), "{out}{err}");
    path
}

/// Applies a patch to the files of a folder with a tool, and gives what the tool complains of.
fn apply(folder: &Path, tool: &[&str], patch: &str) -> Result<(), String> {
    fs::write(folder.join("it.patch"), patch).unwrap();
    let input = fs::File::open(folder.join("it.patch")).unwrap();
    let (name, args) = tool.split_first().unwrap();
    let mut command = Command::new(name);
    command.args(args).current_dir(folder).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A folder above that is a repository would be taken for the one that is meant.
    let output = command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap()).output().unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()),
    }
}

/// Applies a patch to a file in both ways, and gives what came of it.
fn applied(file: &str, text: &str, patch: &str) -> String {
    let results = [&["patch", "-p1", "--fuzz=0", "--batch"][..], &["git", "apply", "-"]].map(|tool| {
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join(file), text).unwrap();
        apply(folder.path(), tool, patch).unwrap_or_else(|why| panic!("{tool:?}: {why}\n{patch}"));
        fs::read_to_string(folder.path().join(file)).unwrap()
    });
    assert_eq!(results[0], results[1]);
    results[0].clone()
}
