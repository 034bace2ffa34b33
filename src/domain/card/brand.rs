//! Card brands: how long their numbers are, how they are grouped, whether they end in a check digit.

use serde::{Deserialize, Serialize};

/// The most digits a card number may have (ISO/IEC 7812-1, section 4).
pub const NUMBER_DIGITS_MAX: usize = 19;

/// The fewest digits a number of any brand here has (Maestro).
pub const NUMBER_DIGITS_MIN: usize = 12;

/// A card brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    Amex,
    /// Discover.
    Discover,
    /// Diners Club.
    Diners,
    /// JCB.
    Jcb,
    /// China `UnionPay`.
    UnionPay,
    /// Maestro.
    Maestro,
    /// Mir.
    Mir,
    /// `RuPay`.
    Rupay,
    /// Elo.
    Elo,
    /// Hipercard.
    Hipercard,
    /// Hiper.
    Hiper,
    /// Troy.
    Troy,
}

/// What a brand lays down for its numbers.
struct Rules {
    /// The name as the brand writes it.
    label: &'static str,
    /// How many digits a number may have, ascending.
    lengths: &'static [usize],
    /// The length nearly all of its cards have.
    usual: usize,
    /// Whether every number ends in a check digit.
    check_digit: bool,
}

const fn rules(label: &'static str, lengths: &'static [usize], usual: usize) -> Rules {
    Rules { label, lengths, usual, check_digit: true }
}

/// Four groups of four, and what is left.
pub(super) const FOURS: &[usize] = &[4, 4, 4, 4, 3];

impl Brand {
    /// Every brand, in the order in which settings and pages list them.
    pub const ALL: [Self; 14] = [
        Self::Visa,
        Self::Mastercard,
        Self::Amex,
        Self::Discover,
        Self::Diners,
        Self::Jcb,
        Self::UnionPay,
        Self::Maestro,
        Self::Mir,
        Self::Rupay,
        Self::Elo,
        Self::Hipercard,
        Self::Hiper,
        Self::Troy,
    ];

    /// The table of the brands.
    ///
    /// Visa's 13 digits are no longer issued but still accepted by its rules; Diners Club numbers grew from 14 to up to
    /// 19. `UnionPay` issued numbers without a check digit and some are still in use (braintree/card-validator, report
    /// 112), so its numbers are not refused for it.
    const fn rules(self) -> Rules {
        match self {
            Self::Visa => rules("Visa", &[13, 16, 19], 16),
            Self::Mastercard => rules("Mastercard", &[16], 16),
            Self::Amex => rules("American Express", &[15], 15),
            Self::Discover => rules("Discover", &[16, 17, 18, 19], 16),
            Self::Diners => rules("Diners Club", &[14, 15, 16, 17, 18, 19], 14),
            Self::Jcb => rules("JCB", &[16, 17, 18, 19], 16),
            Self::UnionPay => Rules { check_digit: false, ..rules("UnionPay", &[16, 17, 18, 19], 16) },
            Self::Maestro => rules("Maestro", &[12, 13, 14, 15, 16, 17, 18, 19], 16),
            Self::Mir => rules("Mir", &[16, 17, 18, 19], 16),
            Self::Rupay => rules("RuPay", &[16], 16),
            Self::Elo => rules("Elo", &[16], 16),
            Self::Hipercard => rules("Hipercard", &[16], 16),
            Self::Hiper => rules("Hiper", &[16], 16),
            Self::Troy => rules("Troy", &[16], 16),
        }
    }

    /// The name as the brand writes it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.rules().label
    }

    /// How many digits a number of this brand may have, ascending.
    #[must_use]
    pub const fn lengths(self) -> &'static [usize] {
        self.rules().lengths
    }

    /// The length nearly all cards of this brand have: from here on a wrong check digit is shown while typing.
    #[must_use]
    pub const fn usual_length(self) -> usize {
        self.rules().usual
    }

    /// Whether every number ends in the check digit of ISO/IEC 7812-1 annex B.
    #[must_use]
    pub const fn has_check_digit(self) -> bool {
        self.rules().check_digit
    }

    /// The sizes of the groups in which the number is embossed on the card, as far as they are known (Baymard
    /// Institute, "Credit Card IIN Ranges & Spacing Patterns"); other lengths are shown in fours.
    #[must_use]
    pub const fn groups(self, length: usize) -> &'static [usize] {
        match (self, length) {
            (Self::Amex, _) => &[4, 6, 5],
            (Self::Diners, ..=14) => &[4, 6, 4],
            (Self::UnionPay, 19) => &[6, 13],
            (Self::Maestro, 13) => &[4, 4, 5],
            (Self::Maestro, 15) => &[4, 6, 5],
            (_, _) => FOURS,
        }
    }

    /// The lengths as a sentence says them: `13, 16 or 19`.
    #[must_use]
    pub(super) fn lengths_text(self) -> String {
        match self.lengths() {
            [only] => only.to_string(),
            [first, .., last] if last - first + 1 == self.lengths().len() => format!("{first} to {last}"),
            [rest @ .., last] => {
                let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
                format!("{} or {last}", rest.join(", "))
            }
            [] => String::new(),
        }
    }
}

/// Whether digits (values 0 to 9) end in the right check digit: ISO/IEC 7812-1 annex B, the formula of H. P. Luhn.
pub(super) fn check_digit_holds(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| {
            let weighted = u32::from(digit) * if place % 2 == 1 { 2 } else { 1 };
            if weighted > 9 { weighted - 9 } else { weighted }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        for brand in Brand::ALL {
            let lengths = brand.lengths();
            assert!(lengths.is_sorted() && lengths.contains(&brand.usual_length()), "{}", brand.label());
            assert!(lengths.iter().all(|length| (NUMBER_DIGITS_MIN..=NUMBER_DIGITS_MAX).contains(length)));
            for length in lengths {
                assert!(brand.groups(*length).iter().sum::<usize>() >= *length || brand == Brand::Diners);
            }
        }
    }

    #[test]
    fn lengths_are_said_shortly() {
        assert_eq!(Brand::Visa.lengths_text(), "13, 16 or 19");
        assert_eq!(Brand::Amex.lengths_text(), "15");
        assert_eq!(Brand::Jcb.lengths_text(), "16 to 19");
    }
}
