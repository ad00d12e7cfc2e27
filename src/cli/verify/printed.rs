//! What commands printed, as far as it was kept, held against what the records of their ends say.

use super::doubt::{About, Doubt, Weight};
use super::hold::short;
use super::pins::Folder;
use crate::app::{beside, command_folder};
use crate::exec::command::{Held, Stream, Tally, hold};
use crate::journal::COMMANDS;
use crate::run::{End, Output, What};
use crate::text::{counted, grouped};

/// Counts the outputs that records name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outputs {
    /// How many there are.
    pub(super) all: u64,
    /// Of how many only a part was kept.
    pub(super) parts: u64,
    /// How many are missing, or not what was recorded.
    pub(super) wrong: u64,
}

impl Outputs {
    /// Holds what a record says of a command's output against what is kept of it.
    pub(super) fn take(&mut self, run: Folder<'_>, (n, what): (u64, &What)) -> Vec<Doubt> {
        let (words, folder, end) = match what {
            What::ActionEnded { step, attempt, end } => {
                (format!("the step {}, attempt {attempt}", short(step)), command_folder(step, *attempt), end)
            }
            What::AdHocEnded { number, end } => {
                (format!("command {number} beside the runbook"), command_folder(&beside(*number), *number), end)
            }
            _ => return Vec::new(),
        };
        let dir = run.dir.join(COMMANDS).join(folder);
        let place = Folder { dir: &dir, ..run };
        let End { output, .. } = end;
        output.iter().filter_map(|output| self.hold((place, &words), (n, output))).collect()
    }

    fn hold(&mut self, (place, words): (Folder<'_>, &str), (n, output): (u64, &Output)) -> Option<Doubt> {
        let stream = match output.stream.as_str() {
            "stdout" => Stream::Out,
            "stderr" => Stream::Err,
            other => {
                let other = short(other);
                let words = format!("it names an output `{other}` that this version does not know");
                return Some(Doubt::wrong(About::Output, n, words).of_weight(Weight::Warning));
            }
        };
        self.all += 1;
        let Output { bytes, dropped, sha256, .. } = output;
        let recorded = Tally { bytes: *bytes, dropped: *dropped, sha256: sha256.to_string() };
        let what = format!("the {} of {words}", output.stream);
        let doubt = |words: String| Doubt::wrong(About::Output, n, words);
        match hold((place.storage, place.dir), stream, &recorded) {
            Ok(Held::Whole) => None,
            Ok(Held::Part) => {
                self.parts += 1;
                let kept = grouped(bytes.saturating_sub(*dropped));
                let words = format!(
                    "of {what} {kept} of {} were kept; they cannot be held against the hash",
                    counted(*bytes, "byte")
                );
                Some(doubt(words).of_weight(Weight::Note))
            }
            Ok(Held::Missing) => {
                self.wrong += 1;
                Some(doubt(format!("{what} is missing; {} were recorded", counted(*bytes, "byte"))))
            }
            Ok(Held::Altered(why)) => {
                self.wrong += 1;
                Some(doubt(format!("{what} is not what was recorded: {why}")))
            }
            Err(error) => Some(doubt(format!("{what} cannot be read: {error}")).of_weight(Weight::Unknown)),
        }
    }

    /// Says in a line how they stand; nothing where no command printed anything.
    pub(super) fn words(self) -> Option<String> {
        let state =
            if self.wrong == 0 { "as recorded".to_owned() } else { format!("{} not as recorded", grouped(self.wrong)) };
        let parts = (self.parts > 0).then(|| format!("; of {} only a part was kept", grouped(self.parts)));
        (self.all > 0)
            .then(|| format!("{} of commands: {state}{}", counted(self.all, "output"), parts.unwrap_or_default()))
    }
}
