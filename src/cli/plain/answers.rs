//! A file of answers: what would be typed, one a line, without comments and empty lines.
//!
//! Owns the form of the file and the place of each line. Whether a line fits is found out where it is
//! asked for.

use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::stop::Stop;
use crate::text::Shown;

/// How long a file of answers may be.
const MOST: u64 = 1024 * 1024;

/// Is what would be typed.
#[derive(Debug)]
pub(super) struct Answers {
    file: String,
    /// Each line with its number, in order.
    lines: Vec<(usize, Zeroizing<String>)>,
    /// How many of them were taken, and the number of the last of those.
    at: usize,
}

impl Answers {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, Stop> {
        let file = path.display().to_string();
        let unreadable = |why: &dyn ToString| Stop::usage(format!("{file}: {}", why.to_string()));
        let size = std::fs::metadata(path).map_err(|error| unreadable(&error))?.len();
        if size > MOST {
            return Err(unreadable(&format!("is longer than the {MOST} bytes that answers may have")));
        }
        let bytes = Zeroizing::new(std::fs::read(path).map_err(|error| unreadable(&error))?);
        let text = str::from_utf8(&bytes).map_err(|error| unreadable(&error))?;
        let lines = (1..).zip(text.lines()).map(|(number, line)| (number, line.trim()));
        let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect();
        if let Some((number, _)) = lines.iter().find(|(_, line)| line.chars().any(char::is_control)) {
            return Err(Stop::usage(format!("{file}:{number}: a control character is no answer")));
        }
        let lines = lines.into_iter().map(|(number, line)| (number, Zeroizing::new(line.to_owned()))).collect();
        Ok(Self { file, lines, at: 0 })
    }

    /// Takes the next line.
    pub(super) fn next(&mut self) -> Option<Zeroizing<String>> {
        let (_, line) = self.lines.get(self.at)?;
        self.at += 1;
        Some(line.clone())
    }

    /// Takes the value for a name out of the assignments that stand next, in whatever order.
    pub(super) fn take_value(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let next = self.lines.get(self.at..).unwrap_or_default();
        let block = next.iter().take_while(|(_, line)| assignment(line).is_some());
        let found = block.enumerate().find_map(|(place, (_, line))| {
            let value = assignment(line).filter(|(given, _)| *given == name)?.1;
            Some((place, Zeroizing::new(value.to_owned())))
        });
        let (place, value) = found?;
        // What was taken stands before what was not.
        self.lines.get_mut(self.at..=self.at + place)?.rotate_right(1);
        self.at += 1;
        Some(value)
    }

    /// Says where the line stands that was taken last.
    pub(super) fn place(&self) -> String {
        let last = self.at.checked_sub(1).and_then(|at| self.lines.get(at));
        last.map_or_else(|| self.file.clone(), |(number, _)| format!("{}:{number}", self.file))
    }

    /// Makes the error of a line that does not fit; a value is named and not shown, as it may be a secret.
    pub(super) fn misfit(&self, (line, why): (&str, &str), (asked, fits): (&str, &str)) -> Stop {
        let line = assignment(line).map_or_else(|| line.to_owned(), |(name, _)| format!("{name} = …"));
        let (line, place) = (Shown::line_limited(&line, 200), self.place());
        Stop::no(format!("{place}: `{line}` does not fit: {why}\n  asked: {asked}\n  fits: {fits}"))
    }

    /// Makes the error of an answer that is not there.
    pub(super) fn missing(&self, (asked, fits): (&str, &str)) -> Stop {
        let next = self.lines.get(self.at);
        let place =
            next.map_or_else(|| format!("{}: its end", self.file), |(number, _)| format!("{}:{number}", self.file));
        Stop::no(format!("{place}: does not answer what is asked\n  asked: {asked}\n  fits: {fits}"))
    }

    /// Makes the error of lines that nobody asked for; nothing when all were taken.
    pub(super) fn unused(&self) -> Option<Stop> {
        let (number, _) = self.lines.get(self.at)?;
        let count = self.lines.len() - self.at;
        let lines = if count == 1 { "one line is".to_owned() } else { format!("{count} lines are") };
        Some(Stop::no(format!("{}:{number}: {lines} left over, as the run is over", self.file)))
    }
}

/// Takes a line for `NAME = VALUE`, when it is that.
pub(super) fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(text: &str) -> Answers {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Answers::read(file.path()).unwrap()
    }

    #[test]
    fn values_that_stand_together_are_taken_in_any_order_and_lines_in_theirs() {
        let mut answers = answers("# the start\nb = 2\n\na = one = two\nsign 1.1\nb = 3\n");
        assert_eq!(answers.take_value("a").unwrap().as_str(), "one = two");
        assert_eq!(answers.place().rsplit(':').next(), Some("4"));
        assert_eq!(answers.take_value("c"), None);
        assert_eq!(answers.take_value("b").unwrap().as_str(), "2");
        assert_eq!(answers.take_value("b"), None, "it stands behind a line that is no value");
        assert_eq!(answers.next().unwrap().as_str(), "sign 1.1");
        assert!(answers.unused().is_some());
        assert_eq!(answers.next().unwrap().as_str(), "b = 3");
        assert!(answers.next().is_none() && answers.unused().is_none());
    }

    #[test]
    fn a_name_is_what_a_runbook_can_name() {
        assert_eq!(assignment("why = "), Some(("why", "")));
        assert_eq!(assignment("sign 1.1 = x"), None);
        assert_eq!(assignment("= x"), None);
        assert_eq!(assignment("note"), None);
    }
}
