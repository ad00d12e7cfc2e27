//! The words of `mop report`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::TrustArgs;

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ReportArgs {
    /// The run: its name or id, its directory, its journal.jsonl, or an archive of it
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// How to write it; without it as the ending of FILE says, or as Markdown
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<ReportFormat>,
    /// Writes it to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) trust: TrustArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReportFormat {
    /// Markdown, for a ticket
    Md,
    /// One page for a browser or a printer, with a drawing of the times and nothing to load
    Html,
    /// One JSON object
    Json,
    /// The items as a table, for a spreadsheet
    Csv,
}
