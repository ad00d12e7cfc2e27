//! What is handed on and what is not, what is said of it, and what is never touched.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Desk, picture, run_in, told, unsealed, unsigned};
use crate::needs::needs;
use crate::verify::office::{MOP, Office, mop};

/// Gives a text file that stands beside the run in an archive.
fn text_in(archive: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

#[test]
fn evidence_ends_as_verifying_does_and_says_first_how_the_run_stands() {
    needs!(OPENSSH);
    let sealed = Office::with_a_sealed_run();
    let altered = sealed.copy();
    fs::write(altered.path("runbook.yaml"), "mop: 1\n").unwrap();
    let (open, unsigned) = (unsealed(), unsigned());
    for (run, code, verdict, stood) in [
        (&sealed.run(), 0, "INTACT", "SEALED 20"),
        (&open.run(), 3, "UNSEALED", "NOT SEALED: nothing says"),
        (&unsigned.run(), 3, "NOBODY SIGNED", "SEALED 20"),
        (&altered.run, 1, "ALTERED", "ALTERED: runbook.yaml is not the file"),
    ] {
        let desk = Desk::new();
        let said = desk.pack("evidence", run, "x.zip");
        assert_eq!(said.code, code, "{}{}", said.out, said.err);
        assert!(said.verdict().starts_with(verdict), "{}", said.out);
        let readme = text_in(&fs::read(desk.path("x.zip")).unwrap(), "README.txt");
        let line = readme.lines().nth(3).unwrap().strip_prefix("stood   ").unwrap();
        assert!(line.starts_with(stood), "{line}");
        assert!(said.out.contains(&format!("mop verify {}", desk.path("x.zip").display())));
        let sha256 = mop::journal::Digest::of(&fs::read(desk.path("x.zip")).unwrap());
        assert!(said.out.contains(&format!("sha256 {sha256}")), "{}", said.out);
    }
}

#[test]
fn only_a_sealed_run_that_is_as_it_was_is_packed_for_keeping() {
    needs!(OPENSSH);
    let (desk, open, sealed) = (Desk::new(), unsealed(), Office::with_a_sealed_run());
    let said = desk.pack("pack", &open.run(), "x.zip");
    assert!(said.code == 1 && said.err.contains(&format!("mop seal {}", open.name)), "{}", said.err);
    let copy = sealed.copy();
    fs::remove_dir_all(copy.path("blobs")).unwrap();
    let said = desk.pack("pack", &copy.run, "x.zip");
    assert!(said.code == 1 && said.err.contains("ALTERED") && said.err.contains("mop evidence"), "{}", said.err);
    assert!(!desk.path("x.zip").exists());
    for office in [sealed, unsigned()] {
        let run = office.copy().run;
        assert!(!run.exists());
        let said = mop(office.state(), &["pack", &office.name, "-o", &desk.path(&office.name).to_string_lossy()]);
        assert_eq!(said.code, 0, "{}", said.err);
    }
}

#[test]
fn nothing_of_the_secrets_and_of_what_nobody_recorded_is_handed_on() {
    needs!(OPENSSH);
    let (office, desk) = (Office::with_a_sealed_run(), Desk::new());
    let run = office.run();
    fs::create_dir_all(run.join("commands/one-0a1b2c3d-1")).unwrap();
    for name in [
        "secrets/TOKEN",
        "sessions/S9.lock",
        "commands/one-0a1b2c3d-1/order.json",
        "commands/one-0a1b2c3d-1/lock",
        "notes.txt",
        ".hidden",
        ".tmp-x",
        "seal/notes.txt",
        "blobs/notes.txt",
    ] {
        fs::write(run.join(name), "PLANTED-SECRET").unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", run.join("link")).unwrap();
    let (_, bytes) = desk.evidence(&run, "x.zip");
    let is_in = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    for part in [&b"PLANTED-SECRET"[..], b"secrets/", b"sessions/", b"order.json", b"notes.txt", b"root:"] {
        assert!(!is_in(part), "{}", String::from_utf8_lossy(part));
    }
    let told = desk.pack("evidence", &run, "y.zip");
    for left in ["notes.txt is not named", ".tmp-x was left behind", "seal/notes.txt is neither", "link is not named"] {
        assert!(told.out.contains(&format!("left out: {left}")), "{}", told.out);
    }
}

#[test]
fn the_directory_of_the_run_is_never_touched_and_no_file_is_written_over() {
    needs!(OPENSSH);
    let (office, desk) = (Office::with_a_sealed_run(), Desk::new());
    let before = picture(office.state());
    desk.evidence(&office.run(), "x.zip");
    assert_eq!(desk.pack("pack", &office.run(), "y.zip").code, 0);
    assert!(picture(office.state()) == before, "something in the state directory was changed");
    let refused = desk.pack("evidence", &office.run(), "x.zip");
    assert!(refused.code == 2 && refused.err.contains("is there already"), "{}", refused.err);
    let named: Vec<_> = fs::read_dir(&desk.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(named.len(), 2, "{named:?}");
    // Without a name it is the run's, in the folder where one is; but not among the runs.
    for folder in [office.run(), office.run().join("seal"), office.run().parent().unwrap().to_owned()] {
        let said = run_in(&folder, &["evidence", &office.run().to_string_lossy()]);
        assert!(said.status.code() == Some(2), "{}", String::from_utf8_lossy(&said.stdout));
    }
    let said = run_in(desk.0.path(), &["pack", &office.run().to_string_lossy()]);
    assert!(said.status.success() && desk.path(&format!("{}.zip", office.name)).is_file());
    assert!(picture(office.state()) == before, "something in the state directory was changed");
    let nowhere = desk.pack("evidence", &office.run(), "nowhere/x.zip");
    assert!(nowhere.code == 2 && nowhere.err.contains("No such file"), "{}", nowhere.err);
}

#[test]
fn nothing_is_done_in_an_archive() {
    needs!(OPENSSH);
    let (office, desk) = (unsealed(), Desk::new());
    let (archive, bytes) = desk.evidence(&office.run(), "x.zip");
    let commands: [&[&str]; 6] = [&["seal"], &["sign"], &["resume"], &["join"], &["log", "-f"], &["heads", "-f"]];
    for command in commands {
        let said = told(command[0], &archive, &command[1..]);
        assert!(said.code == 2 && said.err.contains("is an archive, and is only read"), "{command:?}: {}", said.err);
    }
    assert!(fs::read(Path::new(&archive)).unwrap() == bytes);
}

#[test]
fn a_run_with_more_than_fits_into_memory_is_packed_and_verified_piece_by_piece() {
    needs!(OPENSSH);
    let (office, desk) = (Office::with_a_sealed_run(), Desk::new());
    fs::create_dir_all(office.run().join("commands/one-0a1b2c3d-1")).unwrap();
    let output = fs::File::create(office.run().join("commands/one-0a1b2c3d-1/output-000000")).unwrap();
    output.set_len(100 << 20).unwrap();
    let limited = |args: &[&str]| {
        // Memory of its own, in KiB; not what it maps of its program.
        let mut bash = Command::new("bash");
        bash.args(["-c", "ulimit -d 65536 && exec \"$@\"", "bash", MOP]).args(args).stdin(Stdio::null());
        bash.output().unwrap()
    };
    let (run, archive) = (office.run(), desk.path("x.zip"));
    let (run, archive) = (run.to_string_lossy(), archive.to_string_lossy());
    for args in [&["evidence", &*run, "-o", &*archive][..], &["verify", &*archive], &["log", &*archive]] {
        let said = limited(args);
        assert!(said.status.success(), "{args:?}: {}", String::from_utf8_lossy(&said.stderr));
    }
    assert!(fs::metadata(&*archive).unwrap().len() > 100 << 20);
}
