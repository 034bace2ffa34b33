//! `stopgap qr`: one payment payload from a JSON object on standard input, or the fields of a payload.

mod decode;
mod emv;
mod request;

use clap::Args;

use crate::cli::{Failure, print_line, read_input};

/// Make a payment code from JSON on standard input, or read one.
#[derive(Debug, Args)]
pub(super) struct QrArgs {
    /// Print the fields of the payload on standard input as JSON
    #[arg(long)]
    decode: bool,
}

pub(super) fn qr(args: &QrArgs) -> Result<(), Failure> {
    let text = read_input()?;
    if args.decode {
        return print_line(&decode::fields(&text)?.to_string());
    }
    let payload = request::payload(&text)?;
    print_line(&serde_json::json!({ "payload": payload }).to_string())
}
