//! Money of transfers on the statement that is not simply the sale's: late, twice, too much, for another code.

use std::sync::Arc;

use stopgap::app::event::{
    AppTouch, CashTouch, Choice, CountTouch, DayTouch, DecideTouch, DoneTouch, MenuTouch, QrTouch, SellTouch,
    StatementTouch, TendersTouch, Touch,
};
use stopgap::domain::cash::cash_rounding;
use stopgap::domain::day::CarryReason;
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::domain::ids::PaymentId;
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::qr::QrState;
use stopgap::domain::reconcile::{LineReason, LineState};
use stopgap::domain::sale::{Tender, TenderKind};
use stopgap::qr;
use stopgap::qr::provider_code::ProviderCode;
use stopgap::report::{Account, DayReport, Loss, LossCause, accounts};
use stopgap::screens::app::Message;
use stopgap::screens::day::{DayView, OpenKind};
use stopgap::screens::report::ReportLineKind;
use stopgap::screens::statement::StatementStage;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{CashSettings, Payee, Settings};

use crate::look;
use crate::support::shop::{CASHIER, MANAGER, SECOND_MANAGER, connected, payee, settings};
use crate::support::{Bench, Pace};

fn day_page(till: &Bench) -> DayView {
    match till.view().page {
        PageView::Day(day) => day,
        other => panic!("not the day's page but {other:?}"),
    }
}

/// A manager opens the page of the day and brings in what the bank has.
fn look_at_the_statement(till: &mut Bench) {
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    bring_in_statement(till);
}

fn bring_in_statement(till: &mut Bench) {
    let now = till.now();
    till.world.bank.write_statement(now);
    till.touch(Touch::Day(DayTouch::BringInStatement));
    let path = till.world.bank.files().last().expect("a file").path.clone();
    till.touch_all([StatementTouch::Choose(path), StatementTouch::Finish].map(Touch::Statement));
}

fn choose(till: &mut Bench, kind: OpenKind, choice: Choice) {
    let day = day_page(till);
    let item = day.items.iter().find(|item| item.kind == kind);
    let id = item.unwrap_or_else(|| panic!("no {kind:?} in {:#?}", day.items)).id.clone();
    till.touch(Touch::Day(DayTouch::Act(id)));
    till.touch(Touch::Decide(DecideTouch::Choose(choice)));
}

fn decide(till: &mut Bench, kind: OpenKind, choice: Choice) {
    choose(till, kind, choice);
    if choice == Choice::WriteOff {
        till.touch(Touch::Decide(DecideTouch::ChooseReason(LossReason::CustomerUnknown)));
    }
    till.touch(Touch::Decide(DecideTouch::Confirm));
    if matches!(till.view().overlay, Some(OverlayView::Approve(_))) {
        till.approve(SECOND_MANAGER, ApprovalReason::Other);
    }
}

fn has(till: &Bench, kind: OpenKind) -> bool {
    day_page(till).items.iter().any(|item| item.kind == kind)
}

fn last_state(till: &Bench) -> QrState {
    state_of(till, till.app.ledger().payments.values().next_back().expect("a transfer").id)
}

fn state_of(till: &Bench, payment: PaymentId) -> QrState {
    match &till.app.ledger().payments.get(&payment).expect("the transfer").tender {
        Tender::Qr { qr, .. } => qr.clone(),
        other => panic!("not a transfer but {other:?}"),
    }
}

/// The reference of the only sale.
fn reference(till: &Bench) -> String {
    till.app.ledger().sales.values().next().expect("a sale").reference.to_string()
}

fn bank_gets(till: &mut Bench, reference: &str, minor: i64) {
    let now = till.now();
    till.world.bank.pay(reference, Money::new(minor, Currency::EUR), now);
}

/// A shop that has sold one thing by a transfer which its own phone showed, and the reference of that sale.
fn sold_by_transfer(digits: &str) -> (Bench, String) {
    sold_by_transfer_in(settings(connected()), digits)
}

fn sold_by_transfer_in(shop: Arc<Settings>, digits: &str) -> (Bench, String) {
    let mut till = Bench::of_shop(shop, Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount(digits);
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Confirm)]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    let reference = reference(&till);
    (till, reference)
}

#[test]
fn a_second_credit_for_one_code_goes_back_and_cash_for_it_leaves_the_drawer() {
    let (mut till, reference) = sold_by_transfer("1000");
    for _ in 0..3 {
        bank_gets(&mut till, &reference, 1_000);
    }
    look_at_the_statement(&mut till);
    let id = day_page(&till).items.iter().find(|item| item.kind == OpenKind::TransferTwice).expect("twice").id.clone();
    till.touch(Touch::Day(DayTouch::Act(id)));
    look!(till, "twice");
    choose(&mut till, OpenKind::TransferTwice, Choice::Explain);
    let Some(OverlayView::Decide(sheet)) = till.view().overlay else { panic!() };
    assert_eq!(sheet.line_reasons.first(), Some(&LineReason::SameBooking), "the bank's files may have it twice");
    till.touch(Touch::Decide(DecideTouch::Cancel));
    till.touch(Touch::Decide(DecideTouch::Cancel));
    decide(&mut till, OpenKind::TransferTwice, Choice::GaveBackOtherWay);
    assert_eq!(till.app.ledger().drawer_expected_minor(), 10_000, "the bank sends it back");
    let approved = till.world.books.kinds["manager_approved"];
    assert_eq!(approved, 1, "a second person stands for it");
    decide(&mut till, OpenKind::TransferTwice, Choice::GaveBackCash);
    assert_eq!(till.app.ledger().drawer_expected_minor(), 9_000);
    assert!(!has(&till, OpenKind::TransferTwice));
    assert_eq!(till.world.books.kinds["credit_returned"], 2);
    let before = till.app.ledger().clone();
    till.restart();
    assert_eq!(*till.app.ledger(), before);
}

#[test]
fn cash_for_a_credit_is_rounded_as_cash_is_and_opens_the_drawer() {
    let shop = Settings::clone(&settings(connected()));
    let rounding = cash_rounding(Currency::EUR, "FI".parse().ok());
    let shop = Arc::new(Settings { cash: CashSettings { rounding, ..shop.cash }, ..shop });
    let (mut till, reference) = sold_by_transfer_in(shop, "1002");
    for _ in 0..2 {
        bank_gets(&mut till, &reference, 1_002);
    }
    look_at_the_statement(&mut till);
    let id = day_page(&till).items.iter().find(|item| item.kind == OpenKind::TransferTwice).expect("twice").id.clone();
    till.touch(Touch::Day(DayTouch::Act(id)));
    till.touch(Touch::Decide(DecideTouch::Choose(Choice::GaveBackCash)));
    let Some(OverlayView::Decide(sheet)) = till.view().overlay else { panic!("no sheet") };
    assert_eq!(sheet.cash_out.as_deref(), Some("10.00 EUR"), "what the manager is to hand out");
    till.touch(Touch::Decide(DecideTouch::Cancel));
    let kicks = till.world.printer.kicks;
    decide(&mut till, OpenKind::TransferTwice, Choice::GaveBackCash);
    assert_eq!(till.world.printer.kicks, kicks + 1);
    let figures = till.app.ledger().drawer_figures();
    assert_eq!((figures.given_back, figures.rounding, figures.expected()), (1_002, 2, 9_000));
    let report = till.app.day_report().expect("a report");
    assert!(report.is_blind, "before the count the books say nothing of the drawer");
    let (entries, _) = accounts(&[DayReport { is_blind: false, ..report }]);
    let back = entries.iter().find(|entry| entry.text == "Credit given back").expect("it is booked");
    let postings = [(Account::Bank, 1_002), (Account::Drawer, -1_000), (Account::Rounding, -2)];
    assert_eq!(back.postings, postings);
}

#[test]
fn money_that_comes_after_it_was_written_off_takes_the_loss_back() {
    let mut till = Bench::new(connected(), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Announce), Touch::Qr(QrTouch::AcceptUnseen)]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    let reference = reference(&till);
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    decide(&mut till, OpenKind::TransferNotSeen, Choice::WriteOff);
    assert!(matches!(last_state(&till), QrState::NeverArrived { .. }));
    bank_gets(&mut till, &reference, 1_000);
    bring_in_statement(&mut till);
    decide(&mut till, OpenKind::CreditAfterLoss, Choice::ConfirmMatched);
    assert!(matches!(last_state(&till), QrState::SeenOnStatement { .. }));
    decide(&mut till, OpenKind::DecidedTransfer, Choice::LeaveOpen);
    assert!(matches!(last_state(&till), QrState::NeverArrived { .. }), "it can be taken back");
}

#[test]
fn of_a_short_transfer_only_what_is_missing_is_lost_and_by_two_people() {
    let (mut till, reference) = sold_by_transfer("3000");
    bank_gets(&mut till, &reference, 2_800);
    look_at_the_statement(&mut till);
    choose(&mut till, OpenKind::TransferAmountDiffers, Choice::WriteOff);
    let Some(OverlayView::Decide(sheet)) = till.view().overlay else { panic!() };
    assert!(sheet.loss.is_some_and(|loss| loss.contains("2.00")), "what is lost is said before anybody confirms it");
    till.touch(Touch::Decide(DecideTouch::Cancel));
    decide(&mut till, OpenKind::TransferAmountDiffers, Choice::WriteOff);
    assert!(matches!(last_state(&till), QrState::ShortOrOver { came: Money { minor: 2_800, .. }, .. }));
    assert_eq!(till.world.books.kinds["manager_approved"], 1);
    assert!(!has(&till, OpenKind::CreditWithoutSale), "what came is the transfer's");
    let report = till.app.day_report().expect("a report");
    assert_eq!((report.figures.received_minor, report.figures.lost_minor), (2_800, 200));
    let [Loss { cause: LossCause::Missing { by: Some(by), seen_by: Some(second), reason: Some(_) }, .. }] =
        &report.losses[..]
    else {
        panic!("{:?}", report.losses)
    };
    assert_ne!(by, second, "both who decided are told");
}

#[test]
fn cash_that_the_drawer_does_not_hold_is_not_given_back() {
    let (mut till, reference) = sold_by_transfer("20000");
    for _ in 0..2 {
        bank_gets(&mut till, &reference, 20_000);
    }
    look_at_the_statement(&mut till);
    decide(&mut till, OpenKind::TransferTwice, Choice::GaveBackCash);
    assert_eq!(till.view().app.message, Some(Message::NotInDrawer("200.00".to_owned())));
    assert_eq!(till.world.books.kinds["drawer_refused"], 1);
    assert_eq!(till.app.ledger().drawer_expected_minor(), 10_000);
    assert!(has(&till, OpenKind::TransferTwice));
}

#[test]
fn the_debit_of_our_own_refund_is_no_loss() {
    let (mut till, reference) = sold_by_transfer("1000");
    for minor in [1_000, 1_000, -1_000] {
        bank_gets(&mut till, &reference, minor);
    }
    look_at_the_statement(&mut till);
    decide(&mut till, OpenKind::TransferTwice, Choice::GaveBackOtherWay);
    decide(&mut till, OpenKind::TransferTakenBack, Choice::OwnRefund);
    assert!(!has(&till, OpenKind::TransferTakenBack));
    let report = till.app.day_report().expect("a report");
    assert_eq!((report.figures.received_minor, report.figures.lost_minor), (1_000, 0));
    let (entries, _) = accounts(&[report]);
    let left = |account| {
        let postings = entries.iter().flat_map(|entry| &entry.postings).filter(|(of, _)| *of == account);
        postings.map(|(_, minor)| minor).sum::<i64>()
    };
    assert_eq!((left(Account::Bank), left(Account::Losses), left(Account::Customers)), (1_000, 0, 0));
}

#[test]
fn a_debit_that_no_refund_was_written_of_takes_two_people() {
    let (mut till, reference) = sold_by_transfer("1000");
    for minor in [1_000, -1_000] {
        bank_gets(&mut till, &reference, minor);
    }
    look_at_the_statement(&mut till);
    let day = day_page(&till);
    let item = day.items.iter().find(|item| item.kind == OpenKind::TransferTakenBack).expect("a debit").id.clone();
    till.touch(Touch::Day(DayTouch::Act(item)));
    till.touch_all([DecideTouch::Choose(Choice::OwnRefund), DecideTouch::Confirm].map(Touch::Decide));
    assert!(has(&till, OpenKind::TransferTakenBack), "one person's word is not enough");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert!(!has(&till, OpenKind::TransferTakenBack));
    let last = till.app.ledger().lines.known().filter(|kept| matches!(kept.state, LineState::Explained { .. })).count();
    assert_eq!(last, 1);
    assert!(till.world.verify().holds());
}

#[test]
fn a_credit_with_the_reference_is_not_taken_for_a_code_that_carries_none() {
    let wechat = qr::Payee::Provider(ProviderCode::read("wxp://f2f0Example", None).unwrap());
    let wechat = Payee::new(None, wechat, None, Currency::EUR).unwrap();
    let mut shop: Settings = Arc::unwrap_or_clone(settings(connected()));
    shop.qr.payees = vec![payee(), wechat];
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Choose("SEPA QR".to_owned()))]);
    let withdrawn = till.app.ledger().payments.values().next().expect("a transfer").id;
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.touch_all([QrTouch::Choose("WeChat Pay".to_owned()), QrTouch::Confirm].map(Touch::Qr));
    till.touch(Touch::Done(DoneTouch::NextSale));
    let reference = reference(&till);
    bank_gets(&mut till, &reference, 1_000);
    look_at_the_statement(&mut till);
    assert!(matches!(state_of(&till, withdrawn), QrState::RefundDue { .. }));
    assert!(has(&till, OpenKind::RefundDue) && has(&till, OpenKind::TransferSeenByShop));
}

/// A sale of ten euro whose code was taken off the screen, and which was then paid in cash.
fn withdrawn_and_paid_in_cash() -> (Bench, String) {
    let mut till = Bench::new(connected(), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    let reference = reference(&till);
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
    till.touch(Touch::Cash(CashTouch::Finish));
    till.touch(Touch::Done(DoneTouch::NextSale));
    (till, reference)
}

#[test]
fn money_that_comes_for_a_withdrawn_code_is_due_back_and_blocks_the_close_until_it_went_back() {
    let (mut till, reference) = withdrawn_and_paid_in_cash();
    let withdrawn = till.app.ledger().payments.values().next().expect("a transfer").id;
    bank_gets(&mut till, &reference, 1_000);
    look_at_the_statement(&mut till);
    look!(till, "refund_due");
    let figures = till.app.day_report().expect("a report").figures;
    assert_eq!((figures.taken_minor(), figures.qr.count), (1_000, 0), "the sale was paid once, in cash");
    let kept = &till.app.ledger().payments.get(&withdrawn).expect("the transfer").tender;
    assert!(matches!(kept, Tender::Qr { qr: QrState::RefundDue { came: Money { minor: 1_000, .. }, .. }, .. }));
    let PageView::Day(day) = till.view().page else { panic!() };
    let item = day.items.iter().find(|item| item.id.starts_with("sale:")).expect("the sale").id.clone();
    till.touch(Touch::Day(DayTouch::Act(item)));
    // It may wait for the bank, but not for a customer who has paid.
    till.touch(Touch::Decide(DecideTouch::Choose(Choice::CarryOver)));
    till.touch(Touch::Decide(DecideTouch::ChooseCarryReason(CarryReason::CustomerPromised)));
    let Some(OverlayView::Decide(sheet)) = till.view().overlay else { panic!() };
    assert!(!sheet.carry_reasons.contains(&CarryReason::CustomerPromised) && sheet.carry_reason.is_none());
    till.touch_all([DecideTouch::Choose(Choice::GaveBackOtherWay), DecideTouch::Confirm].map(Touch::Decide));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    let PageView::Day(day) = till.view().page else { panic!() };
    assert!(day.items.iter().all(|item| !item.id.starts_with("sale:")), "it went back");
}

/// What has to go back is not told as matched, is carried over with a reason that fits, and stands in the sheet before the
/// day is closed.
#[test]
fn money_of_a_customer_that_waits_for_the_customer_is_told_before_the_close() {
    let (mut till, reference) = withdrawn_and_paid_in_cash();
    bank_gets(&mut till, &reference, 1_000);
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    let now = till.now();
    till.world.bank.write_statement(now);
    till.touch(Touch::Day(DayTouch::BringInStatement));
    let path = till.world.bank.files().last().expect("a file").path.clone();
    till.touch(Touch::Statement(StatementTouch::Choose(path)));
    let PageView::Statement(page) = till.view().page else { panic!() };
    let StatementStage::Read { matched_count, open_count, about_no_sale_count, .. } = page.stage else { panic!() };
    assert_eq!((matched_count, open_count, about_no_sale_count), (0, 1, 0), "it is no sale's money");
    till.touch(Touch::App(AppTouch::Back));
    assert!(matches!(till.view().page, PageView::Day(_)), "the page it was opened from");
    choose(&mut till, OpenKind::RefundDue, Choice::CarryOver);
    let reason = DecideTouch::ChooseCarryReason(CarryReason::CustomerNotReached);
    till.touch_all([reason, DecideTouch::ChooseCarryDays(7), DecideTouch::Confirm].map(Touch::Decide));
    let report = till.app.day_report().expect("a report");
    assert_eq!(report.figures.statement_matched, 0, "what has to go back is no sale's");
    let report = stopgap::report::json(&report);
    assert_eq!(report["owed_minor"], 1_000);
    let drawer = day_page(&till).items.iter().find(|item| item.id.starts_with("drawer:")).expect("it").id.clone();
    till.touch(Touch::Day(DayTouch::Act(drawer)));
    till.count_drawer(&[("10000", "1"), ("1000", "1")]);
    till.touch_all([Touch::Count(CountTouch::Accept), Touch::Day(DayTouch::AskClose)]);
    let Some(OverlayView::Close(sheet)) = till.view().overlay else { panic!("{:?}", till.view().overlay) };
    let owed = sheet.lines.iter().find(|line| line.kind == ReportLineKind::Owed).expect("what is owed");
    assert_eq!((owed.count.as_str(), owed.amount.as_str()), ("1", "10.00"));
    look!(till, "owed_before_the_close");
}

#[test]
fn another_amount_than_asked_for_is_kept_as_what_came_and_too_much_goes_back() {
    let (mut till, reference) = sold_by_transfer("1000");
    bank_gets(&mut till, &reference, 1_200);
    look_at_the_statement(&mut till);
    let PageView::Day(day) = till.view().page else { panic!() };
    let item = day.items.iter().find(|item| item.id.starts_with("payment:")).expect("the transfer").id.clone();
    till.touch(Touch::Day(DayTouch::Act(item)));
    till.touch_all([DecideTouch::Choose(Choice::ConfirmMatched), DecideTouch::Confirm].map(Touch::Decide));
    assert!(matches!(last_state(&till), QrState::ShortOrOver { came: Money { minor: 1_200, .. }, .. }));
    look!(till, "too_much_came");
}

#[test]
fn a_second_credit_for_a_sale_with_a_withdrawn_code_is_due_back() {
    let mut till = Bench::new(connected(), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    let reference = till.app.ledger().sales.values().next().expect("a sale").reference.to_string();
    let withdrawn = till.app.ledger().payments.values().next().expect("a transfer").id;
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.touch(Touch::Qr(QrTouch::Confirm));
    till.touch(Touch::Done(DoneTouch::NextSale));
    let now = till.now();
    for _ in 0..2 {
        till.world.bank.pay(&reference, Money::new(1_000, Currency::EUR), now);
    }
    look_at_the_statement(&mut till);
    let kept = &till.app.ledger().payments.get(&withdrawn).expect("the transfer").tender;
    assert!(matches!(kept, Tender::Qr { qr: QrState::RefundDue { .. }, .. }), "{kept:?}");
    let PageView::Day(day) = till.view().page else { panic!() };
    assert!(day.items.iter().any(|item| item.id.starts_with("sale:")), "ten euro go back: {:#?}", day.items);
}
