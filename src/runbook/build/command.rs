//! Commands, with the quoting of every value in them settled.

use std::sync::Arc;

use super::kinds::Origin;
use super::template::is_secret;
use super::{Builder, Time};
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::expression::{Compare, Node};
use crate::runbook::format::{self, CommandText, Expect, Kind as InputKind, RunParts};
use crate::runbook::model::{self, Capture, CommandLine, From, More, NumberTest, Piece, Run, Template};
use crate::runbook::place::Place;
use crate::runbook::shape::{Bytes, Free, Ident, Literal, OneOrMany, Table, Text};
use crate::runbook::shell::{self, Problem, Reason};
use crate::runbook::value::{Kind, Value};

/// The keys of an expectation, and what each is for.
const USES: [(&str, &[&str]); 14] = [
    ("exit", &["run"]),
    ("contains", &["run", "http", "dns"]),
    ("matches", &["run", "http"]),
    ("number", &["run"]),
    ("unit", &["run"]),
    ("stdout", &["run"]),
    ("stderr", &["run"]),
    ("status", &["http"]),
    ("within", &["run", "http", "tcp", "dns"]),
    ("json", &["http", "run"]),
    ("not_after", &["http"]),
    ("none_for", &["tail"]),
    ("more_than", &["disk"]),
    ("is", &["dns"]),
];

impl Builder<'_> {
    /// Builds a command with all that belongs to it.
    pub(super) fn run(&mut self, run: format::Run) -> Option<Run> {
        let RunParts { place: _, command, timeout, expect, dir, env, capture, interactive, safe, parallel } = run.0;
        let command = command?;
        let run = Run {
            place: match &command {
                CommandText::Shell(text) => text.place,
                CommandText::Words(_, place) => *place,
            },
            command: self.command(command),
            timeout: timeout.map(|timeout| timeout.value),
            expect: expect.map(|expect| self.at(Time::AfterStep, |this| this.expect(*expect, "run"))),
            dir: self.maybe_text(dir),
            env: self.pairs(env),
            capture: self.captures(capture),
            interactive: interactive.is_some_and(|flag| flag.value),
            safe: safe.is_some_and(|flag| flag.value),
            parallel: parallel.is_some_and(|flag| flag.value),
        };
        if let Some(interactive) = interactive.filter(|flag| flag.value && !run.capture.is_empty()) {
            let message = "the output of an interactive command goes to the terminal, so nothing can be captured";
            self.report(
                Diagnostic::new(Code::Misplaced, interactive.place, message).help("remove `capture`, or `interactive`"),
            );
        }
        Some(run)
    }

    /// Builds name and text pairs that are not shown.
    pub(super) fn pairs(&mut self, table: Option<Table<Free, Text>>) -> Vec<(String, Template)> {
        table.unwrap_or_default().0.into_iter().map(|(name, text)| (name.0.text, self.template(text))).collect()
    }

    fn captures(&mut self, table: Option<Table<Ident, format::Capture>>) -> Vec<Capture> {
        let rows = table.unwrap_or_default().0;
        rows.into_iter().filter_map(|(name, capture)| self.capture(&name.0.text, capture.0)).collect()
    }

    fn capture(&mut self, name: &str, parts: format::CaptureParts) -> Option<Capture> {
        let place = parts.place;
        let from = match (parts.matches, parts.json, parts.line) {
            (Some(pattern), None, None) => From::Matches(self.pattern(pattern)),
            (None, Some(pointer), None) => From::Json(self.pointer(pointer)),
            (None, None, Some(line)) => From::Line(line),
            _ => {
                let message = "a capture takes its value from one of `matches`, `json` and `line`";
                self.report(Diagnostic::new(Code::MissingKey, place, message).help("write one of the three"));
                return None;
            }
        };
        Some(Capture { name: Arc::from(name), from, kind: parts.kind.unwrap_or(InputKind::Text) })
    }

    fn pointer(&mut self, pointer: Text) -> String {
        if !pointer.text.is_empty() && !pointer.text.starts_with('/') {
            let message = format!("`{}` is not a JSON pointer", pointer.text);
            let help = format!("begin with a slash: /{}", pointer.text.replace('.', "/"));
            self.report(Diagnostic::new(Code::BadValue, pointer.place, message).help(help));
        }
        pointer.text
    }

    /// Builds a command line.
    pub(super) fn command(&mut self, command: CommandText) -> CommandLine {
        match command {
            CommandText::Shell(text) => self.shell_line(text),
            CommandText::Words(words, place) => CommandLine::Words(self.words(words, place)),
        }
    }

    fn words(&mut self, words: Vec<Text>, place: Place) -> Vec<Template> {
        let words: Vec<_> = words.into_iter().map(|word| self.template(word)).collect();
        if words.is_empty() {
            self.report(
                Diagnostic::new(Code::WrongType, place, "the command has no words")
                    .help("name the program, then its words"),
            );
        }
        if let Some(program) = words.first().filter(|word| word.values().next().is_some()) {
            self.report(
                Diagnostic::new(Code::UnsafePlace, program.place, "the value would become the command")
                    .help("write the program itself, with the value as one of its words"),
            );
        }
        for word in &words {
            if word.values().any(|(_, kind)| is_secret(kind)) {
                let help = "words are seen in the process list; put the secret in `env`, where the program can read it";
                self.report(Diagnostic::new(Code::SecretShown, word.place, "this word would show a secret").help(help));
            }
            if word.values().any(|(_, kind)| matches!(kind, Kind::List(_) | Kind::Table(_))) {
                let help = "join the values: {{ names | join(\",\") }}";
                self.report(Diagnostic::new(Code::TypeMismatch, word.place, "a list cannot be one word").help(help));
            }
        }
        words
    }

    fn shell_line(&mut self, text: Text) -> CommandLine {
        let place = text.place;
        let written = text.text.clone();
        let template = self.template(text);
        let pieces: Vec<_> = template
            .parts
            .iter()
            .map(|part| match part {
                Piece::Text(text) => shell::Piece::Text(text),
                Piece::Value(_) => shell::Piece::Value,
            })
            .collect();
        let command = match shell::read(&pieces) {
            Ok(command) => command,
            Err(found) => {
                for problem in &found {
                    self.report_shell(problem, &template, Origin { text: &written, place, base: 0 });
                }
                return CommandLine::Words(Vec::new());
            }
        };
        for (slot, (logic, kind)) in command.slots().iter().zip(template.values()) {
            if matches!(kind, Kind::List(_) | Kind::Table(_)) && !slot.takes_list() {
                let help = "let the list stand alone, one word for each value, or join it: {{ names | join(\",\") }}";
                self.report(
                    Diagnostic::new(Code::UnsafePlace, place, "a list would become a part of one word").help(help),
                );
            }
            if is_secret(kind) && !matches!(logic.node, Node::Name(_)) {
                self.report(
                    Diagnostic::new(Code::SecretShown, place, "a secret can only be passed on as it is")
                        .help("write {{ name }} without filters"),
                );
            }
        }
        CommandLine::Shell(template, command)
    }

    fn report_shell(&mut self, problem: &Problem, template: &Template, origin: Origin<'_>) {
        let (code, place) = match problem {
            Problem::Misplaced { value, .. } => (Code::UnsafePlace, self.place_of_value(*value, origin)),
            Problem::Broken { at, .. } => {
                let before = template.parts[..at.piece.min(template.parts.len())].iter();
                let plain = before.clone().all(|part| matches!(part, Piece::Text(_)));
                let start = before.map(|part| if let Piece::Text(text) = part { text.len() } else { 0 }).sum::<usize>()
                    + at.byte;
                let place = if plain { self.locate(origin, &(start..start + 1)) } else { origin.place };
                (Code::BrokenCommand, place)
            }
        };
        let message = match problem {
            Problem::Misplaced { reason: Reason::Command, .. } => "the value would become the command".to_owned(),
            problem => problem.to_string(),
        };
        self.report(Diagnostic::new(code, place, message).help(problem.help()));
    }

    /// Finds the `{{ … }}` of a value.
    fn place_of_value(&self, value: usize, origin: Origin<'_>) -> Place {
        let Some((open, _)) = origin.text.match_indices("{{").nth(value) else {
            return origin.place;
        };
        let close = origin.text[open..].find("}}").map_or(origin.text.len(), |at| open + at + 2);
        self.locate(origin, &(open..close))
    }

    /// Builds an expectation of a command or a probe.
    pub(super) fn expect(&mut self, expect: Expect, used_for: &'static str) -> model::Expect {
        self.check_uses(&expect, used_for);
        let output = model::Output {
            contains: self.texts(expect.contains),
            matches: expect.matches.map(|pattern| self.pattern(pattern)),
            number: expect.number.and_then(|number| self.number_test(&number)),
        };
        model::Expect {
            exit: expect.exit.map(|codes| codes.0.iter().map(|code| code.value).collect()).unwrap_or_default(),
            output,
            unit: expect.unit.map(|unit| unit.text),
            stdout: expect.stdout.map(|output| self.output(output)),
            stderr: expect.stderr.map(|output| self.output(output)),
            status: expect.status.map(|codes| codes.0).unwrap_or_default(),
            within: expect.within.map(|within| within.value),
            json: self.json(expect.json),
            not_after: expect.not_after.map(|length| length.value),
            none_for: expect.none_for.map(|length| length.value),
            more_than: expect.more_than.and_then(|more| self.more(&more)),
            is: self.texts(expect.is),
        }
    }

    fn check_uses(&mut self, expect: &Expect, used_for: &str) {
        let set = [
            expect.exit.is_some(),
            expect.contains.is_some(),
            expect.matches.is_some(),
            expect.number.is_some(),
            expect.unit.is_some(),
            expect.stdout.is_some(),
            expect.stderr.is_some(),
            expect.status.is_some(),
            expect.within.is_some(),
            expect.json.is_some(),
            expect.not_after.is_some(),
            expect.none_for.is_some(),
            expect.more_than.is_some(),
            expect.is.is_some(),
        ];
        for ((key, uses), _) in USES.iter().zip(set).filter(|((_, uses), set)| *set && !uses.contains(&used_for)) {
            let message = format!("`{key}` says nothing about `{used_for}`");
            let fitting: Vec<_> =
                USES.iter().filter(|(_, uses)| uses.contains(&used_for)).map(|(key, _)| *key).collect();
            let help =
                format!("`{key}` is for {}; `{used_for}` can be expected: {}", uses.join(" and "), fitting.join(", "));
            self.report(Diagnostic::new(Code::Misplaced, expect.place, message).help(help));
        }
    }

    fn texts(&mut self, texts: Option<OneOrMany<Text>>) -> Vec<Template> {
        texts.map(|texts| texts.0).unwrap_or_default().into_iter().map(|text| self.text(text)).collect()
    }

    fn output(&mut self, output: format::Output) -> model::Output {
        model::Output {
            contains: self.texts(output.contains),
            matches: output.matches.map(|pattern| self.pattern(pattern)),
            number: output.number.and_then(|number| self.number_test(&number)),
        }
    }

    fn number_test(&mut self, text: &Text) -> Option<NumberTest> {
        let found = parse_number_test(&text.text);
        if found.is_none() {
            let message = format!("`{}` does not say what the number must be", text.text);
            self.report(
                Diagnostic::new(Code::BadValue, text.place, message)
                    .help("write a comparison and a number, such as \"< 90\" or \"== 3\""),
            );
        }
        found
    }

    fn more(&mut self, text: &Text) -> Option<More> {
        let percent = text
            .text
            .strip_suffix('%')
            .and_then(|number| number.trim_end().parse::<u32>().ok())
            .filter(|share| *share <= 100);
        let more = percent.map(More::Percent).or_else(|| Bytes::parse(&text.text).map(More::Bytes));
        if more.is_none() {
            let message = format!("`{}` is neither a size nor a share", text.text);
            self.report(
                Diagnostic::new(Code::BadValue, text.place, message)
                    .help("write a size such as 10GiB, or a share such as 10%"),
            );
        }
        more
    }

    fn json(&mut self, table: Option<Table<Free, Literal>>) -> Vec<(String, Value)> {
        let rows = table.unwrap_or_default().0;
        rows.into_iter()
            .filter_map(|(pointer, literal)| {
                let value = self.bare_value(literal)?;
                Some((self.pointer(pointer.0), value))
            })
            .collect()
    }
}

fn parse_number_test(text: &str) -> Option<NumberTest> {
    let text = text.trim();
    let compares = [
        Compare::LessOrEqual,
        Compare::GreaterOrEqual,
        Compare::Equal,
        Compare::Unequal,
        Compare::Less,
        Compare::Greater,
    ];
    let compare = compares.into_iter().find(|compare| text.starts_with(compare.sign()))?;
    let number = text[compare.sign().len()..].trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(NumberTest { compare, number })
}
