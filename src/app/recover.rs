//! After a restart, or after an answer that could not be stored: requests on disk that nobody waits for any more.
//!
//! A request is on disk before it is sent. When the program finds one that is not under way, it may have been sent and
//! its answer lost: that is the unknown state, never "not sent".

use crate::app::forward::cards;
use crate::app::reader::reader_state;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::outage::ReaderKind;
use crate::domain::queue::CardState;
use crate::domain::reader::ReaderFault;
use crate::domain::sale::ReaderState;

impl App {
    pub(super) fn recover(&mut self, turn: &mut Turn) {
        if self.is_busy() {
            return;
        }
        self.retire_payees(turn);
        if self.is_busy() {
            return;
        }
        let orphan_card = cards(&self.ledger.payments).find_map(|(payment, _, card)| {
            let orphan = matches!(card, CardState::Sending { .. }) && !self.forward.is_in_flight(payment.id);
            orphan.then_some(payment.id)
        });
        if let Some(payment) = orphan_card {
            self.save(vec![Fact::CardUnanswered { payment }], turn);
            return;
        }
        if self.reader_kind() == ReaderKind::Standalone {
            return;
        }
        let orphan_reader = self.ledger.payments.values().find(|payment| {
            matches!(reader_state(payment), Some(ReaderState::Asked)) && !self.watch.reader_has(payment.id)
        });
        if let Some(payment) = orphan_reader.map(|payment| payment.id) {
            self.save(vec![Fact::ReaderUnanswered { payment, fault: ReaderFault::ConnectionLost }], turn);
        }
    }
}
