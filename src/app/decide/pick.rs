//! A credit that names no sale, and the person who knows whose it is.

use crate::app::App;
use crate::app::place::{Overlay, Pick};
use crate::domain::day::{Candidate, Credit, ItemId, OpenItem, candidates};
use crate::domain::ids::{LineId, PaymentId};

impl App {
    /// The transfers of which an item's credit may be the money; none where the credit names its sale.
    pub(crate) fn candidates(&self, item: &OpenItem) -> Vec<Candidate> {
        nameless(item).map(|credit| candidates(&self.ledger, credit, self.day_rules().due_days)).unwrap_or_default()
    }

    pub(super) fn pick_sale(&mut self, payment: PaymentId) {
        let Some(Overlay::Decide(talk)) = &self.overlay else { return };
        let Some((picked, _)) = self.open_item(&talk.item).and_then(|item| self.picked(&item, payment)) else { return };
        let is_short = matches!(picked, OpenItem::TransferUnder { .. });
        if let Some(Overlay::Decide(talk)) = &mut self.overlay {
            (talk.pick, talk.reason) = (Some(Pick { payment, is_short }), None);
        }
    }

    /// What is open once this transfer is taken for an item's credit, with the credit's line.
    pub(super) fn picked(&self, item: &OpenItem, payment: PaymentId) -> Option<(OpenItem, LineId)> {
        let credit = nameless(item)?;
        let candidate = self.candidates(item).into_iter().find(|one| one.about.payment == payment)?;
        Some((candidate.with(credit.clone()), credit.line))
    }

    /// The same, by the names of both.
    pub(super) fn picked_for(&self, payment: &str, line: LineId) -> Option<OpenItem> {
        let Ok(ItemId::Payment(payment)) = payment.parse() else { return None };
        let item = self.open_item(&ItemId::Line(line).to_string())?;
        self.picked(&item, payment).map(|(picked, _)| picked)
    }
}

/// The credit of an item that names no sale.
fn nameless(item: &OpenItem) -> Option<&Credit> {
    let OpenItem::CreditUnknown { credit, why, .. } = item.inner() else { return None };
    why.payment().is_none().then_some(credit)
}
