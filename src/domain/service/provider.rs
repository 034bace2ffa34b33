//! Whom to call: the supplier's and the providers' directory, as the settings have it.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

use crate::domain::ladder::Kind;

/// The most providers of a shop.
pub const PROVIDERS_MAX: usize = 12;
/// A number that nobody compared with the contract for this long is shown with a warning: a number found on the
/// internet instead is how shops come to call an advertisement.
pub const CHECKED_FOR: TimeDelta = TimeDelta::days(365);

/// What a provider is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProviderFor {
    /// The reader: its supplier or a workshop.
    Reader,
    /// The shop's network.
    Network,
    /// Payments: the acquirer.
    Payments,
}

/// One provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// What it is called for.
    pub serves: ProviderFor,
    /// The number that stands in the contract.
    pub phone: String,
    /// The address for mail.
    pub mail: Option<String>,
    /// When somebody answers, in the shop's own words.
    pub hours: Option<String>,
    /// The shop's number of contract or customer.
    pub contract: Option<String>,
    /// What makes it a proper provider: a licence, a certificate, a register.
    pub licence: Option<String>,
    /// When a person last compared the number with the contract.
    pub checked: Option<NaiveDate>,
    /// How soon it promised to answer, in hours.
    pub response_hours: Option<u16>,
    /// How soon it promised another reader, in hours.
    pub swap_hours: Option<u16>,
    /// Whether the contract has a loaner.
    pub loaner: bool,
    /// Its standing notice says that a reader is not to be restarted.
    pub do_not_restart: bool,
}

impl Provider {
    /// What shows that it is no advertisement: a contract or a licence, and a number compared with it not long ago.
    #[must_use]
    pub fn is_proper(&self, today: NaiveDate) -> bool {
        let papers = self.contract.is_some() || self.licence.is_some();
        papers && self.checked.is_some_and(|checked| today.signed_duration_since(checked) <= CHECKED_FOR)
    }

    /// By when the contract promises an answer to a call at `at`.
    #[must_use]
    pub fn answers_by(&self, at: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        self.response_hours.map(|hours| at + TimeDelta::hours(i64::from(hours)))
    }
}

/// Who is called for trouble of this kind, the best first.
#[must_use]
pub fn for_kind(providers: &[Provider], kind: Kind) -> Vec<&Provider> {
    let first = match kind {
        Kind::Hardware | Kind::Card | Kind::Software => ProviderFor::Reader,
        Kind::Network => ProviderFor::Network,
        Kind::Host => ProviderFor::Payments,
    };
    let mut found: Vec<&Provider> = providers.iter().filter(|one| one.serves == first).collect();
    found.extend(providers.iter().filter(|one| one.serves != first));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> Provider {
        Provider {
            name: "Example Service".to_owned(),
            serves: ProviderFor::Reader,
            phone: "+49 30 000000".to_owned(),
            mail: None,
            hours: None,
            contract: Some("C-1".to_owned()),
            licence: None,
            checked: NaiveDate::from_ymd_opt(2026, 1, 2),
            response_hours: Some(4),
            swap_hours: None,
            loaner: false,
            do_not_restart: false,
        }
    }

    #[test]
    fn a_provider_is_proper_with_papers_and_a_number_that_was_compared_not_long_ago() {
        let today = |year, month| NaiveDate::from_ymd_opt(year, month, 2).unwrap();
        assert!(provider().is_proper(today(2026, 6)));
        assert!(provider().is_proper(today(2027, 1)));
        assert!(!provider().is_proper(today(2027, 2)));
        assert!(!Provider { checked: None, ..provider() }.is_proper(today(2026, 6)));
        assert!(!Provider { contract: None, ..provider() }.is_proper(today(2026, 6)));
        assert!(Provider { contract: None, licence: Some("L".to_owned()), ..provider() }.is_proper(today(2026, 6)));
    }

    #[test]
    fn the_network_is_its_own_providers_affair() {
        let network = Provider { name: "Net".to_owned(), serves: ProviderFor::Network, ..provider() };
        let both = [provider(), network];
        let first = |kind| for_kind(&both, kind)[0].name.as_str();
        assert_eq!(first(Kind::Network), "Net");
        assert_eq!(first(Kind::Hardware), "Example Service");
        // Without an acquirer in the directory somebody is named all the same.
        assert_eq!(for_kind(&both, Kind::Host).len(), 2);
    }
}
