//! How ready a shop is for the next failure: a list of things that hold or not, each with the place where it is put
//! right, and the share of those that hold.

use serde::Serialize;

use crate::domain::service::upkeep::Upkeep;

/// One thing that a shop should have before its reader fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ready {
    /// Typed cards can be sealed: a valid key of the acquirer's, and a brand that may be typed.
    TypedCards,
    /// What the shop risks with stored cards has a limit.
    Limits,
    /// Transfers can be shown: a payee.
    Transfers,
    /// A provider of the reader is in the directory, with papers and a number that was compared with them.
    Provider,
    /// A statement was brought in once, so that reconciling is no news on the worst day.
    Statement,
    /// No promise of a provider is overdue.
    Promises,
    /// The receipt printer has paper and answers; holds where the shop has none.
    Printer,
    /// Another reader is in the shop and can be switched over to.
    SecondReader,
    /// No warranty ends these days.
    Warranty,
    /// No device is overdue, neither a loaner of the provider's nor one of ours.
    Hands,
    /// Work that comes back was done in time.
    Work(Upkeep),
}

/// What the till knows of the shop, as far as it is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each holds or not, independent of the others")]
pub struct Known {
    /// Typed cards can be sealed.
    pub typed_cards: bool,
    /// Stored cards have a limit in all.
    pub limits: bool,
    /// There is a payee.
    pub transfers: bool,
    /// A proper provider is in the directory.
    pub provider: bool,
    /// A statement was brought in.
    pub statement: bool,
    /// A promise is overdue.
    pub promise_overdue: bool,
    /// The receipt printer says that it prints.
    pub printer: bool,
    /// Another reader can be switched over to.
    pub second_reader: bool,
    /// A warranty ends these days.
    pub warranty_ends: bool,
    /// A device should be back by now.
    pub device_overdue: bool,
    /// Work that is due now.
    pub due: Vec<Upkeep>,
}

/// Everything that a shop should have, and whether it does.
#[must_use]
pub fn reasons(known: &Known) -> Vec<(Ready, bool)> {
    let shop = [
        (Ready::TypedCards, known.typed_cards),
        (Ready::Limits, known.limits),
        (Ready::Transfers, known.transfers),
        (Ready::Provider, known.provider),
        (Ready::Statement, known.statement),
        (Ready::Promises, !known.promise_overdue),
        (Ready::Printer, known.printer),
        (Ready::SecondReader, known.second_reader),
        (Ready::Warranty, !known.warranty_ends),
        (Ready::Hands, !known.device_overdue),
    ];
    let work = Upkeep::ALL.map(|work| (Ready::Work(work), !known.due.contains(&work)));
    shop.into_iter().chain(work).collect()
}

/// The share of what holds, in per cent, rounded down: 100 only when everything does.
#[must_use]
pub fn percent(reasons: &[(Ready, bool)]) -> u8 {
    let holds = reasons.iter().filter(|(_, holds)| *holds).count();
    let share = if reasons.is_empty() { 0 } else { holds * 100 / reasons.len() };
    u8::try_from(share).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_per_cent_is_everything_and_each_thing_that_lacks_is_named() {
        let all = Known {
            typed_cards: true,
            limits: true,
            transfers: true,
            provider: true,
            statement: true,
            promise_overdue: false,
            printer: true,
            second_reader: true,
            warranty_ends: false,
            device_overdue: false,
            due: Vec::new(),
        };
        assert_eq!(percent(&reasons(&all)), 100);
        let lacks = Known { statement: false, due: vec![Upkeep::Seals], ..all.clone() };
        let reasons_of = reasons(&lacks);
        let missing: Vec<Ready> = reasons_of.iter().filter(|(_, holds)| !holds).map(|(ready, _)| *ready).collect();
        assert_eq!(missing, [Ready::Statement, Ready::Work(Upkeep::Seals)]);
        assert_eq!(percent(&reasons_of), 89);
        let nothing = Known {
            typed_cards: false,
            limits: false,
            transfers: false,
            provider: false,
            statement: false,
            promise_overdue: true,
            printer: false,
            second_reader: false,
            warranty_ends: true,
            device_overdue: true,
            due: Upkeep::ALL.to_vec(),
        };
        assert_eq!((percent(&reasons(&nothing)), percent(&[])), (0, 0));
    }
}
