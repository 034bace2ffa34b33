//! The configuration file, parsed into typed values: nothing in here still has to be checked.
//!
//! The text form and its errors are in [`file`]; this page is what the rest of the program sees.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::app::event::Language;
use crate::domain::access::Person;
use crate::domain::card::{Brand, HolderPart, StopList};
use crate::domain::handover::KnownTill;
use crate::domain::limits::Limits;
use crate::domain::money::Currency;
use crate::domain::outage::OfferRules;
use crate::domain::queue::RetryRules;
use crate::domain::service::DeviceRole;
use crate::iso8583::{Dialect, Terminal};

mod cash;
pub mod file;
pub mod pin;
mod qr;
mod reader;
mod service;

pub use self::cash::{CashSettings, DrawerFor, DrawerPlace, ForeignTaken, MerchantCopy, PrinterSettings};
pub use self::qr::{Area, CustomerSide, Payee, QrSettings, Terms};
pub use self::reader::{NexoEncryption, NexoEventPlace, NexoRoot, ReaderSettings};
pub use self::service::{DeviceSettings, PackSettings, ServiceSettings};

/// Everything a shop can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The shop, as receipts name it.
    pub shop: Shop,
    /// The till's number, 10 to 99: the first two digits of every sale reference.
    pub till: u8,
    /// The currency of everything.
    pub currency: Currency,
    /// The language the screen starts in.
    pub language: Language,
    /// The card reader.
    pub reader: ReaderSettings,
    /// What happens to a charge on the reader that comes to light after its sale was paid another way.
    pub late_approval: LateApproval,
    /// Addresses that show whether the line works, outside the shop and not the host.
    pub line_anchors: Vec<SocketAddr>,
    /// A name that a diagnosis looks up, to see whether names can be.
    pub line_name: Option<String>,
    /// The acquirer's host.
    pub host: Option<HostSettings>,
    /// Brands that may be typed in by hand; none by default.
    pub card_brands: Vec<Brand>,
    /// What is asked of the holder of a typed card, for the acquirer's address verification; nothing where it wants none.
    pub card_holder: Vec<HolderPart>,
    /// Transfers by QR code.
    pub qr: QrSettings,
    /// What the shop leaves out of the offers.
    pub offer_rules: OfferRules,
    /// How much risk the shop takes.
    pub limits: Limits,
    /// Cards that are not taken on trust.
    pub stop_list: StopList,
    /// How long the acquirer accepts a deferred authorisation, in hours.
    pub send_within_hours: u16,
    /// What the shop expects to lose of stored cards, in hundredths of a per cent.
    pub expected_loss_basis_points: u16,
    /// Days after which a transfer that no statement shows is overdue.
    pub statement_due_days: u8,
    /// A drawer difference above this needs a note, in minor units.
    pub drawer_note_above_minor: i64,
    /// What the shop chose about cash and the drawer.
    pub cash: CashSettings,
    /// The receipt printer; without one receipts are files.
    pub printer: Option<PrinterSettings>,
    /// Whether acts that need two people need two.
    pub second_person: SecondPerson,
    /// Who may use the till; at least one manager.
    pub people: Vec<Person>,
    /// The folder that statements are looked for in.
    pub statement_inbox: PathBuf,
    /// Whom to call when the reader fails, and what is asked and tried.
    pub service: ServiceSettings,
}

/// The shop, as receipts name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// Its name.
    pub name: String,
    /// Its address, one line.
    pub address: String,
    /// Whom to call when the program halts.
    pub service_contact: String,
}

/// What happens to a charge on the reader that comes to light after its sale was paid another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateApproval {
    /// It is taken back on the reader by itself.
    Reverse,
    /// It stays, and a person gives the money back.
    Keep,
}

/// The acquirer's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSettings {
    /// Where it is.
    pub address: SocketAddr,
    /// How the acquirer registered this till.
    pub terminal: Terminal,
    /// How the host speaks ISO 8583.
    pub dialect: Dialect,
    /// Whether the host wants a sign-on first on every connection.
    pub sign_on: bool,
    /// The file with the acquirer's public key (JWK).
    pub key_file: PathBuf,
    /// How the line to it is encrypted.
    pub encryption: HostEncryption,
    /// The folder for stored payments that another till is to forward, such as a stick's; below the data folder unless
    /// it is absolute.
    pub handover_folder: PathBuf,
    /// The tills whose handovers and outcomes are believed.
    pub handover_tills: Vec<KnownTill>,
    /// Whether the batch of approved typed cards is closed with totals (0500) after each close of a day.
    pub batch_totals: bool,
    /// Whether an idle connection to it may be held, to notice at once when its program ends.
    pub idle_connection: bool,
    /// How often and after which waits it is asked again.
    pub retry: RetryRules,
}

/// How the line to the host is encrypted. The card is sealed in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostEncryption {
    /// By TLS.
    Tls {
        /// The file with the root that the host's certificate has to come from (PEM).
        root_certificate: PathBuf,
        /// The DNS name that it has to bear.
        name: String,
    },
    /// Below, by the shop's tunnel to the acquirer; or the host is on this machine.
    Tunnel,
}

/// Whether acts that need two people need two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondPerson {
    /// Another person than the one who acts.
    Required,
    /// A shop of one: the same person enters the PIN again, with a reason, and it is printed on the Z slip.
    Off,
}

impl Settings {
    /// Whether a reader is the one that the till began with: the main one of the register, or one that is not in it.
    #[must_use]
    pub fn is_main_reader(&self, name: &str) -> bool {
        let mut devices = self.service.devices.iter().map(|one| &one.device);
        devices.find(|device| device.name == name).is_none_or(|device| device.role == DeviceRole::Main)
    }

    /// The same settings with the reader that the till was switched over to. Where that is not in the register any more, or
    /// is the main one, the reader of `[reader]` stays.
    #[must_use]
    pub fn switched_to(mut self, device: Option<&str>) -> Self {
        let found = device.and_then(|name| self.service.devices.iter().find(|one| one.device.name == name));
        if let Some(reader) = found.and_then(|one| one.reader.clone()) {
            self.reader = reader;
        }
        self
    }
}
