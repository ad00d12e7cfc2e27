//! What the name of an entry may not be, and whether it fits a pattern.
//!
//! A `\` separates on one system and is a letter on another, so it is taken for what does more harm.

use std::borrow::Cow;

/// The longest name that is taken.
const LONGEST: usize = 4096;

/// Says what is wrong with a name, wherever it would be unpacked.
pub(super) fn fault(name: &[u8], is_utf8: bool) -> Option<&'static str> {
    let parts = || name.split(|byte| matches!(byte, b'/' | b'\\'));
    let is_drive = matches!(name, [drive, b':', ..] if drive.is_ascii_alphabetic());
    if name.is_empty() {
        Some("has no name")
    } else if name.len() > LONGEST {
        Some("has a name that is longer than any system takes")
    } else if name.contains(&0) {
        Some("has a NUL byte in its name, where other programs end it")
    } else if matches!(name, [b'/' | b'\\', ..]) {
        Some("has a name that begins at the root: it would be written outside of the folder")
    } else if is_drive {
        Some("has a name with a drive: it would be written outside of the folder")
    } else if parts().any(climbs) {
        Some("has `..` in its name: it would be written outside of the folder")
    } else if is_utf8 && std::str::from_utf8(name).is_err() {
        Some("has a name that is said to be UTF-8 and is not")
    } else {
        None
    }
}

/// Tells whether a part of a path leads upwards, also where dots and spaces at its end are dropped.
fn climbs(part: &[u8]) -> bool {
    part.starts_with(b"..") && part.iter().all(|byte| matches!(byte, b'.' | b' '))
}

/// Says what is odd about a name that does no harm by itself.
pub(super) fn oddity(name: &[u8]) -> Option<&'static str> {
    if name.contains(&b'\\') {
        Some("has `\\` in its name, which is a folder on one system and a letter on another")
    } else if name.contains(&b':') {
        Some("has `:` in its name, which Windows takes for something else")
    } else if name.iter().any(u8::is_ascii_control) {
        Some("has control characters in its name")
    } else {
        None
    }
}

/// Gives the path that a name stands for: without empty parts and `.`, and with `/` alone.
pub(super) fn path(name: &str) -> String {
    let parts: Vec<_> = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

/// Writes a name for people, and for patterns.
pub(super) fn text(name: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(name)
}

/// Tells whether a path fits a pattern, in which `*` stands for any part of it.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    // The first place that fits is as good as any, since what follows may be anywhere after it.
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_faults() {
        let bad: [&[u8]; 19] = [
            b"",
            b"/etc/passwd",
            b"\\windows",
            b"//host/share",
            b"\\\\host\\share",
            b"..",
            b"../a",
            b"a/../b",
            b"a/..",
            b"..\\a",
            b"a\\..\\b",
            b"a/.. /b",
            b"a/.../b",
            b".. ./a",
            b"C:a",
            b"c:/a",
            b"C:\\a",
            b"a\0b",
            b"a/\0",
        ];
        for name in bad {
            assert!(fault(name, true).is_some(), "{}", text(name));
        }
        assert!(fault(b"a\xFF", true).is_some() && fault(b"a\xFF", false).is_none());
        let good: [&[u8]; 9] = [b"a", b"a/", b"a/b.c", b"..a", b"a..", b".a", b"a/.b/..c", b"a b", b"./a"];
        for name in good {
            assert_eq!(fault(name, true), None, "{}", text(name));
            assert_eq!(oddity(name), None);
        }
        assert!([&b"a\\b"[..], b"a:b", b"a\x1b"].into_iter().all(|name| oddity(name).is_some()));
    }

    #[test]
    fn a_star_stands_for_any_part_also_over_folders() {
        let yes = [
            ("*DotNetNuke.dll", "bin/DotNetNuke.dll"),
            ("bin/*.dll", "bin/a.dll"),
            ("bin/*.dll", "bin/x/a.dll"),
            ("*", ""),
            ("*", "a/b"),
            ("a*b*c", "abc"),
            ("a*b*c", "a1b2b3c"),
            ("a", "a"),
            ("**a**", "a"),
            ("a*", "a"),
            ("*.tar.*", "x.tar.gz"),
        ];
        let no = [
            ("bin/*.dll", "bin/a.dll.txt"),
            ("bin/*.dll", "x/bin/a.dll"),
            ("a", "A"),
            ("a", "ab"),
            ("a", "ba"),
            ("", "a"),
            ("a*a", "a"),
            ("ab*ba", "aba"),
            ("a*b*c", "acb"),
            ("?", "a"),
            ("[a]", "a"),
            ("a*b*b", "ab"),
        ];
        assert!(yes.iter().all(|(pattern, path)| fits(pattern, path)));
        for (pattern, path) in no {
            assert!(!fits(pattern, path), "{pattern} {path}");
        }
    }

    /// The same without being clever.
    fn fits_plainly(pattern: &[char], path: &[char]) -> bool {
        match (pattern, path) {
            ([], path) => path.is_empty(),
            (['*', rest @ ..], path) => (0..=path.len()).any(|at| fits_plainly(rest, &path[at..])),
            ([first, rest @ ..], [letter, more @ ..]) => first == letter && fits_plainly(rest, more),
            (_, []) => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_means_what_it_says(pattern in "[ab*/]{0,8}", path in "[ab/]{0,8}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(fits(&pattern, &path), fits_plainly(&chars(&pattern), &chars(&path)));
        }

        #[test]
        fn a_name_without_fault_stays_in_the_folder(name in "[a.\\\\/: ]{0,10}") {
            if fault(name.as_bytes(), true).is_none() {
                let mut depth = 0_i32;
                for part in name.split(['/', '\\']).map(|part| part.trim_end_matches(' ')) {
                    depth += match part { "" | "." => 0, ".." => -1, _ => 1 };
                    prop_assert!(depth >= 0);
                }
                prop_assert!(!std::path::Path::new(&name).is_absolute());
                prop_assert!(!path(&name).split('/').any(|part| part == ".."));
            }
        }

        #[test]
        fn any_bytes_are_a_name_or_not(name in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (fault(&name, true), oddity(&name), path(&text(&name)));
        }
    }
}
