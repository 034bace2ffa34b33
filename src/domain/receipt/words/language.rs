//! Words that the slip shares with the report.

use crate::domain::day::{AdjustmentKind, CarryReason};
use crate::domain::receipt::Language;

impl Language {
    /// What became known of a payment of a closed day.
    #[must_use]
    pub fn adjustment(self, kind: AdjustmentKind) -> &'static str {
        let (english, chinese) = match kind {
            AdjustmentKind::Settled => ("received", "已到账"),
            AdjustmentKind::WrittenOff => ("written off", "已核销"),
            AdjustmentKind::NothingTaken => ("nothing was taken", "未收款"),
            AdjustmentKind::LossUndone => ("write-off taken back", "核销已撤销"),
            AdjustmentKind::OpenAgain => ("open again", "重新未决"),
            AdjustmentKind::TakenBack => ("taken back by the bank", "被银行撤回"),
            AdjustmentKind::PaidTwice => ("came a second time", "重复到账"),
            AdjustmentKind::CameAfterAll => ("came after it was given up", "放弃后到账"),
            AdjustmentKind::Refunded => ("refunded", "已退款"),
            AdjustmentKind::WentBack => ("came and went back to the customer", "到账后已退还顾客"),
        };
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    /// Why an open item is carried over.
    #[must_use]
    pub fn carried(self, reason: CarryReason) -> &'static str {
        let (english, chinese) = match reason {
            CarryReason::BankAsked => ("the bank was asked", "已询问银行"),
            CarryReason::AcquirerAsked => ("the acquirer was asked", "已询问收单机构"),
            CarryReason::CustomerPromised => ("the customer will pay", "顾客承诺付款"),
            CarryReason::StatementLate => ("the statement is late", "对账单未到"),
            CarryReason::CustomerNotReached => ("the customer was not reached", "尚未联系到顾客"),
        };
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}
