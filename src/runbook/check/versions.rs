//! Versions written out in commands and addresses that contradict a declared one.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use super::texts::written;
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::model::{Runbook, Use, each_text};
use crate::runbook::place::Place;
use crate::runbook::value::Value;
use crate::version::Version;

static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[0-9]+(?:\.[0-9]+){2,}").ok());

/// A version that an input proposes.
struct Declared {
    version: Version,
    place: Place,
}

pub(super) fn check(runbook: &Runbook, problems: &mut Problems) {
    let declared: Declarations = runbook
        .books
        .iter()
        .flat_map(|book| &book.inputs)
        .flat_map(|input| {
            let versions = input.default.iter().chain(&input.one_of).flat_map(versions_in);
            versions.map(|version| Declared { version, place: input.place })
        })
        .collect();
    let Some(pattern) = VERSION.as_ref().filter(|_| !declared.all.is_empty()) else { return };
    each_text(runbook, &mut |found| {
        if matches!(found.usage, Use::Prose) {
            return;
        }
        for text in written(found.template) {
            let written = pattern.find_iter(text).filter_map(|found| Version::parse(found.as_str()).ok());
            for version in written {
                if let Some(other) = declared.contradicted(&version) {
                    let message = format!("`{version}` is written here, and `{}` is declared", other.version);
                    let help = "use the input as {{ name }}, so that there is one version to change";
                    problems.push(
                        Diagnostic::new(Code::VersionContradiction, found.template.place, message)
                            .related(other.place, "it is declared here")
                            .help(help),
                    );
                }
            }
        }
    });
}

fn versions_in(value: &Value) -> Vec<Version> {
    match value {
        Value::Version(version) => vec![version.clone()],
        Value::List(items) => items.iter().flat_map(versions_in).collect(),
        _ => Vec::new(),
    }
}

/// Every version that is declared, and the first of each product line.
#[derive(Default)]
struct Declarations {
    all: BTreeSet<Version>,
    lines: HashMap<String, Declared>,
}

impl FromIterator<Declared> for Declarations {
    fn from_iter<I: IntoIterator<Item = Declared>>(declared: I) -> Self {
        let mut found = Self::default();
        for declared in declared {
            found.all.insert(declared.version.clone());
            found.lines.entry(line(&declared.version)).or_insert(declared);
        }
        found
    }
}

impl Declarations {
    /// Returns the declared version of the same product line, when none is the one that is written.
    fn contradicted(&self, version: &Version) -> Option<&Declared> {
        if self.all.contains(version) { None } else { self.lines.get(&line(version)) }
    }
}

/// Returns the first part of a version.
fn line(version: &Version) -> String {
    version.as_str().trim_start_matches('v').split('.').next().unwrap_or_default().to_owned()
}
