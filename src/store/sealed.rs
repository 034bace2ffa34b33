//! Sealed cards: kept twice (table `sealed`, file `mirror/sealed/PAYMENT`) while they may still be sent, then wiped.
//!
//! They are not in the journal, because a journal cannot forget; it holds only their SHA-256. How a customer can be called
//! lies beside them in the same way (table `contact`), under an id of its own, and goes when nobody has to call any more.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::files::{self, Layout};
use super::keys::sha256_hex;
use crate::domain::fact::Fact;
use crate::domain::ids::{ContactId, PaymentId};
use crate::domain::ledger::Ledger;
use crate::domain::queue::{CardState, ParkReason};
use crate::domain::sale::{Payment, Tender};

/// Whether the sealed card of a payment has to go: nothing will ever be sent with it again.
///
/// That is so when the payment is final, and also when the bank refused for good (a hard decline may not be tried
/// again), even while a person still has to decide about the loss.
pub(super) fn wipe_sealed(payment: &Payment) -> bool {
    match &payment.tender {
        Tender::Card { card: CardState::Declined { hard: true, .. }, .. }
        | Tender::Card {
            card:
                CardState::Parked {
                    reason: ParkReason::OtherWayWithdrawn | ParkReason::LossUndone | ParkReason::UndoneElsewhere,
                    ..
                },
            ..
        } => true,
        Tender::Card { .. } => !payment.is_open(),
        Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => true,
    }
}

/// The name of a contact's row and file. It is a UUID as a payment's is, so that no payment has the same.
pub(super) const fn row_of(contact: ContactId) -> PaymentId {
    PaymentId(contact.0)
}

/// In which table something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A sealed card, by its payment.
    Card,
    /// How a customer can be called, by an id of its own.
    Contact,
}

/// What has to be there: its SHA-256, and where.
pub(super) type Wanted<'a> = BTreeMap<PaymentId, (&'a str, Kept)>;

/// Every sealed card and every contact that has to be there.
pub(super) fn wanted(ledger: &Ledger) -> Wanted<'_> {
    let sealed = ledger.payments.values().filter(|payment| !wipe_sealed(payment));
    let sealed = sealed.filter_map(|payment| match &payment.tender {
        Tender::Card { sealed_sha256, .. } => Some((payment.id, (sealed_sha256.as_str(), Kept::Card))),
        Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
    });
    let contacts = ledger.payments.values().filter_map(|payment| ledger.contact_of(payment));
    sealed.chain(contacts.map(|contact| (row_of(contact.id), (contact.sha256.as_str(), Kept::Contact)))).collect()
}

/// The rows of a payment that are not needed any more: its sealed card, its contact, or both.
pub(super) fn needless(ledger: &Ledger, payment: &Payment) -> Vec<PaymentId> {
    let Tender::Card { contact, .. } = &payment.tender else { return Vec::new() };
    let card = wipe_sealed(payment).then_some(payment.id);
    let contact = contact.as_ref().filter(|_| ledger.contact_of(payment).is_none());
    card.into_iter().chain(contact.map(|contact| row_of(contact.id))).collect()
}

/// Why the file of a sealed card was not made.
#[derive(Debug)]
pub(super) enum WriteError {
    /// It is not there.
    Refused(io::Error),
    /// A flush failed.
    Uncertain(io::Error),
}

/// Writes the file of a sealed card, flushed; its folder is flushed by [`flush_folder`] after the last one.
pub(super) fn write_file(layout: &Layout, payment: PaymentId, jwe: &str) -> Result<(), WriteError> {
    use std::io::Write;
    let path = layout.sealed(payment);
    // A file of this name can only be left over from a save that was refused.
    let mut file = files::private().create(true).truncate(true).open(&path).map_err(WriteError::Refused)?;
    file.write_all(jwe.as_bytes()).map_err(WriteError::Refused)?;
    file.sync_all().map_err(WriteError::Uncertain)
}

pub(super) fn flush_folder(layout: &Layout) -> Result<(), WriteError> {
    files::sync_folder(&layout.sealed_folder()).map_err(WriteError::Uncertain)
}

/// What one save brings along, and where each goes.
pub(super) fn table_of(facts: &[Fact], id: PaymentId) -> Kept {
    let is_contact = |fact: &Fact| matches!(fact, Fact::ContactKept { contact, .. } if row_of(contact.id) == id);
    if facts.iter().any(is_contact) { Kept::Contact } else { Kept::Card }
}

pub(super) fn insert(connection: &Connection, id: PaymentId, text: &str, table: Kept) -> rusqlite::Result<()> {
    let sql = match table {
        Kept::Card => "INSERT INTO sealed (payment, jwe) VALUES (?1, ?2)",
        Kept::Contact => "INSERT INTO contact (id, contact) VALUES (?1, ?2)",
    };
    connection.prepare_cached(sql)?.execute((id.0, text)).map(drop)
}

/// Takes it out of the table that it is in.
pub(super) fn delete(connection: &Connection, id: PaymentId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM sealed WHERE payment = ?1")?.execute([id.0])?;
    connection.prepare_cached("DELETE FROM contact WHERE id = ?1")?.execute([id.0]).map(drop)
}

pub(super) fn read(connection: &Connection, id: PaymentId) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT jwe FROM sealed WHERE payment = ?1 UNION ALL SELECT contact FROM contact WHERE id = ?1";
    connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()
}

/// Every sealed card and contact in the tables. One that is no text any more comes as other text, which no SHA-256 fits.
pub(super) fn read_all(connection: &Connection) -> rusqlite::Result<BTreeMap<PaymentId, String>> {
    let mut statement =
        connection.prepare("SELECT payment, jwe FROM sealed UNION ALL SELECT id, contact FROM contact")?;
    let read = |row: &rusqlite::Row<'_>| {
        let jwe = row.get_ref(1)?.as_bytes().unwrap_or_default();
        Ok((PaymentId(row.get::<_, Uuid>(0)?), String::from_utf8_lossy(jwe).into_owned()))
    };
    statement.query_map([], read)?.collect()
}

/// Every file beside the mirror: its payment, or `None` for a name that is no payment's.
pub(super) fn list_files(layout: &Layout) -> io::Result<Vec<(std::path::PathBuf, Option<PaymentId>)>> {
    let mut found = Vec::new();
    for file in fs::read_dir(layout.sealed_folder())? {
        let file = file?;
        let payment = file.file_name().to_str().and_then(|name| name.parse().ok());
        found.push((file.path(), payment));
    }
    Ok(found)
}

/// The sealed card in a payment's file, if it is the one the journal names.
pub(super) fn read_file(layout: &Layout, payment: PaymentId, sha256: &str) -> Option<String> {
    let jwe = fs::read_to_string(layout.sealed(payment)).ok()?;
    (sha256_hex(&jwe) == sha256).then_some(jwe)
}

/// What [`settle`] found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Settled {
    pub(super) restored: Vec<PaymentId>,
    pub(super) lost: Vec<PaymentId>,
}

/// Makes table and files agree with the ledger at a start: each restored from the other, and nothing kept too long.
pub(super) fn settle(connection: &mut Connection, layout: &Layout, ledger: &Ledger) -> Result<Settled, SettleError> {
    let wanted = wanted(ledger);
    let mut settled = Settled::default();
    let mut rows = read_all(connection)?;
    let transaction = connection.transaction()?;
    for (payment, (sha256, table)) in &wanted {
        let row = rows.remove(payment).filter(|jwe| sha256_hex(jwe) == *sha256);
        let file = read_file(layout, *payment, sha256);
        match (row, file) {
            (Some(_), Some(_)) => continue,
            (None, None) => {
                settled.lost.push(*payment);
                continue;
            }
            (Some(jwe), None) => write_file(layout, *payment, &jwe).map_err(|error| match error {
                WriteError::Refused(error) | WriteError::Uncertain(error) => SettleError::File(error),
            })?,
            (None, Some(jwe)) => {
                delete(&transaction, *payment)?;
                insert(&transaction, *payment, &jwe, *table)?;
            }
        }
        settled.restored.push(*payment);
    }
    for payment in rows.keys() {
        delete(&transaction, *payment)?;
    }
    transaction.commit()?;
    for (path, payment) in list_files(layout)? {
        if payment.is_none_or(|payment| !wanted.contains_key(&payment)) {
            files::remove(&path)?;
        }
    }
    files::sync_folder(&layout.sealed_folder())?;
    Ok(settled)
}

/// Why sealed cards could not be put in order.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettleError {
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    File(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset};

    use super::*;
    use crate::domain::card::Brand;
    use crate::domain::fact::LossReason;
    use crate::domain::host::HostTrace;
    use crate::domain::ids::{DayId, DrawerId, PersonId, SaleId};
    use crate::domain::money::{Currency, Money};
    use crate::domain::queue::Promise;

    fn at() -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset()
    }

    fn payment(tender: Tender) -> Payment {
        Payment {
            id: PaymentId(Uuid::from_u128(1)),
            sale: SaleId(Uuid::from_u128(2)),
            till: 23,
            day: DayId(Uuid::from_u128(3)),
            amount: Money::new(100, Currency::EUR),
            began: at(),
            tender,
        }
    }

    #[test]
    fn a_sealed_card_goes_when_nothing_will_be_sent_with_it() {
        let trace = HostTrace { stan: 1, rrn: "1".to_owned(), sold_at: at(), sent_at: at() };
        let by = PersonId("manager-1".to_owned());
        let declined = |hard| CardState::Declined { code: "51".to_owned(), hard, at: at() };
        let parked =
            CardState::Parked { reason: ParkReason::TooLate, attempts: 0, trace: Some(trace.clone()), then: None };
        let withdrawn =
            CardState::Parked { reason: ParkReason::OtherWayWithdrawn, attempts: 0, trace: None, then: None };
        let later = Promise::SentLater { send_by: at() };
        for (promise, card, wiped) in [
            (later, CardState::Stored { attempts: 0, next_try: at(), shared: None }, false),
            (later, CardState::Sending { trace: trace.clone(), attempts: 0, is_shared: false }, false),
            (later, CardState::Unknown { trace: trace.clone(), attempts: 1, since: at(), then: None }, false),
            (later, parked.clone(), false),
            (Promise::AnsweredNow, parked, false),
            (later, declined(false), false),
            (later, declined(true), true),
            (Promise::AnsweredNow, declined(false), true),
            (
                later,
                CardState::Approved { approval_code: "1".to_owned(), trace: trace.clone(), at: at(), by_voice: false },
                true,
            ),
            (
                later,
                CardState::Advising { approval_code: "A1".parse().unwrap(), trace, times: 1, next_try: at() },
                false,
            ),
            (later, CardState::Undone { at: at(), shared: None }, true),
            (later, CardState::WrittenOff { by, reason: LossReason::Goodwill, trace: None, then: None }, true),
            (
                later,
                CardState::Replaced {
                    payment: PaymentId(Uuid::from_u128(5)),
                    at: at(),
                    after_loss: false,
                    trace: None,
                    then: None,
                },
                true,
            ),
            (later, withdrawn, true),
        ] {
            let (last4, sealed_sha256) = ("1111".to_owned(), String::new());
            let (brand, card, refusals, contact) = (Brand::Visa, card.clone(), None, None);
            let tender = Tender::Card { brand, last4, sealed_sha256, promise, card, refusals, contact };
            let payment = payment(tender);
            assert_eq!(wipe_sealed(&payment), wiped, "{payment:?}");
        }
        let none = Money::zero(Currency::EUR);
        let cash = Tender::Cash {
            given: none,
            change: none,
            drawer: DrawerId(Uuid::from_u128(4)),
            foreign: None,
            cash: crate::domain::sale::CashState::Taken,
        };
        assert!(wipe_sealed(&payment(cash)));
    }
}
