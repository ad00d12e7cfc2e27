//! Two runs side by side: an evening on which much happened, and one that was backed out.

use serde_json::{Value, json};

use crate::report::evening::{Evening, MOP};
use crate::report::scenes::{backed_out, evening};

fn compare(first: &Evening, second: &Evening, more: &[&str]) -> (i32, String, String) {
    let [a, b] = [first, second].map(|evening| evening.run().to_string_lossy().into_owned());
    compare_at([&a, &b], more)
}

fn compare_at(runs: [&str; 2], more: &[&str]) -> (i32, String, String) {
    let mut command = std::process::Command::new(MOP);
    let output = command.arg("compare").args(runs).args(more).env("MOP_STATE", "/nonexistent").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn told() -> Value {
    let (code, out, err) = compare(&evening(), &backed_out(), &["--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    serde_json::from_str(&out).unwrap()
}

fn of<'a>(told: &'a Value, list: &str, id: &str) -> &'a Value {
    told[list].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id} in {told:#}"))
}

const M: i64 = 60_000;

#[test]
fn durations_and_outcomes_stand_side_by_side() {
    let told = told();
    assert_eq!(
        (&told["runs"][0]["result"], &told["runs"][1]["result"]),
        (&json!("upgraded; the archive is left to Bob"), &json!("back on 9.1"))
    );
    assert_eq!((&told["runs"][0]["ran_ms"], &told["runs"][0]["stood_ms"]), (&json!(124 * M), &json!(12 * M)));
    assert_eq!((&told["runs"][1]["verdict"], &told["runs"][1]["version"]), (&json!("unsealed"), &json!("2")));
    // Both begin to prepare when everybody knows, and are done at 22:31; the window begins at 22:00.
    let backup = of(&told, "items", "prepare/backup");
    assert_eq!((&backup["took_ms"], &backup["difference_ms"]), (&json!([29 * M, 29 * M]), &json!(0)));
    assert_eq!(backup["outcomes"], json!(["done, checked", "done, checked"]));
    // From the skipped step at 22:45 to the second signature at 23:33.
    let start = of(&told, "items", "upgrade/start");
    assert_eq!((&start["took_ms"], &start["difference_ms"]), (&json!([48 * M, null]), &Value::Null));
    assert_eq!(start["outcomes"][1], "failed");
    assert_eq!(of(&told, "items", "upgrade/drain")["took_ms"], json!([null, null]));
    let back = of(&told, "items", "back_out");
    assert_eq!(back["took_ms"], json!([null, 35 * M]));
}

#[test]
fn choices_and_what_was_not_as_planned_stand_side_by_side() {
    let told = told();
    let full = json!({ "id": "full", "title": "Everything at once" });
    assert_eq!(of(&told, "choices", "prepare/way")["chosen"], json!([full, full]));
    let deviations = told["deviations"].as_array().unwrap();
    let counted = |kind: &str| {
        let all = deviations.iter().filter(|deviation| deviation["kind"] == kind);
        all.fold((0, 0), |(a, b), deviation| {
            let count = |side: usize| deviation["words"][side].as_array().unwrap().len();
            (a + count(0), b + count(1))
        })
    };
    assert_eq!(
        (counted("back-out"), counted("skipped"), counted("handed-over")),
        ((0, 1), (1, 0), (1, 0)),
        "{deviations:#?}"
    );
    assert_eq!(counted("redline"), (0, 0), "what has no weight is left out");
}

#[test]
fn people_read_it_in_lines_that_fit_and_a_run_is_like_itself() {
    let (code, out, _) = compare(&evening(), &backed_out(), &[]);
    assert_eq!(code, 0);
    assert!(out.lines().all(|line| line.chars().count() <= 120), "{out}");
    for words in [
        "A  run 7K3QX of upgrade, version 2",
        "B-A",
        "/ failed",
        "Not as planned",
        "    both  full (Everything at once)",
        "  back-out",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    let same = evening();
    let (_, out, _) = compare(&same, &same, &["--format", "json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    for row in told["items"].as_array().unwrap() {
        assert_eq!((&row["took_ms"][0], &row["outcomes"][0]), (&row["took_ms"][1], &row["outcomes"][1]));
    }
}

#[test]
fn a_run_in_an_archive_is_compared_like_one_in_its_directory() {
    let (first, second) = (evening(), backed_out());
    let folder = tempfile::tempdir().unwrap();
    let packed = super::packed(&first, folder.path());
    let directory = second.run().to_string_lossy().into_owned();
    for more in [&[][..], &["--format", "json"]] {
        let found = compare_at([&packed, &directory], more);
        assert_eq!(found, compare(&first, &second, more));
        assert!(found.0 == 0 && !found.1.is_empty());
    }
}

#[test]
fn what_took_as_long_to_the_second_differs_by_nothing() {
    let (_, out, _) = compare(&evening(), &evening(), &[]);
    assert!(!out.contains("+0s") && !out.contains("-0s"), "{out}");
    assert!(!out.contains(" / "), "both ended alike: {out}");
}
