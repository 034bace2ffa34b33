//! The till's ledger as the two sides of a reconciliation: what it expects money for, and the lines it has.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{LineId, PaymentId, SaleReference};
use crate::domain::ledger::Ledger;
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::reconcile::{
    Books, LineClass, LineState, LineTexts, LinesBuilder, PaymentClass, Reconciliation, Rules, SaleFault, Sales,
    SalesBuilder, Standing, StatementLine, UnknownWhy,
};
use crate::domain::sale::{Payment, Tender};

/// How long after its sale a line is still known for it, in days: a sale reference is not used again for a year.
pub const EARLIER_DAYS_MAX: u64 = 400;

/// A transfer as matching needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The payment.
    pub payment: PaymentId,
    /// The reference its code carried. Two transfers of one sale share it.
    pub reference: SaleReference,
    /// How much was asked for.
    pub amount: Money,
    /// The day the code was shown, by the till's clock.
    pub asked_on: NaiveDate,
    /// Whether money is still expected.
    pub awaits: Awaits,
    /// Whether its code carries the reference to the statement.
    #[serde(default = "yes")]
    pub carries_reference: bool,
}

fn yes() -> bool {
    true
}

/// Whether money is still expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaits {
    /// Yes.
    Money,
    /// This line was it.
    NothingSeen(LineId),
    /// It was written off.
    NothingWrittenOff,
    /// The code was taken off the screen unpaid.
    NothingWithdrawn,
}

/// Every QR transfer that the ledger still knows, and those of earlier days that its unexplained lines name.
#[must_use]
pub fn claims(ledger: &Ledger) -> Vec<Claim> {
    // The ledger keeps the sale of every payment it keeps.
    let of_payment = |payment: &Payment| Claim::of(payment, ledger.sales.get(&payment.sale)?.reference);
    let mut claims: Vec<Claim> = ledger.payments.values().filter_map(of_payment).collect();
    let named = ledger.lines.known().filter(|kept| matches!(kept.state, LineState::Unexplained));
    let earlier: BTreeMap<PaymentId, Claim> =
        named.filter_map(|kept| kept.earlier).map(|claim| (claim.payment, claim)).collect();
    claims.extend(earlier.into_values().filter(|claim| !ledger.payments.contains_key(&claim.payment)));
    claims
}

impl Claim {
    /// A payment as matching needs to know it; none that is no transfer.
    #[must_use]
    pub fn of(payment: &Payment, reference: SaleReference) -> Option<Self> {
        let (awaits, code) = match &payment.tender {
            Tender::Qr { qr, code } => (Awaits::of(qr), code),
            Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. } => return None,
        };
        let asked_on = payment.began.date_naive();
        let carries_reference = code.as_ref().is_none_or(|code| code.carries_reference);
        Some(Self { payment: payment.id, reference, amount: payment.amount, asked_on, awaits, carries_reference })
    }
}

impl Awaits {
    fn of(qr: &QrState) -> Self {
        match qr {
            QrState::Shown | QrState::CustomerSaysPaid { .. } | QrState::ConfirmedByShop { .. } => Awaits::Money,
            QrState::SeenOnStatement { line } | QrState::ShortOrOver { line, .. } | QrState::RefundDue { line, .. } => {
                Awaits::NothingSeen(*line)
            }
            QrState::NeverArrived { .. } => Awaits::NothingWrittenOff,
            QrState::Withdrawn => Awaits::NothingWithdrawn,
        }
    }
}

/// The transfers of earlier days that the lines of a file name, by line: what was paid twice, taken back, or came after
/// it was given up. `settled` are those that the till has in its memory no more.
#[must_use]
pub fn earlier(lines: &[StatementLine], settled: &[Claim]) -> Vec<(LineId, Claim)> {
    let found = classify(lines, settled, NaiveDate::MIN, 0);
    let by_payment: BTreeMap<PaymentId, &Claim> = settled.iter().map(|claim| (claim.payment, claim)).collect();
    let named = found.lines.into_iter().filter_map(|(line, class)| Some((line, class.refused()?)));
    named.filter_map(|(line, payment)| Some((line, **by_payment.get(&payment)?))).collect()
}

impl LineClass {
    /// The payment that a line names without being its money.
    fn refused(self) -> Option<PaymentId> {
        match self {
            Self::Duplicate { payment }
            | Self::TakenBack { payment }
            | Self::Unknown { why: UnknownWhy::Withdrawn(payment) | UnknownWhy::WrittenOff(payment) } => Some(payment),
            Self::Matched { .. }
            | Self::Under { .. }
            | Self::Over { .. }
            | Self::BookedBefore { .. }
            | Self::Suggested { .. }
            | Self::Outgoing
            | Self::Unknown {
                why:
                    UnknownWhy::NoReference
                    | UnknownWhy::NoSuchSale(_)
                    | UnknownWhy::SeveralReferences
                    | UnknownWhy::Ambiguous
                    | UnknownWhy::OtherCurrency(_)
                    | UnknownWhy::OtherSign(_)
                    | UnknownWhy::Returned(_),
            } => None,
        }
    }
}

/// Lines that a person said are not these payments.
pub type Refused = BTreeSet<(PaymentId, LineId)>;

/// What a person has refused of what was suggested for the ledger's lines.
#[must_use]
pub fn refused(ledger: &Ledger) -> Refused {
    let known = ledger.lines.known();
    known.flat_map(|kept| kept.refused.iter().map(move |payment| (*payment, kept.line.id))).collect()
}

/// Puts everything that the ledger waits for, and every line that nothing is known of and that may be about it, into its
/// class. What any other line is follows from the line alone: [`LineClass::of_stray`].
#[must_use]
pub fn reconciled(ledger: &Ledger, on: NaiveDate, due_days: u16) -> Reconciliation {
    let claims = claims(ledger);
    classify_without(ledger.lines.touching(&claims), &claims, (on, due_days), &refused(ledger))
}

/// Puts every line and every claim into its class. `on` is today; a transfer may take `due_days` to be booked.
#[must_use]
pub fn classify<'a>(
    lines: impl IntoIterator<Item = &'a StatementLine>,
    claims: &[Claim],
    on: NaiveDate,
    due_days: u16,
) -> Reconciliation {
    classify_without(lines, claims, (on, due_days), &Refused::new())
}

/// The same, without what a person has refused.
#[must_use]
pub fn classify_without<'a>(
    lines: impl IntoIterator<Item = &'a StatementLine>,
    claims: &[Claim],
    (on, due_days): (NaiveDate, u16),
    refused: &Refused,
) -> Reconciliation {
    // By id, so that the order in which they come changes nothing.
    let mut claims: Vec<&Claim> = claims.iter().collect();
    claims.sort_unstable_by_key(|claim| claim.payment);
    let mut sorted: Vec<&StatementLine> = lines.into_iter().collect();
    sorted.sort_unstable_by_key(|line| line.id);
    // No till has as many open transfers as a reconciliation takes.
    let sales = expected(&claims).unwrap_or_default().build();
    let mut lines = LinesBuilder::new(&sales, sorted.len());
    for (place, line) in (0..).zip(&sorted) {
        // The same: a file has at most `statement::LINES_MAX` lines.
        let _ = lines.push(LineTexts::of(line), place);
    }
    let lines = lines.build().unwrap_or_default();
    let place = |(payment, line): &(PaymentId, LineId)| {
        let sale = claims.binary_search_by_key(payment, |claim| claim.payment).ok()?;
        let line = sorted.binary_search_by_key(line, |line| line.id).ok()?;
        Some((u32::try_from(sale).ok()?, u32::try_from(line).ok()?))
    };
    let refused = refused.iter().filter_map(place).collect();
    let books = Books::close_without(sales, lines, Rules { on, due_days }, refused);
    let payment_of = |place: u32| claims.get(place as usize).map(|claim| claim.payment);
    let line_of = |place: u32| sorted.get(place as usize).map(|line| line.id);
    let line_classes = sorted
        .iter()
        .zip(0..)
        .filter_map(|(line, place)| Some((line.id, line_class(books.line(place)?, payment_of, line_of)?)));
    let payment_classes = claims
        .iter()
        .zip(0..)
        .filter_map(|(claim, place)| Some((claim.payment, payment_class(books.sale(place)?, claim.awaits, line_of)?)));
    Reconciliation { lines: line_classes.collect(), payments: payment_classes.collect() }
}

/// The ledger's claims as sales, for the command line, and behind them those `earlier` ones that it knows no more.
///
/// # Errors
///
/// There are too many of them.
pub fn claimed(ledger: &Ledger, earlier: impl IntoIterator<Item = Claim>) -> Result<Sales, SaleFault> {
    let mut claims = claims(ledger);
    let mut known: BTreeSet<PaymentId> = claims.iter().map(|claim| claim.payment).collect();
    claims.extend(earlier.into_iter().filter(|claim| known.insert(claim.payment)));
    expected(&claims.iter().collect::<Vec<_>>()).map(SalesBuilder::build)
}

/// What a person has refused, by the places of [`claimed`] and of `LedgerLines::unexplained`, for the command line.
#[must_use]
pub fn refused_places(ledger: &Ledger) -> BTreeSet<(u32, u32)> {
    let claims: BTreeMap<PaymentId, u32> = claims(ledger).iter().map(|claim| claim.payment).zip(0..).collect();
    let lines: BTreeMap<LineId, u32> = ledger.lines.unexplained().map(|line| line.id).zip(0..).collect();
    let refused = refused(ledger);
    refused.iter().filter_map(|(payment, line)| Some((*claims.get(payment)?, *lines.get(line)?))).collect()
}

fn expected(claims: &[&Claim]) -> Result<SalesBuilder, SaleFault> {
    let mut builder = SalesBuilder::default();
    // Of the codes of one sale those that carry its reference have it for themselves: a credit with the reference was
    // paid by one of them. Where none does, whoever sees the reference has typed it, and it is taken for what it says.
    let carried: BTreeSet<SaleReference> =
        claims.iter().filter(|claim| claim.carries_reference).map(|claim| claim.reference).collect();
    for claim in claims {
        let standing = match claim.awaits {
            Awaits::Money => Standing::Open,
            Awaits::NothingSeen(_) => Standing::Seen,
            Awaits::NothingWrittenOff => Standing::WrittenOff,
            Awaits::NothingWithdrawn => Standing::Withdrawn,
        };
        let has_it = claim.carries_reference || !carried.contains(&claim.reference);
        let reference = if has_it { claim.reference.to_string() } else { String::new() };
        builder.push(&reference, claim.amount, claim.asked_on, standing)?;
    }
    Ok(builder)
}

impl<'a> LineTexts<'a> {
    /// A statement line as matching reads it.
    #[must_use]
    pub fn of(line: &'a StatementLine) -> Self {
        let text = |text: &'a Option<String>| Cow::Borrowed(text.as_deref().unwrap_or(""));
        Self {
            account: text(&line.account),
            booked_on: line.booked_on,
            amount: line.amount,
            reference: text(&line.reference),
            end_to_end_id: text(&line.end_to_end_id),
            payer: line.counterparty_account.as_deref().map_or_else(|| text(&line.counterparty_name), Cow::Borrowed),
            description: text(&line.description),
            bank_reference: text(&line.bank_reference),
            reversal: line.reversal,
        }
    }
}

/// A class by ids.
fn line_class(
    class: LineClass<u32, u32>,
    payment_of: impl Fn(u32) -> Option<PaymentId>,
    line_of: impl Fn(u32) -> Option<LineId>,
) -> Option<LineClass> {
    Some(match class {
        LineClass::Matched { payment } => LineClass::Matched { payment: payment_of(payment)? },
        LineClass::Under { payment, by } => LineClass::Under { payment: payment_of(payment)?, by },
        LineClass::Over { payment, by } => LineClass::Over { payment: payment_of(payment)?, by },
        LineClass::Duplicate { payment } => LineClass::Duplicate { payment: payment_of(payment)? },
        LineClass::BookedBefore { line } => LineClass::BookedBefore { line: line_of(line)? },
        LineClass::Suggested { payment, why } => LineClass::Suggested { payment: payment_of(payment)?, why },
        LineClass::TakenBack { payment } => LineClass::TakenBack { payment: payment_of(payment)? },
        LineClass::Outgoing => LineClass::Outgoing,
        LineClass::Unknown { why } => LineClass::Unknown {
            why: match why {
                UnknownWhy::NoReference => UnknownWhy::NoReference,
                UnknownWhy::NoSuchSale(reference) => UnknownWhy::NoSuchSale(reference),
                UnknownWhy::SeveralReferences => UnknownWhy::SeveralReferences,
                UnknownWhy::Ambiguous => UnknownWhy::Ambiguous,
                UnknownWhy::Withdrawn(payment) => UnknownWhy::Withdrawn(payment_of(payment)?),
                UnknownWhy::WrittenOff(payment) => UnknownWhy::WrittenOff(payment_of(payment)?),
                UnknownWhy::OtherCurrency(payment) => UnknownWhy::OtherCurrency(payment_of(payment)?),
                UnknownWhy::OtherSign(payment) => UnknownWhy::OtherSign(payment_of(payment)?),
                UnknownWhy::Returned(payment) => UnknownWhy::Returned(payment_of(payment)?),
            },
        },
    })
}

/// A class by ids. Only the ledger knows which line an earlier statement had.
fn payment_class(
    class: PaymentClass<u32>,
    awaits: Awaits,
    line_of: impl Fn(u32) -> Option<LineId>,
) -> Option<PaymentClass> {
    Some(match class {
        PaymentClass::Matched { line } => PaymentClass::Matched { line: line_of(line)? },
        PaymentClass::Under { line, by } => PaymentClass::Under { line: line_of(line)?, by },
        PaymentClass::Over { line, by } => PaymentClass::Over { line: line_of(line)?, by },
        PaymentClass::Suggested { line, why } => PaymentClass::Suggested { line: line_of(line)?, why },
        PaymentClass::Missing { due_on, is_overdue } => PaymentClass::Missing { due_on, is_overdue },
        PaymentClass::Settled { .. } => match awaits {
            Awaits::NothingSeen(line) => PaymentClass::Settled { line },
            Awaits::Money | Awaits::NothingWrittenOff | Awaits::NothingWithdrawn => PaymentClass::NotExpected,
        },
        PaymentClass::NotExpected => PaymentClass::NotExpected,
    })
}

#[cfg(test)]
mod tests;
