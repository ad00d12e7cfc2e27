//! Commands that ask questions: they get a terminal, and somebody sits down at it.

use mop::exec::command::{End, Found, How, Launcher, Lent, Order, Secret, Size, Stop, Stream, find, printed};

use super::ground::{Ground, MOP, ended, found_end, shell, until, wait_until_gone};

const SIZE: Size = Size { columns: 100, rows: 30 };

fn asking(line: &str) -> Order {
    Order { terminal: Some(SIZE), ..shell(line) }
}

/// Somebody who sits at the terminal of the command, and what he saw.
struct Sitter {
    lent: Lent,
    seen: String,
    is_over: bool,
}

impl Sitter {
    fn at(ground: &Ground, is_new: bool) -> Self {
        let lent = Lent::sit_down(&ground.dir(), (SIZE, is_new)).unwrap().unwrap();
        Self { lent, seen: String::new(), is_over: false }
    }

    fn look(&mut self) {
        let (printed, is_over) = self.lent.news().unwrap();
        self.seen.push_str(&String::from_utf8_lossy(&printed));
        self.is_over = is_over;
        self.lent.push();
    }

    /// Waits until something was printed.
    fn sees(&mut self, wanted: &str) {
        until(wanted, || {
            self.look();
            self.seen.contains(wanted).then_some(())
        });
    }

    fn answers(&mut self, keys: &str) {
        self.lent.type_keys(keys.as_bytes());
    }

    /// Waits for the end of the command.
    fn stays(mut self, ground: &Ground) -> (String, End) {
        until("the end", || {
            self.look();
            self.is_over.then_some(())
        });
        (self.seen, found_end(&ground.dir()))
    }
}

#[test]
fn a_command_that_asks_gets_a_terminal_and_its_answer() {
    let ground = Ground::new();
    let line = "test -t 0 && test -t 1 && test -t 2 && stty size; printf 'sure? '; read -r it </dev/tty; echo \"you said $it\"";
    let running = ground.start(&asking(line));
    let mut sitter = Sitter::at(&ground, true);
    sitter.sees("30 100");
    sitter.sees("sure? ");
    sitter.answers("yes\r");
    let (seen, end) = sitter.stays(&ground);
    assert!(seen.ends_with("sure? yes\r\nyou said yes\r\n"), "{seen:?}");
    assert_eq!((end.how.clone(), end.err.bytes), (How::Exit(0), 0));
    assert_eq!(printed(&ground.dir(), &end).unwrap().out.bytes, seen.as_bytes());
    drop(running);
}

#[test]
fn what_is_typed_where_nothing_is_shown_stands_nowhere() {
    let ground = Ground::new();
    let mut running =
        ground.start(&asking("stty -echo; printf 'password: '; read -r it; stty echo; echo; echo ${#it}"));
    let mut sitter = Sitter::at(&ground, true);
    sitter.sees("password: ");
    sitter.answers("hunter22\r");
    let (seen, _) = sitter.stays(&ground);
    assert!(seen.ends_with("8\r\n"), "{seen:?}");
    ended(&mut running);
    assert!(!String::from_utf8_lossy(&ground.all_bytes()).contains("hunter"));
}

#[test]
fn a_secret_is_masked_where_a_terminal_shows_it() {
    let ground = Ground::new();
    let secrets = vec![("P".to_owned(), Secret::new("hunter22".to_owned()))];
    let order = Order { secrets, ..asking("echo \"it is $P.\"") };
    let end = ended(&mut ground.start(&order));
    assert_eq!(end.text(Stream::Out), "it is redacted:1.\r\n");
}

#[test]
fn the_keys_that_interrupt_reach_the_command_and_a_new_size_too() {
    let ground = Ground::new();
    let line = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.01; done";
    let _running = ground.start(&asking(line));
    let mut sitter = Sitter::at(&ground, true);
    sitter.sees("ready");
    sitter.lent.resize(Size { columns: 40, rows: 10 });
    sitter.sees("10 40");
    sitter.answers("\x03");
    let (_, end) = sitter.stays(&ground);
    assert_eq!((end.how, end.stopped), (How::Signal(2), None));
}

#[test]
fn who_comes_later_sees_the_question_and_answers_it() {
    let ground = Ground::new();
    let running = ground.start(&asking("seq 5000; printf 'go on? '; read -r it; echo \"so $it\""));
    let mut first = Sitter::at(&ground, true);
    first.sees("go on? ");
    drop((first, running));
    let mut later = Sitter::at(&ground, false);
    later.sees("5000\r\ngo on? ");
    assert!(later.seen.len() <= 8 * 1024, "only the end is shown again");
    later.answers("yes\r");
    let (seen, end) = later.stays(&ground);
    assert!(seen.ends_with("so yes\r\n"), "{seen:?}");
    assert_eq!(end.how, How::Exit(0));
    assert!(Lent::sit_down(&ground.dir(), (SIZE, false)).unwrap().is_none(), "nothing runs any more");
}

#[test]
fn a_command_that_asks_and_is_cancelled_ends_with_all_that_it_started() {
    let ground = Ground::new();
    let mut running = ground.start(&asking("sh -c 'echo $$; read -r it'; read -r again"));
    let mut sitter = Sitter::at(&ground, true);
    sitter.sees("\n");
    let pid = sitter.seen.trim().to_owned();
    running.cancel().unwrap();
    let (_, end) = sitter.stays(&ground);
    assert_eq!(end.stopped, Some(Stop::Cancelled));
    wait_until_gone(&pid);
}

#[test]
fn much_that_is_typed_at_once_arrives_whole() {
    let ground = Ground::new();
    let _running = ground.start(&asking("stty raw -echo; echo ready; head -c 300000 | sha256sum; stty sane"));
    let mut sitter = Sitter::at(&ground, true);
    sitter.sees("ready");
    let mut typed: Vec<u8> = Vec::new();
    while typed.len() < 300_000 {
        if sitter.lent.is_full() {
            sitter.look();
            std::thread::yield_now();
            continue;
        }
        let piece: String = (0..50).map(|n| format!("{:09}\n", typed.len() + n)).collect();
        typed.extend_from_slice(piece.as_bytes());
        sitter.answers(&piece);
    }
    let (seen, _) = sitter.stays(&ground);
    let hash = mop::journal::Digest::of(&typed[..300_000]).to_string();
    assert!(seen.contains(&hash), "{seen:?}");
}

#[test]
fn on_another_host_ssh_is_asked_for_a_terminal_and_no_secret_goes_there() {
    let ground = Ground::new();
    let ssh = "#!/bin/sh\n[ \"$1 $2 $3\" = '-t -- app1' ] && test -t 0 || exit 99\nexec sh -c \"$4\"\n";
    std::fs::create_dir(ground.at("bin")).unwrap();
    ground.program("bin/ssh", ssh);
    let path = format!("#!/bin/sh\nPATH={}/bin:$PATH exec {MOP} \"$@\"\n", ground.folder.path().display());
    let launcher = Launcher::at(ground.program("mop", &path));
    let environment = vec![("A".to_owned(), "it's ok".to_owned())];
    let order =
        Order { host: Some("app1".to_owned()), environment, ..asking("printf \"$A? \"; read -r it; echo \"$it\"") };
    let _running = launcher.start(&order, &ground.dir()).unwrap();
    let mut sitter = Sitter::at(&ground, true);
    sitter.sees("it's ok? ");
    sitter.answers("fine\r");
    assert_eq!(sitter.stays(&ground).1.how, How::Exit(0));
    let secrets = vec![("P".to_owned(), Secret::new("hunter22".to_owned()))];
    let refused = launcher.start(&Order { secrets, ..order }, &ground.at("commands/2")).unwrap_err();
    assert!(refused.to_string().contains("let it ask"), "{refused}");
    assert!(matches!(find(&ground.at("commands/2")).unwrap(), Found::Absent));
}
