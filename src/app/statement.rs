//! Bringing in a statement: chosen, read whole or not at all, and matched with the transfers.

use std::collections::BTreeSet;

use crate::app::effect::{Effect, StatementAsk};
use crate::app::event::{StatementContent, StatementFile, StatementRefusal, StatementTouch};
use crate::app::place::{Place, StatementTalk};
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::{LineId, PaymentId, StatementId};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::reconcile::{LineReason, LineState, MatchHow, StatementLines, UnknownWhy, claims, refused};
use crate::domain::sale::{Payment, SaleState, Standing, Tender};
use crate::statement::Mapping;

/// How a file is read beside what it says of itself.
#[derive(Default)]
struct How {
    despite_totals: bool,
    ask_again: bool,
    mapping: Option<Mapping>,
}

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
                let name = file.name.clone();
                self.read_statement(name, path, How::default(), turn);
            }
            StatementTouch::TakeAnyway => {
                let StatementTalk::Failed { name, path, why: StatementRefusal::Totals(_), mapping } = talk else {
                    return;
                };
                let (name, path, mapping) = (name.clone(), path.clone(), mapping.clone());
                // Who takes it stands beside the fact in the journal.
                if self.is_manager() {
                    self.read_statement(
                        name,
                        path,
                        How { despite_totals: true, mapping: mapping.map(|mapping| *mapping), ..How::default() },
                        turn,
                    );
                }
            }
            StatementTouch::NextColumn(_)
            | StatementTouch::SwapDateFormat
            | StatementTouch::SwapDecimal
            | StatementTouch::ReadAsMapped => self.touch_mapping(&touch, turn),
            StatementTouch::CorrectMapping => {
                let Some((name, path)) = talk.mapped() else { return };
                self.read_statement(name, path, How { ask_again: true, ..How::default() }, turn);
            }
            StatementTouch::ForgetMapping => {
                if let StatementTalk::Mapping { draft, .. } = talk {
                    turn.ask(Effect::ForgetMapping(draft.clone()));
                    turn.ask(Effect::LookForStatements);
                    *talk = StatementTalk::Choose(Vec::new());
                }
            }
            StatementTouch::Cancel => self.cancel_statement(turn),
            StatementTouch::Finish => self.place = Place::Day,
        }
    }

    /// A person corrects how a file is to be read, and has it read so.
    fn touch_mapping(&mut self, touch: &StatementTouch, turn: &mut Turn) {
        let Place::Statement(StatementTalk::Mapping { name, path, draft }) = &mut self.place else { return };
        match touch {
            StatementTouch::NextColumn(what) => draft.take_next_column(*what),
            StatementTouch::SwapDateFormat => draft.swap_date_format(),
            StatementTouch::SwapDecimal => draft.swap_decimal(),
            StatementTouch::ReadAsMapped => {
                let how = How { mapping: Some(draft.mapping().clone()), ..How::default() };
                let (name, path) = (name.clone(), path.clone());
                if draft.preview(self.settings.currency).is_ok() {
                    self.read_statement(name, path, how, turn);
                }
            }
            StatementTouch::LookAgain
            | StatementTouch::Choose(_)
            | StatementTouch::TakeAnyway
            | StatementTouch::CorrectMapping
            | StatementTouch::ForgetMapping
            | StatementTouch::Cancel
            | StatementTouch::ChooseAnother
            | StatementTouch::Finish => {}
        }
    }

    /// Reading and matching happen outside: what the lines are matched with goes along.
    fn read_statement(&mut self, name: String, path: String, how: How, turn: &mut Turn) {
        turn.ask(Effect::ReadStatement(Box::new(StatementAsk {
            path: path.clone(),
            despite_totals: how.despite_totals,
            ask_again: how.ask_again,
            mapping: how.mapping.clone(),
            claims: claims(&self.ledger),
            lines: self.ledger.lines.clone(),
            refused: refused(&self.ledger),
            due_days: u16::from(self.settings.statement_due_days),
        })));
        let (since, progress) = (self.now, (0, 0));
        let mapping = how.mapping.map(Box::new);
        self.place = Place::Statement(StatementTalk::Reading {
            name,
            path,
            known: 0,
            is_mapped: false,
            since,
            progress,
            mapping,
        });
    }

    /// Reading is stopped, and nothing of it is kept. What is being stored already is not stopped.
    pub(super) fn cancel_statement(&mut self, turn: &mut Turn) {
        if let Place::Statement(StatementTalk::Reading { .. }) = &self.place
            && !self.is_storing_statement()
        {
            turn.ask(Effect::CancelStatement);
            turn.ask(Effect::LookForStatements);
            self.place = Place::Statement(StatementTalk::Choose(Vec::new()));
        }
    }

    /// Whether what was read is on its way to the store.
    pub(crate) fn is_storing_statement(&self) -> bool {
        self.is_saving(|fact| matches!(fact, Fact::StatementImported { .. }))
    }

    /// Asks how far reading is, while somebody waits for it.
    pub(super) fn ask_statement_progress(&self, turn: &mut Turn) {
        if let Place::Statement(StatementTalk::Reading { .. }) = &self.place
            && !self.is_storing_statement()
        {
            turn.ask(Effect::AskStatementProgress);
        }
    }

    pub(super) fn statement_progressed(&mut self, lines: u32, about: u32) {
        if let Place::Statement(StatementTalk::Reading { progress, .. }) = &mut self.place {
            *progress = (lines, about);
        }
    }

    pub(super) fn statements_found(&mut self, found: Vec<StatementFile>) {
        if let Place::Statement(StatementTalk::Choose(files)) = &mut self.place {
            *files = found;
        }
    }

    pub(super) fn statement_read(
        &mut self,
        file: &str,
        result: Result<StatementContent, StatementRefusal>,
        turn: &mut Turn,
    ) {
        let Place::Statement(StatementTalk::Reading { name, path, mapping, .. }) = &self.place else { return };
        // A stored card that is forwarded meanwhile is saved too: only the statement's own save counts.
        if path != file || self.is_storing_statement() {
            return;
        }
        let (name, path, mapping) = (name.clone(), path.clone(), mapping.clone());
        let known = |content: &StatementContent| {
            self.ledger.statements.values().any(|statement| statement.sha256 == content.sha256)
        };
        match result {
            Err(StatementRefusal::NeedsMapping(draft)) => {
                self.place = Place::Statement(StatementTalk::Mapping { name, path, draft });
            }
            Err(why) => self.place = Place::Statement(StatementTalk::Failed { name, path, why, mapping }),
            Ok(content) if known(&content) => {
                let mapped = content.is_mapped.then_some(path);
                self.place = Place::Statement(StatementTalk::Known { name, mapped });
            }
            Ok(content) => {
                let foreign = content.lines.iter().find(|line| line.amount.currency != self.settings.currency);
                if let Some(line) = foreign {
                    let (booked_on, amount) = (line.booked_on, line.amount);
                    let why = StatementRefusal::OtherCurrency { booked_on, amount };
                    self.place = Place::Statement(StatementTalk::Failed { name, path, why, mapping });
                    return;
                }
                if let Place::Statement(StatementTalk::Reading { known, is_mapped, .. }) = &mut self.place {
                    (*known, *is_mapped) = (content.known, content.is_mapped);
                }
                self.import(name, content, turn);
            }
        }
    }

    /// Stores the lines together with the matches that need nobody's judgement.
    fn import(&mut self, name: String, content: StatementContent, turn: &mut Turn) {
        let statement = StatementId(turn.ids.next_uuid());
        let StatementContent { sha256, lines, notes, matches, unknown, twice, settled, .. } = content;
        let how = MatchHow::ReferenceAndAmount;
        let matches = matches.into_iter().map(|(line, payment)| Fact::LineMatched { line, payment, how });
        let late = self.late_money(&unknown, &twice, &lines);
        let tests = self.test_money(&unknown, &lines);
        let settled = self.settled_cards(settled);
        let imported = Fact::StatementImported { statement, name, sha256, lines, notes };
        let rest = matches.chain(late).chain(tests).chain(settled);
        self.save([imported].into_iter().chain(rest).collect(), turn);
    }

    /// Money that came, with reference and amount, for a code that had been withdrawn: it goes back, unless the code was
    /// shown in place of a refused card whose sale is not paid otherwise; then it pays that. A second
    /// credit for a sale one of whose codes was withdrawn goes back. One credit for each code; what else has its reference is left
    /// to a person.
    fn late_money(
        &self,
        unknown: &[(LineId, UnknownWhy)],
        twice: &[(LineId, PaymentId)],
        news: &StatementLines,
    ) -> Vec<Fact> {
        let of_unknown = unknown.iter().filter_map(|(line, why)| match why {
            UnknownWhy::Withdrawn(payment) => Some((*line, *payment)),
            UnknownWhy::NoReference
            | UnknownWhy::NoSuchSale(_)
            | UnknownWhy::SeveralReferences
            | UnknownWhy::Ambiguous
            | UnknownWhy::WrittenOff(_)
            | UnknownWhy::OtherCurrency(_)
            | UnknownWhy::OtherSign(_)
            | UnknownWhy::Returned(_) => None,
        });
        let (mut taken, mut paid) = (BTreeSet::new(), BTreeSet::new());
        let mut facts = Vec::new();
        for (line, payment) in of_unknown.chain(twice.iter().copied()) {
            let Some(sale) = self.sale_of(payment).filter(|sale| sale.state != SaleState::Open) else { continue };
            let came = self.came(line, news);
            let is_withdrawn = |one: &&Payment| {
                let is_withdrawn = matches!(one.tender, Tender::Qr { qr: QrState::Withdrawn, .. });
                is_withdrawn && came == Some(one.amount) && !taken.contains(&one.id)
            };
            let withdrawn = self.ledger.payments.of_sale(sale.id).find(is_withdrawn).map(|one| one.id);
            if let Some(payment) = withdrawn {
                taken.insert(payment);
                let card = self.ledger.card_to_replace_again(payment).filter(|card| paid.insert(*card));
                facts.extend(card.map(|card| Fact::CardReplacedAgain { payment: card, with: payment }));
                facts.push(Fact::LineMatched { line, payment, how: MatchHow::ReferenceAndAmount });
            }
        }
        facts
    }

    /// The cards that the file settles. One that went on since it was read waits for the next file.
    fn settled_cards(&self, settled: Vec<(LineId, PaymentId)>) -> Vec<Fact> {
        let goes_on = |payment: &PaymentId| match self.ledger.payments.get(payment).map(|kept| &kept.tender) {
            Some(Tender::Card { card, .. }) => !card.may_be_settled() || self.forward.is_in_flight(*payment),
            Some(Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. }) => true,
            None => false,
        };
        let settled = settled.into_iter().filter(|(_, payment)| !goes_on(payment));
        settled.map(|(line, payment)| Fact::CardSettled { payment, line }).collect()
    }

    fn came(&self, line: LineId, news: &StatementLines) -> Option<Money> {
        let known = || self.ledger.lines.get(line).map(|kept| kept.line.amount);
        news.of_id(line).map(|new| new.amount).or_else(known)
    }

    /// The test payments of accounts: the manager who made them has explained them already.
    fn test_money(&self, unknown: &[(LineId, UnknownWhy)], news: &StatementLines) -> Vec<Fact> {
        let test = |(line, why)| {
            let UnknownWhy::NoSuchSale(reference) = why else { return None };
            let by = self.ledger.tester_of(reference, self.came(line, news)?)?.clone();
            let why = Some(LineReason::TestPayment);
            Some(Fact::LineExplained { line, by, payment: None, own_refund: false, why })
        };
        unknown.iter().copied().filter_map(test).collect()
    }

    /// Shows what the statement explained, once it is stored together with its matches.
    pub(super) fn statement_is_stored(&mut self, statement: StatementId) {
        let Place::Statement(StatementTalk::Reading { name, path, known, is_mapped, .. }) = &self.place else { return };
        let mapped = is_mapped.then(|| path.clone());
        let of_statement = || self.ledger.lines.known().filter(|kept| kept.statement == statement);
        // Money for a code that was withdrawn, or for a sale that was paid otherwise, is no sale's: it has to go back.
        let (matched, to_go_back): (Vec<_>, Vec<_>) = of_statement()
            .filter_map(|kept| match kept.state {
                LineState::Matched { payment, .. } => Some((*payment, kept.line.amount)),
                LineState::PaidOut { .. }
                | LineState::Explained { .. }
                | LineState::Returned { .. }
                | LineState::Unexplained => None,
            })
            .partition(|(payment, _)| {
                self.ledger.payments.get(payment).is_none_or(|kept| kept.standing() == Standing::Takes)
            });
        let imported = self.ledger.statements.get(&statement);
        let lines = imported.map_or(0, |imported| imported.lines);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let overruled = imported.map_or(0, |imported| count(imported.overruled.len()));
        let total = matched.iter().fold(0_i64, |sum, (_, amount)| sum.saturating_add(amount.minor));
        let tests = count(of_statement().filter(|kept| matches!(kept.state, LineState::Explained { .. })).count());
        let matched = count(matched.len());
        let is_of_statement =
            |line: LineId| self.ledger.lines.get(line).is_some_and(|kept| kept.statement == statement);
        let taken_back = self.findings().found.taken_back().filter(|line| is_of_statement(*line)).count();
        let unexplained = self.ledger.lines.unexplained_credits_of(statement);
        let open = count(unexplained.saturating_add(taken_back).saturating_add(to_go_back.len()));
        let explained = matched.saturating_add(tests);
        self.place = Place::Statement(StatementTalk::Read {
            name: name.clone(),
            lines,
            matched,
            open,
            about_no_sale: lines.saturating_sub(explained).saturating_sub(open),
            known: *known,
            overruled,
            matched_total: Money::new(total, self.settings.currency),
            mapped,
        });
    }
}

impl StatementTalk {
    /// The name and path of a file whose reading can be corrected.
    pub(crate) fn mapped(&self) -> Option<(String, String)> {
        match self {
            Self::Read { name, mapped, .. } | Self::Known { name, mapped } => Some((name.clone(), mapped.clone()?)),
            Self::Failed { name, path, why, .. } => match why {
                StatementRefusal::Bad(fault) | StatementRefusal::Totals(fault) => {
                    fault.is_mapped.then(|| (name.clone(), path.clone()))
                }
                StatementRefusal::OtherCurrency { .. }
                | StatementRefusal::NotFound(_)
                | StatementRefusal::UnknownFormat(_)
                | StatementRefusal::NeedsMapping(_) => None,
            },
            Self::Choose(_) | Self::Reading { .. } | Self::Mapping { .. } => None,
        }
    }
}
