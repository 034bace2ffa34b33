//! The slip of a day: its figures, who closed it, what one person approved alone, and the signed checkpoint.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::paper::Paper;
use super::words::Words;
use super::{Heading, Language, minute};
use crate::domain::day::{Adjustment, CarryReason, DayFigures, ForeignFigures, Segment, TenderFigures, segments};
use crate::domain::fact::{ApprovalReason, ManagedAct};
use crate::domain::ledger::Ledger;
use crate::domain::money::{Currency, Money};
use crate::domain::outage::Outage;

/// The slip of a day, also before it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySlip {
    /// The top.
    pub heading: Heading,
    /// The business day.
    pub date: NaiveDate,
    /// When it was opened.
    pub opened: DateTime<FixedOffset>,
    /// How it was closed; without it the slip says that it is not.
    pub close: Option<DayClose>,
    /// The till's currency.
    pub currency: Currency,
    /// The figures.
    pub figures: DayFigures,
    /// The outages, each printed with all its causes.
    pub outages: Vec<Outage>,
    /// Whether each drawer was counted.
    pub is_drawer_counted: bool,
    /// The drawers, where there are several.
    pub drawers: Vec<SlipDrawer>,
    /// What was counted first of drawers and boxes that were counted a second time.
    pub first_counts: Vec<Money>,
    /// The drawers and boxes that went from one person to another.
    pub handovers: Vec<SlipHandover>,
    /// What became known of payments of closed days.
    pub adjustments: Vec<Adjustment>,
    /// What a named person carries over.
    pub carried: Vec<CarriedByHand>,
    /// What one person approved without a second one.
    pub alone: Vec<AloneAct>,
}

/// An open item that a named person carries over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedByHand {
    /// The reference of its sale; where there is none, its name.
    pub what: String,
    /// The money that is not explained.
    pub amount: Option<Money>,
    /// The last day on which it may stay open.
    pub until: NaiveDate,
    /// Why.
    pub reason: CarryReason,
    /// By whom, as slips name them.
    pub by: String,
}

/// The most adjustments that the slip has a line for. It always has their number and their sum.
const ADJUSTMENTS_MAX: usize = 40;

/// One of several drawers, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipDrawer {
    /// What the shop calls it.
    pub name: String,
    /// What was counted, in minor units.
    pub counted_minor: i64,
    /// What should have been in it, in minor units.
    pub expected_minor: i64,
}

impl SlipDrawer {
    /// The drawers of the day as the slip names them; none where there is only one, which the totals are of.
    #[must_use]
    pub fn of(ledger: &Ledger) -> Vec<Self> {
        let counted = ledger.drawers().filter_map(|drawer| {
            let (name, count) = (drawer.name.clone()?, drawer.counted.as_ref()?);
            Some(Self { name, counted_minor: count.counted_minor, expected_minor: count.expected_minor })
        });
        let mut drawers: Vec<Self> = counted.collect();
        drawers.sort_by(|one, other| one.name.cmp(&other.name));
        if drawers.len() > 1 { drawers } else { Vec::new() }
    }
}

/// The most handovers that the slip has lines for. What they found is always in their sum.
const HANDOVERS_MAX: usize = 40;

/// A drawer that went from one person to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipHandover {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Who counted it, as slips name them.
    pub from: String,
    /// Who took it over.
    pub to: String,
    /// What was counted.
    pub counted: Money,
    /// What of it was too much (positive) or too little.
    pub difference: Money,
    /// What was counted first, where there were two counts.
    pub first: Option<Money>,
}

/// How a day was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayClose {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom, as slips name them.
    pub by: String,
    /// The running number of the close.
    pub number: Option<u32>,
    /// The signed checkpoint.
    pub checkpoint: Option<String>,
}

/// An act that needs two people, done by one, as a shop of one may (`second_person = "off"`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AloneAct {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: String,
    /// What.
    pub act: ManagedAct,
    /// Why.
    pub reason: ApprovalReason,
}

impl DaySlip {
    /// The slip as text of [`super::COLUMNS`] columns, lines ending in LF.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let words = language.words();
        let mut paper = Paper::headed(&self.heading, words);
        self.print_close(&mut paper, words);
        paper.rule();
        self.print_taken(&mut paper, words);
        paper.rule();
        self.print_states(&mut paper, words, language);
        if !self.adjustments.is_empty() {
            paper.rule();
            self.print_adjustments(&mut paper, words, language);
        }
        paper.rule();
        self.print_drawer(&mut paper, words);
        if !self.alone.is_empty() {
            paper.rule();
            self.print_alone(&mut paper, words);
        }
        if let Some(checkpoint) = self.close.as_ref().and_then(|close| close.checkpoint.as_ref()) {
            paper.rule();
            print_checkpoint(&mut paper, words, checkpoint);
        }
        paper.finish()
    }

    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.currency).to_string()
    }

    fn print_close(&self, paper: &mut Paper, words: &Words) {
        match &self.close {
            Some(close) => {
                let number = close.number.map(|number| format!(" {number}")).unwrap_or_default();
                paper.centred(&format!("{}{number}", words.day_close));
            }
            None => paper.centred(words.day_so_far),
        }
        paper.row(words.business_day, &self.date.to_string());
        paper.row(words.till, &self.heading.till.to_string());
        paper.row(words.opened, &minute(self.opened));
        if let Some(close) = &self.close {
            paper.row(words.closed, &minute(close.at));
            paper.row(words.closed_by, &close.by);
        }
    }

    fn print_taken(&self, paper: &mut Paper, words: &Words) {
        let figures = &self.figures;
        paper.row(words.sales, &figures.sales.to_string());
        let mut tender = |label: &str, figures: TenderFigures, amount: String| {
            paper.row(&format!("{label} ({})", figures.count), &amount);
        };
        // The count is blind: with the float, what cash brought would say what should be there, and so would a sum with it.
        let is_blind = self.close.is_none() && !self.is_drawer_counted;
        let with_cash = |minor| if is_blind { "–".to_owned() } else { self.money(minor) };
        tender(words.by_reader, figures.reader, self.money(figures.reader.amount_minor));
        tender(words.by_transfer, figures.qr, self.money(figures.qr.amount_minor));
        tender(words.by_card, figures.card, self.money(figures.card.amount_minor));
        tender(words.by_cash, figures.cash, with_cash(figures.cash.amount_minor));
        paper.row(words.taken, &with_cash(figures.taken_minor()));
        if figures.refunded.count > 0 {
            let label = format!("{} ({})", words.refunded, figures.refunded.count);
            paper.row(&label, &self.money(-figures.refunded.amount_minor));
        }
        if figures.given_back.count > 0 {
            let label = format!("{} ({})", words.given_back, figures.given_back.count);
            paper.row(&label, &self.money(-figures.given_back.amount_minor));
        }
        paper.row(words.received, &with_cash(figures.received_minor));
        paper.row(words.still_open, &self.money(figures.open_minor));
        paper.row(words.lost, &self.money(figures.lost_minor));
    }

    fn print_states(&self, paper: &mut Paper, words: &Words, language: Language) {
        let figures = &self.figures;
        let outages = format!("{} ({})", words.outages, figures.outages);
        paper.row(&outages, &language.duration(figures.outage_seconds));
        for segment in self.outages.iter().flat_map(segments).filter(Segment::lasted) {
            let to = segment.to.map_or_else(|| words.still_lasts.to_owned(), clock);
            paper.row(&format!("{}-{to}", clock(segment.from)), &language.segment(&segment));
        }
        paper.row(words.contingency, &figures.contingency.to_string());
        for (label, count) in [
            (words.stored, figures.stored),
            (words.approved, figures.approved),
            (words.declined, figures.declined),
            (words.parked, figures.parked),
            (words.on_statement, figures.statement_matched),
            (words.without_sale, figures.statement_unmatched),
        ] {
            paper.row(label, &count.to_string());
        }
        for (label, count) in
            [(words.test_payments, figures.statement_tests), (words.credits_returned, figures.statement_returned)]
        {
            if count > 0 {
                paper.row(label, &count.to_string());
            }
        }
        paper.row(words.written_off, &self.money(figures.written_off_minor));
        paper.row(words.carried, &self.money(figures.carried_minor));
        if self.carried.is_empty() {
            return;
        }
        paper.wrapped(words.carried_by);
        for one in &self.carried {
            paper.row(&one.what, &one.amount.map(|amount| amount.to_string()).unwrap_or_default());
            paper.row(&format!("· {}", language.carried(one.reason)), &one.until.to_string());
            paper.row(&format!("· {}", one.by), "");
        }
    }

    /// What closed days are changed by without being changed: each with its sale, its day and what became of it.
    fn print_adjustments(&self, paper: &mut Paper, words: &Words, language: Language) {
        let label = format!("{} ({})", words.adjustments, self.figures.adjustments);
        paper.row(&label, &self.money(self.figures.adjusted_minor));
        for one in self.adjustments.iter().take(ADJUSTMENTS_MAX) {
            paper.row(&format!("{} {}", one.sold_on, one.reference), &one.amount.to_string());
            paper.row(&format!("· {}", language.adjustment(one.kind)), "");
        }
    }

    fn print_drawer(&self, paper: &mut Paper, words: &Words) {
        if self.figures.drawer_refusals > 0 {
            paper.row(words.drawer_refusals, &self.figures.drawer_refusals.to_string());
        }
        if self.figures.drawer_openings > 0 {
            paper.row(words.drawer_openings, &self.figures.drawer_openings.to_string());
        }
        // The count is blind: before it the slip does not say either what should be there.
        if !self.is_drawer_counted {
            paper.row(words.cash_counted, words.not_counted);
            return;
        }
        // A day that was closed by an older version has its sum and no lines.
        if self.figures.drawer.expected() == self.figures.cash_expected_minor {
            self.print_drawer_lines(paper, words);
        }
        paper.row(words.cash_expected, &self.money(self.figures.cash_expected_minor));
        paper.row(words.cash_counted, &self.money(self.figures.cash_counted_minor));
        paper.row(words.cash_difference, &self.money(self.figures.cash_difference_minor()));
        for drawer in &self.drawers {
            paper.row(&drawer.name, &self.money(drawer.counted_minor));
            let difference = drawer.counted_minor.saturating_sub(drawer.expected_minor);
            paper.row(&format!("· {}", words.cash_difference), &self.money(difference));
        }
        self.figures.foreign.iter().for_each(|one| self.print_foreign(paper, words, one));
        self.first_counts.iter().for_each(|first| paper.row(words.counted_first, &first.to_string()));
        self.handovers.iter().take(HANDOVERS_MAX).for_each(|one| print_handover(paper, words, one));
    }

    /// The box of another currency: in its own, with what it was worth when it was taken beside it.
    fn print_foreign(&self, paper: &mut Paper, words: &Words, one: &ForeignFigures) {
        let shown = |minor| Money::new(minor, one.currency).to_string();
        paper.row(&words.foreign_cash.replace("{}", one.currency.code()), "");
        if one.lines.float != 0 {
            paper.row(words.drawer_float, &shown(one.lines.float));
        }
        paper.row(words.foreign_taken, &shown(one.lines.exchanged));
        paper.row(&format!("· {}", words.worth), &self.money(one.worth_minor));
        paper.row(words.box_expected, &shown(one.lines.expected()));
        paper.row(words.box_counted, &shown(one.counted_minor));
        paper.row(words.cash_difference, &shown(one.difference_minor()));
    }

    fn print_drawer_lines(&self, paper: &mut Paper, words: &Words) {
        let lines = &self.figures.drawer;
        paper.row(words.drawer_float, &self.money(lines.float));
        paper.row(words.drawer_sales, &self.money(lines.sales));
        for (label, minor) in [
            (words.drawer_rounding, lines.rounding),
            (words.exchanged, lines.exchanged),
            (words.paid_in, lines.paid_in),
            (words.handed_over, lines.handed_over),
            (words.drawer_given_back, -lines.given_back),
            (words.drawer_refunded, -lines.refunded),
            (words.paid_out, -lines.paid_out),
            (words.dropped, -lines.dropped),
        ] {
            if minor != 0 {
                paper.row(label, &self.money(minor));
            }
        }
    }

    fn print_alone(&self, paper: &mut Paper, words: &Words) {
        paper.wrapped(words.alone);
        for act in &self.alone {
            let amount = act.act.amount().map(|amount| amount.to_string());
            paper.row(words.act(act.act), &amount.unwrap_or_default());
            paper.row(&act.by, &minute(act.at));
            paper.row(words.reason, words.approval(act.reason));
        }
    }
}

/// The entry with the first digits of its hash on one line, the signature below it: a person compares the one by eye and
/// types the other.
fn print_checkpoint(paper: &mut Paper, words: &Words, checkpoint: &str) {
    paper.wrapped(words.checkpoint);
    let (entry, signature) = checkpoint.split_once('\n').unwrap_or((checkpoint, ""));
    paper.row(words.entry_and_hash, entry);
    if !signature.is_empty() {
        paper.wrapped(words.signature);
        paper.wrapped(signature);
    }
}

fn print_handover(paper: &mut Paper, words: &Words, one: &SlipHandover) {
    paper.row(&format!("{} {}", words.handover, clock(one.at)), &one.counted.to_string());
    paper.row(&format!("· {}", words.cash_difference), &one.difference.to_string());
    if let Some(first) = one.first {
        paper.row(&format!("· {}", words.counted_first), &first.to_string());
    }
    paper.row(&format!("· {}", words.handed_over_by), &one.from);
    paper.row(&format!("· {}", words.taken_over_by), &one.to);
}

fn clock(at: DateTime<FixedOffset>) -> String {
    at.format("%H:%M").to_string()
}
