//! The acquirer's keys: brought in by one manager, confirmed by another, rotated and retired.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use stopgap::app::event::{AppTouch, KeyFile, KeyRefusal, KeysTouch, MenuTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::sale::TenderKind;
use stopgap::screens::keys::{KeyRefused, KeyState, KeysView};
use stopgap::screens::types::{OffReason, Offer};
use stopgap::screens::{OverlayView, PageView};
use stopgap::seal::AcquirerKey;

use crate::look;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, SECOND_MANAGER, VISA, connected};
use crate::support::{Bench, Pace};

/// Alice's public key of RFC 7748, section 6.1.
const NEW_JWK: &str = r#"{"kty":"OKP","crv":"X25519","kid":"Alice","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}"#;

/// A till with the keys page open in front of the manager; the acquirer's next key lies in the file.
fn at_the_keys() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 6);
    till.open_day(MANAGER);
    let key = AcquirerKey::from_jwk_json(NEW_JWK).unwrap();
    till.world.key_file = Ok(KeyFile { key: key.describe(), jwk: NEW_JWK.to_owned() });
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenKeys)]);
    till
}

fn keys(till: &Bench) -> KeysView {
    match till.view().page {
        PageView::Keys(keys) => keys,
        other => panic!("the keys page is not shown but {other:?}"),
    }
}

fn states(till: &Bench) -> Vec<(String, KeyState)> {
    keys(till).rows.into_iter().map(|row| (row.kid, row.state)).collect()
}

/// The `kid` that the last payment's card is sealed to.
fn sealed_to(till: &Bench) -> Option<String> {
    let payment = till.app.ledger().payments.values().last()?.id;
    let sealed = till.world.sealed(payment)?;
    let header = URL_SAFE_NO_PAD.decode(sealed.split('.').next()?).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    header["kid"].as_str().map(str::to_owned)
}

fn store_a_card(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::Back)]);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
}

#[test]
fn a_new_key_is_used_after_a_second_manager_has_compared_it() {
    let mut till = at_the_keys();
    assert_eq!(states(&till), [("Bob".to_owned(), KeyState::InUse)]);
    till.touch(Touch::Keys(KeysTouch::ReadFile));
    look!(till, "a_key_waits_for_its_second_look");
    till.touch(Touch::Keys(KeysTouch::Confirm));
    look!(till, "a_second_manager_compares");
    till.approve(MANAGER, ApprovalReason::Other);
    assert_eq!(keys(&till).rows[0].state, KeyState::Pending, "whoever brought it in cannot confirm it");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(states(&till), [("Alice".to_owned(), KeyState::InUse), ("Bob".to_owned(), KeyState::Ready)]);
    till.restart();
    till.sign_in(MANAGER);
    store_a_card(&mut till);
    assert_eq!(sealed_to(&till).as_deref(), Some("Alice"));
    assert!(till.world.verify().holds());
}

#[test]
fn a_retired_key_is_never_sealed_to_and_without_one_no_card_is_typed() {
    let mut till = at_the_keys();
    till.touch(Touch::Keys(KeysTouch::Retire));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    look!(till, "retired");
    till.touch(Touch::Keys(KeysTouch::ReadFile));
    till.touch(Touch::App(AppTouch::Back));
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::CardDoesNotWork));
    let PageView::Tenders(tenders) = till.view().page else { panic!("{:?}", till.view().page) };
    assert_eq!(tenders.offers.card, Offer::Off(OffReason::CardOffKeyUnconfirmed));
}

#[test]
fn a_key_that_is_refused_or_known_changes_nothing() {
    let mut till = at_the_keys();
    let good = till.world.key_file.clone();
    let private = AcquirerKey::from_jwk_json(&NEW_JWK.replace("\"x\"", "\"d\":\"AA\",\"x\"")).unwrap_err();
    till.world.key_file = Err(KeyRefusal::Key(private));
    till.touch(Touch::Keys(KeysTouch::ReadFile));
    assert_eq!(keys(&till).refused, Some(KeyRefused::PrivatePart));
    look!(till, "refused");
    till.world.key_file = Ok(crate::support::shop::key_file());
    till.touch(Touch::Keys(KeysTouch::ReadFile));
    assert_eq!(keys(&till).refused, Some(KeyRefused::Known("Bob".to_owned())));
    assert_eq!(states(&till), [("Bob".to_owned(), KeyState::InUse)]);
    till.world.key_file = good;
    till.touch(Touch::Keys(KeysTouch::ReadFile));
    assert_eq!(keys(&till).refused, None, "what was wrong with the one before is no word about this one");
    assert_eq!(states(&till)[0], ("Alice".to_owned(), KeyState::Pending));
}

#[test]
fn a_cashier_does_not_get_to_the_keys() {
    let mut till = Bench::new(connected(), Pace::Instant, 6);
    till.open_day(CASHIER);
    till.touch(Touch::App(AppTouch::OpenMenu));
    let Some(OverlayView::Menu(menu)) = till.view().overlay else { panic!("no menu") };
    assert!(!menu.can_open_keys);
    till.touch(Touch::Menu(MenuTouch::OpenKeys));
    assert!(matches!(till.view().page, PageView::Sell(_)));
}
