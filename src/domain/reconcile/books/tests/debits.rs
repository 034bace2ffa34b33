//! Debits, and credits that take one back.

use super::*;

#[test]
fn a_debit_is_never_a_sale_and_a_refund_is_found_by_its_sign() {
    let books = close(&[("A1", 500, 1)], &[(500, 2, "A1", "", ""), (-500, 3, "A1", "", ""), (-7, 3, "", "", "fee")]);
    let back = LineClass::TakenBack { payment: 0 };
    assert_eq!(line_classes(&books), [LineClass::Matched { payment: 0 }, back, LineClass::Outgoing]);
    let refund = [("A1", 500, 1), ("A1", -500, 2)];
    let books = close(&refund, &[(500, 2, "A1", "", ""), (-500, 3, "A1", "", "")]);
    assert_eq!(line_classes(&books), [LineClass::Matched { payment: 0 }, LineClass::Matched { payment: 1 }]);
    let books = close(&refund[1..], &[(500, 2, "A1", "", ""), (0, 2, "A1", "", "")]);
    let other_sign = LineClass::Unknown { why: UnknownWhy::OtherSign(0) };
    assert_eq!(line_classes(&books), [other_sign, LineClass::Outgoing]);
}

#[test]
fn what_takes_a_debit_back_is_nobodys_payment() {
    let back = |came| LineTexts { reversal: true, ..texts(came) };
    let returned = |payment| LineClass::Unknown { why: UnknownWhy::Returned(payment) };
    let books = close_texts(sales(&[("A1", 500, 1)]), &[vec![back((500, 2, "A1", "", ""))]]);
    assert_eq!(line_classes(&books), [returned(0)], "the shop's own money came back");
    assert!(matches!(books.sale(0), Some(PaymentClass::Missing { .. })));
    // Paid, refunded, and the refund returned: the payment stays the payment.
    let lines = [texts((500, 2, "A1", "", "")), texts((-500, 3, "A1", "", "")), back((500, 4, "A1", "", ""))];
    let books = close_texts(sales(&[("A1", 500, 1)]), &[lines.to_vec()]);
    let expected = [LineClass::Matched { payment: 0 }, LineClass::TakenBack { payment: 0 }, returned(0)];
    assert_eq!(line_classes(&books), expected);
    // It pays nobody's list either, and a reversal of a credit takes money back as any debit does.
    let books = close_texts(sales(&[("A1", 500, 1), ("B2", 500, 1)]), &[vec![back((1_000, 2, "", "", "A1 B2"))]]);
    assert_eq!(line_classes(&books), [LineClass::Unknown { why: UnknownWhy::SeveralReferences }]);
    let books = close_texts(sales(&[("A1", 500, 1)]), &[vec![back((-500, 2, "A1", "", ""))]]);
    assert_eq!(line_classes(&books), [LineClass::TakenBack { payment: 0 }]);
}
