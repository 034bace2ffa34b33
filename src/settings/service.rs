//! What the shop chose for the case file of its reader: whom to call, and what is asked and tried.

use std::path::PathBuf;

use crate::domain::money::{Currency, Money};
use crate::domain::service::{Article, Device, Guide, Provider};
use crate::seal::AcquirerKey;
use crate::settings::ReaderSettings;

/// Whom to call when the reader fails, and what is asked and tried before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSettings {
    /// The suppliers' and providers' directory; may be empty.
    pub providers: Vec<Provider>,
    /// The guides, the built-in one among them.
    pub guides: Vec<Guide>,
    /// The knowledge base.
    pub articles: Vec<Article>,
    /// The device register; may be empty.
    pub devices: Vec<DeviceSettings>,
    /// Where support packs go, and who can open them.
    pub pack: PackSettings,
    /// The folder that pictures of devices are taken in from, such as a stick's; without one `papers` below the data
    /// folder.
    pub papers_folder: Option<PathBuf>,
    /// The largest payment that counts as the smallest one of an acceptance test; without one a unit of the currency.
    pub test_payment: Option<Money>,
}

impl ServiceSettings {
    /// The largest payment that counts as the smallest one of an acceptance test: an acquirer has a least amount of its
    /// own, and whoever tests a reader pays with their own card. Of a currency without decimals, a hundred units.
    #[must_use]
    pub fn test_payment(&self, currency: Currency) -> Money {
        let unit = Money::new(10_i64.pow(currency.exponent().clamp(2, 4)), currency);
        self.test_payment.unwrap_or(unit)
    }
}

/// Where support packs go, and who can open them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackSettings {
    /// The folder, such as a stick's, below the data folder unless it is absolute; without one that of the reports.
    pub folder: Option<PathBuf>,
    /// The supplier's public key that packs are encrypted to; without one they are not.
    pub key: Option<AcquirerKey>,
}

/// A device, and how the till would talk to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSettings {
    /// The device.
    pub device: Device,
    /// How it is connected; none for one that the till cannot be switched over to, and for the main one, which is connected
    /// as the table `[reader]` says.
    pub reader: Option<ReaderSettings>,
}
