//! `stopgap qr`: one payment payload from a JSON object on standard input, or the fields of a payload.

mod decode;
mod request;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::{Failure, print_line, read_input};
use crate::outside::code_picture;
use crate::qr::{MODULE_PIXELS, picture};

/// Make a payment code from JSON on standard input, or read one.
#[derive(Debug, Args)]
pub(super) struct QrArgs {
    /// Print the fields of the payload on standard input as JSON
    #[arg(long, conflicts_with_all = ["png", "svg"])]
    decode: bool,
    /// Print the text of the QR code in a PNG or JPEG file, such as a provider's static code, instead of making one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["decode", "png", "svg"])]
    picture: Option<PathBuf>,
    /// Draw the code into a PNG file as well
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Draw the code into an SVG file as well
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

pub(super) fn qr(args: &QrArgs) -> Result<(), Failure> {
    if let Some(path) = &args.picture {
        let payload =
            code_picture::read_file(path).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        return print_line(&serde_json::json!({ "payload": payload }).to_string());
    }
    let text = read_input()?;
    if args.decode {
        return print_line(&decode::fields(&text)?.to_string());
    }
    let (payload, symbol) = request::payload(&text)?;
    if args.png.is_some() || args.svg.is_some() {
        let modules = picture(&payload, symbol).map_err(Failure::input)?;
        if let Some(path) = &args.png {
            write(path, &modules.png(MODULE_PIXELS).map_err(Failure::input)?)?;
        }
        if let Some(path) = &args.svg {
            write(path, modules.svg().as_bytes())?;
        }
    }
    print_line(&serde_json::json!({ "payload": payload }).to_string())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}
