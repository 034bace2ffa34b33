//! Typed ids. All are UUID v7 made from a moment and entropy that come in with an event, so that the core draws none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

id!(
    /// One sale: what a customer buys, paid by one or more payments.
    SaleId
);
id!(
    /// One payment of a sale, in one tender.
    PaymentId
);
id!(
    /// What is kept of how a customer can be called; the number itself is wiped one day.
    ContactId
);
id!(
    /// One outage, from the first sign to the end.
    OutageId
);
id!(
    /// One case of a reader that fails, from the first symptom to the signed acceptance test.
    CaseId
);
id!(
    /// One drawer session, from opening float to blind count.
    DrawerId
);
id!(
    /// One business day.
    DayId
);
id!(
    /// One imported bank or provider file.
    StatementId
);
id!(
    /// One line of an imported statement.
    LineId
);
id!(
    /// One receipt that is printed, or waits to be.
    ReceiptId
);
id!(
    /// One refund.
    RefundId
);
id!(
    /// One handover of stored payments to another till.
    HandoverId
);
id!(
    /// One atomic save: the facts of it are stored together or not at all.
    SaveId
);

/// A person who may use the till, by the short name given in the settings (`cashier-3`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub String);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes the ids of one event out of the moment and the entropy that came in with it.
///
/// The counter fills `rand_a` of RFC 9562 section 5.7, so that ids of one event keep their order.
#[derive(Clone, Debug)]
pub struct IdSource {
    unix_ms: u64,
    entropy: u64,
    made: u16,
}

impl IdSource {
    /// A source for one event.
    #[must_use]
    pub fn new(unix_ms: u64, entropy: u64) -> Self {
        Self { unix_ms, entropy, made: 0 }
    }

    /// A source for the next event. In the same millisecond the counter goes on, so that ids keep the order of events.
    #[must_use]
    pub fn next_event(&self, unix_ms: u64, entropy: u64) -> Self {
        Self { unix_ms, entropy, made: if unix_ms == self.unix_ms { self.made } else { 0 } }
    }

    /// The next raw UUID v7.
    pub fn next_uuid(&mut self) -> Uuid {
        let mut tail = [0_u8; 10];
        tail[..2].copy_from_slice(&self.made.to_be_bytes());
        tail[2..].copy_from_slice(&self.entropy.to_be_bytes());
        self.made = self.made.wrapping_add(1);
        uuid::Builder::from_unix_timestamp_millis(self.unix_ms, &tail).into_uuid()
    }
}

/// The ten digits a customer, a bank and the till know a sale by: till 2, sequence 7, check digit 1.
///
/// The first digit is never 0, so that no bank drops it; ten digits fit the reference field of every QR scheme. The
/// check digit is Luhn's (ISO/IEC 7812-1 annex B), so that one mistyped digit or two swapped neighbours are noticed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SaleReference(u64);

/// The number of sale references a till has before they begin again.
pub const SEQUENCE_MAX: u32 = 9_999_999;

/// Why ten digits are not a sale reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not ten ASCII digits with a first digit other than 0.
    #[error("sale reference “{0}” is not ten digits of which the first is not 0")]
    Form(String),
    /// The last digit does not follow from the others.
    #[error("sale reference “{0}” has a wrong check digit: at least one digit is mistyped")]
    CheckDigit(String),
    /// The till's number or the sequence is out of range.
    #[error("till {till} sequence {sequence}: the till is 10 to 99, the sequence 1 to 9999999")]
    Range {
        /// The till's number.
        till: u8,
        /// The sequence.
        sequence: u32,
    },
}

impl SaleReference {
    /// The reference of the till's `sequence`-th sale.
    ///
    /// # Errors
    ///
    /// The till is not 10 to 99, or the sequence not 1 to [`SEQUENCE_MAX`].
    pub fn new(till: u8, sequence: u32) -> Result<Self, ReferenceError> {
        if !(10..=99).contains(&till) || !(1..=SEQUENCE_MAX).contains(&sequence) {
            return Err(ReferenceError::Range { till, sequence });
        }
        let stem = u64::from(till) * 10_000_000 + u64::from(sequence);
        Ok(Self(stem * 10 + u64::from(luhn_check_digit(stem))))
    }

    /// The running number of the sale at its till.
    #[must_use]
    pub fn sequence(self) -> u32 {
        u32::try_from(self.0 / 10 % 10_000_000).unwrap_or(SEQUENCE_MAX)
    }
}

fn luhn_check_digit(stem: u64) -> u8 {
    let mut rest = stem;
    let mut sum = 0_u64;
    let mut double = true;
    while rest > 0 {
        let digit = rest % 10;
        sum += match (double, digit) {
            (true, 5..) => digit * 2 - 9,
            (true, _) => digit * 2,
            (false, _) => digit,
        };
        double = !double;
        rest /= 10;
    }
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

impl fmt::Display for SaleReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

impl fmt::Debug for SaleReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for SaleReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let number: u64 = text.parse().ok().filter(|_| form).ok_or_else(|| ReferenceError::Form(text.to_owned()))?;
        if u64::from(luhn_check_digit(number / 10)) != number % 10 {
            return Err(ReferenceError::CheckDigit(text.to_owned()));
        }
        Ok(Self(number))
    }
}

impl Serialize for SaleReference {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SaleReference {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_ten_digits_and_reads_back() {
        let reference = SaleReference::new(23, 31_042).unwrap();
        let text = reference.to_string();
        assert_eq!(text.len(), 10);
        assert_eq!(text.parse(), Ok(reference));
        assert_eq!(reference.sequence(), 31_042);
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let text = SaleReference::new(99, 1_234_567).unwrap().to_string();
        for place in 0..text.len() {
            for digit in b'0'..=b'9' {
                let mut bytes = text.clone().into_bytes();
                if bytes[place] != digit {
                    bytes[place] = digit;
                    assert!(String::from_utf8(bytes).unwrap().parse::<SaleReference>().is_err());
                }
            }
        }
    }

    #[test]
    fn a_reference_out_of_range_is_refused() {
        for (till, sequence) in [(9, 1), (100, 1), (10, 0), (10, 10_000_000)] {
            assert_eq!(SaleReference::new(till, sequence), Err(ReferenceError::Range { till, sequence }));
        }
    }

    #[test]
    fn ids_of_one_event_differ_and_keep_their_order() {
        let mut source = IdSource::new(1_764_000_000_000, 7);
        let made: Vec<Uuid> = (0..100).map(|_| source.next_uuid()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}
