//! `[host.retry]`: how often and after which waits the host is asked again.

use std::ops::RangeInclusive;

use chrono::TimeDelta;

use super::SettingsError;
use super::section::Item;
use crate::domain::queue::RetryRules;

/// The first wait, in seconds. Below one second a host that comes back would be flooded.
const FIRST_SECONDS: RangeInclusive<i64> = 1..=300;
/// The longest wait, in seconds.
const MOST_SECONDS: RangeInclusive<i64> = 1..=3_600;
/// How many attempts a card may take by itself.
const ATTEMPTS: RangeInclusive<u32> = 1..=50;

pub(super) fn rules(item: Item<'_>) -> Result<RetryRules, SettingsError> {
    let mut table = item.section(&["first_seconds", "most_seconds", "attempts"])?;
    let mut rules = RetryRules::USUAL;
    if let Some(first) = table.take("first_seconds") {
        rules.first = TimeDelta::seconds(first.number(&FIRST_SECONDS)?);
    }
    let most = table.take("most_seconds");
    if let Some(most) = &most {
        rules.most = TimeDelta::seconds(most.number(&MOST_SECONDS)?);
    }
    if rules.most < rules.first {
        let rule = format!("expected at least first_seconds, which is {}", rules.first.num_seconds());
        return Err(most.map_or_else(|| table.missing("most_seconds", &rule), |most| most.wrong(rule.clone())));
    }
    if let Some(attempts) = table.take("attempts") {
        rules.attempts = attempts.number(&ATTEMPTS)?;
    }
    Ok(rules)
}
