//! The names in an archive, as folders and files.
//!
//! A name is one file, on every system: none is there twice, none is a folder as well, and none differs
//! from another by case alone. All files but those at the top lie below one folder, the run's.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::is_portable;
use crate::journal::name::is_run;

/// Is where a file stands in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub start: u64,
    pub size: u64,
}

/// Is what a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    File(Spot),
    /// A folder, with the names in it.
    Folder(BTreeSet<String>),
}

/// Is the names in an archive; the empty one is the archive itself.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: BTreeMap<String, Node>,
    /// The same names, as systems know them to which case does not count.
    folded: HashSet<String>,
    /// The last name, by which the next is held against the order.
    last: Option<String>,
}

impl Tree {
    pub fn new() -> Self {
        let nodes = BTreeMap::from([(String::new(), Node::Folder(BTreeSet::new()))]);
        Self { nodes, folded: HashSet::new(), last: None }
    }

    /// Adds a file, or says what is wrong with its name.
    pub fn add(&mut self, name: &str, spot: Spot) -> Result<(), &'static str> {
        if !is_portable(name) {
            return Err("has a name that is not the name of one file below it on every system");
        }
        if self.last.as_deref().is_some_and(|last| order(last) >= order(name)) {
            return Err("is there twice, or out of order");
        }
        self.last = Some(name.to_owned());
        for (at, _) in name.match_indices('/') {
            let (folder, rest) = name.split_at(at);
            self.put(folder, None)?;
            let child = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
            self.note_child(folder, child)?;
        }
        let top = name.split('/').next().unwrap_or_default();
        self.note_child("", top)?;
        self.put(name, Some(spot))
    }

    fn put(&mut self, name: &str, spot: Option<Spot>) -> Result<(), &'static str> {
        match (self.nodes.get(name), spot) {
            (Some(Node::Folder(_)), None) => return Ok(()),
            (Some(_), _) => return Err("has the name of a folder or a file that is there already"),
            (None, _) => {}
        }
        if !self.folded.insert(name.to_lowercase()) {
            return Err("differs from another name only by case, and many systems take them for one file");
        }
        self.nodes.insert(name.to_owned(), spot.map_or_else(|| Node::Folder(BTreeSet::new()), Node::File));
        Ok(())
    }

    fn note_child(&mut self, folder: &str, child: &str) -> Result<(), &'static str> {
        match self.nodes.get_mut(folder) {
            Some(Node::Folder(children)) => drop(children.insert(child.to_owned())),
            _ => return Err("lies below a name that is a file"),
        }
        Ok(())
    }

    /// Gives what a name stands for.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.nodes.get(name)
    }

    /// Gives the name of the run's folder, the only one at the top.
    pub fn run(&self) -> Option<&str> {
        let Some(Node::Folder(top)) = self.nodes.get("") else { return None };
        let mut folders = top.iter().filter(|name| matches!(self.nodes.get(*name), Some(Node::Folder(_))));
        let only = folders.next().filter(|_| folders.next().is_none())?;
        is_run(only).then_some(only)
    }
}

/// Gives what names are ordered by: what lies in the run's folder first, and what lies beside it last.
pub(super) fn order(name: &str) -> (bool, &str) {
    (!name.contains('/'), name)
}
