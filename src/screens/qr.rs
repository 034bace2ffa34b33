//! A transfer by QR code; see `ui/api/qr_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::ids::PaymentId;
use crate::domain::qr::QrState as Known;
use crate::domain::sale::{Payment, Standing, Tender};
use crate::qr::{Modules, QUIET_ZONE, picture};
use crate::screens::{clock, elapsed};

/// The QR page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QrView {
    /// The code; none while it is being made.
    pub code: Option<QrPicture>,
    /// What is to be paid.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// Who is paid.
    pub payee: String,
    /// The masked account, such as `DE89 … 3000`.
    pub account: String,
    /// The reference the customer's bank sends along.
    pub reference: String,
    /// How far it is.
    pub state: QrState,
    /// Until when it can be paid, such as `12:03`; empty where the standard has no end.
    pub expires_text: String,
    /// How long the code has been shown.
    pub elapsed_text: String,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the states are described in ui/api/qr_api.slint")]
pub enum QrState {
    Preparing,
    Shown,
    CustomerSaysPaid,
    WithdrawAsked,
    CardCharged,
    Expired,
}

/// A QR code. The page draws it on white, which is its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QrPicture {
    /// Modules per side without the quiet zone: 21 to 177 (ISO/IEC 18004 section 6.3).
    pub size: u16,
    /// The modules with their quiet zone. A snapshot of them would tell nobody anything.
    #[serde(skip)]
    pub modules: Modules,
}

impl QrPicture {
    fn of(modules: Modules) -> Option<Self> {
        let size = u16::try_from(modules.size.checked_sub(2 * QUIET_ZONE)?).ok()?;
        Some(Self { size, modules })
    }
}

/// The QR page.
pub(super) fn view(app: &App, payment: PaymentId, withdraw_asked: bool) -> QrView {
    let kept = app.ledger.payments.get(&payment);
    let sale = app.sale_of(payment);
    let amount = kept.map(|payment| payment.amount);
    let reference = sale.map(|sale| sale.reference.to_string()).unwrap_or_default();
    let payee = app.settings.payee.as_ref();
    let paid_otherwise = sale.is_some_and(|sale| {
        let takes = |other: &&Payment| other.id != payment && other.standing() == Standing::Takes;
        let taken: i64 = app.ledger.payments.of_sale(sale.id).filter(takes).map(|other| other.amount.minor).sum();
        taken >= sale.amount.minor
    });
    let state = match kept.map(|payment| &payment.tender) {
        _ if paid_otherwise => QrState::CardCharged,
        Some(Tender::Qr { qr: Known::CustomerSaysPaid { .. } }) => QrState::CustomerSaysPaid,
        Some(Tender::Qr { .. } | Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. }) | None => {
            if withdraw_asked {
                QrState::WithdrawAsked
            } else {
                QrState::Shown
            }
        }
    };
    let bill = payee.zip(amount).zip(kept).zip(sale);
    let bill = bill.map(|(((payee, amount), kept), sale)| {
        (payee, payee.bill(amount, sale.reference, kept.began, app.settings.qr_code_minutes))
    });
    let expires_at = bill.as_ref().and_then(|(_, bill)| bill.expires_at);
    let state =
        if state == QrState::Shown && expires_at.is_some_and(|at| at <= app.now) { QrState::Expired } else { state };
    let code = bill.and_then(|(payee, bill)| {
        let payee = &payee.payee;
        picture(&payee.payload(&bill).ok()?, payee.symbol()).ok()
    });
    QrView {
        code: code.and_then(QrPicture::of),
        amount: amount.map_or_else(String::new, crate::domain::money::Money::shown),
        currency: app.settings.currency.to_string(),
        payee: payee.and_then(|payee| payee.payee.seen_by_payer()).unwrap_or_default().to_owned(),
        account: payee.map(|payee| payee.payee.account_tail()).unwrap_or_default(),
        reference,
        state,
        expires_text: expires_at.map_or_else(String::new, clock),
        elapsed_text: kept.map_or_else(String::new, |payment| elapsed(app, payment.began)),
    }
}
