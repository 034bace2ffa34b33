//! What the shop chose for the case file of its reader: whom to call, and what is asked and tried.

use crate::domain::service::{Guide, Provider};

/// Whom to call when the reader fails, and what is asked and tried before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSettings {
    /// The suppliers' and providers' directory; may be empty.
    pub providers: Vec<Provider>,
    /// The guides, the built-in one among them.
    pub guides: Vec<Guide>,
}
