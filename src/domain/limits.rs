//! How much risk of stored cards the shop takes: one exposure budget across all stored payments.

use crate::domain::money::Money;

/// The limits of the settings, in minor units of the till's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest amount of any sale.
    pub sale_max_minor: i64,
    /// A stored card above this needs the manager.
    pub stored_manager_above_minor: i64,
    /// A stored card above this is refused.
    pub stored_max_minor: i64,
    /// What all stored cards together may come to.
    pub stored_total_max_minor: i64,
    /// How many stored cards there may be at once.
    pub stored_count_max: u32,
}

/// What is stored now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The sum of all payments not yet answered.
    pub total: Money,
    /// How many they are.
    pub count: u32,
}

/// What the limits say to one more stored card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Free,
    /// The manager has to approve, with a reason.
    NeedsManager {
        /// Above this the manager is needed.
        above: Money,
    },
    /// Not at all.
    Refused(LimitReached),
}

/// Which limit refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitReached {
    /// The amount of this sale.
    Sale {
        /// The most a stored card may be.
        max: Money,
    },
    /// The sum of all stored cards.
    Total {
        /// The most they may come to.
        max: Money,
    },
    /// The number of stored cards.
    Count {
        /// The most there may be.
        max: u32,
    },
}

impl Limits {
    /// Judges a card of `amount` that would be stored beside what is stored already.
    #[must_use]
    pub fn judge_stored(&self, amount: Money, exposure: Exposure) -> Verdict {
        let limit = |minor| Money::new(minor, amount.currency);
        let total = exposure.total.minor.saturating_add(amount.minor);
        if amount.minor > self.stored_max_minor {
            return Verdict::Refused(LimitReached::Sale { max: limit(self.stored_max_minor) });
        }
        if total > self.stored_total_max_minor {
            return Verdict::Refused(LimitReached::Total { max: limit(self.stored_total_max_minor) });
        }
        if exposure.count >= self.stored_count_max {
            return Verdict::Refused(LimitReached::Count { max: self.stored_count_max });
        }
        if amount.minor > self.stored_manager_above_minor {
            return Verdict::NeedsManager { above: limit(self.stored_manager_above_minor) };
        }
        Verdict::Free
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn each_limit_decides_at_its_own_edge() {
        let limits = Limits {
            sale_max_minor: 1_000_000,
            stored_manager_above_minor: 15_000,
            stored_max_minor: 50_000,
            stored_total_max_minor: 100_000,
            stored_count_max: 3,
        };
        let euro = |minor| Money::new(minor, Currency::EUR);
        let judge = |amount, total, count| limits.judge_stored(euro(amount), Exposure { total: euro(total), count });
        assert_eq!(judge(15_000, 0, 0), Verdict::Free);
        assert_eq!(judge(15_001, 0, 0), Verdict::NeedsManager { above: euro(15_000) });
        assert_eq!(judge(50_001, 0, 0), Verdict::Refused(LimitReached::Sale { max: euro(50_000) }));
        assert_eq!(judge(10_000, 90_000, 1), Verdict::Free);
        assert_eq!(judge(10_001, 90_000, 1), Verdict::Refused(LimitReached::Total { max: euro(100_000) }));
        assert_eq!(judge(1, 0, 3), Verdict::Refused(LimitReached::Count { max: 3 }));
    }
}
