//! Text that wants to be something else, in every field of a report and in every form of it.

use mop::app::Reading;
use mop::journal::{Disk, read_all};
use mop::report::{Account, Check, Grade, Material, Printed, csv, html, json, markdown};
use mop::run::{Answer, Found, Person, ProbeState, Start, What};
use mop::text::{Shown, is_dangerous};
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value as Json;

use super::evening::{Ended, Evening, start};

pub const EVIL: &str = "</pre><script>stolen=1</script><img src=x onerror=stolen=1>\"'&|`~~~\u{202e}\u{1b}[31m\n| a | b |\n# no\n=cmd|' /C calc'!A0 @all ![x](http://x)";

/// A run in which every text that people and programs give is hostile.
pub fn run() -> Evening {
    let quoted = serde_json::to_string(EVIL).unwrap();
    let book = super::scenes::BOOK.replace(
        "title: Prepare",
        &format!("title: {}", serde_json::to_string(&EVIL.replace(['\n', '\u{1b}', '\u{202e}'], " ")).unwrap()),
    );
    let who = Person { id: "eve".into(), name: EVIL.into() };
    let start = Start {
        title: EVIL.into(),
        machine: vec![(EVIL.into(), EVIL.into())],
        answers: vec![("site".into(), Answer::One(EVIL.into()))],
        ..start()
    };
    assert!(!quoted.is_empty());
    let mut run = Evening::begin_as("21:52:00", &book, (start, who.clone()));
    run.record(
        "21:53:00",
        Person::program(),
        What::ProbeChanged {
            probe: EVIL.into(),
            was: ProbeState::Unknown,
            state: ProbeState::Bad,
            words: EVIL.into(),
            sha256: None,
        },
    );
    run.record("21:54:00", who.clone(), What::NoteAdded { step: None, text: EVIL.into() });
    run.record("21:54:30", who.clone(), What::NoteAdded { step: Some("prepare/tell".into()), text: EVIL.into() });
    run.record(
        "21:55:00",
        who.clone(),
        What::RedlineAdded { step: None, was: EVIL.into(), now: EVIL.into(), why: EVIL.into() },
    );
    run.record("21:56:00", who.clone(), What::RunPaused { why: EVIL.into() });
    run.record("21:57:00", who.clone(), What::SignatureRefused { step: "prepare/tell".into(), why: EVIL.into() });
    run.start("22:03:00", "prepare/backup", (1, Some(EVIL)));
    let ended = Ended { found: Found::Failed, why: EVIL, took_ms: 1_000, exit: Some("exit 1"), out: EVIL };
    run.end("22:05:00", ("prepare/backup", 1), ended);
    run.record("22:06:00", who, What::RunClosed { result: EVIL.replace('\n', " ") });
    run
}

/// Reads an account of a run, as the program does.
fn account(run: &Evening) -> Account {
    let records = read_all(&Disk, &run.run()).unwrap().0.len() as u64;
    let reading = Reading::of(&Disk, &run.run(), records).unwrap();
    let check = Check {
        verdict: "unsealed",
        title: "UNSEALED",
        words: "x".into(),
        exit: 3,
        grade: Grade::Mixed,
        looked_at: vec![("run", "x".into())],
        found: vec![("note", "x".into())],
        records,
        ..Check::default()
    };
    let Reading { run: folded, records, printed } = &reading;
    Account::of(&Material { name: &run.name, run: folded, records, printed, check: &check })
}

/// Puts a text into every field that holds text from outside.
fn spoil(account: &mut Account, text: &str) {
    let put = |field: &mut String| text.clone_into(field);
    let identity = &mut account.identity;
    [&mut identity.title, &mut identity.run, &mut identity.runbook, &mut identity.name].into_iter().for_each(put);
    identity.version.iter_mut().for_each(put);
    let pairs = [&mut identity.files, &mut identity.machine, &mut identity.answers];
    pairs.into_iter().flatten().flat_map(|(name, value)| [name, value]).for_each(put);
    account.alarm = Some(text.to_owned());
    account.answers.iter_mut().flat_map(|answer| [&mut answer.short, &mut answer.words]).for_each(put);
    account.deviations.iter_mut().map(|found| &mut found.words).for_each(put);
    for person in &mut account.people {
        [&mut person.id, &mut person.name].into_iter().chain(&mut person.roles).for_each(put);
    }
    account.lines.iter_mut().flat_map(|line| [&mut line.who, &mut line.words]).for_each(put);
    account.timing.rows.iter_mut().map(|row| &mut row.title).for_each(put);
    account.timing.pauses.iter_mut().flat_map(|pause| [&mut pause.who, &mut pause.why]).for_each(put);
    for item in account.parts.iter_mut().flat_map(|part| [&mut part.head].into_iter().chain(&mut part.items)) {
        [&mut item.title, &mut item.number, &mut item.text, &mut item.written, &mut item.proved]
            .into_iter()
            .for_each(put);
        item.why.iter_mut().for_each(put);
        item.values = vec![(text.to_owned(), text.to_owned())];
        item.chosen = Some((text.to_owned(), text.to_owned()));
        item.lines.iter_mut().flat_map(|line| [&mut line.who, &mut line.words]).for_each(put);
        item.notes.iter_mut().flat_map(|note| [&mut note.who, &mut note.text]).for_each(put);
        for given in &mut item.signatures {
            [&mut given.who, &mut given.outcome, &mut given.statement].into_iter().for_each(put);
            given.role = Some(text.to_owned());
        }
        for start in &mut item.starts {
            start.who = text.to_owned();
            (start.command, start.mended) = (Some(text.to_owned()), Some(text.to_owned()));
            if let Some(end) = &mut start.outcome {
                end.why = text.to_owned();
                end.exit = Some(text.to_owned());
                end.sightings = vec![(text.to_owned(), "bad", text.to_owned())];
                end.values = vec![(text.to_owned(), text.to_owned())];
                for output in &mut end.outputs {
                    output.stream = text.to_owned();
                    output.printed = Some(Printed { begin: text.into(), ..Printed::default() });
                }
            }
        }
    }
    for probe in &mut account.probes {
        [&mut probe.id].into_iter().chain(probe.changes.iter_mut().map(|change| &mut change.words)).for_each(put);
    }
    account.notes.iter_mut().flat_map(|note| [&mut note.who, &mut note.text]).for_each(put);
    account.attached.iter_mut().flat_map(|file| [&mut file.who, &mut file.name]).for_each(put);
    account
        .wishes
        .iter_mut()
        .flat_map(|wish| [&mut wish.was, &mut wish.now, &mut wish.why, &mut wish.who])
        .for_each(put);
    account
        .corrections
        .iter_mut()
        .flat_map(|it| [&mut it.wrong, &mut it.right, &mut it.why, &mut it.who])
        .for_each(put);
    account.check.words = text.to_owned();
    account.check.looked_at.iter_mut().chain(&mut account.check.found).map(|(_, words)| words).for_each(put);
}

fn spoilt(account: &Account, text: &str) -> Account {
    let mut account = account.clone();
    spoil(&mut account, text);
    account
}

/// Gives the tags of a page, without the values of their attributes; in which a bracket can only be ours.
fn tags(page: &str) -> Vec<String> {
    let value = Regex::new("=\"[^\"<>]*\"").unwrap();
    let tag = Regex::new("<[^<>]*>").unwrap();
    let found = tag.find_iter(page).map(|tag| value.replace_all(tag.as_str(), "=").into_owned());
    let found: Vec<_> = found.collect();
    assert_eq!(found.len(), page.matches('<').count(), "each bracket is a tag");
    found
}

/// Holds what an author wrote against its rules: few tags, none with a meaning of its own, and links to the web alone.
fn check_prose(prose: &str) {
    let known = Regex::new(concat!(
        r"^<(/?(div|p|span|strong|em|code|pre|ul|ol|li|blockquote|a)|hr|br",
        r#"|div class="prose"|pre tabindex="0" role="region" aria-label="Text as it is"|ol start="[0-9]+""#,
        r#"|a href="(?i:https?)://[!-~]+" rel="noopener noreferrer")>$"#
    ))
    .unwrap();
    let tag = Regex::new("<[^<>]*>").unwrap();
    for found in tag.find_iter(prose) {
        assert!(known.is_match(found.as_str()), "{} in {prose}", found.as_str());
    }
    assert_eq!(tag.find_iter(prose).count(), prose.matches('<').count(), "each bracket is a tag: {prose}");
}

/// Holds Markdown against its rules: cells stay cells, and nothing becomes a tag.
fn check_markdown(page: &str) {
    let (mut fence, mut cells): (Option<String>, Option<usize>) = (None, None);
    for line in page.lines() {
        if let Some(open) = &fence {
            if line == open {
                fence = None;
            }
            continue;
        }
        if line.starts_with("```") {
            fence = Some(line.chars().take_while(|c| *c == '`').collect());
            continue;
        }
        assert!(!line.contains('<') && !line.contains('>') || line.starts_with("> "), "{line}");
        let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        match cells {
            _ if !line.starts_with('|') => {
                assert_eq!(bars, 0, "{line}");
                cells = None;
            }
            Some(wanted) => assert_eq!(bars, wanted, "{line}"),
            None => cells = Some(bars),
        }
    }
    assert_eq!(fence, None, "every fence is closed");
}

/// Reads CSV as RFC 4180 has it.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if is_quoted && letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!is_quoted && row.is_empty() && cell.is_empty(), "it ends with a line");
    rows
}

fn check_csv(table: &str, text: &str) {
    let rows = parse_csv(table);
    let titles = rows[0].iter().position(|name| name == "title").unwrap();
    for row in &rows {
        assert_eq!(row.len(), 23, "{row:?}");
        for cell in row {
            let is_number = cell.parse::<i64>().is_ok();
            assert!(is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            assert!(!cell.contains(['\n', '\r']), "{cell}");
        }
    }
    let shown = Shown::line(text);
    for row in &rows[1..] {
        let is_marked = shown.as_str().starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
        let cell = if is_marked { row[titles].strip_prefix('\'').unwrap() } else { &row[titles] };
        assert_eq!(cell, shown.as_str());
    }
}

fn check_json(object: &str, text: &str) {
    let object: Json = serde_json::from_str(object).unwrap();
    assert_eq!(object["run"]["title"], text);
    assert_eq!(object["parts"][0]["head"]["title"], text);
    assert_eq!(object["probes"][0]["changes"][0]["words"], text);
}

fn check(account: &Account, text: &str) {
    let spoilt = spoilt(account, text);
    let forms = [html(&spoilt), markdown(&spoilt), json(&spoilt), csv(&spoilt)];
    for form in &forms {
        let drives = |c: char| is_dangerous(c) && !matches!(c, '\n' | '\r');
        assert!(!form.contains(drives), "{:?}", form.chars().find(|c| drives(*c)));
    }
    let [page, md, object, table] = forms;
    let written = Regex::new("(?s)<div class=\"prose\">.*?</div>").unwrap();
    let rest = |page: &str| tags(&written.replace_all(page, ""));
    // Where nothing is said, no room is made for it.
    let is_same = text.is_empty() || rest(&page) == rest(&html(&self::spoilt(account, "x")));
    assert!(is_same, "{text:?} made other tags");
    written.find_iter(&page).for_each(|prose| check_prose(prose.as_str()));
    check_markdown(&md);
    check_json(&object, text);
    check_csv(&table, text);
}

#[test]
fn text_that_wants_to_be_something_else_stays_text_in_every_field_of_every_form() {
    let account = account(&super::scenes::evening());
    for text in [
        EVIL,
        "",
        " ",
        "'",
        "''",
        "-->",
        "]]>",
        "```\n````",
        "\\",
        "\\|",
        "|",
        "a\\",
        "javascript:alert(1)",
        "=1+1",
        "@SUM(A1)",
        "'=1",
        "1. x",
        "&lt;",
        "\t-",
        "[x](javascript:alert(1)) ![x](http://x/\"onload=\"alert(1)) <javascript:x> [a](https://a.example/?<b>&\"')",
        "- a\n  1. b\n\n     > <b>c</b>\n\n***d***\n# e\n---\n```\n</pre><script>\n```\n</div><div class=\"prose\">",
        "[a]: javascript:x\n\n[a] [a][] [b](<http://a b>) [c](HTTPS://A.example/x) [d](data:text/html,<script>)",
    ] {
        check(&account, text);
    }
}

#[test]
fn whatever_people_write_stays_text_in_the_files_of_the_program() {
    let run = run();
    for format in ["md", "html", "json", "csv"] {
        let (code, out, err) = run.report(format);
        assert_eq!((code, err.as_str()), (3, ""));
        assert!(!out.contains(|c: char| is_dangerous(c) && !matches!(c, '\n' | '\r')), "{format}");
        match format {
            "md" => check_markdown(&out),
            "html" => drop(tags(&out)),
            "json" => assert_eq!(serde_json::from_str::<Json>(&out).unwrap()["run"]["title"], EVIL),
            _ => assert!(parse_csv(&out).iter().all(|row| row.len() == 23)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_text_stays_text_in_every_field_of_every_form(text in r#"([<>&"'`|*_#\[\](){}!~@$=+\-\\.:/0-9a-z\n\r\t ]|\PC|\p{Cc}){0,40}"#) {
        use std::sync::LazyLock;
        static ACCOUNT: LazyLock<Account> = LazyLock::new(|| account(&super::scenes::evening()));
        check(&ACCOUNT, &text);
    }
}
