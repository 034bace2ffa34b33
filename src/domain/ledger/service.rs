//! Facts about cases of the reader, and the failed reads that facts about payments amount to.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::ids::{CaseId, PaymentId, PersonId};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::reader::{CardSeen, ReaderOutcome};
use crate::domain::sale::{ReaderState, Tender};
use crate::domain::service::misread::{MISREADS_MAX, REMEMBERED};
use crate::domain::service::{
    CallOutcome, Case, CaseState, CaseStep, Custody, DeviceRecord, Ending, Holder, Mended, Misread, MisreadCause,
    Pattern, patterns,
};

impl Ledger {
    pub(super) fn apply_case(
        &mut self,
        at: DateTime<FixedOffset>,
        id: CaseId,
        by: Option<PersonId>,
        step: &CaseStep,
    ) -> Result<Vec<Row>, String> {
        if let Some(case) = self.cases.get_mut(&id) {
            case.take(at, by, step)?;
            // What stands there now is the reader of this name, whatever the settings say of the one before it.
            let accepted = matches!(step, CaseStep::Accepted {}).then(|| case.serial_read()).flatten();
            if let Some((reader, serial)) = accepted.map(|serial| (case.reader.clone(), serial.to_owned())) {
                let record = self.devices.entry(reader.clone()).or_insert_with(|| DeviceRecord::new(&reader));
                record.serial = Some(serial);
                return Ok(vec![Row::Case(id), Row::Device(reader)]);
            }
        } else {
            let case = Case::open(id, at, by, step)?;
            if let Some(open) = self.open_case_of(&case.reader) {
                return Err(format!("case {} of {} is still open", open.number, open.reader));
            }
            self.cases.insert(id, case);
        }
        Ok(vec![Row::Case(id)])
    }

    /// A fact about a device.
    pub(super) fn apply_device(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let known = |name: &str| self.devices.get(name).cloned().unwrap_or_else(|| DeviceRecord::new(name));
        let changed = match fact {
            Fact::DeviceAttached { device, attachment } => {
                let mut record = known(device);
                record.attach(attachment.clone()).map_err(|error| error.to_string())?;
                vec![record]
            }
            Fact::DeviceHanded { device, custody } => {
                if matches!(custody.holder, Holder::Provider { .. }) && !self.may_be_handed_out(device, custody) {
                    return Err(format!("{device} leaves the shop by its case only: copied, and asked what it holds"));
                }
                let mut record = known(device);
                record.hand(custody.clone());
                vec![record]
            }
            Fact::ReaderSwitched { device, .. } => {
                let before = self.devices.values().filter(|one| one.in_use && one.name != *device).cloned();
                let mut changed: Vec<DeviceRecord> = before.chain([known(device)]).collect();
                for record in &mut changed {
                    let is_it = record.name == *device;
                    record.use_it(at, is_it);
                }
                changed
            }
            _ => return Err(format!("“{}” is not about a device", fact.kind())),
        };
        let mut rows = Vec::with_capacity(changed.len());
        for record in changed {
            rows.push(Row::Device(record.name.clone()));
            self.devices.insert(record.name.clone(), record);
        }
        Ok(rows)
    }

    /// The reader that the till was switched over to last; none before the first time.
    #[must_use]
    pub fn switched_to(&self) -> Option<&str> {
        self.devices.values().find(|one| one.in_use).map(|one| one.name.as_str())
    }

    /// Whether a device was cleared to leave the shop: its case sent it, or gave it back. One that another took the place
    /// of was cleared before that.
    fn may_be_handed_out(&self, device: &str, custody: &Custody) -> bool {
        let last = self.cases.values().filter(|case| case.reader == device).max_by_key(|case| case.number);
        if let Some(former) = &custody.former {
            let was_here = self.devices.get(device).is_some_and(|record| {
                let known = record.formers();
                known.iter().any(|(known, last)| *known == former && matches!(last.holder, Holder::Shop {}))
            });
            let is_exchanged = |case: &Case| matches!(case.state, CaseState::Back { how: Mended::Replaced, .. });
            return was_here || last.is_some_and(is_exchanged);
        }
        let went_back = |case: &Case| matches!(case.state, CaseState::Closed { ending: Ending::GivenBack, .. });
        last.is_some_and(|case| case.has_left() || went_back(case))
    }

    /// The reader that the till used at this moment; none before it was first switched over: the one of the settings.
    #[must_use]
    pub fn used_at(&self, at: DateTime<FixedOffset>) -> Option<&str> {
        self.devices.values().find(|one| one.was_in_use(at)).map(|one| one.name.as_str())
    }

    /// Whether the till used this reader at this moment. `is_main`: it is the one that the till began with.
    #[must_use]
    pub fn was_in_use(&self, reader: &str, is_main: bool, at: DateTime<FixedOffset>) -> bool {
        self.used_at(at).map_or(is_main, |name| name == reader)
    }

    /// The cases that are open, the oldest first: a reader has one at most.
    #[must_use]
    pub fn open_cases(&self) -> Vec<&Case> {
        let mut open: Vec<&Case> = self.cases.values().filter(|case| !case.is_closed()).collect();
        open.sort_by_key(|case| case.number);
        open
    }

    /// The open case of a reader.
    #[must_use]
    pub fn open_case_of(&self, reader: &str) -> Option<&Case> {
        self.cases.values().find(|case| !case.is_closed() && case.reader == reader)
    }

    /// The case that people see first: the open one of the reader in use, or another that is open, or else the last.
    #[must_use]
    pub fn shown_case(&self, reader: &str) -> Option<&Case> {
        let open = || self.open_case_of(reader).or_else(|| self.open_cases().first().copied());
        open().or_else(|| self.cases.values().max_by_key(|case| case.number))
    }

    /// When a call found that the number of a provider is not theirs, the last time.
    #[must_use]
    pub fn number_was_wrong(&self, provider: &str) -> Option<DateTime<FixedOffset>> {
        let moments = self.cases.values().flat_map(|case| &case.history);
        let wrong = moments.filter(|moment| {
            matches!(&moment.step, CaseStep::Called { provider: called, outcome: CallOutcome::WrongNumber }
                if called == provider)
        });
        wrong.map(|moment| moment.at).max()
    }

    /// The number of the next case.
    #[must_use]
    pub fn next_case_number(&self) -> u32 {
        self.cases.values().map(|case| case.number).max().unwrap_or(0).saturating_add(1)
    }

    /// Keeps a payment that failed at the reader. A payment counts once, by the first thing that was said of it, and
    /// more than [`MISREADS_MAX`] say nothing new.
    pub(super) fn note_misread(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Option<Row> {
        let (payment, cause, card) = match fact {
            Fact::ReaderAnswered { payment, outcome } => {
                let card = if let ReaderOutcome::Declined { card, .. } = outcome { *card } else { CardSeen::NOTHING };
                (*payment, MisreadCause::of(outcome)?, card)
            }
            Fact::ReaderUnanswered { payment, fault } => (*payment, MisreadCause::of_fault(*fault)?, CardSeen::NOTHING),
            _ => return None,
        };
        if self.misreads.contains_key(&payment) || self.misreads.len() >= MISREADS_MAX {
            return None;
        }
        let minutes_on = self.in_use_since().map(|since| (at - since).num_minutes());
        let minutes_on = minutes_on.and_then(|minutes| u32::try_from(minutes).ok());
        self.misreads.insert(payment, Misread { payment, at, cause, card, minutes_on });
        Some(Row::Misread(payment))
    }

    /// What the failed reads of a case have in common, beside the cards that its reader did read.
    #[must_use]
    pub fn patterns_of(&self, case: &Case, is_main: bool) -> Vec<Pattern> {
        let misreads: Vec<Misread> = case.misreads().cloned().collect();
        let on_it = self.payments.values().filter(|one| self.was_in_use(&case.reader, is_main, one.began));
        let read: Vec<CardSeen> = on_it.filter_map(|payment| card_read(&payment.tender)).collect();
        patterns(&misreads, &read)
    }

    /// The failed reads of a case's reader that are not on the case yet, oldest first.
    #[must_use]
    pub fn misreads_beside(&self, reader: &str, is_main: bool, case: Option<&Case>) -> Vec<Misread> {
        let known: BTreeSet<PaymentId> = case.iter().flat_map(|case| case.misreads()).map(|one| one.payment).collect();
        let of_it = |one: &&Misread| !known.contains(&one.payment) && self.was_in_use(reader, is_main, one.at);
        let mut misreads: Vec<Misread> = self.misreads.values().filter(of_it).cloned().collect();
        misreads.sort_by_key(|one| one.at);
        misreads
    }

    /// Since when the reader is in use without a break, as far as the till knows: since the last outage, or since the
    /// day was opened.
    fn in_use_since(&self) -> Option<DateTime<FixedOffset>> {
        if self.open_outage().is_some() {
            return None;
        }
        let ended = self.outages.values().filter_map(|outage| outage.ended).max();
        ended.max(self.day.as_ref().map(|day| day.opened))
    }

    /// Drops failed reads that are too old to say anything.
    pub(super) fn forget_old_misreads(&mut self, at: DateTime<FixedOffset>) {
        self.misreads.retain(|_, misread| at - misread.at <= REMEMBERED);
    }
}

/// The card of a payment that the reader took.
fn card_read(tender: &Tender) -> Option<CardSeen> {
    let Tender::Reader {
        reader: ReaderState::Answered { outcome: ReaderOutcome::Approved { brand, entry, .. }, .. },
        ..
    } = tender
    else {
        return None;
    };
    Some(CardSeen { brand: *brand, entry: *entry })
}
