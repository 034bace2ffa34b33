//! Dates as files write them. What follows the day is the bank's business: it books by its own calendar.

use chrono::NaiveDate;

use super::error::Fault;
use super::shortened;

/// The first year that is taken: programs write a date that they do not know as one of the year 0, 1 or 1899.
pub const FIRST_YEAR: i32 = 1900;

/// `2026-11-22`, alone or with a time behind it.
pub fn iso(what: &'static str, text: &str) -> Result<NaiveDate, Fault> {
    let wrong = || Fault::Date { what, found: shortened(text) };
    let bytes = text.as_bytes();
    let day = match bytes {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..]
            if rest.first().is_none_or(|next| matches!(next, b'T' | b'Z' | b'+' | b'-' | b' ')) =>
        {
            of_digits([*y1, *y2, *y3, *y4, *m1, *m2, *d1, *d2])
        }
        _ => None,
    };
    day.ok_or_else(wrong)
}

/// `20261122`, and whatever stands behind it.
pub fn compact(what: &'static str, text: &str) -> Result<NaiveDate, Fault> {
    let digits = text.as_bytes().first_chunk::<8>().copied();
    digits.and_then(of_digits).ok_or_else(|| Fault::Date { what, found: shortened(text) })
}

/// `261122`, as SWIFT writes it: years from 80 on are of the last century.
pub fn short(what: &'static str, text: &str) -> Result<NaiveDate, Fault> {
    let wrong = || Fault::Date { what, found: shortened(text) };
    let [y1, y2, m1, m2, d1, d2] = *text.as_bytes() else { return Err(wrong()) };
    let [c1, c2] = if y1 >= b'8' { *b"19" } else { *b"20" };
    of_digits([c1, c2, y1, y2, m1, m2, d1, d2]).ok_or_else(wrong)
}

fn of_digits(digits: [u8; 8]) -> Option<NaiveDate> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number =
        |from: usize, to: usize| digits[from..to].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let year = i32::try_from(number(0, 4)).ok().filter(|year| *year >= FIRST_YEAR)?;
    NaiveDate::from_ymd_opt(year, number(4, 6), number(6, 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_day_that_stands_there() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for good in
            ["2026-11-22", "2026-11-22Z", "2026-11-22+01:00", "2026-11-22T23:59:59.9-05:00", "2026-11-22 10:00:00"]
        {
            assert_eq!(iso("d", good), Ok(day), "{good}");
        }
        for bad in [
            "",
            "2026-11-2",
            "22.11.2026",
            "2026-13-01",
            "2026-02-29",
            "2026-11-221",
            "+026-11-22",
            "日日日日",
            "0000-01-01",
            "1899-12-30",
        ] {
            assert!(matches!(iso("d", bad), Err(Fault::Date { .. })), "{bad}");
        }
        assert_eq!(compact("d", "20261122120000[-5:EST]"), Ok(day));
        assert!(compact("d", "2026112").is_err());
        assert_eq!(short("d", "261122"), Ok(day));
        assert_eq!(short("d", "991231").unwrap().to_string(), "1999-12-31");
        for bad in ["", "26112", "2611222", "260230", "2６11"] {
            assert!(short("d", bad).is_err(), "{bad}");
        }
    }
}
