//! `docs/keys.md` has every key of the program, as the one table of commands has them, and the settings there are;
//! the README has the keys and the marks that are met first.

use std::fmt::Write as _;
use std::fs;

use mop::config::{Config, KNOBS};
use mop::run::{Lock, Proof, Standing};
use mop::ui::command::{Entry, TABLE};
use mop::ui::{Bindings, Mode, Palette, Theme, Wish};

use crate::reading::here;

const PATH: &str = "docs/keys.md";
const BEGIN: &str = "<!-- made from the table of commands: UPDATE_DOCS=1 cargo test --test suite keys -->\n";
const END: &str = "<!-- up to here -->\n";

/// The parts of the page, in their order.
const PARTS: [&str; 9] = [
    "At home",
    "In a run",
    "Before something is signed, started or begun",
    "Choosing, and reading a page",
    "Where something is written",
    "In every dialog",
    "In every list and page",
    "In a run that is looked at afterwards",
    "Everywhere",
];

/// Says in which part of the page a command stands.
fn part(entry: &Entry) -> &'static str {
    let modes = entry.modes;
    let is_mixed = modes.iter().any(|mode| mode.writes()) && !modes.iter().all(|mode| mode.writes());
    let at = match (modes.len(), modes.first()) {
        (15.., _) => 8,
        (9.., _) => 6,
        (2.., _) if is_mixed => 5,
        (_, Some(Mode::Home)) if modes.len() == 1 => 0,
        (_, Some(Mode::Home | Mode::Checklist)) => 1,
        (_, Some(Mode::Sign | Mode::Confirm | Mode::Review)) => 2,
        (_, Some(Mode::Past)) => 7,
        (_, Some(mode)) if mode.writes() => 4,
        _ => 3,
    };
    PARTS[at]
}

/// Says where a command can be given, as the help does.
fn places(entry: &Entry) -> String {
    let modes: Vec<_> = entry.modes.iter().map(|mode| format!("{mode:?}").to_lowercase()).collect();
    if part(entry) == "Everywhere" { "everywhere".to_owned() } else { modes.join(", ") }
}

fn keys(entry: &Entry) -> String {
    entry.keys.iter().map(|key| format!("`{}`", key.name())).collect::<Vec<_>>().join(" ")
}

fn tables() -> String {
    let mut text = String::new();
    for title in PARTS {
        write!(text, "\n### {title}\n\n| key | where | what it does | name |\n|---|---|---|---|\n").unwrap();
        for entry in TABLE.iter().filter(|entry| part(entry) == title) {
            writeln!(text, "| {} | {} | {} | `{}` |", keys(entry), places(entry), entry.help, entry.name).unwrap();
        }
    }
    text + "\n"
}

fn page() -> String {
    fs::read_to_string(here(PATH)).unwrap()
}

#[test]
fn every_key_of_every_mode_is_on_the_page() {
    let page = page();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(here(PATH), format!("{before}{BEGIN}{}{END}{after}", tables())).unwrap();
    } else {
        assert!(
            written == tables(),
            "{PATH} is out of date; write it with: UPDATE_DOCS=1 cargo test --test suite keys"
        );
    }
}

#[test]
fn each_part_of_the_page_has_commands_and_every_command_stands_in_one() {
    for title in PARTS {
        assert!(TABLE.iter().any(|entry| part(entry) == title), "{title}");
    }
    assert_eq!(tables().lines().filter(|line| line.starts_with("| `")).count(), TABLE.len());
}

#[test]
fn the_keys_in_the_readme_are_keys_of_the_program() {
    let readme = fs::read_to_string(here("README.md")).unwrap();
    let table = readme.split("| key | what it does |\n").nth(1).unwrap();
    let listed: Vec<_> = table.lines().skip(1).take_while(|line| line.starts_with("| ")).collect();
    let rows: Vec<_> = TABLE.iter().map(|entry| format!("| {} | {} |", keys(entry), entry.help)).collect();
    let wrong: Vec<_> = listed.iter().filter(|line| !rows.iter().any(|row| row == *line)).collect();
    assert!(wrong.is_empty(), "no command is {wrong:#?}");
    assert!((10..=20).contains(&listed.len()), "those that an operator needs first: {}", listed.len());
}

#[test]
fn the_settings_on_the_page_are_all_there_are_and_what_holds_without_them() {
    let page = page();
    let blocks: Vec<_> = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let [text] = blocks[..] else { panic!("one example of settings") };
    let (config, mistakes) = Config::read(text);
    assert_eq!(mistakes, []);
    for knob in KNOBS {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{} = ", knob.name)));
        let value = line.unwrap_or_else(|| panic!("{} is missing", knob.name)).split('#').next().unwrap().trim();
        assert_eq!(value.trim_matches('"'), knob.usual, "{}", knob.name);
    }
    assert!(config.keys.len() >= 3);
    let wish = |rebound: mop::config::Rebound| Wish {
        name: rebound.command.value,
        at: rebound.command.at,
        keys: rebound.keys.into_iter().map(|key| (key.value, key.at)).collect(),
    };
    let wishes: Vec<_> = config.keys.into_iter().map(wish).collect();
    assert_eq!(Bindings::with(&wishes), Ok(Bindings::default()));
}

#[test]
fn the_marks_in_the_readme_are_those_of_the_checklist() {
    let readme = fs::read_to_string(here("README.md")).unwrap();
    let table = readme.split("| mark | the step |\n").nth(1).unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with("| "));
    let listed: Vec<_> = rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
    let (why, plain) = (String::new, Theme { palette: Palette::None, ascii: false });
    use Standing::{Deferred, Done, EndUnknown, Failed, Locked, NotApplicable, Overridden, Ready, Skipped, ToSign};
    let order = [
        Locked(Lock::BackingOut),
        Ready,
        Standing::Running(0),
        ToSign,
        Done(Proof::Sensed),
        Done(Proof::Checked),
        Done(Proof::Claimed),
        Overridden(why()),
        Failed(why()),
        EndUnknown(why()),
        Skipped(why()),
        Deferred(why()),
        NotApplicable(why()),
    ];
    let marks: Vec<_> = order.iter().map(|standing| plain.mark(standing).0.trim_end()).collect();
    assert_eq!(listed, marks);
    assert_eq!(plain.mark(&Standing::Regressed(why())).0, plain.mark(&Failed(why())).0);
}
