//! `[limits]` and `[stop_list]`: how much risk the shop takes with typed cards.

use chrono::TimeDelta;

use super::section::{Item, Section};
use super::{Problem, SettingsError};
use crate::domain::card::{STOP_ENTRIES_MAX, StopList};
use crate::domain::limits::{CARD_WINDOW_DAYS_MAX, CardLimit, Limits, Step, Steps, StoredLimits};
use crate::domain::money::{Currency, Money};

/// The most stored cards at once.
pub const STORED_COUNT_MAX: u32 = 10_000;
/// The longest that the oldest stored card may wait before somebody has to look, in hours: a month.
pub const OLDEST_HOURS_MAX: i64 = 744;

/// The keys of the three values of a limit, the mildest first.
const STEPS: [&str; 3] = ["warn", "manager", "refuse"];

const AMOUNT: &str = "an amount in quotes";

pub(super) fn limits(item: Item<'_>, currency: Currency) -> Result<Limits, SettingsError> {
    let mut table = item.section(&[
        "sale_max",
        "stored_sale",
        "stored_card",
        "stored_cashier",
        "stored_total",
        "stored_count",
        "stored_oldest_hours",
    ])?;
    let sale_max = table.need("sale_max", AMOUNT)?;
    let sale_max_minor = sale_max.amount(currency)?;
    if sale_max_minor == 0 {
        return Err(sale_max.wrong("expected more than nothing, or no sale is possible".to_owned()));
    }
    let amount = |item: &Item<'_>| item.amount(currency);
    let shown = |minor| Money::new(minor, currency).to_string();
    let mut of_amount = |key: &str, needs_end: bool| ladder(&mut table, key, needs_end, amount, shown);
    let (sale, total) = (of_amount("stored_sale", true)?, of_amount("stored_total", true)?);
    let cashier = of_amount("stored_cashier", false)?;
    let count_range = 0..=STORED_COUNT_MAX;
    let count = ladder(&mut table, "stored_count", true, |item| item.number(&count_range), |count| count.to_string())?;
    let hours_range = 1..=OLDEST_HOURS_MAX;
    let hours = |item: &Item<'_>| item.number(&hours_range).map(TimeDelta::hours);
    let oldest = ladder(&mut table, "stored_oldest_hours", false, hours, |wait| wait.num_hours().to_string())?;
    if sale.refuse_above() > total.refuse_above() {
        let limit = total.refuse_above().map(shown).unwrap_or_default();
        let rule = format!("its refuse is at most that of limits.stored_total, which is {limit}");
        return Err(table.wrong(Problem::Rule { key: "limits.stored_sale".to_owned(), rule }));
    }
    let card = table.take("stored_card").map(|item| card(item, currency)).transpose()?.unwrap_or(CardLimit::OFF);
    Ok(Limits { sale_max_minor, stored: StoredLimits { sale, card, cashier, total, count, oldest } })
}

/// What one card may come to: no `refuse`, because another customer's card may look the same to the till.
fn card(item: Item<'_>, currency: Currency) -> Result<CardLimit, SettingsError> {
    let mut table = item.section(&["warn", "manager", "days"])?;
    let days = table.take("days").map_or(Ok(1), |days| days.number(&(1..=CARD_WINDOW_DAYS_MAX)))?;
    let shown = |minor| Money::new(minor, currency).to_string();
    let [warn, manager, _] = in_order(&mut table, &STEPS[..2], |item| item.amount(currency), shown)?;
    if warn.is_none() && manager.is_none() {
        return Err(table.missing("manager", AMOUNT));
    }
    CardLimit::new(warn, manager, days).map_err(|error| unordered(&table, "limits.stored_card", &error))
}

/// One limit. A shop bounds the amount of one, the sum and the number of stored cards: these need an end.
fn ladder<T: Copy + Ord>(
    table: &mut Section<'_>,
    key: &str,
    needs_end: bool,
    read: impl Fn(&Item<'_>) -> Result<T, SettingsError>,
    shown: impl Fn(T) -> String,
) -> Result<Steps<T>, SettingsError> {
    let expected = "a table such as { warn = …, manager = …, refuse = … }";
    let item = if needs_end { Some(table.need(key, expected)?) } else { table.take(key) };
    let Some(item) = item else { return Ok(Steps::OFF) };
    let mut table = item.section(&STEPS)?;
    let [warn, manager, refuse] = in_order(&mut table, &STEPS, read, shown)?;
    if needs_end && refuse.is_none() {
        return Err(table.missing("refuse", "the value above which no card is stored"));
    }
    Steps::new(warn, manager, refuse).map_err(|error| unordered(&table, &format!("limits.{key}"), &error))
}

/// The values of these keys; one that is above a later one is refused by its name.
fn in_order<T: Copy + Ord>(
    table: &mut Section<'_>,
    keys: &[&str],
    read: impl Fn(&Item<'_>) -> Result<T, SettingsError>,
    shown: impl Fn(T) -> String,
) -> Result<[Option<T>; 3], SettingsError> {
    let mut values = [None; 3];
    let mut worst: Option<(&str, T)> = None;
    for (place, key) in keys.iter().enumerate().rev() {
        let Some(item) = table.take(key) else { continue };
        let value = read(&item)?;
        if let Some((later, limit)) = worst.filter(|(_, limit)| value > *limit) {
            return Err(item.wrong(format!("at most the value of {later}, which is {}", shown(limit))));
        }
        worst = Some((key, value));
        if let Some(kept) = values.get_mut(place) {
            *kept = Some(value);
        }
    }
    Ok(values)
}

fn unordered(table: &Section<'_>, key: &str, error: &dyn std::fmt::Display) -> SettingsError {
    table.wrong(Problem::Rule { key: key.to_owned(), rule: error.to_string() })
}

pub(super) fn stop_list(item: Item<'_>) -> Result<StopList, SettingsError> {
    let mut table = item.section(&STEPS)?;
    let mut list = StopList::new();
    for (key, step) in STEPS.into_iter().zip([Step::Warn, Step::NeedsManager, Step::Refuse]) {
        let Some(entries) = table.take(key) else { continue };
        for entry in entries.list(&(0..=STOP_ENTRIES_MAX), "cards")? {
            let text = entry.text("the first digits of a card number in quotes")?;
            // What is wrong may be a whole card number, which no message may repeat.
            list.add(text, step).map_err(|error| entry.breaks(&error.to_string()))?;
        }
    }
    Ok(list)
}
