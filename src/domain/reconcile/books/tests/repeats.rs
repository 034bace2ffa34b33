//! Lines that an earlier file had already.

use super::*;

#[test]
fn the_bank_s_own_number_says_what_was_booked_before() {
    let with_number =
        |number: &'static str| LineTexts { bank_reference: number.into(), ..texts((500, 2, "", "", "x")) };
    // One number for a batch, of which two payments are alike: both are money.
    let batch = vec![with_number("N1"), with_number("N1"), with_number("N2")];
    let week = vec![LineTexts { description: "y".into(), ..with_number("N1") }, with_number("N3")];
    let books = close_texts(sales(&[]), &[batch, week]);
    let unknown = LineClass::Unknown { why: UnknownWhy::NoReference };
    let expected = [unknown, unknown, unknown, LineClass::BookedBefore { line: 0 }, unknown];
    assert_eq!(line_classes(&books), expected);
    // Without a number two customers may pay the same; in the next file they are the same two.
    let twice = vec![texts((500, 2, "", "", "x")); 2];
    let books = close_texts(sales(&[]), &[twice.clone(), twice]);
    let before = |line| LineClass::BookedBefore { line };
    assert_eq!(line_classes(&books), [unknown, unknown, before(0), before(1)]);
}

#[test]
fn one_number_for_a_batch_is_not_one_payment() {
    let numbered = |reference: &'static str, payer: &'static str| LineTexts {
        bank_reference: "B77".into(),
        ..texts((500, 2, reference, payer, ""))
    };
    let sold = [("A1", 500, 1), ("B2", 500, 1)];
    let matched = |payment| LineClass::Matched { payment };
    let before = |line| LineClass::BookedBefore { line };
    let classes = |files: &[Vec<LineTexts<'_>>]| line_classes(&close_texts(sales(&sold), files));
    let two_sales = [vec![numbered("A1", "Ann")], vec![numbered("B2", "Ben")]];
    assert_eq!(classes(&two_sales), [matched(0), matched(1)]);
    // Of one booking a later file may say more: who paid, or for what.
    assert_eq!(classes(&[vec![numbered("A1", "")], vec![numbered("A1", "Ann")]]), [matched(0), before(0)]);
    assert_eq!(classes(&[vec![numbered("A1", "Ann")], vec![numbered("", "")]]), [matched(0), before(0)]);
    let unknown = LineClass::Unknown { why: UnknownWhy::NoReference };
    let strangers = [vec![numbered("flowers", "")], vec![numbered("books", "")]];
    assert_eq!(line_classes(&close_texts(sales(&[]), &strangers)), [unknown, unknown]);
}
