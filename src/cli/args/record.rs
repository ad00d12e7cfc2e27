//! The words of the commands that look into the record of a run, and hand it on.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct LogArgs {
    /// The run: its name or id, its directory, its journal.jsonl, or an archive of it
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Goes on with each record once it is durable, until the run is sealed
    #[arg(short, long)]
    pub(in crate::cli) follow: bool,
    /// Shows the receipt of each record too
    #[arg(long)]
    pub(in crate::cli) receipts: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(in crate::cli) format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct HeadsArgs {
    /// The run: its name or id, its directory, its journal.jsonl, or an archive of it
    #[arg(value_name = "RUN", required_unless_present = "witness")]
    pub(in crate::cli) run: Option<PathBuf>,
    /// Goes on with each head once it is durable, until the run is sealed
    #[arg(short, long)]
    pub(in crate::cli) follow: bool,
    /// Begins with the first head instead of the present one
    #[arg(long, conflicts_with = "after")]
    pub(in crate::cli) all: bool,
    /// Begins with the head after this record
    #[arg(long, value_name = "N")]
    pub(in crate::cli) after: Option<u64>,
    /// Keeps the heads that standard input gives in FILE, and refuses one that does not extend the last
    #[arg(long, value_name = "FILE", conflicts_with_all = ["run", "follow", "all", "after"])]
    pub(in crate::cli) witness: Option<PathBuf>,
}

/// Says whose keys are believed.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(in crate::cli) struct TrustArgs {
    /// Believes only the keys in FILE, as ssh-keygen reads them, instead of those that the run names itself
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) allowed_signers: Option<PathBuf>,
    /// Believes no key in FILE: a list of public keys, or a KRL
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) revoked: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct VerifyArgs {
    /// The run: its name or id, its directory, its journal.jsonl, or an archive of it
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Says what each check proves and does not prove, and which threats are ruled out
    #[arg(long)]
    pub(in crate::cli) explain: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
    pub(in crate::cli) format: VerifyFormat,
    /// Holds a record against the receipt that somebody kept of it
    #[arg(long, value_name = "RECEIPT", requires = "at")]
    pub(in crate::cli) receipt: Vec<String>,
    /// The number of the record that the receipt is of; one for each receipt
    #[arg(long, value_name = "N", requires = "receipt")]
    pub(in crate::cli) at: Vec<u64>,
    /// Holds the log against the heads that a witness kept in FILE
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) heads: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) trust: TrustArgs,
    /// Holds the run against the ledger in this state directory; otherwise against the one where the run lies
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) ledger: Option<PathBuf>,
}

impl VerifyArgs {
    /// Asks about a run with nothing brought along but keys.
    pub(in crate::cli) fn with(run: &Path, trust: &TrustArgs) -> Self {
        Self {
            run: run.to_owned(),
            explain: false,
            format: VerifyFormat::Text,
            receipt: Vec::new(),
            at: Vec::new(),
            heads: None,
            trust: trust.clone(),
            ledger: None,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ArchiveArgs {
    /// The run: its name or id, its directory, its journal.jsonl, or an archive of it
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// The file to write, which must not exist yet; - for standard output; otherwise the name of the run with .zip, here
    #[arg(short, long, value_name = "FILE.zip")]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) trust: TrustArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum VerifyFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}
