//! The support pack: what a support desk asks for, with pictures and a mail, and nothing that is secret.

use std::io::{Cursor, Read};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use serde_json::Value;
use stopgap::app::event::{AppTouch, CaseTouch, Language, SellTouch, TendersTouch, Touch};
use stopgap::domain::sale::TenderKind;
use stopgap::domain::service::{Provider, ProviderFor};
use stopgap::screens::PageView;
use stopgap::screens::app::Message;
use stopgap::seal::AcquirerKey;
use stopgap::settings::Settings;
use x25519_dalek::{PublicKey, StaticSecret};

use crate::support::case::{answer, open_case};
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, EXPIRY, VISA, connected, secrets, settings};
use crate::support::{Bench, Pace};

/// The private half of the supplier's key in these stories.
const SUPPORT_SECRET: [u8; 32] = [0x42; 32];

fn support_key() -> AcquirerKey {
    let x = URL_SAFE_NO_PAD.encode(PublicKey::from(&StaticSecret::from(SUPPORT_SECRET)).as_bytes());
    let jwk = format!(r#"{{"kty":"OKP","crv":"X25519","kid":"support-1","use":"enc","x":"{x}"}}"#);
    AcquirerKey::from_jwk_json(&jwk).expect("a key")
}

fn provider() -> Provider {
    Provider {
        name: "Reader Service".to_owned(),
        serves: ProviderFor::Reader,
        phone: "+49 30 23125 001".to_owned(),
        mail: Some("service@example.com".to_owned()),
        hours: None,
        contract: Some("R-2026-118".to_owned()),
        licence: None,
        checked: None,
        response_hours: None,
        swap_hours: None,
        loaner: false,
        do_not_restart: false,
    }
}

/// A till on which a card was taken on the reader and another, whose number is the sentinel, was typed in and stored.
fn till(change: impl FnOnce(&mut Settings)) -> Bench {
    let mut shop = Settings::clone(&settings(connected()));
    shop.service.providers = vec![provider()];
    change(&mut shop);
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 32);
    till.open_day(CASHIER);
    till.amount("500");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.run_until("the sale to be done", |till| matches!(till.view().page, PageView::Done(_)));
    till.world.reader.mood = ReaderMood::Unplugged;
    till.world.line_is_up = false;
    till.pass(TimeDelta::minutes(1));
    till.touch(Touch::App(AppTouch::Back));
    till.amount("1200");
    till.touch(Touch::Sell(SellTouch::TakePayment));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Card)));
    till.type_card(VISA, EXPIRY);
    let sealed =
        till.app.ledger().payments.values().filter(|payment| format!("{payment:?}").contains("sealed")).count();
    assert_eq!(sealed, 1, "the sentinel was typed in");
    open_case(&mut till);
    answer(&mut till, &["answer-dark"]);
    till
}

fn written<'a>(till: &'a Bench, end: &str) -> &'a [u8] {
    let found = till.world.pack.iter().find(|(name, _)| name.ends_with(end));
    found.map_or_else(|| panic!("no {end} was written"), |(_, content)| content.as_slice())
}

/// The texts of the archive as one, and its pictures by name.
fn unpacked(archive: &[u8]) -> (String, Vec<(String, Vec<u8>)>) {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let (mut texts, mut pictures) = (String::new(), Vec::new());
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).expect("a file");
        let name = file.name().expect("a name").into_owned();
        if name.starts_with("pages/") {
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("a picture");
            pictures.push((name, content));
        } else {
            file.read_to_string(&mut texts).expect("a text");
        }
    }
    (texts, pictures)
}

/// Neither the numbers and PINs, nor the last digits, a sealed card, an approval code, who works here, or an amount.
fn assert_no_secret(all: &str) {
    let last4 = format!("\"{}\"", &VISA[VISA.len() - 4..]);
    let others =
        ["last4", "\"0119\"", &last4, "A1B2C3", "approval", "eyJ", "DE8937", "Cashier 3", "cashier-3", "pin_hash"];
    for secret in secrets().into_iter().chain(others) {
        assert!(!all.contains(secret), "the pack holds {secret}");
    }
}

#[test]
fn the_pack_has_the_case_with_pictures_and_nothing_secret() {
    let mut till = till(|_| {});
    till.touch(Touch::Case(CaseTouch::WritePack));
    let (texts, pictures) = unpacked(written(&till, ".zip"));
    assert!(texts.contains("service_case") && texts.contains("outage_began") && texts.contains("P400-2203"), "{texts}");
    assert_no_secret(&texts);

    // A picture is nothing but a drawing of these views.
    let names: Vec<&str> = pictures.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["pages/outage.png", "pages/case.png", "pages/upkeep.png"]);
    let views = serde_json::to_string(&till.world.pages).unwrap();
    assert!(views.contains("check_cable_and_power") && views.contains("a person"), "{views}");
    assert_no_secret(&views);
    assert!(!views.contains("12.00") && !views.contains("EUR"), "what is stored is no supplier's business: {views}");
    for (name, content) in &pictures {
        let reader = png::Decoder::new(Cursor::new(content)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (1_024, 600), "{name}");
        assert!(content.len() > 10_000, "{name} shows nothing");
    }
}

#[test]
fn the_draft_of_a_mail_has_the_pack_and_is_in_the_language_of_the_screen() {
    let mut till = till(|_| {});
    till.touch(Touch::Case(CaseTouch::WritePack));
    let draft = String::from_utf8(written(&till, ".eml").to_vec()).unwrap();
    for line in ["X-Unsent: 1", "To: <service@example.com>", "Subject: Reader case 1: P400-2203", "MIME-Version: 1.0"] {
        assert!(draft.lines().any(|one| one.trim_end() == line), "no line “{line}” in {}", &draft[..900]);
    }
    assert!(draft.contains("Contract: R-2026-118") && !draft.contains("\nFrom:"), "{}", &draft[..900]);
    assert!(draft.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
    let plain: String = draft.chars().filter(|char| !char.is_whitespace()).collect();
    assert!(plain.contains(&STANDARD.encode(written(&till, ".zip"))), "the pack is attached as it is");
    let PageView::Case(_) = till.view().page else { panic!("{:#?}", till.view().page) };
    assert!(matches!(till.view().app.message, Some(Message::PaperWritten(_))), "{:?}", till.view().app.message);

    till.touch_all([Touch::App(AppTouch::ChooseLanguage(Language::Chinese)), Touch::Case(CaseTouch::WritePack)]);
    let draft = String::from_utf8(written(&till, ".eml").to_vec()).unwrap();
    assert!(draft.contains("Subject: =?utf-8?"), "{}", &draft[..900]);
    let english = written_text(&draft);
    assert!(english.contains("合同：R-2026-118"), "{english}");
}

/// The text of a mail whose first part is text in base64.
fn written_text(draft: &str) -> String {
    let (_, rest) = draft.split_once("Content-Transfer-Encoding: base64").expect("a text in base64");
    let (_, body) = rest.split_once("\r\n\r\n").expect("the end of its header");
    let (body, _) = body.split_once("\r\n--").expect("its end");
    let packed: String = body.chars().filter(|char| !char.is_whitespace()).collect();
    String::from_utf8(STANDARD.decode(packed).expect("base64")).expect("UTF-8")
}

#[test]
fn with_the_suppliers_key_only_the_supplier_opens_the_pack() {
    let mut till = till(|shop| shop.service.pack.key = Some(support_key()));
    till.touch(Touch::Case(CaseTouch::WritePack));
    let sealed = String::from_utf8(written(&till, ".zip.jwe").to_vec()).unwrap();
    assert_eq!(till.world.pack.len(), 2, "nothing lies beside them in clear");
    let draft = String::from_utf8(written(&till, ".eml").to_vec()).unwrap();
    assert!(draft.contains("application/jose") && !draft.contains("application/zip"), "{}", &draft[..900]);
    let (texts, pictures) = unpacked(&open(&sealed));
    assert_eq!(pictures.len(), 3);
    assert!(texts.contains("service_case"));
    assert_no_secret(&texts);
}

/// Opens a compact JWE of `ECDH-ES` and `A256GCM` by RFC 7518, section 4.6 and 5.3, and nothing of the product's code.
fn open(compact: &str) -> Vec<u8> {
    let parts: Vec<&str> = compact.split('.').collect();
    let part = |place: usize| URL_SAFE_NO_PAD.decode(parts[place]).expect("base64url");
    let header: Value = serde_json::from_slice(&part(0)).expect("a header");
    assert_eq!((&header["alg"], &header["enc"], &header["cty"]), (&"ECDH-ES".into(), &"A256GCM".into(), &"zip".into()));
    let other = URL_SAFE_NO_PAD.decode(header["epk"]["x"].as_str().expect("x")).expect("base64url");
    let other: [u8; 32] = other.try_into().expect("32 bytes");
    let secret = StaticSecret::from(SUPPORT_SECRET).diffie_hellman(&PublicKey::from(other));
    let info = [&[0, 0, 0, 1][..], secret.as_bytes(), &[0, 0, 0, 7], b"A256GCM", &[0; 8], &[0, 0, 1, 0]].concat();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, digest(&SHA256, &info).as_ref()).expect("a key"));
    let mut content = [part(3), part(4)].concat();
    let nonce = Nonce::try_assume_unique_for_key(&part(2)).expect("twelve bytes");
    key.open_in_place(nonce, Aad::from(parts[0].as_bytes()), &mut content).expect("what was sealed").to_vec()
}
