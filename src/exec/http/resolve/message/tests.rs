//! Answers of servers that are honest, and bytes of those that are not.

use proptest::prelude::*;
use simple_dns::rdata::{A, AAAA, CNAME};

use super::*;

fn question(name: &str, family: Family) -> Question {
    Question::new(askable(name).unwrap(), family).unwrap()
}

fn record<'a>(name: &'a str, data: RData<'a>) -> ResourceRecord<'a> {
    ResourceRecord::new(Name::new(name).unwrap(), CLASS::IN, 60, data)
}

fn v4(last: u8) -> RData<'static> {
    RData::A(A { address: Ipv4Addr::new(10, 0, 0, last).to_bits() })
}

fn to(name: &str) -> RData<'_> {
    RData::CNAME(CNAME(Name::new(name).unwrap()))
}

/// Answers a question with these records.
fn answer(question: &Question, records: Vec<ResourceRecord<'_>>) -> Vec<u8> {
    let asked = question.to_bytes().unwrap();
    let mut packet = Packet::parse(&asked).unwrap().into_reply();
    packet.answers = records;
    packet.build_bytes_vec_compressed().unwrap()
}

fn found(lasts: &[u8]) -> Option<Reply> {
    Some(Reply::Found(lasts.iter().map(|last| Ipv4Addr::new(10, 0, 0, *last).into()).collect()))
}

#[test]
fn a_question_says_what_is_wanted_and_has_a_number_of_its_own() {
    let (one, other) = (question("a.example", Family::V4), question("a.example", Family::V6));
    let bytes = one.to_bytes().unwrap();
    let packet = Packet::parse(&bytes).unwrap();
    assert!(packet.has_flags(PacketFlag::RECURSION_DESIRED) && packet.id() == one.id);
    assert!(one.is(&packet.questions[0]) && !other.is(&packet.questions[0]));
    let ids: std::collections::HashSet<_> = (0..64).map(|_| question("a.example", Family::V4).id).collect();
    assert!(ids.len() > 32, "{ids:?}");
}

#[test]
fn addresses_are_taken_from_the_records_of_the_name_and_of_its_aliases() {
    let question = question("www.example", Family::V4);
    let read = |records| question.read(&answer(&question, records));
    assert_eq!(read(vec![record("WWW.Example", v4(1)), record("www.example", v4(2))]), found(&[1, 2]));
    let chain =
        vec![record("b.example", v4(3)), record("www.example", to("a.example")), record("a.example", to("b.example"))];
    assert_eq!(read(chain), found(&[3]));
    assert_eq!(read(vec![record("other.example", v4(4))]), Some(Reply::Nothing));
    assert_eq!(read(Vec::new()), Some(Reply::Nothing));
    let v6 = RData::AAAA(AAAA { address: 1 });
    assert_eq!(read(vec![record("www.example", v6)]), Some(Reply::Nothing));
    assert_eq!(read(vec![record("www.example", to("a.example"))]), Some(Reply::Alias(askable("a.example").unwrap())));
    let round = vec![record("www.example", to("a.example")), record("a.example", to("www.example"))];
    assert_eq!(read(round), Some(Reply::Endless));
    let many = (0..200).map(|last| record("www.example", v4(last))).collect();
    assert!(matches!(read(many), Some(Reply::Found(found)) if found.len() == MOST));
}

#[test]
fn what_is_no_answer_to_the_question_is_nothing() {
    let question = question("www.example", Family::V4);
    let good = answer(&question, vec![record("www.example", v4(1))]);
    assert_eq!(question.read(&good), found(&[1]));
    let altered = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= to;
        question.read(&bytes)
    };
    assert_eq!(altered(0, 1), None, "another number");
    assert_eq!(altered(2, 0x80), None, "a question");
    assert_eq!(altered(2, 0x08), None, "another kind of message");
    assert_eq!(altered(5, 3), None, "two questions");
    assert_eq!(altered(5, 1), None, "no question");
    assert_eq!(altered(13, 1), None, "about another name");
    assert_eq!(altered(26, 1 ^ 28), None, "about another kind of address");
    assert_eq!(altered(28, 2), None, "of another class");
    assert_eq!(altered(6, 0xFF), None, "more records than there is room for");
    for length in 0..good.len() {
        assert_eq!(question.read(&good[..length]), None, "{length} bytes");
    }
}

#[test]
fn errors_are_told_apart() {
    let question = question("www.example", Family::V4);
    let good = answer(&question, Vec::new());
    let coded = |code: u8| {
        let mut bytes = good.clone();
        bytes[3] |= code;
        question.read(&bytes)
    };
    assert_eq!(coded(3), Some(Reply::Nothing));
    assert_eq!(coded(2), Some(Reply::Refused(RCODE::ServerFailure)));
    assert_eq!(coded(5), Some(Reply::Refused(RCODE::Refused)));
    let mut bare = good[..12].to_vec();
    (bare[3], bare[5]) = (1, 0);
    assert_eq!(question.read(&bare), Some(Reply::Refused(RCODE::FormatError)));
    bare[3] = 3;
    assert_eq!(question.read(&bare), None, "that there is no such name is only said of a name");
    let mut cut = good[..20].to_vec();
    cut[2] |= 2;
    assert_eq!(question.read(&cut), Some(Reply::Cut));
}

#[test]
fn a_name_that_points_at_itself_is_no_name() {
    let question = question("www.example", Family::V4);
    let mut bytes = answer(&question, vec![record("www.example", v4(1))]);
    let at = bytes.windows(2).position(|two| two == [0xC0, 12]).unwrap();
    for to in [at, at + 1, 0x3FFF] {
        (bytes[at], bytes[at + 1]) = (0xC0 | u8::try_from(to >> 8).unwrap(), to.to_le_bytes()[0]);
        assert_eq!(question.read(&bytes), None, "{to}");
    }
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    for name in ["", ".", "a..b", ".a", &format!("{}.example", "a".repeat(64)), &["a"; 130].join(".")] {
        assert!(askable(name).is_none(), "{name}");
    }
    assert!(askable(&["abc"; 63].join(".")).is_some());
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(mut bytes in proptest::collection::vec(any::<u8>(), 0..600), at in any::<usize>(), to in any::<u8>()) {
        let question = question("www.example", Family::V4);
        prop_assert!(question.read(&bytes).is_none() || bytes[..2] == question.id.to_be_bytes());
        let good = answer(&question, vec![record("www.example", to_example()), record("a.example", v4(1))]);
        let end = good.len().min(bytes.len());
        bytes[..end].copy_from_slice(&good[..end]);
        // Whatever is altered, it is read to its end.
        let _ = question.read(&bytes);
        let mut good = good;
        let at = at % good.len();
        good[at] = to;
        let _ = question.read(&good);
    }
}

fn to_example() -> RData<'static> {
    to("a.example")
}
