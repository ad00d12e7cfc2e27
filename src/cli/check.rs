//! `mop check`: looks for mistakes in runbooks.

use std::io::Write;
use std::path::Path;

use super::Exit;
use super::args::{CheckArgs, CheckFormat};
use super::library::{open, why};
use super::output::Output;
use crate::runbook::Loaded;
use crate::runbook::diagnostic::{Form, render, summary};
use crate::runbook::model::Runbook;
use crate::text::Shown;

pub(super) fn run(args: &CheckArgs, output: &mut Output<impl Write, impl Write>) -> Exit {
    let form = form(args.format, output.colour());
    let mut worst = Exit::Good;
    for path in &args.files {
        let exit = match open(path) {
            Ok(loaded) => report(&loaded, form, args.strict, output),
            Err(error) => {
                output.complain(&why(&error));
                Exit::Usage
            }
        };
        worst = worst.max(exit);
    }
    worst
}

/// Reads a runbook that has to be without errors; those of one that has some are printed.
pub(super) fn readable(file: &Path, output: &mut Output<impl Write, impl Write>) -> Result<(Loaded, Runbook), Exit> {
    let mut loaded = open(file).map_err(|error| {
        output.complain(&why(&error));
        Exit::Usage
    })?;
    match loaded.runbook.take() {
        Some(runbook) => Ok((loaded, runbook)),
        None => Err(report(&loaded, form(CheckFormat::Text, output.colour()), false, output)),
    }
}

/// Returns the form for a format.
pub(super) fn form(format: CheckFormat, colour: bool) -> Form {
    match format {
        CheckFormat::Text if colour => Form::Colour,
        CheckFormat::Text => Form::Plain,
        CheckFormat::Json => Form::Json,
        CheckFormat::Github => Form::Github,
    }
}

/// Prints what was found in a runbook.
pub(super) fn report(loaded: &Loaded, form: Form, strict: bool, output: &mut Output<impl Write, impl Write>) -> Exit {
    for diagnostic in &loaded.diagnostics {
        output.print(&render(diagnostic, &loaded.sources, form));
    }
    let (errors, warnings) = loaded.counts();
    let name = loaded.sources.first().map_or("", |source| source.name());
    if matches!(form, Form::Plain | Form::Colour) {
        output.print(&format!("{}: {}\n", Shown::line(name), summary(errors, warnings, loaded.dropped)));
    } else if loaded.dropped > 0 {
        output.complain(&format!("{}: {}", Shown::line(name), summary(errors, warnings, loaded.dropped)));
    }
    let bad = loaded.runbook.is_none() || (strict && warnings > 0);
    if bad { Exit::Problems } else { Exit::Good }
}
