//! From fields to bytes.

use super::super::dialect::{Bytes, Dialect, Numbers, OddDigit};
use super::super::fieldset::FieldSet;
use super::super::formats::{Content, FieldFormat, Length};
use super::super::message::Mti;
use super::packed::pack;
use super::{BITMAP_LENGTH, CodecError, FIRST_BITMAP_LAST, SECOND_BITMAP, Unit};

const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Room for a purchase with a sealed card.
const USUAL_LENGTH: usize = 1_024;

pub(super) fn write(mti: Mti, fields: &FieldSet, dialect: &Dialect, limit: usize) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(USUAL_LENGTH);
    write_digits(mti.as_bytes(), dialect.numbers, &mut out);
    let has_second = fields.last().is_some_and(|last| last > FIRST_BITMAP_LAST);
    let bitmap_bytes = if has_second { 2 * BITMAP_LENGTH } else { BITMAP_LENGTH };
    let bitmap_start = out.len();
    let body_start = bitmap_start + bitmap_bytes * width(dialect.bitmap);
    out.resize(body_start, 0);
    let mut bits = if has_second { bit(SECOND_BITMAP) } else { 0 };
    for (number, text) in fields.iter() {
        let Some(format) = dialect.format(number) else { return Err(CodecError::UnknownField(number)) };
        bits |= bit(number);
        write_field(format, text.as_bytes(), dialect, &mut out)?;
    }
    let bitmap = bits.to_be_bytes();
    let bytes = bitmap.iter().take(bitmap_bytes);
    let place = &mut out[bitmap_start..body_start];
    match dialect.bitmap {
        Bytes::Raw => place.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte),
        Bytes::Hex => place.chunks_exact_mut(2).zip(bytes).for_each(|(to, byte)| to.copy_from_slice(&hex(*byte))),
    }
    if out.len() > limit { Err(CodecError::TooLong { bytes: out.len(), limit }) } else { Ok(out) }
}

/// The bit of a field, counted from the left: field 1 is the highest.
fn bit(number: u8) -> u128 {
    1_u128.checked_shl(128 - u32::from(number)).unwrap_or(0)
}

const fn width(bytes: Bytes) -> usize {
    match bytes {
        Bytes::Raw => 1,
        Bytes::Hex => 2,
    }
}

fn hex(byte: u8) -> [u8; 2] {
    [HEX_DIGITS[usize::from(byte >> 4)], HEX_DIGITS[usize::from(byte & 0x0f)]]
}

fn write_field(format: FieldFormat, text: &[u8], dialect: &Dialect, out: &mut Vec<u8>) -> Result<(), CodecError> {
    let FieldFormat { number: field, content, length: allowed } = format;
    let unit = Unit::of(content, dialect);
    let length = match unit {
        Unit::Bytes => text.len() / 2,
        Unit::Characters | Unit::HexDigits => text.len(),
    };
    let fits = match allowed {
        Length::Fixed(exact) => length == exact,
        Length::Llvar(limit) | Length::Lllvar(limit) => length <= limit,
    };
    if !fits {
        return Err(CodecError::Length { field, length, allowed, unit });
    }
    if !content.allows(text) {
        return Err(CodecError::Content { field, content });
    }
    write_length(allowed, length, dialect.numbers, out);
    match (content, dialect.numbers) {
        (Content::Binary, _) if unit == Unit::Bytes => {
            out.extend(text.chunks_exact(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])));
        }
        (Content::Binary, _) => out.extend(text.iter().map(u8::to_ascii_uppercase)),
        (Content::Numeric | Content::Track, Numbers::Bcd { odd }) => {
            let odd = if let Length::Fixed(_) = allowed { OddDigit::ZeroBefore } else { odd };
            pack(text, odd, out);
        }
        (Content::Signed, Numbers::Bcd { .. }) => {
            let (sign, digits) = text.split_at_checked(1).unwrap_or((text, &[]));
            out.extend_from_slice(sign);
            pack(digits, OddDigit::ZeroBefore, out);
        }
        (Content::Alphanumeric | Content::Special, _)
        | (Content::Numeric | Content::Track | Content::Signed, Numbers::Ascii) => out.extend_from_slice(text),
    }
    Ok(())
}

/// The value of a hexadecimal digit; the check before this leaves no other character.
fn nibble(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { (digit | 0x20) - b'a' + 10 }
}

#[inline]
fn write_length(allowed: Length, length: usize, numbers: Numbers, out: &mut Vec<u8>) {
    let digit = |place: usize| b'0' + u8::try_from(length / place % 10).unwrap_or(0);
    match allowed {
        Length::Fixed(_) => {}
        Length::Llvar(_) => write_digits(&[digit(10), digit(1)], numbers, out),
        Length::Lllvar(_) => write_digits(&[digit(100), digit(10), digit(1)], numbers, out),
    }
}

#[inline]
fn write_digits(digits: &[u8], numbers: Numbers, out: &mut Vec<u8>) {
    match numbers {
        Numbers::Ascii => out.extend_from_slice(digits),
        Numbers::Bcd { .. } => pack(digits, OddDigit::ZeroBefore, out),
    }
}
