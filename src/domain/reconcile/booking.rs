//! Whether a line is a booking that an earlier statement had.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::ids::StatementId;
use crate::domain::money::Money;
use crate::domain::reconcile::reference::sale_references;
use crate::domain::reconcile::{StatementLine, StatementLines};

/// What one booking of the bank's is known by: its number where it has one, else everything that is said of it. A number
/// alone is not enough: a bank numbers a batch once, and two customers of it may have paid the same ([`Named`]).
type Booking<'a> = (NaiveDate, Money, [Option<&'a str>; 6]);

/// What a booking with a number of the bank's names beside it; nothing where it names nothing, and then it may be any
/// of its number.
type Named<'a> = Option<Cow<'a, str>>;

fn named(line: &StatementLine) -> Named<'_> {
    line.bank_reference.as_ref()?;
    let texts = [&line.reference, &line.end_to_end_id, &line.description].map(Option::as_deref);
    let sale = texts.into_iter().flatten().flat_map(sale_references).next();
    // A later file may say more of the same booking: what names a sale goes before what else is said.
    let said = || line.end_to_end_id.as_deref().or(line.reference.as_deref()).map(Cow::Borrowed);
    sale.map(|sale| Cow::Owned(sale.to_string())).or_else(said)
}

fn booking(line: &StatementLine) -> Booking<'_> {
    let texts = match line.bank_reference.as_deref() {
        Some(number) => [Some(number), None, None, None, None, None],
        None => [
            None,
            line.reference.as_deref(),
            line.end_to_end_id.as_deref(),
            line.counterparty_name.as_deref(),
            line.counterparty_account.as_deref(),
            line.description.as_deref(),
        ],
    };
    (line.booked_on, line.amount, texts)
}

/// The lines of a file that no earlier statement had; `kept` are the lines of all of them. Files of a day and of its week
/// overlap: a booking that is there already is not taken a second time. Lines of one file that are alike are several
/// bookings, so as many are known as the statement with the most of them had. Lines of two accounts are never one booking,
/// and neither are lines that name two different payments.
#[must_use]
pub fn news<'a>(
    kept: impl IntoIterator<Item = (StatementId, &'a StatementLine)>,
    lines: &StatementLines,
) -> StatementLines {
    type Which<'a> = (Option<&'a str>, Named<'a>);
    let mut of_statement: BTreeMap<(StatementId, Booking<'_>, Which<'_>), usize> = BTreeMap::new();
    for (statement, line) in kept {
        *of_statement.entry((statement, booking(line), (line.account.as_deref(), named(line)))).or_default() += 1;
    }
    let mut known: BTreeMap<Booking<'_>, BTreeMap<Which<'_>, usize>> = BTreeMap::new();
    for ((_, booking, which), count) in of_statement {
        let most = known.entry(booking).or_default().entry(which).or_default();
        *most = count.max(*most);
    }
    let mut is_new = Vec::with_capacity(lines.len());
    for line in lines.iter() {
        let of_booking = known.entry(booking(line)).or_default();
        let (account, named) = (line.account.as_deref(), named(line));
        // What a file does not say may be anything: then everything else has to do.
        let mut may_be = vec![(account, named.clone())];
        match (account.is_some(), named.is_some()) {
            (true, true) => may_be.extend([(account, None), (None, named), (None, None)]),
            (is_account_said, is_named) => {
                let fits = |(other, said): &&Which<'_>| {
                    (!is_account_said || other.is_none() || *other == account)
                        && (!is_named || said.is_none() || *said == named)
                };
                may_be.extend(of_booking.keys().find(fits).cloned());
            }
        }
        let found = may_be.into_iter().find(|which| of_booking.contains_key(which));
        is_new.push(found.is_none());
        if let Some(which) = found
            && let Some(left) = of_booking.get_mut(&which)
        {
            *left -= 1;
            if *left == 0 {
                of_booking.remove(&which);
            }
        }
    }
    if is_new.iter().all(|is_new| *is_new) {
        return lines.clone();
    }
    lines.iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|(line, _)| line.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{LineId, SaleReference};
    use crate::domain::money::Currency;
    use uuid::Uuid;

    fn line_id(n: u32) -> LineId {
        LineId(Uuid::from_u128(1_000 + u128::from(n)))
    }

    fn line(n: u32, minor: i64, text: &str) -> StatementLine {
        StatementLine {
            id: line_id(n),
            account: None,
            booked_on: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
            valued_on: None,
            amount: Money::new(minor, Currency::EUR),
            reference: None,
            end_to_end_id: None,
            counterparty_name: None,
            counterparty_account: None,
            description: Some(text.to_owned()),
            bank_reference: None,
            reversal: false,
        }
    }

    /// What of a file is news after one statement that had these lines.
    fn new(kept: &[StatementLine], file: Vec<StatementLine>) -> Vec<LineId> {
        let first = StatementId(Uuid::from_u128(1));
        news(kept.iter().map(|line| (first, line)), &file.into()).iter().map(|line| line.id).collect()
    }

    #[test]
    fn what_an_earlier_statement_had_is_no_news() {
        let numbered = |n, number: &str| StatementLine { bank_reference: Some(number.to_owned()), ..line(n, 500, "x") };
        let kept = [(1, line(1, 500, "a")), (1, line(2, 500, "a")), (2, line(3, 500, "a")), (2, numbered(4, "N"))];
        let kept = kept.iter().map(|(statement, line)| (StatementId(Uuid::from_u128(*statement)), line));
        let renamed = StatementLine { description: Some("y".to_owned()), ..numbered(9, "N") };
        let file = vec![
            line(5, 500, "a"),
            line(6, 500, "a"),
            line(7, 500, "a"),
            line(8, 501, "a"),
            renamed,
            numbered(10, "N"),
            numbered(11, "M"),
        ];
        let ids: Vec<LineId> = news(kept, &file.into()).iter().map(|line| line.id).collect();
        // Two of the three that are alike were there; the bank's number counts whatever the text says now.
        assert_eq!(ids, [line_id(7), line_id(8), line_id(10), line_id(11)]);
    }

    #[test]
    fn a_booking_of_another_account_is_news() {
        let on = |n, account: Option<&str>| StatementLine { account: account.map(str::to_owned), ..line(n, 500, "a") };
        let kept = [on(1, Some("A"))];
        assert_eq!(new(&kept, vec![on(2, Some("A")), on(3, Some("B"))]), [line_id(3)]);
        // A file that says no account may be of any, and is the one that is there.
        assert_eq!(new(&kept, vec![on(2, None), on(3, None)]), [line_id(3)]);
        assert_eq!(new(&[on(1, None)], vec![on(2, Some("A")), on(3, Some("B"))]), [line_id(3)]);
    }

    #[test]
    fn another_payment_of_a_batch_with_one_number_is_news() {
        let number = |line: StatementLine| StatementLine { bank_reference: Some("BATCH1".to_owned()), ..line };
        let sale = |n| SaleReference::new(23, n).unwrap().to_string();
        let of = |n, end_to_end_id: Option<String>| number(StatementLine { end_to_end_id, ..line(n, 500, "") });
        let kept = [of(1, Some(sale(7)))];
        assert_eq!(new(&kept, vec![of(2, Some(sale(8)))]), [line_id(2)], "of another sale");
        assert_eq!(new(&kept, vec![of(2, Some("R-9".to_owned()))]), [line_id(2)], "of somebody else");
        let told = StatementLine { counterparty_name: Some("Ann".to_owned()), ..of(2, Some(sale(7))) };
        assert_eq!(new(&kept, vec![told.clone()]), [], "the same, and now its payer is told");
        let in_text = number(line(2, 500, &format!("sale {}", sale(7))));
        assert_eq!(new(&kept, vec![in_text]), [], "the same sale, named elsewhere");
        // A file that names nothing may mean any of them, each once.
        assert_eq!(new(&kept, vec![of(2, None), of(3, None)]), [line_id(3)]);
        assert_eq!(new(&[of(1, None)], vec![told, of(3, Some(sale(8)))]), [line_id(3)]);
    }
}
