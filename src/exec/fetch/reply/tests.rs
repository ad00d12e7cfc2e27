//! Answers of honest, confused and lying servers.

use proptest::prelude::*;

use super::*;

fn tag(text: &str) -> Option<Mark> {
    mark(Some(text.to_owned()), None)
}

/// Says that 100 bytes of 200 are here.
fn half() -> Have {
    Have { bytes: 100, mark: tag("\"a\""), total: Some(200) }
}

fn head(status: u16, range: &str) -> Head {
    Head { status, range: Some(range.to_owned()), ..Head::default() }
}

#[test]
fn a_rest_is_taken_only_when_it_is_the_rest() {
    assert_eq!(judge(&half(), &head(206, "bytes 100-199/200")), Reply::Rest { total: Some(200) });
    assert_eq!(judge(&half(), &head(206, "bytes 100-149/*")), Reply::Rest { total: Some(200) });
    let odd = [
        "",
        "bytes",
        "bytes 0-199/200",
        "bytes 99-199/200",
        "bytes 101-199/200",
        "bytes 100-99/200",
        "bytes 100-200/200",
        "bytes 100-199/201",
        "bytes 100-299/300",
        "bytes +100-199/200",
        "bytes 100-199",
        "lines 100-199/200",
        "bytes 100-99999999999999999999/200",
        "bytes -1-5/200",
        "bytes */200",
    ];
    for range in odd {
        assert!(matches!(judge(&half(), &head(206, range)), Reply::StartOver(_)), "{range}");
    }
    let other = Head { mark: tag("\"b\""), ..head(206, "bytes 100-199/200") };
    assert!(matches!(judge(&half(), &other), Reply::StartOver(_)));
    assert!(matches!(judge(&Have::default(), &head(206, "bytes 0-9/10")), Reply::Refused(_)));
}

#[test]
fn the_whole_begins_again_and_nothing_more_is_the_end() {
    let whole = Head { status: 200, length: Some(7), ..Head::default() };
    assert_eq!(judge(&half(), &whole), Reply::Whole { total: Some(7), mark: None });
    let full = Have { bytes: 200, ..half() };
    assert_eq!(judge(&full, &head(416, "bytes */200")), Reply::Complete);
    assert!(matches!(judge(&half(), &head(416, "bytes */100")), Reply::StartOver(_)), "it was to have 200");
    assert!(matches!(judge(&full, &head(416, "")), Reply::StartOver(_)));
    assert!(matches!(judge(&Have::default(), &head(416, "bytes */0")), Reply::Refused(_)));
}

#[test]
fn a_status_is_waited_out_or_is_final() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        assert!(matches!(judge(&half(), &head(status, "")), Reply::Later { pause: None, .. }), "{status}");
    }
    let patient = Head { retry_after: Some(u64::MAX), ..head(503, "") };
    assert!(matches!(judge(&half(), &patient), Reply::Later { pause: Some(LONGEST_PAUSE), .. }));
    for status in [100, 201, 204, 302, 304, 400, 401, 403, 404, 410, 418, 451, 501, 505, 999] {
        assert!(matches!(judge(&half(), &head(status, "")), Reply::Refused(_)), "{status}");
    }
    let said = judge(&half(), &head(404, ""));
    assert_eq!(said, Reply::Refused(Shown::ours("the server says 404 Not Found; look at the address")));
}

#[test]
fn only_what_tells_bytes_apart_is_a_mark() {
    let time = "Sat, 01 Jan 2022 00:00:00 GMT";
    let of = |tag: &str, time: &str| mark(Some(tag.to_owned()), Some(time.to_owned())).map(|mark| mark.0);
    assert_eq!(of("\"x\"", time).as_deref(), Some("\"x\""));
    assert_eq!(of("W/\"x\"", time).as_deref(), Some(time));
    assert_eq!(of("W/\"x\"", "yesterday"), None);
    assert_eq!(of(&format!("\"{}\"", "x".repeat(600)), ""), None);
    assert_eq!((of("\"\"", ""), of("x", "")), (None, None));
}

proptest! {
    #[test]
    fn a_rest_never_begins_elsewhere(
        status in 0_u16..1000, range in "(bytes )?[0-9*]{0,4}[-/ ]?[0-9*]{0,4}[/]?[0-9*]{0,4}|\\PC*", bytes in 0_u64..300,
    ) {
        let have = Have { bytes, total: Some(200), mark: None };
        if let Reply::Rest { total } = judge(&have, &head(status, &range)) {
            let (first, last, said) = parse_range(&range).unwrap();
            prop_assert!(first == bytes && bytes > 0 && last >= first && total == Some(200));
            prop_assert!(said.is_none_or(|said| said == 200 && last < 200));
        }
    }
}
