//! The outage: the reader dies, the network follows, and the shop goes on selling.

use std::time::Instant;

use chrono::TimeDelta;

use crate::app::effect::Effect;
use crate::demo::script::{card, elapsed_ms};
use crate::demo::till::{Till, TillError};
use crate::domain::access::Role;
use crate::domain::cash::quick_tenders;
use crate::domain::money::{Currency, Money};
use crate::domain::queue::CardState;
use crate::domain::sale::Tender;
use crate::screens::OverlayView;
use crate::simulator::shop::{DemoShop, PEOPLE};

/// The reader dies in the middle of a payment. Nobody knows whether the card was charged, so a manager is asked before
/// the sale goes another way. Returns how long the outage took to be on the screen, in real milliseconds.
pub(super) fn reader_dies(till: &mut Till, shop: &DemoShop) -> Result<u64, TillError> {
    let amount = till.amount();
    till.type_amount(amount)?;
    shop.reader.fail_mid_payment_next(false);
    let died = Instant::now();
    till.tap("sell-card")?;
    till.wait_for("the outage", |_, view| view.status.outage)?;
    let detected_ms = elapsed_ms(died);
    till.wait_for("the unknown attempt", |app, _| app.unknown_attempt().is_some())?;
    till.picture("tenders-unknown")?;
    till.tap("tenders-park")?;
    approve(till, "small-risk", Some("approve-park"))?;
    till.wait_for("the other ways", |app, _| app.unknown_attempt().is_none())?;
    till.picture("tenders-outage")?;
    till.picture_in_chinese("tenders-outage-chinese")?;
    till.show_qr("tender-qr")?;
    till.picture("qr")?;
    till.customer_pays(shop, None);
    till.tap("qr-confirm")?;
    till.wait_done()?;
    till.picture("done-qr")?;
    till.next_customer()?;
    Ok(detected_ms)
}

/// The line is up: transfers, cards that the bank answers at once, cash.
pub(super) fn other_ways(till: &mut Till, shop: &DemoShop) -> Result<(), TillError> {
    till.picture("sell-outage")?;
    what_to_do(till)?;
    till.picture("outage-reader")?;
    till.tap("outage-back")?;

    let transfers = till.dice.between(2, 4);
    for customer in 0..transfers {
        let amount = till.amount();
        till.type_amount(amount)?;
        till.show_qr("sell-qr")?;
        if customer == 0 {
            // The payer's app lets the reference be edited, and this payer does.
            till.customer_pays(shop, Some("thanks for the bread"));
            till.tap("qr-confirm")?;
        } else {
            till.customer_pays(shop, None);
            till.tap("qr-announce")?;
            if customer == 1 {
                till.picture("qr-announced")?;
            }
            till.tap("qr-accept-unseen")?;
        }
        till.wait_done()?;
        till.next_customer()?;
    }
    transfer_that_never_comes(till)?;

    let cash_sales = till.dice.between(2, 4);
    for customer in 0..cash_sales {
        cash(till, customer == 0)?;
    }
    card_answered_now(till)?;
    Ok(())
}

fn what_to_do(till: &mut Till) -> Result<(), TillError> {
    till.tap("sell-more")?;
    till.tap("menu-outage")
}

/// The customer says it is paid and leaves; the money never comes.
fn transfer_that_never_comes(till: &mut Till) -> Result<(), TillError> {
    let amount = till.dice.between(300, 1_200);
    till.type_amount(amount)?;
    till.show_qr("sell-qr")?;
    till.tap("qr-announce")?;
    till.tap("qr-accept-unseen")?;
    till.wait_done()?;
    till.picture("done-qr-announced")?;
    till.next_customer()
}

fn cash(till: &mut Till, pictures: bool) -> Result<(), TillError> {
    let amount = till.amount();
    till.type_amount(amount)?;
    till.tap("sell-cash")?;
    let keys = quick_tenders(Money::new(amount, Currency::EUR));
    if let Some(given) = till.dice.one_of(&keys) {
        till.tap(&format!("cash-quick-{}", given.minor))?;
    }
    if pictures {
        till.picture("cash")?;
    }
    till.tap("cash-finish")?;
    till.wait_done()?;
    if pictures {
        till.picture("done-cash")?;
    }
    till.next_customer()
}

/// The reader is dead and the line is up: the bank answers while the customer waits.
fn card_answered_now(till: &mut Till) -> Result<(), TillError> {
    let amount = till.amount();
    till.type_amount(amount)?;
    till.tap("sell-take-payment")?;
    till.tap("tender-card")?;
    till.picture("card-number")?;
    till.type_card(card::GOOD, Some("card-expiry"))?;
    till.picture("card-confirm")?;
    till.tap_and_hold("card-next", |effect| matches!(effect, Effect::AskHost(_)))?;
    till.picture("card-asking-bank")?;
    till.go_on();
    till.wait_done()?;
    till.picture("done-card-approved")?;
    till.next_customer()
}

/// The network goes too: cards are sealed and stored, one above the cashier's limit.
pub(super) fn network_goes(till: &mut Till, shop: &DemoShop) -> Result<(), TillError> {
    shop.cut_network()?;
    till.wait_for("the line to be down", |app, _| app.watch.healths.line.is_out())?;
    till.picture("sell-no-network")?;
    what_to_do(till)?;
    till.picture("outage-line")?;
    till.tap("outage-back")?;

    let small = till.dice.between(400, 9_000);
    store_card(till, small, card::GOOD, None)?;
    let refused_later = till.dice.between(1_000, 7_000);
    store_card(till, refused_later, card::POOR, None)?;
    let large = till.dice.between(15_100, 32_000);
    store_card(till, large, card::ALSO_GOOD, Some("regular-customer"))?;
    let more = till.dice.between(0, 2);
    for _ in 0..more {
        let amount = till.dice.between(400, 9_000);
        store_card(till, amount, card::GOOD, None)?;
    }
    till.read_notice()?;
    till.tap("bar-queue")?;
    till.picture("queue-waiting")?;
    till.tap("bar-back")?;
    cash(till, false)
}

fn store_card(till: &mut Till, amount: i64, number: &str, approval: Option<&str>) -> Result<(), TillError> {
    till.type_amount(amount)?;
    till.tap("sell-take-payment")?;
    if approval.is_some() {
        till.picture("tenders-no-network")?;
    }
    till.tap("tender-card")?;
    till.type_card(number, None)?;
    till.tap("card-next")?;
    if let Some(reason) = approval {
        approve(till, reason, Some("approve"))?;
    }
    till.wait_done()?;
    if approval.is_some() {
        till.picture("done-card-stored")?;
    }
    till.next_customer()
}

/// The manager comes, gives a reason and types the PIN.
fn approve(till: &mut Till, reason: &str, picture: Option<&str>) -> Result<(), TillError> {
    till.wait_for("the manager's sheet", |_, view| matches!(view.overlay, Some(OverlayView::Approve(_))))?;
    let managers = PEOPLE.iter().find(|(_, _, role, _)| *role == Role::Manager);
    let Some((id, _, _, pin)) = managers else { return Ok(()) };
    till.tap(&format!("approve-person-{id}"))?;
    till.tap(&format!("approve-reason-{reason}"))?;
    till.keys("approve", pin)?;
    if let Some(name) = picture {
        till.picture(name)?;
    }
    till.tap("approve-enter")
}

/// The network comes back for a moment and goes again: too short to be believed.
pub(super) fn network_flaps(till: &mut Till, shop: &DemoShop) -> Result<(), TillError> {
    shop.mend_network()?;
    let moment = till.dice.between(4, 20);
    till.pass(TimeDelta::seconds(moment));
    shop.cut_network()?;
    till.wait_for("the line to be down again", |app, _| {
        matches!(app.watch.healths.line, crate::domain::health::Health::Down { .. })
    })?;
    let minutes = till.dice.between(2, 12);
    till.pass(TimeDelta::minutes(minutes));
    Ok(())
}

/// Everything works again: the reader says what became of the first attempt, and the stored cards go to the bank. One
/// answer gets lost on the way and is cleared up.
pub(super) fn everything_returns(till: &mut Till, shop: &DemoShop) -> Result<(), TillError> {
    // The first request and its reversal both go unanswered, so that the state between them can be seen.
    shop.host_controls().lose_next_answer();
    shop.host_controls().lose_next_answer();
    shop.mend_network()?;
    shop.reader.plug()?;
    till.wait_for("the lost answer", |app, _| any_card(app, |card| matches!(card, CardState::Reversing { .. })))?;
    till.back_at_work()?;
    till.read_notice()?;
    till.tap("bar-queue")?;
    till.picture("queue-unknown")?;
    till.wait_for("the end of the outage", |_, view| !view.status.outage)?;
    till.wait_for("an empty queue", |app, _| !any_card(app, CardState::is_open))?;
    till.picture("queue-forwarded")?;
    till.tap("bar-back")?;
    let amount = till.amount();
    till.type_amount(amount)?;
    till.tap("sell-card")?;
    till.wait_done()?;
    till.next_customer()
}

fn any_card(app: &crate::app::App, wanted: impl Fn(&CardState) -> bool) -> bool {
    app.ledger().payments.values().any(|payment| match &payment.tender {
        Tender::Card { card, .. } => wanted(card),
        Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => false,
    })
}
