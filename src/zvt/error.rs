//! What is wrong with bytes that are no ZVT message, or with a message that cannot be written. No content is shown.

use super::apdu::APDU_DATA_MAX;
use super::tlv::TLV_DEPTH_MAX;

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What stands before the BMPs.
    Head(&'static str),
    /// A BMP, or the length before its value.
    Bmp(u8),
    /// A data object of a TLV container, or its length.
    Tlv(u32),
    /// The tag of a data object.
    TlvTag,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Head(what) => f.write_str(what),
            Self::Bmp(bmp) => write!(f, "BMP {bmp:02X}"),
            Self::Tlv(tag) => write!(f, "TLV tag {tag:02X}"),
            Self::TlvTag => f.write_str("a TLV tag"),
        }
    }
}

/// Why bytes cannot be read or a message cannot be written. Offsets count from the first byte of the APDU's data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZvtError {
    /// The data ends too early.
    #[error("the data ends within {part} at byte {at}: {needed} bytes are needed, {left} are left")]
    Truncated {
        /// Where it ends.
        part: Part,
        /// The offset.
        at: usize,
        /// What the part needs.
        needed: usize,
        /// What there is.
        left: usize,
    },
    /// A BMP the table does not have; its length is unknown, so nothing after it can be read.
    #[error("BMP {bmp:02X} at byte {at} is not in the protocol's table; its length is unknown")]
    UnknownBmp {
        /// The BMP.
        bmp: u8,
        /// The offset.
        at: usize,
    },
    /// A BMP that is there twice: which one counts nobody can tell.
    #[error("BMP {bmp:02X} is there a second time at byte {at}")]
    Twice {
        /// The BMP.
        bmp: u8,
        /// The offset of the second.
        at: usize,
    },
    /// A length of an LLVAR or LLLVAR that is not made of F0 to F9.
    #[error("the length before BMP {bmp:02X} at byte {at} must be {digits} bytes from F0 to F9")]
    LengthDigits {
        /// The BMP.
        bmp: u8,
        /// The offset.
        at: usize,
        /// How many there should be.
        digits: usize,
    },
    /// A value that is not as long as the table says, or longer than its length can say.
    #[error("{part} has {length} bytes; it must have {limit}")]
    Length {
        /// Which.
        part: Part,
        /// How long it is.
        length: usize,
        /// What is allowed.
        limit: &'static str,
    },
    /// A tag of more than four bytes.
    #[error("the TLV tag at byte {at} has more than four bytes")]
    TlvTag {
        /// The offset within the container.
        at: usize,
    },
    /// A length of a data object in none of the three forms (00 to 7F, 81, 82).
    #[error("the length {found:02X} of TLV tag {tag:02X} is none of 00 to 7F, 81 and 82")]
    TlvLength {
        /// The tag.
        tag: u32,
        /// The first byte of the length.
        found: u8,
    },
    /// Containers within containers, too deep.
    #[error("TLV containers are nested deeper than {TLV_DEPTH_MAX}")]
    TlvDepth,
    /// A number in BCD with a half byte above 9.
    #[error("{part} must hold decimal digits only")]
    Digits {
        /// Which.
        part: Part,
    },
    /// A number that has no place in the field.
    #[error("{part} can hold at most {digits} digits")]
    TooLarge {
        /// Which.
        part: Part,
        /// How many digits it has.
        digits: usize,
    },
    /// Longer than the length field can say.
    #[error("an APDU with {length} bytes of data; at most {APDU_DATA_MAX} are possible")]
    TooLong {
        /// How long it is.
        length: usize,
    },
    /// The message needs a password and none was given.
    #[error("this command is sent with a password, and none was given")]
    NoPassword,
    /// Something the meaning needs is not there.
    #[error("the message has no {0}")]
    Missing(&'static str),
}
