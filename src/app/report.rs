//! What goes onto paper and into files: receipts, the slip of a closed day, the day's report.

use crate::app::effect::Effect;
use crate::app::event::ReportTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{Place, PrintState};
use crate::app::{App, Turn};
use crate::domain::day::{ItemId, OpenItem};
use crate::domain::ids::{PersonId, SaleId};
use crate::domain::ledger::{Drawer, Handover};
use crate::domain::money::Money;
use crate::domain::receipt::{
    AloneAct, CarriedByHand, DayClose, DaySlip, Heading, Part, Receipt, ReceiptPaper, SlipDrawer, SlipHandover,
};
use crate::report::{self, DayReport};

impl App {
    pub(super) fn touch_report(&mut self, touch: ReportTouch, turn: &mut Turn) {
        match touch {
            ReportTouch::WriteFiles => self.write_report(turn),
            ReportTouch::Print => self.print_day_slip(turn),
            ReportTouch::Finish if self.day_is_open() => self.place = Place::Day,
            ReportTouch::Finish => self.sign_out(turn),
        }
    }

    /// The top of every paper.
    pub(crate) fn heading(&self, is_copy: bool) -> Heading {
        Heading {
            shop: self.settings.shop.name.clone(),
            address: self.settings.shop.address.clone(),
            till: self.settings.till,
            is_demo: self.demo,
            is_copy,
        }
    }

    /// The top of the papers of the day; of a closed one as it was then.
    fn day_heading(&self) -> Heading {
        self.close_terms().map_or_else(|| self.heading(false), |terms| terms.heading.clone())
    }

    /// The receipt of a sale as text.
    pub(crate) fn receipt_text(&self, sale: SaleId, is_copy: bool) -> Option<String> {
        self.paper_text(sale, ReceiptPaper::Customer, is_copy)
    }

    /// One of the papers of a sale as text.
    pub(super) fn paper_text(&self, sale: SaleId, paper: ReceiptPaper, is_copy: bool) -> Option<String> {
        let sale = self.ledger.sales.get(&sale)?;
        let cashier = self.person(&sale.cashier).map_or(sale.cashier.0.as_str(), |person| person.name.as_str());
        let receipt = Receipt::of(self.heading(is_copy), sale, self.ledger.payments.of_sale(sale.id), cashier);
        let receipt = match paper {
            ReceiptPaper::Customer => receipt,
            ReceiptPaper::Shop => {
                let is_stored = receipt.parts.iter().any(Part::is_not_authorised);
                let wants = self.settings.printer.as_ref().is_some_and(|printer| printer.signature);
                receipt.for_shop(wants && is_stored)
            }
        };
        Some(receipt.text(self.language))
    }

    /// The papers of a sale that is done, or one more that says COPY. Those of a printer were queued when it was done.
    pub(super) fn print_receipt(&mut self, sale: SaleId, is_copy: bool, turn: &mut Turn) {
        match (&self.settings.printer, is_copy) {
            (Some(_), false) => {}
            (Some(_), true) => self.print_copy(sale, turn),
            (None, false) => self.write_receipt(sale, "", false, turn),
            (None, true) => {
                self.write_receipt(sale, "-copy", true, turn);
                self.tell(NoticeKind::CopyPrinted);
            }
        }
    }

    /// The receipt of a sale after something of it went back.
    pub(super) fn print_refund(&mut self, sale: SaleId, turn: &mut Turn) {
        if self.settings.printer.is_some() {
            self.queue_for_customer(sale, false, turn);
        } else {
            self.write_receipt(sale, "-refund", false, turn);
        }
    }

    fn write_receipt(&mut self, sale: SaleId, what: &str, is_copy: bool, turn: &mut Turn) {
        let (Some(text), Some(kept)) = (self.receipt_text(sale, is_copy), self.ledger.sales.get(&sale)) else { return };
        let name = format!("{}{what}.txt", kept.reference);
        // A copy is not the receipt that a test asks for.
        turn.ask(Effect::Print { sale: (!is_copy).then_some(sale), name, text });
    }

    /// A receipt that could not be printed leaves its sale as it is.
    pub(super) fn printed(&mut self, sale: Option<SaleId>, result: &Result<(), String>) {
        match result {
            Ok(()) => self.receipts_written.extend(sale),
            Err(_) => self.tell(NoticeKind::PrinterFailed),
        }
        if let Place::Done { print, .. } = &mut self.place {
            *print = if result.is_ok() { PrintState::Printed } else { PrintState::Failed };
        }
    }

    /// The closing of the day, once it is closed.
    pub(crate) fn day_close(&self) -> Option<DayClose> {
        let day = self.ledger.day.as_ref()?;
        let at = day.closed?;
        let by = self.close_terms().map_or_else(|| self.own_name(), |terms| terms.closed_by.clone());
        Some(DayClose { at, by, number: Some(day.number), checkpoint: self.checkpoint.clone() })
    }

    /// What was counted before the counts that stand, each in its own currency.
    fn first_counts(&self) -> Vec<Money> {
        let first = |session: &Drawer| {
            let first = session.counted.as_ref().and(session.first.as_ref())?;
            Some(session.money(first.counted_minor, self.settings.currency))
        };
        self.ledger.drawer_sessions().filter_map(first).collect()
    }

    /// Who gave which drawer to whom, in the order in which it happened.
    fn slip_handovers(&self) -> Vec<SlipHandover> {
        let named = |id: &PersonId| self.person(id).map_or_else(|| id.to_string(), |person| person.name.clone());
        let of_session = |session: &Drawer| {
            let money = |minor| session.money(minor, self.settings.currency);
            let one = |it: &Handover| SlipHandover {
                at: it.at,
                from: named(&it.from),
                to: named(&it.to),
                counted: money(it.counted_minor),
                difference: money(it.difference_minor()),
                first: it.first.as_ref().map(|first| money(first.counted_minor)),
            };
            session.handovers.iter().map(one).collect::<Vec<_>>()
        };
        let mut all: Vec<SlipHandover> = self.ledger.drawer_sessions().flat_map(of_session).collect();
        all.sort_by_key(|one| one.at);
        all
    }

    pub(super) fn print_day_slip(&mut self, turn: &mut Turn) {
        let Some(day) = &self.ledger.day else { return };
        let slip = DaySlip {
            heading: self.day_heading(),
            date: day.date,
            opened: day.opened,
            close: self.day_close(),
            currency: self.settings.currency,
            figures: self.day_figures(),
            outages: self.ledger.outages.values().cloned().collect(),
            is_drawer_counted: self.ledger.drawers_are_counted(),
            drawers: SlipDrawer::of(&self.ledger),
            first_counts: self.first_counts(),
            handovers: self.slip_handovers(),
            adjustments: day.adjustments.iter().filter(|one| !one.after_close).cloned().collect(),
            carried: self.carried_by_hand(),
            alone: self.acts_alone(),
        };
        turn.ask(Effect::Print {
            sale: None,
            name: format!("day-{}-{}.txt", day.date, day.number),
            text: slip.text(self.language),
        });
    }

    pub(super) fn write_report(&mut self, turn: &mut Turn) {
        let Some(report) = self.day_report() else { return };
        // With the number of the day: two may be closed on one date, and neither paper takes the other's place.
        let number = self.ledger.day.as_ref().map_or(0, |day| day.number);
        let name = |kind: &str| format!("day-{}-{number}.{kind}", report.date);
        let outages = format!("outages-{}-{number}.csv", report.date);
        let (page, outage_table) =
            (report::html(&report, self.language), report::outages_csv(std::slice::from_ref(&report)));
        let files = vec![
            (name("html"), page),
            (name("csv"), report::csv(std::slice::from_ref(&report))),
            (outages, outage_table),
            (format!("lines-{}-{number}.csv", report.date), report::lines_csv(std::slice::from_ref(&report))),
            (format!("refunds-{}-{number}.csv", report.date), report::refunds_csv(std::slice::from_ref(&report))),
        ];
        turn.ask(Effect::WriteReport { files });
    }

    pub(super) fn report_written(&mut self, result: Result<Vec<String>, String>) {
        match (result, &mut self.place) {
            (Ok(written), Place::Report { files }) => *files = written,
            (Ok(written), Place::Case(_)) => {
                if let Some(file) = written.into_iter().next() {
                    self.tell(NoticeKind::PaperWritten(file));
                }
            }
            (Ok(_), _) => {}
            (Err(why), Place::Case(_)) => self.tell(NoticeKind::PaperNotWritten(why)),
            (Err(_), _) => self.tell(NoticeKind::PrinterFailed),
        }
    }

    /// The report of the day as it is now; none before the first day.
    #[must_use]
    pub fn day_report(&self) -> Option<DayReport> {
        let (heading, close) = (self.day_heading(), self.day_close());
        let report =
            DayReport::of_ledger(heading, &self.ledger, close, self.now, &self.day_rules(), self.unconfirmed_count())?;
        let people = self.settings.people.iter().map(|person| (person.id.clone(), person.name.clone())).collect();
        Some(DayReport { alone: self.acts_alone(), people, ..report })
    }

    /// What a named person carries over, with names instead of ids.
    fn carried_by_hand(&self) -> Vec<CarriedByHand> {
        let carried = |item: &OpenItem| {
            let OpenItem::CarriedOver { until, reason, by, .. } = item else { return None };
            let sale = match item.id() {
                ItemId::Sale(sale) => self.ledger.sales.get(&sale),
                ItemId::Payment(payment) => self.sale_of(payment),
                ItemId::Refund(_) | ItemId::Line(_) | ItemId::Drawer(_) | ItemId::Journal => None,
            };
            let booked = || {
                item.credit().map(|credit| format!("{} {}", credit.booked_on, credit.payer.as_deref().unwrap_or("")))
            };
            let what = sale.map(|sale| sale.reference.to_string()).or_else(booked);
            let by = self.person(by).map_or_else(|| by.0.clone(), |person| person.name.clone());
            let what = what.unwrap_or_else(|| item.id().to_string());
            Some(CarriedByHand { what, amount: item.amount(), until: *until, reason: *reason, by })
        };
        self.open_list().items.iter().filter_map(carried).collect()
    }

    /// What one person approved without a second one, with names instead of ids.
    fn acts_alone(&self) -> Vec<AloneAct> {
        let named = |id: &PersonId| self.person(id).map_or_else(|| id.0.clone(), |person| person.name.clone());
        let acts = self.ledger.day.iter().flat_map(|day| &day.alone);
        acts.map(|one| AloneAct { at: one.at, by: named(&one.by), act: one.act, reason: one.reason }).collect()
    }
}
