//! The `mop` program; everything is in the library.

fn main() -> std::process::ExitCode {
    mop::cli::main()
}
