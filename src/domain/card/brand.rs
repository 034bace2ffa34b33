//! Card brands: which one a number belongs to, how long its numbers are, whether they end in a check digit.

use serde::{Deserialize, Serialize};

/// The number of leading digits that decide the brand.
///
/// ISO/IEC 7812-1:2017 made issuer numbers eight digits long, but no brand is told apart by the last two of them.
pub(super) const PREFIX_DIGITS: u32 = 6;

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
}

impl Brand {
    /// Every brand, in the order in which settings and pages list them.
    pub const ALL: [Self; 11] = [
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
    ];

    /// The name as the brand writes it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Visa => "Visa",
            Self::Mastercard => "Mastercard",
            Self::Amex => "American Express",
            Self::Discover => "Discover",
            Self::Diners => "Diners Club",
            Self::Jcb => "JCB",
            Self::UnionPay => "UnionPay",
            Self::Maestro => "Maestro",
            Self::Mir => "Mir",
            Self::Rupay => "RuPay",
            Self::Elo => "Elo",
        }
    }

    /// How many digits a number of this brand may have, ascending.
    ///
    /// Visa's 13 are no longer issued but still accepted by its rules; Diners Club numbers grew from 14 to up to 19.
    #[must_use]
    pub const fn lengths(self) -> &'static [usize] {
        match self {
            Self::Visa => &[13, 16, 19],
            Self::Mastercard | Self::Rupay | Self::Elo => &[16],
            Self::Amex => &[15],
            Self::Diners => &[14, 15, 16, 17, 18, 19],
            Self::Discover | Self::Jcb | Self::UnionPay | Self::Mir => &[16, 17, 18, 19],
            Self::Maestro => &[12, 13, 14, 15, 16, 17, 18, 19],
        }
    }

    /// The length nearly all cards of this brand have: from here on a wrong check digit is shown while typing.
    #[must_use]
    pub const fn usual_length(self) -> usize {
        match self {
            Self::Amex => 15,
            Self::Diners => 14,
            Self::Visa
            | Self::Mastercard
            | Self::Discover
            | Self::Jcb
            | Self::UnionPay
            | Self::Maestro
            | Self::Mir
            | Self::Rupay
            | Self::Elo => 16,
        }
    }

    /// Whether every number ends in the check digit of ISO/IEC 7812-1 annex B.
    ///
    /// `UnionPay` issued numbers without one and some are still in use (braintree/card-validator, issue 112), so its
    /// numbers are not refused for it.
    #[must_use]
    pub const fn has_check_digit(self) -> bool {
        !matches!(self, Self::UnionPay)
    }

    /// The sizes of the groups in which the number is embossed on the card; the rest goes into fours.
    #[must_use]
    pub const fn groups(self, length: usize) -> &'static [usize] {
        match (self, length) {
            (Self::Amex, _) => &[4, 6, 5],
            (Self::Diners, ..=14) => &[4, 6, 4],
            (_, _) => &[4, 4, 4, 4, 3],
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

/// What the leading digits say of the brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identified {
    /// This brand, as far as the digits go: a narrower range may still take over before the sixth digit.
    As(Brand),
    /// Several brands are possible.
    Undecided,
    /// No brand has such a number.
    NoBrand,
}

/// Finds the brand of a number of which these are the first digits (values 0 to 9).
///
/// The narrowest range that contains everything the digits can still become wins, so that a range inside another one
/// (Elo inside Visa's 4) needs no order in the table.
pub(super) fn identify(digits: &[u8]) -> Identified {
    let (mut low, mut high) = (0_u32, 0_u32);
    for place in 0..PREFIX_DIGITS as usize {
        let digit = digits.get(place).copied().map(u32::from);
        low = low * 10 + digit.unwrap_or(0);
        high = high * 10 + digit.unwrap_or(9);
    }
    let narrowest = RANGES
        .iter()
        .filter(|range| range.first <= low && high <= range.last)
        .min_by_key(|range| range.last - range.first);
    match narrowest {
        Some(range) => Identified::As(range.brand),
        None if RANGES.iter().any(|range| range.first <= high && low <= range.last) => Identified::Undecided,
        None => Identified::NoBrand,
    }
}

struct Range {
    first: u32,
    last: u32,
    brand: Brand,
}

const fn range(first: u32, last: u32, brand: Brand) -> Range {
    Range { first, last, brand }
}

/// The issuer number ranges, six digits wide.
///
/// Sources: the brands' ranges as acquirers publish them for card type detection (Cybersource "Card Type
/// Identification" for Visa, Mastercard, Amex, Discover, Diners Club, JCB and Maestro; the facts behind
/// braintree/credit-card-type for `UnionPay`, Mir and Elo; NPCI's ranges as quoted by Indian acquirers for `RuPay`).
/// Where cards carry two brands (`RuPay` with JCB, `UnionPay` with Discover) the one that issued the number stands
/// here.
const RANGES: &[Range] = &[
    range(400_000, 499_999, Brand::Visa),
    range(510_000, 559_999, Brand::Mastercard),
    range(222_100, 272_099, Brand::Mastercard),
    range(340_000, 349_999, Brand::Amex),
    range(370_000, 379_999, Brand::Amex),
    range(601_100, 601_199, Brand::Discover),
    range(644_000, 659_999, Brand::Discover),
    range(300_000, 305_999, Brand::Diners),
    range(309_500, 309_599, Brand::Diners),
    range(360_000, 369_999, Brand::Diners),
    range(380_000, 399_999, Brand::Diners),
    range(352_800, 358_999, Brand::Jcb),
    range(620_000, 629_999, Brand::UnionPay),
    range(810_000, 817_199, Brand::UnionPay),
    range(500_000, 509_999, Brand::Maestro),
    range(560_000, 589_999, Brand::Maestro),
    range(630_400, 630_499, Brand::Maestro),
    range(639_000, 639_099, Brand::Maestro),
    range(670_000, 679_999, Brand::Maestro),
    range(220_000, 220_499, Brand::Mir),
    range(508_500, 508_999, Brand::Rupay),
    range(606_985, 607_984, Brand::Rupay),
    range(608_001, 608_500, Brand::Rupay),
    range(652_150, 653_149, Brand::Rupay),
    range(817_200, 819_899, Brand::Rupay),
    range(401_178, 401_179, Brand::Elo),
    range(431_274, 431_274, Brand::Elo),
    range(438_935, 438_935, Brand::Elo),
    range(451_416, 451_416, Brand::Elo),
    range(457_393, 457_393, Brand::Elo),
    range(457_631, 457_632, Brand::Elo),
    range(504_175, 504_175, Brand::Elo),
    range(506_699, 506_778, Brand::Elo),
    range(509_000, 509_999, Brand::Elo),
    range(627_780, 627_780, Brand::Elo),
    range(636_297, 636_297, Brand::Elo),
    range(636_368, 636_368, Brand::Elo),
    range(650_031, 650_033, Brand::Elo),
    range(650_035, 650_051, Brand::Elo),
    range(650_405, 650_439, Brand::Elo),
    range(650_485, 650_538, Brand::Elo),
    range(650_541, 650_598, Brand::Elo),
    range(650_700, 650_718, Brand::Elo),
    range(650_720, 650_727, Brand::Elo),
    range(650_901, 650_978, Brand::Elo),
    range(651_652, 651_679, Brand::Elo),
    range(655_000, 655_019, Brand::Elo),
    range(655_021, 655_058, Brand::Elo),
];

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

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn the_brand_is_told_as_early_as_it_is_certain() {
        for (typed, expected) in [
            ("", Identified::Undecided),
            ("4", Identified::As(Brand::Visa)),
            ("401178", Identified::As(Brand::Elo)),
            ("401177", Identified::As(Brand::Visa)),
            ("2", Identified::Undecided),
            ("2204", Identified::As(Brand::Mir)),
            ("2205", Identified::NoBrand),
            ("222099", Identified::NoBrand),
            ("222100", Identified::As(Brand::Mastercard)),
            ("272099", Identified::As(Brand::Mastercard)),
            ("272100", Identified::NoBrand),
            ("3", Identified::Undecided),
            ("34", Identified::As(Brand::Amex)),
            ("6", Identified::Undecided),
            ("62", Identified::As(Brand::UnionPay)),
            ("652150", Identified::As(Brand::Rupay)),
            ("1", Identified::NoBrand),
            ("9", Identified::NoBrand),
        ] {
            assert_eq!(identify(&digits(typed)), expected, "{typed}");
        }
    }

    #[test]
    fn public_test_numbers_of_each_brand_are_recognised() {
        for (number, brand) in [
            ("4111111111111111", Brand::Visa),
            ("5555555555554444", Brand::Mastercard),
            ("378282246310005", Brand::Amex),
            ("6011111111111117", Brand::Discover),
            ("30569309025904", Brand::Diners),
            ("3566002020360505", Brand::Jcb),
            ("6250947000000014", Brand::UnionPay),
            ("6759649826438453", Brand::Maestro),
            ("6073849700004947", Brand::Rupay),
            ("6362970000457013", Brand::Elo),
            ("2200000000000004", Brand::Mir),
        ] {
            let number = digits(number);
            assert_eq!(identify(&number), Identified::As(brand), "{}", brand.label());
            assert!(brand.lengths().contains(&number.len()), "{}", brand.label());
            assert!(check_digit_holds(&number), "{}", brand.label());
        }
    }

    #[test]
    fn no_range_is_upside_down_and_ranges_of_two_brands_only_nest() {
        for (place, one) in RANGES.iter().enumerate() {
            assert!(one.first <= one.last && one.last <= 999_999);
            for other in &RANGES[place + 1..] {
                let apart = one.last < other.first || other.last < one.first;
                let nested = (one.first <= other.first && other.last <= one.last)
                    || (other.first <= one.first && one.last <= other.last);
                assert!(apart || nested, "{} and {}", one.first, other.first);
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
