//! Amounts that are typed digit by digit, as on a till: the digits move up from the right.

use super::{AMOUNT_MINOR_MAX, Currency};

impl Currency {
    /// What an amount of this many minor units is after more digits; none where that is no amount any more. Without
    /// cents in use the digits are whole units.
    #[must_use]
    pub fn typed(self, minor: i64, digits: &str) -> Option<i64> {
        let step = self.step_minor();
        let typed = digits.bytes().try_fold(minor.checked_div(step)?, |amount, byte| {
            let digit = i64::from(byte.checked_sub(b'0').filter(|digit| *digit <= 9)?);
            amount.checked_mul(10)?.checked_add(digit)
        })?;
        typed.checked_mul(step).filter(|minor| *minor <= AMOUNT_MINOR_MAX)
    }

    /// What is left of an amount when its last digit is taken away.
    #[must_use]
    pub fn erased(self, minor: i64) -> i64 {
        let step = self.step_minor();
        minor / step / 10 * step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_append_until_the_field_is_full() {
        let euro = Currency::EUR;
        assert_eq!(euro.typed(0, "4"), Some(4));
        assert_eq!(euro.typed(48, "90"), Some(4_890));
        assert_eq!(euro.typed(999_999_999_999, "0"), None);
        assert_eq!(euro.typed(99_999_999_999, "00"), None);
        assert_eq!(euro.typed(4, "x"), None);
        assert_eq!((euro.erased(4_890), euro.erased(4)), (489, 0));
    }

    #[test]
    fn whole_units_are_typed_where_no_cents_are_in_use() {
        for whole in [Currency::KHR, Currency::IDR] {
            assert_eq!(whole.typed(0, "5"), Some(500));
            assert_eq!(whole.typed(500, "00"), Some(50_000));
            assert_eq!(whole.typed(99_999_999_900, "00"), None);
            assert_eq!((whole.erased(50_000), whole.erased(500)), (5_000, 0));
        }
        let yen: Currency = "JPY".parse().unwrap();
        assert_eq!(yen.typed(5, "0"), Some(50));
    }
}
