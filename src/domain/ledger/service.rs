//! Facts about cases of the reader, and the failed reads that facts about payments amount to.

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::ids::{CaseId, PersonId};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::reader::{CardSeen, ReaderOutcome};
use crate::domain::sale::{ReaderState, Tender};
use crate::domain::service::misread::{MISREADS_MAX, REMEMBERED};
use crate::domain::service::{Case, CaseStep, DeviceRecord, Misread, MisreadCause, Pattern, patterns};

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
        } else {
            if let Some(open) = self.open_case() {
                return Err(format!("case {} is still open", open.number));
            }
            self.cases.insert(id, Case::open(id, at, by, step)?);
        }
        Ok(vec![Row::Case(id)])
    }

    /// A fact about a device.
    pub(super) fn apply_device(&mut self, fact: &Fact) -> Result<Vec<Row>, String> {
        let known = |name: &str| self.devices.get(name).cloned().unwrap_or_else(|| DeviceRecord::new(name));
        let changed = match fact {
            Fact::DeviceAttached { device, attachment } => {
                let mut record = known(device);
                record.attach(attachment.clone()).map_err(|error| error.to_string())?;
                vec![record]
            }
            Fact::DeviceHanded { device, custody } => {
                let mut record = known(device);
                record.hand(custody.clone());
                vec![record]
            }
            Fact::ReaderSwitched { device, .. } => {
                let before = self.devices.values().filter(|one| one.in_use && one.name != *device);
                let before = before.map(|one| DeviceRecord { in_use: false, ..one.clone() });
                before.chain([DeviceRecord { in_use: true, ..known(device) }]).collect()
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

    /// The case that is open, if one is: a till has one reader, and a reader one case.
    #[must_use]
    pub fn open_case(&self) -> Option<&Case> {
        self.cases.values().find(|case| !case.is_closed())
    }

    /// The case that people see: the one that is open, or else the last.
    #[must_use]
    pub fn shown_case(&self) -> Option<&Case> {
        self.open_case().or_else(|| self.cases.values().max_by_key(|case| case.number))
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

    /// What the failed reads of the last days have in common.
    #[must_use]
    pub fn misread_patterns(&self) -> Vec<Pattern> {
        let misreads: Vec<Misread> = self.misreads.values().cloned().collect();
        let read: Vec<CardSeen> = self.payments.values().filter_map(|payment| card_read(&payment.tender)).collect();
        patterns(&misreads, &read)
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
