//! What happens in a shop beside selling: the drawer, refunds, receipts, accounts, and what a manager decides.

use chrono::Days;
use stopgap::domain::cash::{CashMovement, Count, CountNote, Foreign, ForeignCash};
use stopgap::domain::day::{CarryReason, ItemId};
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{CaseId, DrawerId, LineId, PaymentId, PersonId, ReceiptId, RefundId, SaleId, SaleReference};
use stopgap::domain::ladder::Kind;
use stopgap::domain::ledger::KeptLine;
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::payee::{PayeeKey, PayeeTitle};
use stopgap::domain::receipt::{ReceiptPaper, ReceiptState};
use stopgap::domain::reconcile::LineState;
use stopgap::domain::sale::{GiveBackWay, RefundWay, Tender, TenderKind};
use stopgap::domain::service::{CaseStep, Ending, Mended};

use super::{Generator, TILL, euro};

fn manager() -> PersonId {
    PersonId("manager-1".to_owned())
}

impl Generator {
    /// A fact that the ledger may take or refuse.
    pub(super) fn shopkeeping(&mut self) -> Vec<Fact> {
        match self.below(5) {
            0 => self.drawer_fact(),
            1 => self.money_back(),
            2 => self.receipt_fact(),
            3 => self.payee_fact(),
            _ => self.manager_decides(),
        }
    }

    /// A part in cash: in euro, or in dollars for as much as those are worth, for which a box is opened.
    pub(super) fn cash_taken(
        &mut self,
        payment: PaymentId,
        sale: SaleId,
        amount: Money,
        drawer: DrawerId,
    ) -> Vec<Fact> {
        let usd = Foreign { currency: Currency::USD, rate: "0.92".parse().unwrap() };
        let notes = usd.at_most(amount);
        let given = usd.worth(notes.minor, amount.currency, 1);
        if self.below(2) == 0 || given.minor == 0 {
            let change = euro(0);
            return vec![Fact::CashTaken { payment, sale, amount, given: amount, change, drawer, foreign: None }];
        }
        let known = self.ledger.boxes.get(&usd.currency).map(|one| one.id);
        let into = known.unwrap_or_else(|| DrawerId(self.uuid()));
        let (float, foreign) = (Count::default(), Some(usd));
        let opened = Fact::DrawerOpened { drawer: into, float, float_minor: 0, name: None, by: None, foreign };
        let foreign = Some(ForeignCash { given: notes, rate: usd.rate, drawer: into });
        let taken = Fact::CashTaken { payment, sale, amount: given, given, change: euro(0), drawer, foreign };
        (known.is_none()).then_some(opened).into_iter().chain([taken]).collect()
    }

    /// The next step of the reader's case that its state allows, or a new case.
    pub(super) fn case_fact(&mut self) -> Fact {
        let by = (self.below(2) == 0).then(|| PersonId("manager-1".to_owned()));
        let Some(open) = self.ledger.open_cases().first().copied().cloned() else {
            let (number, reader) = (self.ledger.next_case_number(), "P400".to_owned());
            let outage = self.ledger.open_outage().map(|outage| outage.id);
            let step = CaseStep::Opened { number, reader, outage, gives_back: false };
            return Fact::ServiceCase { case: CaseId(self.uuid()), by, step };
        };
        let steps = [
            CaseStep::Closed { ending: Ending::OnlyTheCard },
            CaseStep::Diagnosed { kind: Kind::Card, percent: 60 },
            CaseStep::Mended { how: Mended::Here },
            CaseStep::Seen { kind: None, rung: None },
        ];
        let first = usize::try_from(self.below(4)).unwrap();
        let mut tried = steps.iter().cycle().skip(first).take(steps.len());
        let step = tried.find(|step| open.clone().take(self.at, None, step).is_ok()).unwrap().clone();
        Fact::ServiceCase { case: open.id, by, step }
    }

    fn minor(&mut self) -> i64 {
        i64::try_from(self.below(3_000)).unwrap()
    }

    fn drawer(&self) -> Option<DrawerId> {
        self.ledger.drawer.as_ref().map(|drawer| drawer.id)
    }

    fn drawer_fact(&mut self) -> Vec<Fact> {
        let Some(drawer) = self.drawer() else { return Vec::new() };
        let (by, expected_minor) = (manager(), self.ledger.drawer_expected_minor());
        vec![match self.below(3) {
            0 => {
                let movement = self.pick(&CashMovement::ALL).unwrap();
                Fact::DrawerMoved { drawer, movement, amount: euro(self.minor()), by }
            }
            1 => {
                let (counted_minor, to) = (self.minor(), PersonId("cashier-1".to_owned()));
                let counted = Count::default();
                Fact::DrawerHandedOver { drawer, counted, counted_minor, expected_minor, from: by, to }
            }
            _ => Fact::DrawerExplained { drawer, note: CountNote::CannotBeFound, by },
        }]
    }

    fn money_back(&mut self) -> Vec<Fact> {
        let sales: Vec<SaleId> = self.ledger.sales.keys().copied().collect();
        let (Some(sale), Some(drawer)) = (self.pick(&sales), self.drawer()) else { return Vec::new() };
        let kept = &self.ledger.sales[&sale];
        let (by, owed) = (manager(), self.ledger.overpaid(kept));
        let unsent = kept.refunds.iter().find(|refund| refund.is_to_be_sent()).map(|refund| refund.id);
        let cash = euro(self.ledger.refundable_minor(kept, TenderKind::Cash));
        let transfer = euro(self.ledger.refundable_minor(kept, TenderKind::Qr));
        let taken = self.payments(|payment| payment.sale == sale && matches!(payment.tender, Tender::Cash { .. }));
        match (self.below(5), unsent, self.pick(&taken)) {
            (0, Some(refund), _) => vec![Fact::RefundSent { refund, sale, by }],
            (1, _, Some(payment)) => {
                let drawer = match self.ledger.payments[&payment].tender {
                    Tender::Cash { foreign: Some(foreign), .. } => foreign.drawer,
                    _ => drawer,
                };
                vec![Fact::CashReturned { payment, drawer }]
            }
            (2, _, _) => {
                vec![Fact::GivenBack { sale, amount: owed, way: GiveBackWay::Cash { drawer, paid: None }, by }]
            }
            (3, _, _) => {
                let (refund, way) = (RefundId(self.uuid()), RefundWay::Cash { drawer, paid: cash });
                vec![Fact::Refunded { refund, sale, amount: cash, way, by }]
            }
            (_, _, _) => {
                let refund = RefundId(self.uuid());
                vec![Fact::Refunded { refund, sale, amount: transfer, way: RefundWay::Transfer, by }]
            }
        }
    }

    fn receipt_fact(&mut self) -> Vec<Fact> {
        let sales: Vec<SaleId> = self.ledger.sales.keys().copied().collect();
        let Some(sale) = self.pick(&sales) else { return Vec::new() };
        let jobs: Vec<ReceiptId> = self.ledger.sales[&sale].receipts.iter().map(|job| job.id).collect();
        let states = [
            ReceiptState::Printing,
            ReceiptState::Waits,
            ReceiptState::Printed,
            ReceiptState::Doubtful { surely: 3, at_most: 6, of: 20 },
            ReceiptState::GivenUp,
        ];
        if let (1 | 2, Some(receipt)) = (self.below(3), self.pick(&jobs)) {
            return vec![Fact::ReceiptMoved { receipt, sale, state: self.pick(&states).unwrap() }];
        }
        let (receipt, is_copy) = (ReceiptId(self.uuid()), self.below(2) == 0);
        vec![Fact::ReceiptQueued { receipt, sale, paper: ReceiptPaper::Customer, is_copy }]
    }

    fn payee_fact(&mut self) -> Vec<Fact> {
        let (payee, by) = (PayeeKey(format!("account-{}", self.below(2))), manager());
        vec![match self.below(5) {
            0 => {
                let (label, standard, account) = ("Transfer".to_owned(), "epc".to_owned(), "… 3000".to_owned());
                let title = PayeeTitle { label, standard, account };
                Fact::PayeeApproved { payee, title, replaces: None, by }
            }
            1 | 2 => {
                let reference = SaleReference::new(TILL, self.ledger.last_sequence + 1).unwrap();
                Fact::PayeeTestShown { payee, reference, amount: euro(1) }
            }
            3 => Fact::PayeeTested { payee, arrived: self.below(3) > 0, by },
            _ => Fact::PayeeRetired { payee },
        }]
    }

    fn manager_decides(&mut self) -> Vec<Fact> {
        let is_open = |kept: &KeptLine<'_>| matches!(kept.state, LineState::Unexplained);
        let open: Vec<KeptLine<'_>> = self.ledger.lines.iter().filter(is_open).collect();
        let lines: Vec<LineId> = open.iter().map(|kept| kept.line.id).collect();
        let transfers: Vec<PaymentId> = self.payments(|payment| matches!(payment.tender, Tender::Qr { .. }));
        let (by, drawer) = (manager(), self.drawer());
        match (self.below(4), self.pick(&lines), drawer) {
            (0, Some(line), _) => {
                let fee = euro(self.minor());
                let payments = transfers.into_iter().take(2).collect();
                vec![Fact::PayoutMatched { line, payments, fee, by }]
            }
            (1 | 2, Some(line), Some(drawer)) => {
                let amount = self.ledger.lines.get(line).unwrap().line.amount;
                let in_cash = self.below(2) == 0;
                let way = if in_cash {
                    GiveBackWay::Cash { drawer, paid: Some(euro(self.minor())) }
                } else {
                    GiveBackWay::OtherWay
                };
                vec![Fact::CreditReturned { line, payment: self.pick(&transfers), amount, way, by }]
            }
            (_, Some(line), _) => {
                let until = self.now().date_naive().checked_add_days(Days::new(3)).unwrap();
                vec![Fact::ItemCarried { item: ItemId::Line(line), until, reason: CarryReason::BankAsked, by }]
            }
            (_, None, _) => Vec::new(),
        }
    }
}
