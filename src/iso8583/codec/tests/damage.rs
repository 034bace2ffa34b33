//! Damaged messages: each is refused with one sentence, or is another message that is written the same again.

use proptest::prelude::*;

use super::super::super::dialect::{Numbers, OddDigit};
use super::super::super::message::{FIELD_MAX, FIELD_MIN};
use super::super::*;
use super::random::{any_dialect, any_fields};

/// Reads, and when that succeeds writes again. Hexadecimal digits may have been lower-case, and a packed track has no
/// `D` of its own; so it is what is read from that which has to be the same.
fn read_or_refuse(bytes: &[u8], dialect: &Dialect) -> Result<(), TestCaseError> {
    match decode_clear(bytes, dialect) {
        Err(error) => {
            let said = error.to_string();
            prop_assert!(!said.is_empty() && said.lines().count() == 1 && said.len() < 200, "{}", said);
        }
        Ok((mti, fields)) => {
            let again = encode_clear(mti, &fields, dialect).unwrap();
            prop_assert_eq!(decode_clear(&again, dialect), Ok((mti, fields)));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(dialect in any_dialect(), bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_or_refuse(&bytes, &dialect)?;
    }

    /// Bytes that begin like a message reach the fields, which random ones hardly do.
    #[test]
    fn a_changed_byte_is_read_or_refused((dialect, mti, fields) in any_fields(true), at in any::<(usize, u8)>()) {
        let mut bytes = encode_clear(mti, &fields, &dialect).unwrap();
        let place = at.0 % bytes.len();
        bytes[place] = at.1;
        read_or_refuse(&bytes, &dialect)?;
    }

    /// The bitmap says what follows, so half a message and one with a tail are never messages.
    #[test]
    fn half_a_message_and_one_with_a_tail_are_refused(
        (dialect, mti, fields) in any_fields(true), cut in any::<usize>(), tail in 1..100_usize,
    ) {
        let bytes = encode_clear(mti, &fields, &dialect).unwrap();
        let half = &bytes[..cut % bytes.len()];
        prop_assert!(decode_clear(half, &dialect).is_err());
        let longer = [bytes, vec![b'0'; tail]].concat();
        prop_assert_eq!(decode_clear(&longer, &dialect), Err(CodecError::LeftOver { bytes: tail }));
    }

    /// A bit that is turned announces a field that is not there, or hides one that is.
    #[test]
    fn a_wrong_bitmap_is_read_or_refused((dialect, mti, fields) in any_fields(true), bit in 0..128_usize) {
        let mut bytes = encode_clear(mti, &fields, &Dialect { bitmap: Bytes::Raw, ..dialect.clone() }).unwrap();
        let dialect = Dialect { bitmap: Bytes::Raw, ..dialect };
        let start = if dialect.numbers == Numbers::Ascii { 4 } else { 2 };
        if let Some(byte) = bytes.get_mut(start + bit / 8) {
            *byte ^= 0x80 >> (bit % 8);
        }
        read_or_refuse(&bytes, &dialect)?;
    }
}

/// For each variable field: a length that is no number, longer than the field may be, or past the end of the message.
#[test]
fn every_length_that_is_wrong_is_refused() {
    for number in FIELD_MIN..=FIELD_MAX {
        let format = Dialect::ASCII_1987_HEX.format(number).unwrap();
        let mut bits = [0_u8; 16];
        bits[0] = 0x80;
        bits[usize::from((number - 1) / 8)] |= 0x80 >> ((number - 1) % 8);
        let start = [b"0200".as_slice(), &bits].concat();
        let read = |rest: &str| {
            let bytes = [start.as_slice(), rest.as_bytes()].concat();
            decode_clear(&bytes, &Dialect::ASCII_1987).map(drop)
        };
        let field = number;
        let limit = format.length.limit();
        let (digits, content) = (format.length.prefix_digits(), format.content);
        if digits == 0 {
            let needed = Dialect::ASCII_1987.format(number).unwrap().length.limit();
            let part = Part::Field(number);
            assert_eq!(read(""), Err(CodecError::Truncated { part, needed, left: 0 }), "DE {number}");
            continue;
        }
        let truncated = |needed, left| Err(CodecError::Truncated { part: Part::Field(field), needed, left });
        assert_eq!(read("0"), truncated(digits, 1), "DE {number}");
        for wrong in ["x", "-", " ", "+"] {
            let text = format!("{wrong}{}", "0".repeat(digits - 1));
            assert_eq!(read(&text), Err(CodecError::LengthDigits { field, digits }), "DE {number} {wrong:?}");
        }
        assert_eq!(read(&format!("{limit:0digits$}")), truncated(limit, 0), "DE {number}");
        if limit < 99 || limit != 999 && digits == 3 {
            let length = limit + 1;
            let allowed = format.length;
            let unit = if content == Content::Binary { Unit::Bytes } else { Unit::Characters };
            let text = format!("{length:0digits$}{}", "0".repeat(length));
            assert_eq!(read(&text), Err(CodecError::Length { field, length, allowed, unit }), "DE {number}");
        }
    }
}

#[test]
fn bombs_are_refused_at_their_first_field() {
    let full = [b"0200".as_slice(), &[0xff; 16]].concat();
    let truncated = |field, needed, left| Err(CodecError::Truncated { part: Part::Field(field), needed, left });
    assert_eq!(decode_clear(&full, &Dialect::ASCII_1987), truncated(2, 2, 0));
    let zeros = [full, b"0".repeat(60_000)].concat();
    let rest = decode_clear(&zeros, &Dialect::ASCII_1987).map(drop);
    assert_eq!(rest, Err(CodecError::Content { field: 28, content: Content::Signed }), "an amount without its sign");
    for (bytes, says) in [
        (b"".as_slice(), "the message ends within the message type: 4 bytes are needed, 0 are left"),
        (b"0200", "the message ends within the bitmap: 16 bytes are needed, 0 are left"),
        (b"0200400000000000000", "within the bitmap"),
        (b"020040000000000000G0", "the bitmap must be 16 hexadecimal digits"),
        (b"0200C000000000000000", "the message ends within the bitmap: 16 bytes are needed, 0 are left"),
        (b"02000000000000000200003ABC", "the length before DE 55 is 3; two hexadecimal digits make a byte"),
        (b"02000000000000000001000000000000000G", "DE 64 must hold an even number of hexadecimal digits"),
    ] {
        let error = decode_clear(bytes, &Dialect::ASCII_1987_HEX).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let long = vec![b'0'; CLEAR_LENGTH_MAX + 1];
    let too_long = Err(CodecError::TooLong { bytes: long.len(), limit: CLEAR_LENGTH_MAX });
    assert_eq!(decode_clear(&long, &Dialect::ASCII_1987), too_long);
}

/// An empty second bitmap is allowed: some systems always send one.
#[test]
fn a_second_bitmap_may_be_empty() {
    let bytes = b"080080200000000000000000000000000000000001";
    let (_, fields) = decode_clear(bytes, &Dialect::ASCII_1987_HEX).unwrap();
    assert_eq!(fields.iter().collect::<Vec<_>>(), [(11, "000001")]);
    let packed = Dialect { numbers: Numbers::Bcd { odd: OddDigit::FAfter }, ..Dialect::ASCII_1987 };
    let bytes = [8, 0, 0x80, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert_eq!(decode_clear(&bytes, &packed).unwrap().1, fields);
}
