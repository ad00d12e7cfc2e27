//! An order made of a runbook's step, its texts filled with values.

use super::{Limits, Order};
use crate::exec::command::{Filling, Unready};
use crate::runbook::model::Package;

impl Order {
    /// Makes the order to verify the archive that a step names.
    ///
    /// # Errors
    ///
    /// Says which values keep it from being made.
    pub fn fill(package: &Package, filling: &Filling<'_>) -> Result<Self, Unready> {
        let mut unready = Unready::default();
        let mut text = |template| filling.text(template, &mut unready);
        let file = text(&package.file).into();
        let (has, lacks) = (package.has.iter().map(&mut text).collect(), package.lacks.iter().map(&mut text).collect());
        let holds = package.holds.iter().map(|(entry, held)| (entry.clone(), text(held))).collect();
        let under = package.under.map(|under| under.0);
        unready.or(Self { file, has, lacks, holds, under, limits: Limits::default() })
    }
}
