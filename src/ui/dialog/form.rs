//! Questions, one below the other, with what is wrong beside the answer; and the remark.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use std::sync::Arc;

use crate::run::roster::Roster;
use crate::run::{Asked, Intent, Question, Run};
use crate::runbook::format::Kind as InputKind;
use crate::runbook::model::Runbook;
use crate::text::{Shown, clusters, counted, width, wrap};
use crate::time::Length;
use crate::ui::field::{Field, MOST_IN_NOTE};
use crate::ui::form::{Form, Origin};
use crate::ui::model::{Model, Now};
use crate::ui::screen::{Writing, window_from};

/// How many changes of a runbook are shown.
const MOST_CHANGES: usize = 12;
/// How much of each.
const MOST_CELLS: usize = 160;

/// Makes the form that begins a run: the inputs, the window where there is one, and who is here.
///
/// The window is as long as the runbook says, or as it was said otherwise.
pub fn start_form(runbook: &Runbook, now: &Now, (length, roster): (Option<Length>, Arc<Roster>)) -> Form {
    let mut questions = Question::at_start(runbook);
    let length = length.or_else(|| runbook.main().window.map(|window| window.length));
    if length.is_some() {
        questions.push(Question::window(Some(window_from(now))));
        questions.push(Question::until(length.map(|length| length.to_string())));
    }
    questions.push(operator());
    let secrets = runbook.main().inputs.iter().filter(|input| input.kind == InputKind::Secret).count();
    let remark = match secrets {
        0 => String::new(),
        1 => "A secret is asked when a step or a probe needs it; it is never written.".to_owned(),
        _ => format!("{secrets} secrets are asked when steps or probes need them; they are never written."),
    };
    let form = Form::new(Origin::Start, runbook.main().title.outline(), questions).remark(remark);
    form.among(roster)
}

/// Makes the form that asks who goes on with a run.
pub fn resume_form(name: &str, title: &str, roster: Arc<Roster>) -> Form {
    Form::new(Origin::Resume(name.to_owned()), format!("Go on with {title}"), vec![operator()]).among(roster)
}

/// Makes the form that asks for the secrets that something needs before it is started, or that the status needs.
pub fn secrets_form(runbook: &Runbook, names: &[String], intent: Option<Intent>) -> Form {
    let questions = names.iter().map(|name| Question::secret(runbook, name)).collect();
    let (title, remark) = match intent {
        Some(_) => ("Secrets that the step needs", ""),
        None => ("Secrets that the status needs", "Without them its probes stay unknown; going back leaves them so."),
    };
    Form::new(Origin::Secrets(intent.map(Box::new)), title.to_owned(), questions).remark(remark.to_owned())
}

/// Makes the form that asks for a file, and what it is about.
pub(in crate::ui) fn attach_form(number: String) -> Form {
    let said = |name: &str, ask: &str, hint: &str, may_be_empty| Question {
        asked: Asked::Said { may_be_empty },
        name: name.to_owned(),
        ask: ask.to_owned(),
        proposed: None,
        hint: hint.to_owned(),
    };
    let path = said("path", "Path of the file", "it is copied into the run", false);
    let about = said("about", "What is it about?", "the number or id of a step; empty: the run", true);
    let about = Question { proposed: Some(number), ..about };
    Form::new(Origin::Attach, "Put a file into the run".to_owned(), vec![path, about])
}

/// Makes the form that offers the changed runbook, with what is different in it.
pub fn adopt_form(changes: &[String]) -> Form {
    let question = Question {
        asked: Asked::Said { may_be_empty: true },
        name: "why".to_owned(),
        ask: "Why adopt it for the steps that were not begun?".to_owned(),
        proposed: None,
        hint: "empty: the run goes on by the runbook as it is here".to_owned(),
    };
    let shown = changes.iter().take(MOST_CHANGES).map(|change| Shown::line_limited(change, MOST_CELLS).to_string());
    let more = changes.len().saturating_sub(MOST_CHANGES);
    let more = (more > 0).then(|| format!("and {more} more"));
    let remark = shown.chain(more).collect::<Vec<_>>().join("\n");
    Form::new(Origin::Adopt, "The file of the runbook was changed".to_owned(), vec![question]).remark(remark)
}

/// How many steps that are not done are named before a run is sealed.
const MOST_OPEN: usize = 5;

/// Makes the form that seals a run, with what was not done in it.
pub fn seal_form(run: &Run) -> Form {
    let id = &run.start().run;
    let question = Question {
        asked: Asked::Said { may_be_empty: true },
        name: "seal".to_owned(),
        ask: format!("Nothing can be recorded afterwards. Seal it? Type {id}"),
        proposed: None,
        hint: String::new(),
    };
    let open: Vec<_> = run.open_items().collect();
    let named = open.iter().take(MOST_OPEN).map(|item| format!("not done: {} {}", item.number, run.title(item)));
    let more = open.len().saturating_sub(MOST_OPEN);
    let more = (more > 0).then(|| format!("and {more} more"));
    let result = format!("result: {}", run.closed().unwrap_or_default());
    let remark =
        [result].into_iter().chain(named).chain(more).map(|line| Shown::line_limited(&line, MOST_CELLS).to_string());
    let remark = remark.collect::<Vec<_>>().join("\n");
    Form::new(Origin::Seal, "The run is closed".to_owned(), vec![question]).remark(remark)
}

/// Makes the question for a person's name.
pub(in crate::ui) fn operator() -> Question {
    Question {
        asked: Asked::Operator,
        name: "operator".to_owned(),
        ask: "Your name".to_owned(),
        proposed: None,
        hint: "it stands beside everything you sign".to_owned(),
    }
}

/// Gives the title, the lines and the line to keep in view.
pub(in crate::ui) fn lines(model: &Model<'_>, form: &Form, cells: usize) -> (String, Vec<Line<'static>>, usize) {
    let theme = model.theme;
    let mut lines = Vec::new();
    let mut focus = 0;
    for (at, (question, field)) in form.questions.iter().enumerate() {
        let here = at == form.at;
        let marker = if here { theme.marker() } else { " " };
        let style = if here { theme.strong() } else { Style::new() };
        let hint = if question.hint.is_empty() { String::new() } else { format!("  ({})", question.hint) };
        let ask = format!("{marker} {}{hint}", Shown::line(&question.ask));
        lines.extend(wrap(&ask, cells, 2).into_iter().map(|line| Line::styled(line, style)));
        let is_secret = question.asked == Asked::Secret;
        lines.push(if is_secret { hidden_line(model, (field, here)) } else { field_line(model, (field, here), cells) });
        let problem = form.problem_of(at, &model.sight);
        let (sign, style) = if problem.is_some() { ("!", theme.bad()) } else { ("=", theme.dim()) };
        let said = problem.or_else(|| form.meaning(at, &model.sight));
        let said = said.map(|said| wrap(&format!("    {sign} {}", Shown::line(&said)), cells, 6)).unwrap_or_default();
        lines.extend(said.into_iter().map(|line| Line::styled(line, style)));
        if here {
            focus = lines.len();
        }
    }
    if !form.remark.is_empty() {
        lines.push(Line::default());
        let remark = form.remark.lines().flat_map(|line| wrap(line, cells, 2));
        lines.extend(remark.map(|line| Line::styled(line, theme.dim())));
    }
    (Shown::line(&form.title).to_string(), lines, focus)
}

/// Gives the title of a remark, what there is to know of it, and how many rows it is written in.
pub(in crate::ui) fn note_lines(
    model: &Model<'_>,
    writing: &Writing,
    cells: usize,
) -> (String, Vec<Line<'static>>, usize) {
    let item = model.sight.run().zip(writing.step.as_ref()).and_then(|(run, step)| run.plan().item(step));
    let about = item.map(|item| format!(" on {}", item.number)).unwrap_or_default();
    let left = MOST_IN_NOTE.saturating_sub(writing.field.count());
    let room = if left < MOST_IN_NOTE / 10 { format!(" · {} left", counted(left, "letter")) } else { String::new() };
    let what = match &writing.beside {
        Some(signing) => format!("For the record, right behind the signature of {}.", signing.who.name),
        None => "For the record; nobody takes it out again.".to_owned(),
    };
    let lines = wrap(Shown::line(&what).as_str(), cells, 0);
    (format!("Note{about}{room}"), lines.into_iter().map(|line| Line::styled(line, model.theme.dim())).collect(), 0)
}

/// Draws that something was typed, and not what.
fn hidden_line(model: &Model<'_>, (field, here): (&Field, bool)) -> Line<'static> {
    let dot = if model.theme.ascii { "*" } else { "•" };
    let cursor = if here { "_" } else { "" };
    let dots = dot.repeat(width(&field.text()).min(40));
    Line::from(vec![Span::raw("    "), Span::raw(dots), Span::styled(cursor, model.theme.strong())])
}

/// Draws what was typed, as much of it as there is room for around the cursor.
fn field_line(model: &Model<'_>, (field, here): (&Field, bool), cells: usize) -> Line<'static> {
    let theme = model.theme;
    let room = cells.saturating_sub(5).max(1);
    if !here {
        let shown = crate::text::fit(Shown::line(&field.text()).as_str(), room).into_owned();
        return Line::from(vec![Span::raw("    "), Span::raw(shown)]);
    }
    let (before, behind) = field.around_cursor();
    let (before, behind) = (Shown::line(before), Shown::line(behind));
    // The cursor stands on the letter behind it, or on nothing.
    let on = clusters(behind.as_str()).next().map_or("_", |(letter, _)| letter);
    let rest = behind.as_str().strip_prefix(on).unwrap_or_default();
    let on_style = if on == "_" && behind.as_str().is_empty() { theme.strong() } else { theme.cursor() };
    let before = last_cells(before.as_str(), room.saturating_sub(width(on)));
    let left = room.saturating_sub(width(before) + width(on));
    Line::from(vec![
        Span::raw("    "),
        Span::styled(before.to_owned(), theme.accent()),
        Span::styled(on.to_owned(), on_style),
        Span::styled(crate::text::cut(rest, left).to_owned(), theme.accent()),
    ])
}

/// Gives the end of a text that fits into so many cells.
fn last_cells(text: &str, cells: usize) -> &str {
    let mut shown = text;
    while width(shown) > cells {
        let first = clusters(shown).next().map_or(shown.len(), |(letter, _)| letter.len());
        shown = &shown[first..];
    }
    shown
}
