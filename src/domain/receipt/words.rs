//! The wording of paper in each language. Sentences are whole; `{}` is filled in.

use super::Language;
use crate::domain::fact::{ApprovalReason, ManagedAct};
use crate::domain::outage::{HostCause, LineCause, OutageCause, ReaderCause};

/// Every word that paper needs.
pub struct Words {
    pub demo: &'static str,
    pub copy: &'static str,
    pub reference: &'static str,
    pub ticket: &'static str,
    pub till: &'static str,
    pub cashier: &'static str,
    pub to_pay: &'static str,
    pub by_reader: &'static str,
    pub by_transfer: &'static str,
    pub by_card: &'static str,
    pub by_cash: &'static str,
    pub approval_code: &'static str,
    pub reader_by_word: &'static str,
    pub not_yet_authorised: &'static str,
    pub card_will_be_sent: &'static str,
    pub card_refused: &'static str,
    pub transfer_announced: &'static str,
    pub transfer_seen: &'static str,
    pub transfer_on_statement: &'static str,
    pub transfer_not_received: &'static str,
    pub rounding: &'static str,
    pub due_in_cash: &'static str,
    pub given: &'static str,
    pub change: &'static str,
    pub no_tax_receipt: &'static str,
    pub keep: &'static str,
    pub day_close: &'static str,
    pub day_so_far: &'static str,
    pub business_day: &'static str,
    pub opened: &'static str,
    pub closed: &'static str,
    pub closed_by: &'static str,
    pub sales: &'static str,
    pub taken: &'static str,
    pub received: &'static str,
    pub still_open: &'static str,
    pub lost: &'static str,
    pub outages: &'static str,
    pub still_lasts: &'static str,
    pub contingency: &'static str,
    pub stored: &'static str,
    pub approved: &'static str,
    pub declined: &'static str,
    pub parked: &'static str,
    pub on_statement: &'static str,
    pub without_sale: &'static str,
    pub written_off: &'static str,
    pub carried: &'static str,
    pub cash_expected: &'static str,
    pub cash_counted: &'static str,
    pub cash_difference: &'static str,
    pub not_counted: &'static str,
    pub alone: &'static str,
    pub stored_above_limit: &'static str,
    pub attempt_parked: &'static str,
    pub person_unlocked: &'static str,
    pub entries_seen: &'static str,
    pub reason: &'static str,
    pub regular_customer: &'static str,
    pub small_risk: &'static str,
    pub known_card: &'static str,
    pub goods_handed_over: &'static str,
    pub other_reason: &'static str,
    pub checkpoint: &'static str,
    pub entry_and_hash: &'static str,
    pub signature: &'static str,
    pub hours_minutes: &'static str,
    pub minutes: &'static str,
    pub seconds: &'static str,
}

impl Language {
    /// The words of this language.
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }

    /// What an outage came from: `Reader: no answer`.
    #[must_use]
    pub fn cause(self, cause: OutageCause) -> &'static str {
        let (english, chinese) = cause_words(cause);
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    /// How long something lasted: hours and minutes, or seconds when it was short.
    #[must_use]
    pub fn duration(self, seconds: i64) -> String {
        let words = self.words();
        let (hours, minutes) = (seconds / 3_600, seconds % 3_600 / 60);
        let fill = |text: &str, first: i64| text.replacen("{}", &first.to_string(), 1);
        match (hours, minutes) {
            (0, 0) => fill(words.seconds, seconds),
            (0, minutes) => fill(words.minutes, minutes),
            (hours, minutes) => fill(&fill(words.hours_minutes, hours), minutes),
        }
    }
}

/// What an outage came from, in both languages.
fn cause_words(cause: OutageCause) -> (&'static str, &'static str) {
    match cause {
        OutageCause::Reader(cause) => match cause {
            ReaderCause::NotConnected => ("Reader: not connected", "读卡器：未连接"),
            ReaderCause::NoAnswer => ("Reader: no answer", "读卡器：无应答"),
            ReaderCause::CardReaderFault => ("Reader: card reader broken", "读卡器：读卡部件故障"),
            ReaderCause::PinPadFault => ("Reader: PIN pad broken", "读卡器：密码键盘故障"),
            ReaderCause::OutOfOrder => ("Reader: out of order", "读卡器：停用"),
            ReaderCause::Tampered => ("Reader: tamper alarm", "读卡器：防拆报警"),
            ReaderCause::SoftwareFault => ("Reader: software fault", "读卡器：软件故障"),
            ReaderCause::Maintenance => ("Reader: being updated", "读卡器：正在更新"),
            ReaderCause::ServiceStopped => ("Reader: its service does not run", "读卡器：服务未运行"),
            ReaderCause::ServiceHung => ("Reader: its service hangs", "读卡器：服务停滞"),
            ReaderCause::ReportedByHand => ("Reader: reported by a person", "读卡器：人工报告"),
        },
        OutageCause::Line(cause) => match cause {
            LineCause::NoConnection => ("Line: no connection", "线路：未连接"),
            LineCause::NoAnswer => ("Line: no answer", "线路：无应答"),
        },
        OutageCause::Host(cause) => match cause {
            HostCause::Refused => ("Host: connection refused", "主机：拒绝连接"),
            HostCause::Unreachable => ("Host: cannot be reached", "主机：无法到达"),
            HostCause::NoAnswer => ("Host: no answer", "主机：无应答"),
            HostCause::NotTrusted => ("Host: certificate not trusted", "主机：证书不可信"),
            HostCause::Unwilling => ("Host: answers with faults", "主机：应答异常"),
        },
    }
}

impl Words {
    /// What was approved.
    pub fn act(&self, act: ManagedAct) -> &'static str {
        match act {
            ManagedAct::StoredCardAboveLimit { .. } => self.stored_above_limit,
            ManagedAct::UnknownAttemptParked { .. } => self.attempt_parked,
            ManagedAct::PersonUnlocked => self.person_unlocked,
            ManagedAct::EntriesSeen { .. } => self.entries_seen,
        }
    }

    /// Why it was approved.
    pub fn approval(&self, reason: ApprovalReason) -> &'static str {
        match reason {
            ApprovalReason::RegularCustomer => self.regular_customer,
            ApprovalReason::SmallRisk => self.small_risk,
            ApprovalReason::KnownCard => self.known_card,
            ApprovalReason::GoodsHandedOver => self.goods_handed_over,
            ApprovalReason::Other => self.other_reason,
        }
    }
}

static ENGLISH: Words = Words {
    demo: "DEMO - NOT A REAL SALE",
    copy: "COPY",
    reference: "Sale reference",
    ticket: "POS ticket",
    till: "Till",
    cashier: "Served by",
    to_pay: "To pay",
    by_reader: "Card on the reader",
    by_transfer: "QR transfer",
    by_card: "Card by hand",
    by_cash: "Cash",
    approval_code: "Approved, code",
    reader_by_word: "Approved on the reader, as noted by the shop.",
    not_yet_authorised: "NOT YET AUTHORISED",
    card_will_be_sent: "Your card has not been charged. The request will be sent to your bank by {}. \
                        If your bank refuses it, the amount is still owed to the shop.",
    card_refused: "Your bank has refused this payment. Please contact the shop.",
    transfer_announced: "Transfer announced, not yet confirmed: the shop has not seen the money yet.",
    transfer_seen: "The shop has seen the money arrive.",
    transfer_on_statement: "Received: it is on the shop's bank statement.",
    transfer_not_received: "The shop has not received this transfer. Please contact the shop.",
    rounding: "Rounding",
    due_in_cash: "To pay in cash",
    given: "Given",
    change: "Change",
    no_tax_receipt: "This is no tax receipt.",
    keep: "Please keep it until the payment is on your account statement.",
    day_close: "DAY CLOSE",
    day_so_far: "DAY SO FAR, NOT CLOSED",
    business_day: "Business day",
    opened: "Opened",
    closed: "Closed",
    closed_by: "Closed by",
    sales: "Sales",
    taken: "Taken or promised",
    received: "  of it received",
    still_open: "  of it still open",
    lost: "  of it lost",
    outages: "Outages",
    still_lasts: "now",
    contingency: "Contingency sales",
    stored: "Cards stored for later",
    approved: "Cards approved",
    declined: "Cards declined",
    parked: "Cards parked",
    on_statement: "Transfers on the statement",
    without_sale: "Credits without a sale",
    written_off: "Written off",
    carried: "Carried over, not yet due",
    cash_expected: "Drawer, expected",
    cash_counted: "Drawer, counted",
    cash_difference: "Difference",
    not_counted: "not counted",
    alone: "Approved without a second person",
    stored_above_limit: "Stored card above the limit",
    attempt_parked: "Unknown attempt on the reader parked",
    person_unlocked: "Person unlocked after wrong PINs",
    entries_seen: "Unconfirmed journal entries seen",
    reason: "Reason",
    regular_customer: "regular customer",
    small_risk: "small risk",
    known_card: "known card",
    goods_handed_over: "goods handed over",
    other_reason: "other",
    checkpoint: "Checkpoint of the journal",
    entry_and_hash: "Entry and hash",
    signature: "Signature",
    hours_minutes: "{} h {} min",
    minutes: "{} min",
    seconds: "{} s",
};

static CHINESE: Words = Words {
    demo: "演示 - 非真实交易",
    copy: "副本",
    reference: "交易参考号",
    ticket: "POS 单号",
    till: "收银台",
    cashier: "收银员",
    to_pay: "应付",
    by_reader: "读卡器刷卡",
    by_transfer: "扫码转账",
    by_card: "手工输入银行卡",
    by_cash: "现金",
    approval_code: "已批准，授权码",
    reader_by_word: "据商店记录，读卡器已批准。",
    not_yet_authorised: "尚未授权",
    card_will_be_sent: "您的卡尚未扣款。请求将在 {} 前发送给您的银行。如银行拒绝，您仍须向商店支付该金额。",
    card_refused: "您的银行已拒绝此笔付款，请与商店联系。",
    transfer_announced: "顾客告知已转账，尚未确认：商店尚未看到款项。",
    transfer_seen: "商店已看到款项到账。",
    transfer_on_statement: "已收到：商店的银行对账单上有此笔款项。",
    transfer_not_received: "商店未收到此笔转账，请与商店联系。",
    rounding: "舍入差额",
    due_in_cash: "现金应付",
    given: "实收",
    change: "找零",
    no_tax_receipt: "本单据不是税务发票。",
    keep: "请保留本单据，直到付款显示在您的账单上。",
    day_close: "日结",
    day_so_far: "当日至今，尚未日结",
    business_day: "营业日",
    opened: "开始",
    closed: "结束",
    closed_by: "日结人",
    sales: "销售笔数",
    taken: "已收或承诺合计",
    received: "  其中已到账",
    still_open: "  其中未决",
    lost: "  其中损失",
    outages: "故障",
    still_lasts: "至今",
    contingency: "应急销售笔数",
    stored: "暂存的银行卡",
    approved: "已批准的银行卡",
    declined: "被拒绝的银行卡",
    parked: "搁置的银行卡",
    on_statement: "对账单上的转账",
    without_sale: "无对应销售的入账",
    written_off: "已核销",
    carried: "结转，尚未到期",
    cash_expected: "钱箱应有",
    cash_counted: "钱箱实点",
    cash_difference: "差额",
    not_counted: "未清点",
    alone: "无第二人在场的批准",
    stored_above_limit: "超出限额的暂存银行卡",
    attempt_parked: "搁置结果未知的读卡器付款",
    person_unlocked: "解除密码错误锁定",
    entries_seen: "已查看未确认的日志条目",
    reason: "理由",
    regular_customer: "老顾客",
    small_risk: "风险小",
    known_card: "用过的卡",
    goods_handed_over: "货品已交付",
    other_reason: "其他",
    checkpoint: "日志校验点",
    entry_and_hash: "条目与哈希",
    signature: "签名",
    hours_minutes: "{} 小时 {} 分",
    minutes: "{} 分",
    seconds: "{} 秒",
};
