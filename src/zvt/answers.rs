//! What the terminal's answers say, as values: the result of a transaction, and how the terminal is.

use super::apdu::Control;
use super::bcd::bcd_number;
use super::bmp::Fields;
use super::bmps;
use super::error::{Part, ZvtError};
use super::message::{Head, Message};
use super::tlv::{self, tags};

/// The digits of a card number that are kept.
const LAST_DIGITS: usize = 4;

/// The card type that says that the real one is in the container.
const CARD_TYPE_IN_CONTAINER: u8 = 0xff;

/// A date and time on the terminal's own clock, without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TerminalTime {
    /// Where the terminal says it; most results have month and day only.
    pub year: Option<u16>,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

/// The result of a transaction (04 0F; 13.13, 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusInformation {
    /// BMP 27.
    pub result: Option<u8>,
    /// BMP 04, in minor units.
    pub amount_minor: Option<u64>,
    /// BMP 49, by the digits of ISO 4217.
    pub currency: Option<u16>,
    /// BMP 0B.
    pub trace: Option<u32>,
    /// BMP 87.
    pub receipt: Option<u16>,
    /// BMPs 0C and 0D or AA, where both are there and are a time.
    pub time: Option<TerminalTime>,
    /// BMP 8A, or tag 41 of the container, by the protocol's list (13.13, chapter 12).
    pub card_type: Option<u32>,
    /// The last four digits of BMP 22, where all four are digits.
    pub last4: Option<String>,
    /// BMP 3B, where it is text.
    pub approval: Option<String>,
    /// The till's own reference number, E9/1F63 in the container, where the terminal repeats it.
    pub reference: Option<String>,
    /// The number of payments in BMP 60, the totals of an end of day.
    pub payments: Option<u32>,
}

impl StatusInformation {
    /// Reads a message 04 0F.
    ///
    /// # Errors
    ///
    /// A number that is none, or a broken container.
    pub fn read(message: &Message) -> Result<Self, ZvtError> {
        let fields = &message.fields;
        let container = fields.get(bmps::TLV).unwrap_or_default();
        let reference = tlv::find(container, &[tags::REFERENCE, tags::REFERENCE_NUMBER])?;
        Ok(Self {
            result: fields.byte(bmps::RESULT),
            amount_minor: fields.number(bmps::AMOUNT)?,
            currency: narrow(fields.number(bmps::CURRENCY)?),
            trace: narrow(fields.number(bmps::TRACE)?),
            receipt: receipt(fields)?,
            time: time(fields),
            card_type: card_type(fields, container)?,
            last4: fields.get(bmps::CARD_NUMBER).and_then(last4),
            approval: fields.get(bmps::APPROVAL).and_then(text),
            reference: reference.and_then(text),
            payments: fields.get(bmps::TOTALS).and_then(payments),
        })
    }
}

/// How the terminal is: the answer to a Status-Enquiry (13.13, 2.55.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalStatus {
    /// The terminal status code; 00 is ready.
    pub code: u8,
    /// The version of its software.
    pub version: Option<String>,
    /// Its clock, container 34.
    pub time: Option<TerminalTime>,
}

impl TerminalStatus {
    /// Reads a completion that answers a Status-Enquiry. A completion with nothing in it means ready.
    ///
    /// # Errors
    ///
    /// Another message, or one without a status.
    pub fn read(message: &Message) -> Result<Self, ZvtError> {
        let (version, code) = match (&message.head, message.control) {
            (Head::Status { version, code }, _) => (version.as_deref().and_then(text), *code),
            (Head::Empty, Control::COMPLETION) => (None, message.fields.byte(bmps::RESULT).unwrap_or(0)),
            _ => return Err(ZvtError::Missing("terminal status code")),
        };
        let container = message.fields.get(bmps::TLV).unwrap_or_default();
        Ok(Self { code, version, time: terminal_time(container).ok().flatten() })
    }
}

fn narrow<T: TryFrom<u64>>(number: Option<u64>) -> Option<T> {
    number.and_then(|number| T::try_from(number).ok())
}

/// FFFF stands for "none".
fn receipt(fields: &Fields) -> Result<Option<u16>, ZvtError> {
    match fields.get(bmps::RECEIPT) {
        Some([0xff, 0xff]) | None => Ok(None),
        Some(value) => Ok(narrow(Some(bcd_number(value, Part::Bmp(bmps::RECEIPT))?))),
    }
}

/// BMP 60: first and last receipt number, then for each of seven card groups a count of one byte and a sum of six.
fn payments(totals: &[u8]) -> Option<u32> {
    const RECEIPTS: usize = 4;
    const GROUP: usize = 7;
    let groups = totals.get(RECEIPTS..)?;
    let whole = groups.len().is_multiple_of(GROUP) && !groups.is_empty();
    whole.then(|| groups.chunks_exact(GROUP).map(|group| u32::from(group[0])).sum())
}

fn card_type(fields: &Fields, container: &[u8]) -> Result<Option<u32>, ZvtError> {
    match fields.byte(bmps::CARD_TYPE) {
        Some(CARD_TYPE_IN_CONTAINER) | None => {
            let value = tlv::find(container, &[tags::CARD_TYPE])?;
            Ok(value
                .filter(|value| value.len() <= 3)
                .map(|value| value.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))))
        }
        Some(card_type) => Ok(Some(u32::from(card_type))),
    }
}

/// The last four digits of a masked number; a half byte F at its end is no digit.
fn last4(value: &[u8]) -> Option<String> {
    let halves = value.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).filter(|half| *half != 0x0f);
    let digits: Vec<u8> = halves.collect();
    let last = digits.len().checked_sub(LAST_DIGITS).map(|from| &digits[from..])?;
    last.iter().map(|digit| char::from_digit(u32::from(*digit), 10)).collect()
}

/// Printable ASCII without the zeros and blanks that fill it up; anything else is no text.
fn text(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim_matches(['\0', ' ']);
    let printable = !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    printable.then(|| text.to_owned())
}

fn time(fields: &Fields) -> Option<TerminalTime> {
    let clock = fields.number(bmps::TIME).ok().flatten()?;
    let full = fields.number(bmps::FULL_DATE).ok().flatten().map(|date| date + 20_000_000);
    let date = full.or_else(|| fields.number(bmps::DATE).ok().flatten())?;
    assemble(date, clock)
}

fn terminal_time(container: &[u8]) -> Result<Option<TerminalTime>, ZvtError> {
    let date = tlv::find(container, &[tags::TERMINAL_TIME, tags::DATE])?;
    let clock = tlv::find(container, &[tags::TERMINAL_TIME, tags::TIME])?;
    let (Some(date), Some(clock)) = (date, clock) else { return Ok(None) };
    let part = Part::Tlv(tags::TERMINAL_TIME);
    Ok(assemble(bcd_number(date, part)?, bcd_number(clock, part)?))
}

/// A date as YYYYMMDD or MMDD and a time as hhmmss; `None` where they are no time.
fn assemble(date: u64, clock: u64) -> Option<TerminalTime> {
    let two = |number: u64| u8::try_from(number % 100).ok();
    let year = u16::try_from(date / 10_000).ok().filter(|year| *year > 0);
    let (month, day) = (two(date / 100)?, two(date)?);
    let (hour, minute, second) = (u8::try_from(clock / 10_000).ok()?, two(clock / 100)?, two(clock)?);
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
    fits.then_some(TerminalTime { year, month, day, hour, minute, second })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::zvt::Apdu;

    fn status(fields: Fields) -> Result<StatusInformation, ZvtError> {
        StatusInformation::read(&Message { control: Control::STATUS_INFORMATION, head: Head::Empty, fields })
    }

    fn whole() -> Fields {
        Fields::default()
            .with(bmps::RESULT, [0x00])
            .with(bmps::AMOUNT, [0, 0, 0, 0, 0x48, 0x90])
            .with(bmps::CURRENCY, [0x09, 0x78])
            .with(bmps::TRACE, [0x00, 0x09, 0x75])
            .with(bmps::RECEIPT, [0x02, 0x31])
            .with(bmps::TIME, [0x22, 0x55, 0x58])
            .with(bmps::DATE, [0x11, 0x20])
            .with(bmps::CARD_NUMBER, [0xee, 0xee, 0xee, 0xee, 0xee, 0xe1, 0x11, 0x1f])
            .with(bmps::CARD_TYPE, [10])
            .with(bmps::APPROVAL, *b"750071\0\0")
            .with(bmps::TLV, [0xe9, 0x05, 0x1f, 0x63, 0x02, b'P', b'1'])
    }

    #[test]
    fn a_result_is_read_with_all_it_says() {
        let time = TerminalTime { year: None, month: 11, day: 20, hour: 22, minute: 55, second: 58 };
        let expected = StatusInformation {
            result: Some(0),
            amount_minor: Some(4_890),
            currency: Some(978),
            trace: Some(975),
            receipt: Some(231),
            time: Some(time),
            card_type: Some(10),
            last4: Some("1111".to_owned()),
            approval: Some("750071".to_owned()),
            reference: Some("P1".to_owned()),
            payments: None,
        };
        assert_eq!(status(whole()), Ok(expected));
    }

    #[test]
    fn what_is_not_said_is_not_made_up() {
        let of = |bmp: u8, value: &[u8]| status(whole().with(bmp, value)).unwrap();
        assert_eq!(of(bmps::RECEIPT, &[0xff, 0xff]).receipt, None);
        assert_eq!(of(bmps::CARD_NUMBER, &[0xee, 0xee]).last4, None);
        assert_eq!(of(bmps::CARD_NUMBER, &[0x12]).last4, None);
        assert_eq!(of(bmps::APPROVAL, &[0, 0, 0, 0, 0, 0, 0, 0]).approval, None);
        assert_eq!(of(bmps::TIME, &[0x25, 0x00, 0x00]).time, None);
        assert_eq!(of(bmps::FULL_DATE, &[0x26, 0x11, 0x20]).time.unwrap().year, Some(2026));
        assert_eq!(of(bmps::TLV, &[]).reference, None);
        let totals = [&[0x02, 0x33, 0x02, 0x34][..], &[3; 7], &[0; 42]].concat();
        assert_eq!(of(bmps::TOTALS, &totals).payments, Some(3));
        assert_eq!(of(bmps::TOTALS, &totals[..9]).payments, None);
        let container = whole().with(bmps::CARD_TYPE, [0xff]).with(bmps::TLV, [0x41, 0x02, 0x01, 0x05]);
        assert_eq!(status(container).unwrap().card_type, Some(261));
        let empty = status(Fields::default()).unwrap();
        assert_eq!((empty.result, empty.amount_minor, empty.card_type), (None, None, None));
        assert!(status(whole().with(bmps::AMOUNT, [0xee; 6])).is_err());
        assert!(status(whole().with(bmps::TLV, [0xe9, 0x05])).is_err());
    }

    #[test]
    fn the_terminals_status_is_read_with_its_clock() {
        let mut message =
            Message::new(Control::COMPLETION, Head::Status { version: Some(b"GER-APP".to_vec()), code: 0x9c });
        let clock = [0x34, 0x0d, 0x1f, 0x0e, 0x04, 0x20, 0x26, 0x11, 0x24, 0x1f, 0x0f, 0x03, 0x18, 0x22, 0x14];
        message.fields = Fields::default().with(bmps::TLV, clock);
        let status = TerminalStatus::read(&message).unwrap();
        let time = TerminalTime { year: Some(2026), month: 11, day: 24, hour: 18, minute: 22, second: 14 };
        assert_eq!(status, TerminalStatus { code: 0x9c, version: Some("GER-APP".to_owned()), time: Some(time) });
        let bare = Message::new(Control::COMPLETION, Head::Empty);
        assert_eq!(TerminalStatus::read(&bare).unwrap().code, 0);
        assert!(TerminalStatus::read(&Message::new(Control::ACKNOWLEDGED, Head::Empty)).is_err());
    }

    /// What is read of a result keeps to its limits, whatever the terminal sent.
    fn check_status(message: &Message) -> Result<(), TestCaseError> {
        let Ok(status) = StatusInformation::read(message) else { return Ok(()) };
        let last4 = status.last4.unwrap_or_else(|| "0000".to_owned());
        prop_assert!(last4.len() == LAST_DIGITS && last4.bytes().all(|byte| byte.is_ascii_digit()), "{}", last4);
        if let Some(time) = status.time {
            prop_assert!((1..=12).contains(&time.month) && (1..=31).contains(&time.day), "{:?}", time);
            prop_assert!(time.hour < 24 && time.minute < 60 && time.second < 60, "{:?}", time);
        }
        Ok(())
    }

    /// The BMPs and tags that are looked for, and the bytes that begin a length.
    const MARKS: [u8; 21] = [
        0, 0x04, 0x06, 0x0b, 0x0c, 0x0d, 0x1f, 0x22, 0x27, 0x34, 0x3b, 0x41, 0x49, 0x60, 0x87, 0x8a, 0xaa, 0xe9, 0xf1,
        0xf2, 0xff,
    ];

    proptest! {
        /// Bytes of a message, half of them the marks.
        #[test]
        fn any_message_is_read_or_refused(
            control in prop::sample::select(vec![
                Control::STATUS_INFORMATION, Control::COMPLETION, Control::ACKNOWLEDGED, Control::ABORT,
            ]),
            data in prop::collection::vec(
                prop_oneof![any::<u8>(), prop::sample::select(MARKS.as_slice())], 0..60,
            ),
        ) {
            if let Ok(message) = Message::decode(&Apdu::new(control, data)) {
                check_status(&message)?;
                let _ = TerminalStatus::read(&message);
            }
        }

        /// Whole fields with anything in them.
        #[test]
        fn any_fields_are_read_or_refused(
            values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 14),
        ) {
            let bmps = [
                bmps::RESULT, bmps::AMOUNT, bmps::CURRENCY, bmps::TRACE, bmps::RECEIPT, bmps::TIME, bmps::DATE,
                bmps::FULL_DATE, bmps::CARD_TYPE, bmps::CARD_NUMBER, bmps::APPROVAL, bmps::TOTALS, bmps::TLV,
            ];
            let fields = bmps.into_iter().zip(&values).fold(Fields::default(), |fields, (bmp, value)| {
                fields.with(bmp, value.clone())
            });
            let mut message = Message::new(Control::STATUS_INFORMATION, Head::Empty);
            message.fields = fields;
            check_status(&message)?;
            message.control = Control::COMPLETION;
            message.head = Head::Status { version: values.last().cloned(), code: 0x9c };
            prop_assert_eq!(TerminalStatus::read(&message).map(|status| status.code), Ok(0x9c));
        }

        /// A time is read back as it was sent, and what is none is not made one.
        #[test]
        fn a_time_is_read_where_it_is_one(
            month in 0_u8..=13, day in 0_u8..=32, hour in 0_u8..=24, minute in 58_u8..=60, second in 58_u8..=61,
        ) {
            let pair = |number: u8| number / 10 * 16 + number % 10;
            let fields = Fields::default()
                .with(bmps::TIME, [pair(hour), pair(minute), pair(second)])
                .with(bmps::DATE, [pair(month), pair(day)]);
            let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
            let is_one = is_day && hour < 24 && minute < 60 && second < 60;
            let time = TerminalTime { year: None, month, day, hour, minute, second };
            prop_assert_eq!(status(fields).map(|status| status.time), Ok(is_one.then_some(time)));
        }
    }
}
