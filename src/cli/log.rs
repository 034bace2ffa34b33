//! Where the program's own log goes: standard error, for whoever supervises the till. No line holds card data.

use std::io;

use tracing_subscriber::EnvFilter;

/// The environment variable that says how much is logged, such as `debug` or `stopgap::outside=debug`.
const VARIABLE: &str = "STOPGAP_LOG";
/// What is logged when nobody asks for more: what a person has to know of.
const STANDARD: &str = "warn";

/// Starts the log. A filter that cannot be read is the standard one.
pub(super) fn start() {
    let filter = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new(STANDARD));
    // A second start, as in a test of the command line, finds the first one at work.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false).try_init();
}
