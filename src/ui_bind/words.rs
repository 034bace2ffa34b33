//! Small conversions that every page needs: words, numbers and texts that may be missing.

use slint::SharedString;

use super::generated as slint_side;
use crate::app::event::Language;
use crate::domain::printer::PrinterTrouble;
use crate::domain::sale::TenderKind;
use crate::screens::limit::LimitSaid;
use crate::screens::queue::QueueReason;
use crate::screens::types::{
    DeclineReason, HealthState, OffReason, Offer, OnReason, OutageCause, PerMille, PersonRole, PinError,
};

/// Turns a word of ours into the word of the same name in the contract. The match has no default arm, so that a word
/// added on our side does not compile before it is in the contract.
macro_rules! same_words {
    ($($ours:ty => $theirs:ident { $($word:ident),+ $(,)? })+) => {$(
        impl From<$ours> for crate::ui_bind::generated::$theirs {
            fn from(word: $ours) -> Self {
                match word { $(<$ours>::$word => Self::$word,)+ }
            }
        }
    )+};
}
pub(super) use same_words;

same_words! {
    Language => Language { English, Chinese }
    PersonRole => PersonRole { Cashier, Manager }
    TenderKind => Tender { Reader, Qr, Card, Cash }
    PrinterTrouble => PrinterTrouble {
        NoPaper, CoverOpen, CutterJammed, Broken, Offline, Unreachable, Unprintable,
    }
    HealthState => HealthState { Working, Doubtful, Down, Recovering, OnTrial, CannotBeAsked }
    OutageCause => OutageCause {
        ReaderUnplugged, ReaderFrozen, ReaderFault, ReaderLocked, ReaderService, SaidByCashier, ReaderNotAccepted,
        LineDown,
        HostDown, HostRefusing,
    }
    DeclineReason => DeclineReason {
        RefusedByBank, NotEnoughMoney, CardUnreadable, CardExpired, CardBlocked, CardNotAccepted, WrongPin,
        CancelledByCustomer, CancelledHere, TimedOut, BankUnreachable, LimitExceeded,
    }
}

impl From<slint_side::Tender> for TenderKind {
    fn from(tender: slint_side::Tender) -> Self {
        match tender {
            slint_side::Tender::Reader => Self::Reader,
            slint_side::Tender::Qr => Self::Qr,
            slint_side::Tender::Card => Self::Card,
            slint_side::Tender::Cash => Self::Cash,
        }
    }
}

/// The text, or the empty one by which the contract says that there is none.
pub(super) fn or_empty(text: Option<&String>) -> SharedString {
    text.map(SharedString::from).unwrap_or_default()
}

/// A count as Slint's 32-bit number; nobody counts two thousand million of anything on a till.
pub(super) fn count(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

/// A bar's length from 0 to 1. Slint has no other fractions than floating-point ones; nothing is computed with it.
#[allow(clippy::float_arithmetic, reason = "the length of a bar is no money")]
pub(super) fn ratio(part: PerMille) -> f32 {
    f32::from(part.thousandths()) / 1_000.0
}

pub(super) fn cause(cause: Option<OutageCause>) -> slint_side::OutageCause {
    cause.map_or(slint_side::OutageCause::None, Into::into)
}

pub(super) fn trouble(trouble: Option<PrinterTrouble>) -> slint_side::PrinterTrouble {
    trouble.map_or(slint_side::PrinterTrouble::None, Into::into)
}

/// What the contract keeps of a PIN that was not accepted.
pub(super) struct PinWords {
    pub(super) word: slint_side::PinError,
    pub(super) tries_left: i32,
    /// The time of the next try, and how long that is from now; empty unless the person is locked out.
    pub(super) locked_until: SharedString,
    pub(super) locked_for: SharedString,
}

pub(super) fn pin_error(error: Option<&PinError>) -> PinWords {
    let said = |word, tries_left| PinWords {
        word,
        tries_left,
        locked_until: SharedString::default(),
        locked_for: SharedString::default(),
    };
    match error {
        None => said(slint_side::PinError::None, 0),
        Some(PinError::Wrong { tries_left }) => said(slint_side::PinError::Wrong, count(*tries_left)),
        Some(PinError::Locked { until, left }) => {
            let locked = said(slint_side::PinError::Locked, 0);
            PinWords { locked_until: until.into(), locked_for: left.into(), ..locked }
        }
        Some(PinError::NotAllowed) => said(slint_side::PinError::NotAllowed, 0),
    }
}

impl From<&Offer> for slint_side::Offer {
    fn from(offer: &Offer) -> Self {
        let (shown, enabled, (reason, argument), limit) = match offer {
            Offer::Hidden => (false, false, (slint_side::OfferReason::None, None), None),
            Offer::On { reason, limit } => (true, true, on_reason(reason), limit.as_ref()),
            Offer::Off(reason) => (true, false, off_reason(reason), None),
        };
        let days =
            if let Offer::On { reason: OnReason::QrCostsInDays(_, days), .. } = offer { Some(days) } else { None };
        let (argument, limit) = (or_empty(argument), or_empty(limit));
        Self { shown, enabled, reason, argument, second: or_empty(days), limit }
    }
}

fn on_reason(reason: &OnReason) -> (slint_side::OfferReason, Option<&String>) {
    use slint_side::OfferReason as Word;
    match reason {
        OnReason::ReaderReady => (Word::ReaderReady, None),
        OnReason::ReaderStoresItself => (Word::ReaderStoresItself, None),
        OnReason::ReaderByHand => (Word::ReaderByHand, None),
        OnReason::QrSeconds => (Word::QrSeconds, None),
        OnReason::QrSameDay => (Word::QrSameDay, None),
        OnReason::QrInDays(days) => (Word::QrInDays, Some(days)),
        OnReason::QrCosts(fee) => (Word::QrCosts, Some(fee)),
        OnReason::QrCostsInDays(fee, _) => (Word::QrCostsInDays, Some(fee)),
        OnReason::CardBankAnswersNow => (Word::CardBankAnswersNow, None),
        OnReason::CardStoredShopBearsRisk => (Word::CardStoredShopBearsRisk, None),
        OnReason::CashChangeFor(note) => (Word::CashChangeFor, Some(note)),
        OnReason::CashAny => (Word::CashAny, None),
    }
}

fn off_reason(reason: &OffReason) -> (slint_side::OfferReason, Option<&String>) {
    use slint_side::OfferReason as Word;
    match reason {
        OffReason::AmountMissing => (Word::AmountMissing, None),
        OffReason::DayNotOpen => (Word::DayNotOpen, None),
        OffReason::FirstAttemptOpen => (Word::FirstAttemptOpen, None),
        OffReason::NothingLeft => (Word::NothingLeft, None),
        OffReason::ReaderOffBusy => (Word::ReaderOffBusy, None),
        OffReason::ReaderOffDown => (Word::ReaderOffDown, None),
        OffReason::ReaderOffNoBank => (Word::ReaderOffNoBank, None),
        OffReason::QrOffNotTested => (Word::QrOffNotTested, None),
        OffReason::QrOffNoAccount => (Word::QrOffNoAccount, None),
        OffReason::QrOffSettings => (Word::QrOffSettings, None),
        OffReason::QrOffCurrency => (Word::QrOffCurrency, None),
        OffReason::QrOffLimit(limit) => (Word::QrOffLimit, Some(limit)),
        OffReason::CardOffNoKey => (Word::CardOffNoKey, None),
        OffReason::CardOffKeyExpired => (Word::CardOffKeyExpired, None),
        OffReason::CardOffKeyEarly => (Word::CardOffKeyEarly, None),
        OffReason::CardOffKeyUnconfirmed => (Word::CardOffKeyUnconfirmed, None),
        OffReason::CardOffSettings => (Word::CardOffSettings, None),
        OffReason::CardOffLimit(limit) => (Word::CardOffLimit, Some(limit)),
        OffReason::CardOffBudget(left) => (Word::CardOffBudget, Some(left)),
        OffReason::CardOffCashier(left) => (Word::CardOffCashier, Some(left)),
        OffReason::CardOffCount(most) => (Word::CardOffCount, Some(most)),
        OffReason::CardOffOldest(hours) => (Word::CardOffOldest, Some(hours)),
        OffReason::CardOffReaderWorks => (Word::CardOffReaderWorks, None),
        OffReason::CardOffReaderStores => (Word::CardOffReaderStores, None),
        OffReason::CashOffNoDrawer => (Word::CashOffNoDrawer, None),
        OffReason::CashOffLimit(limit) => (Word::CashOffLimit, Some(limit)),
    }
}

/// What the contract keeps of a limit of typed cards.
pub(super) struct LimitWords {
    pub(super) kind: slint_side::LimitKind,
    pub(super) argument: SharedString,
    pub(super) days: i32,
}

impl LimitWords {
    pub(super) fn of(limit: Option<&LimitSaid>) -> Self {
        use slint_side::LimitKind as Word;
        let (kind, argument, days) = match limit {
            None => (Word::None, SharedString::default(), 0),
            Some(LimitSaid::Sale(above)) => (Word::Sale, above.into(), 0),
            Some(LimitSaid::Card { above, days }) => (Word::Card, above.into(), count(*days)),
            Some(LimitSaid::Cashier(above)) => (Word::Cashier, above.into(), 0),
            Some(LimitSaid::Total(above)) => (Word::Total, above.into(), 0),
            Some(LimitSaid::Count(most)) => (Word::Count, most.to_string().into(), 0),
            Some(LimitSaid::Oldest(hours)) => (Word::Oldest, hours.to_string().into(), 0),
            Some(LimitSaid::StopList) => (Word::StopList, SharedString::default(), 0),
        };
        Self { kind, argument, days }
    }
}

/// What the contract keeps of a stored payment's reason: the word and its argument.
pub(super) fn queue_reason(reason: Option<&QueueReason>) -> (slint_side::QueueReason, SharedString) {
    use slint_side::QueueReason as Word;
    let Some(reason) = reason else { return (Word::None, SharedString::default()) };
    let (word, argument) = match reason {
        QueueReason::NextTryAt(time) => (Word::NextTryAt, time.into()),
        QueueReason::WaitingForLine => (Word::WaitingForLine, SharedString::default()),
        QueueReason::WaitingForHost => (Word::WaitingForHost, SharedString::default()),
        QueueReason::ApprovalCode(code) => (Word::ApprovalCode, code.into()),
        QueueReason::VoiceCode(code) => (Word::VoiceCode, code.into()),
        QueueReason::Settled(said) => (Word::Settled, said.into()),
        QueueReason::BankWantsCall => (Word::BankWantsCall, SharedString::default()),
        QueueReason::OnlyAPart => (Word::OnlyAPart, SharedString::default()),
        QueueReason::WouldPay(amount) => (Word::WouldPay, amount.into()),
        QueueReason::NotEnoughMoney => (Word::NotEnoughMoney, SharedString::default()),
        QueueReason::RefusedByBank => (Word::RefusedByBank, SharedString::default()),
        QueueReason::CardExpired => (Word::CardExpired, SharedString::default()),
        QueueReason::CardBlocked => (Word::CardBlocked, SharedString::default()),
        QueueReason::LimitExceeded => (Word::LimitExceeded, SharedString::default()),
        QueueReason::TriesUsedUp(tries) => (Word::TriesUsedUp, tries.to_string().into()),
        QueueReason::TooOld => (Word::TooOld, SharedString::default()),
        QueueReason::NoAnswer => (Word::NoAnswer, SharedString::default()),
        QueueReason::KeyUnknown => (Word::KeyUnknown, SharedString::default()),
        QueueReason::RecordDamaged => (Word::RecordDamaged, SharedString::default()),
        QueueReason::WrittenOffBy(person) => (Word::WrittenOffBy, person.into()),
        QueueReason::PaidOtherWay => (Word::PaidOtherWay, SharedString::default()),
        QueueReason::OtherWayWithdrawn => (Word::OtherWayWithdrawn, SharedString::default()),
        QueueReason::LossUndone => (Word::LossUndone, SharedString::default()),
        QueueReason::UndoneElsewhere => (Word::UndoneElsewhere, SharedString::default()),
        QueueReason::Other(answer) => (Word::Other, answer.into()),
    };
    (word, argument)
}
