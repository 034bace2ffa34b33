//! Facts about statements: what a line is, and what a person said it is.

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::ids::{LineId, PaymentId};
use crate::domain::ledger::{ImportedStatement, KeptLine, Ledger, Row};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::queue::Settlement;
use crate::domain::reconcile::{LineState, MatchHow, PaidOut};
use crate::domain::sale::{GiveBackWay, SaleState, Tender};

impl Ledger {
    pub(super) fn apply_statement(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::StatementImported { statement, name, sha256, lines, notes } => {
                let count = u32::try_from(lines.len()).map_err(|_| "too many lines")?;
                if self.statements.contains_key(statement) {
                    return Err("the statement is there already".to_owned());
                }
                let imported = ImportedStatement {
                    id: *statement,
                    name: name.clone(),
                    sha256: sha256.clone(),
                    lines: count,
                    overruled: notes.overruled.clone(),
                };
                self.statements.insert(*statement, imported);
                self.lines.insert(*statement, lines.clone(), notes);
                let of_lines = lines.iter().map(|line| Row::Line(line.id));
                Ok([Row::Statement(*statement)].into_iter().chain(of_lines).collect())
            }
            Fact::LineMatched { line, payment, how } => {
                let before = self.see_on_statement(*payment, *line)?;
                self.explain(*line, LineState::Matched { payment: *payment, how: *how, before })?;
                let replaced = self.card_replaced_by(*payment).map(Row::Payment);
                Ok([Row::Line(*line), Row::Payment(*payment)].into_iter().chain(replaced).collect())
            }
            Fact::CardSettled { payment, line } => self.settle_card(*payment, *line),
            Fact::PayoutMatched { line, payments, fee, .. } => self.apply_payout(*line, payments, *fee),
            Fact::LineExplained { line, by, payment, own_refund, why } => {
                let (by, payment, own_refund, why) = (by.clone(), *payment, *own_refund, *why);
                self.explain(*line, LineState::Explained { by, payment, own_refund, why })?;
                Ok([Row::Line(*line)].into_iter().chain(self.note_explained(at, *line)).collect())
            }
            Fact::CreditReturned { .. } => self.return_credit(at, fact),
            Fact::DecisionUndone { line, .. } => self.undo_decision(*line),
            Fact::SuggestionRefused { lines, payments, .. } => {
                for line in lines {
                    self.unexplained_line(*line)?;
                    self.lines.change(*line, |known| {
                        known.refused.extend(payments);
                        known.refused.sort_unstable();
                        known.refused.dedup();
                    });
                }
                Ok(lines.iter().map(|line| Row::Line(*line)).collect())
            }
            other => Err(format!("{} is no fact of a statement", other.kind())),
        }
    }

    /// A line of the acquirer's settlement file is this card. What is sealed with its day stays as it was: an approval of a
    /// closed day, which the till may have forgotten, has its settlement at the line only.
    fn settle_card(&mut self, payment: PaymentId, line: LineId) -> Result<Vec<Row>, String> {
        let kept = self.unexplained_line(line)?;
        let (came, on, fee) = (kept.line.amount, kept.line.booked_on, kept.fee);
        let net = fee.map_or(Some(came), |fee| came.checked_sub(fee)).ok_or("the fee is of another currency")?;
        let known = self.payments.get(&payment);
        let is_sealed = known.is_none_or(|known| self.is_of_closed_day(known) && !known.is_open());
        let mut rows = vec![Row::Line(line)];
        if !is_sealed && let Some(known) = self.payments.get_mut(&payment) {
            let Tender::Card { card, .. } = &mut known.tender else {
                return Err("the payment is no typed card".to_owned());
            };
            if known.amount != came {
                return Err(format!("{came} was settled and {} was asked for", known.amount));
            }
            *card = card.settled(Settlement { line, on, fee, net })?;
            rows.push(Row::Payment(payment));
        }
        let (how, before) = (MatchHow::ReferenceAndAmount, None);
        self.explain(line, LineState::Matched { payment, how, before })?;
        Ok(rows)
    }

    /// A credit goes back whole, once. Cash for it comes out of the open drawer.
    fn return_credit(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let Fact::CreditReturned { line, payment, amount, way, by } = fact else {
            return Err("no credit that goes back".to_owned());
        };
        let came = self.unexplained_line(*line)?.line.amount;
        if *amount != came || came.minor <= 0 {
            return Err(format!("{amount} goes back and {came} came"));
        }
        let mut rows = vec![Row::Line(*line)];
        if let GiveBackWay::Cash { drawer, paid } = way {
            let open = self.open_drawer(*drawer)?;
            let rounding = paid.map_or(0, |paid| came.minor.saturating_sub(paid.minor));
            open.credits_returned_minor = open.credits_returned_minor.saturating_add(came.minor);
            open.credits_rounding_minor = open.credits_rounding_minor.saturating_add(rounding);
            rows.push(Row::Drawer(*drawer));
        }
        self.explain(*line, LineState::Returned { payment: *payment, way: *way, by: by.clone(), at })?;
        rows.extend(self.note_explained(at, *line));
        Ok(rows)
    }

    fn apply_payout(&mut self, line: LineId, payments: &[PaymentId], fee: Money) -> Result<Vec<Row>, String> {
        self.unexplained_line(line)?;
        let part = |payment: &PaymentId| match self.payments.get(payment).map(|kept| &kept.tender) {
            Some(Tender::Qr { qr: QrState::SeenOnStatement { .. }, .. }) => {
                Err("the payout names a transfer that a statement has already".to_owned())
            }
            Some(Tender::Qr { qr, .. }) => Ok(PaidOut { payment: *payment, before: qr.clone() }),
            Some(Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. }) | None => {
                Err("the payout names a payment that is no transfer".to_owned())
            }
        };
        let parts: Vec<PaidOut> = payments.iter().map(part).collect::<Result<_, String>>()?;
        let mut rows = vec![Row::Line(line)];
        for payment in payments {
            if let Some(Tender::Qr { qr, .. }) = self.payments.get_mut(payment).map(|kept| &mut kept.tender) {
                *qr = QrState::SeenOnStatement { line };
            }
            rows.push(Row::Payment(*payment));
        }
        self.explain(line, LineState::PaidOut { parts, fee })?;
        Ok(rows)
    }

    fn unexplained_line(&self, line: LineId) -> Result<KeptLine<'_>, String> {
        let kept = self.lines.get(line).ok_or("no such statement line")?;
        match kept.state {
            LineState::Unexplained => Ok(kept),
            LineState::Matched { .. }
            | LineState::PaidOut { .. }
            | LineState::Explained { .. }
            | LineState::Returned { .. } => Err("the line is explained already".to_owned()),
        }
    }

    fn explain(&mut self, line: LineId, state: LineState) -> Result<(), String> {
        self.unexplained_line(line)?;
        self.lines.change(line, |known| known.state = state).ok_or_else(|| "no such statement line".to_owned())
    }

    /// Binds a line to a transfer, and says how far the transfer was before; nothing when a line was bound already, with
    /// which this one is counted together. Money for a code that had been withdrawn goes back, once its sale is over.
    fn see_on_statement(&mut self, payment: PaymentId, line: LineId) -> Result<Option<QrState>, String> {
        let came = self.unexplained_line(line)?.line.amount;
        let matched = self.payments.get(&payment).ok_or("no such payment")?;
        let is_open = self.sales.get(&matched.sale).is_some_and(|sale| sale.state == SaleState::Open);
        let amount = matched.amount;
        let stands_for_card = self.card_replaced_by(payment).is_some();
        let matched = self.payments.get_mut(&payment).ok_or("no such payment")?;
        let Tender::Qr { qr, .. } = &mut matched.tender else {
            return Err("the payment is no transfer".to_owned());
        };
        let seen = |line: LineId, came: Money| {
            if came == amount { QrState::SeenOnStatement { line } } else { QrState::ShortOrOver { line, came } }
        };
        let next = match qr {
            QrState::RefundDue { .. } => return Ok(None),
            QrState::SeenOnStatement { line: first } => {
                let sum = amount.checked_add(came).ok_or("the credits are of two currencies")?;
                *qr = seen(*first, sum);
                return Ok(None);
            }
            QrState::ShortOrOver { line: first, came: before } => {
                let sum = before.checked_add(came).ok_or("the credits are of two currencies")?;
                *qr = seen(*first, sum);
                return Ok(None);
            }
            QrState::Withdrawn if is_open => {
                return Err("the code was withdrawn and its sale is still being paid".to_owned());
            }
            QrState::Withdrawn if !stands_for_card => QrState::RefundDue { line, came },
            // The sale of a refused card is not paid otherwise: late money for its code pays it.
            QrState::Withdrawn
            | QrState::Shown
            | QrState::CustomerSaysPaid { .. }
            | QrState::ConfirmedByShop { .. }
            | QrState::NeverArrived { .. } => seen(line, came),
        };
        Ok(Some(std::mem::replace(qr, next)))
    }

    /// Takes back what a person decided about a line, with all other lines of the same payment.
    fn undo_decision(&mut self, line: LineId) -> Result<Vec<Row>, String> {
        let kept = self.lines.get(line).ok_or("no such statement line")?;
        let state = kept.state.clone();
        if state == LineState::Unexplained && !kept.refused.is_empty() {
            self.lines.change(line, |known| known.refused.clear());
            return Ok(vec![Row::Line(line)]);
        }
        if !state.is_by_hand() {
            return Err("no person decided about the line".to_owned());
        }
        let (lines, parts) = match state {
            LineState::Matched { payment, .. } => self.lines_of(payment),
            LineState::PaidOut { parts, .. } => (vec![line], parts),
            LineState::Explained { .. } | LineState::Returned { .. } | LineState::Unexplained => {
                (vec![line], Vec::new())
            }
        };
        if parts.iter().any(|part| !self.payments.contains_key(&part.payment)) {
            return Err("a payment of the line is no longer in memory".to_owned());
        }
        let mut rows: Vec<Row> = self.forget_explained(line).into_iter().collect();
        for line in lines {
            let is_there = self.lines.change(line, |known| known.state = LineState::Unexplained);
            is_there.ok_or("no such statement line")?;
            rows.push(Row::Line(line));
        }
        for part in parts {
            // Without its money a withdrawn code stands for no card any more: that is a person's again.
            if let Some(card) = self.card_replaced_by(part.payment).filter(|_| part.before == QrState::Withdrawn) {
                self.card_is_back(card);
                rows.push(Row::Payment(card));
            }
            if let Some(Tender::Qr { qr, .. }) = self.payments.get_mut(&part.payment).map(|kept| &mut kept.tender) {
                *qr = part.before;
            }
            rows.push(Row::Payment(part.payment));
        }
        Ok(rows)
    }

    /// The lines that a person bound to a transfer, and how far it was before the first of them.
    fn lines_of(&self, payment: PaymentId) -> (Vec<LineId>, Vec<PaidOut>) {
        let bound = self.lines.known().filter_map(|kept| match kept.state {
            LineState::Matched { payment: its, how: MatchHow::ByHand, before } if *its == payment => {
                Some((kept.line.id, before.clone()))
            }
            LineState::Matched { .. }
            | LineState::PaidOut { .. }
            | LineState::Explained { .. }
            | LineState::Returned { .. }
            | LineState::Unexplained => None,
        });
        let (lines, before): (Vec<LineId>, Vec<Option<QrState>>) = bound.unzip();
        let before = before.into_iter().flatten().next();
        (lines, before.map(|before| PaidOut { payment, before }).into_iter().collect())
    }
}
