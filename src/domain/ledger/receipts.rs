//! Facts about receipts on a printer; the diagram of their states is in [`crate::domain::receipt`].

use crate::domain::fact::Fact;
use crate::domain::ledger::{Ledger, Row};
use crate::domain::receipt::{PrintJob, ReceiptState};

/// The most receipts of one sale: its own, the shop's, and the copies that anybody can ever need.
pub const RECEIPTS_MAX: usize = 20;

impl Ledger {
    pub(super) fn apply_receipt(&mut self, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::ReceiptQueued { receipt, sale, paper, is_copy } => {
                let kept = self.sales.get_mut(sale).ok_or("no such sale")?;
                if kept.receipts.iter().any(|job| job.id == *receipt) || kept.receipts.len() >= RECEIPTS_MAX {
                    return Err(format!("receipt {receipt} is queued already, or one too many"));
                }
                let (id, paper, is_copy) = (*receipt, *paper, *is_copy);
                kept.receipts.push(PrintJob { id, paper, is_copy, state: ReceiptState::Waits });
                Ok(vec![Row::Sale(*sale)])
            }
            Fact::ReceiptMoved { receipt, sale, state } => {
                let kept = self.sales.get_mut(sale).ok_or("no such sale")?;
                let job = kept.receipts.iter_mut().find(|job| job.id == *receipt).ok_or("no such receipt")?;
                if !job.state.may_become(*state) {
                    return Err(format!("a receipt in state {:?} does not become {state:?}", job.state));
                }
                job.state = *state;
                Ok(vec![Row::Sale(*sale)])
            }
            other => Err(format!("{} is no fact of a receipt", other.kind())),
        }
    }
}
