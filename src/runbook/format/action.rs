//! What a step can do, and what a probe can watch, as they are written.

use serde_json::{Value as Json, json};

use super::{Input, Step};
use crate::id::is_id;
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::place::Place;
use crate::runbook::shape::{
    Bytes, Definitions, Free, Ident, Label, Literal, Logic, OneOrMany, Pattern, Placed, Shape, Spread, Table, Text,
    keyword, mapping, scalar, short,
};
use crate::runbook::yaml::{Content, Node};
use crate::time::Length;

/// A command as it is written: a line for the shell, or a list of words that starts without one.
#[derive(Debug)]
pub enum CommandText {
    /// For `sh -c`.
    Shell(Text),
    /// A program and its words.
    Words(Vec<Text>, Place),
}

impl Shape for CommandText {
    fn noun() -> &'static str {
        "a command"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let place = node.place;
        match node.content {
            Content::List(_) => Vec::read(node, problems).map(|words| Self::Words(words, place)),
            _ => Text::read(node, problems).map(Self::Shell),
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" }, "minItems": 1 }] })
    }
}

mapping! {
    /// A command with all that belongs to it.
    RunParts = "a command" {
        /// A line for the shell, or a list of words that starts without a shell.
        command "command" required: CommandText,
        /// How long it may take before it is ended.
        timeout "timeout": Placed<Length>,
        /// What a good end looks like.
        expect "expect": Box<Expect>,
        /// The folder it starts in.
        dir "dir": Text,
        /// What is added to its environment.
        env "env": Table<Free, Text>,
        /// Values taken from its output.
        capture "capture": Table<Ident, Capture>,
        /// Gives it the terminal, for a program that asks questions.
        interactive "interactive": Placed<bool>,
        /// Says that a rehearsal may really run it.
        safe "safe": Placed<bool>,
        /// Says that it may run while other steps go on.
        parallel "parallel": Placed<bool>,
    }
}

short! {
    /// A command: a line, a list of words, or a mapping.
    Run(RunParts) or command: CommandText
}

keyword! {
    /// Which line of an output is meant.
    Line = "a line" {
        /// The first line that is not empty.
        First "first",
        /// The last line that is not empty.
        Last "last",
    }
}

mapping! {
    /// How a value is taken from an output.
    CaptureParts = "a capture" {
        /// A regular expression; its first group is the value, or all that it matched.
        matches "matches": Pattern,
        /// A JSON pointer into the output, such as /job/id.
        json "json": Text,
        /// A whole line.
        line "line": Line,
        /// What kind of value it is; text by default.
        kind "type": super::Kind,
    }
}

short! {
    /// How a value is taken from an output: a regular expression, or a mapping.
    Capture(CaptureParts) or matches: Pattern
}

mapping! {
    /// What an output must be.
    Output = "an expected output" {
        /// Texts that must be in it.
        contains "contains": OneOrMany<Text>,
        /// A regular expression that must match somewhere.
        matches "matches": Pattern,
        /// What the first number in it must be, such as "< 90".
        number "number": Text,
    }
}

/// An HTTP status, or a class of them such as 2xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusCode {
    /// The lowest code that is meant.
    pub from: u16,
    /// The highest.
    pub to: u16,
}

impl Shape for StatusCode {
    fn noun() -> &'static str {
        "an HTTP status"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let (place, scalar) = scalar(node, Self::noun(), problems)?;
        let class = scalar.text.strip_suffix("xx").and_then(|digit| digit.parse::<u16>().ok());
        let code = match (class, scalar.text.parse::<u16>()) {
            (Some(class @ 1..=5), _) => Some(Self { from: class * 100, to: class * 100 + 99 }),
            (_, Ok(code @ 100..=599)) => Some(Self { from: code, to: code }),
            _ => None,
        };
        if code.is_none() {
            let message = format!("`{}` is not an HTTP status", scalar.text);
            problems.push(
                Diagnostic::new(Code::BadValue, place, message)
                    .help("write a code such as 200, or a class such as 2xx"),
            );
        }
        code
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "type": "integer", "minimum": 100, "maximum": 599 }, { "type": "string", "pattern": "^[1-5]xx$" }] })
    }
}

mapping! {
    /// What a good reading, or a good end of a command, looks like.
    Expect = "an expectation" {
        /// Exit codes that are good; 0 by default.
        exit "exit": OneOrMany<Placed<u32>>,
        /// Texts that must be in the output or the answer.
        contains "contains": OneOrMany<Text>,
        /// A regular expression that must match somewhere in the output or the answer.
        matches "matches": Pattern,
        /// What the number in the output must be, such as "< 90".
        number "number": Text,
        /// The unit of the number, for the screen.
        unit "unit": Text,
        /// What the standard output must be.
        stdout "stdout": Output,
        /// What the standard error must be.
        stderr "stderr": Output,
        /// HTTP statuses that are good; 2xx by default.
        status "status": OneOrMany<StatusCode>,
        /// How fast the answer must come.
        within "within": Placed<Length>,
        /// Values in a JSON answer: a pointer such as /state, and what must be there.
        json "json": Table<Free, Literal>,
        /// How long the certificate must still be valid.
        not_after "not_after": Placed<Length>,
        /// How long no alert may have been seen.
        none_for "none_for": Placed<Length>,
        /// How much must be free: a size such as 10GiB, or a share such as 10%.
        more_than "more_than": Text,
        /// The addresses that the name must have, and no others.
        is "is": OneOrMany<Text>,
    }
}

mapping! {
    /// An HTTP request.
    HttpParts = "an HTTP request" {
        /// The address.
        url "url" required: Text,
        /// The method; GET by default.
        method "method": Text,
        /// Headers to send.
        headers "headers": Table<Free, Text>,
        /// The body to send.
        body "body": Text,
        /// Whether to follow redirects; true by default.
        follow "follow": Placed<bool>,
        /// A file with the certificate authority to trust.
        ca "ca": Text,
        /// Accepts any certificate.
        insecure "insecure": Placed<bool>,
    }
}

short! {
    /// An HTTP request: an address, or a mapping.
    Http(HttpParts) or url: Text
}

mapping! {
    /// The end of a file that grows.
    TailParts = "a log to follow" {
        /// The file.
        file "file" required: Text,
        /// The host it is on, reached through ssh.
        on "on": Text,
    }
}

short! {
    /// A log to follow: a file, or a mapping.
    Tail(TailParts) or file: Text
}

mapping! {
    /// One thing that is watched: exactly one of http, tcp, run, tail, disk and dns.
    Probe = "a probe" {
        /// What is watched, in a few words.
        title "title": Text,
        /// Asks a web server.
        http "http": Http,
        /// Connects to HOST:PORT.
        tcp "tcp": Text,
        /// Runs a command.
        run "run": CommandText,
        /// Follows a log.
        tail "tail": Tail,
        /// Looks at the free space of a path.
        disk "disk": Text,
        /// Looks a name up.
        dns "dns": Text,
        /// What a good reading looks like.
        expect "expect": Box<Expect>,
        /// A regular expression for lines of a log that are alerts.
        alert "alert": Pattern,
        /// How often to look; 10s by default.
        every "every": Placed<Length>,
        /// How long one look may take; 5s by default.
        timeout "timeout": Placed<Length>,
        /// One probe for each value: a name, and the list it goes through.
        for_each "for_each": Table<Ident, Spread>,
        /// The host where the command or the log is, reached through ssh.
        on "on": Text,
        /// The pane it is shown in, with others of the same pane.
        pane "pane": Text,
    }
}

/// What a check holds against the system.
#[derive(Debug)]
pub enum Check {
    /// Status probes, by name.
    Named(Vec<Label>),
    /// A probe of its own.
    Own(Box<Probe>),
}

impl Shape for Check {
    fn noun() -> &'static str {
        "the name of a probe, a list of names, or a probe"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        match node.content {
            Content::Map(_) => Probe::read(node, problems).map(|probe| Self::Own(Box::new(probe))),
            Content::Scalar(ref scalar) if !is_id(&scalar.text) && !node.is_nothing() => {
                let way = match &scalar.text {
                    text if text.contains("://") => "http",
                    text if text.contains(' ') => "run",
                    text if text.contains(':') => "tcp",
                    _ => return OneOrMany::read(node, problems).map(|names| Self::Named(names.0)),
                };
                let message = format!("`{}` is not the name of a probe", scalar.text);
                let help = format!("write {{ {way}: \"{}\" }}", scalar.text);
                problems.push(Diagnostic::new(Code::WrongType, node.place, message).help(help));
                None
            }
            _ => OneOrMany::read(node, problems).map(|names| Self::Named(names.0)),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let names = OneOrMany::<Label>::schema(definitions);
        let own = Probe::schema(definitions);
        json!({ "anyOf": [names, own] })
    }
}

mapping! {
    /// One of several ways to go on.
    Opt = "an option" {
        /// A stable name; by default made from the title.
        id "id": Label,
        /// The choice, as the operator reads it.
        title "title" required: Text,
        /// More about it, as Markdown.
        text "text": Text,
        /// Marks the way that is usually right.
        recommended "recommended": Placed<bool>,
        /// Values that a person notes down with this choice.
        record "record": Table<Ident, Input>,
        /// Steps that are done only with this choice.
        steps "steps": Vec<Step>,
        /// Where the run goes after this choice; on to the next step by default.
        then "then": Then,
    }
}

/// Where the run goes after a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// To the next step.
    Next,
    /// To the back-out.
    BackOut,
    /// Nowhere: the run stops.
    Stop,
    /// Back to the beginning of an activity or a step; without a name, of this activity.
    Redo(Option<Label>),
}

mapping! {
    /// Where to begin again.
    RedoParts = "what to do again" {
        /// The id of an activity or an earlier step.
        redo "redo" required: Label,
    }
}

impl Shape for Then {
    fn noun() -> &'static str {
        "`next`, `back_out`, `stop`, `redo`, or { redo: ID }"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        if matches!(node.content, Content::Map(_)) {
            return RedoParts::read(node, problems)?.redo.map(|id| Self::Redo(Some(id)));
        }
        let (place, scalar) = scalar(node, Self::noun(), problems)?;
        match &*scalar.text {
            "next" => Some(Self::Next),
            "back_out" => Some(Self::BackOut),
            "stop" => Some(Self::Stop),
            "redo" => Some(Self::Redo(None)),
            other => {
                let known = ["next", "back_out", "stop", "redo"];
                crate::runbook::shape::unknown_word(place, other, "a way to go on", &known, problems);
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let redo = RedoParts::schema(definitions);
        json!({ "anyOf": [{ "enum": ["next", "back_out", "stop", "redo"] }, redo] })
    }
}

mapping! {
    /// A file to download.
    Fetch = "a download" {
        /// The address.
        url "url" required: Text,
        /// Where to put the file.
        to "to" required: Text,
        /// The SHA-256 that the file must have, in hexadecimal.
        sha256 "sha256": Text,
        /// The size that the file must have.
        size "size": Placed<Bytes>,
        /// Headers to send.
        headers "headers": Table<Free, Text>,
        /// A file with the certificate authority to trust.
        ca "ca": Text,
    }
}

mapping! {
    /// An archive to verify.
    Package = "a package" {
        /// The archive.
        file "file" required: Text,
        /// Entries that must be in it; `*` stands for any part of a name.
        has "has": OneOrMany<Text>,
        /// Entries that must not be in it.
        lacks "lacks": OneOrMany<Text>,
        /// Texts that entries must hold: an entry, and the text.
        holds "holds": Table<Free, Text>,
        /// How large it may be unpacked.
        under "under": Placed<Bytes>,
    }
}

mapping! {
    /// What to wait for.
    WaitParts = "a wait" {
        /// For so long.
        length "for": Placed<Length>,
        /// Until this time, such as `window.start`.
        until "until": Logic,
        /// Until these probes are good.
        check "check": OneOrMany<Label>,
        /// How long it may take until it counts as failed.
        at_most "at_most": Placed<Length>,
        /// How long it must stay good.
        steady "steady": Placed<Length>,
    }
}

/// What to wait for: a length of time, or a mapping.
#[derive(Debug, Default)]
pub struct Wait(pub WaitParts);

impl Shape for Wait {
    fn noun() -> &'static str {
        WaitParts::noun()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let place = node.place;
        match &node.content {
            Content::Map(_) => WaitParts::read(node, problems).map(Self),
            Content::Scalar(name) if is_id(&name.text) && name.text.starts_with(char::is_alphabetic) => {
                let message = format!("`{}` is not a length of time", name.text);
                let help = format!("write one like 30m; to wait for a probe write {{ check: {} }}", name.text);
                problems.push(Diagnostic::new(Code::BadValue, place, message).help(help));
                None
            }
            _ => {
                let length = Placed::<Length>::read(node, problems)?;
                Some(Self(WaitParts { place, length: Some(length), ..WaitParts::default() }))
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let length = Placed::<Length>::schema(definitions);
        let mapping = WaitParts::schema(definitions);
        json!({ "anyOf": [length, mapping] })
    }
}
