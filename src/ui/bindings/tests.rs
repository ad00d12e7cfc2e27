//! What a key means, and what keys may become.

use std::ops::Range;

use proptest::prelude::*;

use super::*;
use crate::ui::command::Chord;

const MODES: [Mode; 15] = [
    Mode::Home,
    Mode::Checklist,
    Mode::Form,
    Mode::Sign,
    Mode::Pin,
    Mode::Waiting,
    Mode::Choose,
    Mode::Confirm,
    Mode::Note,
    Mode::Help,
    Mode::Review,
    Mode::Find,
    Mode::Page,
    Mode::Past,
    Mode::Sift,
];

fn held(letter: char) -> Key {
    Key { held: true, ..Key::press(Code::Char(letter)) }
}

/// Wishes as they would stand one behind the other in a file.
fn wishes(wanted: &[(&str, &[&str])]) -> Vec<Wish> {
    let mut end = 0;
    let mut place = |text: &str| -> Range<usize> {
        end += text.len() + 1;
        end - text.len() - 1..end - 1
    };
    let wish = |(name, keys): &(&str, &[&str])| Wish {
        name: (*name).to_owned(),
        at: place(name),
        keys: keys.iter().map(|key| ((*key).to_owned(), place(key))).collect(),
    };
    wanted.iter().map(wish).collect()
}

fn refused(wanted: &[(&str, &[&str])]) -> Vec<Unbindable> {
    Bindings::with(&wishes(wanted)).unwrap_err()
}

/// Gives the keys that mean two things in one mode.
fn twice(bindings: &Bindings) -> Vec<(Mode, Chord)> {
    let mut found = Vec::new();
    for mode in MODES {
        let mut taken: Vec<Chord> = Vec::new();
        for chord in bindings.of(mode).flat_map(|bound| &bound.keys) {
            if taken.contains(chord) {
                found.push((mode, *chord));
            }
            taken.push(*chord);
        }
    }
    found
}

#[test]
fn no_key_means_two_things_in_one_mode() {
    assert_eq!(twice(&Bindings::default()), []);
}

#[test]
fn a_held_key_moves_and_never_decides() {
    let keys = Bindings::default();
    assert_eq!(keys.read(Mode::Checklist, held('j')), Some(Deed::Do(Command::Down)));
    assert_eq!(keys.read(Mode::Sign, held('y')), None);
    assert_eq!(keys.read(Mode::Checklist, held('s')), None);
    assert_eq!(keys.read(Mode::Sign, Key::press(Code::Char('y'))), Some(Deed::Do(Command::PutSignature)));
}

#[test]
fn enter_in_the_signing_dialog_closes_it() {
    let keys = Bindings::default();
    assert_eq!(keys.read(Mode::Sign, Key::press(Code::Enter)), Some(Deed::Do(Command::Close)));
}

#[test]
fn letters_are_text_where_text_is_written() {
    let keys = Bindings::default();
    assert_eq!(keys.read(Mode::Note, Key::press(Code::Char('q'))), Some(Deed::Write("q".into())));
    assert_eq!(keys.read(Mode::Checklist, Key::press(Code::Char('Q'))), None);
}

#[test]
fn every_name_of_a_key_is_read_as_that_key() {
    for chord in TABLE.iter().flat_map(|entry| entry.keys) {
        assert_eq!(Chord::parse(&chord.name()), Ok(*chord));
    }
    for code in Code::NAMED {
        assert_eq!(Chord::parse(&code.name()), Ok(Chord { ctrl: false, code }));
    }
    for (text, name) in [("page-up", "page up"), ("ctrl-X", "ctrl-x"), ("G", "G"), ("é", "é"), ("ENTER", "enter")] {
        assert_eq!(Chord::parse(text).map(Chord::name), Ok(name.to_owned()));
    }
    for text in ["", "f99", "ctrl-", "xy", "alt-x", "\u{7}", "\u{202e}", "shift-s"] {
        assert!(Chord::parse(text).is_err(), "{text:?}");
    }
    assert_eq!(Chord::parse("shift-s"), Err("write `S`".to_owned()));
}

#[test]
fn a_command_has_the_keys_that_were_asked_for_and_no_others() {
    let keys = Bindings::with(&wishes(&[("sign", &["S", "ctrl-s"]), ("put-signature", &["z"])])).unwrap();
    assert_eq!(keys.keys(Mode::Checklist, Command::Sign), ["S", "ctrl-s"]);
    assert_eq!(keys.read(Mode::Checklist, Key::press(Code::Char('s'))), None);
    assert_eq!(keys.read(Mode::Sign, Key::press(Code::Char('z'))), Some(Deed::Do(Command::PutSignature)));
    assert_eq!(keys.read(Mode::Sign, Key::press(Code::Char('y'))), None);
    assert_eq!(keys.key(Mode::Confirm, Command::Confirm), "y");
    assert!(keys.all().iter().filter(|bound| bound.is_changed()).count() == 2);
}

#[test]
fn two_commands_can_change_their_keys_with_each_other() {
    let keys = Bindings::with(&wishes(&[("sign", &["n"]), ("note", &["s"])])).unwrap();
    assert_eq!(keys.read(Mode::Checklist, Key::press(Code::Char('s'))), Some(Deed::Do(Command::Note)));
}

#[test]
fn keys_that_go_back_are_all_named() {
    assert_eq!(Bindings::default().back(Mode::Sign), "esc, q, n and enter go back");
    assert_eq!(Bindings::default().back(Mode::Waiting), "esc goes back");
}

/// What is wanted, which of it is wrong, why, and beside what.
type Case = (&'static [(&'static str, &'static [&'static str])], &'static str, &'static str, Option<&'static str>);

#[test]
fn what_cannot_be_bound_is_said_with_its_place() {
    let cases: [Case; 14] = [
        (&[("sing", &["s"])], "sing", "no command called `sing`", None),
        (&[("sign", &[])], "sign", "`sign` has no key", None),
        (&[("sign", &["f99"])], "f99", "no key called `f99`", None),
        (&[("sign", &["o"])], "o", "`o` would be both `more` and `sign` in checklist", None),
        (&[("note", &["x"]), ("sign", &["x"])], "x", "`x` would be both `note` and `sign`", Some("x")),
        (&[("down", &["j", "j"])], "j", "`j` stands twice for `down`", Some("j")),
        (&[("put-signature", &["enter"])], "enter", "`put-signature` cannot be given with `enter`", None),
        (&[("confirm", &["space"])], "space", "`confirm` cannot be given with `space`", None),
        (&[("confirm", &["ctrl-j"])], "ctrl-j", "`confirm` cannot be given with `ctrl-j`", None),
        (&[("put-signature", &["s"])], "s", "`s` would be both `put-signature` and `sign`: held down", None),
        (&[("leave-at-once", &["ctrl-x"])], "ctrl-x", "`leave-at-once` cannot have another key", None),
        (&[("zoom", &["ctrl-c"])], "ctrl-c", "`ctrl-c` would be both `leave-at-once` and `zoom`", None),
        (&[("close", &["x"])], "x", "`close` cannot be given with `x` in form", None),
        (&[("zoom", &["ctrl-m"])], "ctrl-m", "`ctrl-m` never comes", None),
    ];
    for (wanted, at, why, also) in cases {
        let text: String = wishes(wanted)
            .iter()
            .flat_map(|wish| std::iter::once(wish.name.clone()).chain(wish.keys.iter().map(|(key, _)| key.clone())))
            .map(|word| word + " ")
            .collect();
        let found = refused(wanted);
        let problem = found.iter().find(|problem| problem.why.contains(why) || problem.why.contains(&swapped(why)));
        let problem = problem.unwrap_or_else(|| panic!("{wanted:?}: {found:?}"));
        assert_eq!(&text[problem.at.clone()], at, "{problem:?}");
        let beside = problem.also.as_ref().map(|(also, _)| &text[also.clone()]);
        assert_eq!(beside, also, "{problem:?}");
        assert!(problem.also.is_some() || problem.help.is_some(), "{problem:?}");
    }
}

/// Gives the same sentence with its two commands the other way round.
fn swapped(why: &str) -> String {
    let parts: Vec<_> = why.split('`').collect();
    if let [start, key, both, one, and, other, end] = parts[..] {
        return [start, key, both, other, and, one, end].join("`");
    }
    why.to_owned()
}

#[test]
fn a_mistyped_command_finds_the_one_that_was_meant() {
    assert_eq!(refused(&[("put-singature", &["z"])])[0].help.as_deref(), Some("did you mean `put-signature`?"));
}

fn any_wish() -> impl Strategy<Value = (&'static str, Vec<String>)> {
    let names: Vec<_> = TABLE.iter().map(|entry| entry.name).collect();
    let named: Vec<_> = Code::NAMED.into_iter().map(Code::name).collect();
    let key = prop_oneof![
        "[a-zA-Z?./]".prop_map(String::from),
        "ctrl-[a-z]".prop_map(String::from),
        proptest::sample::select(named),
    ];
    (proptest::sample::select(names), proptest::collection::vec(key, 0..3))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_wished_for_it_is_refused_with_both_places_or_every_key_means_one_thing(
        wanted in proptest::collection::vec(any_wish(), 0..6)
    ) {
        let keys: Vec<Vec<&str>> = wanted.iter().map(|(_, keys)| keys.iter().map(String::as_str).collect()).collect();
        let mut asked: Vec<(&str, &[&str])> = Vec::new();
        for ((name, _), keys) in wanted.iter().zip(&keys) {
            if asked.iter().all(|(known, _)| known != name) {
                asked.push((name, keys));
            }
        }
        match Bindings::with(&wishes(&asked)) {
            Ok(bindings) => {
                prop_assert_eq!(twice(&bindings), []);
                for mode in MODES {
                    let leaves = |command| matches!(command, Command::Close | Command::Leave);
                    let ways = bindings.of(mode).filter(|bound| leaves(bound.entry.command));
                    prop_assert!(ways.flat_map(|bound| &bound.keys).count() >= 2, "{:?}", mode);
                    prop_assert_eq!(bindings.read(mode, Key { ctrl: true, ..Key::press(Code::Char('c')) }), Some(Deed::Do(Command::Leave)));
                    for deciding in bindings.of(mode).filter(|bound| bound.entry.command.decides()) {
                        prop_assert!(deciding.keys.iter().all(|chord| matches!(chord.code, Code::Char(_)) && !chord.ctrl));
                    }
                    let letters = ('a'..='z').all(|letter| !mode.writes() || bindings.read(mode, Key::press(Code::Char(letter))) == Some(Deed::Write(letter.into())));
                    prop_assert!(letters, "{:?}", mode);
                }
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    // The other one is a place, or a command by its name, or what to write.
                    prop_assert!(problem.also.is_some() || problem.help.is_some(), "{:?}", problem);
                    prop_assert!(problem.also.as_ref().is_none_or(|(also, _)| *also != problem.at), "{:?}", problem);
                }
            }
        }
    }
}
