//! The BMPs: what a field is, how long it is, and a list of them read and written.

use std::fmt;

use super::bcd::bcd_number;
use super::error::{Part, ZvtError};
use super::tlv;

/// The most bytes of one value; what an LLLVAR or the container can say is less or equal.
pub const BMP_DATA_MAX: usize = 0xffff;

/// BMPs whose values are card data: masked while they are read, so that nothing behind the codec ever holds them.
///
/// Expiry, number, tracks 2, 3 and 1, chip data, check value, chip file id, PIN data.
pub const CARD_DATA_BMPS: [u8; 9] = [0x0e, 0x22, 0x23, 0x24, 0x2d, 0x2e, 0x3a, 0xa7, 0xd1];

/// The digits of a card number that stay.
const LAST_DIGITS: usize = 4;

/// The half byte that stands for a masked digit (13.13, BMP 22).
const MASKED: u8 = 0x0e;
/// The half byte that fills up an odd number of digits.
const FILLER: u8 = 0x0f;

/// How long the value of a BMP is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Always this many bytes.
    Fixed(usize),
    /// Two bytes F0 to F9 before it.
    Llvar,
    /// Three bytes F0 to F9 before it.
    Lllvar,
    /// A length in the form of TLV before it.
    Tlv,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BmpFormat {
    /// The BMP.
    pub bmp: u8,
    /// How long its value is.
    pub length: Length,
    /// What it is.
    pub name: &'static str,
}

const fn fixed(bmp: u8, bytes: usize, name: &'static str) -> BmpFormat {
    BmpFormat { bmp, length: Length::Fixed(bytes), name }
}

const fn ll(bmp: u8, name: &'static str) -> BmpFormat {
    BmpFormat { bmp, length: Length::Llvar, name }
}

const fn lll(bmp: u8, name: &'static str) -> BmpFormat {
    BmpFormat { bmp, length: Length::Lllvar, name }
}

/// All BMPs (PA00P015 13.13, chapter 13; 4C and 92 from revision 13.06), ascending.
const FORMATS: [BmpFormat; 77] = [
    fixed(0x01, 1, "time-out"),
    fixed(0x02, 1, "number of status informations"),
    fixed(0x03, 1, "service byte"),
    fixed(0x04, 6, "amount"),
    fixed(0x05, 1, "pump"),
    BmpFormat { bmp: 0x06, length: Length::Tlv, name: "TLV container" },
    fixed(0x0b, 3, "trace number"),
    fixed(0x0c, 3, "time"),
    fixed(0x0d, 2, "date"),
    fixed(0x0e, 2, "expiry"),
    fixed(0x17, 2, "card sequence number"),
    fixed(0x19, 1, "status byte or type"),
    ll(0x22, "card number"),
    ll(0x23, "track 2"),
    lll(0x24, "track 3"),
    fixed(0x27, 1, "result code"),
    fixed(0x29, 4, "terminal id"),
    fixed(0x2a, 15, "merchant number"),
    ll(0x2d, "track 1"),
    lll(0x2e, "synchronous chip data"),
    fixed(0x37, 3, "trace number of the original"),
    fixed(0x3a, 2, "check value"),
    fixed(0x3b, 8, "authorisation attribute"),
    lll(0x3c, "additional text"),
    fixed(0x3d, 3, "password"),
    fixed(0x49, 2, "currency"),
    ll(0x4c, "blocked goods groups"),
    lll(0x60, "totals"),
    fixed(0x70, 4, "image request"),
    fixed(0x71, 4, "image size"),
    fixed(0x72, 1, "image type"),
    fixed(0x73, 1, "image encoding"),
    fixed(0x74, 1, "image chunks"),
    fixed(0x75, 1, "image chunk"),
    fixed(0x76, 1, "image persistence"),
    fixed(0x87, 2, "receipt number"),
    fixed(0x88, 3, "turnover number"),
    fixed(0x8a, 1, "card type"),
    ll(0x8b, "card name"),
    fixed(0x8c, 1, "card type of the network operator"),
    lll(0x92, "chip offline data"),
    lll(0x9a, "GeldKarte record"),
    fixed(0xa0, 1, "result code of the host"),
    ll(0xa7, "chip file id"),
    fixed(0xaa, 3, "date with year"),
    lll(0xaf, "chip file"),
    fixed(0xba, 5, "AID parameter"),
    fixed(0xd0, 1, "key algorithm"),
    ll(0xd1, "PIN data"),
    fixed(0xd2, 1, "card output direction"),
    fixed(0xd3, 1, "DUKPT key"),
    fixed(0xe0, 1, "input length, least"),
    ll(0xe1, "text 2 line 1"),
    ll(0xe2, "text 2 line 2"),
    ll(0xe3, "text 2 line 3"),
    ll(0xe4, "text 2 line 4"),
    ll(0xe5, "text 2 line 5"),
    ll(0xe6, "text 2 line 6"),
    ll(0xe7, "text 2 line 7"),
    ll(0xe8, "text 2 line 8"),
    fixed(0xe9, 1, "input length, most"),
    fixed(0xea, 1, "input echo"),
    fixed(0xeb, 8, "MAC"),
    fixed(0xf0, 1, "display duration"),
    ll(0xf1, "text 1 line 1"),
    ll(0xf2, "text 1 line 2"),
    ll(0xf3, "text 1 line 3"),
    ll(0xf4, "text 1 line 4"),
    ll(0xf5, "text 1 line 5"),
    ll(0xf6, "text 1 line 6"),
    ll(0xf7, "text 1 line 7"),
    ll(0xf8, "text 1 line 8"),
    fixed(0xf9, 1, "beeps"),
    fixed(0xfa, 1, "card reader activation"),
    fixed(0xfb, 1, "confirmation"),
    fixed(0xfc, 1, "dialogue control"),
    fixed(0xfd, 1, "display device"),
];

/// The row of a BMP.
#[must_use]
pub fn format(bmp: u8) -> Option<BmpFormat> {
    FORMATS.into_iter().find(|row| row.bmp == bmp)
}

/// One BMP and its value; what is card data in it is masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// The BMP.
    pub bmp: u8,
    /// The value, without the length before it.
    pub value: Vec<u8>,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}({})", self.bmp, self.value.len())
    }
}

/// The BMPs of a message in their order, each at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

impl Fields {
    /// Reads BMPs to the end of the data; `from` is where in the data they begin. Card data is masked.
    ///
    /// # Errors
    ///
    /// Names the first BMP that is unknown, there twice, or not whole, and its offset.
    pub fn read(data: &[u8], from: usize) -> Result<Self, ZvtError> {
        let mut fields = Self::default();
        let mut rest = data.get(from..).unwrap_or_default();
        while let [bmp, after @ ..] = rest {
            let at = data.len() - rest.len();
            let row = format(*bmp).ok_or(ZvtError::UnknownBmp { bmp: *bmp, at })?;
            let (length, after) = read_length(row, after, at)?;
            let part = Part::Bmp(*bmp);
            let left = after.len();
            let split = after.split_at_checked(length);
            let (value, after) = split.ok_or(ZvtError::Truncated { part, at, needed: length, left })?;
            if fields.get(*bmp).is_some() {
                return Err(ZvtError::Twice { bmp: *bmp, at });
            }
            let mut value = value.to_vec();
            mask(*bmp, &mut value);
            fields.0.push(Field { bmp: *bmp, value });
            rest = after;
        }
        Ok(fields)
    }

    /// Appends the BMPs as bytes.
    ///
    /// # Errors
    ///
    /// Names the first BMP whose value does not have the length of the table.
    pub fn write(&self, bytes: &mut Vec<u8>) -> Result<(), ZvtError> {
        for Field { bmp, value } in &self.0 {
            let row = format(*bmp).ok_or(ZvtError::UnknownBmp { bmp: *bmp, at: bytes.len() })?;
            bytes.push(*bmp);
            write_length(row, value.len(), bytes)?;
            bytes.extend_from_slice(value);
        }
        Ok(())
    }

    /// Adds a BMP, or replaces its value.
    #[must_use]
    pub fn with(mut self, bmp: u8, value: impl Into<Vec<u8>>) -> Self {
        let value = value.into();
        match self.0.iter_mut().find(|field| field.bmp == bmp) {
            Some(field) => field.value = value,
            None => self.0.push(Field { bmp, value }),
        }
        self
    }

    /// The value of a BMP.
    #[must_use]
    pub fn get(&self, bmp: u8) -> Option<&[u8]> {
        self.0.iter().find(|field| field.bmp == bmp).map(|field| field.value.as_slice())
    }

    /// The value of a BMP that is one byte.
    #[must_use]
    pub fn byte(&self, bmp: u8) -> Option<u8> {
        self.get(bmp).and_then(|value| value.first().copied())
    }

    /// The number in a BMP of decimal digits.
    ///
    /// # Errors
    ///
    /// It is there and holds something else.
    pub fn number(&self, bmp: u8) -> Result<Option<u64>, ZvtError> {
        self.get(bmp).map(|value| bcd_number(value, Part::Bmp(bmp))).transpose()
    }

    /// All BMPs, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Field> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn read_length(row: BmpFormat, bytes: &[u8], at: usize) -> Result<(usize, &[u8]), ZvtError> {
    let digits = match row.length {
        Length::Fixed(length) => return Ok((length, bytes)),
        Length::Tlv => return tlv::read_length(bytes, u32::from(row.bmp), at),
        Length::Llvar => 2,
        Length::Lllvar => 3,
    };
    read_digits(bytes, digits, row.bmp, at)
}

/// A length made of bytes F0 to F9, and what comes after it.
pub(super) fn read_digits(bytes: &[u8], digits: usize, bmp: u8, at: usize) -> Result<(usize, &[u8]), ZvtError> {
    let left = bytes.len();
    let split = bytes.split_at_checked(digits);
    let (length, rest) = split.ok_or(ZvtError::Truncated { part: Part::Bmp(bmp), at, needed: digits, left })?;
    let mut number = 0;
    for byte in length {
        match byte {
            0xf0..=0xf9 => number = number * 10 + usize::from(byte & 0x0f),
            _ => return Err(ZvtError::LengthDigits { bmp, at, digits }),
        }
    }
    Ok((number, rest))
}

fn write_length(row: BmpFormat, length: usize, bytes: &mut Vec<u8>) -> Result<(), ZvtError> {
    let part = Part::Bmp(row.bmp);
    match row.length {
        Length::Fixed(fixed) if fixed == length => Ok(()),
        Length::Fixed(_) => Err(ZvtError::Length { part, length, limit: "exactly the bytes of the table" }),
        Length::Tlv => tlv::push_length(bytes, length, part),
        Length::Llvar => write_digits(bytes, length, 2, part),
        Length::Lllvar => write_digits(bytes, length, 3, part),
    }
}

/// Appends a length as bytes F0 to F9.
pub(super) fn write_digits(bytes: &mut Vec<u8>, length: usize, digits: u32, part: Part) -> Result<(), ZvtError> {
    if length >= 10_usize.pow(digits) {
        let limit = if digits == 2 { "at most 99" } else { "at most 999" };
        return Err(ZvtError::Length { part, length, limit });
    }
    for place in (0..digits).rev() {
        // The remainder of a division by ten fits a byte.
        bytes.push(0xf0 | u8::try_from(length / 10_usize.pow(place) % 10).unwrap_or(0));
    }
    Ok(())
}

/// Masks card data in place: of the card number the last four digits stay, of everything else nothing.
fn mask(bmp: u8, value: &mut [u8]) {
    if !CARD_DATA_BMPS.contains(&bmp) {
        return;
    }
    let stay = if bmp == super::bmps::CARD_NUMBER { LAST_DIGITS } else { 0 };
    let halves: usize = value.len() * 2;
    let filled = value.last().is_some_and(|byte| byte & 0x0f == FILLER);
    let digits = if filled { halves - 1 } else { halves };
    let masked = digits.saturating_sub(stay);
    for place in 0..digits {
        let (byte, high) = (place / 2, place % 2 == 0);
        // A number so short that four digits would be most of it is none; nothing of it stays.
        if place < masked || digits < 2 * LAST_DIGITS {
            value[byte] = if high { value[byte] & 0x0f | MASKED << 4 } else { value[byte] & 0xf0 | MASKED };
        }
    }
}

#[cfg(test)]
mod tests;
