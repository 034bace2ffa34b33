//! Starting the program again in its own place: after switching over to another reader, for practice and back.

use std::ffi::OsString;
use std::process::Command;
use std::{env, io};

use crate::cli::Failure;

/// The flag that makes a till one for practice.
const PRACTICE: &str = "--practice";
/// Who practises, and whose practice a till is told of that comes back; each is one word with its value.
const BY: &str = "--by=";
const PRACTISED: &str = "--practised=";

/// The words with which the program starts again.
#[derive(Clone, Copy, Debug)]
pub(super) enum Again<'a> {
    /// As the till; who has played an outage meanwhile.
    Till { practised: Option<&'a str> },
    /// For practice; who practises.
    Practice { by: Option<&'a str> },
}

/// Puts this program, with its arguments, in the place of the running one, as the till or for practice. It comes back only
/// when that fails.
pub(super) fn start_again(again: Again<'_>) -> Failure {
    let failed = |error: io::Error| Failure::Input(format!("the program cannot be started again: {error}"));
    let program = match env::current_exe() {
        Ok(program) => program,
        Err(error) => return failed(error),
    };
    let mut command = Command::new(program);
    let is_ours = |word: &OsString| {
        let text = word.to_string_lossy();
        text == PRACTICE || text.starts_with(BY) || text.starts_with(PRACTISED)
    };
    command.args(env::args_os().skip(1).filter(|word| !is_ours(word)));
    let flags: Vec<String> = match again {
        Again::Till { practised } => practised.map(|by| format!("{PRACTISED}{by}")).into_iter().collect(),
        Again::Practice { by } => {
            std::iter::once(PRACTICE.to_owned()).chain(by.map(|by| format!("{BY}{by}"))).collect()
        }
    };
    if !flags.is_empty() {
        // Without a command the touchscreen is meant, and the flags are that command's.
        let named = env::args_os().any(|word| word == "run");
        command.args((!named).then_some("run")).args(flags);
    }
    #[cfg(unix)]
    return failed(std::os::unix::process::CommandExt::exec(&mut command));
    #[cfg(not(unix))]
    match command.status() {
        Ok(ended) if ended.success() => Failure::DoesNotHold("the program was started again and has ended".to_owned()),
        Ok(ended) => Failure::DoesNotHold(format!("the program was started again: {ended}")),
        Err(error) => failed(error),
    }
}
