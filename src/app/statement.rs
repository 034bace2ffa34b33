//! Bringing in a statement: chosen, read whole or not at all, and matched with the transfers.

use std::collections::BTreeSet;

use crate::app::effect::Effect;
use crate::app::event::{StatementContent, StatementFile, StatementRefusal, StatementTouch};
use crate::app::place::{Place, StatementTalk};
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::{LineId, StatementId};
use crate::domain::money::Money;
use crate::domain::reconcile::{
    LineState, MatchHow, Reconciliation, StatementLine, UnknownWhy, claims, classify, news, unexplained,
};
use crate::domain::sale::SaleState;

impl App {
    pub(super) fn touch_statement(&mut self, touch: StatementTouch, turn: &mut Turn) {
        let Place::Statement(talk) = &mut self.place else { return };
        match touch {
            StatementTouch::LookAgain | StatementTouch::ChooseAnother => {
                *talk = StatementTalk::Choose(Vec::new());
                turn.ask(Effect::LookForStatements);
            }
            StatementTouch::Choose(path) => {
                let StatementTalk::Choose(files) = talk else { return };
                let Some(file) = files.iter().find(|file| file.path == path) else { return };
                *talk = StatementTalk::Reading { name: file.name.clone() };
                turn.ask(Effect::ReadStatement { path });
            }
            StatementTouch::Finish => self.place = Place::Day,
        }
    }

    pub(super) fn statements_found(&mut self, found: Vec<StatementFile>) {
        if let Place::Statement(StatementTalk::Choose(files)) = &mut self.place {
            *files = found;
        }
    }

    pub(super) fn statement_read(
        &mut self,
        file: String,
        result: Result<StatementContent, StatementRefusal>,
        turn: &mut Turn,
    ) {
        let Place::Statement(StatementTalk::Reading { name }) = &self.place else { return };
        let name = name.clone();
        let known = |content: &StatementContent| {
            self.ledger.statements.values().any(|statement| statement.sha256 == content.sha256)
        };
        match result {
            Err(why) => self.place = Place::Statement(StatementTalk::Failed { name, why }),
            Ok(content) if known(&content) => self.place = Place::Statement(StatementTalk::Known { name }),
            Ok(content) => {
                let foreign = content.lines.iter().find(|line| line.amount.currency != self.settings.currency);
                if let Some(line) = foreign {
                    let why = StatementRefusal::OtherCurrency(line.amount.currency.to_string());
                    self.place = Place::Statement(StatementTalk::Failed { name: file, why });
                    return;
                }
                self.import(name, content, turn);
            }
        }
    }

    /// Stores the lines together with the matches that need nobody's judgement.
    fn import(&mut self, name: String, mut content: StatementContent, turn: &mut Turn) {
        content.lines = news(&self.ledger, content.lines);
        let statement = StatementId(turn.ids.next_uuid());
        let lines: Vec<&StatementLine> = unexplained(&self.ledger).chain(&content.lines).collect();
        let due_days = u16::from(self.settings.statement_due_days);
        let found = classify(lines, &claims(&self.ledger), self.now.date_naive(), due_days);
        let matches: Vec<Fact> = found
            .certain()
            .map(|(line, payment)| Fact::LineMatched { line, payment, how: MatchHow::ReferenceAndAmount })
            .collect();
        let late = self.late_money(&found, &content.lines);
        let tests = self.test_money(&found);
        let imported = Fact::StatementImported { statement, name, sha256: content.sha256, lines: content.lines };
        self.save([imported].into_iter().chain(matches).chain(late).chain(tests).collect(), turn);
    }

    /// Money that came, with reference and amount, for a code that had been withdrawn: it goes back. One credit for each
    /// code; what else has its reference is left to a person.
    fn late_money(&self, found: &Reconciliation, news: &[StatementLine]) -> Vec<Fact> {
        let mut taken = BTreeSet::new();
        let came = |line: LineId| {
            let known = self.ledger.lines.get(&line).map(|kept| kept.line.amount);
            known.or_else(|| news.iter().find(|new| new.id == line).map(|new| new.amount))
        };
        let late = found.unknown().filter_map(|(line, why)| {
            let UnknownWhy::Withdrawn(payment) = why else { return None };
            let asked = self.ledger.payments.get(&payment)?;
            let is_over = self.ledger.sales.get(&asked.sale)?.state != SaleState::Open;
            let is_exact = came(line) == Some(asked.amount);
            (is_over && is_exact && taken.insert(payment)).then_some(Fact::LineMatched {
                line,
                payment,
                how: MatchHow::ReferenceAndAmount,
            })
        });
        late.collect()
    }

    /// The test payments of accounts: the manager who made them has explained them already.
    fn test_money(&self, found: &Reconciliation) -> Vec<Fact> {
        let test = |(line, why)| {
            let UnknownWhy::NoSuchSale(reference) = why else { return None };
            let by = self.ledger.tester_of(reference)?.clone();
            Some(Fact::LineExplained { line, by })
        };
        found.unknown().filter_map(test).collect()
    }

    /// Shows what the statement explained, once it is stored together with its matches.
    pub(super) fn statement_is_stored(&mut self, statement: StatementId) {
        let Place::Statement(StatementTalk::Reading { name }) = &self.place else { return };
        let matched: Vec<Money> = self
            .ledger
            .lines
            .values()
            .filter(|kept| kept.statement == statement && matches!(kept.state, LineState::Matched { .. }))
            .map(|kept| kept.line.amount)
            .collect();
        let lines = self.ledger.statements.get(&statement).map_or(0, |imported| imported.lines);
        let count = u32::try_from(matched.len()).unwrap_or(u32::MAX);
        let total = matched.iter().map(|amount| amount.minor).sum();
        self.place = Place::Statement(StatementTalk::Read {
            name: name.clone(),
            lines,
            matched: count,
            unmatched: lines.saturating_sub(count),
            matched_total: Money::new(total, self.settings.currency),
        });
    }
}
