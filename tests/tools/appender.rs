//! A process that appends to a run's journal, for tests that kill, stop, starve and watch real ones.
//!
//! `appender RUN AUTHOR SIZE` takes one command a line on standard input and answers in lines, each
//! flushed, so that an answer that was read is an acknowledgement. It uses the journal as the program
//! does and adds nothing to it: no retry but of a busy lock, no sync, no marker.

use std::error::Error;
use std::io::{BufRead as _, StdinLock, StdoutLock, Write as _};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use mop::journal::{
    Appended, Chain, Depth, Digest, Disk, Draft, FileSystems, JournalError, Kept, NewRun, Outcome, RecordId, Storage,
    Tail, World, Writer, create_run, read,
};

type Done = Result<(), Box<dyn Error>>;

/// Is one process with one run, and perhaps an open journal.
struct Appender {
    run: PathBuf,
    author: u32,
    size: usize,
    writer: Option<Writer>,
    tail: Option<Tail>,
    orders: StdinLock<'static>,
    answers: StdoutLock<'static>,
}

fn main() -> Done {
    let [run, author, size] = words(std::env::args().skip(1))?;
    let mut appender = Appender {
        run: run.into(),
        author: author.parse()?,
        size: size.parse()?,
        writer: None,
        tail: None,
        orders: std::io::stdin().lock(),
        answers: std::io::stdout().lock(),
    };
    while let Some(order) = appender.next_order()? {
        appender.obey(&order)?;
    }
    Ok(())
}

fn words<const N: usize>(words: impl Iterator<Item = String>) -> Result<[String; N], String> {
    words.collect::<Vec<_>>().try_into().map_err(|words| format!("{N} words are needed, not {words:?}"))
}

impl Appender {
    fn next_order(&mut self) -> Result<Option<String>, std::io::Error> {
        let mut line = String::new();
        let got = self.orders.read_line(&mut line)?;
        Ok((got > 0).then(|| line.trim_end().to_owned()))
    }

    fn answer(&mut self, line: &str) -> Done {
        writeln!(self.answers, "{line}")?;
        Ok(self.answers.flush()?)
    }

    fn obey(&mut self, order: &str) -> Done {
        let (verb, rest) = order.split_once(' ').unwrap_or((order, ""));
        match verb {
            "create" => self.create(),
            "open" => self.open(),
            "append" => self.append(rest),
            "put" => self.put(rest),
            "after" => self.after(rest),
            "hold" => self.hold(rest),
            "room" => self.room(),
            "read" => self.read(),
            "follow" => self.follow(),
            _ => Err(format!("`{order}` is no command").into()),
        }
    }

    /// `create`: makes the run's directory with its first record, numbered 0.
    fn create(&mut self) -> Done {
        let (runs, name) = (self.run.parent(), self.run.file_name().and_then(|name| name.to_str()));
        let (Some(runs), Some(name)) = (runs, name) else {
            return Err(format!("{} cannot be a run", self.run.display()).into());
        };
        let first = self.draft(0)?;
        let run = NewRun { name, files: &[("manifest.json", b"{}")], first: &first, file_systems: FileSystems::Any };
        match create_run(&Disk, runs, &run) {
            Ok(_) => self.answer("created"),
            Err(error) => self.answer(&format!("failed {error}")),
        }
    }

    /// `open`: opens the journal for appending.
    fn open(&mut self) -> Done {
        let by = format!(r#"{{"sid":"{:08x}","who":"appender"}}"#, self.author);
        match Writer::open(&World::machine(), &self.run, by.as_bytes()) {
            Ok(writer) => {
                let last = writer.last().ok_or("a run without a record")?;
                self.writer = Some(writer);
                self.answer(&format!("open {} {}", last.n, last.head))
            }
            Err(error) => self.answer(&in_words(&error)),
        }
    }

    /// `append FROM COUNT`: appends records one after the other, up to the first that fails.
    fn append(&mut self, rest: &str) -> Done {
        let [from, count] = words(rest.split(' ').map(str::to_owned))?;
        let (from, count): (u64, u64) = (from.parse()?, count.parse()?);
        for number in from..from + count {
            let draft = self.draft(number)?;
            if !self.record(number, &draft, no_check)? {
                break;
            }
        }
        Ok(())
    }

    /// `put NUMBER BODY`: appends a record of the caller's words.
    fn put(&mut self, rest: &str) -> Done {
        let (number, body) = rest.split_once(' ').ok_or("a number and a body are needed")?;
        let number = number.parse()?;
        let draft = Draft::new(self.id(number), body.as_bytes())?;
        self.record(number, &draft, no_check).map(|_| ())
    }

    /// `after N HEAD NUMBER`: appends a record that yields to whatever came after record N.
    fn after(&mut self, rest: &str) -> Done {
        let (number, draft) = self.draft_after(rest)?;
        self.record(number, &draft, |unseen| unseen.last().map_or(Ok(()), |won| Err((won.n, won.head)))).map(|_| ())
    }

    /// `hold N HEAD NUMBER`: appends a record, but halts under the lock until it is told `go`;
    /// told `spawn`, it starts a child there that lives as long as standard input is open.
    fn hold(&mut self, rest: &str) -> Done {
        let (number, draft) = self.draft_after(rest)?;
        let mut writer = self.writer.take().ok_or("the journal is not open")?;
        let held = writer.append(&draft, |_| self.wait_for_go().map_err(|error| error.to_string()));
        self.writer = Some(writer);
        match held {
            Ok(Outcome::Refused(words)) => Err(words.into()),
            Ok(Outcome::Appended(done) | Outcome::Already(done)) => self.answer(&acked(number, done)),
            Err(error) => self.answer(&in_words(&error)),
        }
    }

    fn wait_for_go(&mut self) -> Done {
        self.answer("holding")?;
        loop {
            match self.next_order()?.as_deref() {
                Some("go") => return Ok(()),
                Some("spawn") => {
                    let child = Command::new("cat").spawn()?;
                    self.answer(&format!("spawned {}", child.id()))?;
                }
                other => return Err(format!("{other:?} is no command while the lock is held").into()),
            }
        }
    }

    /// `room`: tells how much room is reserved.
    fn room(&mut self) -> Done {
        let room = self.writer.as_ref().ok_or("the journal is not open")?.room();
        self.answer(&format!("room {} {}", room.bytes, if room.enough { "enough" } else { "little" }))
    }

    /// `read`: reads the journal to its end.
    fn read(&mut self) -> Done {
        let verdict = read(&Disk, &self.run, Depth::Full, &mut |_| {})?;
        let whole = if verdict.is_whole() { "whole" } else { "damaged" };
        self.answer(&format!("read {} {} {whole}", verdict.records, verdict.head))
    }

    /// `follow`: tells how many records are new since the last time, and how many are not settled.
    fn follow(&mut self) -> Done {
        let disk: Arc<dyn Storage> = Arc::new(Disk);
        let mut tail = match self.tail.take() {
            Some(tail) => tail,
            None => Tail::open(&disk, &self.run, Chain::default())?,
        };
        let news = tail.poll()?;
        self.tail = Some(tail);
        self.answer(&format!("news {} {}", news.settled.len(), news.provisional.len()))
    }

    /// Appends, again and again while the lock is busy, and tells whether it came to a record.
    fn record(
        &mut self,
        number: u64,
        draft: &Draft,
        check: impl Fn(&[Kept]) -> Result<(), (u64, Digest)>,
    ) -> Result<bool, Box<dyn Error>> {
        loop {
            let writer = self.writer.as_mut().ok_or("the journal is not open")?;
            let outcome = writer.append(draft, &check);
            let line = match &outcome {
                Ok(Outcome::Appended(done)) => acked(number, *done),
                Ok(Outcome::Already(done)) => format!("already {number} {} {}", done.n, done.head),
                Ok(Outcome::Refused((n, head))) => format!("refused {number} {n} {head}"),
                Err(error) => in_words(error),
            };
            self.answer(&line)?;
            if !matches!(outcome, Err(JournalError::Busy { .. })) {
                return Ok(outcome.is_ok());
            }
        }
    }

    fn draft(&self, number: u64) -> Result<Draft, JournalError> {
        let text = "so it was done and seen, ".repeat(self.size / 25 + 1);
        let text = text.get(..self.size).unwrap_or_default();
        let body = format!(r#"{{"t":"note","author":{},"number":{number},"text":"{text}"}}"#, self.author);
        Draft::new(self.id(number), body.as_bytes())
    }

    fn draft_after(&self, rest: &str) -> Result<(u64, Draft), Box<dyn Error>> {
        let [n, head, number] = words(rest.split(' ').map(str::to_owned))?;
        let head = Digest::parse(head.as_bytes()).ok_or("that is no hash")?;
        let number = number.parse()?;
        Ok((number, self.draft(number)?.after(n.parse()?, head)))
    }

    fn id(&self, number: u64) -> RecordId {
        let mut bits = [0; 16];
        bits[..4].copy_from_slice(&self.author.to_be_bytes());
        bits[8..].copy_from_slice(&number.to_be_bytes());
        RecordId::from_bits(bits)
    }
}

fn no_check(_: &[Kept]) -> Result<(), (u64, Digest)> {
    Ok(())
}

fn acked(number: u64, done: Appended) -> String {
    format!("acked {number} {} {}", done.n, done.head)
}

fn in_words(error: &JournalError) -> String {
    match error {
        JournalError::Busy { holder, .. } => format!("busy {}", holder.unwrap_or_default()),
        error if error.is_final() => format!("halted {error}"),
        error => format!("failed {error}"),
    }
}
