//! The `stopgap` program: reads the command line and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    stopgap::cli::main()
}
