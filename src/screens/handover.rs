//! The handovers of stored payments to another till; see `ui/api/handover_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::handover::HandoverTalk;
use crate::domain::ids::HandoverId;
use crate::domain::money::Money;
use crate::domain::sale::Payment;
use crate::screens::day_and_clock;

/// The page of handovers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HandoverView {
    /// How many payments can be handed over now.
    pub waiting_count: u32,
    /// What they come to.
    pub waiting_amount: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The folder that files are written into and looked for in; none without a host.
    pub folder: Option<String>,
    /// What payments are still in, the oldest first.
    pub rows: Vec<HandoverRow>,
    /// Why the last file was not written or read.
    pub failed: Option<String>,
    /// How many outcomes the last look into the folder brought.
    pub brought: Option<u32>,
    /// Whether payments can be handed over now.
    pub can_hand_over: bool,
    /// Whether the chosen one's file can be written again, its outcome brought in, or it be taken back.
    pub can_act: bool,
}

/// One handover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HandoverRow {
    /// The handover.
    pub id: HandoverId,
    /// What is still out of it.
    pub amount: String,
    /// How many payments.
    pub count: u32,
    /// The acquirer takes the first of them until then.
    pub send_by: String,
    /// Whether it is the one that is looked at.
    pub chosen: bool,
}

/// The page of handovers.
pub(super) fn view(app: &App, talk: &HandoverTalk) -> HandoverView {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let facts = app.cards_to_hand_over(HandoverId(uuid::Uuid::nil()));
    let waiting = facts.iter().filter_map(|fact| app.ledger.payments.get(&fact.payment()?));
    let sum = |sum: i64, payment: &Payment| sum.saturating_add(payment.amount.minor);
    let host = app.settings.host.as_ref();
    let is_free = host.is_some() && !talk.working && !app.is_busy();
    let shown = app.shown_handover();
    let row = |id: HandoverId| {
        let handed = app.ledger.handed_over(id);
        let send_by = handed.iter().map(|(_, card)| card.send_by).min();
        HandoverRow {
            id,
            amount: app.handover_amount(id).shown(),
            count: count(handed.len()),
            send_by: send_by.map(|at| day_and_clock(app, at)).unwrap_or_default(),
            chosen: shown == Some(id),
        }
    };
    HandoverView {
        waiting_count: count(facts.len()),
        waiting_amount: Money::new(waiting.fold(0, sum), app.settings.currency).shown(),
        currency: app.settings.currency.to_string(),
        folder: host.map(|host| host.handover_folder.display().to_string()),
        rows: app.ledger.handovers().into_iter().map(row).collect(),
        failed: talk.failed.clone(),
        brought: talk.brought,
        can_hand_over: is_free && !facts.is_empty(),
        can_act: is_free && shown.is_some(),
    }
}
