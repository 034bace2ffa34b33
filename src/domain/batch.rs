//! The batch of approved typed cards, and how it is closed with the acquirer.
//!
//! ```text
//! open ─► Compare ─┬─ in balance ──────────────────────────────────────► the next batch is open
//!                  └─ out of balance ─► Upload, one by one ─► Close ───►
//! ```
//!
//! Each message has its number on disk before it is sent, and a repeat keeps it: after a power cut the same is asked once
//! more. What is approved meanwhile belongs to the next batch. A refusal is a person's: a manager has it asked once more, or
//! the next closing of a day begins anew. What was taken back on the same day is in no batch.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::host::HostTrace;
use crate::domain::ids::PaymentId;
use crate::domain::money::Money;

/// The largest number of a batch (six digits); after it they begin again at 1.
pub const BATCH_NUMBER_MAX: u32 = 999_999;

/// The batch that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBatch {
    /// Its number, from 1.
    pub number: u32,
    /// What was approved in it.
    pub cards: Vec<BatchCard>,
    /// What was approved since it is being closed.
    #[serde(default)]
    pub later: Vec<BatchCard>,
    /// How far its closing is, once it has begun.
    #[serde(default)]
    pub closing: Option<Closing>,
}

/// An approved card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchCard {
    /// Its payment.
    pub payment: PaymentId,
    /// The request that was approved.
    pub trace: HostTrace,
    /// How much.
    pub amount: Money,
    /// DE 38.
    pub approval_code: String,
    /// The bank said it on the telephone: the host was told (0220) and not asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_voice: bool,
    /// The host has taken it once more.
    #[serde(default)]
    pub uploaded: bool,
}

/// How far the closing of a batch is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// What is asked now.
    pub step: ClosingStep,
    /// Its number (DE 11) and when it was first sent, once it is on disk.
    pub sent: Option<(u32, DateTime<FixedOffset>)>,
    /// The host refuses: its code.
    #[serde(default)]
    pub refused: Option<String>,
}

/// One message of a closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum ClosingStep {
    /// The totals, to compare them (0500).
    Compare,
    /// One approved card once more (0320).
    Upload {
        /// Which.
        payment: PaymentId,
    },
    /// The totals after the upload (0500).
    Close,
}

/// A final answer of the host to one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum BatchAnswer {
    /// The host counts the same: the batch is closed.
    InBalance,
    /// It counts otherwise.
    OutOfBalance,
    /// It has the uploaded card.
    Taken,
    /// It does not take it.
    Refused {
        /// DE 39.
        code: String,
    },
}

/// One message to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchAsk {
    /// The number of the batch.
    pub number: u32,
    /// DE 11.
    pub stan: u32,
    /// When it was first sent.
    pub sent_at: DateTime<FixedOffset>,
    /// What is asked.
    pub step: ClosingStep,
    /// The cards of the batch.
    pub cards: Vec<BatchCard>,
}

impl OpenBatch {
    /// An empty batch.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self { number, cards: Vec::new(), later: Vec::new(), closing: None }
    }

    /// Takes an approved card in.
    pub fn add(&mut self, card: BatchCard) {
        if self.closing.is_some() { self.later.push(card) } else { self.cards.push(card) }
    }

    /// Whether an approved card is in it, and its totals were not sent yet: until then it can be taken back.
    #[must_use]
    pub fn has_open(&self, payment: PaymentId) -> bool {
        let cards = if self.closing.is_some() { &self.later } else { &self.cards };
        cards.iter().any(|card| card.payment == payment)
    }

    /// Takes a card out that was taken back.
    pub fn remove(&mut self, payment: PaymentId) {
        self.cards.retain(|card| card.payment != payment);
        self.later.retain(|card| card.payment != payment);
    }

    /// Why the host does not close it: its code.
    #[must_use]
    pub fn refused(&self) -> Option<&str> {
        self.closing.as_ref()?.refused.as_deref()
    }

    /// A manager has the host asked once more, from the totals on and at once.
    ///
    /// # Errors
    ///
    /// The host has not refused.
    pub fn try_again(&mut self) -> Result<(), String> {
        if self.refused().is_none() {
            return Err("the host has not refused the batch".to_owned());
        }
        self.begin_anew();
        self.closing = Some(Closing { step: ClosingStep::Compare, sent: None, refused: None });
        Ok(())
    }

    /// The message that is next, where there is anything to settle and the host has not refused.
    #[must_use]
    pub fn next(&self) -> Option<ClosingStep> {
        match &self.closing {
            None if self.cards.is_empty() => None,
            None => Some(ClosingStep::Compare),
            Some(Closing { refused: Some(_), .. }) => None,
            Some(closing) => Some(closing.step),
        }
    }

    /// Whether it is being closed, and the host has not refused.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| closing.refused.is_none())
    }

    /// What to send, once its number is on disk.
    #[must_use]
    pub fn ask(&self) -> Option<BatchAsk> {
        let closing = self.closing.as_ref().filter(|closing| closing.refused.is_none())?;
        let (stan, sent_at) = closing.sent?;
        Some(BatchAsk { number: self.number, stan, sent_at, step: closing.step, cards: self.cards.clone() })
    }

    /// A message has its number.
    ///
    /// # Errors
    ///
    /// It is not the one that is next.
    pub fn sending(&mut self, step: ClosingStep, stan: u32, at: DateTime<FixedOffset>) -> Result<(), String> {
        let has_number = self.closing.as_ref().is_some_and(|closing| closing.sent.is_some());
        if has_number || self.next() != Some(step) {
            return Err(format!("{step:?} is not what the batch asks next"));
        }
        self.closing = Some(Closing { step, sent: Some((stan, at)), refused: None });
        Ok(())
    }

    /// The host answered.
    ///
    /// # Errors
    ///
    /// Nothing was asked, or not that.
    pub fn answered(&mut self, answer: &BatchAnswer) -> Result<(), String> {
        let closing = self.closing.as_mut().filter(|closing| closing.sent.is_some() && closing.refused.is_none());
        let closing = closing.ok_or("nothing was asked of the host")?;
        match (closing.step, answer) {
            (_, BatchAnswer::Refused { code }) => closing.refused = Some(code.clone()),
            (ClosingStep::Compare | ClosingStep::Close, BatchAnswer::InBalance) => {
                let number = if self.number >= BATCH_NUMBER_MAX { 1 } else { self.number + 1 };
                *self = Self { cards: std::mem::take(&mut self.later), ..Self::new(number) };
            }
            (ClosingStep::Compare, BatchAnswer::OutOfBalance) => self.upload_next(),
            (ClosingStep::Upload { payment }, BatchAnswer::Taken) => {
                for card in self.cards.iter_mut().filter(|card| card.payment == payment) {
                    card.uploaded = true;
                }
                self.upload_next();
            }
            (step, answer) => return Err(format!("{answer:?} is no answer to {step:?}")),
        }
        Ok(())
    }

    fn upload_next(&mut self) {
        let left = self.cards.iter().find(|card| !card.uploaded).map(|card| card.payment);
        let step = left.map_or(ClosingStep::Close, |payment| ClosingStep::Upload { payment });
        self.closing = Some(Closing { step, sent: None, refused: None });
    }

    /// A day was closed: what the host refused is begun anew.
    pub fn begin_anew(&mut self) {
        if self.closing.as_ref().is_some_and(|closing| closing.refused.is_some()) {
            self.closing = None;
            self.cards.append(&mut self.later);
            self.cards.iter_mut().for_each(|card| card.uploaded = false);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::money::Currency;

    fn at() -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset()
    }

    fn card(n: u32) -> BatchCard {
        BatchCard {
            payment: PaymentId(Uuid::from_u128(u128::from(n))),
            trace: HostTrace::new(n, 23, at(), at()),
            amount: Money::new(100, Currency::EUR),
            approval_code: "A1".to_owned(),
            by_voice: false,
            uploaded: false,
        }
    }

    #[test]
    fn a_batch_in_balance_is_closed_and_what_came_meanwhile_is_in_the_next() {
        let mut batch = OpenBatch::new(BATCH_NUMBER_MAX);
        assert_eq!(batch.next(), None, "nothing was approved");
        batch.add(card(1));
        assert_eq!(batch.ask(), None, "it has no number yet");
        batch.sending(ClosingStep::Compare, 7, at()).unwrap();
        assert!(batch.sending(ClosingStep::Compare, 8, at()).is_err(), "a repeat keeps its number");
        batch.add(card(2));
        let ask = batch.ask().unwrap();
        assert_eq!((ask.stan, ask.cards.len()), (7, 1));
        assert!(batch.answered(&BatchAnswer::Taken).is_err());
        batch.answered(&BatchAnswer::InBalance).unwrap();
        assert_eq!((batch.number, batch.cards.clone(), batch.closing), (1, vec![card(2)], None));
        assert!(OpenBatch::new(1).answered(&BatchAnswer::InBalance).is_err());
    }

    #[test]
    fn out_of_balance_every_card_is_uploaded_before_the_batch_is_closed() {
        let mut batch = OpenBatch::new(1);
        batch.add(card(1));
        batch.add(card(2));
        batch.sending(ClosingStep::Compare, 7, at()).unwrap();
        batch.answered(&BatchAnswer::OutOfBalance).unwrap();
        for (n, stan) in [(1, 8), (2, 9)] {
            let step = ClosingStep::Upload { payment: card(n).payment };
            assert_eq!(batch.next(), Some(step));
            batch.sending(step, stan, at()).unwrap();
            batch.answered(&BatchAnswer::Taken).unwrap();
        }
        batch.sending(ClosingStep::Close, 10, at()).unwrap();
        batch.answered(&BatchAnswer::InBalance).unwrap();
        assert_eq!(batch, OpenBatch::new(2));
    }

    #[test]
    fn a_refusal_waits_for_the_next_day() {
        let mut batch = OpenBatch::new(1);
        batch.add(card(1));
        batch.sending(ClosingStep::Compare, 7, at()).unwrap();
        batch.answered(&BatchAnswer::Refused { code: "12".to_owned() }).unwrap();
        batch.add(card(2));
        assert_eq!((batch.next(), batch.ask(), batch.is_closing()), (None, None, false));
        batch.begin_anew();
        assert_eq!((batch.next(), batch.cards.len()), (Some(ClosingStep::Compare), 2));
    }

    #[test]
    fn a_refused_batch_is_asked_for_once_more_and_what_was_taken_back_is_not_in_it() {
        let mut batch = OpenBatch::new(1);
        assert!(batch.try_again().is_err(), "nothing was refused");
        batch.add(card(1));
        batch.add(card(2));
        assert!(batch.has_open(card(1).payment));
        batch.remove(card(1).payment);
        assert!(!batch.has_open(card(1).payment));
        batch.sending(ClosingStep::Compare, 7, at()).unwrap();
        assert!(!batch.has_open(card(2).payment), "the host counts it already");
        batch.answered(&BatchAnswer::Refused { code: "12".to_owned() }).unwrap();
        assert_eq!(batch.refused(), Some("12"));
        batch.try_again().unwrap();
        assert_eq!((batch.next(), batch.ask(), batch.is_closing()), (Some(ClosingStep::Compare), None, true));
        batch.sending(ClosingStep::Compare, 8, at()).unwrap();
        assert_eq!(batch.ask().map(|ask| (ask.stan, ask.cards.len())), Some((8, 1)));
    }
}
