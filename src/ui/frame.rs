//! Draws one frame from a model: header, panes, dialog, message, footer.
//!
//! Also owns how a list of lines gets into a pane with a border. It changes nothing.

use ratatui::Frame;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::areas::{Areas, LEAST, areas, has_border, inside, is_too_small, middle};
use super::command::{Command, Entry};
use super::footer::words;
use super::letters::write_line;
use super::model::{Model, Subject};
use super::reading::View;
use super::screen::{Dialog, Mode};
use super::theme::Theme;
use super::{dialog, pane};
use crate::run::Run;
use crate::text::{counted, fit};

/// How many rows a remark is written in, where there is room.
const NOTE_ROWS: usize = 10;

/// Draws everything, and gives what it shows of the texts that have to be read before something is decided.
pub fn draw(frame: &mut Frame<'_>, model: &Model<'_>) -> Vec<View> {
    if is_too_small(model.screen) {
        draw_too_small(frame, model);
        return Vec::new();
    }
    let areas = areas(model.screen);
    let mut step = None;
    pane::header::draw_header(frame, model, areas.header);
    match model.sight.subject {
        Subject::Home(shelf) => pane::home::draw_home(frame, model, (shelf, areas.body)),
        Subject::Run(run, _) => {
            pane::checklist::draw_checklist(frame, model, (run, areas.checklist));
            pane::status::draw_status(frame, model, areas.status);
            step = draw_beside(frame, model, (run, &areas));
        }
    }
    let page = dialog_page(model, &areas);
    let dialog = page.as_ref().and_then(|page| page.view(model));
    let more = lines_more(model, page.as_ref());
    if let Some(page) = page {
        draw_dialog(frame, model, &page);
    } else if let Some(Dialog::Chart) = &model.screen.dialog {
        frame.render_widget(Clear, areas.body);
        pane::chart::draw_chart(frame, model, areas.body);
    } else if let (Some(Dialog::Times), Subject::Run(run, _)) = (&model.screen.dialog, model.sight.subject) {
        frame.render_widget(Clear, areas.body);
        pane::times::draw_times(frame, model, (run, areas.body));
    }
    let hidden = draw_below(frame, model, (&areas, &more));
    // What a message covers was not shown.
    let shown = |view: View| View { rows: view.rows.saturating_sub(hidden), ..view };
    step.filter(|_| dialog.is_none()).into_iter().chain(dialog).map(shown).collect()
}

/// Draws what stands beside the checklist, and gives what it shows of the step.
pub(super) fn draw_beside(frame: &mut Frame<'_>, model: &Model<'_>, (run, areas): (&Run, &Areas)) -> Option<View> {
    let step = pane::step::draw_step(frame, model, (run, areas.step));
    pane::output::draw_output(frame, model, (run, areas.output));
    pane::trail::draw_trail(frame, model, (run, areas.trail));
    step
}

/// Draws the message and the footer, the last of a frame, and gives how many rows above them the message hides.
pub(super) fn draw_below(frame: &mut Frame<'_>, model: &Model<'_>, (areas, more): (&Areas, &str)) -> usize {
    let hidden = pane::message::draw_message(frame, model, (more, areas.message));
    draw_footer(frame, model, areas.footer);
    if model.theme.ascii {
        frame.buffer_mut().content.iter_mut().for_each(write_in_ascii);
    }
    hidden
}

/// Says that nothing can be shown here, and what can be done about it.
fn draw_too_small(frame: &mut Frame<'_>, model: &Model<'_>) {
    let ((columns, rows), area) = (model.screen.size, frame.area());
    let lines = [
        format!("{columns}x{rows} is too small"),
        format!("{}x{} is enough", LEAST.0, LEAST.1),
        "nothing is lost".to_owned(),
    ];
    for (line, y) in lines.iter().zip(area.y..area.bottom()) {
        write_line(frame.buffer_mut(), (area.x, y), (&Line::raw(line.as_str()), area.width));
    }
}

/// Writes our own signs, each of one cell, in those that every terminal has.
fn write_in_ascii(cell: &mut Cell) {
    let sign = match cell.symbol() {
        "…" => "~",
        "·" | "–" => "-",
        "‹" => "<",
        "›" => ">",
        "“" | "”" => "\"",
        "‘" | "’" => "'",
        _ => return,
    };
    cell.set_symbol(sign);
}

/// Is a dialog as it is drawn.
struct DialogPage {
    title: String,
    lines: Vec<Line<'static>>,
    area: Rect,
    scroll: usize,
}

impl DialogPage {
    fn rows(&self) -> usize {
        usize::from(inside(self.area).height)
    }

    fn view(&self, model: &Model<'_>) -> Option<View> {
        let text = model.screen.dialog.as_ref()?.text()?;
        Some(View { text, top: self.scroll, rows: self.rows(), total: self.lines.len() })
    }
}

/// Lays out the dialog that is open.
fn dialog_page(model: &Model<'_>, areas: &Areas) -> Option<DialogPage> {
    let open = model.screen.dialog.as_ref()?;
    let cells = usize::from(inside(middle(areas.body, usize::MAX)).width);
    let (title, lines, focus) = match open {
        Dialog::Form(form) => dialog::form::lines(model, form, cells),
        Dialog::Review(reviewing) => {
            let cells = usize::from(inside(areas.body).width);
            dialog::review::lines(model, &reviewing.briefing, cells)
        }
        Dialog::Sign(signing) => dialog::sign::lines(model, signing, cells),
        Dialog::Signer(asking) => dialog::sign::signer_lines(model, asking, cells),
        Dialog::Choose(choosing) => dialog::choose::lines(model, choosing, cells),
        Dialog::Menu(menu) => dialog::menu::lines(model, menu, cells),
        Dialog::Confirm(confirming) => dialog::menu::start_lines(model, confirming, cells),
        Dialog::Note(writing) => dialog::form::note_lines(model, writing, cells),
        Dialog::Help(mode) => dialog::help::lines(model, *mode, cells),
        Dialog::Probe(probe) => dialog::probe::lines(model, probe, cells),
        Dialog::Record(n) => dialog::record::lines(model, *n, cells),
        Dialog::Looking(looking) => dialog::looking::lines(model, looking, cells),
        Dialog::Listing(listing) => dialog::looking::list_lines(model, listing, cells),
        // They have the whole body, and are drawn as panes.
        Dialog::Times | Dialog::Chart => return None,
    };
    let area = match open {
        Dialog::Review(_) => areas.body,
        Dialog::Note(_) => middle(areas.body, lines.len() + NOTE_ROWS),
        _ => middle(areas.body, lines.len()),
    };
    let rows = usize::from(inside(area).height);
    let scroll = match open {
        Dialog::Form(_)
        | Dialog::Signer(_)
        | Dialog::Choose(_)
        | Dialog::Menu(_)
        | Dialog::Note(_)
        | Dialog::Looking(_)
        | Dialog::Listing(_) => (focus + 2).min(lines.len()).saturating_sub(rows),
        _ => model.screen.page.min(lines.len().saturating_sub(rows)),
    };
    Some(DialogPage { title, lines, area, scroll })
}

/// Counts the lines of the page that is read above its last rows, and those rows.
pub(super) fn most_scroll(model: &Model<'_>) -> (usize, usize) {
    let areas = areas(model.screen);
    match (dialog_page(model, &areas), model.sight.live.forecast()) {
        _ if matches!(model.screen.dialog, Some(Dialog::Chart)) => pane::chart::most_scroll(model, areas.body),
        (Some(page), _) => (page.lines.len().saturating_sub(page.rows()), page.rows()),
        (None, Some(forecast)) => pane::times::most_scroll(forecast, areas.body),
        (None, None) => (0, 1),
    }
}

fn draw_dialog(frame: &mut Frame<'_>, model: &Model<'_>, page: &DialogPage) {
    cut_wide_symbols(frame.buffer_mut(), page.area);
    frame.render_widget(Clear, page.area);
    let below = page.lines.len().saturating_sub(page.scroll + page.rows());
    let more = if below > 0 { format!(" · {} more", counted(below, "line")) } else { String::new() };
    let title = format!("{}{more}", page.title);
    draw_pane(frame, (page.area, &title, true), &page.lines[page.scroll..], model.theme);
    if let Some(Dialog::Note(writing)) = &model.screen.dialog {
        let (room, above) = (inside(page.area), u16::try_from(page.lines.len()).unwrap_or(u16::MAX));
        // Where there is hardly any room it is all for what is written.
        let above = if above + 2 > room.height { 0 } else { above };
        let room = Rect { y: room.y + above, height: room.height.saturating_sub(above), ..room };
        frame.render_widget(Clear, room);
        writing.field.draw(frame, room);
    }
}

/// Takes wide symbols away whose second half lies under an area: it would hide what is drawn there.
fn cut_wide_symbols(buffer: &mut Buffer, area: Rect) {
    let Some(x) = area.x.checked_sub(1) else { return };
    for y in area.y..area.bottom() {
        if let Some(cell) = buffer.cell_mut((x, y)).filter(|cell| cell.cell_width() > 1) {
            cell.set_symbol(" ");
        }
    }
}

/// Says how much of a dialog stands below, where no border says it.
fn lines_more(model: &Model<'_>, page: Option<&DialogPage>) -> String {
    let mode = model.screen.mode(model.sight.run().is_some());
    let down = model.sight.setting.bindings.key(mode, Command::PageDown);
    let page = page.filter(|page| !has_border(page.area));
    let below = page.and_then(|page| page.view(model)).map_or(0, |view| view.below());
    if below > 0 { format!("{} more: {down}", counted(below, "line")) } else { String::new() }
}

/// Writes the commands of the mode as far as there is room; those not possible now are in brackets.
fn draw_footer(frame: &mut Frame<'_>, model: &Model<'_>, area: Rect) {
    let mode = model.screen.mode(model.sight.run().is_some());
    for (bound, columns) in words(model.sight.setting, mode, area.width) {
        let Entry { command, word, .. } = bound.entry;
        let dim = model.theme.dim();
        // As wide one way as the other, so that nothing beside it moves.
        let spans = match is_possible(model, mode, *command) {
            true => [Span::styled(format!(" {}", bound.first()), model.theme.accent()), Span::raw(format!(" {word}"))],
            false => [Span::styled(format!("({}", bound.first()), dim), Span::styled(format!(" {word})"), dim)],
        };
        let x = area.x.saturating_add(u16::try_from(columns.start).unwrap_or(u16::MAX)).saturating_sub(1);
        let room = area.right().saturating_sub(x);
        write_line(frame.buffer_mut(), (x, area.y), (&Line::from_iter(spans), room));
    }
}

fn is_possible(model: &Model<'_>, mode: Mode, command: Command) -> bool {
    let item = model.sight.run().and_then(|run| Some((run, model.screen.selected(run)?)));
    match (mode, command, item) {
        (Mode::Checklist, Command::Sign, Some((run, item))) => run.check_sign(item, &model.sight.stamp()).is_ok(),
        _ => true,
    }
}

/// Draws lines into a pane; what is too long is cut.
pub(super) fn draw_pane(
    frame: &mut Frame<'_>,
    (area, title, focused): (Rect, &str, bool),
    lines: &[Line<'_>],
    theme: &Theme,
) {
    let room = inside(area);
    if has_border(area) {
        let style = if focused { Style::new() } else { theme.dim() };
        let title = fit(title, usize::from(area.width).saturating_sub(4)).into_owned();
        let title = Line::styled(format!(" {title} "), if focused { theme.strong() } else { style });
        let set = shared_border(frame.buffer_mut(), (area, theme));
        draw_border(frame.buffer_mut(), area, (&set, style));
        write_line(frame.buffer_mut(), (area.x + 1, area.y), (&title, area.width.saturating_sub(2)));
    }
    for (row, line) in (room.y..room.bottom()).zip(lines) {
        write_line(frame.buffer_mut(), (room.x, row), (line, room.width));
    }
}

/// Draws a border; a row that is shared looks like the pane that it is the first of.
fn draw_border(buffer: &mut Buffer, area: Rect, (set, style): (&border::Set<'_>, Style)) {
    let (right, bottom) = (area.right().saturating_sub(1), area.bottom().saturating_sub(1));
    let mut put = |x: u16, y: u16, symbol: &str| {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_symbol(symbol).set_style(Style::reset().patch(style));
        }
    };
    for x in area.x + 1..right {
        put(x, area.y, set.horizontal_top);
        put(x, bottom, set.horizontal_bottom);
    }
    for y in area.y + 1..bottom {
        put(area.x, y, set.vertical_left);
        put(right, y, set.vertical_right);
    }
    put(area.x, area.y, set.top_left);
    put(right, area.y, set.top_right);
    put(area.x, bottom, set.bottom_left);
    put(right, bottom, set.bottom_right);
}

/// Gives the border of a pane; where its first row is the last of the pane above, both stay joined.
fn shared_border(buffer: &Buffer, (area, theme): (Rect, &Theme)) -> border::Set<'static> {
    let set = theme.border();
    let stands_at = |x: u16, corner| buffer.cell((x, area.y)).is_some_and(|cell| cell.symbol() == corner);
    let is_shared = stands_at(area.x, set.bottom_left) && stands_at(area.right().saturating_sub(1), set.bottom_right);
    match is_shared && !theme.ascii {
        true => border::Set { top_left: "├", top_right: "┤", ..set },
        false => set,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_symbol_does_not_hide_the_border_of_what_is_drawn_over_it() {
        let mut buffer = Buffer::with_lines(["ab漢字", "abc漢"]);
        cut_wide_symbols(&mut buffer, Rect { x: 3, y: 0, width: 2, height: 2 });
        assert_eq!(buffer[(2, 0)].symbol(), " ");
        assert_eq!(buffer[(4, 0)].symbol(), "字");
        assert_eq!((buffer[(2, 1)].symbol(), buffer[(3, 1)].symbol()), ("c", "漢"));
    }
}
