//! Transfers by QR code: a new account is tested before it is used, goods go unseen only up to the shop's trust limit,
//! and a code that was shown cannot be called back.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, DayTouch, DoneTouch, MenuTouch, PayeesTouch, QrTouch, SellTouch, StatementTouch, TendersTouch, Touch,
};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::qr::{QrState, ShownCode};
use stopgap::domain::sale::{Tender, TenderKind};
use stopgap::qr;
use stopgap::qr::khqr::{KhqrKind, KhqrPayee};
use stopgap::qr::paynow::{PayNowPayee, PayNowProxy};
use stopgap::qr::provider_code::ProviderCode;
use stopgap::screens::payees::{PayeeState, PayeesView};
use stopgap::screens::qr::{QrState as Page, QrView, QrWarning};
use stopgap::screens::tenders::TendersView;
use stopgap::screens::types::{OffReason, Offer, OnReason};
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{Payee, Settings, Terms};

use crate::look;
use crate::support::shop::{CASHIER, MANAGER, SECOND_MANAGER, connected, payee, settings};
use crate::support::{Bench, Pace};

/// The shop of the tests with other payees, none of them tested where `tested` says so.
fn shop(payees: Vec<Payee>, tested: bool) -> Bench {
    let mut shop: Settings = Arc::unwrap_or_clone(settings(connected()));
    shop.qr.payees = payees;
    if tested { Bench::of_shop(Arc::new(shop), Pace::Instant, 4) } else { Bench::untested(Arc::new(shop), 4) }
}

fn qr_page(till: &Bench) -> QrView {
    match till.view().page {
        PageView::Qr(qr) => qr,
        other => panic!("not the page of a code but {other:?}"),
    }
}

fn payees_page(till: &Bench) -> PayeesView {
    match till.view().page {
        PageView::Payees(payees) => payees,
        other => panic!("not the page of payment codes but {other:?}"),
    }
}

fn tenders_page(till: &Bench) -> TendersView {
    match till.view().page {
        PageView::Tenders(tenders) => tenders,
        other => panic!("not the ways to pay but {other:?}"),
    }
}

fn open_payees(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenPayees)]);
}

fn last_code(till: &Bench) -> ShownCode {
    match &till.app.ledger().payments.values().next_back().expect("a transfer").tender {
        Tender::Qr { code: Some(code), .. } => code.clone(),
        other => panic!("not a code but {other:?}"),
    }
}

fn last_state(till: &Bench) -> QrState {
    match &till.app.ledger().payments.values().next_back().expect("a transfer").tender {
        Tender::Qr { qr, .. } => qr.clone(),
        other => panic!("not a transfer but {other:?}"),
    }
}

fn chosen_state(till: &Bench) -> PayeeState {
    payees_page(till).chosen.expect("a payee").state
}

fn bring_in_statement(till: &mut Bench) {
    let now = till.now();
    till.world.bank.write_statement(now);
    till.touch(Touch::Day(DayTouch::BringInStatement));
    let path = till.world.bank.files()[0].path.clone();
    till.touch_all([StatementTouch::Choose(path), StatementTouch::Finish].map(Touch::Statement));
}

fn open_day_page(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
}

#[test]
fn a_new_account_is_not_used_before_a_manager_saw_a_test_payment_arrive() {
    let mut till = shop(vec![payee()], false);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::CardDoesNotWork));
    assert_eq!(tenders_page(&till).offers.qr, Offer::Off(OffReason::QrOffNotTested));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    assert!(till.app.ledger().payments.is_empty(), "the touch leads to nothing");
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    open_payees(&mut till);
    assert!(!matches!(till.view().page, PageView::Payees(_)), "not a cashier's");
    till.sign_out();
    till.sign_in(MANAGER);
    open_payees(&mut till);
    look!(till, "new_account");
    till.touch(Touch::Payees(PayeesTouch::Arrived));
    assert_eq!(chosen_state(&till), PayeeState::New, "there was no test yet");
    till.touch(Touch::Payees(PayeesTouch::Test));
    look!(till, "test_payment");
    till.touch(Touch::Payees(PayeesTouch::NotArrived));
    assert_eq!(chosen_state(&till), PayeeState::Untested);
    till.touch(Touch::Payees(PayeesTouch::Test));
    let reference = payees_page(&till).chosen.and_then(|chosen| chosen.reference).expect("a reference");
    let now = till.now();
    till.world.bank.pay(&reference, Money::new(1, Currency::EUR), now);
    till.touch(Touch::Payees(PayeesTouch::Arrived));
    look!(till, "a_second_manager_compares_the_account");
    assert_eq!(chosen_state(&till), PayeeState::Testing, "one person alone does not put it into use");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(chosen_state(&till), PayeeState::InUse);
    assert_eq!(till.world.books.kinds["manager_approved"], 1);
    till.touch(Touch::Payees(PayeesTouch::Test));
    assert!(payees_page(&till).chosen.is_some_and(|chosen| chosen.in_use), "customers go on paying to it");
    till.touch(Touch::Payees(PayeesTouch::Arrived));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    till.touch(Touch::App(AppTouch::Back));
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    assert_ne!(qr_page(&till).reference, reference, "no sale has the number of a test");
    till.touch(Touch::Qr(QrTouch::Confirm));
    till.touch(Touch::Done(DoneTouch::NextSale));
    open_day_page(&mut till);
    bring_in_statement(&mut till);
    look!(till, "the_test_payment_is_explained");
}

#[test]
fn another_account_under_the_same_name_is_approved_and_tested_anew_with_both_tails_written_down() {
    let mut till = shop(vec![payee()], true);
    let account = "DE02120300000000202051".parse().unwrap();
    let other = qr::Payee::Epc(qr::epc::EpcPayee::new("Bakery Example GmbH", account, None));
    let other = Payee::new(None, other, None, Currency::EUR).unwrap();
    let mut changed: Settings = (*till.world.settings).clone();
    changed.qr.payees = vec![other.clone()];
    till.restart_with(Arc::new(changed));
    till.open_day(MANAGER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    assert!(till.app.ledger().payments.is_empty());
    till.touch(Touch::Sell(SellTouch::Clear));
    open_payees(&mut till);
    let chosen = payees_page(&till).chosen.expect("a payee");
    assert_eq!((chosen.state, chosen.replaces.as_deref()), (PayeeState::New, Some("… 3000")));
    assert_eq!((chosen.account.as_str(), chosen.ends_alike), ("DE02 1203 0000 0000 2020 51", false));
    till.touch_all([PayeesTouch::Test, PayeesTouch::Arrived].map(Touch::Payees));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    let known = &till.app.ledger().payees[&other.key];
    assert_eq!((known.replaces.as_deref(), known.title.account.as_str()), (Some("… 3000"), "… 2051"));
    assert!(known.is_in_use());
}

#[test]
fn goods_go_unseen_up_to_the_trust_limit_and_above_it_with_a_manager() {
    let mut till = Bench::new(connected(), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount("5000");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::AcceptUnseen)]);
    assert!(matches!(till.view().page, PageView::Qr(_)), "nobody has said that it is paid");
    till.touch_all([QrTouch::Announce, QrTouch::AcceptUnseen].map(Touch::Qr));
    assert!(matches!(till.view().page, PageView::Done(_)), "50.00 is the limit");
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.amount("5001");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Announce), Touch::Qr(QrTouch::AcceptUnseen)]);
    look!(till, "a_manager_is_asked");
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))));
    assert!(matches!(till.view().page, PageView::Qr(_)));
    till.approve(MANAGER, ApprovalReason::RegularCustomer);
    assert!(matches!(till.view().page, PageView::Done(_)));
    assert_eq!(till.world.books.kinds["manager_approved"], 1);
}

#[test]
fn a_code_that_was_announced_can_still_be_withdrawn() {
    let mut till = Bench::new(connected(), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Announce), Touch::Qr(QrTouch::Withdraw)]);
    assert_eq!(qr_page(&till).state, stopgap::screens::qr::QrState::WithdrawAsked, "the page asks once more");
    till.touch(Touch::Qr(QrTouch::WithdrawSurely));
    assert_eq!(last_state(&till), QrState::Withdrawn);
    assert!(matches!(till.view().page, PageView::Tenders(_)));
}

#[test]
fn an_account_that_comes_back_into_the_settings_is_tested_again() {
    let mut till = shop(vec![payee()], true);
    let (with, mut without) = ((*till.world.settings).clone(), (*till.world.settings).clone());
    without.qr.payees.clear();
    till.restart_with(Arc::new(without));
    assert!(!till.app.ledger().payees[&payee().key].is_in_use(), "the journal says that it is gone");
    till.restart_with(Arc::new(with));
    till.open_day(MANAGER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    assert!(till.app.ledger().payments.is_empty());
    till.touch(Touch::Sell(SellTouch::Clear));
    open_payees(&mut till);
    assert_eq!(chosen_state(&till), PayeeState::New);
    till.touch_all([PayeesTouch::Test, PayeesTouch::Arrived].map(Touch::Payees));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(chosen_state(&till), PayeeState::InUse);
}

#[test]
fn the_same_code_is_shown_after_a_restart_whatever_the_settings_say_then() {
    let mut till = shop(vec![payee()], true);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    let (before, code) = (qr_page(&till), last_code(&till));
    assert!(code.payload.starts_with("BCD\n") && code.payload.contains("DE89370400440532013000"));
    let mut changed: Settings = (*till.world.settings).clone();
    changed.qr.payees.clear();
    till.restart_with(Arc::new(changed));
    till.sign_in(CASHIER);
    let after = qr_page(&till);
    assert_eq!((&after.code, &after.payee, &after.account), (&before.code, &before.payee, &before.account));
    assert_eq!(after.code.as_ref().map(|code| &code.modules), before.code.as_ref().map(|code| &code.modules));
    till.touch(Touch::Qr(QrTouch::Confirm));
    assert!(matches!(till.view().page, PageView::Done(_)));
}

#[test]
fn of_several_ways_the_customer_chooses_one_and_a_high_amount_is_warned_of() {
    let limit = Some(Money::new(50_000, Currency::EUR));
    let wechat = qr::Payee::Provider(ProviderCode::read("wxp://f2f0Example", limit).unwrap());
    let wechat = Payee::new(None, wechat, None, Currency::EUR).unwrap();
    let mut till = shop(vec![payee(), wechat], true);
    till.open_day(CASHIER);
    till.amount("60000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    look!(till, "which_way");
    till.touch(Touch::Qr(QrTouch::Leave));
    assert!(matches!(till.view().page, PageView::Tenders(_)));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.touch(Touch::Qr(QrTouch::Choose("WeChat Pay".to_owned())));
    let page = qr_page(&till);
    assert_eq!(page.warning, Some(QrWarning::AboveLimit("500.00".to_owned())));
    assert!(page.amount_is_typed);
    assert_eq!(last_code(&till).payload, "wxp://f2f0Example", "byte for byte");
    assert_eq!(page.reference, "", "no bank sends a reference with such a code");
}

/// A way to pay by code, with what it costs and how long the money takes.
fn costly(label: Option<&str>, payee: qr::Payee, terms: Terms) -> Payee {
    let label = label.map(str::to_owned);
    Payee { terms, ..Payee::new(label, payee, None, Currency::EUR).unwrap() }
}

#[test]
fn what_a_way_costs_and_when_the_money_is_there_is_said_before_it_is_used() {
    let wallet = || qr::Payee::Provider(ProviderCode::read("wxp://f2f0Example", None).unwrap());
    let later = Terms { fee_basis_points: 120, fee_fixed_minor: 5, arrives_days: Some(2) };
    let reason = |till: &Bench| match tenders_page(till).offers.qr {
        Offer::On { reason, .. } => reason,
        other => panic!("{other:?}"),
    };
    let offered = |terms| {
        let mut till = shop(vec![costly(None, wallet(), terms)], true);
        till.open_day(CASHIER);
        till.world.reader.mood = crate::support::reader::ReaderMood::Unplugged;
        till.pass(TimeDelta::seconds(10));
        till.amount("2500");
        till.touch(Touch::Sell(SellTouch::TakePayment));
        reason(&till)
    };
    assert_eq!(offered(later), OnReason::QrCostsInDays("0.35".to_owned(), "2".to_owned()));
    assert_eq!(offered(Terms { arrives_days: Some(0), ..later }), OnReason::QrCosts("0.35".to_owned()));
    assert_eq!(offered(Terms { arrives_days: Some(1), ..Terms::default() }), OnReason::QrInDays("1".to_owned()));
    assert_eq!(offered(Terms::default()), OnReason::QrSeconds);

    // Of several ways each says it where one is chosen.
    let mut till = shop(vec![payee(), costly(Some("Wallet"), wallet(), later)], true);
    till.open_day(CASHIER);
    till.amount("2500");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    let PageView::QrChoice(choice) = till.view().page else { panic!("{:#?}", till.view().page) };
    let told: Vec<_> = choice.ways.iter().map(|way| (way.fee.as_deref(), way.arrives_days)).collect();
    assert_eq!(told, [(None, None), (Some("0.35"), Some(2))]);
}

/// A shop in Singapore, whose codes have an end.
fn in_singapore() -> Bench {
    let name = qr::emv::Name::fit("Bakery Example").unwrap();
    let city = qr::emv::City::fit("Singapore").unwrap();
    let proxy = PayNowProxy::uen("201403121W").unwrap();
    let paynow = qr::Payee::PayNow(PayNowPayee { proxy, name, city, amount_editable: false, last_day: None });
    let mut shop: Settings = Arc::unwrap_or_clone(settings(connected()));
    shop.currency = Currency::SGD;
    shop.qr.payees = vec![Payee::new(None, paynow, None, Currency::SGD).unwrap()];
    Bench::of_shop(Arc::new(shop), Pace::Instant, 4)
}

#[test]
fn riel_are_typed_shown_and_asked_for_without_the_cents_that_nobody_pays() {
    let khqr = qr::Payee::Khqr(KhqrPayee {
        account: "bakery_example@devb".parse().unwrap(),
        kind: KhqrKind::Individual { information: None, bank: None },
        unionpay: None,
        category: "5462".parse().unwrap(),
        name: qr::emv::Name::fit("Bakery Example").unwrap(),
        city: qr::emv::City::fit("Phnom Penh").unwrap(),
        mobile: None,
        store_label: None,
        terminal_label: None,
        language: None,
    });
    let mut shop: Settings = Arc::unwrap_or_clone(settings(connected()));
    shop.currency = Currency::KHR;
    shop.limits.sale_max_minor = 100_000_000;
    shop.qr.payees = vec![Payee::new(None, khqr, None, Currency::KHR).unwrap()];
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount("50007");
    till.touch(Touch::Sell(SellTouch::Erase));
    till.touch(Touch::Sell(SellTouch::PayByQr));
    assert_eq!(qr_page(&till).amount, "5,000");
    assert!(last_code(&till).payload.contains("54045000"), "{}", last_code(&till).payload);
    till.touch_all([Touch::Qr(QrTouch::Confirm), Touch::Done(DoneTouch::NextSale)]);
    let taken = till.app.ledger().payments.values().next_back().expect("a transfer").amount;
    assert_eq!(taken, Money::new(500_000, Currency::KHR), "minor units as ISO 4217 has them");
    assert!(till.world.verify().holds());
}

#[test]
fn a_code_that_ran_out_is_no_longer_shown_as_one_to_pay() {
    let mut till = in_singapore();
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    assert!(!qr_page(&till).has_expired);
    till.pass(TimeDelta::minutes(30));
    let page = qr_page(&till);
    assert_eq!((page.state, page.has_expired), (Page::Expired, true));
    // What the customer said before still has to be looked after, and the code is as dead.
    let mut till = in_singapore();
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Announce)]);
    till.pass(TimeDelta::minutes(30));
    let page = qr_page(&till);
    assert_eq!((page.state, page.has_expired), (Page::CustomerSaysPaid, true));
    look!(till, "announced_and_run_out");
}

#[test]
fn a_clock_from_before_the_program_is_said_although_no_book_knows_better() {
    let mut till = in_singapore();
    till.set_clock_by(TimeDelta::days(-365 * 20));
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    assert_eq!(qr_page(&till).warning, Some(QrWarning::ClockWrong));
}

#[test]
fn a_clock_that_went_back_is_said_where_the_code_has_an_end() {
    let mut till = in_singapore();
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    let page = qr_page(&till);
    assert_eq!((page.warning, page.expires_text.is_empty()), (None, false));
    till.set_clock_by(TimeDelta::hours(-3));
    till.touch(Touch::Qr(QrTouch::Withdraw));
    assert_eq!(qr_page(&till).warning, Some(QrWarning::ClockWrong));
}
