//! A runbook and all that it calls, each read once, none in a circle.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::format::{Book, Step};
use crate::runbook::model::BookId;
use crate::runbook::place::{Place, SourceId};
use crate::runbook::shape::{Shape, Text};
use crate::runbook::source::Source;
use crate::runbook::yaml;

/// How many runbooks one may call, directly and through others.
const MOST_BOOKS: usize = 100;

/// Where called runbooks are found.
pub trait Library {
    /// Returns the name and the bytes of the runbook that `from` calls by `path`, or says why not.
    fn read(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), String>;
}

/// Returns the path of the runbook that `from` calls by `path`: from the folder of the caller, without `.` and `x/..`, so that
/// one file has one name.
pub fn called_path(from: &str, path: &str) -> PathBuf {
    let folder = Path::new(from).parent().unwrap_or_else(|| Path::new(""));
    let mut tidied = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidied.components().next_back(), Some(Component::Normal(_))) => {
                tidied.pop();
            }
            part => tidied.push(part),
        }
    }
    tidied
}

/// A library with nothing in it, for a runbook that stands alone.
#[derive(Debug)]
pub struct NoLibrary;

impl Library for NoLibrary {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        Err(format!("{path}: a runbook that stands alone cannot call another"))
    }
}

/// A runbook as it was written, and the name of its file.
pub(super) struct Written {
    pub(super) id: BookId,
    pub(super) file: String,
    pub(super) book: Book,
}

/// Everything that was read.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) books: Vec<Written>,
    pub(super) sources: Vec<Source>,
    pub(super) calls: HashMap<Place, BookId>,
}

pub(super) fn gather(name: &str, bytes: Vec<u8>, library: &dyn Library, problems: &mut Problems) -> Gathered {
    let mut gathered = Gathered::default();
    let mut reader = Reader { gathered: &mut gathered, library, problems, by_name: HashMap::new(), path: Vec::new() };
    reader.read(name, bytes);
    gathered
}

struct Reader<'a> {
    gathered: &'a mut Gathered,
    library: &'a dyn Library,
    problems: &'a mut Problems,
    by_name: HashMap<String, Option<BookId>>,
    path: Vec<String>,
}

impl Reader<'_> {
    fn read(&mut self, name: &str, bytes: Vec<u8>) -> Option<BookId> {
        let id = SourceId(u16::try_from(self.gathered.sources.len()).ok()?);
        let errors_before = self.problems.has_errors();
        let source = Source::from_bytes(id, name, bytes, self.problems);
        let is_text = errors_before || !self.problems.has_errors();
        let book = is_text.then(|| read_book(id, &source, self.problems)).flatten();
        self.gathered.sources.push(source);
        let book = book?;
        let calls = calls(&book);
        let book_id = BookId(u16::try_from(self.gathered.books.len()).ok()?);
        self.by_name.insert(name.to_owned(), Some(book_id));
        self.gathered.books.push(Written { id: book_id, file: name.to_owned(), book });
        self.path.push(name.to_owned());
        for call in calls {
            self.follow(name, &call);
        }
        self.path.pop();
        Some(book_id)
    }

    fn follow(&mut self, from: &str, call: &Text) {
        let (name, bytes) = match self.library.read(from, &call.text) {
            Ok(read) => read,
            Err(why) => {
                let help = "the path is taken from the folder of the runbook that calls";
                self.problems.push(Diagnostic::new(Code::CallUnreadable, call.place, why).help(help));
                return;
            }
        };
        if let Some(at) = self.path.iter().position(|open| *open == name) {
            let circle =
                self.path[at..].iter().map(String::as_str).chain([name.as_str()]).collect::<Vec<_>>().join(" calls ");
            self.problems.push(Diagnostic::new(Code::CallCircle, call.place, circle).help("remove one of these calls"));
            return;
        }
        let book = match self.by_name.get(&name) {
            Some(book) => *book,
            None if self.gathered.books.len() >= MOST_BOOKS => {
                self.problems.add(Code::TooLarge, call.place, format!("more than {MOST_BOOKS} runbooks are called"));
                return;
            }
            None => {
                let book = self.read(&name, bytes);
                self.by_name.insert(name, book);
                book
            }
        };
        match book {
            Some(book) => {
                self.gathered.calls.insert(call.place, book);
            }
            None => self.problems.add(
                Code::CallUnreadable,
                call.place,
                "the called runbook cannot be read; see what was found in it",
            ),
        }
    }
}

fn read_book(id: SourceId, source: &Source, problems: &mut Problems) -> Option<Book> {
    Book::read(yaml::parse(id, source, problems)?, problems)
}

/// Returns the calls of a runbook in the order of the file.
fn calls(book: &Book) -> Vec<Text> {
    let mut found = Vec::new();
    let activities = book.activities.iter().flatten();
    let lists = activities.flat_map(|activity| [&activity.prerequisites, &activity.steps]);
    let lists =
        [&book.requirements].into_iter().chain(lists).chain(book.back_out.iter().map(|back_out| &back_out.steps));
    for steps in lists.flatten() {
        calls_of(steps, &mut found);
    }
    found
}

fn calls_of(steps: &[Step], found: &mut Vec<Text>) {
    for Step(step) in steps {
        found.extend(step.call.clone());
        calls_of(step.steps.as_deref().unwrap_or_default(), found);
        for option in step.choose.iter().flatten() {
            calls_of(option.steps.as_deref().unwrap_or_default(), found);
        }
    }
}
