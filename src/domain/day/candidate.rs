//! The transfers of which a credit may be the money that names none of them.
//!
//! Codes that a provider printed carry no sale's reference, and some banks drop it. What fits is offered to a person, and
//! only a person binds it.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::domain::day::open::about;
use crate::domain::day::{About, Credit, OpenItem};
use crate::domain::ledger::Ledger;
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::sale::{Payment, SaleState, Tender};

/// How many are offered: what is so unlike that six are likelier is not found by choosing.
const CANDIDATES_MAX: usize = 6;

/// A transfer of which a credit may be the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The transfer.
    pub about: About,
    /// Whether its money is waited for.
    pub state: CandidateState,
}

/// Whether the money of a candidate is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CandidateState {
    /// It is.
    Waits,
    /// Its code was taken off the screen, and the sale ended another way.
    Withdrawn,
    /// It was given up as a loss.
    WrittenOff,
}

/// The transfers that may be a credit's, the likeliest first: those of its currency whose code was shown up to `due_days`
/// before it was booked. Of those that nobody waits for only the same amount speaks.
#[must_use]
pub fn candidates(ledger: &Ledger, credit: &Credit, due_days: u16) -> Vec<Candidate> {
    if credit.amount.minor <= 0 {
        return Vec::new();
    }
    let first = credit.booked_on.checked_sub_days(Days::new(u64::from(due_days))).unwrap_or(NaiveDate::MIN);
    let in_time = |payment: &&Payment| (first..=credit.booked_on).contains(&payment.began.date_naive());
    let candidate = |payment: &Payment| {
        let state = state(ledger, payment)?;
        let (asked, came) = (payment.amount, credit.amount);
        let is_like = asked.currency == came.currency && (state == CandidateState::Waits || asked.minor == came.minor);
        is_like.then(|| Candidate { about: about(ledger, payment), state })
    };
    let mut found: Vec<Candidate> = ledger.payments.values().filter(in_time).filter_map(candidate).collect();
    found.sort_by_key(|one| {
        (one.about.amount.minor.abs_diff(credit.amount.minor), one.state, std::cmp::Reverse(one.about.began))
    });
    found.truncate(CANDIDATES_MAX);
    found
}

/// What is still to be known of a transfer; none where its money was seen, or the cashier still has it in hand.
fn state(ledger: &Ledger, payment: &Payment) -> Option<CandidateState> {
    let Tender::Qr { qr, .. } = &payment.tender else { return None };
    let state = match qr {
        QrState::CustomerSaysPaid { .. } | QrState::ConfirmedByShop { .. } => return Some(CandidateState::Waits),
        QrState::Withdrawn => CandidateState::Withdrawn,
        QrState::NeverArrived { .. } => CandidateState::WrittenOff,
        QrState::Shown | QrState::SeenOnStatement { .. } | QrState::ShortOrOver { .. } | QrState::RefundDue { .. } => {
            return None;
        }
    };
    let sale = ledger.sales.get(&payment.sale)?;
    (sale.state != SaleState::Open).then_some(state)
}

impl Candidate {
    /// What is open once a person says that the credit is this transfer's: nothing more where the amount is the same.
    #[must_use]
    pub fn with(self, credit: Credit) -> OpenItem {
        let about = self.about;
        let by = credit.amount.minor.saturating_sub(about.amount.minor);
        let difference = Money::new(by.saturating_abs(), about.amount.currency);
        match by {
            0 => OpenItem::TransferFound { about, credit },
            ..0 => OpenItem::TransferUnder { about, credits: vec![credit], by: difference },
            1.. => OpenItem::TransferOver { about, credits: vec![credit], by: difference },
        }
    }
}
