//! Typing an amount and choosing the way to pay; see `ui/api/sell_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::place::AmountRefused;
use crate::domain::outage::ReaderOffer;
use crate::screens::short_reference;
use crate::screens::tenders::offers;

use crate::screens::types::Offer;

/// The sell page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SellView {
    /// The amount as typed so far, such as `48.90`.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// The sale's number as people read it.
    pub sale_reference: String,
    /// The till's number.
    pub till: String,
    /// Why the typed amount cannot be taken.
    pub amount_error: Option<AmountError>,
    /// The main act.
    pub main: MainAct,
    /// QR transfer.
    pub qr: Offer,
    /// Cash.
    pub cash: Offer,
    /// What the keypad types.
    pub typing: Typing,
}

/// The large button of the sell page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MainAct {
    /// The card, as long as it works.
    Card(Offer),
    /// The other ways to pay come first.
    TakePayment {
        /// Whether it can be pressed.
        enabled: bool,
    },
}

/// What the keypad of the sell page types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Typing {
    /// The amount.
    Amount {
        /// The ticket number of the cash register, if there is one.
        ticket_number: Option<String>,
    },
    /// The ticket number.
    Ticket {
        /// What was typed so far.
        ticket_number: String,
    },
}

/// Why the typed amount cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountError {
    /// Nothing was typed.
    Zero,
    /// The highest amount.
    AboveMaximum(String),
    /// No more digits fit.
    TooManyDigits,
}

/// The sell page.
pub(super) fn view(app: &App) -> SellView {
    let offered = offers(app);
    let main = match app.offers().reader {
        ReaderOffer::Offered => MainAct::Card(offered.reader),
        ReaderOffer::Off(_) => MainAct::TakePayment { enabled: app.day_is_open() },
    };
    let maximum = crate::domain::money::Money::new(app.settings.limits.sale_max_minor, app.settings.currency);
    let amount_error = match app.basket.refused {
        Some(AmountRefused::Zero) => Some(AmountError::Zero),
        Some(AmountRefused::AboveMaximum) => Some(AmountError::AboveMaximum(maximum.shown())),
        None => app.basket.too_many_digits.then_some(AmountError::TooManyDigits),
    };
    let ticket_number = app.basket.ticket.as_ref().map(ToString::to_string);
    SellView {
        amount: app.basket_amount().shown(),
        currency: app.settings.currency.to_string(),
        sale_reference: short_reference(app),
        till: app.settings.till.to_string(),
        amount_error,
        main,
        qr: offered.qr,
        cash: offered.cash,
        typing: match &app.basket.typing_ticket {
            Some(typed) => Typing::Ticket { ticket_number: typed.clone() },
            None => Typing::Amount { ticket_number },
        },
    }
}
