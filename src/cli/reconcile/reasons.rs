//! Why a sale or a line is what it is, in a sentence.

use crate::domain::money::Money;
use crate::domain::reconcile::{
    Books, COMMISSION_PERCENT_MAX, FEE_PERCENT_MAX, Likeness, LineClass, PaymentClass, Standing, UnknownWhy,
};

/// The class of a sale as a word.
pub(super) fn sale_class(class: PaymentClass<u32>, standing: Standing) -> &'static str {
    match class {
        PaymentClass::Matched { .. } | PaymentClass::Settled { .. } => "matched",
        PaymentClass::Under { .. } => "under",
        PaymentClass::Over { .. } => "over",
        PaymentClass::Suggested { .. } => "suggested",
        PaymentClass::Missing { .. } => "missing",
        PaymentClass::NotExpected => match standing {
            Standing::Nothing => "matched",
            Standing::Open | Standing::Cash | Standing::Seen | Standing::WrittenOff | Standing::Withdrawn => "missing",
        },
    }
}

/// Why a sale is what it is, and what of its money went back.
pub(super) fn sale_reason(class: PaymentClass<u32>, standing: Standing, went_back: Option<Money>) -> String {
    let back = went_back.map(|back| format!("; {back} of it went back")).unwrap_or_default();
    class_reason(class, standing) + &back
}

fn class_reason(class: PaymentClass<u32>, standing: Standing) -> String {
    match class {
        PaymentClass::Matched { .. } => "reference and amount agree".to_owned(),
        PaymentClass::Settled { .. } => "an earlier statement had it".to_owned(),
        PaymentClass::Under { by, .. } => format!("the reference agrees, but {by} too little came"),
        PaymentClass::Over { by, .. } => format!("the reference agrees, but {by} too much came"),
        PaymentClass::Suggested { why, .. } => likeness(why),
        PaymentClass::Missing { due_on, is_overdue: true } => format!("no line, and it was due on {due_on}"),
        PaymentClass::Missing { due_on, is_overdue: false } => format!("no line yet; it is due on {due_on}"),
        PaymentClass::NotExpected => match standing {
            Standing::Nothing => "nothing was to be paid",
            Standing::Cash => "paid in cash: it is in the drawer and on no statement",
            Standing::WrittenOff => "written off",
            Standing::Withdrawn => "the code was withdrawn unpaid",
            Standing::Open | Standing::Seen => "no line is expected",
        }
        .to_owned(),
    }
}

/// The class of a line as a word.
pub(super) fn line_class(class: LineClass<u32, u32>) -> &'static str {
    match class {
        LineClass::Matched { .. } => "matched",
        LineClass::Under { .. } => "under",
        LineClass::Over { .. } => "over",
        LineClass::Duplicate { .. } | LineClass::BookedBefore { .. } => "duplicate",
        LineClass::Suggested { .. } => "suggested",
        LineClass::Unknown { .. } => "unknown",
        LineClass::TakenBack { .. } => "taken_back",
        LineClass::Outgoing => "outgoing",
    }
}

/// Why a line is what it is.
pub(super) fn line_reason(class: LineClass<u32, u32>, books: &Books, place_of: impl Fn(u32) -> String) -> String {
    let sale = |sale: u32| books.sales().reference(sale).to_owned();
    match class {
        LineClass::Matched { .. } => "reference and amount agree".to_owned(),
        LineClass::Under { by, .. } => format!("a part of its sale: {by} too little came in all"),
        LineClass::Over { by, .. } => format!("a part of its sale: {by} too much came in all"),
        LineClass::Duplicate { payment } => match books.sale(payment) {
            Some(PaymentClass::Under { by, .. }) => {
                format!("another line is taken for {} already, with {by} too little", sale(payment))
            }
            Some(
                PaymentClass::Matched { .. }
                | PaymentClass::Over { .. }
                | PaymentClass::Suggested { .. }
                | PaymentClass::Missing { .. }
                | PaymentClass::Settled { .. }
                | PaymentClass::NotExpected,
            )
            | None => format!("{} has its money already", sale(payment)),
        },
        LineClass::BookedBefore { line } => format!("the same booking as {}", place_of(line)),
        LineClass::Suggested { why, .. } => likeness(why),
        LineClass::TakenBack { payment } => format!("money of {} went back: a refund or a chargeback", sale(payment)),
        LineClass::Outgoing => "a debit that names no sale: a fee, or another payment of the shop's".to_owned(),
        LineClass::Unknown { why } => match why {
            UnknownWhy::NoReference => "it names no sale, and its amount fits none that is open".to_owned(),
            UnknownWhy::NoSuchSale(reference) => format!("it names {reference}, which is not among the sales"),
            UnknownWhy::SeveralReferences => {
                "it names several sales, and its amount fits none of them, more than one, or not all together"
                    .to_owned()
            }
            UnknownWhy::Ambiguous => "several sales, or several lines, fit equally well".to_owned(),
            UnknownWhy::Withdrawn(payment) => {
                format!("the code of {} was withdrawn, and paid all the same", sale(payment))
            }
            UnknownWhy::WrittenOff(payment) => format!("{} was written off, and paid all the same", sale(payment)),
            UnknownWhy::OtherCurrency(payment) => format!("it names {}, which is in another currency", sale(payment)),
            UnknownWhy::OtherSign(payment) => format!("it names {}, a refund, but money came in", sale(payment)),
            UnknownWhy::Returned(payment) => {
                format!("it takes a debit that names {} back: the shop's own money returned", sale(payment))
            }
        },
    }
}

fn likeness(why: Likeness) -> String {
    match why {
        Likeness::SeveralLines => "several lines with its reference make up its amount".to_owned(),
        Likeness::Payout => {
            format!("one line names several sales and is what they come to, or up to {FEE_PERCENT_MAX} % of fees less")
        }
        Likeness::PayoutLessCommission => format!(
            "one line lists these sales and is less than they come to, by more than {FEE_PERCENT_MAX} % and up to \
             {COMMISSION_PERCENT_MAX} %: what a platform keeps as its commission"
        ),
        Likeness::SameReference => "more sales have this reference and amount than lines".to_owned(),
        Likeness::InLongerNumber => "the amount agrees, and the reference stands inside something longer".to_owned(),
        Likeness::Edited => "the amount agrees, and the reference but for one character".to_owned(),
        Likeness::Truncated => "the amount agrees, and a part of the reference".to_owned(),
        Likeness::PayerKnown => "the amount agrees, and the payer has paid here before".to_owned(),
        Likeness::AmountAndDay => "only this sale has this amount in these days, and only this line".to_owned(),
    }
}
