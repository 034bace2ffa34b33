//! The way from a reference to its sales: open addressing over the normal forms.

use chrono::NaiveDate;

use crate::domain::ids::SaleReference;
use crate::domain::money::Money;
use crate::domain::reconcile::reference::{REFERENCE_WORDS_MAX, Words, whole_numbers};
use crate::domain::reconcile::sales::{HEAD, NONE, SaleRow, SalesBuilder, Standing};

/// How many sales are put into the index together.
const BATCH: usize = 128;
/// How many slots lie in one line of the processor's memory.
const NEAR: usize = 8;

impl SalesBuilder {
    /// Makes the index.
    #[must_use]
    pub fn build(self) -> Sales {
        let size = (self.rows.len() * 2).next_power_of_two().max(2);
        let mut sales = Sales {
            rows: self.rows,
            texts: self.texts,
            slots: vec![0; size],
            lengths: 0,
            words_max: 1,
            has_checked: false,
        };
        let mut words = self.words;
        let mut hashes = Vec::with_capacity(BATCH);
        for start in (0..sales.rows.len()).step_by(BATCH) {
            let batch = start..(start + BATCH).min(sales.rows.len());
            hashes.clear();
            hashes.extend(batch.clone().map(|place| hash(sales.normal(place, &mut words))));
            let seen = hashes.iter().fold(0, |seen, hash| seen ^ sales.slots[sales.first_slot(*hash)]);
            std::hint::black_box(seen);
            for (place, hash) in batch.zip(&hashes) {
                sales.put(place, *hash, &mut words);
            }
        }
        sales
    }
}

/// The sales, and the way to them by reference.
#[derive(Debug)]
pub struct Sales {
    pub(super) rows: Vec<SaleRow>,
    texts: String,
    /// Open addressing: half of a hash, and the sale plus one; 0 is free.
    slots: Vec<u64>,
    /// Which lengths of normal forms there are: most words of a text have none of them and need no look.
    lengths: u128,
    words_max: usize,
    /// Whether any reference is one of ours, with a check digit.
    has_checked: bool,
}

/// What is found in the texts of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No reference of a sale.
    Nothing,
    /// One, by the first sale that has it.
    One(u32),
    /// Several, none of which the amount singles out.
    Several(Box<[u32]>),
}

impl Sales {
    /// How many sales there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The reference as it was given; empty when there is no such sale.
    #[must_use]
    pub fn reference(&self, sale: u32) -> &str {
        let Some(row) = self.rows.get(sale as usize) else { return "" };
        let start = row.text as usize;
        self.texts.get(start..start + usize::from(row.text_len)).unwrap_or("")
    }

    /// The amount.
    #[must_use]
    pub fn amount(&self, sale: u32) -> Option<Money> {
        self.rows.get(sale as usize).map(|row| Money::new(row.minor, row.currency))
    }

    /// The last day on which a sale was taken.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.rows.iter().map(|row| row.taken_on).max()
    }

    /// Whether and where money is expected.
    #[must_use]
    pub fn standing(&self, sale: u32) -> Option<Standing> {
        self.rows.get(sale as usize).map(|row| row.standing)
    }

    /// Finds the sale whose reference is the whole of a text: what [`Self::find`] would find first.
    pub(super) fn find_whole(&self, key: &Key, text: &str) -> Option<Found> {
        let sale =
            if key.is_short() { self.look_up_key(key, &[]) } else { self.look_up_key(key, Words::of(text).whole()) };
        sale.map(Found::One)
    }

    /// Finds the sale that the texts of a line name, the strictest text first: the first that names any decides.
    #[must_use]
    pub(super) fn find(&self, texts: &[&str], amount: Money, words: &mut Words) -> Found {
        for text in texts {
            words.fill(text);
            if let Some(sale) = self.look_up(words.whole()) {
                return Found::One(sale);
            }
            let mut hits = if words.count() > 1 { self.inside(words) } else { Vec::new() };
            // A number that is whole was seen just now; only a broken one can still be there.
            if self.has_checked && words.digits() >= 10 * (1 + hits.len()) {
                let numbers = whole_numbers(text).into_iter();
                hits.extend(numbers.filter_map(|number| self.look_up(format!("{number:010}").as_bytes())));
            }
            hits.sort_unstable();
            hits.dedup();
            if hits.len() > 1 {
                // A payer of two sales may have kept both codes' text: the amount says which one this is.
                let fits = |sale: &u32| self.group(*sale).any(|one| self.is_open_for(one, amount));
                let mut fitting = hits.iter().copied().filter(fits);
                return match (fitting.next(), fitting.next()) {
                    (Some(only), None) => Found::One(only),
                    (Some(_), Some(_)) | (None, _) => Found::Several(hits.into_boxed_slice()),
                };
            }
            if let [only] = hits[..] {
                return Found::One(only);
            }
        }
        Found::Nothing
    }

    /// All sales with the reference of this one.
    pub(super) fn group(&self, first: u32) -> impl Iterator<Item = u32> + '_ {
        let next = |sale: &u32| self.rows.get(*sale as usize).map(|row| row.next).filter(|next| *next != NONE);
        std::iter::successors(Some(first), next)
    }

    pub(super) fn is_alone(&self, sale: u32) -> bool {
        self.rows.get(sale as usize).is_some_and(|row| row.next == NONE)
    }

    fn is_open_for(&self, sale: u32, amount: Money) -> bool {
        self.rows
            .get(sale as usize)
            .is_some_and(|row| row.standing.takes() && Money::new(row.minor, row.currency) == amount)
    }

    /// The references inside a text: the longest first, and none that overlaps another.
    fn inside(&self, words: &Words) -> Vec<u32> {
        let mut hits = Vec::new();
        let mut taken = 0_u64;
        for width in (1..=self.words_max.min(words.count())).rev() {
            for first in 0..=words.count() - width {
                let span = ((1_u64 << width) - 1) << first;
                let found = words.run(first, width).filter(|_| taken & span == 0).and_then(|run| self.look_up(run));
                if let Some(sale) = found {
                    taken |= span;
                    hits.push(sale);
                }
            }
        }
        hits
    }

    /// The first sale whose reference has this normal form.
    fn look_up(&self, normal: &[u8]) -> Option<u32> {
        self.look_up_key(&Key::of(normal), normal)
    }

    pub(super) fn look_up_key(&self, key: &Key, normal: &[u8]) -> Option<u32> {
        if key.length == 0 || self.lengths & length_bit(key.length) == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut place = self.first_slot(key.hash);
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                return None;
            }
            if slot >> 32 == key.hash >> 32 && self.is_normal(sale_of(slot), key, normal) {
                return Some(sale_of(slot));
            }
            place = (place + 1) & mask;
        }
    }

    fn is_normal(&self, sale: u32, key: &Key, normal: &[u8]) -> bool {
        self.rows.get(sale as usize).is_some_and(|row| {
            usize::from(row.normal_len) == key.length
                && row.head == key.head
                && (key.length <= HEAD || Words::of(self.reference(sale)).whole() == normal)
        })
    }

    /// The normal form of a sale's reference.
    fn normal<'a>(&'a self, place: usize, words: &'a mut Words) -> &'a [u8] {
        let row = &self.rows[place];
        if let Some(head) = row.head.get(..usize::from(row.normal_len)) {
            return head;
        }
        words.fill(self.reference(u32::try_from(place).unwrap_or(NONE)));
        words.whole()
    }

    fn first_slot(&self, hash: u64) -> usize {
        usize::try_from(hash).unwrap_or(usize::MAX) & (self.slots.len() - 1)
    }

    /// Brings near what the lookups of these hashes will need: asked for together, the memory answers in the time of a
    /// few instead of one by one.
    pub(super) fn warm(&self, keys: impl Iterator<Item = u64> + Clone) {
        let slots = keys.clone().fold(0, |seen, hash| seen ^ self.slots[self.first_slot(hash)]);
        let sales = keys.filter_map(|hash| self.rows.get(self.likely_sale(hash) as usize));
        let rows = sales.fold(0, |seen, row| seen ^ i64::from(row.head[0]) ^ row.minor ^ i64::from(row.text));
        std::hint::black_box((slots, rows));
    }

    /// The sale whose half of a hash is that of this one, as far as the next few slots say.
    fn likely_sale(&self, hash: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let first = self.first_slot(hash);
        let mut near = (first..first + NEAR).map(|place| self.slots[place & mask]);
        near.find(|slot| slot >> 32 == hash >> 32).map_or(NONE, sale_of)
    }

    fn put(&mut self, place: usize, hash: u64, words: &mut Words) {
        // `SalesBuilder` takes at most `ROWS_MAX` rows.
        let sale = u32::try_from(place).unwrap_or(NONE);
        let row = self.rows[place];
        let length = usize::from(row.normal_len);
        let normal = if let Some(head) = row.head.get(..length) {
            head
        } else {
            words.fill(self.reference(sale));
            words.whole()
        };
        if normal.is_empty() {
            return;
        }
        self.lengths |= length_bit(length);
        let words_in_it = normal.split(|byte| *byte == b' ').count();
        self.words_max = self.words_max.max(words_in_it.min(REFERENCE_WORDS_MAX));
        if !self.has_checked && length == 10 && normal.iter().all(u8::is_ascii_digit) {
            self.has_checked = self.reference(sale).parse::<SaleReference>().is_ok();
        }
        let mask = self.slots.len() - 1;
        let mut slot = self.first_slot(hash);
        loop {
            let found = self.slots[slot];
            if found == 0 {
                self.slots[slot] = hash >> 32 << 32 | u64::from(sale + 1);
                return;
            }
            if found >> 32 == hash >> 32 && self.is_normal(sale_of(found), &Key::of(normal), normal) {
                let first = sale_of(found) as usize;
                self.rows[place].next = self.rows[first].next;
                self.rows[first].next = sale;
                return;
            }
            slot = (slot + 1) & mask;
        }
    }
}

fn sale_of(slot: u64) -> u32 {
    u32::try_from(slot & u64::from(u32::MAX)).unwrap_or(NONE).wrapping_sub(1)
}

/// A normal form as the index looks it up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) hash: u64,
    head: [u8; HEAD],
    length: usize,
}

impl Key {
    pub(super) fn of(normal: &[u8]) -> Self {
        let mut head = [0; HEAD];
        let shared = normal.len().min(HEAD);
        head[..shared].copy_from_slice(&normal[..shared]);
        Self { hash: hash(normal), head, length: normal.len() }
    }

    /// Whether the head is all of it.
    fn is_short(&self) -> bool {
        self.length <= HEAD
    }
}

/// Lengths of 127 bytes and more share a bit.
fn length_bit(length: usize) -> u128 {
    1 << length.min(127)
}

/// Folded multiplication over eight bytes at a time. The table holds the shop's own references and a stranger's text is
/// only looked up in it, so nobody can fill it with collisions.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let seed = 0x9e37_79b9_7f4a_7c15 ^ bytes.len() as u64;
    let (chunks, tail) = bytes.as_chunks::<8>();
    let state = chunks.iter().fold(seed, |state, chunk| mix(state, u64::from_le_bytes(*chunk)));
    // The length is in the seed, so that bytes read twice make no two texts alike.
    match (bytes.last_chunk::<8>(), tail) {
        (_, []) => state,
        (Some(last), _) => mix(state, u64::from_le_bytes(*last)),
        (None, tail) => mix(state, tail.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))),
    }
}

fn mix(state: u64, word: u64) -> u64 {
    let wide = u128::from(state ^ word) * u128::from(0xd135_5e7b_6a9c_4f2d_u64);
    let [low, high] = [wide & u128::from(u64::MAX), wide >> 64].map(|half| u64::try_from(half).unwrap_or(0));
    low ^ high
}
