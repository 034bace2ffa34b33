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

/// Does two pieces of work. The rules know no threads: who calls them may have two.
pub trait Both {
    /// What both come to.
    fn both<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B);
}

/// One after the other.
#[derive(Clone, Copy, Debug)]
pub struct InTurn;

impl Both for InTurn {
    fn both<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
        (one(), other())
    }
}

impl SalesBuilder {
    /// Makes the index.
    #[must_use]
    pub fn build(self) -> Sales {
        self.build_by(&InTurn)
    }

    /// Makes the index, whose two halves know nothing of each other.
    #[must_use]
    pub fn build_by(self, work: &impl Both) -> Sales {
        // More than all sales fit into either half, so that a search always comes to a free slot.
        let half = (self.rows.len() + 1).next_power_of_two();
        let mut slots = vec![0; half * 2];
        let mut sales = Sales {
            rows: self.rows,
            texts: self.texts,
            slots: Slots(Vec::new()),
            lengths: 0,
            words_max: 1,
            has_checked: false,
        };
        let (low, high) = slots.split_at_mut(half);
        let (low, high) = work.both(|| sales.index(low, false), || sales.index(high, true));
        sales.slots = Slots(slots);
        for half in [low, high] {
            sales.lengths |= half.lengths;
            sales.words_max = sales.words_max.max(half.words_max);
            sales.has_checked |= half.has_checked;
            for (sale, first) in half.again {
                sales.rows[sale as usize].next = sales.rows[first as usize].next;
                sales.rows[first as usize].next = sale;
            }
        }
        sales
    }
}

/// What filling one half of the slots has shown.
struct Half {
    lengths: u128,
    words_max: usize,
    has_checked: bool,
    /// Sales whose reference an earlier one has, with the first that has it.
    again: Vec<(u32, u32)>,
}

/// Open addressing: half of a hash, and the sale plus one; 0 is free. One bit of the hash says in which half a sale is.
#[derive(Debug)]
struct Slots(Vec<u64>);

impl Slots {
    fn first(&self, hash: u64) -> usize {
        let half = self.0.len() / 2;
        first_slot(half, hash) + if is_high(hash) { half } else { 0 }
    }

    fn next(&self, slot: usize) -> usize {
        let mask = self.0.len() / 2 - 1;
        slot & !mask | (slot + 1) & mask
    }
}

fn first_slot(half: usize, hash: u64) -> usize {
    usize::try_from(hash & u64::from(u32::MAX)).unwrap_or(0) & (half - 1)
}

/// A bit that neither places a sale within its half nor is kept in its slot.
fn is_high(hash: u64) -> bool {
    hash & 1 << 31 != 0
}

/// The sales, and the way to them by reference.
#[derive(Debug)]
pub struct Sales {
    pub(super) rows: Vec<SaleRow>,
    texts: String,
    slots: Slots,
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

    /// Whether a sale is the only one of its reference, still waited for, and of this very amount.
    pub(super) fn is_exactly(&self, sale: u32, amount: Money) -> bool {
        self.is_alone(sale) && self.is_open_for(sale, amount)
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
        let mut place = self.slots.first(key.hash);
        loop {
            let slot = self.slots.0[place];
            if slot == 0 {
                return None;
            }
            if slot >> 32 == key.hash >> 32 && self.is_normal(sale_of(slot), key, normal) {
                return Some(sale_of(slot));
            }
            place = self.slots.next(place);
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

    /// Brings near what the lookups of these hashes will need: asked for together, the memory answers in the time of a
    /// few instead of one by one.
    pub(super) fn warm(&self, keys: impl Iterator<Item = u64> + Clone) {
        let slots = keys.clone().fold(0, |seen, hash| seen ^ self.slots.0[self.slots.first(hash)]);
        let sales = keys.filter_map(|hash| self.rows.get(self.likely_sale(hash) as usize));
        let rows = sales.fold(0, |seen, row| seen ^ i64::from(row.head[0]) ^ row.minor ^ i64::from(row.text));
        std::hint::black_box((slots, rows));
    }

    /// The sale whose half of a hash is that of this one, as far as the next few slots say.
    fn likely_sale(&self, hash: u64) -> u32 {
        let first = self.slots.first(hash);
        let near = std::iter::successors(Some(first), |place| Some(self.slots.next(*place))).take(NEAR);
        near.map(|place| self.slots.0[place]).find(|slot| slot >> 32 == hash >> 32).map_or(NONE, sale_of)
    }

    /// Puts the sales of one half into its slots.
    fn index(&self, slots: &mut [u64], is_high_half: bool) -> Half {
        // Memory that was only read costs twice when it is written.
        slots.fill(0);
        let mut half = Half { lengths: 0, words_max: 1, has_checked: false, again: Vec::new() };
        let mut words = Words::default();
        let mut waiting = Vec::with_capacity(BATCH);
        for start in (0..self.rows.len()).step_by(BATCH) {
            let batch = start..(start + BATCH).min(self.rows.len());
            let hashes = batch.map(|place| (place, hash(self.normal(place, &mut words))));
            waiting.extend(hashes.filter(|(_, hash)| is_high(*hash) == is_high_half));
            // The memory answers all of them in the time of a few.
            let seen = waiting.iter().fold(0, |seen, (_, hash)| seen ^ slots[first_slot(slots.len(), *hash)]);
            std::hint::black_box(seen);
            for (place, hash) in waiting.drain(..) {
                self.put(place, hash, slots, &mut half, &mut words);
            }
        }
        half
    }

    fn put(&self, place: usize, hash: u64, slots: &mut [u64], half: &mut Half, words: &mut Words) {
        // `SalesBuilder` takes at most `ROWS_MAX` rows.
        let sale = u32::try_from(place).unwrap_or(NONE);
        let length = usize::from(self.rows[place].normal_len);
        let normal = self.normal(place, words);
        if normal.is_empty() {
            return;
        }
        half.lengths |= length_bit(length);
        let words_in_it = normal.split(|byte| *byte == b' ').count();
        half.words_max = half.words_max.max(words_in_it.min(REFERENCE_WORDS_MAX));
        if !half.has_checked && length == 10 && normal.iter().all(u8::is_ascii_digit) {
            half.has_checked = self.reference(sale).parse::<SaleReference>().is_ok();
        }
        let mask = slots.len() - 1;
        let mut slot = first_slot(slots.len(), hash);
        loop {
            let found = slots[slot];
            if found == 0 {
                slots[slot] = hash >> 32 << 32 | u64::from(sale + 1);
                return;
            }
            if found >> 32 == hash >> 32 && self.is_normal(sale_of(found), &Key::of(normal), normal) {
                half.again.push((sale, sale_of(found)));
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
