//! The app: one loop that turns events into effects, and does nothing else.
//!
//! [`App::handle`] performs no IO, reads no clock and draws no random number, so a whole trading day can be replayed in
//! a test from a seed. Money moves in three steps, always the same:
//!
//! 1. a touch or an answer makes facts, and [`Effect::Save`] carries them out ([`App::save`]);
//! 2. the store answers [`Event::Stored`]; only now the ledger takes the facts;
//! 3. [`react`] says what follows from each stored fact: a request is sent, a page is shown.
//!
//! So nothing is sent and nothing is shown as taken before it is on disk, and a failed save changes nothing but the
//! message. After a restart the same facts lead to the same reactions ([`recover`]).
//!
//! Reading order: [`event`], [`effect`], this file, [`place`], then one file per conversation.

mod approval;
mod approve;
mod basket;
mod batch;
mod card;
mod care;
pub(crate) mod cash;
pub(crate) mod climb;
mod count;
pub(crate) mod day;
pub(crate) mod decide;
pub(crate) mod desk;
pub(crate) mod device;
pub mod drawer;
mod drawer_holder;
pub mod effect;
pub mod entries;
pub mod event;
pub(crate) mod forward;
mod go;
pub mod handover;
mod keys;
mod known;
mod late;
mod learn;
mod lock;
mod menu;
pub mod notice;
mod payees;
pub mod place;
mod printing;
mod qr;
mod react;
mod reader;
mod recover;
pub mod refund;
mod report;
mod saving;
mod seen;
mod sell;
pub(crate) mod service;
mod sign;
mod start;
mod statement;
mod tenders;
pub mod touch;
mod turn;
pub(crate) mod watch;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::batch::Settling;
use crate::app::climb::Climb;
use crate::app::effect::Effect;
use crate::app::entries::UnconfirmedEntry;
use crate::app::event::{AppTouch, Event, Input, Language, Touch};
use crate::app::forward::Forward;
use crate::app::notice::{Notice, NoticeKind};
use crate::app::place::{Basket, CaseTalk, Overlay, Place};
use crate::app::printing::Printing;
pub use crate::app::start::Start;
pub(crate) use crate::app::turn::Turn;
use crate::app::watch::Watch;
use crate::domain::day::Findings;
use crate::domain::fact::Fact;
use crate::domain::ids::{IdSource, PersonId, SaleId, SaveId};
use crate::domain::ledger::Ledger;
use crate::domain::limits::{CardSpend, CardWindow};
use crate::settings::Settings;

/// Idle time after which the till locks itself (PCI DSS 4.0.1, 8.2.8: 15 minutes).
const IDLE_MAX: TimeDelta = TimeDelta::minutes(15);
/// How long the till waits, after a save was refused, before it saves anything that nobody asked for.
const SAVE_AGAIN_AFTER: TimeDelta = TimeDelta::seconds(2);

/// The state of the till.
#[derive(Debug)]
pub struct App {
    pub(crate) settings: Arc<Settings>,
    pub(crate) demo: bool,
    pub(crate) unconfirmed: Vec<UnconfirmedEntry>,
    pub(crate) ledger: Ledger,
    /// What the statements say, until something of it changes; see [`App::findings`].
    findings: OnceCell<Findings>,
    pub(crate) now: DateTime<FixedOffset>,
    pub(crate) ids: IdSource,
    pub(crate) touched_at: DateTime<FixedOffset>,
    pub(crate) person: Option<PersonId>,
    pub(crate) language: Language,
    pub(crate) place: Place,
    pub(crate) overlay: Option<Overlay>,
    pub(crate) basket: Basket,
    pub(crate) watch: Watch,
    pub(crate) climb: Climb,
    pub(crate) forward: Forward,
    settling: Settling,
    pub(crate) saving: BTreeMap<SaveId, Vec<Fact>>,
    pub(crate) card_window: CardWindow,
    /// What a card that is being saved adds to the window.
    counting: Option<(SaveId, CardSpend)>,
    pub(crate) notice: Option<Notice>,
    /// A save was refused: until then nothing is saved but what a person or an answer asks for.
    quiet_until: Option<DateTime<FixedOffset>>,
    pub(crate) checkpoint: Option<String>,
    /// The day page shows bars in place of what is open.
    pub(crate) shows_charts: bool,
    pub(crate) printing: Printing,
    /// The sales whose receipts were written into a file since the day began; those of a printer are in the ledger.
    pub(crate) receipts_written: BTreeSet<SaleId>,
}

impl App {
    /// The app on what the store found.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let language = start.settings.language;
        let mut app = Self {
            watch: Watch::new(start.at),
            climb: Climb::default(),
            settings: start.settings,
            demo: start.demo,
            unconfirmed: start.unconfirmed,
            printing: Printing::new(&start.ledger),
            ledger: start.ledger,
            findings: OnceCell::new(),
            now: start.at,
            ids: IdSource::new(0, 0),
            touched_at: start.at,
            person: None,
            language,
            place: Place::lock(),
            overlay: None,
            basket: Basket::default(),
            forward: Forward::default(),
            settling: Settling::default(),
            saving: BTreeMap::new(),
            card_window: start.card_window,
            counting: None,
            notice: None,
            quiet_until: None,
            checkpoint: None,
            shows_charts: false,
            receipts_written: BTreeSet::new(),
        };
        app.take_outage_up();
        if start.repaired {
            app.tell(NoticeKind::StoreRepaired);
        } else if !app.unconfirmed.is_empty() {
            app.tell(NoticeKind::EntryUnconfirmed(app.unconfirmed_count()));
        }
        app
    }

    /// Takes one event and says what is to be done outside.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        let unix_ms = u64::try_from(input.at.timestamp_millis()).unwrap_or(0);
        let mut turn = Turn { ids: self.ids.next_event(unix_ms, input.entropy), effects: Vec::new() };
        if input.at < self.now {
            self.clock_went_back(self.now - input.at);
        }
        if input.at.date_naive() != self.now.date_naive() {
            self.findings.take();
        }
        self.now = input.at;
        if !matches!(self.place, Place::Halt(_)) {
            let was_typing = matches!(self.place, Place::Card(_));
            self.take(input.event, &mut turn);
            self.pass_time(&mut turn);
            if was_typing && !matches!(self.place, Place::Card(_)) {
                // However the card page was left, by a touch, an answer or the idle lock: no digit stays behind.
                turn.ask(Effect::ForgetCard);
            }
        }
        self.ids = turn.ids;
        turn.effects
    }

    /// The next moment at which time alone leads to something.
    #[must_use]
    pub fn next_wake(&self) -> DateTime<FixedOffset> {
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let forward = self.next_forward_at().map(|at| self.quiet_until.map_or(at, |until| at.max(until)));
        let times = [
            Some(self.watch.next_wake()),
            forward,
            self.quiet_until,
            notice,
            self.next_question_at(),
            self.gives_up_at(),
            self.silence_ends_at(),
            self.watch.reverse_at,
            self.next_climb_at(),
            self.next_printer_at(),
            self.next_settling_at(),
        ];
        times.into_iter().flatten().min().unwrap_or(self.now + TimeDelta::seconds(1))
    }

    /// What the till knows. Tests and reports read it; nothing outside changes it.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn take(&mut self, event: Event, turn: &mut Turn) {
        match event {
            Event::Clock => self.ask_statement_progress(turn),
            Event::Touch(touch) => self.touch(touch, turn),
            Event::CardTyped(entry) => self.card_typed(entry),
            Event::Stored(id, extra) => self.stored(id, extra, turn),
            Event::NotStored(id, why) => self.not_stored(id, why),
            Event::ReaderProbed(report) => self.reader_probed(&report),
            Event::ReaderNews(news) => self.reader_news(&news),
            Event::HostNews => self.host_news(),
            Event::LinkChanged { is_up } => self.link_changed(is_up),
            Event::RungTried(step) => self.rung_tried(step, turn),
            Event::ReaderPaid { payment, outcome } => self.reader_paid(payment, outcome, turn),
            Event::ReaderTold { payment, outcome } => self.reader_told(payment, outcome, turn),
            Event::ReaderReversed { payment, reversal } => self.reader_reversed(payment, reversal, turn),
            Event::WorkerFailed(worker) => self.place = Place::Halt(format!("part “{worker}” of the till failed")),
            Event::LineProbed(report) => self.line_probed(report),
            Event::HostEchoed(echo) => self.host_echoed(&echo),
            Event::HostAnswered { payment, answer } => self.host_answered(payment, answer, turn),
            Event::HostReversed { payment, answer } => self.host_reversed(payment, answer, turn),
            Event::HostVoided { payment, answer } => self.host_voided(payment, answer, turn),
            Event::HostAdvised { payment, answer } => self.host_advised(payment, answer, turn),
            Event::CardSealed { payment, sealed } => self.card_sealed(payment, sealed, turn),
            Event::SaleFound { reference, found } => self.sale_is_found(reference, found),
            Event::ContactRead { payment, telephone } => self.contact_read(payment, telephone),
            Event::KeyRead(read) => self.key_read(read, turn),
            Event::BatchAnswered { number, answer } => self.batch_answered(number, answer, turn),
            Event::Handover(news) => self.handover_news(news, turn),
            Event::PinChecked { person, right } => self.pin_checked(person, right, turn),
            Event::StatementsFound(files) => self.statements_found(files),
            Event::StatementProgress { lines, about } => self.statement_progressed(lines, about),
            Event::StatementRead { file, result } => self.statement_read(&file, result, turn),
            Event::ReportWritten(result) => self.report_written(result),
            Event::BackedUp(result) => self.backed_up(result, turn),
            Event::PicturesTaken(result) => self.pictures_taken(result, turn),
            Event::Printed { sale, result } => self.printed(sale, &result),
            Event::ReceiptSent { sale, receipt, result } => self.receipt_sent(sale, receipt, result, turn),
            Event::PrinterTold(told) => self.printer_told(told),
            Event::DrawerKicked(result) => self.drawer_kicked(result),
        }
    }

    fn touch(&mut self, touch: Touch, turn: &mut Turn) {
        self.touched_at = self.now;
        match touch {
            Touch::App(touch) => self.touch_app(touch, turn),
            Touch::Lock(touch) => self.touch_lock(touch, turn),
            Touch::Sell(touch) => self.touch_sell(touch, turn),
            Touch::Tenders(touch) => self.touch_tenders(touch, turn),
            Touch::Reader(touch) => self.touch_reader(touch, turn),
            Touch::Qr(touch) => self.touch_qr(touch, turn),
            Touch::Card(touch) => self.touch_card(touch, turn),
            Touch::Cash(touch) => self.touch_cash(touch, turn),
            Touch::Done(touch) => self.touch_done(touch, turn),
            Touch::Drawer(touch) => self.touch_drawer(touch, turn),
            Touch::Refund(touch) => self.touch_refund(touch, turn),
            Touch::Sign(touch) => self.touch_sign(&touch, turn),
            Touch::Queue(touch) => self.touch_queue(touch, turn),
            Touch::Handover(touch) => self.touch_handover(touch, turn),
            Touch::Desk(touch) => self.touch_desk(touch, turn),
            Touch::Outage(touch) => self.touch_outage(touch),
            Touch::Day(touch) => self.touch_day(touch, turn),
            Touch::Count(touch) => self.touch_count(touch, turn),
            Touch::Statement(touch) => self.touch_statement(touch, turn),
            Touch::Decide(touch) => self.touch_decide(touch, turn),
            Touch::Payees(touch) => self.touch_payees(touch, turn),
            Touch::Report(touch) => self.touch_report(touch, turn),
            Touch::Approve(touch) => self.touch_approve(touch, turn),
            Touch::Menu(touch) => self.touch_menu(touch, turn),
            Touch::Keys(touch) => self.touch_keys(touch, turn),
            Touch::Case(touch) => self.touch_case(touch, turn),
            Touch::Care(touch) => self.touch_care(touch, turn),
            Touch::Device(touch) => self.touch_device(touch, turn),
            Touch::Learn(touch) => self.touch_learn(touch),
        }
    }

    fn touch_app(&mut self, touch: AppTouch, turn: &mut Turn) {
        match touch {
            AppTouch::ChooseLanguage(language) => self.language = language,
            AppTouch::SignOut => self.sign_out(turn),
            AppTouch::OpenMenu if self.person.is_some() => self.overlay = Some(Overlay::Menu),
            AppTouch::OpenQueue if self.person.is_some() => self.visit(Place::Queue),
            AppTouch::OpenOutage if self.person.is_some() => self.visit(Place::outage()),
            AppTouch::OpenDrawerPage if self.person.is_some() => self.open_drawer_page(),
            AppTouch::OpenCase if self.person.is_some() => self.visit(Place::Case(CaseTalk::default())),
            AppTouch::OpenMenu
            | AppTouch::OpenDrawerPage
            | AppTouch::OpenQueue
            | AppTouch::OpenOutage
            | AppTouch::OpenCase => {}
            AppTouch::CloseOverlay => self.close_overlay(turn),
            AppTouch::Back => self.back(turn),
            AppTouch::DismissMessage => self.notice = None,
        }
    }

    /// The system's clock was set back: nothing may wait for the hour that comes once more.
    fn clock_went_back(&mut self, by: TimeDelta) {
        self.watch.clock_went_back(by);
        self.climb.clock_went_back(by);
        self.forward.clock_went_back(by);
        self.printer_clock_went_back(by);
        self.touched_at -= by;
        self.quiet_until = self.quiet_until.map(|until| until - by);
        if let Some(notice) = &mut self.notice {
            notice.until -= by;
        }
    }

    /// What time alone leads to, looked at after every event.
    fn pass_time(&mut self, turn: &mut Turn) {
        if self.notice.as_ref().is_some_and(|notice| notice.until <= self.now) {
            self.notice = None;
        }
        self.end_silence();
        self.probe_what_is_due(turn);
        self.climb_what_is_due(turn);
        self.ask_reader_again(turn);
        if self.quiet_until.is_some_and(|until| until > self.now) {
            return;
        }
        self.quiet_until = None;
        let idle = self.now - self.touched_at >= IDLE_MAX && self.open_sale().is_none();
        if self.person.is_some() && idle && !self.is_busy() {
            self.sign_out(turn);
        }
        self.give_up_on_reader(turn);
        self.recover(turn);
        self.reverse_what_was_forgotten(turn);
        self.reverse_again(turn);
        self.note_outage(turn);
        self.note_case(turn);
        self.forward_what_is_due(turn);
        self.settle_what_is_due(turn);
        self.print_what_is_due(turn);
    }

    fn sign_out(&mut self, turn: &mut Turn) {
        if let Some(person) = self.person.clone() {
            self.save(vec![Fact::SignedOut { person }], turn);
        }
    }
}
