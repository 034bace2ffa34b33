//! Open items that a named person carries over to a later day, with a reason. Until that day they do not keep a day from
//! being closed; after it they do again.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::day::{ItemId, OpenItem, TenderFigures};
use crate::domain::ids::PersonId;
use crate::domain::ledger::Day;
use crate::domain::money::Currency;
use crate::domain::reconcile::UnknownWhy;

/// The longest an item can be carried over, in days; it may be done again.
pub const CARRY_DAYS_MAX: u64 = 31;

/// An item that is carried over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Which.
    pub item: ItemId,
    /// The last day on which it may stay open.
    pub until: NaiveDate,
    /// Why.
    pub reason: CarryReason,
    /// Who decided.
    pub by: PersonId,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// Why an item is carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarryReason {
    /// The bank was asked.
    BankAsked,
    /// The acquirer was asked.
    AcquirerAsked,
    /// The customer will pay or come back.
    CustomerPromised,
    /// The statement is not there yet.
    StatementLate,
    /// The customer, whose money it is, could not be reached yet.
    CustomerNotReached,
}

impl Day {
    /// How an item is carried over on this date, if it is.
    #[must_use]
    pub fn carried_on(&self, date: NaiveDate, item: ItemId) -> Option<&Carried> {
        self.carried.iter().find(|one| one.item == item && one.until >= date)
    }
}

impl OpenItem {
    /// Whether a person may carry it over: it waits for somebody outside, and the till remembers it over the night.
    #[must_use]
    pub fn may_be_carried(&self) -> bool {
        match self {
            Self::ReaderUnanswered { .. }
            | Self::CardDeclined { .. }
            | Self::CardParked { .. }
            | Self::TransferMissing { .. }
            | Self::TransferSuggested { .. }
            | Self::TransferInParts { .. }
            | Self::PayoutFound { .. }
            | Self::TransferUnder { .. }
            | Self::TransferOver { .. }
            | Self::TransferTwice { .. }
            | Self::TransferTakenBack { .. }
            | Self::SaleOverpaid { .. }
            | Self::RefundToSend { .. }
            | Self::CreditUnknown { .. } => true,
            Self::SaleOpen { .. }
            | Self::CardUnanswered { .. }
            | Self::CardWaiting { .. }
            | Self::TransferShown { .. }
            | Self::TransferFound { .. }
            | Self::DrawerNotCounted { .. }
            | Self::DrawerDiffers { .. }
            | Self::EntriesUnconfirmed { .. } => false,
            Self::CarriedOver { item, .. } => item.may_be_carried(),
        }
    }

    /// Whether it is money of a customer that the shop still has, carried over or not.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        match self {
            Self::SaleOverpaid { .. }
            | Self::RefundToSend { .. }
            | Self::TransferOver { .. }
            | Self::TransferTwice { .. }
            | Self::CreditUnknown { why: UnknownWhy::Withdrawn(_), .. } => true,
            Self::SaleOpen { .. }
            | Self::ReaderUnanswered { .. }
            | Self::CardUnanswered { .. }
            | Self::CardWaiting { .. }
            | Self::CardDeclined { .. }
            | Self::CardParked { .. }
            | Self::TransferShown { .. }
            | Self::TransferMissing { .. }
            | Self::TransferFound { .. }
            | Self::TransferSuggested { .. }
            | Self::TransferInParts { .. }
            | Self::PayoutFound { .. }
            | Self::TransferUnder { .. }
            | Self::TransferTakenBack { .. }
            | Self::CreditUnknown { .. }
            | Self::DrawerNotCounted { .. }
            | Self::DrawerDiffers { .. }
            | Self::EntriesUnconfirmed { .. } => false,
            Self::CarriedOver { item, .. } => item.is_owed(),
        }
    }

    /// The item itself, also where it is carried over.
    #[must_use]
    pub fn inner(&self) -> &Self {
        match self {
            Self::CarriedOver { item, .. } => item,
            other => other,
        }
    }
}

/// How many of these items are money of customers that the shop still has, and what they come to in minor units of the
/// till's currency. One in another currency counts without a sum.
#[must_use]
pub fn owed(items: &[OpenItem], currency: Currency) -> TenderFigures {
    items.iter().filter(|item| item.is_owed()).fold(TenderFigures::default(), |sum, item| {
        let amount = item.amount().filter(|amount| amount.currency == currency);
        sum.with(amount.map_or(0, |amount| amount.minor))
    })
}
