//! Reading the ledger beside the till that writes it: for reports, exports and backups.

use std::path::Path;
use std::time::Duration;

use chrono::{Days, NaiveDate, NaiveTime};
use rusqlite::Connection;
use uuid::Uuid;

use super::checkpoint::{self, Checkpoint, Signed};
use super::entry::{Entry, Written};
use super::error::ReadError;
use super::files::{self, Layout};
use super::{database, day, fold, journal, reconcile, sale};
use crate::domain::fact::Fact;
use crate::domain::ids::{DayId, LineId, SaleReference};
use crate::domain::ledger::{Day, Ledger, LedgerLine};
use crate::domain::reconcile::{Claim, EARLIER_DAYS_MAX, StatementLines, earlier, news};
use crate::domain::sale::{Payment, Sale};

/// How many pages a backup copies at a time; between them the till may write.
const BACKUP_PAGES: i32 = 256;

/// The most entries [`Reader::entries`] answers with at once.
pub const ENTRIES_MAX: u32 = 10_000;

/// What a file brings that the ledger does not have yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The lines that no statement had.
    pub lines: StatementLines,
    /// The payments of earlier days that they name.
    pub earlier: Vec<(LineId, Claim)>,
}

/// A connection that can only read. It sees what was committed, and never keeps the till waiting.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
}

impl Reader {
    /// Opens the ledger in `folder` for reading; a till may have it open at the same time.
    ///
    /// # Errors
    ///
    /// There is no ledger, or it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, ReadError> {
        let database = Layout::new(folder).database();
        if !database.exists() {
            return Err(ReadError::NoLedger(format!("the folder {} holds no ledger", folder.display())));
        }
        Ok(Self { connection: database::open_for_reading(&database)? })
    }

    /// The ledger as the till has it in memory: what the open day and open payments need.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn ledger(&self) -> Result<Ledger, ReadError> {
        // One snapshot of all tables, whatever the till writes meanwhile.
        let snapshot = self.connection.unchecked_transaction()?;
        fold::load(&snapshot)
    }

    /// All business days, oldest first.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn days(&self) -> Result<Vec<Day>, ReadError> {
        day::DAY.bodies(&self.connection, day::DAYS, [])
    }

    /// The sales of a day, oldest first.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn sales_of_day(&self, day: DayId) -> Result<Vec<Sale>, ReadError> {
        sale::SALE.bodies(&self.connection, sale::SALES_OF_DAY, [day.0])
    }

    /// The payments of a day, oldest first.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn payments_of_day(&self, day: DayId) -> Result<Vec<Payment>, ReadError> {
        sale::PAYMENT.bodies(&self.connection, sale::PAYMENTS_OF_DAY, [day.0])
    }

    /// The newest sale of this number with its payments, of whatever day.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn sale_of(&self, reference: SaleReference) -> Result<Option<(Sale, Vec<Payment>)>, ReadError> {
        let snapshot = self.connection.unchecked_transaction()?;
        let sales: Vec<Sale> = sale::SALE.bodies(&snapshot, sale::SALE_OF_REFERENCE, [reference.to_string()])?;
        let Some(sale) = sales.into_iter().next() else { return Ok(None) };
        let payments = sale::PAYMENT.bodies(&snapshot, sale::PAYMENTS_OF_SALE, [sale.day.0, sale.id.0])?;
        Ok(Some((sale, payments)))
    }

    /// What is new in the lines of a file, whatever the till has forgotten of earlier ones: the lines that no statement
    /// had, and the payments of earlier days that they name.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn news(&self, lines: &StatementLines) -> Result<News, ReadError> {
        let days = || lines.iter().map(|line| line.booked_on);
        let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(News::default()) };
        let days = [first.to_string(), last.to_string()];
        let kept: Vec<LedgerLine> = reconcile::LINE.bodies(&self.connection, reconcile::LINES_BOOKED, days)?;
        let lines = news(kept.iter().map(|kept| (kept.statement, &kept.line)), lines);
        let earlier = earlier(&lines, &self.transfers_settled_since(first)?);
        Ok(News { lines, earlier })
    }

    /// The transfers that were settled and forgotten, those of the last [`EARLIER_DAYS_MAX`] days before a day.
    fn transfers_settled_since(&self, day: NaiveDate) -> Result<Vec<Claim>, ReadError> {
        let since = day.checked_sub_days(Days::new(EARLIER_DAYS_MAX)).unwrap_or(NaiveDate::MIN);
        // Ids are time-ordered: their first 48 bits are milliseconds.
        let ms = u128::try_from(since.and_time(NaiveTime::MIN).and_utc().timestamp_millis()).unwrap_or(0);
        let first = Uuid::from_u128(ms << 80);
        let mut statement = self.connection.prepare_cached(reconcile::TRANSFERS_SETTLED)?;
        let mut rows = statement.query([first])?;
        let mut claims = Vec::new();
        while let Some(row) = rows.next()? {
            let body: String = row.get(0)?;
            let payment: Payment = serde_json::from_str(&body).map_err(ReadError::row("payment"))?;
            let reference = row.get::<_, String>(1)?.parse::<SaleReference>();
            let reference = reference.map_err(|error| ReadError::Row { table: "sale", why: error.to_string() })?;
            claims.extend(Claim::of(&payment, reference));
        }
        Ok(claims)
    }

    /// The entries from the one that opened the day to the last before another day was opened. What happened before the
    /// very first day belongs to no day.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn facts_of_day(&self, day: DayId) -> Result<Vec<Entry>, ReadError> {
        let openings = parse(journal::day_openings(&self.connection)?)?;
        let opens = |entry: &Entry| matches!(&entry.fact, Fact::DayOpened { day: one, .. } if *one == day);
        let Some(place) = openings.iter().position(opens) else { return Ok(Vec::new()) };
        let next = openings.get(place + 1).map_or(u64::MAX, |entry| entry.seq);
        let mut facts = Vec::new();
        let mut from = openings[place].seq;
        loop {
            let entries = self.entries(from, ENTRIES_MAX)?;
            let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(facts) };
            facts.extend(entries.into_iter().filter(|entry| entry.seq < next));
            if last >= next {
                return Ok(facts);
            }
            from = last + 1;
        }
    }

    /// At most `count` (and at most [`ENTRIES_MAX`]) entries of the journal, from number `from` on.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn entries(&self, from: u64, count: u32) -> Result<Vec<Entry>, ReadError> {
        parse(journal::range(&self.connection, from, count.min(ENTRIES_MAX))?)
    }

    /// Entries that some start found to be acknowledged by nobody, of all times.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn unconfirmed(&self) -> Result<Vec<Entry>, ReadError> {
        parse(journal::unconfirmed(&self.connection)?)
    }

    /// The checkpoints of all closed days, oldest first.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn checkpoints(&self) -> Result<Vec<Checkpoint>, ReadError> {
        let kept = checkpoint::read_all(&self.connection)?;
        Ok(kept.iter().map(|one: &Signed| one.checkpoint(&self.connection)).collect::<rusqlite::Result<_>>()?)
    }

    /// Copies the database, as it is now, into a new file `to`, while the till goes on. The keys are not in it: keep a
    /// copy of them elsewhere.
    ///
    /// # Errors
    ///
    /// The file exists or cannot be made, or the database cannot be read.
    pub fn backup(&self, to: &Path) -> Result<(), ReadError> {
        files::private().create_new(true).open(to).map_err(ReadError::file("make the backup", to))?;
        let mut copy = Connection::open(to)?;
        let backup = rusqlite::backup::Backup::new(&self.connection, &mut copy)?;
        backup.run_to_completion(BACKUP_PAGES, Duration::ZERO, None)?;
        drop(backup);
        copy.close().map_err(|(_, error)| error)?;
        let file = files::private().open(to).map_err(ReadError::file("open the backup", to))?;
        file.sync_all().map_err(ReadError::file("flush the backup", to))
    }

    /// Copies the database as [`Self::backup`] does, making the folder when there is none, and reads the copy back:
    /// SQLite's own check, and every entry after the one before it. Says how many entries the copy has.
    ///
    /// # Errors
    ///
    /// The copy cannot be made, or what was read back is not whole.
    pub fn back_up_and_read(&self, to: &Path) -> Result<u64, ReadError> {
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(ReadError::file("make the folder", folder))?;
        }
        self.backup(to)?;
        let copy = database::open_for_reading(to)?;
        let form: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if form != "ok" {
            return Err(ReadError::Row { table: "journal", why: format!("the copy is damaged: {form}") });
        }
        let mut count = 0;
        let mut last = None;
        journal::read_all(&copy, |entry| {
            if last.is_some_and(|hash| hash != entry.prev) {
                let why = format!("entry {} of the copy does not follow the one before", entry.seq);
                return Err(ReadError::Row { table: "journal", why });
            }
            last = Some(entry.hash);
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }
}

fn parse(entries: Vec<Written>) -> Result<Vec<Entry>, ReadError> {
    let parsed: Result<Vec<Entry>, String> = entries.into_iter().map(Written::parse).collect();
    parsed.map_err(|why| ReadError::Row { table: "journal", why })
}
