//! What can be touched on the page of stored payments and on the decline desk.

use crate::domain::ids::{HandoverId, PaymentId};

/// See `ui/api/queue_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum QueueTouch {
    SendNow,
    Send(PaymentId),
    Decide(PaymentId),
    OpenDesk,
    OpenHandovers,
    TryBatchAgain,
}

/// See `ui/api/handover_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum HandoverTouch {
    Choose(HandoverId),
    HandOver,
    WriteAgain,
    BringIn,
    TakeBack,
}

/// See `ui/api/desk_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DeskTouch {
    Choose(PaymentId),
    ByAge,
    ByAmount,
    ChooseDay(u32),
    TryAgain,
    AskTransfer,
    ShowCode,
    ShowTelephone,
    WriteOff,
    BeginVoiceCode,
    VoiceCodeKey(char),
    EraseVoiceCode,
    LeaveVoiceCode,
    ConfirmVoiceCode,
}
