//! What the README says is so: its examples, its commands, its exit codes.

use std::fs;

use assert_cmd::Command;
use mop::cli::Exit;
use mop::run::Verb;
use mop::runbook::shipped;
use regex::Regex;

use crate::reading::{files, here, read, shown};

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
    let help = help_of(&[]);
    let commands = commands_in(&help);
    let text = readme();
    let listed: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `mop "))
        .filter_map(|rest| rest.split([' ', '`']).next())
        .collect();
    assert_eq!(listed, commands);
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

/// Makes the anchor of a heading, as GitHub does.
fn anchor(heading: &str) -> String {
    let plain = heading.to_lowercase().replace(' ', "-");
    plain.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

#[test]
fn every_link_of_the_readme_and_the_pages_leads_somewhere() {
    let link = Regex::new(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)").unwrap();
    let mut links = 0;
    for page in [vec![here("README.md")], files("docs", ".md")].concat() {
        let text = fs::read_to_string(&page).unwrap();
        for found in link.captures_iter(&text).filter(|found| !found[1].contains("://")) {
            let target = match &found[1] {
                "" => page.clone(),
                path => page.parent().unwrap().join(path),
            };
            let there = fs::read_to_string(&target).unwrap_or_else(|_| panic!("{}: {}", page.display(), &found[0]));
            let headings: Vec<_> = there
                .lines()
                .filter(|line| line.starts_with('#'))
                .map(|line| anchor(line.trim_start_matches(['#', ' '])))
                .collect();
            let is_there = found.get(2).is_none_or(|wanted| headings.iter().any(|heading| heading == wanted.as_str()));
            assert!(is_there, "{}: {} leads nowhere", page.display(), &found[0]);
            links += 1;
        }
    }
    assert!(links >= 30, "{links}");
}

#[test]
fn the_readme_leads_to_every_page_and_every_page_is_one() {
    let text = readme();
    for page in files("docs", ".md") {
        let name = page.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            text.contains(&format!("| [docs/{name}](docs/{name}) | ")),
            "{name} is in no row of the table of pages"
        );
    }
}

#[test]
fn everybody_finds_his_part_at_the_top() {
    let text = readme();
    let top = text.split("## On a fresh machine").next().unwrap();
    for part in ["a-run", "two-operators", "after-a-run", "writing-a-runbook", "the-other-pages"] {
        assert!(top.contains(&format!("(#{part})")), "{part}");
    }
    assert!(top.lines().count() <= 20, "it is seen without scrolling");
}

/// Gives the commands that a help lists.
fn commands_in(help: &str) -> Vec<&str> {
    let listed = help.split("Commands:\n").nth(1).unwrap_or_default();
    let lines = listed.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    lines.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help").collect()
}

fn help_of(words: &[&str]) -> String {
    let output = Command::cargo_bin("mop").unwrap().args(words).arg("--help").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_word_behind_a_command_is_in_the_readme() {
    let (text, all) = (readme(), help_of(&[]));
    let mut found = 0;
    for command in commands_in(&all) {
        for word in commands_in(&help_of(&[command])) {
            let is_there = text.contains(&format!("`{word}`")) || text.contains(&format!("mop {command} {word}"));
            assert!(is_there, "mop {command} {word}");
            found += 1;
        }
    }
    assert!(found >= 4, "mop roster has some");
}
