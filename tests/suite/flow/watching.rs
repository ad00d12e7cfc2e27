//! Probes on the screen: what they say is shown, recorded when it changes, and frozen into signatures.

use std::fs;
use std::time::{Duration, Instant};

use mop::ui::{Code, Key};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::fixture::Bench;

/// A runbook that watches a file system, a closed port and a program, and looks at the first.
fn book(program: &str) -> String {
    format!(
        "mop: 1\ntitle: Small\nstatus:\n  room: {{ title: Room here, disk: /, expect: {{ more_than: 1B }} }}\n  \
         door: {{ title: A door, tcp: \"127.0.0.1:1\" }}\n  said: {{ title: Said, run: \"{program}\" }}\n\
         activities:\n  - title: One\n    steps:\n      - {{ title: Look, check: room }}\n      - Sign it\n"
    )
}

fn started(book: &str) -> Bench {
    let mut bench = Bench::new(120, 40);
    bench.start(book, "Alice");
    bench
}

fn records(bench: &Bench) -> Vec<Value> {
    bench.journal().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_probes_say_is_shown_and_each_change_is_recorded_once() {
    let mut bench = started(&book("echo fine"));
    bench.until("✓ Room here");
    bench.until("✗ A door");
    bench.until("✓ Said");
    let frame = bench.until("recorded 3");
    assert!(frame.contains("Status · 1 bad") && frame.contains("· 1 bad  "), "{frame}");
    assert!(frame.contains("refused: nobody listens there") && frame.contains("fine"), "{frame}");
    let mut changed: Vec<_> = records(&bench).into_iter().filter(|record| record["t"] == "probe_changed").collect();
    changed.sort_by_key(|record| record["probe"].to_string());
    let told: Vec<_> =
        changed.iter().map(|r| [&r["probe"], &r["was"], &r["state"]].map(|v| v.as_str().unwrap())).collect();
    assert_eq!(told, [["door", "unknown", "bad"], ["room", "unknown", "ok"], ["said", "unknown", "ok"]]);
}

#[test]
fn a_check_is_done_by_mop_and_proves_the_step_by_looking() {
    let mut bench = started(&book("echo fine"));
    bench.until("recorded 3");
    bench.key(Key::press(Code::Enter));
    bench.frame();
    bench.keys("y");
    bench.settle();
    let frame = bench.until("ended after");
    assert!(frame.contains("found") && frame.contains("free"), "{frame}");
    let ended = records(&bench).into_iter().find(|record| record["t"] == "action_ended").unwrap();
    assert_eq!((&ended["found"], &ended["sightings"][0]["probe"]), (&"sensed".into(), &"room".into()));
    bench.sign();
    assert!(bench.frame().contains("✓S 1.1 Look"), "{}", bench.frame());
}

#[test]
fn a_signature_says_what_the_probes_said() {
    let mut bench = started(&book("echo fine"));
    bench.until("recorded 3");
    bench.keys("j");
    bench.chooses("early");
    bench.types("a test");
    bench.sign();
    let records = records(&bench);
    let signed = records.iter().find(|record| record["t"] == "step_signed");
    let signed = signed.unwrap_or_else(|| panic!("{}", bench.frame()));
    let statement = signed["stmt"].as_str().unwrap();
    let line = statement.lines().find_map(|line| line.strip_prefix("probes    sha256:"));
    let line = line.unwrap_or_else(|| panic!("{statement}"));
    let (hash, age) = line.split_once(' ').unwrap();
    assert_eq!(age, "age=0s");
    let kept = fs::read_to_string(bench.run_path().join("blobs").join(&hash[..2]).join(hash)).unwrap();
    let seen: Vec<Vec<_>> = kept.lines().map(|line| line.split('\t').collect()).collect();
    let told: Vec<_> = seen.iter().map(|parts| (parts[0], parts[1])).collect();
    assert_eq!(told, [("room", "ok"), ("door", "bad"), ("said", "ok")]);
    assert!(seen.iter().all(|parts| parts[3].ends_with('Z')), "{kept}");
}

/// Waits until what a statement names of the probes is kept, and gives its hash.
fn kept_listing(bench: &Bench) -> String {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        let shelves = fs::read_dir(bench.run_path().join("blobs")).into_iter().flatten().flatten();
        let files = shelves.filter_map(|shelf| fs::read_dir(shelf.path()).ok()).flatten().flatten();
        let is_it = |path: &std::path::Path| {
            // One that is being written has another name.
            path.file_name().is_some_and(|name| name.len() == 64)
                && fs::read_to_string(path).is_ok_and(|text| text.starts_with("room\tok\t"))
        };
        if let Some(file) = files.into_iter().find(|file| is_it(&file.path())) {
            return file.file_name().into_string().unwrap();
        }
        std::thread::yield_now();
    }
    panic!("nothing is kept:\n{:?}", bench.journal());
}

#[test]
fn what_probes_say_is_kept_while_the_statement_is_read_and_that_is_what_is_signed() {
    let mut bench = started(&book("echo fine"));
    bench.until("recorded 3");
    bench.keys("j");
    bench.chooses("early");
    bench.types("a test");
    bench.frame();
    bench.keys("s");
    let frame = bench.frame();
    let hash = kept_listing(&bench);
    assert!(!bench.journal().contains("step_signed"), "{frame}");
    bench.keys("y");
    bench.settle();
    assert!(bench.journal().contains(&format!("probes    sha256:{hash} age=0s")), "{hash}\n{}", bench.journal());
}

#[test]
fn the_status_is_a_pane_of_its_own_where_there_is_room_for_one() {
    let mut bench = started(&book("echo fine"));
    bench.until("recorded 3");
    bench.resize(40, 10);
    bench.keys("\t\t");
    let frame = bench.frame();
    assert!(frame.contains("✗ A door") && !frame.contains("Look"), "{frame}");
    bench.keys("\t\t");
    assert!(bench.frame().contains("1.1 Look"), "{}", bench.frame());
}

#[test]
fn a_probe_that_waits_for_a_secret_says_so_and_looks_once_it_was_typed() {
    let book = book("echo fine")
        .replace("activities:", "inputs: { word: { ask: The word, type: secret } }\nactivities:")
        .replace("run: \"echo fine\"", "run: \"test {{ word }} = swordfish-9 && echo opened {{ word }}\"");
    let mut bench = started(&book);
    let frame = bench.frame();
    assert!(frame.contains("Secrets that the status needs") && frame.contains("waits for ‹word›"), "{frame}");
    bench.paste("swordfish-9");
    bench.key(Key::press(Code::Enter));
    let frame = bench.until("opened");
    assert!(frame.contains("opened redacted:1") && !bench.journal().contains("swordfish"), "{frame}");
}

#[test]
fn what_a_probe_says_never_drives_the_terminal() {
    let hostile = "printf '\\\\033[2J\\\\033]52;c;aGk=\\\\007\\\\342\\\\200\\\\256evil'";
    let mut bench = started(&book(hostile));
    let frame = bench.until("evil");
    assert!(frame.contains("^[[2J^[]52;c;aGk=^G"), "{frame}");
    assert_no_control(&frame);
}

#[test]
fn a_panic_leaves_no_program_that_was_looked_at() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("pid");
    let book = book(&format!("echo $$ > {0}.new; mv {0}.new {0}; exec sleep 600", file.display()));
    let book = book.replace("title: Said,", "title: Said, timeout: 10m,");
    let path = file.clone();
    let panicked = std::thread::spawn(move || {
        let _bench = started(&book);
        wait_until(|| path.exists());
        panic!("as if mop had a mistake");
    });
    panicked.join().unwrap_err();
    let pid = fs::read_to_string(file).unwrap();
    wait_until(|| !std::path::Path::new("/proc").join(pid.trim()).exists());
}

fn wait_until(is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < end, "this takes too long");
        std::thread::yield_now();
    }
}

fn assert_no_control(frame: &str) {
    let bad = frame.chars().find(|c| *c != '\n' && mop::text::is_dangerous(*c));
    assert_eq!(bad, None, "{frame:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_control_byte_that_a_command_prints_reaches_the_terminal(
        pieces in proptest::collection::vec(prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            Just(b"\x1b[31m".to_vec()), Just(b"\x1b]0;title\x07".to_vec()), Just(b"\x1b[201~".to_vec()),
            Just("\u{202e}\u{200b}".as_bytes().to_vec()), Just(vec![b'x'; 5_000]), Just(b"\r".to_vec()), Just(b"\n".to_vec()),
        ], 1..20),
    ) {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("bytes"), pieces.concat()).unwrap();
        let shown = format!(
            "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    steps:\n      - id: do\n        title: Do it\n        \
             run: {{ command: \"cat bytes\", dir: \"{}\" }}\n", folder.path().display()
        );
        let mut bench = started(&shown);
        bench.frame();
        bench.key(Key::press(Code::Enter));
        bench.frame();
        bench.keys("y");
        bench.settle();
        assert_no_control(&bench.until("ended after"));
        for _ in 0..6 {
            bench.keys("\t");
            bench.key(Key::press(Code::PageDown));
            assert_no_control(&bench.frame());
        }
    }
}

#[test]
fn a_probe_shows_what_came_beside_what_it_means_and_no_more_than_a_page_of_it() {
    let said = r"printf 'first line\\n\\033[31mred\\033]8;;x\\007\\nlast\\n'; seq 100 900";
    let mut bench = started(&book(said));
    bench.until("✗ A door");
    bench.until("✓ Said");
    bench.keys("\t\t");
    while !bench.frame().lines().any(|line| line.contains("▸") && line.contains("Said")) {
        bench.keys("j");
    }
    bench.key(Key::press(Code::Enter));
    let frame = bench.frame();
    assert!(frame.contains("What came at the last look") && frame.contains("first line"), "{frame}");
    assert!(frame.contains("^[[31mred^[]8;;x^G"), "{frame}");
    bench.keys("G");
    let frame = bench.frame();
    assert!(frame.contains(" bytes more") && !frame.contains("900"), "{frame}");
}
