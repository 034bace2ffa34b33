//! Which pieces a drawer holds by the till's reckoning.

use chrono::{DateTime, FixedOffset};

use crate::domain::cash::{Count, MovementKind, change_from, notes_given, pieces};
use crate::domain::ids::{PaymentId, RefundId};
use crate::domain::ledger::{Drawer, Ledger};
use crate::domain::money::Money;
use crate::domain::sale::{CashState, RefundWay, Tender};

/// What is being handed out just now: the reckoning is of the moment before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedOut {
    /// The change of a payment.
    Change(PaymentId),
    /// A refund.
    Refund(RefundId),
}

/// Money that went in or out: the pieces that came, and the sum that was given back of what was there.
struct Flow {
    at: DateTime<FixedOffset>,
    put_in: Vec<(Money, i64)>,
    taken_out: Option<Money>,
}

impl Ledger {
    /// Which pieces the open drawer holds by the till's reckoning, before `now` is handed out.
    ///
    /// Nobody tells the till which notes came in, so this proposes change and is never taken for a count. It begins with
    /// the last count; what came in was paid in notes that were all needed, and what went out was made of what was there,
    /// as the page says it.
    #[must_use]
    pub fn drawer_holds(&self, now: Option<HandedOut>) -> Count {
        let Some(drawer) = &self.drawer else { return Count::default() };
        let last = drawer.handovers.last();
        let since = last.map_or(drawer.opened, |handover| handover.at);
        let mut held = last.map_or(&drawer.float, |handover| &handover.count).clone();
        let mut flows: Vec<Flow> = self.paid_into(drawer, now).chain(self.refunded_out_of(drawer, now)).collect();
        flows.extend(moved(drawer));
        flows.retain(|flow| flow.at >= since);
        // What happened in one moment keeps its order: sales, refunds, movements.
        flows.sort_by_key(|flow| flow.at);
        for flow in flows {
            held.put_in(&flow.put_in);
            if let Some(out) = flow.taken_out {
                let made = change_from(out, &held).unwrap_or_else(|_| pieces(out));
                held.take_out(&made);
            }
        }
        held
    }

    fn paid_into(&self, drawer: &Drawer, now: Option<HandedOut>) -> impl Iterator<Item = Flow> {
        let id = drawer.id;
        let payments = self.payments.values().filter(move |payment| now != Some(HandedOut::Change(payment.id)));
        payments.filter_map(move |payment| match &payment.tender {
            Tender::Cash { given, change, drawer, foreign, cash: CashState::Taken } if *drawer == id => {
                let due = Money::new(given.minor.saturating_sub(change.minor), given.currency);
                let put_in = if foreign.is_some() { Vec::new() } else { notes_given(due, *given) };
                Some(Flow { at: payment.began, put_in, taken_out: Some(*change) })
            }
            Tender::Cash { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Card { .. } => None,
        })
    }

    fn refunded_out_of(&self, drawer: &Drawer, now: Option<HandedOut>) -> impl Iterator<Item = Flow> {
        let id = drawer.id;
        let refunds = self.sales.values().flat_map(|sale| &sale.refunds);
        refunds.filter(move |refund| now != Some(HandedOut::Refund(refund.id))).filter_map(move |refund| {
            match refund.way {
                RefundWay::Cash { drawer, paid } if drawer == id => {
                    Some(Flow { at: refund.at, put_in: Vec::new(), taken_out: Some(paid) })
                }
                RefundWay::Cash { .. }
                | RefundWay::Transfer
                | RefundWay::CardNotSent { .. }
                | RefundWay::CardTakenBack { .. } => None,
            }
        })
    }
}

fn moved(drawer: &Drawer) -> impl Iterator<Item = Flow> {
    drawer.moves.iter().map(|one| match one.movement.kind() {
        MovementKind::PaidIn => Flow { at: one.at, put_in: pieces(one.amount), taken_out: None },
        MovementKind::PaidOut | MovementKind::SafeDrop => {
            Flow { at: one.at, put_in: Vec::new(), taken_out: Some(one.amount) }
        }
    })
}
