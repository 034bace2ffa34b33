//! The summary of a camt statement (`TxsSummry`): how many entries there are and what they come to.

use super::place::Place;
use super::value::credit_indicator;
use crate::domain::money::{Currency, Money};
use crate::statement::amount::{Number, negated};
use crate::statement::book::{Book, Tally};
use crate::statement::error::Fault;
use crate::statement::shortened;

/// What the summary states, as text, until the currency is known.
#[derive(Default)]
pub struct Summary {
    entries: Stated,
    credits: Stated,
    debits: Stated,
    net: Option<String>,
    net_is_credit: Option<bool>,
}

#[derive(Default)]
struct Stated {
    count: Option<u64>,
    sum: Option<String>,
}

impl Summary {
    /// Takes the text of an element that ended.
    pub fn close(&mut self, place: Place, text: &str) -> Result<(), Fault> {
        let (stated, is_count) = if place == Place::EntriesCount || place == Place::EntriesSum {
            (&mut self.entries, place == Place::EntriesCount)
        } else if place == Place::CreditsCount || place == Place::CreditsSum {
            (&mut self.credits, place == Place::CreditsCount)
        } else if place == Place::DebitsCount || place == Place::DebitsSum {
            (&mut self.debits, place == Place::DebitsCount)
        } else if place == Place::EntriesNet {
            self.net = Some(kept(text));
            return Ok(());
        } else if place == Place::EntriesNetIndicator {
            self.net_is_credit = Some(credit_indicator(text)?);
            return Ok(());
        } else {
            return Ok(());
        };
        if is_count {
            // `Max15NumericText`.
            let count = Some(text).filter(|text| text.len() <= 15).and_then(|text| text.parse().ok());
            let what = "the number of entries (NbOfNtries)";
            let whole = || Fault::Whole { what, found: shortened(text), limit: 999_999_999_999_999 };
            stated.count = Some(count.ok_or_else(whole)?);
        } else {
            stated.sum = Some(kept(text));
        }
        Ok(())
    }

    /// Holds it against the entries. Institutions count pending entries or leave them out, and some (Wise) write the
    /// net, or debits below zero, where the standard wants a sum: these are no contradictions.
    pub fn check(&self, tally: &Tally, entries: u64, currency: Option<Currency>, book: &mut Book) -> Result<(), Fault> {
        let is_all_booked = tally.count() == entries;
        if let Some(stated) = self.entries.count.filter(|stated| *stated != entries) {
            book.agree_count("the number of entries (TxsSummry)", stated, tally.count())?;
        }
        // Sums and counts of one side cannot be told apart from pending entries, which have been passed over.
        let Some(currency) = currency.filter(|_| is_all_booked) else { return Ok(()) };
        if let Some(stated) = self.credits.count {
            book.agree_count("the number of credits (TxsSummry)", stated, tally.credits)?;
        }
        if let Some(stated) = self.debits.count {
            book.agree_count("the number of debits (TxsSummry)", stated, tally.debits)?;
        }
        let gross = tally.gross_minor()?;
        let net = tally.net_minor();
        let sums: [(&'static str, &Stated, &[i64]); 3] = [
            ("the sum of entries (TxsSummry)", &self.entries, &[gross, net.saturating_abs()]),
            ("the sum of credits (TxsSummry)", &self.credits, &[tally.credits_minor]),
            ("the sum of debits (TxsSummry)", &self.debits, &[tally.debits_minor]),
        ];
        for (what, stated, allowed) in sums {
            let Some(text) = &stated.sum else { continue };
            let stated = Number::PLAIN.balance().signed(text, currency)?;
            let found = Money::new(allowed.first().copied().unwrap_or_default(), currency);
            let agrees = allowed.contains(&stated.minor.saturating_abs());
            book.agree(agrees, || Fault::Total { what, stated: stated.to_string(), found: found.to_string() })?;
        }
        let Some(text) = &self.net else { return Ok(()) };
        let stated = Number::PLAIN.balance().signed(text, currency)?;
        let stated = if self.net_is_credit == Some(false) && stated.minor > 0 { negated(stated) } else { stated };
        // Where nothing says which side it is on, only how much it is can be held against the entries.
        let agrees = stated.minor == net
            || (self.net_is_credit.is_none() && stated.minor.saturating_abs() == net.saturating_abs());
        let found = Money::new(net, currency);
        book.agree(agrees, || Fault::Total {
            what: "the net of entries (TxsSummry)",
            stated: stated.to_string(),
            found: found.to_string(),
        })
    }
}

/// A number that waits for its currency.
fn kept(text: &str) -> String {
    text.chars().take(40).collect()
}
