//! The runbooks that come with the program run from start to seal with scripted answers.

use std::fs;

use serde_json::Value;

use super::site::Site;
use crate::reading::here;

/// Runs a runbook with its answers, and gives the site with the sealed run.
fn practise(book: &str, answers: &str, more: &[&str]) -> (Site, String) {
    let site = Site::new();
    let packages = site.folder.path().join("packages");
    fs::create_dir(&packages).unwrap();
    for version in ["10.2.5", "10.3.2"] {
        let package = packages.join(format!("DNN_Platform_{version}_Upgrade.zip"));
        fs::write(package, format!("package {version}\n")).unwrap();
    }
    let answers = here(&format!("tests/answers/{answers}.txt"));
    let packages = format!("packages={}", packages.display());
    let set: &[&str] = if book == "dnn-upgrade" { &["--set", &packages] } else { &[] };
    let args = [&["run", book, "--answers", answers.to_str().unwrap()], set, more].concat();
    let said = site.mop(&args, "").with(0);
    assert_eq!(site.status("{state}"), "sealed");
    (site, said.out)
}

fn of_kind<'a>(records: &'a [Value], kind: &str) -> Vec<&'a Value> {
    records.iter().filter(|record| record["t"] == kind).collect()
}

/// Makes sure that every signature stands for what was asked, and that the log is whole.
fn check_log(site: &Site) {
    let said = site.mop(&["verify", &site.id()], "");
    assert!(said.out.starts_with("NOBODY SIGNED THE SEAL"), "{}{}", said.out, said.err);
    assert_eq!(said.code, 3);
}

#[test]
fn the_tour_runs_from_start_to_seal() {
    let (site, out) = practise("tour", "tour", &[]);
    let records = site.records();
    assert_eq!(of_kind(&records, "step_signed").len(), 25);
    assert!(site.seal().contains("\nresult practised\n"));
    assert!(out.contains("2.1 | /tmp/") || out.contains("2.1 | /"), "{out}");
    assert!(out.contains("2.6 | 9"), "the secret has nine letters");
    let folder = of_kind(&records, "action_ended")[0]["values"][0][1].to_string();
    assert!(!out.contains("swordfish") && !records.iter().any(|record| record.to_string().contains("swordfish")));
    assert!(out.contains("4.5 | removed") && !folder.is_empty());
    check_log(&site);
}

#[test]
fn the_upgrades_run_on_the_happy_path() {
    for book in ["dnn-upgrade", "dnn-upgrade-classic", "dataminer-upgrade"] {
        let (site, _) = practise(book, &format!("{book}-happy"), &[]);
        assert!(site.seal().contains("\nresult done, all "), "{}", site.seal());
        assert!(of_kind(&site.records(), "back_out_begun").is_empty());
        check_log(&site);
    }
}

#[test]
fn the_upgrades_run_with_an_error_that_is_resolved() {
    for book in ["dnn-upgrade", "dnn-upgrade-classic", "dataminer-upgrade"] {
        let (site, _) = practise(book, &format!("{book}-resolved"), &[]);
        let records = site.records();
        let chosen: Vec<_> = of_kind(&records, "option_chosen");
        let errors: Vec<_> =
            chosen.iter().filter(|record| record["step"].as_str().unwrap().ends_with("/errors")).collect();
        let options: Vec<_> = errors.iter().map(|record| record["option"].as_str().unwrap()).collect();
        assert!(
            matches!(options[..], ["resolved", "no_errors", "no_errors"] | ["resolved", "healthy", "healthy"]),
            "{options:?}"
        );
        assert!(errors[0]["values"].to_string().contains("A module was too old"));
        assert!(site.seal().contains("\nresult done, all "), "{}", site.seal());
        check_log(&site);
    }
}

#[test]
fn a_restore_in_the_second_hop_restores_the_backup_of_the_second_hop() {
    let hops = [
        ("dnn-upgrade", "10.2.5", "10.3.2"),
        ("dnn-upgrade-classic", "9.3.2", "9.13.9"),
        ("dataminer-upgrade", "10.2.0", "10.3.0"),
    ];
    for (book, first, second) in hops {
        let (site, out) = practise(book, &format!("{book}-restore"), &[]);
        let records = site.records();
        let chosen = of_kind(&records, "option_chosen");
        assert_eq!(chosen.iter().filter(|record| record["option"] == "restore").count(), 1);
        let back: Vec<_> = out.lines().skip_while(|line| !line.starts_with("== B ")).collect();
        let back = back.join("\n");
        assert!(back.contains(&format!("before-{second}")), "{book}: {back}");
        assert!(!back.contains(&format!("before-{first}")), "{book} restores the backup of the other hop: {back}");
        assert!(site.seal().contains("\nresult backed out, all "), "{}", site.seal());
        check_log(&site);
    }
}
