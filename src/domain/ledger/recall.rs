//! A sale of a closed day that is taken up again, because something of it goes back to the customer today.
//!
//! The ledger forgets a sale that is final when the next day is opened; the store keeps it. It comes back whole, so that
//! what went back before counts. Its own day stays as it was sealed: the money is today's drawer's, and the refund is an
//! adjustment of today's slip ([`crate::domain::day::AdjustmentKind::Refunded`]).

use crate::domain::ledger::{Ledger, Row};
use crate::domain::sale::{Payment, Sale};

impl Ledger {
    /// A ledger that knows nothing but this sale, to ask what of it can go back.
    #[must_use]
    pub fn of_sale(sale: Sale, payments: Vec<Payment>) -> Self {
        Self { sales: [(sale.id, sale)].into(), payments: payments.into_iter().collect(), ..Self::default() }
    }

    pub(super) fn recall(&mut self, sale: &Sale, payments: &[Payment]) -> Result<Vec<Row>, String> {
        let today = self.day.as_ref().filter(|day| day.closed.is_none()).ok_or("no day is open")?;
        if sale.day == today.id || self.sales.contains_key(&sale.id) || !sale.is_done() {
            return Err(format!("sale {} is no sale of a closed day that the till has forgotten", sale.reference));
        }
        let is_its_own = |one: &Payment| one.sale == sale.id && one.day == sale.day && !one.is_open();
        if payments.is_empty() || !payments.iter().all(is_its_own) {
            return Err(format!("these are not the payments of sale {}", sale.reference));
        }
        self.sales.insert(sale.id, sale.clone());
        for payment in payments {
            self.payments.insert(payment.clone());
        }
        let rows = payments.iter().map(|payment| Row::Payment(payment.id));
        Ok([Row::Sale(sale.id)].into_iter().chain(rows).collect())
    }
}
