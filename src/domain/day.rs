//! The manager's day: what was taken, what is explained, what is open, and whether the day may be closed.
//!
//! The close does not lie: every payment has an [`Outcome`], and one that is [`Outcome::Open`] keeps the day from being
//! closed ([`may_close`]).

mod about;
mod action;
mod adjustment;
mod candidate;
mod carry;
mod chart;
mod contingency;
mod decided;
mod findings;
mod item;
mod item_id;
mod open;
mod parts;
mod segment;
mod sum;
mod terms;

use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::ledger::{DrawerFigures, Ledger};
use crate::domain::money::Currency;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reconcile::PaymentClass;
use crate::domain::sale::{Payment, Standing, Tender};

pub use self::about::{About, CardShown, Credit};
pub use self::action::Action;
pub use self::adjustment::{Adjustment, AdjustmentKind};
pub use self::candidate::{Candidate, CandidateState, candidates};
pub use self::carry::{CARRY_DAYS_MAX, Carried, CarryReason, owed};
pub use self::chart::{Bar, Charts, charts};
pub use self::contingency::{is_contingency, outage_of};
pub use self::decided::{Decided, DecidedWhat, decided};
pub use self::findings::Findings;
pub use self::item::OpenItem;
pub use self::item_id::{ItemId, ItemIdError};
pub use self::open::{OpenList, open_items, open_list};
pub use self::parts::{Costs, Decline, Parts, costs};
pub use self::segment::{Segment, segments};
pub use self::sum::{figures, missing};
pub use self::terms::CloseTerms;

/// The figures a day is closed with; they go into the journal and onto the closing slip.
///
/// All amounts are minor units of the till's currency. What was taken or promised, by tender, is that of the day's own
/// sales; received, still open and lost divide it without a rest. What
/// became of cards and transfers, what was written off and what is carried over also counts earlier sales that were
/// still open when the day began, so that every loss stands on exactly one closing slip.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DayFigures {
    /// Sales done.
    pub sales: u32,
    /// Taken on the reader.
    pub reader: TenderFigures,
    /// Taken by QR transfer.
    pub qr: TenderFigures,
    /// Taken by typed card.
    pub card: TenderFigures,
    /// Taken in cash.
    pub cash: TenderFigures,
    /// Contingency sales done ([`is_contingency`]).
    #[serde(default)]
    pub contingency: u32,
    /// Of what was taken or promised: settled at the acquirer, seen on a statement, or cash.
    #[serde(default)]
    pub received_minor: i64,
    /// Of what was taken or promised: not received yet, and nobody has given it up.
    #[serde(default)]
    pub open_minor: i64,
    /// Of what was taken or promised: written off, or missing of a transfer of which less came.
    #[serde(default)]
    pub lost_minor: i64,
    /// Outages of the day.
    pub outages: u32,
    /// How long they lasted together.
    pub outage_seconds: i64,
    /// Typed cards that were stored for later.
    pub stored: u32,
    /// Typed cards approved.
    pub approved: u32,
    /// Typed cards declined, and those written off after they were declined or parked.
    pub declined: u32,
    /// Typed cards parked at the close.
    pub parked: u32,
    /// Transfers seen on a statement.
    pub statement_matched: u32,
    /// Statement credits that no sale explains, those a person explained among them; not the two kinds below.
    pub statement_unmatched: u32,
    /// Test payments to the shop's own accounts.
    #[serde(default)]
    pub statement_tests: u32,
    /// Statement credits that went back to the customer.
    #[serde(default)]
    pub statement_returned: u32,
    /// What was written off, and what was missing of transfers that a person took for paid.
    pub written_off_minor: i64,
    /// What providers kept of the transfers that statements show.
    #[serde(default)]
    pub fees_minor: i64,
    /// What became known of payments of closed days.
    #[serde(default)]
    pub adjustments: u32,
    /// By how much the shop has more than those days said (positive) or less.
    #[serde(default)]
    pub adjusted_minor: i64,
    /// What is carried over: because it is not yet due, or by a named person.
    pub carried_minor: i64,
    /// What was refunded of the day's own sales, in whatever way.
    #[serde(default)]
    pub refunded: TenderFigures,
    /// What went back on this day because more had come than was asked for, in whatever way.
    #[serde(default)]
    pub given_back: TenderFigures,
    /// How often the drawer was opened without a sale.
    #[serde(default)]
    pub drawer_openings: u32,
    /// How often more was to come out of a drawer or a box than should be in it.
    #[serde(default)]
    pub drawer_refusals: u32,
    /// What should be in the drawer, line by line.
    #[serde(default)]
    pub drawer: DrawerFigures,
    /// What should be in the drawer: the sum of its lines.
    pub cash_expected_minor: i64,
    /// The blind count; 0 before it.
    pub cash_counted_minor: i64,
    /// The boxes of other currencies, each in its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignFigures>,
}

/// The figures of the box of another currency; all but its worth in minor units of that currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignFigures {
    /// Which currency.
    pub currency: Currency,
    /// What was taken, at the rates it was taken at, in minor units of the till's currency.
    pub worth_minor: i64,
    /// What should be in the box, line by line.
    pub lines: DrawerFigures,
    /// The blind count; 0 before it.
    pub counted_minor: i64,
}

impl ForeignFigures {
    /// What the box has too much (positive) or too little.
    #[must_use]
    pub fn difference_minor(&self) -> i64 {
        self.counted_minor.saturating_sub(self.lines.expected())
    }
}

/// Number and sum of the payments of one tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TenderFigures {
    /// How many payments.
    pub count: u32,
    /// Their sum, in minor units.
    pub amount_minor: i64,
}

impl TenderFigures {
    /// With one more payment.
    #[must_use]
    pub fn with(self, amount_minor: i64) -> Self {
        Self { count: self.count.saturating_add(1), amount_minor: self.amount_minor.saturating_add(amount_minor) }
    }
}

/// What the settings say about closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRules {
    /// The till's currency.
    pub currency: Currency,
    /// Days that a transfer may take to appear on a statement.
    pub due_days: u16,
    /// A drawer difference above this needs a note, in minor units.
    pub drawer_note_above_minor: i64,
    /// What the shop expects to lose of stored cards, in hundredths of a per cent.
    pub expected_loss_basis_points: u16,
}

impl DayRules {
    /// The last day on which a transfer shown on `asked_on` may still be on its way.
    #[must_use]
    pub fn due_on(&self, asked_on: NaiveDate) -> NaiveDate {
        asked_on.checked_add_days(Days::new(u64::from(self.due_days))).unwrap_or(NaiveDate::MAX)
    }
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The acquirer has it.
    SettledAtAcquirer,
    /// It is on the bank's statement.
    OnStatement,
    /// It is in the drawer, which is counted.
    InDrawer,
    /// It goes on by itself, and its time has not passed: carried over.
    NotYetDue,
    /// A named person took the loss.
    WrittenOff,
    /// Refused, withdrawn or undone: the sale was paid another way or not at all.
    NothingTaken,
    /// Somebody has to do or decide something.
    Open,
}

/// What became of a payment, seen at `now`. `class` is what the statements say of it, if it is a transfer.
///
/// Only two kinds are carried over by themselves: a card that waits for the host within its promise, and a transfer
/// that somebody of the shop has seen and whose statement is not due. A transfer that only the customer speaks of is
/// open.
#[must_use]
pub fn outcome(
    payment: &Payment,
    class: Option<PaymentClass>,
    now: DateTime<FixedOffset>,
    rules: &DayRules,
) -> Outcome {
    match &payment.tender {
        Tender::Cash { .. } => match payment.standing() {
            Standing::Takes | Standing::Pending => Outcome::InDrawer,
            Standing::Void => Outcome::NothingTaken,
        },
        // Its sale may have gone another way and the question still be open.
        Tender::Reader { .. } if payment.is_open() => Outcome::Open,
        Tender::Reader { .. } => match payment.standing() {
            Standing::Takes => Outcome::SettledAtAcquirer,
            Standing::Pending => Outcome::Open,
            Standing::Void => Outcome::NothingTaken,
        },
        Tender::Qr { qr, .. } => match qr {
            QrState::SeenOnStatement { .. } | QrState::ShortOrOver { .. } | QrState::RefundDue { .. } => {
                Outcome::OnStatement
            }
            QrState::NeverArrived { .. } => Outcome::WrittenOff,
            QrState::Withdrawn => Outcome::NothingTaken,
            QrState::Shown | QrState::CustomerSaysPaid { .. } => Outcome::Open,
            QrState::ConfirmedByShop { .. } => {
                let is_due = now.date_naive() > rules.due_on(payment.began.date_naive());
                if is_due || has_line(class) { Outcome::Open } else { Outcome::NotYetDue }
            }
        },
        Tender::Card { promise, card, .. } => card_outcome(*promise, card, now),
    }
}

fn card_outcome(promise: Promise, card: &CardState, now: DateTime<FixedOffset>) -> Outcome {
    match (card, promise) {
        (CardState::Approved { .. } | CardState::Settled { .. }, _) => Outcome::SettledAtAcquirer,
        (CardState::WrittenOff { .. }, Promise::SentLater { .. }) => Outcome::WrittenOff,
        (CardState::Undone { .. } | CardState::Voided { .. } | CardState::Replaced { .. }, _)
        | (CardState::Declined { .. } | CardState::WrittenOff { .. }, Promise::AnsweredNow) => Outcome::NothingTaken,
        (CardState::Parked { .. }, _) | (CardState::Declined { .. }, Promise::SentLater { .. }) => Outcome::Open,
        (
            CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. },
            promise,
        ) => match promise {
            Promise::SentLater { send_by } if now <= send_by => Outcome::NotYetDue,
            Promise::SentLater { .. } | Promise::AnsweredNow => Outcome::Open,
        },
    }
}

/// Whether a statement line is bound to a transfer and waits for a person, or for being booked.
fn has_line(class: Option<PaymentClass>) -> bool {
    match class {
        Some(
            PaymentClass::Matched { .. }
            | PaymentClass::Under { .. }
            | PaymentClass::Over { .. }
            | PaymentClass::Suggested { .. },
        ) => true,
        Some(PaymentClass::Missing { .. } | PaymentClass::Settled { .. } | PaymentClass::NotExpected) | None => false,
    }
}

/// Whether the day may be closed at `now`. `unconfirmed_entries` is the number of journal entries that are on one
/// medium only.
///
/// # Errors
///
/// The items that keep it open, in the order of [`open_list`].
pub fn may_close(
    ledger: &Ledger,
    findings: &Findings,
    now: DateTime<FixedOffset>,
    rules: &DayRules,
    unconfirmed_entries: u32,
) -> Result<(), Vec<OpenItem>> {
    // A list that is not complete has items that block.
    let mut items = open_list(ledger, findings, now, rules, unconfirmed_entries).items;
    items.retain(OpenItem::blocks);
    if items.is_empty() { Ok(()) } else { Err(items) }
}

#[cfg(test)]
mod tests;
