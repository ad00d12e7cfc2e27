//! The `mop` program; everything is in the library.

fn main() {}
