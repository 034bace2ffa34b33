//! Random messages in every dialect: what is written is read back.

use proptest::prelude::*;

use super::super::super::dialect::{Numbers, OddDigit};
use super::super::super::formats::FieldFormat;
use super::super::super::message::{CARD_DATA_FIELDS, FIELD_MAX, FIELD_MIN};
use super::super::*;

/// Every dialect a setting can make.
pub(super) fn any_dialect() -> impl Strategy<Value = Dialect> {
    let bytes = || prop_oneof![Just(Bytes::Raw), Just(Bytes::Hex)];
    let numbers = prop_oneof![
        3 => Just(Numbers::Ascii),
        1 => Just(Numbers::Bcd { odd: OddDigit::ZeroBefore }),
        1 => Just(Numbers::Bcd { odd: OddDigit::ZeroAfter }),
        1 => Just(Numbers::Bcd { odd: OddDigit::FAfter }),
    ];
    (bytes(), bytes(), numbers).prop_map(|(bitmap, binary, numbers)| Dialect {
        bitmap,
        binary,
        numbers,
        ..Dialect::ASCII_1987
    })
}

/// Text that fits a field's format. A track has `=` and no `D`, which packed digits cannot tell apart.
fn fitting(format: FieldFormat, dialect: &Dialect) -> BoxedStrategy<String> {
    let (least, most) = match format.length {
        Length::Fixed(length) => (length, length),
        Length::Llvar(limit) | Length::Lllvar(limit) => (0, limit.min(120)),
    };
    let repeat = |class: &str, least, most| format!("{class}{{{least},{most}}}");
    let class = match format.content {
        Content::Numeric => repeat("[0-9]", least, most),
        Content::Alphanumeric => repeat("[A-Za-z0-9 ]", least, most),
        Content::Special => repeat("[ -~]", least, most),
        Content::Track => repeat("[0-?]", least, most),
        Content::Signed => repeat("[CD][0-9]", least - 1, most - 1),
        Content::Binary if dialect.binary == Bytes::Hex => repeat("([0-9A-F][0-9A-F])", least / 2, most / 2),
        Content::Binary => repeat("([0-9A-F][0-9A-F])", least, most),
    };
    proptest::string::string_regex(&class).unwrap().boxed()
}

/// A dialect, and fields that it can carry; those with card data in clear only when asked for.
pub(super) fn any_fields(clear: bool) -> impl Strategy<Value = (Dialect, Mti, FieldSet)> {
    let numbers = (FIELD_MIN..=FIELD_MAX).filter(move |number| clear || !CARD_DATA_FIELDS.contains(number));
    let numbers: Vec<u8> = numbers.collect();
    (any_dialect(), "[0-9]{4}", proptest::sample::subsequence(numbers, 0..24)).prop_flat_map(
        |(dialect, mti, numbers)| {
            let text = |number| fitting(dialect.format(number).unwrap(), &dialect);
            let texts: Vec<_> =
                numbers.into_iter().map(|number| text(number).prop_map(move |text| (number, text))).collect();
            (Just(dialect.clone()), Just(mti.parse().unwrap()), texts).prop_map(|(dialect, mti, texts)| {
                let mut fields = FieldSet::new();
                for (number, text) in &texts {
                    fields.set(*number, text);
                }
                (dialect, mti, fields)
            })
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back((dialect, mti, fields) in any_fields(true)) {
        let bytes = encode_clear(mti, &fields, &dialect).unwrap();
        prop_assert_eq!(decode_clear(&bytes, &dialect), Ok((mti, fields)));
    }

    #[test]
    fn a_message_is_written_like_its_fields((dialect, mti, fields) in any_fields(false)) {
        let mut message = Message::new(mti);
        for (number, text) in fields.iter() {
            message.set(number, text).unwrap();
        }
        let bytes = message.encode(&dialect).unwrap();
        prop_assert_eq!(&bytes, &encode_clear(mti, &fields, &dialect).unwrap());
        prop_assert_eq!(Message::decode(&bytes, &dialect), Ok(message));
    }

    /// No character of a card's data is left in what the till reads.
    #[test]
    fn card_data_is_read_as_stars((dialect, mti, fields) in any_fields(true)) {
        let bytes = encode_clear(mti, &fields, &dialect).unwrap();
        let Ok(read) = Message::decode(&bytes, &dialect) else { return Ok(()) };
        for (number, text) in fields.iter() {
            let stars = "*".repeat(text.len());
            prop_assert_eq!(read.field(number), Some(if CARD_DATA_FIELDS.contains(&number) { &stars } else { text }));
        }
    }

    /// The format of each field is kept on both ways: a text that does not fit is not written.
    #[test]
    fn only_what_fits_is_written(number in FIELD_MIN..=FIELD_MAX, text in "([ -~]{0,130}|[0-9]{0,130}|[ -~é]{0,9})") {
        let mut fields = FieldSet::new();
        fields.set(number, &text);
        let format = Dialect::ASCII_1987.format(number).unwrap();
        let length = if format.content == Content::Binary { text.len() / 2 } else { text.len() };
        let fits = match format.length {
            Length::Fixed(exact) => length == exact,
            Length::Llvar(limit) | Length::Lllvar(limit) => length <= limit,
        };
        let written = encode_clear(Mti::PURCHASE, &fields, &Dialect::ASCII_1987);
        prop_assert_eq!(written.is_ok(), fits && format.content.allows(text.as_bytes()));
    }
}
