//! The line is down: cards are typed in, sealed and stored, and the bank is asked later.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, CardTouch, DoneTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::card::HolderPart;
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::sale::TenderKind;
use stopgap::screens::app::Message;
use stopgap::screens::card::CardStep;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::Settings;

use crate::look;
use crate::support::books::step;
use crate::support::host::HostMood;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, MASTERCARD, VISA, connected, settings};
use crate::support::{Bench, Pace};

/// A till in whose shop the line has just failed.
fn a_till_without_a_line() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 3);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till
}

fn choose_card(till: &mut Bench, amount: &str) {
    till.amount(amount);
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
}

fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

#[test]
fn a_stored_card_above_the_limit_needs_a_manager() {
    let mut till = a_till_without_a_line();
    till.amount("20000");
    till.touch(Touch::Sell(SellTouch::TakePayment));
    look!(till, "what_is_offered_without_a_line");
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Card)));
    till.type_card(VISA, EXPIRY);
    look!(till, "a_manager_is_needed");
    assert!(till.app.ledger().payments.is_empty(), "nothing is stored before the manager approved");
    till.approve(MANAGER, ApprovalReason::RegularCustomer);
    look!(till, "stored");
    assert!(till.world.draft.is_empty());
}

#[test]
fn what_is_back_is_named_by_what_had_failed() {
    let mut till = a_till_without_a_line();
    till.world.line_is_up = true;
    till.run_until("the line to be back", |till| !till.view().status.outage);
    assert_eq!(till.view().app.message, Some(Message::LineBack));
}

#[test]
fn a_manager_who_does_not_approve_leaves_the_card_as_it_was_typed() {
    let mut till = a_till_without_a_line();
    choose_card(&mut till, "20000");
    till.type_card(VISA, EXPIRY);
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))));
    till.touch(Touch::App(AppTouch::CloseOverlay));
    look!(till, "not_approved");
    assert!(till.app.ledger().payments.is_empty());
}

#[test]
fn stored_cards_are_approved_declined_and_sent_again_after_a_lost_answer() {
    let mut till = a_till_without_a_line();
    for (number, amount) in [(VISA, "1000"), (MASTERCARD, "2000"), (VISA, "3000")] {
        choose_card(&mut till, amount);
        till.type_card(number, EXPIRY);
        till.touch(Touch::Done(DoneTouch::NextSale));
    }
    till.touch(Touch::App(AppTouch::OpenQueue));
    look!(till, "three_wait");

    till.world.host.next_moods =
        [HostMood::Well, HostMood::DeclinesSoft, HostMood::LosesAnswer { booked: true }].into();
    till.world.line_is_up = true;
    till.run_until("the first answer", |till| steps(till)[0] == "approved");
    till.run_until("all the answers", |till| steps(till) == ["approved", "declined for now", "approved"]);
    look!(till, "one_needs_a_person");
    let charged: Vec<Vec<i64>> = till.world.host.charges().into_values().collect();
    assert_eq!(charged, [[1_000], [3_000]], "booked twice, undone once, so charged once");
}

#[test]
fn a_card_the_customer_waits_for_is_undone_when_the_answer_is_lost() {
    let mut till = Bench::new(connected(), Pace::Instant, 4);
    till.open_day(CASHIER);
    till.world.host.mood = HostMood::LosesAnswer { booked: true };
    till.amount("4890");
    till.touch_all([Touch::Sell(SellTouch::CardDoesNotWork), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    till.run_until("the reversal", |till| steps(till) == ["undone"]);
    look!(till, "undone");
    assert!(till.world.host.charges().is_empty());
}

#[test]
fn the_amount_stays_on_the_page_while_the_bank_is_asked() {
    let mut till = Bench::new(connected(), Pace::Lifelike, 4);
    till.open_day(CASHIER);
    till.amount("4890");
    till.touch_all([Touch::Sell(SellTouch::CardDoesNotWork), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    let asking = |till: &Bench| match till.view().page {
        PageView::Card(card) if card.step == CardStep::AskingBank => Some(card.amount),
        _ => None,
    };
    till.run_until("the bank to be asked", |till| asking(till).is_some());
    assert_eq!(asking(&till).as_deref(), Some("48.90"));
}

#[test]
fn no_digit_stays_behind_when_the_till_locks_itself_over_a_typed_card() {
    let mut till = a_till_without_a_line();
    choose_card(&mut till, "1000");
    till.key_card("411111111111", "");
    assert!(!till.world.draft.is_empty());
    till.pass(TimeDelta::minutes(16));
    assert!(matches!(till.view().page, PageView::Lock(_)));
    assert!(till.world.draft.is_empty());
}

/// A shop whose acquirer compares name and postcode.
fn that_compares_holders() -> Arc<Settings> {
    let shop = Settings::clone(&settings(connected()));
    Arc::new(Settings { card_holder: vec![HolderPart::Name, HolderPart::Postcode], ..shop })
}

#[test]
fn name_and_postcode_are_asked_where_the_acquirer_wants_them_and_lie_nowhere_in_the_clear() {
    let mut till = Bench::of_shop(that_compares_holders(), Pace::Instant, 31);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    choose_card(&mut till, "1000");
    till.key_card(VISA, "");
    till.touch(Touch::Card(CardTouch::Next));
    till.key_card("", EXPIRY);
    till.touch(Touch::Card(CardTouch::Next));
    till.key_holder(HolderPart::Name, "Quintessa O'Zyx-7");
    look!(till, "the_name_is_asked");
    till.touch(Touch::Card(CardTouch::Next));
    till.key_holder(HolderPart::Postcode, "zq1x 9jj'");
    look!(till, "the_postcode_is_asked");
    till.touch_all([CardTouch::Next, CardTouch::Previous, CardTouch::Next].map(Touch::Card));
    look!(till, "everything_to_compare");
    till.touch_all([CardTouch::ToggleConsent, CardTouch::Next].map(Touch::Card));
    assert_eq!(steps(&till), ["stored"]);
    assert!(till.world.draft.is_empty());
    let view = format!("{:?}", till.view());
    assert!(!view.contains("QUINTESSA"), "what is sealed is on no page any more: {view}");
    let mut folders = vec![till.world.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap();
            let text = String::from_utf8_lossy(&bytes).to_uppercase();
            assert!(!text.contains("QUINTESSA") && !text.contains("ZQ1X"), "{:?}", entry.path());
        }
    }
}

#[test]
fn a_customer_may_leave_name_and_postcode_out() {
    let mut till = Bench::of_shop(that_compares_holders(), Pace::Instant, 32);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    choose_card(&mut till, "1000");
    till.type_card(VISA, EXPIRY);
    assert!(steps(&till).is_empty(), "two steps are there before the consent");
    till.touch_all([CardTouch::Next, CardTouch::Next, CardTouch::Next].map(Touch::Card));
    assert_eq!(steps(&till), ["stored"]);
}
