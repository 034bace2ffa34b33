//! The customer's own display, where the shop has one: a second window that shows what a payment asks of them.

use std::time::Duration;

use slint::{ComponentHandle, PhysicalPosition, PhysicalSize, PlatformError, Timer};

use super::generated::{CustomerApi, CustomerShows, CustomerWindow};
use super::qr::picture;
use crate::screens::PageView;
use crate::screens::customer::{CashAsked, CustomerView};
use crate::screens::qr::QrView;
use crate::settings::Area;

/// The second window.
pub(super) struct Customer {
    window: CustomerWindow,
}

impl Customer {
    /// Opens it there. A window takes its place once the display has made it, so that is said again then.
    pub(super) fn open(shop: &str, area: Area) -> Result<Self, PlatformError> {
        let window = CustomerWindow::new()?;
        window.global::<CustomerApi>().set_shop(shop.into());
        let place = move |window: &CustomerWindow| {
            window.window().set_size(PhysicalSize::new(area.width, area.height));
            window.window().set_position(PhysicalPosition::new(area.x, area.y));
        };
        place(&window);
        window.show()?;
        let made = window.as_weak();
        Timer::single_shot(Duration::ZERO, move || {
            if let Some(window) = made.upgrade() {
                place(&window);
            }
        });
        Ok(Self { window })
    }

    /// Shows what the page has for the customer, and only the shop's name otherwise.
    pub(super) fn show(&self, page: &PageView) {
        let api = self.window.global::<CustomerApi>();
        match page.customer() {
            CustomerView::Shop => api.set_shows(CustomerShows::Shop),
            CustomerView::Code(view) => show_code(&api, view),
            CustomerView::Cash(asked) => show_cash(&api, asked),
            CustomerView::Change(change) => {
                api.set_change(change.into());
                api.set_shows(CustomerShows::Change);
            }
        }
    }
}

fn show_code(api: &CustomerApi<'_>, view: &QrView) {
    if let Some(code) = &view.code {
        api.set_modules(i32::from(code.size));
        api.set_code(picture(code));
    }
    api.set_amount((&view.amount).into());
    api.set_currency((&view.currency).into());
    api.set_payee((&view.payee).into());
    api.set_account((&view.account).into());
    api.set_reference((&view.reference).into());
    api.set_expires_text((&view.expires_text).into());
    api.set_amount_is_typed(view.amount_is_typed);
    api.set_shows(CustomerShows::Code);
}

fn show_cash(api: &CustomerApi<'_>, asked: CashAsked) {
    let (price, rate) = asked.foreign.unwrap_or_default();
    let (given, change) = asked.change.unwrap_or_default();
    api.set_amount(asked.amount.into());
    api.set_currency(asked.currency.into());
    api.set_price(price.into());
    api.set_rate(rate.into());
    api.set_given(given.into());
    api.set_change(change.into());
    api.set_shows(CustomerShows::Cash);
}
