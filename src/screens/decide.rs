//! The sheet on which one open item is decided; see `ui/api/decide_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::decide::{CARRY_DAYS, LOSS_REASONS, carry_reasons, line_reasons};
use crate::app::place::{DecideTalk, Pick};
use crate::domain::day::{Candidate, CandidateState, CarryReason, OpenItem};
use crate::domain::fact::LossReason;
use crate::domain::reconcile::LineReason;
use crate::screens::day::row;

use crate::app::event::Choice;
use crate::screens::day::{Likely, OpenKind};
use crate::screens::queue::QueueReason;

/// The decide sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecideView {
    /// Why the item is open.
    pub kind: OpenKind,
    /// How much.
    pub amount: String,
    /// Whom or what it is about.
    pub subject: String,
    /// When it happened.
    pub time_text: String,
    /// What else is known.
    pub detail: String,
    /// Why a stored payment is in its state.
    pub reason: Option<QueueReason>,
    /// What speaks for a suggestion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likely: Option<Likely>,
    /// What can be done.
    pub choices: Vec<Choice>,
    /// What was chosen.
    pub choice: Option<Choice>,
    /// The sales that a credit may be the money of; shown while one of them is to be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateRow>,
    /// What goes out of the drawer, where that is the choice: rounded as cash is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cash_out: Option<String>,
    /// Why money may be written off; shown while that is the choice.
    pub write_off_reasons: Vec<LossReason>,
    /// The reason that was chosen.
    pub write_off_reason: Option<LossReason>,
    /// What is lost by writing off; shown while that is the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<String>,
    /// What the line may be; shown while that is the choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub line_reasons: Vec<LineReason>,
    /// The one that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_reason: Option<LineReason>,
    /// Why it may be carried over; shown while that is the choice.
    pub carry_reasons: Vec<CarryReason>,
    /// The reason that was chosen.
    pub carry_reason: Option<CarryReason>,
    /// Until when it may be carried over; shown while that is the choice.
    pub carry_days: Vec<CarryDay>,
    /// The number of days that was chosen.
    pub carry_day: Option<u8>,
    /// Whether it can be confirmed.
    pub can_confirm: bool,
}

/// A sale of which a credit may be the money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CandidateRow {
    /// Its transfer.
    pub id: String,
    /// When its code was shown.
    pub time_text: String,
    /// How much was asked for.
    pub amount: String,
    /// The sale's reference.
    pub reference: String,
    /// Whether its money is waited for.
    pub state: CandidateState,
    /// Whether it was chosen.
    pub is_picked: bool,
}

/// A day until which an item may be carried over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CarryDay {
    /// In how many days.
    pub days: u8,
    /// Its date.
    pub date_text: String,
}

impl Serialize for Choice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Retry => "retry",
            Self::ConfirmMatched => "confirm_matched",
            Self::RefuseMatched => "refuse_matched",
            Self::PickSale => "pick_sale",
            Self::OwnRefund => "own_refund",
            Self::ConfirmSeen => "confirm_seen",
            Self::ConfirmCharged => "confirm_charged",
            Self::NotCharged => "not_charged",
            Self::PaidOtherWay => "paid_other_way",
            Self::Explain => "explain",
            Self::GaveBackCash => "gave_back_cash",
            Self::GaveBackOnReader => "gave_back_on_reader",
            Self::GaveBackOtherWay => "gave_back_other_way",
            Self::WriteOff => "write_off",
            Self::CarryOver => "carry_over",
            Self::RefundSent => "refund_sent",
            Self::LeaveOpen => "leave_open",
        })
    }
}

/// The decide sheet; none when the item is no longer open.
pub(super) fn view(app: &App, talk: &DecideTalk) -> Option<DecideView> {
    let item = app.open_item(&talk.item)?;
    let row = row(app, &item);
    let picking = talk.choice == Some(Choice::PickSale);
    let writing_off = talk.choice == Some(Choice::WriteOff) || talk.pick.is_some_and(|pick| pick.is_short);
    let carrying = talk.choice == Some(Choice::CarryOver);
    Some(DecideView {
        kind: row.kind,
        amount: row.amount,
        subject: row.subject,
        time_text: row.time_text,
        detail: row.detail,
        reason: row.reason,
        likely: row.likely,
        choices: app.choices(&item),
        candidates: if picking { candidate_rows(app, talk, &item) } else { Vec::new() },
        choice: talk.choice,
        cash_out: item
            .amount()
            .filter(|_| talk.choice == Some(Choice::GaveBackCash))
            .map(|amount| app.rounded(amount, true).due.to_string()),
        write_off_reasons: if writing_off { LOSS_REASONS.to_vec() } else { Vec::new() },
        write_off_reason: talk.reason,
        loss: (talk.choice == Some(Choice::WriteOff)).then(|| app.loss(&item).to_string()),
        line_reasons: if talk.choice == Some(Choice::Explain) { line_reasons(&item) } else { Vec::new() },
        line_reason: talk.line_reason,
        carry_reasons: if carrying { carry_reasons(&item).collect() } else { Vec::new() },
        carry_reason: talk.carry_reason,
        carry_days: if carrying {
            CARRY_DAYS.into_iter().map(|days| carry_day(app, days)).collect()
        } else {
            Vec::new()
        },
        carry_day: talk.carry_days,
        can_confirm: talk.is_complete() && !app.is_busy(),
    })
}

/// All of them, or the chosen one alone where less came: the reasons for the loss then need the room.
fn candidate_rows(app: &App, talk: &DecideTalk, item: &OpenItem) -> Vec<CandidateRow> {
    let rows = app.candidates(item).into_iter().map(|one| candidate(talk, &one));
    match talk.pick {
        Some(Pick { is_short: true, .. }) => rows.filter(|row| row.is_picked).collect(),
        Some(Pick { is_short: false, .. }) | None => rows.collect(),
    }
}

fn candidate(talk: &DecideTalk, one: &Candidate) -> CandidateRow {
    CandidateRow {
        id: one.about.payment.to_string(),
        time_text: one.about.began.format("%m-%d %H:%M").to_string(),
        amount: one.about.amount.shown(),
        reference: one.about.reference.map(|reference| reference.to_string()).unwrap_or_default(),
        state: one.state,
        is_picked: talk.pick.is_some_and(|pick| pick.payment == one.about.payment),
    }
}

fn carry_day(app: &App, days: u8) -> CarryDay {
    let date = app.now.date_naive().checked_add_days(chrono::Days::new(u64::from(days)));
    let date_text = date.map(|date| date.format("%m-%d").to_string()).unwrap_or_default();
    CarryDay { days, date_text }
}
