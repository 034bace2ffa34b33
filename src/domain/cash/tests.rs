//! Tests over tables, and properties for any amount and any drawer.

use proptest::prelude::*;

use super::*;
use crate::domain::money::{Currency, Money};

/// Every currency that has a row of its own.
const CURRENCIES: [&str; 27] = [
    "EUR", "USD", "GBP", "CHF", "CNY", "JPY", "KRW", "KWD", "BHD", "SEK", "NOK", "DKK", "CZK", "HUF", "PLN", "CAD",
    "AUD", "NZD", "BRL", "INR", "SGD", "THB", "MYR", "HKD", "IDR", "VND", "KHR",
];

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, code.parse().unwrap())
}

fn euro(minor: i64) -> Money {
    money(minor, "EUR")
}

fn keys(minor: i64, code: &str) -> Vec<i64> {
    quick_tenders(money(minor, code)).iter().map(|key| key.minor).collect()
}

fn minor_pieces(made: &[(Money, i64)]) -> Vec<(i64, i64)> {
    made.iter().map(|(piece, count)| (piece.minor, *count)).collect()
}

fn held(rows: &[(i64, u32)]) -> Count {
    Count(
        rows.iter().map(|(piece_minor, pieces)| CountedPiece { piece_minor: *piece_minor, pieces: *pieces }).collect(),
    )
}

#[test]
fn quick_tenders_are_what_a_customer_would_hand_over() {
    for (code, due, expected) in [
        ("EUR", 4_890, vec![4_890, 5_000, 6_000, 10_000]),
        ("EUR", 5_000, vec![5_000, 6_000, 10_000, 20_000]),
        ("EUR", 1, vec![1, 500, 1_000, 2_000]),
        ("EUR", 370, vec![370, 500, 1_000, 2_000]),
        ("EUR", 6_340, vec![6_340, 6_500, 7_000, 10_000]),
        ("EUR", 19_999, vec![19_999, 20_000]),
        ("EUR", 85_000, vec![85_000, 86_000, 90_000, 100_000]),
        ("USD", 370, vec![370, 500, 1_000, 2_000]),
        ("USD", 4_890, vec![4_890, 5_000, 6_000, 10_000]),
        ("USD", 1_199, vec![1_199, 1_200, 1_500, 2_000]),
        ("GBP", 1_240, vec![1_240, 1_500, 2_000, 5_000]),
        ("CHF", 370, vec![370, 500, 1_000, 2_000]),
        ("CHF", 4_890, vec![4_890, 5_000, 6_000, 10_000]),
        ("CNY", 4_890, vec![4_890, 5_000, 6_000, 10_000]),
        ("CNY", 1_250, vec![1_250, 1_500, 2_000, 5_000]),
        ("JPY", 370, vec![370, 500, 1_000, 5_000]),
        ("JPY", 1_480, vec![1_480, 1_500, 2_000, 5_000]),
        ("KWD", 4_350, vec![4_350, 5_000, 10_000, 20_000]),
        ("KWD", 100, vec![100, 250, 500, 1_000]),
        ("VND", 185_000, vec![185_000, 200_000, 500_000]),
        ("HUF", 347_000, vec![347_000, 350_000, 400_000, 500_000]),
    ] {
        assert_eq!(keys(due, code), expected, "{code} {due}");
    }
    let notes = |minor, code| quick_notes(money(minor, code)).iter().map(|key| key.minor).collect::<Vec<_>>();
    assert_eq!(notes(5_316, "USD"), [5_500, 6_000, 7_000, 10_000], "the one note that is enough is among them");
    assert_eq!(notes(6_000, "USD"), [6_000, 7_000, 10_000]);
}

#[test]
fn change_is_exact_and_slips_are_refused() {
    assert_eq!(change(euro(4_890), euro(6_000)), Ok(euro(1_110)));
    assert_eq!(change(euro(4_890), euro(4_890)), Ok(euro(0)));
    assert!(matches!(change(euro(4_890), euro(4_889)), Err(TenderError::TooLittle { .. })));
    assert!(matches!(change(euro(4_890), euro(600_000)), Err(TenderError::TooMuch { .. })));
}

#[test]
fn the_rows_are_in_order_and_no_note_is_missing() {
    for code in CURRENCIES {
        let all = denominations(code);
        assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "{code}");
        assert!(all.starts_with(tendered(code)) && tendered(code).len() >= 4, "{code}");
        // The smallest piece pays everything that rounding leaves, and makes up all the others.
        let smallest = smallest_piece(code.parse().unwrap());
        assert_eq!(cash_rounding(code.parse().unwrap(), None).map_or(1, |rule| rule.step_minor), smallest, "{code}");
        assert!(all.iter().all(|piece| piece % smallest == 0), "{code}");
    }
}

#[test]
fn notes_that_could_have_been_left_out_were_not_given() {
    let given = |due, sum, code| minor_pieces(&notes_given(money(due, code), money(sum, code)));
    for (due, sum, code, notes) in [
        (5_000, 6_000, "EUR", vec![(2_000, 3)]),
        (4_890, 5_000, "EUR", vec![(5_000, 1)]),
        (4_890, 4_890, "EUR", vec![(2_000, 2), (500, 1), (200, 1), (100, 1), (50, 1), (20, 2)]),
        // A coin beside the note saves change: it could not have been left out.
        (1_050, 2_050, "EUR", vec![(2_000, 1), (50, 1)]),
        // Nothing alike makes it up: what the fewest pieces are is as good as any.
        (1_000, 3_500, "EUR", vec![(2_000, 1), (1_000, 1), (500, 1)]),
        (3_000, 4_000, "JPY", vec![(1_000, 4)]),
        (500, 500, "KWD", vec![(500, 1)]),
    ] {
        assert_eq!(given(due, sum, code), notes, "{sum} for {due} {code}");
    }
}

#[test]
fn change_is_made_of_what_the_drawer_has_the_largest_first() {
    assert_eq!(minor_pieces(&pieces(euro(1_110))), [(1_000, 1), (100, 1), (10, 1)]);
    let given = |minor, rows: &[(i64, u32)]| change_from(euro(minor), &held(rows)).map(|made| minor_pieces(&made));
    // The largest first would take the fifty and then have no ten.
    assert_eq!(given(60, &[(50, 1), (20, 3)]), Ok(vec![(20, 3)]));
    assert_eq!(given(60, &[(50, 1), (20, 3), (10, 1)]), Ok(vec![(50, 1), (10, 1)]));
    assert_eq!(given(0, &[]), Ok(vec![]));
    // Two rows of one kind are one kind.
    assert_eq!(given(30, &[(10, 1), (10, 2)]), Ok(vec![(10, 3)]));
    let nearest = |nearest| Err(NoChange::NotInDrawer { wanted: euro(60), nearest: euro(nearest) });
    assert_eq!(given(60, &[(50, 1), (20, 2)]), nearest(50));
    assert_eq!(given(60, &[(100, 9)]), nearest(0));
    assert_eq!(given(60, &[]), nearest(0));
    assert_eq!(given(i64::MAX, &[(1, 9)]), Err(NoChange::TooLarge(euro(i64::MAX))));
    let sentence = NoChange::NotInDrawer { wanted: euro(60), nearest: euro(50) }.to_string();
    assert_eq!(sentence, "the drawer cannot give 0.60 EUR; the nearest it can give is 0.50 EUR");
}

#[test]
fn a_drawer_is_reckoned_from_what_goes_in_and_out() {
    let mut drawer = held(&[(1_000, 2)]);
    drawer.put_in(&[(euro(2_000), 1), (euro(1_000), 1)]);
    drawer.take_out(&[(euro(1_000), 1), (euro(5), 3)]);
    assert_eq!((drawer.of(2_000), drawer.of(1_000), drawer.of(5)), (1, 2, 0));
    drawer.take_out(&[(euro(1_000), 9)]);
    drawer.put_in(&[(euro(2_000), i64::MAX), (euro(2_000), i64::from(u32::MAX))]);
    assert_eq!((drawer.of(2_000), drawer.of(1_000)), (PIECES_MAX, 0));
}

fn rounded(minor: i64, code: &str, country: &str) -> i64 {
    let country = (!country.is_empty()).then(|| country.parse().unwrap());
    let exact = money(minor, code);
    cash_rounding(exact.currency, country).map_or(minor, |rule| rule.round(exact, true).due.minor)
}

#[test]
fn cash_is_rounded_by_the_rule_of_the_country() {
    for (code, country, examples) in [
        ("CHF", "CH", vec![(1_002, 1_000), (1_003, 1_005), (1_007, 1_005), (1_008, 1_010), (1_005, 1_005)]),
        // Lag (1970:1029), 2 §.
        ("SEK", "SE", vec![(1_049, 1_000), (1_050, 1_100), (1_099, 1_100)]),
        ("NOK", "NO", vec![(1_049, 1_000), (1_050, 1_100)]),
        ("DKK", "DK", vec![(1_024, 1_000), (1_025, 1_050), (1_074, 1_050), (1_075, 1_100)]),
        ("CZK", "CZ", vec![(1_049, 1_000), (1_050, 1_100)]),
        // Act III of 2008, section 2, in hundredths of a forint.
        ("HUF", "HU", vec![(100_249, 100_000), (100_250, 100_500), (100_749, 100_500), (100_750, 101_000), (200, 0)]),
        ("CAD", "CA", vec![(1_002, 1_000), (1_003, 1_005), (1_008, 1_010)]),
        ("AUD", "", vec![(1_002, 1_000), (1_003, 1_005), (1_008, 1_010)]),
        ("NZD", "NZ", vec![(1_004, 1_000), (1_005, 1_000), (1_006, 1_010)]),
        ("MYR", "MY", vec![(1_001, 1_000), (1_004, 1_005), (1_006, 1_005), (1_009, 1_010)]),
        // Eesti Pank: a basket of 30.76 is 30.75 in cash.
        ("EUR", "EE", vec![(3_076, 3_075)]),
        // Fiskaly's example for Italy: 23.02 is 23 and 23.09 is 23.10.
        ("EUR", "IT", vec![(2_302, 2_300), (2_309, 2_310)]),
        ("EUR", "FI", vec![(1_497, 1_495), (1_498, 1_500)]),
        // § 3 (4) of the Act on prices: 1 or 2 cents become 5.
        ("EUR", "SK", vec![(1_552, 1_550), (1_553, 1_555), (1_559, 1_560), (1, 5), (2, 5), (4, 5), (0, 0)]),
        ("EUR", "BE", vec![(1_552, 1_550), (6, 5), (4, 4), (2, 2)]),
        ("EUR", "LT", vec![(1_552, 1_550), (2, 0)]),
        ("EUR", "DE", vec![(1_552, 1_552)]),
        ("EUR", "", vec![(1_552, 1_552)]),
        ("USD", "US", vec![(1_552, 1_552)]),
        ("JPY", "JP", vec![(1_552, 1_552)]),
        // No rule but the coins there are.
        ("KWD", "KW", vec![(1_552, 1_550), (1_553, 1_555)]),
        ("BHD", "", vec![(1_552, 1_550), (1_558, 1_560)]),
        ("INR", "IN", vec![(1_049, 1_000), (1_050, 1_100)]),
        ("BRL", "BR", vec![(1_552, 1_550), (1_553, 1_555)]),
        ("CNY", "CN", vec![(1_554, 1_550), (1_555, 1_560)]),
        ("THB", "TH", vec![(1_512, 1_500), (1_513, 1_525)]),
        ("VND", "VN", vec![(185_499, 185_000), (185_500, 186_000)]),
    ] {
        for (exact, due) in examples {
            assert_eq!(rounded(exact, code, country), due, "{code} {country} {exact}");
            // A refund is rounded as the payment was.
            assert_eq!(rounded(-exact, code, country), -due, "{code} {country} -{exact}");
        }
    }
    let italy = cash_rounding(Currency::EUR, "IT".parse().ok()).unwrap();
    assert_eq!(italy.round(euro(2_302), false).due, euro(2_302));
    let slovakia = cash_rounding(Currency::EUR, "SK".parse().ok()).unwrap();
    // 48.32 of which 8.32 in cash: 8.30 and the rest by card to the cent.
    assert_eq!(slovakia.round(euro(832), false).rounding(), euro(-2));
    assert_eq!("fi".parse::<Country>(), Err(CountryError("fi".to_owned())));
    assert_eq!(rounding_of(euro(832), euro(1_000), euro(170)), Some(euro(-2)));
    assert_eq!(rounding_of(euro(832), money(1_000, "USD"), euro(170)), None);
}

fn any_currency() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&CURRENCIES[..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_due_and_the_change_for_it_can_be_paid_in_every_currency(
        code in any_currency(),
        country in proptest::sample::select(&["", "FI", "BE", "IT", "SK", "DE"][..]),
        minor in 0_i64..50_000_000,
        more in 0_i64..100_000,
        is_whole in any::<bool>(),
    ) {
        let exact = money(minor, code);
        let rule = cash_rounding(exact.currency, country.parse().ok());
        let due = rule.map_or(exact, |rule| rule.round(exact, is_whole).due);
        let given = money(due.minor + more * smallest_piece(exact.currency), code);
        prop_assert!(can_be_paid(due) && can_be_paid(given));
        for sum in [due, given, money(given.minor - due.minor, code)] {
            let made: i64 = pieces(sum).iter().map(|(piece, count)| piece.minor * count).sum();
            prop_assert_eq!(made, sum.minor, "{} {}", code, sum);
        }
        for key in quick_tenders(due) {
            prop_assert!(can_be_paid(key), "{}", key);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_key_pays_and_none_could_be_smaller(code in any_currency(), due in 1_i64..50_000_000) {
        let keys = keys(due, code);
        prop_assert_eq!(keys[0], due);
        prop_assert!(keys.len() <= QUICK_TENDERS_MAX && keys.windows(2).all(|pair| pair[0] < pair[1]));
        for key in &keys[1..] {
            prop_assert!(change(money(due, code), money(*key, code)).is_ok(), "{} {}", code, key);
        }
    }

    #[test]
    fn change_is_exact_and_never_more_than_is_held(
        amount in 1_i64..4_000,
        counts in prop::collection::vec(0_u32..4, 14),
    ) {
        let rows: Vec<(i64, u32)> = denominations("EUR").iter().copied().zip(counts).collect();
        let drawer = held(&rows);
        match change_from(euro(amount), &drawer) {
            Ok(made) => {
                prop_assert_eq!(made.iter().map(|(piece, count)| piece.minor * count).sum::<i64>(), amount);
                for (piece, count) in &made {
                    prop_assert!(*count >= 1 && *count <= i64::from(drawer.of(piece.minor)));
                }
                prop_assert!(made.windows(2).all(|pair| pair[0].0.minor > pair[1].0.minor));
                let fewest: i64 = made.iter().map(|(_, count)| count).sum();
                let mut rest = amount;
                let is_largest_first = minor_pieces(&made).iter().all(|(piece, count)| {
                    let most = (rest / piece).min(i64::from(drawer.of(*piece)));
                    rest -= count * piece;
                    most == *count
                });
                prop_assert!(is_largest_first || Some(fewest) == fewest_by_trying(amount, &rows));
            }
            Err(NoChange::NotInDrawer { nearest, .. }) => {
                prop_assert!(nearest.minor < amount);
                prop_assert_eq!(fewest_by_trying(amount, &rows), None);
                prop_assert!(change_from(nearest, &drawer).is_ok());
                for between in nearest.minor + 1..amount {
                    prop_assert_eq!(fewest_by_trying(between, &rows), None);
                }
            }
            Err(NoChange::TooLarge(_)) => prop_assert!(false, "{} is not too large", amount),
        }
    }

    #[test]
    fn a_full_drawer_gives_what_the_largest_first_gives(code in any_currency(), part in 0_i64..10_000) {
        let all = denominations(code);
        let smallest = all[all.len() - 1];
        let amount = money(part * smallest, code);
        let rows: Vec<(i64, u32)> = all.iter().map(|piece| (*piece, PIECES_MAX)).collect();
        let count = |made: &[(Money, i64)]| made.iter().map(|(_, count)| count).sum::<i64>();
        let made = change_from(amount, &held(&rows)).unwrap();
        prop_assert_eq!(count(&made), count(&pieces(amount)), "{} {:?}", code, made);
    }

    #[test]
    fn rounding_is_by_half_a_step_at_most_and_can_be_paid(
        code in any_currency(),
        country in proptest::sample::select(&["FI", "BE", "IT", "SK", "DE", "CH"][..]),
        minor in -5_000_000_i64..5_000_000,
    ) {
        let exact = money(minor, code);
        if let Some(rule) = cash_rounding(exact.currency, country.parse().ok()) {
            let rounded = rule.round(exact, true);
            if minor.abs() >= rule.step_minor {
                prop_assert!(2 * rounded.rounding().minor.abs() <= rule.step_minor);
                prop_assert_eq!(rounded.due.minor % rule.step_minor, 0);
            }
            prop_assert_eq!(rounded.exact.minor + rounded.rounding().minor, rounded.due.minor);
            prop_assert_eq!(rule.round(rounded.due, true).due, rounded.due);
        }
    }
}

/// The fewest pieces, by trying every number of every piece: slow, and written differently from what it checks.
fn fewest_by_trying(amount: i64, rows: &[(i64, u32)]) -> Option<i64> {
    let Some(((piece, held), rest)) = rows.split_first() else { return (amount == 0).then_some(0) };
    let most = (amount / piece).min(i64::from(*held));
    let reach: i64 = rest.iter().map(|(piece, held)| piece * i64::from(*held)).sum();
    let tried = (0..=most).filter(|count| amount - count * piece <= reach);
    tried.filter_map(|count| fewest_by_trying(amount - count * piece, rest).map(|fewer| fewer + count)).min()
}
