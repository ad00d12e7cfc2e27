//! Settings out of TOML, with the place of each.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Clock, Colours, Config, KNOBS, Knob, Mistake, Rebound, Told};
use crate::id::nearest;

/// What the table of keys is called.
const KEYS: &str = "keys";
/// How many mistakes are said.
const MOST: usize = 50;
/// How much of a word of the file is said again.
const MOST_LETTERS: usize = 40;

pub(super) fn read(text: &str) -> (Config, Vec<Mistake>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // Of a file that is no TOML it is not known what its lines belong to.
        let mistakes = errors.iter().take(MOST).map(|error| {
            let at = error.span().unwrap_or(0..0);
            Mistake::new(at, format!("this is not TOML: {}", error.message().trim()))
        });
        return (Config::default(), mistakes.collect());
    }
    let mut reading = Reading { config: Config::default(), mistakes: Vec::new() };
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    for (name, value) in entries {
        reading.entry((name.get_ref(), name.span()), value);
    }
    reading.mistakes.truncate(MOST);
    (reading.config, reading.mistakes)
}

struct Reading {
    config: Config,
    mistakes: Vec<Mistake>,
}

impl Reading {
    fn entry(&mut self, (name, at): (&str, Range<usize>), value: &Spanned<DeValue<'_>>) {
        match KNOBS.iter().find(|knob| knob.name == name) {
            Some(knob) => self.knob(knob, value),
            None if name == KEYS => self.keys(value),
            None => {
                let known = KNOBS.iter().map(|knob| knob.name).chain([KEYS]);
                let mistake = Mistake::new(at, format!("there is no setting called `{}`", said(name)));
                self.mistakes.push(match nearest(name, known.clone()) {
                    Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
                    None => mistake.help(format!("there are {}", known.collect::<Vec<_>>().join(", "))),
                });
            }
        }
    }

    fn knob(&mut self, knob: &Knob, value: &Spanned<DeValue<'_>>) {
        let at = value.span();
        let word = match value.get_ref() {
            DeValue::Boolean(true) => "true",
            DeValue::Boolean(false) => "false",
            DeValue::String(word) => word.as_ref(),
            _ => "",
        };
        let is_switch = matches!(value.get_ref(), DeValue::Boolean(_));
        let is_known = knob.values.contains(&word) && is_switch == knob.values.contains(&"true");
        if !is_known {
            return self.mistakes.push(wrong_value(knob, word, at));
        }
        let flag = || Some(Told { value: word == "true", at: at.clone() });
        match knob.name {
            "theme" => self.config.theme = colours(word).map(|value| Told { value, at }),
            "clock" => {
                let value = if word == "minutes" { Clock::Minutes } else { Clock::Seconds };
                self.config.clock = Some(Told { value, at });
            }
            "ascii" => self.config.ascii = flag(),
            "mouse" => self.config.mouse = flag(),
            "bell" => self.config.bell = flag(),
            "notify" => self.config.notify = flag(),
            "links" => self.config.links = flag(),
            _ => {}
        }
    }

    fn keys(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(table) = value.get_ref().as_table() else {
            let mistake = Mistake::new(value.span(), "`keys` is a table");
            return self.mistakes.push(mistake.help("write [keys], and below it lines such as sign = \"s\""));
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let command = Told { value: name.get_ref().to_string(), at: name.span() };
            let keys = self.names(value);
            self.config.keys.extend(keys.map(|keys| Rebound { command, keys }));
        }
    }

    /// Reads the name of a key, or a list of them.
    fn names(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Vec<Told<String>>> {
        let all = match value.get_ref() {
            DeValue::Array(values) => values.iter().collect(),
            _ => vec![value],
        };
        let name =
            |value: &Spanned<DeValue<'_>>| match value.get_ref() {
                DeValue::String(name) => Ok(Told { value: name.to_string(), at: value.span() }),
                _ => Err(Mistake::new(value.span(), "a key has its name in quotes")
                    .help("write \"s\", or [\"s\", \"ctrl-s\"]")),
            };
        match all.into_iter().map(name).collect() {
            Ok(names) => Some(names),
            Err(mistake) => {
                self.mistakes.push(mistake);
                self.config.has_wrong_keys = true;
                None
            }
        }
    }
}

fn wrong_value(knob: &Knob, word: &str, at: Range<usize>) -> Mistake {
    let quoted =
        |value: &&str| if knob.values.contains(&"true") { (*value).to_owned() } else { format!("\"{value}\"") };
    let all: Vec<_> = knob.values.iter().map(quoted).collect();
    let mistake = Mistake::new(at, format!("`{}` cannot be this", knob.name));
    match nearest(word, knob.values.iter().copied()) {
        Some(meant) => mistake.help(format!("did you mean {}?", quoted(&meant))),
        None => mistake.help(format!("write {}", all.join(" or "))),
    }
}

fn colours(word: &str) -> Option<Colours> {
    Some(match word {
        "dark" => Colours::Dark,
        "light" => Colours::Light,
        "high-contrast" => Colours::HighContrast,
        "none" => Colours::None,
        _ => return None,
    })
}

/// Cuts a word of the file that nobody would read to its end.
fn said(word: &str) -> String {
    let cut: String = word.chars().take(MOST_LETTERS).collect();
    if cut.len() < word.len() { cut + "…" } else { cut }
}
