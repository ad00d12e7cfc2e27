//! The words of what stands beside the program: completions for shells, and the manual.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap_complete::Shell;

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(in crate::cli) shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ManArgs {
    /// The command that the page is about; without it the program
    #[arg(value_name = "COMMAND")]
    pub(in crate::cli) command: Option<String>,
    /// Writes all pages into DIR instead, which is made if it is not there
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub(in crate::cli) dir: Option<PathBuf>,
}
