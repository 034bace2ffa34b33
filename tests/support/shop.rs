//! The shop of the tests: its settings, people and the acquirer's key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use ring::signature::{Ed25519KeyPair, KeyPair};
use stopgap::app::event::{KeyFile, Language};
use stopgap::domain::access::{Person, Role};
use stopgap::domain::card::{Brand, StopList};
use stopgap::domain::handover::{KnownTill, TillPublicKey};
use stopgap::domain::ids::PersonId;
use stopgap::domain::limits::{Limits, StoredLimits};
use stopgap::domain::money::Currency;
use stopgap::domain::outage::OfferRules;
use stopgap::domain::queue::RetryRules;
use stopgap::domain::service::{Provider, ProviderFor};
use stopgap::iso8583::{Dialect, Terminal};
use stopgap::qr;
use stopgap::qr::epc::EpcPayee;
use stopgap::seal::AcquirerKey;
use stopgap::settings::file::built_in_service;
use stopgap::settings::{
    CashSettings, CustomerSide, DrawerFor, HostEncryption, HostSettings, LateApproval, Payee, QrSettings,
    ReaderSettings, SecondPerson, ServiceSettings, Settings, Shop,
};

pub const TILL: u8 = 23;
pub const CASHIER: &str = "cashier-3";
pub const MANAGER: &str = "manager-1";
pub const SECOND_MANAGER: &str = "manager-2";
pub const WRONG_PIN: &str = "00000000";

/// The schemes' public test numbers. Nothing that the till writes or shows may ever contain one of them whole.
pub const VISA: &str = "4111111111111111";
pub const MASTERCARD: &str = "5555555555554444";
pub const EXPIRY: &str = "1230";

/// Nobody's birthday: eight digits that no amount, time or id of a test is likely to have.
const PINS: [(&str, &str, Role, &str); 3] = [
    (CASHIER, "Cashier 3", Role::Cashier, "95173062"),
    (MANAGER, "Manager 1", Role::Manager, "86420975"),
    (SECOND_MANAGER, "Manager 2", Role::Manager, "70918364"),
];

/// The public key of RFC 8037, appendix A.6.
const ACQUIRER_JWK: &str =
    r#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;

pub fn pin_of(person: &str) -> &'static str {
    PINS.iter().find(|(id, ..)| *id == person).map_or(WRONG_PIN, |(.., pin)| pin)
}

/// What must never be seen outside: card numbers and PINs.
pub fn secrets() -> Vec<&'static str> {
    PINS.iter().map(|(.., pin)| *pin).chain([VISA, MASTERCARD]).collect()
}

/// The till beside this one, whose outcomes it believes.
pub const OTHER_TILL: u8 = 24;

/// What that till signs with.
pub fn other_till() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[24; 32]).expect("32 bytes")
}

fn other_till_key() -> TillPublicKey {
    TillPublicKey::new(other_till().public_key().as_ref().try_into().expect("32 bytes"))
}

pub fn key_file() -> KeyFile {
    let key = AcquirerKey::from_jwk_json(ACQUIRER_JWK).expect("the key of the RFC");
    KeyFile { key: key.describe(), jwk: ACQUIRER_JWK.to_owned() }
}

/// Tuesday morning, two hours east of Greenwich.
pub fn morning() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-06-09T08:00:00+02:00").expect("a time")
}

pub fn connected() -> ReaderSettings {
    ReaderSettings::Nexo {
        address: ([127, 0, 0, 1], 1).into(),
        poi_id: "P400-2203".to_owned(),
        sale_id: "TILL23".to_owned(),
        root: None,
        encryption: None,
        events: None,
        stores: false,
    }
}

pub fn standalone() -> ReaderSettings {
    ReaderSettings::Standalone { name: "Terminal by the window".to_owned() }
}

pub fn settings(reader: ReaderSettings) -> Arc<Settings> {
    Arc::new(Settings {
        shop: Shop {
            name: "Bakery Example".to_owned(),
            address: "1 Market Street, Example Town".to_owned(),
            service_contact: "Example Service".to_owned(),
        },
        till: TILL,
        currency: Currency::EUR,
        language: Language::English,
        reader,
        late_approval: LateApproval::Reverse,
        line_name: None,
        line_anchors: vec![([127, 0, 0, 1], 2).into()],
        host: Some(HostSettings {
            address: ([127, 0, 0, 1], 3).into(),
            terminal: Terminal::new("TEST0023", "TESTBAKERY").expect("in form"),
            dialect: Dialect::ASCII_1987,
            sign_on: false,
            key_file: PathBuf::from("acquirer.jwk"),
            batch_totals: false,
            handover_folder: PathBuf::from("handover"),
            handover_tills: vec![KnownTill { till: OTHER_TILL, key: other_till_key() }],
            idle_connection: true,
            retry: RetryRules::USUAL,
            encryption: HostEncryption::Tunnel,
        }),
        card_brands: vec![Brand::Visa, Brand::Mastercard],
        card_holder: Vec::new(),
        qr: QrSettings {
            payees: vec![payee()],
            code_minutes: 10,
            trust_limit_minor: 5_000,
            customer_side: CustomerSide::Beside,
        },
        offer_rules: OfferRules::ALL,
        stop_list: StopList::new(),
        limits: Limits {
            sale_max_minor: 500_000,
            stored: StoredLimits::of(15_000, 50_000, 150_000, 50).expect("in order"),
        },
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
            drawer_manager_above_minor: Some(1_000),
        },
        printer: None,
        second_person: SecondPerson::Required,
        people: PINS.iter().map(person).collect(),
        statement_inbox: PathBuf::from("inbox"),
        service: service(),
    })
}

/// Whom the shop calls, and the guide that every shop has.
pub fn service() -> ServiceSettings {
    let provider = |name: &str, serves, phone: &str| Provider {
        name: name.to_owned(),
        serves,
        phone: phone.to_owned(),
        mail: None,
        hours: Some("08:00–20:00".to_owned()),
        contract: Some("C-118".to_owned()),
        licence: None,
        checked: chrono::NaiveDate::from_ymd_opt(2026, 3, 1),
        response_hours: Some(4),
        swap_hours: None,
        loaner: false,
        do_not_restart: false,
    };
    let mut service = built_in_service().expect("the guide that is compiled in");
    service.providers = vec![
        provider("Reader Service", ProviderFor::Reader, "+49 30 23125 001"),
        provider("Net Service", ProviderFor::Network, "+49 30 23125 002"),
    ];
    service
}

/// Where the shop's transfers go.
pub fn payee() -> Payee {
    let account = "DE89370400440532013000".parse().expect("the Bundesbank's example account");
    let payee = qr::Payee::Epc(EpcPayee::new("Bakery Example GmbH", account, None));
    Payee::new(None, payee, None, Currency::EUR).expect("a payee")
}

/// The fake world compares PINs as they are, so the field of the hash holds the PIN itself.
fn person((id, name, role, pin): &(&str, &str, Role, &str)) -> Person {
    Person { id: PersonId((*id).to_owned()), name: (*name).to_owned(), role: *role, pin_hash: (*pin).to_owned() }
}

/// The settings with the folder of handovers in this data folder.
pub fn settings_in(settings: &Settings, data: &Path) -> Settings {
    let mut settings = settings.clone();
    if let Some(host) = &mut settings.host {
        host.handover_folder = data.join("handover");
    }
    settings
}
