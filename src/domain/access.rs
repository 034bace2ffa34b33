//! People, their PINs and the lock after too many wrong ones.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::domain::ids::PersonId;

/// The shortest PIN (NIST SP 800-63B-4 asks a local activation PIN for at least 4, better 6).
pub const PIN_LENGTH_MIN: usize = 4;
/// The longest PIN.
pub const PIN_LENGTH_MAX: usize = 12;
/// Wrong PINs in a row after which a person is locked out (PCI DSS 4.0.1, 8.3.4 allows ten at most).
pub const WRONG_PINS_MAX: u32 = 6;
/// How long the lock lasts (PCI DSS 4.0.1, 8.3.4: at least 30 minutes).
pub const LOCK_TIME: TimeDelta = TimeDelta::minutes(30);

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sells.
    Cashier,
    /// Sells, approves, and closes the day.
    Manager,
}

/// A person of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The short name the journal uses.
    pub id: PersonId,
    /// The name on the screen.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The PIN's argon2id hash in PHC form.
    pub pin_hash: String,
}

/// A PIN being typed. It cannot print itself and is wiped when it goes.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct Pin(String);

impl Pin {
    /// Adds a digit; anything else, and a digit too many, changes nothing.
    pub fn push(&mut self, PinDigit(digit): PinDigit) {
        if digit.is_ascii_digit() && self.0.len() < PIN_LENGTH_MAX {
            self.0.push(digit);
        }
    }

    /// Takes the last digit away.
    pub fn erase(&mut self) {
        self.0.pop();
    }

    /// How many digits there are: all that a screen may show of it.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// The digits, for the hash function only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pin({} digits)", self.0.len())
    }
}

impl PartialEq for Pin {
    /// Only to let events be compared in tests; PINs are checked by their hash.
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Pin {}

/// One key of a PIN on its way from the screen. It does not say which: a PIN could be put together from a log of its keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PinDigit(pub char);

impl std::fmt::Debug for PinDigit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinDigit(redacted)")
    }
}

/// How a person stands with wrong PINs. It is part of the journal, so that a restart does not forgive them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinRecord {
    /// Wrong ones in a row.
    pub wrong: u32,
    /// No PIN is looked at until then.
    pub locked_until: Option<DateTime<FixedOffset>>,
}

impl PinRecord {
    /// A clean record.
    pub const CLEAN: Self = Self { wrong: 0, locked_until: None };

    /// The record after one more wrong PIN at `at`.
    #[must_use]
    pub fn after_wrong(self, at: DateTime<FixedOffset>) -> Self {
        let wrong = self.wrong + 1;
        if wrong >= WRONG_PINS_MAX {
            Self { wrong: 0, locked_until: at.checked_add_signed(LOCK_TIME) }
        } else {
            Self { wrong, locked_until: None }
        }
    }

    /// Until when the person is locked out, if at all.
    #[must_use]
    pub fn locked_at(&self, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        self.locked_until.filter(|until| *until > now)
    }

    /// How many wrong PINs are left before the lock.
    #[must_use]
    pub fn tries_left(&self) -> u32 {
        WRONG_PINS_MAX.saturating_sub(self.wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_wrong_pins_lock_for_half_an_hour() {
        let at = DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset();
        let mut record = PinRecord::CLEAN;
        for left in (1..WRONG_PINS_MAX).rev() {
            record = record.after_wrong(at);
            assert_eq!((record.tries_left(), record.locked_at(at)), (left, None));
        }
        record = record.after_wrong(at);
        assert_eq!(record.locked_at(at), Some(at + LOCK_TIME));
        assert_eq!(record.locked_at(at + LOCK_TIME), None);
    }

    #[test]
    fn a_pin_takes_only_digits_and_does_not_print_itself() {
        let mut pin = Pin::default();
        for key in "12a4".chars() {
            pin.push(PinDigit(key));
        }
        assert_eq!((pin.expose(), format!("{pin:?}").as_str()), ("124", "Pin(3 digits)"));
        assert_eq!(format!("{:?}", PinDigit('7')), "PinDigit(redacted)");
        (0..20).for_each(|_| pin.push(PinDigit('9')));
        assert_eq!(pin.length(), PIN_LENGTH_MAX);
    }
}
