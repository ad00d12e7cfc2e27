//! What the README says is so: its examples, its commands, its exit codes.

use std::fs;

use assert_cmd::Command;
use mop::cli::Exit;
use mop::config::{Config, KNOBS};
use mop::run::Verb;
use mop::runbook::shipped;
use mop::ui::command::TABLE;
use mop::ui::{Bindings, Wish};

use crate::reading::{read, shown};

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

/// Returns the blocks of one language.
fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_example_in_the_readme_passes_without_a_warning() {
    let examples = blocks("yaml");
    assert!(!examples.is_empty());
    for example in examples {
        let loaded = read(&example);
        assert!(loaded.diagnostics.is_empty(), "{}", shown(&loaded));
    }
}

#[test]
fn the_message_in_the_readme_is_the_message_that_is_printed() {
    let book = "mop: 1\ntitle: Restart the site\ninputs:\n  site: { ask: Address of the site, type: url }\nactivities:\n  - title: Restart\n    estimate: 5m\n    steps:\n      - Stand by\n      - \"Write to {{ site }}\"\n      - title: Restart it\n        run: restart-site\n        text: It says ok.\n      - \"Open {{ sites }} in a browser\"\n";
    let loaded = mop::runbook::load("restart.yaml", book.as_bytes().to_vec(), &mop::runbook::NoLibrary);
    assert_eq!(blocks("text")[0].trim_end(), shown(&loaded).trim_end());
}

#[test]
fn every_command_in_the_readme_is_there_and_every_command_is_in_the_readme() {
    let help = String::from_utf8(Command::cargo_bin("mop").unwrap().arg("--help").output().unwrap().stdout).unwrap();
    let commands = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| line.starts_with("  "));
    // What a line says further stands below it, more to the right.
    let commands = commands.filter(|line| !line.starts_with("   "));
    let commands: Vec<_> =
        commands.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help").collect();
    let text = readme();
    let listed: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `mop "))
        .filter_map(|rest| rest.split([' ', '`']).next())
        .collect();
    assert_eq!(listed, commands);
}

/// Returns the rows of the key table as the table of commands has them.
fn keys() -> Vec<String> {
    // One command, at least, can be given in every mode: leaving.
    let everywhere = TABLE.iter().map(|entry| entry.modes.len()).max().unwrap_or_default();
    let rows = TABLE.iter().map(|entry| {
        let keys: Vec<_> = entry.keys.iter().map(|key| format!("`{}`", key.name())).collect();
        let modes: Vec<_> = entry.modes.iter().map(|mode| format!("{mode:?}").to_lowercase()).collect();
        let modes = if modes.len() == everywhere { "everywhere".to_owned() } else { modes.join(", ") };
        format!("| {} | {modes} | {} |", keys.join(" "), entry.help)
    });
    rows.collect()
}

#[test]
fn the_keys_in_the_readme_are_the_keys_of_the_program() {
    let text = readme();
    let table = text.split("| key | where | what it does |\n").nth(1).unwrap();
    let listed: Vec<_> = table.lines().skip(1).take_while(|line| line.starts_with("| ")).collect();
    assert_eq!(listed, keys(), "write it anew:\n{}", keys().join("\n"));
}

#[test]
fn the_settings_in_the_readme_are_all_there_are_and_what_holds_without_them() {
    let [text] = &blocks("toml")[..] else { panic!("one example of settings") };
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
fn the_readme_names_everything_that_a_person_can_do() {
    let readme = readme();
    for verb in Verb::ALL {
        assert!(readme.contains(&format!("`{}`", verb.word())), "the README does not name {}", verb.word());
    }
}

#[test]
fn the_readme_lists_every_exit_code() {
    let all = Exit::ALL.iter().map(|exit| (exit.code().to_string(), exit.meaning()));
    let codes: Vec<_> = all.chain([("128 + n".to_owned(), Exit::Signal(0).meaning())]).collect();
    let rows: Vec<_> = codes.iter().map(|(code, meaning)| format!("| {code} | {meaning} |")).collect();
    let text = readme();
    let table = text.split("| exit code | meaning |").nth(1).unwrap();
    let listed: Vec<_> = table.lines().skip(2).take_while(|line| line.starts_with("| ")).collect();
    assert_eq!(listed, rows);
}

#[test]
fn the_readme_names_every_runbook_that_comes_with_the_program() {
    let text = readme();
    for shipped in shipped::ALL.iter().filter(|shipped| shipped.id != "tour-part") {
        assert!(text.contains(&format!("`{}`", shipped.id)), "{} is missing", shipped.id);
    }
}

#[test]
fn the_static_binary_is_built_by_the_command_that_the_readme_says() {
    let built: Vec<_> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines())
        .filter(|line| line.contains("crt-static"))
        .map(str::to_owned)
        .collect();
    let [command] = &built[..] else { panic!("{built:?}") };
    let ci = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/run")).unwrap();
    assert!(ci.lines().any(|line| line == command), ".ci/run does not build it with:\n{command}");
    let file = command.split_whitespace().last().map(|target| format!("{target}/release/mop")).unwrap();
    assert!(readme().contains(&format!("`target/{file}`")) && ci.contains(&format!("/{file}\"")), "{file}");
}
