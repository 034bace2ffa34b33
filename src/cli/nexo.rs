//! `stopgap nexo seal|open`: the message encryption of the Terminal API by itself, for checks by other programs.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ring::rand::SystemRandom;

use crate::cli::{Failure, print_line, read_input};
use crate::outside::reader::{NexoKey, open_sealed, seal};

/// Seal or open one message of a nexo reader, from standard input to standard output.
#[derive(Debug, Args)]
pub(super) struct NexoArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// A clear message into a sealed one
    Seal(FileArgs),
    /// A sealed message into a clear one
    Open(FileArgs),
}

#[derive(Debug, Args)]
struct FileArgs {
    /// The file with the passphrase
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    name: KeyArgs,
}

/// How a key is called in the messages.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    /// The name of the key
    #[arg(long, value_name = "NAME", default_value = "stopgap")]
    key_identifier: String,
    /// The version of the key
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    key_version: u32,
}

impl KeyArgs {
    /// The key of this name with the passphrase in a file.
    pub(super) fn read(&self, file: &Path) -> Result<NexoKey, Failure> {
        NexoKey::read(file, &self.key_identifier, self.key_version)
            .map_err(|error| Failure::Input(format!("{}: {error}", file.display())))
    }
}

pub(super) fn nexo(args: &NexoArgs) -> Result<(), Failure> {
    let message = read_input()?;
    let message = message.trim_end_matches(['\r', '\n']);
    let done = match &args.act {
        Act::Seal(file) => {
            let sealed = seal(message, &file.name.read(&file.key)?, &SystemRandom::new());
            sealed.map_err(|error| Failure::Input(format!("standard input: {error}")))?
        }
        Act::Open(file) => {
            let opened = open_sealed(message, &file.name.read(&file.key)?);
            opened.map_err(|error| Failure::DoesNotHold(format!("standard input: {error}")))?
        }
    };
    print_line(&done)
}
