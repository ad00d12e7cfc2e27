//! Which of several wishes holds, and what becomes of a file that is wrong.

use super::*;
use crate::ui::{Code, Command, Deed, Key, Mode};

fn found(look: &LookArgs, text: Option<&str>, variables: &[(&str, &str)]) -> Settings {
    let file = text.map_or(SettingsFile::None, |text| SettingsFile::Read(Source::new("config.toml", text)));
    let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
    Settings::of((look, file), &variable)
}

fn set<T>(value: T, whence: &str) -> Set<T> {
    Set { value, whence: whence.to_owned() }
}

type Variables = &'static [(&'static str, &'static str)];

const UTF8: (&str, &str) = ("LANG", "C.UTF-8");

#[test]
fn a_flag_goes_before_the_file_and_the_file_before_the_environment() {
    let (nothing, light) = (LookArgs::default(), "mouse = false\ntheme = \"light\"\n");
    let flags = LookArgs { theme: Some(Palette::HighContrast), mouse: true, ..LookArgs::default() };
    let no_colour = [UTF8, ("NO_COLOR", "1")];
    let theme = |look, text, variables: &[_]| found(look, text, variables).theme;
    assert_eq!(theme(&flags, Some(light), &no_colour), set(Palette::HighContrast, "--theme"));
    assert_eq!(theme(&nothing, Some(light), &no_colour), set(Palette::Light, "line 2"));
    assert_eq!(theme(&nothing, None, &no_colour), set(Palette::None, "NO_COLOR"));
    assert_eq!(theme(&nothing, None, &[UTF8]), set(Palette::Dark, "usual"));
    assert_eq!(found(&flags, Some(light), &[]).mouse, set(true, "--mouse"));
    assert_eq!(found(&nothing, Some(light), &[]).mouse, set(false, "line 1"));
}

#[test]
fn the_ground_that_the_environment_tells_chooses_the_colours() {
    let cases =
        [("0;15", Palette::Light), ("0;default;7", Palette::Light), ("15;0", Palette::Dark), ("x", Palette::Dark)];
    for (grounds, palette) in cases {
        assert_eq!(found(&LookArgs::default(), None, &[("COLORFGBG", grounds)]).theme.value, palette, "{grounds}");
    }
}

#[test]
fn only_ascii_is_drawn_without_utf_8_and_on_the_console() {
    let cases: [(Variables, bool, &str); 6] = [
        (&[UTF8], false, "usual"),
        (&[("LANG", "de_DE.utf8")], false, "usual"),
        (&[("LANG", "C.UTF-8"), ("LC_ALL", "C")], true, "LC_ALL"),
        (&[("LANG", "en_GB.ISO-8859-1")], true, "LANG"),
        (&[], true, "no locale is set"),
        (&[UTF8, ("TERM", "linux")], true, "TERM"),
    ];
    for (variables, ascii, whence) in cases {
        assert_eq!(found(&LookArgs::default(), None, variables).ascii, set(ascii, whence), "{variables:?}");
    }
    assert_eq!(found(&LookArgs::default(), Some("ascii = false"), &[("TERM", "linux")]).ascii, set(false, "line 1"));
}

#[test]
fn without_anything_all_is_as_the_table_of_knobs_says() {
    let settings = found(&LookArgs::default(), None, &[UTF8]);
    let usual = |name: &str| crate::config::KNOBS.iter().find(|knob| knob.name == name).unwrap().usual;
    assert_eq!(settings.theme.value.word(), usual("theme"));
    assert_eq!(settings.ascii.value.to_string(), usual("ascii"));
    assert_eq!(settings.pace.value, Pace::Seconds);
    assert_eq!(settings.mouse.value.to_string(), usual("mouse"));
    assert_eq!(settings.bell.value.to_string(), usual("bell"));
    assert_eq!(settings.notify.value.to_string(), usual("notify"));
    assert_eq!(settings.links.value.to_string(), usual("links"));
    assert_eq!((settings.bindings, settings.mistakes), (Bindings::default(), Vec::new()));
}

#[test]
fn keys_are_bound_as_the_file_says_or_all_of_them_as_usual() {
    let nothing = LookArgs::default();
    let press = |letter| Key::press(Code::Char(letter));
    let good = found(&nothing, Some("[keys]\nsign = \"S\"\n"), &[UTF8]);
    assert_eq!(good.bindings.read(Mode::Checklist, press('S')), Some(Deed::Do(Command::Sign)));
    assert_eq!(good.rebound, [("sign".to_owned(), 2)]);
    for wrong in [
        "[keys]\nsign = \"S\"\nnote = \"S\"\n",
        "[keys]\nsign = \"S\"\nnote = 5\n",
        "[keys]\nsign = \"S\"\nnot = \"x\"\n",
    ] {
        let settings = found(&nothing, Some(wrong), &[UTF8]);
        assert_eq!(settings.bindings, Bindings::default(), "{wrong}");
        assert!(settings.rebound.is_empty() && settings.complaint().is_some(), "{wrong}");
    }
}

#[test]
fn a_file_that_is_wrong_is_said_in_one_line_with_its_place_and_the_rest_of_it_holds() {
    let settings = found(&LookArgs::default(), Some("theme = \"light\"\nclock = 5\n"), &[UTF8]);
    assert_eq!(settings.theme.value, Palette::Light);
    let said = settings.complaint().unwrap();
    assert_eq!(said, "settings 2:9: `clock` cannot be this (see mop config)");
    assert_eq!(found(&LookArgs::default(), Some("theme = \"light\"\n"), &[UTF8]).complaint(), None);
}

#[test]
fn the_file_is_looked_for_where_the_account_keeps_its_settings() {
    let there = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(there.path().join("mop")).unwrap();
    std::fs::write(there.path().join("mop/config.toml"), "bell = false\n").unwrap();
    let home = there.path().to_str().unwrap().to_owned();
    let found = |asked: Option<&str>, name: &'static str| {
        let variable = |known: &str| (known == name).then(|| OsString::from(&home));
        SettingsFile::find(asked.map(Path::new), &variable)
    };
    assert!(matches!(found(None, "XDG_CONFIG_HOME"), SettingsFile::Read(_)));
    assert!(matches!(found(None, "HOME"), SettingsFile::Absent(path) if path.ends_with(".config/mop/config.toml")));
    assert!(matches!(found(None, "OTHER"), SettingsFile::None));
    assert!(matches!(found(Some("none"), "XDG_CONFIG_HOME"), SettingsFile::None));
    assert!(matches!(found(Some("/proc/nothing/at/all"), "HOME"), SettingsFile::Unreadable(..)));
    assert!(matches!(found(Some("/dev/null"), "HOME"), SettingsFile::Unreadable(..)));
    assert!(matches!(found(Some("/"), "HOME"), SettingsFile::Unreadable(..)));
}
