//! The repair request: one page of HTML that a person signs and the supplier reads. Pure, as [`crate::report`] is: it
//! returns text, and others write the file.
//!
//! It holds what the supplier asks for on the phone: the device, what was seen, asked and tried, the failed reads and the
//! last payments on the reader. It holds no card number; a card is its brand and how it was presented.

mod letter;
mod page;
mod words;

use chrono::{DateTime, FixedOffset};

pub use self::letter::Letter;
pub use self::page::html;
use crate::domain::ledger::Ledger;
use crate::domain::outage::Outage;
use crate::domain::receipt::Heading;
use crate::domain::sale::{Payment, Tender};
use crate::domain::service::{
    Case, Device, DeviceRecord, Finding, Guide, Misread, Pattern, Provider, finding, guide, provider,
};
use crate::report::page::minute;
use crate::settings::Settings;

/// How many of the last payments on the reader are listed.
pub const PAYMENTS_MAX: usize = 12;
/// How many of the last failed reads are listed.
pub const MISREADS_SHOWN_MAX: usize = 20;

/// Everything that a repair request says.
#[derive(Clone, Debug)]
pub struct RepairRequest<'a> {
    /// Shop and till.
    pub heading: Heading,
    /// Whom the shop calls for anything.
    pub service_contact: &'a str,
    /// The case.
    pub case: &'a Case,
    /// The guide its questions are from, where one fits the reader.
    pub guide: Option<&'a Guide>,
    /// What is probably the cause.
    pub finding: Option<Finding>,
    /// Who repairs it, where the directory knows them.
    pub provider: Option<&'a Provider>,
    /// The device, where the register has it.
    pub device: Option<&'a Device>,
    /// Its papers and hands.
    pub record: Option<&'a DeviceRecord>,
    /// Failed reads, oldest first.
    pub misreads: Vec<&'a Misread>,
    /// What they have in common.
    pub patterns: Vec<Pattern>,
    /// Outages of the case that are still at hand.
    pub outages: Vec<&'a Outage>,
    /// Payments on the reader, oldest first, with the reference of their sale.
    pub payments: Vec<(&'a Payment, String)>,
    /// The name of a person by the short one.
    pub names: Vec<(String, String)>,
    /// When it is made.
    pub made_at: DateTime<FixedOffset>,
}

impl<'a> RepairRequest<'a> {
    /// The request for a case, out of what the till knows.
    #[must_use]
    pub fn of(
        settings: &'a Settings,
        ledger: &'a Ledger,
        case: &'a Case,
        is_demo: bool,
        made_at: DateTime<FixedOffset>,
    ) -> Self {
        let is_main = settings.is_main_reader(&case.reader);
        let patterns = ledger.patterns_of(case, is_main);
        let guide = guide::for_reader(&settings.service.guides, &case.reader);
        let directory = provider::for_kind(&settings.service.providers, case.kind());
        let ordered = case.state.order().map(|order| order.provider.as_str());
        let named = directory.iter().find(|one| ordered.is_none_or(|name| name == one.name)).copied();
        let on_reader = ledger.payments.values().filter(|payment| {
            matches!(payment.tender, Tender::Reader { .. }) && ledger.was_in_use(&case.reader, is_main, payment.began)
        });
        let reference = |payment: &Payment| ledger.sales.get(&payment.sale).map(|sale| sale.reference.to_string());
        let mut payments: Vec<(&Payment, String)> =
            on_reader.map(|payment| (payment, reference(payment).unwrap_or_default())).collect();
        payments.sort_by_key(|(payment, _)| payment.began);
        let mut misreads: Vec<&Misread> = case.misreads().collect();
        misreads.sort_by_key(|misread| misread.at);
        let devices = settings.service.devices.iter().map(|one| &one.device);
        let people = settings.people.iter();
        Self {
            heading: Heading {
                shop: settings.shop.name.clone(),
                address: settings.shop.address.clone(),
                till: settings.till,
                is_demo,
                is_copy: false,
            },
            service_contact: &settings.shop.service_contact,
            case,
            device: devices.into_iter().find(|device| device.name == case.reader),
            record: ledger.devices.get(&case.reader),
            guide,
            finding: guide.and_then(|guide| finding(case, guide, &patterns)),
            provider: named,
            misreads,
            patterns,
            outages: case.outages().filter_map(|outage| ledger.outages.get(&outage)).collect(),
            payments,
            names: people.map(|person| (person.id.0.clone(), person.name.clone())).collect(),
            made_at,
        }
    }

    /// The name of a person by the short one.
    fn name<'n>(&'n self, id: &'n str) -> &'n str {
        self.names.iter().find(|(short, _)| short == id).map_or(id, |(_, name)| name)
    }

    /// The name of the file it is written to.
    #[must_use]
    pub fn file_name(&self) -> String {
        let what = if self.case.is_closed() { "report" } else { "repair-request" };
        format!("case-{}-{what}.html", self.case.number)
    }
}

#[cfg(test)]
mod tests;
