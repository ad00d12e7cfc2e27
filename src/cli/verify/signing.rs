//! What a record says of a signature: whose, of which text, at which level.
//!
//! A record is taken for one that was signed when it holds a statement, whatever kind of event it is,
//! so that those of a newer program are verified as far as they are understood.

use memchr::memmem;
use serde_json::{Map, Value as Json};

use crate::journal::Record;
use crate::run::{Amendment, Person, Signature, Signed, What, from_wire};

/// Is a record that was signed.
#[derive(Clone, Debug)]
pub(super) struct Signing {
    pub(super) n: u64,
    pub(super) who: Person,
    /// When it was recorded, in milliseconds since 1970; nothing when it does not say.
    pub(super) at_ms: Option<i64>,
    /// What was signed, without the line feed at its end.
    pub(super) statement: String,
    /// The SSH signature.
    pub(super) signature: Option<String>,
    /// The last record before it after which a step may be signed anew.
    pub(super) opened: u64,
    /// What else it says, when it is a signature as this version writes it.
    pub(super) said: Option<Said>,
}

/// Is what a record says that was signed.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// The step that it settles; nothing where it settles none.
    pub(super) step: Option<String>,
    /// What was signed, in the words of a statement.
    pub(super) outcome: String,
    /// Why, in the words of a statement.
    pub(super) reason: String,
    /// The signature.
    pub(super) signed: Signed,
}

impl Said {
    fn of_step(Signature { step, verdict, signed }: Signature) -> Self {
        let reason = verdict.reason.clone().unwrap_or_else(|| "-".to_owned());
        Self { step: Some(step), outcome: verdict.words(), reason, signed }
    }

    fn of_amendment(amendment: &Amendment) -> Option<Self> {
        let (outcome, reason) = (amendment.words(), amendment.why.clone());
        amendment.signed.clone().map(|signed| Self { step: None, outcome, reason, signed })
    }
}

/// Is what a record is to an auditor of signatures.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    /// Nothing was signed in it.
    Plain,
    /// It is of a kind that this version does not know, and nothing that is known was signed in it.
    Unknown(String),
    /// It was signed.
    Signed(Box<Signing>),
    /// It has the name of a signature, and is none.
    Misshapen,
}

/// Tells whether a record may hold a statement; a name in JSON can only be written otherwise with `\u`.
pub(super) fn may_be_signed(line: &[u8]) -> bool {
    [&b"stmt"[..], b"step_signed", b"\\u"].into_iter().any(|word| memmem::find(line, word).is_some())
}

/// Tells whether a step may be signed anew after a record: one was tried again, or a choice led back.
pub(super) fn may_reopen(body: &[u8]) -> bool {
    // The members of a record stand without braces.
    let kinds = [&br#""t":"action_started""#[..], br#""t":"step_reopened""#, br#""t":"option_chosen""#];
    kinds.into_iter().any(|kind| body.starts_with(kind))
}

/// Reads a record.
pub(super) fn read(record: &Record<'_>) -> Reading {
    let event = from_wire(record.line());
    let members: Map<String, Json> = serde_json::from_slice(record.line()).unwrap_or_default();
    let text = |name: &str| members.get(name).and_then(Json::as_str).map(str::to_owned);
    let at_ms = Some(event.stamp.at_ms).filter(|at_ms| *at_ms > 0);
    let signing = |statement, signature, said| {
        let who = event.stamp.who.clone();
        Reading::Signed(Box::new(Signing { n: record.n, who, at_ms, statement, signature, opened: 0, said }))
    };
    let known = |said: Said| signing(said.signed.statement.clone(), said.signed.signature.clone(), Some(said));
    match event.what {
        What::StepSigned(step) => known(Said::of_step(step)),
        What::RecordAmended(amendment) => match Said::of_amendment(&amendment) {
            Some(said) => known(said),
            // Whoever reads the record takes what is in it for what was signed.
            None if text("stmt").is_some() => Reading::Misshapen,
            None => Reading::Plain,
        },
        What::Unknown(name) if name == "step_signed" && members.get("v") == Some(&Json::from(1)) => Reading::Misshapen,
        what => match (text("stmt"), what) {
            (Some(statement), _) => signing(statement, text("sig"), None),
            (None, What::Unknown(name)) => Reading::Unknown(name),
            (None, _) => Reading::Plain,
        },
    }
}
