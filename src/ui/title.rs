//! What the title of the terminal says: state and time, for whoever looks at another window.
//!
//! Only words are made here. When they are sent, and whether, is for who has the terminal.

use super::model::{Model, Recording};
use crate::run::forecast::{Phase, Teller, lasts};
use crate::run::{Run, Standing};
use crate::text::Shown;

/// How much of the name of the run there is room for.
const MOST_NAME: usize = 40;

/// Is a title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// What is run, how far it is, and what stands out: worth a new title whenever it changes.
    pub state: String,
    /// How the time stands.
    pub time: String,
}

impl Title {
    /// Gives all of it.
    pub fn words(&self) -> String {
        let parts = [self.state.as_str(), self.time.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}

/// Makes the title for what is shown.
pub fn title(model: &Model<'_>) -> Title {
    let Some(run) = model.sight.run() else { return Title { state: "mop".to_owned(), time: String::new() } };
    let progress = run.progress();
    let name = Shown::line_limited(&run.name(), MOST_NAME).to_string();
    let parts = ["mop".to_owned(), name, format!("{}/{}", progress.done, progress.of)];
    let state = parts.into_iter().chain(news(model, run)).collect::<Vec<_>>().join(" · ");
    let mut title = Title { state, time: time(model).unwrap_or_default() };
    if model.theme.ascii {
        (title.state, title.time) = (in_ascii(&title.state), in_ascii(&title.time));
    }
    title
}

/// Says what stands out.
fn news(model: &Model<'_>, run: &Run) -> Option<String> {
    if let Recording::Halted(_) = model.recording {
        return Some("NOT RECORDING".to_owned());
    }
    if run.closed().is_some() {
        return Some("closed".to_owned());
    }
    if run.paused().is_some() {
        return Some("paused".to_owned());
    }
    let step = run.running().next().map(|(step, _)| step)?;
    let item = run.plan().item(step).filter(|item| matches!(run.standing(&item.id), Standing::Running(_)))?;
    Some(format!("{} runs", item.number))
}

/// Says how the time stands, in minutes.
fn time(model: &Model<'_>) -> Option<String> {
    let forecast = model.sight.live.forecast()?;
    let minutes = |ms: i64| if ms < 60_000 { "less than 1m".to_owned() } else { lasts(ms) };
    let teller = Teller { now_ms: model.sight.now.at_ms, offset: model.sight.now.offset };
    Some(match &forecast.window {
        None => teller.end(forecast),
        Some(window) => match window.phase {
            Phase::Before => format!("window in {}", minutes(window.start_ms - teller.now_ms)),
            Phase::Within | Phase::Warned => format!("{} left", minutes(window.left_ms)),
            Phase::After => "window over".to_owned(),
        },
    })
}

fn in_ascii(words: &str) -> String {
    let sign = |c: char| match c {
        '·' | '–' => '-',
        '…' => '~',
        c if c.is_ascii() => c,
        _ => '?',
    };
    words.chars().map(sign).collect()
}
