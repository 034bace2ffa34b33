//! The queue page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, QueueApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, queue_reason, ratio, same_words};
use crate::app::event::{QueueTouch, Touch};
use crate::domain::ids::PaymentId;
use crate::screens::queue::{QueueRow, QueueState, QueueView, SendBlock};

same_words! {
    QueueState => QueueState {
        Stored, Sending, Unknown, Reversing, PartlyApproved, HandedOver, Advising, Voiding, Voided, Approved,
        DeclinedSoft, DeclinedHard, Parked,
    }
    SendBlock => SendBlock { NothingWaiting, LineDown, HostDown, Sending }
}

impl From<&QueueRow> for generated::QueueRow {
    fn from(row: &QueueRow) -> Self {
        let (reason, reason_argument) = queue_reason(row.reason.as_ref());
        Self {
            id: row.id.to_string().into(),
            brand: (&row.brand).into(),
            last_four: (&row.last_four).into(),
            amount: (&row.amount).into(),
            sale_reference: (&row.sale_reference).into(),
            state: row.state.into(),
            reason,
            reason_argument,
            time_text: (&row.time_text).into(),
            can_send: row.can_send,
            can_decide: row.can_decide,
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &QueueView) {
    let api = window.global::<QueueApi>();
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_waiting_count(count(view.waiting_count));
    api.set_parked_count(count(view.parked_count));
    api.set_waiting_amount((&view.waiting_amount).into());
    api.set_currency((&view.currency).into());
    api.set_budget_used((&view.budget.used).into());
    api.set_budget_limit((&view.budget.limit).into());
    api.set_budget_ratio(ratio(view.budget.ratio));
    let batch = view.refused_batch.as_ref();
    api.set_batch_number(batch.map_or(0, |batch| count(batch.number)));
    api.set_batch_count(batch.map_or(0, |batch| count(batch.count)));
    api.set_batch_amount(or_empty(batch.map(|batch| &batch.amount)));
    api.set_batch_code(or_empty(batch.map(|batch| &batch.code)));
    api.set_can_try_batch(batch.is_some_and(|batch| batch.can_try));
    api.set_desk_count(count(view.desk_count));
    api.set_send_block(view.send_block.map_or(generated::SendBlock::None, Into::into));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<QueueApi>();
    api.on_open_desk(wishes.touch(Touch::Queue(QueueTouch::OpenDesk)));
    api.on_open_handovers(wishes.touch(Touch::Queue(QueueTouch::OpenHandovers)));
    api.on_try_batch(wishes.touch(Touch::Queue(QueueTouch::TryBatchAgain)));
    api.on_send_now(wishes.touch(Touch::Queue(QueueTouch::SendNow)));
    api.on_send(wishes.some_touch_with(|id: SharedString| Some(Touch::Queue(QueueTouch::Send(payment(&id)?)))));
    api.on_decide(wishes.some_touch_with(|id: SharedString| Some(Touch::Queue(QueueTouch::Decide(payment(&id)?)))));
}

/// The payment of a row. Rows carry the ids that were put into them above, so it always is one.
fn payment(id: &SharedString) -> Option<PaymentId> {
    id.parse().ok()
}
