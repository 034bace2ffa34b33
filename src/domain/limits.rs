//! How much risk of stored cards the shop takes: one exposure budget across all stored payments.
//!
//! Each limit has up to three values: one that only warns, one that needs the manager, and one that refuses. The worst
//! that any limit says holds. What is judged is the whole as it would be with one more card in it.

mod window;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::domain::money::Money;

pub use self::window::{CARD_WINDOW_DAYS_MAX, CardSpend, CardTag, CardWindow, KnownCard};

/// How far a limit goes, from the mildest to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The cashier is told, and goes on.
    Warn,
    /// A manager has to approve, with a reason.
    NeedsManager,
    /// Not at all.
    Refuse,
}

/// The values of one limit. What is exactly at a value is still within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps<T> {
    warn: Option<T>,
    manager: Option<T>,
    refuse: Option<T>,
}

/// Values that are not in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value that warns must be at most the one that needs the manager, and that at most the one that refuses")]
pub struct StepsOutOfOrder;

impl<T: Copy + Ord> Steps<T> {
    /// No limit.
    pub const OFF: Self = Self { warn: None, manager: None, refuse: None };

    /// A limit with those of the values that are given, in ascending order.
    ///
    /// # Errors
    ///
    /// When they are not in order.
    pub fn new(warn: Option<T>, manager: Option<T>, refuse: Option<T>) -> Result<Self, StepsOutOfOrder> {
        let given = [warn, manager, refuse];
        if !given.iter().flatten().is_sorted() {
            return Err(StepsOutOfOrder);
        }
        Ok(Self { warn, manager, refuse })
    }

    /// The value above which it refuses.
    #[must_use]
    pub const fn refuse_above(&self) -> Option<T> {
        self.refuse
    }

    /// The value above which the cashier is told.
    #[must_use]
    pub const fn warn_above(&self) -> Option<T> {
        self.warn
    }

    /// The value above which the manager is needed.
    #[must_use]
    pub const fn manager_above(&self) -> Option<T> {
        self.manager
    }

    /// The worst step that a value is beyond, with the limit's value there.
    fn beyond(&self, value: T) -> Option<(Step, T)> {
        let steps = [(Step::Refuse, self.refuse), (Step::NeedsManager, self.manager), (Step::Warn, self.warn)];
        steps.into_iter().find_map(|(step, above)| above.filter(|above| value > *above).map(|above| (step, above)))
    }
}

/// What one card may come to within some days. It asks the manager at most: cards are told apart by a tag of 16 bits
/// ([`CardTag`]), and a customer whose card happens to have another's tag must not be turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardLimit {
    steps: Steps<i64>,
    days: u8,
}

impl CardLimit {
    /// No limit.
    pub const OFF: Self = Self { steps: Steps::OFF, days: 1 };

    /// A limit in minor units over today and the days before it.
    ///
    /// # Errors
    ///
    /// When the values are not in order.
    pub fn new(warn_above: Option<i64>, manager_above: Option<i64>, days: u8) -> Result<Self, StepsOutOfOrder> {
        Ok(Self { steps: Steps::new(warn_above, manager_above, None)?, days: days.clamp(1, CARD_WINDOW_DAYS_MAX) })
    }

    /// How many days are added up, today among them.
    #[must_use]
    pub const fn days(&self) -> u8 {
        self.days
    }

    /// The first day that is added up; nothing where there is no limit and so nothing to be remembered for it.
    #[must_use]
    pub fn first_day(&self, today: NaiveDate) -> Option<NaiveDate> {
        (self.steps != Steps::OFF).then(|| window::first_day(today, self.days))
    }
}

/// The limits of the settings; amounts are in minor units of the till's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest amount of any sale.
    pub sale_max_minor: i64,
    /// Those of stored cards.
    pub stored: StoredLimits,
}

/// The limits of stored cards: one budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredLimits {
    /// The amount of one.
    pub sale: Steps<i64>,
    /// What one card comes to within some days.
    pub card: CardLimit,
    /// What those of one cashier come to.
    pub cashier: Steps<i64>,
    /// What all come to.
    pub total: Steps<i64>,
    /// How many they are.
    pub count: Steps<u32>,
    /// How long the oldest has waited.
    pub oldest: Steps<TimeDelta>,
}

impl StoredLimits {
    /// No limit at all.
    pub const OFF: Self = Self {
        sale: Steps::OFF,
        card: CardLimit::OFF,
        cashier: Steps::OFF,
        total: Steps::OFF,
        count: Steps::OFF,
        oldest: Steps::OFF,
    };

    /// The four values that every shop sets; the other limits are off.
    ///
    /// # Errors
    ///
    /// When the manager would be asked above what is refused.
    pub fn of(
        sale_manager_above: i64,
        sale_refuse_above: i64,
        total_refuse_above: i64,
        count_max: u32,
    ) -> Result<Self, StepsOutOfOrder> {
        Ok(Self {
            sale: Steps::new(None, Some(sale_manager_above), Some(sale_refuse_above))?,
            total: Steps::new(None, None, Some(total_refuse_above))?,
            count: Steps::new(None, None, Some(count_max))?,
            ..Self::OFF
        })
    }
}

/// What is stored now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The sum of all payments not yet answered.
    pub total: Money,
    /// How many they are.
    pub count: u32,
    /// When the oldest of them began.
    pub oldest: Option<DateTime<FixedOffset>>,
}

/// One more card that would be stored, with all that the limits look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its amount.
    pub amount: Money,
    /// What is stored already.
    pub exposure: Exposure,
    /// What is stored already of this cashier, in minor units.
    pub cashier_minor: i64,
    /// What this card, or another with its tag, came to within the days of the limit, in minor units; nothing while
    /// the number is not complete.
    pub card_minor: i64,
    /// What the stop list says of the card; nothing while the number is not complete.
    pub stopped: Option<Step>,
    /// Now.
    pub at: DateTime<FixedOffset>,
}

/// What the limits say to one more stored card: the worst of them, and of several alike the first in the order of
/// [`StoredLimits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Free,
    /// Tell the cashier and go on.
    Warns(LimitReached),
    /// The manager has to approve, with a reason.
    NeedsManager(LimitReached),
    /// Not at all.
    Refused(LimitReached),
}

/// Which limit it is, and the value that would be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitReached {
    /// The amount of this sale.
    Sale {
        /// The most without this step.
        above: Money,
    },
    /// What this card comes to.
    Card {
        /// The most without this step.
        above: Money,
        /// Within how many days.
        days: u8,
    },
    /// What the stored cards of this cashier come to.
    Cashier {
        /// The most without this step.
        above: Money,
    },
    /// The sum of all stored cards.
    Total {
        /// The most without this step.
        above: Money,
    },
    /// The number of stored cards.
    Count {
        /// The most without this step.
        above: u32,
    },
    /// The age of the oldest stored card.
    Oldest {
        /// The most without this step.
        above: TimeDelta,
    },
    /// The card is on the stop list.
    StopList,
}

/// Which limit a manager let a card pass, as the journal has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are those of LimitReached")]
pub enum LimitKind {
    Sale,
    Card,
    Cashier,
    Total,
    Count,
    Oldest,
    StopList,
}

impl LimitReached {
    /// Which limit it is.
    #[must_use]
    pub const fn kind(self) -> LimitKind {
        match self {
            Self::Sale { .. } => LimitKind::Sale,
            Self::Card { .. } => LimitKind::Card,
            Self::Cashier { .. } => LimitKind::Cashier,
            Self::Total { .. } => LimitKind::Total,
            Self::Count { .. } => LimitKind::Count,
            Self::Oldest { .. } => LimitKind::Oldest,
            Self::StopList => LimitKind::StopList,
        }
    }
}

impl Verdict {
    /// The verdict of one step, or of none.
    #[must_use]
    pub const fn of(worst: Option<(Step, LimitReached)>) -> Self {
        match worst {
            None => Self::Free,
            Some((Step::Warn, limit)) => Self::Warns(limit),
            Some((Step::NeedsManager, limit)) => Self::NeedsManager(limit),
            Some((Step::Refuse, limit)) => Self::Refused(limit),
        }
    }
}

impl Limits {
    /// Judges a card that would be stored beside what is stored already.
    #[must_use]
    pub fn judge_stored(&self, card: &Proposed) -> Verdict {
        let reached = self.reached(card);
        // Of several alike `max_by_key` takes the last, so the first comes to stand there.
        Verdict::of(reached.into_iter().rev().max_by_key(|(step, _)| *step))
    }

    /// Judges a card that the bank answers now: the bank bears the risk, so only the shop's stop list counts.
    #[must_use]
    pub fn judge_answered_now(card: &Proposed) -> Verdict {
        Verdict::of(card.stopped.map(|step| (step, LimitReached::StopList)))
    }

    /// The limit above which an approval that the bank said on the telephone needs the manager: it stands on the word of
    /// whoever called.
    #[must_use]
    pub fn judge_said(&self, amount: Money) -> Option<LimitReached> {
        let above = self.stored.sale.manager.filter(|above| amount.minor > *above)?;
        Some(LimitReached::Sale { above: Money::new(above, amount.currency) })
    }

    /// Every limit that a card would pass, each with the worst step it comes to.
    #[must_use]
    pub fn reached(&self, card: &Proposed) -> Vec<(Step, LimitReached)> {
        let stored = &self.stored;
        let added = |minor: i64| minor.saturating_add(card.amount.minor);
        let money = |minor| Money::new(minor, card.amount.currency);
        let amount = |steps: &Steps<i64>, minor, limit: fn(Money) -> LimitReached| {
            steps.beyond(minor).map(|(step, above)| (step, limit(money(above))))
        };
        let of_card = stored.card.steps.beyond(added(card.card_minor));
        let of_card =
            of_card.map(|(step, above)| (step, LimitReached::Card { above: money(above), days: stored.card.days }));
        let count = stored.count.beyond(card.exposure.count.saturating_add(1));
        let waited = card.exposure.oldest.map(|oldest| card.at.signed_duration_since(oldest));
        let oldest = waited.and_then(|waited| stored.oldest.beyond(waited));
        [
            amount(&stored.sale, card.amount.minor, |above| LimitReached::Sale { above }),
            of_card,
            amount(&stored.cashier, added(card.cashier_minor), |above| LimitReached::Cashier { above }),
            amount(&stored.total, added(card.exposure.total.minor), |above| LimitReached::Total { above }),
            count.map(|(step, above)| (step, LimitReached::Count { above })),
            oldest.map(|(step, above)| (step, LimitReached::Oldest { above })),
            card.stopped.map(|step| (step, LimitReached::StopList)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests;
