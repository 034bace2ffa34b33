//! The days as entries of double-entry books, for whoever keeps the shop's accounts.
//!
//! Each payment is somewhere: waiting ([`Account::Clearing`]), with the acquirer, at the bank, in the drawer, or lost. It
//! comes out of the sales when it is taken, and an entry moves it on when a later day knows more. So what stands in a
//! clearing account at the end is exactly what is still open, and both programs that read the text check it.

mod cash;
mod lines;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use self::lines::is_undecided;
use super::{DayReport, ReportDrawer, ReportPayment};
use crate::domain::day::{Adjustment, AdjustmentKind, Outcome};
use crate::domain::ids::{LineId, PaymentId, SaleId};
use crate::domain::sale::{GiveBackWay, GivenBack, Refund, RefundWay, Standing, Tender, TenderKind};

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What was sold.
    Sales,
    /// Taken or promised by this tender, and not received yet.
    Clearing(TenderKind),
    /// Settled at the acquirer.
    Acquirer,
    /// On the bank's statement.
    Bank,
    /// In the drawer.
    Drawer,
    /// In the boxes of other currencies, at what it was worth when it was taken.
    Foreign,
    /// Cash that is not in the drawer: where the float comes from, and where the count goes.
    Safe,
    /// Written off, missing, or taken back.
    Losses,
    /// What providers kept.
    Fees,
    /// Cash rounding.
    Rounding,
    /// What the notes of another currency are worth more or less than when they were taken.
    Exchange,
    /// What the count of the drawer differs by.
    CashDifference,
    /// Paid in cash out of the drawer: suppliers, small things for the shop.
    PaidOut,
    /// More came than was asked for, or came twice: it is the customers'.
    Customers,
    /// Credits that no sale of the till explains.
    NotOurs,
    /// On the bank's statement, and nobody has said yet what it is.
    Undecided,
    /// What was open already before the first day.
    Opening,
}

/// One entry. Its amounts, in minor units, add up to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The day.
    pub date: NaiveDate,
    /// What happened, in fixed English words.
    pub text: String,
    /// The accounts and what each has more or less.
    pub postings: Vec<(Account, i64)>,
}

/// The entries of these days, oldest first, and what has to stand in each clearing account after them.
#[must_use]
pub fn accounts(days: &[DayReport]) -> (Vec<Entry>, Vec<(Account, i64)>) {
    let mut books = Books::default();
    for day in days {
        books.take_day(day);
    }
    books.entries.sort_by_key(|entry| entry.date);
    let open = days.last().map(still_open).unwrap_or_default();
    (books.entries, open)
}

/// What is still open, told from the outcomes and not from the entries: so that each checks the other.
fn still_open(day: &DayReport) -> Vec<(Account, i64)> {
    let mut open: BTreeMap<Account, i64> =
        [TenderKind::Reader, TenderKind::Qr, TenderKind::Card].map(|kind| (Account::Clearing(kind), 0)).into();
    for one in day.sales.iter().flat_map(|sale| &sale.payments) {
        let is_open = matches!(one.outcome, Outcome::NotYetDue | Outcome::Open);
        if is_open && one.payment.standing() == Standing::Takes {
            *open.entry(Account::Clearing(one.payment.tender.kind())).or_default() += one.payment.amount.minor;
        }
    }
    let undecided = day.lines.iter().filter(|one| is_undecided(one)).map(|one| one.line.amount.minor);
    open.insert(Account::Undecided, undecided.fold(0, i64::saturating_sub));
    open.into_iter().collect()
}

#[derive(Default)]
struct Books {
    entries: Vec<Entry>,
    /// Where each payment stands.
    at: BTreeMap<PaymentId, Account>,
    /// How much of what was given back is booked.
    given_back: BTreeMap<SaleId, usize>,
    /// How many refunds of a sale are booked.
    refunds: BTreeMap<SaleId, usize>,
    /// Lines that are booked: one that stays in memory over a close comes twice.
    lines: BTreeSet<LineId>,
    /// Lines that are booked as undecided.
    undecided: BTreeSet<LineId>,
    /// Whether a day was taken already.
    has_begun: bool,
}

impl Books {
    fn put(&mut self, date: NaiveDate, text: String, postings: Vec<(Account, i64)>) {
        let postings: Vec<(Account, i64)> = postings.into_iter().filter(|(_, minor)| *minor != 0).collect();
        if !postings.is_empty() {
            self.entries.push(Entry { date, text, postings });
        }
    }

    fn take_day(&mut self, day: &DayReport) {
        let before = self.entries.len();
        for ReportDrawer { session: drawer, .. } in in_shop_currency(day) {
            self.put(
                day.date,
                "Float".to_owned(),
                vec![(Account::Drawer, drawer.float_minor), (Account::Safe, -drawer.float_minor)],
            );
        }
        for sale in &day.sales {
            let reference = sale.sale.reference.to_string();
            for one in &sale.payments {
                self.take_payment(day, &reference, one);
            }
            let refunds = self.refunds.insert(sale.sale.id, sale.sale.refunds.len()).unwrap_or(0);
            for back in sale.sale.refunds.iter().skip(refunds) {
                self.put(back.at.date_naive(), format!("Refund {reference}"), refunded(back));
            }
            let booked = self.given_back.insert(sale.sale.id, sale.sale.given_back.len()).unwrap_or(0);
            // First goes back what came and was never the shop's, then what was taken twice.
            let mut not_ours =
                sale.payments.iter().fold(0_i64, |sum, one| sum.saturating_add(one.payment.not_ours_minor()));
            for (place, back) in sale.sale.given_back.iter().enumerate() {
                let of_customers = not_ours.min(back.amount.minor);
                not_ours = not_ours.saturating_sub(of_customers);
                if place >= booked {
                    let postings = given_back(back, of_customers);
                    self.put(back.at.date_naive(), format!("Given back {reference}"), postings);
                }
            }
        }
        self.take_lines(day);
        self.has_begun = true;
        for adjustment in &day.adjustments {
            self.take_adjustment(adjustment);
        }
        self.take_count(day);
        if day.is_blind {
            // With the float they would say what is in the drawer. Each adds up to nothing, so the rest stays in balance.
            let is_of_drawer = |(account, _): &(Account, i64)| matches!(account, Account::Drawer | Account::Foreign);
            let of_today = self.entries.split_off(before);
            let kept = of_today.into_iter().filter(|entry| !entry.postings.iter().any(is_of_drawer));
            self.entries.extend(kept);
        }
    }

    fn take_payment(&mut self, day: &DayReport, reference: &str, one: &ReportPayment) {
        let payment = &one.payment;
        // Its own day has booked it: only something of it goes back today.
        if day.is_only_refunded(payment) {
            return;
        }
        let (amount, kind) = (payment.amount.minor, payment.tender.kind());
        let now = place(one);
        let is_todays = payment.began.date_naive() >= day.opened.date_naive() && one.taken.minor > 0;
        // One that was open before the first day comes from there, wherever it is by now.
        let comes_in = !self.has_begun && !is_todays && payment.began < day.opened;
        let before = self.at.insert(payment.id, now);
        // Cash was in the drawer of its own day, and went out of it with that day's count.
        if before.is_none() && comes_in && kind == TenderKind::Cash {
            return;
        }
        if before.is_none() && comes_in && (now != Account::Sales || is_promised(one)) {
            let open = Account::Clearing(kind);
            self.put(
                day.opened.date_naive(),
                format!("Carried over {reference}"),
                vec![(open, amount), (Account::Opening, -amount)],
            );
            self.put(known_at(day), moved(reference, now), vec![(now, amount), (open, -amount)]);
            return;
        }
        let before = before.unwrap_or(Account::Sales);
        if before == now {
            return;
        }
        let date = if before == Account::Sales { payment.began.date_naive() } else { known_at(day) };
        let mut postings = vec![(now, amount), (before, -amount)];
        if let Tender::Cash { given, change, foreign, .. } = &payment.tender {
            let rounding = given.minor.saturating_sub(change.minor).saturating_sub(amount);
            postings.extend([(Account::Drawer, rounding), (Account::Rounding, -rounding)]);
            if foreign.is_some() {
                postings.extend([(Account::Foreign, given.minor), (Account::Drawer, -given.minor)]);
            }
        }
        let text = if before == Account::Sales { format!("Sale {reference}") } else { moved(reference, now) };
        self.put(date, text, postings);
    }

    /// What became known of a payment that the till has forgotten. Of one that it has, the payment itself moves.
    fn take_adjustment(&mut self, one: &Adjustment) {
        let amount = one.amount.minor;
        let postings = match one.kind {
            AdjustmentKind::TakenBack => vec![(Account::Losses, amount), (Account::Bank, -amount)],
            AdjustmentKind::PaidTwice | AdjustmentKind::WentBack => {
                vec![(Account::Bank, amount), (Account::Customers, -amount)]
            }
            // Where a transfer itself was settled by it, it moves from the losses by itself.
            AdjustmentKind::CameAfterAll if one.line.is_none() => return,
            AdjustmentKind::CameAfterAll => vec![(Account::Bank, amount), (Account::Losses, -amount)],
            AdjustmentKind::Settled
            | AdjustmentKind::WrittenOff
            | AdjustmentKind::NothingTaken
            | AdjustmentKind::LossUndone
            // It is booked as the refund of its sale.
            | AdjustmentKind::Refunded
            | AdjustmentKind::OpenAgain => return,
        };
        self.put(one.at.date_naive(), format!("Adjustment of {} for {}", one.reference, one.sold_on), postings);
    }
}

/// A box of another currency has no float and no moves here: its notes are the shop's in the safe as in the box.
fn in_shop_currency(day: &DayReport) -> impl Iterator<Item = &ReportDrawer> {
    day.drawers.iter().filter(|drawer| drawer.session.foreign.is_none())
}

/// Where a payment is. One that takes nothing is nowhere: it never came out of the sales.
fn place(one: &ReportPayment) -> Account {
    let kind = one.payment.tender.kind();
    if one.payment.standing() != Standing::Takes {
        return Account::Sales;
    }
    match one.outcome {
        Outcome::SettledAtAcquirer => Account::Acquirer,
        Outcome::OnStatement => Account::Bank,
        Outcome::InDrawer => Account::Drawer,
        Outcome::WrittenOff => Account::Losses,
        Outcome::NotYetDue | Outcome::Open => Account::Clearing(kind),
        Outcome::NothingTaken => Account::Sales,
    }
}

/// Whether it took its part of a sale when it was carried over, although nothing was taken in the end.
fn is_promised(one: &ReportPayment) -> bool {
    matches!(one.payment.tender, Tender::Card { promise: crate::domain::queue::Promise::SentLater { .. }, .. })
}

fn moved(reference: &str, to: Account) -> String {
    let word = match to {
        Account::Losses => "Written off",
        Account::Sales => "Undone",
        Account::Clearing(_) => "Open again",
        Account::Acquirer
        | Account::Bank
        | Account::Drawer
        | Account::Foreign
        | Account::Safe
        | Account::Fees
        | Account::Rounding
        | Account::Exchange
        | Account::CashDifference
        | Account::PaidOut
        | Account::Customers
        | Account::NotOurs
        | Account::Undecided
        | Account::Opening => "Received",
    };
    format!("{word} {reference}")
}

/// The day on which a report knows what it says.
fn known_at(day: &DayReport) -> NaiveDate {
    day.close.as_ref().map_or(day.made_at, |close: &_| -> DateTime<FixedOffset> { close.at }).date_naive()
}

/// Of what goes back `of_customers` was owed to customers; the rest had been counted as sales.
fn given_back(back: &GivenBack, of_customers: i64) -> Vec<(Account, i64)> {
    let amount = back.amount.minor;
    let sales = amount.saturating_sub(of_customers);
    let owed = [(Account::Customers, of_customers), (Account::Sales, sales)];
    owed.into_iter().chain(out_of(back.way, amount)).collect()
}

/// Where money that goes back to a customer comes from. Cash is rounded.
fn out_of(way: GiveBackWay, amount: i64) -> Vec<(Account, i64)> {
    match way {
        GiveBackWay::Cash { paid, .. } => {
            let paid = paid.map_or(amount, |paid| paid.minor);
            vec![(Account::Drawer, -paid), (Account::Rounding, -amount.saturating_sub(paid))]
        }
        GiveBackWay::OnReader => vec![(Account::Acquirer, -amount)],
        GiveBackWay::OtherWay => vec![(Account::Bank, -amount)],
    }
}

/// A refund out of the drawer is rounded as cash is. A card that was not sent yet moves by itself.
fn refunded(back: &Refund) -> Vec<(Account, i64)> {
    let amount = back.amount.minor;
    match back.way {
        RefundWay::Cash { paid, .. } => {
            let rounding = amount.saturating_sub(paid.minor);
            vec![(Account::Sales, amount), (Account::Drawer, -paid.minor), (Account::Rounding, -rounding)]
        }
        RefundWay::Transfer => vec![(Account::Sales, amount), (Account::Bank, -amount)],
        RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => Vec::new(),
    }
}
