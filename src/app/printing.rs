//! The receipts on their way to the printer: one at a time, the oldest first, and none twice by itself.
//!
//! A receipt is queued in the save that ends its sale, and is *printing* on disk before the first byte goes out. A printer in
//! trouble is asked how it is until it is well, and what waits is printed then. Nobody waits for any of it.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::effect::Effect;
use crate::app::notice::NoticeKind;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::{ReceiptId, SaleId};
use crate::domain::ledger::{Ledger, RECEIPTS_MAX};
use crate::domain::printer::{PrintResult, PrinterTrouble};
use crate::domain::receipt::{PrintJob, ReceiptPaper, ReceiptState};
use crate::domain::sale::TenderKind;
use crate::settings::MerchantCopy;

/// How often a printer in trouble is asked whether it is well again.
const TROUBLE_EVERY: TimeDelta = TimeDelta::seconds(3);
/// How often a printer that is well is asked, so that an empty roll is seen before the next customer.
const WELL_EVERY: TimeDelta = TimeDelta::seconds(30);

/// What is known of the printer and of the receipts that are not through yet.
#[derive(Debug, Default)]
pub(crate) struct Printing {
    /// Receipts that wait, are under way, or have to be looked at, the oldest first.
    open: Vec<(SaleId, ReceiptId)>,
    /// The receipt the printer was given by this process.
    under_way: Option<ReceiptId>,
    /// Why it does not print.
    pub(crate) trouble: Option<PrinterTrouble>,
    /// It is being asked how it is.
    is_asked: bool,
    /// When it is asked next.
    ask_at: Option<DateTime<FixedOffset>>,
}

impl Printing {
    /// What a start finds in the ledger.
    pub(super) fn new(ledger: &Ledger) -> Self {
        let jobs = ledger.sales.values().flat_map(|sale| sale.receipts.iter().map(|job| (sale.id, job)));
        let open = jobs.filter(|(_, job)| is_open(job.state)).map(|(sale, job)| (sale, job.id)).collect();
        Self { open, ..Self::default() }
    }
}

fn is_open(state: ReceiptState) -> bool {
    match state {
        ReceiptState::Waits | ReceiptState::Printing | ReceiptState::Doubtful { .. } => true,
        ReceiptState::Printed | ReceiptState::Taken | ReceiptState::GivenUp => false,
    }
}

/// Facts that nobody at the till waits for: a save of nothing else keeps no key from being pressed.
pub(super) fn is_of_printer(fact: &Fact) -> bool {
    matches!(fact, Fact::ReceiptQueued { .. } | Fact::ReceiptMoved { .. })
}

impl App {
    /// The receipts that are not through yet, the oldest first.
    pub(crate) fn open_receipts(&self) -> impl Iterator<Item = (SaleId, &PrintJob)> {
        self.printing.open.iter().filter_map(|(sale, id)| Some((*sale, self.print_job(*sale, *id)?)))
    }

    fn print_job(&self, sale: SaleId, id: ReceiptId) -> Option<&PrintJob> {
        self.ledger.sales.get(&sale)?.receipts.iter().find(|job| job.id == id)
    }

    /// The facts with the papers of the sale that they end, if they end one: in the same save, so that no sale is done on
    /// disk without its receipt waiting there too, whatever pulls the plug.
    pub(super) fn with_receipts(&self, mut facts: Vec<Fact>, turn: &mut Turn) -> Vec<Fact> {
        let done = facts.iter().find_map(|fact| if let Fact::SaleDone { sale } = fact { Some(*sale) } else { None });
        if let Some(sale) = done {
            let papers = self.papers_of(sale, &facts);
            facts.extend(self.queued(sale, papers, false, turn));
        }
        facts
    }

    /// The papers of a sale that these facts end.
    fn papers_of(&self, sale: SaleId, facts: &[Fact]) -> Vec<ReceiptPaper> {
        let Some(printer) = &self.settings.printer else { return Vec::new() };
        let mut papers = vec![ReceiptPaper::Customer];
        let mut known = self.ledger.payments.of_sale(sale).map(|payment| payment.tender.kind());
        let is_promise = facts.iter().any(|fact| matches!(fact, Fact::CardSealed { .. }))
            || known.any(|kind| match kind {
                TenderKind::Card | TenderKind::Qr => true,
                TenderKind::Reader | TenderKind::Cash => false,
            });
        let for_shop = match printer.merchant_copy {
            MerchantCopy::Never => false,
            MerchantCopy::Promises => is_promise,
            MerchantCopy::Always => true,
        };
        if for_shop {
            papers.push(ReceiptPaper::Shop);
        }
        papers
    }

    /// Queues one more paper for the customer: a copy, or what became of a sale since.
    pub(super) fn queue_for_customer(&mut self, sale: SaleId, is_copy: bool, turn: &mut Turn) {
        let queued = self.queued(sale, vec![ReceiptPaper::Customer], is_copy, turn);
        if !queued.is_empty() {
            self.save(queued, turn);
        }
    }

    fn queued(&self, sale: SaleId, papers: Vec<ReceiptPaper>, is_copy: bool, turn: &mut Turn) -> Vec<Fact> {
        let had = self.ledger.sales.get(&sale).map_or(0, |sale| sale.receipts.len());
        let room = RECEIPTS_MAX.saturating_sub(had);
        let queued = papers.into_iter().take(room).map(|paper| {
            let receipt = ReceiptId(turn.ids.next_uuid());
            Fact::ReceiptQueued { receipt, sale, paper, is_copy }
        });
        queued.collect()
    }

    pub(super) fn receipt_is_queued(&mut self, sale: SaleId, receipt: ReceiptId) {
        self.printing.open.push((sale, receipt));
    }

    pub(super) fn receipt_has_moved(&mut self, sale: SaleId, receipt: ReceiptId, state: ReceiptState, turn: &mut Turn) {
        match state {
            ReceiptState::Printing => self.send_to_printer(sale, receipt, turn),
            ReceiptState::Doubtful { .. } => self.tell(NoticeKind::ReceiptDoubtful),
            ReceiptState::Waits | ReceiptState::Printed | ReceiptState::Taken | ReceiptState::GivenUp => {}
        }
        if !is_open(state) {
            self.printing.open.retain(|(_, one)| *one != receipt);
        }
    }

    /// A new day: nobody waits any more for the receipts of sales that the ledger has let go.
    pub(super) fn forget_old_receipts(&mut self) {
        self.receipts_written.clear();
        let sales = &self.ledger.sales;
        self.printing.open.retain(|(sale, _)| sales.contains_key(sale));
    }

    fn send_to_printer(&mut self, sale: SaleId, receipt: ReceiptId, turn: &mut Turn) {
        let job = self.print_job(sale, receipt).map(|job| (job.paper, job.is_copy));
        let Some((paper, is_copy)) = job else { return };
        let Some(text) = self.paper_text(sale, paper, is_copy) else { return };
        let code = self.ledger.sales.get(&sale).map(|sale| sale.reference.to_string()).unwrap_or_default();
        self.printing.under_way = Some(receipt);
        turn.ask(Effect::PrintReceipt { sale, receipt, text, code });
    }

    /// What is due: the next receipt, or the question how the printer is.
    pub(super) fn print_what_is_due(&mut self, turn: &mut Turn) {
        if self.settings.printer.is_none() || self.is_saving(is_of_printer) {
            return;
        }
        let under_way = self.printing.under_way;
        let orphan = self
            .open_receipts()
            .find(|(_, job)| matches!(job.state, ReceiptState::Printing) && Some(job.id) != under_way);
        if let Some((sale, receipt)) = orphan.map(|(sale, job)| (sale, job.id)) {
            // It was with the printer when the program ended, or what became of it could not be stored.
            let state = ReceiptState::Doubtful { surely: 0, at_most: 0, of: 0 };
            self.save(vec![Fact::ReceiptMoved { receipt, sale, state }], turn);
            return;
        }
        if under_way.is_some() {
            return;
        }
        let waiting = self.open_receipts().find(|(_, job)| job.state == ReceiptState::Waits);
        match waiting.map(|(sale, job)| (sale, job.id)) {
            Some((sale, receipt)) if self.printing.trouble.is_none() => {
                let state = ReceiptState::Printing;
                self.save(vec![Fact::ReceiptMoved { receipt, sale, state }], turn);
            }
            Some(_) | None => self.ask_printer_if_due(turn),
        }
    }

    fn ask_printer_if_due(&mut self, turn: &mut Turn) {
        let is_due = self.printing.ask_at.is_none_or(|at| at <= self.now);
        if is_due && !self.printing.is_asked && self.day_is_open() {
            self.printing.is_asked = true;
            turn.ask(Effect::AskPrinter);
        }
    }

    /// When the printer is asked next, should nothing else happen.
    pub(super) fn next_printer_at(&self) -> Option<DateTime<FixedOffset>> {
        let is_free = self.printing.under_way.is_none() && !self.printing.is_asked && self.day_is_open();
        self.printing.ask_at.filter(|_| is_free && self.settings.printer.is_some())
    }

    pub(super) fn printer_told(&mut self, told: Result<(), PrinterTrouble>) {
        self.printing.is_asked = false;
        self.printer_seen(told.err());
    }

    /// What the printer did with a receipt. It is stored before the next one is sent.
    pub(super) fn receipt_sent(&mut self, sale: SaleId, receipt: ReceiptId, result: PrintResult, turn: &mut Turn) {
        if self.printing.under_way == Some(receipt) {
            self.printing.under_way = None;
        }
        self.printer_seen(result.trouble());
        if self.print_job(sale, receipt).is_some_and(|job| job.state == ReceiptState::Printing) {
            self.save(vec![Fact::ReceiptMoved { receipt, sale, state: result.state() }], turn);
        }
    }

    fn printer_seen(&mut self, trouble: Option<PrinterTrouble>) {
        if let (None, Some(trouble)) = (self.printing.trouble, trouble) {
            self.tell(NoticeKind::PrinterTrouble(trouble));
        }
        self.printing.trouble = trouble;
        self.printing.ask_at = Some(self.now + if trouble.is_some() { TROUBLE_EVERY } else { WELL_EVERY });
    }

    /// The system's clock was set back.
    pub(super) fn printer_clock_went_back(&mut self, by: TimeDelta) {
        self.printing.ask_at = self.printing.ask_at.map(|at| at - by);
    }

    /// The drawer could not be opened by the till.
    pub(super) fn drawer_kicked(&mut self, result: Result<(), PrinterTrouble>) {
        if let Err(trouble) = result {
            self.printer_seen(Some(trouble));
            self.tell(NoticeKind::DrawerFailed);
        }
    }

    /// The receipt of a sale that a person has to look at.
    pub(crate) fn doubtful_receipt(&self, sale: SaleId) -> Option<ReceiptId> {
        let mut open = self.open_receipts();
        let doubtful = open.find(|(one, job)| *one == sale && matches!(job.state, ReceiptState::Doubtful { .. }));
        doubtful.map(|(_, job)| job.id)
    }

    /// A person looked: the paper is whole.
    pub(super) fn receipt_is_whole(&mut self, sale: SaleId, turn: &mut Turn) {
        if let Some(receipt) = self.doubtful_receipt(sale) {
            self.save(vec![Fact::ReceiptMoved { receipt, sale, state: ReceiptState::Printed }], turn);
        }
    }

    /// A person wants the customer's receipt once more: it says COPY. One that is doubtful is done with.
    pub(super) fn print_copy(&mut self, sale: SaleId, turn: &mut Turn) {
        if let Some(receipt) = self.doubtful_receipt(sale) {
            self.save(vec![Fact::ReceiptMoved { receipt, sale, state: ReceiptState::GivenUp }], turn);
        }
        self.queue_for_customer(sale, true, turn);
    }

    /// Nobody wants the receipts any more that wait.
    pub(super) fn give_up_waiting_receipts(&mut self, turn: &mut Turn) {
        let waits: Vec<Fact> = self
            .open_receipts()
            .filter(|(_, job)| job.state == ReceiptState::Waits)
            .map(|(sale, job)| Fact::ReceiptMoved { receipt: job.id, sale, state: ReceiptState::GivenUp })
            .collect();
        if !waits.is_empty() && !self.is_saving(is_of_printer) {
            self.save(waits, turn);
        }
    }
}
