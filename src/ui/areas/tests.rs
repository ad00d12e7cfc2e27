//! Where the panes are, at every size.

use super::*;

const PANES: [Pane; 5] = [Pane::Checklist, Pane::Step, Pane::Output, Pane::Status, Pane::Trail];

fn screen(size: (u16, u16), pane: Pane) -> Screen {
    Screen { size, pane, probes: 4, has_output: true, ..Screen::default() }
}

/// Gives the panes that are shown, and what they are shown in.
fn shown(areas: &Areas) -> Vec<Rect> {
    let Areas { checklist, step, output, status, trail, .. } = *areas;
    [checklist, step, output, status, trail].into_iter().filter(|area| !area.is_empty()).collect()
}

#[test]
fn at_every_size_the_pane_that_is_looked_at_is_shown_and_nothing_covers_what_is_in_another() {
    for size in (30..=200).step_by(3).flat_map(|columns| (6..=60).map(move |rows| (columns, rows))) {
        for (pane, is_zoomed) in PANES.into_iter().flat_map(|pane| [(pane, false), (pane, true)]) {
            let mut areas = areas(&Screen { is_zoomed, ..screen(size, pane) });
            assert!(!areas.of(pane).is_empty(), "{size:?} {pane:?}");
            let panes = shown(&areas);
            for (at, area) in panes.iter().enumerate() {
                assert_eq!(area.intersection(areas.body), *area, "{size:?} {pane:?}");
                assert!(!inside(*area).is_empty(), "{size:?} {pane:?}");
                let others = panes.iter().enumerate().filter(|(other, _)| *other != at);
                for (_, other) in others {
                    assert!(inside(*area).intersection(*other).is_empty(), "{size:?} {pane:?} {area:?} {other:?}");
                }
            }
        }
    }
}

#[test]
fn a_small_terminal_shows_one_pane_a_narrow_one_two_and_a_common_one_all() {
    let count = |size| shown(&areas(&screen(size, Pane::Checklist))).len();
    assert_eq!([(40, 10), (60, 20), (80, 24), (120, 40), (200, 60)].map(count), [1, 2, 5, 5, 5]);
}

#[test]
fn the_step_has_the_room_where_nothing_was_printed() {
    let silent = areas(&Screen { has_output: false, ..screen((80, 24), Pane::Step) });
    let printed = areas(&screen((80, 24), Pane::Step));
    assert!(silent.output.is_empty() && silent.step.height > printed.step.height);
    assert_eq!((inside(printed.step).height, inside(printed.output).height), (10, 4));
}
