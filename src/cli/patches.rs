//! Patches as they are printed: what their files are called, and that no terminal is driven by them.
//!
//! A patch has the bytes of the file, whatever they are. Into a file or a pipe it is written as it is; on a
//! terminal what would drive that is made visible, and then the patch is only for reading.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Component, Path, PathBuf};

use super::output::Output;
use crate::runbook::shipped;
use crate::text::{Shown, is_dangerous};

/// Where the files of shipped runbooks stand.
const RUNBOOKS: &str = "runbooks/";

/// Gives the name of a file as a patch has it: from this folder down, or where it is not below it the bare name.
pub(super) fn named(name: &str) -> String {
    if let Some(shipped) = shipped::by_name(name) {
        return format!("{RUNBOOKS}{}", shipped.file);
    }
    let path = Path::new(name);
    let here = std::env::current_dir().unwrap_or_default();
    let below = if path.is_absolute() { path.strip_prefix(&here).unwrap_or(path) } else { path };
    let parts: PathBuf = below.components().filter(|part| *part != Component::CurDir).collect();
    let is_below = parts.components().all(|part| matches!(part, Component::Normal(_)));
    let named = if is_below { Some(parts.as_os_str()) } else { path.file_name() };
    named.unwrap_or_default().to_string_lossy().into_owned()
}

/// Writes a line that tools pass over, before the patch that it is about.
pub(super) fn remark(words: &str) -> String {
    format!("# {}\n", Shown::line(words))
}

/// Prints a patch.
pub(super) fn print(patch: &str, output: &mut Output<impl Write, impl Write>) {
    let is_odd = |c: char| is_dangerous(c) && !matches!(c, '\n' | '\t');
    if !(io::stdout().is_terminal() && patch.contains(is_odd)) {
        return output.print(patch);
    }
    patch.split('\n').for_each(|line| output.print(&format!("{}\n", Shown::line(line))));
    let _ = output.flush();
    output.complain("the runbook has characters that drive a terminal; they are made visible here. Write the patch to a file to apply it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_from_here_down() {
        let here = std::env::current_dir().unwrap();
        let full = here.join("runbooks/a.yaml");
        for name in ["runbooks/a.yaml", "./runbooks/./a.yaml", full.to_str().unwrap()] {
            assert_eq!(named(name), "runbooks/a.yaml");
        }
        assert_eq!(named("/nowhere/at/all/a.yaml"), "a.yaml");
        assert_eq!(named("../a.yaml"), "a.yaml");
        assert_eq!(named("shipped/tour.yaml"), "runbooks/tour.yaml");
    }

    #[test]
    fn a_remark_is_one_line_that_no_tool_takes_for_more() {
        assert_eq!(remark("a\n--- b\u{1b}"), format!("# {}\n", Shown::line("a\n--- b\u{1b}")));
        assert_eq!(remark("a\n--- b").lines().count(), 1);
    }
}
