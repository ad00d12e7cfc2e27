//! What becomes of an archive on its way is seen, by mop and by others.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{DEEDS, Desk, told, unsealed, unzip};
use crate::needs::needs;
use crate::recipe::{check_tools, recipe};
use crate::verify::office::Office;

/// Gives the lines of a recipe in the text that an archive brings along.
fn recipe_in(text: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.starts_with("R=$1")).take_while(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

/// Follows what the README.txt of an unpacked archive says, and gives how sha256sum and the recipe end.
fn by_hand(folder: &Path) -> (i32, i32) {
    let text = fs::read_to_string(folder.join("README.txt")).unwrap();
    assert_eq!(recipe_in(&text), recipe(), "it is the recipe of the README");
    fs::write(folder.join("recipe"), recipe_in(&text)).unwrap();
    let command = text.lines().find_map(|line| line.trim().strip_prefix("bash recipe ")).unwrap();
    let run = command.strip_suffix(" KEYS").unwrap();
    let ended = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap().code().unwrap()
    };
    (ended("sha256sum", &["-c", "SHA256SUMS"]), ended("bash", &["recipe", run]))
}

#[test]
fn whoever_has_no_mop_unpacks_it_and_follows_what_it_says() {
    needs!(OPENSSH, JQ, UNZIP);
    check_tools();
    let office = Office::with_a_sealed_run();
    for (name, deed) in DEEDS {
        let (copy, desk) = (office.copy(), Desk::new());
        deed(&copy);
        let (archive, _) = desk.evidence(&copy.run, "x.zip");
        let folder = unzip(&archive);
        let (sums, recipe) = by_hand(folder.path());
        assert_eq!(sums, 0, "{name}");
        assert!(recipe == 0 || told("verify", &archive, &[]).code != 0, "{name}");
        // What was unpacked is the directory, for mop too.
        let run = folder.path().join(&office.name);
        assert_eq!(told("verify", &run, &[]).out, told("verify", &archive, &[]).out, "{name}");
        if name == "nothing" {
            assert_eq!(recipe, 0);
            fs::write(run.join("runbook.yaml"), "mop: 1\n").unwrap();
            assert_ne!(by_hand(folder.path()).0, 0, "sha256sum tells what is damaged");
        }
    }
    let (desk, open) = (Desk::new(), unsealed());
    assert_eq!(by_hand(unzip(&desk.evidence(&open.run(), "x.zip").0).path()), (0, 2));
}

#[test]
fn whatever_byte_of_an_archive_is_flipped_it_is_not_verified() {
    needs!(OPENSSH);
    let (office, desk) = (Office::with_a_sealed_run(), Desk::new());
    let (archive, bytes) = desk.evidence(&office.run(), "x.zip");
    assert_eq!(told("verify", &archive, &[]).code, 0);
    // Each byte is tried where the journal is; here it is the program that says so.
    for at in (0..bytes.len()).step_by(bytes.len() / 40).chain([bytes.len() - 1]) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        fs::write(&archive, &flipped).unwrap();
        for command in ["verify", "log", "status"] {
            let told = told(command, &archive, &[]);
            assert!(told.code == 2 && told.out.is_empty(), "{command}, byte {at}: {}", told.out);
            assert!(told.err.contains("x.zip: "), "{}", told.err);
        }
    }
}

/// Changes a file in an archive, and packs it again with the right checksums.
fn repacked(archive: &Path, name: &str, edit: impl Fn(String) -> String) -> PathBuf {
    let folder = unzip(archive);
    let path = folder.path().join(name);
    fs::write(&path, edit(fs::read_to_string(&path).unwrap())).unwrap();
    let run = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
    let desk = Desk::new();
    let (again, _) = desk.evidence(&run, "again.zip");
    let kept = archive.with_file_name("again.zip");
    fs::copy(again, &kept).unwrap();
    kept
}

#[test]
fn who_alters_what_is_in_it_and_packs_it_again_is_found_out() {
    needs!(OPENSSH, UNZIP);
    let (office, desk) = (Office::with_a_sealed_run(), Desk::new());
    let (archive, _) = desk.evidence(&office.run(), "x.zip");
    let journal = format!("{}/journal.jsonl", office.name);
    let again = repacked(&archive, &journal, |text| text.replace("Dave", "Dove"));
    let told = told("verify", &again, &[]);
    assert!(told.code == 1 && told.verdict().starts_with("ALTERED"), "{}", told.out);
}

#[test]
fn what_another_program_packed_is_refused_with_what_to_do() {
    needs!(UNZIP);
    let (office, desk) = (Office::with_a_run(), Desk::new());
    let folder = unzip(&desk.evidence(&office.run(), "x.zip").0);
    let file = fs::File::create(desk.path("other.zip")).unwrap();
    let mut zip = zip::ZipWriter::new(file);
    for path in crate::secrets::files_below(folder.path()) {
        let name = path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned();
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &fs::read(path).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    let refused = told("verify", &desk.path("other.zip"), &[]);
    assert!(refused.code == 2 && refused.err.contains("unpack it into an empty folder"), "{}", refused.err);
    for (name, bytes) in [("empty.zip", &b""[..]), ("text.zip", b"dear diary\n"), ("begun", b"PK\x03\x04")] {
        fs::write(desk.path(name), bytes).unwrap();
        let refused = told("verify", &desk.path(name), &[]);
        assert!(refused.code == 2 && refused.err.contains("is no archive"), "{}", refused.err);
    }
}
