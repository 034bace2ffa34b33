//! What a person decided and may take back: about statement lines until the day is closed, and losses as long as the till
//! remembers them.

use chrono::{DateTime, FixedOffset};

use crate::domain::day::open::credit;
use crate::domain::day::{Credit, ItemId};
use crate::domain::fact::{Fact, LossReason};
use crate::domain::ids::{PaymentId, PersonId, SaleReference};
use crate::domain::ledger::{KeptLine, Ledger};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::queue::CardState;
use crate::domain::reconcile::LineState;
use crate::domain::sale::{Payment, Tender};

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What names it: a payment that was written off, or a line; the first one where a transfer came in parts.
    pub item: ItemId,
    /// What was decided.
    pub what: DecidedWhat,
    /// What the shop lost by it. A loss is not taken back by one person alone, as it was not taken by one.
    pub loss: Option<Money>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecidedWhat {
    /// The line is a transfer, or a part of one.
    Transfer(Credit),
    /// The line pays many transfers out.
    Payout(Credit),
    /// The line is no payment's money.
    Explained(Credit),
    /// The line is not the payment that was suggested for it.
    Refused(Credit),
    /// The payment is a loss.
    Loss {
        /// The reference of its sale.
        reference: Option<SaleReference>,
        /// How much.
        amount: Money,
        /// When the payment began.
        began: DateTime<FixedOffset>,
        /// Who took it.
        by: PersonId,
        /// Why.
        reason: LossReason,
    },
}

impl Decided {
    /// The payment that it is about.
    #[must_use]
    pub fn payment(&self, ledger: &Ledger) -> Option<PaymentId> {
        match self.item {
            ItemId::Payment(payment) => Some(payment),
            ItemId::Line(line) => match ledger.lines.get(line)?.state {
                LineState::Matched { payment, .. } => Some(*payment),
                LineState::Explained { payment, .. } | LineState::Returned { payment, .. } => *payment,
                LineState::PaidOut { .. } | LineState::Unexplained => None,
            },
            ItemId::Sale(_) | ItemId::Refund(_) | ItemId::Drawer(_) | ItemId::Journal => None,
        }
    }

    /// The fact that takes it back.
    #[must_use]
    pub fn undone(&self, by: PersonId) -> Option<Fact> {
        match self.item {
            ItemId::Line(line) => Some(Fact::DecisionUndone { line, by }),
            ItemId::Payment(payment) => Some(Fact::LossUndone { payment, by }),
            ItemId::Sale(_) | ItemId::Refund(_) | ItemId::Drawer(_) | ItemId::Journal => None,
        }
    }
}

/// What can be taken back: decisions about lines in their order, then losses, the last sale first.
#[must_use]
pub fn decided(ledger: &Ledger) -> Vec<Decided> {
    let lines = ledger.lines.known().filter_map(|kept| about_line(ledger, &kept));
    let losses = ledger.payments.values().rev().filter_map(|payment| about_loss(ledger, payment));
    lines.chain(losses).collect()
}

fn about_line(ledger: &Ledger, kept: &KeptLine<'_>) -> Option<Decided> {
    let credit = credit(kept.line);
    let (what, loss) = match kept.state {
        LineState::Unexplained if !kept.refused.is_empty() => (DecidedWhat::Refused(credit), None),
        // What was matched by itself is no person's decision. Further lines of one transfer go back together with the
        // first, which alone knows what was before.
        LineState::Matched { payment, before: Some(_), .. } if kept.state.is_by_hand() => {
            (DecidedWhat::Transfer(credit), ledger.payments.get(payment).and_then(short_of))
        }
        LineState::PaidOut { .. } => (DecidedWhat::Payout(credit), None),
        LineState::Explained { payment, own_refund, .. } => {
            let amount = kept.line.amount;
            let is_loss = payment.is_some() && !own_refund && amount.minor < 0;
            (
                DecidedWhat::Explained(credit),
                is_loss.then(|| Money::new(amount.minor.saturating_abs(), amount.currency)),
            )
        }
        LineState::Matched { .. } | LineState::Returned { .. } | LineState::Unexplained => return None,
    };
    Some(Decided { item: ItemId::Line(kept.line.id), what, loss })
}

/// What is missing of a transfer of which less came.
fn short_of(payment: &Payment) -> Option<Money> {
    let Tender::Qr { qr: QrState::ShortOrOver { came, .. }, .. } = &payment.tender else { return None };
    let by = payment.amount.minor.saturating_sub(came.minor);
    (by > 0).then(|| Money::new(by, payment.amount.currency))
}

fn about_loss(ledger: &Ledger, payment: &Payment) -> Option<Decided> {
    if !payment.is_loss() {
        return None;
    }
    let (by, reason) = match &payment.tender {
        Tender::Qr { qr: QrState::NeverArrived { by, reason }, .. }
        | Tender::Card { card: CardState::WrittenOff { by, reason, .. }, .. } => (by.clone(), *reason),
        Tender::Qr { .. } | Tender::Card { .. } | Tender::Reader { .. } | Tender::Cash { .. } => return None,
    };
    let amount = payment.amount;
    let reference = ledger.sales.get(&payment.sale).map(|sale| sale.reference);
    let what = DecidedWhat::Loss { reference, amount, began: payment.began, by, reason };
    Some(Decided { item: ItemId::Payment(payment.id), what, loss: Some(amount) })
}
