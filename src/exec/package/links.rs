//! Links in an archive, and where they lead.
//!
//! A link is harmless when it stays in the folder whatever else is unpacked; that can only be told when
//! no other link is on its way, and nothing is unpacked through it.

use std::collections::BTreeMap;

/// Is the links of an archive: their paths, and where each leads.
#[derive(Debug, Default)]
pub(super) struct Links(BTreeMap<String, String>);

impl Links {
    /// Takes down a link.
    pub(super) fn add(&mut self, path: String, target: String) {
        self.0.insert(path, target);
    }

    /// Tells whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names the links that may leave the folder, and how.
    pub(super) fn faults(&self) -> Vec<(&str, &'static str)> {
        let of = |(path, target): (&'_ String, &String)| self.fault(path, target);
        self.0.iter().filter_map(|(path, target)| Some((path.as_str(), of((path, target))?))).collect()
    }

    fn fault(&self, path: &str, target: &str) -> Option<&'static str> {
        let is_drive = target.as_bytes().get(1) == Some(&b':');
        if target.is_empty() || target.contains('\0') {
            return Some("is a link to no name");
        }
        if target.starts_with(['/', '\\']) || is_drive {
            return Some("is a link that leads to a fixed place outside of the folder");
        }
        self.climbs(path, target)
    }

    /// Walks from where a link is to where it leads.
    fn climbs(&self, path: &str, target: &str) -> Option<&'static str> {
        let mut way = path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let mut parts = target.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")).peekable();
        while let Some(part) = parts.next() {
            if part == ".." && way.is_empty() {
                return Some("is a link that leads out of the folder");
            } else if part == ".." {
                way.truncate(way.rfind('/').unwrap_or(0));
            } else {
                let slash = if way.is_empty() { "" } else { "/" };
                way.push_str(slash);
                way.push_str(part);
            }
            if parts.peek().is_some() && self.0.contains_key(&way) {
                return Some("is a link that leads through another one, and may leave the folder");
            }
        }
        None
    }

    /// Tells whether a path leads through a link.
    pub(super) fn is_behind(&self, path: &str) -> bool {
        path.match_indices('/').any(|(at, _)| path.get(..at).is_some_and(|before| self.0.contains_key(before)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(links: &[(&str, &str)]) -> usize {
        let mut all = Links::default();
        links.iter().for_each(|(path, target)| all.add((*path).to_owned(), (*target).to_owned()));
        all.faults().len()
    }

    #[test]
    fn a_link_stays_in_the_folder_or_is_a_fault() {
        for (path, target) in
            [("a", "b"), ("a/b", "../c"), ("a/b", ".."), ("a/b/c", "../../d"), ("a", "./b/../c"), ("a", "b/")]
        {
            assert_eq!(faults(&[(path, target)]), 0, "{path} {target}");
        }
        let bad = [
            ("a", ".."),
            ("a", "../b"),
            ("a/b", "../../c"),
            ("a", "/etc"),
            ("a", "\\x"),
            ("a", "C:\\x"),
            ("a", ""),
            ("a", "b/../../c"),
            ("a", "b\\..\\..\\c"),
            ("a", "x\0y"),
        ];
        for (path, target) in bad {
            assert_eq!(faults(&[(path, target)]), 1, "{path} {target}");
        }
    }

    #[test]
    fn a_link_through_a_link_is_a_fault() {
        assert_eq!(faults(&[("d/x", ".."), ("y", "d/x/..")]), 1);
        assert_eq!(faults(&[("d/x", ".."), ("y", "d/x")]), 0);
        let mut links = Links::default();
        links.add("d/x".to_owned(), "..".to_owned());
        assert!(links.is_behind("d/x/a") && links.is_behind("d/x/a/b"));
        assert!(!links.is_behind("d/x") && !links.is_behind("d/xy/a"));
    }
}
