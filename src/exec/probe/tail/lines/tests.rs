//! Lines in pieces of any size, and what of them is counted and shown.

use proptest::prelude::*;

use super::*;

fn lines(pattern: &str) -> Lines {
    Lines::new(Some(Regex::new(pattern).unwrap()), None, Duration::ZERO)
}

fn shown(log: &Log) -> Vec<&str> {
    log.lines.iter().map(Shown::as_str).collect()
}

const NOW: Duration = Duration::from_secs(100);

#[test]
fn lines_in_pieces_are_whole_and_an_alert_is_counted_once() {
    let mut lines = lines("^ERR");
    for piece in ["one\nER", "R two\r\nERR th", "ree", "\nno ERR\n"] {
        lines.add(piece.as_bytes(), NOW);
        lines.pause(NOW);
    }
    let log = lines.log(NOW + Duration::from_secs(5));
    assert_eq!(shown(&log), ["one", "ERR two", "ERR three", "no ERR"]);
    assert_eq!((log.alerts, log.clean), (2, Duration::from_secs(5)));
    assert_eq!(log.last, Some((Duration::from_secs(5), Shown::line("ERR th"))));
}

#[test]
fn an_alert_at_the_end_of_a_line_of_ten_megabytes_is_seen_and_little_is_held() {
    let mut lines = lines("FATAL");
    for piece in vec![b'x'; 10_000_000].chunks(1_000_000) {
        lines.add(piece, NOW);
        assert!(lines.open.len() <= MOST_HELD);
    }
    lines.add(b"FAT", NOW);
    lines.add(b"AL\nshort\n", NOW);
    let log = lines.log(NOW);
    assert_eq!((log.alerts, log.lines.len()), (1, 2));
    assert!(log.lines[0].width() <= MOST_CELLS);
}

#[test]
fn what_was_there_before_is_shown_and_not_counted() {
    let mut lines = lines("ERR");
    lines.before(b"ERR old\nhalf a li");
    assert_eq!(lines.log(NOW).alerts, 0);
    lines.add(b"ne ERR\n", NOW);
    assert_eq!((lines.log(NOW).alerts, shown(&lines.log(NOW))), (1, vec!["ERR old", "half a line ERR"]));
}

#[test]
fn what_nobody_looked_at_leaves_nothing_proved() {
    let mut lines = lines("ERR");
    assert_eq!(lines.log(NOW).clean, NOW);
    lines.miss(1_000, NOW);
    assert_eq!((lines.log(NOW).clean, lines.log(NOW).missed), (Duration::ZERO, 1_000));
}

#[test]
fn invalid_bytes_and_escapes_do_no_harm() {
    let mut lines = lines("x");
    lines.add(b"\xff\xfe\x1b[31mx\n", NOW);
    let log = lines.log(NOW);
    assert!(!log.lines[0].as_str().contains('\u{1b}') && log.alerts == 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_it_is_cut_the_same_is_counted(text in "(a|E|\n|x{3}){0,200}", cuts in proptest::collection::vec(1_usize..20, 1..40)) {
        let mut whole = lines("Ea");
        whole.add(text.as_bytes(), NOW);
        whole.pause(NOW);
        let mut pieces = lines("Ea");
        let mut rest = text.as_bytes();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            pieces.add(piece, NOW);
            pieces.pause(NOW);
            rest = after;
        }
        prop_assert_eq!(whole.log(NOW).alerts, pieces.log(NOW).alerts);
        prop_assert_eq!(whole.log(NOW).lines, pieces.log(NOW).lines);
    }
}
