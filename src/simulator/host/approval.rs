//! Approvals that the simulated acquirer did not give by itself, and those that it takes back.

use super::ledger::{BOOKINGS_MAX, Entry, Ledger, identity};
use crate::iso8583::{Message, de};

const APPROVED: &str = "00";
const INVALID_TRANSACTION: &str = "12";
const NOT_FOUND: &str = "25";
const FORMAT_ERROR: &str = "30";
const WRONG_ORIGINAL_AMOUNT: &str = "64";
const DUPLICATE: &str = "94";
const SYSTEM_MALFUNCTION: &str = "96";

impl Ledger {
    /// The code for a purchase that the issuer approved by voice (0220): it is booked with the spoken code, once. A code
    /// that was wished for the next purchase refuses it instead.
    pub(super) fn advice(&mut self, request: &Message) -> String {
        let of_request = identity(request, request.field(de::STAN)).zip(self.asked(request));
        let (Some((identity, asked)), Some(spoken)) = (of_request, request.field(de::APPROVAL_CODE)) else {
            return FORMAT_ERROR.to_owned();
        };
        let spoken = spoken.trim().to_owned();
        if self.entries.iter().any(|entry| entry.identity == identity) {
            return DUPLICATE.to_owned();
        }
        if self.entries.len() >= BOOKINGS_MAX {
            return SYSTEM_MALFUNCTION.to_owned();
        }
        let wished = self.next_code.get_or_insert_with(|| APPROVED.to_owned()).clone();
        match self.examine(&identity, &asked) {
            Ok(mut booking) if wished == APPROVED => {
                booking.approval_code = Some(spoken);
                self.entries.push(Entry { identity, asked, booking });
                wished
            }
            Ok(_) => wished,
            Err(code) => code.to_owned(),
        }
    }

    /// The code for the taking back of an approval: only before it is settled, and only once; a repeat changes nothing.
    pub(super) fn void(&mut self, request: &Message) -> &'static str {
        // DE 90 begins with the original's MTI and STAN.
        let stan = request.field(de::ORIGINAL_DATA).and_then(|original| original.get(4..10));
        let fields = (request.field(de::AMOUNT), request.field(de::CURRENCY));
        let (Some(original), (Some(amount), Some(currency))) = (identity(request, stan), fields) else {
            return FORMAT_ERROR;
        };
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.identity == original) else { return NOT_FOUND };
        let is_same = entry.asked[..2] == [amount.to_owned(), currency.to_owned()];
        let booking = &mut entry.booking;
        match (is_same, booking.approval_code.is_some() && booking.batch.is_none(), booking.reversed) {
            (false, _, _) => WRONG_ORIGINAL_AMOUNT,
            (true, false, _) => INVALID_TRANSACTION,
            (true, true, true) => DUPLICATE,
            (true, true, false) => {
                booking.reversed = true;
                APPROVED
            }
        }
    }
}
