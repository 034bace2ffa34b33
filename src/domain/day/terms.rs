//! What was so when a day was closed.

use serde::{Deserialize, Serialize};

use crate::domain::day::DayRules;
use crate::domain::receipt::Heading;

/// What the settings said when a day was closed. Its slip and its report say it ever after: what is sealed does not change
/// when a shop moves, or a limit does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseTerms {
    /// The top of its papers.
    pub heading: Heading,
    /// The rules.
    pub rules: DayRules,
    /// The name of the person who closed it.
    pub closed_by: String,
}
