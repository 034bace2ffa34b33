//! The sheet behind "More…"; see `ui/api/menu_api.slint`.

use serde::Serialize;

use crate::app::App;

/// The menu sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each act is allowed or not, independent of the others")]
pub struct MenuView {
    /// Whether the ticket number can be typed.
    pub can_edit_ticket: bool,
    /// Whether the manager's day can be opened.
    pub can_open_day: bool,
    /// Whether the payment codes can be looked at.
    pub can_open_payees: bool,
    /// How many accounts for transfers are not in use yet.
    pub new_payees: u32,
    /// Whether the drawer can be opened without a sale.
    pub can_open_drawer: bool,
    /// Whether the acquirer's keys can be looked after.
    pub can_open_keys: bool,
    /// Whether the drawer page can be opened.
    pub can_open_drawer_page: bool,
    /// Whether money of a sale can be given back: not while another is being paid.
    pub can_refund: bool,
    /// The ticket number of the cash register, if there is one.
    pub ticket_number: Option<String>,
    /// Whether an outage is going on.
    pub outage_running: bool,
    /// The number of the case that is open.
    pub case_number: Option<u32>,
}

/// The menu sheet.
pub(super) fn view(app: &App) -> MenuView {
    MenuView {
        can_edit_ticket: app.open_sale().is_none() && app.day_is_open(),
        can_open_day: app.is_manager(),
        can_open_payees: app.is_manager(),
        new_payees: u32::try_from(app.settings.qr.payees.len() - app.payees_in_use().count()).unwrap_or(u32::MAX),
        can_open_drawer: app.day_is_open() && !app.is_busy(),
        can_open_keys: app.is_manager() && app.settings.host.is_some(),
        can_open_drawer_page: app.day_is_open(),
        can_refund: app.day_is_open() && app.open_sale().is_none(),
        ticket_number: app.basket.ticket.as_ref().map(ToString::to_string),
        outage_running: app.ledger.open_outage().is_some(),
        case_number: app.case_in_use().map(|case| case.number),
    }
}
