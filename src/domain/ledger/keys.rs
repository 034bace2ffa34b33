//! Facts about the acquirer's keys; the rules are those of [`crate::domain::keys`].

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::ledger::{Ledger, Row};

impl Ledger {
    pub(super) fn apply_key(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let taken = match fact {
            Fact::KeyImported { key, jwk, by } => {
                self.keys.import(key.clone(), jwk.clone(), by.clone(), at.timestamp())
            }
            Fact::KeyConfirmed { fingerprint, confirmed } => self.keys.confirm(fingerprint, confirmed.clone()),
            Fact::KeyRetired { fingerprint, by } => self.keys.retire(fingerprint, by.clone(), at.timestamp()),
            other => return Err(format!("{} is no fact of a key", other.kind())),
        };
        taken.map(|()| vec![Row::Keys]).map_err(|error| error.to_string())
    }
}
