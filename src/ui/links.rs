//! Addresses on the screen: a cell of what leads somewhere carries the number of its address.
//!
//! Numbers are given as addresses are drawn, and never change as long as the program runs, so that a frame
//! is the same whether it is the first or the last to show one. A cell has room for a number in the colour of its
//! underline, which nothing else uses. How a terminal is told stands in `app/wire`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use crate::text::{Leading, Shown, wrap_leading};

/// How many bytes of addresses are remembered; what comes later leads nowhere.
const MOST_BYTES: usize = 256 * 1024;

/// Is the addresses that were drawn; by default there are none, and nothing becomes one.
#[derive(Clone, Debug, Default)]
pub struct Links(Option<Arc<Mutex<Known>>>);

#[derive(Debug, Default)]
struct Known {
    numbers: HashMap<Arc<str>, u32>,
    all: Vec<Arc<str>>,
    bytes: usize,
}

impl Links {
    /// Makes one that gives numbers.
    pub fn wanted() -> Self {
        Self(Some(Arc::default()))
    }

    /// Tells whether there may be any.
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Gives the style that makes cells lead to an address.
    pub fn style(&self, address: &str) -> Style {
        match self.number(address) {
            Some(number) => {
                let [_, red, green, blue] = number.to_be_bytes();
                Style::new().underline_color(Color::Rgb(red, green, blue))
            }
            None => Style::new(),
        }
    }

    /// Gives the address that a cell leads to, with its number, by the colour of its underline.
    pub fn address(&self, underline: Color) -> Option<(u32, Arc<str>)> {
        let Color::Rgb(red, green, blue) = underline else { return None };
        let number = u32::from_be_bytes([0, red, green, blue]);
        let known = self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let address = known.all.get(usize::try_from(number).ok()?)?;
        Some((number, Arc::clone(address)))
    }

    fn number(&self, address: &str) -> Option<u32> {
        let mut known = self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = known.numbers.get(address) {
            return Some(*number);
        }
        let (number, bytes) = (u32::try_from(known.all.len()).ok()?, known.bytes + address.len());
        if bytes > MOST_BYTES {
            return None;
        }
        let address: Arc<str> = address.into();
        known.bytes = bytes;
        known.all.push(Arc::clone(&address));
        known.numbers.insert(address, number);
        Some(number)
    }
}

/// Breaks text from outside into lines, with its addresses as links.
pub(super) fn linked(links: &Links, text: &str, (cells, hanging, style): (usize, usize, Style)) -> Vec<Line<'static>> {
    let lines = wrap_leading(Shown::text(text).as_str(), cells, hanging);
    lines.into_iter().map(|line| linked_line(links, line, style)).collect()
}

/// Makes a line of a text and the parts of it that lead somewhere.
pub(super) fn linked_line(links: &Links, Leading { text, leads }: Leading, style: Style) -> Line<'static> {
    if leads.is_empty() || !links.is_wanted() {
        return Line::styled(text, style);
    }
    let (mut spans, mut end) = (Vec::new(), 0);
    let part = |from, to| text.get(from..to).unwrap_or_default().to_owned();
    for (at, address) in leads {
        spans.push(Span::raw(part(end, at.start)));
        spans.push(Span::styled(part(at.start, at.end), links.style(&address)));
        end = at.end;
    }
    spans.push(Span::raw(part(end, text.len())));
    Line::from(spans).style(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_number_and_others_have_others() {
        let links = Links::wanted();
        let (one, other) = (links.style("https://a.example"), links.style("https://b.example"));
        assert_ne!(one, other);
        assert_eq!(links.style("https://a.example"), one);
        let address = |style: Style| links.address(style.underline_color.unwrap()).unwrap().1;
        assert_eq!((&*address(one), &*address(other)), ("https://a.example", "https://b.example"));
        assert_eq!(links.address(Color::Rgb(0, 0, 2)), None);
        assert_eq!(links.address(Color::Reset), None);
    }

    #[test]
    fn nothing_leads_anywhere_where_links_are_not_wanted_or_too_many_are_known() {
        assert_eq!(Links::default().style("https://a.example"), Style::new());
        let links = Links::wanted();
        assert_ne!(links.style(&"x".repeat(MOST_BYTES)), Style::new());
        assert_eq!(links.style("https://a.example"), Style::new());
    }
}
