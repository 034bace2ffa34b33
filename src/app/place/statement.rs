//! How far bringing in a statement has come.

use chrono::{DateTime, FixedOffset};

use crate::app::event::{StatementFile, StatementRefusal};
use crate::domain::money::Money;
use crate::statement::{Draft, Mapping};

/// Bringing in a statement.
#[derive(Clone, Debug)]
pub enum StatementTalk {
    /// Choosing a file.
    Choose(Vec<StatementFile>),
    /// It is being read.
    Reading {
        /// Its name.
        name: String,
        /// Its path.
        path: String,
        /// Lines of it that were there already, once it is read.
        known: u32,
        /// It was read as a person said for its header, once it is read.
        is_mapped: bool,
        /// When it was begun.
        since: DateTime<FixedOffset>,
        /// How far it is: lines read, of about so many.
        progress: (u32, u32),
        /// How a person said that it is to be read.
        mapping: Option<Box<Mapping>>,
    },
    /// It is in the ledger.
    Read {
        /// Its name.
        name: String,
        /// Its lines.
        lines: u32,
        /// Lines that are a payment.
        matched: u32,
        /// Lines that nobody has explained and that stand on the day page.
        open: u32,
        /// Lines that are about no sale, such as what the shop paid.
        about_no_sale: u32,
        /// Lines that were there already.
        known: u32,
        /// How many of its totals were overruled.
        overruled: u32,
        /// What the matched ones come to.
        matched_total: Money,
        /// Its path, where how it is read can be corrected.
        mapped: Option<String>,
    },
    /// A person says how to read it.
    Mapping {
        /// Its name.
        name: String,
        /// Its path.
        path: String,
        /// What was proposed, as far as it is corrected.
        draft: Box<Draft>,
    },
    /// It was refused.
    Failed {
        /// Its name.
        name: String,
        /// Its path.
        path: String,
        /// Why.
        why: StatementRefusal,
        /// How a person said that it is to be read.
        mapping: Option<Box<Mapping>>,
    },
    /// It is in the ledger already.
    Known {
        /// Its name.
        name: String,
        /// Its path, where how it is read can be corrected.
        mapped: Option<String>,
    },
}
