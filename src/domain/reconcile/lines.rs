//! The statement lines as matching needs them: 44 bytes each, and the texts only of those that name no sale.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::index::{Found, Key, Sales, hash};
use crate::domain::reconcile::reference::{TEXT_BYTES_MAX, Words};
use crate::domain::reconcile::sales::{NONE, ROWS_MAX};

/// One line of a statement as it comes in.
#[derive(Clone, Debug)]
pub struct LineTexts<'a> {
    /// The account of ours that it stands on; empty where nobody says.
    pub account: Cow<'a, str>,
    /// The booking date.
    pub booked_on: NaiveDate,
    /// Credits positive, debits negative.
    pub amount: Money,
    /// The structured reference.
    pub reference: Cow<'a, str>,
    /// The end-to-end id.
    pub end_to_end_id: Cow<'a, str>,
    /// Who paid: the account where it is known, else the name.
    pub payer: Cow<'a, str>,
    /// Free text.
    pub description: Cow<'a, str>,
    /// The bank's own reference of the entry; empty where it has none.
    pub bank_reference: Cow<'a, str>,
    /// Whether the entry takes an earlier one back.
    pub reversal: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct LineRow {
    pub(super) minor: i64,
    pub(super) booked_on: NaiveDate,
    /// The first sale with the reference that the line carries.
    pub(super) sale: u32,
    /// What the caller calls it.
    pub(super) place: u32,
    /// Tells lines of the same day and amount apart.
    pub(super) fingerprint: u32,
    /// Zero where the payer is not known.
    pub(super) payer: u32,
    /// Zero where the account is not known.
    pub(super) account: u32,
    pub(super) currency: Currency,
    pub(super) reversal: bool,
    /// Whether the bank has numbered it; the fingerprint is then that of the number alone.
    pub(super) is_numbered: bool,
    /// Whether its sale is the only one of the reference, waited for, and of this very amount.
    pub(super) is_exact: bool,
}

impl LineRow {
    /// Whether it takes a debit back: money of ours that returned, and nobody's payment.
    pub(super) fn is_returned(&self) -> bool {
        self.reversal && self.minor > 0
    }
}

/// The texts of a line, one after the other in `Lines::texts`.
#[derive(Clone, Copy, Debug)]
struct Kept {
    line: u32,
    start: usize,
    ends: [u16; 4],
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts<'a> {
    /// Reference, end-to-end id and description, the strictest first.
    pub said: [&'a str; 3],
    /// Who paid: the account where it is known, else the name.
    pub payer: &'a str,
}

/// There are more lines than [`ROWS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {ROWS_MAX} statement lines, the most that are taken at once")]
pub struct TooManyLines;

/// The lines of one or more files, in the order in which they were pushed.
#[derive(Debug, Default)]
pub struct Lines {
    pub(super) rows: Vec<LineRow>,
    texts: String,
    kept: Vec<Kept>,
    /// Lines that carry several references, with the first sale of each.
    pub(super) several: Vec<(u32, Box<[u32]>)>,
    /// The first line of each file.
    pub(super) files: Vec<u32>,
}

impl Lines {
    /// Room for as many lines.
    #[must_use]
    pub fn with_capacity(lines: usize) -> Self {
        Self { rows: Vec::with_capacity(lines.min(ROWS_MAX)), ..Self::default() }
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

    /// Says that the lines from here on are of another file: one that repeats a line of an earlier file is the same
    /// booking.
    pub fn begin_file(&mut self) {
        self.files.push(u32::try_from(self.rows.len()).unwrap_or(NONE));
    }

    /// Adds other lines behind these; their places move by as much as is said.
    ///
    /// # Errors
    ///
    /// There are too many lines.
    pub fn append(&mut self, other: Self, places: u32) -> Result<(), TooManyLines> {
        let moved = u32::try_from(self.rows.len()).map_err(|_| TooManyLines)?;
        if self.rows.len() + other.rows.len() > ROWS_MAX {
            return Err(TooManyLines);
        }
        if self.is_empty() && places == 0 {
            // Nothing moves, so nothing is copied.
            *self = Self { files: std::mem::take(&mut self.files), ..other };
            return Ok(());
        }
        let start = self.texts.len();
        self.texts.push_str(&other.texts);
        self.rows.reserve_exact(other.rows.len());
        let place = |row: &LineRow| row.place.saturating_add(places);
        self.rows.extend(other.rows.into_iter().map(|row| LineRow { place: place(&row), ..row }));
        let kept = other.kept.into_iter();
        self.kept.extend(kept.map(|one| Kept { line: one.line + moved, start: one.start + start, ..one }));
        self.several.extend(other.several.into_iter().map(|(line, sales)| (line + moved, sales)));
        self.files.extend(other.files.into_iter().map(|first| first + moved));
        Ok(())
    }

    /// Which file a line is of, from 0.
    #[must_use]
    pub fn file(&self, line: u32) -> usize {
        self.files.partition_point(|first| *first <= line).saturating_sub(1)
    }

    /// What the caller calls a line.
    #[must_use]
    pub fn place(&self, line: u32) -> Option<u32> {
        self.rows.get(line as usize).map(|row| row.place)
    }

    /// The amount of a line.
    #[must_use]
    pub fn amount(&self, line: u32) -> Option<Money> {
        self.rows.get(line as usize).map(|row| Money::new(row.minor, row.currency))
    }

    /// The booking date of a line.
    #[must_use]
    pub fn booked_on(&self, line: u32) -> Option<NaiveDate> {
        self.rows.get(line as usize).map(|row| row.booked_on)
    }

    /// The last booking date of all.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.rows.iter().map(|row| row.booked_on).max()
    }

    /// What a line says that names no sale; of the others only where all texts are kept.
    #[must_use]
    pub fn texts(&self, line: u32) -> Option<Texts<'_>> {
        let place = self.kept.binary_search_by_key(&line, |kept| kept.line).ok()?;
        let kept = self.kept[place];
        let [first, second, third, fourth] = kept.ends.map(|end| kept.start + usize::from(end));
        let text = |from, to| self.texts.get(from..to).unwrap_or("");
        let said = [text(kept.start, first), text(first, second), text(second, third)];
        Some(Texts { said, payer: text(third, fourth) })
    }

    fn keep(&mut self, line: u32, texts: [&str; 4]) {
        let start = self.texts.len();
        let ends = texts.map(|text| {
            self.texts.push_str(&text[..text.floor_char_boundary(TEXT_BYTES_MAX)]);
            // Four texts of at most `TEXT_BYTES_MAX` bytes.
            u16::try_from(self.texts.len() - start).unwrap_or(u16::MAX)
        });
        self.kept.push(Kept { line, start, ends });
    }
}

/// How many lines are looked up together.
const BATCH: usize = 128;

/// Takes lines in and looks them up, many together: what the memory takes long to answer is asked for all at once.
#[derive(Debug)]
pub struct LinesBuilder<'s, 't> {
    sales: &'s Sales,
    lines: Lines,
    waiting: Vec<(LineTexts<'t>, u32, Key)>,
    words: Words,
    keeps_all: bool,
}

impl<'s, 't> LinesBuilder<'s, 't> {
    /// No lines yet, and room for as many.
    #[must_use]
    pub fn new(sales: &'s Sales, lines: usize) -> Self {
        Self::behind(sales, Lines::with_capacity(lines))
    }

    /// The next lines come behind these.
    #[must_use]
    pub fn behind(sales: &'s Sales, lines: Lines) -> Self {
        Self { sales, lines, waiting: Vec::with_capacity(BATCH), words: Words::default(), keeps_all: false }
    }

    /// Keeps the texts of every line, for somebody who reads them afterwards. Matching needs only those that name no
    /// sale, and a million others take more memory than everything else.
    #[must_use]
    pub fn keeping_all_texts(self, keeps_all: bool) -> Self {
        Self { keeps_all, ..self }
    }

    /// Adds a line. `place` is what the caller calls it.
    ///
    /// # Errors
    ///
    /// There are too many lines.
    pub fn push(&mut self, line: LineTexts<'t>, place: u32) -> Result<(), TooManyLines> {
        self.words.fill(&line.reference);
        let key = Key::of(self.words.whole());
        self.waiting.push((line, place, key));
        if self.waiting.len() < BATCH { Ok(()) } else { self.look_up() }
    }

    /// The lines.
    ///
    /// # Errors
    ///
    /// There are too many lines.
    pub fn build(mut self) -> Result<Lines, TooManyLines> {
        self.look_up()?;
        Ok(self.lines)
    }

    fn look_up(&mut self) -> Result<(), TooManyLines> {
        self.sales.warm(self.waiting.iter().map(|(_, _, key)| key.hash));
        let mut waiting = std::mem::take(&mut self.waiting);
        for (line, place, key) in waiting.drain(..) {
            self.add(&line, place, &key)?;
        }
        self.waiting = waiting;
        Ok(())
    }

    fn add(&mut self, line: &LineTexts<'_>, place: u32, key: &Key) -> Result<(), TooManyLines> {
        let lines = &mut self.lines;
        let index = u32::try_from(lines.rows.len()).map_err(|_| TooManyLines)?;
        if lines.rows.len() >= ROWS_MAX {
            return Err(TooManyLines);
        }
        let texts = [&*line.reference, &*line.end_to_end_id, &*line.description];
        let found = self.sales.find_whole(key, &line.reference);
        let found = found.unwrap_or_else(|| self.sales.find(&texts, line.amount, &mut self.words));
        let sale = match found {
            Found::One(sale) => sale,
            Found::Several(found) => {
                lines.several.push((index, found));
                NONE
            }
            Found::Nothing => NONE,
        };
        if sale == NONE || self.keeps_all {
            let [reference, end_to_end_id, description] = texts;
            lines.keep(index, [reference, end_to_end_id, description, &line.payer]);
        }
        lines.rows.push(LineRow {
            minor: line.amount.minor,
            booked_on: line.booked_on,
            sale,
            place,
            fingerprint: fingerprint(line),
            payer: name(&line.payer),
            account: name(&line.account),
            currency: line.amount.currency,
            reversal: line.reversal,
            is_numbered: !line.bank_reference.is_empty(),
            is_exact: sale != NONE && self.sales.is_exactly(sale, line.amount),
        });
        Ok(())
    }
}

fn half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(0)
}

/// The same entry in two files has the same fingerprint: the bank's own reference where there is one, else all texts.
fn fingerprint(line: &LineTexts<'_>) -> u32 {
    if !line.bank_reference.is_empty() {
        return half(hash(line.bank_reference.as_bytes()));
    }
    let texts = [&line.reference, &line.end_to_end_id, &line.description];
    texts.iter().fold(0, |mixed: u32, text| mixed.rotate_left(7) ^ half(hash(text.as_bytes())))
}

/// A payer or an account without case, by the first [`PAYER_BYTES_MAX`] bytes.
fn name(text: &str) -> u32 {
    let text = text.trim().as_bytes();
    if text.is_empty() {
        return 0;
    }
    let mut capitals = [0; PAYER_BYTES_MAX];
    let length = text.len().min(PAYER_BYTES_MAX);
    capitals[..length].copy_from_slice(&text[..length]);
    capitals.make_ascii_uppercase();
    half(hash(&capitals[..length])).max(1)
}

/// Longer than any account number, and than nearly every name.
const PAYER_BYTES_MAX: usize = 70;
