//! Which part of the terminal each pane has: one pure function of the screen.

use ratatui::layout::Rect;

use super::screen::{Pane, Screen};

/// Is where everything goes; a pane that is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Areas {
    pub header: Rect,
    pub body: Rect,
    pub checklist: Rect,
    pub step: Rect,
    pub status: Rect,
    pub trail: Rect,
    pub message: Rect,
    pub footer: Rect,
}

/// Lays the panes out; on a small terminal only the one that is looked at.
pub(super) fn areas(screen: &Screen) -> Areas {
    let (width, height) = screen.size;
    let row = |y: u16, rows: u16| Rect { x: 0, y, width, height: rows };
    let header = row(0, if is_small(screen) { height.min(1) } else { 2 });
    let footer = row(height.saturating_sub(1), u16::from(height > 1));
    let message = row(height.saturating_sub(2), u16::from(height > 4));
    let body = row(header.height, height.saturating_sub(header.height + 1 + message.height));
    let areas = Areas { header, body, message, footer, ..Areas::default() };
    let is_alone = screen.is_zoomed || is_small(screen);
    if is_alone { one_pane(areas, screen.pane) } else { all_panes(areas, screen.probes) }
}

/// Tells whether there is room for one pane only.
pub(super) fn is_small(screen: &Screen) -> bool {
    screen.size.0 < 70 || screen.size.1 < 16
}

fn one_pane(mut areas: Areas, pane: Pane) -> Areas {
    *match pane {
        Pane::Checklist => &mut areas.checklist,
        Pane::Step => &mut areas.step,
        Pane::Status => &mut areas.status,
        Pane::Trail => &mut areas.trail,
    } = areas.body;
    areas
}

fn all_panes(areas: Areas, probes: usize) -> Areas {
    let Rect { x, y, width, height } = areas.body;
    let left = (width * 9 / 20).min(70);
    let trail = (height / 4).clamp(4, 10);
    let status = match u16::try_from(probes).unwrap_or(u16::MAX) {
        0 => 0,
        probes => probes.saturating_add(2).min(height / 3),
    };
    let checklist = Rect { x, y, width: left, height: height - status };
    let status = Rect { y: y + checklist.height, height: status, ..checklist };
    let step = Rect { x: x + left, y, width: width - left, height: height - trail };
    Areas { checklist, step, status, trail: Rect { y: y + step.height, height: trail, ..step }, ..areas }
}

impl Areas {
    /// Gives how many items the checklist shows; as many as there is room for when it is hidden.
    pub fn checklist_rows(&self) -> u16 {
        let pane = if self.checklist.is_empty() { self.body } else { self.checklist };
        inside(pane).height
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
    let width = if area.width < 70 { area.width } else { (area.width - 8).min(90) };
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
    let x = area.x + (area.width - width) / 2;
    Rect { x, y: area.y + (area.height - height) / 2, width, height }
}
