//! The sheet on which one open item is decided; see `ui/api/decide_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::decide::{LOSS_REASONS, choices};
use crate::app::place::DecideTalk;
use crate::domain::fact::LossReason;
use crate::screens::day::row;

use crate::app::event::Choice;
use crate::screens::day::OpenKind;
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
    /// What can be done.
    pub choices: Vec<Choice>,
    /// What was chosen.
    pub choice: Option<Choice>,
    /// Why money may be written off; shown while that is the choice.
    pub write_off_reasons: Vec<LossReason>,
    /// The reason that was chosen.
    pub write_off_reason: Option<LossReason>,
    /// Whether it can be confirmed.
    pub can_confirm: bool,
}

impl Serialize for Choice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Retry => "retry",
            Self::ConfirmMatched => "confirm_matched",
            Self::ConfirmCharged => "confirm_charged",
            Self::NotCharged => "not_charged",
            Self::PaidOtherWay => "paid_other_way",
            Self::Explain => "explain",
            Self::GaveBackCash => "gave_back_cash",
            Self::GaveBackOnReader => "gave_back_on_reader",
            Self::GaveBackOtherWay => "gave_back_other_way",
            Self::WriteOff => "write_off",
            Self::RefundSent => "refund_sent",
            Self::LeaveOpen => "leave_open",
        })
    }
}

/// The decide sheet; none when the item is no longer open.
pub(super) fn view(app: &App, talk: &DecideTalk) -> Option<DecideView> {
    let item = app.open_item(&talk.item)?;
    let row = row(app, &item);
    let writing_off = talk.choice == Some(Choice::WriteOff);
    Some(DecideView {
        kind: row.kind,
        amount: row.amount,
        subject: row.subject,
        time_text: row.time_text,
        detail: row.detail,
        reason: row.reason,
        choices: choices(&item),
        choice: talk.choice,
        write_off_reasons: if writing_off { LOSS_REASONS.to_vec() } else { Vec::new() },
        write_off_reason: talk.reason,
        can_confirm: talk.choice.is_some() && (!writing_off || talk.reason.is_some()) && !app.is_busy(),
    })
}
