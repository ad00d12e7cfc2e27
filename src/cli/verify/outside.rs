//! What an auditor brings along: receipts, the heads of a witness, keys, and keys that were revoked.
//!
//! It is read before the run is looked at. What cannot be read, or says two things at once, vouches for
//! nothing, so nothing is answered then.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::VerifyArgs;
use crate::cli::heads::{Anchors, Entry, read_heads, run_word};
use crate::exec::sign::OpenSsh;
use crate::journal::Receipt;
use crate::run::roster::MOST_BYTES;

/// Is what vouches for a run from outside of it.
#[derive(Debug, Default)]
pub(super) struct Outside {
    /// Receipts, with the numbers of their records.
    pub(super) receipts: Vec<(u64, Receipt)>,
    /// What a witness kept.
    pub(super) heads: Option<Heads>,
    /// The auditor's own list of who may sign.
    pub(super) signers: Option<Arc<str>>,
    /// The file of keys that are no longer good.
    pub(super) revoked: Option<PathBuf>,
}

/// Is the heads of the run that a witness kept.
#[derive(Debug)]
pub(super) struct Heads {
    pub(super) anchors: Anchors,
    /// How many they are.
    pub(super) count: u64,
}

impl Outside {
    /// Reads what the arguments name, for the run of that name.
    pub(super) fn read(args: &VerifyArgs, run: &str, ssh: &OpenSsh) -> Result<Self, String> {
        Ok(Self {
            receipts: receipts(args)?,
            heads: args.heads.as_deref().map(|path| heads(path, run)).transpose()?,
            signers: args.trust.allowed_signers.as_deref().map(signers).transpose()?,
            revoked: args.trust.revoked.as_deref().map(|path| revoked(path, ssh)).transpose()?,
        })
    }

    /// Tells up to which record somebody outside vouches for the log.
    pub(super) fn reach(&self) -> Option<u64> {
        let receipts = self.receipts.iter().map(|(n, _)| *n);
        receipts.chain(self.heads.as_ref().and_then(|heads| heads.anchors.last())).max()
    }
}

fn receipts(args: &VerifyArgs) -> Result<Vec<(u64, Receipt)>, String> {
    if args.receipt.len() != args.at.len() {
        let (receipts, numbers) = (args.receipt.len(), args.at.len());
        return Err(format!(
            "each --receipt needs its --at; there are {receipts} of the one and {numbers} of the other"
        ));
    }
    let read = |(text, n): (&String, &u64)| match Receipt::parse(text) {
        Ok(receipt) => Ok((*n, receipt)),
        Err(why) => Err(format!("the receipt {text}: {why}")),
    };
    args.receipt.iter().zip(&args.at).map(read).collect()
}

fn heads(path: &Path, run: &str) -> Result<Heads, String> {
    let place = path.display();
    let mut input = BufReader::new(File::open(path).map_err(|error| format!("{place}: {error}"))?);
    let run = run_word(run);
    let mut found = Heads { anchors: Anchors::default(), count: 0 };
    for line in 1.. {
        match read_heads(&mut input).map_err(|error| format!("{place}: {error}"))? {
            None => break,
            Some(Entry::Head(head)) if head.run == run => {
                if !found.anchors.add(&head) {
                    return Err(format!("{place}: line {line} is another head {} than an earlier line", head.n));
                }
                found.count += 1;
            }
            Some(Entry::Head(_) | Entry::Torn | Entry::Unfinished) => {}
            Some(Entry::Strange(why)) => return Err(format!("{place}: line {line}: {why}")),
        }
    }
    if found.count == 0 { Err(format!("{place}: holds no head of {run}")) } else { Ok(found) }
}

fn signers(path: &Path) -> Result<Arc<str>, String> {
    let place = path.display();
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES as u64 + 1).read_to_string(&mut text));
    match read {
        Err(error) => Err(format!("{place}: {error}")),
        Ok(_) if text.len() > MOST_BYTES => Err(format!("{place}: has more than {MOST_BYTES} bytes")),
        Ok(_) => Ok(text.into()),
    }
}

/// Takes a list of keys that are no longer good; one that cannot be read would look like one that names every key.
fn revoked(path: &Path, ssh: &OpenSsh) -> Result<PathBuf, String> {
    match ssh.check_revoked(path) {
        Ok(()) => Ok(path.to_owned()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    }
}
