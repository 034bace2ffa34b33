//! Choosing the way to pay, and going on with a sale whose first attempt failed.

use crate::app::event::TendersTouch;
use crate::app::place::{ApproveWhy, Place};
use crate::app::reader::approved_by_word;
use crate::app::{App, Turn};
use crate::domain::fact::{Fact, ManagedAct};
use crate::domain::ids::{PaymentId, SaleId};
use crate::domain::outage::{CardOffer, QrOffer, ReaderCause, ReaderKind, ReaderOffer};
use crate::domain::qr::QrState;
use crate::domain::queue::CardState;
use crate::domain::reader::{ReaderFault, ReaderOutcome};
use crate::domain::sale::{Payment, ReaderState, Tender, TenderKind};

impl App {
    pub(super) fn touch_tenders(&mut self, touch: TendersTouch, turn: &mut Turn) {
        if !matches!(self.place, Place::Tenders) {
            return;
        }
        match touch {
            TendersTouch::Choose(tender) => self.choose_tender(tender, turn),
            TendersTouch::ChangeAmount | TendersTouch::CancelSale => {
                if let Some(sale) = self.open_sale() {
                    let sale = sale.id;
                    let parts = self.undone_parts(sale).filter(|_| !self.is_busy());
                    // Money that was taken already goes back only where the whole sale is given up.
                    let may = |parts: &Vec<Fact>| parts.is_empty() || touch == TendersTouch::CancelSale;
                    if let Some(parts) = parts.filter(may) {
                        let is_cash = |fact: &Fact| matches!(fact, Fact::CashReturned { .. });
                        if parts.iter().any(is_cash) && self.refuses_sale_of_another() {
                            return;
                        }
                        self.save(parts.into_iter().chain([Fact::SaleAbandoned { sale }]).collect(), turn);
                    }
                } else {
                    if touch == TendersTouch::CancelSale {
                        self.basket = crate::app::place::Basket::default();
                    }
                    self.place = Place::Sell;
                }
            }
            TendersTouch::AskAgain => {
                if let Some(payment) = self.unknown_attempt() {
                    self.ask_reader_now(payment, turn);
                }
            }
            TendersTouch::ParkAttempt => {
                if let Some(payment) = self.unknown_attempt() {
                    self.ask_manager(ApproveWhy::ParkAttempt { payment });
                }
            }
            TendersTouch::TerminalCharged => self.terminal_says(approved_by_word(), turn),
            TendersTouch::TerminalNotCharged => {
                self.terminal_says(ReaderOutcome::NotCharged { fault: ReaderFault::Broken }, turn);
            }
            TendersTouch::FinishCharged => {
                if let Some(sale) = self.open_sale().filter(|sale| self.ledger.remaining(sale).minor <= 0) {
                    let sale = sale.id;
                    self.save(vec![Fact::SaleDone { sale }], turn);
                }
            }
        }
    }

    /// What a terminal that cannot be asked shows or has printed of the attempt nobody knows about.
    fn terminal_says(&mut self, outcome: ReaderOutcome, turn: &mut Turn) {
        if let Some(payment) = self.unknown_attempt() {
            self.terminal_said(payment, outcome, turn);
        }
    }

    /// Begins a payment in a tender that is offered now.
    pub(super) fn choose_tender(&mut self, tender: TenderKind, turn: &mut Turn) {
        // While an attempt is pending, its part of the sale is not to be paid another way.
        let may_be_paid = match self.open_sale() {
            Some(sale) => self.ledger.remaining(sale).minor > 0,
            None => self.amount_is_good(),
        };
        if self.is_busy() || !may_be_paid {
            return;
        }
        let offers = self.offers();
        let is_card = matches!(tender, TenderKind::Reader | TenderKind::Card);
        if is_card && self.has_parked_attempt() {
            return;
        }
        match tender {
            TenderKind::Reader => match offers.reader {
                ReaderOffer::Offered => self.begin_reader(turn),
                ReaderOffer::Off(_) => self.place = Place::Tenders,
            },
            TenderKind::Qr => match offers.qr {
                QrOffer::Offered | QrOffer::OfferedLineDown => self.begin_qr(turn),
                QrOffer::NoPayee | QrOffer::NotTested | QrOffer::NotWanted => {}
            },
            TenderKind::Card => match offers.card {
                CardOffer::BankAnswersNow => self.begin_card(false),
                CardOffer::StoredAndSentLater => self.begin_card(true),
                CardOffer::Off(_) => {}
            },
            TenderKind::Cash => self.begin_cash(turn),
        }
    }

    /// Whether an attempt on this sale's card may still turn out to be charged. The customer's card is then not asked for
    /// a second time: only money that is no card's can be told apart from it later.
    pub(crate) fn has_parked_attempt(&self) -> bool {
        let parked = |payment: &Payment| {
            matches!(
                &payment.tender,
                Tender::Reader { reader: ReaderState::Parked { .. }, .. }
                    | Tender::Card { card: CardState::Parked { trace: Some(_), .. }, .. }
            )
        };
        self.open_sale().is_some_and(|sale| self.ledger.payments.of_sale(sale.id).any(parked))
    }

    /// The cashier says that cards do not work. A reader that can be asked is asked at once; one that cannot is down now.
    pub(super) fn card_does_not_work(&mut self) {
        self.basket.reader_failed = true;
        match self.reader_kind() {
            ReaderKind::Standalone => self.reader_is_down(ReaderCause::ReportedByHand),
            ReaderKind::Connected { .. } => self.watch.probe_reader_soon(self.now),
        }
        if self.basket.minor > 0 && self.amount_is_good() {
            self.place = Place::Tenders;
        }
    }

    /// The page a sale that is open in the ledger goes on with: after a restart, or back from another page.
    pub(super) fn place_of_sale(&self, sale: SaleId) -> Place {
        let mut payments = self.ledger.payments.of_sale(sale);
        payments
            .find_map(|payment| match &payment.tender {
                Tender::Qr { qr: QrState::Shown | QrState::CustomerSaysPaid { .. }, .. } => {
                    Some(Place::Qr { payment: payment.id, withdraw_asked: false })
                }
                Tender::Reader { reader: ReaderState::Asked, .. } => Some(self.reader_place(payment.id)),
                Tender::Qr { .. } | Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. } => None,
            })
            .unwrap_or(Place::Tenders)
    }

    /// The attempt of the open sale on the reader that nobody knows the outcome of.
    pub(crate) fn unknown_attempt(&self) -> Option<PaymentId> {
        let sale = self.open_sale()?.id;
        let unknown =
            |payment: &&Payment| matches!(payment.tender, Tender::Reader { reader: ReaderState::Unknown { .. }, .. });
        self.ledger.payments.of_sale(sale).find(unknown).map(|payment| payment.id)
    }

    /// Whether nothing of a sale was paid and nothing is pending or being undone.
    pub(crate) fn can_abandon(&self, sale: SaleId) -> bool {
        self.undone_parts(sale).is_some_and(|parts| parts.is_empty())
    }

    /// A manager let the sale go another way.
    pub(super) fn park_attempt(&mut self, payment: PaymentId, approval: Fact, turn: &mut Turn) {
        let Fact::ManagerApproved { manager, .. } = &approval else { return };
        let by = manager.clone();
        self.save(vec![approval, Fact::ReaderParked { payment, by }], turn);
    }

    pub(super) fn park_act(&self, payment: PaymentId) -> Option<ManagedAct> {
        let payment = self.ledger.payments.get(&payment)?;
        Some(ManagedAct::UnknownAttemptParked { sale: payment.sale, amount: payment.amount })
    }
}
