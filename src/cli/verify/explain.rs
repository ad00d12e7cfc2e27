//! What a verification proves and does not prove, and which threats it rules out in the run at hand.
//!
//! The six threats are those that the log is built against. Of each it is said what somebody would do,
//! and what of the things that were looked at stands against it here.

use serde_json::{Value as Json, json};

use super::doubt::Weight;
use super::report::{Part, Report};
use crate::journal::Standing;
use crate::run::roster::Level;
use crate::text::{counted, grouped};

/// Says how far something is ruled out, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ruled {
    Not,
    Partly,
    Out,
}

impl Ruled {
    fn word(self) -> &'static str {
        match self {
            Self::Out => "ruled out",
            Self::Partly => "partly ruled out",
            Self::Not => "not ruled out",
        }
    }

    fn json(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Partly => "partly",
            Self::Not => "not",
        }
    }
}

/// Is something that somebody might do, and what stands against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Threat {
    id: &'static str,
    what: &'static str,
    ruled: Ruled,
    why: String,
}

impl Threat {
    /// Gives it for scripts.
    pub(super) fn json(&self) -> Json {
        let Self { id, what, ruled, why } = self;
        json!({ "id": id, "what": what, "ruled": ruled.json(), "why": why })
    }
}

/// Explains a report.
pub(super) fn explain(report: &Report) -> Vec<String> {
    let mut lines = vec![String::new(), "what each part proves".to_owned()];
    lines.extend(PARTS.iter().flat_map(|(part, proves, not)| {
        [format!("  {part}"), format!("    proves: {proves}"), format!("    does not prove: {not}")]
    }));
    lines.extend([String::new(), "what somebody could have done, and whether this rules it out".to_owned()]);
    lines.extend(threats(report).into_iter().flat_map(|threat| {
        let Threat { id, what, ruled, why } = threat;
        [format!("  {id}  {what}"), format!("      {}: {why}", ruled.word())]
    }));
    lines
}

/// What each part proves, and what it does not.
const PARTS: [(&str, &str, &str); 9] = [
    (
        "journal",
        "each record is as it was when the next one was written; none was changed, taken out, put in or moved",
        "that none was cut off at the end, and that the whole was not written anew; a chain can be made by anybody",
    ),
    (
        "files",
        "runbook, roster, keys, kept evidence and what commands printed are those that the records name",
        "that the evidence is true; it is what mop showed and kept. Of long output only a part is kept, and of that only \
         the length is compared",
    ),
    (
        "signature by name",
        "nothing about who it was; the record says who was said to sign",
        "that the person was there",
    ),
    (
        "signature by PIN",
        "mop asked for the PIN and held it against a hash that it could not read back",
        "anything to you: whoever could write this file could have written the record without a PIN",
    ),
    (
        "signature by key",
        "the key of that person signed this text: this run, this step, what was shown, and the records before it",
        "that it was his hand; whatever runs under the same account can ask an agent that is within reach",
    ),
    (
        "signature by touch",
        "the same, and somebody touched the token that holds the key, for this one text",
        "whose finger it was",
    ),
    (
        "keys of the run",
        "that the same people signed all along",
        "that they are who they say; whoever made the whole directory could have made its keys too, so bring your own \
         list with --allowed-signers",
    ),
    (
        "seal",
        "nothing came, went or changed after it; its signers stand for the journal to its last byte",
        "anything beyond its signatures: without one, or with keys that you do not know, it is a text like any other",
    ),
    (
        "ledger, receipt, witness",
        "the run existed so at that moment, as far as the one who kept it can be believed",
        "anything about what came after; a ledger under the same account falls with the account",
    ),
];

/// What to say where something contradicts something.
const UNSOUND: &str = "something does not hold, as is said above; that alone does not say whose doing it is";
/// What is to be known of those whose past is altered.
const AGENTS: &str = "if the ssh-agents of all who signed it were within his reach";
const FILES: &str = "if their private keys were kept on that machine";

/// Says of each threat how far it is ruled out.
pub(super) fn threats(report: &Report) -> Vec<Threat> {
    let at = Standpoint::of(report);
    let sound = |ruled: (Ruled, String)| if at.is_sound() { ruled } else { (Ruled::Not, UNSOUND.to_owned()) };
    let threat = |id, what, (ruled, why)| Threat { id, what, ruled, why };
    vec![
        threat("A1", "an operator changed something by accident", sound(at.careless())),
        threat("A2", "an operator altered the past from the shared account", sound(at.rewriting(AGENTS))),
        threat("A3", "one operator posed as the other", sound(at.posing())),
        threat("A4", "somebody with the whole machine altered it after the run", sound(at.rewriting(FILES))),
        threat("A5", "somebody with the whole machine deceived everybody during the run", at.deceiving()),
        threat("A6", "disk, memory or kernel failed", at.failing()),
    ]
}

/// Is what stands for a log, as far as somebody outside knows it.
struct Standpoint<'a> {
    report: &'a Report,
    /// Whether the seal covers the journal and somebody signed it.
    is_sealed: bool,
    /// Whether one of the keys over the seal is in a token.
    has_token: bool,
    /// Whether the auditor brought the keys.
    is_keyed: bool,
    /// Up to which record a receipt or a witness knows it.
    reach: Option<u64>,
}

impl<'a> Standpoint<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            report,
            is_sealed: matches!(report.judged.audit.standing, Standing::Intact(_)) && !report.sealers.is_empty(),
            has_token: report.sealers.iter().any(|sealer| sealer.level == Level::Touch),
            is_keyed: report.outside.signers.is_some(),
            reach: report.reach(),
        }
    }

    /// Tells whether nothing contradicts anything.
    fn is_sound(&self) -> bool {
        let judged = &self.report.judged;
        let is_altered = matches!(judged.audit.standing, Standing::Altered(_));
        !is_altered && judged.doubts.worst_of(Weight::Wrong).is_none()
    }

    /// Says how far receipts and heads reach, when there are any.
    fn known(&self) -> Option<(Ruled, String)> {
        let reach = self.reach?;
        let is_last = reach + 1 == self.report.judged.audit.records;
        let ruled = if is_last { Ruled::Out } else { Ruled::Partly };
        let rest = if is_last { ", which is the last" } else { "; not for what comes after it" };
        Some((ruled, format!("up to record {} a receipt or a witness knows the log{rest}", grouped(reach))))
    }

    fn careless(&self) -> (Ruled, String) {
        if self.is_sealed || self.known().is_some_and(|(ruled, _)| ruled == Ruled::Out) {
            return (Ruled::Out, "every byte that is hashed is as it was recorded".to_owned());
        }
        (Ruled::Partly, "no record was changed, but whole ones could have been cut off at the end".to_owned())
    }

    /// Says what stands against somebody who writes everything anew afterwards; `reach` says how far he
    /// gets to the keys of others.
    fn rewriting(&self, reach: &str) -> (Ruled, String) {
        let by_seal = match (self.is_sealed, self.is_keyed, self.has_token) {
            (false, ..) => {
                (Ruled::Not, "nothing outside speaks for this log; ask for receipts, or keep a witness".to_owned())
            }
            (true, true, true) => (Ruled::Out, "a key that you know signed the seal, and it is in a token".to_owned()),
            (true, true, false) => {
                (Ruled::Partly, format!("keys that you know signed the seal; he could do it again only {reach}"))
            }
            (true, false, _) => {
                let why = "the seal is signed, but with keys that the run names itself, and he could have made those too; \
                           bring your own list with --allowed-signers";
                (Ruled::Partly, why.to_owned())
            }
        };
        match self.known() {
            Some(known) if known.0 > by_seal.0 => known,
            _ => by_seal,
        }
    }

    fn posing(&self) -> (Ruled, String) {
        let tally = &self.report.judged.tally;
        let by = |level| grouped(tally.by(level));
        match (tally.total(), tally.by(Level::Touch)) {
            (0, _) => (Ruled::Not, "no signature proves who was there".to_owned()),
            (all, touched) if all == touched && self.is_keyed => {
                (Ruled::Out, "every signature is by a token that you know, and it was touched".to_owned())
            }
            (all, touched) => {
                let ruled = if touched + tally.by(Level::Key) > 0 { Ruled::Partly } else { Ruled::Not };
                let why = format!(
                    "of {}, {} by touch cannot be another's; {} by key cannot where each has an account of his own; {} \
                     by PIN and {} by name may be anybody's",
                    counted(all, "signature"),
                    by(Level::Touch),
                    by(Level::Key),
                    by(Level::Pin),
                    by(Level::Name)
                );
                (
                    ruled,
                    if self.is_keyed {
                        why
                    } else {
                        format!("{why}; all if the keys are theirs, see --allowed-signers")
                    },
                )
            }
        }
    }

    fn deceiving(&self) -> (Ruled, String) {
        let touched = self.report.judged.tally.by(Level::Touch);
        let token = (touched > 0).then(|| format!("he cannot have made {} by touch", counted(touched, "signature")));
        let known = self.reach.map(|n| format!("he is bound to what was known outside up to record {}", grouped(n)));
        let bounds: Vec<_> = token.into_iter().chain(known).collect();
        let bounds = if bounds.is_empty() { "nothing here bounds him".to_owned() } else { bounds.join(", and ") };
        (Ruled::Not, format!("such a one shows people what is not so while they sign; {bounds}"))
    }

    fn failing(&self) -> (Ruled, String) {
        let parts = [Part::Journal, Part::Files, Part::Blobs, Part::Seal];
        let is_printed = self.report.judged.outputs.wrong == 0;
        match is_printed && parts.iter().all(|part| self.report.altered(*part) == 0) {
            false => (Ruled::Not, "bytes differ, as is said above; a failing disk does that too".to_owned()),
            true if self.is_sealed => (Ruled::Out, "every byte gives the hash that was recorded".to_owned()),
            true => (
                Ruled::Partly,
                "what is there is as it was recorded; lost records at the end would not show".to_owned(),
            ),
        }
    }
}
