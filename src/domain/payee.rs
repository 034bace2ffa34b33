//! Accounts that transfers go to, and how far the till trusts each.
//!
//! Whoever can change the account on a till can take the shop's money, and a mistyped one loses it. So an account that
//! the settings name is not used before a manager has approved it and has seen a test payment arrive.

use std::fmt;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{PersonId, SaleReference};
use crate::domain::money::Money;

/// What makes an account this one: the text of a code that asks it for a fixed sample. Anything that would send money
/// elsewhere changes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PayeeKey(pub String);

impl fmt::Display for PayeeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account as people tell it from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeTitle {
    /// What the shop calls this way to be paid, such as `WeChat Pay`.
    pub label: String,
    /// The name of the standard in settings and on the command line.
    pub standard: String,
    /// Enough of the account to recognise it: `… 3000`.
    pub account: String,
}

/// An account that a manager has approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPayee {
    /// Which.
    pub key: PayeeKey,
    /// As people tell it from others.
    pub title: PayeeTitle,
    /// The tail of the account that stood under the same label before.
    pub replaces: Option<String>,
    /// Which manager approved it.
    pub approved_by: PersonId,
    /// When.
    pub approved_at: DateTime<FixedOffset>,
    /// How far it is trusted.
    pub state: PayeeState,
    /// Its test payments, the last one at the end. Money that comes for one of them is no sale's.
    pub tests: Vec<PayeeTest>,
}

/// A test payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeTest {
    /// What its code carried.
    pub reference: SaleReference,
    /// What it asked for.
    pub amount: Money,
}

/// How far an account is trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PayeeState {
    /// The settings named it no longer. Should they name it again, it begins anew.
    Retired,
    /// A test payment did not arrive, or none was made.
    Untested,
    /// The code of a test payment was shown.
    Testing {
        /// What it asked for.
        amount: Money,
        /// Since when.
        since: DateTime<FixedOffset>,
    },
    /// A manager saw the test payment on the shop's account.
    InUse {
        /// Since when.
        since: DateTime<FixedOffset>,
        /// Who saw it.
        by: PersonId,
    },
}

impl KnownPayee {
    /// Whether customers may be asked to pay to it.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        match self.state {
            PayeeState::InUse { .. } => true,
            PayeeState::Retired | PayeeState::Untested | PayeeState::Testing { .. } => false,
        }
    }
}
