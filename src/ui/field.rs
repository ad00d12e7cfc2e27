//! Text that is being written: one line, or a page with lines; with a cursor, and never without bound.
//!
//! The editing itself is that of the text area; what is kept out of it, how much it takes and that a step
//! of the cursor is a whole letter stands here. Which key does what is said in `command`.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use tui_textarea::{CursorMove, DataCursor, TextArea, WrapMode};

use super::command::Command;
use crate::text::{clusters, is_dangerous};

/// How many letters an answer may have.
const MOST_IN_LINE: usize = 16_000;
/// How many letters a note may have.
pub(super) const MOST_IN_NOTE: usize = 4_000;

/// Is text that is being written.
#[derive(Debug)]
pub struct Field {
    area: Box<TextArea<'static>>,
    is_page: bool,
    /// How many letters there may be.
    most: usize,
}

impl Default for Field {
    fn default() -> Self {
        Self::with("")
    }
}

impl Field {
    /// Makes a line with a text in it, and the cursor behind it.
    pub(super) fn with(text: &str) -> Self {
        let mut field = Self::at_most(MOST_IN_LINE);
        field.write(text);
        field
    }

    /// Makes an empty line for so many letters.
    pub(super) fn at_most(most: usize) -> Self {
        Self { area: area(), is_page: false, most }
    }

    /// Makes a page with a text in it.
    pub(super) fn page(text: &str) -> Self {
        let mut area = area();
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        let mut field = Self { area, is_page: true, most: MOST_IN_NOTE };
        field.write(text);
        field
    }

    /// Gives what was written.
    pub(super) fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Gives what stands before the cursor of a line, and what behind it.
    pub(super) fn around_cursor(&self) -> (&str, &str) {
        let DataCursor(row, at) = self.area.cursor();
        let line = self.area.lines().get(row).map_or("", String::as_str);
        line.split_at(byte_of(line, at))
    }

    /// Counts the letters.
    pub(super) fn count(&self) -> usize {
        let lines = self.area.lines();
        lines.iter().map(|line| line.chars().count()).sum::<usize>() + lines.len() - 1
    }

    /// Adds what was typed or pasted, without what would hide or reorder it; tells whether there was room for all.
    pub(super) fn write(&mut self, typed: &str) -> bool {
        let typed = typed.replace("\r\n", "\n").replace('\r', "\n");
        let kept = typed.chars().filter_map(|c| self.kept(c));
        let mut room = self.most.saturating_sub(self.count());
        let mut fits = true;
        let kept: String = kept
            .take_while(|_| {
                fits = room > 0;
                room = room.saturating_sub(1);
                fits
            })
            .collect();
        self.area.insert_str(kept);
        fits
    }

    /// Says as what a sign is kept, if it is.
    fn kept(&self, c: char) -> Option<char> {
        match c {
            '\n' | '\t' if self.is_page => Some(if c == '\t' { ' ' } else { c }),
            _ => (!c.is_control() && !is_dangerous(c)).then_some(c),
        }
    }

    /// Does what a command of writing means; others mean nothing here.
    pub(super) fn edit(&mut self, command: Command) -> bool {
        match command {
            Command::NewLine => return self.write("\n"),
            Command::Erase => self.erase(),
            Command::EraseNext => self.erase_next(),
            Command::EraseWord => _ = self.area.delete_word(),
            Command::Clear => _ = self.area.delete_line_by_head(),
            Command::Left => self.go_left(),
            Command::Right => self.go_right(),
            Command::LineStart => self.area.move_cursor(CursorMove::Head),
            Command::LineEnd => self.area.move_cursor(CursorMove::End),
            Command::LineUp => self.area.move_cursor(CursorMove::Up),
            Command::LineDown => self.area.move_cursor(CursorMove::Down),
            _ => {}
        }
        true
    }

    /// Takes the text out.
    pub(super) fn take(&mut self) -> String {
        std::mem::replace(&mut self.area, area()).into_lines().join("\n")
    }

    /// Draws a page, and keeps its cursor in view.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        frame.render_widget(&*self.area, area);
    }

    /// Erases the letter before the cursor; at the beginning of a line, the end of the one above.
    fn erase(&mut self) {
        for _ in 0..self.letter_before().max(1) {
            self.area.delete_char();
        }
    }

    fn erase_next(&mut self) {
        for _ in 0..self.letter_behind().max(1) {
            self.area.delete_next_char();
        }
    }

    fn go_left(&mut self) {
        for _ in 0..self.letter_before().max(1) {
            self.area.move_cursor(CursorMove::Back);
        }
    }

    fn go_right(&mut self) {
        for _ in 0..self.letter_behind().max(1) {
            self.area.move_cursor(CursorMove::Forward);
        }
    }

    /// Counts the signs that make up the letter before the cursor; none at the beginning of a line.
    fn letter_before(&self) -> usize {
        let (before, _) = self.around_cursor();
        clusters(before).last().map_or(0, |(letter, _)| letter.chars().count())
    }

    fn letter_behind(&self) -> usize {
        let (_, behind) = self.around_cursor();
        clusters(behind).next().map_or(0, |(letter, _)| letter.chars().count())
    }
}

/// Makes a text area that keeps nothing of what was erased, as secrets are typed too.
fn area() -> Box<TextArea<'static>> {
    let mut area = Box::new(TextArea::default());
    area.set_max_histories(0);
    area.set_cursor_line_style(Style::new());
    area
}

fn byte_of(line: &str, letters: usize) -> usize {
    line.char_indices().nth(letters).map_or(line.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(mut field: Field, commands: &[Command]) -> (String, String) {
        for command in commands {
            field.edit(*command);
        }
        let (before, behind) = field.around_cursor();
        (before.to_owned(), behind.to_owned())
    }

    #[test]
    fn the_cursor_goes_and_erases_by_whole_letters() {
        let letters = "a👍🏽e\u{301}";
        assert_eq!(after(Field::with(letters), &[Command::Left]), ("a👍🏽".into(), "e\u{301}".into()));
        assert_eq!(after(Field::with(letters), &[Command::Erase, Command::Erase]), ("a".into(), String::new()));
        let erased = after(Field::with(letters), &[Command::LineStart, Command::Right, Command::EraseNext]);
        assert_eq!(erased, ("a".into(), "e\u{301}".into()));
    }

    #[test]
    fn a_word_and_all_before_the_cursor_are_erased() {
        assert_eq!(after(Field::with("one two"), &[Command::EraseWord]), ("one ".into(), String::new()));
        assert_eq!(after(Field::with("one two"), &[Command::Clear]), (String::new(), String::new()));
    }

    #[test]
    fn a_line_takes_no_line_ends_and_nothing_that_hides() {
        let mut field = Field::default();
        field.write("a\r\nb\tc\u{1b}[31m\u{202e}d");
        assert_eq!(field.text(), "abc[31md");
    }

    #[test]
    fn a_page_keeps_line_ends_of_every_kind_and_nothing_that_hides() {
        let mut field = Field::page("");
        field.write("a\r\nb\rc\nd\te\u{1b}\u{2066}");
        assert_eq!(field.text(), "a\nb\nc\nd e");
        field.edit(Command::NewLine);
        assert_eq!(field.take(), "a\nb\nc\nd e\n");
        assert_eq!(field.text(), "");
    }

    #[test]
    fn no_more_is_taken_than_there_is_room_for_and_that_is_told() {
        let mut field = Field::page("");
        assert!(field.write(&"x".repeat(MOST_IN_NOTE)));
        assert!(!field.write("y") && !field.edit(Command::NewLine));
        assert_eq!(field.count(), MOST_IN_NOTE);
        let mut field = Field::default();
        assert!(!field.write(&"x".repeat(MOST_IN_LINE + 1)));
        assert_eq!(field.count(), MOST_IN_LINE);
    }
}
