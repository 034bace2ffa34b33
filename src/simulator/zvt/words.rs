//! What the simulated terminal says, as messages.

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::device::{Payment, State};
use crate::zvt::tlv::{self, tags};
use crate::zvt::{Control, Fields, Head, Message, Part, bcd, bmps, commands};

/// The result of a payment, as the till hears it.
pub(super) fn result(payment: &Payment, state: &State) -> Message {
    let number = [&[0xee; 6][..], &digits(payment.last4.parse().unwrap_or(0), 2)].concat();
    let approval = format!("{:\0<8}", payment.approval).into_bytes();
    let mut fields = Fields::default()
        .with(bmps::RESULT, [payment.result])
        .with(bmps::AMOUNT, digits(payment.amount_minor, 6))
        .with(bmps::CURRENCY, digits(u64::from(state.currency.numeric()), 2))
        .with(bmps::TRACE, digits(u64::from(payment.trace), 3))
        .with(bmps::RECEIPT, digits(u64::from(payment.receipt), 2))
        .with(bmps::TIME, time_digits(payment.at))
        .with(bmps::DATE, digits(u64::from(payment.at.month() * 100 + payment.at.day()), 2))
        .with(bmps::CARD_NUMBER, number)
        .with(bmps::CARD_TYPE, [payment.card_type])
        .with(bmps::APPROVAL, approval);
    if let Some(reference) = payment.reference.as_deref().filter(|_| state.repeats_reference)
        && let Ok(container) = commands::reference_container(reference)
    {
        fields = fields.with(bmps::TLV, container);
    }
    Message { control: Control::STATUS_INFORMATION, head: Head::Empty, fields }
}

pub(super) fn moment(code: u8) -> Message {
    Message::new(Control::INTERMEDIATE_STATUS, Head::Moment { code, minutes: None })
}

/// Digits in this many bytes; zeros when there is no room, which the numbers here never need.
pub(super) fn digits(number: u64, bytes: usize) -> Vec<u8> {
    bcd(number, bytes, Part::Head("a number")).unwrap_or_else(|_| vec![0; bytes])
}

fn time_digits(at: NaiveDateTime) -> Vec<u8> {
    digits(u64::from(at.hour() * 10_000 + at.minute() * 100 + at.second()), 3)
}

/// Container 34 with date and time.
pub(super) fn clock(now: NaiveDateTime) -> Vec<u8> {
    let year = u64::try_from(now.year()).unwrap_or(0);
    let date = digits(year * 10_000 + u64::from(now.month() * 100 + now.day()), 4);
    let mut inner = Vec::new();
    let mut outer = Vec::new();
    let built = tlv::push(&mut inner, tags::DATE, &date)
        .and_then(|()| tlv::push(&mut inner, tags::TIME, &time_digits(now)))
        .and_then(|()| tlv::push(&mut outer, tags::TERMINAL_TIME, &inner));
    if built.is_ok() { outer } else { Vec::new() }
}
