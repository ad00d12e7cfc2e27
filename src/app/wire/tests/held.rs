//! Frames that are kept back: nothing of them is seen before they are let go, and never where they are not.

use proptest::prelude::*;

use super::super::hold;
use super::Bench;
use super::equal::{Happening, config, cut_wide_symbols, happen, happening, repainted};

fn symbols() -> Vec<&'static str> {
    vec!["a", "b", " ", "  ", "─", "é", "漢", "字a", "e\u{301}"]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_frame_that_is_kept_back_is_seen_when_it_is_let_go_and_forgotten_by_the_next_one(
        frames in prop::collection::vec(
            (
                prop::collection::vec(happening(symbols()), 1..6),
                any::<bool>(),
                prop::collection::vec(happening(symbols()), 1..6),
            ),
            1..12,
        )
    ) {
        let mut bench = Bench::new(20, 8);
        let mut emulator = avt::Terminal::new(20, 8).unwrap();
        let mut take = |bench: &mut Bench, bytes: Vec<u8>| {
            emulator.resize(bench.buffer.area.width.into(), bench.buffer.area.height.into());
            emulator.feed(std::str::from_utf8(&bytes).unwrap());
            (super::equal::Emulator::cells(&emulator), repainted::<avt::Terminal>(&bench.buffer))
        };
        let first = bench.frame();
        take(&mut bench, first);
        for (ahead, is_let_go, then) in &frames {
            let before = bench.buffer.clone();
            let is_possible = |step: &&Happening| !matches!(step, Happening::Resize(..) | Happening::Redraw);
            ahead.iter().filter(is_possible).for_each(|step| happen(&mut bench, step));
            cut_wide_symbols(&mut bench.buffer);
            let held = bench.buffer.clone();
            hold(&mut bench.terminal, |frame| frame.buffer_mut().clone_from(&held));
            prop_assert_eq!(bench.taken(), Vec::<u8>::new());
            if *is_let_go {
                bench.terminal.backend_mut().let_go().unwrap();
                let bytes = bench.taken();
                let (seen, wanted) = take(&mut bench, bytes);
                prop_assert_eq!(seen, wanted);
            } else {
                bench.buffer = before;
            }
            then.iter().for_each(|step| happen(&mut bench, step));
            cut_wide_symbols(&mut bench.buffer);
            let bytes = bench.frame();
            let (seen, wanted) = take(&mut bench, bytes);
            prop_assert_eq!(seen, wanted);
            bench.terminal.backend_mut().let_go().unwrap();
            prop_assert_eq!(bench.taken(), Vec::<u8>::new());
        }
    }
}
