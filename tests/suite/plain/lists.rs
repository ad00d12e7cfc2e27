//! The lists beside a run: `mop runs`, `mop status`, `mop redlines`, rehearsals.

use std::fs;

use serde_json::Value;

use super::site::Site;
use crate::flow::pty::Pty;

const BOOK: &str = "mop: 1\nid: risky\ntitle: Risky\nroles: { lead: Does it }\nsign: lead\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: danger, title: Make a mark, run: { command: touch MARK, expect: { exit: 0 } } }\n      - { id: safe, title: Say it, run: { command: echo said, safe: true, expect: { contains: said } } }\n";

fn risky(site: &Site) -> String {
    let mark = site.folder.path().join("mark");
    site.file("risky.yaml", &BOOK.replace("MARK", mark.to_str().unwrap()))
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn a_rehearsal_runs_only_what_is_safe_and_is_marked_everywhere() {
    let site = Site::new();
    let lines = "start 1.1\nsign 1.1\nstart 1.2\nsign 1.2\nseal all well\n";
    let said = site.mop(&["rehearse", &risky(&site), "--plain", "--as", "Ada"], lines).with(0);
    assert!(said.out.contains("This is a rehearsal"), "{}", said.out);
    assert!(said.out.contains("1.1 ended after 0.0 s: shown and not run: this is a rehearsal"), "{}", said.out);
    assert!(said.out.contains("1.2 | said"), "{}", said.out);
    assert!(!fs::exists(site.folder.path().join("mark")).unwrap(), "what is not safe was run");
    assert!(site.runs(false).is_empty());
    let run = site.runs(true).pop().unwrap();
    let id = run.to_str().unwrap().rsplit('-').next().unwrap().to_owned();
    assert!(fs::read_to_string(run.join("seal/seal.txt")).unwrap().contains("\nresult rehearsal: all well\n"));
    let status = site.mop(&["status", &id, "--format", "{kind} {state}"], "").with(0);
    assert_eq!(status.out, "rehearsal sealed\n");
    assert!(site.mop(&["log", &id], "").with(0).out.contains("started the rehearsal"));
    assert!(site.mop(&["runs", "--all"], "").with(0).out.contains("sealed, rehearsal"));
    assert!(site.mop(&["verify", &id], "").out.starts_with("NOBODY SIGNED THE SEAL"));
}

#[test]
fn a_rehearsal_runs_no_command_beside_the_runbook() {
    let site = Site::new();
    let mark = site.folder.path().join("beside");
    let lines = format!("pause\nwhy = practice\nbeside\ncommand = touch {}\ncontinue\nleave\n", mark.display());
    let said = site.mop(&["rehearse", &risky(&site), "--plain", "--as", "Ada"], &lines).with(0);
    assert!(said.out.contains("shown and not run: this is a rehearsal"), "{}", said.out);
    assert!(!fs::exists(mark).unwrap(), "it was run");
}

#[test]
fn a_rehearsal_is_one_on_the_full_screen_too() {
    let site = Site::new();
    let mut pty = Pty::start(site.state.path(), &["rehearse", "tour"], &[]);
    pty.wait_for("Your name");
    pty.press("Ada\r");
    pty.wait_for("begin the run");
    pty.press("y");
    pty.wait_for("Checklist");
    pty.press("\x03");
    pty.wait_for_end();
    let journal = fs::read_to_string(site.runs(true)[0].join("journal.jsonl")).unwrap();
    assert!(journal.lines().next().unwrap().contains(r#""rehearsal":true"#), "{journal}");
    assert!(site.runs(false).is_empty());
}

#[test]
fn a_rehearsal_and_a_run_are_kept_apart() {
    let site = Site::new();
    let book = risky(&site);
    site.mop(&["run", &book, "--rehearse", "--plain", "--as", "Ada"], "").with(0);
    site.mop(&["run", &book, "--plain", "--as", "Ada"], "start 1.1\n").with(0);
    assert!(fs::exists(site.folder.path().join("mark")).unwrap());
    assert_eq!((site.runs(false).len(), site.runs(true).len()), (1, 1));
    // The only real one is meant.
    let said = site.mop(&["resume", "--plain", "--as", "Ada"], "").with(0);
    assert!(said.out.contains(&format!("run {}", site.id())), "{}", said.out);
}

#[test]
fn runs_are_listed_with_how_they_stand() {
    let site = Site::new();
    let book = risky(&site);
    assert_eq!(site.mop(&["runs"], "").with(0).out, "");
    site.mop(&["run", &book, "--plain", "--as", "Ada"], "start 1.1\nsign 1.1\n").with(0);
    let id = site.id();
    site.mop(&["run", &book, "--plain", "--as", "Bob"], "close\nresult = off\n").with(0);
    let open = site.mop(&["runs", "--format", "json"], "").with(0).out;
    let open: Vec<_> = open.lines().map(json).collect();
    assert_eq!(open.len(), 1);
    let run = &open[0];
    assert_eq!((&run["run"], &run["title"], &run["state"]), (&id.as_str().into(), &"Risky".into(), &"open".into()));
    assert_eq!((&run["done"], &run["of"], &run["people"][0]), (&1.into(), &2.into(), &"Ada".into()));
    assert_eq!(site.mop(&["runs", "--all", "--format", "json"], "").with(0).out.lines().count(), 2);
    let text = site.mop(&["runs"], "").with(0).out;
    assert!(text.contains(&id) && text.contains("1/2") && text.contains("here: nobody"), "{text}");
    // A run that cannot be read is no reason to hide the others.
    let broken = site.runs(false).into_iter().find(|run| !run.to_str().unwrap().ends_with(&id)).unwrap();
    fs::remove_file(broken.join("manifest.json")).unwrap();
    let text = site.mop(&["runs"], "").with(0).out;
    assert!(text.contains("cannot be read") && text.contains(&id), "{text}");
}

#[test]
fn without_a_word_the_only_open_run_is_meant_and_several_are_listed() {
    let site = Site::new();
    let book = risky(&site);
    let said = site.mop(&["resume", "--plain", "--as", "Ada"], "").with(2);
    assert!(said.err.contains("there is no run to go on with"), "{}", said.err);
    site.mop(&["run", &book, "--plain", "--as", "Ada"], "").with(0);
    let first = site.id();
    site.mop(&["resume", "--plain", "--as", "Ada"], "").with(0);
    site.mop(&["run", &book, "--plain", "--as", "Ada"], "").with(0);
    let said = site.mop(&["resume", "--plain", "--as", "Ada"], "").with(2);
    assert!(said.err.contains("several runs are not closed") && said.err.contains(&first), "{}", said.err);
    site.mop(&["resume", &first, "--plain", "--as", "Ada"], "seal done\n").with(0);
    site.mop(&["resume", "--plain", "--as", "Ada"], "").with(0);
}

#[test]
fn every_name_of_a_status_is_in_its_json_and_in_the_readme() {
    let site = Site::new();
    site.mop(&["run", &risky(&site), "--plain", "--as", "Ada"], "start 1.1\n").with(0);
    let object = json(&site.status("json"));
    assert_eq!(
        (&object["step"], &object["standing"], &object["id"]),
        (&"1.1".into(), &"to sign".into(), &"one/danger".into())
    );
    assert_eq!((&object["needs"], &object["progress"]), (&"sign 1.1, as lead".into(), &"0/2".into()));
    let names: Vec<_> = object.as_object().unwrap().keys().map(|name| format!("{{{name}}}")).collect();
    let line = site.status(&names.join(" "));
    assert!(!line.contains('{'), "{line}");
    let readme = fs::read_to_string(crate::reading::here("README.md")).unwrap();
    assert!(
        readme.contains(&names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ")),
        "write it anew: {names:?}"
    );
    let said = site.mop(&["status", &site.id(), "--format", "{stat}"], "").with(2);
    assert!(said.err.contains("did you mean state?") && said.err.contains("there are: run, name"), "{}", said.err);
    assert!(site.mop(&["status", &site.id()], "").with(0).out.contains("open 0/2: 1.1 Make a mark (to sign)"));
}

#[test]
fn redlines_are_listed_for_the_author() {
    let site = Site::new();
    let lines = "redline 1.1\nwas = Make a mark\nnow = Make two marks\nwhy = One is not seen\nredline\nnow = Say it shorter\nwhy = It is long\n";
    site.mop(&["run", &risky(&site), "--plain", "--as", "Ada"], lines).with(0);
    let said = site.mop(&["redlines", &site.id()], "").with(1);
    for words in [
        "# record 1: 1.1 one/danger Make a mark\n# by Ada, 2",
        "# why: One is not seen\n--- a/risky.yaml\n+++ b/risky.yaml\n@@ ",
        "# now: Say it shorter\n# not applied: it does not say which text it replaces\n",
        "the whole runbook",
    ] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    assert!(said.err.contains("1 of 2 cannot be put into the text"), "{}", said.err);
    let all = site.mop(&["redlines", &site.id(), "--format", "json"], "").with(1).out;
    let all: Vec<_> = all.lines().map(json).collect();
    assert_eq!(
        (&all[0]["step"], &all[0]["now"], &all[0]["who"]["id"]),
        (&"one/danger".into(), &"Make two marks".into(), &"ada".into())
    );
    assert_eq!((all.len(), &all[1]["step"], &all[1]["was"]), (2, &Value::Null, &"".into()));
}

#[test]
fn a_runbook_that_was_changed_is_said_step_by_step_and_the_pinned_one_is_run() {
    let site = Site::new();
    let book = risky(&site);
    site.mop(&["run", &book, "--plain", "--as", "Ada"], "").with(0);
    let resume = || site.mop(&["resume", "--plain", "--as", "Ada"], "").with(0).out;
    assert!(!resume().contains("was changed"));
    let now = BOOK.replace("Make a mark", "Make a sign").replace("echo said", "echo told");
    let now = now.replace("      - { id: safe", "      - { id: more, title: One more }\n      - { id: safe");
    site.file("risky.yaml", &now);
    let said = resume();
    for words in [
        "The runbook was changed since the run began",
        "changed danger: title `Make a mark` is now `Make a sign`",
        "changed safe: its command is now `echo told`",
        "added more: One more",
        "runbook: Go on with the runbook as it is here (keep)",
        "1.1 Make a mark",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    site.file("risky.yaml", "mop: 1\n");
    assert!(resume().contains("the file has errors now; mop check says which"));
    fs::remove_file(site.folder.path().join("risky.yaml")).unwrap();
    assert!(!resume().contains("was changed"));
}
