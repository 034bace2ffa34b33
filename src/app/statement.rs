//! Bringing in a statement: chosen, read whole or not at all, and matched with the transfers.

use crate::app::effect::Effect;
use crate::app::event::{StatementContent, StatementFile, StatementRefusal, StatementTouch};
use crate::app::place::{Place, StatementTalk};
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::StatementId;
use crate::domain::money::Money;
use crate::domain::reconcile::{LineState, MatchHow, StatementLine, claims, classify, news, unexplained};

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
        let imported = Fact::StatementImported { statement, name, sha256: content.sha256, lines: content.lines };
        self.save([imported].into_iter().chain(matches).collect(), turn);
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
