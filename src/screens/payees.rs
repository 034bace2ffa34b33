//! The accounts that transfers go to; see `ui/api/payees_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::money::Money;
use crate::domain::payee::{KnownPayee, PayeeState as Known};
use crate::qr::account::Iban;
use crate::qr::{self, picture};
use crate::screens::day_and_clock;
use crate::screens::qr::QrPicture;
use crate::settings::Payee;

/// The page of payment codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PayeesView {
    /// All that the settings name, in their order.
    pub payees: Vec<PayeeRow>,
    /// The one that is looked at; none when the settings name none.
    pub chosen: Option<ChosenPayee>,
}

/// One payee in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PayeeRow {
    /// What the shop calls it; names it in touches.
    pub label: String,
    /// Enough of the account to recognise it.
    pub account: String,
    /// How far it is trusted.
    pub state: PayeeState,
}

/// How far a payee is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the states are described in ui/api/payees_api.slint")]
pub enum PayeeState {
    New,
    Untested,
    Testing,
    InUse,
}

/// The payee that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChosenPayee {
    /// What the shop calls it.
    pub label: String,
    /// What people call its scheme.
    pub scheme: String,
    /// The payee's name as it stands in the code; none where the standard has none.
    pub payee: Option<String>,
    /// The account, whole: who approves it has to compare all of it.
    pub account: String,
    /// The tail of the account that stood under this label before.
    pub replaces: Option<String>,
    /// That account ended as this one does.
    pub ends_alike: bool,
    /// Customers pay to it, also while it is tested again.
    pub in_use: bool,
    /// How far it is trusted.
    pub state: PayeeState,
    /// Who approved or tested it last.
    pub by: Option<String>,
    /// When that was.
    pub since: Option<String>,
    /// The amount of a test payment.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// The reference of the last test payment.
    pub reference: Option<String>,
    /// The code of the last test payment, live; none before the first.
    pub code: Option<QrPicture>,
}

/// The page of payment codes.
pub(super) fn view(app: &App) -> PayeesView {
    let row = |payee: &Payee| PayeeRow {
        label: payee.label.clone(),
        account: payee.payee.account_tail(),
        state: match app.known_payee(payee) {
            Some(known) if known.is_in_use() => PayeeState::InUse,
            Some(_) | None => state(app, payee),
        },
    };
    PayeesView {
        payees: app.settings.qr.payees.iter().map(row).collect(),
        chosen: app.chosen_payee().map(|payee| chosen(app, payee)),
    }
}

/// The account for the eyes of a manager, nothing left out; an IBAN in groups of four.
pub(in crate::screens) fn account_shown(payee: &qr::Payee) -> String {
    let account = payee.account();
    account.parse::<Iban>().map_or_else(|_| account.into_owned(), |iban| iban.to_string())
}

fn state(app: &App, payee: &Payee) -> PayeeState {
    match app.known_payee(payee).map(|known| &known.state) {
        None | Some(Known::Retired) => PayeeState::New,
        Some(Known::Untested) => PayeeState::Untested,
        Some(Known::Testing { .. }) => PayeeState::Testing,
        Some(Known::InUse { .. }) => PayeeState::InUse,
    }
}

fn chosen(app: &App, payee: &Payee) -> ChosenPayee {
    let known = app.known_payee(payee);
    let smallest = Money::smallest(app.settings.currency);
    let known = known.filter(|known| known.state != Known::Retired);
    let reference = known.and_then(|known| known.tests.last()).map(|test| test.reference);
    let (by, since) = match known.map(|known| (known, &known.state)) {
        None => (None, None),
        Some((_, Known::Retired)) => (None, None),
        Some((known, Known::Untested | Known::Testing { .. })) => (Some(&known.approved_by), Some(known.approved_at)),
        Some((_, Known::InUse { since, by })) => (Some(by), Some(*since)),
    };
    let code = reference.and_then(|reference| {
        let shown = payee.code(smallest, reference, app.now, app.settings.qr.code_minutes).ok()?;
        picture(&shown.payload, payee.payee.symbol()).ok().and_then(QrPicture::of)
    });
    let replaces = match known {
        Some(known) => known.replaces.clone(),
        None => app.account_before(payee),
    };
    ChosenPayee {
        label: payee.label.clone(),
        scheme: payee.payee.scheme_name().to_owned(),
        payee: payee.payee.seen_by_payer().map(str::to_owned),
        account: account_shown(&payee.payee),
        ends_alike: replaces.as_ref().is_some_and(|before| *before == payee.payee.account_tail()),
        in_use: known.is_some_and(KnownPayee::is_in_use),
        replaces,
        state: state(app, payee),
        by: by.map(|by| app.person(by).map_or_else(|| by.to_string(), |person| person.name.clone())),
        since: since.map(|since| day_and_clock(app, since)),
        amount: Money::shown(smallest),
        currency: app.settings.currency.to_string(),
        reference: reference
            .map(|reference| reference.to_string())
            .filter(|reference| payee.payee.carries_reference(reference)),
        code,
    }
}
