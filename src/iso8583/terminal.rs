//! What the acquirer calls this till, and what its profile wants in every request.

/// Why the till's registration with the acquirer is not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} “{value}” must be {rule} (ISO 8583 DE {field})")]
pub struct TerminalError {
    /// What it is, as the settings name it.
    pub name: &'static str,
    /// What was given.
    pub value: String,
    /// What is allowed.
    pub rule: &'static str,
    /// The field it stands in.
    pub field: u8,
}

/// The till as the acquirer registered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    id: String,
    merchant: String,
    network_id: Option<String>,
    merchant_category: Option<String>,
    condition: String,
}

/// The condition code of a card that is there but cannot be read, so that its number is typed in.
///
/// ISO 8583:1987 has only 00 (normal) and 05 (customer there, card not); 71 is the code of the Visa network for exactly
/// our case, and hosts that do not know it say so: then the acquirer's choice goes into the settings.
const CONDITION_KEYED: &str = "71";

impl Terminal {
    /// A registration with terminal id and merchant id.
    ///
    /// # Errors
    ///
    /// The terminal id is not 1 to 8, or the merchant id not 1 to 15 characters of printable ASCII without blanks.
    pub fn new(terminal_id: &str, merchant_id: &str) -> Result<Self, TerminalError> {
        let graphic = |text: &str, longest| {
            (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let refuse = |name, value: &str, rule, field| TerminalError { name, value: value.to_owned(), rule, field };
        if !graphic(terminal_id, 8) {
            return Err(refuse("terminal id", terminal_id, "1 to 8 printable characters without blanks", 41));
        }
        if !graphic(merchant_id, 15) {
            return Err(refuse("merchant id", merchant_id, "1 to 15 printable characters without blanks", 42));
        }
        Ok(Self {
            id: terminal_id.to_owned(),
            merchant: merchant_id.to_owned(),
            network_id: None,
            merchant_category: None,
            condition: CONDITION_KEYED.to_owned(),
        })
    }

    /// With the network id (NII) of DE 24.
    ///
    /// # Errors
    ///
    /// It is not three digits.
    pub fn with_network_id(mut self, text: &str) -> Result<Self, TerminalError> {
        self.network_id = Some(digits("network id", text, 3, "three digits", 24)?);
        Ok(self)
    }

    /// With the merchant category code of DE 18 (ISO 18245).
    ///
    /// # Errors
    ///
    /// It is not four digits.
    pub fn with_merchant_category(mut self, text: &str) -> Result<Self, TerminalError> {
        self.merchant_category = Some(digits("merchant category", text, 4, "four digits", 18)?);
        Ok(self)
    }

    /// With the condition code the acquirer wants in DE 25 for a typed card, instead of 71.
    ///
    /// # Errors
    ///
    /// It is not two digits.
    pub fn with_condition(mut self, text: &str) -> Result<Self, TerminalError> {
        self.condition = digits("condition code", text, 2, "two digits", 25)?;
        Ok(self)
    }

    /// The terminal id without padding, as a sealed card names it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The merchant id without padding.
    #[must_use]
    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    /// DE 41: eight characters, padded with blanks.
    pub(super) fn padded_id(&self) -> String {
        format!("{:<8}", self.id)
    }

    /// DE 42: fifteen characters, padded with blanks.
    pub(super) fn padded_merchant(&self) -> String {
        format!("{:<15}", self.merchant)
    }

    /// DE 24, where the acquirer gave one.
    #[must_use]
    pub fn network_id(&self) -> Option<&str> {
        self.network_id.as_deref()
    }

    /// DE 18, where the profile wants it.
    #[must_use]
    pub fn merchant_category(&self) -> Option<&str> {
        self.merchant_category.as_deref()
    }

    /// DE 25 of a typed card.
    #[must_use]
    pub fn condition(&self) -> &str {
        &self.condition
    }
}

fn digits(
    name: &'static str,
    text: &str,
    length: usize,
    rule: &'static str,
    field: u8,
) -> Result<String, TerminalError> {
    if text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(TerminalError { name, value: text.to_owned(), rule, field })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_outside_its_fields_is_refused() {
        let good = || Terminal::new("TILL0010", "SHOP-4711").unwrap();
        for error in [
            Terminal::new("", "M").unwrap_err(),
            Terminal::new("TILL00100", "M").unwrap_err(),
            Terminal::new("TI LL", "M").unwrap_err(),
            Terminal::new("T", "M234567890123456").unwrap_err(),
            good().with_network_id("1").unwrap_err(),
            good().with_merchant_category("54l1").unwrap_err(),
            good().with_condition("071").unwrap_err(),
        ] {
            assert!(error.to_string().contains(&format!("“{}” must be", error.value)), "{error}");
        }
        assert_eq!(good().with_condition("05").unwrap().condition(), "05");
        assert_eq!(Terminal::new("T", "M").unwrap().padded_id(), "T       ");
    }
}
