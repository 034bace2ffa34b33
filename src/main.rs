//! The `stopgap` program: reads the command line and nothing else.

#[cfg(target_os = "linux")]
mod large_pages;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: large_pages::LargePages = large_pages::LargePages;

fn main() -> ExitCode {
    stopgap::cli::main()
}
