//! Being called for what others did at their terminals.

use std::time::Duration;

use crate::flow::fixture::Bench;

const BOOK: &str = "mop: 1\ntitle: Small\nroles: { lead: Does it, witness: Sees it }\nactivities:\n  - title: One\n    \
                    steps:\n      - { title: Look, sign: [lead, witness] }\n      - Leave\n";

/// Alice has begun a run, and Bob has come to it; both want to be told on their desktops.
fn together() -> (Bench, Bench) {
    let mut alice = Bench::new(120, 40);
    alice.start(BOOK, "Alice");
    alice.settle();
    let mut bob = alice.second_terminal();
    bob.go_on("Bob");
    for bench in [&mut alice, &mut bob] {
        bench.fit_out(|fittings| fittings.notify = true);
        bench.frame();
    }
    hear(&mut alice);
    (alice, bob)
}

/// Takes what others recorded until a record is there, and gives what was called for.
fn hear(bench: &mut Bench) -> String {
    let (last, mut called) = (bench.journal().lines().count(), String::new());
    while bench.records() < last {
        bench.take_foreign();
        called.push_str(&bench.aside());
        bench.frame();
    }
    bench.pass(Duration::from_secs(6));
    bench.frame();
    called
}

#[test]
fn who_could_give_the_signature_that_is_still_wanted_is_called_and_who_gave_one_is_not() {
    let (mut alice, mut bob) = together();
    assert_eq!(hear(&mut bob), "");
    alice.sign();
    alice.frame();
    assert_eq!(hear(&mut bob), "\x07\x1b]9;mop: waits for your signature: 1.1 Look\x07");
    bob.frame();
    bob.keys(".");
    bob.sign();
    assert_eq!(hear(&mut alice), "", "nothing waits for her that she was not there for");
}

#[test]
fn who_has_the_wheel_hears_that_it_is_asked_for_and_who_gets_it_that_he_has_it() {
    let (mut alice, mut bob) = together();
    assert_eq!(hear(&mut bob), "");
    bob.chooses("ask-wheel");
    bob.settle();
    // Whoever asks at this very pane is told as well; nobody is called twice within five seconds.
    bob.pass(Duration::from_secs(6));
    bob.frame();
    assert_eq!(hear(&mut alice), "\x07\x1b]9;mop: Bob asks for the wheel\x07");
    alice.chooses("give-wheel");
    alice.types("bob");
    alice.settle();
    assert_eq!(hear(&mut bob), "\x07\x1b]9;mop: you have the wheel\x07", "{}", alice.frame());
}
