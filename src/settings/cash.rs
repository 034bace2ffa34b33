//! What the shop chose about cash, the drawer and the receipt printer.

use crate::domain::cash::CashRounding;
use crate::escpos::{DrawerPin, Profile};
use crate::outside::printer::Printer;

/// What the shop chose about cash and the drawer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashSettings {
    /// The drawers, where there are several; the first is opened with the day.
    pub drawers: Vec<DrawerPlace>,
    /// How sums in cash are rounded; `None` where they are not.
    pub rounding: Option<CashRounding>,
    /// A refund above this needs a manager, in minor units.
    pub refund_manager_above_minor: i64,
    /// A drawer difference above this needs a manager beside the note, in minor units; `None` where a note is enough.
    pub drawer_manager_above_minor: Option<i64>,
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
