//! What the shop chose about cash, the drawer and the receipt printer.

use crate::domain::cash::{CashRounding, Foreign};
use crate::domain::money::Currency;
use crate::escpos::{DrawerPin, Profile};
use crate::outside::printer::Printer;

/// What the shop chose about cash and the drawer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashSettings {
    /// Who may move the money of a drawer that is open.
    pub drawer_for: DrawerFor,
    /// The drawers, where there are several; the first is opened with the day.
    pub drawers: Vec<DrawerPlace>,
    /// Other currencies that the shop takes in cash, as their keys stand.
    pub foreign: Vec<ForeignTaken>,
    /// How sums in cash are rounded; `None` where they are not.
    pub rounding: Option<CashRounding>,
    /// A refund above this needs a manager, in minor units.
    pub refund_manager_above_minor: i64,
    /// A drawer difference above this needs a manager beside the note, in minor units; `None` where a note is enough.
    pub drawer_manager_above_minor: Option<i64>,
}

impl CashSettings {
    /// What is said of another currency, if the shop takes it.
    #[must_use]
    pub fn foreign(&self, currency: Currency) -> Option<&ForeignTaken> {
        self.foreign.iter().find(|taken| taken.foreign.currency == currency)
    }

    /// The smallest sum of the shop's own currency that is paid in cash, in minor units.
    #[must_use]
    pub fn step_minor(&self, currency: Currency) -> i64 {
        self.rounding.map_or(1, |rule| rule.step_minor).max(currency.step_minor())
    }
}

/// Who may move the money of a drawer that is open: sell in cash, refund, pay in and out, open it without a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawerFor {
    /// Whoever is signed in: one drawer, and the shop answers for it together.
    Everybody,
    /// The person it stands with, until it is handed over; and a manager.
    OnePerson,
}

/// Another currency that the shop takes in cash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignTaken {
    /// Which, at which rate.
    pub foreign: Foreign,
    /// Of when and whom the rate is, as the shop says it.
    pub rate_of: Option<String>,
}

/// One of several drawers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawerPlace {
    /// What people call it.
    pub name: String,
    /// The pin of the receipt printer's connector that opens it; `None` for the one of `[printer]`.
    pub pin: Option<DrawerPin>,
}

/// The receipt printer, with the drawer that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterSettings {
    /// Where it is.
    pub printer: Printer,
    /// What it can do.
    pub profile: Profile,
    /// The pin that opens the drawer; `None` where no drawer hangs on it.
    pub drawer_pin: Option<DrawerPin>,
    /// Which sales leave a paper for the shop.
    pub merchant_copy: MerchantCopy,
    /// Whether the shop's paper of a stored card has a line for the customer's signature.
    pub signature: bool,
}

/// Which sales leave a paper for the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MerchantCopy {
    /// None.
    Never,
    /// Those with a typed card or a transfer: what a customer may dispute.
    Promises,
    /// All.
    Always,
}
