//! The signing dialog: who signs, and the statement exactly as it will be signed, but for the time.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::run::{Claimed, Run, statement_of};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::text::{Shown, width};
use crate::ui::command::Command;
use crate::ui::links::linked;
use crate::ui::model::Model;
use crate::ui::screen::Mode;
use crate::ui::signing::{Asking, Signing, Stage, way_words, ways};

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, signing: &Signing, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let found = model.sight.run().and_then(|run| Some((run, run.plan().item(&signing.step)?)));
    let Some((run, item)) = found else { return ("Sign".to_owned(), Vec::new(), 0) };
    let keys = &model.sight.setting.bindings;
    let (signs, back) = (keys.key(Mode::Sign, Command::PutSignature), keys.back(Mode::Sign));
    let mut lines = Vec::new();
    // A hash that does not fit beside its name goes below it.
    let hanging = if cells >= 84 { 10 } else { 2 };
    let mut push = |text: &str, style| {
        lines.extend(linked(model.links(), text, (cells, hanging, style)));
    };
    if *run.signers(item) == Sign::None {
        push(&format!("{signs} signs; {back} without signing."), theme.loud());
        push(" ", theme.dim());
        push(&format!("{} {}", item.number, run.title(item)), theme.strong());
        let what = match &signing.claimed {
            Claimed::Done => "was done".to_owned(),
            Claimed::Ruled(ruling) => format!("is {}: {}", ruling.outcome().word(), ruling.why()),
            Claimed::Amended(correction) => format!("was recorded wrongly in record {}", correction.of),
        };
        push(&format!("Nobody has to sign this; {signs} records that it {what}."), Style::new());
    } else if let Some(scene) = signing.scene(&model.sight) {
        for text in top(model, signing, (run, item)) {
            push(&text, theme.loud());
        }
        push(" ", theme.dim());
        push(&statement_of(run, (item, signing.seen, &signing.claimed.claim()), &scene).text, Style::new());
    }
    if let Some(note) = &signing.note {
        push(" ", theme.dim());
        push("Recorded right behind the signature, which does not cover it:", theme.strong());
        push(note, Style::new());
    }
    (format!("Sign {}", item.number), lines, 0)
}

/// Says what the keys do now, above the statement.
fn top(model: &Model<'_>, signing: &Signing, (run, item): (&Run, &Item)) -> Vec<String> {
    let Some(auth) = signing.auth(run, model.sight.setting) else { return Vec::new() };
    let keys = &model.sight.setting.bindings;
    match &signing.stage {
        Stage::Reading => {
            let signs = keys.key(Mode::Sign, Command::PutSignature);
            let many = ways(run, item, (&signing.who, model.sight.setting)).len() > 1;
            let way = format!(" {} proves it in another way.", keys.key(Mode::Sign, Command::NextWay));
            let other = if many { &*way } else { "" };
            vec![
                format!("{signs} {}{other}", way_words(run, &auth, &signing.who)),
                format!("{} without signing.", keys.back(Mode::Sign)),
            ]
            .into_iter()
            .chain(signing.note.as_ref().map(|_| {
                let changes = keys.key(Mode::Sign, Command::Note);
                format!("A note goes with it, which stands below; {changes} changes it.")
            }))
            .collect()
        }
        Stage::Pin(field) => {
            let dot = if model.theme.ascii { "*" } else { "•" };
            let dots = dot.repeat(width(&field.text()).min(40));
            let signs = keys.key(Mode::Pin, Command::Accept);
            let hint = format!("{signs} signs with it; {}.", keys.back(Mode::Pin));
            vec![format!("PIN of {}: {dots}▏", signing.who.name), hint]
        }
        Stage::Waiting(_) => vec![
            format!("Signing as {} with {auth}…", signing.who.name),
            format!("Touch the key, or confirm, if it asks; {} stops.", keys.key(Mode::Waiting, Command::Close)),
        ],
    }
}

/// Gives the title, the people and the line to keep in view.
pub(in crate::ui) fn signer_lines(
    model: &Model<'_>,
    asking: &Asking,
    cells: usize,
) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let line = |(at, person): (usize, &crate::run::Person)| {
        let here = at == asking.at;
        let (marker, style) = if here { (theme.marker(), theme.selected()) } else { (" ", Style::new()) };
        let text = Shown::line_limited(&format!("{}  {}", person.name, person.id), cells.saturating_sub(2));
        Line::styled(format!("{marker} {text}"), style)
    };
    let lines = asking.people.iter().enumerate().map(line).collect();
    ("Who signs?".to_owned(), lines, asking.at)
}
