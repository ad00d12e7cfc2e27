//! What the pages say of the tests is so: every test that they name is there.

use std::fs;

use regex::Regex;

use crate::reading::{files, here};

#[test]
fn every_test_that_a_page_names_is_in_the_source() {
    let sources: String = [files("src", ".rs"), files("tests", ".rs")]
        .concat()
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let name = Regex::new(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`").unwrap();
    for (path, least) in [("docs/testing.md", 35), ("docs/faults.md", 60)] {
        let page = fs::read_to_string(here(path)).unwrap();
        let named: Vec<_> = name.captures_iter(&page).map(|found| found[1].to_owned()).collect();
        assert!(named.len() >= least, "{path} names {} tests", named.len());
        for name in named {
            // One of random inputs stands in a macro, and has them behind its name.
            let test = Regex::new(&format!(r"#\[test\]\n *fn {name}\(")).unwrap();
            assert!(test.is_match(&sources), "{path} names `{name}`, which is no test");
        }
    }
}
