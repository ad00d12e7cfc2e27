//! What `docs/testing.md` says of the tests is so: every test that it names is there.

use std::fs;

use regex::Regex;

use crate::reading::{files, here};

#[test]
fn every_test_that_the_page_about_testing_names_is_in_the_source() {
    let page = fs::read_to_string(here("docs/testing.md")).unwrap();
    let sources: String = [files("src", ".rs"), files("tests", ".rs")]
        .concat()
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let name = Regex::new(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`").unwrap();
    let named: Vec<_> = name.captures_iter(&page).map(|found| found[1].to_owned()).collect();
    assert!(named.len() >= 35, "{} tests are named", named.len());
    for name in named {
        // One of random inputs stands in a macro, and has them behind its name.
        let test = Regex::new(&format!(r"#\[test\]\n *fn {name}\(")).unwrap();
        assert!(test.is_match(&sources), "docs/testing.md names `{name}`, which is no test");
    }
}
