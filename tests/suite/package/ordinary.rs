//! Archives as good programs make them, and what is wanted in them.

use std::io::{Cursor, Write as _};

use mop::exec::fetch::Phase;
use mop::exec::package::{How, Order, start};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::archive::{raw, zip};
use super::{PATIENCE, check, check_bytes, faults, remarks};

/// A package as it is published.
fn package() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let time = DateTime::default();
    let deflated = SimpleFileOptions::default().last_modified_time(time);
    let stored = deflated.compression_method(CompressionMethod::Stored);
    writer.add_directory("bin", deflated).unwrap();
    for (name, content, options) in [
        ("bin/DotNetNuke.dll", "MZ".repeat(50_000), deflated),
        ("manifest.xml", "<version>9.13.4</version>".to_owned(), deflated),
        ("über.txt", "ü".to_owned(), stored),
        ("empty", String::new(), stored),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_good_package_is_sound_and_counted() {
    let end = check_bytes(&package(), |order| {
        order.has = ["*DotNetNuke.dll", "manifest.xml", "über*", "bin"].map(str::to_owned).into();
        order.lacks = ["*.exe", "bin/*.pdb"].map(str::to_owned).into();
        order.holds = vec![("manifest.xml".to_owned(), ">9.13.4<".to_owned()), ("bin/*".to_owned(), "ZMZ".to_owned())];
        order.under = Some(2 << 30);
    });
    assert_eq!((&end.how, end.tally.files, end.tally.folders), (&How::Sound, 4, 1), "{end}");
    assert_eq!(end.tally.unpacked, 100_000 + 25 + 2);
    assert!(end.faults.is_empty() && end.remarks.is_empty());
    assert!(
        end.to_string().starts_with("4 files, 97.6 KiB (100027 bytes) unpacked, every checksum is right ("),
        "{end}"
    );
    assert!(check_bytes(&zip(&[]), |_| {}).is_good(), "an empty archive is one");
}

#[test]
fn what_is_wanted_and_not_there_is_named() {
    let end = check_bytes(&package(), |order| {
        order.has = ["*.zip", "MANIFEST.xml"].map(str::to_owned).into();
        order.lacks = vec!["*.dll".to_owned()];
        let holds = [("manifest.xml", "9.13.5"), ("none", "x"), ("bin", "x")];
        order.holds = holds.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    });
    let words = [
        "`bin/DotNetNuke.dll` should not be in it (`*.dll`)",
        "`manifest.xml` does not hold `9.13.5`",
        "no entry is `*.zip`, and one must be",
        "no entry is `MANIFEST.xml`, and one must be",
        "no file is `none`, which must hold `x`",
        "no file is `bin`, which must hold `x`",
    ];
    assert_eq!(faults(&end), words);
    assert!(end.to_string().ends_with("; and 3 more"), "{end}");
}

#[test]
fn many_faults_are_counted_and_not_all_kept() {
    let many: Vec<_> = (0..300).map(|number| raw(format!("../{number}.exe"), "x")).collect();
    let end = check_bytes(&zip(&many), |order| order.lacks = vec!["*.exe".to_owned()]);
    assert_eq!((end.faults.len(), end.left_off), (100, 200 + 5 + 1));
}

#[test]
fn archives_in_it_are_counted_and_not_opened() {
    let inner = zip(&[raw("../evil", "x")]);
    let end = check_bytes(&zip(&[raw("a.zip", &inner), raw("b.nupkg", &inner), raw("c", "PK")]), |_| {});
    assert!(end.is_good() && end.tally.archives == 2, "{end}");
    assert_eq!(remarks(&end), ["archives in it were not opened: 2"]);
    assert!(end.to_string().contains("; note: archives in it were not opened: 2"), "{end}");
}

#[test]
fn what_is_no_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    for (path, words) in
        [(folder.path().join("none"), "No such file"), (folder.path().into(), "no file"), (fifo, "no file")]
    {
        let end = check(Order::new(&path));
        let How::Failed(why) = &end.how else { panic!("{end}") };
        assert!(why.as_str().starts_with(&path.display().to_string()) && why.as_str().contains(words), "{why}");
    }
}

#[test]
fn it_can_be_stopped_and_how_far_it_is_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, zip(&[raw("a", vec![7; 1000])])).unwrap();
    let mut done = start(Order::new(&path));
    assert!(done.wait(PATIENCE).unwrap().is_good());
    let progress = done.progress();
    assert_eq!((progress.phase, progress.bytes, progress.total), (Phase::Verifying, 1000, Some(1000)));
    assert_eq!(progress.remark.unwrap().as_str(), "a");
    let mut stopped = start(Order::new(&path));
    stopped.cancel();
    let end = stopped.wait(PATIENCE).unwrap();
    assert!(matches!(end.how, How::Cancelled | How::Sound), "it may have been faster: {end}");
}
