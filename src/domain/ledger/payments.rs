//! Facts about payments: how each begins, and what the reader and transfers go through.

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::ledger::{Ledger, Row};
use crate::domain::qr::QrState;
use crate::domain::queue::CardState;
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{CashState, Payment, ReaderState, Tender};

impl Ledger {
    pub(super) fn begin_payment(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let (id, sale_id, amount, tender) = match fact {
            Fact::ReaderAsked { payment, sale, amount, service_id } => {
                let tender = Tender::Reader { service_id: service_id.clone(), reader: ReaderState::Asked };
                (*payment, *sale, *amount, tender)
            }
            Fact::QrShown { payment, sale, amount, code } => {
                (*payment, *sale, *amount, Tender::Qr { code: code.clone(), qr: QrState::Shown })
            }
            Fact::CardSealed { payment, sale, amount, brand, last4, sealed_sha256, promise } => {
                let tender = Tender::Card {
                    brand: *brand,
                    last4: last4.clone(),
                    sealed_sha256: sealed_sha256.clone(),
                    promise: *promise,
                    card: CardState::Stored { attempts: 0, next_try: at, shared: None },
                    refusals: None,
                    contact: None,
                };
                (*payment, *sale, *amount, tender)
            }
            Fact::CashTaken { payment, sale, amount, given, change, drawer, foreign } => {
                let (given, change, drawer, foreign) = (*given, *change, *drawer, *foreign);
                let tender = Tender::Cash { given, change, drawer, foreign, cash: CashState::Taken };
                if let Some(foreign) = &foreign {
                    self.check_exchange(given, change, drawer, foreign)?;
                }
                (*payment, *sale, *amount, tender)
            }
            other => return Err(format!("{} begins no payment", other.kind())),
        };
        let sale = self.sales.get(&sale_id).ok_or("no such sale")?;
        // The one rule that keeps a sale from being charged twice: what is taken and pending never exceeds the sale.
        if amount.minor <= 0 || amount.minor > self.remaining(sale).minor {
            return Err(format!("{amount} is more than what remains of the sale"));
        }
        let payment = Payment { id, sale: sale_id, till: sale.till, day: sale.day, amount, began: at, tender };
        if self.payments.contains_key(&id) {
            return Err(format!("payment {id} existed already"));
        }
        let boxed = self.note_rate(&payment.tender);
        self.payments.insert(payment);
        Ok([Row::Payment(id)].into_iter().chain(boxed).collect())
    }

    pub(super) fn apply_reader(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let (id, next) = match fact {
            Fact::ReaderUnanswered { payment, fault } => (payment, ReaderState::Unknown { fault: *fault }),
            Fact::ReaderAnswered { outcome: ReaderOutcome::Unknown { .. }, .. } => {
                return Err("an unknown outcome is no answer".to_owned());
            }
            Fact::ReaderAnswered { payment, outcome } => {
                (payment, ReaderState::Answered { outcome: outcome.clone(), at })
            }
            Fact::ReaderParked { payment, by } => (payment, ReaderState::Parked { by: by.clone() }),
            Fact::ReaderDecided { payment, charged, by } => {
                (payment, ReaderState::Decided { charged: *charged, by: by.clone() })
            }
            Fact::ReaderReversing { .. } | Fact::ReaderReversed { .. } | Fact::ReaderKept { .. } => {
                return self.apply_reader_reversal(at, fact);
            }
            other => return Err(format!("{} is no fact of the reader", other.kind())),
        };
        let reader = self.reader_state_mut(*id)?;
        match reader {
            ReaderState::Asked | ReaderState::Unknown { .. } | ReaderState::Parked { .. } => *reader = next,
            // The reader's own approval outdoes what it had said before, however late it comes: money has moved.
            ReaderState::Answered {
                outcome: ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. },
                ..
            } if matches!(next, ReaderState::Answered { outcome: ReaderOutcome::Approved { .. }, .. }) => {
                *reader = next;
            }
            // A person decides what nobody could find out, also of one that was to be taken back.
            ReaderState::Reversing { .. } if matches!(fact, Fact::ReaderDecided { .. }) => *reader = next,
            ReaderState::Answered { .. }
            | ReaderState::Reversing { .. }
            | ReaderState::Reversed { .. }
            | ReaderState::Kept { .. }
            | ReaderState::Decided { .. } => {
                return Err("the payment has its answer already".to_owned());
            }
        }
        Ok(vec![Row::Payment(*id)])
    }

    /// A charge on the reader that is taken back, was taken back, or stays after all.
    fn apply_reader_reversal(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let id = fact.payment().ok_or("it names no payment")?;
        let reader = self.reader_state_mut(id)?;
        let next = match (&*reader, fact) {
            (
                ReaderState::Answered { outcome: outcome @ ReaderOutcome::Approved { .. }, at },
                Fact::ReaderReversing { .. },
            ) => ReaderState::Reversing { outcome: outcome.clone(), at: *at },
            (ReaderState::Reversing { outcome, .. }, Fact::ReaderReversed { .. }) => {
                ReaderState::Reversed { outcome: outcome.clone(), at }
            }
            (ReaderState::Reversing { outcome, at }, Fact::ReaderKept { .. }) => {
                ReaderState::Kept { outcome: outcome.clone(), at: *at }
            }
            (state, fact) => {
                return Err(format!("a payment in state {state:?} does not take {}", fact.kind()));
            }
        };
        *reader = next;
        Ok(vec![Row::Payment(id)])
    }

    fn reader_state_mut(&mut self, id: PaymentId) -> Result<&mut ReaderState, String> {
        let payment = self.payments.get_mut(&id).ok_or("no such payment")?;
        let Tender::Reader { reader, .. } = &mut payment.tender else {
            return Err("the payment is not on the reader".to_owned());
        };
        Ok(reader)
    }

    pub(super) fn apply_qr(&mut self, fact: &Fact) -> Result<Vec<Row>, String> {
        let (id, next) = match fact {
            Fact::QrMoved { payment, qr } => (payment, qr.clone()),
            Fact::QrWrittenOff { payment, by, reason } => {
                (payment, QrState::NeverArrived { by: by.clone(), reason: *reason })
            }
            other => return Err(format!("{} is no fact of a transfer", other.kind())),
        };
        let payment = self.payments.get_mut(id).ok_or("no such payment")?;
        let Tender::Qr { qr, .. } = &mut payment.tender else {
            return Err("the payment is no transfer".to_owned());
        };
        if !may_move(qr, &next) {
            return Err(format!("a transfer in state {qr:?} does not become {next:?}"));
        }
        let is_withdrawn = next == QrState::Withdrawn;
        *qr = next;
        let replaced = self.card_replaced_by(*id);
        if let Some(card) = replaced.filter(|_| is_withdrawn) {
            self.card_is_back(card);
        }
        Ok([*id].into_iter().chain(replaced).map(Row::Payment).collect())
    }
}

/// The state table of a transfer: forward only, and what a statement or a person has settled stays.
fn may_move(from: &QrState, to: &QrState) -> bool {
    match (from, to) {
        (QrState::Shown, QrState::CustomerSaysPaid { .. } | QrState::ConfirmedByShop { .. } | QrState::Withdrawn)
        | (
            QrState::CustomerSaysPaid { .. },
            QrState::ConfirmedByShop { .. } | QrState::NeverArrived { .. } | QrState::Withdrawn,
        )
        | (QrState::ConfirmedByShop { .. }, QrState::NeverArrived { .. }) => true,
        (
            QrState::Shown
            | QrState::CustomerSaysPaid { .. }
            | QrState::ConfirmedByShop { .. }
            | QrState::SeenOnStatement { .. }
            | QrState::ShortOrOver { .. }
            | QrState::RefundDue { .. }
            | QrState::NeverArrived { .. }
            | QrState::Withdrawn,
            _,
        ) => false,
    }
}
