//! The fields of both files as values.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::money::{AMOUNT_MINOR_MAX, Currency, Money};
use crate::domain::reconcile::{LineTexts, SaleFault, Standing};
use crate::reconcile_csv::blocks::RECORD_BYTES_MAX;
use crate::reconcile_csv::record::Record;
use crate::statement::FIRST_YEAR;

/// What is wrong in a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    /// Bytes that are no UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// More or fewer fields than the header has.
    #[error("it has not {expected} fields, as the header has")]
    Fields {
        /// How many there should be.
        expected: usize,
    },
    /// A quote inside a field that does not begin with one, or something behind the closing one.
    #[error("a quote stands where none may: a field with quotes in it is quoted, and each of them doubled")]
    StrayQuote,
    /// A quoted field that never ends.
    #[error("a quoted field is not closed")]
    OpenQuote,
    /// Longer than [`RECORD_BYTES_MAX`].
    #[error("it is longer than {RECORD_BYTES_MAX} bytes; a quote may be missing")]
    TooLong,
    /// A NUL byte.
    #[error("a field holds a NUL byte")]
    Nul,
    /// Not a whole number of minor units.
    #[error("amount_minor “{0}” is not a whole number such as 4890")]
    Amount(String),
    /// Beyond [`AMOUNT_MINOR_MAX`].
    #[error("amount_minor “{0}” is beyond {AMOUNT_MINOR_MAX}")]
    AmountTooLarge(String),
    /// Not of ISO 4217.
    #[error("currency “{0}” is not an ISO 4217 code such as EUR")]
    Currency(String),
    /// Not a date.
    #[error("{field} “{text}” is not a date such as 2026-11-22{hint}")]
    Date {
        /// Which field.
        field: &'static str,
        /// What it says.
        text: String,
        /// What else it may be.
        hint: &'static str,
    },
    /// Not a tender.
    #[error("tender “{0}” is none of reader, card, qr and cash")]
    Tender(String),
    /// A sale that is not taken.
    #[error("{0}")]
    Sale(SaleFault),
    /// Too many lines.
    #[error("there are more statement lines than are taken at once")]
    TooManyLines,
}

/// What the last record said: the next one mostly says the same.
#[derive(Default)]
pub struct Memory {
    currency: Option<([u8; 3], Currency)>,
    date: Option<([u8; 10], NaiveDate)>,
}

/// `reference,amount_minor,currency,taken_at,tender`
pub fn sale<'a>(
    record: &Record<'a, 5>,
    memory: &mut Memory,
) -> Result<(Cow<'a, str>, Money, NaiveDate, Standing), FieldFault> {
    let currency = memory.currency(record.plain(2))?;
    let amount = Money::new(minor(record.plain(1))?, currency);
    let taken_at = record.plain(3);
    let bad = || FieldFault::Date {
        field: "taken_at",
        text: shortened(taken_at),
        hint: ", or with a time such as 2026-11-22T10:15:00+01:00",
    };
    let day = taken_at.get(..10).ok_or_else(bad)?;
    if !is_time(&taken_at.as_bytes()[10..]) {
        return Err(bad());
    }
    let taken_on = memory.date(day).ok_or_else(bad)?;
    let standing = match record.plain(4) {
        "cash" => Standing::Cash,
        "reader" | "card" | "qr" => Standing::Open,
        other => return Err(FieldFault::Tender(shortened(other))),
    };
    Ok((record.text(0)?, amount, taken_on, standing))
}

/// `booked_on,amount_minor,currency,reference,counterparty,description`
pub fn line<'a>(record: &Record<'a, 6>, memory: &mut Memory) -> Result<LineTexts<'a>, FieldFault> {
    let booked_on = record.plain(0);
    let bad = || FieldFault::Date { field: "booked_on", text: shortened(booked_on), hint: "" };
    let booked_on = memory.date(booked_on).ok_or_else(bad)?;
    let amount = Money::new(minor(record.plain(1))?, memory.currency(record.plain(2))?);
    Ok(LineTexts {
        account: Cow::Borrowed(""),
        booked_on,
        amount,
        reference: record.text(3)?,
        end_to_end_id: Cow::Borrowed(""),
        payer: record.text(4)?,
        description: record.text(5)?,
        bank_reference: Cow::Borrowed(""),
        reversal: false,
    })
}

impl Memory {
    fn currency(&mut self, text: &str) -> Result<Currency, FieldFault> {
        let bad = || FieldFault::Currency(shortened(text));
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| bad())?;
        if let Some((known, currency)) = self.currency
            && known == letters
        {
            return Ok(currency);
        }
        let currency = text.parse().map_err(|_| bad())?;
        self.currency = Some((letters, currency));
        Ok(currency)
    }

    /// `2026-11-22`, and nothing else.
    fn date(&mut self, text: &str) -> Option<NaiveDate> {
        let bytes: [u8; 10] = text.as_bytes().try_into().ok()?;
        if let Some((known, date)) = self.date
            && known == bytes
        {
            return Some(date);
        }
        let [_, _, _, _, b'-', _, _, b'-', _, _] = bytes else { return None };
        let year = i32::try_from(digits(&bytes[..4])?).ok().filter(|year| *year >= FIRST_YEAR)?;
        let date = NaiveDate::from_ymd_opt(year, digits(&bytes[5..7])?, digits(&bytes[8..])?)?;
        self.date = Some((bytes, date));
        Some(date)
    }
}

/// A whole number of at most twelve digits, with a minus perhaps.
fn minor(text: &str) -> Result<i64, FieldFault> {
    let (is_negative, number) = text.strip_prefix('-').map_or((false, text), |number| (true, number));
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Amount(shortened(text)));
    }
    let read = number.bytes().try_fold(0_i64, |value, byte| {
        value.checked_mul(10)?.checked_add(i64::from(byte - b'0')).filter(|value| *value <= AMOUNT_MINOR_MAX)
    });
    let value = read.ok_or_else(|| FieldFault::AmountTooLarge(shortened(text)))?;
    Ok(if is_negative { -value } else { value })
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |value: u32, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

/// What may stand behind a date: nothing, or a time of RFC 3339, with or without seconds and offset.
fn is_time(bytes: &[u8]) -> bool {
    let [b'T' | b't' | b' ', rest @ ..] = bytes else { return bytes.is_empty() };
    let Some((clock, rest)) = rest.split_at_checked(5) else { return false };
    let is_clock = |clock: &[u8], hours: u32| {
        clock.get(2) == Some(&b':')
            && digits(&clock[..2]).is_some_and(|hour| hour <= hours)
            && digits(&clock[3..]).is_some_and(|minute| minute < 60)
    };
    if !is_clock(clock, 23) {
        return false;
    }
    let rest = match rest {
        [b':', tens, ones, rest @ ..] if digits(&[*tens, *ones]).is_some_and(|second| second <= 60) => rest,
        _ => rest,
    };
    let rest = match rest {
        [b'.', rest @ ..] => {
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 {
                return false;
            }
            &rest[length..]
        }
        _ => rest,
    };
    match rest {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', offset @ ..] => offset.len() == 5 && is_clock(offset, 23),
        _ => false,
    }
}

/// The most characters of a stranger's text that a message repeats.
const SHOWN_MAX: usize = 40;

fn shortened(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(SHOWN_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_whole_numbers_within_the_limit() {
        assert_eq!(minor("4890"), Ok(4890));
        assert_eq!(minor("-1"), Ok(-1));
        assert_eq!(minor("999999999999"), Ok(AMOUNT_MINOR_MAX));
        for bad in ["", "-", "+1", "1.0", "1,0", "1e3", "=1+1", "１"] {
            assert!(matches!(minor(bad), Err(FieldFault::Amount(_))), "{bad}");
        }
        for large in ["1000000000000", &"9".repeat(31), &"0".repeat(5).replace('0', "99999")] {
            assert!(matches!(minor(large), Err(FieldFault::AmountTooLarge(_))), "{large}");
        }
    }

    #[test]
    fn a_time_may_stand_behind_a_date() {
        for good in ["", "T10:15", " 10:15:00", "T10:15:00Z", "T10:15:00.123+08:00", "T23:59:60-11:30", "T10:15Z"] {
            assert!(is_time(good.as_bytes()), "{good}");
        }
        for bad in ["x", "T", "T1:15", "T24:00", "T10:60", "T10:15:", "T10:15:00.", "T10:15:00+8", "T10:15:00+08:00x"] {
            assert!(!is_time(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn dates_are_real_days() {
        let mut memory = Memory::default();
        let day = NaiveDate::from_ymd_opt(2024, 2, 29);
        assert_eq!(memory.date("2024-02-29"), day);
        assert_eq!(memory.date("2024-02-29"), day);
        for bad in ["2026-02-29", "2026-1-01", "20260101", "2026/01/01", "", "2026-01-01 ", "0001-01-01"] {
            assert_eq!(memory.date(bad), None, "{bad}");
        }
    }
}
