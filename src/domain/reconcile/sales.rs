//! What money is expected for.
//!
//! A sale is 40 bytes and its reference, so that a million of them and a million lines fit into a till's memory.

use chrono::NaiveDate;

use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::reference::{REFERENCE_BYTES_MAX, Words};

/// No sale, no line.
pub const NONE: u32 = u32::MAX;
/// The most sales, and the most lines, of one reconciliation: a large chain's week.
pub const ROWS_MAX: usize = 20_000_000;

/// Whether and where money is expected for a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// On a statement.
    Open,
    /// In the drawer. A line that carries its reference is taken all the same, but none is missed.
    Cash,
    /// An earlier line was it.
    Seen,
    /// Not any more: it was written off.
    WrittenOff,
    /// Not any more: the code was taken off the screen.
    Withdrawn,
    /// The sale comes to nothing.
    Nothing,
}

impl Standing {
    /// Whether a line with its reference may still be it.
    #[must_use]
    pub fn takes(self) -> bool {
        match self {
            Self::Open | Self::Cash => true,
            Self::Seen | Self::WrittenOff | Self::Withdrawn | Self::Nothing => false,
        }
    }
}

/// One sale.
#[derive(Clone, Copy, Debug)]
pub(super) struct SaleRow {
    /// The first bytes of the reference's normal form, which decide nearly always.
    pub(super) head: [u8; HEAD],
    pub(super) minor: i64,
    pub(super) taken_on: NaiveDate,
    pub(super) text: u32,
    /// The next sale with the same reference.
    pub(super) next: u32,
    pub(super) normal_len: u8,
    pub(super) text_len: u8,
    pub(super) currency: Currency,
    pub(super) standing: Standing,
}

pub(super) const HEAD: usize = 16;

/// The sales before they are indexed, in the order in which they were pushed.
#[derive(Debug, Default)]
pub struct SalesBuilder {
    pub(super) rows: Vec<SaleRow>,
    pub(super) texts: String,
    pub(super) words: Words,
}

/// Why a sale cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SaleFault {
    /// Longer than [`REFERENCE_BYTES_MAX`].
    #[error("reference has {0} bytes, more than {REFERENCE_BYTES_MAX}")]
    ReferenceTooLong(usize),
    /// More than [`ROWS_MAX`], or than 4 GiB of references.
    #[error("there are more than {ROWS_MAX} sales, the most that are taken at once")]
    TooMany,
}

impl SalesBuilder {
    /// Room for as many sales and as many bytes of references.
    #[must_use]
    pub fn with_capacity(sales: usize, reference_bytes: usize) -> Self {
        Self { rows: Vec::with_capacity(sales), texts: String::with_capacity(reference_bytes), words: Words::default() }
    }

    /// Adds a sale. An empty reference is none.
    ///
    /// # Errors
    ///
    /// The reference is too long, or there are too many sales.
    pub fn push(
        &mut self,
        reference: &str,
        amount: Money,
        taken_on: NaiveDate,
        standing: Standing,
    ) -> Result<(), SaleFault> {
        let reference = reference.trim();
        let text_len = u8::try_from(reference.len()).ok().filter(|len| usize::from(*len) <= REFERENCE_BYTES_MAX);
        let text_len = text_len.ok_or(SaleFault::ReferenceTooLong(reference.len()))?;
        let text = u32::try_from(self.texts.len()).map_err(|_| SaleFault::TooMany)?;
        if self.rows.len() >= ROWS_MAX {
            return Err(SaleFault::TooMany);
        }
        self.words.fill(reference);
        let normal = self.words.whole();
        let mut head = [0; HEAD];
        let shared = normal.len().min(HEAD);
        head[..shared].copy_from_slice(&normal[..shared]);
        // The normal form is never longer than the reference.
        let normal_len = u8::try_from(normal.len()).unwrap_or(text_len);
        let standing = if amount.is_zero() { Standing::Nothing } else { standing };
        self.texts.push_str(reference);
        self.rows.push(SaleRow {
            head,
            minor: amount.minor,
            taken_on,
            text,
            next: NONE,
            normal_len,
            text_len,
            currency: amount.currency,
            standing,
        });
        Ok(())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds the sales of another builder behind these.
    ///
    /// # Errors
    ///
    /// There are too many sales.
    pub fn append(&mut self, other: Self) -> Result<(), SaleFault> {
        let moved = u32::try_from(self.texts.len()).map_err(|_| SaleFault::TooMany)?;
        if self.rows.len() + other.rows.len() > ROWS_MAX || u32::try_from(self.texts.len() + other.texts.len()).is_err()
        {
            return Err(SaleFault::TooMany);
        }
        self.texts.reserve_exact(other.texts.len());
        self.texts.push_str(&other.texts);
        self.rows.reserve_exact(other.rows.len());
        self.rows.extend(other.rows.into_iter().map(|row| SaleRow { text: row.text + moved, ..row }));
        Ok(())
    }
}
