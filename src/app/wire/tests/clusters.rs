//! Symbols of several letters: shown as they are, and not kept for ever.

use ratatui::style::Style;

use super::Bench;

/// Gives a letter under so many accents that no two numbers give the same.
fn cluster(number: usize) -> String {
    let accent = |bit: usize| if number >> bit & 1 == 1 { '\u{301}' } else { '\u{308}' };
    std::iter::once('e').chain((0..64).map(accent)).collect()
}

#[test]
fn what_is_shown_no_more_is_forgotten_and_what_stays_is_not_written_again() {
    let mut bench = Bench::new(40, 4);
    bench.buffer.set_string(0, 0, cluster(usize::MAX), Style::new());
    let mut most = 0;
    for frame in 0..100 {
        for x in 0..40 {
            bench.buffer[(x, 2)].set_symbol(&cluster(frame * 40 + usize::from(x)));
        }
        let bytes = String::from_utf8(bench.frame()).unwrap();
        assert_eq!(bytes.contains(&cluster(usize::MAX)), frame == 0);
        assert!((0..40).all(|x| bytes.contains(&cluster(frame * 40 + x))), "{frame}");
        most = most.max(bench.terminal.backend().clusters.bytes());
    }
    // In all they are half a million.
    assert!(most < 100_000, "{most}");
    assert!(bench.frame().is_empty());
}
