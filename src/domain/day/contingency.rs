//! Which sales are contingency sales: one definition for the page, the slip, the report and the table.

use crate::domain::ids::OutageId;
use crate::domain::outage::Outage;
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{Payment, ReaderState, Sale, SaleState, Tender};

/// Whether a sale was taken in spite of a failure: it began during an outage, or its own payment on the reader failed.
///
/// So the sale on which the reader died counts, although the outage began after it. A bank or a card that says no is no
/// failure of the reader: one bad card that is followed by cash is an ordinary sale.
#[must_use]
pub fn is_contingency<'a>(sale: &Sale, payments: impl IntoIterator<Item = &'a Payment>) -> bool {
    sale.outage.is_some() || payments.into_iter().any(|payment| failed_on_reader(&payment.tender))
}

/// The outage a sale belongs to: the one in which it began, or the one that its own payment on the reader made known.
#[must_use]
pub fn outage_of<'a>(
    sale: &Sale,
    payments: impl IntoIterator<Item = &'a Payment>,
    outages: impl IntoIterator<Item = &'a Outage>,
) -> Option<OutageId> {
    if sale.outage.is_some() {
        return sale.outage;
    }
    let asked = payments.into_iter().filter(|payment| failed_on_reader(&payment.tender)).map(|payment| payment.began);
    let asked = asked.min()?;
    let until = match sale.state {
        SaleState::Open => None,
        SaleState::Done { at } | SaleState::Abandoned { at } => Some(at),
    };
    let is_of_sale = |outage: &&Outage| asked <= outage.began && until.is_none_or(|until| outage.began <= until);
    outages.into_iter().filter(is_of_sale).min_by_key(|outage| outage.began).map(|outage| outage.id)
}

fn failed_on_reader(tender: &Tender) -> bool {
    match tender {
        Tender::Qr { .. } | Tender::Card { .. } | Tender::Cash { .. } => false,
        Tender::Reader { reader, .. } => match reader {
            ReaderState::Asked => false,
            // Nobody knows, or a person had to say it: the reader did not answer.
            ReaderState::Unknown { .. } | ReaderState::Parked { .. } | ReaderState::Decided { .. } => true,
            // Its answer came too late to be of use.
            ReaderState::Reversing { .. } | ReaderState::Reversed { .. } | ReaderState::Kept { .. } => true,
            ReaderState::Answered { outcome, .. } => match outcome {
                ReaderOutcome::Approved { .. } | ReaderOutcome::Declined { .. } => false,
                ReaderOutcome::NotCharged { .. } | ReaderOutcome::Unknown { .. } => true,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{DayId, OutageId, PaymentId, PersonId, SaleId, SaleReference};
    use crate::domain::money::{Currency, Money};
    use crate::domain::outage::{OutageCause, ReaderCause};
    use crate::domain::reader::{CardSeen, DeclineReason, ReaderFault, ServiceId};
    use crate::domain::sale::SaleState;
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    fn told(in_outage: bool, reader: Option<ReaderState>) -> bool {
        let (sale, payment) = sold(in_outage, reader);
        is_contingency(&sale, &payment)
    }

    fn sold(in_outage: bool, reader: Option<ReaderState>) -> (Sale, Option<Payment>) {
        let began = DateTime::from_timestamp(1_791_000_000, 0).unwrap().fixed_offset();
        let sale = Sale {
            id: SaleId(Uuid::nil()),
            till: 23,
            day: DayId(Uuid::nil()),
            reference: SaleReference::new(23, 1).unwrap(),
            amount: Money::new(1_000, Currency::EUR),
            ticket: None,
            cashier: PersonId("cashier-3".to_owned()),
            began,
            outage: in_outage.then_some(OutageId(Uuid::nil())),
            state: SaleState::Done { at: began },
            given_back: Vec::new(),
            refunds: Vec::new(),
            receipts: Vec::new(),
        };
        let payment = reader.map(|reader| Payment {
            id: PaymentId(Uuid::nil()),
            sale: sale.id,
            till: 23,
            day: sale.day,
            amount: sale.amount,
            began,
            tender: Tender::Reader { service_id: ServiceId("1".to_owned()), reader },
        });
        (sale, payment)
    }

    #[test]
    fn the_sale_on_which_the_reader_died_belongs_to_its_outage() {
        let (mut sale, payment) = sold(false, Some(ReaderState::Unknown { fault: ReaderFault::TimedOut }));
        let after = |seconds| sale.began + TimeDelta::seconds(seconds);
        let outage = |n: u128, began| Outage {
            id: OutageId(Uuid::from_u128(n)),
            began,
            cause: OutageCause::Reader(ReaderCause::NoAnswer),
            causes: Vec::new(),
            besides: Vec::new(),
            ended: None,
        };
        let outages = [outage(1, after(-60)), outage(2, after(5)), outage(3, after(7)), outage(4, after(90))];
        sale.state = SaleState::Done { at: after(60) };
        let found = |sale: &Sale, payment: &Option<Payment>, outages: &[Outage]| {
            outage_of(sale, payment, outages).map(|outage| outage.0.as_u128())
        };
        assert_eq!(found(&sale, &payment, &outages), Some(2));
        // One that began before the payment, or after the sale was over, has another reason.
        assert_eq!(found(&sale, &payment, &[outages[0].clone(), outages[3].clone()]), None);
        let (bad_card, at) =
            (ReaderOutcome::Declined { reason: DeclineReason::Card, card: CardSeen::NOTHING }, after(1));
        let (_, answered) = sold(false, Some(ReaderState::Answered { outcome: bad_card, at }));
        assert_eq!(found(&sale, &answered, &outages), None);
        sale.outage = Some(OutageId(Uuid::from_u128(9)));
        assert_eq!(found(&sale, &answered, &outages), Some(9), "it began in it");
    }

    #[test]
    fn an_outage_or_a_reader_that_failed_makes_a_contingency_sale_and_a_bad_card_does_not() {
        let at = DateTime::from_timestamp(1_791_000_000, 0).unwrap().fixed_offset();
        let answered = |outcome| Some(ReaderState::Answered { outcome, at });
        let bad_card = answered(ReaderOutcome::Declined { reason: DeclineReason::Card, card: CardSeen::NOTHING });
        let died = answered(ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost });
        let by = PersonId("manager-1".to_owned());
        for (in_outage, reader, contingency) in [
            (false, None, false),
            (true, None, true),
            (false, bad_card.clone(), false),
            (true, bad_card, true),
            (false, died, true),
            (false, Some(ReaderState::Unknown { fault: ReaderFault::TimedOut }), true),
            (false, Some(ReaderState::Parked { by: by.clone() }), true),
            (false, Some(ReaderState::Decided { charged: true, by }), true),
        ] {
            assert_eq!(told(in_outage, reader.clone()), contingency, "{in_outage} {reader:?}");
        }
    }
}
