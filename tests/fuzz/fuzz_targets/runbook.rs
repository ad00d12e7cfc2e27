//! Any bytes as a runbook: read, checked, every finding printed, and planned when there is no error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mop::runbook::diagnostic::{Form, render};
use mop::runbook::plan::{Values, plan};
use mop::runbook::{NoLibrary, load};

fuzz_target!(|bytes: &[u8]| {
    let loaded = load("fuzz.yaml", bytes.to_vec(), &NoLibrary);
    for diagnostic in &loaded.diagnostics {
        for form in [Form::Plain, Form::Json, Form::Github] {
            let text = render(diagnostic, &loaded.sources, form);
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "a control character in {text:?}");
        }
    }
    let Some(runbook) = &loaded.runbook else {
        assert!(loaded.counts().0 > 0, "no runbook, and nothing says why");
        return;
    };
    let mut values = Values::default();
    values.take_defaults(runbook);
    if let Ok(plan) = plan(runbook, &values) {
        for item in plan.items.iter() {
            plan.title(runbook, &values, item);
            plan.command(runbook, &values, item);
        }
    }
});
