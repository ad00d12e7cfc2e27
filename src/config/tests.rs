//! What can be set, and what is wrong where something else is written.

use super::*;

fn told<T>(text: &str, told: Option<Told<T>>) -> Option<(T, &str)> {
    told.map(|told| (told.value, &text[told.at]))
}

#[test]
fn every_knob_is_read_with_its_place() {
    let text = "theme = \"light\"\nascii=true\nclock = 'minutes'\nmouse = true\nbell = false\nnotify = false\n";
    let (config, mistakes) = Config::read(text);
    assert_eq!(mistakes, []);
    assert_eq!(told(text, config.theme), Some((Colours::Light, "\"light\"")));
    assert_eq!(told(text, config.ascii), Some((true, "true")));
    assert_eq!(told(text, config.clock), Some((Clock::Minutes, "'minutes'")));
    assert_eq!(told(text, config.mouse), Some((true, "true")));
    assert_eq!(told(text, config.bell), Some((false, "false")));
    assert_eq!(told(text, config.notify), Some((false, "false")));
}

#[test]
fn every_value_of_every_knob_can_be_written() {
    for knob in KNOBS {
        for value in knob.values {
            let quote = if knob.values.contains(&"true") { "" } else { "\"" };
            let text = format!("{} = {quote}{value}{quote}", knob.name);
            let (config, mistakes) = Config::read(&text);
            assert_eq!(mistakes, [], "{text}");
            assert_ne!(config, Config::default(), "{text}");
        }
        assert!(knob.values.contains(&knob.usual), "{}", knob.name);
    }
}

#[test]
fn keys_are_a_name_or_a_list_of_names() {
    let text = "[keys]\nsign = \"S\"\ndown = [\"j\", 'down']\n";
    let (config, mistakes) = Config::read(text);
    assert_eq!(mistakes, []);
    let keys: Vec<_> = config
        .keys
        .iter()
        .map(|bound| {
            let keys: Vec<_> = bound.keys.iter().map(|key| (key.value.as_str(), &text[key.at.clone()])).collect();
            (bound.command.value.as_str(), &text[bound.command.at.clone()], keys)
        })
        .collect();
    assert_eq!(
        keys,
        [("sign", "sign", vec![("S", "\"S\"")]), ("down", "down", vec![("j", "\"j\""), ("down", "'down'")])]
    );
}

#[test]
fn an_empty_file_sets_nothing() {
    for text in ["", "\n", "# nothing\n", "[keys]\n"] {
        assert_eq!(Config::read(text), (Config::default(), Vec::new()), "{text:?}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_to_write() {
    // The file, what is wrong in it, how that is said, and what helps.
    let cases = [
        ("them = \"dark\"", "them", "there is no setting called `them`", "did you mean `theme`?"),
        ("font = \"mono\"", "font", "there is no setting called `font`", "there are theme, ascii, clock"),
        ("theme = \"drak\"", "\"drak\"", "`theme` cannot be this", "did you mean \"dark\"?"),
        ("theme = true", "true", "`theme` cannot be this", "\"dark\" or \"light\""),
        ("ascii = \"true\"", "\"true\"", "`ascii` cannot be this", "did you mean true?"),
        ("ascii = 1", "1", "`ascii` cannot be this", "write true or false"),
        ("clock = \"hours\"", "\"hours\"", "`clock` cannot be this", "\"seconds\" or \"minutes\""),
        ("keys = \"s\"", "\"s\"", "`keys` is a table", "write [keys]"),
        ("[keys]\nsign = 5", "5", "a key has its name in quotes", "write \"s\""),
        ("[keys]\nsign = [\"s\", true]", "true", "a key has its name in quotes", "write \"s\""),
        ("[keys.sign]\na = 1", "[keys.sign]", "a key has its name in quotes", "write \"s\""),
        ("[colour]\nred = 1", "colour", "there is no setting called `colour`", "there are theme"),
    ];
    for (text, at, words, help) in cases {
        let (_, mistakes) = Config::read(text);
        let [mistake] = &mistakes[..] else { panic!("{text}: {mistakes:?}") };
        assert!(text[mistake.at.clone()].starts_with(at), "{text}: {mistake:?}");
        assert_eq!(mistake.words, words, "{text}");
        assert!(mistake.help.as_ref().is_some_and(|said| said.contains(help)), "{text}: {mistake:?}");
    }
}

#[test]
fn what_is_right_holds_beside_what_is_wrong() {
    let (config, mistakes) = Config::read("theme = \"light\"\nclock = 5\nbell = false\n");
    assert_eq!(mistakes.len(), 1);
    assert!(config.theme.is_some() && config.clock.is_none() && config.bell.is_some());
}

#[test]
fn of_what_is_no_toml_nothing_holds_and_the_place_is_said() {
    for text in ["theme = \"light\"\nbell\n", "bell = false\nbell = true\n", "a = \"\n", "\u{0}", "[keys\n", "= 5"] {
        let (config, mistakes) = Config::read(text);
        assert_eq!(config, Config::default(), "{text:?}");
        assert!(
            !mistakes.is_empty() && mistakes.iter().all(|m| m.words.starts_with("this is not TOML")),
            "{mistakes:?}"
        );
        assert!(mistakes.iter().all(|mistake| text.get(mistake.at.clone()).is_some()), "{text:?} {mistakes:?}");
    }
}

#[test]
fn a_file_full_of_mistakes_or_deep_as_a_well_is_read_to_its_end() {
    let many: String = (0..10_000).map(|n| format!("x{n} = 1\n")).collect();
    assert_eq!(Config::read(&many).1.len(), 50);
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(!Config::read(&deep).1.is_empty());
}
