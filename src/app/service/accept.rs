//! Whether a reader is trusted, and the acceptance test: what shows that a check holds, and the signature.
//!
//! A check that the till can see is ticked by what it saw, and by nothing else. What it cannot see a manager says, and
//! the papers name it as said. A manager signs with the PIN.

use chrono::{DateTime, FixedOffset};

use crate::app::place::ApproveWhy;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::health::Health;
use crate::domain::ids::{CaseId, PersonId};
use crate::domain::ladder::{Found, Rung};
use crate::domain::outage::{Healths, OutageCause, ReaderCause, ReaderKind};
use crate::domain::reader::{EntryMode, ReaderOutcome};
use crate::domain::receipt::{ReceiptPaper, ReceiptState};
use crate::domain::sale::{Payment, ReaderState, Tender};
use crate::domain::service::{AttachmentKind, Case, CaseStep, Check, Ending, Holder, Proof, Trust};

/// What shows that a check of the acceptance test holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownBy {
    /// The till sees it by itself.
    Till,
    /// Pictures are kept, and a manager looked at them.
    Pictures,
    /// Nothing but a manager's word.
    Manager,
    /// Nothing now: the till uses another reader.
    AnotherReader,
}

impl App {
    /// The open case of the reader that the till uses.
    pub(crate) fn case_in_use(&self) -> Option<&Case> {
        let by_name = self.ledger.open_case_of(self.settings.reader.device_name());
        by_name.or_else(|| self.ledger.open_cases().into_iter().find(|case| self.is_in_use(case)))
    }

    /// Whether the till uses the reader of a case. The main reader is the main reader whatever the settings call it now:
    /// the name of many has their serial number in it, and another device in its place is not trusted for being another.
    pub(crate) fn is_in_use(&self, case: &Case) -> bool {
        let name = self.settings.reader.device_name();
        name == case.reader || (self.settings.is_main_reader(name) && self.settings.is_main_reader(&case.reader))
    }

    /// Since when somebody else has the reader that the till uses, as the register has it.
    fn is_with_others(&self) -> Option<DateTime<FixedOffset>> {
        let custody = self.device_record(self.settings.reader.device_name())?.custody()?;
        match custody.holder {
            Holder::Provider { .. } => Some(custody.since),
            Holder::Shop {} => None,
        }
    }

    /// The three machines as they count: a reader that was in other hands is not trusted before a manager has accepted
    /// it, however well it answers. Until then it is a manager's trial, and out of use for everybody else.
    pub(crate) fn healths(&self) -> Healths {
        Healths { reader: self.trusted_reader(), ..self.watch.healths }
    }

    fn trusted_reader(&self) -> Health<ReaderCause> {
        let seen = self.watch.healths.reader;
        let Some(case) = self.case_in_use() else {
            // What was given away and still answers is not the shop's to take cards on.
            let since = self.is_with_others().filter(|_| !seen.is_out());
            return since.map_or(seen, |since| Health::down(since, ReaderCause::NotAccepted));
        };
        let since = case.state.since();
        match case.trust() {
            Trust::Trusted => seen,
            Trust::Suspect => Health::down(since, ReaderCause::Tampered),
            Trust::OnTrial | Trust::NotAccepted if seen.is_out() => seen,
            Trust::OnTrial if self.is_manager() => Health::on_trial(since, ReaderCause::NotAccepted),
            Trust::OnTrial | Trust::NotAccepted => Health::down(since, ReaderCause::NotAccepted),
        }
    }

    /// What would show that a check of a case holds.
    pub(crate) fn shown_by(&self, case: &Case, check: Check) -> ShownBy {
        if check == Check::Seals {
            // Nobody but a person sees a seal, wherever the reader stands.
            return if self.has_pictures_after(case) { ShownBy::Pictures } else { ShownBy::Manager };
        }
        match (self.is_in_use(case), self.sees(case, check)) {
            (false, _) => ShownBy::AnotherReader,
            (true, true) => ShownBy::Till,
            (true, false) => ShownBy::Manager,
        }
    }

    /// Whether pictures of the seals were kept since the reader is back.
    fn has_pictures_after(&self, case: &Case) -> bool {
        let back = back_since(case);
        let papers = self.device_record(&case.reader).map(|record| record.attachments.as_slice()).unwrap_or_default();
        papers.iter().any(|paper| paper.kind == AttachmentKind::SealsAfter && back.is_some_and(|back| paper.at >= back))
    }

    /// Whether the till can see at all that this check holds.
    fn sees(&self, case: &Case, check: Check) -> bool {
        let is_asked = match self.reader_kind() {
            ReaderKind::Connected { .. } => true,
            // What such a terminal did with a card, the cashier reads off it.
            ReaderKind::Standalone => false,
        };
        match check {
            Check::Seals => false,
            // A reader that says of its own payments not how the card was presented, says it of none.
            Check::Contact | Check::Contactless | Check::Stripe => {
                is_asked && !self.tests(case).any(|one| entry(one).is_none())
            }
            Check::Payment => is_asked,
            // It is done in the reader's own menu. Where the till does it itself, it is seen all the same.
            Check::Reversal => false,
            // A printer that cannot say what became of a paper leaves it to whoever looks at it.
            Check::Receipt => !self.own_tests(case).any(|one| self.receipt_of(one) == Some(ReceiptState::Taken)),
            Check::Diagnosis | Check::PowerCut => self.settings.reader.can_be_probed(),
        }
    }

    /// The checks that the till saw hold since the reader is to be used again.
    pub(super) fn checks_seen(&self, case: &Case) -> Vec<CaseStep> {
        let (Some(missing), Some(since)) = (case.missing(), back_since(case)) else { return Vec::new() };
        let is_asked = matches!(self.reader_kind(), ReaderKind::Connected { .. });
        let seen = |check: &Check| match check {
            Check::Seals => false,
            Check::Diagnosis => self.diagnosis_was_clean(case, since),
            Check::Contact => self.has_read(case, EntryMode::Contact),
            Check::Contactless => self.has_read(case, EntryMode::Contactless),
            Check::Stripe => self.has_read(case, EntryMode::Stripe),
            Check::Payment => is_asked && self.own_tests(case).next().is_some(),
            Check::Reversal => {
                self.own_tests(case).any(|one| matches!(reader_of(one), Some(ReaderState::Reversed { .. })))
            }
            Check::Receipt => self.own_tests(case).any(|one| self.receipt_of(one) == Some(ReceiptState::Printed)),
            Check::PowerCut => self.came_back_since(case, since),
        };
        missing.into_iter().filter(seen).map(|check| CaseStep::Checked { check, proof: Proof::Till }).collect()
    }

    /// The payments that the reader of the case approved since it is back, whatever became of them later.
    fn tests(&self, case: &Case) -> impl Iterator<Item = &Payment> {
        let since = back_since(case);
        let (reader, is_main) = (case.reader.clone(), self.settings.is_main_reader(&case.reader));
        self.ledger.payments.values().filter(move |payment| {
            since.is_some_and(|since| payment.began >= since)
                && approval(payment).is_some()
                && self.ledger.was_in_use(&reader, is_main, payment.began)
        })
    }

    /// Those of them that are as small as the payment of a test is: a customer's larger one is none, although it shows that
    /// a card was read.
    fn own_tests(&self, case: &Case) -> impl Iterator<Item = &Payment> {
        let most = self.settings.service.test_payment(self.settings.currency);
        self.tests(case).filter(move |payment| payment.amount.minor <= most.minor)
    }

    /// How far the receipt of a payment's sale is; `None` where none was asked for.
    fn receipt_of(&self, payment: &Payment) -> Option<ReceiptState> {
        let sale = self.ledger.sales.get(&payment.sale)?;
        let own = || sale.receipts.iter().filter(|job| !job.is_copy && job.paper == ReceiptPaper::Customer);
        let printed = own().find(|job| job.state == ReceiptState::Printed).or_else(|| own().next_back());
        let written = self.receipts_written.contains(&sale.id).then_some(ReceiptState::Printed);
        written.or(printed.map(|job| job.state))
    }

    fn has_read(&self, case: &Case, mode: EntryMode) -> bool {
        self.tests(case).any(|payment| entry(payment) == Some(mode))
    }

    /// A whole climb since then that found nothing, and on which the reader said that it is well.
    fn diagnosis_was_clean(&self, case: &Case, since: DateTime<FixedOffset>) -> bool {
        let Some(ladder) = self.climb.ladder.as_ref().filter(|one| one.is_done() && one.began >= since) else {
            return false;
        };
        let is_main = self.settings.is_main_reader(&case.reader);
        let well =
            ladder.steps().iter().any(|step| step.rung == Rung::ReaderHealthy && matches!(step.found, Found::Good(_)));
        well && ladder.conclusion().cause.is_none() && self.ledger.was_in_use(&case.reader, is_main, ladder.began)
    }

    /// Whether the reader was gone since then, and is there again.
    fn came_back_since(&self, case: &Case, since: DateTime<FixedOffset>) -> bool {
        let is_main = self.settings.is_main_reader(&case.reader);
        let is_gone = |cause: &OutageCause| {
            matches!(cause, OutageCause::Reader(ReaderCause::NotConnected | ReaderCause::NoAnswer))
        };
        self.ledger.outages.values().any(|outage| {
            let gone = outage.causes.iter().position(|(at, cause)| {
                *at >= since && is_gone(cause) && self.ledger.was_in_use(&case.reader, is_main, *at)
            });
            let is_back = |gone: usize| outage.causes[gone..].iter().any(|(_, cause)| !is_gone(cause));
            gone.is_some_and(|gone| outage.ended.is_some() || is_back(gone))
        })
    }

    /// The test is about to be signed: a manager does it, with the PIN.
    pub(super) fn ask_for_acceptance(&mut self) {
        if let Some(case) = self.open_case().filter(|case| case.missing().is_some_and(|missing| missing.is_empty())) {
            let case = case.id;
            self.ask_manager(ApproveWhy::AcceptReader { case });
        }
    }

    /// The signed test is on disk: it shows more of the reader than the one payment that its machine waits for. An outage
    /// ends here; where the till sees the reader down all the same, it goes on for what the till sees.
    pub(in crate::app) fn reader_is_accepted(&mut self, case: CaseId) {
        let is_it = self.ledger.cases.get(&case).is_some_and(|case| self.is_in_use(case));
        let waits = match self.reader_kind() {
            ReaderKind::Connected { .. } => matches!(self.watch.healths.reader, Health::OnTrial { .. }),
            // Of a terminal that cannot be asked nothing is known but what people say, and a manager said it.
            ReaderKind::Standalone => true,
        };
        if is_it && waits {
            self.watch.by_hand = false;
            self.set_reader(Health::Working);
        }
    }

    /// A manager signed it, and the case is closed with that: what fails from now on is another case.
    pub(in crate::app) fn accept_reader(&mut self, case: CaseId, manager: PersonId, turn: &mut Turn) {
        let steps = [CaseStep::Accepted {}, CaseStep::Closed { ending: Ending::Accepted }];
        let facts = steps.map(|step| Fact::ServiceCase { case, by: Some(manager.clone()), step });
        self.save(facts.into(), turn);
    }
}

/// When the reader of a case was to be used again, the last time.
fn back_since(case: &Case) -> Option<DateTime<FixedOffset>> {
    case.history.iter().rev().find(|moment| matches!(moment.step, CaseStep::Mended { .. })).map(|moment| moment.at)
}

fn reader_of(payment: &Payment) -> Option<&ReaderState> {
    match &payment.tender {
        Tender::Reader { reader, .. } => Some(reader),
        Tender::Qr { .. } | Tender::Card { .. } | Tender::Cash { .. } => None,
    }
}

/// The reader's approval of a payment, whatever became of it later.
fn approval(payment: &Payment) -> Option<&ReaderOutcome> {
    match reader_of(payment)? {
        ReaderState::Answered { outcome, .. }
        | ReaderState::Reversing { outcome, .. }
        | ReaderState::Reversed { outcome, .. }
        | ReaderState::Kept { outcome, .. } => {
            Some(outcome).filter(|outcome| matches!(outcome, ReaderOutcome::Approved { .. }))
        }
        ReaderState::Asked | ReaderState::Unknown { .. } | ReaderState::Parked { .. } | ReaderState::Decided { .. } => {
            None
        }
    }
}

/// How the card of an approved payment was presented.
fn entry(payment: &Payment) -> Option<EntryMode> {
    match approval(payment)? {
        ReaderOutcome::Approved { entry, .. } => *entry,
        ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. } | ReaderOutcome::Unknown { .. } => None,
    }
}
