//! Chance from a seed: the same seed throws the same dice on every machine.

/// The splitmix64 generator: a counter whose bits are well stirred.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From `low` up to and with `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.bits() % width).expect("less than the width")
    }

    pub fn chance(&mut self, per_cent: i64) -> bool {
        self.between(1, 100) <= per_cent
    }

    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        let last = i64::try_from(things.len()).expect("a short list") - 1;
        &things[usize::try_from(self.between(0, last)).expect("not negative")]
    }
}
