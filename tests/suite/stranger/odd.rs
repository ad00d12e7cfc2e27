//! Records whose hashes are right and that are odd otherwise: JSON that reads in two ways, kinds of a newer program.

use super::{agreed, chain_on};
use crate::needs::needs;
use crate::verify::office::Office;

/// Is the members of a record, and how a run with it is judged.
const BODIES: [(&str, &str); 31] = [
    (r#""t":"moon_seen","v":1"#, "unsealed"),
    (r#""t":"moon_seen" , "v" : 1 "#, "unsealed"),
    (r#""t":"person_left","v":7"#, "unsealed"),
    (r#""t":"person_left","v":1,"mood":"good""#, "unsealed"),
    (r#""t":"x","a":9007199254740991,"b":-9007199254740991"#, "unsealed"),
    (r#""t":"x","a":9007199254740992"#, "altered"),
    (r#""t":"x","a":-9007199254740992"#, "altered"),
    (r#""t":"x","a":123456789012345678901234567890"#, "altered"),
    (r#""t":"x","a":1.0"#, "altered"),
    (r#""t":"x","a":1e2"#, "altered"),
    (r#""t":"x","a":-0"#, "altered"),
    (r#""t":"x","a":01"#, "altered"),
    (r#""t":"x","a":NaN"#, "altered"),
    (r#""t":"x","a":Infinity"#, "altered"),
    (r#""t":"x","t":"y""#, "altered"),
    (r#""t":"x","\u0074":"y""#, "altered"),
    (r#""t":"x","a":{"b":1,"b":2}"#, "altered"),
    (r#""t":"x","n":7"#, "altered"),
    (r#""t":"x","a":"\ud83d\udd11""#, "unsealed"),
    (r#""t":"x","a":"\ud83d""#, "altered"),
    (r#""t":"x","\udd11":1"#, "altered"),
    (r#""t":"x","a":"b"#, "altered"),
    (r#""t":"x",}"#, "altered"),
    (r#""#, "altered"),
    (r#""t":"x","blobs":["zz"]"#, "unsealed"),
    (r#""t":"x","blobs":7,"blob":7"#, "unsealed"),
    (r#""t":"x","blobs":["0000000000000000000000000000000000000000000000000000000000000000"]"#, "altered"),
    (r#""t":"x","blob":"0000000000000000000000000000000000000000000000000000000000000000""#, "altered"),
    (r#""t":"step_signed","v":1,"step":"part/one""#, "signature"),
    (r#""t":"record_amended","v":1,"of":1,"wrong":"a","right":"b","why":"c""#, "unsealed"),
    (r#""t":"record_amended","v":1,"of":1,"wrong":"a","right":"b","why":"c","stmt":"I was there""#, "signature"),
];

#[test]
fn a_stranger_reads_odd_records_as_mop_does() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    for (members, word) in BODIES {
        let copy = office.copy();
        chain_on(&copy, b"", members.as_bytes());
        assert_eq!(agreed(members, &copy.run, &[]), word, "{members}");
    }
}

#[test]
fn a_stranger_takes_records_of_the_same_depth_and_length_as_mop_does() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    let nested = |depth| format!(r#""t":"x","a":{}{}"#, "[".repeat(depth), "]".repeat(depth));
    // A line has so many bytes beside the members: its opening, and its end.
    let room = 65_536 - r#"{"n":7,"prev":"","#.len() - 64 - r#","h":""}"#.len() - 64 - 1;
    let long = |len: usize| format!(r#""t":"x","a":"{}""#, "a".repeat(len - r#""t":"x","a":"""#.len()));
    let cases =
        [(nested(126), "unsealed"), (nested(127), "altered"), (long(room), "unsealed"), (long(room + 1), "altered")];
    for (members, word) in cases {
        let copy = office.copy();
        chain_on(&copy, b"", members.as_bytes());
        assert_eq!(agreed("depth or length", &copy.run, &[]), word, "{} bytes", members.len());
    }
    let copy = office.copy();
    chain_on(&copy, b"", b"\"t\":\"x\",\"a\":\"\xff\"");
    assert_eq!(agreed("no UTF-8", &copy.run, &[]), "altered");
}

#[test]
fn a_stranger_sees_an_id_that_stands_twice() {
    needs!(OPENSSH, PYTHON);
    let office = Office::with_a_run();
    let copy = office.copy();
    let members = r#""t":"x","id":"0123456789abcdef0123456789abcdef""#;
    chain_on(&copy, b"", members.as_bytes());
    assert_eq!(agreed("once", &copy.run, &[]), "unsealed");
    chain_on(&copy, b"", members.as_bytes());
    assert_eq!(agreed("twice", &copy.run, &[]), "altered");
}
