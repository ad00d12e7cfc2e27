//! What commands printed is held against what was recorded of it, when a run is verified.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::site::Site;

const BOOK: &str = "mop: 1\nid: small\ntitle: Small\nroles: { lead: Does it }\nsign: lead\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: say, title: Say it, run: { command: \"echo told; echo aside >&2\", expect: { exit: 0 } } }\n      - { id: much, title: Say much, run: { command: \"seq 1 3000000\", expect: { exit: 0 } } }\n";

/// A run in which commands printed something: one of a step, one of a step too much to be kept, one beside it.
fn printed() -> Site {
    let site = Site::new();
    let book = site.file("small.yaml", BOOK);
    let lines =
        "start 1.1\nsign 1.1\nstart 1.2\nsign 1.2\npause\nwhy = To look\nbeside\ncommand = echo beside\ncontinue\n";
    site.mop(&["run", &book, "--plain", "--as", "Ada"], lines).with(0);
    site
}

fn verified(site: &Site, code: i32) -> (String, Value) {
    let text = site.mop(&["verify", &site.id()], "").with(code).out;
    let json = site.mop(&["verify", &site.id(), "--format", "json"], "").with(code).out;
    (text, serde_json::from_str(&json).unwrap())
}

/// Finds the folder of a command by the beginning of its name.
fn folder(site: &Site, begin: &str) -> PathBuf {
    let folders = fs::read_dir(site.run().join("commands")).unwrap().map(|entry| entry.unwrap().path());
    let found = folders.into_iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(begin));
    found.unwrap_or_else(|| panic!("no folder of {begin}"))
}

#[test]
fn what_is_as_it_was_printed_is_said_to_be_and_what_was_not_kept_whole_too() {
    let site = printed();
    let (text, json) = verified(&site, 3);
    assert!(text.contains("output      6 outputs of commands: as recorded; of 1 only a part was kept"), "{text}");
    assert_eq!(json["outputs"], json!({ "all": 6, "parts": 1, "wrong": 0 }));
    let found = &json["found"][0];
    assert_eq!((&found["weight"], &found["about"]), (&json!("note"), &json!("output")));
    let words = found["words"].as_str().unwrap();
    assert!(words.contains("of the stdout of the step one/much, attempt 1"), "{words}");
    assert!(words.contains("of 22,888,896 bytes were kept; they cannot be held against the hash"), "{words}");
    // Of that one only the length is compared.
    let last = fs::read_dir(folder(&site, "one-much")).unwrap().map(|entry| entry.unwrap().path());
    let last = last.filter(|path| path.to_str().unwrap().contains("output-")).max().unwrap();
    fs::remove_file(last).unwrap();
    let (text, _) = verified(&site, 1);
    assert!(text.contains("the stdout of the step one/much, attempt 1 is not what was recorded"), "{text}");
}

#[test]
fn output_that_was_altered_or_is_missing_is_told_by_its_step() {
    let site = printed();
    let path = folder(&site, "one-say").join("output-000000");
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, good.replace("told", "tolb")).unwrap();
    let (text, json) = verified(&site, 1);
    assert!(text.starts_with("ALTERED  record"), "{text}");
    assert!(
        text.contains("the stdout of the step one/say, attempt 1 is not what was recorded: its bytes are"),
        "{text}"
    );
    assert!(!text.contains("stderr of the step one/say"), "{text}");
    assert_eq!((&json["verdict"], &json["outputs"]["wrong"]), (&json!("altered"), &json!(1)));
    let record = site.records().into_iter().find(|record| record["t"] == "action_ended").unwrap();
    assert_eq!((&json["found"][0]["about"], &json["found"][0]["record"]), (&json!("output"), &record["n"]));
    assert!(site.mop(&["verify", &site.id(), "--explain"], "").out.contains("bytes differ, as is said above"));
    fs::write(&path, good).unwrap();
    verified(&site, 3);
    fs::remove_dir_all(folder(&site, "one-say")).unwrap();
    let (text, json) = verified(&site, 1);
    assert!(text.contains("the stdout of the step one/say, attempt 1 is missing; 5 bytes were recorded"), "{text}");
    assert!(text.contains("the stderr of the step one/say, attempt 1 is missing; 6 bytes were recorded"), "{text}");
    assert_eq!(json["outputs"]["wrong"], json!(2));
}

#[test]
fn a_command_beside_the_runbook_is_looked_at_as_well() {
    let site = printed();
    fs::remove_file(folder(&site, "beside").join("output-000000")).unwrap();
    let (text, _) = verified(&site, 1);
    assert!(text.contains("the stdout of command 1 beside the runbook is missing; 7 bytes were recorded"), "{text}");
}

#[test]
fn a_link_in_the_place_of_what_was_printed_is_not_followed() {
    let site = printed();
    let path = folder(&site, "one-say").join("output-000000");
    let elsewhere = site.folder.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let (text, _) = verified(&site, 1);
    assert!(
        text.contains("the stdout of the step one/say, attempt 1 is not what was recorded: a file of it"),
        "{text}"
    );
}
