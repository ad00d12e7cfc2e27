//! The end of a run on the full screen: it is closed, sealed by its id, and takes nothing afterwards.

use mop::journal::{Disk, read_seal};
use mop::ui::{Code, Key};

use super::fixture::Bench;

const BOOK: &str = "mop: 1\ntitle: Small\nactivities:\n  - title: One\n    steps:\n      - { title: Look, sign: none }\n      - { title: Leave, sign: none }\n";

/// Alice has done one of two steps, and has closed the run.
fn closed() -> Bench {
    let mut bench = Bench::new(100, 30);
    bench.start(BOOK, "Alice");
    bench.sign();
    bench.chooses("close");
    bench.types("half of it");
    bench.settle();
    bench
}

fn id(bench: &Bench) -> String {
    let record: serde_json::Value = serde_json::from_str(bench.journal().lines().next().unwrap()).unwrap();
    record["run"].as_str().unwrap().to_owned()
}

fn is_sealed(bench: &Bench) -> bool {
    read_seal(&Disk, &bench.run_path()).unwrap().is_some()
}

#[test]
fn a_run_that_was_closed_is_sealed_by_typing_its_id() {
    let mut bench = closed();
    let frame = bench.frame();
    let asked = format!("Seal it? Type {}", id(&bench));
    assert!(frame.contains(&asked) && frame.contains("result: half of it"), "{frame}");
    assert!(frame.contains("not done: 1.2 Leave"), "{frame}");
    bench.types(&id(&bench));
    let frame = bench.frame();
    assert!(frame.contains("sealed; mop seal") && is_sealed(&bench), "{frame}");
    bench.keys("o");
    assert!(bench.frame().contains("this run is sealed: nothing is recorded in it any more"), "{}", bench.frame());
}

#[test]
fn who_types_something_else_seals_nothing_and_is_offered_it_again() {
    let mut bench = closed();
    bench.types("yes");
    assert!(bench.frame().contains("not sealed: that is not the id of this run"), "{}", bench.frame());
    assert!(!is_sealed(&bench));
    bench.chooses("seal");
    assert!(bench.frame().contains("Nothing can be recorded afterwards"), "{}", bench.frame());
    bench.key(Key::press(Code::Esc));
    assert!(!is_sealed(&bench));
}
