//! No card number in the repository, not even in a test: only those that are published for tests.

use crate::repository::{Findings, Repository};

/// Numbers that card brands and processors publish for tests; none of them is anybody's.
const PUBLIC_TEST_NUMBERS: [&str; 17] = [
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "3566002020360505",
    "6250947000000014",
    "6759649826438453",
    "6073849700004947",
    "6362970000457013",
    "2200000000000004",
    "2223000048400011",
    "6221261111117766",
    "6062825624254001",
    "4000000000009987",
    "4000000000009995",
    "4761739001010119",
];

/// Files of sums and fonts, where digits mean nothing.
const SKIPPED: [&str; 2] = ["Cargo.lock", "ui/fonts/"];

/// Finds 13 to 19 digits that begin like a card number and end in its check digit, together or in groups of four.
pub fn card_numbers(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.files.iter().filter(|file| !SKIPPED.iter().any(|path| file.path.starts_with(path))) {
        for (line, text) in file.lines() {
            for number in runs(text).into_iter().filter(|number| is_card_number(number)) {
                if !PUBLIC_TEST_NUMBERS.contains(&number.as_str()) && !is_only_zeros(&number) {
                    let last = &number[number.len() - 4..];
                    findings
                        .push(file.finding(line, &format!("may be a card number: {} digits … {last}", number.len())));
                }
            }
        }
    }
    findings
}

/// Whether there is nothing but zeros between the first digit and the check digit: no issuer has such a number.
fn is_only_zeros(number: &str) -> bool {
    number[1..number.len() - 1].bytes().all(|digit| digit == b'0')
}

/// Runs of digits that are no part of a longer word or number. Single blanks and hyphens between groups of at least
/// four digits count as one run.
fn runs(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    let mut found = Vec::new();
    let mut place = 0;
    while place < bytes.len() {
        if !bytes[place].is_ascii_digit() || (place > 0 && is_word(bytes[place - 1])) {
            place += 1;
            continue;
        }
        let mut digits = String::new();
        let mut group_lengths = vec![0];
        let mut end = place;
        while let Some(byte) = bytes.get(end) {
            let group_goes_on = matches!(byte, b' ' | b'-') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            match byte {
                b'0'..=b'9' => {
                    digits.push(char::from(*byte));
                    group_lengths.last_mut().into_iter().for_each(|length| *length += 1);
                }
                _ if group_goes_on => group_lengths.push(0),
                _ => break,
            }
            end += 1;
        }
        let embossed = group_lengths.len() == 1
            || group_lengths[..group_lengths.len() - 1].iter().all(|length| (4..=6).contains(length));
        let ends = !bytes.get(end).is_some_and(|byte| is_word(*byte) && *byte != b'.');
        if embossed && ends {
            found.push(digits);
        }
        place = end;
    }
    found
}

/// Whether digits have the length, the beginning (ISO/IEC 7812: 2 to 6, and 81 of `UnionPay`) and the check digit.
fn is_card_number(digits: &str) -> bool {
    let begins = digits.starts_with(|first: char| ('2'..='6').contains(&first)) || digits.starts_with("81");
    (13..=19).contains(&digits.len()) && begins && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let values = digits.chars().rev().filter_map(|digit| digit.to_digit(10)).enumerate();
    values.map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        card_numbers(&Repository::of(&[("tests/a.rs", text)])).len()
    }

    /// A number with a right check digit that is in no list. Made here, so that this file does not hold it.
    fn unlisted() -> String {
        let stem = format!("4{}", "9".repeat(14));
        (0..10).map(|digit| format!("{stem}{digit}")).find(|number| luhn(number)).unwrap()
    }

    #[test]
    fn a_card_number_is_found_in_every_form() {
        let number = unlisted();
        let groups: Vec<&str> = (0..4).map(|group| &number[group * 4..group * 4 + 4]).collect();
        for text in
            [number.clone(), format!("\"{number}\","), groups.join(" "), groups.join("-"), format!("pan={number}.")]
        {
            assert_eq!(found(&text), 1, "{text}");
        }
    }

    #[test]
    fn public_test_numbers_and_other_digits_are_none() {
        let number = unlisted();
        for text in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00",
            "1764000000000",
            "4000000000000002",
            &format!("a{number}"),
            &format!("{number}f"),
            &format!("{number}1234"),
            &number.replace('4', "7"),
        ] {
            assert_eq!(found(text), 0, "{text}");
        }
        assert!(PUBLIC_TEST_NUMBERS.iter().all(|number| is_card_number(number)), "one is no card number");
    }
}
