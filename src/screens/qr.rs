//! A transfer by QR code; see `ui/api/qr_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::ids::PaymentId;
use crate::domain::money::Money;
use crate::domain::sale::{Payment, Standing, Tender};
use crate::qr::{Modules, QUIET_ZONE, Symbol, picture};
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
    /// Who is paid; the name of the way where its codes have none.
    pub payee: String,
    /// The masked account, such as `DE89 … 3000`.
    pub account: String,
    /// The reference the customer's bank sends along; empty where the code carries none.
    pub reference: String,
    /// How far it is.
    pub state: QrState,
    /// The code has run out, also while the customer says that it was paid before that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_expired: bool,
    /// Until when it can be paid, such as `12:03`; empty where the standard has no end.
    pub expires_text: String,
    /// How long the code has been shown.
    pub elapsed_text: String,
    /// What the cashier is warned of.
    pub warning: Option<QrWarning>,
    /// The code has no amount in it: the customer types it.
    pub amount_is_typed: bool,
    /// Letting the customer go unseen needs a manager.
    pub unseen_needs_manager: bool,
}

/// What the cashier is warned of while a code is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QrWarning {
    /// The till's clock is wrong, and with it the end of the code.
    ClockWrong,
    /// The amount is above what a customer may be able to pay by this code.
    AboveLimit(String),
}

/// By which of several payees the customer pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QrChoiceView {
    /// What is to be paid.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// The ways, in the order of the settings.
    pub ways: Vec<QrWay>,
}

/// One way to pay by code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QrWay {
    /// What the shop calls it; names it in touches.
    pub label: String,
    /// Enough of the account to recognise it.
    pub account: String,
    /// The amount above which a customer may not be able to pay by it, when this one is above it.
    pub above_limit: Option<String>,
    /// What it costs the shop for this amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<String>,
    /// Days until the money is there, where the settings say; 0 is at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrives_days: Option<u8>,
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
    pub(super) fn of(modules: Modules) -> Option<Self> {
        let size = u16::try_from(modules.size.checked_sub(2 * QUIET_ZONE)?).ok()?;
        Some(Self { size, modules })
    }
}

/// The page on which a way is chosen.
pub(super) fn choice(app: &App, instead_of: Option<PaymentId>) -> QrChoiceView {
    let replaced = instead_of.and_then(|card| app.ledger.payments.get(&card)).map(|card| card.amount);
    let to_pay = || app.open_sale().map_or_else(|| app.basket_amount(), |sale| app.ledger.remaining(sale));
    let amount = replaced.unwrap_or_else(to_pay);
    let way = |payee: &crate::settings::Payee| QrWay {
        label: payee.label.clone(),
        account: payee.payee.account_tail(),
        above_limit: exceeded(payee.payee.warn_above(), amount),
        fee: payee.terms.fee(amount).map(Money::shown),
        arrives_days: payee.terms.arrives_days,
    };
    QrChoiceView {
        amount: amount.shown(),
        currency: amount.currency.to_string(),
        ways: app.payees_in_use().map(way).collect(),
    }
}

/// The limit, when an amount is above it.
fn exceeded(limit: Option<Money>, amount: Money) -> Option<String> {
    limit.filter(|limit| limit.currency == amount.currency && amount.minor > limit.minor).map(Money::shown)
}

/// The QR page.
pub(super) fn view(app: &App, payment: PaymentId, withdraw_asked: bool) -> QrView {
    let kept = app.ledger.payments.get(&payment);
    let sale = app.sale_of(payment);
    let code = match kept.map(|payment| &payment.tender) {
        Some(Tender::Qr { code, .. }) => code.as_ref(),
        Some(Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. }) | None => None,
    };
    let expires_at = code.and_then(|code| code.expires_at);
    let paid_otherwise = sale.is_some_and(|sale| {
        let takes = |other: &&Payment| other.id != payment && other.standing() == Standing::Takes;
        let taken: i64 = app.ledger.payments.of_sale(sale.id).filter(takes).map(|other| other.amount.minor).sum();
        taken >= sale.amount.minor
    });
    let has_expired = expires_at.is_some_and(|at| at <= app.now);
    let state = if paid_otherwise {
        QrState::CardCharged
    } else if withdraw_asked {
        QrState::WithdrawAsked
    } else if app.is_announced(payment) {
        QrState::CustomerSaysPaid
    } else if has_expired {
        QrState::Expired
    } else {
        QrState::Shown
    };
    let amount = kept.map(|payment| payment.amount);
    let above = amount.and_then(|amount| exceeded(code?.warn_above, amount));
    let clock_wrong = expires_at.is_some() && app.clock_is_doubtful();
    QrView {
        code: code
            .and_then(|code| picture(&code.payload, Symbol::of_standard(&code.standard)).ok())
            .and_then(QrPicture::of),
        amount: amount.map_or_else(String::new, Money::shown),
        currency: app.settings.currency.to_string(),
        payee: code.map(|code| code.payee.as_ref().unwrap_or(&code.label).clone()).unwrap_or_default(),
        account: code.map(|code| code.account.clone()).unwrap_or_default(),
        reference: code
            .filter(|code| code.carries_reference)
            .and(sale)
            .map(|sale| sale.reference.to_string())
            .unwrap_or_default(),
        state,
        has_expired,
        expires_text: expires_at.map_or_else(String::new, clock),
        elapsed_text: kept.map_or_else(String::new, |payment| elapsed(app, payment.began)),
        warning: if clock_wrong { Some(QrWarning::ClockWrong) } else { above.map(QrWarning::AboveLimit) },
        amount_is_typed: code.is_some_and(|code| Symbol::of_standard(&code.standard) == Symbol::AsIssued),
        unseen_needs_manager: !app.is_trusted_unseen(payment),
    }
}
