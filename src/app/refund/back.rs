//! In which ways money of a sale can go back, and why some of it cannot.

use crate::app::App;
use crate::domain::ids::PaymentId;
use crate::domain::ledger::Ledger;
use crate::domain::money::Money;
use crate::domain::queue::CardState;
use crate::domain::sale::{Payment, Sale, Standing, Tender, TenderKind};

/// A way that is open for a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackWay {
    /// Out of the drawer.
    Cash,
    /// By a transfer that a manager makes.
    Transfer,
    /// The typed card is not sent.
    CardNotSent,
    /// The bank takes the typed card's approval back.
    CardTakenBack,
}

/// Why what was paid of a sale does not go back here, or not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackBlock {
    /// Another till has the card, or had it: that may have sent it.
    OtherTill,
    /// The bank has not said yet what became of the card.
    NoAnswerYet,
    /// The bank approved it on an earlier day, or has settled it: it goes back over the bank.
    OverTheBank,
    /// The bank refused it, or the loss was taken: the customer paid nothing.
    Refused,
    /// It was charged on the reader, and goes back there.
    OnTheReader,
}

impl App {
    /// Why something of a sale that was paid by card does not go back here, where that is so.
    pub(crate) fn back_block(&self, books: &Ledger, sale: &Sale) -> Option<BackBlock> {
        let open = [books.card_not_sent(sale), books.card_to_void(sale, self.now)];
        let stays = |payment: &Payment| {
            let takes = payment.standing() == Standing::Takes && !open.contains(&Some(payment.id));
            takes.then(|| back_block_of(payment)).flatten()
        };
        books.payments.of_sale(sale.id).find_map(stays).filter(|_| sale.is_done())
    }

    /// The ways that are open for a sale, and how much of it each can give back.
    pub(crate) fn ways_back(&self, books: &Ledger, sale: &Sale) -> Vec<(BackWay, Money)> {
        let money = |minor| Money::new(minor, sale.amount.currency);
        let all_of = |card: Option<PaymentId>| {
            let card = card.and_then(|payment| books.payments.get(&payment));
            card.map_or(money(0), |payment| payment.amount)
        };
        let approved = books.card_to_void(sale, self.now);
        let ways = [
            (BackWay::Cash, money(books.refundable_minor(sale, TenderKind::Cash))),
            (BackWay::Transfer, money(books.refundable_minor(sale, TenderKind::Qr))),
            (BackWay::CardNotSent, all_of(books.card_not_sent(sale))),
            (BackWay::CardTakenBack, all_of(approved)),
        ];
        ways.into_iter().filter(|(_, most)| most.minor > 0).collect()
    }
}

fn back_block_of(payment: &Payment) -> Option<BackBlock> {
    match &payment.tender {
        Tender::Card { card, .. } => Some(match card {
            CardState::HandedOver { .. }
            | CardState::Stored { shared: Some(_), .. }
            | CardState::Sending { is_shared: true, .. }
            | CardState::Unknown { then: Some(_), .. }
            | CardState::Reversing { then: Some(_), .. } => BackBlock::OtherTill,
            CardState::Stored { shared: None, .. }
            | CardState::Sending { is_shared: false, .. }
            | CardState::Unknown { then: None, .. }
            | CardState::Reversing { then: None, .. }
            | CardState::PartlyApproved { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. }
            | CardState::Parked { .. } => BackBlock::NoAnswerYet,
            CardState::Approved { .. } | CardState::Settled { .. } => BackBlock::OverTheBank,
            CardState::Declined { .. } | CardState::WrittenOff { .. } => BackBlock::Refused,
            CardState::Voided { .. } | CardState::Undone { .. } | CardState::Replaced { .. } => return None,
        }),
        Tender::Reader { .. } => Some(BackBlock::OnTheReader),
        Tender::Cash { .. } | Tender::Qr { .. } => None,
    }
}
