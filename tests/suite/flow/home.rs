//! Home: what there is to open, how each run stands, and what can be done with it.

use std::fs;
use std::time::Duration;

use mop::run::Person;
use mop::ui::{Code, Key, Pointed};
use tempfile::TempDir;

use super::fixture::{Bench, book_of};

#[test]
fn a_run_says_how_far_it_is_what_it_waits_for_who_is_there_and_since_when_nothing_happened() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.sign();
    let mut home = bench.second_terminal();
    home.pass(Duration::from_secs(180));
    let frame = home.frame();
    assert!(frame.contains("1/24 · 1a is next · here: Ada · 3m ago"), "{frame}");
    drop(bench);
    let frame = home.second_terminal().frame();
    assert!(frame.contains("1a is next") && !frame.contains("here:"), "{frame}");
}

#[test]
fn runs_that_wait_for_somebody_or_stand_still_say_so() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.frame();
    bench.chooses("pause");
    bench.types("waiting for the network team");
    let frame = bench.second_terminal().frame();
    assert!(frame.contains("paused: waiting for the network team"), "{frame}");
}

#[test]
fn a_sealed_run_is_behind_a_key() {
    let mut bench = Bench::new(120, 40);
    bench.start_tour("Ada");
    bench.hand().seal(&Person::named("Ada").unwrap(), "enough").unwrap();
    let mut home = bench.second_terminal();
    let frame = home.frame();
    assert!(frame.contains("No run is going on.") && frame.contains("1 sealed"), "{frame}");
    home.keys("a");
    let frame = home.frame();
    assert!(frame.contains("A tour of mop") && frame.contains("sealed"), "{frame}");
    home.keys("a");
    assert!(home.frame().contains("No run is going on."), "{}", home.frame());
}

#[test]
fn a_runbook_is_practised_from_home_and_the_rehearsal_is_listed_as_one() {
    let mut bench = Bench::new(120, 40);
    bench.keys("r");
    assert!(bench.frame().contains("Rehearse: A tour of mop"), "{}", bench.frame());
    bench.paste("Ada");
    bench.key(Key::press(Code::Enter));
    assert!(bench.frame().contains("a rehearsal: commands are shown"), "{}", bench.frame());
    bench.begin();
    bench.settle();
    assert!(bench.frame().contains("rehearsal"), "{}", bench.frame());
    assert!(bench.runs().is_empty(), "a rehearsal lies apart");
    let mut home = bench.second_terminal();
    assert!(home.frame().contains("rehearsal · 0/24"), "{}", home.frame());
    home.go_on("Bob");
    assert!(home.frame().contains("· rehearsal ·"), "{}", home.frame());
}

#[test]
fn going_back_from_a_rehearsal_that_was_not_begun_leaves_runs_as_they_are() {
    let mut bench = Bench::new(120, 40);
    bench.keys("r");
    bench.key(Key::press(Code::Esc));
    bench.find();
    bench.start_tour("Ada");
    assert_eq!(bench.runs().len(), 1);
}

#[test]
fn runbooks_in_the_folder_are_found_and_what_is_none_is_left_out() {
    let folder = TempDir::new().unwrap();
    let book =
        "mop: 1\nid: restart\ntitle: Restart the servers\nactivities: [{ title: One, estimate: 1m, steps: [Look] }]\n";
    fs::create_dir(folder.path().join("runbooks")).unwrap();
    for (name, text) in [
        ("restart.yaml", book),
        ("runbooks/same.yml", book),
        ("compose.yaml", "services: {}\n"),
        ("broken.yaml", "mop: 1\ntitle: Broken\n"),
        ("notes.txt", book),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("pipe.yaml"), rustix::fs::Mode::RWXU).unwrap();
    let mut bench = Bench::new(120, 40);
    bench.look_in(folder.path());
    let frame = bench.frame();
    assert!(frame.contains("▸ restart.yaml") && frame.contains("runbooks/same.yml"), "{frame}");
    assert!(frame.contains("has errors; mop check broken.yaml says which"), "{frame}");
    assert!(!frame.contains("compose") && !frame.contains("notes") && !frame.contains("pipe"), "{frame}");
    bench.start_tour("Ada");
    assert!(bench.frame().contains("Restart the servers"), "{}", bench.frame());
}

#[test]
fn a_click_selects_a_line_and_one_on_what_is_selected_opens_it_and_nothing_begins() {
    for (columns, rows) in [(120, 40), (60, 20)] {
        let mut home = Bench::new(columns, rows);
        let place = |frame: &str, text: &str| {
            let row =
                frame.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text} in\n{frame}"));
            (5, u16::try_from(row).unwrap())
        };
        let frame = home.frame();
        home.point(place(&frame, "dnn-upgrade"), Pointed::Click);
        let frame = home.frame();
        assert!(frame.contains("▸ dnn-upgrade"), "{frame}");
        home.point(place(&frame, "Runbooks"), Pointed::Click);
        assert_eq!(home.frame(), frame, "a heading is nothing to open");
        home.point(place(&frame, "▸ dnn-upgrade"), Pointed::Click);
        assert!(home.frame().contains("Upgrade DNN Platform"), "{}", home.frame());
        assert!(home.runs().is_empty());
    }
    // What is in view is meant, where the list is longer than the screen.
    let mut home = Bench::new(60, 9);
    home.keys("G");
    home.frame();
    home.point((5, 4), Pointed::Click);
    assert!(home.frame().contains("▸ dnn-upgrade-classic"), "{}", home.frame());
}

#[test]
fn behind_the_questions_of_one_runbook_it_says_what_that_is_about() {
    let book = "mop: 1\ntitle: Small\nabout: Restarts the *site*.\nactivities:\n  - { title: One, steps: [Look] }\n";
    let mut bench = Bench::came_for(book_of(book), (120, 40));
    let frame = bench.frame();
    assert!(frame.contains("Restarts the site.") && frame.contains("▸ Your name"), "{frame}");
    assert!(!frame.contains("nothing to run"), "{frame}");
    bench.key(Key::press(Code::Esc));
    // What past runs took was looked for as well.
    (0..2).for_each(|_| bench.find());
    assert!(bench.frame().contains("dnn-upgrade"), "{}", bench.frame());
}

#[test]
fn a_title_has_the_values_of_the_run_in_it_wherever_it_stands() {
    let book = "mop: 1\ntitle: \"Restart {{ site }}\"\ninputs:\n  site: { ask: Which, default: Vienna }\nactivities:\n  \
                - { title: One, steps: [Look] }\n";
    let mut bench = Bench::new(120, 40);
    bench.start(book, "Ada");
    assert!(bench.frame().starts_with("Restart Vienna · "), "{}", bench.frame());
    assert!(bench.title().starts_with("mop · Restart Vienna · 0/1"), "{}", bench.title());
    let home = bench.second_terminal().frame();
    assert!(home.contains("Restart Vienna "), "{home}");
    bench.hand().seal(&Person::named("Ada").unwrap(), "enough").unwrap();
    let mut home = bench.second_terminal();
    home.keys("a");
    assert!(home.frame().contains("Restart Vienna "), "{}", home.frame());
}
