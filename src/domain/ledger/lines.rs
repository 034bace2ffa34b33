//! The statement lines in memory: what the bank says, shared with whoever read it, and beside it what is known of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::ids::{LineId, PaymentId, StatementId};
use crate::domain::money::Money;
use crate::domain::reconcile::{Claim, LineState, StatementLine, StatementLines, StatementNotes};

/// A statement line and what is known of it, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// The line.
    pub line: StatementLine,
    /// The file it came in.
    pub statement: StatementId,
    /// What is known of it.
    pub state: LineState,
    /// What a provider kept of it, where its file says it.
    #[serde(default)]
    pub fee: Option<Money>,
    /// The payment of an earlier day that it names.
    #[serde(default)]
    pub earlier: Option<Claim>,
    /// The payments that a person said it is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<PaymentId>,
}

/// A statement line in memory and what is known of it; see [`LedgerLine`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of `LedgerLine`")]
pub struct KeptLine<'a> {
    pub line: &'a StatementLine,
    pub statement: StatementId,
    pub state: &'a LineState,
    pub fee: Option<Money>,
    pub earlier: Option<Claim>,
    pub refused: &'a [PaymentId],
}

/// What is known of a line beside what the bank says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) state: LineState,
    fee: Option<Money>,
    earlier: Option<Claim>,
    pub(super) refused: Vec<PaymentId>,
}

impl Known {
    const NOTHING: Self = Self { state: LineState::Unexplained, fee: None, earlier: None, refused: Vec::new() };
}

/// The lines of the open day's files, and older ones that nobody explained.
///
/// A file may have a million lines. What is known of them is kept apart and only of those of which something is: they are
/// as many as a shop has transfers, and nothing that a person waits for passes over the others.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LedgerLines {
    files: BTreeMap<StatementId, StatementLines>,
    known: BTreeMap<LineId, Known>,
}

impl LedgerLines {
    /// One line.
    #[must_use]
    pub fn get(&self, id: LineId) -> Option<KeptLine<'_>> {
        // Few files have lines that nobody explained, so looking into each is the shortest way.
        let (statement, line) =
            self.files.iter().find_map(|(statement, lines)| Some((*statement, lines.of_id(id)?)))?;
        Some(self.kept(statement, line))
    }

    /// Whether there is one of this id.
    #[must_use]
    pub fn contains(&self, id: LineId) -> bool {
        self.files.values().any(|lines| lines.of_id(id).is_some())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All of them, file by file.
    pub fn iter(&self) -> impl Iterator<Item = KeptLine<'_>> {
        self.files.iter().flat_map(|(statement, lines)| lines.iter().map(|line| self.kept(*statement, line)))
    }

    /// Those of which anything is known beside what the bank says, by id.
    pub fn known(&self) -> impl Iterator<Item = KeptLine<'_>> {
        self.known.keys().filter_map(|id| self.get(*id))
    }

    /// Those that nobody explained and that may be about a sale, file by file.
    pub fn unexplained(&self) -> impl Iterator<Item = &StatementLine> {
        self.files.values().flat_map(StatementLines::about_sales).filter(|line| self.is_unexplained(line.id))
    }

    /// Of those the ones that may be about one of these claims; see [`StatementLines::touching`].
    pub fn touching(&self, claims: &[Claim]) -> impl Iterator<Item = &StatementLine> {
        self.files.values().flat_map(|lines| lines.touching(claims)).filter(|line| self.is_unexplained(line.id))
    }

    /// How many credits nobody explained, and what they come to in minor units.
    #[must_use]
    pub fn unexplained_credits(&self) -> (usize, i64) {
        let all = self.files.values().map(StatementLines::credits);
        let (count, minor) = all.fold((0, 0_i64), |(n, sum), (count, minor)| (n + count, sum.saturating_add(minor)));
        self.explained_credits()
            .fold((count, minor), |(n, sum), kept| (n.saturating_sub(1), sum.saturating_sub(kept.line.amount.minor)))
    }

    /// How many credits of one file nobody explained.
    #[must_use]
    pub fn unexplained_credits_of(&self, statement: StatementId) -> usize {
        let (all, _) = self.files.get(&statement).map(StatementLines::credits).unwrap_or_default();
        let explained = self.explained_credits().filter(|kept| kept.statement == statement);
        all.saturating_sub(explained.count())
    }

    fn explained_credits(&self) -> impl Iterator<Item = KeptLine<'_>> {
        self.known().filter(|kept| *kept.state != LineState::Unexplained && kept.line.amount.minor > 0)
    }

    fn is_unexplained(&self, id: LineId) -> bool {
        self.known.get(&id).is_none_or(|known| known.state == LineState::Unexplained)
    }

    /// The files of which there are lines.
    pub fn statements(&self) -> impl Iterator<Item = StatementId> {
        self.files.keys().copied()
    }

    fn kept<'a>(&'a self, statement: StatementId, line: &'a StatementLine) -> KeptLine<'a> {
        let known = self.known.get(&line.id).unwrap_or(const { &Known::NOTHING });
        let Known { state, fee, earlier, refused } = known;
        KeptLine { line, statement, state, fee: *fee, earlier: *earlier, refused }
    }

    /// Takes a file in.
    pub(super) fn insert(&mut self, statement: StatementId, lines: StatementLines, notes: &StatementNotes) {
        if lines.is_empty() {
            return;
        }
        self.files.insert(statement, lines);
        for (line, fee) in &notes.fees {
            self.change(*line, |known| known.fee = Some(*fee));
        }
        for (line, claim) in &notes.earlier {
            self.change(*line, |known| known.earlier = Some(*claim));
        }
    }

    /// Changes what is known of a line that is there.
    pub(super) fn change<T>(&mut self, id: LineId, change: impl FnOnce(&mut Known) -> T) -> Option<T> {
        if !self.contains(id) {
            return None;
        }
        let known = self.known.entry(id).or_insert(Known::NOTHING);
        let changed = change(known);
        if *known == Known::NOTHING {
            self.known.remove(&id);
        }
        Some(changed)
    }

    /// Drops the lines that are explained, and those that are about no sale.
    pub(super) fn forget_explained(&mut self) {
        let explained: BTreeSet<LineId> =
            self.known.iter().filter(|(_, known)| known.state != LineState::Unexplained).map(|(id, _)| *id).collect();
        for lines in self.files.values_mut() {
            let stays = |line: &&StatementLine| !explained.contains(&line.id);
            if !lines.are_about_sales() || !lines.iter().all(|line| stays(&line)) {
                *lines = lines.about_sales().filter(stays).cloned().collect();
            }
        }
        self.files.retain(|_, lines| !lines.is_empty());
        let files = &self.files;
        self.known.retain(|id, _| files.values().any(|lines| lines.of_id(*id).is_some()));
    }
}

impl KeptLine<'_> {
    /// As it is written down.
    #[must_use]
    pub fn written(&self) -> LedgerLine {
        let Self { line, statement, state, fee, earlier, refused } = *self;
        LedgerLine { line: line.clone(), statement, state: state.clone(), fee, earlier, refused: refused.to_vec() }
    }
}

impl FromIterator<LedgerLine> for LedgerLines {
    fn from_iter<T: IntoIterator<Item = LedgerLine>>(lines: T) -> Self {
        let mut files: BTreeMap<StatementId, Vec<StatementLine>> = BTreeMap::new();
        let mut known = BTreeMap::new();
        for LedgerLine { line, statement, state, fee, earlier, refused } in lines {
            let of_line = Known { state, fee, earlier, refused };
            if of_line != Known::NOTHING {
                known.insert(line.id, of_line);
            }
            files.entry(statement).or_default().push(line);
        }
        Self { files: files.into_iter().map(|(id, lines)| (id, lines.into())).collect(), known }
    }
}
