//! The end of a batch at the simulated acquirer: its own totals are held against the till's, and where they differ, what
//! the till uploads is what counts.

use super::ledger::{Entry, HostBooking, Ledger, reply};
use crate::iso8583::{Message, Mti, de};

const APPROVED: &str = "00";
const INVALID_TRANSACTION: &str = "12";
const FORMAT_ERROR: &str = "30";
const OUT_OF_BALANCE: &str = "95";
/// DE 3 of totals that close a batch after the upload.
const AFTER_UPLOAD: &str = "960000";
/// DE 66.
const IN_BALANCE: &str = "1";
const DIFFERS: &str = "2";

impl Ledger {
    /// Forgets the last purchase that it charged.
    pub(super) fn forget_last(&mut self) {
        if let Some(place) = self.entries.iter().rposition(|entry| entry.booking.is_charged()) {
            self.entries.remove(place);
        }
    }

    /// The answer to totals (0500).
    pub(super) fn totals(&mut self, request: &Message) -> Option<Message> {
        let answer = |code, settlement: Option<&str>| {
            let mut answer = reply(request, Mti::TOTALS_ANSWER, code, None)?;
            if let Some(settlement) = settlement {
                answer.set(de::SETTLEMENT_CODE, settlement).ok()?;
            }
            Some(answer)
        };
        let number = |field| request.field(field).and_then(|text| text.parse::<u64>().ok());
        let batch = request.field(self.batch).and_then(|text| text.parse::<u32>().ok());
        let terminal = request.field(de::TERMINAL).map(|text| text.trim_end().to_owned());
        let (Some(batch), Some(terminal)) = (batch, terminal) else { return answer(FORMAT_ERROR, None) };
        if self.closed.contains(&(terminal.clone(), batch)) {
            return answer(APPROVED, Some(IN_BALANCE));
        }
        let after_upload = request.field(de::PROCESSING_CODE) == Some(AFTER_UPLOAD);
        let in_batch = |entry: &Entry| {
            entry.booking.terminal == terminal && entry.booking.is_charged() && entry.booking.batch.is_none()
        };
        if after_upload {
            // What the till does not claim is no sale of its batch.
            for place in 0..self.entries.len() {
                if in_batch(&self.entries[place]) && !self.uploaded.contains(&place) {
                    self.entries[place].booking.reversed = true;
                }
            }
        } else {
            let debits: Vec<u64> = self
                .entries
                .iter()
                .filter(|entry| in_batch(entry))
                .map(|entry| u64::try_from(entry.booking.amount_minor).unwrap_or(0))
                .collect();
            let count = u64::try_from(debits.len()).unwrap_or(u64::MAX);
            // DE 76 and 88 are the purchases; the till has no refunds in its batch.
            let claimed = (number(de::COUNTS_FROM + 2), number(de::AMOUNTS_FROM + 2));
            if claimed != (Some(count), Some(debits.iter().sum())) {
                return answer(OUT_OF_BALANCE, Some(DIFFERS));
            }
        }
        for entry in self.entries.iter_mut().filter(|entry| in_batch(entry)) {
            entry.booking.batch = Some(batch);
        }
        self.uploaded.clear();
        self.closed.insert((terminal, batch));
        answer(APPROVED, Some(IN_BALANCE))
    }

    /// The code for one uploaded purchase (0320).
    pub(super) fn upload(&mut self, request: &Message) -> &'static str {
        // The batch's field holds the original's type and STAN before the number of the batch.
        let original = request.field(self.batch).and_then(|text| text.get(4..10));
        let amount = request.field(de::AMOUNT).and_then(|text| text.parse::<i64>().ok());
        let (Some(original), Some(amount), Some(rrn)) = (original, amount, request.field(de::RRN)) else {
            return FORMAT_ERROR;
        };
        let terminal = request.field(de::TERMINAL).unwrap_or_default().trim_end();
        let stan: u32 = original.parse().unwrap_or(0);
        let is_it = |entry: &Entry| {
            let booking = &entry.booking;
            (booking.terminal.as_str(), booking.stan, booking.rrn.as_str()) == (terminal, stan, rrn)
        };
        match self.entries.iter().position(is_it) {
            Some(place) if self.entries[place].booking.amount_minor == amount => {
                self.uploaded.insert(place);
                APPROVED
            }
            Some(_) => INVALID_TRANSACTION,
            None => {
                let booking = HostBooking {
                    terminal: terminal.to_owned(),
                    stan,
                    rrn: rrn.to_owned(),
                    amount_minor: amount,
                    currency: String::new(),
                    code: APPROVED.to_owned(),
                    approval_code: request.field(de::APPROVAL_CODE).map(|code| code.trim().to_owned()),
                    reversed: false,
                    last4: String::new(),
                    payment: String::new(),
                    batch: None,
                };
                self.uploaded.insert(self.entries.len());
                self.adopt(booking, request);
                APPROVED
            }
        }
    }
}
