//! The least that a full-screen list in ratatui is: what `benches/screen` holds `mop` against.
//!
//! `bare N` shows a list of N titles in ratatui's own way, with its own backend and loop: j and k move the
//! selection, q leaves.
#![expect(clippy::indexing_slicing, reason = "the words are there")]

mod words;

use std::io;

use crossterm::event::{Event, KeyCode, read};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, List, ListItem, ListState, Paragraph};
use ratatui::{DefaultTerminal, Frame};
use words::title;

fn main() -> io::Result<()> {
    let steps: usize = std::env::args().nth(1).and_then(|steps| steps.parse().ok()).unwrap_or(100);
    let titles: Vec<String> = (1..=steps).map(|step| format!("[ ] 1.{step} {}", title(step))).collect();
    let mut terminal = ratatui::try_init()?;
    let ending = go_on(&mut terminal, &titles);
    ratatui::try_restore()?;
    ending
}

fn go_on(terminal: &mut DefaultTerminal, titles: &[String]) -> io::Result<()> {
    let mut state = ListState::default().with_selected(Some(0));
    loop {
        terminal.draw(|frame| draw(frame, titles, &mut state))?;
        let Event::Key(key) = read()? else { continue };
        match key.code {
            KeyCode::Char('j') => state.select_next(),
            KeyCode::Char('k') => state.select_previous(),
            KeyCode::Char('q') => return Ok(()),
            _ => {}
        }
    }
}

fn draw(frame: &mut Frame<'_>, titles: &[String], state: &mut ListState) {
    let rows = [Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)];
    let [head, body, foot] = Layout::vertical(rows).areas(frame.area());
    frame.render_widget(Paragraph::new("A large procedure"), head);
    frame.render_widget(Paragraph::new(" j down  k up  q leave"), foot);
    let items = titles.iter().map(|title| ListItem::new(title.as_str()));
    let list = List::new(items).block(Block::bordered().title("Checklist"));
    let list = list.highlight_symbol("> ").highlight_style(Style::new().add_modifier(Modifier::REVERSED));
    frame.render_stateful_widget(list, body, state);
}
