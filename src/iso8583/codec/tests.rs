mod damage;
mod random;

use super::super::dialect::{Numbers, OddDigit};
use super::super::message::{FIELD_MAX, FIELD_MIN};
use super::*;

const DIALECT: Dialect = Dialect::ASCII_1987;

fn message(fields: &[(u8, &str)]) -> Message {
    let mut message = Message::new(Mti::NETWORK);
    for (number, text) in fields {
        message.set(*number, *text).unwrap();
    }
    message
}

/// Written by hand from the standard: MTI, two bitmaps (DE 1 marks the second), DE 7, 11 and 70.
#[test]
fn an_echo_is_these_bytes() {
    let echo = message(&[(7, "1126103000"), (11, "000001"), (70, "301")]);
    let mut expected = b"0800".to_vec();
    expected.extend([0x82, 0x20, 0, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend(b"1126103000000001301");
    assert_eq!(echo.encode(&DIALECT).unwrap(), expected);
    assert_eq!(Message::decode(&expected, &DIALECT).unwrap(), echo);
}

#[test]
fn every_way_a_field_can_be_wrong_is_refused_by_name() {
    let long = "x".repeat(1_000);
    for (field, text, says) in [
        (4, "1", "DE 4 has a length of 1; it must be exactly 12 characters"),
        (4, "00000000000x", "DE 4 must hold digits only"),
        (37, "ABCDEFGHIJK-", "DE 37 must hold letters, digits and blanks only"),
        (41, "TILL001\u{e9}", "DE 41 has a length of 9"),
        (44, "12345678901234567890123456", "DE 44 has a length of 26; it must be at most 25 characters"),
        (46, long.as_str(), "DE 46 has a length of 1000; it must be at most 999 characters"),
        (55, &"00".repeat(1_000), "DE 55 has a length of 1000; it must be at most 999 bytes"),
        (63, "a\nb", "DE 63 must hold printable ASCII only"),
        (64, "00", "DE 64 has a length of 1; it must be exactly 8 bytes"),
        (55, "0", "DE 55 must hold an even number of hexadecimal digits"),
        (97, "X0000000000000001", "DE 97 must hold C or D and then digits"),
    ] {
        let error = message(&[(field, text)]).encode(&DIALECT).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn bytes_that_break_the_dialect_are_refused_by_name() {
    let bitmap = |bits: [u8; 8]| [b"0800".as_slice(), &bits].concat();
    let with = |bits, rest: &[u8]| [bitmap(bits), rest.to_vec()].concat();
    for (bytes, says) in [
        (b"080".to_vec(), "the message ends within the message type: 4 bytes are needed, 3 are left"),
        (b"08O0\0\0\0\0\0\0\0\0".to_vec(), "message type “08O0”"),
        (b"0800\0\0\0".to_vec(), "within the bitmap"),
        (bitmap([0x80, 0, 0, 0, 0, 0, 0, 0]), "within the bitmap: 8 bytes are needed, 0 are left"),
        (with([0, 0x20, 0, 0, 0, 0, 0, 0], b"00001"), "within DE 11: 6 bytes are needed, 5 are left"),
        (with([0, 0x20, 0, 0, 0, 0, 0, 0], b"0000011"), "1 bytes are left over"),
        (with([0, 0, 0, 0, 0, 0, 0, 2], b"0x1a"), "the length before DE 63 must be 3 digits"),
        (with([0, 0, 0, 0, 0, 0x10, 0, 0], b"26aaaaaaaaaaaaaaaaaaaaaaaaaa"), "DE 44 has a length of 26"),
        (vec![0; MESSAGE_LENGTH_MAX + 1], "at most 8192 are possible"),
    ] {
        let error = Message::decode(&bytes, &DIALECT).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn card_data_a_host_sends_in_clear_is_not_kept() {
    let mut bytes = b"0210".to_vec();
    bytes.extend([0x40, 0x04, 0, 0, 0, 0, 0, 0]);
    bytes.extend(b"1641111111111111112911");
    let read = Message::decode(&bytes, &DIALECT).unwrap();
    assert_eq!((read.field(2), read.field(14)), (Some("****************"), Some("****")));
}

#[test]
fn a_message_longer_than_any_is_refused() {
    let long = "x".repeat(999);
    let fields: Vec<(u8, &str)> = (105..=114).map(|number| (number, long.as_str())).collect();
    assert!(matches!(message(&fields).encode(&DIALECT), Err(CodecError::TooLong { .. })));
}

/// Written by hand: what the two encodings make of the same binary fields.
#[test]
fn binary_fields_are_bytes_or_upper_case_digits() {
    let given = message(&[(11, "000001"), (55, "9f2701a0"), (64, "00112233445566ff")]);
    let raw = [
        b"0800".as_slice(),
        &[0, 0x20, 0, 0, 0, 0, 2, 1],
        b"000001004",
        &[0x9f, 0x27, 0x01, 0xa0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0xff],
    ];
    let hex = b"080000200000000002010000010089F2701A000112233445566FF";
    assert_eq!(given.encode(&DIALECT).unwrap(), raw.concat());
    assert_eq!(given.encode(&Dialect::ASCII_1987_HEX).unwrap(), hex);
    let upper = message(&[(11, "000001"), (55, "9F2701A0"), (64, "00112233445566FF")]);
    assert_eq!(Message::decode(&raw.concat(), &DIALECT), Ok(upper.clone()));
    assert_eq!(Message::decode(hex, &Dialect::ASCII_1987_HEX), Ok(upper));
}

/// Written by hand: digits in BCD, text in ASCII.
#[test]
fn packed_digits_are_these_bytes() {
    let dialect = Dialect { numbers: Numbers::Bcd { odd: OddDigit::FAfter }, ..DIALECT };
    let given =
        message(&[(4, "000000004890"), (22, "012"), (28, "D00000150"), (32, "12345"), (41, "TILL0010"), (63, "abc")]);
    let expected = [
        [8, 0, 0x10, 0, 0x04, 0x11, 0, 0x80, 0, 2].as_slice(),
        &[0, 0, 0, 0, 0x48, 0x90, 0x00, 0x12, b'D', 0, 0, 1, 0x50, 0x05, 0x12, 0x34, 0x5f],
        b"TILL0010",
        &[0, 3],
        b"abc",
    ];
    assert_eq!(given.encode(&dialect).unwrap(), expected.concat());
    assert_eq!(Message::decode(&expected.concat(), &dialect), Ok(given));
    for (place, byte, says) in [
        (0, 0xa8, "message type"),
        (10, 0x0a, "DE 4 must hold digits only"),
        (16, 0x10, "DE 22 must hold digits only"),
        (18, b'E', "DE 28 must hold C or D"),
        (23, 0x1a, "the length before DE 32 must be 2 digits"),
        (26, 0x51, "DE 32 must hold digits only"),
    ] {
        let mut wrong = expected.concat();
        wrong[place] = byte;
        let error = Message::decode(&wrong, &dialect).unwrap_err().to_string();
        assert!(error.contains(says), "byte {place}: {error}");
    }
}

#[test]
fn the_clear_functions_keep_card_data_and_take_every_field_at_its_longest() {
    let bytes = b"02004000000000000000164111111111111111";
    let (mti, fields) = decode_clear(bytes, &Dialect::ASCII_1987_HEX).unwrap();
    assert_eq!((mti, fields.get(2)), (Mti::PURCHASE, Some("4111111111111111")));
    assert_eq!(encode_clear(mti, &fields, &Dialect::ASCII_1987_HEX).unwrap(), bytes);
    for dialect in [DIALECT, Dialect::ASCII_1987_HEX] {
        let mut full = FieldSet::new();
        for number in FIELD_MIN..=FIELD_MAX {
            let format = dialect.format(number).unwrap();
            let text = match format.content {
                Content::Signed => format!("C{}", "0".repeat(format.length.limit() - 1)),
                // 999 is odd: of 999 digits in hexadecimal one stays unused.
                Content::Binary if dialect.binary == Bytes::Hex => "0".repeat(format.length.limit() / 2 * 2),
                Content::Binary => "00".repeat(format.length.limit()),
                Content::Numeric | Content::Alphanumeric | Content::Special | Content::Track => {
                    "0".repeat(format.length.limit())
                }
            };
            full.set(number, &text);
        }
        let bytes = encode_clear(Mti::PURCHASE, &full, &dialect).unwrap();
        assert_eq!(decode_clear(&bytes, &dialect), Ok((Mti::PURCHASE, full)));
    }
}
