//! Nothing is left behind, however a run was left: no process, no connection, no temporary file.
//!
//! Whatever the program starts has its environment, and in it a word of the test that is looked for in `/proc`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::live::ground::{FIRST, Ground, Mode, done, until_all};
use super::site::PATIENCE;
use crate::flow::pty::Pty;

/// Gives a ground whose processes are known by a word, and whose temporary files are in a folder of their own.
fn marked() -> (Ground, String) {
    let mut ground = Ground::new();
    let mark = ground.site.state.path().file_name().unwrap().to_str().unwrap().to_owned();
    let temporary = ground.site.folder.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    ground.site.environment.push(("MOP_TEST_MARK", mark.clone()));
    ground.site.environment.push(("TMPDIR", temporary.to_str().unwrap().to_owned()));
    (ground, mark)
}

/// Gives the command lines of the processes that have a word in their environment or their command line.
fn processes(mark: &str) -> Vec<String> {
    let pids = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    let has = |path: &Path, name: &str| {
        let bytes = fs::read(path.join(name)).unwrap_or_default();
        bytes.windows(mark.len()).any(|window| window == mark.as_bytes())
    };
    // One that has ended and was not fetched yet has neither.
    let ours = pids.filter(|path| has(path, "environ") || has(path, "cmdline"));
    ours.map(|path| fs::read_to_string(path.join("cmdline")).unwrap_or_default().replace('\0', " ")).collect()
}

/// Counts the connections from here to a port of this machine.
fn connections(port: u16) -> usize {
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let to = format!(":{port:04X}");
    let rows = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row[2].ends_with(&to) && row[3] == "01").count()
}

/// Waits until something is as it should be: the kernel takes its time with what was killed.
fn wait_until(what: &str, is_so: impl Fn() -> Result<(), String>) {
    let end = Instant::now() + PATIENCE;
    while let Err(found) = is_so() {
        assert!(Instant::now() < end, "{what}: {found}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn nothing_runs(mark: &str) {
    wait_until("something is left", || {
        let left = processes(mark);
        if left.is_empty() { Ok(()) } else { Err(left.join("\n")) }
    });
}

fn nobody_is_connected(ground: &Ground) {
    wait_until("connections are left", || match connections(ground.web.port()) {
        0 => Ok(()),
        count => Err(count.to_string()),
    });
}

/// Gives what stands in the folder beside what the ground put there.
fn files(ground: &Ground) -> Vec<String> {
    let folder = ground.site.folder.path();
    assert_eq!(fs::read_dir(folder.join("temporary")).unwrap().count(), 0, "temporary files are left");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let known = ["live.yaml", "load", "app.log", "temporary"];
    let mut names: Vec<_> = names.filter(|name| !known.contains(&name.as_str())).collect();
    names.sort();
    names
}

/// The steps of most tests: one that lasts, and leaves something in the background.
const STEPS: &str = "id: get, title: Get it, fetch: { url: \"URL/package.zip\", to: \"FOLDER/package.zip\" }
id: rest, title: Rest, run: { command: \"sleep 1001 & echo begun; sleep 1002\", timeout: 2s, expect: { exit: 0 } }
id: last, title: Last";

/// Lets a probe hang, and gives the talk once it does.
fn with_a_probe_that_hangs(ground: &Ground, steps: &str) -> super::site::Talk {
    let book = ground.book(steps);
    let text = fs::read_to_string(&book).unwrap();
    let hangs = "status:\n  hangs: { run: \"sleep 1003 | sleep 1004\", timeout: 10m }\n";
    fs::write(&book, text.replace("status:\n", hangs)).unwrap();
    let mut talk = ground.site.talk(&["run", &book, "--plain", "--as", "Ada"]);
    talk.until("(ready)>");
    talk
}

fn it_hangs(mark: &str) {
    wait_until("the probe did not begin", || {
        let is_there = processes(mark).iter().any(|line| line.starts_with("sleep 1004"));
        if is_there { Ok(()) } else { Err(processes(mark).join("\n")) }
    });
}

#[test]
fn after_the_seal_nothing_is_left() {
    let (ground, mark) = marked();
    let mut talk = with_a_probe_that_hangs(&ground, STEPS);
    until_all(&mut talk, &["home is ok", "log is ok"]);
    it_hangs(&mark);
    done(&mut talk, "1.1");
    talk.say("skip 1.2");
    talk.say("why = not today");
    talk.until("Ada skipped 1.2");
    talk.say("sign 1.3");
    talk.until("receipt of record");
    talk.say("seal");
    talk.end().with(0);
    nothing_runs(&mark);
    nobody_is_connected(&ground);
    assert_eq!(files(&ground), ["package.zip"]);
}

#[test]
fn a_command_that_took_too_long_leaves_nothing_and_neither_does_one_that_was_cancelled() {
    let (ground, mark) = marked();
    let mut talk = ground.begin(STEPS);
    done(&mut talk, "1.1");
    talk.say("start 1.2");
    talk.until("(failed)>");
    let only_mop = || {
        let left: Vec<_> = processes(&mark).into_iter().filter(|line| line.starts_with("sleep")).collect();
        if left.is_empty() { Ok(()) } else { Err(left.join("\n")) }
    };
    wait_until("it goes on", only_mop);
    talk.say("leave");
    talk.end().with(0);
    nothing_runs(&mark);
    assert_eq!(files(&ground), ["package.zip"]);
}

#[test]
fn a_download_that_was_cancelled_leaves_its_part_and_no_connection() {
    let (ground, mark) = marked();
    // Without a page that is looked at.
    let book = ground.book(STEPS);
    let text = fs::read_to_string(&book).unwrap();
    let text: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("home:")).collect();
    fs::write(&book, text.join("\n")).unwrap();
    let mut talk = ground.site.talk(&["run", &book, "--plain", "--as", "Ada"]);
    talk.until("(ready)>");
    ground.set(Mode::Held);
    talk.say("start 1.1");
    let part = ground.site.folder.path().join("package.zip.part");
    wait_until("nothing came", || match fs::metadata(&part).map_or(0, |part| part.len()) {
        bytes if bytes >= FIRST as u64 => Ok(()),
        bytes => Err(bytes.to_string()),
    });
    assert_eq!(connections(ground.web.port()), 1);
    let mut pty = Pty::start(ground.site.state.path(), &["join", &ground.site.id(), "--plain", "--as", "Ada"], &[]);
    pty.wait_for("(running)>");
    pty.press("cancel 1.1\r");
    pty.wait_for("why> ");
    pty.press("Too long\r");
    talk.until("(failed)>");
    nobody_is_connected(&ground);
    assert_eq!(files(&ground), ["package.zip.part", "package.zip.part.note"]);
    pty.press_until("leave\r", "The run stays as it is");
    talk.end().with(0);
    nothing_runs(&mark);
}

#[test]
fn a_signal_leaves_nothing() {
    for signal in ["TERM", "INT", "HUP"] {
        let (ground, mark) = marked();
        let mut talk = with_a_probe_that_hangs(&ground, STEPS);
        it_hangs(&mark);
        ground.set(Mode::Held);
        talk.say("start 1.1");
        talk.until("Ada started 1.1");
        talk.signal(signal);
        talk.end();
        nothing_runs(&mark);
        nobody_is_connected(&ground);
        assert!(
            files(&ground).iter().all(|name| name.starts_with("package.zip.part")),
            "{signal}: {:?}",
            files(&ground)
        );
    }
}

#[test]
fn a_kill_leaves_nothing_but_the_part_of_a_download() {
    let (ground, mark) = marked();
    let mut talk = with_a_probe_that_hangs(&ground, STEPS);
    it_hangs(&mark);
    ground.set(Mode::Held);
    talk.say("start 1.1");
    talk.until("Ada started 1.1");
    talk.kill();
    nothing_runs(&mark);
    nobody_is_connected(&ground);
    assert!(files(&ground).iter().all(|name| name.starts_with("package.zip.part")), "{:?}", files(&ground));
}

#[test]
fn the_full_screen_leaves_nothing_when_it_is_left_or_its_terminal_is_closed() {
    for is_closed in [false, true] {
        let (ground, mark) = marked();
        let mut talk = with_a_probe_that_hangs(&ground, STEPS);
        talk.say("leave");
        talk.end().with(0);
        nothing_runs(&mark);
        let environment: Vec<_> = ground.site.environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut pty = Pty::start(ground.site.state.path(), &["resume"], &environment);
        pty.wait_for("Your name");
        pty.press("Ada\r");
        it_hangs(&mark);
        if !is_closed {
            pty.press_until("q", "mop resume");
            pty.wait_for_end();
        }
        drop(pty);
        nothing_runs(&mark);
        nobody_is_connected(&ground);
        assert!(files(&ground).is_empty(), "{:?}", files(&ground));
    }
}

#[test]
fn a_command_goes_on_after_who_started_it_left_and_its_supervisor_ends_with_it() {
    let (ground, mark) = marked();
    let word = ground.site.folder.path().join("word");
    let step = format!(
        "id: rest, title: Rest, run: {{ command: \"echo begun; until [ -e {0} ]; do sleep 0.05; done; rm {0}\", expect: {{ exit: 0 }} }}",
        word.display()
    );
    let mut talk = ground.begin(&step);
    talk.say("start 1.1");
    talk.until("1.1 | begun");
    talk.signal("TERM");
    talk.end().with(143);
    let is_supervised = processes(&mark).iter().any(|line| line.contains("supervise"));
    assert!(is_supervised, "{:?}", processes(&mark));
    ground.file("word", "");
    nothing_runs(&mark);
    assert!(files(&ground).is_empty());
    let mut talk = ground.resume();
    talk.until("as expected");
    talk.end().with(0);
}
