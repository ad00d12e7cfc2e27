//! A download from its order to its end.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt as _;

use sha2::{Digest as _, Sha256};

use super::Order;
use super::aside::{folder, rename_to_new, set_aside};
use super::end::{End, How, size_words};
use super::pace::Phase;
use super::part::{Part, hex};
use super::transfer::{Stop, Transfer};
use super::underway::{Shared, Underway};
use crate::text::Shown;

/// How much is read at once.
const PIECE: usize = 256 * 1024;

/// Is a download that goes on; who drops it stops it, and what came stays.
pub type Downloading = Underway<End>;

/// Starts a download.
#[must_use]
pub fn start(order: Order) -> Downloading {
    let lost = || End::failed(Shown::ours("the download was lost by a mistake in mop; what came is kept"));
    Underway::begin("download", lost, move |shared| Work { order: &order, shared }.end())
}

struct Work<'a> {
    order: &'a Order,
    shared: &'a Shared,
}

impl Work<'_> {
    fn end(&self) -> End {
        let mut end = End::failed(Shown::default());
        end.how = match self.run(&mut end) {
            Ok(how) => how,
            Err(Stop::Cancelled) => How::Cancelled,
            Err(Stop::Failed(why)) => How::Failed(why),
        };
        end.took = self.shared.took();
        end
    }

    fn run(&self, end: &mut End) -> Result<How, Stop> {
        let wanted = self.wanted()?;
        if self.is_there()? {
            return self.compare(wanted.as_deref(), end);
        }
        let mut part = Part::open(&self.order.to, &self.order.url)?;
        let moved = self.fetch(&mut part, wanted.is_some(), end);
        (end.bytes, end.kept) = (part.have.bytes, Some(part.path().to_owned()));
        if let Err(stop) = moved {
            if part.tidy() {
                end.kept = None;
            }
            return Err(stop);
        }
        self.finish(&mut part, wanted.as_deref(), end)
    }

    /// Looks whether the order makes sense, and gives the hash that is wanted.
    fn wanted(&self) -> Result<Option<String>, Shown> {
        let to = &self.order.to;
        if to.file_name().is_none() {
            return Err(Shown::line_limited(&format!("`{}` names no file", to.display()), 300));
        }
        if !folder(to).is_dir() {
            let folder = folder(to).display().to_string();
            return Err(Shown::line_limited(&format!("there is no folder {folder}; make it first"), 400));
        }
        let Some(hash) = &self.order.sha256 else { return Ok(None) };
        let hash = hash.trim().to_ascii_lowercase();
        match hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok(Some(hash)),
            false => Err(Shown::line(&format!("`{}` is no SHA-256", Shown::line_limited(&hash, 80)))),
        }
    }

    fn is_there(&self) -> Result<bool, Shown> {
        match fs::symlink_metadata(&self.order.to) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.about_target(&format!("cannot be looked at: {error}"))),
        }
    }

    /// Compares what is there already with what is wanted.
    fn compare(&self, wanted: Option<&str>, end: &mut End) -> Result<How, Stop> {
        let Some(wanted) = wanted else {
            let words = "is there already, and without a SHA-256 nobody can tell whether it is the file; move it away";
            return Err(self.about_target(words).into());
        };
        let (mut file, bytes) = self.open_target()?;
        if let Some(size) = self.order.size.filter(|size| *size != bytes) {
            let words = format!("is there already with {}, and {} are wanted", size_words(bytes), size_words(size));
            return Err(self.about_target(&format!("{words}; it is left as it is: move it away")).into());
        }
        let hash = self.hash(&mut file, bytes)?;
        if hash != wanted {
            let words = format!("is there already with the SHA-256 {hash}, and {wanted} is wanted");
            return Err(self.about_target(&format!("{words}; it is left as it is: move it away")).into());
        }
        (end.bytes, end.sha256, end.is_verified) = (bytes, Some(hash), true);
        Ok(How::WasThere)
    }

    fn open_target(&self) -> Result<(File, u64), Shown> {
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let opened = fs::OpenOptions::new().read(true).custom_flags(nonblocking).open(&self.order.to);
        let file =
            opened.map_err(|error| self.about_target(&format!("is there already, and cannot be read: {error}")))?;
        match file.metadata() {
            Ok(meta) if meta.is_file() => Ok((file, meta.len())),
            _ => Err(self.about_target("is there already, and is no file; move it away")),
        }
    }

    fn fetch(&self, part: &mut Part, has_hash: bool, end: &mut End) -> Result<(), Stop> {
        if has_hash && part.have.total == Some(part.have.bytes) {
            // It came whole, and the program ended before it was verified; the hash tells what it is.
            return Ok(());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Shown::line_limited(&format!("nothing can be started: {error}"), 300))?;
        let mut transfer = Transfer::new(self.order, self.shared, part)?;
        let moved = runtime.block_on(transfer.run());
        (end.received, end.retries) = (transfer.received, transfer.retries);
        moved
    }

    /// Verifies what came, and gives it its name.
    fn finish(&self, part: &mut Part, wanted: Option<&str>, end: &mut End) -> Result<How, Stop> {
        let bytes = part.have.bytes;
        let hash = self.hash(part.finish()?, bytes)?;
        end.sha256 = Some(hash.clone());
        if let Some(size) = self.order.size.filter(|size| *size != bytes) {
            let words = format!("it has {}, and {} are wanted", size_words(bytes), size_words(size));
            return Err(self.differs(part, words, end).into());
        }
        if let Some(wanted) = wanted.filter(|wanted| *wanted != hash) {
            let words = format!("it has the SHA-256 {hash}, and {wanted} is wanted");
            return Err(self.differs(part, words, end).into());
        }
        match rename_to_new(part.path(), &self.order.to) {
            Ok(()) => {
                part.forget();
                (end.kept, end.is_verified) = (None, wanted.is_some());
                Ok(How::Done)
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(self.about_target("has come to be there meanwhile, and is left as it is").into())
            }
            Err(error) => Err(self.about_target(&format!("cannot be given its name: {error}")).into()),
        }
    }

    /// Keeps what is not wanted under another name, so that nobody takes it for the file.
    fn differs(&self, part: &Part, words: String, end: &mut End) -> Shown {
        match set_aside(part.path(), &self.order.to) {
            Ok(path) => {
                part.forget();
                end.kept = Some(path);
                Shown::line_limited(&words, 400)
            }
            Err(error) => {
                part.forget();
                Shown::line_limited(&format!("{words}; and it cannot be put aside: {error}"), 500)
            }
        }
    }

    /// Reads a file, and gives the hash of what is in it.
    fn hash(&self, file: &mut impl Read, bytes: u64) -> Result<String, Stop> {
        self.shared.begin(Phase::Verifying, 0, Some(bytes));
        let (mut hasher, mut read) = (Sha256::new(), 0);
        let mut piece = vec![0; PIECE];
        loop {
            self.shared.go_on()?;
            let count = match file.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.about_target(&format!("cannot be read: {error}")).into()),
            };
            hasher.update(piece.get(..count).unwrap_or_default());
            read += count as u64;
            self.shared.reach(read);
        }
        match read == bytes {
            true => Ok(hex(&hasher.finalize())),
            false => Err(self.about_target("was changed by somebody else while it was read").into()),
        }
    }

    fn about_target(&self, words: &str) -> Shown {
        Shown::line_limited(&format!("{} {words}", self.order.to.display()), 600)
    }
}
