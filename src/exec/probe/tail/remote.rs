//! A file on a host, followed there by `tail`, whose lines one ssh carries.
//!
//! The ssh goes on from look to look, and is begun anew when it has ended. A line of our own tells what
//! was there before from what came after, and that the host was reached at all; ssh itself notices a
//! host that is gone, and ends.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use regex::bytes::Regex;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::lines::Lines;
use crate::exec::command::{Line, Order};
use crate::exec::probe::child::{Group, SLOW_TICK, Stream};
use crate::exec::probe::reading::{Failure, Log};
use crate::journal::{Clock, Mask};
use crate::text::Shown;

/// How long nothing must come until a first look takes what there is.
const QUIET: Duration = Duration::from_millis(150);
/// How much of what tail complains of is kept.
const MOST_WORDS: usize = 4 * 1024;

/// Follows a file on a host.
#[derive(Debug)]
pub(in crate::exec::probe) struct RemoteTail {
    order: Order,
    mark: String,
    shared: Arc<Mutex<Shared>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Is what the task that reads and the looks share.
#[derive(Debug)]
struct Shared {
    lines: Lines,
    /// What has come of the lines that were there before; nothing once the mark was seen.
    before: Option<Vec<u8>>,
    /// When something came last.
    last: Duration,
    /// What was complained of.
    words: Vec<u8>,
    has_ended: bool,
}

impl RemoteTail {
    /// Begins to follow a file on a host; nothing is started until the first look.
    pub fn new((file, host): (&Path, &str), alert: Option<Regex>, mask: Option<Arc<Mask>>) -> Self {
        let mut random = [0; 8];
        // Without randomness the mark could be guessed, and a log could only claim to be older than it is.
        let _ = getrandom::fill(&mut random);
        let mark = format!("mop-{:016x}", u64::from_ne_bytes(random));
        let order = Order::new(Line::Words(words(host, &script(file, &mark))));
        let shared = Shared {
            lines: Lines::new(alert, mask, Duration::ZERO),
            before: None,
            last: Duration::ZERO,
            words: Vec::new(),
            has_ended: true,
        };
        Self { order, mark, shared: Arc::new(Mutex::new(shared)), task: Mutex::new(None) }
    }

    /// Gives what came by now, after the host was reached.
    ///
    /// # Errors
    ///
    /// Says why there is nothing.
    pub async fn look(&self, clock: &Arc<dyn Clock>) -> Result<Log, Failure> {
        let is_first = self.lock().has_ended;
        if is_first {
            self.start(clock)?;
        }
        while self.is_settling(is_first, clock.since_boot()) {
            sleep(QUIET / 5).await;
        }
        let mut shared = self.lock();
        let now = clock.since_boot();
        if shared.has_ended || shared.before.is_some() {
            return Err(failure(&shared.words, "ssh ended"));
        }
        shared.lines.pause(now);
        if is_missing(&shared.words) {
            shared.lines.distrust(now);
            return Err(failure(&shared.words, "it cannot be read"));
        }
        Ok(shared.lines.log(now))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_settling(&self, is_first: bool, now: Duration) -> bool {
        let shared = self.lock();
        let is_quiet = now.saturating_sub(shared.last) >= QUIET;
        !shared.has_ended && (shared.before.is_some() || (is_first && !is_quiet))
    }

    fn start(&self, clock: &Arc<dyn Clock>) -> Result<(), Failure> {
        let (group, out, err) = Group::start(&self.order).map_err(|why| Failure::unknown(&why))?;
        {
            let mut shared = self.lock();
            shared.lines.restart(clock.since_boot());
            shared.lines.distrust(clock.since_boot());
            (shared.before, shared.has_ended) = (Some(Vec::new()), false);
            shared.words.clear();
        }
        let reader = Reader { shared: Arc::clone(&self.shared), mark: self.mark.clone(), clock: Arc::clone(clock) };
        let task = tokio::spawn(reader.read(group, out, err));
        let before = self.task.lock().unwrap_or_else(PoisonError::into_inner).replace(task);
        before.into_iter().for_each(|task| task.abort());
        Ok(())
    }
}

impl Drop for RemoteTail {
    fn drop(&mut self) {
        // The child ends with the task that reads it.
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        task.into_iter().for_each(|task| task.abort());
    }
}

/// Reads what ssh brings.
struct Reader {
    shared: Arc<Mutex<Shared>>,
    mark: String,
    clock: Arc<dyn Clock>,
}

impl Reader {
    async fn read(self, group: Group, mut out: Stream, mut err: Stream) {
        // Says that it has ended also when this is dropped or fails.
        let end = Ended(Arc::clone(&self.shared));
        while out.is_open() {
            tokio::select! {
                biased;
                piece = err.next(), if err.is_open() => piece.into_iter().for_each(|piece| self.complained(piece)),
                piece = out.next() => piece.into_iter().for_each(|piece| self.came(piece)),
                () = group.ended(SLOW_TICK), if !err.is_open() => break,
            }
        }
        drop((group, end));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn complained(&self, bytes: &[u8]) {
        let mut shared = self.lock();
        shared.words.extend_from_slice(bytes);
        let over = shared.words.len().saturating_sub(MOST_WORDS);
        shared.words.drain(..over);
        shared.last = self.clock.since_boot();
    }

    fn came(&self, bytes: &[u8]) {
        let mut shared = self.lock();
        let now = self.clock.since_boot();
        shared.last = now;
        let Some(mut before) = shared.before.take() else { return shared.lines.add(bytes, now) };
        before.extend_from_slice(bytes);
        let Some(at) = memchr::memmem::find(&before, self.mark.as_bytes()) else {
            // More than was asked for is none of ours; what is last counts.
            before.drain(..before.len().saturating_sub(256 * 1024));
            shared.before = Some(before);
            return;
        };
        let (lines, rest) = before.split_at(at);
        shared.lines.before(lines);
        shared.lines.restart(now);
        let rest = rest.get(self.mark.len()..).unwrap_or_default();
        shared.lines.add(rest.strip_prefix(b"\n").unwrap_or(rest), now);
    }
}

/// Tells the looks that nothing more comes.
struct Ended(Arc<Mutex<Shared>>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).has_ended = true;
    }
}

/// Gives the words for an ssh that asks nothing, and ends soon after its host is gone.
fn words(host: &str, script: &str) -> Vec<String> {
    let alive = ["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "ConnectTimeout=15"];
    let fixed = ["ssh", "-o", "BatchMode=yes"].into_iter().chain(alive).chain(["--", host]);
    fixed.map(str::to_owned).chain([format!("exec sh -c {}", quoted(script))]).collect()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Writes what the shell on the host does: the end of the file, the mark, and then what comes.
fn script(file: &Path, mark: &str) -> String {
    let file = quoted(&file.to_string_lossy());
    format!(
        "LC_ALL=C; export LC_ALL; f={file}; \
         if [ -e \"$f\" ] && ! [ -f \"$f\" ]; then echo \"tail: $f: it is no plain file\" >&2; exit 1; fi; \
         s=$(wc -c <\"$f\" 2>/dev/null | tr -d ' '); s=${{s:-0}}; b=$((s > 65536 ? s - 65535 : 1)); \
         [ \"$s\" = 0 ] || tail -c +$b -- \"$f\" 2>/dev/null | head -c $((s - b + 1)) | tail -n 20; \
         echo {mark}; exec tail -c +$((s + 1)) -F -- \"$f\""
    )
}

/// Tells whether the last thing that tail complained of is that there is no file.
fn is_missing(words: &[u8]) -> bool {
    let text = String::from_utf8_lossy(words);
    let last = text.lines().rfind(|line| line.contains("tail:")).unwrap_or_default();
    ["cannot open", "can't open", "inaccessible", "No such file", "cannot watch"].iter().any(|word| last.contains(word))
}

fn failure(words: &[u8], otherwise: &str) -> Failure {
    let text = String::from_utf8_lossy(words);
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    Failure::unknown(Shown::line_limited(last.unwrap_or(otherwise), 200).as_str())
}
