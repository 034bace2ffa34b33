//! Stored payments in the hands of another till: the till that took them cannot reach the host, another one can.
//!
//! ```text
//! the first till                     the other till
//! Stored ─► HandedOver ── file ──► ToUndo ─► Waiting ─► Sending ─┬─► Done: approved or declined
//!    ▲          │                    ▲          ▲          │     └─► InQuestion ─► Done: not charged
//!    │          │                    │          └──────────┘              │
//!    └──────────┴───── outcome ◄─────┴── a person looks: Done, stuck ◄────┘
//! ```
//!
//! A handed-over payment has **one** identity for ever: the terminal id, the STAN and the retrieval number that the first
//! till gave it. Whoever sends it, and how often, the host knows it again and books it once. So neither two tills with
//! the same file nor a till that took its payments back while the other one was sending can charge a card twice. A
//! request without an answer is undone under the same identity; it is over then, and the payment goes back to the first
//! till, which may ask anew under another one.

mod signed;
mod taken;

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::card::Brand;
use crate::domain::host::HostTrace;
use crate::domain::ids::{HandoverId, PaymentId, SaleReference};
use crate::domain::ledger::STAN_MAX;
use crate::domain::money::Money;

pub use self::signed::{KNOWN_TILLS_MAX, KnownTill, NoTillKey, SignedFile, TILL_KEY_BYTES, TillPublicKey};
pub use self::taken::{TakenCard, TakenOver, TakenState, TakenStep, TakenTask};

/// The numbers after that of a request that are kept for undoing it, and for undoing the one before it.
pub const STANS_KEPT: u32 = 2;
/// How many payments one file may hold; a till stores far fewer.
pub const CARDS_MAX: usize = 10_000;
/// The longest sealed card, in characters: what an LLLVAR field of the host takes.
const SEALED_LENGTH_MAX: usize = 999;
/// What a file of payments begins with.
pub const HANDOVER_FORMAT: &str = "stopgap handover 2";
/// What a file of outcomes begins with.
pub const OUTCOME_FORMAT: &str = "stopgap handover outcome 2";

/// What goes to the other till, signed ([`SignedFile`]). What is secret in it is sealed to the acquirer: no till can read
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverFile {
    /// [`HANDOVER_FORMAT`].
    pub format: String,
    /// Which handover it is.
    pub handover: HandoverId,
    /// The number of the till that took the payments.
    pub till: u8,
    /// How that till is registered with the acquirer.
    pub terminal: HandoverTerminal,
    /// The payments.
    pub cards: Vec<HandoverCard>,
}

/// How the first till is registered: the host knows its requests by this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverTerminal {
    /// DE 41.
    pub id: String,
    /// DE 42.
    pub merchant: String,
    /// DE 24.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_id: Option<String>,
    /// DE 18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_category: Option<String>,
    /// DE 25.
    pub condition: String,
}

/// One payment of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverCard {
    /// What the other till keeps of it.
    #[serde(flatten)]
    pub card: HandedCard,
    /// The compact JWE.
    pub sealed: String,
}

/// A handed-over payment without its sealed card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedCard {
    /// The first till's payment.
    pub payment: PaymentId,
    /// The reference of its sale.
    pub reference: SaleReference,
    /// DE 4 and 49.
    pub amount: Money,
    /// For people.
    pub brand: Brand,
    /// For people.
    pub last4: String,
    /// SHA-256 of the sealed card.
    pub sealed_sha256: String,
    /// The identity of its request.
    pub trace: HostTrace,
    /// An earlier request that has no answer, to be undone first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<HostTrace>,
    /// The acquirer takes it until then.
    pub send_by: DateTime<FixedOffset>,
}

/// Why a file is not taken over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandoverError {
    /// Another file, or a newer program's.
    #[error("format is “{0}” where “{HANDOVER_FORMAT}” is expected: this is no handover of stored payments")]
    Format(String),
    /// Nothing, or more than a till stores.
    #[error("cards: there are {0}, and a handover has 1 to {CARDS_MAX}")]
    Count(usize),
    /// A payment that no till writes.
    #[error("cards, payment {payment}: {field} {why}")]
    Card {
        /// Which.
        payment: PaymentId,
        /// Which of its fields.
        field: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl HandoverFile {
    /// Whether the file can be what a till wrote.
    ///
    /// # Errors
    ///
    /// Says which field of which payment cannot.
    pub fn check(&self) -> Result<(), HandoverError> {
        if self.format != HANDOVER_FORMAT {
            return Err(HandoverError::Format(self.format.chars().take(40).collect()));
        }
        if self.cards.is_empty() || self.cards.len() > CARDS_MAX {
            return Err(HandoverError::Count(self.cards.len()));
        }
        let (mut payments, mut traces) = (BTreeSet::new(), BTreeSet::new());
        for HandoverCard { card, sealed } in &self.cards {
            let wrong = |field, why| Err(HandoverError::Card { payment: card.payment, field, why });
            if !payments.insert(card.payment) {
                return wrong("payment", "stands there twice");
            }
            for trace in [Some(&card.trace), card.undo.as_ref()].into_iter().flatten() {
                let rrn = trace.rrn.len() == 12 && trace.rrn.bytes().all(|byte| byte.is_ascii_alphanumeric());
                if !rrn || !(1..=STAN_MAX).contains(&trace.stan) {
                    return wrong("trace", "has no STAN from 1 to 999999 or no RRN of twelve letters and digits");
                }
                if !traces.insert((trace.stan, &trace.rrn)) {
                    return wrong("trace", "is that of another payment too");
                }
            }
            if card.amount.minor <= 0 {
                return wrong("amount", "is not above zero");
            }
            if card.last4.len() != 4 || !card.last4.bytes().all(|byte| byte.is_ascii_digit()) {
                return wrong("last4", "is not four digits");
            }
            let is_jwe = sealed.split('.').count() == 5 && sealed.len() <= SEALED_LENGTH_MAX && sealed.is_ascii();
            if !is_jwe {
                return wrong("sealed", "is no compact JWE of five parts and at most 999 characters");
            }
        }
        Ok(())
    }
}

/// What became of a handed-over payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum HandoverOutcome {
    /// The bank approved.
    Approved {
        /// DE 38.
        approval_code: String,
    },
    /// The bank refused.
    Declined {
        /// DE 39.
        code: String,
        /// Never to be asked again.
        hard: bool,
    },
    /// Certainly not charged, and its identity is over: the first till may ask anew.
    NotCharged,
    /// A person has to look: it may have been charged.
    Stuck {
        /// DE 39, or what was wrong.
        code: String,
    },
}

/// What goes back to the first till, signed ([`SignedFile`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeFile {
    /// [`OUTCOME_FORMAT`].
    pub format: String,
    /// Which handover.
    pub handover: HandoverId,
    /// The number of the till that forwarded.
    pub till: u8,
    /// What became of each payment that is over; those that still wait are not in it.
    pub cards: Vec<CardOutcome>,
}

/// What became of one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardOutcome {
    /// The payment.
    pub payment: PaymentId,
    /// The identity it was sent under.
    pub trace: HostTrace,
    /// What became of it.
    pub result: HandoverOutcome,
}

#[cfg(test)]
mod tests;
