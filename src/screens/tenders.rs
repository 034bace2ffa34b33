//! The other ways to pay one sale; see `ui/api/tenders_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::keys::NoSealingKey;
use crate::domain::limits::{LimitReached, Verdict};
use crate::domain::money::Money;
use crate::domain::outage::{CardOff, CardOffer, OutageCause, QrOffer, ReaderKind, ReaderOffer};
use crate::domain::queue::CardState;
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{Payment, ReaderState, Sale, Standing, Tender};
use crate::screens::short_reference;
use crate::screens::types::{OffReason, Offer, OnReason};

use crate::domain::sale::TenderKind;
use crate::screens::types::TenderOffers;

/// The tenders page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TendersView {
    /// What is to be paid.
    pub amount: String,
    /// What was paid of the sale already, when something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<String>,
    /// Its currency.
    pub currency: String,
    /// The sale's number as people read it.
    pub sale_reference: String,
    /// What became of the attempt on the reader before this page, if there was one.
    pub first_attempt: Option<FirstAttempt>,
    /// The offer that is drawn as the main act.
    pub suggested: TenderKind,
    /// The ways to pay.
    pub offers: TenderOffers,
    /// Whether nothing was asked for yet.
    pub can_change_amount: bool,
    /// Whether the sale can be given up.
    pub can_cancel: bool,
}

/// What became of the attempt on the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/tenders_api.slint")]
pub enum FirstAttempt {
    Asking,
    NotCharged,
    Charged,
    Unknown,
    AskTerminal,
    Parked,
    Reversing,
    Reversed,
}

/// The tenders page.
pub(super) fn view(app: &App) -> TendersView {
    let sale = app.open_sale();
    let first_attempt = sale.and_then(|sale| first_attempt(app, sale));
    let offers = offers(app);
    let suggested = match (&offers.reader, &offers.qr) {
        (Offer::On { .. }, _) if !app.basket.reader_failed => TenderKind::Reader,
        (_, Offer::On { .. }) => TenderKind::Qr,
        (_, Offer::Off(_) | Offer::Hidden) => TenderKind::Cash,
    };
    TendersView {
        amount: due(app).shown(),
        paid: sale.map(|sale| paid(app, sale)).filter(|paid| paid.minor > 0).map(Money::shown),
        currency: app.settings.currency.to_string(),
        sale_reference: short_reference(app),
        first_attempt,
        suggested,
        offers,
        can_change_amount: sale.is_none_or(|sale| app.can_abandon(sale.id)),
        can_cancel: sale.is_none_or(|sale| app.undone_parts(sale.id).is_some()),
    }
}

/// What the customer has to pay: also what an attempt nobody knows about may have taken already, and what one that went
/// through after all has taken.
fn due(app: &App) -> Money {
    let unknown = app.unknown_attempt().and_then(|payment| app.ledger.payments.get(&payment));
    let paid_up = app.open_sale().filter(|sale| app.ledger.remaining(sale).minor <= 0);
    match (unknown, paid_up) {
        (Some(payment), _) => payment.amount,
        (None, Some(sale)) => sale.amount,
        (None, None) => app.due(),
    }
}

/// What the parts that were taken come to.
fn paid(app: &App, sale: &Sale) -> Money {
    let takes = app.ledger.payments.of_sale(sale.id).filter(|payment| payment.standing() == Standing::Takes);
    let minor = takes.fold(0_i64, |sum, payment| sum.saturating_add(payment.amount.minor));
    Money::new(minor, sale.amount.currency)
}

/// What is to be said of the attempts on this sale: that it is paid before all else, then what nobody knows, and that
/// nothing was charged only when that is so of every one.
fn first_attempt(app: &App, sale: &Sale) -> Option<FirstAttempt> {
    let payments = || app.ledger.payments.of_sale(sale.id);
    let pending = payments().any(|payment| payment.standing() == Standing::Pending);
    if !pending && app.ledger.remaining(sale).minor <= 0 {
        return Some(FirstAttempt::Charged);
    }
    payments().filter_map(|payment| attempt(app, payment)).max_by_key(|attempt| attempt.weight())
}

fn attempt(app: &App, payment: &Payment) -> Option<FirstAttempt> {
    match &payment.tender {
        Tender::Reader { reader, .. } => match reader {
            ReaderState::Asked => Some(FirstAttempt::Asking),
            ReaderState::Unknown { .. } if app.reader_kind() == ReaderKind::Standalone => {
                Some(FirstAttempt::AskTerminal)
            }
            ReaderState::Unknown { .. } => Some(FirstAttempt::Unknown),
            ReaderState::Parked { .. } => Some(FirstAttempt::Parked),
            ReaderState::Reversing { .. } => Some(FirstAttempt::Reversing),
            ReaderState::Reversed { .. } => Some(FirstAttempt::Reversed),
            // A part of the sale that was paid; what remains is on the page.
            ReaderState::Answered { outcome: ReaderOutcome::Approved { .. }, .. }
            | ReaderState::Kept { .. }
            | ReaderState::Decided { charged: true, .. } => None,
            ReaderState::Answered { .. } | ReaderState::Decided { charged: false, .. } => {
                Some(FirstAttempt::NotCharged)
            }
        },
        Tender::Card { card, .. } => match card {
            CardState::Sending { .. } | CardState::Stored { .. } => Some(FirstAttempt::Asking),
            CardState::Unknown { .. } | CardState::Reversing { .. } | CardState::PartlyApproved { .. } => {
                Some(FirstAttempt::Reversing)
            }
            CardState::Undone { .. }
            | CardState::Voided { .. }
            | CardState::Declined { .. }
            | CardState::Replaced { .. } => Some(FirstAttempt::NotCharged),
            CardState::Parked { .. } | CardState::HandedOver { .. } => Some(FirstAttempt::Parked),
            CardState::Approved { .. }
            | CardState::Settled { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. }
            | CardState::WrittenOff { .. } => None,
        },
        Tender::Qr { .. } | Tender::Cash { .. } => None,
    }
}

impl FirstAttempt {
    /// Which of several is said.
    fn weight(self) -> u8 {
        match self {
            Self::Charged => 7,
            Self::AskTerminal => 6,
            Self::Unknown => 5,
            Self::Parked => 4,
            Self::Asking => 3,
            Self::Reversing => 2,
            Self::Reversed => 1,
            Self::NotCharged => 0,
        }
    }
}

/// The ways to pay, as the tenders, the sell and the outage page show them.
pub(super) fn offers(app: &App) -> TenderOffers {
    let offered = app.offers();
    if !app.day_is_open() {
        let off = || Offer::Off(OffReason::DayNotOpen);
        return TenderOffers { reader: off(), qr: off(), card: off(), cash: off() };
    }
    if app.unknown_attempt().is_some() {
        let off = || Offer::Off(OffReason::FirstAttemptOpen);
        return TenderOffers { reader: off(), qr: off(), card: off(), cash: off() };
    }
    if app.open_sale().is_some_and(|sale| app.ledger.remaining(sale).minor <= 0) {
        let off = || Offer::Off(OffReason::NothingLeft);
        return TenderOffers { reader: off(), qr: off(), card: off(), cash: off() };
    }
    let reader = match (offered.reader, app.reader_kind()) {
        (ReaderOffer::Offered, ReaderKind::Standalone) => Offer::on(OnReason::ReaderByHand),
        (ReaderOffer::Offered, ReaderKind::Connected { stores: true }) if app.watch.healths.line.is_out() => {
            Offer::on(OnReason::ReaderStoresItself)
        }
        (ReaderOffer::Offered, ReaderKind::Connected { .. }) => Offer::on(OnReason::ReaderReady),
        (ReaderOffer::Off(OutageCause::Reader(_)), _) => Offer::Off(OffReason::ReaderOffDown),
        (ReaderOffer::Off(OutageCause::Line(_) | OutageCause::Host(_)), _) => Offer::Off(OffReason::ReaderOffNoBank),
    };
    let qr = match offered.qr {
        QrOffer::Offered | QrOffer::OfferedLineDown => Offer::on(qr_reason(app)),
        QrOffer::NoPayee => Offer::Off(OffReason::QrOffNoAccount),
        QrOffer::NotTested => Offer::Off(OffReason::QrOffNotTested),
        QrOffer::NotWanted => Offer::Off(OffReason::QrOffSettings),
    };
    let card = card(app, offered.card);
    let (reader, card) = if app.has_parked_attempt() {
        (Offer::Off(OffReason::FirstAttemptOpen), Offer::Off(OffReason::FirstAttemptOpen))
    } else {
        (reader, card)
    };
    TenderOffers { reader, qr, card, cash: Offer::on(OnReason::CashAny) }
}

/// What a transfer costs and how long it takes, where there is one way; of several each has its own, which is said where
/// one is chosen.
fn qr_reason(app: &App) -> OnReason {
    let mut payees = app.payees_in_use();
    let (Some(payee), None) = (payees.next(), payees.next()) else { return OnReason::QrSeconds };
    let days = payee.terms.arrives_days.filter(|days| *days > 0).map(|days| days.to_string());
    match (payee.terms.fee(app.due()).map(Money::shown), days) {
        (None, None) => OnReason::QrSeconds,
        (None, Some(days)) => OnReason::QrInDays(days),
        (Some(fee), None) => OnReason::QrCosts(fee),
        (Some(fee), Some(days)) => OnReason::QrCostsInDays(fee, days),
    }
}

fn card(app: &App, offered: CardOffer) -> Offer {
    match offered {
        CardOffer::BankAnswersNow => Offer::on(OnReason::CardBankAnswersNow),
        CardOffer::StoredAndSentLater => stored_card(app),
        CardOffer::Off(CardOff::ReaderWorks) => Offer::Off(OffReason::CardOffReaderWorks),
        CardOffer::Off(CardOff::NoKey(why)) => Offer::Off(match why {
            NoSealingKey::NoKey => OffReason::CardOffNoKey,
            NoSealingKey::Unconfirmed => OffReason::CardOffKeyUnconfirmed,
            NoSealingKey::NotYetValid { .. } => OffReason::CardOffKeyEarly,
            NoSealingKey::Expired { .. } => OffReason::CardOffKeyExpired,
        }),
        CardOffer::Off(CardOff::NoBrand | CardOff::NotWanted) => Offer::Off(OffReason::CardOffSettings),
    }
}

/// A card that would be stored, as far as the limits can say before its number is typed.
fn stored_card(app: &App) -> Offer {
    let proposed = app.proposed_card(app.due(), None);
    let left = |above: Money, used: i64| Money::new(above.minor.saturating_sub(used).max(0), above.currency).shown();
    let limit = match app.settings.limits.judge_stored(&proposed) {
        Verdict::Free | Verdict::Warns(_) | Verdict::NeedsManager(_) => {
            let above = app.settings.limits.stored.sale.manager_above();
            let limit = above.map(|above| Money::new(above, app.settings.currency).shown());
            return Offer::On { reason: OnReason::CardStoredShopBearsRisk, limit };
        }
        Verdict::Refused(limit) => limit,
    };
    Offer::Off(match limit {
        LimitReached::Sale { above } | LimitReached::Card { above, .. } => OffReason::CardOffLimit(above.shown()),
        LimitReached::Total { above } => OffReason::CardOffBudget(left(above, proposed.exposure.total.minor)),
        LimitReached::Cashier { above } => OffReason::CardOffCashier(left(above, proposed.cashier_minor)),
        LimitReached::Count { above } => OffReason::CardOffCount(above.to_string()),
        LimitReached::Oldest { above } => OffReason::CardOffOldest(above.num_hours().to_string()),
        // Without a number nothing is on the list.
        LimitReached::StopList => OffReason::CardOffSettings,
    })
}
