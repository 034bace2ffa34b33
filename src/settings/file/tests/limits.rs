//! `[limits]` and `[stop_list]`.

use super::{assert_refused, changed, read, sample};
use crate::domain::card::{Brand, CardDraft, YearMonth};
use crate::domain::limits::Step;

#[test]
fn limits_keep_their_order() {
    assert_refused(&[
        (
            "manager = \"150.00\"",
            "manager = \"500.01\"",
            "limits.stored_sale.manager is “500.01”: at most the value of refuse, which is 500.00 EUR",
        ),
        (
            "warn = \"100.00\"",
            "warn = \"150.01\"",
            "limits.stored_sale.warn is “150.01”: at most the value of manager, which is 150.00 EUR",
        ),
        ("warn = 40", "warn = 51", "limits.stored_count.warn is “51”: at most the value of refuse, which is 50"),
        (
            "warn = 12",
            "warn = 21",
            "limits.stored_oldest_hours.warn is “21”: at most the value of manager, which is 20",
        ),
        (
            "refuse = 50 }",
            "refuse = 10001 }",
            "limits.stored_count.refuse is “10001”: expected a whole number from 0 to 10000",
        ),
        ("days = 3 }", "days = 32 }", "limits.stored_card.days is “32”: expected a whole number from 1 to 31"),
        (
            "manager = 20 }",
            "manager = 745 }",
            "limits.stored_oldest_hours.manager is “745”: expected a whole number from 1 to 744",
        ),
    ]);
    for equal in [("\"150.00\"", "\"500.00\""), ("warn = 40", "warn = 50")] {
        read(&changed(equal.0, equal.1).0).unwrap();
    }
    let error = read(&sample("eu.toml").replace("refuse = \"500.00\"", "refuse = \"1500.01\"")).unwrap_err();
    let rule = "limits.stored_sale: its refuse is at most that of limits.stored_total, which is 1,500.00 EUR";
    assert!(error.ends_with(rule), "{error}");
}

#[test]
fn what_bounds_the_whole_needs_an_end_and_a_card_must_have_none() {
    for (from, to, says) in [
        (", refuse = \"500.00\" }", " }", "limits.stored_sale.refuse is missing"),
        (", refuse = 50 }", " }", "limits.stored_count.refuse is missing"),
        ("{ manager = \"300.00\", days = 3 }", "{ days = 3 }", "limits.stored_card.manager is missing"),
        ("{ manager = \"300.00\",", "{ refuse = \"300.00\",", "limits.stored_card.refuse is not known"),
    ] {
        let error = read(&changed(from, to).0).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
    for optional in ["stored_card", "stored_cashier", "stored_oldest_hours"] {
        let text = sample("eu.toml");
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(optional)).collect();
        read(&kept.join("\n")).unwrap();
    }
}

#[test]
fn a_stop_list_is_read_and_never_repeats_what_may_be_a_card_number() {
    let with = |list: &str| read(&sample("eu.toml").replace("[day]", &format!("[stop_list]\n{list}\n[day]")));
    let mut draft = CardDraft::new();
    "4111111111111111".bytes().for_each(|digit| assert!(draft.push_number(digit - b'0')));
    "1229".bytes().for_each(|digit| assert!(draft.push_expiry(digit - b'0')));
    let card = draft.parse(&[Brand::Visa], YearMonth { year: 2026, month: 11 }).unwrap();
    let settings = with("warn = [\"4111\"]\nmanager = [\"411111\"]\nrefuse = [\"411111*1112\"]").unwrap();
    assert_eq!(settings.stop_list.judge(&card), Some(Step::NeedsManager));
    let error = with("refuse = [\"4111111111111111\"]").unwrap_err();
    assert!(error.contains("stop_list.refuse[1]: a stop list entry is the first 4 to 8 digits"), "{error}");
    assert!(!error.contains("4111111"), "{error}");
}
