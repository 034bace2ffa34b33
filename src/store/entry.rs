//! One entry of the journal and the hash that ties it to the one before.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::keys::{Hash, JournalKey, hex};
use crate::domain::fact::Fact;
use crate::domain::ids::SaveId;

/// What the first entry names as the hash before it.
pub(super) const GENESIS: Hash = [0; 32];

/// The name of the encoding that is hashed; another encoding would have another name.
const ENTRY_ENCODING: &[u8] = b"stopgap entry 1";

/// One fact, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number: rising, never used twice, with gaps where a save was refused.
    pub seq: u64,
    /// When it was stored, in the till's local time.
    pub at: DateTime<FixedOffset>,
    /// The till's number.
    pub till: u8,
    /// Who did it: a person, or the program itself.
    pub actor: String,
    /// The save it was part of.
    pub save: SaveId,
    /// Which part of that save, from 0.
    pub part: u32,
    /// What happened.
    pub fact: Fact,
    /// The hash of the entry before it.
    pub prev: [u8; 32],
    /// HMAC-SHA256 over all of the above.
    pub hash: [u8; 32],
}

/// The entry as text and numbers, exactly as it is hashed and stored: a later program that would spell a fact another
/// way still checks the bytes that were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) seq: u64,
    pub(super) at: String,
    pub(super) till: u8,
    pub(super) actor: String,
    pub(super) save: SaveId,
    pub(super) part: u32,
    pub(super) kind: String,
    pub(super) body: String,
    #[serde(with = "hex_hash")]
    pub(super) prev: Hash,
    #[serde(with = "hex_hash")]
    pub(super) hash: Hash,
}

impl Written {
    /// The hash that belongs to the columns.
    pub(super) fn hash_by(&self, key: &JournalKey) -> Hash {
        key.tag(&[
            ENTRY_ENCODING,
            &self.seq.to_be_bytes(),
            self.at.as_bytes(),
            &[self.till],
            self.actor.as_bytes(),
            self.save.0.as_bytes(),
            &self.part.to_be_bytes(),
            self.kind.as_bytes(),
            self.body.as_bytes(),
            &self.prev,
        ])
    }

    /// The entry in the program's own types.
    pub(super) fn parse(self) -> Result<Entry, String> {
        let (at, fact) = self.time_and_fact()?;
        let Self { seq, till, actor, save, part, prev, hash, .. } = self;
        Ok(Entry { seq, at, till, actor, save, part, fact, prev, hash })
    }

    /// What happened, and when: all that the fold needs.
    pub(super) fn time_and_fact(&self) -> Result<(DateTime<FixedOffset>, Fact), String> {
        let at = DateTime::parse_from_rfc3339(&self.at)
            .map_err(|error| format!("entry {}: time “{}”: {error}", self.seq, self.at))?;
        let fact: Fact = serde_json::from_str(&self.body)
            .map_err(|error| format!("entry {}: fact “{}”: {error}", self.seq, self.kind))?;
        Ok((at, fact))
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { seq: self.seq, hash: self.hash }
    }
}

/// A place in the chain: enough to compare two copies of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) seq: u64,
    pub(super) hash: Hash,
}

/// Before the first entry.
impl Default for Mark {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS }
    }
}

/// Walks along a chain and says where it breaks.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) last: Mark,
}

impl Chain {
    /// Takes the next entry.
    ///
    /// # Errors
    ///
    /// Says which entry is out of order, not tied to the one before, or not what was written.
    pub(super) fn follow(&mut self, entry: &Written, key: &JournalKey) -> Result<(), String> {
        if entry.seq <= self.last.seq {
            return Err(format!("entry {} comes after entry {}", entry.seq, self.last.seq));
        }
        if entry.hash_by(key) != entry.hash {
            return Err(format!("entry {} is not what was written: its hash does not fit", entry.seq));
        }
        if entry.prev != self.last.hash {
            return Err(format!(
                "entry {} does not follow entry {}: something between is missing",
                entry.seq, self.last.seq
            ));
        }
        self.last = entry.mark();
        Ok(())
    }
}

mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{Hash, hex};
    use crate::store::keys::unhex;

    pub(super) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        unhex(text.as_bytes()).ok_or_else(|| D::Error::custom("a hash is not 64 hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(seq: u64, prev: Hash, key: &JournalKey) -> Written {
        let mut entry = Written {
            seq,
            at: "2026-11-24T09:00:00+01:00".to_owned(),
            till: 23,
            actor: "cashier-3".to_owned(),
            save: SaveId(uuid::Uuid::from_u128(7)),
            part: 0,
            kind: "drawer_kicked".to_owned(),
            body: r#"{"fact":"drawer_kicked"}"#.to_owned(),
            prev,
            hash: GENESIS,
        };
        entry.hash = entry.hash_by(key);
        entry
    }

    #[test]
    fn every_column_is_in_the_hash() {
        let key = JournalKey::for_test(1);
        let good = written(1, GENESIS, &key);
        let changes: [fn(&mut Written); 9] = [
            |entry| entry.seq = 2,
            |entry| entry.at.push('0'),
            |entry| entry.till = 24,
            |entry| entry.actor = "cashier-4".to_owned(),
            |entry| entry.save = SaveId(uuid::Uuid::from_u128(8)),
            |entry| entry.part = 1,
            |entry| entry.kind.push('x'),
            |entry| entry.body.push(' '),
            |entry| entry.prev[0] = 1,
        ];
        for (column, change) in changes.into_iter().enumerate() {
            let mut changed = good.clone();
            change(&mut changed);
            assert_ne!(changed.hash_by(&key), good.hash, "column {column}");
        }
    }

    #[test]
    fn a_chain_breaks_where_something_is_missing_swapped_or_forged() {
        let key = JournalKey::for_test(1);
        let first = written(1, GENESIS, &key);
        let second = written(4, first.hash, &key);
        let mut chain = Chain::default();
        chain.follow(&first, &key).unwrap();
        chain.follow(&second, &key).unwrap();
        assert!(chain.follow(&second, &key).unwrap_err().contains("comes after"));
        assert!(Chain::default().follow(&second, &key).unwrap_err().contains("missing"));
        let forged = written(1, GENESIS, &JournalKey::for_test(2));
        assert!(Chain::default().follow(&forged, &key).unwrap_err().contains("not what was written"));
    }

    #[test]
    fn an_entry_reads_back_as_a_fact() {
        let entry = written(1, GENESIS, &JournalKey::for_test(1)).parse().unwrap();
        assert_eq!((entry.fact, entry.at.to_rfc3339().as_str()), (Fact::DrawerKicked {}, "2026-11-24T09:00:00+01:00"));
    }
}
