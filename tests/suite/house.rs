//! The house rules that a program can look after: floors, first lines, names and sizes of files.
//!
//! The table of floors is here; the rest of the rules is for people.

use std::fs;
use std::path::Path;

use regex::Regex;

use crate::reading::{files, here};

/// The subjects of each floor, from the ground up, and whether those of one floor may use each other.
const FLOORS: [(&[&str], bool); 6] = [
    (&["id", "time", "text", "version"], true),
    (&["runbook", "journal"], false),
    (&["run"], false),
    (&["ui", "exec", "report", "config"], false),
    (&["app"], false),
    (&["cli"], false),
];

/// Words that say nothing about what is in a file.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "misc", "manager"];

/// Files over 500 lines, and why they are not two.
