//! The decline desk: what a manager can still do about stored cards that the bank refused.

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, CardTouch, DayTouch, DecideTouch, DeskTouch, DoneTouch, MenuTouch, QrTouch, QueueTouch, SellTouch,
    StatementTouch, TendersTouch, Touch,
};
use stopgap::domain::contact::TelephoneDigit;
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::domain::ids::{ContactId, PaymentId};
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::sale::{Tender, TenderKind};
use stopgap::screens::PageView;
use stopgap::screens::desk::{DeskState, DeskTelephone, DeskTransfer, DeskView, TryBlock};
use stopgap::screens::queue::{QueueReason, QueueState};

use crate::look;
use crate::support::books::step;
use crate::support::host::HostMood;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, MASTERCARD, SECOND_MANAGER, VISA, connected};
use crate::support::{Bench, Pace};

/// A number of the contract's example directory.
const TELEPHONE: &str = "00493023125001";

/// A till with stored cards of 10, 20 and 30 euros, to which the bank answers in these moods; a manager stands at the
/// desk.
fn a_desk(moods: &[HostMood]) -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 11);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    for (number, amount) in [(VISA, "1000"), (MASTERCARD, "2000"), (VISA, "3000")].into_iter().take(moods.len()) {
        till.amount(amount);
        till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
        till.type_card(number, EXPIRY);
        till.touch(Touch::Done(DoneTouch::NextSale));
    }
    till.world.host.next_moods = moods.to_vec().into();
    till.world.line_is_up = true;
    till.run_until("all the answers", |till| steps(till).iter().all(|step| step.starts_with("declined")));
    till.world.host.mood = HostMood::Well;
    till.sign_out();
    till.sign_in(MANAGER);
    open_desk(&mut till);
    till
}

fn open_desk(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::OpenQueue), Touch::Queue(QueueTouch::OpenDesk)]);
}

fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

fn desk(till: &Bench) -> DeskView {
    match till.view().page {
        PageView::Desk(view) => view,
        other => panic!("the desk is not shown but {other:?}"),
    }
}

fn payment(till: &Bench, place: usize) -> PaymentId {
    *till.app.ledger().payments.keys().nth(place).unwrap()
}

#[test]
fn refused_cards_are_listed_by_age_and_by_amount() {
    let mut till = a_desk(&[HostMood::DeclinesSoft, HostMood::DeclinesHard, HostMood::DeclinesSoft]);
    look!(till, "the_oldest_first");
    let amounts = |till: &Bench| desk(till).rows.iter().map(|row| row.amount.clone()).collect::<Vec<_>>();
    assert_eq!(amounts(&till), ["10.00", "20.00", "30.00"]);
    till.touch(Touch::Desk(DeskTouch::ByAmount));
    assert_eq!(amounts(&till), ["30.00", "20.00", "10.00"]);
    let hard = payment(&till, 1);
    till.touch(Touch::Desk(DeskTouch::Choose(hard)));
    look!(till, "refused_for_good");
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    assert_eq!(steps(&till)[1], "declined", "a refusal for good is never sent again");
    till.sign_out();
    till.sign_in(CASHIER);
    open_desk(&mut till);
    till.touch_all([Touch::Desk(DeskTouch::ByAge), Touch::Desk(DeskTouch::Choose(payment(&till, 0)))]);
    look!(till, "a_cashier_looks");
    let before = steps(&till);
    for touch in [DeskTouch::ChooseDay(1), DeskTouch::TryAgain, DeskTouch::AskTransfer, DeskTouch::WriteOff] {
        till.touch(Touch::Desk(touch));
    }
    assert_eq!(steps(&till), before, "a manager decides");
    assert!(matches!(till.view().page, PageView::Desk(_)) && till.view().overlay.is_none());
}

#[test]
fn a_card_refused_for_now_is_asked_for_again_on_the_chosen_day_and_not_before() {
    let mut till = a_desk(&[HostMood::DeclinesSoft]);
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    assert_eq!(steps(&till), ["declined for now"], "the day has to be chosen first");
    let days: Vec<u32> = desk(&till).shown.unwrap().days.iter().map(|day| day.days).collect();
    assert_eq!(days, [1, 2, 4, 8, 15], "never on the day of the refusal");
    till.touch_all([DeskTouch::ChooseDay(4), DeskTouch::TryAgain].map(Touch::Desk));
    assert_eq!(steps(&till), ["stored"]);
    look!(till, "waits_for_its_day");
    till.pass(TimeDelta::days(3));
    assert_eq!(steps(&till), ["stored"], "the deferred window has passed, and it still waits");
    till.pass(TimeDelta::hours(26));
    till.run_until("the bank to be asked", |till| steps(till) == ["approved"]);
    assert_eq!(till.world.host.charges().into_values().collect::<Vec<_>>(), [[1_000]]);
    assert!(till.world.verify().holds());
}

#[test]
fn tries_end_with_the_thirtieth_day_and_the_sealed_card_goes() {
    let mut till = a_desk(&[HostMood::DeclinesSoft]);
    let card = payment(&till, 0);
    assert!(till.world.sealed(card).is_some());
    till.pass(TimeDelta::days(31));
    assert_eq!(steps(&till), ["declined"]);
    assert!(till.world.sealed(card).is_none(), "nothing will be sent with it");
    till.sign_in(MANAGER);
    open_desk(&mut till);
    let shown = desk(&till).shown.unwrap();
    assert_eq!((shown.try_block, shown.days.len(), shown.can_write_off), (Some(TryBlock::RefusedForGood), 0, true));
}

#[test]
fn a_transfer_takes_the_place_of_a_refused_card() {
    let mut till = a_desk(&[HostMood::DeclinesHard]);
    till.touch(Touch::Desk(DeskTouch::AskTransfer));
    look!(till, "the_code_in_its_place");
    assert_eq!(steps(&till), ["replaced", "shown"]);
    till.touch(Touch::Qr(QrTouch::Confirm));
    assert_eq!(steps(&till), ["replaced", "confirmed"]);
    look!(till, "paid_by_transfer");
    let ledger = till.app.ledger();
    let sale = ledger.sales.values().next().unwrap();
    assert_eq!((ledger.remaining(sale).minor, ledger.overpaid(sale).minor), (0, 0));
    assert!(till.world.verify().holds());
}

#[test]
fn a_code_that_is_withdrawn_leaves_the_card_to_a_person_and_never_to_the_bank() {
    let mut till = a_desk(&[HostMood::DeclinesSoft]);
    till.touch(Touch::Desk(DeskTouch::AskTransfer));
    till.restart();
    till.sign_in(MANAGER);
    open_desk(&mut till);
    let shown = desk(&till).shown.unwrap();
    assert_eq!((shown.state, shown.transfer), (DeskState::CodeShown, DeskTransfer::CodeIsShown));
    till.touch(Touch::Desk(DeskTouch::ShowCode));
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    assert_eq!(steps(&till), ["parked", "withdrawn"]);
    look!(till, "the_code_was_withdrawn");
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    assert_eq!(steps(&till), ["parked", "withdrawn"]);
    till.touch(Touch::Desk(DeskTouch::WriteOff));
    till.touch_all([DecideTouch::ChooseReason(LossReason::CustomerUnknown), DecideTouch::Confirm].map(Touch::Decide));
    assert_eq!(steps(&till), ["parked", "withdrawn"], "a second person has to see it");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(steps(&till), ["written off", "withdrawn"]);
    assert_eq!(till.world.host.charges().len(), 0);
    assert!(till.world.verify().holds());
}

/// A desk whose code was withdrawn, and the reference of its sale.
fn a_desk_with_a_withdrawn_code() -> (Bench, String) {
    let mut till = a_desk(&[HostMood::DeclinesSoft]);
    till.touch(Touch::Desk(DeskTouch::AskTransfer));
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    assert_eq!(steps(&till), ["parked", "withdrawn"]);
    let reference = till.app.ledger().sales.values().next().unwrap().reference.to_string();
    (till, reference)
}

fn bring_in_statement(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    let now = till.now();
    till.world.bank.write_statement(now);
    till.touch(Touch::Day(DayTouch::BringInStatement));
    let path = till.world.bank.files().last().expect("a file").path.clone();
    till.touch_all([StatementTouch::Choose(path), StatementTouch::Finish].map(Touch::Statement));
}

#[test]
fn late_money_for_a_withdrawn_code_pays_the_sale_of_the_card_and_a_second_credit_goes_back() {
    let (mut till, reference) = a_desk_with_a_withdrawn_code();
    let now = till.now();
    till.world.bank.pay(&reference, Money::new(1_000, Currency::EUR), now);
    bring_in_statement(&mut till);
    assert_eq!(steps(&till), ["replaced", "on the statement"], "nothing goes back: the goods are with the customer");
    let ledger = till.app.ledger();
    let sale = ledger.sales.values().next().unwrap();
    assert_eq!((ledger.remaining(sale).minor, ledger.overpaid(sale).minor), (0, 0));
    look!(till, "the_late_money_pays");
    till.pass(TimeDelta::days(2));
    assert!(till.world.host.charges().is_empty(), "the card is never asked for any more");
    till.sign_in(MANAGER);
    till.world.bank.pay(&reference, Money::new(1_000, Currency::EUR), now + TimeDelta::days(1));
    bring_in_statement(&mut till);
    assert_eq!(steps(&till), ["replaced", "on the statement"], "what comes twice is a person's to give back");
    assert!(till.world.verify().holds());
}

#[test]
fn late_money_also_pays_a_card_whose_loss_was_taken() {
    let (mut till, reference) = a_desk_with_a_withdrawn_code();
    till.touch(Touch::Desk(DeskTouch::WriteOff));
    till.touch_all([DecideTouch::ChooseReason(LossReason::CustomerUnknown), DecideTouch::Confirm].map(Touch::Decide));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(steps(&till), ["written off", "withdrawn"]);
    let now = till.now();
    till.world.bank.pay(&reference, Money::new(1_000, Currency::EUR), now);
    bring_in_statement(&mut till);
    assert_eq!(steps(&till), ["replaced", "on the statement"]);
    let figures = till.app.day_report().expect("a report").figures;
    assert_eq!(figures.written_off_minor, 0, "no loss is left");
    assert!(till.world.verify().holds());
}

#[test]
fn a_customer_who_agreed_can_be_called_and_is_forgotten_when_it_is_over() {
    let mut till = Bench::new(connected(), Pace::Instant, 12);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.key_card(VISA, "");
    till.touch(Touch::Card(CardTouch::Next));
    till.key_card("", EXPIRY);
    till.touch_all([CardTouch::Next, CardTouch::ToggleConsent, CardTouch::AddTelephone].map(Touch::Card));
    let digits = TELEPHONE.chars().map(|digit| Touch::Card(CardTouch::TelephoneDigit(TelephoneDigit(digit))));
    till.touch_all(digits);
    look!(till, "the_number_is_typed");
    till.touch_all([CardTouch::Next, CardTouch::Next].map(Touch::Card));
    assert!(till.app.ledger().payments.is_empty(), "a number is not kept before the customer agreed to be called");
    till.touch(Touch::Card(CardTouch::ToggleCall));
    look!(till, "the_customer_agrees_to_be_called");
    till.touch(Touch::Card(CardTouch::Next));
    till.run_until("the card to be stored", |till| matches!(till.view().page, PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.world.host.next_moods = [HostMood::DeclinesHard].into();
    till.world.line_is_up = true;
    till.run_until("the answer", |till| steps(till) == ["declined"]);
    till.restart();
    till.sign_in(MANAGER);
    open_desk(&mut till);
    assert_eq!(desk(&till).shown.unwrap().telephone, DeskTelephone::Kept, "nobody has asked for it yet");
    till.touch(Touch::Desk(DeskTouch::ShowTelephone));
    assert_eq!(desk(&till).shown.unwrap().telephone, DeskTelephone::Shown("004 930 231 250 01".to_owned()));
    let contact = contact(&till);
    assert!(till.world.contact(contact).is_some_and(|text| text.ends_with(TELEPHONE)));
    assert!(!is_in_the_journal(&till), "a journal cannot forget");

    till.touch(Touch::Desk(DeskTouch::WriteOff));
    till.touch_all([DecideTouch::ChooseReason(LossReason::Goodwill), DecideTouch::Confirm].map(Touch::Decide));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(till.world.contact(contact), None, "nobody has to call any more");
    assert_eq!(desk(&till).shown.unwrap().telephone, DeskTelephone::None);
    assert!(till.world.verify().holds());
}

#[test]
fn a_number_stays_while_a_code_is_shown_and_goes_with_the_money() {
    let mut till = Bench::new(connected(), Pace::Instant, 13);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.key_card(VISA, "");
    till.touch(Touch::Card(CardTouch::Next));
    till.key_card("", EXPIRY);
    till.touch_all([CardTouch::Next, CardTouch::ToggleConsent, CardTouch::AddTelephone].map(Touch::Card));
    till.touch_all(TELEPHONE.chars().map(|digit| Touch::Card(CardTouch::TelephoneDigit(TelephoneDigit(digit)))));
    till.touch_all([CardTouch::Next, CardTouch::ToggleCall, CardTouch::Next].map(Touch::Card));
    till.run_until("the card to be stored", |till| matches!(till.view().page, PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.world.host.next_moods = [HostMood::DeclinesHard].into();
    till.world.line_is_up = true;
    till.run_until("the answer", |till| steps(till) == ["declined"]);
    till.sign_out();
    till.sign_in(MANAGER);
    open_desk(&mut till);
    let contact = contact(&till);
    till.touch(Touch::Desk(DeskTouch::AskTransfer));
    assert!(till.world.contact(contact).is_some());
    till.touch(Touch::Qr(QrTouch::Confirm));
    assert_eq!(till.world.contact(contact), None);
    assert!(till.world.verify().holds());
}

/// The line goes down, and a card for ten euros is typed in and stored.
pub fn store_ten_euros(till: &mut Bench) {
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    till.touch(Touch::Done(DoneTouch::NextSale));
}

#[test]
fn a_card_that_would_pay_a_part_is_undone_once_and_left_to_a_person() {
    let mut till = Bench::new(connected(), Pace::Instant, 14);
    till.open_day(CASHIER);
    store_ten_euros(&mut till);
    till.world.host.next_moods = [HostMood::ApprovesInPart].into();
    till.world.line_is_up = true;
    till.run_until("the answer", |till| steps(till) == ["declined for now"]);
    assert!(till.world.host.charges().is_empty(), "the part was undone");
    till.sign_out();
    till.sign_in(MANAGER);
    open_desk(&mut till);
    let shown = desk(&till).shown.unwrap();
    assert_eq!((shown.reason, shown.refused_times), (Some(QueueReason::OnlyAPart), 1));
    assert!(till.world.verify().holds());
}

#[test]
fn an_approval_in_part_is_seen_as_such_until_it_is_undone() {
    let mut till = Bench::new(connected(), Pace::Lifelike, 16);
    till.open_day(CASHIER);
    store_ten_euros(&mut till);
    till.world.host.next_moods = [HostMood::ApprovesInPart].into();
    till.world.line_is_up = true;
    till.run_until("the part", |till| steps(till) == ["partly approved"]);
    till.touch(Touch::App(AppTouch::OpenQueue));
    let PageView::Queue(queue) = till.view().page else { panic!("not the queue") };
    let row = &queue.rows[0];
    assert_eq!((row.state, &row.reason), (QueueState::PartlyApproved, &Some(QueueReason::WouldPay("5.00".to_owned()))));
    assert_eq!(queue.waiting_count, 1, "it goes on by itself");
    till.run_until("the undoing", |till| steps(till) == ["declined for now"]);
    assert!(till.world.host.charges().is_empty());
}

#[test]
fn a_customer_whose_card_would_pay_a_part_pays_another_way() {
    let mut till = Bench::new(connected(), Pace::Instant, 15);
    till.open_day(CASHIER);
    till.world.host.next_moods = [HostMood::ApprovesInPart].into();
    till.amount("4890");
    till.touch_all([Touch::Sell(SellTouch::CardDoesNotWork), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    till.run_until("the part to be undone", |till| steps(till) == ["declined"]);
    look!(till, "only_a_part_would_be_paid");
    assert!(till.world.host.charges().is_empty());
    till.touch(Touch::Card(CardTouch::OtherWay));
    assert!(matches!(till.view().page, PageView::Tenders(_)));
}

#[test]
fn while_a_card_may_still_be_charged_no_card_is_asked_for_again() {
    let mut till = Bench::new(connected(), Pace::Instant, 17);
    till.open_day(CASHIER);
    // It has booked the card, and says so to nobody; nor does it answer to be told to undo it.
    till.world.host.mood = HostMood::Mute;
    till.amount("4890");
    till.touch_all([Touch::Sell(SellTouch::CardDoesNotWork), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    till.run_until("the sale to go on without it", |till| matches!(till.view().page, PageView::Tenders(_)));
    assert!(steps(&till)[0].starts_with("parked"), "{:?}", steps(&till));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Card)));
    assert!(matches!(till.view().page, PageView::Tenders(_)), "{:?}", till.view().page);
}

/// Whether the number stands in a file of the mirror, where the journal is; beside it lies what can be wiped.
fn is_in_the_journal(till: &Bench) -> bool {
    let files = std::fs::read_dir(till.world.data().join("mirror")).unwrap().flatten();
    let contents = files.filter(|file| file.path().is_file()).map(|file| std::fs::read(file.path()).unwrap());
    contents
        .flat_map(|bytes| bytes.windows(TELEPHONE.len()).map(<[u8]>::to_vec).collect::<Vec<_>>())
        .any(|part| part == TELEPHONE.as_bytes())
}

fn contact(till: &Bench) -> ContactId {
    let kept = till.app.ledger().payments.values().find_map(|payment| match &payment.tender {
        Tender::Card { contact, .. } => contact.as_ref().map(|contact| contact.id),
        Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
    });
    kept.unwrap()
}
