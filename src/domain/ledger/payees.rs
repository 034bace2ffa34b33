//! Facts about the accounts that transfers go to.

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::ids::{PersonId, SaleReference};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::money::Money;
use crate::domain::payee::{KnownPayee, PayeeKey, PayeeState, PayeeTest};

impl Ledger {
    pub(super) fn apply_payee(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::PayeeApproved { payee, title, replaces, by } => {
                let tests = self.payees.remove(payee).map(|known| known.tests).unwrap_or_default();
                let known = KnownPayee {
                    key: payee.clone(),
                    title: title.clone(),
                    replaces: replaces.clone(),
                    approved_by: by.clone(),
                    approved_at: at,
                    state: PayeeState::Untested,
                    tests,
                };
                self.payees.insert(payee.clone(), known);
                Ok(vec![Row::Payee(payee.clone())])
            }
            Fact::PayeeTestShown { payee, reference, amount } => {
                let known = self.approved(payee)?;
                known.state = PayeeState::Testing { amount: *amount, since: at };
                known.tests.push(PayeeTest { reference: *reference, amount: *amount });
                self.last_sequence = reference.sequence();
                Ok(vec![Row::Payee(payee.clone()), Row::Counters])
            }
            Fact::PayeeTested { payee, arrived, by } => {
                let known = self.approved(payee)?;
                if !matches!(known.state, PayeeState::Testing { .. }) {
                    return Err("no test payment was shown".to_owned());
                }
                known.state =
                    if *arrived { PayeeState::InUse { since: at, by: by.clone() } } else { PayeeState::Untested };
                Ok(vec![Row::Payee(payee.clone())])
            }
            Fact::PayeeRetired { payee } => {
                self.approved(payee)?.state = PayeeState::Retired;
                Ok(vec![Row::Payee(payee.clone())])
            }
            other => Err(format!("{} is no fact of a payee", other.kind())),
        }
    }

    fn approved(&mut self, payee: &PayeeKey) -> Result<&mut KnownPayee, String> {
        self.payees.get_mut(payee).ok_or_else(|| "no manager has approved this payee".to_owned())
    }

    /// Who stands for a credit of exactly this amount as the test payment with this reference; none when it is no test's.
    #[must_use]
    pub fn tester_of(&self, reference: SaleReference, amount: Money) -> Option<&PersonId> {
        let test = PayeeTest { reference, amount };
        let known = self.payees.values().find(|known| known.tests.contains(&test))?;
        Some(match &known.state {
            PayeeState::InUse { by, .. } => by,
            PayeeState::Retired | PayeeState::Untested | PayeeState::Testing { .. } => &known.approved_by,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, TimeZone};

    use super::*;
    use crate::domain::money::Currency;
    use crate::domain::payee::PayeeTitle;

    #[test]
    fn an_account_is_used_after_approval_and_a_test_that_arrived_and_again_only_after_a_new_one() {
        let at = FixedOffset::east_opt(0).unwrap().with_ymd_and_hms(2026, 11, 22, 8, 0, 0).unwrap();
        let (payee, by) = (PayeeKey("code".into()), PersonId("manager-1".into()));
        let title =
            |account: &str| PayeeTitle { label: "Transfer".into(), standard: "epc".into(), account: account.into() };
        let approved = |payee: &PayeeKey, account: &str| Fact::PayeeApproved {
            payee: payee.clone(),
            title: title(account),
            replaces: None,
            by: by.clone(),
        };
        let shown = |sequence| Fact::PayeeTestShown {
            payee: payee.clone(),
            reference: SaleReference::new(23, sequence).unwrap(),
            amount: Money::new(1, Currency::EUR),
        };
        let tested = |arrived| Fact::PayeeTested { payee: payee.clone(), arrived, by: by.clone() };
        let mut ledger = Ledger::default();
        for early in [shown(1), tested(true)] {
            assert!(ledger.apply(at, &early).is_err(), "nothing before the approval");
        }
        ledger.apply(at, &approved(&payee, "… 3000")).unwrap();
        assert!(ledger.apply(at, &tested(true)).is_err(), "no test was shown");
        for (facts, in_use) in [(vec![shown(1), tested(false)], false), (vec![shown(2), tested(true)], true)] {
            for fact in facts {
                ledger.apply(at, &fact).unwrap();
            }
            assert_eq!(ledger.payees[&payee].is_in_use(), in_use);
        }
        assert_eq!(ledger.last_sequence, 2, "a sale never has the reference of a test");
        let reference = |sequence| SaleReference::new(23, sequence).unwrap();
        let cents = |minor| Money::new(minor, Currency::EUR);
        assert_eq!(ledger.tester_of(reference(1), cents(1)), Some(&by));
        assert_eq!(ledger.tester_of(reference(1), cents(99_900)), None, "another amount is no test");
        assert_eq!(ledger.tester_of(reference(3), cents(1)), None);
        ledger.apply(at, &Fact::PayeeRetired { payee: payee.clone() }).unwrap();
        assert!(!ledger.payees[&payee].is_in_use(), "it does not come back by itself");
        ledger.apply(at, &approved(&payee, "… 3000")).unwrap();
        assert!(!ledger.payees[&payee].is_in_use(), "approved anew, it is tested anew");
        assert_eq!(ledger.payees[&payee].tests.len(), 2, "the old tests stay known");
    }
}
