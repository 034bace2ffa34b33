//! The decline desk; see `ui/api/desk_api.slint`.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::app::App;
use crate::app::desk::StillPossible;
use crate::app::place::DeskTalk;
use crate::domain::day::AdjustmentKind;
use crate::domain::ids::PaymentId;
use crate::domain::money::Money;
use crate::domain::queue::{CardState, Refusals};
use crate::domain::sale::{Payment, Tender};
use crate::domain::service::ProviderFor;
use crate::screens::queue::{QueueReason, state_and_reason};
use crate::screens::{day_and_clock, spoken_reference};

/// The decline desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeskView {
    /// The cards; those that need a person first.
    pub rows: Vec<DeskRow>,
    /// The largest first; otherwise the oldest first.
    pub by_amount: bool,
    /// How many need a person.
    pub open_count: u32,
    /// What those come to.
    pub open_amount: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The card that is looked at.
    pub shown: Option<DeskCard>,
    /// Whom to call where the bank wants to be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank: Option<BankToCall>,
    /// The code that the bank says on the telephone, while it is typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_code: Option<VoiceCode>,
}

/// Whom to call, from the shop's directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BankToCall {
    /// The acquirer's name.
    pub name: String,
    /// The number that stands in the contract.
    pub phone: String,
}

/// The code that the bank says on the telephone, while it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VoiceCode {
    /// As far as it is typed.
    pub typed: String,
    /// Whether it can be sent to the bank.
    pub can_confirm: bool,
}

/// One card in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeskRow {
    /// The payment.
    pub id: PaymentId,
    /// How much.
    pub amount: String,
    /// The brand and the last four digits.
    pub card: DeskDigits,
    /// How far it is.
    pub state: DeskState,
    /// How many days ago it was taken.
    pub age_days: u32,
    /// Whether it is the one that is looked at.
    pub chosen: bool,
}

/// What people know a card by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeskDigits {
    /// The brand.
    pub brand: String,
    /// The last four digits.
    pub last_four: String,
}

/// The card that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeskCard {
    /// How much.
    pub amount: String,
    /// The brand and the last four digits.
    pub card: DeskDigits,
    /// The sale's number as people read it.
    pub sale_reference: String,
    /// When it was taken.
    pub taken_text: String,
    /// How far it is.
    pub state: DeskState,
    /// Why.
    pub reason: Option<QueueReason>,
    /// How often the bank refused it.
    pub refused_times: u32,
    /// How the customer can be called.
    pub telephone: DeskTelephone,
    /// The days on which the bank can be asked again.
    pub days: Vec<DeskDay>,
    /// The one that was chosen.
    pub day: Option<u32>,
    /// Why the bank is not asked again.
    pub try_block: Option<TryBlock>,
    /// Whether it can be sent again on the chosen day.
    pub can_try: bool,
    /// What can be done about a transfer in its place.
    pub transfer: DeskTransfer,
    /// Whether the loss can be taken.
    pub can_write_off: bool,
    /// Whether a code that the bank says on the telephone can be typed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub can_type_voice_code: bool,
}

/// How the customer can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskTelephone {
    /// No number was given, or nobody has to call any more.
    None,
    /// It is kept, and read when it is wanted.
    Kept,
    /// The number.
    Shown(String),
    /// It was to be kept and is not there.
    Lost,
}

/// A day on which the bank can be asked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeskDay {
    /// In how many days from today.
    pub days: u32,
    /// The date.
    pub date_text: String,
}

/// How far a card of the desk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the states are described in ui/api/desk_api.slint")]
pub enum DeskState {
    DeclinedForNow,
    Declined,
    Parked,
    TryAgain,
    Advising,
    HandedOver,
    Approved,
    CodeShown,
    PaidByCode,
    WrittenOff,
}

/// Why the bank is not asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/desk_api.slint")]
pub enum TryBlock {
    RefusedForGood,
    TriesUsedUp,
    TooLate,
    CodeWasShown,
    CardWiped,
    UndoneElsewhere,
}

/// What can be done about a transfer in place of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/desk_api.slint")]
pub enum DeskTransfer {
    CanAsk,
    CodeIsShown,
    NoAccount,
    InQuestion,
    SaleIsOpen,
    ManagerOnly,
    Over,
}

/// The decline desk.
pub(super) fn view(app: &App, talk: &DeskTalk) -> DeskView {
    let cards = app.desk_cards();
    let shown = app.desk_shown();
    let open = cards.iter().filter(|card| app.still_possible(card).write_off);
    let open_minor = open.fold(0_i64, |sum, card| sum.saturating_add(card.amount.minor));
    DeskView {
        rows: cards.iter().filter_map(|card| row(app, card, shown)).collect(),
        by_amount: talk.by_amount,
        open_count: app.desk_count(),
        open_amount: Money::new(open_minor, app.settings.currency).shown(),
        currency: app.settings.currency.to_string(),
        bank: shown.and_then(|id| app.ledger.payments.get(&id)).and_then(|card| bank_to_call(app, card)),
        voice_code: talk
            .voice_code
            .as_ref()
            .map(|(_, typed)| VoiceCode { typed: typed.clone(), can_confirm: !typed.is_empty() && !app.is_busy() }),
        shown: shown.and_then(|id| app.ledger.payments.get(&id)).and_then(|card| chosen(app, talk, card)),
    }
}

fn bank_to_call(app: &App, payment: &Payment) -> Option<BankToCall> {
    let found = app.settings.service.providers.iter().find(|one| one.serves == ProviderFor::Payments);
    let found = found.filter(|_| app.may_type_voice_code(payment))?;
    Some(BankToCall { name: found.name.clone(), phone: found.phone.clone() })
}

fn row(app: &App, payment: &Payment, shown: Option<PaymentId>) -> Option<DeskRow> {
    let days = (app.now.date_naive() - payment.began.date_naive()).num_days();
    Some(DeskRow {
        id: payment.id,
        amount: payment.amount.shown(),
        card: digits(payment)?,
        state: state(app, payment)?,
        age_days: u32::try_from(days).unwrap_or(0),
        chosen: shown == Some(payment.id),
    })
}

fn chosen(app: &App, talk: &DeskTalk, payment: &Payment) -> Option<DeskCard> {
    let Tender::Card { card, refusals, .. } = &payment.tender else { return None };
    let possible = app.still_possible(payment);
    let day =
        |at: &DateTime<FixedOffset>| DeskDay { days: app.days_until(*at), date_text: at.format("%m-%d").to_string() };
    let reason = match state(app, payment)? {
        DeskState::PaidByCode => Some(QueueReason::PaidOtherWay),
        // The state says that the code came by telephone.
        DeskState::Advising => match card {
            CardState::Advising { approval_code, .. } => Some(QueueReason::ApprovalCode(approval_code.to_string())),
            _ => None,
        },
        DeskState::CodeShown
        | DeskState::DeclinedForNow
        | DeskState::Declined
        | DeskState::Parked
        | DeskState::TryAgain
        | DeskState::HandedOver
        | DeskState::Approved
        | DeskState::WrittenOff => state_and_reason(app, card).and_then(|(_, reason)| reason),
    };
    let chosen_try = app.chosen_try(&possible);
    let wants_call = app.may_type_voice_code(payment);
    Some(DeskCard {
        amount: payment.amount.shown(),
        card: digits(payment)?,
        sale_reference: app.ledger.sales.get(&payment.sale).map(|sale| spoken_reference(sale.reference))?,
        taken_text: day_and_clock(app, payment.began),
        state: state(app, payment)?,
        reason,
        refused_times: refusals.as_ref().map_or(0, |refusals| refusals.times),
        telephone: telephone(app, talk, payment),
        // Whoever is to call the bank does not ask it in writing once more.
        days: possible.tries.iter().filter(|_| app.is_manager() && !wants_call).map(day).collect(),
        day: chosen_try.map(|at| app.days_until(at)),
        try_block: try_block(card, refusals.as_ref(), &possible),
        can_try: !wants_call && chosen_try.is_some() && app.is_manager() && !app.is_busy(),
        transfer: transfer(app, payment, &possible),
        can_type_voice_code: wants_call && !app.is_busy(),
        can_write_off: possible.write_off && app.is_manager() && !app.is_busy(),
    })
}

fn telephone(app: &App, talk: &DeskTalk, payment: &Payment) -> DeskTelephone {
    let read = talk.telephone.as_ref().filter(|(of, _)| *of == payment.id);
    match (app.ledger.contact_of(payment), read) {
        (None, _) => DeskTelephone::None,
        // Whoever does not call needs no number.
        (Some(_), _) if !app.is_manager() => DeskTelephone::None,
        (Some(_), None) => DeskTelephone::Kept,
        (Some(_), Some((_, Some(number)))) => DeskTelephone::Shown(number.spoken()),
        (Some(_), Some((_, None))) => DeskTelephone::Lost,
    }
}

fn digits(payment: &Payment) -> Option<DeskDigits> {
    let Tender::Card { brand, last4, .. } = &payment.tender else { return None };
    Some(DeskDigits { brand: brand.label().to_owned(), last_four: last4.clone() })
}

fn state(app: &App, payment: &Payment) -> Option<DeskState> {
    let Tender::Card { card, .. } = &payment.tender else { return None };
    Some(match card {
        CardState::Declined { hard: false, .. } => DeskState::DeclinedForNow,
        CardState::Declined { hard: true, .. } => DeskState::Declined,
        CardState::Parked { .. } => DeskState::Parked,
        CardState::Stored { .. }
        | CardState::Sending { .. }
        | CardState::Unknown { .. }
        | CardState::Reversing { .. }
        | CardState::PartlyApproved { .. } => DeskState::TryAgain,
        CardState::HandedOver { .. } => DeskState::HandedOver,
        CardState::Advising { .. } => DeskState::Advising,
        CardState::Approved { .. } | CardState::Settled { .. } | CardState::Voiding { .. } => DeskState::Approved,
        CardState::WrittenOff { .. } => DeskState::WrittenOff,
        CardState::Replaced { .. } => match app.payment_in_place_of(payment).map(AdjustmentKind::of) {
            Some(Some(AdjustmentKind::WrittenOff)) => DeskState::WrittenOff,
            _ if app.code_in_place_of(payment).is_some() => DeskState::CodeShown,
            Some(_) | None => DeskState::PaidByCode,
        },
        CardState::Undone { .. } | CardState::Voided { .. } => return None,
    })
}

fn try_block(card: &CardState, refusals: Option<&Refusals>, possible: &StillPossible) -> Option<TryBlock> {
    use crate::domain::queue::ParkReason;
    if !possible.tries.is_empty() {
        return None;
    }
    match card {
        // A refusal for good comes from the bank; one that was "for now" ended because of the schemes' caps.
        CardState::Declined { .. } if refusals.is_some_and(|refusals| refusals.leave().is_none()) => {
            Some(TryBlock::TriesUsedUp)
        }
        CardState::Declined { .. } => Some(TryBlock::RefusedForGood),
        CardState::Parked { reason: ParkReason::OtherWayWithdrawn, .. } => Some(TryBlock::CodeWasShown),
        CardState::Parked { reason: ParkReason::LossUndone, .. } => Some(TryBlock::CardWiped),
        CardState::Parked { reason: ParkReason::UndoneElsewhere, .. } => Some(TryBlock::UndoneElsewhere),
        CardState::Parked { .. } => Some(TryBlock::TooLate),
        CardState::Stored { .. }
        | CardState::Sending { .. }
        | CardState::Unknown { .. }
        | CardState::Reversing { .. }
        | CardState::PartlyApproved { .. }
        | CardState::HandedOver { .. }
        | CardState::Approved { .. }
        | CardState::Settled { .. }
        | CardState::Advising { .. }
        | CardState::Voiding { .. }
        | CardState::Voided { .. }
        | CardState::Undone { .. }
        | CardState::WrittenOff { .. }
        | CardState::Replaced { .. } => None,
    }
}

fn transfer(app: &App, payment: &Payment, possible: &StillPossible) -> DeskTransfer {
    let code_is_shown = app.code_in_place_of(payment).is_some();
    if !app.is_manager() && (code_is_shown || possible.other_tender) {
        DeskTransfer::ManagerOnly
    } else if code_is_shown {
        DeskTransfer::CodeIsShown
    } else if !possible.other_tender {
        if possible.write_off { DeskTransfer::InQuestion } else { DeskTransfer::Over }
    } else if app.payees_in_use().next().is_none() {
        DeskTransfer::NoAccount
    } else if app.open_sale().is_some() {
        DeskTransfer::SaleIsOpen
    } else {
        DeskTransfer::CanAsk
    }
}
