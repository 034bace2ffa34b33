//! The ticket number of the shop's own point-of-sale program, typed in so that a contingency sale can be found there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most characters a ticket number may have: what fits one receipt line beside its label.
pub const TICKET_LENGTH_MAX: usize = 16;

/// A POS ticket number: 1 to 16 ASCII letters, digits, `-` or `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber(String);

/// Why text is not a ticket number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("ticket number “{0}” is not 1 to {TICKET_LENGTH_MAX} letters, digits, “-” or “/”")]
pub struct TicketError(String);

impl FromStr for TicketNumber {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'/';
        if text.is_empty() || text.len() > TICKET_LENGTH_MAX || !text.bytes().all(allowed) {
            return Err(TicketError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for TicketNumber {
    type Error = TicketError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TicketNumber> for String {
    fn from(ticket: TicketNumber) -> Self {
        ticket.0
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_number_is_short_and_plain() {
        for good in ["1", "A-2031/7", "1234567890123456"] {
            assert_eq!(good.parse::<TicketNumber>().unwrap().to_string(), good);
        }
        for bad in ["", "12345678901234567", "a b", "№1", "a\n"] {
            assert!(bad.parse::<TicketNumber>().is_err(), "{bad}");
        }
    }
}
