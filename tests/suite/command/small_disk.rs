//! Disks with no room left while a command runs: output is dropped and counted, the end is told.

use std::fs;

use mop::exec::command::{Found, How, Launcher, find, printed};

use super::ground::{Ground, MOP, ended, launcher, shell};
use crate::journal::SmallDisk;
use crate::needs::needs;

#[test]
fn a_full_disk_drops_output_and_not_the_end() {
    needs!(MOUNTS);
    let (disk, ground) = (SmallDisk::new(), Ground::new());
    let gates = [ground.gate("one"), ground.gate("two")];
    let wait = |at: usize| format!("cat {} >/dev/null", gates[at].0.display());
    let line = format!("echo begun; {}; yes | head -c 3000000; echo last; {}; echo room; exit 6", wait(0), wait(1));
    let dir = disk.path().join("commands/1");
    let mut running = launcher().start(&shell(&line), &dir).unwrap();
    gates[0].open();
    // The second gate is reached once everything before it was taken.
    gates[1].open();
    let end = ended(&mut running).end;
    assert_eq!((end.how.clone(), end.out.bytes), (How::Exit(6), 3_000_016));
    assert!(end.out.dropped > 1_500_000 && end.out.dropped < 3_000_000, "{}", end.out.dropped);
    assert!(matches!(find(&dir).unwrap(), Found::Ended(found) if *found == end));
    let kept = printed(&dir, &end).unwrap().out;
    assert!(kept.bytes.starts_with(b"begun\ny\n") && kept.missing == end.out.dropped);
}

#[test]
fn a_limit_on_the_size_of_files_keeps_the_beginning_and_the_end() {
    let ground = Ground::new();
    let mop = ground.program("mop", &format!("#!/bin/sh\nexec prlimit --fsize=200000 --core=0 {MOP} \"$@\"\n"));
    let line = "echo begun; yes | head -c 3000000; echo last words; exit 6";
    let end = ended(&mut Launcher::at(mop).start(&shell(line), &ground.dir()).unwrap()).end;
    assert_eq!((end.how.clone(), end.out.bytes), (How::Exit(6), 3_000_017));
    let kept = printed(&ground.dir(), &end).unwrap().out;
    assert!(kept.bytes.starts_with(b"begun\ny\n") && kept.bytes.ends_with(b"y\nlast words\n"));
    assert!(end.out.dropped > 1_500_000 && kept.missing == end.out.dropped, "{}", end.out.dropped);
}

#[test]
fn on_a_disk_that_is_full_before_nothing_is_begun_and_why_is_said() {
    needs!(MOUNTS);
    let (disk, ground) = (SmallDisk::new(), Ground::new());
    let dir = disk.path().join("commands/1");
    disk.fill_but(3);
    let line = format!("echo ran > {}", ground.at("ran").display());
    match launcher().start(&shell(&line), &dir) {
        Err(error) => assert!(error.to_string().contains("No space left"), "{error}"),
        Ok(mut running) => {
            let state = super::ground::until("the end", || match running.news(1).unwrap().state {
                mop::exec::command::State::Running => None,
                other => Some(other),
            });
            let mop::exec::command::State::NeverBegun(Some(why)) = state else { panic!("{state:?}") };
            assert!(why.as_str().contains("No space left"), "{why}");
        }
    }
    assert!(!ground.at("ran").exists());
    assert!(fs::read_dir(disk.path().join("commands")).is_ok_and(|found| found.count() <= 1));
}
