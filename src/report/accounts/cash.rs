//! What moves in the drawers and in the boxes of other currencies without a sale, and what their counts find.

use super::{Account, Books, known_at};
use crate::domain::cash::{CashMovement, Foreign};
use crate::domain::ledger::Drawer;
use crate::domain::sale::{Payment, Tender};
use crate::report::{DayReport, ReportDrawer};

impl Books {
    /// The count of the drawer, and where the cash goes after it.
    pub(super) fn take_count(&mut self, day: &DayReport) {
        for one in &day.drawers {
            match one.session.foreign {
                None => self.take_drawer(day, &one.session),
                Some(foreign) => self.take_box(day, one, foreign),
            }
        }
    }

    /// What the counts of a box found too much or too little, at the rate it was last taken at. What the bank gives for
    /// the notes is booked when it is known.
    fn take_box(&mut self, day: &DayReport, ReportDrawer { session: one, figures }: &ReportDrawer, foreign: Foreign) {
        let code = foreign.currency;
        let found = |by: i64| {
            let worth = one.worth_minor(by, day.currency);
            vec![(Account::Foreign, worth), (Account::CashDifference, -worth)]
        };
        for handover in &one.handovers {
            self.put(handover.at.date_naive(), format!("Handed over {code}"), found(handover.difference_minor()));
        }
        if let Some(count) = &one.counted {
            let by = count.difference_minor();
            self.put(known_at(day), format!("Count {code}"), found(by));
            // Each payment was rounded by itself, and so was what is missing; and the rate may have changed since a note was
            // taken. What is left is what the notes are worth at the box's rate: nothing, where none is left.
            let of_box = |payment: &Payment| match &payment.tender {
                Tender::Cash { given, foreign: Some(taken), cash, .. } if taken.drawer == one.id && cash.is_taken() => {
                    Some((taken.rate, given.minor))
                }
                Tender::Cash { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Card { .. } => None,
            };
            let payments = day.sales.iter().flat_map(|sale| &sale.payments);
            let taken: Vec<_> = payments.filter_map(|payment| of_box(&payment.payment)).collect();
            let worth = |minor| one.worth_minor(minor, day.currency);
            let at_handovers = one.handovers.iter().map(|it| worth(it.difference_minor()));
            let booked = taken.iter().map(|(_, worth)| *worth).chain(at_handovers).chain([worth(by)]);
            let holds = worth(figures.exchanged.saturating_add(figures.handed_over).saturating_add(by));
            let more = holds.saturating_sub(booked.fold(0, i64::saturating_add));
            let (text, other) = if taken.iter().all(|(rate, _)| *rate == foreign.rate) {
                ("Rounding", Account::Rounding)
            } else {
                ("New rate of", Account::Exchange)
            };
            self.put(known_at(day), format!("{text} {code}"), vec![(Account::Foreign, more), (other, -more)]);
        }
    }

    fn take_drawer(&mut self, day: &DayReport, drawer: &Drawer) {
        for one in &drawer.moves {
            let amount = one.amount.minor;
            let (text, into, out_of) = match one.movement {
                CashMovement::ChangeBrought => ("Change brought", Account::Drawer, Account::Safe),
                CashMovement::OtherPaidIn => ("Paid in", Account::Drawer, Account::NotOurs),
                CashMovement::SupplierPaid => ("Supplier paid", Account::PaidOut, Account::Drawer),
                CashMovement::ExpensePaid => ("Expense paid", Account::PaidOut, Account::Drawer),
                CashMovement::OtherPaidOut => ("Paid out", Account::PaidOut, Account::Drawer),
                CashMovement::SafeDrop => ("Into the safe", Account::Safe, Account::Drawer),
            };
            self.put(one.at.date_naive(), text.to_owned(), vec![(into, amount), (out_of, -amount)]);
        }
        for one in &drawer.handovers {
            let by = one.difference_minor();
            let postings = vec![(Account::Drawer, by), (Account::CashDifference, -by)];
            self.put(one.at.date_naive(), "Handed over".to_owned(), postings);
        }
        let Some(count) = &drawer.counted else { return };
        let difference = count.difference_minor();
        let date = known_at(day);
        self.put(date, "Count".to_owned(), vec![(Account::Drawer, difference), (Account::CashDifference, -difference)]);
        let counted = count.counted_minor;
        self.put(date, "Out of the drawer".to_owned(), vec![(Account::Safe, counted), (Account::Drawer, -counted)]);
    }
}
