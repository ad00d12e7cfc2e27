//! Questions, one below the other, with what is wrong beside the answer; and the remark.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::run::{Asked, Intent, Question, Run};
use crate::runbook::format::Kind as InputKind;
use crate::runbook::model::Runbook;
use crate::text::{Shown, width, wrap};
use crate::ui::model::{Model, Now};
use crate::ui::screen::{Field, Form, Origin, Writing, window_from};

/// How many changes of a runbook are shown.
const MOST_CHANGES: usize = 12;
/// How much of each.
const MOST_CELLS: usize = 160;

/// Makes the form that begins a run: the inputs, the window where there is one, and who is here.
pub fn start_form(runbook: &Runbook, now: &Now, has_window: bool) -> Form {
    let mut questions = Question::at_start(runbook);
    if has_window || runbook.main().window.is_some() {
        questions.push(Question {
            asked: Asked::Window,
            name: "window".to_owned(),
            ask: "When does the maintenance window begin?".to_owned(),
            proposed: Some(window_from(now)),
            hint: "time, local unless it has an offset".to_owned(),
        });
    }
    questions.push(operator());
    let secrets = runbook.main().inputs.iter().filter(|input| input.kind == InputKind::Secret).count();
    let remark = match secrets {
        0 => String::new(),
        1 => "A secret is asked when a step or a probe needs it; it is never written.".to_owned(),
        _ => format!("{secrets} secrets are asked when steps or probes need them; they are never written."),
    };
    Form::new(Origin::Start, runbook.main().title.outline(), questions).remark(remark)
}

/// Makes the form that asks who goes on with a run.
pub fn resume_form(name: &str, title: &str) -> Form {
    Form::new(Origin::Resume(name.to_owned()), format!("Go on with {title}"), vec![operator()])
}

/// Makes the form that asks for the secrets that something needs before it is started, or that the status needs.
pub fn secrets_form(runbook: &Runbook, names: &[String], intent: Option<Intent>) -> Form {
    let questions = names.iter().map(|name| Question::secret(runbook, name)).collect();
    let (title, remark) = match intent {
        Some(_) => ("Secrets that the step needs", ""),
        None => ("Secrets that the status needs", "Without them its probes stay unknown; esc leaves them so."),
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
        if here {
            focus = lines.len();
            let problem = form.problem.as_deref().map(Shown::line);
            let wrapped = problem.map(|problem| wrap(&format!("    ! {problem}"), cells, 6)).unwrap_or_default();
            lines.extend(wrapped.into_iter().map(|line| Line::styled(line, theme.bad())));
        }
    }
    if !form.remark.is_empty() {
        lines.push(Line::default());
        let remark = form.remark.lines().flat_map(|line| wrap(line, cells, 2));
        lines.extend(remark.map(|line| Line::styled(line, theme.dim())));
    }
    (Shown::line(&form.title).to_string(), lines, focus)
}

/// Gives the title, the lines and the line to keep in view of a remark.
pub(in crate::ui) fn note_lines(
    model: &Model<'_>,
    writing: &Writing,
    cells: usize,
) -> (String, Vec<Line<'static>>, usize) {
    let item = model.sight.run().zip(writing.step.as_ref()).and_then(|(run, step)| run.plan().item(step));
    let title = item.map_or_else(|| "Note".to_owned(), |item| format!("Note on {}", item.number));
    (title, vec![field_line(model, (&writing.field, true), cells)], 0)
}

/// Draws that something was typed, and not what.
fn hidden_line(model: &Model<'_>, (field, here): (&Field, bool)) -> Line<'static> {
    let dot = if model.theme.ascii { "*" } else { "•" };
    let cursor = if here { "_" } else { "" };
    let dots = dot.repeat(width(field.text()).min(40));
    Line::from(vec![Span::raw("    "), Span::raw(dots), Span::styled(cursor, model.theme.strong())])
}

/// Draws the end of what was typed, with a cursor where text goes.
fn field_line(model: &Model<'_>, (field, here): (&Field, bool), cells: usize) -> Line<'static> {
    let theme = model.theme;
    let text = Shown::line(field.text());
    let room = cells.saturating_sub(5).max(1);
    let mut shown = text.as_str();
    while here && width(shown) > room {
        let first = crate::text::clusters(shown).next().map_or(shown.len(), |(cluster, _)| cluster.len());
        shown = &shown[first..];
    }
    let shown = crate::text::fit(shown, room).into_owned();
    let cursor = if here { "_" } else { "" };
    let style = if here { theme.accent() } else { Style::new() };
    Line::from(vec![Span::raw("    "), Span::styled(shown, style), Span::styled(cursor, theme.strong())])
}
