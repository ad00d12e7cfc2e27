//! Versions written out in commands and addresses that contradict a declared one.

use std::sync::LazyLock;

use regex::Regex;

use super::texts::{Use, each_text, written};
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::model::Runbook;
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
    let declared: Vec<_> = runbook
        .books
        .iter()
        .flat_map(|book| &book.inputs)
        .flat_map(|input| {
            let versions = input.default.iter().chain(&input.one_of).flat_map(versions_in);
            versions.map(|version| Declared { version, place: input.place })
        })
        .collect();
    let Some(pattern) = VERSION.as_ref().filter(|_| !declared.is_empty()) else { return };
    each_text(runbook, &mut |found| {
        if matches!(found.usage, Use::Prose) {
            return;
        }
        for text in written(found.template) {
            let written = pattern.find_iter(text).filter_map(|found| Version::parse(found.as_str()).ok());
            for version in written {
                if let Some(other) = contradicted(&version, &declared) {
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

/// Returns the declared version of the same product line, when none is the one that is written.
fn contradicted<'d>(version: &Version, declared: &'d [Declared]) -> Option<&'d Declared> {
    let line =
        |version: &Version| version.as_str().trim_start_matches('v').split('.').next().unwrap_or_default().to_owned();
    if declared.iter().any(|declared| declared.version == *version) {
        return None;
    }
    declared.iter().find(|declared| line(&declared.version) == line(version))
}
