//! What is written is read back, and what is miswritten is told how to write it.

use proptest::prelude::*;

use super::*;

fn length(text: &str) -> Length {
    Length::parse(text).unwrap()
}

fn said(text: &str) -> String {
    Length::parse(text).unwrap_err().to_string()
}

#[test]
fn the_written_lengths_are_read() {
    assert_eq!(length("45s"), Length::seconds(45));
    assert_eq!(length("30m"), Length::minutes(30));
    assert_eq!(length("1h30m"), Length::minutes(90));
    assert_eq!(length("2h"), Length::hours(2));
    assert_eq!(length("1d"), Length::hours(24));
    assert_eq!(length("500ms"), Length::from_millis(500));
    assert_eq!(length("1d2h"), Length::hours(26));
    assert_eq!(length("1m500ms"), Length::from_millis(60_500));
    assert_eq!(length("0m"), Length::ZERO);
    assert_eq!(length("90m"), Length::minutes(90));
}

#[test]
fn the_shortest_form_is_written() {
    let shown = |length: Length| length.to_string();
    assert_eq!(shown(Length::minutes(90)), "1h30m");
    assert_eq!(shown(Length::seconds(45)), "45s");
    assert_eq!(shown(Length::ZERO), "0s");
    assert_eq!(shown(Length::from_millis(1500)), "1s500ms");
    assert_eq!(shown(Length::hours(25)), "1d1h");
    assert_eq!(format!("{:>5}", Length::seconds(1)), "   1s");
}

#[test]
fn a_number_alone_is_asked_for_its_unit() {
    assert_eq!(said("30"), "30 has no unit: write 30m for 30 minutes or 30s for 30 seconds");
}

#[test]
fn common_mistakes_are_told_what_to_write() {
    for (wrong, instead) in [
        ("30 min", "a length of time has no spaces: write 30m"),
        ("2 hours", "a length of time has no spaces: write 2h"),
        ("1h 30m", "a length of time has no spaces: write 1h30m"),
        ("1 hour and 30 minutes", "a length of time has no spaces: write 1h30m"),
        (" 5m", "a length of time has no spaces: write 5m"),
        ("1.5h", "a length of time has no fraction: write 1h30m"),
        ("0,5h", "a length of time has no fraction: write 30m"),
        ("half an hour", "a length of time is written in digits: write 30m"),
        ("an hour", "a length of time is written in digits: write 1h"),
        ("1:30", "a length of time is no clock: write 1h30m or 1m30s"),
        ("1:30:00", "a length of time is no clock: write 1h30m"),
        ("30M", "units are lower case: write 30m"),
        ("30min", "the units are d, h, m, s and ms: write 30m"),
        ("1w", "the units are d, h, m, s and ms: write 7d"),
        ("30m1h", "units go from large to small, each once: write 1h30m"),
        ("1m1m", "units go from large to small, each once: write 2m"),
        ("-5m", "a length of time has no sign: write 5m"),
    ] {
        assert_eq!(said(wrong), instead, "{wrong}");
    }
}

#[test]
fn what_cannot_be_understood_gets_an_example() {
    for wrong in ["soon", "m", "5 parsecs", "1h30", "1:2:3:4", "٣m", "half", "1 2m", "\u{1b}"] {
        assert!(said(wrong).starts_with("this is no length of time: write one like"), "{wrong}: {}", said(wrong));
    }
    assert_eq!(said(""), said("  "));
}

#[test]
fn what_is_too_long_is_refused() {
    assert_eq!(length("3650d"), Length::MAX);
    for long in ["3651d", "3650d1ms", "99999999999999999999999s", "18446744073709551615h", "99999999999999999999999"] {
        assert_eq!(Length::parse(long), Err(LengthError::TooLong), "{long}");
    }
}

#[test]
fn sums_stop_at_the_ends() {
    assert_eq!(Length::hours(u64::MAX), Length::MAX);
    assert_eq!(Length::seconds(1).saturating_sub(Length::minutes(1)), Length::ZERO);
    assert_eq!(Length::seconds(30).saturating_mul(4), Length::minutes(2));
    assert_eq!(Length::MAX.saturating_add(Length::MAX), Length::MAX);
    assert_eq!(Length::seconds(2).as_std(), Duration::from_secs(2));
    assert!(Length::default().is_zero());
}

#[test]
fn a_clock_is_compact() {
    let shown = |seconds| Length::seconds(seconds).clock().to_string();
    assert_eq!([shown(48), shown(432), shown(3723), shown(93_784)], ["0:48", "7:12", "1:02:03", "26:03:04"]);
    assert_eq!(Length::from_millis(999).clock().to_string(), "0:00");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(millis in 0..=Length::MAX.as_millis()) {
        let length = Length::from_millis(millis);
        prop_assert_eq!(Length::parse(&length.to_string()), Ok(length));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), near in "[0-9]{0,22}[dhms .,:+-]{0,3}[0-9]{0,3}[a-zA-Z ]{0,8}") {
        for text in [text, near] {
            if let Err(error) = Length::parse(&text) {
                prop_assert!(!error.to_string().contains(char::is_control));
            }
        }
    }

    #[test]
    fn what_an_error_proposes_can_be_read(text in "[0-9]{1,3}([.,][0-9])? ?(min|hours|H|s|m|Days) ?([0-9]{1,2}m)?") {
        if let Err(LengthError::Misspelled { instead, .. }) = Length::parse(&text) {
            prop_assert!(Length::parse(&instead).is_ok());
        }
    }
}
