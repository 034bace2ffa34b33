use proptest::prelude::*;

use super::*;

#[test]
fn every_kind_of_length_is_read_and_written() {
    let data = [
        &[0x27, 0x00][..],
        &[0x8b, 0xf0, 0xf3, b'a', b'b', b'c'],
        &[0x3c, 0xf0, 0xf0, 0xf1, b'z'],
        &[0x06, 0x81, 0x03, 0x07, 0x01, b'x'],
    ]
    .concat();
    let fields = Fields::read(&data, 0).unwrap();
    assert_eq!((fields.byte(0x27), fields.get(0x8b), fields.get(0x3c)), (Some(0), Some(&b"abc"[..]), Some(&b"z"[..])));
    let mut written = Vec::new();
    fields.write(&mut written).unwrap();
    let shortest = [&data[..13], &[0x06, 0x03, 0x07, 0x01, b'x']].concat();
    assert_eq!(written, shortest, "a length is written in its shortest form");
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    for (data, says) in [
        (&[0x27, 0x00, 0x99][..], "BMP 99 at byte 2 is not in the protocol's table"),
        (&[0x27, 0x00, 0x27, 0x00], "BMP 27 is there a second time at byte 2"),
        (&[0x04, 0x00, 0x00], "ends within BMP 04 at byte 0: 6 bytes are needed, 2 are left"),
        (&[0x8b, 0xf1], "within BMP 8B at byte 0: 2 bytes are needed, 1 are left"),
        (&[0x8b, 0xf9, 0xf9, 0x00], "99 bytes are needed, 1 are left"),
        (&[0x8b, 0x31, 0x30], "the length before BMP 8B at byte 0 must be 2 bytes from F0 to F9"),
        (&[0x06, 0x82, 0xff, 0xff], "within BMP 06 at byte 0: 65535 bytes are needed, 0 are left"),
        (&[0x06, 0x80], "the length 80 of TLV tag 06"),
    ] {
        let error = Fields::read(data, 0).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let long = Fields::default().with(0x8b, vec![0; 100]).write(&mut Vec::new()).unwrap_err();
    assert_eq!(long.to_string(), "BMP 8B has 100 bytes; it must have at most 99");
    assert!(Fields::default().with(0x04, vec![0; 5]).write(&mut Vec::new()).is_err());
}

#[test]
fn card_data_is_masked_while_it_is_read() {
    for (data, kept) in [
        (&[0x22, 0xf0, 0xf8, 0x41, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11][..], "eeeeeeeeeeee1111"),
        (&[0x22, 0xf0, 0xf8, 0x37, 0x82, 0x82, 0x24, 0x63, 0x10, 0x00, 0x5f], "eeeeeeeeeee0005f"),
        (&[0x22, 0xf0, 0xf2, 0x41, 0x11], "eeee"),
        (&[0x23, 0xf0, 0xf2, 0x41, 0x1d], "eeee"),
        (&[0x0e, 0x26, 0x12], "eeee"),
    ] {
        let fields = Fields::read(data, 0).unwrap();
        let value = crate::iso8583::encode_hex(fields.get(data[0]).unwrap());
        assert_eq!(value, kept);
    }
    assert_eq!(format!("{:?}", Fields::read(&[0x0e, 0x26, 0x12], 0).unwrap()), "Fields([0E(2)])");
}

#[test]
fn the_table_is_ascending() {
    assert!(FORMATS.windows(2).all(|pair| pair[0].bmp < pair[1].bmp));
    assert!(CARD_DATA_BMPS.iter().all(|bmp| format(*bmp).is_some()));
}

/// A value that fits the row.
fn fitting(row: BmpFormat) -> BoxedStrategy<Field> {
    let length = match row.length {
        Length::Fixed(length) => length..=length,
        Length::Llvar => 0..=99,
        Length::Lllvar | Length::Tlv => 0..=300,
    };
    let bmp = row.bmp;
    proptest::collection::vec(any::<u8>(), length).prop_map(move |value| Field { bmp, value }).boxed()
}

fn any_fields() -> impl Strategy<Value = Fields> {
    let open: Vec<BmpFormat> = FORMATS.into_iter().filter(|row| !CARD_DATA_BMPS.contains(&row.bmp)).collect();
    proptest::sample::subsequence(open, 0..12)
        .prop_flat_map(|rows| rows.into_iter().map(fitting).collect::<Vec<_>>())
        .prop_map(Fields)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(fields in any_fields()) {
        let mut bytes = Vec::new();
        fields.write(&mut bytes).unwrap();
        prop_assert_eq!(Fields::read(&bytes, 0).unwrap(), fields);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Fields::read(&bytes, 0);
    }

    #[test]
    fn any_bytes_after_a_good_start_are_read_or_refused(
        fields in any_fields(), change in any::<(usize, u8)>(), cut in 0..9_usize,
    ) {
        let mut bytes = Vec::new();
        fields.write(&mut bytes).unwrap();
        if !bytes.is_empty() {
            let place = change.0 % bytes.len();
            bytes[place] = change.1;
        }
        bytes.truncate(bytes.len().saturating_sub(cut));
        if let Ok(read) = Fields::read(&bytes, 0) {
            let mut again = Vec::new();
            read.write(&mut again).unwrap();
            prop_assert_eq!(Fields::read(&again, 0).unwrap(), read);
        }
    }
}
