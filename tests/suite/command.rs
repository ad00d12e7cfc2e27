//! Commands that really run: under a supervisor that is the program itself, seen from outside.
//!
//! Whatever happens to who started one, the command comes to its end and the end is told as it was;
//! and where nobody saw it, that is said.

mod asked;
mod ended;
mod filled;
mod ground;
mod killed;
mod masked;
mod ordinary;
mod outlived;
mod plenty;
mod small_disk;
