//! The other tills of the shop whose handovers and outcomes this one believes.

use std::collections::BTreeSet;

use super::section::Item;
use super::{SettingsError, TILL_NUMBERS};
use crate::domain::handover::{KNOWN_TILLS_MAX, KnownTill};

pub(super) fn known_tills(item: Item<'_>) -> Result<Vec<KnownTill>, SettingsError> {
    let mut numbers = BTreeSet::new();
    let mut tills = Vec::new();
    for member in item.list(&(0..=KNOWN_TILLS_MAX), "tills")? {
        let mut table = member.section(&["till", "key"])?;
        let number = table.need("till", "the other till's number")?;
        let till = number.number(&TILL_NUMBERS)?;
        if !numbers.insert(till) {
            return Err(
                number.wrong("each till has one key: the one that stopgap handover key prints there".to_owned())
            );
        }
        let rule = "64 hex digits, as stopgap handover key prints them at that till";
        tills.push(KnownTill { till, key: table.need("key", rule)?.parse(rule)? });
    }
    Ok(tills)
}
