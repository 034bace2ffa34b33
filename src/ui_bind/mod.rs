//! The only code that knows the types Slint generates from `ui/`.
//!
//! [`Screen`] is the window: [`Screen::show`] puts a [`View`] on it, [`Screen::connect`] says where the wishes of the
//! people in front of it go. There is one file per page, with the name it has everywhere, and each has the two halves
//! of the page's contract: `show` sets its properties, `connect` answers its callbacks.
//!
//! Nothing is decided here. A wish is told as it is; the app may answer it at once, by showing the next view from
//! within the callback, or later.

mod app;
mod approve;
mod card;
mod care;
mod case;
mod cash;
mod close;
mod count;
mod customer;
mod day;
mod decide;
mod desk;
mod device;
mod done;
mod drawer;
mod entries;
mod halt;
mod handover;
pub mod headless;
mod keys;
mod ladder;
mod learn;
mod lock;
mod menu;
mod outage;
mod payees;
mod qr;
mod queue;
mod reader;
mod refund;
mod report;
mod rows;
mod sell;
mod sign;
mod simulator;
mod statement;
mod status;
mod tenders;
#[cfg(test)]
mod tests;
pub mod wish;
mod words;

use std::cell::RefCell;

use slint::{ComponentHandle, PlatformError};
use stopgap_ui as generated;
use stopgap_ui::{AppApi, AppWindow, Overlay, Page};

use self::customer::Customer;
use self::wish::{Wish, Wishes};
use crate::app::event::Language;
use crate::screens::{OverlayView, PageView, View};
use crate::settings::Area;

/// The window of the till and what it shows. It lives on the thread that made it.
pub struct Screen {
    window: AppWindow,
    shown: RefCell<Option<View>>,
    customer: RefCell<Option<Customer>>,
}

impl Screen {
    /// A window that shows nothing yet, on the platform of this thread: a display, unless [`headless`] was set up.
    ///
    /// # Errors
    ///
    /// When there is no display or it cannot be used.
    pub fn new() -> Result<Self, PlatformError> {
        Ok(Self { window: AppWindow::new()?, shown: RefCell::new(None), customer: RefCell::new(None) })
    }

    /// Says where wishes go. The last one counts; before the first, touching the screen does nothing.
    pub fn connect(&self, tell: impl Fn(Wish) + 'static) {
        let wishes = Wishes::new(tell);
        for connect in [
            app::connect,
            approve::connect,
            card::connect,
            care::connect,
            device::connect,
            learn::connect,
            case::connect,
            cash::connect,
            close::connect,
            count::connect,
            day::connect,
            decide::connect,
            desk::connect,
            done::connect,
            drawer::connect,
            entries::connect,
            halt::connect,
            handover::connect,
            keys::connect,
            lock::connect,
            menu::connect,
            outage::connect,
            payees::connect,
            qr::connect,
            queue::connect,
            reader::connect,
            refund::connect,
            report::connect,
            sell::connect,
            sign::connect,
            simulator::connect,
            statement::connect,
            tenders::connect,
        ] {
            connect(&self.window, &wishes);
        }
    }

    /// Puts a view on the screen. What is there already is left alone, so this may be called after every event.
    pub fn show(&self, view: View) {
        let before = self.shown.take();
        let before = before.as_ref();
        // What a page needs is set before the page is switched to, so that it never appears with old values.
        if before.is_none_or(|before| before.page != view.page) {
            self.show_page(&view.page, before.map(|before| &before.page));
            if let Some(customer) = &*self.customer.borrow() {
                customer.show(&view.page);
            }
        }
        if before.is_none_or(|before| before.overlay != view.overlay) {
            self.show_overlay(view.overlay.as_ref());
        }
        if before.is_none_or(|before| before.simulator != view.simulator) {
            if let Some(switches) = view.simulator {
                simulator::show(&self.window, switches);
            }
            self.window.global::<AppApi>().set_simulator_strip(view.simulator.is_some());
        }
        if before.is_none_or(|before| before.status != view.status) {
            status::show(&self.window, &view.status);
        }
        if before.is_none_or(|before| before.app != view.app) {
            app::show(&self.window, &view.app);
        }
        if before.is_none_or(|before| before.app.language != view.app.language) {
            speak(view.app.language);
        }
        self.shown.replace(Some(view));
    }

    /// Opens the window and serves it until it is closed or [`slint::quit_event_loop`] is called.
    ///
    /// # Errors
    ///
    /// When the display fails.
    pub fn run(&self) -> Result<(), PlatformError> {
        self.window.run()
    }

    /// Opens the customer's display on this part of the desktop.
    ///
    /// # Errors
    ///
    /// When the window cannot be made.
    pub fn open_customer_display(&self, shop: &str, area: Area) -> Result<(), PlatformError> {
        self.customer.replace(Some(Customer::open(shop, area)?));
        Ok(())
    }

    /// Takes the whole display, or gives it back. Without a window manager that knows how, nothing changes.
    pub fn set_full_screen(&self, full: bool) {
        self.window.window().set_fullscreen(full);
    }

    fn show_page(&self, page: &PageView, before: Option<&PageView>) {
        let window = &self.window;
        match page {
            PageView::Lock(view) => lock::show(window, view),
            PageView::Sell(view) => sell::show(window, view),
            PageView::Tenders(view) => tenders::show(window, view),
            PageView::Reader(view) => reader::show(window, view),
            PageView::Qr(view) => {
                let before = if let Some(PageView::Qr(before)) = before { Some(before) } else { None };
                qr::show(window, view, before);
            }
            PageView::QrChoice(view) => qr::show_choice(window, view),
            PageView::Card(view) => card::show(window, view),
            PageView::Cash(view) => cash::show(window, view),
            PageView::Done(view) => done::show(window, view),
            PageView::Drawer(view) => drawer::show(window, view),
            PageView::Refund(view) => refund::show(window, view),
            PageView::Sign(view) => sign::show(window, view),
            PageView::Queue(view) => queue::show(window, view),
            PageView::Handover(view) => handover::show(window, view),
            PageView::Desk(view) => desk::show(window, view),
            PageView::Outage(view) => outage::show(window, view),
            PageView::Case(view) => case::show(window, view),
            PageView::Care(view) => care::show(window, view),
            PageView::Device(view) => device::show(window, view),
            PageView::Learn(view) => learn::show(window, view),
            PageView::Day(view) => day::show(window, view),
            PageView::Count(view) => count::show(window, view),
            PageView::Statement(view) => statement::show(window, view),
            PageView::Payees(view) => payees::show(window, view),
            PageView::Report(view) => report::show(window, view),
            PageView::Keys(view) => keys::show(window, view),
            PageView::Halt(view) => halt::show(window, view),
        }
        window.global::<AppApi>().set_page(page.into());
    }

    fn show_overlay(&self, overlay: Option<&OverlayView>) {
        let window = &self.window;
        match overlay {
            None => {}
            Some(OverlayView::Menu(view)) => menu::show(window, view),
            Some(OverlayView::Approve(view)) => approve::show(window, view),
            Some(OverlayView::Decide(view)) => decide::show(window, view),
            Some(OverlayView::Entries(view)) => entries::show(window, view),
            Some(OverlayView::Close(view)) => close::show(window, view),
        }
        window.global::<AppApi>().set_overlay(overlay.map_or(Overlay::None, Into::into));
    }
}

impl From<&PageView> for Page {
    fn from(page: &PageView) -> Self {
        match page {
            PageView::Lock(_) => Self::Lock,
            PageView::Sell(_) => Self::Sell,
            PageView::Tenders(_) => Self::Tenders,
            PageView::Reader(_) => Self::Reader,
            PageView::Qr(_) => Self::Qr,
            PageView::QrChoice(_) => Self::QrChoice,
            PageView::Card(_) => Self::Card,
            PageView::Cash(_) => Self::Cash,
            PageView::Done(_) => Self::Done,
            PageView::Drawer(_) => Self::Drawer,
            PageView::Refund(_) => Self::Refund,
            PageView::Sign(_) => Self::Sign,
            PageView::Queue(_) => Self::Queue,
            PageView::Desk(_) => Self::Desk,
            PageView::Handover(_) => Self::Handover,
            PageView::Outage(_) => Self::Outage,
            PageView::Case(_) => Self::Case,
            PageView::Care(_) => Self::Care,
            PageView::Device(_) => Self::Device,
            PageView::Learn(_) => Self::Learn,
            PageView::Day(_) => Self::Day,
            PageView::Count(_) => Self::Count,
            PageView::Statement(_) => Self::Statement,
            PageView::Payees(_) => Self::Payees,
            PageView::Report(_) => Self::Report,
            PageView::Keys(_) => Self::Keys,
            PageView::Halt(_) => Self::Halt,
        }
    }
}

impl From<&OverlayView> for Overlay {
    fn from(overlay: &OverlayView) -> Self {
        match overlay {
            OverlayView::Menu(_) => Self::Menu,
            OverlayView::Approve(_) => Self::Approve,
            OverlayView::Decide(_) => Self::Decide,
            OverlayView::Entries(_) => Self::Entries,
            OverlayView::Close(_) => Self::Close,
        }
    }
}

/// Switches the language of every text on the screen.
fn speak(language: Language) {
    // The names are those of the folders below lang/; English is what the pages are written in.
    let folder = match language {
        Language::English => "",
        Language::Chinese => "zh_CN",
    };
    if let Err(error) = slint::select_bundled_translation(folder) {
        tracing::error!(folder, %error, "the language of the screen could not be switched");
    }
}
