//! The arguments: what clap refuses is said in one line, because scripts read it and people see it in a log.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::cli::Cli;

/// The parsed arguments; or the exit code, once help or the version or what is wrong has been printed.
pub(super) fn arguments() -> Result<Cli, ExitCode> {
    let given: Vec<OsString> = std::env::args_os().collect();
    match Cli::try_parse_from(&given) {
        Ok(cli) => Ok(cli),
        Err(asked) if !asked.use_stderr() => {
            // A reader that hangs up, as in `stopgap --help | head -1`, is no error.
            let _ = write!(io::stdout(), "{asked}");
            Err(ExitCode::SUCCESS)
        }
        Err(refused) => {
            // When even standard error is gone, the exit code is all that is left to say.
            let _ = writeln!(io::stderr(), "stopgap: {}", one_line(&refused, &given));
            Err(ExitCode::from(2))
        }
    }
}

fn one_line(refused: &clap::Error, given: &[OsString]) -> String {
    let command = subcommand(given);
    let help = match &command {
        Some(command) => format!("“stopgap {} --help” says more", command.get_name()),
        None => "“stopgap --help” says more".to_owned(),
    };
    let missing = [ErrorKind::MissingSubcommand, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if let (Some(command), true) = (&command, missing.contains(&refused.kind())) {
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        return format!("{} needs one of: {}; {help}", command.get_name(), names.join(", "));
    }
    let rendered = refused.render().to_string();
    let said = rendered.strip_prefix("error: ").unwrap_or(&rendered);
    // After the sentence clap prints a usage and a pointer to its help; tips before that are worth keeping.
    let said = said.split("\n\nUsage:").next().unwrap_or(said);
    let said = said.split("\n\nFor more information").next().unwrap_or(said);
    let words: Vec<&str> = said.split_whitespace().collect();
    format!("{}; {help}", words.join(" "))
}

/// The subcommand that the arguments name.
fn subcommand(given: &[OsString]) -> Option<clap::Command> {
    let cli = Cli::command();
    let named = given.iter().skip(1).filter_map(|argument| argument.to_str());
    named.into_iter().find_map(|name| cli.find_subcommand(name)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_wrong_with_the_arguments_is_one_line_that_mentions_the_help() {
        for (arguments, says) in [
            (vec!["key"], "key needs one of: check"),
            (vec!["simulate"], "simulate needs one of: reader, host"),
            (vec!["key", "check"], "<FILE>"),
            (vec!["dance"], "'dance'"),
            (vec!["demo", "--seed", "x"], "'--seed <N>'"),
            (vec!["demo", "--sed", "1"], "'--sed'"),
            (vec!["run", "--config"], "--config"),
        ] {
            let given: Vec<OsString> = ["stopgap"].into_iter().chain(arguments).map(OsString::from).collect();
            let line = one_line(&Cli::try_parse_from(&given).unwrap_err(), &given);
            assert!(line.contains(says) && line.contains("--help") && !line.contains('\n'), "{line}");
        }
    }
}
