//! The runbooks that come with the program run from start to seal with scripted answers.
//!
//! What they look at is there: a site that answers, a place of downloads behind a proxy, packages that
//! are archives, a port that listens. What takes minutes to be steady is done by hand, with a reason.

use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use super::site::Site;
use crate::fetch::ground::sha256;
use crate::fetch::site as web;
use crate::package::archive::{raw, zip};
use crate::reading::here;

/// What the runbooks look at.
struct World {
    home: web::Site,
    downloads: web::Site,
    agents: TcpListener,
}

impl World {
    fn new() -> Self {
        let downloads = web::Site::proxy("proxied.pem", |_, ask, out| {
            let version = ask.path().rsplit('/').next().and_then(|name| name.split('_').nth(2)).unwrap_or_default();
            web::whole(out, ask, &package(version));
        });
        // All of 127/8 is this machine.
        let agents = TcpListener::bind("0.0.0.0:0").unwrap();
        let accepting = agents.try_clone().unwrap();
        std::thread::spawn(move || accepting.incoming().map_while(Result::ok).for_each(drop));
        Self { home: web::Site::of(b"<title>Home</title>"), downloads, agents }
    }

    /// Gives what a runbook asks for and the answers cannot know.
    fn given(&self, book: &str, site: &Site) -> Vec<String> {
        let packages = site.folder.path().join("packages");
        fs::create_dir(&packages).unwrap();
        let home = format!("site={}", self.home.url("/"));
        let file = |version: &str| packages.join(format!("DNN_Platform_{version}_Upgrade.zip"));
        match book {
            "dnn-upgrade" => {
                let sums = ["10.2.5", "10.3.2"].map(|version| format!("{version}: {}", sha256(&package(version))));
                vec![home, format!("sums={}", sums.join(", ")), format!("packages={}", packages.display())]
            }
            "dnn-upgrade-classic" => {
                let files = ["9.3.2", "9.13.9"].map(|version| {
                    fs::write(file(version), package(version)).unwrap();
                    format!("{version}: {}", file(version).display())
                });
                vec![home, format!("files={}", files.join(", "))]
            }
            "dataminer-upgrade" => vec![format!("web_port={}", self.agents.local_addr().unwrap().port())],
            _ => Vec::new(),
        }
    }

    /// Copies the packages to where they are wanted, as a person does who brings them.
    fn bring(site: &Site) {
        for version in ["10.2.5", "10.3.2"] {
            let file = format!("packages/DNN_Platform_{version}_Upgrade.zip");
            fs::write(site.folder.path().join(file), package(version)).unwrap();
        }
    }
}

/// Makes the package of a version.
fn package(version: &str) -> Vec<u8> {
    zip(&[raw("bin/DotNetNuke.dll", format!("version {version}")), raw("Website/Default.aspx", "<%@ Page %>")])
}

/// Runs a runbook with its answers, and gives the site with the sealed run.
fn practise(book: &str, answers: &str) -> (Site, String) {
    let (mut site, world) = (Site::new(), World::new());
    let given = world.given(book, &site);
    if !answers.ends_with("happy") {
        World::bring(&site);
    }
    site.environment = vec![
        ("https_proxy", world.downloads.url("")),
        ("SSL_CERT_FILE", here("tests/certificates/proxy-authority.pem").to_str().unwrap().to_owned()),
    ];
    let answers = here(&format!("tests/answers/{answers}.txt"));
    let set = given.iter().flat_map(|given| ["--set", given]);
    let args: Vec<_> = ["run", book, "--answers", answers.to_str().unwrap()].into_iter().chain(set).collect();
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
    let (site, out) = practise("tour", "tour");
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
    // How often probes were looked at, and how often a download, a sum or an archive was found as it should be.
    for (book, sensed, checked) in [("dnn-upgrade", 3, 6), ("dnn-upgrade-classic", 2, 2), ("dataminer-upgrade", 1, 0)] {
        let (site, _) = practise(book, &format!("{book}-happy"));
        assert!(site.seal().contains("\nresult done, all "), "{}", site.seal());
        let records = site.records();
        assert!(of_kind(&records, "back_out_begun").is_empty());
        let found = |how: &str| of_kind(&records, "action_ended").iter().filter(|end| end["found"] == how).count();
        assert_eq!((found("sensed"), found("checked"), found("failed")), (sensed, checked, 0), "{book}");
        check_log(&site);
    }
}

#[test]
fn the_upgrades_run_with_an_error_that_is_resolved() {
    for book in ["dnn-upgrade", "dnn-upgrade-classic", "dataminer-upgrade"] {
        let (site, _) = practise(book, &format!("{book}-resolved"));
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
        let (site, out) = practise(book, &format!("{book}-restore"));
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
