//! The sheet on which one open item is decided by a named person.

mod lines;
mod pick;

use chrono::{DateTime, Days, FixedOffset, NaiveDate};

use self::lines::line_facts;
use crate::app::event::{Choice, DecideTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, DecideTalk, Overlay};
use crate::app::{App, Turn};
use crate::domain::day::{Action, CarryReason, ItemId, OpenItem};
use crate::domain::fact::{ApprovalReason, Fact, LossReason, ManagedAct};
use crate::domain::ids::{LineId, PersonId};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::reconcile::LineReason;
use crate::domain::sale::{GiveBackWay, Overpaid};

/// For how many days an item may be carried over.
pub(crate) const CARRY_DAYS: [u8; 4] = [1, 3, 7, 14];

/// The reasons an item may be carried over for.
const CARRY_REASONS: [CarryReason; 5] = [
    CarryReason::BankAsked,
    CarryReason::AcquirerAsked,
    CarryReason::CustomerPromised,
    CarryReason::CustomerNotReached,
    CarryReason::StatementLate,
];

/// The reasons this item may be carried over for. Nobody owes the shop what the customer has paid already; there the
/// customer is somebody to be found.
pub(crate) fn carry_reasons(item: &OpenItem) -> impl Iterator<Item = CarryReason> {
    let is_paid = item.actions().iter().any(|action| matches!(action, Action::GiveBack | Action::SayRefundSent));
    CARRY_REASONS.into_iter().filter(move |reason| match reason {
        CarryReason::CustomerPromised => !is_paid,
        CarryReason::CustomerNotReached => is_paid,
        CarryReason::BankAsked | CarryReason::AcquirerAsked | CarryReason::StatementLate => true,
    })
}

/// What a line may be that no sale explains.
const LINE_REASONS: [LineReason; 6] = [
    LineReason::SoldElsewhere,
    LineReason::OwnTransfer,
    LineReason::PaidBack,
    LineReason::Bank,
    LineReason::TestPayment,
    LineReason::Other,
];

/// What this line may be. Only one that looks like a second payment may be the booking of the first.
pub(crate) fn line_reasons(item: &OpenItem) -> Vec<LineReason> {
    if !matches!(item.inner(), OpenItem::TransferTwice { .. }) {
        return LINE_REASONS.to_vec();
    }
    let others = LINE_REASONS.into_iter().filter(|reason| *reason != LineReason::TestPayment);
    [LineReason::SameBooking].into_iter().chain(others).collect()
}

/// The reasons a loss may be taken for.
pub(crate) const LOSS_REASONS: [LossReason; 5] = [
    LossReason::CustomerUnknown,
    LossReason::TooSmallToChase,
    LossReason::BankRefusedFinally,
    LossReason::TillError,
    LossReason::Goodwill,
];

impl App {
    pub(super) fn open_decide(&mut self, item: String) {
        let item = if item.contains(':') { item } else { format!("payment:{item}") };
        if self.open_item(&item).is_some() {
            self.overlay = Some(Overlay::Decide(DecideTalk {
                item,
                choice: None,
                pick: None,
                reason: None,
                line_reason: None,
                carry_reason: None,
                carry_days: None,
            }));
        }
    }

    pub(super) fn touch_decide(&mut self, touch: DecideTouch, turn: &mut Turn) {
        let Some(Overlay::Decide(talk)) = &mut self.overlay else { return };
        match touch {
            DecideTouch::Choose(choice) => {
                (talk.choice, talk.pick) = (Some(choice), None);
                (talk.reason, talk.line_reason, talk.carry_reason, talk.carry_days) = (None, None, None, None);
            }
            DecideTouch::PickSale(payment) => self.pick_sale(payment),
            DecideTouch::ChooseReason(reason) => talk.reason = Some(reason),
            DecideTouch::ChooseLineReason(reason) => talk.line_reason = Some(reason),
            DecideTouch::ChooseCarryReason(reason) => {
                let item = talk.item.clone();
                let reason = self.open_item(&item).and_then(|item| carry_reasons(&item).find(|one| *one == reason));
                if let Some(Overlay::Decide(talk)) = &mut self.overlay {
                    talk.carry_reason = reason.or(talk.carry_reason);
                }
            }
            DecideTouch::ChooseCarryDays(days) => talk.carry_days = CARRY_DAYS.into_iter().find(|one| *one == days),
            DecideTouch::Confirm => self.decide(turn),
            DecideTouch::Cancel => self.overlay = None,
        }
    }

    fn decide(&mut self, turn: &mut Turn) {
        let Some(by) = self.person.clone().filter(|_| self.is_manager()) else {
            self.tell(NoticeKind::NotAllowed);
            return;
        };
        let Some(Overlay::Decide(talk)) = &self.overlay else { return };
        let (Some(item), Some(choice)) = (self.open_item(&talk.item), talk.choice) else { return };
        if self.is_busy() || !talk.is_complete() {
            return;
        }
        let (reason, carry, pick) = (talk.reason, talk.carry_reason.zip(talk.carry_days), talk.pick);
        let reasons = Reasons { loss: reason, line: talk.line_reason };
        self.overlay = None;
        let (item, choice, credit) = match pick {
            Some(pick) => {
                let Some((picked, line)) = self.picked(&item, pick.payment) else { return };
                (picked, if pick.is_short { Choice::WriteOff } else { Choice::ConfirmMatched }, Some(line))
            }
            None => (item, choice, None),
        };
        match (choice, reason, carry) {
            (Choice::WriteOff, Some(reason), _) => {
                let amount = self.loss(&item);
                return self.ask_manager(ApproveWhy::WriteOff { item: item.id().to_string(), credit, amount, reason });
            }
            (Choice::GaveBackCash | Choice::GaveBackOtherWay, _, _) => {
                let Some(amount) = item.amount() else { return };
                let in_cash = choice == Choice::GaveBackCash;
                let paid = self.rounded(amount, true).due;
                if in_cash && self.drawer_lacks(paid, turn) {
                    return;
                }
                return self.ask_manager(ApproveWhy::ReturnCredit { item: item.id().to_string(), amount, choice });
            }
            (Choice::OwnRefund, _, _) if !self.is_refund_written(&item) => {
                let amount = self.loss(&item);
                return self.ask_manager(ApproveWhy::ReturnCredit { item: item.id().to_string(), amount, choice });
            }
            (Choice::CarryOver, _, Some((reason, days))) => {
                let until = self.now.date_naive().checked_add_days(Days::new(u64::from(days)));
                let until = until.unwrap_or(NaiveDate::MAX);
                return self.save(vec![Fact::ItemCarried { item: item.id(), until, reason, by }], turn);
            }
            (_, _, _) => {}
        }
        let at = self.decided_at(&item, choice);
        match decision(item.inner(), choice, &by, reasons, self.cash_back(&item), at) {
            Some(Decision::Facts(facts)) => self.save(self.with_cards_replaced_again(facts), turn),
            Some(Decision::AskReader) => self.watch.ask_reader_at = Some(self.now),
            Some(Decision::SendNow) => self.send_now(turn),
            None => {}
        }
    }
}

impl App {
    /// A person says that a credit is the money of a withdrawn code: where that stood for a refused card, it does again.
    fn with_cards_replaced_again(&self, facts: Vec<Fact>) -> Vec<Fact> {
        let before = |fact: &Fact| match fact {
            Fact::LineMatched { payment: with, .. } => {
                let card = self.ledger.card_to_replace_again(*with)?;
                Some(Fact::CardReplacedAgain { payment: card, with: *with })
            }
            _ => None,
        };
        facts.into_iter().flat_map(|fact| [before(&fact), Some(fact)]).flatten().collect()
    }

    /// A second person has seen the loss, or in a shop of one the same person once more: it is taken by name.
    /// Where a person has said of a `credit` whose it is, and less came, what is missing is the loss.
    pub(super) fn loss_approved(
        &mut self,
        (item, credit): (&str, Option<LineId>),
        reason: LossReason,
        manager: PersonId,
        turn: &mut Turn,
    ) {
        let item = match credit {
            Some(line) => self.picked_for(item, line),
            None => self.open_item(item),
        };
        let (Some(item), Some(by)) = (item, self.person.clone()) else { return };
        let reasons = Reasons { loss: Some(reason), line: None };
        let decided = decision(item.inner(), Choice::WriteOff, &by, reasons, None, self.now);
        let payment = match (item.inner(), item.id()) {
            (OpenItem::TransferTakenBack { payment, .. }, _) => *payment,
            (_, ItemId::Payment(payment)) => payment,
            (_, ItemId::Sale(_) | ItemId::Refund(_) | ItemId::Line(_) | ItemId::Drawer(_) | ItemId::Journal) => return,
        };
        let Some(Decision::Facts(facts)) = decided else { return };
        let amount = self.loss(&item);
        let act = ManagedAct::LossTaken { payment, amount, reason: Some(reason) };
        let approved = self.approval(manager, act, ApprovalReason::Other);
        self.save([approved].into_iter().chain(facts).collect(), turn);
    }

    /// How money of an item goes back in cash: rounded where the shop rounds. None without a drawer.
    fn cash_back(&self, item: &OpenItem) -> Option<GiveBackWay> {
        let (drawer, amount) = (self.ledger.drawer.as_ref()?.id, item.amount()?);
        let paid = self.rounded(amount, true).due;
        Some(GiveBackWay::Cash { drawer, paid: (paid != amount).then_some(paid) })
    }

    /// What the shop loses by an item that is written off. A debit is negative, the loss by it is not.
    pub(crate) fn loss(&self, item: &OpenItem) -> Money {
        let amount = item.amount().unwrap_or_else(|| Money::zero(self.settings.currency));
        Money::new(amount.minor.saturating_abs(), amount.currency)
    }

    /// Whether a debit is a refund that the till has written down, so that nobody has to believe one person's word for it.
    fn is_refund_written(&self, item: &OpenItem) -> bool {
        let OpenItem::TransferTakenBack { credit, payment } = item.inner() else { return false };
        self.ledger.refunded_unseen_minor(*payment) >= credit.amount.minor.saturating_abs()
    }

    /// A second person has seen that money goes back to a customer, of the bank's account or out of the drawer, or went
    /// back although the till has no refund of it in its memory.
    pub(super) fn return_approved(&mut self, item: &str, choice: Choice, manager: PersonId, turn: &mut Turn) {
        let (Some(item), Some(by)) = (self.open_item(item), self.person.clone()) else { return };
        let cash = self.cash_back(&item);
        let decided = decision(item.inner(), choice, &by, Reasons::default(), cash, self.now);
        let Some(Decision::Facts(facts)) = decided else { return };
        let amount = self.loss(&item);
        let approved = self.approval(manager, ManagedAct::CreditReturned { amount }, ApprovalReason::Other);
        self.save([approved].into_iter().chain(facts).collect(), turn);
    }

    /// When what was chosen happens: now, or for a card that is sent again as soon as the schemes allow it.
    fn decided_at(&self, item: &OpenItem, choice: Choice) -> DateTime<FixedOffset> {
        match (item.id(), choice) {
            (ItemId::Payment(payment), Choice::Retry) => self.earliest_try(payment),
            (_, _) => self.now,
        }
    }
}

impl DecideTalk {
    /// Whether everything that the choice needs is there.
    pub(crate) fn is_complete(&self) -> bool {
        match self.choice {
            None => false,
            Some(Choice::WriteOff) => self.reason.is_some(),
            Some(Choice::Explain) => self.line_reason.is_some(),
            Some(Choice::PickSale) => self.pick.is_some_and(|pick| !pick.is_short || self.reason.is_some()),
            Some(Choice::CarryOver) => self.carry_reason.is_some() && self.carry_days.is_some(),
            Some(_) => true,
        }
    }
}

/// Why, as a choice may need it.
#[derive(Clone, Copy, Default)]
struct Reasons {
    /// Why a loss is taken.
    loss: Option<LossReason>,
    /// What a line is instead.
    line: Option<LineReason>,
}

/// What a choice leads to.
enum Decision {
    Facts(Vec<Fact>),
    AskReader,
    SendNow,
}

impl App {
    /// The choices for an open item, the likeliest first.
    pub(crate) fn choices(&self, item: &OpenItem) -> Vec<Choice> {
        let is_one_of_ours = !self.candidates(item).is_empty();
        choices(item).into_iter().filter(|choice| *choice != Choice::PickSale || is_one_of_ours).collect()
    }
}

fn choices(item: &OpenItem) -> Vec<Choice> {
    let choice = |action: &Action| match action {
        Action::AskReader | Action::Send => Some(Choice::Retry),
        Action::SayCharged => Some(Choice::ConfirmCharged),
        Action::SayNotCharged => Some(Choice::NotCharged),
        Action::MatchThis => Some(Choice::ConfirmMatched),
        Action::RefuseThis => Some(Choice::RefuseMatched),
        Action::PickSale => Some(Choice::PickSale),
        Action::ConfirmSeen => Some(Choice::ConfirmSeen),
        Action::SayPaidOtherWay => Some(Choice::PaidOtherWay),
        Action::Explain => Some(Choice::Explain),
        Action::SayOwnRefund => Some(Choice::OwnRefund),
        Action::WriteOff => Some(Choice::WriteOff),
        Action::SayRefundSent => Some(Choice::RefundSent),
        Action::GiveBack => None,
        Action::FinishSale
        | Action::BringInStatement
        | Action::Count
        | Action::NoteDifference
        | Action::LookAtEntries => None,
    };
    // Money that came to the bank was on no reader.
    let give_back: &[Choice] = match (item.actions().contains(&Action::GiveBack), item.inner()) {
        (true, OpenItem::SaleOverpaid { because: Overpaid::TakenTwice | Overpaid::ChargedAfterAll, .. }) => {
            &[Choice::GaveBackCash, Choice::GaveBackOnReader, Choice::GaveBackOtherWay]
        }
        // Whom to give cash to is known only where the credit names a sale.
        (true, OpenItem::CreditUnknown { why, .. }) if why.payment().is_none() => &[Choice::GaveBackOtherWay],
        (true, _) => &[Choice::GaveBackOtherWay, Choice::GaveBackCash],
        (false, _) => &[],
    };
    let carry = item.may_be_carried().then_some(Choice::CarryOver);
    // What is likeliest stands first: giving back does where it is the first action.
    let gives_back_first = item.actions().first() == Some(&Action::GiveBack);
    let (before, after) = if gives_back_first { (give_back, &[][..]) } else { (&[][..], give_back) };
    let actions = before.iter().copied().chain(item.actions().iter().filter_map(choice)).chain(after.iter().copied());
    actions.chain(carry).chain([Choice::LeaveOpen]).collect()
}

/// What a choice means for an item; `None` when it leaves it as it is or does not fit it.
fn decision(
    item: &OpenItem,
    choice: Choice,
    by: &PersonId,
    reasons: Reasons,
    cash: Option<GiveBackWay>,
    at: DateTime<FixedOffset>,
) -> Option<Decision> {
    let (by, reason) = (by.clone(), reasons.loss);
    let facts = match (item, choice) {
        (OpenItem::ReaderUnanswered { .. }, Choice::Retry) => return Some(Decision::AskReader),
        (OpenItem::ReaderUnanswered { about }, Choice::ConfirmCharged) => {
            vec![Fact::ReaderDecided { payment: about.payment, charged: true, by }]
        }
        (OpenItem::ReaderUnanswered { about }, Choice::NotCharged) => {
            vec![Fact::ReaderDecided { payment: about.payment, charged: false, by }]
        }
        (OpenItem::CardWaiting { .. } | OpenItem::CardUnanswered { .. }, Choice::Retry) => {
            return Some(Decision::SendNow);
        }
        (OpenItem::CardDeclined { about, .. } | OpenItem::CardParked { about, .. }, Choice::Retry) => {
            vec![Fact::CardUnparked { payment: about.payment, by, next_try: at }]
        }
        (OpenItem::CardDeclined { about, .. } | OpenItem::CardParked { about, .. }, Choice::WriteOff) => {
            vec![Fact::CardWrittenOff { payment: about.payment, by, reason: reason? }]
        }
        (OpenItem::TransferMissing { about, .. }, Choice::ConfirmSeen) => {
            vec![Fact::QrMoved { payment: about.payment, qr: QrState::ConfirmedByShop { at } }]
        }
        (OpenItem::TransferMissing { about, paid_otherwise: true, is_confirmed: false, .. }, Choice::PaidOtherWay) => {
            vec![Fact::QrMoved { payment: about.payment, qr: QrState::Withdrawn }]
        }
        (
            OpenItem::TransferMissing { about, .. }
            | OpenItem::TransferSuggested { about, .. }
            | OpenItem::TransferInParts { about, .. },
            Choice::WriteOff,
        ) => vec![Fact::QrWrittenOff { payment: about.payment, by, reason: reason? }],
        (OpenItem::RefundToSend { refund, sale, .. }, Choice::RefundSent) => {
            vec![Fact::RefundSent { refund: *refund, sale: *sale, by }]
        }
        (OpenItem::SaleOverpaid { sale, by: amount, .. }, choice) => {
            let way = match choice {
                Choice::GaveBackCash => cash?,
                Choice::GaveBackOnReader => GiveBackWay::OnReader,
                Choice::GaveBackOtherWay => GiveBackWay::OtherWay,
                Choice::Retry
                | Choice::ConfirmMatched
                | Choice::RefuseMatched
                | Choice::PickSale
                | Choice::ConfirmSeen
                | Choice::OwnRefund
                | Choice::ConfirmCharged
                | Choice::NotCharged
                | Choice::PaidOtherWay
                | Choice::Explain
                | Choice::WriteOff
                | Choice::CarryOver
                | Choice::RefundSent
                | Choice::LeaveOpen => return None,
            };
            vec![Fact::GivenBack { sale: *sale, amount: *amount, way, by }]
        }
        (item, choice) => return line_facts(item, choice, by, reasons.line, cash).map(Decision::Facts),
    };
    Some(Decision::Facts(facts))
}
