//! The payments in memory, with the way from a sale to its own.

use std::collections::BTreeMap;
use std::collections::btree_map;

use crate::domain::ids::{PaymentId, SaleId};
use crate::domain::sale::Payment;

/// Payments by their id, in the order they began, and by their sale.
///
/// Whether a sale is covered is asked at every save; without the index by sale that would walk the whole day.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Payments {
    by_id: BTreeMap<PaymentId, Payment>,
    by_sale: BTreeMap<SaleId, Vec<PaymentId>>,
}

impl Payments {
    /// All of them, the oldest first.
    pub fn values(&self) -> btree_map::Values<'_, PaymentId, Payment> {
        self.by_id.values()
    }

    /// Their ids, the oldest first.
    pub fn keys(&self) -> btree_map::Keys<'_, PaymentId, Payment> {
        self.by_id.keys()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: &PaymentId) -> Option<&Payment> {
        self.by_id.get(id)
    }

    /// Whether there is one of this id.
    #[must_use]
    pub fn contains_key(&self, id: &PaymentId) -> bool {
        self.by_id.contains_key(id)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The payments of one sale, in the order they began.
    pub fn of_sale(&self, sale: SaleId) -> impl DoubleEndedIterator<Item = &Payment> {
        let ids = self.by_sale.get(&sale).map_or(&[] as &[PaymentId], Vec::as_slice);
        ids.iter().filter_map(|id| self.by_id.get(id))
    }

    /// One of them, to change its state. A payment keeps its sale for ever, so the index stays true.
    pub(super) fn get_mut(&mut self, id: &PaymentId) -> Option<&mut Payment> {
        self.by_id.get_mut(id)
    }

    /// Adds one, or puts it in the place of the one with its id.
    pub(super) fn insert(&mut self, payment: Payment) {
        let (id, sale) = (payment.id, payment.sale);
        if self.by_id.insert(id, payment).is_none() {
            let ids = self.by_sale.entry(sale).or_default();
            // Ids are time-ordered, so this is nearly always the end.
            let place = ids.partition_point(|one| *one < id);
            ids.insert(place, id);
        }
    }

    /// Drops those of which `keep` says no.
    pub(super) fn retain(&mut self, keep: impl Fn(&Payment) -> bool) {
        self.by_id.retain(|_, payment| keep(payment));
        let by_id = &self.by_id;
        self.by_sale.retain(|_, ids| {
            ids.retain(|id| by_id.contains_key(id));
            !ids.is_empty()
        });
    }
}

impl FromIterator<Payment> for Payments {
    fn from_iter<T: IntoIterator<Item = Payment>>(payments: T) -> Self {
        let mut book = Self::default();
        payments.into_iter().for_each(|payment| book.insert(payment));
        book
    }
}

impl std::ops::Index<&PaymentId> for Payments {
    type Output = Payment;

    fn index(&self, id: &PaymentId) -> &Payment {
        &self.by_id[id]
    }
}
