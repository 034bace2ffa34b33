//! `stopgap iso8583 encode|decode`: between the bytes of messages and JSON, one message a line.
//!
//! A tool for integrators: nothing is sent or kept. It writes and reads every field, card data in clear as well, which
//! no other part of Stopgap does.

use std::io::{self, BufRead, BufWriter, Read, Write};

use clap::{Args, Subcommand};
use serde::{Serialize, Serializer};

use crate::cli::Failure;
use crate::fields::{self, Fields};
use crate::iso8583::{Dialect, FieldSet, Mti, decode_clear, decode_hex, encode_clear};

/// The longest line: more than the JSON of a message with every field at its longest and every character escaped.
const LINE_BYTES_MAX: u64 = 512 * 1024;

/// Turn ISO 8583:1987 messages into JSON and back, one object a line.
#[derive(Debug, Args)]
pub(super) struct Iso8583Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Act {
    /// {"mti","fields","encoding"} on standard input, {"hex"} on standard output
    ///
    /// The encoding is ascii-hex-bitmap (bitmaps and binary fields as upper-case hexadecimal digits; the length of DE 55
    /// counts them) or ascii-binary-bitmap (both as bytes; the length of DE 55 counts those). Binary fields are
    /// hexadecimal in the JSON. There is no length before the message.
    Encode,
    /// {"hex","encoding"} on standard input, {"mti","fields"} on standard output
    Decode,
}

pub(super) fn iso8583(args: &Iso8583Args) -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    let mut out = BufWriter::new(io::stdout().lock());
    let done = answer_lines(args.act, &mut input, &mut out);
    // What was answered before a bad line is printed all the same.
    out.flush().map_err(|error| Failure::Input(format!("standard output: {error}")))?;
    done
}

fn answer_lines(act: Act, input: &mut impl BufRead, out: &mut impl Write) -> Result<(), Failure> {
    let mut any = false;
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input.take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::Input(format!("standard input: {error}")))? == 0 {
            break;
        }
        let at = |why: &dyn std::fmt::Display| Failure::Input(format!("line {number}: {why}"));
        if line.len() as u64 > LINE_BYTES_MAX {
            return Err(at(&format!("more than {LINE_BYTES_MAX} bytes, the most of a line")));
        }
        let text = std::str::from_utf8(&line).map_err(|_| at(&"not UTF-8 text"))?;
        if text.trim().is_empty() {
            continue;
        }
        any = true;
        let answer = match act {
            Act::Encode => encode(text),
            Act::Decode => decode(text),
        };
        let answer = answer.map_err(|why| at(&why))?;
        writeln!(out, "{answer}").map_err(|error| Failure::Input(format!("standard output: {error}")))?;
    }
    if any {
        Ok(())
    } else {
        Err(Failure::Input("standard input is empty: one JSON object a line is expected".to_owned()))
    }
}

fn encode(text: &str) -> Result<String, Failure> {
    let mut given = Fields::of(fields::parse(text)?)?;
    let mti: Mti = given.parsed("mti")?;
    let texts = given.object("fields")?.texts()?;
    let dialect = encoding(&mut given)?;
    given.end()?;
    let mut fields = FieldSet::new();
    for (name, value) in texts {
        // “011” would be a second name of DE 11, and one of the two would be lost.
        let number = name.parse::<u8>().ok().filter(|number| number.to_string() == name);
        let number = number.filter(|number| (2..=128).contains(number)).ok_or_else(|| {
            Failure::Input("a name in “fields” is no field number: 2 to 128, without zeros before it".to_owned())
        })?;
        fields.set(number, &value);
    }
    let bytes = encode_clear(mti, &fields, &dialect).map_err(Failure::input)?;
    Ok(format!(r#"{{"hex":"{}"}}"#, upper_hex(&bytes)))
}

fn decode(text: &str) -> Result<String, Failure> {
    let mut given = Fields::of(fields::parse(text)?)?;
    let hex = given.text("hex")?;
    let dialect = encoding(&mut given)?;
    given.end()?;
    let bytes = decode_hex(&hex).map_err(|why| Failure::Input(format!("“hex”: {why}")))?;
    let (mti, fields) = decode_clear(&bytes, &dialect).map_err(Failure::input)?;
    serde_json::to_string(&Shown { mti, fields: ByNumber(&fields) }).map_err(Failure::input)
}

fn encoding(given: &mut Fields) -> Result<Dialect, Failure> {
    match given.text("encoding")?.as_str() {
        "ascii-hex-bitmap" => Ok(Dialect::ASCII_1987_HEX),
        "ascii-binary-bitmap" => Ok(Dialect::ASCII_1987),
        _ => Err(Failure::Input("“encoding” must be ascii-hex-bitmap or ascii-binary-bitmap".to_owned())),
    }
}

fn upper_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

/// A message as it is printed.
#[derive(Serialize)]
struct Shown<'a> {
    mti: Mti,
    fields: ByNumber<'a>,
}

struct ByNumber<'a>(&'a FieldSet);

impl Serialize for ByNumber<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}
