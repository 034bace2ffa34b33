use proptest::prelude::*;

use super::*;
use crate::zvt::bmps;

fn password() -> Password {
    Password::parse("123456").unwrap()
}

fn decoded(bytes: &[u8]) -> Result<Message, ZvtError> {
    let mut reader = crate::zvt::ApduReader::default();
    reader.push(bytes);
    Message::decode(&reader.next_apdu().unwrap())
}

/// Written by hand from the specification: control field, length, password, config byte, currency, service byte.
#[test]
fn a_registration_is_these_bytes() {
    let mut message = Message::new(Control::REGISTRATION, Head::Registration { config: 0x08, currency: Some(978) });
    message.fields = Fields::default().with(bmps::SERVICE_BYTE, [0x00]);
    let bytes = message.encode(Some(&password())).unwrap().encode().unwrap();
    assert_eq!(*bytes, [0x06, 0x00, 0x08, 0x12, 0x34, 0x56, 0x08, 0x09, 0x78, 0x03, 0x00]);
    assert_eq!(decoded(&bytes).unwrap(), message);
    assert_eq!(message.encode(None), Err(ZvtError::NoPassword));
}

#[test]
fn what_stands_before_the_bmps_is_read_for_each_command() {
    for (bytes, head, bmps) in [
        (&[0x06, 0x0f, 0x00][..], Head::Empty, 0),
        (&[0x06, 0x0f, 0x02, 0x19, 0x10], Head::Empty, 1),
        (&[0x06, 0x0f, 0x01, 0x00], Head::Status { version: None, code: 0 }, 0),
        (
            &[0x06, 0x0f, 0x08, 0xf0, 0xf0, 0xf2, b'1', b'a', 0xe2, 0x06, 0x00],
            Head::Status { version: Some(b"1a".to_vec()), code: 0xe2 },
            1,
        ),
        (&[0x06, 0x1e, 0x01, 0x6c], Head::Result { code: 0x6c, currency: None }, 0),
        (&[0x06, 0x1e, 0x03, 0x6f, 0x09, 0x78], Head::Result { code: 0x6f, currency: Some(978) }, 0),
        (&[0x04, 0xff, 0x01, 0x0a], Head::Moment { code: 0x0a, minutes: None }, 0),
        (&[0x04, 0xff, 0x02, 0x0a, 0x03], Head::Moment { code: 0x0a, minutes: Some(3) }, 0),
        (&[0x04, 0xff, 0x04, 0x0a, 0x03, 0x06, 0x00], Head::Moment { code: 0x0a, minutes: Some(3) }, 1),
        (&[0x04, 0xff, 0x03, 0x0a, 0x06, 0x00], Head::Moment { code: 0x0a, minutes: None }, 1),
        (&[0x06, 0xd1, 0x03, 0x40, b'h', b'i'], Head::Line { attribute: 0x40, text: b"hi".to_vec() }, 0),
        (&[0x05, 0x01, 0x00], Head::Empty, 0),
        (&[0x06, 0x20, 0x05, 0, 0, 0, 0x03, 0x03], Head::Password, 1),
        (&[0x80, 0x00, 0x00], Head::Empty, 0),
        (&[0x0f, 0xa1, 0x02, 0x00, 0x01], Head::Unread(vec![0, 1]), 0),
    ] {
        let message = decoded(bytes).unwrap();
        assert_eq!((message.head, message.fields.iter().count()), (head, bmps), "{bytes:02x?}");
    }
}

#[test]
fn messages_that_are_not_whole_are_refused_by_name() {
    for (bytes, says) in [
        (&[0x06, 0x1e, 0x00][..], "within the result code at byte 0: 1 bytes are needed, 0 are left"),
        (&[0x06, 0x00, 0x02, 0, 0], "within password and config byte"),
        (&[0x06, 0x00, 0x05, 0, 0, 0, 8, 9], "within the currency"),
        (&[0x06, 0x0f, 0x05, 0xf9, 0xf9, 0xf9, 0, 0], "1000 bytes are needed, 2 are left"),
        (&[0x06, 0x0f, 0x03, 0xf0, 0xf0, 0xf0], "the software version and the status"),
        (&[0x06, 0x01, 0x01, 0x04], "within BMP 04 at byte 0"),
        (&[0x04, 0xff, 0x00], "within the status"),
        (&[0x06, 0x20, 0x01, 0x00], "within the password"),
    ] {
        let error = decoded(bytes).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn neither_text_nor_unread_bytes_are_in_what_is_shown() {
    let line = Message::new(Control::PRINT_LINE, Head::Line { attribute: 0, text: b"4111111111111111".to_vec() });
    let unread = Message::new(Control(0x0f, 0xa1), Head::Unread(b"4111111111111111".to_vec()));
    for shown in [format!("{line:?}"), format!("{unread:?}")] {
        assert!(shown.contains("16 bytes") && !shown.contains("41") && !shown.contains("49, 49"), "{shown}");
    }
}

fn any_control() -> impl Strategy<Value = Control> {
    prop_oneof![
        any::<(u8, u8)>().prop_map(|(class, instruction)| Control(class, instruction)),
        prop::sample::select(vec![
            Control::COMPLETION,
            Control::ABORT,
            Control::STATUS_INFORMATION,
            Control::INTERMEDIATE_STATUS,
            Control::REGISTRATION,
            Control::REPEAT_RECEIPT,
            Control::PRINT_LINE,
        ]),
    ]
}

proptest! {
    /// Whatever is read is written so that it reads the same again; a password is not kept, so one is put in its place.
    #[test]
    fn any_bytes_are_read_or_refused(
        control in any_control(), data in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        if let Ok(message) = Message::decode(&Apdu::new(control, data)) {
            let again = message.encode(Some(&password())).unwrap();
            prop_assert_eq!(Message::decode(&again).unwrap(), message);
        }
    }
}
