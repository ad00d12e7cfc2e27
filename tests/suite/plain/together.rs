//! Several at one run: who is here, who drives, what the others did, and who only looks on.

use super::site::Site;

const BOOK: &str = "mop: 1\nid: two\ntitle: Two\nroles: { lead: Does it, witness: Sees it }\nsign: lead\nactivities:\n  - id: one\n    title: One\n    estimate: 1m\n    steps:\n      - { id: both, title: Both sign, sign: [lead, witness] }\n      - { id: run, title: Run it, run: { command: echo ran, expect: { contains: ran } } }\n      - { id: last, title: Last }\n";

fn begun() -> (Site, super::site::Talk) {
    let site = Site::new();
    let book = site.file("two.yaml", BOOK);
    let mut ada = site.talk(&["run", &book, "--plain", "--as", "Ada"]);
    ada.until("(ready)>");
    (site, ada)
}

#[test]
fn two_terminals_sign_one_step_and_each_sees_the_other() {
    let (site, mut ada) = begun();
    let mut bob = site.talk(&["join", &site.id(), "--plain", "--as", "Bob"]);
    bob.until("also here: Ada, at ");
    bob.until("(ready)>");
    ada.until("Bob is here");
    ada.say("sign 1.1");
    ada.until("1.1 one/both (to sign)>");
    bob.until("Ada signed 1.1 as lead");
    bob.until("1.1 one/both (to sign)>");
    bob.say("sign 1.1");
    bob.until("Bob countersigned 1.1");
    ada.until("Bob countersigned 1.1 as witness");
    ada.until("1.2 one/run (ready)>");
    bob.until("1.2 one/run (ready)>");
    bob.say("start 1.2");
    bob.until("refused: Ada has the wheel; ask for it first");
    ada.say("start 1.2");
    bob.until("mop 1.2 ended");
    bob.say("who");
    bob.until("drives: Ada");
    let here = site.status("{here}");
    assert!(here == "Ada, Bob" || here == "Bob, Ada", "{here}");
    ada.end().with(0);
    bob.end().with(1);
}

#[test]
fn the_wheel_is_taken_only_from_who_is_gone() {
    let (site, mut ada) = begun();
    let mut bob = site.talk(&["join", &site.id(), "--plain", "--as", "Bob"]);
    bob.until("(ready)>");
    bob.say("take-wheel");
    bob.until("refused: Ada has the wheel");
    bob.say("skip 1.1");
    bob.say("why = Not today");
    bob.until("refused: Ada has the wheel");
    ada.until("Bob is here");
    ada.kill();
    bob.say("take-wheel");
    bob.until("Bob took the wheel, as the one who had it is gone");
    bob.say("skip 1.1");
    bob.say("why = Not today");
    bob.until("Bob skipped 1.1: Not today");
    bob.end().with(1);
}

#[test]
fn who_looks_on_sees_everything_and_does_nothing() {
    let (site, mut ada) = begun();
    let mut guest = site.talk(&["join", &site.id(), "--watch", "--plain"]);
    guest.until("(ready)>");
    ada.say("sign 1.1");
    guest.until("Ada signed 1.1");
    for line in ["sign 1.1", "start 1.2", "note", "person Eve", "seal", "take-wheel", "attach x"] {
        guest.say(line);
        guest.until("refused: you look on, and can do nothing");
    }
    guest.say("list");
    guest.until("1.3 one/last: Last (locked");
    guest.end().with(1);
    ada.until("(to sign)>");
    ada.end().with(0);
    let who: Vec<_> = site.records().iter().map(|record| record["who"]["id"].to_string()).collect();
    assert!(who.iter().all(|who| who == "\"ada\""), "{who:?}");
}

#[test]
fn who_leaves_gives_the_wheel_back_and_what_he_signed_stays() {
    let (site, mut ada) = begun();
    ada.say("sign 1.1");
    ada.until("(to sign)>");
    ada.say("leave");
    ada.until("The run stays as it is");
    ada.end().with(0);
    assert_eq!(site.status("{driver} {here}"), "- nobody");
    let lines = "sign 1.1\nstart 1.2\nsign 1.2\nsign 1.3\nseal\n";
    site.mop(&["resume", "--plain", "--as", "Bob"], lines).with(0);
    assert_eq!(site.status("{state} {result}"), "sealed done, all 3 steps");
    let said = site.mop(&["resume", &site.id(), "--plain", "--as", "Bob"], "").with(0);
    assert!(said.out.contains("This run is sealed"), "{}", said.out);
}

#[test]
fn a_signal_leaves_the_run_as_it_is() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let (site, ada) = begun();
        ada.signal(signal);
        let said = ada.end();
        assert_eq!(said.code, code, "{signal}: {}{}", said.out, said.err);
        let last = site.records().pop().unwrap();
        assert_eq!(last["t"] == "hung_up", signal == "HUP", "{last}");
        assert_eq!(site.status("{state} {progress}"), "open 0/3");
    }
}
