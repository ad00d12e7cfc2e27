//! Other wordings for the texts of a runbook, as changes of its file.
//!
//! What a person wants to be worded otherwise is looked for as it stands in the file: in its step, and where it is
//! not there, everywhere. A change is taken only when the same YAML comes of it with that text changed as it was
//! wanted and no other, and when the runbook has no errors then. Wishes are taken one after the other, each on top
//! of those before.

use super::model::Runbook;
use super::patch::{Change, changed, unified};
use super::place::{Place, SourceId};
use super::plan::ItemKind;
use super::source::Source;
use super::yaml::{Content, Entry, Node, parse};
use super::{Loaded, Pinned};
use crate::runbook::diagnostic::Problems;

/// Says why a wish cannot be put into the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It says only what should be there.
    #[error("it does not say which text it replaces")]
    NothingReplaced,
    /// The text is nowhere.
    #[error(
        "that text does not stand in the runbook like this: a value may be filled in, or a line may be broken in it"
    )]
    NotThere,
    /// What it wants is there.
    #[error("the runbook says it like this already")]
    SaidAlready,
    /// The text is in several places.
    #[error("that text stands in {0} places")]
    Several(usize),
    /// It is something that is no text of the runbook.
    #[error("it stands in a comment or in a name, and not in a text")]
    NoText,
    /// YAML takes the new text otherwise.
    #[error("YAML would not read it as it is meant, because of quotes, escapes or line breaks")]
    ReadOtherwise,
    /// There would be an error.
    #[error("the runbook would have an error with it: {0}")]
    Errors(String),
}

/// Is a runbook that is reworded.
#[derive(Debug)]
pub struct Reworded {
    loaded: Loaded,
}

impl Reworded {
    /// Begins with the texts of a runbook; nothing when this version finds errors in them.
    pub fn of(texts: &Pinned) -> Option<Self> {
        let loaded = texts.load();
        loaded.runbook.is_some().then_some(Self { loaded })
    }

    /// Says in which file and on which line something of the runbook stands.
    pub fn place(&self, what: ItemKind) -> Option<(&str, usize)> {
        let place = place_of(self.loaded.runbook.as_ref()?, what)?;
        let source = self.source(place.source)?;
        Some((source.name(), source.position(place.start).line))
    }

    /// Takes a wish, and gives it as a patch; `named` gives the name of a file as the patch has it.
    ///
    /// # Errors
    ///
    /// Says why it cannot be put into the file.
    pub fn take(
        &mut self,
        about: Option<ItemKind>,
        (was, now): (&str, &str),
        named: impl Fn(&str) -> String,
    ) -> Result<String, Unfit> {
        let place = self.find(about, was, now)?;
        let source = self.source(place.source).ok_or(Unfit::NotThere)?;
        let change = Change { at: place.range(), to: now.to_owned() };
        let text = changed(source.text(), std::slice::from_ref(&change));
        check_meaning((source, place), &Source::new(source.name(), text.clone()), (was, now))?;
        let patch = unified(&named(source.name()), source.text(), &[change]);
        let after = self.with(place.source, text);
        if after.runbook.is_none() {
            let error = after.diagnostics.iter().find(|found| found.is_error());
            return Err(Unfit::Errors(error.map(|error| error.message.to_string()).unwrap_or_default()));
        }
        self.loaded = after;
        Ok(patch)
    }

    fn source(&self, id: SourceId) -> Option<&Source> {
        self.loaded.sources.get(usize::from(id.0))
    }

    /// Finds the only place of a text: in what it is about, or else in all files.
    fn find(&self, about: Option<ItemKind>, was: &str, now: &str) -> Result<Place, Unfit> {
        if was.is_empty() {
            return Err(Unfit::NothingReplaced);
        }
        let runbook = self.loaded.runbook.as_ref();
        let own = about.and_then(|about| place_of(runbook?, about));
        let within = own.map(|own| self.places(own, was)).unwrap_or_default();
        let found = if within.is_empty() { self.all().flat_map(|all| self.places(all, was)).collect() } else { within };
        match found[..] {
            [place] => Ok(place),
            [] if own.is_some_and(|own| !self.places(own, now).is_empty()) => Err(Unfit::SaidAlready),
            [] => Err(Unfit::NotThere),
            _ => Err(Unfit::Several(found.len())),
        }
    }

    fn all(&self) -> impl Iterator<Item = Place> {
        (0..).zip(&self.loaded.sources).map(|(id, source)| Place::new(SourceId(id), 0, source.text().len()))
    }

    /// Lists where a text stands within a place; places may meet.
    fn places(&self, within: Place, text: &str) -> Vec<Place> {
        let source = self.source(within.source);
        let slice = source.map(|source| source.slice(within)).unwrap_or_default();
        let Some(first) = text.chars().next() else { return Vec::new() };
        let begins =
            slice.match_indices(first).filter(|(at, _)| slice.get(*at..).is_some_and(|rest| rest.starts_with(text)));
        begins.map(|(at, _)| within.part(at, at + text.len())).collect()
    }

    /// Reads the runbook with another text for one of its files.
    fn with(&self, changed: SourceId, text: String) -> Loaded {
        let mut texts = Pinned::of(&self.loaded);
        if let Some((_, bytes)) = texts.0.get_mut(usize::from(changed.0)) {
            *bytes = text.into_bytes();
        }
        texts.load()
    }
}

/// Says where something of a runbook was written.
fn place_of(runbook: &Runbook, what: ItemKind) -> Option<Place> {
    match what {
        ItemKind::Activity(id) => Some(runbook.activity(id).place),
        ItemKind::BackOut(id) => Some(runbook.book(id).back_out.as_ref()?.place),
        ItemKind::Requirements(_) => None,
        ItemKind::Undo(step) => Some(runbook.step(step).whole),
        kind => Some(runbook.step(kind.step()?).whole),
    }
}

/// Makes sure that YAML reads the same but for the one text, and that one as it is meant.
fn check_meaning((old, place): (&Source, Place), new: &Source, (was, now): (&str, &str)) -> Result<(), Unfit> {
    let (mut before, mut after) = (Problems::default(), Problems::default());
    let trees = parse(place.source, old, &mut before).zip(parse(place.source, new, &mut after));
    let Some((then, since)) = trees.filter(|_| !after.has_errors()) else { return Err(Unfit::ReadOtherwise) };
    let mut texts = Vec::new();
    if !gather((&then, &since), &mut texts) {
        return Err(Unfit::ReadOtherwise);
    }
    let is_meant =
        |(then, since): &(&str, &str)| then.matches(was).count() == 1 && then.replacen(was, now, 1) == *since;
    match texts.is_empty() {
        true if was == now => Err(Unfit::SaidAlready),
        true if is_in_text(&then, place) => Err(Unfit::ReadOtherwise),
        true => Err(Unfit::NoText),
        false if texts.iter().all(is_meant) => Ok(()),
        false => Err(Unfit::ReadOtherwise),
    }
}

/// Tells whether a place is in a text of a tree.
fn is_in_text(tree: &Node<'_>, place: Place) -> bool {
    match &tree.content {
        Content::Scalar(_) => tree.place.start <= place.start && place.end <= tree.place.end,
        Content::List(nodes) => nodes.iter().any(|node| is_in_text(node, place)),
        Content::Map(entries) => entries.iter().any(|entry| is_in_text(&entry.value, place)),
    }
}

/// Gathers the texts that are others in two trees; tells whether all else is the same.
fn gather<'a>((then, since): (&'a Node<'_>, &'a Node<'_>), texts: &mut Vec<(&'a str, &'a str)>) -> bool {
    match (&then.content, &since.content) {
        (Content::Scalar(then), Content::Scalar(since)) => {
            if then.text != since.text {
                texts.push((&then.text, &since.text));
            }
            then.plain == since.plain
        }
        (Content::List(then), Content::List(since)) => {
            then.len() == since.len() && then.iter().zip(since).all(|pair| gather(pair, texts))
        }
        (Content::Map(then), Content::Map(since)) => {
            let mut is_same = |then: &'a Entry<'_>, since: &'a Entry<'_>| {
                then.key == since.key && gather((&then.value, &since.value), texts)
            };
            then.len() == since.len() && then.iter().zip(since).all(|(then, since)| is_same(then, since))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
