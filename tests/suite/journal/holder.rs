//! A process that holds the lock: stopped, killed, and with a child of its own.

use std::fs;

use rustix::process::Signal;

use super::ground::{Ground, read_fully};
use super::process::{Answer, Appender};

/// Starts a process that waits under the lock, in the middle of an append.
fn holder(ground: &mut Ground) -> Appender {
    ground.append(1, 0).unwrap();
    let base = read_fully(&ground.run()).0.swap_remove(0);
    let mut holder = Appender::open(&ground.run(), 8, 100);
    let answer = holder.ask(&format!("hold {} {} 0", base.n, base.head));
    assert_eq!(answer, Answer::Other("holding".into()));
    holder
}

#[test]
fn a_stopped_holder_keeps_the_lock_and_the_others_say_who_it_is() {
    let mut ground = Ground::new();
    let mut holder = holder(&mut ground);
    let mut other = Appender::start(&ground.run(), 9, 100);
    holder.signal(Signal::STOP);
    let before = ground.journal();
    assert_eq!(other.ask("open"), Answer::Busy(holder.pid()));
    assert_eq!(ground.journal(), before, "nobody writes while another one has the lock");
    holder.signal(Signal::CONT);
    let held = holder.ask("go");
    assert!(matches!(held, Answer::Acked(_)), "{held:?}");
    other.tell("open");
    other.tell("append 0 1");
    let (answers, _) = other.end();
    assert!(matches!(answers[..], [Answer::Open { n: 2, .. }, Answer::Acked(_)]), "{answers:?}");
    ground.note(answers);
    ground.note([held]);
    ground.check().unwrap();
}

#[test]
fn a_lock_is_not_kept_by_the_child_of_a_process_that_was_killed() {
    let mut ground = Ground::new();
    let mut holder = holder(&mut ground);
    let spawned = holder.ask("spawn");
    let Answer::Other(words) = &spawned else { panic!("{spawned:?}") };
    let child = words.strip_prefix("spawned ").unwrap();
    holder.signal(Signal::KILL);
    let mut other = Appender::start(&ground.run(), 9, 100);
    let answer = other.ask("open");
    assert!(matches!(answer, Answer::Open { .. }), "the child kept the lock: {answer:?}");
    let open: Vec<_> = fs::read_dir(format!("/proc/{child}/fd")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(open.len() >= 3, "the child lives: {open:?}");
    let inherited = open.iter().filter_map(|fd| fs::read_link(fd).ok()).find(|file| file.starts_with(ground.folder()));
    assert_eq!(inherited, None);
    ground.note_killed(8);
    ground.check().unwrap();
}
