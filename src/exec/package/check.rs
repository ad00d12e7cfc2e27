//! Looking into an archive, from its order to its end.
//!
//! First the list alone is judged: names, sizes, and where entries stand. Only what that leaves is unpacked,
//! and nothing of an archive that would take too much.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::Order;
use super::content::{Archive, Unpacker};
use super::directory::{Absent, Directory, find};
use super::end::{End, How};
use super::entry::{Entry, Kind, read_all};
use super::links::Links;
use super::names;
use super::wanted::Wanted;
use crate::exec::fetch::{Cancelled, Phase, Shared, Underway, size_words};
use crate::text::Shown;

/// Is an archive that is being looked into; who drops it stops that.
pub type Checking = Underway<End>;

/// Says why it is over before its time.
enum Stop {
    Cancelled,
    Failed(Shown),
    /// The faults that were found make the rest worthless.
    Faulty,
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Starts to look into an archive.
#[must_use]
pub fn start(order: Order) -> Checking {
    let lost = || End::failed(Shown::ours("looking into the archive was lost by a mistake in mop"));
    Underway::begin("package", lost, move |shared| {
        let mut work = Work { order: &order, shared, end: End::new() };
        let stop = work.run().err();
        let mut end = work.end;
        end.took = shared.took();
        end.how = match stop {
            Some(Stop::Cancelled) => How::Cancelled,
            Some(Stop::Failed(why)) => How::Failed(why),
            Some(Stop::Faulty) => How::Faulty,
            None if end.faults.is_empty() => How::Sound,
            None => How::Faulty,
        };
        end
    })
}

struct Work<'a> {
    order: &'a Order,
    shared: &'a Shared,
    end: End,
}

impl Work<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        let (file, before) = self.open().map_err(|error| self.failed("looked at", &error))?;
        let directory = self.directory(&file, before.len())?;
        let entries = self.list(&file, directory)?;
        self.judge_names(&entries);
        self.judge_places(&file, directory, &entries)?;
        let may_unpack = self.judge_sizes(&entries, before.len());
        if may_unpack {
            let mut archive = self.archive(&file, directory, &entries)?;
            self.unpack_all(&mut archive, &entries)?;
        }
        let after = file.metadata().map_err(|error| self.failed("looked at", &error))?;
        match same(&before, &after) {
            true => Ok(()),
            false => Err(Stop::Failed(self.about("was changed by somebody else while it was looked at"))),
        }
    }

    fn open(&self) -> io::Result<(File, Metadata)> {
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let file = fs::OpenOptions::new().read(true).custom_flags(nonblocking).open(&self.order.file)?;
        let meta = file.metadata()?;
        if meta.is_file() { Ok((file, meta)) } else { Err(io::Error::other("it is no file")) }
    }

    fn directory(&mut self, file: &File, length: u64) -> Result<Directory, Stop> {
        let directory = match find(file, length) {
            Ok(directory) => directory,
            Err(Absent::Unreadable(error)) => return Err(self.failed("read", &error)),
            Err(Absent::Damaged(what)) => return Err(self.faulty(what)),
        };
        let limits = &self.order.limits;
        if directory.entries > limits.entries || directory.length > limits.directory {
            let (count, most) = (directory.entries, limits.entries);
            return Err(self.faulty(&format!("it has {count} entries, and at most {most} are looked at")));
        }
        for (count, place) in [(directory.before, "before"), (directory.after, "after")] {
            if count > 0 {
                self.end.remark(None, &format!("{} stand {place} the archive in its file", size_words(count)));
            }
        }
        Ok(directory)
    }

    fn list(&mut self, file: &File, directory: Directory) -> Result<Vec<Entry>, Stop> {
        let mut list = file;
        let listed = list.seek(SeekFrom::Start(directory.start));
        let listed = listed.and_then(|_| read_all(io::Read::take(list, directory.length), directory.entries));
        match listed {
            Ok(entries) => Ok(entries),
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
                Err(self.faulty("its list of entries is damaged"))
            }
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    /// Looks at each name by itself, and at names that would become one file.
    fn judge_names(&mut self, entries: &[Entry]) {
        let mut seen: HashMap<String, Kind> = HashMap::with_capacity(entries.len());
        let mut folded: HashMap<String, String> = HashMap::with_capacity(entries.len());
        for entry in entries {
            let name = names::text(&entry.name);
            if let Some(fault) = names::fault(&entry.name, entry.is_utf8) {
                self.end.fault(Some(&name), fault);
            }
            if let Some(oddity) = names::oddity(&entry.name) {
                self.end.remark(Some(&name), oddity);
            }
            let path = names::path(&name);
            if let Some(other) = folded.insert(path.to_lowercase(), path.clone()).filter(|other| *other != path) {
                let words = format!("and `{other}` are one file where case does not count");
                self.end.remark(Some(&path), &words);
            }
            if seen.insert(path, entry.kind).is_some() {
                self.end.fault(Some(&name), "is in it twice: which one is unpacked nobody can tell");
            }
        }
        self.judge_folders(&seen);
    }

    /// Looks for files that are folders of others.
    fn judge_folders(&mut self, seen: &HashMap<String, Kind>) {
        let mut paths: Vec<_> = seen.iter().collect();
        // Part by part, so that what is in a folder stands right after it.
        paths.sort_unstable_by(|(a, _), (b, _)| a.split('/').cmp(b.split('/')));
        for pair in paths.windows(2) {
            if let [(path, Kind::File), (next, _)] = pair
                && next.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
            {
                self.end.fault(Some(path), "is a file, and other entries are in it");
            }
        }
    }

    /// Looks where entries stand: none in another's place, and each where the list says.
    fn judge_places(&mut self, file: &File, directory: Directory, entries: &[Entry]) -> Result<(), Stop> {
        let mut places = Vec::with_capacity(entries.len());
        for entry in entries {
            self.shared.go_on()?;
            let start = entry.offset.saturating_add(directory.before);
            let end = entry.compare(file, start.min(directory.start)).unwrap_or(Err("is not where the list says"));
            match end.map(|end| end.saturating_add(entry.packed)) {
                Ok(end) if end > directory.start => self.fault_of(entry, "reaches into the list of entries"),
                Ok(end) => places.push((start, end, entry)),
                Err(what) => self.fault_of(entry, what),
            }
        }
        places.sort_unstable_by_key(|(start, end, _)| (*start, *end));
        for pair in places.windows(2) {
            if let [(_, end, _), (start, _, entry)] = pair
                && start < end
            {
                self.fault_of(
                    entry,
                    "stands in the place of another entry, as in archives that are made to fill disks",
                );
            }
        }
        Ok(())
    }

    /// Looks whether unpacking would take too much, and what cannot be unpacked at all.
    fn judge_sizes(&mut self, entries: &[Entry], length: u64) -> bool {
        let limits = self.order.limits;
        let most = self.order.under.unwrap_or(limits.unpacked);
        let total = entries.iter().fold(0_u64, |total, entry| total.saturating_add(entry.unpacked));
        self.end.tally.packed = entries.iter().fold(0, |total, entry| total.saturating_add(entry.packed));
        let is_bomb =
            |unpacked: u64, packed: u64| unpacked > limits.harmless && unpacked / packed.max(1) > limits.ratio;
        for entry in entries.iter().filter(|entry| is_bomb(entry.unpacked, entry.packed)) {
            let words = format!("would be {} times larger unpacked", entry.unpacked / entry.packed.max(1));
            self.fault_of(entry, &format!("{words}, as in archives that are made to fill disks"));
        }
        if is_bomb(total, length) {
            self.end.fault(None, "unpacked it would be far larger, as archives that are made to fill disks are");
        }
        if total > most {
            let words =
                format!("it would have {} unpacked, and at most {} may come", size_words(total), size_words(most));
            self.end.fault(None, &words);
        }
        self.shared.begin(Phase::Verifying, 0, Some(total));
        total <= most && !is_bomb(total, length) && !entries.iter().any(|entry| is_bomb(entry.unpacked, entry.packed))
    }

    /// Opens it with `zip`, and looks whether that finds the same archive.
    fn archive(&mut self, file: &File, directory: Directory, entries: &[Entry]) -> Result<Archive, Stop> {
        let copy = file.try_clone().map_err(|error| self.failed("read", &error))?;
        let config = Config { archive_offset: ArchiveOffset::Known(directory.before) };
        let archive = match ZipArchive::with_config(config, BufReader::with_capacity(64 * 1024, copy)) {
            Ok(archive) => archive,
            Err(error) => return Err(self.faulty(&format!("it cannot be opened: {error}"))),
        };
        let is_same = archive.central_directory_start() == directory.start && archive.len() == entries.len();
        // A name that is there twice is one entry for it, and a fault already.
        if is_same {
            Ok(archive)
        } else if self.end.faults.is_empty() {
            Err(self.faulty("two programs would find two different archives in it"))
        } else {
            Err(Stop::Faulty)
        }
    }

    fn unpack_all(&mut self, archive: &mut Archive, entries: &[Entry]) -> Result<(), Stop> {
        let mut wanted = Wanted::new(self.order);
        let mut links = Links::default();
        let mut unpacker = Unpacker::new(archive, self.shared);
        let mut paths = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            let path = self.path(unpacker.archive, place, entry);
            self.shared.remark(Shown::line_limited(&path, 200));
            wanted.see(&path, &mut self.end);
            self.count(entry);
            let mut searches = if entry.kind == Kind::File { wanted.searches(&path) } else { Vec::new() };
            if !self.may_unpack(entry, &path) {
                continue;
            }
            let content = unpacker.unpack(place, entry, &mut searches)?;
            self.end.tally.unpacked = unpacker.bytes;
            self.end.tally.archives += u64::from(content.is_archive);
            match content.fault {
                Some(fault) => self.end.fault(Some(&path), &fault),
                None => searches.iter().filter(|search| !search.is_found()).for_each(|search| {
                    self.end.fault(Some(&path), &format!("does not hold `{}`", search.text));
                }),
            }
            if entry.kind == Kind::Link {
                links.add(path.clone(), names::text(&content.target).into_owned());
            }
            paths.push(path);
        }
        wanted.finish(&mut self.end);
        self.judge_links(&links, &paths);
        self.say_archives();
        Ok(())
    }

    /// Gives the path of an entry; a name that `zip` knows better is looked at as well.
    fn path(&mut self, archive: &Archive, place: usize, entry: &Entry) -> String {
        let own = names::path(&names::text(&entry.name));
        let Some(Ok(name)) = archive.name_for_index(place) else { return own };
        if let Some(fault) = names::fault(name.as_bytes(), true).filter(|_| name.as_bytes() != entry.name) {
            self.end.fault(Some(&name), fault);
        }
        names::path(&name)
    }

    fn count(&mut self, entry: &Entry) {
        let tally = &mut self.end.tally;
        let count = match entry.kind {
            Kind::File | Kind::Special => &mut tally.files,
            Kind::Folder => &mut tally.folders,
            Kind::Link => &mut tally.links,
        };
        *count += 1;
    }

    /// Looks whether an entry can be unpacked at all.
    fn may_unpack(&mut self, entry: &Entry, path: &str) -> bool {
        let fault = match (entry.kind, entry.is_encrypted, entry.method) {
            (Kind::Special, ..) => "is a device or a pipe, and no file".to_owned(),
            (_, true, _) => "is encrypted, and cannot be looked at".to_owned(),
            (.., 0 | 8) => return true,
            (.., method) => format!("is packed by method {method}, which mop does not know"),
        };
        self.end.fault(Some(path), &fault);
        false
    }

    fn judge_links(&mut self, links: &Links, paths: &[String]) {
        if links.is_empty() {
            return;
        }
        for (path, fault) in links.faults() {
            self.end.fault(Some(path), fault);
        }
        for path in paths.iter().filter(|path| links.is_behind(path)) {
            self.end.fault(Some(path), "would be written through a link");
        }
        self.end.remark(None, &format!("{} of its entries are links", self.end.tally.links));
    }

    fn say_archives(&mut self) {
        let count = self.end.tally.archives;
        if count > 0 {
            self.end.remark(None, &format!("archives in it were not opened: {count}"));
        }
    }

    fn fault_of(&mut self, entry: &Entry, what: &str) {
        self.end.fault(Some(&names::text(&entry.name)), what);
    }

    fn faulty(&mut self, what: &str) -> Stop {
        self.end.fault(None, what);
        Stop::Faulty
    }

    fn failed(&self, doing: &str, error: &io::Error) -> Stop {
        Stop::Failed(self.about(&format!("cannot be {doing}: {error}")))
    }

    fn about(&self, words: &str) -> Shown {
        Shown::line_limited(&format!("{} {words}", self.order.file.display()), 500)
    }
}

/// Tells whether a file is as it was.
fn same(before: &Metadata, after: &Metadata) -> bool {
    let of = |meta: &Metadata| (meta.len(), meta.mtime(), meta.mtime_nsec());
    of(before) == of(after)
}
