//! Lengths of time as a runbook writes them.
