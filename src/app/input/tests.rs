//! Every key in the ways that terminals send it, whole and cut; pastes; and what is no key.

use proptest::prelude::*;

use super::*;
use crate::ui::{Mouse, Pointed};

fn key(code: Code) -> Input {
    Input::Key(Key::press(code))
}

fn letters(text: &str) -> Vec<Input> {
    text.chars().map(|letter| key(Code::Char(letter))).collect()
}

fn ctrl(letter: char) -> Input {
    Input::Key(Key { ctrl: true, ..Key::press(Code::Char(letter)) })
}

fn pointed(column: u16, row: u16, pointed: Pointed) -> Input {
    Input::Mouse(Mouse { column, row, pointed })
}

fn read(bytes: &[u8]) -> Vec<Input> {
    let mut keyboard = Keyboard::default();
    let mut inputs = keyboard.take(bytes);
    inputs.extend(keyboard.give_up());
    inputs
}

/// Is what terminals send, and what it means.
fn known() -> Vec<(&'static [u8], Vec<Input>)> {
    vec![
        (b"j", letters("j")),
        ("é漢👍".as_bytes(), letters("é漢👍")),
        (b"\r", vec![key(Code::Enter)]),
        (b"\x1bOM", vec![key(Code::Enter)]),
        (b"\n", vec![ctrl('j')]),
        (b"\t", vec![key(Code::Tab)]),
        (b"\x1b[Z", vec![key(Code::BackTab)]),
        (b"\x1b[C\x1bOD", vec![key(Code::Right), key(Code::Left)]),
        (b"\x1b[3~", vec![key(Code::Delete)]),
        (b"\x7f", vec![key(Code::Backspace)]),
        (b"\x08", vec![ctrl('h')]),
        (b"\x03", vec![ctrl('c')]),
        (b"\x0c", vec![ctrl('l')]),
        (b"\x1a", vec![ctrl('z')]),
        (b"\x1b[A\x1bOA", vec![key(Code::Up); 2]),
        (b"\x1b[B\x1bOB", vec![key(Code::Down); 2]),
        (b"\x1b[C\x1bOC", vec![key(Code::Right); 2]),
        (b"\x1b[D\x1bOD", vec![key(Code::Left); 2]),
        (b"\x1b[H\x1bOH\x1b[1~\x1b[7~", vec![key(Code::Home); 4]),
        (b"\x1b[F\x1bOF\x1b[4~\x1b[8~", vec![key(Code::End); 4]),
        (b"\x1b[5~", vec![key(Code::PageUp)]),
        (b"\x1b[6~", vec![key(Code::PageDown)]),
        (b"\x1bOP\x1b[11~\x1b[[A", vec![key(Code::F1); 3]),
        (b"\x1b[1;5A", vec![Input::Key(Key { ctrl: true, ..Key::press(Code::Up) })]),
        (b"\x1b[1;2B", vec![key(Code::Down)]),
        (b"\x1b[1;1:2B", vec![Input::Key(Key { held: true, ..Key::press(Code::Down) })]),
        (b"\x1b[200~two\r\nlines \x1b[31m\x1b[201~", vec![Input::Paste("two\r\nlines \x1b[31m".into())]),
        (b"\x1b[200~\x1b[201~", vec![Input::Paste(String::new())]),
        (b"\x1b\x1b[A", vec![key(Code::Esc), key(Code::Up)]),
        (b"\x1b[<0;12;3M\x1b[<0;12;3m", vec![pointed(11, 2, Pointed::Click)]),
        (
            b"\x1b[<64;1;1M\x1b[<65;223;300M",
            vec![pointed(0, 0, Pointed::WheelUp), pointed(222, 299, Pointed::WheelDown)],
        ),
        (b"\x1b[<2;5;5M\x1b[<32;5;5M\x1b[<16;5;5M\x1b[<0;0;5M\x1b[<0;5M\x1b[<;;M\x1b[<0;99999;1M", vec![]),
        (b"\x1b[M yyj", letters("j")),
    ]
}

#[test]
fn keys_are_read_in_the_ways_that_terminals_send_them() {
    for (bytes, inputs) in known() {
        assert_eq!(read(bytes), inputs, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_is_no_key_of_ours_is_left_out_whole() {
    let sequences: [&[u8]; 12] = [
        b"\x1by",                       // alt
        "\x1bé".as_bytes(),             // alt
        b"\x1b[1;3A",                   // alt
        b"\x1b[1;1:3B",                 // let go
        b"\x1b[2~",                     // insert
        b"\x1b[1;3C",                   // right with alt
        b"\x1b[15~\x1b[[B",             // other function keys
        b"\x1b[?62;22c",                // an answer that nobody asked for
        b"\x1b[12;40R",                 // the same
        b"\x1b[I\x1b[O",                // focus
        b"\x00\x1c",                    // no letters
        b"\xff\xc3(\x80"[..2].as_ref(), // no UTF-8
    ];
    for bytes in sequences {
        let inputs = read(&[bytes, b"j"].concat());
        assert!(inputs.ends_with(&letters("j")) && inputs.len() == 1, "{inputs:?} of {bytes:?}");
    }
}

#[test]
fn an_escape_alone_is_a_key_once_nothing_follows() {
    let mut keyboard = Keyboard::default();
    assert_eq!(keyboard.take(b"\x1b"), []);
    assert!(keyboard.is_waiting());
    assert_eq!(keyboard.give_up(), [key(Code::Esc)]);
    assert!(!keyboard.is_waiting());
    assert_eq!(keyboard.take(b"\x1b["), []);
    assert_eq!(keyboard.give_up(), [], "half of a sequence is no key");
    assert_eq!(keyboard.take(b"y"), letters("y"));
}

#[test]
fn a_paste_is_not_given_up_however_long_it_takes() {
    let mut keyboard = Keyboard::default();
    assert_eq!(keyboard.take(b"\x1b[200~yes\x1b[20"), []);
    assert!(!keyboard.is_waiting());
    assert_eq!(keyboard.give_up(), []);
    assert_eq!(keyboard.take(b"1~y"), [vec![Input::Paste("yes".into())], letters("y")].concat());
}

#[test]
fn a_paste_without_measure_is_cut_and_ends_where_it_ends() {
    let mut keyboard = Keyboard::default();
    keyboard.take(b"\x1b[200~");
    for _ in 0..40 {
        assert_eq!(keyboard.take(&[b'y'; 100_000]), []);
    }
    assert!(keyboard.held.len() < 100 && keyboard.paste.as_ref().is_some_and(|paste| paste.len() == MOST_PASTE));
    let inputs = keyboard.take(b"\x1b[201~j");
    assert_eq!(inputs.len(), 2);
    assert_eq!(inputs[1..], letters("j"));
}

#[test]
fn a_sequence_without_an_end_is_forgotten() {
    let mut keyboard = Keyboard::default();
    let inputs: Vec<_> = (0..200).flat_map(|_| keyboard.take(b"\x1b[;;;;;;;;")).collect();
    assert_eq!(inputs, []);
    keyboard.take(&[b';'; 5_000]);
    assert!(keyboard.held.len() <= 80, "{}", keyboard.held.len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_does_not_matter_where_bytes_are_cut(
        at in prop::collection::vec(0..known().len(), 1..12),
        cuts in prop::collection::vec(1_usize..5, 1..20),
    ) {
        let all = known();
        let bytes: Vec<u8> = at.iter().flat_map(|at| all[*at].0.to_vec()).collect();
        let wanted: Vec<Input> = at.iter().flat_map(|at| all[*at].1.clone()).collect();
        let (mut keyboard, mut inputs, mut rest) = (Keyboard::default(), Vec::new(), bytes.as_slice());
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, others) = rest.split_at((*cut).min(rest.len()));
            inputs.extend(keyboard.take(piece));
            rest = others;
        }
        prop_assert_eq!(inputs, wanted);
    }

    #[test]
    fn no_bytes_stop_the_keyboard(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut keyboard = Keyboard::default();
        keyboard.take(&bytes);
        keyboard.give_up();
        let inputs = keyboard.take(b"\x1b[201~j");
        prop_assert!(inputs.ends_with(&letters("j")), "{:?}", inputs);
    }
}
