//! The wording of the report, both languages side by side.

use crate::domain::day::{CarryReason, OpenItem, Outcome};
use crate::domain::fact::{ApprovalReason, LossReason, ManagedAct};
use crate::domain::qr::QrState;
use crate::domain::queue::ParkReason;
use crate::domain::receipt::Language;
use crate::domain::reconcile::{LineClass, LineReason, LineState};
use crate::domain::sale::{Overpaid, ReaderState, TenderKind};

/// English and Chinese.
pub type Said = (&'static str, &'static str);

/// The words in this language.
pub fn say(language: Language, (english, chinese): Said) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// The name of a tender.
pub fn tender(kind: TenderKind) -> Said {
    match kind {
        TenderKind::Reader => ("Card on the reader", "读卡器刷卡"),
        TenderKind::Qr => ("QR transfer", "扫码转账"),
        TenderKind::Card => ("Card by hand", "手工输入银行卡"),
        TenderKind::Cash => ("Cash", "现金"),
    }
}

/// What became of a payment.
pub fn outcome(outcome: Outcome) -> Said {
    match outcome {
        Outcome::SettledAtAcquirer => ("settled at the acquirer", "收单机构已结算"),
        Outcome::OnStatement => ("on the statement", "已在对账单上"),
        Outcome::InDrawer => ("in the drawer", "在钱箱内"),
        Outcome::NotYetDue => ("carried over, not yet due", "结转，尚未到期"),
        Outcome::WrittenOff => ("written off", "已核销"),
        Outcome::NothingTaken => ("nothing taken", "未收款"),
        Outcome::Open => ("open", "未决"),
    }
}

/// What is open.
pub fn item(item: &OpenItem) -> Said {
    match item {
        OpenItem::SaleOpen { .. } => ("Sale neither paid nor given up", "销售既未付清也未取消"),
        OpenItem::RefundToSend { .. } => ("Refund to be transferred to the customer", "待转账退款"),
        OpenItem::SaleOverpaid { because: Overpaid::AfterWithdrawal, .. } => {
            ("Money came after its code was withdrawn: it has to go back", "付款码撤回后到账：须退款")
        }
        OpenItem::SaleOverpaid { because: Overpaid::TooMuchCame, .. } => {
            ("More came than was asked for", "到账多于应收")
        }
        OpenItem::SaleOverpaid { because: Overpaid::ChargedAfterAll, .. } => (
            "Card was charged after the sale or the card was given up: money has to go back",
            "放弃后卡仍被扣款：须退款",
        ),
        OpenItem::SaleOverpaid { because: Overpaid::TakenTwice, .. } => {
            ("Sale paid more than once: money has to go back", "销售重复收款：须退款")
        }
        OpenItem::ReaderUnanswered { .. } => ("Attempt on the reader without an answer", "读卡器付款结果未知"),
        OpenItem::CardUnanswered { .. } => ("Card by hand without an answer", "手工输入银行卡结果未知"),
        OpenItem::CardWaiting { is_overdue: false, .. } => {
            ("Stored card, to be sent by itself", "暂存银行卡，将自动发送")
        }
        OpenItem::CardWaiting { is_overdue: true, .. } => {
            ("Stored card, too late to be sent", "暂存银行卡，已过发送期限")
        }
        OpenItem::CardDeclined { .. } => ("Stored card declined", "暂存银行卡被拒绝"),
        OpenItem::CardParked { reason, .. } => match reason {
            ParkReason::AttemptsUsedUp => ("Card parked: no result after all attempts", "银行卡搁置：多次尝试无结果"),
            ParkReason::Unanswered => {
                ("Card parked: nobody knows, the settlement file tells", "银行卡搁置：结果未知，以结算文件为准")
            }
            ParkReason::LossUndone => ("Card parked: its write-off was taken back", "银行卡搁置：核销已撤销"),
            ParkReason::TooLate => ("Card parked: the acquirer's time has passed", "银行卡搁置：已过收单期限"),
            ParkReason::Misunderstood { .. } => {
                ("Card parked: the host does not understand", "银行卡搁置：主机无法识别请求")
            }
            ParkReason::ReversalRefused { .. } => {
                ("Card parked: the host refuses to undo it", "银行卡搁置：主机拒绝冲正")
            }
            ParkReason::OtherWayWithdrawn => {
                ("Card parked: the code in its place was withdrawn", "银行卡搁置：替代付款码已撤回")
            }
            ParkReason::AdviceRefused { .. } => {
                ("Card parked: the host refuses the code by telephone", "银行卡搁置：主机不接受电话授权码")
            }
            ParkReason::UndoneElsewhere => ("Card parked: another till undid it", "银行卡搁置：已被另一收银机冲正"),
        },
        OpenItem::TransferShown { .. } => ("Code on the screen", "付款码正在显示"),
        OpenItem::TransferMissing { is_overdue: true, .. } => ("Transfer overdue on the statement", "转账逾期未到账"),
        OpenItem::TransferMissing { is_confirmed: true, .. } => {
            ("Transfer seen, statement not due yet", "转账已见，对账单未到期")
        }
        OpenItem::TransferMissing { .. } => ("Transfer that only the customer speaks of", "仅顾客告知的转账"),
        OpenItem::TransferFound { .. } => ("Credit found, not booked yet", "已找到入账，尚未登记"),
        OpenItem::TransferSuggested { .. } => ("Credit that may be this transfer", "可能对应此转账的入账"),
        OpenItem::TransferInParts { .. } => ("Transfer that came in several parts", "分次到账的转账"),
        OpenItem::PayoutFound { .. } => ("Payout for several transfers", "多笔转账的合并结算"),
        OpenItem::TransferUnder { .. } => ("Transfer: less came", "转账到账金额不足"),
        OpenItem::TransferOver { .. } => ("Transfer: more came", "转账到账金额过多"),
        OpenItem::TransferTwice { .. } => ("Second credit for one transfer", "同一转账重复入账"),
        OpenItem::TransferTakenBack { .. } => ("Transfer taken back", "转账被撤回"),
        OpenItem::CreditUnknown { .. } => ("Credit without a sale", "无对应销售的入账"),
        OpenItem::DrawerNotCounted { .. } => ("Drawer not counted", "钱箱未清点"),
        OpenItem::DrawerDiffers { .. } => ("Drawer differs, without a note", "钱箱有差额，未说明"),
        OpenItem::CarriedOver { item: inner, .. } => self::item(inner),
        OpenItem::EntriesUnconfirmed { .. } => ("Journal entries on one medium only", "日志条目仅存于单一介质"),
    }
}

/// Why somebody took a loss.
pub fn loss(reason: LossReason) -> Said {
    match reason {
        LossReason::CustomerUnknown => ("customer unknown", "顾客不明"),
        LossReason::TooSmallToChase => ("too small to chase", "金额太小，不予追讨"),
        LossReason::BankRefusedFinally => ("refused by the bank for good", "银行最终拒绝"),
        LossReason::TillError => ("the shop's own mistake", "商店失误"),
        LossReason::Goodwill => ("goodwill", "酌情免除"),
    }
}

/// Why an item is carried over.
pub fn carry(reason: CarryReason) -> Said {
    match reason {
        CarryReason::BankAsked => ("the bank was asked", "已询问银行"),
        CarryReason::AcquirerAsked => ("the acquirer was asked", "已询问收单机构"),
        CarryReason::CustomerPromised => ("the customer will pay", "顾客承诺付款"),
        CarryReason::StatementLate => ("the statement is late", "对账单未到"),
        CarryReason::CustomerNotReached => ("the customer was not reached", "尚未联系到顾客"),
    }
}

/// What is known of a statement line.
pub fn line(state: &LineState, class: Option<LineClass>) -> Said {
    match state {
        LineState::Matched { .. } => ("belongs to a sale", "属于一笔销售"),
        LineState::PaidOut { .. } => ("a payout of several sales", "多笔销售的合并结算"),
        LineState::Returned { .. } => ("given back to the customer", "已退还顾客"),
        LineState::Explained { own_refund: true, .. } => ("our own refund", "本店退款"),
        LineState::Explained { why: Some(why), .. } => match why {
            LineReason::TestPayment => ("a test payment", "测试付款"),
            LineReason::OwnTransfer => ("between our own accounts", "本店账户间转账"),
            LineReason::SoldElsewhere => ("sold outside this till", "在本机之外销售"),
            LineReason::PaidBack => ("paid back to us", "退还给本店"),
            LineReason::Bank => ("the bank's own booking", "银行自身记账"),
            LineReason::SameBooking => ("the same booking once more", "同一笔入账重复出现"),
            LineReason::Other => ("explained by a person", "已由人员说明"),
        },
        LineState::Explained { .. } => ("explained by a person", "已由人员说明"),
        LineState::Unexplained => match class {
            Some(LineClass::Matched { .. }) => ("found, not booked yet", "已找到，尚未登记"),
            Some(LineClass::Under { .. }) => ("a sale, less came", "对应销售，金额不足"),
            Some(LineClass::Over { .. }) => ("a sale, more came", "对应销售，金额过多"),
            Some(LineClass::Suggested { .. }) => ("may be a sale", "可能对应销售"),
            Some(LineClass::Duplicate { .. }) => ("second credit for a sale", "同一销售重复入账"),
            Some(LineClass::BookedBefore { .. }) => ("was on an earlier statement", "先前对账单已有"),
            Some(LineClass::TakenBack { .. }) => ("takes a sale back", "撤回销售款项"),
            Some(LineClass::Outgoing) => ("not the till's", "与收银无关"),
            Some(LineClass::Unknown { .. }) | None => ("no sale explains it", "无对应销售"),
        },
    }
}

/// How far a transfer is.
pub fn transfer(qr: &QrState) -> Said {
    match qr {
        QrState::Shown => ("code shown", "付款码已显示"),
        QrState::CustomerSaysPaid { .. } => ("announced by the customer", "顾客告知已付"),
        QrState::ConfirmedByShop { .. } => ("seen by the shop", "商店已看到"),
        QrState::SeenOnStatement { .. } => ("on the statement", "在对账单上"),
        QrState::ShortOrOver { .. } => ("on the statement, another amount", "在对账单上，金额不符"),
        QrState::RefundDue { .. } => ("came after it was withdrawn, goes back", "撤回后到账，须退还"),
        QrState::NeverArrived { .. } => ("never arrived", "从未到账"),
        QrState::Withdrawn => ("withdrawn", "已撤回"),
    }
}

/// How far a payment on the reader is.
pub fn reader(state: &ReaderState) -> Said {
    match state {
        ReaderState::Asked => ("asked", "已请求"),
        ReaderState::Unknown { .. } => ("no answer", "无应答"),
        ReaderState::Parked { .. } => ("no answer, the sale went another way", "无应答，改用其他方式"),
        ReaderState::Answered { outcome, .. } => match outcome {
            crate::domain::reader::ReaderOutcome::Approved { .. } => ("approved", "已批准"),
            crate::domain::reader::ReaderOutcome::Declined { .. } => ("declined", "被拒绝"),
            crate::domain::reader::ReaderOutcome::NotCharged { .. } => ("failed, not charged", "失败，未扣款"),
            crate::domain::reader::ReaderOutcome::Unknown { .. } => ("no answer", "无应答"),
        },
        ReaderState::Reversing { .. } => ("charged, being taken back", "已扣款，正在撤销"),
        ReaderState::Kept { .. } => ("charged, the reader does not take it back", "已扣款，读卡器无法撤销"),
        ReaderState::Reversed { .. } => ("charged and taken back", "已扣款并撤销"),
        ReaderState::Decided { charged: true, .. } => ("charged, as a person says", "人工确认已扣款"),
        ReaderState::Decided { charged: false, .. } => ("not charged, as a person says", "人工确认未扣款"),
    }
}

/// What one person approved alone.
pub fn act(act: ManagedAct) -> Said {
    match act {
        ManagedAct::StoredCardAboveLimit { .. } => ("Stored card above the limit", "超出限额的暂存银行卡"),
        ManagedAct::UnknownAttemptParked { .. } => ("Unknown attempt on the reader parked", "搁置结果未知的读卡器付款"),
        ManagedAct::KeyConfirmed => ("Acquirer's key confirmed", "已核对收单行密钥"),
        ManagedAct::HandoverTakenBack { .. } => ("Stored cards taken back from another till", "取回已移交的暂存银行卡"),
        ManagedAct::CreditReturned { .. } => ("Credit given back", "退还入账"),
        ManagedAct::PayeeTested => ("Account for transfers put into use", "启用收款账户"),
        ManagedAct::KeyRetired => ("Acquirer's key retired", "已停用收单行密钥"),
        ManagedAct::LossUndone { .. } => ("Write-off taken back", "撤销核销"),
        ManagedAct::LossTaken { .. } => ("Loss written off", "损失核销"),
        ManagedAct::Refund { .. } => ("Refund", "退款"),
        ManagedAct::DrawerDifference { .. } => ("Drawer difference accepted", "接受钱箱差额"),
        ManagedAct::DrawerTakenOver => ("Drawer taken over", "接管钱箱"),
        ManagedAct::TransferAcceptedUnseen { .. } => ("Transfer accepted unseen", "未见到账即放行的转账"),
        ManagedAct::PersonUnlocked => ("Person unlocked after wrong PINs", "解除密码错误锁定"),
        ManagedAct::EntriesSeen { .. } => ("Unconfirmed journal entries seen", "已查看未确认的日志条目"),
    }
}

/// Why it was approved.
pub fn approval(reason: ApprovalReason) -> Said {
    match reason {
        ApprovalReason::RegularCustomer => ("regular customer", "老顾客"),
        ApprovalReason::SmallRisk => ("small risk", "风险小"),
        ApprovalReason::KnownCard => ("known card", "用过的卡"),
        ApprovalReason::GoodsHandedOver => ("goods handed over", "货品已交付"),
        ApprovalReason::GoodsReturned => ("goods returned", "退货"),
        ApprovalReason::GoodsFaulty => ("goods faulty", "货品有问题"),
        ApprovalReason::WrongAmount => ("wrong amount", "金额有误"),
        ApprovalReason::WrongChange => ("wrong change", "找零有误"),
        ApprovalReason::CountedTwice => ("counted twice", "已复点"),
        ApprovalReason::Other => ("another, not listed", "其他（未列出）"),
    }
}
