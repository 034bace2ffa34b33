//! Which brand a number belongs to: the ranges of issuer numbers.

use super::brand::Brand;

/// The number of leading digits that decide the brand.
///
/// ISO/IEC 7812-1:2017 made issuer numbers eight digits long, but no brand is told apart by the last two of them.
pub(super) const PREFIX_DIGITS: u32 = 6;

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
/// braintree/credit-card-type for `UnionPay`, Mir, Elo, Hipercard and Hiper; NPCI's ranges as quoted by Indian
/// acquirers for `RuPay`; the ranges of Turkish acquirers' test cards for Troy). Where cards carry two brands the one
/// that issued the number stands here: `RuPay` before JCB, and `UnionPay` before Discover, which takes 622126 to
/// 622925, 624 to 626 and 6282 to 6288 in North America as its own. Hiper's two ranges of eight digits are left out.
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
    range(606_282, 606_282, Brand::Hipercard),
    range(637_095, 637_095, Brand::Hiper),
    range(637_568, 637_568, Brand::Hiper),
    range(637_599, 637_599, Brand::Hiper),
    range(637_609, 637_609, Brand::Hiper),
    range(637_612, 637_612, Brand::Hiper),
    range(979_200, 979_299, Brand::Troy),
];

#[cfg(test)]
mod tests {
    use super::super::brand::check_digit_holds;
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
            ("9", Identified::Undecided),
            ("9791", Identified::NoBrand),
            ("622126", Identified::As(Brand::UnionPay)),
            ("627780", Identified::As(Brand::Elo)),
            ("627781", Identified::As(Brand::UnionPay)),
            ("6500", Identified::As(Brand::Discover)),
            ("650031", Identified::As(Brand::Elo)),
            ("650034", Identified::As(Brand::Discover)),
            ("653149", Identified::As(Brand::Rupay)),
            ("653150", Identified::As(Brand::Discover)),
            ("508500", Identified::As(Brand::Rupay)),
            ("508499", Identified::As(Brand::Maestro)),
            ("509000", Identified::As(Brand::Elo)),
            ("817199", Identified::As(Brand::UnionPay)),
            ("817200", Identified::As(Brand::Rupay)),
            ("606282", Identified::As(Brand::Hipercard)),
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
            ("2223000048400011", Brand::Mastercard),
            ("6221261111117766", Brand::UnionPay),
            ("6062825624254001", Brand::Hipercard),
            ("9792072000017956", Brand::Troy),
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

    /// The narrowest range wins, so every range decides at its own first and last number, whatever it lies in.
    #[test]
    fn every_range_decides_at_both_of_its_ends() {
        for range in RANGES {
            for prefix in [range.first, range.last] {
                let inner = RANGES
                    .iter()
                    .filter(|other| other.first <= prefix && prefix <= other.last)
                    .min_by_key(|other| other.last - other.first);
                let expected = inner.map_or(Identified::NoBrand, |inner| Identified::As(inner.brand));
                assert_eq!(identify(&digits(&prefix.to_string())), expected, "{prefix}");
            }
        }
    }

    /// What the digits say becomes only more certain with each that is typed, and never changes once six are there.
    #[test]
    fn more_digits_never_take_a_brand_back_to_unknown() {
        for prefix in (100_000..1_000_000).step_by(7) {
            let typed = digits(&u32::to_string(&prefix));
            let steps: Vec<Identified> = (0..=typed.len()).map(|length| identify(&typed[..length])).collect();
            for pair in steps.windows(2) {
                let taken_back = matches!((pair[0], pair[1]), (Identified::As(_), Identified::Undecided))
                    || (pair[0] == Identified::NoBrand && pair[1] != Identified::NoBrand);
                assert!(!taken_back, "{prefix}: {steps:?}");
            }
            assert_ne!(steps[6], Identified::Undecided, "{prefix}");
        }
    }
}
