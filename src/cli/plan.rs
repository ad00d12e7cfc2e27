//! `mop plan`: prints a runbook as a paper checklist, with the values that are known.

mod estimate;
mod json;
mod lines;
mod markdown;
mod text;

use std::io::Write;

use super::args::{PlanArgs, PlanFormat};
use super::output::Output;
use super::{Exit, check};
use crate::runbook::model::Runbook;
use crate::runbook::plan::{Plan, Values, plan};
use crate::text::Shown;

/// A runbook, the values that are known, and the plan made of both.
struct Paper<'a> {
    runbook: &'a Runbook,
    values: &'a Values,
    plan: &'a Plan,
}

pub(super) fn run(args: &PlanArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let runbook = match check::readable(&args.file, output) {
        Ok((_, runbook)) => runbook,
        Err(exit) => return exit,
    };
    let values = match values(&runbook, &args.set) {
        Ok(values) => values,
        Err(why) => {
            output.complain(&why);
            return Exit::Usage;
        }
    };
    let plan = match plan(&runbook, &values) {
        Ok(plan) => plan,
        Err(error) => {
            output.complain(&error.to_string());
            return Exit::Problems;
        }
    };
    let paper = Paper { runbook: &runbook, values: &values, plan: &plan };
    output.print(&match args.format {
        PlanFormat::Text => text::page(&paper),
        PlanFormat::Md => markdown::page(&paper),
        PlanFormat::Json => json::page(&paper),
    });
    Exit::Good
}

/// Reads `NAME=VALUE` words; a name that stands several times is a list.
pub(super) fn values(runbook: &Runbook, words: &[String]) -> Result<Values, String> {
    let mut given: Vec<(&str, Vec<&str>)> = Vec::new();
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            return Err(format!("--set {}: write NAME=VALUE", Shown::line(word)));
        };
        match given.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => given.push((name, vec![value])),
        }
    }
    let mut values = Values::default();
    values.take_defaults(runbook);
    for (name, words) in given {
        values.set(runbook, name, &words).map_err(|error| format!("--set {}", Shown::line(&error.to_string())))?;
    }
    Ok(values)
}
