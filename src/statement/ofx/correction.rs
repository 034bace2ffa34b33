//! Transactions that correct others (`CORRECTFITID`, `CORRECTACTION`): none of them is a payment by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::statement::amount::negated;
use crate::statement::book::Book;
use crate::statement::error::Fault;
use crate::statement::shortened;

/// What a transaction says of another one, as it stands there.
#[derive(Default)]
pub struct Correction {
    /// `CORRECTFITID`: the bank's number of the other one.
    pub id: Option<String>,
    /// `CORRECTACTION`.
    pub action: Option<String>,
}

/// What becomes of the transaction with this number.
pub enum Corrects {
    /// This one stands in its place.
    Replace(String),
    /// It never was.
    Delete(String),
}

impl Correction {
    /// What it corrects, where it corrects something.
    pub fn checked(&self) -> Result<Option<Corrects>, Fault> {
        match (self.id.clone(), self.action.as_deref().map(str::to_ascii_uppercase).as_deref()) {
            (None, None) => Ok(None),
            (Some(id), Some("REPLACE")) => Ok(Some(Corrects::Replace(id))),
            (Some(id), Some("DELETE")) => Ok(Some(Corrects::Delete(id))),
            (_, Some(action)) if action != "REPLACE" && action != "DELETE" => {
                Err(Fault::Code { what: "CORRECTACTION", found: shortened(action), allowed: "REPLACE, DELETE" })
            }
            (None, Some(_)) => Err(Fault::Missing { what: "what a transaction corrects (CORRECTFITID)" }),
            (Some(_), _) => Err(Fault::Missing { what: "how a transaction corrects another (CORRECTACTION)" }),
        }
    }
}

/// The corrections of one statement, each with its place among the transactions.
#[derive(Default)]
pub struct Corrections(Vec<(usize, Corrects)>);

impl Corrections {
    /// Keeps one until the statement is whole: what it corrects may stand in front of it or behind.
    pub fn add(&mut self, place: usize, corrects: Corrects) {
        self.0.push((place, corrects));
    }

    /// Takes what is corrected off the statement.
    ///
    /// What is corrected may be on an earlier file, and have counted already. So a deletion is then what it does to the
    /// account, the opposite of what it deletes, and a replacement stays an amount that a person has to look at: both are
    /// marked as taking something back.
    pub fn apply(self, book: &mut Book) -> Result<(), Fault> {
        if self.0.is_empty() {
            return Ok(());
        }
        let deletions: BTreeSet<usize> =
            self.0.iter().filter(|(_, one)| matches!(one, Corrects::Delete(_))).map(|(place, _)| *place).collect();
        let mut places: BTreeMap<&str, Vec<usize>> = self.0.iter().map(|(_, one)| (one.id(), Vec::new())).collect();
        let lines = book.of_part();
        for (place, line) in lines.iter().enumerate().filter(|(place, _)| !deletions.contains(place)) {
            if let Some(known) = line.bank_reference.as_deref().and_then(|id| places.get_mut(id)) {
                known.push(place);
            }
        }
        let mut off = BTreeSet::new();
        for (place, one) in &self.0 {
            let known = places.get(one.id()).map_or(&[][..], Vec::as_slice);
            let mut others = known.iter().filter(|other| *other != place);
            match (others.next(), others.next(), one) {
                (Some(_), Some(_), _) => {
                    return Err(Fault::Repeated { what: "the transaction that is corrected (CORRECTFITID)" });
                }
                (Some(corrected), None, Corrects::Replace(_)) => {
                    off.insert(*corrected);
                }
                (Some(corrected), None, Corrects::Delete(_)) => {
                    off.extend([*corrected, *place]);
                }
                (None, _, Corrects::Replace(_)) => {
                    if let Some(line) = lines.get_mut(*place) {
                        line.reversal = true;
                    }
                }
                (None, _, Corrects::Delete(_)) => {
                    let Some(line) = lines.get_mut(*place) else { continue };
                    if line.amount.is_zero() {
                        let what = "the amount of a deleted transaction that is not in this file (CORRECTFITID)";
                        return Err(Fault::Missing { what });
                    }
                    (line.amount, line.reversal) = (negated(line.amount), true);
                }
            }
        }
        book.take_off(&off);
        Ok(())
    }
}

impl Corrects {
    fn id(&self) -> &str {
        match self {
            Self::Replace(id) | Self::Delete(id) => id,
        }
    }
}
