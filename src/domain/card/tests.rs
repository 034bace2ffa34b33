use super::*;

const TODAY: YearMonth = YearMonth { year: 2026, month: 11 };

pub(super) fn draft(number: &str, expiry: &str) -> CardDraft {
    let mut draft = CardDraft::new();
    for byte in number.bytes() {
        assert!(draft.push_number(byte - b'0'));
    }
    for byte in expiry.bytes() {
        assert!(draft.push_expiry(byte - b'0'));
    }
    draft
}

fn parse_error(number: &str, expiry: &str) -> CardError {
    draft(number, expiry).parse(&Brand::ALL, TODAY).unwrap_err()
}

#[test]
fn the_number_is_shown_as_bullets_in_the_groups_of_the_card() {
    for (number, text, last4) in [
        ("", "", None),
        ("411111", "•••• ••", None),
        ("4111111111111111", "•••• •••• •••• 1111", Some("1111")),
        ("4111111111111112", "•••• •••• •••• ••••", None),
        ("378282246310005", "•••• •••••• •0005", Some("0005")),
        ("30569309025904", "•••• •••••• 5904", Some("5904")),
        ("6250947000000014", "•••• •••• •••• 0014", Some("0014")),
        ("4000000000000000006", "•••• •••• •••• •••0 006", Some("0006")),
        ("6200000000000000003", "•••••• •••••••••0003", Some("0003")),
    ] {
        let entry = draft(number, "").entry(&Brand::ALL, TODAY);
        assert_eq!((entry.number_text.as_str(), entry.last4.as_deref()), (text, last4), "{number}");
        assert_eq!(entry.number_length, number.len());
    }
}

#[test]
fn a_number_is_judged_while_it_is_typed() {
    let error = NumberState::Error;
    for (number, state) in [
        ("", NumberState::Incomplete),
        ("4", NumberState::Incomplete),
        ("411111111111111", NumberState::Incomplete),
        ("4111111111111111", NumberState::Valid),
        ("4111111111111112", error(CardError::Luhn)),
        ("4111111111112", NumberState::Incomplete),
        ("41111111111111111", NumberState::Incomplete),
        ("55555555555544441", error(CardError::TooLong { digits: 17, brand: Brand::Mastercard })),
        ("1", error(CardError::UnknownBrand)),
        ("62509", NumberState::Incomplete),
        ("625094", error(CardError::BrandNotAllowed(Brand::UnionPay))),
    ] {
        let entry = draft(number, "").entry(&[Brand::Visa, Brand::Mastercard], TODAY);
        assert_eq!(entry.number, state, "{number}");
    }
}

#[test]
fn the_expiry_date_is_shown_and_judged_while_it_is_typed() {
    let invalid = ExpiryState::Error(CardError::ExpiryInvalid);
    for (typed, text, state) in [
        ("", "__/__", ExpiryState::Incomplete),
        ("1", "1_/__", ExpiryState::Incomplete),
        ("2", "2_/__", invalid.clone()),
        ("13", "13/__", invalid.clone()),
        ("00", "00/__", invalid.clone()),
        ("122", "12/2_", ExpiryState::Incomplete),
        ("1126", "11/26", ExpiryState::Valid),
        ("1026", "10/26", ExpiryState::Error(CardError::Expired { month: 10, year: 2026 })),
        ("1299", "12/99", invalid),
        ("1246", "12/46", ExpiryState::Valid),
    ] {
        let entry = draft("", typed).entry(&Brand::ALL, TODAY);
        assert_eq!((entry.expiry_text.as_str(), entry.expiry), (text, state), "{typed}");
    }
}

#[test]
fn a_complete_draft_makes_a_card_and_nothing_else_does() {
    let card = draft("4111111111111111", "1129").parse(&[Brand::Visa], TODAY).unwrap();
    assert_eq!((card.brand(), card.last4().as_str()), (Brand::Visa, "1111"));
    card.with_secret(|number, expiry| assert_eq!((number, expiry), ("4111111111111111", "2911")));
    let visa = Some(Brand::Visa);
    assert_eq!(parse_error("411111111111111", "1129"), CardError::TooShort { digits: 15, brand: visa });
    assert_eq!(parse_error("", "1129"), CardError::TooShort { digits: 0, brand: None });
    assert_eq!(parse_error("4111111111111112", "1129"), CardError::Luhn);
    assert_eq!(parse_error("4111111111111111", "112"), CardError::ExpiryInvalid);
    assert_eq!(parse_error("4111111111111111", "1026"), CardError::Expired { month: 10, year: 2026 });
    let refused = draft("4111111111111111", "1129").parse(&[], TODAY).unwrap_err();
    assert_eq!(refused, CardError::BrandNotAllowed(Brand::Visa));
}

#[test]
fn union_pay_numbers_are_taken_without_a_check_digit() {
    assert!(draft("6250947000000015", "1129").parse(&[Brand::UnionPay], TODAY).is_ok());
}

#[test]
fn errors_name_the_limit_and_no_digit_of_the_card() {
    let shown = parse_error("411111111111111", "1129").to_string();
    assert_eq!(shown, "the card number has 15 digits; a Visa number has 13, 16 or 19");
    let shown = CardError::TooShort { digits: 1, brand: None }.to_string();
    assert_eq!(shown, "the card number has 1 digits; a card number has 12 to 19");
    let shown = parse_error("4111111111111111", "1026").to_string();
    assert_eq!(shown, "the card expired in 10/2026; a card is good until the last day of the month on it");
}

#[test]
fn nothing_printable_holds_the_number() {
    let draft = draft("4111111111111111", "1129");
    let card = draft.parse(&[Brand::Visa], TODAY).unwrap();
    for shown in [format!("{draft:?}"), format!("{card:?}"), format!("{:?}", draft.entry(&Brand::ALL, TODAY))] {
        assert!(!shown.contains("41111") && !shown.contains("2911"), "{shown}");
    }
}

#[test]
fn erased_and_cleared_digits_are_wiped() {
    let mut draft = draft("4111", "12");
    draft.erase_number();
    draft.erase_expiry();
    assert_eq!((draft.number[..4].to_vec(), draft.expiry), (vec![4, 1, 1, 0], [1, 0, 0, 0]));
    draft.clear();
    assert!(draft.is_empty());
    assert_eq!((draft.number, draft.expiry), ([0; NUMBER_DIGITS_MAX], [0; EXPIRY_DIGITS]));
    draft.erase_number();
    assert!(draft.is_empty());
}

#[test]
fn a_full_buffer_and_what_is_no_digit_are_refused() {
    let mut draft = draft(&"4".repeat(NUMBER_DIGITS_MAX), "1129");
    assert!(!draft.push_number(1));
    assert!(!draft.push_expiry(1));
    assert!(!CardDraft::new().push_number(10));
}

#[test]
fn a_draft_can_be_shared_between_threads() {
    fn shared<T: Send>() {}
    shared::<std::sync::Arc<std::sync::Mutex<CardDraft>>>();
}
