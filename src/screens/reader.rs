//! A payment on the reader; see `ui/api/reader_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::place::ReaderTalk;
use crate::domain::outage::ReaderKind;
use crate::domain::reader::DeclineReason as Declined;
use crate::screens::{elapsed, short_reference};

use crate::screens::types::DeclineReason;

/// The reader page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReaderView {
    /// What is to be paid.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// The sale's number as people read it.
    pub sale_reference: String,
    /// How far it is.
    pub stage: ReaderStage,
    /// How long the present stage has lasted, such as `0:24`.
    pub elapsed_text: String,
    /// Whether the reader can be told to give up.
    pub can_cancel: bool,
}

/// How far a payment on the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the stages are described in ui/api/reader_api.slint")]
pub enum ReaderStage {
    Starting,
    PresentCard,
    Processing,
    Cancelling,
    Declined(DeclineReason),
    UnknownAsking,
    TypeOnTerminal,
}

/// The reader page.
pub(super) fn view(app: &App, talk: &ReaderTalk) -> ReaderView {
    let stage = match (talk.declined, app.reader_kind()) {
        (Some(reason), _) => ReaderStage::Declined(match reason {
            Declined::Bank => DeclineReason::RefusedByBank,
            Declined::Card => DeclineReason::CardNotAccepted,
            Declined::Unreadable => DeclineReason::CardUnreadable,
            Declined::Cancelled => DeclineReason::CancelledByCustomer,
        }),
        (None, ReaderKind::Standalone) => ReaderStage::TypeOnTerminal,
        (None, ReaderKind::Connected { .. }) if talk.cancelling => ReaderStage::Cancelling,
        (None, ReaderKind::Connected { .. }) => ReaderStage::PresentCard,
    };
    let amount = app.ledger.payments.get(&talk.payment).map(|payment| payment.amount);
    ReaderView {
        amount: amount.map_or_else(String::new, crate::domain::money::Money::shown),
        currency: app.settings.currency.to_string(),
        sale_reference: short_reference(app),
        stage,
        elapsed_text: elapsed(app, talk.since),
        can_cancel: !talk.cancelling && talk.declined.is_none(),
    }
}
