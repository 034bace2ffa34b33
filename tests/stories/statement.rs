//! Statements: what the file says of itself, what was there before, and decisions that are taken back.

use stopgap::app::event::{
    AppTouch, Choice, DayTouch, DecideTouch, DoneTouch, Language, MenuTouch, QrTouch, SellTouch, StatementTouch, Touch,
};
use stopgap::domain::day::AdjustmentKind;
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::domain::ids::LineId;
use stopgap::domain::money::Money;
use stopgap::domain::reconcile::StatementLine;
use stopgap::screens::PageView;
use stopgap::screens::day::{DayView, OpenKind};
use stopgap::screens::statement::{StatementError, StatementStage};

use crate::look;
use crate::support::shop::{CASHIER, MANAGER, SECOND_MANAGER, connected};
use crate::support::{Bench, Pace};

/// A till on which customers paid these amounts by transfer, in front of the manager's day.
pub(crate) fn transfers(amounts: &[&str], seed: u64) -> Bench {
    taken(amounts, seed, &[QrTouch::Confirm])
}

/// The same, and nobody of the shop has seen the money.
pub(crate) fn announced(amounts: &[&str], seed: u64) -> Bench {
    taken(amounts, seed, &[QrTouch::Announce, QrTouch::AcceptUnseen])
}

fn taken(amounts: &[&str], seed: u64, how: &[QrTouch]) -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, seed);
    till.open_day(CASHIER);
    for amount in amounts {
        till.amount(amount);
        till.touch(Touch::Sell(SellTouch::PayByQr));
        till.touch_all(how.iter().cloned().map(Touch::Qr));
        till.touch(Touch::Done(DoneTouch::NextSale));
    }
    till.sign_out();
    to_the_day(&mut till);
    till
}

pub(crate) fn to_the_day(till: &mut Bench) {
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
}

pub(crate) fn references(till: &Bench) -> Vec<String> {
    till.app.ledger().sales.values().map(|sale| sale.reference.to_string()).collect()
}

pub(crate) fn pay(till: &mut Bench, reference: &str, minor: i64) {
    let now = till.now();
    till.world.bank.pay(reference, Money::new(minor, till.world.settings.currency), now);
}

pub(crate) fn write_statement(till: &mut Bench) {
    let now = till.now();
    till.world.bank.write_statement(now);
}

/// Brings in the last file that the bank wrote.
pub(crate) fn bring_in(till: &mut Bench) {
    till.touch(Touch::Day(DayTouch::BringInStatement));
    let path = till.world.bank.files().last().expect("a file").path.clone();
    till.touch(Touch::Statement(StatementTouch::Choose(path)));
}

pub(crate) fn day_page(till: &Bench) -> DayView {
    match till.view().page {
        PageView::Day(day) => day,
        other => panic!("not the day's page but {other:?}"),
    }
}

pub(crate) fn act_on(till: &mut Bench, kind: OpenKind) {
    let day = day_page(till);
    let item = day.items.iter().find(|item| item.kind == kind);
    let id = item.unwrap_or_else(|| panic!("no {kind:?} in {:#?}", day.items)).id.clone();
    till.touch(Touch::Day(DayTouch::Act(id)));
}

pub(crate) fn decide(till: &mut Bench, choice: Choice) {
    till.touch_all([DecideTouch::Choose(choice), DecideTouch::Confirm].map(Touch::Decide));
}

pub(crate) fn finish(till: &mut Bench) {
    till.touch(Touch::Statement(StatementTouch::Finish));
}

#[test]
fn a_file_that_does_not_add_up_is_taken_by_name_only() {
    let mut till = transfers(&["1000"], 31);
    let reference = references(&till)[0].clone();
    pay(&mut till, &reference, 1_000);
    write_statement(&mut till);
    till.world.bank.mistake_the_total("the sum of credits (:90C:)", "EUR 11.00", "EUR 10.00");
    bring_in(&mut till);
    look!(till, "totals_disagree");
    assert!(till.app.ledger().statements.is_empty(), "a refused file leaves nothing behind");
    till.touch(Touch::Statement(StatementTouch::TakeAnyway));
    look!(till, "taken_anyway");
    let kept = till.app.ledger().statements.values().next().expect("the statement");
    let why = "it does not add up: the sum of credits (:90C:) is EUR 11.00 in the file, its lines make EUR 10.00";
    assert_eq!(kept.overruled, [why]);
}

/// The page says why in the shop's language: what the format itself calls the part, and the figures.
#[test]
fn a_refusal_is_said_in_the_language_of_the_screen() {
    let mut till = transfers(&["1000"], 36);
    pay(&mut till, "", 1_000);
    write_statement(&mut till);
    till.world.bank.mistake_the_total("the sum of credits (:90C:)", "EUR 11.00", "EUR 10.00");
    till.touch(Touch::App(AppTouch::ChooseLanguage(Language::Chinese)));
    bring_in(&mut till);
    let PageView::Statement(page) = till.view().page else { panic!() };
    let StatementStage::Failed { error: StatementError::TotalsDiffer(fault), .. } = page.stage else { panic!() };
    assert_eq!((fault.what.as_str(), fault.first.as_str(), fault.line), (":90C:", "EUR 11.00", 9));
}

#[test]
fn a_decision_by_hand_is_taken_back_and_no_later_file_overrules_one() {
    let mut till = transfers(&["1000", "2000"], 32);
    pay(&mut till, "", 2_000);
    write_statement(&mut till);
    bring_in(&mut till);
    finish(&mut till);
    act_on(&mut till, OpenKind::TransferSuggested);
    decide(&mut till, Choice::ConfirmMatched);
    look!(till, "decided_by_hand");
    // The bank corrects itself: the same money with its reference. It is a second credit, and the decision stands.
    let reference = references(&till)[1].clone();
    pay(&mut till, &reference, 2_000);
    write_statement(&mut till);
    bring_in(&mut till);
    finish(&mut till);
    assert!(day_page(&till).items.iter().any(|item| item.kind == OpenKind::TransferTwice));
    act_on(&mut till, OpenKind::DecidedTransfer);
    assert!(day_page(&till).items.iter().all(|item| item.kind != OpenKind::DecidedTransfer));
    let before = till.app.ledger().clone();
    till.restart();
    assert_eq!(*till.app.ledger(), before);
}

#[test]
fn several_credits_for_one_sale_and_one_for_several_are_one_decision_each() {
    let mut till = transfers(&["1000", "2000", "3000"], 33);
    let of = references(&till);
    for (reference, minor) in [(of[0].clone(), 400), (of[0].clone(), 600), (format!("{} {}", of[1], of[2]), 4_900)] {
        pay(&mut till, &reference, minor);
    }
    write_statement(&mut till);
    bring_in(&mut till);
    finish(&mut till);
    look!(till, "batches");
    for kind in [OpenKind::TransferInParts, OpenKind::PayoutFound] {
        act_on(&mut till, kind);
        decide(&mut till, Choice::ConfirmMatched);
    }
    look!(till, "batches_are_decided");
}

/// Matches of a closed day are known when the week's file comes, and a chargeback of it is no credit without a sale.
#[test]
fn what_a_closed_day_had_changes_nothing_and_what_it_lost_is_an_adjustment() {
    let mut till = transfers(&["1000"], 34);
    let reference = references(&till)[0].clone();
    pay(&mut till, &reference, 1_000);
    write_statement(&mut till);
    bring_in(&mut till);
    finish(&mut till);
    act_on(&mut till, OpenKind::DrawerNotCounted);
    till.count_drawer(&[("10000", "1")]);
    till.touch_all([Touch::Count(stopgap::app::event::CountTouch::Accept), Touch::Day(DayTouch::CloseDay)]);
    till.sign_out();
    till.open_day(CASHIER);
    till.sign_out();
    to_the_day(&mut till);
    assert!(till.app.ledger().payments.is_empty() && till.app.ledger().lines.is_empty());

    pay(&mut till, &reference, -1_000);
    write_statement(&mut till);
    // The file of the week has the first booking too, under another id.
    let (booked_on, currency) = (till.now().date_naive(), till.world.settings.currency);
    let again = StatementLine {
        account: None,
        id: LineId(uuid::Uuid::from_u128(99)),
        booked_on,
        valued_on: None,
        amount: Money::new(1_000, currency),
        reference: Some(reference),
        end_to_end_id: None,
        counterparty_name: Some("A Customer".to_owned()),
        counterparty_account: None,
        description: None,
        bank_reference: None,
        reversal: false,
    };
    till.world.bank.replace_lines(|lines| lines.insert(0, again));
    bring_in(&mut till);
    look!(till, "the_week_after");
    finish(&mut till);
    act_on(&mut till, OpenKind::TransferTakenBack);
    till.touch_all([
        Touch::Decide(DecideTouch::Choose(Choice::WriteOff)),
        Touch::Decide(DecideTouch::ChooseReason(LossReason::BankRefusedFinally)),
        Touch::Decide(DecideTouch::Confirm),
    ]);
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    let day = till.app.ledger().day.clone().expect("a day");
    let kinds: Vec<AdjustmentKind> = day.adjustments.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [AdjustmentKind::TakenBack]);
    assert!(till.world.verify().holds());
}

#[test]
fn a_statement_that_takes_long_says_how_far_it_is_and_can_be_stopped() {
    let mut till = Bench::new(connected(), Pace::Lifelike, 35);
    till.open_day(CASHIER);
    till.sign_out();
    to_the_day(&mut till);
    pay(&mut till, "", 700);
    write_statement(&mut till);
    let before = till.app.ledger().clone();
    till.touch(Touch::Day(DayTouch::BringInStatement));
    till.run_until("the files", |till| format!("{:?}", till.view().page).contains("statement-1.xml"));
    let path = till.world.bank.files()[0].path.clone();
    till.touch(Touch::Statement(StatementTouch::Choose(path)));
    assert!(format!("{:?}", till.view().page).contains("Reading"), "{:?}", till.view().page);
    till.touch(Touch::Statement(StatementTouch::Cancel));
    till.pass(chrono::TimeDelta::minutes(1));
    assert!(format!("{:?}", till.view().page).contains("Choose"), "{:?}", till.view().page);
    assert_eq!(*till.app.ledger(), before, "nothing of a file that was stopped is kept");
}
