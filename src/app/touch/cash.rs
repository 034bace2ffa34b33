//! What can be touched about cash: the payment, the drawer, what goes back, the count.

use crate::app::refund::BackWay;
use crate::domain::cash::{CashMovement, CountNote, MovementKind};
use crate::domain::ids::SaleId;

/// See `ui/api/cash_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CashTouch {
    Digits(String),
    Erase,
    QuickSum(String),
    /// The code of another currency, or the shop's own again.
    PayIn(String),
    Finish,
    TakePart,
    Cancel,
}

/// See `ui/api/drawer_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DrawerTouch {
    Open,
    Begin(MovementKind),
    ChooseReason(CashMovement),
    /// The code of its currency.
    MoveIn(String),
    Digits(String),
    Erase,
    WriteDown,
    Cancel,
    Count,
    HandOver,
    ChooseDrawer(String),
    /// The code of its currency.
    CountBox(String),
    ReceiptIsWhole(SaleId),
    PrintCopy(SaleId),
    GiveUpReceipts,
}

/// See `ui/api/refund_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum RefundTouch {
    Choose(SaleId),
    /// A sale of an earlier day, by its number.
    BeginFind,
    Find,
    ChooseWay(BackWay),
    Digits(String),
    Erase,
    Confirm,
    Cancel,
    Finish,
}

/// See `ui/api/count_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CountTouch {
    Choose(String),
    Digits(String),
    Erase,
    NextRow,
    Commit,
    ChooseNote(CountNote),
    Accept,
    Recount,
}
