//! Answers of the reader that come too late: giving up on a payment that a frozen reader holds, and taking back a charge
//! that came to light after the sale had gone another way.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::effect::Effect;
use crate::app::notice::NoticeKind;
use crate::app::reader::reader_state;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::health::Health;
use crate::domain::ids::{PaymentId, SaleId};
use crate::domain::outage::ReaderKind;
use crate::domain::reader::{ReaderFault, ReaderOutcome, ReaderReversal};
use crate::domain::sale::{Payment, ReaderState, SaleState};
use crate::settings::LateApproval;

/// How long a reader that is down may keep a payment before the till goes on without its answer.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::seconds(5);
/// How long a reader that was told to stop may keep a payment.
const STOP_PATIENCE: TimeDelta = TimeDelta::seconds(10);
/// How long to wait before taking back is tried again.
const REVERSE_AGAIN_AFTER: TimeDelta = TimeDelta::seconds(15);

impl App {
    /// A reader that went down in the middle of a payment answers nothing any more: the payment is unknown, and the
    /// cashier goes on. Its answer is still taken when it comes after all.
    pub(super) fn give_up_on_reader(&mut self, turn: &mut Turn) {
        if self.is_busy() || self.gives_up_at().is_none_or(|at| at > self.now) {
            return;
        }
        let Some(payment) = self.payment_on_reader() else { return };
        if let Some(request) = self.reader_request(payment) {
            turn.ask(Effect::AbortReader(request));
        }
        self.watch.reader_paid(payment);
        self.save(vec![Fact::ReaderUnanswered { payment, fault: ReaderFault::TimedOut }], turn);
    }

    /// When the payment that the reader has is given up: soon after the reader was seen to be down, or was told to stop
    /// without a word coming back. Its silence alone is none: a customer may be typing a PIN.
    pub(super) fn gives_up_at(&self) -> Option<DateTime<FixedOffset>> {
        let payment = self.payment_on_reader()?;
        let stopped = self.watch.stop_wanted.filter(|(wanted, _)| *wanted == payment);
        let stopped = stopped.map(|(_, at)| at + STOP_PATIENCE);
        let down = match self.watch.healths.reader {
            Health::Down { .. } => Some(self.watch.reader_since + GIVE_UP_AFTER),
            Health::Working | Health::Doubtful { .. } | Health::Recovering { .. } | Health::OnTrial { .. } => None,
        };
        stopped.into_iter().chain(down).min()
    }

    fn payment_on_reader(&self) -> Option<PaymentId> {
        let asked = |payment: &&Payment| matches!(reader_state(payment), Some(ReaderState::Asked));
        let sale = self.open_sale()?.id;
        let mut payments = self.ledger.payments.of_sale(sale);
        payments.find(asked).map(|payment| payment.id).filter(|payment| self.watch.reader_has(*payment))
    }

    /// A sale that is over was paid another way as well: the charge on the reader goes back, where the shop wants that.
    pub(super) fn reverse_if_too_much(&mut self, sale: SaleId, turn: &mut Turn) {
        let wanted = self.takes_late_charges_back();
        let Some(payment) = self.too_much(sale).filter(|_| wanted) else { return };
        self.save(vec![Fact::ReaderReversing { payment }], turn);
    }

    /// The charge on the reader that the rest of the sale's payments have made superfluous as a whole.
    fn too_much(&self, sale: SaleId) -> Option<PaymentId> {
        let kept = self.ledger.sales.get(&sale)?;
        let owed = match kept.state {
            SaleState::Open => return None,
            SaleState::Done { .. } | SaleState::Abandoned { .. } => kept.owed().minor,
        };
        // A transfer that the customer only says is paid is no money that a charge could be given back for.
        let takes = || self.ledger.payments.of_sale(sale).filter(|payment| payment.is_certain());
        let taken: i64 = takes().map(|payment| payment.amount.minor).sum();
        let charged = |payment: &&Payment| {
            matches!(reader_state(payment), Some(ReaderState::Answered { outcome: ReaderOutcome::Approved { .. }, .. }))
                && taken.saturating_sub(payment.amount.minor) >= owed
        };
        takes().find(charged).map(|payment| payment.id)
    }

    /// Asks the reader to take a charge back, after that is stored; and again, while nobody knows whether it did.
    pub(super) fn reverse_on_reader(&mut self, payment: PaymentId, turn: &mut Turn) {
        if !self.watch.may_be_asked() || self.watch.healths.reader.is_out() {
            self.watch.reverse_at = Some(self.now + REVERSE_AGAIN_AFTER);
            return;
        }
        let Some(kept) = self.ledger.payments.get(&payment) else { return };
        let Some(ReaderState::Reversing { outcome: ReaderOutcome::Approved { transaction, .. }, .. }) =
            reader_state(kept)
        else {
            return;
        };
        let transaction = transaction.clone();
        if let Some(request) = self.reader_request(payment) {
            self.watch.reversing = Some(payment);
            self.watch.reverse_at = None;
            turn.ask(Effect::ReverseOnReader { request, transaction });
        }
    }

    pub(super) fn reader_reversed(&mut self, payment: PaymentId, reversal: ReaderReversal, turn: &mut Turn) {
        self.watch.reversing = None;
        let kept = self.ledger.payments.get(&payment);
        let Some(ReaderState::Reversing { .. }) = kept.and_then(reader_state) else { return };
        let fact = match reversal {
            ReaderReversal::Reversed => Fact::ReaderReversed { payment },
            ReaderReversal::Refused => Fact::ReaderKept { payment },
            ReaderReversal::Unknown { .. } => {
                self.watch.reverse_at = Some(self.now + REVERSE_AGAIN_AFTER);
                return;
            }
        };
        self.watch.reversal_said = Some(fact.clone());
        self.save(vec![fact], turn);
    }

    /// A charge that the sale no longer needs and that nobody has begun to take back: the program ended between two
    /// saves, or one of them failed.
    pub(super) fn reverse_what_was_forgotten(&mut self, turn: &mut Turn) {
        if !self.watch.look_for_charges || self.is_busy() {
            return;
        }
        let approved = |payment: &&Payment| {
            matches!(reader_state(payment), Some(ReaderState::Answered { outcome: ReaderOutcome::Approved { .. }, .. }))
        };
        let sales: Vec<SaleId> = self.ledger.payments.values().filter(approved).map(|payment| payment.sale).collect();
        match sales.into_iter().find(|sale| self.too_much(*sale).is_some()) {
            Some(sale) if self.takes_late_charges_back() => self.reverse_if_too_much(sale, turn),
            Some(_) | None => self.watch.look_for_charges = false,
        }
    }

    fn takes_late_charges_back(&self) -> bool {
        self.settings.late_approval == LateApproval::Reverse
            && matches!(self.reader_kind(), ReaderKind::Connected { .. })
    }

    /// Taking back that is due again: after a restart, or when the last try was not answered.
    pub(super) fn reverse_again(&mut self, turn: &mut Turn) {
        if self.watch.reversing.is_some() || self.watch.reverse_at.is_some_and(|at| at > self.now) {
            return;
        }
        // What the reader said to it is being stored, or has to be stored once more: it is not asked a second time.
        let is_answer = |fact: &Fact| matches!(fact, Fact::ReaderReversed { .. } | Fact::ReaderKept { .. });
        if self.is_saving(is_answer) {
            return;
        }
        let reversing = |payment: &&Payment| matches!(reader_state(payment), Some(ReaderState::Reversing { .. }));
        if let Some(said) = self.watch.reversal_said.take() {
            let payment = said.payment().and_then(|payment| self.ledger.payments.get(&payment));
            if payment.as_ref().is_some_and(reversing) {
                self.watch.reversal_said = Some(said.clone());
                self.save(vec![said], turn);
                return;
            }
        }
        if let Some(payment) = self.ledger.payments.values().find(reversing).map(|payment| payment.id) {
            self.reverse_on_reader(payment, turn);
        }
    }

    /// A charge that stays after all is the manager's to give back.
    pub(super) fn reader_kept(&mut self, payment: PaymentId) {
        if let Some(kept) = self.ledger.payments.get(&payment) {
            self.tell(NoticeKind::GiveBack(kept.amount));
        }
    }
}
