//! Sentences that depend on more than one word of the contract, in both languages.

use super::*;
use crate::domain::sale::TenderKind;
use crate::screens::card::NextBlock;
use crate::screens::keys::{KeyRefused, KeysView};
use crate::screens::tenders::TendersView;
use crate::screens::types::{OutageCause, TenderOffers};

fn english_and_chinese(view: View) -> [String; 2] {
    let (screen, _) = screen();
    [Language::English, Language::Chinese].map(|language| {
        screen.show(View { app: AppView { language, ..view.app.clone() }, ..view.clone() });
        screen.texts().join("\n")
    })
}

/// The bar is tall on the page with the ways to pay.
fn tenders() -> TendersView {
    let off = || Offer::Off(OffReason::QrOffLimit("40.00".into()));
    TendersView {
        amount: "48.90".into(),
        paid: None,
        currency: "EUR".into(),
        sale_reference: "31 042".into(),
        first_attempt: None,
        suggested: TenderKind::Cash,
        offers: TenderOffers {
            reader: off(),
            qr: off(),
            card: off(),
            cash: Offer::on(OnReason::CashChangeFor("100.00".into())),
        },
        can_change_amount: true,
        can_cancel: true,
    }
}

#[test]
fn the_bar_tells_a_line_that_is_down_from_a_host_that_is() {
    let said = |line, host| {
        let cause = Some(OutageCause::ReaderUnplugged);
        let status = StatusView { outage: true, cause, line, host, reader: ReaderState::Down, ..selling().status };
        english_and_chinese(View { status, page: PageView::Tenders(tenders()), ..selling() })
    };
    for (line, host, sentences) in [
        (HealthState::Working, HealthState::Working, ["check the cable; the line is fine", "检查线缆；网络正常"]),
        (HealthState::Down, HealthState::CannotBeAsked, ["check its cable; the line is down too", "网络也断了"]),
        (HealthState::Working, HealthState::Down, ["the bank does not answer either", "网络正常，但银行无应答"]),
    ] {
        for (text, sentence) in said(line, host).iter().zip(sentences) {
            assert!(text.contains(sentence), "{line:?} {host:?}: {text}");
        }
    }
}

#[test]
fn a_key_that_is_not_taken_is_explained_in_the_persons_language() {
    let keys = KeysView {
        rows: Vec::new(),
        shown: None,
        file: Some("acquirer.jwk".into()),
        reading: false,
        refused: Some(KeyRefused::RsaBits("2504".into())),
        can_read: true,
    };
    let [english, chinese] = english_and_chinese(View { page: PageView::Keys(keys), ..selling() });
    assert!(english.contains("The RSA key has 2504 bits. Keys of 2048, 2304, 2560, 2816 and 3072 bits are taken"));
    assert!(chinese.contains("RSA 密钥为 2504 位"), "{chinese}");
    assert!(!chinese.contains("bits"), "{chinese}");
}

#[test]
fn a_key_that_is_off_says_why() {
    let card = CardView { next_block: Some(NextBlock::Consent), ..card(CardStep::Confirm) };
    let [english, chinese] = english_and_chinese(View { page: PageView::Card(card), ..selling() });
    assert!(english.contains("first tick that the customer agrees"), "{english}");
    assert!(chinese.contains("请先勾选顾客同意"), "{chinese}");
}
