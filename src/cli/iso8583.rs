//! `stopgap iso8583 encode|decode`: between hex and JSON fields.

use clap::{Args, Subcommand};

use crate::cli::{Failure, print_line, read_input};
use crate::fields::{self, Fields};
use crate::iso8583::{Dialect, Message, Mti, decode_hex, encode_hex};

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
            let message = message(&text)?;
            print_line(&encode_hex(&message.encode(&Dialect::ASCII_1987).map_err(Failure::input)?))
        }
        Act::Decode => {
            let bytes = decode_hex(text.trim()).map_err(Failure::input)?;
            let message = Message::decode(&bytes, &Dialect::ASCII_1987).map_err(Failure::input)?;
            print_line(&serde_json::to_string(&message).map_err(Failure::input)?)
        }
    }
}

/// The message that JSON of the form `{"mti": "0800", "fields": {"11": "000001"}}` is.
fn message(text: &str) -> Result<Message, Failure> {
    let mut given = Fields::of(fields::parse(text)?)?;
    let mti: Mti = given.text("mti")?.parse().map_err(Failure::input)?;
    let fields = given.object("fields")?;
    given.end()?;
    let mut message = Message::new(mti);
    for (name, value) in fields.texts()? {
        // “011” would be a second name of DE 11, and one of the two would be lost.
        let number = name.parse::<u8>().ok().filter(|number| number.to_string() == name);
        let number = number.ok_or_else(|| {
            Failure::Input("a name in “fields” is no field number: 2 to 128, without zeros before it".to_owned())
        })?;
        message.set(number, value).map_err(Failure::input)?;
    }
    Ok(message)
}
