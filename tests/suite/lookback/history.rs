//! The history of a runbook, with every figure by hand, and the patch that mends it.

use std::fs;
use std::process::Command;

use mop::run::{Outcome, Proof, Start, Verdict, What};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::applied;
use crate::needs::needs;
use crate::report::evening::{Evening, MOP, alice};

const BOOK: &str = "mop: 1
id: move
title: Move the site  # to the other hall
sign: none
activities:
  - id: pack
    title: Pack
    estimate: 30m   # nobody measured it
    steps:
      - { id: wrap, title: Wrap, estimate: { from: 5m, to: \"10m\", because: glass } }
      - { id: load, title: \"Load \u{1f4e6}\" }
  - { id: drive, title: Drive, estimate: { varies: traffic, allow: 20m }, steps: [{ id: go, title: Go }] }
";

/// Is when each step was done, in minutes from the beginning.
type Night = [u32; 3];

/// A state directory with runs of the runbook.
struct Hall {
    state: TempDir,
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}:00", 20 + minute / 60, minute % 60)
}

fn done(step: &str) -> What {
    What::StepConfirmed { step: step.into(), verdict: Verdict::done(Proof::Claimed) }
}

fn begin(id: &str, rehearsal: bool) -> Evening {
    let start = Start { run: id.into(), runbook: "move".into(), title: "Move".into(), rehearsal, ..Start::default() };
    Evening::begin(&clock(0), BOOK, start)
}

fn night(id: &str, times: Night, rehearsal: bool) -> Evening {
    let mut evening = begin(id, rehearsal);
    for (minute, step) in times.into_iter().zip(["pack/wrap", "pack/load", "drive/go"]) {
        evening.record(&clock(minute), alice(), done(step));
    }
    evening
}

impl Hall {
    fn new() -> Self {
        let hall = Self { state: TempDir::new().unwrap() };
        fs::create_dir_all(hall.state.path().join("runs")).unwrap();
        fs::write(hall.state.path().join("move.yaml"), BOOK).unwrap();
        hall
    }

    fn keep(&self, mut evening: Evening, is_sealed: bool) {
        if is_sealed {
            evening.record(&clock(200), alice(), What::RunClosed { result: "moved".into() });
            evening.seal(&clock(201), "moved");
        }
        let kind = if evening.read().start().rehearsal { "rehearsals/runs" } else { "runs" };
        let to = self.state.path().join(kind);
        fs::create_dir_all(&to).unwrap();
        let copied = Command::new("cp").arg("-a").arg(evening.run()).arg(to).status().unwrap();
        assert!(copied.success());
    }

    fn mop(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(MOP)
            .args(args)
            .env("MOP_STATE", self.state.path())
            .env("TZ", "UTC")
            .current_dir(self.state.path())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn json(&self, more: &[&str]) -> Value {
        let (code, out, err) = self.mop(&[&["history", "move.yaml", "--format", "json"], more].concat());
        assert_eq!((code, err.as_str()), (0, ""));
        serde_json::from_str(&out).unwrap()
    }

    /// Four sealed runs that get slower, one that goes on, and a rehearsal.
    fn full() -> Self {
        let hall = Self::new();
        for (id, times) in
            [("AAAA1", [4, 50, 60]), ("AAAA2", [8, 56, 82]), ("AAAA3", [4, 60, 90]), ("AAAA4", [9, 70, 120])]
        {
            hall.keep(night(id, times, false), true);
        }
        hall.keep(night("AAAA5", [100, 101, 102], false), false);
        hall.keep(night("AAAA6", [1, 2, 3], true), true);
        hall
    }
}

fn item<'a>(told: &'a Value, id: &str) -> &'a Value {
    told["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap()
}

const M: i64 = 60_000;

#[test]
fn the_runs_and_what_they_took_are_told_with_medians_and_trend() {
    let hall = Hall::full();
    let told = hall.json(&[]);
    assert_eq!(
        (&told["runbook"], &told["file"], told["runs"].as_array().unwrap().len()),
        (&json!("move"), &json!("move.yaml"), 4)
    );
    assert_eq!(told["left_out"], json!({ "not_sealed": 1, "other_kind": 1 }));
    let first = &told["runs"][0];
    assert_eq!(
        (&first["run"], &first["state"], &first["result"]),
        (&json!("AAAA1"), &json!("sealed"), &json!("moved"))
    );
    assert_eq!((&first["ran_ms"], &first["done"], &first["of"]), (&json!(200 * M), &json!(3), &json!(3)));
    // 50, 56, 60, 70 minutes.
    let pack = item(&told, "pack");
    assert_eq!((&pack["runs"], &pack["times"], &pack["p10_ms"]), (&json!(4), &json!(4), &json!(50 * M)));
    assert_eq!((&pack["median_ms"], &pack["p90_ms"]), (&json!(56 * M), &json!(70 * M)));
    // Slopes 4, 5, 6, 6⅔, 7, 10: in the middle 6⅓.
    assert_eq!(pack["trend"], json!({ "per_run_ms": 380_000, "pace": "slower" }));
    assert_eq!(pack["should_be"], json!({ "from_ms": 56 * M, "to_ms": 56 * M }));
    // 4, 8, 4, 9 minutes: within 5 to 10 less a quarter.
    let wrap = item(&told, "pack/wrap");
    assert_eq!(
        (&wrap["median_ms"], &wrap["should_be"], &wrap["trend"]["pace"]),
        (&json!(4 * M), &Value::Null, &json!("steady"))
    );
    assert_eq!(wrap["estimate"], json!({ "from_ms": 5 * M, "to_ms": 10 * M, "varies": false }));
    // 10, 26, 30, 50 minutes.
    assert_eq!(item(&told, "drive")["should_be"], json!({ "from_ms": 26 * M, "to_ms": 26 * M }));
    assert_eq!(item(&told, "pack/load")["estimate"], Value::Null);
}

#[test]
fn runs_that_are_not_sealed_and_rehearsals_are_told_where_that_is_asked() {
    let hall = Hall::full();
    let all = hall.json(&["--all"]);
    assert_eq!((all["runs"].as_array().unwrap().len(), &item(&all, "pack")["runs"]), (5, &json!(5)));
    let practice = hall.json(&["--rehearsals"]);
    assert_eq!((&practice["runs"][0]["run"], &item(&practice, "pack")["median_ms"]), (&json!("AAAA6"), &json!(2 * M)));
    let by_id = hall.mop(&["history", "move", "--format", "json"]);
    let by_id: Value = serde_json::from_str(&by_id.1).unwrap();
    assert_eq!((&by_id["file"], &by_id["items"]), (&Value::Null, &hall.json(&[])["items"]));
    let (code, _, err) = hall.mop(&["history", "elephant"]);
    assert!(code == 2 && err.contains("there is no sealed run of elephant"), "{err}");
    let (code, _, err) = hall.mop(&["history", "move", "--patch"]);
    assert!(code == 2 && err.contains("only the file of a runbook can be mended"), "{err}");
}

#[test]
fn a_pause_takes_a_part_out_of_the_figures_and_a_broken_seal_the_whole_run() {
    let hall = Hall::new();
    hall.keep(night("AAAA1", [4, 50, 60], false), true);
    let mut paused = begin("AAAA2", false);
    paused.record(&clock(10), alice(), done("pack/wrap"));
    paused.record(&clock(12), alice(), What::RunPaused { why: "lunch".into() });
    paused.record(&clock(42), alice(), What::RunContinued);
    paused.record(&clock(60), alice(), done("pack/load"));
    let skipped = Verdict { outcome: Outcome::Skipped, proof: None, reason: Some("no car".into()), deferred: None };
    paused.record(&clock(70), alice(), What::StepConfirmed { step: "drive/go".into(), verdict: skipped });
    hall.keep(paused, true);
    let told = hall.json(&[]);
    let seen = |id: &str| (item(&told, id)["runs"].clone(), item(&told, id)["median_ms"].clone());
    assert_eq!(seen("pack"), (json!(1), json!(50 * M)));
    assert_eq!(seen("pack/wrap"), (json!(2), json!(4 * M)));
    assert_eq!((seen("pack/load"), seen("drive/go")), ((json!(1), json!(46 * M)), (json!(1), json!(10 * M))));
    assert_eq!((&told["runs"][1]["ran_ms"], &told["runs"][1]["stood_ms"]), (&json!(170 * M), &json!(30 * M)));
    let journal = hall.state.path().join("runs/2026-03-01T2152Z-upgrade-AAAA2/journal.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    let told = hall.json(&[]);
    assert_eq!((&told["runs"][1]["counts"], &item(&told, "pack/wrap")["runs"]), (&json!(false), &json!(1)));
}

#[test]
fn a_patch_mends_the_estimates_and_nothing_else_and_is_not_needed_twice() {
    needs!(PATCH, GIT);
    let hall = Hall::full();
    let (code, patch, err) = hall.mop(&["history", "move.yaml", "--patch"]);
    assert_eq!((code, err.as_str()), (0, ""), "{patch}");
    assert!(patch.starts_with("# pack: estimated 30m; done 4 runs, median 56m, p90 1h10m\n# drive: "), "{patch}");
    let mended = applied("move.yaml", BOOK, &patch);
    assert_eq!(mended, BOOK.replace("30m   #", "56m   #").replace("allow: 20m", "allow: 26m"));
    fs::write(hall.state.path().join("move.yaml"), &mended).unwrap();
    assert_eq!(hall.mop(&["check", "move.yaml"]).0, 0);
    let (code, patch, err) = hall.mop(&["history", "move.yaml", "--patch"]);
    assert_eq!((code, patch.as_str()), (0, ""));
    assert!(err.contains("no estimate is off"), "{err}");
}

#[test]
fn a_file_with_crlf_and_no_last_line_end_is_mended_as_it_is() {
    needs!(PATCH, GIT);
    let hall = Hall::full();
    let book = BOOK.trim_end().replace('\n', "\r\n");
    fs::write(hall.state.path().join("my move.yaml"), &book).unwrap();
    let (code, patch, _) = hall.mop(&["history", "my move.yaml", "--patch"]);
    assert_eq!(code, 0, "{patch}");
    let mended = applied("my move.yaml", &book, &patch);
    assert_eq!(mended, book.replace("30m   #", "56m   #").replace("allow: 20m", "allow: 26m"));
}

#[test]
fn people_read_it_in_columns() {
    let hall = Hall::full();
    let (_, out, _) = hall.mop(&["history", "move.yaml"]);
    let squeezed = out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>();
    for line in [
        "Move the site (move): 4 runs",
        "2026-03-01 20:00 AAAA1 sealed 3/3 3h20m moved",
        "1 more not sealed; --all takes what is not sealed too",
        "1 rehearsal beside; --rehearsals tells of them",
        "part or step estimate runs median p90 trend should be",
        "Pack 30m 4 56m 1h10m slower +6m20s a run 56m",
        "Wrap 5m–10m 4 4m 9m steady -",
        "2 of the estimates are off; --patch prints what mends the file.",
    ] {
        assert!(squeezed.contains(&line.to_owned()), "{line}: {out}");
    }
    hall.keep(night("AAAA7", [100, 101, 102], false), false);
    let (_, out, _) = hall.mop(&["history", "move.yaml"]);
    assert!(out.contains("  2 more not sealed;"), "{out}");
}
