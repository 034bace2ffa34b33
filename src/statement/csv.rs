//! Comma separated values: Stopgap's own header, any other file by a mapping, and the bills of two providers.

pub mod alipay;
pub mod assist;
mod cell;
pub mod generic;
pub mod mapped;
pub mod mapping;
pub mod propose;
mod rows;
mod symbol;
pub mod wechat;

use super::Format;

/// Which kind of CSV file a text is, if it says so.
pub fn kind(text: &str) -> Option<Format> {
    let first = text.trim_start_matches('\u{feff}').lines().next()?;
    if wechat::is_header(first) {
        Some(Format::Wechat)
    } else if alipay::is_bill(text) {
        Some(Format::Alipay)
    } else if generic::is_header(first) {
        Some(Format::Csv)
    } else {
        None
    }
}
