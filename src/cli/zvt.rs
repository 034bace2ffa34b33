//! `stopgap zvt encode|decode`: between the bytes of ZVT messages and JSON.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use zeroize::Zeroizing;

use crate::cli::{Failure, print_line, read_input};
use crate::iso8583::{decode_hex, encode_hex};
use crate::zvt::{Password, Shown};

/// What stands for the password when none is given: messages can be looked at without one.
const NO_PASSWORD: &str = "000000";

/// Turn ZVT messages into JSON and back, one message per line.
#[derive(Debug, Args)]
pub(super) struct ZvtArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// JSON lines on standard input, hex on standard output
    Encode {
        /// A file with the terminal's password; without one 000000 is written
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Lines of hex on standard input, JSON on standard output; card data is masked and passwords are left out
    Decode,
}

pub(super) fn zvt(args: &ZvtArgs) -> Result<(), Failure> {
    let text = read_input()?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let place = |number: usize, why: &dyn std::fmt::Display| Failure::Input(format!("line {}: {why}", number + 1));
    match &args.act {
        Act::Encode { password_file } => {
            let password = read_password(password_file.as_ref())?;
            for (number, line) in lines {
                let shown: Shown = serde_json::from_str(line).map_err(|error| place(number, &error))?;
                let bytes = shown.to_bytes(Some(&password)).map_err(|error| place(number, &error))?;
                print_line(&encode_hex(&bytes))?;
            }
        }
        Act::Decode => {
            for (number, line) in lines {
                let bytes = decode_hex(line).map_err(|error| place(number, &error))?;
                let shown = Shown::of_bytes(&bytes).map_err(|error| place(number, &error))?;
                print_line(&serde_json::to_string(&shown).map_err(Failure::input)?)?;
            }
        }
    }
    Ok(())
}

fn read_password(file: Option<&PathBuf>) -> Result<Password, Failure> {
    let text = match file {
        Some(file) => {
            fs::read_to_string(file).map_err(|error| Failure::Input(format!("{}: {error}", file.display())))?
        }
        None => NO_PASSWORD.to_owned(),
    };
    Password::parse(&Zeroizing::new(text)).map_err(Failure::input)
}
