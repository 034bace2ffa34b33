//! A transfer by QR code; see `ui/api/qr_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::ids::PaymentId;
use crate::domain::qr::QrState as Known;
use crate::domain::sale::{Payment, Standing, Tender};
use crate::qr::epc::EpcPayee;
use crate::qr::{Bill, Modules, QUIET_ZONE, Symbol, picture};
use crate::screens::elapsed;

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

/// The modules of a QR code without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QrPicture {
    /// Modules per side: 21 to 177 (ISO/IEC 18004 section 6.3).
    pub size: u16,
    /// Row by row, true is dark. A snapshot of them would tell nobody anything.
    #[serde(skip)]
    pub modules: Vec<bool>,
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
    let code = payee.zip(amount).and_then(|(payee, amount)| {
        let reference = sale?.reference.to_string();
        let bill = Bill::open(amount.currency).with_amount(amount).with_reference(&reference);
        let epc = EpcPayee::new(&payee.name, payee.iban, payee.bic.clone());
        picture(&epc.payload(&bill).ok()?, Symbol::Epc).ok()
    });
    QrView {
        code: code.as_ref().and_then(without_quiet_zone),
        amount: amount.map_or_else(String::new, crate::domain::money::Money::shown),
        currency: app.settings.currency.to_string(),
        payee: payee.map(|payee| payee.name.clone()).unwrap_or_default(),
        account: payee.map(|payee| payee.iban.masked()).unwrap_or_default(),
        reference,
        state,
        elapsed_text: kept.map_or_else(String::new, |payment| elapsed(app, payment.began)),
    }
}

/// The page draws the code on white, which is its quiet zone.
fn without_quiet_zone(modules: &Modules) -> Option<QrPicture> {
    let size = modules.size.checked_sub(2 * QUIET_ZONE)?;
    let inside = QUIET_ZONE..QUIET_ZONE + size;
    let rows = inside.clone().flat_map(|row| inside.clone().map(move |column| (column, row)));
    let dark = rows.map(|(column, row)| modules.is_dark(column, row)).collect();
    Some(QrPicture { size: u16::try_from(size).ok()?, modules: dark })
}
