//! The morning: the day is opened and cards work.

use crate::app::effect::Effect;
use crate::demo::till::{Till, TillError};
use crate::domain::access::Role;
use crate::screens::PageView;
use crate::simulator::shop::DemoShop;

/// The opening float: pieces in minor units and how many.
const FLOAT: [(i64, u32); 6] = [(2_000, 2), (1_000, 4), (500, 6), (200, 20), (100, 30), (50, 20)];

/// The manager counts the float and opens the day; the cashier takes over.
pub(super) fn open(till: &mut Till) -> Result<(), TillError> {
    till.picture("lock")?;
    till.sign_in(Role::Manager)?;
    till.wait_for("the opening float", |_, view| matches!(view.page, PageView::Count(_)))?;
    for (piece, pieces) in FLOAT {
        till.tap(&format!("count-row-{piece}"))?;
        till.keys("key", &pieces.to_string())?;
    }
    till.picture("opening-float")?;
    till.tap("count-commit")?;
    till.wait_for("the open day", |_, view| matches!(view.page, PageView::Sell(_)))?;
    till.lock()?;
    till.sign_in(Role::Cashier)?;
    till.picture("sell")
}

/// A few sales on the reader, one of them with a card that cannot be read.
pub(super) fn sell(till: &mut Till, shop: &DemoShop) -> Result<(), TillError> {
    let customers = till.dice.between(3, 6);
    for customer in 0..customers {
        let amount = till.amount();
        till.type_amount(amount)?;
        if customer == 0 {
            till.picture("sell-amount")?;
        }
        if customer == 1 {
            shop.reader.bad_card_next();
            till.tap("sell-card")?;
            till.wait_for("the bad card", |_, view| {
                matches!(&view.page, PageView::Reader(page) if matches!(page.stage, crate::screens::reader::ReaderStage::Declined(_)))
            })?;
            till.picture("reader-bad-card")?;
            till.tap("reader-try-again")?;
        } else if customer == 0 {
            till.tap_and_hold("sell-card", |effect| matches!(effect, Effect::PayOnReader(_)))?;
            till.picture("reader-waiting")?;
            till.go_on();
        } else {
            till.tap("sell-card")?;
        }
        till.wait_done()?;
        if customer == 0 {
            till.picture("done-reader")?;
        }
        till.next_customer()?;
    }
    Ok(())
}
