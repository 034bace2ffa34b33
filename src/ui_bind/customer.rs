//! The customer's own display, where the shop has one: a second window that shows what the QR page asks for.

use std::time::Duration;

use slint::{ComponentHandle, PhysicalPosition, PhysicalSize, PlatformError, Timer};

use super::generated::{CustomerApi, CustomerWindow};
use super::qr::picture;
use crate::screens::PageView;
use crate::screens::qr::{QrState, QrView};
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

    /// Shows the code of the page while it may be paid, and only the shop's name otherwise.
    pub(super) fn show(&self, page: &PageView) {
        let api = self.window.global::<CustomerApi>();
        let shown = match page {
            PageView::Qr(view) => may_be_paid(view).then_some(view),
            PageView::Lock(_)
            | PageView::Sell(_)
            | PageView::Tenders(_)
            | PageView::Reader(_)
            | PageView::QrChoice(_)
            | PageView::Card(_)
            | PageView::Cash(_)
            | PageView::Done(_)
            | PageView::Drawer(_)
            | PageView::Refund(_)
            | PageView::Sign(_)
            | PageView::Queue(_)
            | PageView::Desk(_)
            | PageView::Handover(_)
            | PageView::Outage(_)
            | PageView::Case(_)
            | PageView::Care(_)
            | PageView::Device(_)
            | PageView::Learn(_)
            | PageView::Day(_)
            | PageView::Count(_)
            | PageView::Statement(_)
            | PageView::Payees(_)
            | PageView::Keys(_)
            | PageView::Report(_)
            | PageView::Halt(_) => None,
        };
        api.set_shown(shown.is_some());
        let Some(view) = shown else { return };
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
