//! The table of everything `mop check` can find: name, severity and the reason it is looked for.
//!
//! The names are a promise: they stand in JSON output and in people's scripts.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The runbook cannot be run.
    Error,
    /// The runbook can be run; a careful author would mend it.
    Warning,
}

impl Severity {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($variant:ident, $severity:ident, $name:literal, $why:literal;)*) => {
        /// One kind of finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $why] $variant,)* }

        impl Code {
            /// Every kind of finding, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name it has in output and in scripts.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns how bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// Returns why it is looked for, in one sentence.
            pub fn why(self) -> &'static str {
                match self { $(Self::$variant => $why,)* }
            }
        }
    };
}

codes! {
    NotText, Error, "not-text", "a runbook is UTF-8 text, so that every machine reads the same words";
    ControlCharacter, Error, "control-character", "control characters can hide text and drive terminals";
    Empty, Error, "empty", "there is nothing to run";
    Syntax, Error, "syntax", "the file is not YAML from here on, so nothing below was looked at";
    YamlFeature, Error, "yaml-feature", "runbooks use plain YAML: what is written is what is meant";
    TooLarge, Error, "too-large", "a runbook that grows without bound would take the machine with it";
    DuplicateKey, Error, "duplicate-key", "only one of the two can be meant, and readers disagree which";
    UnknownKey, Error, "unknown-key", "a key that nothing reads would be ignored without a word";
    MissingKey, Error, "missing-key", "it cannot be left out";
    WrongType, Error, "wrong-type", "the format says what may stand here";
    Unquoted, Error, "unquoted", "YAML readers turn bare words like these into numbers or truth values: 10.10 becomes 10.1";
    BadValue, Error, "bad-value", "the value cannot be read as what it has to be";
    BadEstimate, Error, "bad-estimate", "the forecast is made of estimates";
    DuplicateId, Error, "duplicate-id", "ids name steps in the journal, so each names one thing";
    DuplicateName, Error, "duplicate-name", "inputs and recorded values share one set of names";
    ReservedName, Error, "reserved-name", "the name already means something in expressions";
    NoActivities, Error, "no-activities", "a runbook without activities has nothing to do";
    SeveralActions, Error, "several-actions", "a step does one thing, so that one sign-off means one thing";
    Misplaced, Error, "misplaced", "it would have no effect here";
    BadExpression, Error, "bad-expression", "what stands between {{ and }} has to be an expression";
    TypeMismatch, Error, "type-mismatch", "such a comparison always gives the same answer, or none";
    UnknownName, Error, "unknown-name", "an unknown name is never an empty text";
    UnknownStep, Error, "unknown-step", "the text refers to something that is not there";
    UnknownProbe, Error, "unknown-probe", "a check proves nothing without its probe";
    UnknownRole, Error, "unknown-role", "nobody in that role will ever be there";
    UsedBeforeRecorded, Error, "used-before-recorded", "the value is not known yet when it is needed";
    OutsideLoop, Error, "outside-loop", "inside a loop there is one value for each round, and outside nobody can say which";
    LoopOverNoList, Error, "loop-over-no-list", "a loop needs a list to go through";
    ImpossibleSignOff, Error, "impossible-sign-off", "the step could never be signed";
    CallCircle, Error, "call-circle", "a runbook that calls itself never ends";
    CallUnreadable, Error, "call-unreadable", "the called runbook is part of this one";
    BrokenCommand, Error, "broken-command", "the shell would refuse the command, or read on past its end";
    UnsafePlace, Error, "unsafe-place", "a value typed by an operator must never become a command or an extra word";
    SecretShown, Error, "secret-shown", "a secret is passed to commands in their environment and appears nowhere else";
    ByteOrderMark, Warning, "byte-order-mark", "other tools take the mark for a part of the first key";
    CarriageReturn, Warning, "carriage-return", "the run pins the exact bytes of the file, and line ends are a part of them";
    ImplicitId, Warning, "implicit-id", "an id made from the title changes when the title is reworded";
    MayBeMissing, Warning, "may-be-missing", "a step that waits for a value that never comes stays locked";
    ProseReference, Warning, "prose-reference", "numbers move when steps are added, and the sentence does not";
    Destructive, Warning, "destructive", "what cannot be undone asks for a second look";
    NoWayBack, Warning, "no-way-back", "before a dangerous step the operator must know how to return";
    LeftOff, Warning, "left-off", "what was switched off for the work is easily forgotten at 03:00";
    OddCharacters, Warning, "odd-characters", "the shell does not take typographic quotes or invisible characters for what they look like";
    Todo, Warning, "todo", "an open question in the runbook becomes an open question in the window";
    NothingBelow, Warning, "nothing-below", "a title that ends in a colon promises something below it";
    NoEstimate, Warning, "no-estimate", "without it the forecast can only say `at least`";
    WindowTooShort, Warning, "window-too-short", "the run would end after its window";
    UnusedInput, Warning, "unused-input", "the operator is asked for something that nothing needs";
    WrittenPassword, Warning, "written-password", "the file is copied into every run's record";
    VersionContradiction, Warning, "version-contradiction", "two versions in one runbook for the same thing: one of them is old";
    Unjudged, Warning, "unjudged", "at 02:00 nobody should have to guess whether an output is good";
}
