//! What the customer sees on a display of their own, made of the page that the cashier sees; see
//! `ui/api/customer_api.slint`.

use crate::screens::PageView;
use crate::screens::cash::CashView;
use crate::screens::done::{DoneOutcome, DoneView};
use crate::screens::qr::{QrState, QrView};

/// What the display is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerView<'a> {
    /// The shop's name: there is nothing to do for the customer.
    Shop,
    /// A code to pay with.
    Code(&'a QrView),
    /// A payment in cash.
    Cash(CashAsked),
    /// What comes back of a sale in cash, with its currency.
    Change(String),
}

/// What is due in cash, and what comes back of what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashAsked {
    /// What is due, in the currency that is handed over.
    pub amount: String,
    /// That currency.
    pub currency: String,
    /// Where it is not the shop's, the price in the shop's and the rate.
    pub foreign: Option<(String, String)>,
    /// Where something comes back, what was given and what comes back, with their currencies.
    pub change: Option<(String, String)>,
}

impl PageView {
    /// What the customer's display shows beside this page.
    #[must_use]
    pub fn customer(&self) -> CustomerView<'_> {
        match self {
            Self::Qr(view) if may_be_paid(view) => CustomerView::Code(view),
            Self::Cash(view) => CustomerView::Cash(asked(view)),
            Self::Done(view) => change(view).map_or(CustomerView::Shop, CustomerView::Change),
            Self::Qr(_)
            | Self::Lock(_)
            | Self::Sell(_)
            | Self::Tenders(_)
            | Self::Reader(_)
            | Self::QrChoice(_)
            | Self::Card(_)
            | Self::Drawer(_)
            | Self::Refund(_)
            | Self::Sign(_)
            | Self::Queue(_)
            | Self::Desk(_)
            | Self::Handover(_)
            | Self::Outage(_)
            | Self::Case(_)
            | Self::Care(_)
            | Self::Device(_)
            | Self::Learn(_)
            | Self::Day(_)
            | Self::Count(_)
            | Self::Statement(_)
            | Self::Payees(_)
            | Self::Keys(_)
            | Self::Report(_)
            | Self::Halt(_) => CustomerView::Shop,
        }
    }
}

/// A code that the customer has paid, that is being withdrawn, has run out or is not needed any more is taken out of sight:
/// it is not to be paid a second time.
fn may_be_paid(view: &QrView) -> bool {
    match view.state {
        QrState::Shown => view.code.is_some(),
        QrState::Preparing
        | QrState::CustomerSaysPaid
        | QrState::WithdrawAsked
        | QrState::CardCharged
        | QrState::Expired => false,
    }
}

fn asked(view: &CashView) -> CashAsked {
    let foreign = view.foreign.as_ref();
    let currency = foreign.map_or(&view.currency, |foreign| &foreign.code);
    // Without pieces to hand back there is no change, or the sum cannot be taken.
    let comes_back = !view.breakdown.is_empty();
    CashAsked {
        amount: view.amount.clone(),
        currency: currency.clone(),
        foreign: foreign.map(|it| (format!("{} {}", it.own_amount, view.currency), it.rate.clone())),
        change: comes_back
            .then(|| (format!("{} {currency}", view.given), format!("{} {}", view.change, view.currency))),
    }
}

fn change(view: &DoneView) -> Option<String> {
    match &view.outcome {
        DoneOutcome::Cash { change, breakdown } if !breakdown.is_empty() => Some(format!("{change} {}", view.currency)),
        DoneOutcome::Cash { .. }
        | DoneOutcome::ReaderApproved { .. }
        | DoneOutcome::ReaderStored { .. }
        | DoneOutcome::TerminalApproved
        | DoneOutcome::CardApproved { .. }
        | DoneOutcome::CardStored { .. }
        | DoneOutcome::TransferAnnounced
        | DoneOutcome::TransferSeen => None,
    }
}
