//! Which part of the terminal each pane has: one pure function of the screen.
//!
//! Panes that stand on each other share a border: the lower one begins on the last row of the upper one.

use ratatui::layout::Rect;

use super::screen::{Pane, Screen};

/// The fewest columns and rows on which anything can be read.
pub(super) const LEAST: (u16, u16) = (30, 6);

/// How many rows the step needs with its output below it.
const LEAST_WITH_OUTPUT: u16 = 12;

/// Is where everything goes; a pane that is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Areas {
    pub header: Rect,
    pub body: Rect,
    pub checklist: Rect,
    pub step: Rect,
    pub output: Rect,
    pub status: Rect,
    pub trail: Rect,
    pub message: Rect,
    pub footer: Rect,
}

/// Lays the panes out; on a small terminal only the one that is looked at.
pub(super) fn areas(screen: &Screen) -> Areas {
    let (width, height) = screen.size;
    let row = |y: u16, rows: u16| Rect { x: 0, y, width, height: rows };
    let header = row(0, if height < 14 { height.min(1) } else { 2 });
    let footer = row(height.saturating_sub(1), u16::from(height > 1));
    let message = row(height.saturating_sub(2), u16::from(height > 4));
    let body = row(header.height, height.saturating_sub(header.height + 1 + message.height));
    let areas = Areas { header, body, message, footer, ..Areas::default() };
    match layout(screen) {
        Layout::One => one_pane(areas, screen.pane),
        Layout::Two => two_panes(areas, screen.pane),
        Layout::All => all_panes(areas, screen),
    }
}

/// Tells whether the terminal is too small for anything.
pub(super) fn is_too_small(screen: &Screen) -> bool {
    screen.size.0 < LEAST.0 || screen.size.1 < LEAST.1
}

/// Says how many panes there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// The one that is looked at.
    One,
    /// The checklist, and below it the one that is looked at.
    Two,
    /// All of them.
    All,
}

fn layout(screen: &Screen) -> Layout {
    match screen.size {
        _ if screen.is_zoomed => Layout::One,
        (70.., 16..) => Layout::All,
        // Narrower panes of so few rows have no border to share.
        (43..70, 18..) => Layout::Two,
        _ => Layout::One,
    }
}

fn one_pane(mut areas: Areas, pane: Pane) -> Areas {
    *areas.of(pane) = areas.body;
    areas
}

fn two_panes(mut areas: Areas, pane: Pane) -> Areas {
    let mut above = areas.body;
    let rows = above.height - above.height / 3;
    let below = cut(&mut above, rows);
    areas.checklist = above;
    *areas.of(if pane == Pane::Checklist { Pane::Step } else { pane }) = below;
    areas
}

fn all_panes(areas: Areas, screen: &Screen) -> Areas {
    let Rect { x, width, height, .. } = areas.body;
    let left = (width * 9 / 20).min(70);
    let mut checklist = Rect { width: left, ..areas.body };
    let status = match u16::try_from(screen.probes).unwrap_or(u16::MAX) {
        0 => Rect::default(),
        probes => cut(&mut checklist, probes.saturating_add(2).min(height / 3)),
    };
    let mut step = Rect { x: x + left, width: width - left, ..areas.body };
    let trail = match (screen.is_past, screen.has_output) {
        // There the records are what is looked at.
        (true, _) => cut(&mut step, (height / 2).max(4)),
        (false, true) => cut(&mut step, (height / 5).clamp(4, 10)),
        (false, false) => cut(&mut step, (height / 4).clamp(4, 10)),
    };
    let output = match (screen.has_output, screen.pane) {
        (true, _) if step.height >= LEAST_WITH_OUTPUT => {
            let rows = step.height * 2 / 5;
            cut(&mut step, rows)
        }
        (true, Pane::Output) => std::mem::take(&mut step),
        _ => Rect::default(),
    };
    Areas { checklist, step, output, status, trail, ..areas }
}

/// Cuts so many rows off below; what is left keeps the first of them, on which both have a border.
fn cut(above: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(above.height);
    let below = Rect { y: above.bottom() - rows, height: rows, ..*above };
    above.height = (above.height - rows + 1).min(above.height);
    below
}

impl Areas {
    /// Gives how many items the checklist shows; as many as there is room for when it is hidden.
    pub fn checklist_rows(&self) -> u16 {
        let pane = if self.checklist.is_empty() { self.body } else { self.checklist };
        inside(pane).height
    }

    /// Gives the area of a pane.
    pub fn of(&mut self, pane: Pane) -> &mut Rect {
        match pane {
            Pane::Checklist => &mut self.checklist,
            Pane::Step => &mut self.step,
            Pane::Output => &mut self.output,
            Pane::Status => &mut self.status,
            Pane::Trail => &mut self.trail,
        }
    }
}

/// Gives what is inside the border of a pane; a pane too small for a border has none.
pub(super) fn inside(pane: Rect) -> Rect {
    if has_border(pane) {
        let (width, height) = (pane.width - 4, pane.height - 2);
        Rect { x: pane.x + 2, y: pane.y + 1, width, height }
    } else {
        pane
    }
}

/// Tells whether a pane is worth a border.
pub(super) fn has_border(pane: Rect) -> bool {
    // What has all the rows of a small terminal needs them for itself.
    let has_room = pane.height > 7 || (pane.height > 3 && pane.y > 2);
    (pane.width > 42 && pane.height > 3) || (pane.width > 30 && has_room)
}

/// Gives the middle of an area, for a dialog of so many lines.
pub(super) fn middle(area: Rect, lines: usize) -> Rect {
    // A statement has long lines: it gets all of a narrow screen.
    let width = if area.width < 98 { area.width } else { 90 };
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
    let x = area.x + (area.width - width) / 2;
    Rect { x, y: area.y + (area.height - height) / 2, width, height }
}

#[cfg(test)]
mod tests;
