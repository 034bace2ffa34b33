//! Finding the ten digits of a sale reference in what a payer or a bank made of them.

use crate::domain::ids::SaleReference;
use crate::domain::reconcile::StatementLine;

/// How many numbers of one line are tried with each digit changed; a real line has a handful.
pub const NUMBERS_TRIED_MAX: usize = 8;

const DIGITS: usize = 10;

/// The texts of a line in which a reference may stand, the strictest first.
pub fn texts(line: &StatementLine) -> impl Iterator<Item = &str> {
    [&line.reference, &line.end_to_end_id, &line.description].into_iter().filter_map(|text| text.as_deref())
}

/// Numbers of exactly ten digits, also when they are broken by spaces, hyphens, points or slashes.
pub fn whole_numbers(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for chain in chains(text) {
        for first in 0..chain.len() {
            let mut digits = 0;
            let fits = chain[first..].iter().position(|run| {
                digits += run.len();
                digits >= DIGITS
            });
            if let (Some(more), DIGITS) = (fits, digits) {
                found.extend(value(chain[first..=first + more].iter().copied()));
            }
        }
    }
    found
}

/// Every ten digits in a row inside longer numbers.
pub fn inner_numbers(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for chain in chains(text) {
        let digits = chain.concat();
        if digits.len() > DIGITS {
            let last = digits.len() - DIGITS;
            found.extend((0..=last).filter_map(|start| value(std::iter::once(&digits[start..start + DIGITS]))));
        }
    }
    found
}

/// The number with each digit changed to each other one.
pub fn one_digit_off(number: u64) -> impl Iterator<Item = u64> {
    (0..10_u32).flat_map(move |place| {
        let weight = 10_u64.pow(place);
        let digit = number / weight % 10;
        let without = number - digit * weight;
        (0..10).filter(move |other| *other != digit).map(move |other| without + other * weight)
    })
}

/// The first number of the line that has the form and the check digit of a sale reference.
pub fn first_reference(line: &StatementLine) -> Option<SaleReference> {
    texts(line).flat_map(whole_numbers).find_map(|number| format!("{number:010}").parse().ok())
}

/// Digits in a row, grouped where at most [`GAP_MAX`] separators stand between them.
fn chains(text: &str) -> Vec<Vec<&str>> {
    let mut chains: Vec<Vec<&str>> = Vec::new();
    let mut rest = text;
    let mut linked = false;
    while let Some(start) = rest.find(|char: char| char.is_ascii_digit()) {
        let gap = &rest[..start];
        linked = linked && gap.chars().count() <= GAP_MAX && gap.chars().all(is_separator);
        let run_on = &rest[start..];
        let end = run_on.find(|char: char| !char.is_ascii_digit()).unwrap_or(run_on.len());
        match chains.last_mut() {
            Some(chain) if linked => chain.push(&run_on[..end]),
            Some(_) | None => chains.push(vec![&run_on[..end]]),
        }
        linked = true;
        rest = &run_on[end..];
    }
    chains
}

/// The most separators that may stand inside a broken number.
const GAP_MAX: usize = 3;

fn is_separator(char: char) -> bool {
    char.is_whitespace() || ['-', '.', '/', '·'].contains(&char)
}

/// At most ten digits as a number.
fn value<'a>(runs: impl Iterator<Item = &'a str>) -> Option<u64> {
    runs.flat_map(str::bytes).try_fold(0_u64, |value, byte| value.checked_mul(10)?.checked_add(u64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_are_found_whole_or_broken() {
        for (text, found) in [
            ("2300310425", vec![2_300_310_425]),
            ("Danke! 2300310425.", vec![2_300_310_425]),
            ("23 0031 0425", vec![2_300_310_425]),
            ("2300-310-425/", vec![2_300_310_425]),
            ("Bon 12 2300 310 425", vec![2_300_310_425]),
            ("2026-11-22 2300310425", vec![2_300_310_425]),
            ("RF18 2300310425", vec![2_300_310_425]),
            ("23x00310425", vec![]),
            ("23    00310425", vec![]),
            ("123003104250", vec![]),
            ("２３００３１０４２５", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(whole_numbers(text), found, "{text}");
        }
    }

    #[test]
    fn ten_digits_inside_longer_numbers_are_found_apart() {
        assert!(inner_numbers("RF182300310425").contains(&2_300_310_425));
        assert!(inner_numbers("1 23003 104259").contains(&2_300_310_425));
        assert_eq!(inner_numbers("2300310425"), [0_u64; 0]);
    }

    #[test]
    fn each_digit_is_changed_to_each_other_one() {
        let changed: Vec<u64> = one_digit_off(2_300_310_425).collect();
        assert_eq!(changed.len(), 90);
        assert!(changed.contains(&2_300_310_424) && changed.contains(&1_300_310_425));
        assert!(!changed.contains(&2_300_310_425));
    }
}
