//! `mop schema`: prints the JSON Schema of runbooks.

use std::io::Write;

use super::Exit;
use super::output::Output;
use crate::runbook::schema;

pub(super) fn run(output: &mut Output<impl Write, impl Write>) -> Exit {
    output.print(&format!("{:#}\n", schema::schema()));
    Exit::Good
}
