//! A frame that differs from the last one only in the item that is selected: its parts are drawn, and no others.
//!
//! Most keys move the selection. What of a frame depends on it is known here: two rows of the checklist, all
//! that stands beside it, the message and the footer. Whether anything else changed is for who asks.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::areas::{Areas, areas, inside, is_too_small};
use super::frame::{draw_below, draw_beside};
use super::model::Model;
use super::pane::checklist::draw_row;
use super::reading::View;
use super::screen::Pane;

/// Is what a frame showed, where a move of the selection can be drawn over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The place of the item that was selected.
    item: usize,
    rest: Rest,
}

/// Is what has to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rest {
    areas: Areas,
    /// The first row of the checklist that was in view.
    top: usize,
    second: i64,
}

impl Drawn {
    /// Says what a frame of a model shows; nothing where anything lies over the panes, is said or is looked for.
    pub fn of(model: &Model<'_>) -> Option<Self> {
        let screen = model.screen;
        let is_plain = screen.dialog.is_none() && screen.message.is_none() && screen.find.is_none();
        let areas = areas(screen);
        let is_beside = [areas.step, areas.output, areas.trail]
            .iter()
            .all(|pane| pane.is_empty() || pane.x >= areas.checklist.right());
        let is_list = screen.pane == Pane::Checklist && is_beside && !is_too_small(screen);
        let rest = Rest { areas, top: screen.top, second: model.sight.now.at_ms.div_euclid(1_000) };
        (is_plain && is_list && model.sight.run().is_some()).then_some(Self { item: screen.item, rest })
    }
}

/// Draws what another selected item changes, and gives where that is; nothing where more may have changed.
pub fn draw_moved(frame: &mut Frame<'_>, model: &Model<'_>, before: &Drawn) -> Option<(Vec<View>, Vec<Rect>)> {
    let now = Drawn::of(model).filter(|now| now.rest == before.rest)?;
    let (run, areas) = (model.sight.run()?, &now.rest.areas);
    let (left, reached) = (row(model, (before.item, areas))?, row(model, (now.item, areas))?);
    draw_row(frame, model, (run, before.item, left));
    draw_row(frame, model, (run, now.item, reached));
    let view = draw_beside(frame, model, (run, areas));
    draw_below(frame, model, (areas, ""));
    let parts = [left, reached, areas.step, areas.output, areas.trail, areas.message, areas.footer];
    Some((view.into_iter().collect(), parts.to_vec()))
}

/// Gives the row of an item that is in view.
fn row(model: &Model<'_>, (item, areas): (usize, &Areas)) -> Option<Rect> {
    let room = inside(areas.checklist);
    let at = model.screen.folds.row(item).checked_sub(model.screen.top)?;
    let at = u16::try_from(at).ok().filter(|at| *at < room.height)?;
    Some(Rect { y: room.y + at, height: 1, ..room })
}
