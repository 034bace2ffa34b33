//! The broken reader's case file, from the first symptom to the signed acceptance test.
//!
//! Reading order: [`step`] (everything that can happen to a case), [`case`] (the life cycle, the fold of those steps),
//! [`misread`] (what failed reads have in common), [`guide`] (what is asked and tried, as data), [`finding`] (what it
//! all points at, and what to do next), [`article`] (what to know), [`provider`] (whom to call), [`hours`] (when they
//! answer), [`typed`] (what a person types), [`device`] (the readers and their papers), [`paper`] (why one is refused),
//! [`record`] (how often, how long), [`upkeep`] (what keeps it from failing), [`readiness`] (what a shop should have before it does).

pub mod article;
pub mod case;
pub mod check;
pub mod device;
pub mod finding;
pub mod guide;
pub mod hours;
pub mod misread;
pub mod paper;
pub mod provider;
pub mod readiness;
pub mod record;
pub mod step;
pub mod typed;
pub mod upkeep;

pub use self::article::Article;
pub use self::case::{BeforeSending, Case, CaseState, Moment, Order, Trust, Untold};
pub use self::check::Check;
pub use self::device::{Attachment, AttachmentKind, Custody, Device, DeviceRecord, DeviceRole, Former, Holder};
pub use self::finding::{Ask, Finding, ask, finding};
pub use self::guide::{Answer, Guide, Question, Remedy, Sentence};
pub use self::hours::{Answering, Hours};
pub use self::misread::{Misread, MisreadCause, Pattern, patterns};
pub use self::paper::{PaperRefused, PaperWhy};
pub use self::provider::{Provider, ProviderFor};
pub use self::readiness::Ready;
pub use self::step::{CallOutcome, CaseStep, Doubt, Ending, Help, Mended, Outstanding, Proof, Work};
pub use self::typed::Typed;
pub use self::upkeep::{Upkeep, UpkeepDone};
