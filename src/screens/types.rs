//! Words that several pages share; see `ui/api/types.slint`.

use serde::Serialize;

use crate::domain::ids::PersonId;

/// A person who may sign in or approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The short name of the settings.
    pub id: PersonId,
    /// The name on the screen.
    pub name: String,
    /// What they may do.
    pub role: PersonRole,
    /// The PIN that the demo shows beside the name; a shop's till knows only hashes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demo_pin: Option<String>,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/types.slint")]
pub enum PersonRole {
    Cashier,
    Manager,
}

/// Why a PIN was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PinError {
    /// The PIN is wrong.
    Wrong {
        /// How many tries are left.
        tries_left: u32,
    },
    /// Too many wrong PINs.
    Locked {
        /// The time at which the next try is allowed.
        until: String,
        /// How long that is from now, such as `29:41`.
        left: String,
    },
    /// The PIN is right but the person may not do this.
    NotAllowed,
}

/// Whether a way of paying is offered now, and what it costs or risks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// This shop does not have this way at all.
    Hidden,
    /// It can be chosen.
    On {
        /// What stands under its name.
        reason: OnReason,
        /// The amount up to which no manager is needed, if there is such a limit.
        limit: Option<String>,
    },
    /// It is shown but cannot be chosen now.
    Off(OffReason),
}

impl Offer {
    /// An offer that needs no manager, whatever the amount.
    #[must_use]
    pub fn on(reason: OnReason) -> Self {
        Self::On { reason, limit: None }
    }
}

/// What stands under a way of paying that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/types.slint")]
pub enum OnReason {
    ReaderReady,
    ReaderStoresItself,
    ReaderByHand,
    QrSeconds,
    QrSameDay,
    /// How many days the money takes.
    QrInDays(String),
    /// What it costs the shop.
    QrCosts(String),
    /// What it costs the shop, and how many days the money takes.
    QrCostsInDays(String, String),
    CardBankAnswersNow,
    CardStoredShopBearsRisk,
    /// The note there is change for.
    CashChangeFor(String),
    CashAny,
}

/// Why a way of paying cannot be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/types.slint")]
pub enum OffReason {
    AmountMissing,
    DayNotOpen,
    FirstAttemptOpen,
    NothingLeft,
    ReaderOffBusy,
    ReaderOffDown,
    ReaderOffNoBank,
    QrOffNoAccount,
    QrOffNotTested,
    QrOffSettings,
    QrOffCurrency,
    /// The highest amount.
    QrOffLimit(String),
    CardOffNoKey,
    CardOffKeyExpired,
    CardOffKeyEarly,
    CardOffKeyUnconfirmed,
    CardOffSettings,
    /// The highest amount.
    CardOffLimit(String),
    /// The amount that is left of the budget.
    CardOffBudget(String),
    /// What is left for this cashier.
    CardOffCashier(String),
    /// How many cards may be stored.
    CardOffCount(String),
    /// For how many hours a card may wait.
    CardOffOldest(String),
    CardOffReaderWorks,
    CardOffReaderStores,
    CashOffNoDrawer,
    /// The highest amount the law allows.
    CashOffLimit(String),
}

/// The four ways to pay one sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TenderOffers {
    /// Card on the reader.
    pub reader: Offer,
    /// QR transfer.
    pub qr: Offer,
    /// Card typed in by hand.
    pub card: Offer,
    /// Cash.
    pub cash: Offer,
}

/// How sure the program is that something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/types.slint")]
pub enum HealthState {
    Working,
    Doubtful,
    Down,
    Recovering,
    OnTrial,
    CannotBeAsked,
}

/// What failed, as the evidence shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/types.slint")]
pub enum OutageCause {
    ReaderUnplugged,
    ReaderFrozen,
    ReaderFault,
    ReaderLocked,
    ReaderService,
    SaidByCashier,
    ReaderNotAccepted,
    LineDown,
    HostDown,
    HostRefusing,
}

/// Why a bank or a card said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/types.slint")]
pub enum DeclineReason {
    RefusedByBank,
    NotEnoughMoney,
    CardUnreadable,
    CardExpired,
    CardBlocked,
    CardNotAccepted,
    WrongPin,
    CancelledByCustomer,
    CancelledHere,
    TimedOut,
    BankUnreachable,
    LimitExceeded,
}

/// How much of the risk budget of stored cards is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// The sum of what is stored.
    pub used: String,
    /// What it may come to.
    pub limit: String,
    /// Used out of limit.
    pub ratio: PerMille,
}

/// A part of a whole in thousandths, from 0 to 1000: the length of a bar on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct PerMille(u16);

impl PerMille {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const WHOLE: Self = Self(1_000);

    /// The part as thousandths of the whole, rounded down and kept between 0 and 1000; of no whole it is 0.
    #[must_use]
    pub fn of(part: i64, whole: i64) -> Self {
        if whole <= 0 {
            return Self::ZERO;
        }
        let thousandths = i128::from(part) * 1_000 / i128::from(whole);
        Self(u16::try_from(thousandths.clamp(0, 1_000)).unwrap_or(1_000))
    }

    /// The thousandths.
    #[must_use]
    pub fn thousandths(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_longer_than_its_frame() {
        for (part, whole, thousandths) in [
            (0, 10, 0),
            (1, 3, 333),
            (10, 10, 1_000),
            (11, 10, 1_000),
            (-1, 10, 0),
            (5, 0, 0),
            (5, -5, 0),
            (i64::MAX, 1, 1_000),
        ] {
            assert_eq!(PerMille::of(part, whole).thousandths(), thousandths, "{part} of {whole}");
        }
    }
}
