//! Writing: notes of several lines, notes behind a signature, and fields with a cursor.

use mop::ui::{Code, Key};

use super::fixture::Bench;

fn press(bench: &mut Bench, code: Code) {
    bench.key(Key::press(code));
}

fn noting() -> Bench {
    let mut bench = Bench::new(80, 24);
    bench.start_tour("Ada");
    bench.settle();
    bench.frame();
    bench.keys("n");
    bench
}

fn last(bench: &Bench) -> serde_json::Value {
    serde_json::from_str(bench.journal().lines().last().unwrap()).unwrap()
}

#[test]
fn a_note_has_lines_and_is_kept_by_its_own_key() {
    let mut bench = noting();
    bench.keys("first");
    press(&mut bench, Code::Enter);
    bench.paste("second\r\nthi\u{1b}[31mrd\u{202e}");
    let before = bench.journal().lines().count();
    press(&mut bench, Code::Up);
    press(&mut bench, Code::Home);
    bench.keys("the ");
    bench.ctrl('s');
    bench.settle();
    assert_eq!(bench.journal().lines().count(), before + 1);
    let note = last(&bench);
    assert_eq!((note["t"].as_str(), note["text"].as_str()), (Some("note_added"), Some("first\nthe second\nthi[31mrd")));
}

#[test]
fn a_note_is_thrown_away_only_when_that_is_said_twice() {
    let mut bench = noting();
    let before = bench.journal();
    bench.paste("a few words that took somebody a while to write");
    press(&mut bench, Code::Esc);
    assert!(bench.frame().contains("esc once more throws this note away"), "{}", bench.frame());
    bench.keys(".");
    press(&mut bench, Code::Esc);
    assert!(bench.frame().contains("a while to write."), "who went on writing is asked again: {}", bench.frame());
    press(&mut bench, Code::Esc);
    assert!(!bench.frame().contains("Note on R1"), "{}", bench.frame());
    assert_eq!(bench.journal(), before);
}

#[test]
fn an_empty_note_is_not_recorded_and_one_that_is_too_long_says_so() {
    let mut bench = noting();
    let before = bench.journal();
    bench.ctrl('s');
    assert!(bench.frame().contains("a few words are needed here"), "{}", bench.frame());
    bench.paste(&"word ".repeat(1_000));
    assert!(bench.frame().contains("a note has at most 4000 letters"), "{}", bench.frame());
    assert_eq!(bench.journal(), before);
    bench.ctrl('s');
    bench.settle();
    assert_eq!(last(&bench)["text"].as_str().unwrap().len(), 3_999);
}

#[test]
fn a_note_goes_with_a_signature_in_one_decision_and_the_statement_stays_as_it_is() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.settle();
    let statement = bench.open_statement();
    bench.keys("e");
    bench.paste("somebody has to\nlook at the fans");
    bench.ctrl('s');
    let frame = bench.frame();
    assert!(frame.contains("mop sign-off v1") && frame.contains("look at the fans"), "{frame}");
    assert!(statement.contains("outcome   done, claimed") && frame.contains("outcome   done, claimed"));
    let before = bench.journal().lines().count();
    bench.keys("y");
    bench.settle();
    let journal = bench.journal();
    let records: Vec<serde_json::Value> =
        journal.lines().skip(before).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (records[0]["t"].as_str(), records[1]["t"].as_str()),
        (Some("step_signed"), Some("note_added")),
        "{journal}"
    );
    assert_eq!(records[1]["text"], "somebody has to\nlook at the fans");
    assert_eq!((&records[1]["step"], &records[1]["who"]), (&records[0]["step"], &records[0]["who"]));
    let receipt = format!("record {}", records[0]["n"]);
    assert!(bench.frame().contains(&receipt), "the receipt is that of the signature: {}", bench.frame());
}

#[test]
fn a_statement_with_a_note_of_many_lines_is_read_to_its_end_and_signed() {
    let mut bench = Bench::new(80, 24);
    bench.start_tour("Ada");
    bench.settle();
    bench.frame();
    bench.keys("s");
    assert!(bench.frame().contains("lines more"), "{}", bench.frame());
    bench.keys("e");
    bench.paste(&"one more line\n".repeat(120));
    bench.ctrl('s');
    bench.frame();
    let before = bench.journal().lines().count();
    bench.keys("y");
    bench.settle();
    assert!(bench.frame().contains("read it to its end first"), "{}", bench.frame());
    for _ in 0..60 {
        bench.frame();
        bench.key(Key::press(Code::PageDown));
    }
    bench.frame();
    bench.keys("y");
    bench.settle();
    assert_eq!(bench.journal().lines().count(), before + 2, "{}", bench.frame());
}

#[test]
fn a_note_behind_a_signature_that_is_given_up_leaves_the_statement_there() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.open_statement();
    bench.keys("e");
    bench.keys("no");
    press(&mut bench, Code::Esc);
    let frame = bench.frame();
    assert!(frame.contains("mop sign-off v1") && !frame.contains("A note goes with it"), "{frame}");
}

#[test]
fn the_cursor_of_a_field_goes_where_it_is_sent() {
    let mut bench = Bench::new(80, 24);
    press(&mut bench, Code::Enter);
    bench.paste("Ad Lovelace");
    press(&mut bench, Code::Home);
    press(&mut bench, Code::Right);
    press(&mut bench, Code::Right);
    bench.keys("a");
    press(&mut bench, Code::End);
    bench.ctrl('w');
    bench.paste("Byron!");
    press(&mut bench, Code::Left);
    press(&mut bench, Code::Delete);
    assert!(bench.frame().contains("Ada Byron_"), "{}", bench.frame());
}
