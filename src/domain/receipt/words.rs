//! The wording of paper in each language. Sentences are whole; `{}` is filled in.

mod chinese;
mod language;

use self::chinese::CHINESE;
use super::Language;
use crate::domain::day::Segment;
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
    pub bank_approved: &'static str,
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
    pub rate: &'static str,
    pub worth: &'static str,
    pub exchanged: &'static str,
    pub foreign_cash: &'static str,
    pub foreign_taken: &'static str,
    pub box_expected: &'static str,
    pub box_counted: &'static str,
    pub no_tax_receipt: &'static str,
    pub keep: &'static str,
    pub shop_copy: &'static str,
    pub customer_signs: &'static str,
    pub reader_out: &'static str,
    pub you_can_pay: &'static str,
    pub way_cash: &'static str,
    pub way_transfer: &'static str,
    pub way_card: &'static str,
    pub no_way: &'static str,
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
    pub test_payments: &'static str,
    pub credits_returned: &'static str,
    pub written_off: &'static str,
    pub carried: &'static str,
    pub carried_by: &'static str,
    pub adjustments: &'static str,
    pub refunded: &'static str,
    /// What came too much and went back.
    pub given_back: &'static str,
    pub refund_in_cash: &'static str,
    pub refund_to_send: &'static str,
    pub refund_was_sent: &'static str,
    pub refund_not_sent: &'static str,
    pub refund_taken_back: &'static str,
    pub drawer_openings: &'static str,
    pub drawer_refusals: &'static str,
    /// What the first of two counts found.
    pub counted_first: &'static str,
    pub drawer_float: &'static str,
    pub drawer_sales: &'static str,
    pub drawer_rounding: &'static str,
    pub drawer_given_back: &'static str,
    pub drawer_refunded: &'static str,
    pub paid_in: &'static str,
    pub paid_out: &'static str,
    pub dropped: &'static str,
    pub handed_over: &'static str,
    /// One of them, with its time.
    pub handover: &'static str,
    pub handed_over_by: &'static str,
    pub taken_over_by: &'static str,
    pub cash_expected: &'static str,
    pub cash_counted: &'static str,
    pub cash_difference: &'static str,
    pub not_counted: &'static str,
    pub alone: &'static str,
    pub stored_above_limit: &'static str,
    pub key_confirmed: &'static str,
    pub key_retired: &'static str,
    pub payee_tested: &'static str,
    pub attempt_parked: &'static str,
    pub loss_taken: &'static str,
    pub loss_undone: &'static str,
    /// Goods went on the word of the customer.
    pub accepted_unseen: &'static str,
    pub handover_taken_back: &'static str,
    pub person_unlocked: &'static str,
    pub refund_approved: &'static str,
    pub difference_approved: &'static str,
    pub drawer_taken_over: &'static str,
    pub entries_seen: &'static str,
    pub reason: &'static str,
    pub regular_customer: &'static str,
    pub small_risk: &'static str,
    pub known_card: &'static str,
    pub goods_handed_over: &'static str,
    pub goods_returned: &'static str,
    pub goods_faulty: &'static str,
    pub wrong_amount: &'static str,
    pub wrong_change: &'static str,
    pub counted_twice: &'static str,
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

    /// What was out in a part of an outage: its cause, and what failed beside it.
    #[must_use]
    pub fn segment(self, segment: &Segment) -> String {
        let causes = [Some(segment.cause), segment.beside].into_iter().flatten();
        causes.map(|cause| self.cause(cause)).collect::<Vec<_>>().join(" + ")
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
            ReaderCause::NotAccepted => ("Reader: not accepted yet", "读卡器：尚未验收"),
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
            ManagedAct::KeyConfirmed => self.key_confirmed,
            ManagedAct::KeyRetired => self.key_retired,
            ManagedAct::PayeeTested => self.payee_tested,
            ManagedAct::HandoverTakenBack { .. } => self.handover_taken_back,
            ManagedAct::CreditReturned { .. } => self.drawer_given_back,
            ManagedAct::LossTaken { .. } => self.loss_taken,
            ManagedAct::LossUndone { .. } => self.loss_undone,
            ManagedAct::TransferAcceptedUnseen { .. } => self.accepted_unseen,
            ManagedAct::PersonUnlocked => self.person_unlocked,
            ManagedAct::Refund { .. } => self.refund_approved,
            ManagedAct::DrawerDifference { .. } => self.difference_approved,
            ManagedAct::DrawerTakenOver => self.drawer_taken_over,
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
            ApprovalReason::GoodsReturned => self.goods_returned,
            ApprovalReason::GoodsFaulty => self.goods_faulty,
            ApprovalReason::WrongAmount => self.wrong_amount,
            ApprovalReason::WrongChange => self.wrong_change,
            ApprovalReason::CountedTwice => self.counted_twice,
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
    bank_approved: "Approved",
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
    rate: "Rate",
    worth: "Worth",
    exchanged: "Taken in another currency",
    foreign_cash: "Cash in {}",
    foreign_taken: "Taken",
    box_expected: "Box, expected",
    box_counted: "Box, counted",
    no_tax_receipt: "This is no tax receipt.",
    keep: "Please keep it until the payment is on your account statement.",
    shop_copy: "SHOP COPY",
    customer_signs: "Customer's signature",
    reader_out: "Our card reader is out of order",
    you_can_pay: "You can pay by:",
    way_cash: "cash",
    way_transfer: "transfer, with your phone and a QR code",
    way_card: "card, typed in by our cashier",
    no_way: "We are sorry that we cannot take payments now.",
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
    test_payments: "Test payments",
    credits_returned: "Credits given back",
    written_off: "Written off",
    carried: "Carried over",
    carried_by: "Carried over by a person",
    adjustments: "Of closed days",
    refunded: "Refunded",
    given_back: "Too much, given back",
    refund_in_cash: "Paid out in cash",
    refund_to_send: "The shop transfers this sum back to you.",
    refund_was_sent: "The shop has transferred this sum back.",
    refund_not_sent: "The card is not charged: it was never sent.",
    refund_taken_back: "The card is not charged: the bank took it back.",
    drawer_openings: "Drawer opened without a sale",
    drawer_refusals: "Refused: more than it holds",
    counted_first: "First counted",
    drawer_float: "Float",
    drawer_sales: "Cash sales",
    drawer_rounding: "Rounding",
    drawer_given_back: "Given back",
    drawer_refunded: "Refunded in cash",
    paid_in: "Paid in",
    paid_out: "Paid out",
    dropped: "Into the safe",
    handed_over: "Found at handovers",
    handover: "Handover",
    handed_over_by: "counted by",
    taken_over_by: "taken over by",
    cash_expected: "Drawer, expected",
    cash_counted: "Drawer, counted",
    cash_difference: "Difference",
    not_counted: "not counted",
    alone: "Approved without a second person",
    stored_above_limit: "Stored card above the limit",
    key_confirmed: "Acquirer's key confirmed",
    key_retired: "Acquirer's key retired",
    payee_tested: "Account put into use",
    attempt_parked: "Unknown attempt on the reader parked",
    loss_taken: "Loss written off",
    loss_undone: "Loss taken back",
    accepted_unseen: "Transfer accepted unseen",
    handover_taken_back: "Stored cards taken back",
    person_unlocked: "Person unlocked after wrong PINs",
    refund_approved: "Refund",
    difference_approved: "Drawer difference",
    drawer_taken_over: "Drawer taken over",
    entries_seen: "Unconfirmed journal entries seen",
    reason: "Reason",
    regular_customer: "regular customer",
    small_risk: "small risk",
    known_card: "known card",
    goods_handed_over: "goods handed over",
    goods_returned: "goods returned",
    goods_faulty: "goods faulty",
    wrong_amount: "wrong amount",
    wrong_change: "wrong change",
    counted_twice: "counted twice",
    other_reason: "another, not listed",
    checkpoint: "Checkpoint of the journal",
    entry_and_hash: "Entries and hash",
    signature: "Signature",
    hours_minutes: "{} h {} min",
    minutes: "{} min",
    seconds: "{} s",
};
