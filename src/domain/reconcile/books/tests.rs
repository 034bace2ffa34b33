//! Each rule of `docs/reconciliation.md` once, and what holds whatever the books are.

use proptest::prelude::*;

use super::*;
use crate::domain::money::Currency;
use crate::domain::reconcile::{LineTexts, LinesBuilder, SalesBuilder};

mod debits;
mod repeats;

/// A sale: reference, amount, day of November.
type Sold<'a> = (&'a str, i64, u32);
/// A line: amount, day, reference, payer, description.
type Came<'a> = (i64, u32, &'a str, &'a str, &'a str);

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn texts((minor, on, reference, payer, description): Came<'_>) -> LineTexts<'_> {
    LineTexts {
        account: "".into(),
        booked_on: day(on),
        amount: Money::new(minor, Currency::EUR),
        reference: reference.into(),
        end_to_end_id: "".into(),
        payer: payer.into(),
        description: description.into(),
        bank_reference: "".into(),
        reversal: false,
    }
}

fn sales(sold: &[Sold<'_>]) -> Sales {
    let mut builder = SalesBuilder::default();
    for (reference, minor, on) in sold {
        builder.push(reference, Money::new(*minor, Currency::EUR), day(*on), Standing::Open).unwrap();
    }
    builder.build()
}

fn close_texts(sales: Sales, files: &[Vec<LineTexts<'_>>]) -> Books {
    let mut lines = Lines::default();
    for file in files {
        let mut builder = LinesBuilder::new(&sales, file.len());
        for (place, line) in (0..).zip(file) {
            builder.push(line.clone(), place).unwrap();
        }
        lines.begin_file();
        lines.append(builder.build().unwrap(), 0).unwrap();
    }
    Books::close(sales, lines, Rules { on: day(20), due_days: 3 })
}

fn close(sold: &[Sold<'_>], came: &[Came<'_>]) -> Books {
    close_texts(sales(sold), &[came.iter().copied().map(texts).collect()])
}

fn line_classes(books: &Books) -> Vec<LineClass<u32, u32>> {
    (0..).map_while(|line| books.line(line)).collect()
}

fn sale_classes(books: &Books) -> Vec<PaymentClass<u32>> {
    (0..).map_while(|sale| books.sale(sale)).collect()
}

fn suggested(line: u32, why: Likeness) -> PaymentClass<u32> {
    PaymentClass::Suggested { line, why }
}

#[test]
fn a_reference_is_found_wherever_it_stands_as_a_whole() {
    for (reference, description, is_matched) in [
        ("INV-0001", "", true),
        (" inv-0001 ", "", true),
        ("", "Invoice INV-0001, thanks", true),
        ("", "/EREF/INV-0001/", true),
        ("", "(inv-0001)", true),
        ("other", "INV-0001", true),
        ("", "INV-0001-2", false),
        ("", "XINV-0001", false),
        ("", "INV 0001", false),
    ] {
        let books = close(&[("INV-0001", 500, 1)], &[(500, 19, reference, "", description)]);
        let is = books.sale(0) == Some(PaymentClass::Matched { line: 0 });
        assert_eq!(is, is_matched, "{reference} {description}");
    }
    let spaced = close(&[("2026/17 b", 500, 1)], &[(500, 19, "", "", "for 2026 17 B, ok")]);
    assert_eq!(spaced.sale(0), Some(PaymentClass::Matched { line: 0 }));
    let long = "a-reference-of-more-than-sixteen-bytes";
    let books = close(&[(long, 500, 1), (&long[..37], 600, 1)], &[(500, 19, "", "", long)]);
    assert_eq!(books.sale(0), Some(PaymentClass::Matched { line: 0 }));
}

#[test]
fn the_exact_amount_is_taken_before_the_first() {
    let books = close(&[("A1", 500, 1)], &[(499, 2, "A1", "", ""), (500, 3, "A1", "", "")]);
    let duplicate = LineClass::Duplicate { payment: 0 };
    assert_eq!(line_classes(&books), [duplicate, LineClass::Matched { payment: 0 }]);
    let books = close(&[("A1", 500, 1)], &[(500, 3, "A1", "", ""), (500, 2, "A1", "", "")]);
    assert_eq!(line_classes(&books), [duplicate, LineClass::Matched { payment: 0 }]);
}

#[test]
fn fewer_lines_than_sales_of_one_reference_and_amount_are_a_person_s_to_share_out() {
    let sold = [("A1", 500, 1), ("A1", 500, 2)];
    let books = close(&sold, &[(500, 3, "A1", "", "")]);
    let waits = PaymentClass::Missing { due_on: day(5), is_overdue: true };
    assert_eq!(sale_classes(&books), [suggested(0, Likeness::SameReference), waits]);
    let books = close(&sold, &[(500, 3, "A1", "", ""), (500, 3, "A1", "", ""), (500, 4, "A1", "", "")]);
    assert_eq!(sale_classes(&books), [PaymentClass::Matched { line: 0 }, PaymentClass::Matched { line: 1 }]);
    assert_eq!(books.line(2), Some(LineClass::Duplicate { payment: 1 }));
}

#[test]
fn parts_make_up_a_sale_only_by_its_reference_and_only_to_the_cent() {
    let books = close(&[("A1", 500, 1)], &[(200, 2, "A1", "", ""), (300, 3, "A1", "", "")]);
    assert_eq!(sale_classes(&books), [suggested(0, Likeness::SeveralLines)]);
    let books = close(&[("A1", 500, 1)], &[(200, 2, "A1", "", ""), (299, 3, "A1", "", "")]);
    assert_eq!(books.sale(0), Some(PaymentClass::Under { line: 0, by: Money::new(1, Currency::EUR) }));
    let books = close(&[("A1", 500, 1)], &[(200, 2, "", "", ""), (300, 3, "", "", "")]);
    assert_eq!(books.sale(0), Some(PaymentClass::Missing { due_on: day(4), is_overdue: true }));
}

#[test]
fn a_payout_is_for_the_sales_it_names_less_fees_within_the_limit() {
    let sold = [("A1", 6_000, 1), ("A2", 4_000, 1)];
    for (net, is_payout) in [(10_000, true), (9_500, true), (9_499, false), (10_001, false)] {
        let books = close(&sold, &[(net, 2, "", "", "A1 A2")]);
        let expected = suggested(0, Likeness::Payout);
        assert_eq!(sale_classes(&books) == [expected, expected], is_payout, "{net}");
        let one_reference = close(&[("P7", 6_000, 1), ("P7", 4_000, 1)], &[(net, 2, "P7", "", "")]);
        assert_eq!(sale_classes(&one_reference) == [expected, expected], is_payout, "{net}");
    }
    // What has its money already is paid out by nobody again.
    let books = close(&sold, &[(6_000, 2, "A1", "", ""), (10_000, 3, "", "", "A1 A2")]);
    assert_eq!(books.line(1), Some(LineClass::Unknown { why: UnknownWhy::SeveralReferences }));
}

#[test]
fn likenesses_need_the_amount_and_nobody_else_who_fits() {
    let like = |sold: &[Sold<'_>], came: &[Came<'_>]| sale_classes(&close(sold, came));
    let missing = |on: u32| PaymentClass::Missing { due_on: day(on + 3), is_overdue: true };
    let two = [("INV-0001", 500, 1), ("INV-0002", 500, 1)];
    assert_eq!(like(&two, &[(500, 19, "INV-00O1", "", "")]), [suggested(0, Likeness::Edited), missing(1)]);
    assert_eq!(like(&two, &[(500, 19, "INV-0003", "", "")]), [missing(1), missing(1)]);
    assert_eq!(like(&two, &[(501, 19, "INV-00O1", "", "")]), [missing(1), missing(1)]);
    assert_eq!(like(&two[..1], &[(500, 19, "RE0001", "", "")]), [missing(1)]);
    assert_eq!(like(&two[..1], &[(500, 19, "RE 0001", "", "")]), [suggested(0, Likeness::Truncated)]);
    // Two that like the same sale: the same one is named whichever stands first in the file.
    let both = [(500, 19, "INV-00O1", "Erika", ""), (500, 19, "INV-OO01", "Max", "INV-000")];
    let named = |came: &[Came<'_>]| match like(&two[..1], came)[0] {
        PaymentClass::Suggested { line, .. } => came[line as usize].3.to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(named(&both), named(&[both[1], both[0]]));
    // The payer may come later than the days allow, when it is one who paid with a reference before.
    let known = [(700, 2, "B1", "Erika", ""), (500, 19, "", "ERIKA", "")];
    let sold = [("A1", 500, 1), ("B1", 700, 1)];
    assert_eq!(like(&sold, &known)[0], suggested(1, Likeness::PayerKnown));
    assert_eq!(like(&sold, &known[1..])[0], missing(1));
    assert_eq!(like(&sold, &[(500, 3, "", "Max", "")])[0], suggested(0, Likeness::AmountAndDay));
}

#[test]
fn parts_of_a_sale_are_under_together_and_a_second_booking_is_no_part() {
    let by = |minor| Money::new(minor, Currency::EUR);
    let books = close(&[("A1", 5_100, 1)], &[(2_000, 2, "A1", "", ""), (3_000, 3, "A1", "", "")]);
    assert_eq!(sale_classes(&books), [PaymentClass::Under { line: 0, by: by(100) }]);
    assert_eq!(line_classes(&books), [LineClass::Under { payment: 0, by: by(100) }; 2]);
    assert_eq!((books.tally().under, books.tally().duplicate, books.tally().difference_minor), (1, 0, -100));
    // The same line twice may be one payment that was booked twice.
    let twice = close(&[("A1", 5_100, 1)], &[(2_000, 2, "A1", "", ""), (2_000, 2, "A1", "", "")]);
    assert_eq!((twice.tally().under, twice.tally().duplicate, twice.tally().difference_minor), (1, 1, -3_100));
    // Too much together is over by what came in all; nobody is asked for money that is there.
    let more = close(&[("A1", 5_100, 1)], &[(200, 1, "A1", "", ""), (5_000, 2, "A1", "", ""), (300, 3, "A1", "", "")]);
    assert_eq!(line_classes(&more), [LineClass::Over { payment: 0, by: by(400) }; 3]);
    assert_eq!((more.tally().over, more.tally().duplicate, more.tally().difference_minor), (1, 0, 400));
    // Equal amounts are one payment and its second booking, whatever their days.
    let again = close(&[("A1", 5_100, 1)], &[(5_099, 2, "A1", "", ""), (5_099, 3, "A1", "", "")]);
    assert_eq!((again.tally().under, again.tally().duplicate, again.tally().difference_minor), (1, 1, -1));
}

#[test]
fn what_went_back_and_who_else_may_be_meant_is_told_to_who_asks() {
    let sold = [("A1", 500, 1), ("A2", 500, 2), ("A3", 700, 2), ("A4", 500, 9)];
    let came =
        [(700, 3, "A3", "", ""), (-300, 4, "A3", "", ""), (-50, 5, "A3", "", ""), (500, 3, "", "Erika", "thanks")];
    let books = close(&sold, &came);
    assert_eq!(books.went_back().into_iter().collect::<Vec<_>>(), [(2, Money::new(350, Currency::EUR))]);
    assert_eq!((books.tally().taken_back, books.tally().taken_back_minor), (2, 350));
    assert_eq!(books.line(3), Some(LineClass::Unknown { why: UnknownWhy::Ambiguous }));
    assert_eq!((books.candidates().of(3, 6), books.candidates().of(3, 1)), (vec![1, 0], vec![1]));
    assert_eq!((books.candidates().of(0, 6), books.lines().texts(0)), (vec![], None), "it is matched");
    assert_eq!(books.lines().texts(3).map(|texts| (texts.said[2], texts.payer)), Some(("thanks", "Erika")));
}

#[test]
fn a_payout_with_a_commission_is_suggested_where_it_lists_all_its_sales() {
    let sold = [("INV-0001", 1_000, 1), ("INV-0002", 3_000, 1)];
    for (net, expected) in [
        (3_800, Some(Likeness::Payout)),
        (3_799, Some(Likeness::PayoutLessCommission)),
        (2_600, Some(Likeness::PayoutLessCommission)),
        (2_599, None),
        (4_001, None),
    ] {
        let books = close(&sold, &[(net, 3, "", "", "INV-0001 INV-0002")]);
        let expected = expected.map_or_else(
            || LineClass::Unknown { why: UnknownWhy::SeveralReferences },
            |why| LineClass::Suggested { payment: 0, why },
        );
        assert_eq!(line_classes(&books), [expected], "{net}");
    }
}

#[test]
fn what_a_person_refused_is_not_suggested_again_and_what_is_exact_stays() {
    let sold = [("INV-0001", 500, 1), ("INV-0002", 700, 1), ("A1", 900, 1)];
    let came: Vec<LineTexts<'_>> =
        [(500, 2, "", "", ""), (700, 2, "INV-00O2", "", ""), (900, 2, "A1", "", "")].into_iter().map(texts).collect();
    let refused = |pairs: &[(u32, u32)]| {
        let books = close_texts(sales(&sold), std::slice::from_ref(&came));
        let Books { sales, lines, rules, .. } = books;
        let books = Books::close_without(sales, lines, rules, pairs.iter().copied().collect());
        (line_classes(&books), books.tally().suggested)
    };
    assert_eq!(refused(&[]).1, 2);
    let (lines, left) = refused(&[(0, 0), (1, 1), (2, 2)]);
    assert_eq!(left, 0);
    assert!(lines[..2].iter().all(|class| matches!(class, LineClass::Unknown { .. })), "{lines:?}");
    assert_eq!(lines[2], LineClass::Matched { payment: 2 });
    // Of a batch one refusal is enough, and of sales that are alike the next may be meant.
    let batch = |pairs: &[(u32, u32)]| {
        let Books { sales, lines, rules, .. } = close(&[("A1", 500, 1), ("A1", 500, 1)], &[(500, 2, "A1", "", "")]);
        line_classes(&Books::close_without(sales, lines, rules, pairs.iter().copied().collect()))
    };
    assert_eq!(batch(&[(0, 0)]), [LineClass::Suggested { payment: 1, why: Likeness::SameReference }]);
    assert_eq!(batch(&[(0, 0), (1, 0)]), [LineClass::Unknown { why: UnknownWhy::Ambiguous }]);
}

#[test]
fn a_million_with_one_reference_take_no_longer_than_their_sorting() {
    // Quadratic time would be a minute and more here.
    let sold: Vec<Sold<'_>> = (0..20_000).map(|n| ("A1", 1_000 + n, 1)).collect();
    let came: Vec<Came<'_>> = (0..20_000).map(|n| (10_000_000 + n, 2, "A1", "", "")).collect();
    let tally = close(&sold, &came).tally();
    assert_eq!((tally.over, tally.duplicate), (20_000, 0));
    let alike: Vec<Sold<'_>> = (0..20_000).map(|_| ("A1", 1_000, 1)).collect();
    let came: Vec<Came<'_>> = (0..20_000).map(|_| (1_000, 2, "", "", "")).collect();
    assert_eq!(close(&alike, &came).tally().unknown, 20_000);
}

const REFERENCES: [&str; 6] = ["", "A1", "A2", "2300310425", "INV-0001", "INV-0002"];
const TEXTS: [&str; 9] =
    ["", "A1", "A1 A2", "2300 310 425", "inv-0001!", "INV-00O1", "INV-0002 INV-0001", "RF182300310425", "flowers"];

fn any_sold() -> impl Strategy<Value = Vec<(usize, i64, u32)>> {
    proptest::collection::vec((0..REFERENCES.len(), -2..5_i64, 1..6_u32), 0..9)
}

fn any_came() -> impl Strategy<Value = Vec<(i64, u32, usize, usize, usize)>> {
    proptest::collection::vec((-3..9_i64, 1..8_u32, 0..REFERENCES.len(), 0..3_usize, 0..TEXTS.len()), 0..12)
}

type Raw = (i64, u32, usize, usize, usize);

fn came(raw: &[Raw]) -> Vec<Came<'static>> {
    let payers = ["", "Erika", "Max"];
    raw.iter()
        .map(|(hundreds, on, reference, payer, text)| {
            (hundreds * 100, *on, REFERENCES[*reference], payers[*payer], TEXTS[*text])
        })
        .collect()
}

fn sold(raw: &[(usize, i64, u32)]) -> Vec<Sold<'static>> {
    raw.iter().map(|(reference, hundreds, on)| (REFERENCES[*reference], hundreds * 100, *on)).collect()
}

proptest! {
    /// Whatever the books: each sale and each line in one class, both sides agree, and the tally is what they add up to.
    #[test]
    fn both_sides_agree_and_add_up(sold_raw in any_sold(), came_raw in any_came()) {
        let (sold, came) = (sold(&sold_raw), came(&came_raw));
        let books = close(&sold, &came);
        let (sales, lines) = (sale_classes(&books), line_classes(&books));
        prop_assert_eq!((sales.len(), lines.len()), (sold.len(), came.len()));
        let mut matched = 0;
        let mut difference = 0;
        for (line, class) in (0_u32..).zip(&lines) {
            let minor = i128::from(came[line as usize].0);
            match class {
                LineClass::Matched { payment } => {
                    prop_assert_eq!(sales[*payment as usize], PaymentClass::Matched { line });
                    prop_assert_eq!(i128::from(sold[*payment as usize].1), minor);
                    matched += minor;
                }
                // Several lines may be parts of one sale; the first of them stands for all.
                LineClass::Over { payment, by } | LineClass::Under { payment, by } => {
                    let (first, is_over) = match sales[*payment as usize] {
                        PaymentClass::Over { line, by: of_sale } if of_sale == *by => (line, true),
                        PaymentClass::Under { line, by: of_sale } if of_sale == *by => (line, false),
                        other => return Err(TestCaseError::fail(format!("{other:?}"))),
                    };
                    prop_assert_eq!(is_over, matches!(class, LineClass::Over { .. }));
                    difference += minor;
                    if first == line {
                        difference -= i128::from(sold[*payment as usize].1);
                    }
                }
                LineClass::Suggested { payment, why } => {
                    let same = matches!(sales[*payment as usize], PaymentClass::Suggested { why: of_sale, .. } if of_sale == *why);
                    prop_assert!(same);
                }
                LineClass::Duplicate { .. } | LineClass::BookedBefore { .. } | LineClass::Unknown { .. }
                | LineClass::TakenBack { .. } | LineClass::Outgoing => {}
            }
        }
        let tally = books.tally();
        prop_assert_eq!((tally.matched_minor, tally.difference_minor), (matched, difference));
        prop_assert_eq!(tally.sales, tally.matched + tally.over + tally.under + tally.missing + tally.suggested);
        let bound = lines.iter().filter(|class| matches!(class, LineClass::Matched { .. } | LineClass::Over { .. }
            | LineClass::Under { .. } | LineClass::Suggested { .. })).count() as u64;
        prop_assert_eq!(tally.lines, bound + tally.duplicate + tally.unknown + tally.taken_back + tally.outgoing);
        let paired = sales.iter().filter(|class| matches!(class, PaymentClass::Matched { .. }
            | PaymentClass::Over { .. } | PaymentClass::Under { .. })).count();
        // Several lines may be parts of one sale.
        let of_lines: BTreeSet<u32> = lines.iter().filter_map(|class| match class {
            LineClass::Matched { payment } | LineClass::Over { payment, .. } | LineClass::Under { payment, .. } => {
                Some(*payment)
            }
            LineClass::Suggested { .. } | LineClass::Duplicate { .. } | LineClass::BookedBefore { .. }
            | LineClass::Unknown { .. } | LineClass::TakenBack { .. } | LineClass::Outgoing => None,
        }).collect();
        prop_assert_eq!(paired, of_lines.len());
    }

    /// The order of the lines changes neither the class of a sale nor that of a line.
    #[test]
    fn the_order_of_lines_changes_nothing(sold_raw in any_sold(), came_raw in any_came(), turn in 0..12_usize) {
        let (sold, mut came) = (sold(&sold_raw), came(&came_raw));
        let kinds = |books: &Books, came: &[Came<'_>]| {
            let mut kinds: Vec<String> = line_classes(books).iter().zip(came).map(|(class, line)| {
                let class = match class {
                    LineClass::BookedBefore { .. } => "booked before".to_owned(),
                    other => format!("{other:?}"),
                };
                format!("{line:?} {class}")
            }).collect();
            kinds.sort_unstable();
            kinds
        };
        let of_sales = |books: &Books, came: &[Came<'_>]| -> Vec<String> {
            sale_classes(books).iter().map(|class| match class {
                PaymentClass::Matched { line } => format!("matched {:?}", came[*line as usize]),
                PaymentClass::Over { line, .. } => format!("over {:?}", came[*line as usize]),
                PaymentClass::Under { line, .. } => format!("under {:?}", came[*line as usize]),
                PaymentClass::Suggested { line, why } => format!("suggested {why:?} {:?}", came[*line as usize]),
                PaymentClass::Missing { .. } | PaymentClass::Settled { .. } | PaymentClass::NotExpected => format!("{class:?}"),
            }).collect()
        };
        let books = close(&sold, &came);
        let before = (kinds(&books, &came), of_sales(&books, &came));
        came.reverse();
        let shift = turn.min(came.len());
        came.rotate_left(shift);
        let books = close(&sold, &came);
        prop_assert_eq!((kinds(&books, &came), of_sales(&books, &came)), before);
    }
}
