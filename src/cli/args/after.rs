//! The words of the commands that look back on runs: `mop compare`, `mop history`, `mop redlines`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CompareArgs {
    /// The first run: its name or id, its directory, or an archive of it
    #[arg(value_name = "A")]
    pub(in crate::cli) first: PathBuf,
    /// The run that is held against it, written in the same way
    #[arg(value_name = "B")]
    pub(in crate::cli) second: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = LookBackFormat::Text)]
    pub(in crate::cli) format: LookBackFormat,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct HistoryArgs {
    /// The runbook: a file, the name of a shipped one, or the id that runs keep of it
    #[arg(value_name = "RUNBOOK")]
    pub(in crate::cli) runbook: PathBuf,
    /// Takes runs that are not sealed too
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Takes rehearsals instead of real runs
    #[arg(long)]
    pub(in crate::cli) rehearsals: bool,
    /// Prints a patch that mends the estimates of the runbook where they are off, for patch -p1 or git apply
    #[arg(long, conflicts_with = "format")]
    pub(in crate::cli) patch: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = LookBackFormat::Text)]
    pub(in crate::cli) format: LookBackFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LookBackFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RedlinesArgs {
    /// The run: its name or id, its directory, or an archive of it
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// How to print them
    #[arg(long, value_enum, default_value_t = RedlinesFormat::Patch)]
    pub(in crate::cli) format: RedlinesFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RedlinesFormat {
    /// A patch of the runbook, for people, patch -p1 and git apply
    Patch,
    /// One JSON object a line
    Json,
}
