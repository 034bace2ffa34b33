//! Between a [`Message`] and its bytes.

use super::dialect::{Content, Dialect, FieldFormat, Length};
use super::frame::MESSAGE_LENGTH_MAX;
use super::hex::{decode_hex, encode_hex};
use super::message::{CARD_DATA_FIELDS, FIELD_MAX, FIELD_MIN, Message, MessageError, Mti};

/// The digits of the message type.
const MTI_LENGTH: usize = 4;

/// The bytes of one bitmap: 64 fields.
const BITMAP_LENGTH: usize = 8;

/// The first field of the second bitmap.
const SECOND_BITMAP_FROM: u8 = 65;

/// Why a message cannot be written, or bytes cannot be read. No variant holds the content of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The message itself is wrong.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The dialect does not know the field.
    #[error("DE {0} is not in the dialect's table")]
    UnknownField(u8),
    /// Characters the format does not allow.
    #[error("DE {field} must hold {}", content_rule(*.content))]
    Content {
        /// The field.
        field: u8,
        /// What it may hold.
        content: Content,
    },
    /// Not as long as the format wants.
    #[error("DE {field} has a length of {length}; it must be {}", length_rule(*.allowed))]
    Length {
        /// The field.
        field: u8,
        /// How long it is.
        length: usize,
        /// How long it may be.
        allowed: Length,
    },
    /// The length before a field is no number.
    #[error("the length before DE {field} must be {digits} digits")]
    LengthDigits {
        /// The field.
        field: u8,
        /// How many digits there should be.
        digits: usize,
    },
    /// The bytes end too early.
    #[error("the message ends within {part}: {needed} bytes are needed, {left} are left")]
    Truncated {
        /// Where it ends.
        part: Part,
        /// What the part needs.
        needed: usize,
        /// What there is.
        left: usize,
    },
    /// More bytes than the bitmap announces.
    #[error("{bytes} bytes are left over after the last field of the bitmap")]
    LeftOver {
        /// How many.
        bytes: usize,
    },
    /// Longer than any message.
    #[error("the message has {bytes} bytes; at most {MESSAGE_LENGTH_MAX} are possible")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
}

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The message type.
    Mti,
    /// The first or second bitmap.
    Bitmap,
    /// A field, or the length before it.
    Field(u8),
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mti => f.write_str("the message type"),
            Self::Bitmap => f.write_str("the bitmap"),
            Self::Field(number) => write!(f, "DE {number}"),
        }
    }
}

fn content_rule(content: Content) -> &'static str {
    match content {
        Content::Numeric => "digits only",
        Content::Alphanumeric => "letters, digits and blanks only",
        Content::Special | Content::Track => "printable ASCII only",
        Content::Signed => "C or D and then digits",
        Content::Binary => "an even number of hexadecimal digits",
    }
}

fn length_rule(length: Length) -> String {
    match length {
        Length::Fixed(limit) => format!("exactly {limit}"),
        Length::Llvar(limit) | Length::Lllvar(limit) => format!("at most {limit}"),
    }
}

impl Message {
    /// The message in bytes, without the length that goes before it on the wire ([`super::frame()`]).
    ///
    /// # Errors
    ///
    /// Names the first field whose text does not fit its format, or the length of the whole.
    pub fn encode(&self, dialect: &Dialect) -> Result<Vec<u8>, CodecError> {
        let mut bitmap = [0_u8; 2 * BITMAP_LENGTH];
        let mut body = Vec::new();
        for (number, text) in self.fields() {
            let format = dialect.format(number).ok_or(CodecError::UnknownField(number))?;
            mark(&mut bitmap, number);
            write_field(&mut body, format, text)?;
        }
        let second = self.fields().any(|(number, _)| number >= SECOND_BITMAP_FROM);
        if second {
            mark(&mut bitmap, 1);
        }
        let bitmaps = if second { &bitmap[..] } else { &bitmap[..BITMAP_LENGTH] };
        let message = [self.mti().as_bytes(), bitmaps, &body].concat();
        if message.len() > MESSAGE_LENGTH_MAX {
            return Err(CodecError::TooLong { bytes: message.len() });
        }
        Ok(message)
    }

    /// Reads a message from bytes without the length before it. Card data in clear is replaced by stars.
    ///
    /// # Errors
    ///
    /// Names the first part that does not follow the dialect.
    pub fn decode(bytes: &[u8], dialect: &Dialect) -> Result<Self, CodecError> {
        if bytes.len() > MESSAGE_LENGTH_MAX {
            return Err(CodecError::TooLong { bytes: bytes.len() });
        }
        let mut rest = bytes;
        let mut mti = [0_u8; MTI_LENGTH];
        mti.copy_from_slice(take(&mut rest, MTI_LENGTH, Part::Mti)?);
        let mut message = Self::new(Mti::try_from(mti)?);
        let mut bitmap = [0_u8; 2 * BITMAP_LENGTH];
        bitmap[..BITMAP_LENGTH].copy_from_slice(take(&mut rest, BITMAP_LENGTH, Part::Bitmap)?);
        if is_marked(&bitmap, 1) {
            bitmap[BITMAP_LENGTH..].copy_from_slice(take(&mut rest, BITMAP_LENGTH, Part::Bitmap)?);
        }
        for number in (FIELD_MIN..=FIELD_MAX).filter(|&number| is_marked(&bitmap, number)) {
            let format = dialect.format(number).ok_or(CodecError::UnknownField(number))?;
            let text = read_field(&mut rest, format)?;
            if CARD_DATA_FIELDS.contains(&number) {
                message.set_masked(number, text.chars().count());
            } else {
                message.set(number, text)?;
            }
        }
        if rest.is_empty() { Ok(message) } else { Err(CodecError::LeftOver { bytes: rest.len() }) }
    }
}

fn bit_of(number: u8) -> (usize, u8) {
    let place = number - 1;
    (usize::from(place / 8), 0x80 >> (place % 8))
}

fn mark(bitmap: &mut [u8; 2 * BITMAP_LENGTH], number: u8) {
    let (byte, bit) = bit_of(number);
    bitmap[byte] |= bit;
}

fn is_marked(bitmap: &[u8; 2 * BITMAP_LENGTH], number: u8) -> bool {
    let (byte, bit) = bit_of(number);
    bitmap[byte] & bit != 0
}

fn take<'a>(rest: &mut &'a [u8], needed: usize, part: Part) -> Result<&'a [u8], CodecError> {
    let left = rest.len();
    let (taken, after) = rest.split_at_checked(needed).ok_or(CodecError::Truncated { part, needed, left })?;
    *rest = after;
    Ok(taken)
}

fn write_field(body: &mut Vec<u8>, format: FieldFormat, text: &str) -> Result<(), CodecError> {
    let FieldFormat { number: field, content, length: allowed } = format;
    let bytes = match content {
        Content::Binary => decode_hex(text).map_err(|_| CodecError::Content { field, content })?,
        Content::Numeric | Content::Alphanumeric | Content::Special | Content::Track | Content::Signed => {
            text.as_bytes().to_vec()
        }
    };
    check(format, &bytes)?;
    let width = allowed.prefix_digits();
    if width > 0 {
        body.extend_from_slice(format!("{:0width$}", bytes.len()).as_bytes());
    }
    body.extend_from_slice(&bytes);
    Ok(())
}

fn read_field(rest: &mut &[u8], format: FieldFormat) -> Result<String, CodecError> {
    let FieldFormat { number: field, content, length: allowed } = format;
    let part = Part::Field(field);
    let length = match allowed {
        Length::Fixed(length) => length,
        Length::Llvar(_) | Length::Lllvar(_) => {
            let digits = allowed.prefix_digits();
            let prefix = take(rest, digits, part)?;
            let number = std::str::from_utf8(prefix).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            number.and_then(|text| text.parse().ok()).ok_or(CodecError::LengthDigits { field, digits })?
        }
    };
    if length > allowed.limit() {
        return Err(CodecError::Length { field, length, allowed });
    }
    let bytes = take(rest, length, part)?;
    check(format, bytes)?;
    match content {
        Content::Binary => Ok(encode_hex(bytes).to_ascii_uppercase()),
        Content::Numeric | Content::Alphanumeric | Content::Special | Content::Track | Content::Signed => {
            String::from_utf8(bytes.to_vec()).map_err(|_| CodecError::Content { field, content })
        }
    }
}

/// Checks length and characters, the same way before writing and after reading.
fn check(format: FieldFormat, bytes: &[u8]) -> Result<(), CodecError> {
    let FieldFormat { number: field, content, length: allowed } = format;
    let fits = match allowed {
        Length::Fixed(length) => bytes.len() == length,
        Length::Llvar(limit) | Length::Lllvar(limit) => bytes.len() <= limit,
    };
    if !fits {
        return Err(CodecError::Length { field, length: bytes.len(), allowed });
    }
    let printable = |byte: &u8| (b' '..=b'~').contains(byte);
    let good = match content {
        Content::Numeric => bytes.iter().all(u8::is_ascii_digit),
        Content::Alphanumeric => bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b' '),
        Content::Special | Content::Track => bytes.iter().all(printable),
        Content::Signed => matches!(bytes, [b'C' | b'D', digits @ ..] if digits.iter().all(u8::is_ascii_digit)),
        Content::Binary => true,
    };
    if good { Ok(()) } else { Err(CodecError::Content { field, content }) }
}

#[cfg(test)]
mod tests;
