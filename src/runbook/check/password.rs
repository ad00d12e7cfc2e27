//! Passwords written into a runbook.

use std::sync::LazyLock;

use regex::Regex;

use super::texts::written;
use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::model::{Found, Piece, Runbook, Use, each_text};

/// A name for a secret, a sign between, and something that looks like one; or a name and password in an address.
static WRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let named =
        r#"(?:password|passwd|passphrase|pwd|secret|api[_-]?key|token)["']?\s*[=:]\s*["']?[^\s"'$<>{}‹()*]{4,}"#;
    let option = r"(?:--password|--passwd|--token|--api-key)[= ][^\s$<>{}()*-][^\s$<>{}()*]{3,}";
    let address = r"[a-z]+://[^\s/:@{}$]+:[^\s/@{}$]{3,}@";
    let bearer = r"(?:bearer|basic)\s+[a-z0-9+/=._-]{12,}";
    Regex::new(&format!("(?i){named}|{option}|{address}|{bearer}")).ok()
});

static SECRET_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:password|passwd|passphrase|secret|token|api_?key|authorization)$").ok());

pub(super) fn check(runbook: &Runbook, problems: &mut Problems) {
    each_text(runbook, &mut |found| {
        if is_written(&found) {
            let help = "declare an input with `type: secret` and write {{ name }}; it is asked when the run starts";
            problems.push(
                Diagnostic::new(Code::WrittenPassword, found.template.place, "a password seems to be written out")
                    .help(help),
            );
        }
    });
}

fn is_written(found: &Found<'_>) -> bool {
    let by_look = WRITTEN.as_ref().is_some_and(|pattern| written(found.template).any(|text| pattern.is_match(text)));
    by_look || (found.usage == Use::Setting && is_secret_setting(found))
}

/// Says whether a setting with the name of a secret has a value that was written out.
fn is_secret_setting(found: &Found<'_>) -> bool {
    let named = SECRET_NAME.as_ref().is_some_and(|pattern| pattern.is_match(found.name));
    match found.template.parts.as_slice() {
        [Piece::Text(text)] => named && text.len() >= 4 && !text.starts_with(['$', '/', '<']),
        _ => false,
    }
}
