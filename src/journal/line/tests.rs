//! Lines by table.

use super::super::body::{check_body, check_json};
use super::*;

fn id() -> RecordId {
    RecordId::from_bits(*b"0123456789abcdef")
}

fn built(n: u64, body: &str) -> Vec<u8> {
    let mut out = Vec::new();
    build(&mut out, (n, &Digest::ZERO), (body.as_bytes(), &id()));
    out
}

#[test]
fn a_line_is_written_as_designed() {
    let zeros = "0".repeat(64);
    let text = format!(r#"{{"n":41,"prev":"{zeros}","t":"note","id":"30313233343536373839616263646566""#);
    let h = Digest::of(format!("{text}\n").as_bytes());
    let line = built(41, r#""t":"note""#);
    assert_eq!(String::from_utf8(line).unwrap(), format!("{text},\"h\":\"{h}\"}}\n"));
}

#[test]
fn a_line_reads_as_it_was_written() {
    for n in [0, 9, 10, 4_503_599_627_370_496, 9_007_199_254_740_991] {
        let bytes = built(n, r#""t":"note","text":"a,\"h\":\"b"#);
        let line = parse(&bytes).unwrap();
        assert_eq!((line.n, line.prev()), (n, &[b'0'; 64][..]));
        assert_eq!(line.h(), line.hash().as_hex());
        assert_eq!(line.id(), Some(id()));
        assert!(line.body().starts_with(br#""t":"note","text":"a"#));
    }
}

#[test]
fn the_longest_body_fits_a_line_exactly_at_the_largest_number() {
    let body = format!(r#""t":"{}""#, "x".repeat(MAX_BODY - 6));
    assert_eq!(body.len(), MAX_BODY);
    let bytes = built((1 << 53) - 1, &body);
    assert_eq!(bytes.len(), MAX_LINE);
    assert!(parse(&bytes).is_ok());
    assert_eq!(parse(&built((1 << 53) - 1, &format!("{body} "))).unwrap_err(), NotALine::Misshapen);
}

#[test]
fn tells_junk_from_lines_that_were_tampered_with() {
    use NotALine::{Junk, Misshapen};
    let line = String::from_utf8(built(7, r#""t":"note""#)).unwrap();
    let table = [
        ("".to_owned(), Junk),
        ("\n".to_owned(), Junk),
        ("a note by hand\n".to_owned(), Junk),
        (line.trim_end().to_owned(), Junk),
        (line.replace("}\n", "} \n"), Junk),
        (line.replace("}\n", "}#\n"), Junk),
        (line.replace("}\n", "}\r\n"), Junk),
        (line.replace("note", "no\0e"), Junk),
        (line.replace("note", "no\te"), Junk),
        (line.replace(",\"h\"", ", \"h\""), Junk),
        (line.replace(",\"h\":\"", ",\"h\":\"A"), Junk),
        (line[line.len() - 60..].to_owned(), Junk),
        (line[line.len() - 73..].to_owned(), Misshapen),
        (format!(" {line}"), Misshapen),
        (line.replace("{\"n\":7", "{\"n\": 7"), Misshapen),
        (line.replace("{\"n\":7", "{\"n\":07"), Misshapen),
        (line.replace("{\"n\":7", "{\"n\":-7"), Misshapen),
        (line.replace("{\"n\":7", "{\"n\":"), Misshapen),
        (line.replace("{\"n\":7", "{\"n\":9007199254740992"), Misshapen),
        (line.replace("{\"n\":7", "{\"n\":99999999999999999999999"), Misshapen),
        (line.replace("prev\":\"0", "prev\":\"X"), Misshapen),
        (line.replace("prev", "prov"), Misshapen),
        (line.replace("\"t\":\"note\",\"id\":\"30313233343536373839616263646566\",", ""), Misshapen),
        (line.replace("note", &"x".repeat(MAX_LINE)), Misshapen),
    ];
    for (bytes, expected) in table {
        assert_eq!(parse(bytes.as_bytes()).unwrap_err(), expected, "{bytes:?}");
    }
}

#[test]
fn an_id_elsewhere_than_before_the_hash_is_not_taken_for_one() {
    let zeros = "0".repeat(64);
    let hex = "3".repeat(32);
    for body in [r#""t":"x""#.to_owned(), format!(r#""id":"{hex}","t":"x""#), format!(r#""x":{{"a":1,"id":"{hex}"}}"#)]
    {
        let line = format!("{{\"n\":0,\"prev\":\"{zeros}\",{body},\"h\":\"{zeros}\"}}\n");
        assert_eq!(parse(line.as_bytes()).unwrap().id(), None, "{body}");
    }
}

#[test]
fn a_body_that_could_be_read_in_two_ways_is_refused() {
    let table = [
        ("", "EOF"),
        ("[]", "expected"),
        ("7", "expected"),
        ("{}", "not one object with members"),
        (r#" {"t":"x"}"#, "nothing around it"),
        (r#"{"t":"x"}{"t":"y"}"#, "trailing"),
        (r#"{"t":"x","t":"y"}"#, "the key `t` twice"),
        (r#"{"t":"x","a":{"b":1,"b":2}}"#, "the key `b` twice"),
        (r#"{"t":"x","a":[{"b":1,"\u0062":2}]}"#, "the key `b` twice"),
        (r#"{"t":"x","a":1.0}"#, "not whole"),
        (r#"{"t":"x","a":1e3}"#, "not whole"),
        (r#"{"t":"x","a":-0}"#, "not whole"),
        (r#"{"t":"x","a":9007199254740992}"#, "2^53"),
        (r#"{"t":"x","a":-9007199254740992}"#, "2^53"),
        (r#"{"t":"x","a":18446744073709551616}"#, "not whole"),
        (r#"{"t":"x","a":"\ud800"}"#, "hex escape"),
        ("{\"t\":\"x\",\"a\":\"\u{1}\"}", "control"),
        ("{\"t\":\"x\",\n\"a\":1}", "control"),
        (r#"{"t":"x","n":1}"#, "has n"),
        (r#"{"t":"x","prev":1}"#, "has prev"),
        (r#"{"t":"x","id":1}"#, "has id"),
        (r#"{"t":"x","h":1}"#, "has h"),
        (r#"{"x":1,"t":"recover"}"#, "recover"),
    ];
    for (body, words) in table {
        let error = check_body(body.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{body}: {error}");
    }
    assert!(check_body(b"{\"t\":\"\xff\"}").is_err());
}

#[test]
fn a_body_of_strings_and_whole_numbers_is_taken() {
    let body =
        r#"{"t":"x","a":9007199254740991,"b":-9007199254740991,"c":[true,null,{"n":1,"h":"deep"}],"d":"é\n\u0001"}"#;
    assert_eq!(check_body(body.as_bytes()).unwrap(), &body.as_bytes()[1..body.len() - 1]);
    assert!(check_json(body.as_bytes()).is_ok());
}
