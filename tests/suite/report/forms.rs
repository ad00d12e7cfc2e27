//! The forms of a report: whole, as they are read; what the documentation says of them; and what they share.

use std::collections::BTreeSet;
use std::fs;

use mop::report::RECIPE;
use serde_json::Value as Json;

use super::scenes::{backed_out, evening, live};
use crate::needs::needs;
use crate::reading::here;
use crate::verify::office::Office;

#[test]
fn the_evening_is_told_in_four_forms_as_it_was_approved() {
    let run = evening();
    for format in ["md", "html", "json", "csv"] {
        let (_, out, _) = run.report(format);
        // The style sheet is looked at in pictures.
        let out = out
            .split_once("<style>")
            .map_or(out.clone(), |(head, rest)| format!("{head}<style>…{}", &rest[rest.find("</style>").unwrap()..]));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../reports");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("evening.{format}"), out));
    }
}

/// Gathers the paths of all members: `deviations[].words`.
fn paths(value: &Json, path: &str, found: &mut BTreeSet<String>) {
    /// What has names of its own in it.
    const FREE: [&str; 8] = [
        "run.files",
        "run.machine",
        "run.inputs",
        ".values",
        "people[].signed",
        "people[].levels",
        ".found.values",
        "x",
    ];
    match value {
        Json::Object(members) if !FREE.iter().any(|free| path.ends_with(free)) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                found.insert(path.clone());
                paths(member, &path, found);
            }
        }
        Json::Array(members) => members.iter().for_each(|member| paths(member, &format!("{path}[]"), found)),
        _ => {}
    }
}

#[test]
fn every_field_of_the_json_is_in_the_documentation_and_every_documented_field_is_there() {
    let mut found = BTreeSet::new();
    for run in [evening(), live(), backed_out()] {
        let (_, out, _) = run.report("json");
        paths(&serde_json::from_str(&out).unwrap(), "", &mut found);
    }
    // What is the same in several places is said once.
    let short = |path: &String| {
        let path = path.replace("parts[].head", "item").replace("parts[].items[]", "item").replace("beside[]", "start");
        let path = path.replace("item.starts[]", "start").replace("item.signatures[]", "signature");
        let path = path.replace("item.records[]", "line").replace("wheel[]", "line").replace("item.notes[]", "notes[]");
        path.strip_prefix("records[]").map_or(path.clone(), |rest| format!("line{rest}"))
    };
    let found: BTreeSet<String> = found.iter().map(short).filter(|path| path != "item").collect();
    let page = fs::read_to_string(here("docs/report.md")).unwrap();
    let told: BTreeSet<String> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).map(str::to_owned).collect();
    let missing: Vec<_> = found.difference(&told).collect();
    let extra: Vec<_> = told.difference(&found).filter(|name| !SELDOM.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "not in docs/report.md: {missing:#?}");
    assert!(extra.is_empty(), "in docs/report.md, and not there: {extra:#?}");
}

/// What is documented and stands in none of these runs.
const SELDOM: [&str; 7] = [
    "verification.found[].weight",
    "verification.found[].words",
    "start.end.sightings[].probe",
    "start.end.sightings[].state",
    "start.end.sightings[].words",
    "verification.seal.signers[].id",
    "verification.seal.signers[].level",
];

#[test]
fn every_kind_of_deviation_is_in_the_documentation() {
    let page = fs::read_to_string(here("docs/report.md")).unwrap();
    for kind in mop::report::Kind::ALL {
        assert!(page.contains(&format!("`{}`", kind.word())), "{}", kind.word());
    }
}

#[test]
fn the_recipe_in_a_report_is_that_of_the_readme() {
    let readme = fs::read_to_string(here("README.md")).unwrap();
    assert_eq!(readme.split("```bash\n").nth(1).unwrap().split("```").next().unwrap(), RECIPE);
}

#[test]
fn a_sealed_and_signed_run_is_intact_and_ends_with_nothing() {
    needs!(OPENSSH);
    let office = Office::with_a_sealed_run();
    for format in ["md", "html", "json", "csv"] {
        let told = crate::verify::office::mop(office.state(), &["report", &office.name, "--format", format]);
        assert_eq!((told.code, told.err.as_str()), (0, ""), "{}", told.out);
        if format == "json" {
            let report: Json = serde_json::from_str(&told.out).unwrap();
            assert_eq!(report["answers"][4]["short"], "Yes");
            assert_eq!(report["verification"]["verdict"], "intact");
            assert_eq!(report["verification"]["seal"]["signers"][0]["id"], "alice@example.com");
        }
    }
}
