//! The password of a terminal: six digits that go into several commands.

use zeroize::{Zeroize, Zeroizing};

/// The digits of a password (PA00P015 13.13, section 1.2).
const PASSWORD_DIGITS: usize = 6;

/// A password, as the three bytes that are sent. It cannot be shown, copied or compared, and is wiped when dropped.
pub struct Password([u8; PASSWORD_DIGITS / 2]);

/// Why a text is no password. Does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password of a terminal is exactly {PASSWORD_DIGITS} digits; this text of {characters} characters is not")]
pub struct PasswordError {
    /// How long the text is.
    pub characters: usize,
}

impl Password {
    /// Reads a password; blanks and line ends around it do not count.
    ///
    /// # Errors
    ///
    /// Not exactly six digits.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let text = text.trim();
        let wrong = PasswordError { characters: text.chars().count() };
        let digits = Zeroizing::new(text.bytes().map(|byte| byte.wrapping_sub(b'0')).collect::<Vec<u8>>());
        if digits.len() != PASSWORD_DIGITS || digits.iter().any(|digit| *digit > 9) {
            return Err(wrong);
        }
        let mut bytes = [0; PASSWORD_DIGITS / 2];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Ok(Self(bytes))
    }

    /// The bytes that are sent.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_six_digits() {
        assert_eq!(Password::parse("012345\n").unwrap().bytes(), [0x01, 0x23, 0x45]);
        for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            let error = Password::parse(text).err().unwrap();
            assert_eq!(error.characters, text.chars().count());
            assert!(text.is_empty() || !error.to_string().contains(text));
        }
    }
}
