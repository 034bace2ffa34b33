//! One small ledger and one small statement for each class, and one property over all of them.

use super::*;
use crate::domain::ids::{LineId, PaymentId, SaleReference};
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::{Likeness, StatementLines};
use proptest::prelude::*;
use uuid::Uuid;

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn payment(n: u32) -> PaymentId {
    PaymentId(Uuid::from_u128(u128::from(n)))
}

fn line_id(n: u32) -> LineId {
    LineId(Uuid::from_u128(1_000 + u128::from(n)))
}

/// The n-th sale of till 23, paid by payment n, shown on 22 November.
fn claim(n: u32, minor: i64) -> Claim {
    let reference = SaleReference::new(23, n).unwrap();
    Claim {
        payment: payment(n),
        reference,
        amount: euro(minor),
        asked_on: day(22),
        awaits: Awaits::Money,
        carries_reference: true,
    }
}

fn reference(n: u32) -> String {
    SaleReference::new(23, n).unwrap().to_string()
}

fn line(n: u32, minor: i64, text: &str) -> StatementLine {
    StatementLine {
        id: line_id(n),
        account: None,
        booked_on: day(22),
        valued_on: None,
        amount: euro(minor),
        reference: None,
        end_to_end_id: None,
        counterparty_name: None,
        counterparty_account: None,
        description: Some(text.to_owned()),
        bank_reference: None,
        reversal: false,
    }
}

/// The classes of the lines, in their order.
fn line_classes(claims: &[Claim], lines: &[StatementLine]) -> Vec<LineClass> {
    let found = classify(lines, claims, day(22), 3);
    lines.iter().map(|line| found.line(line.id).unwrap()).collect()
}

#[test]
fn a_credit_with_the_reference_is_of_the_code_that_carried_it() {
    let withdrawn = Claim { awaits: Awaits::NothingWithdrawn, ..claim(1, 1_000) };
    let other = Claim { payment: payment(2), carries_reference: false, ..claim(1, 1_000) };
    let lines = [line(1, 1_000, &reference(1))];
    let why = UnknownWhy::Withdrawn(payment(1));
    assert_eq!(line_classes(&[withdrawn, other], &lines), [LineClass::Unknown { why }]);
    // Where no code of the sale carries it, the customer has typed it.
    assert_eq!(line_classes(&[other], &lines), [LineClass::Matched { payment: payment(2) }]);
    let carried = Claim { payment: payment(2), ..claim(1, 1_000) };
    assert_eq!(line_classes(&[withdrawn, carried], &lines), [LineClass::Matched { payment: payment(2) }]);
}

#[test]
fn reference_and_amount_agree_wherever_the_reference_stands() {
    let expected = [LineClass::Matched { payment: payment(1) }];
    let plain = line(1, 500, &format!("thanks {} bye", reference(1)));
    let (first, second) = (reference(1)[..4].to_owned(), reference(1)[4..].to_owned());
    let broken = line(1, 500, &format!("{first} {second}"));
    let structured = StatementLine { reference: Some(reference(1)), ..line(1, 500, "x") };
    let end_to_end = StatementLine { end_to_end_id: Some(reference(1)), ..line(1, 500, "x") };
    for one in [plain, broken, structured, end_to_end] {
        assert_eq!(line_classes(&[claim(1, 500), claim(2, 500)], &[one]), expected);
    }
}

#[test]
fn a_second_credit_is_a_duplicate_whenever_the_first_one_came() {
    let matched = LineClass::Matched { payment: payment(1) };
    let duplicate = LineClass::Duplicate { payment: payment(1) };
    let twice = [line(1, 500, &reference(1)), line(2, 500, &reference(1))];
    assert_eq!(line_classes(&[claim(1, 500)], &twice), [matched, duplicate]);
    // The earlier day is the payment, whatever the order of the ids.
    let later_first =
        [StatementLine { booked_on: day(23), ..line(1, 500, &reference(1)) }, line(2, 500, &reference(1))];
    assert_eq!(line_classes(&[claim(1, 500)], &later_first), [duplicate, matched]);
    let seen = Claim { awaits: Awaits::NothingSeen(line_id(9)), ..claim(1, 500) };
    assert_eq!(line_classes(&[seen], &twice[..1]), [duplicate]);
    assert_eq!(
        classify(&twice[..1], &[seen], day(22), 3).payment(payment(1)),
        Some(PaymentClass::Settled { line: line_id(9) })
    );
}

#[test]
fn another_amount_with_the_reference_says_by_how_much() {
    let one = payment(1);
    for (came, class, seen) in [
        (499, LineClass::Under { payment: one, by: euro(1) }, PaymentClass::Under { line: line_id(1), by: euro(1) }),
        (750, LineClass::Over { payment: one, by: euro(250) }, PaymentClass::Over { line: line_id(1), by: euro(250) }),
    ] {
        let found = classify(&[line(1, came, &reference(1))], &[claim(1, 500)], day(22), 3);
        assert_eq!((found.line(line_id(1)), found.payment(one)), (Some(class), Some(seen)));
    }
    let dollars = StatementLine { amount: Money::new(500, "USD".parse().unwrap()), ..line(1, 0, &reference(1)) };
    let other = LineClass::Unknown { why: UnknownWhy::OtherCurrency(one) };
    assert_eq!(line_classes(&[claim(1, 500)], &[dollars]), [other]);
}

#[test]
fn two_transfers_of_one_sale_share_its_reference() {
    let second = Claim { payment: payment(2), amount: euro(300), ..claim(1, 500) };
    let lines = [line(1, 300, &reference(1)), line(2, 500, &reference(1))];
    let expected = [LineClass::Matched { payment: payment(2) }, LineClass::Matched { payment: payment(1) }];
    assert_eq!(line_classes(&[claim(1, 500), second], &lines), expected);
}

#[test]
fn a_credit_too_many_is_laid_to_the_transfer_it_fits_best() {
    // The first code was withdrawn, the second one paid in two transfers of which both have their money.
    let withdrawn = Claim { awaits: Awaits::NothingWithdrawn, ..claim(1, 700) };
    let seen = |n, minor| Claim {
        payment: payment(n),
        amount: euro(minor),
        awaits: Awaits::NothingSeen(line_id(900 + n)),
        ..claim(1, minor)
    };
    for (minor, fits) in [(300, 2), (500, 3), (700, 2)] {
        let duplicate = LineClass::Duplicate { payment: payment(fits) };
        let claims = [withdrawn, seen(2, 300), seen(3, 500)];
        assert_eq!(line_classes(&claims, &[line(1, minor, &reference(1))]), [duplicate], "{minor}");
    }
}

#[test]
fn money_for_what_was_given_up_is_named() {
    let withdrawn = Claim { awaits: Awaits::NothingWithdrawn, ..claim(1, 500) };
    let written_off = Claim { awaits: Awaits::NothingWrittenOff, ..claim(2, 500) };
    let lines = [line(1, 500, &reference(1)), line(2, 500, &reference(2))];
    let unknown = |why| LineClass::Unknown { why };
    let expected = [unknown(UnknownWhy::Withdrawn(payment(1))), unknown(UnknownWhy::WrittenOff(payment(2)))];
    assert_eq!(line_classes(&[withdrawn, written_off], &lines), expected);
    let found = classify(&lines, &[withdrawn, written_off], day(22), 3);
    assert_eq!(found.payment(payment(1)), Some(PaymentClass::NotExpected));
}

#[test]
fn no_line_yet_is_missing_and_overdue_only_after_its_days() {
    let missing = |on| classify(&[], &[claim(1, 500)], on, 3).payment(payment(1)).unwrap();
    assert_eq!(missing(day(25)), PaymentClass::Missing { due_on: day(25), is_overdue: false });
    assert_eq!(missing(day(26)), PaymentClass::Missing { due_on: day(25), is_overdue: true });
}

#[test]
fn what_looks_like_a_payment_is_suggested_with_its_reason() {
    let suggested = |why| [LineClass::Suggested { payment: payment(1), why }];
    let mut wrong_digit = reference(1);
    wrong_digit.replace_range(5..6, "7");
    let claims = [claim(1, 500), claim(2, 700)];
    assert_eq!(line_classes(&claims, &[line(1, 500, &wrong_digit)]), suggested(Likeness::Edited));
    let longer = format!("ID 99{}", reference(1));
    assert_eq!(line_classes(&claims, &[line(1, 500, &longer)]), suggested(Likeness::InLongerNumber));
    assert_eq!(line_classes(&claims, &[line(1, 500, "for the flowers")]), suggested(Likeness::AmountAndDay));
    let found = classify(&[line(1, 500, "")], &claims, day(22), 3);
    let seen = PaymentClass::Suggested { line: line_id(1), why: Likeness::AmountAndDay };
    assert_eq!(found.payment(payment(1)), Some(seen));
}

#[test]
fn nothing_is_suggested_where_two_would_do_or_the_days_do_not_fit() {
    let unknown = |why| LineClass::Unknown { why };
    let ambiguous = unknown(UnknownWhy::Ambiguous);
    assert_eq!(line_classes(&[claim(1, 500), claim(2, 500)], &[line(1, 500, "")]), [ambiguous]);
    let two = [line(1, 500, ""), line(2, 500, "")];
    assert_eq!(line_classes(&[claim(1, 500)], &two), [ambiguous, ambiguous]);
    let nothing = unknown(UnknownWhy::NoReference);
    for (booked_on, class) in [
        (day(21), nothing),
        (day(22), LineClass::Suggested { payment: payment(1), why: Likeness::AmountAndDay }),
        (day(25), LineClass::Suggested { payment: payment(1), why: Likeness::AmountAndDay }),
        (day(26), nothing),
    ] {
        let late = StatementLine { booked_on, ..line(1, 500, "") };
        assert_eq!(line_classes(&[claim(1, 500)], &[late]), [class], "{booked_on}");
    }
    assert_eq!(line_classes(&[claim(1, 500)], &[line(1, 501, "")]), [nothing]);
    let foreign = SaleReference::new(42, 4_242).unwrap();
    let class = unknown(UnknownWhy::NoSuchSale(foreign));
    assert_eq!(line_classes(&[claim(1, 500)], &[line(1, 501, &foreign.to_string())]), [class]);
}

#[test]
fn a_line_with_two_references_goes_by_its_amount() {
    let both = format!("{} and {}", reference(1), reference(2));
    let matched = [LineClass::Matched { payment: payment(2) }];
    assert_eq!(line_classes(&[claim(1, 500), claim(2, 700)], &[line(1, 700, &both)]), matched);
    let payout = [LineClass::Suggested { payment: payment(1), why: Likeness::Payout }];
    for paid in [1_200, 1_140] {
        assert_eq!(line_classes(&[claim(1, 500), claim(2, 700)], &[line(1, paid, &both)]), payout, "both, less fees");
    }
    let commission = [LineClass::Suggested { payment: payment(1), why: Likeness::PayoutLessCommission }];
    assert_eq!(line_classes(&[claim(1, 500), claim(2, 700)], &[line(1, 1_139, &both)]), commission);
    let several = [LineClass::Unknown { why: UnknownWhy::SeveralReferences }];
    for paid in [1_201, 779] {
        assert_eq!(line_classes(&[claim(1, 500), claim(2, 700)], &[line(1, paid, &both)]), several);
    }
}

#[test]
fn debits_are_not_the_tills_business_unless_they_take_a_payment_back() {
    let lines = [line(1, -2_000, "rent"), line(2, -500, &reference(1)), line(3, 0, &reference(1))];
    let expected = [LineClass::Outgoing, LineClass::TakenBack { payment: payment(1) }, LineClass::Outgoing];
    assert_eq!(line_classes(&[claim(1, 500)], &lines), expected);
}

/// The payment a class names, and whether the two are bound one to one.
fn bound(class: LineClass) -> Option<PaymentId> {
    match class {
        LineClass::Matched { payment }
        | LineClass::Under { payment, .. }
        | LineClass::Over { payment, .. }
        | LineClass::Suggested { payment, .. } => Some(payment),
        LineClass::Duplicate { .. }
        | LineClass::BookedBefore { .. }
        | LineClass::Unknown { .. }
        | LineClass::TakenBack { .. }
        | LineClass::Outgoing => None,
    }
}

fn any_line(n: u32) -> impl Strategy<Value = StatementLine> {
    (1..8_u32, -3..8_i64, 20..28_u32, 0..5_u8).prop_map(move |(sale, hundreds, booked, form)| {
        let text = match form {
            0 => reference(sale),
            1 => format!("{} {}", reference(sale), reference(8 - sale)),
            2 => format!("9{}", reference(sale)),
            3 => reference(sale).replacen('0', "1", 1),
            _ => String::new(),
        };
        StatementLine { booked_on: day(booked), ..line(n, hundreds * 100, &text) }
    })
}

fn any_claim(n: u32) -> impl Strategy<Value = Claim> {
    (1..8_u32, 1..8_i64, 20..26_u32, 0..6_u8).prop_map(move |(sale, hundreds, asked, state)| {
        let awaits = match state {
            0 => Awaits::NothingSeen(line_id(900)),
            1 => Awaits::NothingWithdrawn,
            2 => Awaits::NothingWrittenOff,
            _ => Awaits::Money,
        };
        Claim { payment: payment(n), asked_on: day(asked), awaits, ..claim(sale, hundreds * 100) }
    })
}

fn books() -> impl Strategy<Value = (Vec<StatementLine>, Vec<Claim>)> {
    let lines = (0..14_usize)
        .prop_flat_map(|count| (0..count).map(|n| any_line(u32::try_from(n).unwrap())).collect::<Vec<_>>());
    let claims = (0..14_usize)
        .prop_flat_map(|count| (0..count).map(|n| any_claim(u32::try_from(n).unwrap())).collect::<Vec<_>>());
    (lines, claims)
}

proptest! {
    /// Whatever the books: each line and each payment once, the two sides agree about each pair, sums are kept.
    #[test]
    fn everything_ends_in_exactly_one_class_and_nothing_is_lost((lines, claims) in books()) {
        let found = classify(&lines, &claims, day(24), 3);
        let mut line_ids: Vec<LineId> = lines.iter().map(|line| line.id).collect();
        line_ids.sort_unstable();
        prop_assert_eq!(found.lines.iter().map(|(id, _)| *id).collect::<Vec<_>>(), line_ids);
        let mut payment_ids: Vec<PaymentId> = claims.iter().map(|claim| claim.payment).collect();
        payment_ids.sort_unstable();
        prop_assert_eq!(found.payments.iter().map(|(id, _)| *id).collect::<Vec<_>>(), payment_ids);

        let mut explained = 0;
        let claim_of = |payment| claims.iter().find(|claim| claim.payment == payment).unwrap();
        for line in &lines {
            let class = found.line(line.id).unwrap();
            let Some(payment) = bound(class) else { continue };
            let claim = claim_of(payment);
            prop_assert_eq!(claim.awaits, Awaits::Money);
            let of_line = |why| PaymentClass::Suggested { line: line.id, why };
            if let LineClass::Suggested { why: why @ (Likeness::Payout | Likeness::PayoutLessCommission), .. } = class {
                let paid = found.payments.iter().filter(|(_, class)| *class == of_line(why));
                let gross: i64 = paid.clone().map(|(payment, _)| claim_of(*payment).amount.minor).sum();
                prop_assert!(paid.clone().count() >= 2 && line.amount.minor <= gross);
                let percent_max = if why == Likeness::Payout { 5 } else { 35 };
                prop_assert!((gross - line.amount.minor) * 100 <= gross * percent_max);
                explained += paid.count();
                continue;
            }
            if let LineClass::Suggested { why: Likeness::SeveralLines, .. } = class {
                let parts = lines.iter().filter(|other| found.line(other.id) == Some(class));
                prop_assert_eq!(parts.map(|part| part.amount.minor).sum::<i64>(), claim.amount.minor);
                explained += usize::from(found.payment(payment) == Some(of_line(Likeness::SeveralLines)));
                continue;
            }
            // Several lines may be parts of one payment; the first of them stands for all.
            let together = match (class, found.payment(payment).unwrap()) {
                (LineClass::Under { by, .. }, PaymentClass::Under { line, by: it }) if by == it => Some((line, -by.minor)),
                (LineClass::Over { by, .. }, PaymentClass::Over { line, by: it }) if by == it => Some((line, by.minor)),
                _ => None,
            };
            if let Some((first, difference)) = together {
                let parts = lines.iter().filter(|other| found.line(other.id) == Some(class));
                prop_assert_eq!(parts.map(|part| part.amount.minor).sum::<i64>(), claim.amount.minor + difference);
                explained += usize::from(first == line.id);
                continue;
            }
            let other_side = match (class, found.payment(payment).unwrap()) {
                (LineClass::Matched { .. }, PaymentClass::Matched { line }) => line,
                (LineClass::Suggested { why, .. }, PaymentClass::Suggested { line, why: same }) if why == same => line,
                (one, other) => return Err(TestCaseError::fail(format!("{one:?} against {other:?}"))),
            };
            prop_assert_eq!(other_side, line.id);
            prop_assert_eq!(claim.amount.minor, line.amount.minor);
            explained += 1;
        }
        let is_bound = |class: &PaymentClass| matches!(
            class,
            PaymentClass::Matched { .. }
                | PaymentClass::Under { .. }
                | PaymentClass::Over { .. }
                | PaymentClass::Suggested { .. }
        );
        prop_assert_eq!(found.payments.iter().filter(|(_, class)| is_bound(class)).count(), explained);
    }

    /// Looking only at the lines that may be about a claim says the same as looking at all of them.
    #[test]
    fn a_line_that_touches_nothing_is_told_by_itself((lines, claims) in books()) {
        let all = classify(&lines, &claims, day(24), 3);
        let shared = StatementLines::from(lines.clone());
        let some = classify(shared.touching(&claims), &claims, day(24), 3);
        prop_assert_eq!(&some.payments, &all.payments);
        for line in &lines {
            prop_assert_eq!(Some(some.class_of(line)), all.line(line.id), "{:?}", line);
        }
    }

    /// The order in which lines and claims come changes nothing.
    #[test]
    fn the_order_does_not_matter((mut lines, mut claims) in books()) {
        let found = classify(&lines, &claims, day(24), 3);
        lines.reverse();
        claims.reverse();
        prop_assert_eq!(classify(&lines, &claims, day(24), 3), found);
    }
}
