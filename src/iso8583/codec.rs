//! Between a [`Message`] and its bytes.

mod packed;
mod read;
mod write;

use self::read::{CardData, read};
use self::write::write;
use super::dialect::{Bytes, Dialect};
use super::fieldset::FieldSet;
use super::formats::{Content, Length};
use super::frame::MESSAGE_LENGTH_MAX;
use super::message::{Message, MessageError, Mti};

/// The digits of the message type.
const MTI_LENGTH: usize = 4;

/// The bytes of one bitmap: 64 fields.
const BITMAP_LENGTH: usize = 8;

/// The bit of the first bitmap that announces the second.
const SECOND_BITMAP: u8 = 1;

/// The last field of the first bitmap.
const FIRST_BITMAP_LAST: u8 = 64;

/// The longest message of [`encode_clear`] and [`decode_clear`], in bytes: what a length of two bytes can count. Every
/// field at its longest is little more than half of it.
pub const CLEAR_LENGTH_MAX: usize = 65_535;

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
    #[error("DE {field} must hold {}", .content.rule())]
    Content {
        /// The field.
        field: u8,
        /// What it may hold.
        content: Content,
    },
    /// Not as long as the format wants.
    #[error("DE {field} has a length of {length}; it must be {} {unit}", length_rule(*.allowed))]
    Length {
        /// The field.
        field: u8,
        /// How long it is.
        length: usize,
        /// How long it may be.
        allowed: Length,
        /// What its length counts.
        unit: Unit,
    },
    /// The length before a field is no number.
    #[error("the length before DE {field} must be {digits} digits")]
    LengthDigits {
        /// The field.
        field: u8,
        /// How many digits there should be.
        digits: usize,
    },
    /// The length before a variable field of binary content in hexadecimal is odd.
    #[error("the length before DE {field} is {length}; two hexadecimal digits make a byte, so it must be even")]
    OddLength {
        /// The field.
        field: u8,
        /// What was announced.
        length: usize,
    },
    /// The bitmap is not hexadecimal.
    #[error("the bitmap must be 16 hexadecimal digits")]
    BitmapDigits,
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
    #[error("the message has {bytes} bytes; at most {limit} are possible")]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
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

/// What the length of a field counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Characters, or digits where they are packed.
    Characters,
    /// Bytes.
    Bytes,
    /// Hexadecimal digits, two for each byte.
    HexDigits,
}

impl Unit {
    /// The unit of a field's content in a dialect.
    fn of(content: Content, dialect: &Dialect) -> Self {
        match dialect.binary {
            Bytes::Raw if content == Content::Binary => Self::Bytes,
            Bytes::Hex if content == Content::Binary => Self::HexDigits,
            Bytes::Raw | Bytes::Hex => Self::Characters,
        }
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
            Self::HexDigits => "hexadecimal digits",
        })
    }
}

fn length_rule(length: Length) -> String {
    match length {
        Length::Fixed(limit) => format!("exactly {limit}"),
        Length::Llvar(limit) | Length::Lllvar(limit) => format!("at most {limit}"),
    }
}

impl Message {
    /// The message in bytes, without what goes before it on the wire ([`super::Envelope::frame`]).
    ///
    /// # Errors
    ///
    /// Names the first field whose text does not fit its format, or the length of the whole.
    pub fn encode(&self, dialect: &Dialect) -> Result<Vec<u8>, CodecError> {
        write(self.mti(), self.field_set(), dialect, MESSAGE_LENGTH_MAX)
    }

    /// Reads a message from bytes without what goes before it. Card data in clear is replaced by stars.
    ///
    /// # Errors
    ///
    /// Names the first part that does not follow the dialect.
    pub fn decode(bytes: &[u8], dialect: &Dialect) -> Result<Self, CodecError> {
        let (mti, fields) = read(bytes, dialect, MESSAGE_LENGTH_MAX, CardData::Masked)?;
        Ok(Self::of_masked(mti, fields))
    }
}

/// Any fields in bytes, those of [`super::CARD_DATA_FIELDS`] among them: for the command that turns messages into JSON
/// and back, which sends nothing and keeps nothing. All else goes through [`Message`].
///
/// # Errors
///
/// Names the first field that the dialect does not know or whose text does not fit its format.
pub fn encode_clear(mti: Mti, fields: &FieldSet, dialect: &Dialect) -> Result<Vec<u8>, CodecError> {
    write(mti, fields, dialect, CLEAR_LENGTH_MAX)
}

/// The opposite of [`encode_clear`].
///
/// # Errors
///
/// Names the first part that does not follow the dialect.
pub fn decode_clear(bytes: &[u8], dialect: &Dialect) -> Result<(Mti, FieldSet), CodecError> {
    read(bytes, dialect, CLEAR_LENGTH_MAX, CardData::Clear)
}

#[cfg(test)]
mod tests;
