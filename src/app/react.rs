//! What follows from a fact once it is stored: what is sent, and which page is shown.

use crate::app::effect::Effect;
use crate::app::notice::NoticeKind;
use crate::app::place::{Basket, CardStep, Place, PrintState};
use crate::app::{App, Turn};
use crate::domain::batch::BatchAnswer;
use crate::domain::fact::{Fact, FinalAnswer};
use crate::domain::ids::{PaymentId, SaleId};
use crate::domain::outage::ReaderKind;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{GiveBackWay, Tender};
use crate::domain::service::CaseStep;

impl App {
    #[allow(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    pub(super) fn react(&mut self, fact: &Fact, turn: &mut Turn) {
        match fact {
            Fact::SignedIn { person } => {
                self.person = Some(person.clone());
                self.touched_at = self.now;
                self.go_selling();
            }
            Fact::SignedOut { .. } => {
                self.person = None;
                self.overlay = None;
                self.place = Place::lock();
            }
            Fact::PinRefused { .. } => self.pin_answered(true),
            Fact::DayOpened { .. } => self.day_is_opened(),
            Fact::DrawerOpened { foreign: None, .. } => self.go_selling(),
            Fact::DrawerOpened { foreign: Some(_), .. } => self.box_is_opened(),
            Fact::DrawerChosen { .. } => self.drawer_is_chosen(),
            Fact::DrawerCounted { .. } => self.count_is_stored(),
            Fact::DrawerExplained { .. } => self.difference_is_explained(turn),
            Fact::DrawerMoved { .. } => self.drawer_has_moved(turn),
            Fact::DrawerRefused { movement, amount, .. } => self.drawer_has_refused(*movement, *amount),
            Fact::DrawerHandedOver { .. } => self.drawer_is_handed_over(),
            Fact::CashTaken { sale, given, .. } => self.cash_is_taken(*sale, *given, turn),
            Fact::CashReturned { .. } => self.kick(turn),
            Fact::Refunded { sale, refund, way, .. } => self.is_refunded(*sale, *refund, *way, turn),
            Fact::ReceiptQueued { sale, receipt, .. } => self.receipt_is_queued(*sale, *receipt),
            Fact::ReceiptMoved { sale, receipt, state } => self.receipt_has_moved(*sale, *receipt, *state, turn),
            Fact::DrawerKicked {} => self.drawer_is_opened(turn),
            Fact::GivenBack { way, .. } | Fact::CreditReturned { way, .. } => self.money_went_back(*way, turn),
            Fact::DayClosed { .. } => self.day_is_closed(turn),
            // The bar turns red and says what failed; a message over it would only hide that.
            Fact::OutageBegan { .. } | Fact::OutageChanged { .. } => self.watch.outage_is_saving = false,
            Fact::OutageEnded { .. } => self.outage_is_over(),
            Fact::ServiceCase { case, by: Some(_), step } => {
                if *step == (CaseStep::Accepted {}) {
                    self.reader_is_accepted(*case);
                }
                self.case_went_on();
            }
            Fact::DeviceHanded { .. } => self.device_is_handed(),
            // Drivers, watchers and connections of the other reader are made when the program starts.
            Fact::ReaderSwitched { .. } => turn.ask(Effect::StartAgain),
            Fact::SaleDone { sale } => self.sale_is_done(*sale, turn),
            Fact::SaleAbandoned { sale } => self.sale_abandoned(*sale, turn),
            Fact::ReaderAsked { payment, .. } => self.reader_was_asked(*payment, turn),
            Fact::ReaderUnanswered { payment, .. } => self.reader_did_not_answer(*payment, turn),
            Fact::ReaderAnswered { payment, outcome } => self.reader_did_answer(*payment, outcome, turn),
            Fact::ReaderReversing { payment } => self.reverse_on_reader(*payment, turn),
            Fact::ReaderReversed { payment } => self.reader_charge_is_back(*payment),
            Fact::ReaderKept { payment } => self.reader_kept(*payment),
            Fact::ReaderParked { .. } => self.place = Place::Tenders,
            Fact::QrShown { payment, .. } => self.place = Place::Qr { payment: *payment, withdraw_asked: false },
            Fact::QrMoved { payment, qr: QrState::Withdrawn } => self.show_tenders_after(*payment),
            // A transfer that is real now may make a charge on the reader superfluous.
            Fact::QrMoved { payment, qr } => {
                self.watch.look_for_charges = true;
                if let QrState::ConfirmedByShop { .. } = qr {
                    self.leave_code_of_desk(*payment);
                }
            }
            Fact::LineMatched { .. } | Fact::PayoutMatched { .. } => {
                self.watch.look_for_charges = true;
            }
            Fact::CardSending { payment, trace } => {
                self.show_card_step(*payment, CardStep::AskingBank, None);
                self.ask_host(*payment, trace.clone(), turn);
            }
            Fact::CardReversing { payment, .. } => {
                self.show_card_step(*payment, CardStep::Reversing, None);
                self.reverse_at_host(*payment, turn);
            }
            Fact::CardAnswered { payment, answer } => self.card_was_answered(*payment, answer),
            Fact::CardReversed { payment, .. } => self.card_is_reversed(*payment),
            Fact::BatchSending { .. } => self.ask_batch(turn),
            Fact::BatchAnswered { answer: BatchAnswer::Refused { .. }, .. } => self.tell(NoticeKind::BatchRefused),
            Fact::CardHandedOver { .. } => self.cards_are_handed_over(turn),
            Fact::CardVoiceApproved { payment, .. } | Fact::CardAdvising { payment, .. } => {
                self.advise_host(*payment, turn);
            }
            Fact::CardVoiding { payment, .. } => self.void_at_host(*payment, turn),
            Fact::CardVoided { payment } => self.void_is_known(*payment),
            Fact::CardVoidRefused { payment, code } => self.void_is_refused(*payment, code),
            Fact::CardUndone { payment } => self.show_tenders_after(*payment),
            Fact::CardParked { payment, .. } => self.card_is_parked(*payment),
            Fact::StatementImported { statement, .. } => self.statement_is_stored(*statement),
            Fact::ManagerApproved { .. }
            | Fact::KeyImported { .. }
            | Fact::KeyConfirmed { .. }
            | Fact::KeyRetired { .. }
            | Fact::ServiceCase { by: None, .. }
            | Fact::UpkeepDone { .. }
            | Fact::DeviceAttached { .. }
            | Fact::SaleBegan { .. }
            | Fact::ReaderDecided { .. }
            | Fact::PayeeApproved { .. }
            | Fact::PayeeTestShown { .. }
            | Fact::PayeeTested { .. }
            | Fact::PayeeRetired { .. }
            | Fact::CardSealed { .. }
            | Fact::CardNotTaken { .. }
            | Fact::CardUnanswered { .. }
            | Fact::CardApprovedInPart { .. }
            | Fact::ContactKept { .. }
            | Fact::CardUnparked { .. }
            | Fact::CardSettled { .. }
            | Fact::CardTriesEnded { .. }
            | Fact::CardReplaced { .. }
            | Fact::CardReplacedAgain { .. }
            | Fact::CardTakenBack { .. }
            | Fact::CardForwarded { .. }
            | Fact::HandoverTaken { .. }
            | Fact::TakenCardMoved { .. }
            | Fact::BatchOpened { .. }
            | Fact::BatchAnswered { .. }
            | Fact::BatchTriedAgain { .. }
            | Fact::CardWrittenOff { .. }
            | Fact::SaleRecalled { .. }
            | Fact::RefundSent { .. }
            | Fact::LineExplained { .. }
            | Fact::DecisionUndone { .. }
            | Fact::SuggestionRefused { .. }
            | Fact::LossUndone { .. }
            | Fact::ItemCarried { .. }
            | Fact::QrWrittenOff { .. } => {}
        }
    }

    fn day_is_opened(&mut self) {
        self.forget_old_receipts();
        self.tell(NoticeKind::DayOpened);
    }

    fn drawer_is_opened(&mut self, turn: &mut Turn) {
        self.kick(turn);
        self.tell(NoticeKind::DrawerOpened);
    }

    /// Cash that goes back comes out of the drawer.
    fn money_went_back(&self, way: GiveBackWay, turn: &mut Turn) {
        match way {
            GiveBackWay::Cash { paid: Some(paid), .. } if paid.is_zero() => {}
            GiveBackWay::Cash { .. } => self.kick(turn),
            GiveBackWay::OnReader | GiveBackWay::OtherWay => {}
        }
    }

    fn outage_is_over(&mut self) {
        self.watch.outage_is_saving = false;
        self.tell(NoticeKind::ReaderBack);
    }

    /// A save of these facts failed: whoever waits for them goes on as if they had not been asked for.
    ///
    /// An answer that could not be stored is asked for again by [`Self::recover`]: its request is still on disk as sent.
    pub(super) fn undo_waiting(&mut self, facts: &[Fact]) {
        self.pin_answered(false);
        self.watch.outage_is_saving = false;
        self.watch.look_for_charges = true;
        for fact in facts {
            if let Fact::BatchSending { .. } | Fact::BatchAnswered { .. } | Fact::BatchTriedAgain { .. } = fact {
                self.settle_later();
            }
            if let Fact::CardSealed { .. } = fact {
                self.place = Place::Tenders;
            }
            let kept = fact.payment().and_then(|payment| self.ledger.payments.get(&payment));
            let card = kept.filter(|payment| matches!(payment.tender, Tender::Card { .. })).map(|payment| payment.id);
            if let Some(payment) = card {
                self.forward_not_saved(payment);
            }
        }
    }

    fn reader_was_asked(&mut self, payment: PaymentId, turn: &mut Turn) {
        self.place = self.reader_place(payment);
        match (self.reader_kind(), self.reader_request(payment)) {
            (ReaderKind::Connected { .. }, Some(request)) => {
                self.watch.reader_pays(payment);
                turn.ask(Effect::PayOnReader(request));
            }
            (ReaderKind::Connected { .. }, None) | (ReaderKind::Standalone, _) => {}
        }
    }

    fn reader_did_not_answer(&mut self, payment: PaymentId, turn: &mut Turn) {
        self.basket.reader_failed = true;
        if matches!(&self.place, Place::Reader(talk) if talk.payment == payment) {
            self.place = Place::Tenders;
        }
        self.ask_reader_now(payment, turn);
    }

    fn reader_did_answer(&mut self, payment: PaymentId, outcome: &ReaderOutcome, turn: &mut Turn) {
        match outcome {
            ReaderOutcome::Declined { reason, .. } => {
                if let Place::Reader(talk) = &mut self.place
                    && talk.payment == payment
                {
                    talk.declined = Some(*reason);
                }
            }
            ReaderOutcome::NotCharged { .. } => {
                self.basket.reader_failed = true;
                if matches!(&self.place, Place::Reader(talk) if talk.payment == payment) {
                    self.place = Place::Tenders;
                }
            }
            ReaderOutcome::Approved { .. } => {
                let Some(kept) = self.ledger.payments.get(&payment) else { return };
                let (sale, amount) = (kept.sale, kept.amount);
                if self.open_sale().is_none_or(|open| open.id != sale) {
                    self.reverse_if_too_much(sale, turn);
                } else if !matches!(&self.place, Place::Reader(talk) if talk.payment == payment) {
                    self.tell(NoticeKind::ChargedAfterAll(amount));
                }
            }
            ReaderOutcome::Unknown { .. } => {}
        }
    }

    fn reader_charge_is_back(&mut self, payment: PaymentId) {
        if let Some(kept) = self.ledger.payments.get(&payment) {
            self.tell(NoticeKind::ChargeTakenBack(kept.amount));
        }
    }

    fn card_was_answered(&mut self, payment: PaymentId, answer: &FinalAnswer) {
        let Some(kept) = self.ledger.payments.get(&payment) else { return };
        let later = matches!(kept.tender, Tender::Card { promise: Promise::SentLater { .. }, .. });
        let amount = kept.amount;
        match answer {
            FinalAnswer::Approved { .. } if later => self.tell(NoticeKind::PaymentSent(amount)),
            FinalAnswer::Declined { .. } if later => self.tell(NoticeKind::PaymentParked(amount)),
            FinalAnswer::Approved { .. } => {}
            FinalAnswer::Declined { code, .. } => {
                self.show_card_step(payment, CardStep::Declined, Some(code.clone()));
            }
        }
    }

    /// A card of which the bank would have paid a part only is refused once that part is undone.
    fn card_is_reversed(&mut self, payment: PaymentId) {
        let kept = self.ledger.payments.get(&payment);
        if let Some(Tender::Card { card: CardState::Declined { code, hard, .. }, .. }) = kept.map(|kept| &kept.tender) {
            let answer = FinalAnswer::Declined { code: code.clone(), hard: *hard };
            self.card_was_answered(payment, &answer);
        }
    }

    fn card_is_parked(&mut self, payment: PaymentId) {
        self.forward.release(payment);
        if let Some(kept) = self.ledger.payments.get(&payment) {
            self.tell(NoticeKind::PaymentParked(kept.amount));
        }
        self.show_tenders_after(payment);
    }

    /// The payment ended without taking the sale: the ways to pay are shown again, if its page is still there.
    fn show_tenders_after(&mut self, payment: PaymentId) {
        let shown = match &self.place {
            Place::Qr { payment: shown, .. } => Some(*shown),
            Place::Card(talk) => talk.payment,
            Place::Reader(talk) => Some(talk.payment),
            Place::Lock(_)
            | Place::Sell
            | Place::Tenders
            | Place::QrChoice { .. }
            | Place::Desk(_)
            | Place::Handover(_)
            | Place::Cash { .. }
            | Place::Done { .. }
            | Place::Drawer(_)
            | Place::Refund(_)
            | Place::Sign
            | Place::Queue
            | Place::Outage { .. }
            | Place::Case(_)
            | Place::Care
            | Place::Device(_)
            | Place::Learn { .. }
            | Place::Day
            | Place::Count(_)
            | Place::Statement(_)
            | Place::Payees { .. }
            | Place::Report { .. }
            | Place::Keys(_)
            | Place::Halt(_) => None,
        };
        if shown == Some(payment) {
            self.leave_code_of_desk(payment);
        }
        if shown == Some(payment) && !self.is_beside_selling(payment) {
            self.place = Place::Tenders;
        }
    }

    fn sale_is_done(&mut self, sale: SaleId, turn: &mut Turn) {
        self.basket = Basket::default();
        if self.person.is_some() && self.place.belongs_to_selling() {
            self.place = Place::Done { sale, print: PrintState::Printing };
        }
        self.print_receipt(sale, false, turn);
        self.reverse_if_too_much(sale, turn);
    }
}
