//! `stopgap iso8583 encode|decode`: between hex and JSON fields.

use clap::{Args, Subcommand};

use crate::cli::{Failure, print_line, read_input};
use crate::iso8583::{Dialect, Message, decode_hex, encode_hex};

/// Turn ISO 8583 messages into JSON fields and back.
#[derive(Debug, Args)]
pub(super) struct Iso8583Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// JSON fields on standard input, hex on standard output
    Encode,
    /// Hex on standard input, JSON fields on standard output
    Decode,
}

pub(super) fn iso8583(args: &Iso8583Args) -> Result<(), Failure> {
    let text = read_input()?;
    match args.act {
        Act::Encode => {
            let message: Message = serde_json::from_str(&text).map_err(Failure::input)?;
            print_line(&encode_hex(&message.encode(&Dialect::ASCII_1987).map_err(Failure::input)?))
        }
        Act::Decode => {
            let bytes = decode_hex(text.trim()).map_err(Failure::input)?;
            let message = Message::decode(&bytes, &Dialect::ASCII_1987).map_err(Failure::input)?;
            print_line(&serde_json::to_string(&message).map_err(Failure::input)?)
        }
    }
}
