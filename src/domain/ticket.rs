//! The ticket number of the shop's own point-of-sale program, typed in so that a contingency sale can be found there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::card::looks_like_card_number;

/// The most characters a ticket number may have: what fits one receipt line beside its label.
pub const TICKET_LENGTH_MAX: usize = 16;

/// A POS ticket number: 1 to 16 ASCII letters, digits, `-` or `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber(String);

/// Why text is not a ticket number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Too long, or with characters that no ticket number has.
    #[error("ticket number “{0}” is not 1 to {TICKET_LENGTH_MAX} letters, digits, “-” or “/”")]
    Form(String),
    /// It is not quoted: it may be somebody's card.
    #[error("this ticket number could be the number of a card, which is kept nowhere: type its last 10 digits")]
    LooksLikeCard,
}

impl FromStr for TicketNumber {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if looks_like_card_number(text) {
            return Err(TicketError::LooksLikeCard);
        }
        Self::try_from(text.to_owned())
    }
}

/// What was kept is read back as it is: a journal is not refused for what somebody typed into an earlier version.
impl TryFrom<String> for TicketNumber {
    type Error = TicketError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'/';
        if text.is_empty() || text.len() > TICKET_LENGTH_MAX || !text.bytes().all(allowed) {
            return Err(TicketError::Form(text));
        }
        Ok(Self(text))
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

    #[test]
    fn the_number_of_a_card_is_refused_unquoted_but_an_old_journal_is_read() {
        let error = "4111111111111111".parse::<TicketNumber>().unwrap_err();
        assert_eq!(error, TicketError::LooksLikeCard);
        assert!(!error.to_string().contains("1111"));
        assert!(TicketNumber::try_from("4111111111111111".to_owned()).is_ok());
    }
}
