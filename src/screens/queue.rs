//! The stored payments; see `ui/api/queue_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::forward::cards;
use crate::domain::money::Money;
use crate::domain::queue::{CardState, ParkReason, Promise};
use crate::domain::sale::{Payment, Tender};
use crate::screens::types::{DeclineReason, PerMille};
use crate::screens::{clock, day_and_clock, spoken_reference};

use crate::domain::ids::PaymentId;
use crate::screens::types::Budget;

/// The queue page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueueView {
    /// The stored payments.
    pub rows: Vec<QueueRow>,
    /// How many wait.
    pub waiting_count: u32,
    /// How many need a person.
    pub parked_count: u32,
    /// What those that wait come to.
    pub waiting_amount: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The risk budget.
    pub budget: Budget,
    /// Why "Send now" is off.
    pub send_block: Option<SendBlock>,
    /// How many refused or parked cards need a person.
    pub desk_count: u32,
    /// The batch that the acquirer does not close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_batch: Option<RefusedBatch>,
}

/// A batch of approved cards that the acquirer does not close: their money is not on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedBatch {
    /// Its number.
    pub number: u32,
    /// How many payments are in it.
    pub count: u32,
    /// What they come to.
    pub amount: String,
    /// DE 39 of the refusal.
    pub code: String,
    /// Whether it can be asked for once more.
    pub can_try: bool,
}

/// One stored payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueueRow {
    /// The payment.
    pub id: PaymentId,
    /// The brand.
    pub brand: String,
    /// The last four digits.
    pub last_four: String,
    /// How much.
    pub amount: String,
    /// The sale's number as people read it.
    pub sale_reference: String,
    /// How far it is.
    pub state: QueueState,
    /// Why.
    pub reason: Option<QueueReason>,
    /// When it was taken.
    pub time_text: String,
    /// Whether it can be sent now.
    pub can_send: bool,
    /// Whether a person has to decide.
    pub can_decide: bool,
}

/// The state of a stored payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the states are described in ui/api/queue_api.slint")]
pub enum QueueState {
    Stored,
    Sending,
    Unknown,
    Reversing,
    PartlyApproved,
    HandedOver,
    Advising,
    Voiding,
    Voided,
    Approved,
    DeclinedSoft,
    DeclinedHard,
    Parked,
}

/// Why a stored payment is in its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the reasons are described in ui/api/queue_api.slint")]
pub enum QueueReason {
    /// The time of the next try.
    NextTryAt(String),
    WaitingForLine,
    WaitingForHost,
    /// The approval code.
    ApprovalCode(String),
    /// The code that the bank said on the telephone.
    VoiceCode(String),
    /// The day on which the acquirer settled it, and what is left of it after fees.
    Settled(String),
    BankWantsCall,
    NotEnoughMoney,
    OnlyAPart,
    /// What the bank would pay.
    WouldPay(String),
    RefusedByBank,
    CardExpired,
    CardBlocked,
    LimitExceeded,
    /// How many tries were made.
    TriesUsedUp(u32),
    TooOld,
    NoAnswer,
    KeyUnknown,
    RecordDamaged,
    /// The person.
    WrittenOffBy(String),
    PaidOtherWay,
    OtherWayWithdrawn,
    LossUndone,
    UndoneElsewhere,
    /// The bank's answer as it sent it.
    Other(String),
}

/// Why "Send now" is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/queue_api.slint")]
pub enum SendBlock {
    NothingWaiting,
    LineDown,
    HostDown,
    Sending,
}

/// The queue page: what waits first, then what was answered today.
pub(super) fn view(app: &App) -> QueueView {
    let exposure = app.ledger.exposure(app.settings.currency);
    let mut rows: Vec<QueueRow> = cards(&app.ledger.payments)
        .filter(|(_, promise, card)| matches!(promise, Promise::SentLater { .. }) || card.is_open())
        .filter_map(|(payment, _, card)| row(app, payment, card))
        .collect();
    rows.sort_by_key(|row| {
        !matches!(row.state, QueueState::Parked | QueueState::DeclinedSoft | QueueState::DeclinedHard)
    });
    let count = |wanted: fn(&QueueState) -> bool| {
        u32::try_from(rows.iter().filter(|row| wanted(&row.state)).count()).unwrap_or(u32::MAX)
    };
    let to_send = count(|state| {
        matches!(
            state,
            QueueState::Stored
                | QueueState::Sending
                | QueueState::Unknown
                | QueueState::Reversing
                | QueueState::PartlyApproved
                | QueueState::Advising
                | QueueState::Voiding
        )
    });
    // The bank has not answered these either, and the shop bears their risk.
    let waiting_count = to_send + count(|state| matches!(state, QueueState::HandedOver));
    let send_block = if to_send == 0 {
        Some(SendBlock::NothingWaiting)
    } else if app.watch.healths.line.is_out() {
        Some(SendBlock::LineDown)
    } else if app.watch.healths.host.is_out() {
        Some(SendBlock::HostDown)
    } else {
        None
    };
    QueueView {
        waiting_count,
        parked_count: count(|state| matches!(state, QueueState::Parked)),
        rows,
        waiting_amount: exposure.total.shown(),
        currency: app.settings.currency.to_string(),
        budget: budget(app),
        send_block,
        desk_count: app.desk_count(),
        refused_batch: refused_batch(app),
    }
}

fn refused_batch(app: &App) -> Option<RefusedBatch> {
    let batch = app.ledger.batch.as_ref()?;
    let code = batch.refused()?.to_owned();
    let minor = batch.cards.iter().fold(0_i64, |sum, card| sum.saturating_add(card.amount.minor));
    Some(RefusedBatch {
        number: batch.number,
        count: u32::try_from(batch.cards.len()).unwrap_or(u32::MAX),
        amount: Money::new(minor, app.settings.currency).shown(),
        code,
        can_try: app.is_manager() && !app.is_busy(),
    })
}

/// How much of the risk budget is used.
pub(super) fn budget(app: &App) -> Budget {
    let used = app.ledger.exposure(app.settings.currency).total;
    // Without a limit the budget is as large as what is used: full, and never too full.
    let limit = app.settings.limits.stored.total.refuse_above().unwrap_or(used.minor);
    let limit = Money::new(limit, app.settings.currency);
    Budget { used: used.shown(), limit: limit.shown(), ratio: PerMille::of(used.minor, limit.minor) }
}

fn row(app: &App, payment: &Payment, card: &CardState) -> Option<QueueRow> {
    let Tender::Card { brand, last4, .. } = &payment.tender else { return None };
    let sale = app.ledger.sales.get(&payment.sale)?;
    let (state, reason) = state_and_reason(app, card)?;
    Some(QueueRow {
        id: payment.id,
        brand: brand.label().to_owned(),
        last_four: last4.clone(),
        amount: payment.amount.shown(),
        sale_reference: spoken_reference(sale.reference),
        state,
        reason,
        time_text: clock(payment.began),
        can_send: matches!(state, QueueState::Stored) && !app.watch.healths.host.is_out(),
        can_decide: app.is_manager()
            && matches!(state, QueueState::Parked | QueueState::DeclinedSoft | QueueState::DeclinedHard),
    })
}

/// The state of a typed card, and why; `None` for one that the queue no longer shows.
pub(super) fn state_and_reason(app: &App, card: &CardState) -> Option<(QueueState, Option<QueueReason>)> {
    let waiting = |next_try| {
        if app.watch.healths.line.is_out() {
            QueueReason::WaitingForLine
        } else if app.watch.healths.host.is_out() {
            QueueReason::WaitingForHost
        } else {
            QueueReason::NextTryAt(day_and_clock(app, next_try))
        }
    };
    Some(match card {
        CardState::Stored { next_try, .. } => (QueueState::Stored, Some(waiting(*next_try))),
        CardState::Sending { .. } => (QueueState::Sending, None),
        CardState::Unknown { .. } => (QueueState::Unknown, Some(QueueReason::NoAnswer)),
        CardState::Reversing { .. } => (QueueState::Reversing, Some(QueueReason::NoAnswer)),
        CardState::PartlyApproved { approved, .. } => {
            (QueueState::PartlyApproved, Some(QueueReason::WouldPay(approved.shown())))
        }
        CardState::HandedOver { .. } => (QueueState::HandedOver, None),
        CardState::Advising { approval_code, .. } => {
            (QueueState::Advising, Some(QueueReason::VoiceCode(approval_code.to_string())))
        }
        CardState::Voiding { .. } => (QueueState::Voiding, None),
        CardState::Voided { .. } => (QueueState::Voided, None),
        CardState::Approved { approval_code, by_voice: true, .. } => {
            (QueueState::Approved, Some(QueueReason::VoiceCode(approval_code.clone())))
        }
        CardState::Approved { approval_code, .. } => {
            (QueueState::Approved, Some(QueueReason::ApprovalCode(approval_code.clone())))
        }
        CardState::Settled { settlement, .. } => {
            let said = format!("{} · {}", settlement.on.format("%m-%d"), settlement.net.shown());
            (QueueState::Approved, Some(QueueReason::Settled(said)))
        }
        CardState::Declined { code, hard: true, .. } => (QueueState::DeclinedHard, Some(reason_of_code(code))),
        CardState::Declined { code, hard: false, .. } => (QueueState::DeclinedSoft, Some(reason_of_code(code))),
        CardState::Parked { reason, attempts, .. } => {
            let reason = match reason {
                ParkReason::AttemptsUsedUp => QueueReason::TriesUsedUp(*attempts),
                ParkReason::TooLate => QueueReason::TooOld,
                ParkReason::Unanswered => QueueReason::NoAnswer,
                ParkReason::OtherWayWithdrawn => QueueReason::OtherWayWithdrawn,
                ParkReason::LossUndone => QueueReason::LossUndone,
                ParkReason::UndoneElsewhere => QueueReason::UndoneElsewhere,
                ParkReason::Misunderstood { code }
                | ParkReason::ReversalRefused { code }
                | ParkReason::AdviceRefused { code } => QueueReason::Other(code.clone()),
            };
            (QueueState::Parked, Some(reason))
        }
        CardState::WrittenOff { by, .. } => {
            let name = app.person(by).map_or_else(|| by.to_string(), |person| person.name.clone());
            (QueueState::DeclinedHard, Some(QueueReason::WrittenOffBy(name)))
        }
        CardState::Undone { .. } | CardState::Replaced { .. } => return None,
    })
}

/// DE 39 in the words of the queue (ISO 8583:1987, annex of response codes).
fn reason_of_code(code: &str) -> QueueReason {
    match code {
        "01" | "02" => QueueReason::BankWantsCall,
        "10" => QueueReason::OnlyAPart,
        "51" => QueueReason::NotEnoughMoney,
        "54" => QueueReason::CardExpired,
        "04" | "07" | "41" | "43" | "46" => QueueReason::CardBlocked,
        "61" | "65" => QueueReason::LimitExceeded,
        _ => QueueReason::RefusedByBank,
    }
}

/// DE 39 in the words of the card page.
pub(super) fn decline_reason(code: &str) -> DeclineReason {
    match reason_of_code(code) {
        QueueReason::NotEnoughMoney | QueueReason::OnlyAPart => DeclineReason::NotEnoughMoney,
        QueueReason::CardExpired => DeclineReason::CardExpired,
        QueueReason::CardBlocked => DeclineReason::CardBlocked,
        QueueReason::LimitExceeded => DeclineReason::LimitExceeded,
        QueueReason::RefusedByBank
        | QueueReason::NextTryAt(_)
        | QueueReason::WaitingForLine
        | QueueReason::WaitingForHost
        | QueueReason::ApprovalCode(_)
        | QueueReason::VoiceCode(_)
        | QueueReason::Settled(_)
        | QueueReason::BankWantsCall
        | QueueReason::WouldPay(_)
        | QueueReason::TriesUsedUp(_)
        | QueueReason::TooOld
        | QueueReason::NoAnswer
        | QueueReason::KeyUnknown
        | QueueReason::RecordDamaged
        | QueueReason::WrittenOffBy(_)
        | QueueReason::PaidOtherWay
        | QueueReason::OtherWayWithdrawn
        | QueueReason::LossUndone
        | QueueReason::UndoneElsewhere
        | QueueReason::Other(_) => DeclineReason::RefusedByBank,
    }
}
