//! From bytes to fields.

use super::super::dialect::{Bytes, Dialect, Numbers, OddDigit};
use super::super::fieldset::{FieldSet, FieldSetBuilder};
use super::super::formats::{Content, FieldFormat, Length};
use super::super::message::{CARD_DATA_FIELDS, FIELD_MAX, FIELD_MIN, Mti};
use super::packed::{digits_of, packed_length, packed_number, unpack};
use super::{BITMAP_LENGTH, CodecError, MTI_LENGTH, Part, SECOND_BITMAP, Unit};

const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// What becomes of card data in clear.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CardData {
    /// A star for each character.
    Masked,
    /// It is kept.
    Clear,
}

pub(super) fn read(
    bytes: &[u8],
    dialect: &Dialect,
    limit: usize,
    card_data: CardData,
) -> Result<(Mti, FieldSet), CodecError> {
    if bytes.len() > limit {
        return Err(CodecError::TooLong { bytes: bytes.len(), limit });
    }
    let mut rest = bytes;
    let mti = read_mti(&mut rest, dialect.numbers)?;
    let mut bits = u128::from(read_bitmap(&mut rest, dialect.bitmap)?) << 64;
    if bits >> (128 - SECOND_BITMAP) & 1 == 1 {
        bits |= u128::from(read_bitmap(&mut rest, dialect.bitmap)?);
    }
    // The text is at most twice as long as the bytes, and only where they are packed or binary.
    let count = usize::try_from(bits.count_ones()).unwrap_or(usize::from(FIELD_MAX));
    let mut fields = FieldSetBuilder::with_capacity(count, rest.len());
    let mut left = bits & (u128::MAX >> (FIELD_MIN - 1));
    while left != 0 {
        let zeros = left.leading_zeros();
        left &= !(1 << (127 - zeros));
        let number = u8::try_from(zeros + 1).unwrap_or(FIELD_MAX);
        let Some(format) = dialect.format(number) else { return Err(CodecError::UnknownField(number)) };
        fields.push(number, |text| read_field(&mut rest, format, dialect, text))?;
        if card_data == CardData::Masked && CARD_DATA_FIELDS.contains(&number) {
            fields.mask_last();
        }
    }
    if !rest.is_empty() {
        return Err(CodecError::LeftOver { bytes: rest.len() });
    }
    let fields = fields.finish().ok_or(CodecError::Content { field: FIELD_MIN, content: Content::Special })?;
    Ok((mti, fields))
}

#[inline]
fn take<'a>(rest: &mut &'a [u8], needed: usize, part: Part) -> Result<&'a [u8], CodecError> {
    let left = rest.len();
    let Some((taken, after)) = rest.split_at_checked(needed) else {
        return Err(CodecError::Truncated { part, needed, left });
    };
    *rest = after;
    Ok(taken)
}

fn read_mti(rest: &mut &[u8], numbers: Numbers) -> Result<Mti, CodecError> {
    let mut mti = [0_u8; MTI_LENGTH];
    match numbers {
        Numbers::Ascii => mti.copy_from_slice(take(rest, MTI_LENGTH, Part::Mti)?),
        Numbers::Bcd { .. } => {
            let bytes = take(rest, packed_length(MTI_LENGTH), Part::Mti)?;
            mti.chunks_exact_mut(2).zip(bytes).for_each(|(pair, byte)| pair.copy_from_slice(&digits_of(*byte)));
        }
    }
    Ok(Mti::try_from(mti)?)
}

fn read_bitmap(rest: &mut &[u8], form: Bytes) -> Result<u64, CodecError> {
    match form {
        Bytes::Raw => {
            let bytes = take(rest, BITMAP_LENGTH, Part::Bitmap)?;
            Ok(bytes.iter().fold(0, |bits, &byte| bits << 8 | u64::from(byte)))
        }
        Bytes::Hex => take(rest, 2 * BITMAP_LENGTH, Part::Bitmap)?.iter().try_fold(0, |bits, &digit| {
            let value = char::from(digit).to_digit(16).ok_or(CodecError::BitmapDigits)?;
            Ok(bits << 4 | u64::from(value))
        }),
    }
}

fn read_field(rest: &mut &[u8], format: FieldFormat, dialect: &Dialect, text: &mut Vec<u8>) -> Result<(), CodecError> {
    let FieldFormat { number: field, content, length: allowed } = format;
    let part = Part::Field(field);
    let unit = Unit::of(content, dialect);
    let length = match allowed {
        Length::Fixed(length) => length,
        Length::Llvar(_) | Length::Lllvar(_) => read_length(rest, format, dialect.numbers)?,
    };
    if length > allowed.limit() {
        return Err(CodecError::Length { field, length, allowed, unit });
    }
    let refused = || CodecError::Content { field, content };
    let start = text.len();
    match (content, dialect.numbers) {
        (Content::Binary, _) if unit == Unit::Bytes => {
            let bytes = take(rest, length, part)?;
            let digit = |value: u8| HEX_DIGITS[usize::from(value)];
            for byte in bytes {
                text.extend_from_slice(&[digit(byte >> 4), digit(byte & 0x0f)]);
            }
            return Ok(());
        }
        (Content::Binary, _) => {
            if !length.is_multiple_of(2) {
                return Err(CodecError::OddLength { field, length });
            }
            text.extend(take(rest, length, part)?.iter().map(u8::to_ascii_uppercase));
        }
        (Content::Numeric | Content::Track, Numbers::Bcd { odd }) => {
            let odd = if let Length::Fixed(_) = allowed { OddDigit::ZeroBefore } else { odd };
            if !unpack(take(rest, packed_length(length), part)?, length, odd, text) {
                return Err(refused());
            }
        }
        (Content::Signed, Numbers::Bcd { .. }) => {
            text.extend_from_slice(take(rest, 1, part)?);
            let digits = length.saturating_sub(1);
            if !unpack(take(rest, packed_length(digits), part)?, digits, OddDigit::ZeroBefore, text) {
                return Err(refused());
            }
        }
        (Content::Alphanumeric | Content::Special, _)
        | (Content::Numeric | Content::Track | Content::Signed, Numbers::Ascii) => {
            let bytes = take(rest, length, part)?;
            text.extend_from_slice(bytes);
            return if content.allows(bytes) { Ok(()) } else { Err(refused()) };
        }
    }
    if content.allows(&text[start..]) { Ok(()) } else { Err(refused()) }
}

#[inline]
fn read_length(rest: &mut &[u8], format: FieldFormat, numbers: Numbers) -> Result<usize, CodecError> {
    let FieldFormat { number: field, length: allowed, .. } = format;
    let digits = allowed.prefix_digits();
    let wrong = || CodecError::LengthDigits { field, digits };
    match numbers {
        Numbers::Ascii => {
            let prefix = take(rest, digits, Part::Field(field))?;
            let value = |sofar: usize, byte: &u8| byte.is_ascii_digit().then(|| sofar * 10 + usize::from(byte - b'0'));
            prefix.iter().try_fold(0, value).ok_or_else(wrong)
        }
        Numbers::Bcd { .. } => packed_number(take(rest, packed_length(digits), Part::Field(field))?).ok_or_else(wrong),
    }
}
