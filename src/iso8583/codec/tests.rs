use proptest::prelude::*;

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
    for (field, text, says) in [
        (4, "1", "DE 4 has a length of 1; it must be exactly 12"),
        (4, "00000000000x", "DE 4 must hold digits only"),
        (37, "ABCDEFGHIJK-", "DE 37 must hold letters, digits and blanks only"),
        (41, "TILL001\u{e9}", "DE 41 has a length of 9"),
        (44, "12345678901234567890123456", "DE 44 has a length of 26; it must be at most 25"),
        (63, "a\nb", "DE 63 must hold printable ASCII only"),
        (64, "00", "DE 64 has a length of 1; it must be exactly 8"),
        (64, "0", "DE 64 must hold an even number of hexadecimal digits"),
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

/// Text that fits a field's format.
fn fitting(format: FieldFormat) -> BoxedStrategy<String> {
    let count = match format.length {
        Length::Fixed(length) => length..=length,
        Length::Llvar(limit) | Length::Lllvar(limit) => 0..=limit.min(60),
    };
    let repeat = |class: &str| format!("{class}{{{},{}}}", count.start(), count.end());
    let class = match format.content {
        Content::Numeric => repeat("[0-9]"),
        Content::Alphanumeric => repeat("[A-Za-z0-9 ]"),
        Content::Special | Content::Track => repeat("[ -~]"),
        Content::Signed => format!("[CD][0-9]{{{}}}", count.end() - 1),
        Content::Binary => repeat("(0[0-9A-F]|[1-9A-F][0-9A-F])"),
    };
    proptest::string::string_regex(&class).unwrap().boxed()
}

fn any_message() -> impl Strategy<Value = Message> {
    let numbers: Vec<u8> = (FIELD_MIN..=FIELD_MAX).filter(|number| !CARD_DATA_FIELDS.contains(number)).collect();
    let fields = proptest::sample::subsequence(numbers, 0..24).prop_flat_map(|numbers| {
        let fields = numbers
            .into_iter()
            .map(|number| fitting(DIALECT.format(number).unwrap()).prop_map(move |text| (number, text)));
        fields.collect::<Vec<_>>()
    });
    ("[0-9]{4}", fields).prop_map(|(mti, fields)| {
        let mut message = Message::new(mti.parse().unwrap());
        for (number, text) in fields {
            message.set(number, text).unwrap();
        }
        message
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(message in any_message()) {
        let bytes = message.encode(&DIALECT).unwrap();
        prop_assert_eq!(Message::decode(&bytes, &DIALECT).unwrap(), message);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Message::decode(&bytes, &DIALECT);
    }

    /// Bytes that begin like a message reach the fields, which random ones hardly do.
    #[test]
    fn any_bytes_after_a_good_start_are_read_or_refused(
        message in any_message(), cut in 0..400_usize, change in any::<(usize, u8)>(),
    ) {
        let mut bytes = message.encode(&DIALECT).unwrap();
        let place = change.0 % bytes.len();
        bytes[place] = change.1;
        bytes.truncate(bytes.len().saturating_sub(cut % 7));
        if let Ok(read) = Message::decode(&bytes, &DIALECT) {
            let masked = read.fields().any(|(number, _)| CARD_DATA_FIELDS.contains(&number));
            prop_assert!(masked || read.encode(&DIALECT).unwrap() == bytes);
        }
    }
}
