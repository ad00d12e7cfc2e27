//! What is said in a dialogue: what fits, what does not, and what ends a file of answers.

use std::fs;

use super::site::Site;

const SMALL: &str = "mop: 1\nid: small\ntitle: Small\nroles: { lead: Does it, witness: Sees it }\nsign: lead\ninputs:\n  place: { ask: Where?, example: here }\n  tries: { ask: How often?, type: number, default: 3 }\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: first, title: \"First at {{ place }}\", text: \"It is \\x1b[31mred\\u202e\" }\n      - { id: both, title: Both sign, sign: [lead, witness] }\n      - id: way\n        title: Which way?\n        choose:\n          - { id: left, title: Left }\n          - { id: right, title: Right, record: { why_right: { ask: Why right? } } }\n      - { id: last, title: Last, sign: none }\n";

fn small(site: &Site) -> String {
    site.file("small.yaml", SMALL)
}

/// Runs the small runbook with answers, and gives how that ended.
fn answered(site: &Site, answers: &str) -> super::site::Said {
    let (book, answers) = (small(site), site.file("answers.txt", answers));
    site.mop(&["run", &book, "--set", "place=Paris", "--as", "Ada", "--answers", &answers], "")
}

#[test]
fn a_run_goes_from_start_to_seal_through_a_pipe() {
    let site = Site::new();
    let lines = "place = Rome\noperator = Ada\nsign 1.1\nsign 1.2\nperson Bob\nsign 1.2\nchoose 1.3 right\nwhy_right = It is shorter\nsign 1.3\nnote\ntext = All well\nsign 1.4\nseal done\n";
    let said = site.mop(&["run", &small(&site), "--plain"], lines).with(0);
    assert_eq!(site.status("{state} {progress}"), "sealed 4/4");
    assert!(said.out.contains("1.1 First at Rome"), "{}", said.out);
    assert!(said.out.lines().any(|line| line.starts_with("recorded 1  Ada signed 1.1 as lead (name)")), "{}", said.out);
    let records = site.records();
    assert_eq!(records[0]["answers"].to_string(), r#"{"place":"Rome","tries":"3"}"#);
    let note = records.iter().find(|record| record["t"] == "note_added").unwrap();
    assert_eq!((&note["text"], &note["who"]["id"]), (&"All well".into(), &"bob".into()));
}

#[test]
fn what_is_shown_is_safe_and_no_longer_than_a_line() {
    let site = Site::new();
    let said = site.mop(&["run", &small(&site), "--plain", "--set", "place=a", "--as", "Ada"], "list\nhelp\n").with(0);
    assert!(!said.out.contains('\x1b') && !said.out.contains('\u{202e}'), "{}", said.out);
    assert!(said.out.contains("red"));
    assert!(said.out.lines().all(|line| line.chars().count() <= 120), "{}", said.out);
}

#[test]
fn an_empty_line_does_nothing_and_who_acts_names_the_step() {
    let site = Site::new();
    let empty = "\n".repeat(50);
    let said = site
        .mop(&["run", &small(&site), "--plain", "--set", "place=a", "--as", "Ada"], &format!("tries = 2\n{empty}"))
        .with(0);
    assert_eq!(site.records().len(), 2, "it began and ended: {}", said.out);
    let id = site.id();
    for (line, why) in [
        ("sign", "refused: name the step: sign 1.1"),
        ("choose left", "refused: no step of this run has the number or id left"),
        ("sign 9.9", "refused: no step of this run has the number or id 9.9"),
        ("sign 1.1 please", "refused: nothing stands behind the step: sign 1.1"),
        ("sgn 1.1", "refused: `sgn` means nothing here; did you mean sign?"),
        ("start 1.1", "refused: there is nothing to start in this step"),
        ("sign 1.4", "refused: locked: 1.1 comes first"),
        ("choose 1.3 up", "refused: there is no option up; the options are: left, right"),
        ("skip 1.1", "refused: why is asked; the next line has to be why = VALUE"),
        ("attach nothing.txt", "refused: nothing.txt: No such file"),
    ] {
        let said = site.mop(&["resume", &id, "--plain", "--as", "Ada"], &format!("{line}\n"));
        assert!(said.out.contains(why), "{line}: {}", said.out);
        assert_eq!(said.code, 1, "{line}");
    }
    assert!(
        site.records()
            .iter()
            .all(|record| !["step_signed", "option_chosen", "step_confirmed"].contains(&record["t"].as_str().unwrap()))
    );
}

#[test]
fn answers_that_do_not_fit_end_where_they_stand_and_the_run_stays() {
    for (answers, line, why, fits) in [
        ("sign 1.1\nsign 1.1\n", 2, "this is done", "sign 1.2, as lead"),
        ("# a remark\n\nsign 1.2\n", 3, "locked: 1.1 comes first", "sign 1.1, as lead"),
        ("sign 1.1\nnonsense\n", 2, "`nonsense` means nothing here", "sign 1.2, as lead"),
        ("place = Rome\nsign 1.1\n", 1, "`place` means nothing here", "sign 1.1, as lead"),
        ("1.2: sign 1.1\n", 1, "nothing stands behind the step", "sign 1.1, as lead"),
        ("skip 1.1\nsign 1.1\n", 2, "does not answer what is asked", "why = VALUE"),
        ("tries = many\nsign 1.1\n", 1, "number", "tries = VALUE (number)"),
    ] {
        let site = Site::new();
        let said = answered(&site, answers).with(1);
        assert!(
            said.err.contains(&format!("answers.txt:{line}: ")) && said.err.contains(why),
            "{answers}: {}",
            said.err
        );
        assert!(said.err.contains("asked: ") && said.err.contains(&format!("fits: {fits}")), "{answers}: {}", said.err);
        if !answers.starts_with("tries") {
            assert!(said.out.contains(&format!("The run stays as it is: mop resume {}", site.id())));
            assert_eq!(site.status("{state}"), "open");
        }
    }
}

#[test]
fn answers_that_nobody_asked_for_are_a_mistake_and_a_file_that_is_none_is_not_begun() {
    let site = Site::new();
    let said = answered(&site, "seal early\nsign 1.1\nsign 1.2\n").with(1);
    assert!(said.err.contains("answers.txt:2: 2 lines are left over, as the run is over"), "{}", said.err);
    assert_eq!(site.status("{state}"), "sealed");
    let site = Site::new();
    answered(&site, "sign 1.1\nsign\u{7}1.2\n").with(2);
    fs::write(site.folder.path().join("bytes"), [0xFF, 0xFE]).unwrap();
    site.mop(&["run", "tour", "--answers", "bytes"], "").with(2);
    site.mop(&["run", "tour", "--answers", "not-there"], "").with(2);
    assert!(site.runs(false).is_empty());
}

#[test]
fn answers_that_end_early_leave_the_run_to_be_gone_on_with() {
    let site = Site::new();
    let said = answered(&site, "sign 1.1\none/both: sign\n").with(0);
    assert!(said.out.contains(&format!("The run stays as it is: mop resume {}", site.id())), "{}", said.out);
    let said = site.mop(&["resume", "--plain", "--as", "Bob"], "sign 1.2\n").with(0);
    assert!(said.out.contains("recorded before the drop: 2  Ada signed 1.2 as lead"), "{}", said.out);
    assert_eq!(site.status("{progress} {step} {needs}"), "2/4 1.3 choose 1.3 OPTION");
}

#[test]
fn the_window_and_the_inputs_can_be_given_on_the_command_line() {
    let site = Site::new();
    let book = site.file("window.yaml", &SMALL.replace("roles:", "window: { length: 1h }\nroles:"));
    let run = |more: &[&str]| {
        site.mop(&[&["run", &book, "--plain", "--as", "Ada", "--set", "place=a"], more].concat(), "time\n")
    };
    let said = run(&["--window", "2030-03-01T22:00+01:00", "--for", "3h", "--set", "tries=7"]).with(0);
    assert!(said.out.contains("window begins: ") && said.out.contains("forecast: ends "), "{}", said.out);
    let start = &site.records()[0];
    assert_eq!(
        start["window"].to_string(),
        r#"{"start":"2030-03-01T22:00:00+01:00","end":"2030-03-02T01:00:00+01:00"}"#
    );
    assert_eq!(start["answers"]["tries"], "7");
    for (more, why) in [
        (["--set", "plaice=a"], "did you mean place?"),
        (["--set", "tries=many"], "--set tries"),
        (["--set", "place"], "write NAME=VALUE"),
        (["--window", "soon"], "--window: "),
    ] {
        let said = run(&more).with(2);
        assert!(said.err.contains(why), "{}", said.err);
    }
    assert_eq!(site.runs(false).len(), 1);
}

#[test]
fn a_step_is_settled_in_every_other_way_with_a_reason() {
    let site = Site::new();
    let lines = "skip 1.1\nwhy = Not needed\ndefer 1.2\nto = Carl\nuntil = Monday\nwhy = No time\nrule-out 1.3\nwhy = There is one way only\nfail 1.4\nwhy = It broke\nretry 1.4\nmended = The fuse\nsign 1.4\nclose\nresult = done\nhand-over 1.2\nto = Carl\nwhy = By mail\nseal put off\n";
    let said =
        site.mop(&["run", &small(&site), "--plain", "--set", "place=a", "--as", "Ada"], &format!("tries = 1\n{lines}"));
    assert!(said.out.contains("refused: deferred and still open: 1.2"), "{}", said.out);
    assert!(said.out.contains("outcome   deferred to Carl until Monday"), "{}", said.out);
    assert_eq!(said.code, 1, "one line was refused");
    assert_eq!(site.status("{state} {result}"), "sealed put off");
}

#[test]
fn a_file_is_attached_to_a_step_and_kept_by_its_hash() {
    let site = Site::new();
    let file = site.file("proof.log", "all is well\n");
    let lines = format!("tries = 1\nattach 1.1 {file}\nattach {file}\n");
    let said = site.mop(&["run", &small(&site), "--plain", "--set", "place=a", "--as", "Ada"], &lines).with(0);
    assert!(said.out.contains("attached proof.log on 1.1 (12 bytes)"), "{}", said.out);
    let records = site.records();
    let attached: Vec<_> = records.iter().filter(|record| record["t"] == "file_attached").collect();
    assert_eq!((attached.len(), &attached[0]["step"]), (2, &"one/first".into()));
    let blob = attached[0]["blob"].as_str().unwrap();
    assert_eq!(fs::read_to_string(site.run().join("blobs").join(&blob[..2]).join(blob)).unwrap(), "all is well\n");
}

#[test]
fn a_pin_is_asked_without_being_shown_and_a_wrong_one_is_recorded() {
    let site = Site::new();
    site.mop(&["roster", "add", "ada@example.com", "--name", "Ada"], "").with(0);
    site.mop(&["roster", "pin", "ada@example.com"], "correct horse\ncorrect horse\n").with(0);
    site.mop(&["roster", "level", "pin"], "").with(0);
    let lines = "tries = 1\nsign 1.1\npin = battery staple\nsign 1.1\npin = correct horse\n";
    let said = site.mop(&["run", &small(&site), "--plain", "--set", "place=a", "--as", "ada"], lines).with(1);
    assert!(
        said.out.contains("refused: a wrong PIN; not signed, and recorded so in record 1; 4 more tries"),
        "{}",
        said.out
    );
    assert!(said.out.contains("recorded 2  Ada signed 1.1 as lead (pin)"), "{}", said.out);
    assert!(!said.out.contains("battery") && !said.out.contains("horse"), "{}", said.out);
}

#[test]
fn an_earlier_record_is_amended_and_the_run_is_paused_for_a_command_beside_it() {
    let site = Site::new();
    let lines = "tries = 1\nsign 1.1\namend\nrecord = 1\nwrong = It was Rome\nright = It was Paris\nwhy = A slip\npause\nwhy = Coffee\nsign 1.2\nbeside\ncommand = echo beside\ncontinue\nsign 1.2\n";
    let said = site.mop(&["run", &small(&site), "--plain", "--set", "place=a", "--as", "Ada"], lines).with(1);
    for words in [
        "meaning   amended",
        "record 1 is wrong: It was Rome; right is: It was Paris (A slip)",
        "refused: the run is paused; let it go on first",
        "beside/1 | beside",
        "Ada lets the run go on",
        "Ada signed 1.2 as lead",
    ] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
}
