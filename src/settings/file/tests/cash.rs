//! What `[cash]` says.

use super::{read, sample};
use crate::escpos::DrawerPin;
use crate::settings::DrawerFor;

#[test]
fn drawers_have_names_of_their_own() {
    let with = |tables: &str| {
        let text = sample("eu.toml").replace("drawer_manager_above = \"10.00\"\n", &format!("{tables}\n"));
        read(&text).map(|settings| settings.cash.drawers)
    };
    let two = "[[cash.drawer]]\nname = \"Left\"\n[[cash.drawer]]\nname = \"Right\"\npin = \"5\"";
    let drawers = with(two).unwrap();
    let found: Vec<_> = drawers.iter().map(|drawer| (drawer.name.as_str(), drawer.pin)).collect();
    assert_eq!(found, [("Left", None), ("Right", Some(DrawerPin::Five))]);
    for (tables, why) in [
        (two.replace("Right", "Left"), "cash.drawer[2].name is “Left”: expected a name that no other drawer has"),
        (two.replace("\"5\"", "\"3\""), "cash.drawer[2].pin is “3”: expected 2 or 5"),
        (two.replace("Left", "A drawer with too long a name"), "cash.drawer[1].name"),
        ("[[cash.drawer]]\nname = \"x\"\n".repeat(5), "a list of 1 to 4 drawers"),
    ] {
        let wrong = with(&tables).unwrap_err();
        assert!(wrong.contains(why), "{wrong}");
    }
}

#[test]
fn other_currencies_have_a_rate_and_are_not_the_shops_own() {
    let with = |tables: &str| {
        let text = sample("eu.toml").replace("drawer_manager_above = \"10.00\"\n", &format!("{tables}\n"));
        read(&text).map(|settings| settings.cash)
    };
    let usd = "[[cash.foreign]]\ncurrency = \"USD\"\nrate = \"0.92\"\nrate_of = \"27 Nov, our bank\"\n";
    let gbp = "[[cash.foreign]]\ncurrency = \"GBP\"\nrate = \"1.15\"\n";
    let cash = with(&format!("{usd}{gbp}")).unwrap();
    let found: Vec<String> = cash.foreign.iter().map(|taken| format!("{:?}", taken.foreign)).collect();
    assert_eq!(found, ["Foreign { currency: USD, rate: 0.92 }", "Foreign { currency: GBP, rate: 1.15 }"]);
    assert_eq!(cash.foreign[0].rate_of.as_deref(), Some("27 Nov, our bank"));
    let rate = "expected a rate in quotes, above 0 and at most 1000000, with at most 8 decimals, such as \"0.92\"";
    for (tables, why) in [
        (usd.replace("USD", "EUR"), "cash.foreign[1].currency is “EUR”: expected another currency than the shop's own"),
        (usd.repeat(2), "cash.foreign[2].currency is “USD”: expected a currency that is not in the list yet"),
        (usd.replace("USD", "USX"), "cash.foreign[1].currency is “USX”: expected an ISO 4217 currency code"),
        (usd.replace("USD", "CLF"), "cash.foreign[1].currency is “CLF”: expected a currency whose notes and coins"),
        (usd.replace("0.92", "0,92"), &format!("cash.foreign[1].rate is “0,92”: {rate}")),
        (usd.replace("0.92", "0"), &format!("cash.foreign[1].rate is “0”: {rate}")),
        (usd.replace("0.92", "-1"), &format!("cash.foreign[1].rate is “-1”: {rate}")),
        (usd.replace("0.92", "1000001"), &format!("cash.foreign[1].rate is “1000001”: {rate}")),
        (usd.replace("\"0.92\"", "0.92"), rate),
        (usd.replace("rate = \"0.92\"\n", ""), "cash.foreign[1].rate is missing"),
        (usd.replace("27 Nov", "the twenty-seventh of November"), "cash.foreign[1].rate_of is"),
        (format!("{usd}{gbp}{}", usd.replace("USD", "CHF").repeat(3)), "a list of 1 to 4 currencies"),
    ] {
        let wrong = with(&tables).unwrap_err();
        assert!(wrong.contains(why), "{wrong}\n{why}");
        assert!(wrong.contains("line"), "{wrong}");
    }
}

#[test]
fn one_drawer_is_everybodys_and_several_are_one_persons_each_unless_the_shop_says_otherwise() {
    let with = |lines: &str| {
        let text = sample("eu.toml").replace("drawer_manager_above = \"10.00\"\n", &format!("{lines}\n"));
        read(&text).map(|settings| settings.cash.drawer_for)
    };
    let two = "[[cash.drawer]]\nname = \"Left\"\n[[cash.drawer]]\nname = \"Right\"";
    for (lines, drawer_for) in [
        ("", DrawerFor::Everybody),
        (two, DrawerFor::OnePerson),
        ("drawer_for = \"one_person\"", DrawerFor::OnePerson),
        (&format!("drawer_for = \"everybody\"\n{two}"), DrawerFor::Everybody),
    ] {
        assert_eq!(with(lines), Ok(drawer_for), "{lines}");
    }
    let wrong = with("drawer_for = \"anna\"").unwrap_err();
    assert!(wrong.contains("cash.drawer_for is “anna”: expected everybody"), "{wrong}");
}

#[test]
fn cash_is_never_left_without_a_coin_for_it() {
    let kiosk = sample("standalone.toml").replace("currency = \"EUR\"", "currency = \"INR\"");
    let payee = "[payee]\nname = \"Erika Example\"\niban = \"DE89 3704 0044 0532 0130 00\"\n";
    assert!(kiosk.contains(payee));
    let kiosk = kiosk.replace(payee, "");
    let with = |rounding: &str| {
        let text = format!("{kiosk}\n[cash]\nrounding = \"{rounding}\"\n");
        read(&text).map(|settings| settings.cash.rounding.map(|rule| rule.step_minor))
    };
    assert_eq!(read(&kiosk).map(|settings| settings.cash.step_minor(settings.currency)), Ok(100));
    assert_eq!((with("country"), with("5.00")), (Ok(Some(100)), Ok(Some(500))));
    for (rounding, why) in [
        ("off", "expected \"country\" or a sum: 1.00 INR is the smallest coin there is"),
        ("1.50", "expected a multiple of 1.00 INR, which is the smallest coin there is"),
    ] {
        let wrong = with(rounding).unwrap_err();
        assert!(wrong.contains(why), "{wrong}");
    }
}
