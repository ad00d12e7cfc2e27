//! No declared value comes through, in any form, however what is printed is cut.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

fn mask(values: &[&str]) -> Mask {
    Mask::new(&values.iter().map(|value| value.as_bytes()).collect::<Vec<_>>())
}

#[test]
fn a_value_is_replaced_by_its_place() {
    let mask = mask(&["hunter22", "", "swordfish"]);
    assert_eq!(mask.apply_text("a hunter22 b swordfishswordfish c"), "a redacted:1 b redacted:3redacted:3 c");
    assert_eq!(mask.apply_text("hunter2 hunter hunter23"), "hunter2 hunter hunter23");
    assert_eq!(mask.apply_text(""), "");
    assert!(mask.unmasked().is_empty());
}

#[test]
fn the_longest_value_goes_first_and_overlapping_ones_go_together() {
    let mask = mask(&["hunter", "hunter22", "22next"]);
    assert_eq!(mask.apply_text("hunter hunter22 hunter2"), "redacted:1 redacted:2 redacted:12");
    assert_eq!(mask.apply_text("hunter22next!"), "redacted:2!");
    assert_eq!(self::mask(&["aaaa"]).apply_text(&"a".repeat(1_000)), "redacted:1");
}

#[test]
fn forms_of_a_value_are_replaced_whole() {
    let mask = mask(&["it's a \"p@ss\"\n"]);
    for (printed, shown) in [
        (r#"{"p":"it's a \"p@ss\"\n"}"#, r#"{"p":"redacted:1"}"#),
        (r#"export P='it'\''s a "p@ss"'"#, "export P='redacted:1'"),
        ("GET /?p=it%27s%20a%20%22p%40ss%22 HTTP", "GET /?p=redacted:1 HTTP"),
        ("Authorization: Basic aXQncyBhICJwQHNzIgo=", "Authorization: Basic redacted:1"),
        ("it's a \"p@ss\"\r\n$", "redacted:1$"),
    ] {
        assert_eq!(mask.apply_text(printed), shown);
    }
}

#[test]
fn a_value_inside_longer_base64_does_not_come_through() {
    // `alice:swordfish`, as a header has it.
    let shown = mask(&["swordfish"]).apply_text("Basic YWxpY2U6c3dvcmRmaXNo");
    assert_eq!(shown, "Basic YWxpY2U6redacted:1");
}

#[test]
fn a_value_that_is_too_short_or_a_part_of_the_mark_is_named_instead() {
    let mask = mask(&["abc", "", "redact", "long enough", "ed:4"]);
    assert_eq!(mask.unmasked(), [1, 3, 5]);
    assert_eq!(mask.apply_text("abc long enough"), "abc redacted:4");
}

#[test]
fn a_stream_tells_at_once_what_cannot_become_a_value() {
    let mut stream = MaskStream::new(Arc::new(mask(&["hunter22"])));
    assert_eq!(stream.push(b"password: "), b"password: ");
    assert_eq!(stream.push(b"hun"), b"");
    assert_eq!(stream.push(b"ky, hunter2"), b"hunky, ");
    assert_eq!(stream.push(b"2"), b"redacted:1");
    assert_eq!(stream.push(b"!hunter"), b"!");
    assert_eq!(stream.finish(), b"hunter");
}

#[test]
fn a_stream_holds_no_more_than_the_longest_form() {
    let mut stream = MaskStream::new(Arc::new(mask(&["aaaa"])));
    let mut told = 0;
    for _ in 0..10_000 {
        told += stream.push(&[b'a'; 100]).len();
        assert!(stream.held.len() < 64);
    }
    assert_eq!(told, "redacted:1".len());
}

#[test]
fn nothing_of_a_value_is_shown_for_finding_mistakes() {
    let mask = Arc::new(mask(&["hunter22"]));
    let mut stream = MaskStream::new(Arc::clone(&mask));
    let _ = stream.push(b"hunter2");
    let shown = format!("{mask:?} {stream:?}");
    assert!(!shown.contains("hunter") && !shown.contains("104"), "{shown}");
}

/// Pieces of values: none of them has a letter of the mark.
const PIECES: [&str; 14] = ["x", "y", "xy", "zz", "'", "\"", "\\", "/", " ", "\n", "%", "ü", "🔑", "<w>"];

fn value() -> impl Strategy<Value = String> {
    vec(select(PIECES.as_slice()), 1..12).prop_map(|pieces| pieces.concat())
}

/// What a program prints: values in all their forms, parts of them, and other text.
fn printed(values: Vec<String>) -> impl Strategy<Value = (Vec<String>, Vec<u8>)> {
    let piece = (any::<Index>(), any::<Index>(), any::<Index>(), 0..4_u8, select(PIECES.as_slice()));
    vec(piece, 0..12).prop_map(move |pieces| {
        let mut out = Vec::new();
        for (value, form, cut, kind, other) in pieces {
            let forms = forms_of(value.get(&values).as_bytes());
            let form = if forms.is_empty() { b"x".to_vec() } else { form.get(&forms).to_vec() };
            match kind {
                0 => out.extend_from_slice(other.as_bytes()),
                1 => out.extend_from_slice(&form[..cut.index(form.len())]),
                2 => out.extend_from_slice(&form[cut.index(form.len())..]),
                _ => out.extend_from_slice(&form),
            }
        }
        (values.clone(), out)
    })
}

/// Gives what was told with a byte that is in no form for each mark: the digit of a mark and a part of a
/// value in base64 behind it can look like more of that value than was printed.
fn without_marks(told: &[u8], values: usize) -> Vec<u8> {
    let told = String::from_utf8_lossy(told).into_owned();
    (1..=values).fold(told, |told, place| told.replace(&marker(place), "\0")).into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_form_of_a_declared_value_survives_however_it_is_cut(
        (values, printed) in vec(value(), 1..5).prop_flat_map(printed),
        cuts in vec(any::<Index>(), 0..20),
    ) {
        let mask = Arc::new(mask(&values.iter().map(String::as_str).collect::<Vec<_>>()));
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(printed.len() + 1)).collect();
        cuts.extend([0, printed.len()]);
        cuts.sort_unstable();
        let mut stream = MaskStream::new(Arc::clone(&mask));
        let mut told: Vec<u8> = cuts.windows(2).flat_map(|cut| stream.push(&printed[cut[0]..cut[1]])).collect();
        told.extend(stream.finish());
        prop_assert_eq!(&told, &mask.apply(&printed));
        let told = without_marks(&told, values.len());
        for (place, value) in (1..).zip(&values) {
            let is_masked = !mask.unmasked().contains(&place);
            prop_assert_eq!(is_masked, value.len() >= SHORTEST);
            for form in forms_of(value.as_bytes()).iter().filter(|_| is_masked) {
                prop_assert!(memchr::memmem::find(&told, form).is_none(), "{:?} in {:?}", form, told);
            }
        }
    }

    #[test]
    fn what_holds_no_value_passes_as_it_is(text in "[b-mo-w ,.\n]{0,200}") {
        prop_assert_eq!(mask(&["xanadu", "x y z"]).apply_text(&text), text);
    }
}
