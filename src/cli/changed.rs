//! Whether the file that a run goes by says something else by now, step by step, in words.
//!
//! What is different, and whether it may be adopted, is found out below; here it is only said.

use crate::app::Changed;
use crate::run::Run;

/// How many changes are named.
const MOST: usize = 20;

/// Says what is different in the file.
pub(super) fn words(run: &Run, changed: &Changed) -> Vec<String> {
    let (since, goes_on) = match run.adopted().last() {
        None => ("since the run began".to_owned(), "as it began"),
        Some(adopted) => (format!("since the run adopted it in record {}", adopted.n), "as it is"),
    };
    let file = &changed.file;
    let mut words = vec![format!("The runbook was changed {since}: {file}. The run goes on {goes_on}.")];
    match &changed.edition {
        None => words.push("  the file has errors now; mop check says which".to_owned()),
        Some((_, all)) => {
            words.extend(all.iter().take(MOST).map(|word| format!("  {word}")));
            match all.len() {
                0 => words.push("  nothing in it means anything else than before".to_owned()),
                count if count > MOST => words.push(format!("  and {} more", count - MOST)),
                _ => {}
            }
        }
    }
    words
}
