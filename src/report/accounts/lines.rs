//! What the statements say beside the payments they settle.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Account, Books, known_at, out_of};
use crate::domain::ids::PaymentId;
use crate::domain::reconcile::{LineClass, LineState, StatementLine};
use crate::domain::sale::{GiveBackWay, Standing};
use crate::report::{DayReport, ReportLine};

/// Whether a line has to do with the till and nobody has said yet what it is. The money is at the bank all the same.
pub(super) fn is_undecided(one: &ReportLine) -> bool {
    let is_unexplained = matches!(one.state, LineState::Unexplained);
    is_unexplained
        && match one.class {
            Some(
                LineClass::Matched { .. }
                | LineClass::Under { .. }
                | LineClass::Over { .. }
                | LineClass::Duplicate { .. }
                | LineClass::Suggested { .. }
                | LineClass::Unknown { .. }
                | LineClass::TakenBack { .. },
            ) => true,
            Some(LineClass::BookedBefore { .. } | LineClass::Outgoing) | None => false,
        }
}

/// Whether a line was brought in before a day began: its id is of that time.
fn is_older(day: &DayReport, line: &StatementLine) -> bool {
    let made = line.id.0.get_timestamp().map(|time| time.to_unix().0);
    made.and_then(|seconds| i64::try_from(seconds).ok()).is_some_and(|seconds| seconds < day.opened.timestamp())
}

impl Books {
    /// A line that was there before the first day comes from there, as a payment does.
    fn take_undecided(&mut self, day: &DayReport, line: &StatementLine, is_older: bool) {
        if !self.undecided.insert(line.id) {
            return;
        }
        let minor = line.amount.minor;
        let (date, text, from) = if is_older {
            (day.opened.date_naive(), "Carried over, not decided yet", Account::Opening)
        } else {
            (line.booked_on, "Not decided yet", Account::Bank)
        };
        self.put(date, text.to_owned(), vec![(from, minor), (Account::Undecided, -minor)]);
    }

    /// Where the fee of a payment is kept: of a card at the acquirer, which has its money.
    fn keeper_of_fee(&self, payment: PaymentId) -> Account {
        let at = self.at.get(&payment).copied().filter(|at| *at == Account::Acquirer);
        at.unwrap_or(Account::Bank)
    }

    /// What the statements say beside the payments they settle: fees, what is missing, what is not the till's.
    pub(super) fn take_lines(&mut self, day: &DayReport) {
        let mut came: BTreeMap<PaymentId, (NaiveDate, i64)> = BTreeMap::new();
        for one in &day.lines {
            let (line, minor) = (&one.line, one.line.amount.minor);
            let is_older = !self.has_begun && is_older(day, line);
            if is_undecided(one) || is_older && !matches!(one.state, LineState::Unexplained) {
                self.take_undecided(day, line, is_older);
            }
            if matches!(one.state, LineState::Unexplained) || !self.lines.insert(line.id) {
                continue;
            }
            if self.undecided.remove(&line.id) {
                let postings = vec![(Account::Undecided, minor), (Account::Bank, -minor)];
                self.put(known_at(day), "Decided".to_owned(), postings);
            }
            match &one.state {
                LineState::Matched { payment, .. } => {
                    let sum = came.entry(*payment).or_insert((line.booked_on, 0));
                    sum.1 = sum.1.saturating_add(minor);
                    let fee = one.fee.map_or(0, |fee| fee.minor);
                    let from = self.keeper_of_fee(*payment);
                    self.put(line.booked_on, "Fee".to_owned(), vec![(Account::Fees, fee), (from, -fee)]);
                }
                LineState::PaidOut { fee, .. } => {
                    let fee = fee.minor;
                    self.put(
                        line.booked_on,
                        "Fee of a payout".to_owned(),
                        vec![(Account::Fees, fee), (Account::Bank, -fee)],
                    );
                }
                // It was booked when the money was given back.
                LineState::Explained { own_refund: true, .. } => {}
                // What has to do with a closed day is an adjustment; the rest the bank took back of today's money.
                LineState::Explained { payment: Some(_), .. }
                    if day.adjustments.iter().any(|it| it.line == Some(line.id)) => {}
                LineState::Explained { payment: Some(_), .. } => {
                    let other = if minor < 0 { Account::Losses } else { Account::Customers };
                    self.put(
                        line.booked_on,
                        "Taken back or paid twice".to_owned(),
                        vec![(Account::Bank, minor), (other, -minor)],
                    );
                }
                LineState::Explained { payment: None, .. } => {
                    self.put(
                        line.booked_on,
                        "Not a sale".to_owned(),
                        vec![(Account::Bank, minor), (Account::NotOurs, -minor)],
                    );
                }
                // Where it is an adjustment that one books what came, as owed to the customer.
                LineState::Returned { way, .. } => {
                    let is_booked = day.adjustments.iter().any(|it| it.line == Some(line.id));
                    let owed = if is_booked { Account::Customers } else { Account::Bank };
                    if owed != Account::Bank || *way != GiveBackWay::OtherWay {
                        let postings = [(owed, minor)].into_iter().chain(out_of(*way, minor)).collect();
                        self.put(line.booked_on, "Credit given back".to_owned(), postings);
                    }
                }
                LineState::Unexplained => {}
            }
        }
        let asked = |payment: PaymentId| {
            let mut all = day.sales.iter().flat_map(|sale| &sale.payments);
            let one = &all.find(|one| one.payment.id == payment)?.payment;
            // Nothing is asked by a code that was withdrawn: all that comes for it is the customer's.
            Some(if one.standing() == Standing::Takes { one.amount.minor } else { 0 })
        };
        for (payment, (date, came)) in came {
            let more = asked(payment).map_or(0, |asked| came.saturating_sub(asked));
            let other = if more < 0 { Account::Losses } else { Account::Customers };
            let text = if more < 0 { "Less came" } else { "More came, owed to the customer" };
            self.put(date, text.to_owned(), vec![(Account::Bank, more), (other, -more)]);
        }
    }
}
