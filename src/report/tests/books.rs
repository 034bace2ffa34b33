//! The books: every entry adds up to nothing, and what is left in a clearing account is what is still open.

use std::collections::BTreeMap;

use super::*;
use crate::domain::ids::CaseId;
use crate::domain::sale::TenderKind;
use crate::domain::service::{Case, CaseStep};
use crate::report::settled::{Settled, settled};

fn left(entries: &[Entry]) -> BTreeMap<Account, i64> {
    let mut left = BTreeMap::new();
    for entry in entries {
        assert_eq!(entry.postings.iter().map(|(_, minor)| minor).sum::<i64>(), 0, "{entry:?}");
        for (account, minor) in &entry.postings {
            *left.entry(*account).or_default() += minor;
        }
    }
    left
}

fn of(ledger: &Ledger, minutes: i64) -> DayReport {
    let shop = "A; \"shop\"\n".into();
    let heading = Heading { shop, address: String::new(), till: 23, is_demo: true, is_copy: false };
    DayReport::of_ledger(heading, ledger, None, at(minutes), &RULES, 0).unwrap()
}

#[test]
fn the_day_is_booked_and_what_is_open_is_left_in_clearing() {
    let report = report();
    let (entries, open) = accounts(std::slice::from_ref(&report));
    let left = left(&entries);
    for (account, minor) in open {
        assert_eq!(left.get(&account).copied().unwrap_or(0), minor, "{account:?}");
    }
    assert_eq!(left[&Account::Sales], -report.figures.taken_minor());
    assert_eq!(left[&Account::Losses], 3_000, "the card that was written off");
    assert_eq!(left[&Account::CashDifference], 10, "the drawer is ten cents short");
    assert_eq!(left[&Account::Drawer], 0, "what was counted went into the safe");
}

/// A transfer that is carried over and found the day after with ninety cents less.
fn two_days() -> [DayReport; 2] {
    let mut ledger = Ledger::default();
    let open_day = |ledger: &mut Ledger, n: u128, minutes: i64| {
        tell(ledger, minutes, &Fact::DayOpened { day: DayId(id(n)), date: at(minutes).date_naive(), is_demo: false });
    };
    open_day(&mut ledger, 1, 0);
    let (payment, sale) = begin(&mut ledger, 1, 4_890, "A-1", None);
    tell(&mut ledger, 61, &Fact::QrShown { payment, sale, amount: euro(4_890), code: None });
    tell(&mut ledger, 62, &Fact::QrMoved { payment, qr: QrState::ConfirmedByShop { at: at(62) } });
    tell(&mut ledger, 62, &Fact::SaleDone { sale });
    let first = of(&ledger, 700);
    let figures = first.figures.clone();
    tell(&mut ledger, 700, &Fact::DayClosed { day: DayId(id(1)), figures, terms: None });
    open_day(&mut ledger, 2, 1_440);
    let line = StatementLine {
        booked_on: at(1_440).date_naive(),
        ..line(50, 4_800, "Erika", SaleReference::new(23, 1).unwrap().to_string())
    };
    let (statement, name, notes) = (StatementId(id(4)), "camt.xml".to_owned(), StatementNotes::default());
    let fact = Fact::StatementImported { statement, name, sha256: "0".into(), lines: vec![line].into(), notes };
    tell(&mut ledger, 1_500, &fact);
    tell(&mut ledger, 1_501, &Fact::LineMatched { line: LineId(id(50)), payment, how: MatchHow::ByHand });
    [first, of(&ledger, 1_600)]
}

#[test]
fn a_carried_transfer_is_booked_once_whichever_days_are_asked_for() {
    let days = two_days();
    let [missing] = &days[1].losses[..] else { panic!("{:#?}", days[1].losses) };
    assert_eq!(
        (missing.amount, &missing.cause),
        (euro(90), &LossCause::Missing { by: None, seen_by: None, reason: None }),
        "the table adds up to its tile"
    );
    assert_eq!(days[1].figures.written_off_minor, 90);
    let (entries, _) = accounts(&days);
    let both = left(&entries);
    assert_eq!((both[&Account::Sales], both[&Account::Bank], both[&Account::Losses]), (-4_890, 4_800, 90));
    assert_eq!(both[&Account::Clearing(TenderKind::Qr)], 0);
    let (entries, _) = accounts(&days[1..]);
    let alone = left(&entries);
    assert_eq!((alone.get(&Account::Sales), alone[&Account::Opening]), (None, -4_890), "the sale is of another day");
    assert_eq!((alone[&Account::Bank], alone[&Account::Clearing(TenderKind::Qr)]), (4_800, 0));

    let text = hledger(&days).unwrap();
    assert!(text.starts_with("; A; \"shop\", till 23, DEMO"), "{text}");
    let text = beancount(&days).unwrap();
    assert!(text.contains("balance Assets:Clearing:Transfers  0.00 EUR"), "{text}");
}

/// One part in cash, the other by a transfer that is carried over: the next day's books have the transfer alone.
#[test]
fn cash_of_an_earlier_day_is_not_in_the_drawer_again() {
    let mut ledger = Ledger::default();
    let open_day = |ledger: &mut Ledger, n: u128, minutes: i64| {
        tell(ledger, minutes, &Fact::DayOpened { day: DayId(id(n)), date: at(minutes).date_naive(), is_demo: false });
    };
    open_day(&mut ledger, 1, 0);
    let drawer = DrawerId(id(3));
    let opened =
        Fact::DrawerOpened { drawer, float: Count::default(), float_minor: 0, name: None, by: None, foreign: None };
    tell(&mut ledger, 1, &opened);
    let (cash, sale) = begin(&mut ledger, 1, 3_000, "A-1", None);
    let (given, change) = (euro(1_000), euro(0));
    let taken = Fact::CashTaken { payment: cash, sale, amount: given, given, change, drawer, foreign: None };
    tell(&mut ledger, 60, &taken);
    let payment = PaymentId(id(77));
    tell(&mut ledger, 61, &Fact::QrShown { payment, sale, amount: euro(2_000), code: None });
    tell(&mut ledger, 62, &Fact::QrMoved { payment, qr: QrState::ConfirmedByShop { at: at(62) } });
    tell(&mut ledger, 62, &Fact::SaleDone { sale });
    let (counted, counted_minor, expected_minor) = (Count::default(), 1_000, 1_000);
    tell(&mut ledger, 63, &Fact::DrawerCounted { drawer, counted, counted_minor, expected_minor, again: false });
    let first = of(&ledger, 700);
    let figures = first.figures.clone();
    tell(&mut ledger, 700, &Fact::DayClosed { day: DayId(id(1)), figures, terms: None });
    open_day(&mut ledger, 2, 1_440);
    let second = of(&ledger, 1_600);
    let (entries, _) = accounts(std::slice::from_ref(&second));
    let alone = left(&entries);
    assert_eq!((alone.get(&Account::Drawer), alone[&Account::Clearing(TenderKind::Qr)]), (None, 2_000));
    let (entries, _) = accounts(&[first, second]);
    assert_eq!(left(&entries)[&Account::Sales], -3_000);
}

#[test]
fn a_period_has_each_sale_once_and_as_the_last_day_knows_it() {
    let days = two_days();
    let period = PeriodReport::of_days(days[0].date, days[1].date, &days).unwrap();
    assert_eq!((period.sales.len(), period.parts().taken_minor(), period.sales_done()), (1, 4_890, 1));
    assert_eq!(period.sales[0].payments[0].outcome, Outcome::OnStatement);
    assert_eq!(period.sales[0].payments[0].taken, euro(4_890));
    let bars: Vec<_> = settled(&period).iter().map(|bar| (bar.of, bar.count, bar.parts.taken_minor())).collect();
    assert_eq!(bars, [(Settled::After(1), 1, 4_890)]);
    let first_alone = PeriodReport::of_days(days[0].date, days[0].date, &days[..1]).unwrap();
    let bars: Vec<_> = settled(&first_alone).iter().map(|bar| bar.of).collect();
    assert_eq!(bars, [Settled::Not]);
}

#[test]
fn a_case_is_what_was_taken_in_its_outages() {
    let report = report();
    let opened = report.outages[0].began;
    let case = |outage| {
        let step = CaseStep::Opened { number: 3, reader: "P400".to_owned(), outage, gives_back: false };
        Case::open(CaseId(id(900)), opened, None, &step).unwrap()
    };
    let of = |outage| PeriodReport::of_case(&case(outage), std::slice::from_ref(&report), &RULES).unwrap();
    let told = of(Some(report.outages[0].id));
    assert_eq!((told.sales.len(), told.costs.kept, told.costs.kept_minor), (2, 2, 7_890));
    assert_eq!((told.costs.loss_minor, told.costs.outage_seconds, told.outages.len()), (3_000, 3_600, 1));
    assert_eq!(period_json(&told)["scope"]["case"], 3);
    for (language, title) in [(Language::English, "Case of the reader"), (Language::Chinese, "读卡器维修单")] {
        assert!(period_html(&told, language).contains(title));
    }
    // A person opened it while everything worked: nothing was sold in spite of anything.
    let none = of(None);
    assert_eq!((none.sales.len(), none.outages.len(), none.parts().taken_minor()), (0, 0, 0));
}

#[test]
fn an_outage_is_what_was_taken_in_it() {
    let report = report();
    let outage = report.outages[0].id;
    let period = PeriodReport::of_outage(outage, std::slice::from_ref(&report), &RULES).unwrap();
    assert_eq!((period.sales.len(), period.costs.kept, period.costs.kept_minor), (2, 2, 7_890));
    // One and a half per cent of thirty euro is 45 cents; all of it was lost.
    let costs = (period.costs.expected_loss_minor, period.costs.stored_loss_minor, period.costs.loss_minor);
    assert_eq!(costs, (Some(45), 3_000, 3_000));
    assert_eq!(period.costs.outage_seconds, 3_600);
    assert_eq!(PeriodReport::of_outage(OutageId(id(999)), &[report], &RULES), None);
    for language in [Language::English, Language::Chinese] {
        let page = period_html(&period, language);
        assert!(page.contains("id=\"taken\">78.90 EUR<") && !page.contains("<script"), "{page}");
    }
    assert_eq!(period_json(&period)["taken_minor"], 7_890);
}

#[test]
fn the_json_adds_up_and_names_what_it_is() {
    let value = json(&report());
    let minor = |name: &str| value[name].as_i64().unwrap();
    assert_eq!(minor("received_minor") + minor("open_minor") + minor("lost_minor"), minor("taken_minor"));
    let payments = value["sales"].as_array().unwrap().iter().flat_map(|sale| sale["payments"].as_array().unwrap());
    assert_eq!(payments.map(|one| one["taken_minor"].as_i64().unwrap()).sum::<i64>(), minor("taken_minor"));
    assert_eq!(value["costs"]["declines"][0]["reason"], "written off");
}

/// A credit that nobody has said anything of is at the bank, and waits in an account of its own until somebody does.
#[test]
fn what_is_not_decided_yet_stands_in_the_books_by_itself() {
    let mut ledger = Ledger::default();
    let open_day = |ledger: &mut Ledger, n: u128, minutes: i64| {
        tell(ledger, minutes, &Fact::DayOpened { day: DayId(id(n)), date: at(minutes).date_naive(), is_demo: false });
    };
    let line = |n: Uuid, minor: i64| StatementLine { id: LineId(n), ..line(1, minor, "Erika", String::new()) };
    open_day(&mut ledger, 1, 0);
    let made = |minutes: i64| {
        let seconds = u64::try_from(at(minutes).timestamp()).unwrap();
        Uuid::new_v7(uuid::Timestamp::from_unix_time(seconds, 0, 0, 0))
    };
    let (stray, rent) = (line(made(60), 777), line(made(61), -5_000));
    let (statement, name, notes) = (StatementId(id(4)), "camt.xml".to_owned(), StatementNotes::default());
    let (line, lines) = (stray.id, vec![stray, rent].into());
    tell(&mut ledger, 60, &Fact::StatementImported { statement, name, sha256: "0".into(), lines, notes });
    let first = of(&ledger, 700);
    let figures = first.figures.clone();
    tell(&mut ledger, 700, &Fact::DayClosed { day: DayId(id(1)), figures, terms: None });
    open_day(&mut ledger, 2, 1_440);
    let second = of(&ledger, 1_500);
    let by = PersonId("manager-1".into());
    tell(&mut ledger, 1_501, &Fact::LineExplained { line, by, payment: None, own_refund: false, why: None });
    let third = of(&ledger, 1_502);

    let sums = |days: &[DayReport]| {
        let (entries, open) = accounts(days);
        let left = left(&entries);
        for (account, minor) in open {
            assert_eq!(left.get(&account).copied().unwrap_or(0), minor, "{account:?}");
        }
        [Account::Bank, Account::Undecided, Account::NotOurs, Account::Opening]
            .map(|account| left.get(&account).copied().unwrap_or(0))
    };
    assert_eq!(sums(std::slice::from_ref(&first)), [777, -777, 0, 0]);
    assert_eq!(sums(&[first.clone(), second.clone()]), [777, -777, 0, 0], "once, however long it waits");
    assert_eq!(sums(std::slice::from_ref(&second)), [0, -777, 0, 777], "the bank had it before this period");
    assert_eq!(sums(&[first, second, third.clone()]), [777, 0, -777, 0]);
    assert_eq!(sums(std::slice::from_ref(&third)), [0, 0, -777, 777]);
    assert!(beancount(&[third]).unwrap().contains("Liabilities:Undecided"));
}
