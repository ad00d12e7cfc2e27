//! What an archive says of itself, in plain words, to somebody who has neither mop nor its README.
//!
//! Of the run there is nothing in it but its name and how it stood by its bytes, so that it is the same each time.

use crate::cli::verify::Stood;
use crate::text::Shown;

/// What it is called.
pub(super) const NAME: &str = "README.txt";
/// What whoever has no mop does, as it stands in the README of mop.
const RECIPE: &str = include_str!("recipe.sh");

/// The text; what stands in braces is put in.
const TEXT: &str = "\
THE RECORD OF A RUN

run     {run}
stood   {stood}

This archive was packed by mop, which runs a method of procedure as a checklist and records what happens. It holds
what was recorded, and what is needed to tell whether it was altered since. Packed again it has the same bytes.

WHAT IS IN IT

{run}/
  journal.jsonl    the record: one JSON object a line, each with the hash of the one before it
  manifest.json    of which runbook the run is, and which files hold it
  runbook.yaml     the runbook that was run; called-1.yaml and so on are those that it calls
  roster.json      who could sign, and what each had to prove it with
  allowed_signers  their public keys, as ssh-keygen reads them
  blobs/           evidence, each file named by its SHA-256: what was shown and signed, readings, files, editions
  commands/        what commands printed, with secrets masked; the record has its length and its SHA-256
  seal/            seal.txt, which covers journal.jsonl to its last byte, and the signatures of it
README.txt         this text
SHA256SUMS         the SHA-256 of every other file

What a run did not need is not there. Left out are the salts of masked values, who was present, locks and
the orders of commands: they are secret, or of that machine alone.

HOW TO LOOK AT IT

With mop, without unpacking:

    mop verify FILE.zip                              whether it is as it was recorded, and whose the signatures are
    mop verify FILE.zip --allowed-signers KEYS       the same, with your own list of keys; --explain says what it proves
    mop log FILE.zip                                 what was recorded, line by line

Without mop, with coreutils, GNU grep, awk, jq and OpenSSH, in a new folder:

    unzip FILE.zip
    sha256sum -c SHA256SUMS                          whether a file was damaged on its way; it proves no more than that
    bash recipe {run} KEYS

KEYS is your own list of keys; without it the one in the run is believed. `recipe` is a file with these lines:

{recipe}
It ends with 0 when the records follow each other, the seal covers the file and every signature of the seal is good
today; with 1, 2 or 3 when one of these is not so. It does not look at the signatures in the records, at evidence, runbook
and roster, at who has to sign, at a ledger, or at what commands printed; `mop verify` does.

WHAT IT DOES NOT PROVE

Whoever can write a whole directory can write it anew, keys included, and pack it. What he does not have is what others
keep: your own list of keys, a receipt, the heads that a witness kept, the ledger of the machine, or the SHA-256
of this archive that somebody told you by another way.
";

/// Writes it for a run; what is put into it is never looked at again.
pub(super) fn readme(run: &str, stood: &Stood) -> String {
    let (run, stood) = (Shown::line(run), stood_words(stood));
    let mut parts = TEXT.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (word, rest) in parts.filter_map(|part| part.split_once('}')) {
        text += match word {
            "run" => run.as_str(),
            "stood" => &stood,
            _ => RECIPE,
        };
        text += rest;
    }
    text
}

/// Says how the run stood when it was packed.
fn stood_words(stood: &Stood) -> String {
    let words = match stood {
        Stood::Altered(words) => format!("ALTERED: {words}"),
        Stood::Torn => "NOT SEALED, and its last write did not come to its end".to_owned(),
        Stood::Unsealed => "NOT SEALED: nothing says that no record is missing at the end".to_owned(),
        Stood::NewerSeal => "SEALED by a newer mop, which can read the seal".to_owned(),
        Stood::Sealed(seal, signers) => {
            let signed = match signers.is_empty() {
                true => "nobody signed the seal".to_owned(),
                false => format!("signatures of the seal are in the names of {}", signers.join(", ")),
            };
            let (records, time, result) = (seal.records, &seal.time, &seal.result);
            format!("SEALED {time} with {records} records; {signed}; the run ended: {result}")
        }
    };
    Shown::line(&words).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_run_can_be_taken_for_something_else_in_the_text() {
        let text = readme("a\u{1b}[31m{stood}", &Stood::Altered("{recipe}\n\nHOW TO LOOK AT IT".into()));
        assert!(!text.contains('\u{1b}'));
        assert_eq!(text.matches("\nHOW TO LOOK AT IT").count(), 1);
        assert_eq!((text.matches("R=$1").count(), text.matches("ALTERED: {recipe}").count()), (1, 1));
    }

    #[test]
    fn how_it_stood_is_said_at_the_top() {
        for (stood, words) in [
            (Stood::Altered("record 3".into()), "stood   ALTERED: record 3"),
            (Stood::Unsealed, "stood   NOT SEALED: nothing"),
            (Stood::Torn, "stood   NOT SEALED, and"),
            (Stood::NewerSeal, "stood   SEALED by a newer"),
        ] {
            assert!(readme("tour", &stood).lines().nth(3).is_some_and(|line| line.starts_with(words)));
        }
    }
}
