//! The sheet on which one open item is decided by a named person.

use crate::app::event::{Choice, DecideTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::{DecideTalk, Overlay};
use crate::app::{App, Turn};
use crate::domain::day::{Action, OpenItem};
use crate::domain::fact::{Fact, LossReason};
use crate::domain::ids::{DrawerId, PersonId};
use crate::domain::qr::QrState;
use crate::domain::reconcile::MatchHow;
use crate::domain::sale::GiveBackWay;

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
            self.overlay = Some(Overlay::Decide(DecideTalk { item, choice: None, reason: None }));
        }
    }

    pub(super) fn touch_decide(&mut self, touch: DecideTouch, turn: &mut Turn) {
        let Some(Overlay::Decide(talk)) = &mut self.overlay else { return };
        match touch {
            DecideTouch::Choose(choice) => (talk.choice, talk.reason) = (Some(choice), None),
            DecideTouch::ChooseReason(reason) => talk.reason = Some(reason),
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
        if self.is_busy() || (choice == Choice::WriteOff && talk.reason.is_none()) {
            return;
        }
        let reason = talk.reason;
        self.overlay = None;
        let drawer = self.ledger.drawer.as_ref().map(|drawer| drawer.id);
        match decision(&item, choice, &by, reason, drawer, self.now) {
            Some(Decision::Facts(facts)) => self.save(facts, turn),
            Some(Decision::AskReader) => self.watch.ask_reader_at = Some(self.now),
            Some(Decision::SendNow) => self.send_now(turn),
            None => {}
        }
    }
}

/// What a choice leads to.
enum Decision {
    Facts(Vec<Fact>),
    AskReader,
    SendNow,
}

/// The choices for an open item, the likeliest first.
pub(crate) fn choices(item: &OpenItem) -> Vec<Choice> {
    let choice = |action: &Action| match action {
        Action::AskReader | Action::Send => Some(Choice::Retry),
        Action::SayCharged => Some(Choice::ConfirmCharged),
        Action::SayNotCharged => Some(Choice::NotCharged),
        Action::ConfirmSeen | Action::MatchThis => Some(Choice::ConfirmMatched),
        Action::Explain => Some(Choice::Explain),
        Action::WriteOff => Some(Choice::WriteOff),
        Action::GiveBack => None,
        Action::FinishSale
        | Action::BringInStatement
        | Action::Count
        | Action::NoteDifference
        | Action::LookAtEntries => None,
    };
    let give_back: &[Choice] = if item.actions().contains(&Action::GiveBack) {
        &[Choice::GaveBackCash, Choice::GaveBackOnReader, Choice::GaveBackOtherWay]
    } else {
        &[]
    };
    item.actions().iter().filter_map(choice).chain(give_back.iter().copied()).chain([Choice::LeaveOpen]).collect()
}

/// What a choice means for an item; `None` when it leaves it as it is or does not fit it.
fn decision(
    item: &OpenItem,
    choice: Choice,
    by: &PersonId,
    reason: Option<LossReason>,
    drawer: Option<DrawerId>,
    at: chrono::DateTime<chrono::FixedOffset>,
) -> Option<Decision> {
    let by = by.clone();
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
        (OpenItem::TransferMissing { about, .. }, Choice::ConfirmMatched) => {
            vec![Fact::QrMoved { payment: about.payment, qr: QrState::ConfirmedByShop { at } }]
        }
        (
            OpenItem::TransferMissing { about, .. }
            | OpenItem::TransferSuggested { about, .. }
            | OpenItem::TransferInParts { about, .. }
            | OpenItem::TransferUnder { about, .. },
            Choice::WriteOff,
        ) => vec![Fact::QrWrittenOff { payment: about.payment, by, reason: reason? }],
        (
            OpenItem::TransferFound { about, credit }
            | OpenItem::TransferSuggested { about, credit, .. }
            | OpenItem::TransferUnder { about, credit, .. }
            | OpenItem::TransferOver { about, credit, .. },
            Choice::ConfirmMatched,
        ) => vec![Fact::LineMatched { line: credit.line, payment: about.payment, how: MatchHow::ByHand }],
        (OpenItem::TransferInParts { about, credits }, Choice::ConfirmMatched) => {
            let (payment, how) = (about.payment, MatchHow::ByHand);
            credits.iter().map(|credit| Fact::LineMatched { line: credit.line, payment, how }).collect()
        }
        (OpenItem::PayoutFound { credit, payments, fee }, Choice::ConfirmMatched) => {
            let payments = payments.iter().map(|about| about.payment).collect();
            vec![Fact::PayoutMatched { line: credit.line, payments, fee: *fee, by }]
        }
        (
            OpenItem::TransferTwice { credit, payment } | OpenItem::TransferTakenBack { credit, payment },
            Choice::Explain,
        ) => vec![Fact::LineExplained { line: credit.line, by, payment: Some(*payment) }],
        (OpenItem::CreditUnknown { credit, why }, Choice::Explain) => {
            vec![Fact::LineExplained { line: credit.line, by, payment: why.payment() }]
        }
        (OpenItem::PayoutFound { credit, .. }, Choice::Explain) => {
            vec![Fact::LineExplained { line: credit.line, by, payment: None }]
        }
        (OpenItem::SaleOverpaid { sale, by: amount, .. }, choice) => {
            let way = match choice {
                Choice::GaveBackCash => GiveBackWay::Cash { drawer: drawer? },
                Choice::GaveBackOnReader => GiveBackWay::OnReader,
                Choice::GaveBackOtherWay => GiveBackWay::OtherWay,
                Choice::Retry
                | Choice::ConfirmMatched
                | Choice::ConfirmCharged
                | Choice::NotCharged
                | Choice::PaidOtherWay
                | Choice::Explain
                | Choice::WriteOff
                | Choice::LeaveOpen => return None,
            };
            vec![Fact::GivenBack { sale: *sale, amount: *amount, way, by }]
        }
        _ => return None,
    };
    Some(Decision::Facts(facts))
}
