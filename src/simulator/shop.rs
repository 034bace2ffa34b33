//! The demo's shop: simulators, settings that point at them, and a world to act in.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use ring::rand::SystemRandom;

use crate::app::event::Language;
use crate::domain::access::{Person, Pin, PinDigit, Role};
use crate::domain::card::{Brand, CardDraft, StopList};
use crate::domain::fact::Fact;
use crate::domain::ids::{IdSource, PersonId, SEQUENCE_MAX, SaleReference, SaveId};
use crate::domain::keys::Confirmation;
use crate::domain::ledger::Ledger;
use crate::domain::limits::{CardLimit, Limits, Steps, StepsOutOfOrder, StoredLimits};
use crate::domain::money::{Currency, Money};
use crate::domain::outage::OfferRules;
use crate::domain::queue::RetryRules;
use crate::domain::service::{Provider, ProviderFor};
use crate::iso8583::{Dialect, Terminal};
use crate::outside::World;
use crate::outside::files::Files;
use crate::outside::host::{Host, TcpHost};
use crate::outside::lanes;
use crate::outside::line::TcpLine;
use crate::outside::reader::{NexoReader, NexoSettings, NexoTimeouts, Reader};
use crate::outside::rungs::Rungs;
use crate::qr;
use crate::qr::epc::EpcPayee;
use crate::seal::AcquirerKey;
use crate::settings::file::{SettingsError, built_in_service};
use crate::settings::pin::hash_pin;
use crate::settings::{
    CashSettings, CustomerSide, DrawerFor, HostEncryption, HostSettings, LateApproval, Payee, QrSettings,
    ReaderSettings, SecondPerson, ServiceSettings, Settings, Shop,
};
use crate::simulator::bank::Bank;
use crate::simulator::host::{HostControls, HostKey, HostRules, HostSimulator};
use crate::simulator::line::LineSimulator;
use crate::simulator::reader::{ReaderSimulator, SIMULATED_POI_ID};
use crate::store::Store;

/// DE 41 of the demo's till.
const TERMINAL: &str = "DEMO0023";
/// DE 42 of the demo's shop.
const MERCHANT: &str = "DEMOBAKERY";
/// The account of the demo's shop: the example account of the German Bundesbank's IBAN documentation.
const IBAN: &str = "DE89370400440532013000";

/// The demo's people and their PINs. They are public, which is why the demo has a ledger of its own.
pub const PEOPLE: [(&str, &str, Role, &str); 3] = [
    ("cashier-3", "Cashier 3", Role::Cashier, "3141"),
    ("manager-1", "Manager 1", Role::Manager, "2718"),
    ("manager-2", "Manager 2", Role::Manager, "1618"),
];

/// The PIN of one of the demo's people.
#[must_use]
pub fn demo_pin_of(person: &PersonId) -> Option<&'static str> {
    PEOPLE.iter().find(|(id, ..)| *id == person.0).map(|(.., pin)| *pin)
}

/// The simulators of one shop.
pub struct DemoShop {
    /// The card reader.
    pub reader: ReaderSimulator,
    /// The acquirer's host.
    pub host: HostSimulator,
    /// The shop's way to the internet.
    pub line: LineSimulator,
    /// The shop's bank.
    pub bank: Mutex<Bank>,
}

/// A demo that cannot be set up: no port, no thread, or a defect in the values above.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No socket or no thread.
    #[error("the simulators cannot be started: {0}")]
    Socket(#[from] io::Error),
    /// A value of the demo does not parse.
    #[error("the demo's own settings are wrong: {0}")]
    Settings(String),
}

/// What a manager has done about the payees of a shop before its first day: approved and tested them. The demo begins
/// there. The tests have the last number there is, so that the first sale has the first one.
#[must_use]
pub fn tested_payees(settings: &Settings, by: &PersonId) -> Vec<Fact> {
    let facts = |payee: &Payee| {
        let reference = SaleReference::new(settings.till, SEQUENCE_MAX).ok()?;
        let (payee, amount, title) = (payee.key.clone(), Money::smallest(settings.currency), payee.title());
        Some([
            Fact::PayeeApproved { payee: payee.clone(), title, replaces: None, by: by.clone() },
            Fact::PayeeTestShown { payee: payee.clone(), reference, amount },
            Fact::PayeeTested { payee, arrived: true, by: by.clone() },
        ])
    };
    settings.qr.payees.iter().filter_map(facts).flatten().collect()
}

/// Stores [`tested_payees`] by the demo's first manager, and answers with the ledger that has them.
///
/// # Errors
///
/// The ledger cannot be written.
pub fn trust_payees(store: &mut Store, settings: &Settings, at: DateTime<FixedOffset>) -> Result<Ledger, DemoError> {
    let manager = PEOPLE.iter().find(|(_, _, role, _)| *role == Role::Manager).map_or("", |(id, ..)| id);
    let facts = tested_payees(settings, &PersonId(manager.to_owned()));
    let milliseconds = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    let save = SaveId(IdSource::new(milliseconds, 0).next_uuid());
    store.save(at, manager, save, &facts, &[]).map_err(|error| DemoError::Settings(error.to_string()))?;
    Ok(store.ledger().clone())
}

impl DemoShop {
    /// Starts all simulators on free local ports.
    ///
    /// # Errors
    ///
    /// A socket cannot be bound.
    pub fn start() -> Result<Self, DemoError> {
        let key = HostKey::generate("demo-acquirer-1", &SystemRandom::new())
            .map_err(|_| DemoError::Settings("the system gives no random numbers".to_owned()))?;
        Ok(Self {
            reader: ReaderSimulator::start(0)?,
            host: HostSimulator::start(0, key, HostRules::default())?,
            line: LineSimulator::start(0)?,
            bank: Mutex::new(Bank::new(IBAN, Currency::EUR)),
        })
    }

    /// Cuts the shop off: the line, and with it the ways of till and reader to the host.
    ///
    /// # Errors
    ///
    /// The operating system does not let the simulated line be cut.
    pub fn cut_network(&self) -> io::Result<()> {
        self.line.cut()?;
        self.host_controls().cut(true);
        self.reader.set_host_reachable(false);
        Ok(())
    }

    /// Mends what [`Self::cut_network`] cut.
    ///
    /// # Errors
    ///
    /// The operating system does not let the simulated line be mended.
    pub fn mend_network(&self) -> io::Result<()> {
        self.line.mend()?;
        self.host_controls().cut(false);
        self.reader.set_host_reachable(true);
        Ok(())
    }

    /// The switches of the host.
    #[must_use]
    pub fn host_controls(&self) -> HostControls {
        self.host.controls()
    }

    /// Where the demo's transfers go.
    fn payee() -> Result<Payee, DemoError> {
        let wrong = |error: &dyn std::fmt::Display| DemoError::Settings(error.to_string());
        let account = IBAN.parse().map_err(|error| wrong(&error))?;
        let payee = qr::Payee::Epc(EpcPayee::new("Bakery Example GmbH", account, None));
        Payee::new(None, payee, None, Currency::EUR).map_err(|error| wrong(&error))
    }

    /// Settings that point at the simulators.
    ///
    /// # Errors
    ///
    /// A value of the demo does not parse.
    pub fn settings(&self, data: &Path) -> Result<Settings, DemoError> {
        let wrong = |error: &dyn std::fmt::Display| DemoError::Settings(error.to_string());
        let people: Result<Vec<Person>, DemoError> = PEOPLE.iter().map(person).collect();
        Ok(Settings {
            shop: Shop {
                name: "Bakery Example".to_owned(),
                address: "1 Market Street, Example Town".to_owned(),
                service_contact: "Stopgap demo, no service".to_owned(),
            },
            till: 23,
            currency: Currency::EUR,
            language: Language::English,
            reader: ReaderSettings::Nexo {
                address: self.reader.address(),
                poi_id: SIMULATED_POI_ID.to_owned(),
                sale_id: "TILL23".to_owned(),
                stores: false,
                root: None,
                encryption: None,
                events: None,
            },
            late_approval: LateApproval::Reverse,
            line_anchors: vec![self.line.address()],
            line_name: None,
            host: Some(HostSettings {
                address: self.host.address(),
                terminal: Terminal::new(TERMINAL, MERCHANT).map_err(|error| wrong(&error))?,
                dialect: Dialect::ASCII_1987,
                sign_on: false,
                key_file: data.join("demo-acquirer.jwk"),
                batch_totals: false,
                handover_folder: data.join("handover"),
                handover_tills: Vec::new(),
                idle_connection: true,
                retry: RetryRules::USUAL,
                encryption: HostEncryption::Tunnel,
            }),
            card_brands: vec![Brand::Visa, Brand::Mastercard, Brand::UnionPay, Brand::Jcb],
            card_holder: Vec::new(),
            qr: QrSettings {
                payees: vec![Self::payee()?],
                code_minutes: 10,
                trust_limit_minor: 10_000,
                customer_side: CustomerSide::Beside,
            },
            offer_rules: OfferRules::ALL,
            limits: Limits { sale_max_minor: 500_000, stored: stored_limits().map_err(|error| wrong(&error))? },
            stop_list: StopList::new(),
            send_within_hours: 24,
            expected_loss_basis_points: 250,
            statement_due_days: 0,
            drawer_note_above_minor: 200,
            cash: CashSettings {
                drawer_for: DrawerFor::Everybody,
                foreign: Vec::new(),
                drawers: Vec::new(),
                rounding: None,
                refund_manager_above_minor: 2_000,
                drawer_manager_above_minor: None,
            },
            printer: None,
            second_person: SecondPerson::Required,
            people: people?,
            statement_inbox: data.join("statements"),
            service: service().map_err(|error| wrong(&error))?,
        })
    }

    /// Brings the simulated acquirer's key in, as two managers do in a shop: one reads the file, the other compares the
    /// fingerprint.
    ///
    /// # Errors
    ///
    /// The key does not fit, or the store does not take it.
    pub fn bring_in_key(&self, store: &mut Store, at: DateTime<FixedOffset>) -> Result<(), DemoError> {
        let wrong = |error: &dyn std::fmt::Display| DemoError::Settings(error.to_string());
        let jwk = self.host.public_jwk();
        let key = AcquirerKey::from_jwk_json(&jwk).map_err(|error| wrong(&error))?.describe();
        let [by, second] = ["manager-1", "manager-2"].map(|id| PersonId(id.to_owned()));
        let fingerprint = key.fingerprint.clone();
        let facts = [
            Fact::KeyImported { key, jwk, by },
            Fact::KeyConfirmed { fingerprint, confirmed: Confirmation::ByAnother(second) },
        ];
        let save = SaveId(IdSource::new(u64::try_from(at.timestamp_millis()).unwrap_or(0), 1).next_uuid());
        store.save(at, "demo", save, &facts, &[]).map(drop).map_err(|error| wrong(&error))
    }

    /// The world around a till of this shop, whose ledger is in `data`. `patience` bounds every answer of reader, line and host.
    ///
    /// # Errors
    ///
    /// The key of the simulated acquirer or the anchor of the line does not fit.
    pub fn world(
        &self,
        settings: Arc<Settings>,
        store: Store,
        files: Files,
        data: &Path,
        patience: Duration,
    ) -> Result<World, DemoError> {
        let wrong = |error: &dyn std::fmt::Display| DemoError::Settings(error.to_string());
        let terminal = Terminal::new(TERMINAL, MERCHANT).map_err(|error| wrong(&error))?;
        let host = TcpHost::new(self.host.address().to_string(), terminal).with_timeouts(patience, patience);
        let host: Arc<dyn Host> = Arc::new(host);
        let line = TcpLine::new(vec![self.line.address()], patience).map_err(|error| wrong(&error))?;
        let reader: Arc<dyn Reader> = Arc::new(NexoReader::new(nexo_settings(self.reader.address(), patience)));
        let mut rungs = Rungs::new(data.to_owned());
        rungs.own.watch(Arc::new(lanes::beats()));
        rungs.reader = Some(Arc::clone(&reader));
        rungs.reader_address = Some(self.reader.address());
        rungs.patience = patience;
        rungs.anchors = vec![self.line.address()];
        rungs.host = Some(host.clone());
        rungs.host_address = Some(self.host.address());
        Ok(World {
            reader: Some(reader),
            rungs,
            pcsc: OnceLock::new(),
            line: Some(Arc::new(line)),
            host: Some(host),
            card_tags: store.card_tags(),
            draft: Arc::new(Mutex::new(CardDraft::new())),
            store: Mutex::new(store),
            files,
            pepper: None,
            settings,
        })
    }
}

/// What a small shop may risk: a manager looks at the larger ones, and at a card or a cashier that comes again and again.
fn stored_limits() -> Result<StoredLimits, StepsOutOfOrder> {
    Ok(StoredLimits {
        sale: Steps::new(Some(10_000), Some(15_000), Some(50_000))?,
        card: CardLimit::new(None, Some(25_000), 3)?,
        cashier: Steps::new(None, Some(100_000), None)?,
        total: Steps::new(Some(120_000), None, Some(150_000))?,
        count: Steps::new(Some(40), None, Some(50))?,
        oldest: Steps::new(Some(TimeDelta::hours(12)), Some(TimeDelta::hours(20)), None)?,
    })
}

fn nexo_settings(address: SocketAddr, patience: Duration) -> NexoSettings {
    // A person at the simulator's screen takes as long as a customer; only silence is cut short.
    let payment = patience.max(Duration::from_millis(500));
    let timeouts = NexoTimeouts {
        connect: patience,
        probe: patience,
        diagnosis: patience,
        payment,
        status: patience,
        reversal: payment,
    };
    let (sale_id, poi_id) = ("TILL23".to_owned(), SIMULATED_POI_ID.to_owned());
    NexoSettings { address, sale_id, poi_id, timeouts, tls: None, secure: None }
}

fn person((id, name, role, digits): &(&str, &str, Role, &str)) -> Result<Person, DemoError> {
    let mut pin = Pin::default();
    digits.chars().for_each(|digit| pin.push(PinDigit(digit)));
    // The salt may be public here, like the PIN itself; a fixed one keeps the demo the same from run to run.
    let salt = format!("stopgap-demo-{id}");
    let pin_hash = hash_pin(&pin, salt.as_bytes(), None).map_err(|error| DemoError::Settings(error.to_string()))?;
    Ok(Person { id: PersonId((*id).to_owned()), name: (*name).to_owned(), role: *role, pin_hash })
}

/// Whom the demo's shop calls when its reader fails.
fn service() -> Result<ServiceSettings, SettingsError> {
    let provider = |name: &str, serves, phone: &str, contract: &str| Provider {
        name: name.to_owned(),
        serves,
        phone: phone.to_owned(),
        mail: None,
        hours: Some("08:00–20:00".to_owned()),
        contract: Some(contract.to_owned()),
        licence: None,
        // The demo has no date of its own; a number that nobody ever compared would be shown as doubtful.
        checked: chrono::NaiveDate::from_ymd_opt(2026, 6, 1),
        response_hours: Some(4),
        swap_hours: Some(24),
        loaner: true,
        do_not_restart: false,
    };
    let mut service = built_in_service()?;
    // The numbers are of the range that Germany keeps for films: nobody is called by mistake.
    service.providers.push(provider("Example Reader Service", ProviderFor::Reader, "+49 30 23125 001", "R-2026-118"));
    service.providers.push(provider("Example Internet", ProviderFor::Network, "+49 30 23125 002", "N-77-4410"));
    service.providers.push(provider("Example Acquirer", ProviderFor::Payments, "+49 30 23125 003", "A-TEST-23"));
    Ok(service)
}
