//! A card typed in by hand; see `ui/api/card_api.slint`. No digit of the number but the last four is ever here.

use serde::Serialize;

use crate::app::App;
use crate::app::place::{CardStep as Step, CardTalk};
use crate::domain::card::{CardEntry, CardError as Wrong, ExpiryState, HolderPart, NumberState};
use crate::domain::limits::Verdict;
use crate::domain::money::Money;
use crate::screens::elapsed;
use crate::screens::limit::LimitSaid;
use crate::screens::queue::decline_reason;

use crate::screens::types::DeclineReason;

/// The card page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each tick and each key is there or not, independent of the others")]
pub struct CardView {
    /// Whether the bank answers now or later.
    pub mode: CardMode,
    /// What is asked, or what is being done.
    pub step: CardStep,
    /// What is to be paid.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// Bullets and at most the last four digits.
    pub number_text: String,
    /// The brand, once the digits tell it.
    pub brand: Option<String>,
    /// The date as typed so far.
    pub expiry_text: String,
    /// The holder's name, as typed so far.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub holder_name: String,
    /// Their postcode, as typed so far.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// Why the number or the date cannot be taken.
    pub error: Option<CardError>,
    /// A limit that the card is beyond, once it is typed.
    pub limit: Option<CardLimit>,
    /// Whether the customer agreed to the card being typed in.
    pub consent: bool,
    /// How the customer can be called, as typed so far.
    pub telephone: String,
    /// Whether a number can be added.
    pub can_add_telephone: bool,
    /// Whether the customer agreed to be called.
    pub may_call: bool,
    /// Whether the main act can be pressed.
    pub can_continue: bool,
    /// Why it cannot, although everything is typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_block: Option<NextBlock>,
    /// How long the present step has lasted.
    pub elapsed_text: String,
}

/// Whether the bank answers now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/card_api.slint")]
pub enum CardMode {
    AuthorisedNow,
    Stored,
}

/// What is asked, or what is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the steps are described in ui/api/card_api.slint")]
pub enum CardStep {
    Number,
    Expiry,
    Name,
    Postcode,
    Confirm,
    Telephone,
    Sealing,
    AskingBank,
    Declined(DeclineReason),
    UnknownReversing,
}

/// Why the number or the date cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the errors are described in ui/api/card_api.slint")]
pub enum CardError {
    TooShort,
    WrongCheckDigit,
    UnknownBrand,
    /// The brand.
    BrandNotAllowed(String),
    Expired,
    WrongDate,
}

/// A limit that the card is beyond, and how far that goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardLimit {
    /// How far.
    pub step: LimitStep,
    /// Which limit.
    pub limit: LimitSaid,
}

/// How far a limit goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the steps are described in ui/api/card_api.slint")]
pub enum LimitStep {
    Warn,
    NeedsManager,
    Refuse,
}

/// Why a card that is typed in whole does not go on yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/card_api.slint")]
pub enum NextBlock {
    Consent,
    ConsentToCall,
    Limit,
}

/// The card page.
pub(super) fn view(app: &App, talk: &CardTalk) -> CardView {
    let step = match talk.step {
        Step::Number => CardStep::Number,
        Step::Expiry => CardStep::Expiry,
        Step::Holder(HolderPart::Name) => CardStep::Name,
        Step::Holder(HolderPart::Postcode) => CardStep::Postcode,
        Step::Confirm => CardStep::Confirm,
        Step::Telephone => CardStep::Telephone,
        Step::Sealing => CardStep::Sealing,
        Step::AskingBank => CardStep::AskingBank,
        Step::Declined => CardStep::Declined(decline_reason(talk.declined_code.as_deref().unwrap_or(""))),
        Step::Reversing => CardStep::UnknownReversing,
    };
    let entry = talk.entry.as_ref();
    let limit = limit(app, talk);
    let refused = limit.as_ref().is_some_and(|limit| limit.step == LimitStep::Refuse);
    let can_continue = entry.is_some_and(|entry| match talk.step {
        Step::Number => entry.number == NumberState::Valid,
        Step::Expiry => entry.expiry == ExpiryState::Valid,
        Step::Holder(_) => true,
        Step::Confirm => entry.is_complete() && talk.consents() && !refused,
        Step::Telephone => talk.telephone.is_empty() || talk.telephone.is_complete(),
        Step::Sealing | Step::AskingBank | Step::Declined | Step::Reversing => false,
    });
    let next_block = match talk.step {
        Step::Confirm if refused => Some(NextBlock::Limit),
        Step::Confirm if !talk.consent => Some(NextBlock::Consent),
        Step::Confirm if !talk.consents() => Some(NextBlock::ConsentToCall),
        Step::Confirm
        | Step::Number
        | Step::Expiry
        | Step::Holder(_)
        | Step::Telephone
        | Step::Sealing
        | Step::AskingBank
        | Step::Declined
        | Step::Reversing => None,
    };
    CardView {
        mode: if talk.stored { CardMode::Stored } else { CardMode::AuthorisedNow },
        step,
        amount: amount(app, talk).shown(),
        currency: app.settings.currency.to_string(),
        number_text: entry.map(|entry| entry.number_text.clone()).unwrap_or_default(),
        brand: entry.and_then(|entry| entry.brand).map(|brand| brand.label().to_owned()),
        expiry_text: entry.map(|entry| entry.expiry_text.clone()).unwrap_or_default(),
        holder_name: entry.map(|entry| entry.holder.part(HolderPart::Name).to_owned()).unwrap_or_default(),
        postcode: entry.map(|entry| entry.holder.part(HolderPart::Postcode).to_owned()).unwrap_or_default(),
        error: entry.and_then(|entry| wrong(talk.step, entry)),
        limit,
        consent: talk.consent,
        telephone: talk.telephone.spoken(),
        can_add_telephone: talk.stored && talk.step == Step::Confirm,
        may_call: talk.may_call,
        can_continue: can_continue && !app.is_busy(),
        next_block,
        elapsed_text: elapsed(app, talk.since),
    }
}

/// The worst of the limits, shown where the cashier decides to go on.
fn limit(app: &App, talk: &CardTalk) -> Option<CardLimit> {
    let (step, limit) = match (talk.step, app.card_verdict(talk)) {
        (Step::Confirm, Verdict::Warns(limit)) => (LimitStep::Warn, limit),
        (Step::Confirm, Verdict::NeedsManager(limit)) => (LimitStep::NeedsManager, limit),
        (Step::Confirm, Verdict::Refused(limit)) => (LimitStep::Refuse, limit),
        (Step::Confirm, Verdict::Free)
        | (
            Step::Number
            | Step::Expiry
            | Step::Holder(_)
            | Step::Telephone
            | Step::Sealing
            | Step::AskingBank
            | Step::Declined
            | Step::Reversing,
            _,
        ) => return None,
    };
    Some(CardLimit { step, limit: limit.into() })
}

/// What is to be paid: once the bank is asked, that is what it is asked for, of which nothing remains to be paid.
fn amount(app: &App, talk: &CardTalk) -> Money {
    let asked = talk.payment.and_then(|payment| app.ledger.payments.get(&payment));
    asked.map_or_else(|| app.due(), |payment| payment.amount)
}

/// What is wrong with what the present step asks for.
fn wrong(step: Step, entry: &CardEntry) -> Option<CardError> {
    let error = match (step, &entry.number, &entry.expiry) {
        (Step::Number, NumberState::Error(error), _) => error,
        (Step::Expiry, _, ExpiryState::Error(error)) => error,
        (
            Step::Number
            | Step::Expiry
            | Step::Holder(_)
            | Step::Confirm
            | Step::Telephone
            | Step::Sealing
            | Step::AskingBank
            | Step::Declined
            | Step::Reversing,
            _,
            _,
        ) => return None,
    };
    Some(match error {
        Wrong::TooShort { .. } => CardError::TooShort,
        Wrong::TooLong { .. } | Wrong::Luhn => CardError::WrongCheckDigit,
        Wrong::UnknownBrand => CardError::UnknownBrand,
        Wrong::BrandNotAllowed(brand) => CardError::BrandNotAllowed(brand.label().to_owned()),
        Wrong::Expired { .. } => CardError::Expired,
        Wrong::ExpiryInvalid => CardError::WrongDate,
    })
}
