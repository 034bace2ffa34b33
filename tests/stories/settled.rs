//! The acquirer's settlement file: it ends what was approved, and answers what nobody answered.

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, DeskTouch, QueueTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::money::Money;
use stopgap::domain::queue::{CardState, ParkReason, Settlement};
use stopgap::domain::reconcile::LineState;
use stopgap::domain::sale::{Tender, TenderKind};
use stopgap::screens::PageView;
use stopgap::screens::day::OpenKind;
use stopgap::screens::queue::{QueueReason, QueueState, QueueView};

use crate::approval::a_paid_card;
use crate::cash::close;
use crate::desk::store_ten_euros;
use crate::look;
use crate::statement::{bring_in, day_page, finish, pay, references, to_the_day, write_statement};
use crate::support::books::step;
use crate::support::host::HostMood;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, VISA, connected, settings};
use crate::support::{Bench, Pace};

fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

fn card(till: &Bench) -> CardState {
    match &till.app.ledger().payments.values().next().expect("a payment").tender {
        Tender::Card { card, .. } => card.clone(),
        other => panic!("no card but {other:?}"),
    }
}

fn settlement(card: &CardState) -> Option<(Settlement, Option<String>)> {
    match card {
        CardState::Settled { settlement, approval_code, .. } => Some((*settlement, approval_code.clone())),
        _ => None,
    }
}

/// The acquirer's file with this amount under the reference of the only sale, less a fee.
fn acquirer_settles(till: &mut Bench, reference: &str, minor: i64, fee: i64) {
    pay(till, reference, minor);
    write_statement(till);
    let currency = till.world.settings.currency;
    till.world.bank.keep_fees(Money::new(fee, currency));
    bring_in(till);
}

/// What is open on the day's page beside the drawer, which is counted in the evening.
fn open(till: &Bench) -> Vec<OpenKind> {
    let kinds = day_page(till).items.into_iter().map(|item| item.kind);
    kinds.filter(|kind| *kind != OpenKind::DrawerNotCounted).collect()
}

fn queue(till: &mut Bench) -> QueueView {
    till.touch(Touch::App(AppTouch::OpenQueue));
    match till.view().page {
        PageView::Queue(view) => view,
        other => panic!("not the queue but {other:?}"),
    }
}

/// A till whose stored card of ten euros was approved.
fn an_approved_card() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 41);
    till.open_day(CASHIER);
    store_ten_euros(&mut till);
    till.world.line_is_up = true;
    till.run_until("the answer", |till| steps(till) == ["approved"]);
    till.sign_out();
    till
}

#[test]
fn an_approval_of_the_open_day_is_settled_with_day_fee_and_net() {
    let mut till = an_approved_card();
    to_the_day(&mut till);
    let reference = references(&till)[0].clone();
    acquirer_settles(&mut till, &reference, 1_000, 25);
    look!(till, "the_file_is_read");
    assert_eq!(steps(&till), ["settled"]);
    let (settled, code) = settlement(&card(&till)).unwrap();
    assert_eq!(
        (settled.on, settled.fee.map(|fee| fee.minor), settled.net.minor),
        (till.now().date_naive(), Some(25), 975)
    );
    assert!(code.is_some(), "the approval is kept");
    finish(&mut till);
    assert_eq!(open(&till), [], "no credit is left without a sale");
    let row = queue(&mut till).rows.into_iter().next().unwrap();
    assert_eq!(row.state, QueueState::Approved);
    assert_eq!(row.reason, Some(QueueReason::Settled(format!("{} · 9.75", settled.on.format("%m-%d")))));
    look!(till, "the_queue_says_so");
    till.restart();
    assert_eq!(steps(&till), ["settled"]);
    assert!(till.world.verify().holds());
}

#[test]
fn another_amount_or_another_currency_of_the_reference_settles_nothing() {
    let mut till = an_approved_card();
    to_the_day(&mut till);
    let reference = references(&till)[0].clone();
    acquirer_settles(&mut till, &reference, 999, 0);
    assert_eq!(steps(&till), ["approved"]);
    finish(&mut till);
    assert_eq!(open(&till), [OpenKind::CreditWithoutSale], "a person looks at it");
}

#[test]
fn an_approval_of_a_closed_day_has_its_settlement_at_the_line_and_its_day_stays_sealed() {
    let mut till = an_approved_card();
    let reference = references(&till)[0].clone();
    till.sign_in(CASHIER);
    close(&mut till, &[("10000", "1")]);
    till.pass(TimeDelta::hours(20));
    till.open_day(MANAGER);
    till.sign_out();
    to_the_day(&mut till);
    assert!(till.app.ledger().payments.is_empty(), "the till has forgotten it");
    acquirer_settles(&mut till, &reference, 1_000, 25);
    let lines: Vec<LineState> = till.app.ledger().lines.known().map(|kept| kept.state.clone()).collect();
    assert!(matches!(lines.as_slice(), [LineState::Matched { .. }]), "{lines:?}");
    finish(&mut till);
    assert_eq!(open(&till), []);
    assert!(till.app.ledger().day.as_ref().is_some_and(|day| day.adjustments.is_empty()));
    assert!(till.world.verify().holds());
}

#[test]
fn what_nobody_answered_is_parked_and_the_settlement_file_is_the_answer() {
    let mut till = Bench::new(connected(), Pace::Instant, 42);
    till.open_day(CASHIER);
    store_ten_euros(&mut till);
    till.world.host.mood = HostMood::Mute;
    till.world.line_is_up = true;
    till.run_until("the answer to be missed", |till| steps(till) == ["reversing"]);
    till.pass(TimeDelta::hours(2));
    assert_eq!(steps(&till), ["parked with a request"], "its echo works, and it is silent about the card");
    assert!(matches!(card(&till), CardState::Parked { reason: ParkReason::Unanswered, .. }));
    till.world.host.mood = HostMood::Well;
    let calls = till.world.host.charges().len();
    till.pass(TimeDelta::hours(2));
    assert_eq!((steps(&till), till.world.host.charges().len()), (vec!["parked with a request"], calls));
    to_the_day(&mut till);
    look!(till, "only_the_file_tells");
    let reference = references(&till)[0].clone();
    acquirer_settles(&mut till, &reference, 1_000, 25);
    let (settled, code) = settlement(&card(&till)).unwrap();
    assert_eq!((settled.net.minor, code), (975, None), "the till never had the approval");
    finish(&mut till);
    assert_eq!(open(&till), []);
    assert!(till.world.verify().holds());
}

#[test]
fn a_card_that_was_never_sent_is_settled_by_no_file() {
    let mut till = Bench::new(connected(), Pace::Instant, 43);
    till.open_day(CASHIER);
    store_ten_euros(&mut till);
    till.pass(TimeDelta::hours(25));
    till.world.line_is_up = true;
    till.run_until("it to be parked", |till| steps(till) == ["parked"]);
    to_the_day(&mut till);
    let reference = references(&till)[0].clone();
    acquirer_settles(&mut till, &reference, 1_000, 25);
    assert_eq!(steps(&till), ["parked"]);
}

#[test]
fn a_typed_card_that_was_answered_at_once_is_settled_too() {
    let mut till = a_paid_card(settings(connected()), Pace::Instant);
    till.sign_out();
    to_the_day(&mut till);
    let reference = references(&till)[0].clone();
    acquirer_settles(&mut till, &reference, 1_500, 0);
    assert_eq!(steps(&till), ["settled"]);
}

#[test]
fn a_card_that_the_host_is_silent_about_does_not_hold_up_the_next_one() {
    let mut till = Bench::new(connected(), Pace::Instant, 45);
    till.open_day(CASHIER);
    store_ten_euros(&mut till);
    till.amount("2000");
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    let first = *till.app.ledger().payments.keys().next().unwrap();
    till.world.host.silent_about = Some(first);
    till.world.line_is_up = true;
    till.pass(TimeDelta::hours(2));
    assert_eq!(steps(&till), ["parked with a request", "approved"]);
    // The host is asked once more when a person wants that.
    till.world.host.silent_about = None;
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenQueue), Touch::Queue(QueueTouch::OpenDesk)]);
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    till.run_until("the answer", |till| steps(till) == ["approved"; 2]);
    assert_eq!(till.world.host.charges().into_values().collect::<Vec<_>>(), [[1_000], [2_000]]);
    assert!(till.world.verify().holds());
}
