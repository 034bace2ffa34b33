//! Reports of days that are over, made from the journal: for the command line, and for a case that is closed.

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{CloseTerms, DayRules};
use crate::domain::ids::{OutageId, PersonId};
use crate::domain::ledger::Ledger;
use crate::domain::money::Currency;
use crate::domain::receipt::{AloneAct, DayClose, Heading, Language};
use crate::domain::sale::Tender;
use crate::domain::service::Case;
use crate::report::{self, DayReport, PeriodReport, ReportSale};
use crate::settings::Settings;
use crate::store::{PastDay, Reader};

/// What makes reports of past days.
pub struct PastReports<'s> {
    /// The settings of now; a closed day goes by its own.
    pub settings: Option<&'s Settings>,
    /// Whether they are for the books: what happened after a close counts.
    pub is_books: bool,
}

/// What a case cost, as a page: its outages, what was sold in spite of them, and how each payment ended.
///
/// # Errors
///
/// Says why there is no such page: no case of this number, no day, or a journal that cannot be read.
pub fn case_page(
    reader: &Reader,
    settings: &Settings,
    (number, heading): (u32, Heading),
    made_at: DateTime<FixedOffset>,
    language: Language,
) -> Result<String, String> {
    let ledger = reader.ledger().map_err(|error| error.to_string())?;
    let case = ledger.cases.values().find(|case| case.number == number).ok_or("there is no such case")?;
    let days = reader.past_days(|_| true).map_err(|error| error.to_string())?;
    let past = PastReports { settings: Some(settings), is_books: false };
    let mut reports = days.iter().map(|day| past.report(day)).collect::<Result<Vec<_>, String>>()?;
    let period = past.of_case(case, &days, &mut reports)?;
    Ok(report::period_html(&PeriodReport { heading, made_at, ..period }, language))
}

impl PastReports<'_> {
    /// What a closed day went by; of an open one what the settings say, and without settings what the day before was
    /// closed with.
    ///
    /// # Errors
    ///
    /// Nothing says the currency.
    pub fn rules(&self, day: &PastDay) -> Result<DayRules, String> {
        let ledger = self.ledger(day);
        if let Some(terms) = terms(ledger) {
            return Ok(terms.rules);
        }
        if let Some(settings) = self.settings {
            return Ok(DayRules {
                currency: settings.currency,
                due_days: u16::from(settings.statement_due_days),
                drawer_note_above_minor: settings.drawer_note_above_minor,
                expected_loss_basis_points: settings.expected_loss_basis_points,
            });
        }
        if let Some(before) = &day.before {
            return Ok(before.rules);
        }
        let sales = ledger.sales.values().map(|sale| sale.amount.currency);
        let unknown = || "no sale says the currency: --config FILE is needed".to_owned();
        let currency: Currency =
            sales.chain(ledger.lines.iter().map(|kept| kept.line.amount.currency)).next().ok_or_else(unknown)?;
        Ok(DayRules { currency, due_days: 3, drawer_note_above_minor: 0, expected_loss_basis_points: 0 })
    }

    /// Whether anything says what the shop expects to lose of what it stores.
    #[must_use]
    pub fn knows_rates(&self, day: &PastDay) -> bool {
        terms(self.ledger(day)).is_some() || self.settings.is_some() || day.before.is_some()
    }

    /// The ledger of a day as it was closed, or as it is; for the books as it was before the next one was opened.
    fn ledger<'d>(&self, day: &'d PastDay) -> &'d Ledger {
        day.close.as_ref().filter(|_| !self.is_books).map_or(&day.ledger, |close| &close.ledger)
    }

    /// A day as it was closed, or as it is; for the books as it was before the next one was opened.
    ///
    /// # Errors
    ///
    /// The day is none, or nothing says the currency.
    pub fn report(&self, day: &PastDay) -> Result<DayReport, String> {
        let close = day.close.as_ref();
        let at_close = close.filter(|_| !self.is_books);
        let (ledger, at) = (self.ledger(day), at_close.map_or(day.until, |close| close.at));
        let number = ledger.day.as_ref().map(|day| day.number);
        let closed = close.map(|close| DayClose {
            at: close.at,
            by: terms(ledger).map_or_else(|| self.name(&close.by), |terms| terms.closed_by.clone()),
            number,
            checkpoint: close.checkpoint.as_ref().map(crate::store::Checkpoint::slip_text),
        });
        let no_day = || "the journal has a day that it does not have".to_owned();
        let made = DayReport::of_ledger(self.heading(day), ledger, closed, at, &self.rules(day)?, 0);
        let mut made = made.ok_or_else(no_day)?;
        if !self.knows_rates(day) {
            made.costs.expected_loss_minor = None;
        }
        if let Some(close) = at_close {
            made.figures = close.figures.clone();
        }
        // What became known since the close stands in the report of a sealed day too, and is marked.
        let kept = day.ledger.day.as_ref();
        made.adjustments = kept.map(|day| day.adjustments.clone()).unwrap_or_default();
        let acts = kept.into_iter().flat_map(|day| &day.alone);
        let named = |by: &PersonId| self.name(&by.0);
        let people = self.settings.iter().flat_map(|settings| &settings.people);
        made.people = people.map(|person| (person.id.clone(), person.name.clone())).collect();
        made.alone =
            acts.map(|one| AloneAct { at: one.at, by: named(&one.by), act: one.act, reason: one.reason }).collect();
        Ok(made)
    }

    fn name(&self, id: &str) -> String {
        let people = self.settings.iter().flat_map(|settings| &settings.people);
        people.into_iter().find(|person| person.id.0 == id).map_or_else(|| id.to_owned(), |person| person.name.clone())
    }

    fn heading(&self, day: &PastDay) -> Heading {
        let ledger = self.ledger(day);
        if let Some(terms) = terms(ledger) {
            return terms.heading.clone();
        }
        let before = day.before.as_ref().map(|before| &before.heading);
        // A day that was opened by an older version does not say whether it is of a demo; the one before it may.
        let is_demo = ledger.day.as_ref().is_some_and(|day| day.is_demo) || before.is_some_and(|one| one.is_demo);
        if let Some(settings) = self.settings {
            let (shop, address) = (settings.shop.name.clone(), settings.shop.address.clone());
            return Heading { shop, address, till: settings.till, is_demo, is_copy: false };
        }
        let (shop, address) = before.map(|one| (one.shop.clone(), one.address.clone())).unwrap_or_default();
        let till = ledger.sales.values().map(|sale| sale.till).next_back();
        let till = till.or(before.map(|one| one.till)).unwrap_or(0);
        Heading { shop, address, till, is_demo, is_copy: false }
    }

    /// Whether a sale was none, but a payment of the acceptance test of a case.
    fn is_test(&self, case: &Case, ledger: &Ledger, sale: &ReportSale) -> bool {
        let is_main = self.settings.is_none_or(|settings| settings.is_main_reader(&case.reader));
        sale.payments.iter().map(|one| &one.payment).any(|payment| {
            matches!(payment.tender, Tender::Reader { .. })
                && case.was_on_trial(payment.began)
                && ledger.was_in_use(&case.reader, is_main, payment.began)
        })
    }

    /// What a case cost, out of the reports of all days. It ends with the signature, whatever its last outage does then,
    /// and the payments of its test are no sales.
    ///
    /// # Errors
    ///
    /// There is no day, or nothing says the currency.
    pub fn of_case(&self, case: &Case, days: &[PastDay], reports: &mut [DayReport]) -> Result<PeriodReport, String> {
        let no_day = || "there is no day to report".to_owned();
        let last = days.last().ok_or_else(no_day)?;
        let rules = self.rules(last)?;
        let outages: Vec<OutageId> = case.outages().collect();
        let settled = case.settled();
        for (report, day) in reports.iter_mut().zip(days) {
            report.sales.retain(|sale| {
                sale.outage.is_some_and(|one| outages.contains(&one))
                    && settled.is_none_or(|settled| sale.sale.began < settled)
                    && !self.is_test(case, &day.ledger, sale)
            });
            let Some(settled) = settled else { continue };
            for outage in &mut report.outages {
                outage.cut(settled);
            }
        }
        let mut made = PeriodReport::of_case(case, reports, &rules).ok_or_else(no_day)?;
        if !self.knows_rates(last) {
            made.costs.expected_loss_minor = None;
        }
        Ok(made)
    }
}

/// What was so when the day was closed.
fn terms(ledger: &Ledger) -> Option<&CloseTerms> {
    ledger.day.as_ref().and_then(|day| day.terms.as_ref())
}
