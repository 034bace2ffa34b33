//! What every page shows, as plain data: state in, [`View`] out.
//!
//! The types here have the names of the contract in `ui/api/`, but they own their data: a reason carries its argument,
//! a finished card payment cannot have change, and what does not exist is `None` rather than an empty text. Only
//! `ui_bind` turns them into Slint's properties. No Slint type, no sentence and no money as a number lives here, so a
//! snapshot of a [`View`] reads like the screen.

pub mod app;
pub mod approve;
pub mod card;
pub mod care;
pub mod case;
pub mod cash;
pub mod close;
pub mod count;
pub mod customer;
pub mod day;
pub mod decide;
pub mod desk;
pub mod device;
pub mod done;
pub mod drawer;
pub mod entries;
pub mod halt;
pub mod handover;
pub mod keys;
pub mod ladder;
pub mod learn;
pub mod limit;
pub mod lock;
pub mod menu;
pub mod outage;
pub mod payees;
pub mod qr;
pub mod queue;
pub mod reader;
pub mod refund;
pub mod report;
pub mod sell;
pub mod sign;
pub mod simulator;
pub mod statement;
pub mod status;
pub mod support;
pub mod tenders;
pub mod types;

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::Serialize;

use crate::app::App;
use crate::app::place::{Overlay, Place};
use crate::domain::ids::SaleReference;

/// Everything that is on the screen at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// What every page shares.
    pub app: app::AppView,
    /// What the top bar says about the reader, the line and the host.
    pub status: status::StatusView,
    /// The page below the top bar.
    pub page: PageView,
    /// The sheet over the page.
    pub overlay: Option<OverlayView>,
    /// The switches of the demo; without them there is no drawer that holds them.
    pub simulator: Option<simulator::SimulatorView>,
}

/// The page below the top bar, with what it shows.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is made anew after every event")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageView {
    /// Choosing a person and typing the PIN.
    Lock(lock::LockView),
    /// Typing an amount.
    Sell(sell::SellView),
    /// The ways to pay this sale.
    Tenders(tenders::TendersView),
    /// A payment on the reader.
    Reader(reader::ReaderView),
    /// A transfer.
    Qr(qr::QrView),
    /// By which of several payees the customer pays.
    QrChoice(qr::QrChoiceView),
    /// A card typed in by hand.
    Card(card::CardView),
    /// Cash.
    Cash(cash::CashView),
    /// A sale is done.
    Done(done::DoneView),
    /// The drawer beside the sales.
    Drawer(drawer::DrawerView),
    /// Giving money back.
    Refund(refund::RefundView),
    /// The sign for customers.
    Sign(sign::SignView),
    /// The stored payments.
    Queue(queue::QueueView),
    /// Stored cards that were refused or cannot go on by themselves.
    Desk(desk::DeskView),
    /// What failed and what to do.
    Outage(outage::OutageView),
    /// The case of the reader.
    Case(case::CaseView),
    /// Upkeep and readiness.
    Care(care::CareView),
    /// The device register.
    Device(device::DeviceView),
    /// The knowledge base.
    Learn(learn::LearnView),
    /// The manager's day.
    Day(day::DayView),
    /// Counting the drawer.
    Count(count::CountView),
    /// Bringing in a statement.
    Statement(statement::StatementView),
    /// The accounts that transfers go to.
    Payees(payees::PayeesView),
    /// The day's report.
    Report(report::ReportView),
    /// Stored payments that another till has.
    Handover(handover::HandoverView),
    /// The acquirer's keys.
    Keys(keys::KeysView),
    /// The program stopped to protect the books.
    Halt(halt::HaltView),
}

/// The sheet over the page, with what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlayView {
    /// More things to do.
    Menu(menu::MenuView),
    /// A manager is needed.
    Approve(approve::ApproveView),
    /// One open item.
    Decide(decide::DecideView),
    /// The journal entries that were never confirmed.
    Entries(entries::EntriesView),
    /// What the day comes to, before it is closed.
    Close(close::CloseView),
}

impl App {
    /// What is on the screen now.
    #[must_use]
    pub fn view(&self) -> View {
        let page = match &self.place {
            Place::Lock(lock) => PageView::Lock(lock::view(self, lock)),
            Place::Sell => PageView::Sell(sell::view(self)),
            Place::Tenders => PageView::Tenders(tenders::view(self)),
            Place::Reader(talk) => PageView::Reader(reader::view(self, talk)),
            Place::Qr { payment, withdraw_asked } => PageView::Qr(qr::view(self, *payment, *withdraw_asked)),
            Place::QrChoice { instead_of } => PageView::QrChoice(qr::choice(self, *instead_of)),
            Place::Card(talk) => PageView::Card(card::view(self, talk)),
            Place::Cash { typed, foreign } => PageView::Cash(cash::view(self, *typed, *foreign)),
            Place::Done { sale, print } => PageView::Done(done::view(self, *sale, *print)),
            Place::Drawer(talk) => PageView::Drawer(drawer::view(self, talk)),
            Place::Refund(talk) => PageView::Refund(refund::view(self, talk)),
            Place::Sign => PageView::Sign(sign::view(self)),
            Place::Queue => PageView::Queue(queue::view(self)),
            Place::Handover(talk) => PageView::Handover(handover::view(self, talk)),
            Place::Desk(talk) => PageView::Desk(desk::view(self, talk)),
            Place::Outage { testing } => PageView::Outage(outage::view(self, *testing)),
            Place::Case(talk) => PageView::Case(case::view(self, talk)),
            Place::Care => PageView::Care(care::view(self)),
            Place::Device(talk) => PageView::Device(device::view(self, talk)),
            Place::Learn { chosen, words } => PageView::Learn(learn::view(self, chosen.as_deref(), words)),
            Place::Day => PageView::Day(day::view(self)),
            Place::Count(talk) => PageView::Count(count::view(self, talk)),
            Place::Statement(talk) => PageView::Statement(statement::view(self, talk)),
            Place::Payees { .. } => PageView::Payees(payees::view(self)),
            Place::Report { files } => PageView::Report(report::view(self, files)),
            Place::Keys(talk) => PageView::Keys(keys::view(self, talk)),
            Place::Halt(why) => PageView::Halt(halt::view(self, why)),
        };
        let overlay = self.overlay.as_ref().and_then(|overlay| match overlay {
            Overlay::Menu => Some(OverlayView::Menu(menu::view(self))),
            Overlay::Approve(talk) => Some(OverlayView::Approve(approve::view(self, talk))),
            Overlay::Decide(talk) => decide::view(self, talk).map(OverlayView::Decide),
            Overlay::Entries => Some(OverlayView::Entries(entries::view(self))),
            Overlay::CloseDay => Some(OverlayView::Close(close::view(self))),
        });
        View { app: app::view(self), status: status::view(self), page, overlay, simulator: None }
    }
}

/// What stands in the place of a sum that would tell what a drawer should hold, before it was counted.
pub(crate) const NOT_BEFORE_COUNT: &str = "–";

/// The time of day as people read it: `12:03`.
pub(crate) fn clock(at: DateTime<FixedOffset>) -> String {
    at.format("%H:%M").to_string()
}

/// The time of day, with the date before it when that is not today.
pub(crate) fn day_and_clock(app: &App, at: DateTime<FixedOffset>) -> String {
    if at.date_naive() == app.now.date_naive() { clock(at) } else { at.format("%Y-%m-%d %H:%M").to_string() }
}

/// How long something has lasted: `0:24`.
pub(crate) fn elapsed(app: &App, since: DateTime<FixedOffset>) -> String {
    let seconds = (app.now - since).num_seconds().max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A length of time in hours and minutes, however many hours they are: `2:05`, `74:05`.
pub(crate) fn lasted(time: TimeDelta) -> String {
    let minutes = time.num_minutes().max(0);
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A sale's running number as people read it: `31 042`.
pub(crate) fn short_reference(app: &App) -> String {
    app.shown_reference().map_or_else(String::new, spoken_reference)
}

/// A sale's running number, grouped so that it can be read aloud.
pub(crate) fn spoken_reference(reference: SaleReference) -> String {
    let sequence = reference.sequence();
    if sequence < 1_000 { sequence.to_string() } else { format!("{} {:03}", sequence / 1_000, sequence % 1_000) }
}
