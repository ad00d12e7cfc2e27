//! The words of the command line.

mod after;
mod paper;
mod record;
mod report;

pub(super) use after::{CompareArgs, HistoryArgs, LookBackFormat, RedlinesArgs, RedlinesFormat};
pub(super) use paper::{CompletionsArgs, ManArgs};
pub(super) use record::{ArchiveArgs, HeadsArgs, LogArgs, LogFormat, TrustArgs, VerifyArgs, VerifyFormat};
pub(super) use report::{ReportArgs, ReportFormat};

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::facts::build_facts;
use crate::run::roster::Level;
use crate::ui::Palette;

/// Runs a method of procedure as a checklist.
#[derive(Debug, Parser)]
#[command(name = "mop", version, long_version = build_facts(), about, max_term_width = 100)]
pub(super) struct Args {
    /// What to do; without it the runbooks and runs are shown
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// Where runs are kept.
    #[command(flatten)]
    pub(super) place: StateArgs,
    /// What the screen is like.
    #[command(flatten)]
    pub(super) look: LookArgs,
}

/// Says what the screen is like, where it is not as the settings say.
#[derive(Debug, Default, ClapArgs)]
pub(super) struct LookArgs {
    /// Settings; otherwise $XDG_CONFIG_HOME/mop/config.toml, or ~/.config/mop/config.toml; none takes no file
    #[arg(long, global = true, env = "MOP_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The colours of the screen
    #[arg(long, global = true, value_name = "NAME", value_parser = theme())]
    pub(super) theme: Option<Palette>,
    /// Lets the mouse select and scroll; it never signs or starts
    #[arg(long, global = true)]
    pub(super) mouse: bool,
}

/// Reads the word for a palette.
fn theme() -> impl TypedValueParser<Value = Palette> {
    let words = PossibleValuesParser::new(Palette::ALL.map(|(word, _)| word));
    words.map(|word| {
        Palette::ALL.into_iter().find(|(known, _)| *known == word).map(|(_, palette)| palette).unwrap_or_default()
    })
}

#[derive(Debug, Default, ClapArgs)]
pub(super) struct StateArgs {
    /// Where runs are kept; otherwise /var/lib/mop when it is there, $XDG_STATE_HOME/mop, or ~/.local/state/mop
    #[arg(long, global = true, env = "MOP_STATE", value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    /// Keeps runs on NFS, CIFS and FUSE too, where locks and syncs cannot be relied on
    #[arg(long, global = true)]
    pub(super) allow_fs: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Starts a run of a runbook
    Run(RunArgs),
    /// Practises a run: commands are shown, and run only where the runbook says that it is safe
    Rehearse(RunArgs),
    /// Goes on with a run
    Resume(ResumeArgs),
    /// Sits down at a run that somebody else drives
    Join(JoinArgs),
    /// Lists the runs
    Runs(RunsArgs),
    /// Says in one line how a run stands
    Status(StatusArgs),
    /// Signs for a step of a run that is going on, without the full screen
    Sign(SignArgs),
    /// Closes and seals a run, and signs the seal
    Seal(SealArgs),
    /// Shows and changes who may sign, and with what
    Roster(RosterArgs),
    /// Shows what the log of a run holds, and what is wrong with it
    Log(LogArgs),
    /// Holds two runs against each other: what they took, how they ended, what was chosen and not as planned
    Compare(CompareArgs),
    /// Says what the runs of a runbook took here, and where its estimates are off
    History(HistoryArgs),
    /// Prints what people wanted to be worded otherwise in the runbook of a run, as a patch of it
    Redlines(RedlinesArgs),
    /// Prints the hashes at the head of a run's log, for a witness to keep
    Heads(HeadsArgs),
    /// Says whether a run is as it was recorded, whose its signatures are, and what that proves
    Verify(VerifyArgs),
    /// Shows a run afterwards, record by record, and nothing is recorded
    Review(ReviewArgs),
    /// Tells all of a run for those who were not there, as Markdown, HTML, JSON or a table
    Report(ReportArgs),
    /// Writes a file with everything that an auditor needs of a run, however it stands
    Evidence(ArchiveArgs),
    /// Packs a sealed run into one file, for keeping
    Pack(ArchiveArgs),
    /// Looks for mistakes in runbooks
    Check(CheckArgs),
    /// Prints a runbook as a paper checklist, with the values that are known
    Plan(PlanArgs),
    /// Looks at what a runbook watches, and says how it stands
    Probe(ProbeArgs),
    /// Prints the JSON Schema of runbooks, for editors
    Schema,
    /// Prints what is set for the screen, the keys of all commands, and where each comes from
    Config,
    /// Writes a small commented runbook to begin with
    New(NewArgs),
    /// Prints what completes the words of mop in a shell
    Completions(CompletionsArgs),
    /// Prints the manual, or writes a page for each command
    Man(ManArgs),
    /// Runs one command of a run; started by mop itself
    #[command(hide = true)]
    Supervise(SuperviseArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    /// The runbook: a file, or the name of a shipped one
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Practises: commands are shown, and run only where the runbook says that it is safe
    #[arg(long)]
    pub(super) rehearse: bool,
    /// Gives an answer to an input; for an input with an answer for each value, NAME[VALUE]=ANSWER
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
    /// When the maintenance window begins; local time, unless it has an offset
    #[arg(long, value_name = "START")]
    pub(super) window: Option<String>,
    /// How long the window is, or when it ends, where it is not as long as the runbook says
    #[arg(long = "for", value_name = "LENGTH", requires = "window")]
    pub(super) length: Option<String>,
    /// How it is talked about
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

/// Says how a person and a run talk with each other.
#[derive(Debug, Default, ClapArgs)]
pub(super) struct TalkArgs {
    /// Talks in lines instead of drawing a screen: for screen readers, pipes and scripts
    #[arg(long)]
    pub(super) plain: bool,
    /// Takes what would be typed from FILE, one a line, without asking; implies --plain
    #[arg(long, value_name = "FILE")]
    pub(super) answers: Option<PathBuf>,
    /// Who acts: an id of the roster, or a name
    #[arg(long = "as", value_name = "WHO")]
    pub(super) who: Option<String>,
    /// Signs with this key: its file, or its fingerprint SHA256:…
    #[arg(long, value_name = "KEY")]
    pub(super) key: Option<PathBuf>,
}

impl TalkArgs {
    /// Tells whether it goes by lines.
    pub(super) fn is_plain(&self) -> bool {
        self.plain || self.answers.is_some()
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct ResumeArgs {
    /// The run: its name or id; without it the only one that is not closed
    #[arg(value_name = "RUN")]
    pub(super) run: Option<PathBuf>,
    /// How it is talked about
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct JoinArgs {
    /// The run: its name or id
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    /// Looks on without a name: sees everything, and can do nothing
    #[arg(long, conflicts_with_all = ["who", "answers", "key"])]
    pub(super) watch: bool,
    /// How it is talked about
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunsArgs {
    /// Lists those that are closed and sealed too
    #[arg(long)]
    pub(super) all: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(super) format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ReviewArgs {
    /// The run: its name or id, its directory, its journal.jsonl, or an archive of it
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    #[command(flatten)]
    pub(super) trust: TrustArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct StatusArgs {
    /// The run: its name or id, its directory, or an archive of it
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    /// How to print it: json, or a text with {run}, {state}, {step} and so on in it
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SignArgs {
    /// The run: its name or id, or its directory
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    /// The step: its number in the checklist, or its id; without it the one that is next
    #[arg(value_name = "STEP")]
    pub(super) step: Option<String>,
    /// Who signs: an id or a name; without it whoever in the roster has a key in this ssh-agent
    #[arg(long = "as", value_name = "WHO")]
    pub(super) who: Option<String>,
    /// Signs with this key: its file, or its fingerprint SHA256:…
    #[arg(long, value_name = "KEY")]
    pub(super) key: Option<PathBuf>,
    /// Shows the statement, and takes the signature that was made of it elsewhere from standard input
    #[arg(long, conflicts_with_all = ["yes", "print"])]
    pub(super) paste: bool,
    /// Prints the statement and nothing else; it is recorded later with --statement and --signature
    #[arg(long, conflicts_with = "yes")]
    pub(super) print: bool,
    /// Records the statement in FILE, as --print printed it
    #[arg(long, value_name = "FILE", requires = "signature", conflicts_with_all = ["paste", "print", "yes", "key"])]
    pub(super) statement: Option<PathBuf>,
    /// The signature of the statement
    #[arg(long, value_name = "FILE", requires = "statement")]
    pub(super) signature: Option<PathBuf>,
    /// Signs without asking; a PIN is read from standard input
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SealArgs {
    /// The run: its name or id, or its directory
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    /// How the run ended, in one line; without it how many of its steps are done
    #[arg(long, value_name = "TEXT")]
    pub(super) result: Option<String>,
    /// Who seals and signs: an id or a name; without it whoever in the roster has a key in this ssh-agent
    #[arg(long = "as", value_name = "WHO")]
    pub(super) who: Option<String>,
    /// Signs with this key: its file, or its fingerprint SHA256:…
    #[arg(long, value_name = "KEY")]
    pub(super) key: Option<PathBuf>,
    /// Seals and signs without asking
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RosterArgs {
    /// What to change; without it the roster is shown
    #[command(subcommand)]
    pub(super) change: Option<RosterChange>,
}

#[derive(Debug, Subcommand)]
pub(super) enum RosterChange {
    /// Adds a person, or changes one: a name and a level are replaced, keys are added
    Add(MemberArgs),
    /// Asks for a person's PIN, twice, and keeps its hash
    Pin {
        /// Whose: the id
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Takes a person out, or one key of a person
    Remove {
        /// Whom: the id
        #[arg(value_name = "ID")]
        id: String,
        /// Takes out only the key with this fingerprint
        #[arg(long, value_name = "SHA256:…")]
        key: Option<String>,
    },
    /// Sets the least level that everybody needs: name, pin, key or touch
    Level {
        /// The level
        #[arg(value_name = "LEVEL", value_parser = level())]
        level: Level,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct MemberArgs {
    /// The id, like alice@example.com; it stands in signatures, and names the file of one over a seal
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The name as people write it
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Adds a public key from its file
    #[arg(long = "key", value_name = "FILE.pub")]
    pub(super) keys: Vec<PathBuf>,
    /// Adds a public key by its line; behind `cert-authority` it is the key that signs certificates
    #[arg(long = "key-line", value_name = "LINE")]
    pub(super) key_lines: Vec<String>,
    /// The least level that this person needs, where it is more than everybody's
    #[arg(long, value_name = "LEVEL", value_parser = level())]
    pub(super) level: Option<Level>,
}

/// Reads the word for a level.
fn level() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(Level::ALL.map(Level::word)).map(|word| Level::from_word(&word).unwrap_or_default())
}

#[derive(Debug, ClapArgs)]
pub(super) struct CheckArgs {
    /// Runbooks: files, `-` for standard input, or the names of shipped ones
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(super) format: CheckFormat,
    /// Counts warnings as errors
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
    /// Annotations for CI and editors
    Github,
}

#[derive(Debug, ClapArgs)]
pub(super) struct PlanArgs {
    /// The runbook: a file, `-` for standard input, or the name of a shipped one
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Gives a value: an input, a recorded value, chosen.STEP, outcome.STEP, window.start or run.id;
    /// the values of a list are separated by commas, or given one by one
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
    /// How to print the plan
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(super) format: PlanFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For a terminal or paper
    Text,
    /// Markdown with boxes to tick
    Md,
    /// For scripts
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ProbeArgs {
    /// The runbook: a file, `-` for standard input, or the name of a shipped one
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The probe: its name, or of a looped one the id such as agent[web1]; without it all of them
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Gives a value, as for `mop plan`; a secret is taken from the variable MOP_SECRET_NAME
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
    /// Goes on looking, each probe as often as it says, until it is interrupted
    #[arg(short, long)]
    pub(super) follow: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct NewArgs {
    /// The file to write; it must not exist yet. Without it the runbook is printed
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SuperviseArgs {
    /// The command's folder
    #[arg(value_name = "DIR")]
    pub(super) dir: PathBuf,
}
