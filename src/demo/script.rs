//! The day: a reader that dies in the middle of a sale, and everything a shop does until it may close.
//!
//! The order of things is fixed, because each of them has to be shown; the seed chooses amounts, how many customers come,
//! and when the faults strike.

mod evening;
mod morning;
mod outage;

use std::time::Instant;

use chrono::TimeDelta;

use crate::demo::till::{Till, TillError};
use crate::domain::access::Role;
use crate::domain::money::Money;
use crate::screens::PageView;
use crate::simulator::shop::DemoShop;

/// Public test numbers of card schemes (no account stands behind any of them) and how the simulated bank answers.
pub(super) mod card {
    /// Visa, approved.
    pub const GOOD: &str = "4111111111111111";
    /// Mastercard, approved.
    pub const ALSO_GOOD: &str = "5555555555554444";
    /// Visa, refused: not enough money.
    pub const POOR: &str = "4000000000009995";
    /// Their expiry date, MMYY.
    pub const EXPIRY: &str = "1231";
}

/// What the day needs to be told at the end.
#[derive(Debug)]
pub struct Played {
    /// Real time from the reader's death to the outage on the screen.
    pub detected_ms: u64,
}

/// Plays the whole day.
///
/// # Errors
///
/// The screen does not show what the day expects next.
pub fn play(till: &mut Till, shop: &DemoShop) -> Result<Played, TillError> {
    morning::open(till)?;
    morning::sell(till, shop)?;
    let detected_ms = outage::reader_dies(till, shop)?;
    outage::other_ways(till, shop)?;
    outage::network_goes(till, shop)?;
    outage::network_flaps(till, shop)?;
    outage::everything_returns(till, shop)?;
    evening::bring_in_statement(till, shop)?;
    evening::decide_what_is_open(till)?;
    evening::count_and_close(till)?;
    Ok(Played { detected_ms })
}

impl Till {
    fn lock(&mut self) -> Result<(), TillError> {
        self.tap("sell-more")?;
        self.tap("menu-lock")
    }

    /// Taps a notice away that stands where the chips of the bar are.
    fn read_notice(&mut self) -> Result<(), TillError> {
        if self.view().app.message.is_some() { self.tap("toast") } else { Ok(()) }
    }

    /// A picture of the page in Chinese, and back to English.
    fn picture_in_chinese(&mut self, name: &str) -> Result<(), TillError> {
        self.read_notice()?;
        self.tap("bar-language")?;
        self.picture(name)?;
        self.tap("bar-language")
    }

    /// Types an amount on the sell page.
    fn type_amount(&mut self, minor: i64) -> Result<(), TillError> {
        self.wait_for("the sell page", |_, view| matches!(view.page, PageView::Sell(_)))?;
        self.keys("key", &minor.to_string())
    }

    /// Some minutes between two customers.
    fn next_customer(&mut self) -> Result<(), TillError> {
        self.tap("done-next-sale")?;
        let minutes = self.dice.between(2, 9);
        self.pass(TimeDelta::minutes(minutes));
        Ok(())
    }

    /// An amount as a bakery has it.
    fn amount(&mut self) -> i64 {
        self.dice.between(180, 6_500)
    }

    /// Pays the sale on the screen by transfer, as far as the code being shown.
    fn show_qr(&mut self, from: &str) -> Result<(), TillError> {
        self.tap(from)?;
        self.wait_for("the code", |_, view| matches!(view.page, PageView::Qr(_)))
    }

    /// The customer pays the code that is on the screen.
    fn customer_pays(&mut self, shop: &DemoShop, edited: Option<&str>) {
        let PageView::Qr(shown) = self.view().page else { return };
        let Some(sale) = self.app.ledger().sales.values().next_back() else { return };
        let (amount, reference): (Money, String) = (sale.amount, shown.reference);
        let mut bank = shop.bank.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        bank.receive("Customer", amount, &reference, edited.unwrap_or(&reference), self.now);
    }

    /// Types a card by hand up to the last step.
    fn type_card(&mut self, number: &str, picture: Option<&str>) -> Result<(), TillError> {
        self.keys("key", number)?;
        self.tap("card-next")?;
        self.keys("key", card::EXPIRY)?;
        if let Some(name) = picture {
            self.picture(name)?;
        }
        self.tap("card-next")?;
        self.tap("card-consent")
    }

    /// Signs the cashier in again when the till locked itself in the meantime.
    fn back_at_work(&mut self) -> Result<(), TillError> {
        if matches!(self.view().page, PageView::Lock(_)) { self.sign_in(Role::Cashier) } else { Ok(()) }
    }

    fn wait_done(&mut self) -> Result<(), TillError> {
        self.wait_for("the end of the sale", |_, view| matches!(view.page, PageView::Done(_)))
    }
}

fn elapsed_ms(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
